"""The state folder, its jobs and their checkpoints: what the folders show is all there is to know."""

import errno
import fcntl
import json
import os
import re
import stat
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from daemon.costs.ledger_file import LEDGER
from daemon.errors import ConfigError, JobError, LockedError, ServiceError
from daemon.intake.planning import make_plan
from daemon.settings.profile import Settings
from daemon.store import plan
from daemon.store.failure import DISK_FAULT, FAILED, NO_MEMORY, Failure
from daemon.store.job import DISCARD, FRESH, RETRY, STEP, ChunkGone, JobState
from daemon.store.pause import PAUSE, find_pause_files
from daemon.store.retry import retry_failed
from daemon.store.saved import checkpoint
from daemon.store.saved.checkpoint import Binding
from daemon.store.state_folder import State, find_job
from daemon.store.strays import LateJobs, find_strays
from daemon.store.ticket import TICKET, Ticket, read_ticket
from daemon.system.disk_faults import refuse_start_at_disk
from daemon.system.files import Folder
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit, Flag, Note, ProcessedChunk, kept_original
from daemon.text.transcript import Segment
from daemon.text.turns import Turn
from tests.faulty_disk import Faulty
from tests.proofs.power_cut import before_each_change, every_kill

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TALK = b"\n\n".join(b"Ann: um sentence %d of this talk is said here by her." % n for n in range(12))
SETTINGS = Settings(
    provider="offline", model="", prompt="the prompt", glossary=("Zoë",), chunk_words=20, outputs=("md",)
)
TODAY = Settings(
    provider="anthropic", model="new", prompt="p", chunk_words=900, outputs=("md", "txt"), timestamps=False
)


def ticket(name="talk.txt", now=NOW):
    return Ticket.new(name, 1_700_000_000_000_000_000, now)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def state(path):
    opened = State(str(path))
    opened.take_lock()
    yield opened
    opened.close()


@pytest.fixture
def job(state):
    """A job with its source in."""
    made = state.admit_job(ticket())
    made.folder.write(made.ticket.source, TALK)
    yield made
    made.folder.close()


@pytest.fixture
def planned(job):
    job.freeze_plan(make_plan(TALK, "talk.txt", SETTINGS))
    return job


def test_who_sees_a_plan_while_it_is_loaded_sees_how_much_of_it_is_done(planned, state, monkeypatch):
    planned.save_chunk(kept_original(planned.read_chunk(0), "it is kept"))
    seen = []
    again = find_job(state.folder, planned.name)
    real = checkpoint.load_checkpoint

    def load(*args):
        seen.append((again.plan, len(again.missing)))
        return real(*args)

    monkeypatch.setattr(checkpoint, "load_checkpoint", load)
    with again.folder:
        again.load_progress()
        again.load_progress()
    assert seen[0] == (None, 0)
    assert seen[1] == (again.plan, len(again.missing))
    assert len(again.missing) == again.header.chunks - 1


def done(job, index, **more):
    chunk = job.read_chunk(index)
    texts = tuple(turn.text for turn in chunk.spoken())
    return ProcessedChunk(index, chunk.text, "\n\n".join(texts), turns=texts, **more)


def reopened(state, name="talk"):
    found = find_job(state.folder, name)
    assert found is not None
    found.load_progress()
    return found


# --- the folder ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_the_state_is_its_owners_alone_whatever_the_umask(path, umask):
    before = os.umask(umask)
    try:
        state = State(str(path))
        state.take_lock()
        state.admit_job(ticket("course/talk.txt")).folder.close()
        state.close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for found in path.rglob("*"):
        assert stat.S_IMODE(found.stat().st_mode) == (0o700 if found.is_dir() else 0o600)


def test_a_second_holder_of_the_lock_is_refused(state, path):
    second = State(str(path))
    with pytest.raises(LockedError):
        second.take_lock()
    second.close()


def test_a_state_that_is_a_file_is_refused_with_the_mend(tmp_path):
    (tmp_path / "state").touch()
    with pytest.raises(ConfigError, match="state folder"):
        State(str(tmp_path / "state"))


def test_jobs_come_oldest_first_and_what_is_no_job_is_not_among_them(state, path):
    for minute, name in ((3, "c.txt"), (1, "b.txt"), (2, "a.txt")):
        state.admit_job(ticket(name, NOW.replace(minute=minute))).folder.close()
    (path / "file").touch()
    (path / "foreign").mkdir()
    (path / ".hidden").mkdir()
    (path / "link").symlink_to(path / "a")
    (path / "broken").mkdir()
    (path / "broken" / "job.json").write_text("{}")
    assert [job.name for job in state.list_jobs()] == ["b", "a", "c"]


@pytest.mark.parametrize("name", ["../outside", ".cleared", "nothing", "file"])
def test_a_name_that_is_no_job_is_none(state, path, name):
    (path / "file").touch()
    assert find_job(state.folder, name) is None


def test_names_are_flat_numbered_and_kept_apart(state):
    names = ["course/talk.txt", "course--talk.txt", "course/talk.vtt", "talk.txt", "course/x/talk.txt"]
    found = [state.admit_job(ticket(name)).name for name in names]
    assert found == ["course--talk", "course--talk-2", "course--talk-3", "talk", "course--x--talk"]


@pytest.mark.parametrize("name", [".hidden.txt", "...txt", "x" * 255, "a/" * 200 + "b.txt", "na\udcffme.txt"])
def test_a_job_of_any_name_is_listed(state, name):
    made = state.admit_job(ticket(name))
    assert [(job.name, job.ticket) for job in state.list_jobs()] == [(made.name, made.ticket)]


def test_a_job_never_takes_the_name_of_the_ledger(state, path):
    assert state.admit_job(ticket(f"{LEDGER}.txt")).name == f"{LEDGER}-2"
    assert not (path / LEDGER).exists()


# --- recovery ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["PAUSE.srt", "pause.txt.srt", ".Pause.vtt"])
def test_a_job_is_never_called_what_would_be_taken_for_a_pause(state, path, name):
    with state.admit_job(ticket(name)).folder:
        assert find_pause_files(str(path)) == []


@pytest.mark.process
def test_more_jobs_are_listed_than_files_may_usually_be_open(state, path):
    for number in range(150):
        state.admit_job(ticket(f"talk{number}.txt")).folder.close()
    listing = (
        "import resource, sys; from daemon.system.files import Folder; "
        "from daemon.store.state_folder import list_jobs_in; "
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]; "
        "resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard)); "
        "print(len(list_jobs_in(Folder(sys.argv[1]))))"
    )
    done = subprocess.run([sys.executable, "-c", listing, path], capture_output=True, text=True, check=True)
    assert done.stdout == "150\n"


def refuse_to_open(monkeypatch, folder):
    real = os.open

    def denied(name, *args, **where):
        if name == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(name, *args, **where)

    monkeypatch.setattr(os, "open", denied)


def test_a_job_that_can_not_be_opened_is_said_and_not_forgotten_in_silence(state, path, monkeypatch, caplog):
    state.admit_job(ticket()).folder.close()
    refuse_to_open(monkeypatch, "talk")
    state.recover_folders()
    assert state.list_jobs() == []
    assert "unread folder='talk'" in caplog.text


def test_what_a_disk_has_at_its_top_for_itself_is_no_job_that_can_not_be_opened(
    state, path, monkeypatch, caplog
):
    (path / "lost+found").mkdir()
    refuse_to_open(monkeypatch, "lost+found")
    state.recover_folders()
    assert state.list_jobs() == []
    assert find_strays(state.folder) == {}
    assert caplog.messages == []


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO])
def test_a_ticket_that_can_not_be_read_keeps_no_other_job_and_its_own_goes_on_once_it_can(
    state, path, monkeypatch, caplog, code
):
    for name in ("talk.txt", "other.txt"):
        state.admit_job(ticket(name)).folder.close()
    unreadable = (path / "talk").stat().st_ino
    real = os.open

    def refuse(name, *args, dir_fd=None):
        if name == TICKET and os.fstat(dir_fd).st_ino == unreadable:
            raise OSError(code, os.strerror(code))
        return real(name, *args, dir_fd=dir_fd)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        state.recover_folders()
        assert [job.name for job in state.list_jobs()] == ["other"]
        late = LateJobs(state.folder)
        assert late.find_jobs(frozenset({"other"})) == []
    assert f"{path}/talk/job.json can't be read ({os.strerror(code)})" in late.problem
    assert "mend it or its rights, and work on it goes on by itself" in late.problem
    assert f"{path}/talk/job.json can't be read" in caplog.text
    late._due = 0.0
    assert late.find_jobs(frozenset({"other"})) == []  # somebody may just be copying it there
    late._due = 0.0
    assert [job.name for job in late.find_jobs(frozenset({"other"}))] == ["talk"]


def test_a_job_that_is_just_being_copied_there_is_not_taken_up_before_all_of_it_is(state, path):
    folder = path / state.admit_job(ticket()).name
    (folder / TICKET).rename(path / ".away.json")
    (folder / "0000.json").write_text("{}")
    late = LateJobs(state.folder)

    def look():
        late._due = 0.0
        return [job.name for job in late.find_jobs(frozenset())]

    assert look() == []
    (path / ".away.json").rename(folder / TICKET)
    for index in range(1, 4):
        assert look() == []
        (folder / f"{index:04d}.json").write_text("{}")
    assert look() == []
    assert look() == ["talk"]


def test_a_folder_that_can_not_be_listed_for_a_moment_keeps_no_other_job_from_being_taken_up(
    state, path, monkeypatch
):
    for name in ("one", "two"):
        folder = path / state.admit_job(ticket(f"{name}.txt")).name
        (folder / TICKET).rename(path / f".{name}.json")
        (folder / "0000.json").write_text("{}")
    late = LateJobs(state.folder)
    assert late.find_jobs(frozenset()) == []
    for name in ("one", "two"):
        (path / f".{name}.json").rename(path / name / TICKET)
    shut, real = [str(path / "two")], Folder.names

    def list_names(folder):
        if folder.path in shut:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(folder)

    monkeypatch.setattr(Folder, "names", list_names)
    found = []
    for _ in range(4):
        late._due = 0.0
        found += late.find_jobs(frozenset(job.name for job in found))
    assert [job.name for job in found] == ["one"]
    shut.clear()
    for _ in range(2):
        late._due = 0.0
        found += late.find_jobs(frozenset(job.name for job in found))
    assert [job.name for job in found] == ["one", "two"]


def test_a_claim_that_can_not_be_made_nor_undone_leaves_no_folder_open(state, monkeypatch):
    opened = []
    real = Folder.make

    def make(*how):
        opened.append(real(*how))
        return opened[-1]

    def refuse(*how):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Folder, "make", make)
    monkeypatch.setattr(Folder, "write", refuse)
    monkeypatch.setattr(State, "undo_claim", refuse)
    with pytest.raises(OSError, match="Input/output error"):
        state.admit_job(ticket())
    assert [folder.fd for folder in opened] == [-1]


def test_recovery_removes_what_was_cut_off_and_leaves_and_reports_what_is_foreign(state, path, caplog):
    kept = state.admit_job(ticket())
    (path / "talk" / ".tmp-1-1").touch()
    (path / ".tmp-1-2").touch()
    (path / "empty").mkdir()
    (path / "half").mkdir()
    (path / "half" / ".tmp-1-3").touch()
    (path / "foreign").mkdir()
    (path / "foreign" / "letter.doc").touch()
    (path / ".cleared").mkdir()
    (path / ".cleared" / "old-id" / "deep").mkdir(parents=True)
    state.recover_folders()
    assert sorted(os.listdir(path)) == [".cleared", ".lock", "foreign", "talk"]
    assert kept.folder.names() == ["job.json"]
    assert os.listdir(path / "foreign") == ["letter.doc"]
    assert os.listdir(path / ".cleared") == []
    assert "foreign" in caplog.text


def test_clearing_killed_anywhere_leaves_the_whole_job_or_none_of_it(tmp_path):
    def make(number):
        state = State(str(tmp_path / f"state-{number}"))
        job = state.admit_job(ticket())
        job.folder.write("source.txt", TALK)
        return state, job

    ends = set()
    for state, job in every_kill(make, lambda world: world[0].clear_job(world[1])):
        state.recover_folders()
        left = [sorted(found.folder.names()) for found in state.list_jobs()]
        assert left in ([], [["job.json", "source.txt"]])
        assert os.listdir(os.path.join(state.folder.path, ".cleared")) == []
        ends.add(len(left))
        job.folder.close()
        state.close()
    assert ends == {0, 1}


def test_clearing_killed_anywhere_on_a_filesystem_that_moves_no_folders_is_as_whole(tmp_path, monkeypatch):
    def refuse_move(*_):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    def make(number):
        state = State(str(tmp_path / f"state-{number}"))
        job = state.admit_job(ticket())
        job.folder.write("source.txt", TALK)
        monkeypatch.setattr(state.folder, "move", refuse_move)
        return state, job

    ends = set()
    for state, job in every_kill(make, lambda world: world[0].clear_job(world[1])):
        listed = len(state.list_jobs())
        state.recover_folders()
        left = [sorted(found.folder.names()) for found in state.list_jobs()]
        assert left in ([], [["job.json", "source.txt"]])
        assert len(left) == listed, "what was cleared has come back"
        assert sorted(state.folder.names()) == ([".cleared", "talk"] if left else [".cleared"])
        ends.add(len(left))
        job.folder.close()
        state.close()
    assert ends == {0, 1}


def test_clearing_is_repeated_where_it_failed_half_way(state, path, job):
    (path / ".cleared").mkdir()
    (path / "talk").rename(path / ".cleared" / job.ticket.job_id)
    another = state.admit_job(ticket())
    state.clear_job(job)
    assert (another.name, os.listdir(path / ".cleared")) == ("talk", [])
    assert [found.ticket for found in state.list_jobs()] == [another.ticket]


def test_what_was_moved_to_be_cleared_is_durably_there_before_any_of_it_is_deleted(state, path, job):
    (path / ".cleared").mkdir()
    (path / "talk").rename(path / ".cleared" / job.ticket.job_id)
    changes = []
    with before_each_change(changes.append):
        state.clear_job(job)
    assert changes[: changes.index("unlink")].count("fsync") == 2, (
        "of the folder it left and the one it is in"
    )


def test_clearing_follows_a_folder_that_somebody_renamed(state, path, job):
    (path / "talk").rename(path / "renamed")
    another = state.admit_job(ticket())
    state.clear_job(job)
    assert [found.ticket for found in state.list_jobs()] == [another.ticket]


def test_an_admission_killed_anywhere_is_undone_or_leaves_a_job_without_a_source(tmp_path):
    for state in every_kill(lambda n: State(str(tmp_path / f"state-{n}")), lambda s: s.admit_job(ticket())):
        state.recover_folders()
        assert [job.folder.names() for job in state.list_jobs()] in ([], [["job.json"]])
        assert state.folder.names() in ([".cleared"], [".cleared", "talk"])
        state.close()


def test_undoing_removes_the_ticket_and_the_empty_folder_and_nothing_wider(state, path):
    ours = (None, ".tmp-1-1", PAUSE, STEP)
    for extra, left in (*((name, []) for name in ours), ("mine.txt", ["job.json", "mine.txt"])):
        made = state.admit_job(ticket())
        if extra:
            (path / made.name / extra).touch()
        state.undo_claim(made)
        assert (sorted(os.listdir(path / made.name)) if (path / made.name).exists() else []) == left


# --- the ticket ------------------------------------------------------------------------------------------


@given(st.text(min_size=1), st.integers(0, 2**62))
def test_a_ticket_survives_its_file(name, modified):
    made = Ticket.new(name, modified, NOW)
    assert Ticket.from_bytes(made.to_bytes()) == made


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.VTT", "source.vtt"),
        ("a", "source"),
        ("a.t/../x", "source"),
        ("a.日本", "source"),
        ("a. b", "source"),
    ],
)
def test_the_source_has_a_plain_name_whatever_was_dropped(name, source):
    assert ticket(name).source == source


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"{", b"[]", b"null", b"\xff", b"{}", b'{"job_id": 1}',
        {"format": 2}, {"job_id": None}, {"received_at": 5}, {"modified_ns": "x"}, {"more": 1},
    ],
)  # fmt: skip
def test_what_is_no_ticket_of_this_format_is_none(damage):
    if isinstance(damage, dict):
        damage = json.dumps({**json.loads(ticket().to_bytes()), **damage}).encode()
    assert Ticket.from_bytes(damage) is None


def test_a_ticket_that_is_not_there_or_a_link_is_none(tmp_path):
    with Folder(str(tmp_path)) as folder:
        assert read_ticket(folder) is None
        (tmp_path / "job.json").symlink_to("elsewhere")
        assert read_ticket(folder) is None


# --- the job ---------------------------------------------------------------------------------------------


def test_the_folder_tells_where_a_job_stands(state, job):
    assert job.state is JobState.CLAIMED
    job.freeze_plan(make_plan(TALK, "talk.txt", SETTINGS))
    assert job.state is JobState.WORKING
    assert job.untouched
    chunks = job.header.chunks
    assert chunks > 2
    for index in range(chunks):
        assert reopened(state).missing == set(range(index, chunks))
        job.save_chunk(done(job, index, cost=0.25))
    assert job.state is reopened(state).state is JobState.COMPLETE
    assert reopened(state).cost == job.cost == 0.25 * chunks
    job.load_progress()
    assert job.cost_of_this_run == job.cost == 0.25 * chunks
    assert reopened(state).cost_of_this_run == 0
    job.leave_marker("PAUSE", "lunch")
    assert reopened(state).state is JobState.PAUSED
    job.failure.mark("It broke.")
    assert reopened(state).state is JobState.FAILED


def test_a_failure_is_told_in_one_line_and_ends_by_deleting_its_file_or_by_a_retry(state, path, job):
    for mend in (lambda: retry_failed(job), (path / "talk" / "FAILED").unlink):
        job.failure.mark("It broke.\nAnd more.")
        assert job.failure.find_reason() == "It broke."
        assert "transcriptd retry talk" in (path / "talk" / "FAILED").read_text()
        mend()
        assert job.failure.find_reason() is None
        assert job.state is JobState.CLAIMED


def test_a_retry_under_todays_settings_sends_no_name_that_has_a_pseudonym_since(planned):
    planned.failure.mark_by_model("It is gone.")
    planned.leave_marker(RETRY)
    today = replace(SETTINGS, provider="anthropic", model="m", pseudonyms={"Ann": "P01"})
    retry_failed(planned, lambda: today)
    assert planned.state is JobState.FAILED
    assert "were given a pseudonym after it was begun" in planned.failure.find_reason()
    assert not planned.folder.has(RETRY)
    retry_failed(planned, lambda: replace(today, pseudonyms={}))
    assert planned.state is not JobState.FAILED
    assert planned.settings.model == "m"


def test_a_retry_by_the_offline_rules_hides_no_name_since_they_send_nothing(planned):
    planned.failure.mark_by_model("It is gone.")
    retry_failed(planned, lambda: replace(SETTINGS, pseudonyms={"Ann": "P01"}))
    assert planned.state is not JobState.FAILED


@pytest.mark.parametrize("mark", [Failure.mark, Failure.mark_by_model])
def test_what_a_person_is_to_mend_is_not_tried_again_by_itself_though_a_disk_failed_before(planned, mark):
    planned.failure.mark_passing("It is full.", DISK_FAULT)
    assert planned.failure.may_be_over
    planned.folder.unlink(FAILED)  # a person did
    mark(planned.failure, "It is gone.")
    assert not planned.failure.may_be_over


def test_a_retry_while_it_can_not_be_told_why_the_job_failed_is_made_later(planned, path, monkeypatch):
    planned.failure.mark_by_model("It is gone.")
    planned.leave_marker(RETRY)
    with monkeypatch.context() as away:
        Faulty(away, "open", path / "talk" / FAILED, "EIO")
        with pytest.raises(OSError, match="Input/output"):
            retry_failed(planned, lambda: TODAY)
    assert planned.folder.has(RETRY)
    retry_failed(planned, lambda: TODAY)
    assert planned.settings == TODAY


def test_only_a_retired_model_puts_a_retry_under_todays_settings(state, planned):
    planned.save_chunk(done(planned, 0))
    planned.failure.mark("It broke.")
    retry_failed(planned, lambda: TODAY)
    assert planned.settings == SETTINGS
    planned.failure.mark_by_model("It is gone.")
    assert planned.failure.is_of_model
    retry_failed(planned, lambda: TODAY)
    assert planned.settings == reopened(state).settings == TODAY
    assert planned.header.settings == SETTINGS
    assert 0 not in reopened(state).missing


@pytest.fixture
def plan_of(tmp_path):
    """Makes a state folder and, in it, a job with a plan, by a number."""

    def make(number):
        state = State(str(tmp_path / f"state-{number}"))
        job = state.admit_job(ticket())
        job.folder.write(job.ticket.source, TALK)
        job.freeze_plan(make_plan(TALK, "talk.txt", SETTINGS))
        return state, job

    return make


def test_a_retry_killed_anywhere_and_repeated_finishes_the_job_under_todays_settings(plan_of):
    def failed(number):
        state, job = plan_of(number)
        job.failure.mark_by_model("It is gone.")
        job.leave_marker(RETRY)
        return state, job

    for state, _ in every_kill(failed, lambda world: retry_failed(world[1], lambda: TODAY)):
        again = reopened(state)
        if again.folder.has(RETRY):
            retry_failed(again, lambda: TODAY)
        assert again.state is JobState.WORKING
        assert again.settings == reopened(state).settings == TODAY


@pytest.mark.parametrize(
    ("mark", "is_told"),
    [
        (lambda failure: failure.mark_by_model("It is gone."), lambda failure: failure.is_of_model),
        (lambda failure: failure.mark_passing("It is full.", NO_MEMORY), lambda failure: failure.may_be_over),
    ],
    ids=["model", "memory"],
)
def test_a_job_killed_while_it_is_marked_has_failed_for_that_or_not_at_all(plan_of, mark, is_told):
    for state, _ in every_kill(plan_of, lambda world: mark(world[1].failure)):
        job = reopened(state)
        assert is_told(job.failure) is (job.state is JobState.FAILED)


AS_0_1_0_WROTE_IT = """\
The model old is not known. Choose another.
The retry will finish it under the settings that config.yaml has then.

To try again, delete this file or run: transcriptd retry talk
"""


@pytest.mark.parametrize("text", ["", "Anything else.", AS_0_1_0_WROTE_IT], ids=["empty", "other", "old"])
def test_whatever_stands_in_failed_a_retired_model_is_told_from_another_failure(state, planned, path, text):
    failed = path / "talk" / "FAILED"
    planned.failure.mark_by_model("It is gone.")
    failed.write_text(text)
    assert planned.failure.is_of_model
    retry_failed(planned, lambda: TODAY)
    assert planned.settings == reopened(state).settings == TODAY
    assert not (path / "talk" / "MODEL_RETIRED").exists()


def test_a_failure_that_0_1_0_wrote_down_is_retried_as_it_was_then(state, planned, path):
    failed = path / "talk" / "FAILED"
    failed.write_text(
        AS_0_1_0_WROTE_IT.replace("The retry will finish it under the settings", "Its settings")
    )
    retry_failed(planned, lambda: TODAY)
    assert planned.settings == SETTINGS
    failed.write_text(AS_0_1_0_WROTE_IT)
    retry_failed(planned, lambda: TODAY)
    assert planned.settings == reopened(state).settings == TODAY


@pytest.mark.parametrize(
    "again",
    [
        lambda failure: failure.mark("It broke."),
        lambda failure: failure.mark_passing("It is full.", DISK_FAULT),
        lambda failure: None,
    ],
    ids=["broken", "full", "nothing"],
)
def test_who_deletes_failed_by_hand_has_a_retired_model_tried_again_as_planned(planned, path, again):
    planned.failure.mark_by_model("It is gone.")
    (path / "talk" / "FAILED").unlink()
    assert planned.state is JobState.WORKING
    again(planned.failure)
    assert not planned.failure.is_of_model
    retry_failed(planned, lambda: TODAY)
    assert planned.settings == SETTINGS


def test_a_job_whose_folder_can_not_be_looked_at_is_failed_and_runs_nothing(planned):
    assert planned.may_run
    planned.folder.close()
    assert planned.state is JobState.FAILED
    assert not planned.may_run


@pytest.mark.parametrize("marker", [PAUSE, FAILED])
def test_a_paused_or_failed_job_runs_nothing(planned, marker):
    planned.leave_marker(marker)
    assert not planned.may_run
    planned.remove_marker(marker)
    assert planned.may_run


def test_a_step_that_comes_to_its_end_has_the_count_of_crashes_begin_anew(planned, state):
    planned.folder.note(STEP, b"5\n")
    planned.load_progress()
    for crashes in (5, 0):
        assert planned.crashes == crashes
        with planned.run_step():
            assert reopened(state).crashes == crashes + 1
    assert planned.crashes == reopened(state).crashes == 0


def test_names_of_a_job_are_shown_without_harm_wherever_it_writes_them(state, path, caplog):
    job = state.admit_job(ticket("evil\x1b[2J\nname.txt"))
    job.folder.write(job.ticket.source, TALK)
    job.folder.write(plan.FILE, b"no plan")
    job.load_progress()
    job.failure.mark("It can't go on.")
    assert "set-aside job=evil\\x1b[2J\\nname" in caplog.text
    assert f"transcriptd retry {job.ticket.job_id}\n".encode() in job.folder.read(FAILED)
    job.folder.unlink(job.ticket.source)
    state.undo_claim(job)
    assert "leftover job=evil\\x1b[2J\\nname" in caplog.text
    assert "\x1b" not in caplog.text
    job.folder.close()


def test_a_claim_whose_source_is_there_is_not_taken_back(state, job):
    job.leave_marker(PAUSE)
    with pytest.raises(OSError, match="does not say what it holds") as caught:
        state.undo_claim(job)
    assert caught.value.errno == errno.EAGAIN
    assert job.paused
    assert job.folder.read(job.ticket.source) == TALK


def test_markers_of_people_are_seen_and_removed(job):
    assert (job.given_up, job.paused) == (None, False)
    job.leave_marker(FRESH)
    assert job.given_up == FRESH
    job.leave_marker(DISCARD)
    assert job.given_up == DISCARD
    job.leave_marker("PAUSE")
    assert job.paused
    job.remove_marker("PAUSE")
    job.remove_marker("PAUSE")
    assert not job.paused


def test_a_job_whose_folder_was_deleted_is_gone(planned, path):
    assert not planned.gone
    for name in os.listdir(path / "talk"):
        (path / "talk" / name).unlink()
    (path / "talk").rmdir()
    assert planned.gone
    with pytest.raises(FileNotFoundError):
        planned.save_chunk(kept_original(Chunk(0, "some words"), "a reason"))
    with pytest.raises(JobError, match="original"):
        planned.originals.read_bytes()


def test_a_job_follows_its_folder_when_somebody_renames_it(planned, path, state):
    (path / "talk").rename(path / "renamed")
    planned.save_chunk(done(planned, 0))
    assert 0 not in reopened(state, "renamed").missing


def test_what_is_asked_of_a_job_without_a_plan_is_the_jobs_error(job):
    for ask in (lambda: job.header, lambda: job.read_chunk(0), lambda: list(job.read_pairs())):
        with pytest.raises(JobError, match="plan"):
            ask()


def test_pairs_are_in_order_and_name_the_chunk_that_is_missing(planned, path):
    for index in reversed(range(planned.header.chunks)):
        planned.save_chunk(done(planned, index))
    assert [result.chunk_index for _, result in planned.read_pairs()] == list(range(planned.header.chunks))
    (path / "talk" / "0001.json").unlink()
    with pytest.raises(ChunkGone, match="Chunk 1"):
        list(planned.read_pairs())
    flagged = [bool(result.flags) for _, result in planned.read_pairs_so_far("given up")]
    assert flagged == [index == 1 for index in range(planned.header.chunks)]


def test_a_plan_of_which_nothing_is_saved_can_be_made_anew(state, planned):
    planned.remove_plan()
    assert planned.state is reopened(state).state is JobState.CLAIMED
    planned.freeze_plan(make_plan(TALK, "talk.txt", SETTINGS))
    assert planned.untouched


def test_no_kill_leaves_a_plan_without_the_chunks_that_were_copied_for_it(tmp_path):
    content = make_plan(TALK, "talk.txt", SETTINGS)
    copied = [kept_original(chunk, "it is kept") for chunk in plan.read_chunks(content)]

    def make(number):
        state = State(str(tmp_path / f"state-{number}"))
        job = state.admit_job(ticket())
        job.folder.write(job.ticket.source, TALK)
        return state, job

    for state, _ in every_kill(make, lambda world: world[1].freeze_plan(content, copied)):
        assert not reopened(state).missing


def test_a_plan_changed_under_our_hands_is_the_jobs_error_and_says_nothing_of_the_text(planned, path):
    file = path / "talk" / plan.FILE
    file.write_bytes(file.read_bytes().replace(b"sentence 0", b"sentense 0"))
    with pytest.raises(JobError, match=plan.FILE) as raised:
        planned.read_chunk(0)
    assert "sente" not in str(raised.value)


# --- the checkpoint ----------------------------------------------------------------------------------------


def damaged(data):
    record = json.loads(data)
    yield b""
    yield data[:-3]
    yield data[: len(data) // 2]
    yield b"[]"
    yield b"\xff\xfe"
    for key in ("job_id", "plan_line", "settings_hash"):
        yield json.dumps({**record, key: "another"}).encode()
        yield json.dumps({name: value for name, value in record.items() if name != key}).encode()
    yield json.dumps({**record, "chunk_index": 1}).encode()
    yield json.dumps({**record, "flags": [{"unknown": 1}]}).encode()
    yield json.dumps({**record, "cuts": [1]}).encode()
    yield json.dumps({**record, "notes": [{}]}).encode()


def test_a_checkpoint_damaged_or_of_something_else_is_set_aside_and_kept(state, planned, path):
    planned.save_chunk(done(planned, 0))
    file = path / "talk" / "0000.json"
    whole = file.read_bytes()
    count = 0
    for count, data in enumerate(damaged(whole), start=1):
        file.write_bytes(data)
        assert 0 in reopened(state).missing, data
        assert not file.exists()
        assert len(list((path / "talk").glob("0000.json.foreign-*"))) == count
    file.write_bytes(whole)
    assert 0 not in reopened(state).missing
    assert count > 10


def test_a_checkpoint_in_which_anything_was_altered_is_not_taken(state, planned, path):
    planned.save_chunk(done(planned, 0))
    file = path / "talk" / "0000.json"
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        found = planned.load_result(0)
        assert found in (None, done(planned, 0)), at
    file.write_bytes(whole.replace(b"sentence", b"sentense"))
    assert planned.load_result(0) is None


@pytest.mark.parametrize("content", ["{}", None])
def test_what_stands_where_a_plan_or_checkpoint_is_to_be_written_is_set_aside(job, path, content):
    def put(name):
        if content is None:
            (path / "talk" / name).mkdir()
        else:
            (path / "talk" / name).write_text(content)

    put("plan.jsonl")
    put("0000.json")
    job.freeze_plan(make_plan(TALK, "talk.txt", SETTINGS))
    put("0001.json")
    for index in (0, 1):
        job.save_chunk(done(job, index))
    assert (job.plan_changed, job.missing & {0, 1}) == (False, set())
    assert len(list((path / "talk").glob("*.foreign-*"))) == 3


@pytest.mark.parametrize(
    ("code", "expected"), [(errno.EIO, OSError), (errno.EACCES, OSError), (errno.ENOENT, JobError)]
)
def test_a_plan_that_only_can_not_be_read_now_fails_no_job(planned, monkeypatch, code, expected):
    def refuse(self, folder, index):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(plan.Plan, "read_chunk", refuse)
    with pytest.raises(expected):
        planned.read_chunk(0)


def test_a_checkpoint_that_only_can_not_be_read_now_is_not_taken_for_none(state, planned, path, monkeypatch):
    planned.save_chunk(done(planned, 0))
    read = Folder.read

    def refuse(self, name, *args):
        if name == "0000.json":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(self, name, *args)

    with monkeypatch.context() as away:
        away.setattr(Folder, "read", refuse)
        for look in (lambda: planned.load_result(0), planned.load_progress):
            with pytest.raises(OSError, match="Input/output"):
                look()
    assert (path / "talk/0000.json").exists()
    assert 0 not in reopened(state).missing


def test_settings_of_a_retry_that_only_can_not_be_read_now_are_not_taken_for_none(
    planned, state, path, monkeypatch
):
    planned.failure.mark_by_model("It is gone.")
    retry_failed(planned, lambda: TODAY)
    with monkeypatch.context() as away:
        Faulty(away, "open", path / "talk" / "settings.json", "EIO")
        with pytest.raises(OSError, match="Input/output"):
            reopened(state)
    assert reopened(state).settings == TODAY


def test_the_newest_chunk_tells_when_the_last_was_saved(planned, path):
    assert planned.last_saved_at == 0
    for index, saved_at in enumerate((2000, 3000, 1000)):
        planned.save_chunk(done(planned, index))
        os.utime(path / "talk" / f"{index:04d}.json", (saved_at, saved_at))
    assert planned.last_saved_at == 3000


def test_peeking_names_what_is_foreign_and_touches_nothing(planned, path):
    planned.save_chunk(done(planned, 0))
    (path / "talk" / "0001.json").write_text("{}")
    before = sorted(os.listdir(path / "talk"))
    assert planned.peek_at_progress() == ["0001.json"]
    assert sorted(os.listdir(path / "talk")) == before


def test_a_checkpoint_under_another_plan_or_of_another_chunk_is_not_taken(state, planned, path):
    planned.save_chunk(done(planned, 0))
    (path / "talk" / "0001.json").write_bytes((path / "talk" / "0000.json").read_bytes())
    assert 1 in reopened(state).missing
    other = Settings(provider="offline", model="", prompt="another prompt", chunk_words=20, outputs=("md",))
    planned.freeze_plan(make_plan(TALK, "talk.txt", other))
    assert planned.untouched


def test_chunks_beyond_the_plan_and_other_names_are_not_counted(state, planned, path):
    for name in ("9999.json", "0000.json.foreign-abc", "x.json", "000.json"):
        (path / "talk" / name).write_text("{}")
    assert reopened(state).untouched
    assert (path / "talk" / "9999.json").exists()


def test_names_of_chunks_sort_and_grow_beyond_four_digits():
    assert [checkpoint.name_checkpoint(n) for n in (0, 42, 12345)] == ["0000.json", "0042.json", "12345.json"]
    assert checkpoint.list_indexes(["0000.json", "12345.json", "1.json", "job.json", "00a0.json"]) == [
        0,
        12345,
    ]


# --- round trips -----------------------------------------------------------------------------------------


words = st.lists(
    st.text(st.characters(exclude_categories=("Z", "Cc")), min_size=1).filter(lambda w: len(w.split()) == 1),
    min_size=1,
    max_size=6,
)
seconds = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 3))
counts = st.integers(0, 10**6)
speakers = st.none() | st.text(min_size=1, max_size=5)


@st.composite
def segments(draw):
    said = draw(words)
    start = draw(st.none() | seconds)
    end = None if start is None else start + draw(seconds)
    times = draw(st.none() | st.lists(seconds, min_size=len(said), max_size=len(said)).map(sorted).map(tuple))
    return Segment(" ".join(said), start, end, draw(speakers), times)


turns = st.builds(Turn, st.lists(segments(), min_size=1, max_size=4).map(tuple), speakers)
chunks = st.builds(
    Chunk,
    counts,
    st.text(),
    st.just("00:01:00"),
    st.none() | st.text(),
    st.lists(turns, max_size=3).map(tuple),
)
flags = st.builds(Flag, st.text(), counts, st.none() | counts)
notes = st.builds(
    Note,
    counts,
    st.sampled_from(["number", "name"]),
    st.lists(st.text()).map(tuple),
    st.lists(st.text()).map(tuple),
)
results = st.builds(
    ProcessedChunk,
    counts,
    st.text(),
    st.text(),
    counts,
    counts,
    st.floats(0, 1e3),
    st.text(),
    st.text(),
    st.lists(st.text()).map(tuple),
    st.lists(st.tuples(counts, counts)).map(tuple),
    st.lists(flags).map(tuple),
    st.lists(notes).map(tuple),
    counts,
    st.lists(st.builds(Edit, counts, counts, st.text())).map(tuple),
)


@given(chunks)
def test_a_chunk_survives_json(chunk):
    assert Chunk.from_dict(json.loads(json.dumps(chunk.to_dict()))) == chunk


def test_a_chunk_has_the_same_keys_in_every_version():
    """A library's run is known again by the hash over them."""
    turn = Turn((Segment("um hello", 1, 2.5, "Ann", (1.0, 2.0), True), Segment("there")), "Ann")
    assert Chunk(3, "um hello there").to_dict() == {
        "index": 3, "text": "um hello there", "start_timestamp": "00:00:00", "context_buffer": None,
        "turns": (),
    }  # fmt: skip
    assert json.loads(json.dumps(Chunk(3, "um hello there", turns=(turn,)).to_dict()["turns"])) == [
        {
            "segments": [
                {
                    "text": "um hello", "start": 1, "end": 2.5, "speaker": "Ann", "times": [1.0, 2.0],
                    "continues": True,
                },
                {"text": "there"},
            ],
            "speaker": "Ann",
        }
    ]  # fmt: skip


class _OfAParser(str):
    """Text as HTML parsers give it: a type of their own."""


class _Seconds(float):
    """A number as numpy gives it: a type of its own."""


def test_text_and_numbers_of_other_types_are_written_as_what_they_are():
    turn = Turn((Segment(_OfAParser("um hello"), _Seconds(1.5)),))
    chunk = Chunk(0, _OfAParser("um hello"), turns=(turn,))
    plain = Chunk(0, "um hello", turns=(Turn((Segment("um hello", 1.5),)),))
    assert json.dumps(chunk.to_dict()) == json.dumps(plain.to_dict())
    result = ProcessedChunk(0, _OfAParser("um hello"), "Hello.", cost=_Seconds(0.5))
    assert ProcessedChunk.from_dict(result.to_dict()) == ProcessedChunk(0, "um hello", "Hello.", cost=0.5)


def test_text_that_is_no_valid_unicode_survives(tmp_path):
    text = "half \ud83d of a pair, a byte \udcff"
    segment = Segment(text, speaker="\udcff")
    chunk = Chunk(0, text, "\ud83d", text, (Turn((segment,), "\udcff"),))
    assert Chunk.from_dict(json.loads(json.dumps(chunk.to_dict()))) == chunk
    result = ProcessedChunk(0, text, text, turns=(text,), notes=(Note(0, "name", (text,), (text,)),))
    binding = Binding("id", "line", "settings")
    with Folder(str(tmp_path)) as folder:
        checkpoint.save_checkpoint(folder, binding, result)
        assert checkpoint.load_checkpoint(folder, 0, binding) == result


@given(results)
def test_a_result_survives_json_and_keys_of_a_later_version(result):
    raw = {**json.loads(json.dumps(result.to_dict())), "of_tomorrow": 1}
    assert ProcessedChunk.from_dict(raw) == result


@pytest.mark.parametrize(
    "wrong", [{"chunk_index": "0"}, {"turns": "um"}, {"flags": [{}]}, {"edits": [[1, 2]]}]
)
def test_what_is_no_result_is_a_value_error(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - msgspec words it
        ProcessedChunk.from_dict({**ProcessedChunk(0, "um", "").to_dict(), **wrong})


def test_what_is_no_chunk_is_a_value_error():
    for wrong in ({}, {"index": 0, "text": None}, {"index": 0, "text": "a b", "turns": [{"segments": [{}]}]}):
        with pytest.raises(ValueError):  # noqa: PT011
            Chunk.from_dict(wrong)


@given(result=results)
def test_a_result_survives_its_checkpoint_with_any_text(tmp_path_factory, result):
    binding = Binding("id", "line", "settings")
    with Folder(str(tmp_path_factory.getbasetemp())) as folder:
        checkpoint.save_checkpoint(folder, binding, result)
        assert checkpoint.load_checkpoint(folder, result.chunk_index, binding) == result
        assert (
            checkpoint.load_checkpoint(folder, result.chunk_index, Binding("id", "other", "settings")) is None
        )
        folder.unlink(checkpoint.name_checkpoint(result.chunk_index))


@given(st.data())
def test_a_cut_turn_keeps_all_words_times_and_the_speaker(data):
    turn = data.draw(turns)
    total = len(turn.text.split())
    if total < 2:
        with pytest.raises(ValueError, match="both sides"):
            turn.cut(1)
        return
    first, second = turn.cut(at := data.draw(st.integers(1, total - 1)))
    assert len(first.text.split()) == at
    assert f"{first.text} {second.text}" == turn.text
    assert first.speaker == second.speaker == turn.speaker
    for before, after in zip(turn.word_times(), first.word_times() + second.word_times(), strict=True):
        assert (before is None) == (after is None)
        assert before is None or after == pytest.approx(before, abs=0.01)


@settings(max_examples=40)
@given(st.data())
def test_passages_keep_all_words_in_order(data):
    chunk = data.draw(chunks.filter(lambda chunk: chunk.turns))
    cuts = []
    for number, turn in enumerate(chunk.turns):
        places = st.lists(st.integers(1, max(1, len(turn.text.split()) - 1)), unique=True, max_size=3)
        if len(turn.text.split()) > 1:
            cuts += [(number, at) for at in sorted(data.draw(places))]
    passages = chunk.passages(cuts)
    assert len(passages) == len(chunk.turns) + len(cuts)
    said = [word for turn in chunk.turns for word in turn.text.split()]
    assert [word for passage in passages for word in passage.text.split()] == said
    assert all(passage.text for passage in passages)


def test_a_disk_that_fails_while_it_is_locked_is_named(state, path, monkeypatch):
    def fail(fd, operation):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(fcntl, "flock", fail)
    second = State(str(path))
    with pytest.raises(ServiceError, match=re.escape(f"takes no writes in {path}")), refuse_start_at_disk():
        second.take_lock()
    second.close()
