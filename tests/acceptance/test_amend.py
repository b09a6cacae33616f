"""Edits of a result from outside: by a command or through the inbox, taken once and into every file."""

import json

import pytest

from tests.conftest import until

OUTPUTS = ("md", "txt", "json", "srt")
TALK = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v SPEAKER_00>we began with Eefa in a room

00:00:04.000 --> 00:00:06.000
<v SPEAKER_01>and nobody had a clue
"""


def texts(root):
    return {output: (root.outbox / f"a/talk/talk.{output}").read_text() for output in OUTPUTS}


def paragraphs(root):
    return json.loads(texts(root)["json"])["paragraphs"]


def pack(root, *edits):
    """A file of edits of the result, as its review saves it."""
    return json.dumps(
        {
            "format": 1,
            "text_id": root.summary("a/talk")["text_id"],
            "source": "a/talk.vtt",
            "edits": edits,
        }
    )


def mend(root, was, now):
    """An edit of the first paragraph."""
    text = paragraphs(root)[0]["cleaned"]
    place = {"kind": "text", "chunk": 0, "passage": 0, "paragraph": 0}
    return {**place, "was": text, "now": text.replace(was, now)}


@pytest.fixture
def amended_root(root):
    root.write_config(outputs=list(OUTPUTS), cues="keep")
    root.drop("a/talk.vtt", TALK)
    root.command("once")
    return root


def test_what_can_not_be_used_is_told_by_status_where_no_daemon_runs(amended_root):
    root = amended_root
    root.drop("talk.edits.json", pack(root).replace("a/talk.vtt", "b/talk.vtt"))
    root.drop("other.edits.json", "{}")
    root.drop("a/talk.yaml", "speakers: [")
    root.command("once", check=False)
    told = " ".join(root.command("status").stdout.split())
    assert "other.edits.json: it can't be used: These are not the edits of a result" in told
    assert "talk.edits.json: it can't be used: The result that these edits are of is not in" in told
    assert "a/talk.yaml: it can't be used: The .yaml beside the transcript is not valid YAML" in told


@pytest.mark.parametrize("page", ["a/talk/review.html", "index.html"])
def test_a_page_of_the_outbox_that_is_dropped_is_no_transcript(amended_root, page):
    root = amended_root
    root.drop("mended.html", (root.outbox / page).read_text())
    root.command("once", check=False)
    assert not (root.outbox / "mended").exists()
    reason = (root.outbox / "rejected/mended/REASON.txt").read_text()
    assert "This is a page of this program's own" in reason
    assert "press Save edits there" in reason


def test_what_once_says_last_of_a_sidecar_is_how_it_is_when_it_ends(amended_root):
    root = amended_root
    root.drop("a/talk.yaml", "title: The real title\n")
    root.command("once")
    assert list(root.inbox.rglob("*.yaml")) == []
    assert "talk.yaml" not in (root.outbox / "STATUS.txt").read_text()
    root.drop("a/talk.yaml", "- the real title\n")
    root.command("once")
    told = " ".join((root.outbox / "STATUS.txt").read_text().split())
    assert "a/talk.yaml: it can't be used: The .yaml beside the transcript" in told


def test_a_sidecar_that_is_empty_is_said_to_be(amended_root):
    root = amended_root
    root.drop("a/talk.yaml", "")
    root.command("once")
    for told in ((root.outbox / "STATUS.txt").read_text(), root.command("status").stdout):
        assert "a/talk.yaml: it is empty; put into it what it is to say" in " ".join(told.split())


def test_the_command_takes_edits_into_every_file_and_names_those_that_do_not_fit(amended_root):
    root = amended_root
    edits = root.path / "talk.edits.json"
    renamed = {"kind": "speaker", "was": "SPEAKER_01", "name": "Ben"}
    edits.write_text(pack(root, mend(root, "room", "house"), renamed, {**renamed, "was": "SPEAKER_07"}))
    done = root.command("amend", "a/talk", str(edits), check=False)
    assert done.returncode == 1
    assert "SPEAKER_07" in done.stderr
    for output, text in texts(root).items():
        assert "house" in text, output
        assert "Ben" in text, output
    assert (root.outbox / "a/talk/original.vtt").read_text() == TALK
    again = root.command("amend", "a/talk", str(edits))
    assert "already" in again.stdout
    assert len(list((root.outbox / "a/talk/earlier").iterdir())) == 1


def test_the_log_says_where_edits_do_not_fit_and_nothing_that_was_said(amended_root):
    root = amended_root
    elsewhere = {**mend(root, "room", "house"), "was": "They walked through a valley."}
    always = {"kind": "always", "heard": "a clue", "written": "\x07"}
    renamed = {"kind": "speaker", "was": "SPEAKER_07", "name": "Ben"}
    root.drop("talk.edits.json", pack(root, elsewhere, always, renamed))
    log = root.command("once").stderr
    assert "paragraph 0 of passage 0 of chunk 0 to be otherwise: the words there have changed since" in log
    assert "a word always to be written otherwise: there is nothing to be written" in log
    assert "the speaker 'SPEAKER_07' to be 'Ben': nobody has that name" in log
    assert not any(word in log for word in ("valley", "house", "clue"))
    assert "valley" in root.summary("a/talk")["unfit_edits"][0]


def test_what_is_dropped_into_the_inbox_is_taken_and_goes(amended_root):
    root = amended_root
    daemon = root.start()
    daemon.logged("watching inbox")
    always = {"kind": "always", "heard": "Eefa", "written": "Aoife"}
    root.drop("talk.edits (1).json", pack(root, mend(root, "Eefa", "Aoife"), always))
    until(lambda: "Aoife" in texts(root)["srt"] and list(root.inbox.glob("*.json")) == [])
    daemon.logged("config read")
    assert "Aoife" in (root.path / "corrections.yaml").read_text()
    root.drop("b.txt", "Ann: Eefa was here.\n")
    until(lambda: "b" in root.results())
    assert "Aoife was here" in (root.outbox / "b/b.md").read_text()


def test_what_can_not_be_taken_stays_and_is_explained(amended_root):
    root = amended_root
    root.drop("talk.edits.json", pack(root).replace("a/talk.vtt", "b/talk.vtt"))
    root.drop("other.edits.json", "{}")
    root.command("once")
    assert sorted(path.name for path in root.inbox.glob("*.json")) == ["other.edits.json", "talk.edits.json"]
    assert root.results() == ["a/talk"]
    daemon = root.start()
    daemon.logged("unused", 2)
    until(lambda: "not the edits of a result" in root.command("status").stdout)
