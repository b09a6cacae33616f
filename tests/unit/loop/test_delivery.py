"""One delivery: what it reads and computes, and what it does when a chunk is gone at the last moment."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from daemon.loop.steps.ending import Ending
from daemon.loop.steps.long_steps import LongSteps
from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from daemon.store.job import ChunkGone
from daemon.store.plan import mark_copy
from daemon.system.files import Folder
from daemon.text import alignment
from daemon.text.unseen import UNSEEN
from tests.conftest import until

TURNS = 12
OUTPUTS = ("md", "txt", "json", "srt", "vtt")


def captions():
    """Turns of two people, each another text."""
    cues = []
    for number in range(TURNS):
        time = f"00:00:{2 * number:02d},000 --> 00:00:{2 * number + 2:02d},000"
        who = ("Ann", "Ben")[number % 2]
        said = f"um sentence number {number} of a talk that has a few plain words"
        cues.append(f"{number + 1}\n{time}\n{who}: {said}\n")
    return "\n".join(cues)


@pytest.fixture
def work_until(root):
    """Works on a dropped file, in this process, until something is so."""
    supervisors = []

    def work(condition):
        root.write_config(outputs=OUTPUTS, chunk_words=30)
        root.drop("talk.srt", captions())
        supervisor = Supervisor(load_config(str(root.path / "config.yaml")), lambda *_, **__: None)
        supervisors.append(supervisor)

        def look():
            supervisor.look()
            return condition(supervisor)

        until(look)

    yield work
    for supervisor in supervisors:
        supervisor.stop()
        supervisor._leave()


@pytest.fixture
def deliver(root, work_until):
    """Delivers a dropped file and gives back its result."""

    def run():
        work_until(lambda supervisor: "talk" in root.results() and not supervisor.jobs.open_jobs)
        return root.outbox / "talk"

    return run


def test_a_delivery_reads_each_checkpoint_once_and_aligns_each_turn_once(deliver, monkeypatch):
    opened, aligned = Counter(), Counter()
    open_file, align = Folder.open, alignment.align_words

    def count_open(folder, name):
        opened[name] += 1
        return open_file(folder, name)

    def count_align(original, cleaned):
        aligned[" ".join(original)] += 1
        return align(original, cleaned)

    monkeypatch.setattr(Folder, "open", count_open)
    monkeypatch.setattr(alignment, "align_words", count_align)
    result = deliver()
    names = sorted(path.name for path in result.iterdir())
    assert names == [
        "original.srt",
        "record.jsonl.gz",
        "review.html",
        "summary.json",
        *sorted(f"talk.{name}" for name in OUTPUTS),
    ]
    seen = opened.copy()  # the index goes on in the background
    checkpoints = {name: times for name, times in seen.items() if re.fullmatch(r"\d{4}\.json", name)}
    assert len(checkpoints) > 1
    assert set(checkpoints.values()) == {1}
    assert len(aligned) == TURNS
    assert set(aligned.values()) == {1}


def cut_off(path):
    path.write_bytes(path.read_bytes()[:40])


@pytest.mark.long
@pytest.mark.parametrize("spoil", [Path.unlink, cut_off])
@pytest.mark.parametrize("place", [(LongSteps, "_deliver_result"), (Ending, "deliver_job")])
def test_a_chunk_that_is_gone_when_its_job_is_to_be_delivered_is_cleaned_again(
    deliver, root, monkeypatch, spoil, place
):
    owner, name = place
    real, spoiled = getattr(owner, name), []

    def spoil_first(*args, **kwargs):
        if not spoiled:
            spoiled.append(root.state / "talk" / "0001.json")
            spoil(spoiled[0])
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, spoil_first)
    text = (deliver() / "talk.txt").read_text()
    assert len(spoiled) == 1
    assert all(f"number {number} of a talk" in text for number in range(TURNS))


def test_of_a_plan_that_was_replaced_just_before_the_delivery_the_new_one_is_delivered(
    deliver, root, monkeypatch
):
    real, replaced = LongSteps._deliver_result, []

    def replace_first(*args):
        if not replaced:
            with Folder(str(root.state / "talk")) as folder:
                replaced.append(mark_copy(folder.read("plan.jsonl"), "another", folder))
                folder.write("plan.jsonl", replaced[0])
        return real(*args)

    monkeypatch.setattr(LongSteps, "_deliver_result", replace_first)
    assert json.loads((deliver() / "summary.json").read_text())["copy_of"] == "another"


def test_a_chunk_that_is_read_one_time_and_not_the_next_fails_its_job(work_until, root, monkeypatch):
    tried = []

    def find_it_gone(ending, job, *, again):
        tried.append(again)
        raise ChunkGone("Chunk 1 is gone.", "Run `transcriptd retry`.")

    monkeypatch.setattr(Ending, "deliver_job", find_it_gone)
    work_until(lambda supervisor: (root.state / "talk" / "FAILED").exists())
    assert tried == [False]
    assert "Chunk 1 is gone" in (root.state / "talk" / "FAILED").read_text()


# --- nothing in a result is obeyed, or unseen ------------------------------------------------------------

HIDDEN = "\x1b[2J so\u202e it\u200bis \u2066said\u2069 \xad\x07here\u2028now \u200e\u200f\x85\ufeff"
SOURCES = {
    "text": ("talk.txt", f"Ann\u202e: um {HIDDEN} and that is all.\n\nBen: fine, thank you.\n"),
    "captions": ("talk.srt", f"1\n00:00:01,000 --> 00:00:04,000\nAnn: {HIDDEN} &rlm;&#8238; end.\n"),
    "escapes": (
        "talk.json",
        json.dumps(
            {"segments": [{"start": 0, "end": 4, "text": f"um {HIDDEN} end.", "speaker": "An\u202en"}]}
        ),
    ),
    "page": ("talk.html", f"<p>Ann: um {HIDDEN} &#x202e; end.</p><p>Ben: fine, thank you.</p>"),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_what_a_terminal_would_obey_or_nobody_would_see_is_in_no_output(root, work, kind):
    name, text = SOURCES[kind]
    root.write_config(outputs=OUTPUTS)
    root.drop(name, text)
    work()
    for path in (root.outbox / "talk").iterdir():
        if path.name.startswith(("original", "record")):  # as it came; for the program alone
            continue
        held = path.read_text()
        assert not re.search(f"[{UNSEEN}]", held), path.name
        assert not re.search(r"\\u(200[bef]|202[a-e]|206[0-9])", held), path.name
