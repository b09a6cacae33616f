"""The status as people read it."""

from msgspec.structs import replace

from daemon.delivery.catalogue.database import Counts, Flagged, Rejected
from daemon.intake.waiting import WaitingFile
from daemon.status.live_record import Asking, Held
from daemon.status.snapshot import Batches, JobStatus, Snapshot
from daemon.status.table import describe_in_one_line, describe_status
from daemon.workers.admission import Swap

TALK = JobStatus("talk", "working", 12, 41, 1, 0.0123, None, 36_000, {"timing": 900, "note": 4})
LOST = JobStatus("lost", "failed", 3, 10, 0, 0.0, "Its budget is spent.")


def snapshot(*jobs, running=True, held=None, problem=None, paused=None, inbox=0, spent=0.0):
    return Snapshot(running, 4711 if running else None, held, problem, paused, inbox, spent, jobs)


def test_jobs_stand_in_a_table_and_what_failed_says_why_and_what_to_do():
    assert describe_status(snapshot(TALK, LOST, inbox=2, spent=0.5), "inbox/") == (
        "transcriptd is running (pid 4711).\n"
        "\n"
        "2 files waiting in inbox/\n"
        "\n"
        "  JOB   STATE      CHUNKS   WORDS  NOT SPEECH  FLAGS  NOTES     COST\n"
        "  talk  working  12 of 41  36,000         904      1         $0.0123\n"
        "  lost  failed    3 of 10\n"
        "    Its budget is spent.\n"
        "    To try again, run: transcriptd retry lost\n"
        "\n"
        "Spent today: $0.5000\n"
    )


def test_an_empty_inbox_tells_a_first_time_user_what_to_do():
    assert describe_status(snapshot(running=False), "/here") == (
        "transcriptd is not running. Start it with: transcriptd run\n"
        "\n"
        "Nothing to do. Drop a transcript into /here\n"
    )


def test_work_without_a_daemon_says_how_to_start_one():
    assert "transcriptd once" in describe_status(snapshot(running=False, inbox=1), "inbox/")
    assert "transcriptd once" not in describe_status(snapshot(running=False), "inbox/")
    assert "transcriptd run" not in describe_status(snapshot(inbox=1), "inbox/")


def test_where_a_file_can_not_be_used_there_is_something_to_do():
    waiting = (WaitingFile("talk.yaml", "it can't be used"),)
    text = describe_status(replace(snapshot(), waiting=waiting), "inbox/")
    assert "0 files waiting in inbox/\n  talk.yaml: it can't be used.\n" in text
    assert "Nothing to do" not in text


def test_a_paused_job_says_why_and_how_it_goes_on():
    paused = JobStatus("talk", "paused", 0, 3, 0, 0.0, None, 113, paused="Ann reads it")
    assert describe_status(snapshot(paused), "inbox/").endswith(
        "    Ann reads it.\n    To go on, run: transcriptd resume talk\n"
    )


LONG = JobStatus("A long walk through the harbours of the north, part 2", "failed", 1, 9, 0, 0.5, "No. " * 40)


def test_a_long_name_leaves_the_numbers_in_their_columns_within_80():
    lines = describe_status(snapshot(TALK, LONG), "inbox/").splitlines()
    heads = next(line for line in lines if "CHUNKS" in line)
    at = lines.index(f"  {LONG.name}")
    assert lines[at + 1].split() == ["failed", "1", "of", "9", "$0.5000"]
    assert lines[at + 1].index("failed") == heads.index("STATE")
    assert lines[at + 1].index("$0.5000") + len("$0.5000") == heads.index("COST") + len("COST")
    assert max(map(len, lines[: at + 2])) <= 80


def test_a_command_that_is_to_be_run_can_be_pasted_into_a_shell():
    told = describe_status(snapshot(LONG), "inbox/")
    assert f"    To try again, run: transcriptd retry '{LONG.name}'\n" in told


def test_sentences_are_broken_at_80_columns_and_paths_are_not():
    path = "/a/" + "very-long-folder/" * 6
    text = describe_status(
        snapshot(LONG, problem=f"inbox {path} is not there; mount it, or put it back"), "inbox/"
    )
    assert [line for line in text.splitlines() if len(line) > 80 and "retry" not in line] == [f"  {path}"]


def test_names_of_wide_characters_and_accents_keep_the_columns():
    rows = describe_status(
        snapshot(TALK, replace(TALK, name="講演"), replace(TALK, name="te\u0301le\u0301")), "inbox/"
    )
    talk, wide, accented = (line for line in rows.splitlines() if "working" in line)
    assert wide.index("working") == talk.index("working") - 2
    assert accented.index("working") == talk.index("working") + 2


def test_a_hold_is_asked_again_only_by_a_daemon_that_runs():
    held = Held("No key.", "2026-11-23T10:00:00+01:00")
    assert "HELD: No key. Asked again at 2026-11-23 10:00:00.\n" in describe_status(
        snapshot(held=held), "inbox/"
    )
    ended = describe_status(snapshot(held=held, running=False), "inbox/")
    assert "HELD when it ended: No key. This run is over: asked again at the next start.\n" in ended


def test_what_keeps_it_from_working_comes_first():
    held = Held("The disk is full. Make room.", "2026-11-23T10:00:00+01:00")
    text = describe_status(
        snapshot(TALK, held=held, paused="lunch", problem="the inbox is not there"), "inbox/"
    )
    first = [line for line in text.split("\n\n")[0].splitlines() if not line.startswith(" ")]
    assert [line.split(":")[0].split()[0] for line in first] == ["transcriptd", "HELD", "PAUSED", "PROBLEM"]
    assert "PAUSED: lunch. To go on" in text


def test_files_that_are_not_taken_are_named_with_the_reason():
    waiting = (WaitingFile("talk.vtt", "it is empty"), WaitingFile("a.part", "it is unfinished."))
    text = describe_status(replace(snapshot(inbox=1), waiting=waiting), "inbox/")
    assert "1 file waiting in inbox/\n  talk.vtt: it is empty.\n  a.part: it is unfinished.\n" in text


def test_what_came_out_is_counted_today_and_in_all():
    text = describe_status(replace(snapshot(), results=Counts(340, 12, 5, 3, 1, 0)), "inbox/", "index.html")
    assert text.endswith(
        "Today: 3 delivered, 1 of them not cleaned throughout\n"
        "In the outbox: 340 delivered, 12 of them not cleaned throughout, 5 rejected; see index.html\n"
    )


def test_what_was_rejected_and_what_was_not_cleaned_is_named():
    counts = Counts(
        12,
        3,
        2,
        newest_rejected=(Rejected("a\nb.txt", "It is a picture."),),
        newest_flagged=(Flagged("talk", 1),),
    )
    text = describe_status(replace(snapshot(), results=counts), "inbox/", "index.html")
    assert text.endswith(
        "\n\nRejected in the last 7 days:\n  a\\nb.txt: It is a picture.\n"
        "  and 1 other; index.html names all\n"
        "\nNot cleaned throughout, in the last 7 days:\n  talk: 1 passage keeps its original words.\n"
        "  and 2 others; index.html names all\n"
    )


def test_one_line_says_what_goes_on():
    assert describe_in_one_line(snapshot()) == "idle, $0.00 today"
    assert describe_in_one_line(snapshot(TALK, LOST, inbox=1, spent=0.126)) == (
        "2 jobs, 15 of 51 chunks, 1 failed, 1 file waiting, $0.13 today"
    )
    assert describe_in_one_line(snapshot(TALK, held=Held("No key.", ""))) == "held: No key."
    assert describe_in_one_line(snapshot(TALK, paused="")) == "paused"


def test_what_is_out_in_batches_is_said_with_its_times_and_what_it_saved():
    out = Batches(1234, "2026-06-01T12:00:05+02:00", "2026-06-02T12:00:07+02:00")
    text = describe_status(replace(snapshot(TALK, spent=0.5), batches=out, saved_today=0.25), "inbox/")
    assert (
        "1,234 requests have been out in message batches since 2026-06-01 12:00:05, home\n"
        "  by 2026-06-02 12:00:07 at the latest.\n"
    ) in text
    assert "Spent today: $0.5000 (message batches saved $0.2500)\n" in text


def test_since_when_a_question_is_out_is_said_and_of_the_first_that_it_may_take_minutes():
    later = replace(snapshot(TALK), asking=Asking("2026-03-01T12:00:07+01:00", first=False))
    assert "A question has been out since 2026-03-01 12:00:07.\n" in describe_status(later, "inbox/")
    first = replace(later, asking=Asking("2026-03-01T12:00:07+01:00", first=True))
    said = " ".join(describe_status(first, "inbox/").split())
    assert "The model's first answer has been awaited since 2026-03-01 12:00:07" in said
    assert "minutes" in said


def test_a_model_that_answers_for_another_is_named():
    swapped = replace(snapshot(TALK), swap=Swap("claude-haiku-5-5", "deep-model"))
    said = " ".join(describe_status(swapped, "inbox/").split())
    assert "claude-haiku-5-5 was asked for, but deep-model answers" in said


def test_a_model_that_flags_most_of_what_it_gets_is_said():
    text = describe_status(
        replace(snapshot(TALK), flagging="The model tiny can't clean most of it."), "inbox/"
    )
    assert "\nNOT CLEANED: The model tiny can't clean most of it.\n" in text


def test_an_exact_copy_says_whose_result_it_waits_for():
    copy = replace(TALK, name="copy", state="claimed", waits_for="talk")
    text = " ".join(describe_status(snapshot(TALK, copy), "inbox/").split())
    assert "copy claimed" in text
    assert "It is an exact copy of talk, waits for that, and is delivered from its result." in text


def test_the_way_to_the_index_is_told_where_there_is_one():
    full = replace(snapshot(), results=Counts(delivered=3))
    assert describe_status(full, "inbox/").endswith("In the outbox: 3 delivered\n")
    assert describe_status(full, "inbox/", "/here/index.html").endswith("3 delivered; see /here/index.html\n")
