"""`redo --flagged` from outside: what kept its original words is asked for again, and nothing else."""

import re

import pytest

from tests.messages_server import clean, error, last_user_text

SPEAKERS = ("Ann", "Ben")
SAID = "um Eefa says that the sentence of number {} is about the long history of tea in the old house."
TALK = "\n\n".join(f"{SPEAKERS[number % 2]}: {SAID.format(number)}" for number in range(40))
BAD = (7, 19, 33)


def spoil(server):
    """The weak model makes something up for three of the passages; the strong one cleans as it should."""
    plain = server.answer

    def answer(body):
        spoilt = any(f"number {number} is" in transcript_of(body) for number in BAD)
        if spoilt and body["model"] != "strong":
            return '<turn id="1">Nobody in here ever said such a thing as this one at all.</turn>'
        return plain(body)

    server.answer = answer


def transcript_of(body):
    return last_user_text(body).partition("<transcript>")[2]


def body_of(root, result):
    return (root.outbox / result / "talk.md").read_text().split("---\n", 2)[2]


@pytest.fixture
def spoilt(model_root, server):
    """A root with a result of forty chunks, three of which kept their original words."""
    spoil(server)
    model_root.write_config(chunk_words=20, corrections={"Eefa": "Aoife"})
    model_root.drop("talk.txt", TALK)
    model_root.command("once")
    summary = model_root.summary("talk")
    assert (summary["chunks"], len(summary["flags"])) == (40, 3)
    return model_root


def test_three_flags_of_forty_chunks_are_three_requests(spoilt, server):
    before = len(server.bodies)
    spoilt.command("redo", "--flagged", "--model", "strong", "talk")
    spoilt.command("once")
    asked = server.bodies[before:]
    assert [body["model"] for body in asked] == ["strong"] * 3
    said = [re.search(r"number (\d+) is", transcript_of(body))[1] for body in asked]
    assert sorted(map(int, said)) == list(BAD)
    assert all("Eefa" not in last_user_text(body) for body in asked)
    summary = spoilt.summary("talk-2")
    assert summary["flags"] == []
    assert summary["requests"] == 3
    assert summary["chunks"] == 40
    assert spoilt.summary("talk")["flags"], "the old result stays as it was"
    old, new = body_of(spoilt, "talk"), body_of(spoilt, "talk-2")
    assert new.count("Aoife says that") == 40
    unmarked = [line for line in old.splitlines() if line and not line.startswith(">")]
    differing = [line for line in new.splitlines() if line and line not in unmarked]
    assert len(differing) == 3


def test_the_model_that_cleaned_the_rest_of_a_chunk_is_still_named(spoilt, server):
    spoilt.write_config(chunk_words=900)
    spoilt.drop("whole.txt", TALK)
    spoilt.command("once")
    assert spoilt.summary("whole")["chunks"] == 1
    spoilt.command("redo", "--flagged", "--model", "strong", "whole")
    spoilt.command("once")
    summary = spoilt.summary("whole-2")
    assert summary["flags"] == []
    assert summary["model"] == f"{spoilt.summary('whole')['model']}, then strong"


def test_killed_anywhere_it_is_paid_once(spoilt, server):
    spoilt.command("redo", "--flagged", "--model", "strong", "talk")
    spoilt.write_config(concurrency=1)
    before = len(server.bodies)
    server.hold()
    daemon = spoilt.start()
    server.wait_for(1)
    daemon.kill()
    server.release()
    spoilt.command("once")
    answered = {transcript_of(body) for body in server.bodies[before:]}
    assert len(answered) == 3
    assert spoilt.summary("talk-2")["flags"] == []


def test_with_a_damaged_ticket_no_more_is_paid_for(spoilt, server):
    def answer(body):
        made_up = "Nobody in here ever said such a thing as this one at all."
        return (
            clean(body)
            if body["model"] == "strong"
            else re.sub(r"[^>]*number 7 is[^<]*", made_up, clean(body))
        )

    server.answer = answer
    spoilt.write_config(chunk_words=40, attempts=1)
    spoilt.drop("whole.txt", TALK)
    spoilt.command("once")
    spoilt.command("redo", "--flagged", "--model", "strong", "whole")
    server.fault = lambda body: error(500)
    spoilt.command("once", "--wait", "0", check=False)
    (spoilt.state / "whole/job.json").write_text("{")
    server.fault = lambda body: None
    before = len(server.bodies)
    spoilt.command("once")
    (asked,) = server.bodies[before:]
    assert re.findall(r"number (\d+) is", transcript_of(asked)) == ["7"]
    assert spoilt.summary("whole-2")["flags"] == []


def test_asked_for_twice_it_is_paid_once(spoilt, server):
    spoilt.command("redo", "--flagged", "--model", "strong", "talk")
    server.fault = lambda body: error(500)
    spoilt.write_config(attempts=1)
    spoilt.command("once", "--wait", "0", check=False)
    server.fault = lambda body: None
    before = len(server.bodies)
    spoilt.command("redo", "--flagged", "--model", "strong", "talk")
    spoilt.command("once", "--wait", "0", check=False)
    assert len(server.bodies) - before == 3
    assert spoilt.summary("talk-2")["flags"] == []
    reason = (spoilt.outbox / "rejected/talk/REASON.txt").read_text()
    assert "in work already, as talk" in reason


def test_asked_for_again_after_its_ticket_was_damaged_it_is_paid_once(spoilt, server):
    spoilt.command("redo", "--flagged", "--model", "strong", "talk")
    server.fault = lambda body: error(500)
    spoilt.write_config(attempts=1)
    spoilt.command("once", "--wait", "0", check=False)
    (spoilt.state / "talk/job.json").write_text("{")
    spoilt.command("redo", "--flagged", "--model", "strong", "talk")
    server.fault = lambda body: None
    before = len(server.bodies)
    spoilt.command("once", check=False)
    assert len(server.bodies) - before == 3
    assert spoilt.results() == ["rejected/talk", "talk", "talk-2"]


def test_all_of_it_may_be_asked_for_meanwhile(spoilt, server):
    spoilt.command("redo", "--flagged", "talk")
    server.fault = lambda body: error(500)
    spoilt.write_config(attempts=1)
    spoilt.command("once", "--wait", "0", check=False)
    server.fault = lambda body: None
    before = len(server.bodies)
    spoilt.command("redo", "talk")
    spoilt.command("once", "--wait", "0", check=False)
    assert len(server.bodies) - before >= 40


def test_where_nothing_is_flagged_nothing_is_asked(model_root, server):
    model_root.drop("talk.txt")
    model_root.command("once")
    done = model_root.command("redo", "--flagged", "talk", check=False)
    assert done.returncode == 2
    assert "Every passage" in done.stderr
    assert list(model_root.inbox.iterdir()) == []


def test_a_model_alone_is_refused_with_the_way_to_say_it(model_root):
    model_root.drop("talk.txt")
    model_root.command("once")
    done = model_root.command("redo", "--model", "strong", "talk", check=False)
    assert done.returncode == 2
    assert "--flagged" in done.stderr


def test_a_model_that_is_not_there_is_not_said_to_be_left_by_starting_over(spoilt, server):
    server.fault = lambda body: error(404, "not_found_error") if body["model"] == "gone" else None
    spoilt.command("redo", "--flagged", "--model", "gone", "talk")
    spoilt.command("once", check=False)
    [job] = spoilt.status()["jobs"]
    assert "`retry` has" in job["error"]
    assert "--fresh" not in job["error"], "it asks the same model again"
