"""Corrections from outside: in every output, wherever they are written down, with and without a model."""

import json
import re

import docx
import pytest
import yaml

from tests.conftest import until
from tests.messages_server import last_user_text

OUTPUTS = ("md", "txt", "json", "srt", "vtt")
CUES = """1
00:00:01,000 --> 00:00:04,000
Well, Eefa came from new

2
00:00:04,000 --> 00:00:08,000
york with EEFA's brother Ifa.
"""


def cleaned(root, result):
    folder = root.outbox / result
    texts = {output: (folder / f"talk.{output}").read_text() for output in OUTPUTS}
    paragraphs = json.loads(texts["json"])["paragraphs"]
    texts["json"] = " ".join(paragraph["cleaned"] for paragraph in paragraphs)
    written = docx.Document(str(folder / "talk.docx")).paragraphs
    texts["docx"] = " ".join(paragraph.text for paragraph in written)
    return texts


def check(root):
    done = root.command("check", check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("kind", ["offline", "model"])
def test_every_output_has_the_right_names_and_each_is_an_edit(kind, request):
    root = request.getfixturevalue("root" if kind == "offline" else "model_root")
    root.write_config(
        corrections={"Eefa": "Aoife"},
        outputs=[*OUTPUTS, "docx", "redline"],
        profiles={"a": {"corrections": {"new york": "NYC"}}},
    )
    (root.path / "corrections.yaml").write_text("Ifa: Aodh\nEefa: Eva\n")
    root.drop("a/talk.yaml", yaml.safe_dump({"corrections": {"brother": "half-brother"}}))
    root.drop("a/talk.srt", CUES)
    root.command("once")
    for output, text in cleaned(root, "a/talk").items():
        assert not re.search("eefa|ifa|york", text, re.I), output
        said = " ".join(re.sub(r"(?m)^\d+$|^.*-->.*$", "", text).split())
        assert "Aoife came from NYC with Aoife's half-brother Aodh." in said, output
    edits = root.summary("a/talk")["edits"]
    assert {reason: count for reason, count in edits.items() if "correction" in reason} == {
        "Eefa → Aoife (correction)": 2,
        "new york → NYC (correction)": 1,
        "Ifa → Aodh (correction)": 1,
        "brother → half-brother (correction)": 1,
    }
    review = (root.outbox / "a/talk/review.html").read_text()
    assert "Eefa → Aoife (correction)" in review
    assert "Eefa" in review.partition('id="text"')[2], "the words that were heard are shown struck"
    assert (root.outbox / "a/talk/original.srt").read_text() == CUES


def test_a_model_sees_the_right_names(model_root, server):
    model_root.write_config(corrections={"Eefa": "Aoife"})
    model_root.drop("talk.txt", "Ann: so Eefa said that she would come to the office today.\n")
    model_root.command("once")
    assert all("Eefa" not in last_user_text(request) for request in server.bodies)
    assert any("Aoife" in last_user_text(request) for request in server.bodies)


def test_a_running_daemon_takes_over_what_is_added_to_the_file(root):
    daemon = root.start()
    daemon.logged("watching inbox")
    (root.path / "corrections.yaml").write_text("Eefa: Aoife\n")
    daemon.logged("config read")
    root.drop("talk.txt", "Ann: Eefa was here.\n")
    until(lambda: root.results() == ["talk"])
    assert "Aoife was here" in (root.outbox / "talk/talk.md").read_text()


def test_a_file_that_can_not_be_used_stops_the_start_and_is_named(root):
    (root.path / "corrections.yaml").write_text("Eefa: [Aoife]\n")
    done = root.command("once", check=False)
    assert done.returncode == 78
    assert "corrections.yaml" in done.stderr


def test_circles_stop_the_start_and_in_a_sidecar_reject_the_file(root):
    root.write_config(corrections={"Ann": "Anne"})
    root.drop("talk.yaml", "corrections: {Anne: Ann}\n")
    root.drop("talk.txt")
    root.command("once", check=False)
    assert "circle" in (root.outbox / "rejected/talk/REASON.txt").read_text()
    root.write_config(corrections={"Ann": "Anne", "anne": "ANN"})
    done = root.command("once", check=False)
    assert done.returncode == 78
    assert "circle" in done.stderr


def test_check_says_which_hit_common_words_with_a_count_from_the_outbox(root):
    root.drop("talk.txt", "Ann: We may go, or we may stay.\n\nBen: Eefa may come in May.\n")
    root.command("once")
    root.write_config(corrections={"may": "May", "Eefa": "Aoife"})
    code, said = check(root)
    assert code == 0
    [line] = [line for line in said.splitlines() if "corrections" in line]
    assert line.startswith("note")
    assert "may → May would change 3 places" in line
    assert "1 result" in line


def test_a_correction_that_was_added_makes_the_same_file_anew(root):
    root.drop("talk.txt", "Ann: Eefa was here.\n")
    root.command("once")
    root.write_config(corrections={"Eefa": "Aoife"})
    root.drop("talk.txt", "Ann: Eefa was here.\n")
    root.command("once")
    assert root.results() == ["talk", "talk-2"]
    settings = json.loads((root.outbox / "talk-2/summary.json").read_text())["settings"]
    assert settings["corrections"] == {"Eefa": "Aoife"}
