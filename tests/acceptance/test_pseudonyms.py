"""Pseudonyms from outside: what the server saw, what was written down, and what the results show."""

import json
import os
import re
import zipfile

import pytest
import yaml

from tests.messages_server import clean, error, last_user_text

NAMES = {"Ann Lee": "P01", "Ann": "P01", "Dr Novák": "P02", "Oxford": "Q1"}
PLAIN = re.compile(r"\bann\b|\blee|nov[aá]k|oxford", re.I)
OUTPUTS = ["md", "txt", "json", "srt", "docx", "redline"]
CUES = """1
00:00:01,000 --> 00:00:06,000
Ann Lee: um hello, I am ann lee and this is Ann's show from Oxford.

2
00:00:06,000 --> 00:00:12,000
Ann Lee: uh today we talk to Dr Novák, and ANN LEE'S guests know Dr. Novák's work very well.

3
00:00:12,000 --> 00:00:18,000
Bob: thank you Ann, um, it is good to be in oxford with Ann Lee again, as Dr Novak said.
"""


def everything_written(folder):
    """The names and the bytes of all files below a folder, as one text."""
    texts = []
    for where, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(where, name)
            with open(path, "rb") as file:
                texts.append(f"{os.path.relpath(path, folder)}\n{file.read().decode('utf-8', 'replace')}")
    return "\n".join(texts)


def everything_sent(server):
    parts = []
    for request in server.requests:
        parts += [request.path, json.dumps(request.headers), json.dumps(request.body, ensure_ascii=False)]
    for batch in server.batches.all.values():
        parts.append(json.dumps(batch.requests, ensure_ascii=False))
    return "\n".join(parts)


def texts_of(root, result):
    """What each file of a result shows, but for the original and the record, which hold what was dropped."""
    texts = {}
    for path in sorted((root.outbox / result).iterdir()):
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as parts:
                texts[path.name] = "".join(
                    parts.read(name).decode("utf-8", "replace") for name in parts.namelist()
                )
        elif path.is_file() and path.suffix != ".gz" and not path.name.startswith("original"):
            texts[path.name] = path.read_text()
    return texts


def drop_talk(root):
    own = {"title": "Ann Lee meets Dr Novák", "pseudonyms": {"Dr Novak": "P02"}}
    root.drop("ann-lee.yaml", yaml.safe_dump(own, allow_unicode=True))
    root.drop("ann-lee.srt", CUES)


def name_in(root, **settings):
    """A root with pseudonyms, and names in everything that goes with a request."""
    (root.path / "own.md").write_text("Clean this as Ann would in Oxford.\n")
    root.write_config(
        **{
            "pseudonyms": NAMES,
            "glossary": ["Ann Lee", "Dr Novák of Oxford"],
            "also": "Ann Lee never says um.",
            "outputs": OUTPUTS,
            "chunk_words": 20,
            **settings,
        }
    )
    return root


def spoil_first(server):
    """The first answer about each question is without its pseudonyms, so that it is asked again."""
    plain, seen = server.answer, set()

    def answer(body):
        asked = last_user_text(body)
        if asked in seen:
            return plain(body)
        seen.add(asked)
        return plain(body).replace("P01", "he")

    server.answer = answer


OWN_SETTINGS = {
    "openai": {"provider": "openai", "model": "m"},
    "batch": {"batch": True, "batch_gather_seconds": 0.1},
    "prompt": {"style": "own.md", "fallback_model": "strong"},
}


def clean_talk(kind, root, server, there, temp):
    """Clean the talk in one of these ways; where its result lies, and what was logged."""
    env = {"TMPDIR": str(temp)}
    if kind == "clean":
        done = root.command("clean", str(root.inbox / "ann-lee.srt"), "--output", str(there), env=env)
        return there, [done.stderr]
    if kind != "batch":
        return root.outbox, [root.command("once", env=env).stderr]
    server.batches.end_after = None
    sent = root.command("once", "--wait", "0", env=env, check=False)
    assert sent.returncode == 69
    check_hidden_in_state(root)
    server.batches.end_all()
    return root.outbox, [sent.stderr, root.command("once").stderr]


def check_hidden_in_state(root):
    """While a batch is out no name stands in the state folder, but in the source and what is read of it."""
    written = [*(root.state / ".batches").rglob("*"), *(root.state / "ann-lee").iterdir()]
    sources = ("source", "beside", "plan.jsonl", "job.json")
    for path in written:
        if path.is_file() and not path.name.startswith(sources):
            assert not PLAIN.search(path.read_text("utf-8", "replace")), path


@pytest.mark.parametrize("kind", ["messages", "openai", "batch", "prompt", "clean"])
def test_no_name_leaves_the_machine_or_is_written_beside_the_source(kind, make_root, server, tmp_path):
    root = name_in(make_root(base_url=server.url, concurrency=4), **OWN_SETTINGS.get(kind, {}))
    server.faults.append(error(529, "overloaded_error", "busy"))
    spoil_first(server)
    temp = tmp_path / "temp"
    temp.mkdir()
    drop_talk(root)
    where, logs = clean_talk(kind, root, server, tmp_path / "there", temp)
    text = (where / "ann-lee" / "ann-lee.md").read_text()
    assert "Ann Lee" in text
    assert "P0" not in text
    sent = everything_sent(server)
    assert "P01" in sent
    assert "Q1" in sent
    assert PLAIN.search(sent) is None
    assert not any(PLAIN.search(log) for log in logs), logs
    assert PLAIN.search(everything_written(temp)) is None
    ledgers = list(root.path.rglob("ledger.csv")) + list(tmp_path.rglob("there/**/ledger.csv"))
    assert ledgers
    assert not any(PLAIN.search(path.read_text()) for path in ledgers)


def test_results_have_the_names_or_keep_the_pseudonyms_as_render_is_asked(model_root, server):
    root = name_in(model_root)
    drop_talk(root)
    root.command("once")
    said = "I am ann lee and this is Ann's show from Oxford"
    for name, text in texts_of(root, "ann-lee").items():
        assert not re.search(r"\bP01\b", text) or name == "summary.json", name
    assert said in (root.outbox / "ann-lee/ann-lee.txt").read_text()
    asked = len(server.requests)
    root.write_config(pseudonyms_in_results=True)
    root.command("render", "ann-lee")
    texts = texts_of(root, "ann-lee")
    assert set(texts) >= {f"ann-lee.{kind}" for kind in ("md", "txt", "json", "srt", "docx", "redline.docx")}
    for name, text in texts.items():
        found = PLAIN.search(re.sub(r'"ann-lee[^"]*"', "", text))  # but for the names of files
        assert found is None, (name, text[found.start() - 60 : found.end() + 60])
    root.write_config(pseudonyms_in_results=False)
    root.command("render", "ann-lee")
    assert said in (root.outbox / "ann-lee/ann-lee.txt").read_text()
    assert len(server.requests) == asked


@pytest.mark.parametrize("kind", ["offline", "model"])
def test_pseudonyms_stay_where_they_are_to_stay_with_and_without_a_model(kind, request):
    root = request.getfixturevalue("root" if kind == "offline" else "model_root")
    root.write_config(pseudonyms=NAMES, pseudonyms_in_results=True)
    root.drop("talk.srt", CUES)
    root.command("once")
    text = (root.outbox / "talk/talk.md").read_text()
    assert PLAIN.search(text.replace("Dr Novak", "")) is None
    assert "**P01:**" in text


def test_a_model_that_drops_what_stands_for_a_name_is_found_out(model_root, server):
    server.answer = lambda body: clean(body).replace("P01", "somebody")
    model_root.write_config(pseudonyms=NAMES)
    model_root.drop("talk.txt", "Ben: so today we talk to Ann Lee about the long history of tea.\n")
    model_root.command("once")
    [flag] = model_root.summary("talk")["flags"]
    assert flag["reason"] == "what stands for a name was changed"
    assert "talk to Ann Lee about" in (model_root.outbox / "talk/talk.md").read_text()


def test_a_pseudonym_that_stands_in_the_transcript_is_another_one_and_said(model_root, server):
    model_root.write_config(pseudonyms={"Ann Lee": "P01"})
    model_root.drop("talk.txt", "Ben: so P01 is what Ann Lee calls the long room over there.\n")
    model_root.command("once")
    assert "so P01 is what P02 calls" in last_user_text(server.bodies[0])
    assert "so P01 is what Ann Lee calls" in (model_root.outbox / "talk/talk.md").read_text()
    [warning] = model_root.summary("talk")["warnings"]
    assert warning.startswith("P01, which was to stand for a name, stands in the transcript itself")
    assert "P02 did instead" in warning


def test_what_can_not_stand_for_a_name_stops_the_start_and_check_says_so(root):
    root.write_config(pseudonyms={"Ann": "Bob", "Bob": "P02"})
    done = root.command("once", check=False)
    assert done.returncode == 78
    assert "`pseudonyms`: 'Bob'" in done.stderr
    said = root.command("check", check=False)
    assert said.returncode == 78
    assert "`pseudonyms`" in said.stdout
    root.write_config(pseudonyms={"will": "P01"})
    said = root.command("check")
    assert "note  `pseudonyms`: will is a common word" in said.stdout


def amend_paragraph(root, change):
    """Amend the one paragraph of a talk as its review does; `change` makes the new words of those there."""
    [paragraph] = json.loads((root.outbox / "talk/talk.json").read_text())["paragraphs"]
    place = {"kind": "text", "chunk": 0, "passage": 0, "paragraph": 0}
    edit = {**place, "was": paragraph["cleaned"], "now": change(paragraph["cleaned"])}
    file = {
        "format": 1,
        "text_id": root.summary("talk")["text_id"],
        "source": "talk.txt",
        "edits": [edit],
    }
    (root.path / "talk.edits.json").write_text(json.dumps(file))
    root.command("amend", "talk", str(root.path / "talk.edits.json"))


def test_what_a_person_amends_has_the_names_that_are_to_be_seen(root):
    root.write_config(pseudonyms=NAMES, outputs=["md", "json", "docx"])
    root.drop("talk.txt", "Ben: so today we talk to Ann Lee about the long history of tea.\n")
    root.command("once")
    amend_paragraph(root, lambda text: "So today we talk to Ann Lee of Oxford about tea.")
    assert "talk to Ann Lee of Oxford about tea." in (root.outbox / "talk/talk.md").read_text()
    root.write_config(pseudonyms_in_results=True)
    root.command("render", "talk")
    for name, text in texts_of(root, "talk").items():
        assert name == "amendments.json" or PLAIN.search(text) is None, name
    assert "talk to P01 of Q1 about tea." in (root.outbox / "talk/talk.md").read_text()


def test_what_is_amended_behind_pseudonyms_has_the_names_that_were_said_when_they_are_shown(root):
    root.write_config(pseudonyms=NAMES, pseudonyms_in_results=True, outputs=["txt", "json"])
    root.drop("talk.txt", "Ben: so today we talk to Ann about the tea of Ann Lee.\n")
    root.command("once")
    amend_paragraph(root, lambda text: text.replace("tea", "coffee"))
    assert "talk to P01 about the coffee of P01." in (root.outbox / "talk/talk.txt").read_text()
    root.write_config(pseudonyms_in_results=False)
    root.command("render", "talk")
    assert "talk to Ann about the coffee of Ann Lee." in (root.outbox / "talk/talk.txt").read_text()


def test_the_log_has_no_name_of_a_sidecar_when_edits_do_not_fit_or_it_can_not_be_used(root):
    root.drop("talk.yaml", "pseudonyms: {Ann Lee: P01}\n")
    root.drop("talk.txt", "Ben: so today we talk to Ann Lee about tea.\n")
    root.command("once")
    unfit = {"kind": "speaker", "was": "Ann Lee", "name": "Ann"}
    file = {"format": 1, "text_id": root.summary("talk")["text_id"], "source": "talk.txt", "edits": [unfit]}
    root.drop("talk.edits.json", json.dumps(file))
    root.drop("bad.yaml", "pseudonyms: {Eva Lund: P.1}\n")
    root.drop("bad.txt", "Ben: so today we talk to Eva Lund about tea.\n")
    log = root.command("once", check=False).stderr
    assert "the speaker 'P01' to be 'Ann': nobody has that name" in log
    assert "'P.1', which is to stand for 'hidden1'" in log
    assert not re.search("Ann Lee|Eva Lund", log)


@pytest.mark.parametrize(
    "sidecar",
    [
        "pseudonyms: {Eva Lund: P01}\ntitel: A talk\n",
        "pseudonyms: {Eva Lund: P01, Eva Lund: P02}\n",
        "pseudonyms: {Eva Lund: P01, 'Eva Lund ': P02}\n",
        "pseudonyms: {Eva Lund: 1}\n",
        "a: &a {x: 1}\nb: *a\npseudonyms: {Eva Lund: P01}\n",
    ],
    ids=["unknown key", "twice", "twice but for a space", "no text", "refers to itself"],
)
def test_the_log_has_no_name_of_a_sidecar_that_has_mistakes(root, sidecar):
    root.drop("Eva Lund.yaml", sidecar)
    root.drop("Eva Lund.txt", "Ben: so today we talk to somebody about tea.\n")
    log = root.command("once", check=False).stderr
    assert "The .yaml beside the transcript" in log
    assert "Eva Lund" not in log


def test_the_trial_of_check_sends_no_name_either(model_root, server):
    name_in(model_root)
    model_root.command("check", "--try", check=False)
    assert any("<transcript>" in last_user_text(body) for body in server.bodies)
    assert PLAIN.search(everything_sent(server)) is None


def test_flagged_passages_are_not_asked_again_under_other_pseudonyms(model_root, server):
    server.answer = lambda body: clean(body).replace("tea", "coffee")
    model_root.drop("talk.txt", "Ben: so today we talk to Ann Lee about the long history of tea.\n")
    model_root.command("once")
    server.answer = clean
    model_root.write_config(pseudonyms=NAMES)
    before = len(server.bodies)
    model_root.command("redo", "--flagged", "talk")
    model_root.command("once", check=False)
    assert len(server.bodies) == before
    assert "pseudonyms" in (model_root.outbox / "rejected/talk/REASON.txt").read_text()
