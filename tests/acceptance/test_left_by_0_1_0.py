"""State that 0.1.0 left in the middle of its work is read and finished, and nothing of it is asked for twice.

left_by_0_1_0/ is what that version wrote before it was killed: `course--talk` and `rules` with three of their
chunks done, by a model and by the offline rules; `claimed` without a plan; `retired` FAILED because its model
was not offered any more.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

LEFT = Path(__file__).parent / "left_by_0_1_0"
TOLD = re.compile(r"<transcript>(.*)</transcript>", re.S)


def put_state(root):
    """The state as that daemon left it: modes and empty folders are not checked in."""
    shutil.copytree(LEFT, root.state, dirs_exist_ok=True)
    for path in [root.state, *root.state.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)


@pytest.fixture
def left(make_root, server):
    root = make_root(base_url=server.url, concurrency=1, chunk_words=20, model="model-2")
    put_state(root)
    return root


def undisturbed(root, name, source):
    """The text of a result that was made from the same source in one go."""
    root.drop(name, source)
    root.command("once")
    return texts_of(root, os.path.splitext(name)[0])


def texts_of(root, result):
    """The files of a result that hold its text; without its day, and the language that 0.1.0 never told."""
    found = {}
    for path in (root.outbox / result).iterdir():
        if path.suffix in (".md", ".vtt", ".srt") and path.stem != "original":
            found[path.name] = re.sub(r"^(?:date|Language): .*\n", "", path.read_text(), flags=re.M)
    return found


def asked_for(server):
    """What the server was asked to clean, request by request."""
    return [TOLD.search(str(body["messages"])).group(1) for body in server.bodies]


def test_its_jobs_are_finished_to_the_same_results(left, server, make_root):
    assert left.command("once", check=False).returncode == 1, "one of the jobs had failed"
    assert left.results() == ["claimed", "course/talk", "rules"]
    model = make_root("model", base_url=server.url, concurrency=1, chunk_words=20, model="model-2")
    rules = make_root("rules", provider="offline", chunk_words=10)
    for root, name, kept in (
        (model, "course/talk.vtt", "course--talk/source.vtt"),
        (model, "claimed.txt", "claimed/source.txt"),
        (rules, "rules.txt", "rules/source.txt"),
    ):
        result = os.path.splitext(name)[0]
        assert texts_of(left, result) == undisturbed(root, name, (LEFT / kept).read_text())
        assert left.summary(result)["flags"] == []


def test_what_it_had_saved_is_not_asked_for_again(left, server):
    left.command("once", check=False)
    asked = asked_for(server)
    missing = left.summary("course/talk")["chunks"] - 3 + left.summary("claimed")["chunks"]
    assert len(asked) == missing
    assert not [told for told in asked if "Ben" in told and "number 0 of the day" in told]
    assert left.summary("rules")["provider"] == "offline"


def test_a_job_of_its_shipped_prompt_is_judged_strictly(left, server):
    """This answer is of the right length: a prompt of one's own might have asked for it."""

    def reword(body):
        told = TOLD.search(str(body["messages"])).group(1)
        turns = re.findall(r'<turn id="\d+"[^>]*>', told)
        return "\n".join(
            f"{turn}somebody counts the boats which lie there and goes home</turn>" for turn in turns
        )

    server.answer = reword
    left.command("once", check=False)
    left.command("retry", "course--talk")  # it was stopped early: its model is not up to it
    left.command("once", check=False)
    summary = left.summary("course/talk")
    assert {flag["chunk"] for flag in summary["flags"]} == set(range(3, summary["chunks"]))
    assert "somebody counts" not in (left.outbox / "course/talk/talk.md").read_text()


def test_its_job_whose_model_was_retired_goes_on_under_todays_settings(left, server):
    assert "FAILED" in os.listdir(left.state / "retired")
    left.command("retry", "retired")
    left.command("once")
    summary = left.summary("retired")
    assert summary["model"] == "model-1, then model-2"
    asked = [told for told in asked_for(server) if "Cat" in told or "Dan" in told]
    assert len(asked) == summary["chunks"] - 2
