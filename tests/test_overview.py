"""The status as people read it."""

from daemon.overview import headline, overview
from daemon.status import Held, JobStatus, Snapshot

TALK = JobStatus("talk", "working", 12, 41, 1, 0.0123, None, 36_000, {"timing": 900, "note": 4})
LOST = JobStatus("lost", "failed", 3, 10, 0, 0.0, "Its budget is spent.")


def snapshot(*jobs, running=True, held=None, problem=None, paused=None, inbox=0, spent=0.0):
    return Snapshot(running, 4711 if running else None, held, problem, paused, inbox, spent, jobs)


def test_jobs_stand_in_a_table_and_what_failed_says_why_and_what_to_do():
    assert overview(snapshot(TALK, LOST, inbox=2, spent=0.5), "inbox/") == (
        "transcriptd is running (pid 4711).\n"
        "\n"
        "2 files waiting in inbox/\n"
        "\n"
        "  JOB   STATE      CHUNKS   WORDS  DROPPED  FLAGS     COST\n"
        "  talk  working  12 of 41  36,000      904      1  $0.0123\n"
        "  lost  failed    3 of 10\n"
        "    Its budget is spent.\n"
        "    Then run: transcriptd retry lost\n"
        "\n"
        "Spent today: $0.5000\n"
    )


def test_an_empty_inbox_tells_a_first_time_user_what_to_do():
    assert "Nothing to do. Drop a transcript into /here" in overview(snapshot(), "/here")


def test_work_without_a_daemon_says_how_to_start_one():
    assert "transcriptd run" in overview(snapshot(running=False, inbox=1), "inbox/")
    assert "transcriptd run" not in overview(snapshot(inbox=1), "inbox/")


def test_what_keeps_it_from_working_comes_first():
    held = Held("The disk is full. Make room.", "2026-11-23T10:00:00+01:00")
    text = overview(snapshot(TALK, held=held, paused="lunch", problem="the inbox is not there"), "inbox/")
    first = text.split("\n\n")[0].splitlines()
    assert [line.split(":")[0].split()[0] for line in first] == ["transcriptd", "HELD", "PAUSED", "PROBLEM"]


def test_one_line_says_what_goes_on():
    assert headline(snapshot()) == "idle, $0.00 today"
    assert headline(snapshot(TALK, LOST, inbox=1, spent=0.126)) == (
        "2 jobs, 15 of 51 chunks, 1 failed, 1 file waiting, $0.13 today"
    )
    assert headline(snapshot(TALK, held=Held("No key.", ""))) == "held: No key."
    assert headline(snapshot(TALK, paused="")) == "paused"
