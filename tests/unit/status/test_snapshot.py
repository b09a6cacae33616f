"""What `status` finds in the folders of a root, whoever works in them."""

import errno
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from daemon.cli.progress import Progress
from daemon.delivery.catalogue.rows import FailedJob, make_failed_row
from daemon.intake.planning import make_plan
from daemon.intake.waiting import WaitingFile
from daemon.settings.config import load_config
from daemon.settings.profile import Settings
from daemon.status.live_record import DAEMON_FILE, Held
from daemon.status.publisher import encode_live_record
from daemon.status.snapshot import JobStatus, Snapshot, read_snapshot
from daemon.status.table import describe_status
from daemon.store.job import Job
from daemon.store.plan import index_plan
from daemon.store.state_folder import State
from daemon.store.ticket import Ticket
from daemon.system.files import Folder
from daemon.system.process.folder_lock import Lock
from daemon.system.process.other_processes import read_process_mark


@pytest.fixture
def config(root):
    """The config of a root that was used, whose state folder is there."""
    root.state.mkdir(exist_ok=True)
    return load_config(str(root.path / "config.yaml"))


def test_a_daemon_in_a_container_whose_process_is_not_to_be_seen_is_known_by_its_lock(root, config):
    unseen = {"pid": 1, "mark": "of another container"}
    (root.state / DAEMON_FILE).write_text(json.dumps(unseen))
    assert not read_snapshot(config).running
    with Folder(str(root.state)) as folder:
        lock = Lock(folder)
        assert read_snapshot(config).running
        lock.release()
    assert not read_snapshot(config).running


def test_a_daemon_that_has_no_proc_to_tell_its_mark_from_is_believed(root, config):
    (root.state / DAEMON_FILE).write_text(json.dumps({"pid": 7, "mark": ""}))
    with Folder(str(root.state)) as folder:
        lock = Lock(folder)
        snapshot = read_snapshot(config)
        lock.release()
    assert (snapshot.running, snapshot.pid, snapshot.problem) == (True, 7, None)


@pytest.mark.parametrize("left", [None, b"{", b'{"pid": 1, "mark": "of one that was killed"}'])
def test_a_daemon_that_can_not_write_down_what_it_does_is_known_by_its_lock(root, config, left):
    if left is not None:
        (root.state / DAEMON_FILE).write_bytes(left)
    with Folder(str(root.state)) as folder:
        lock = Lock(folder)
        snapshot = read_snapshot(config)
        assert (snapshot.running, snapshot.pid) == (True, os.getpid())
        assert "STATUS.txt" in snapshot.problem
        lock.release()
    assert not read_snapshot(config).running


@pytest.mark.parametrize("left", ["nothing", "an empty mount point"])
def test_where_the_state_folder_is_away_it_is_not_said_that_no_daemon_runs(root, config, left):
    (root.outbox / "STATUS.txt").write_text("transcriptd is running (pid 7).")
    shutil.rmtree(root.state, ignore_errors=True)
    if left != "nothing":
        root.state.mkdir()
    snapshot = read_snapshot(config)
    assert "put it back" in snapshot.problem
    assert "Start it" not in describe_status(snapshot, "inbox/")
    (root.outbox / "STATUS.txt").unlink()
    assert read_snapshot(config).is_away == (left == "nothing")


def test_where_the_inbox_can_not_be_listed_it_is_not_said_that_nothing_is_wrong(root, config, monkeypatch):
    root.drop("talk.txt")
    assert read_snapshot(config).problem is None

    def fail(path):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "scandir", fail)
    assert f"the inbox {root.inbox} can't be listed (Input/output error)" in read_snapshot(config).problem


def test_a_ledger_that_can_not_be_read_is_said_and_hides_nothing_else(root, config):
    (root.state / "ledger.csv").mkdir(parents=True)
    snapshot = read_snapshot(config)
    assert "ledger.csv can't be read" in snapshot.problem
    assert snapshot.spent_today == 0


def test_what_keeps_the_daemon_from_a_file_is_said_although_who_asks_might_read_it(root, config):
    (root.inbox / "talk.txt").write_text("Ann: so we begin")
    refused = WaitingFile("talk.txt", "it can't be read (Permission denied)")
    running = replace(read_snapshot(config), waiting=(refused,))
    (root.state / DAEMON_FILE).write_bytes(encode_live_record(running, {}, {}, {}))
    assert read_snapshot(config).waiting == (refused,)
    (root.state / DAEMON_FILE).unlink()
    assert read_snapshot(config).waiting == ()


def test_a_daemon_of_another_version_may_say_more_of_itself_or_less(root, config):
    held = {"reason": "The key is refused.", "until": "2026-01-01T12:00:00+00:00", "since": "this morning"}
    said = {"pid": os.getpid(), "mark": read_process_mark(os.getpid()), "held": held, "mood": "patient"}
    (root.state / DAEMON_FILE).write_text(json.dumps(said))
    snapshot = read_snapshot(config)
    assert (snapshot.running, snapshot.pid) == (True, os.getpid())
    assert snapshot.held == Held("The key is refused.", "2026-01-01T12:00:00+00:00")


@pytest.mark.process
def test_a_daemon_that_was_killed_runs_no_more_although_its_parent_has_not_taken_note(root, config):
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as daemon:
        said = {"pid": daemon.pid, "mark": read_process_mark(daemon.pid)}
        (root.state / DAEMON_FILE).write_text(json.dumps(said))
        assert read_snapshot(config).running
        daemon.kill()
        os.waitid(os.P_PID, daemon.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and keeps its number
        assert not read_snapshot(config).running


def test_that_what_a_daemon_says_of_itself_may_be_old_is_told(root, config, monkeypatch):
    said = {"pid": os.getpid(), "mark": read_process_mark(os.getpid())}
    (root.state / DAEMON_FILE).write_text(json.dumps(said))
    assert read_snapshot(config).problem is None
    monkeypatch.setattr(os, "access", lambda *_: False)  # as on a disk that became read-only
    assert "STATUS.txt" in read_snapshot(config).problem


def test_what_held_the_daemon_that_ran_last_is_said_and_no_more_of_it(root, config):
    held = {"reason": "The key is refused.", "until": "2026-01-01T12:00:00+00:00"}
    said = {"pid": os.getpid(), "mark": "another", "held": held, "problem": "It was odd."}
    (root.state / DAEMON_FILE).write_text(json.dumps(said))
    snapshot = read_snapshot(config)
    assert (snapshot.running, snapshot.pid, snapshot.problem) == (False, None, None)
    assert snapshot.held == Held("The key is refused.", "2026-01-01T12:00:00+00:00")


@pytest.mark.parametrize(("name", "typed"), [("my song", "'my song'"), (r"a\x07b", "01-ab"), ("-x", "01-ab")])
def test_a_failed_job_is_named_in_the_index_as_it_is_in_a_command(name, typed):
    failed = JobStatus(name, "failed", 0, 1, 0, 0.25, "Its budget is spent.", id="01-ab")
    at_work = JobStatus("talk", "working", 0, 1, 0, 0.0, None)
    snapshot = Snapshot(True, 1, None, None, None, 0, 0.0, (at_work, failed))
    assert snapshot.failed_jobs == (FailedJob(name, typed, "Its budget is spent.", 0.25),)
    assert make_failed_row(snapshot.failed_jobs[0]).mend == f"transcriptd retry {typed}"


@pytest.fixture
def vanishing(root, monkeypatch):
    """A job whose plan is gone after so many looks at it, as while the background reads it anew."""
    settings = Settings(provider="offline", model="", prompt="")
    planned = index_plan(make_plan(b"Ann: We ship it on Monday.\n", "talk.txt", settings))
    job = State(str(root.state)).admit_job(Ticket.new("talk.txt", 0, datetime.now(UTC)))

    def vanish_after(looks):
        seen = [planned] * looks
        plan = property(lambda job: seen.pop() if seen else None, lambda job, plan: None)
        monkeypatch.setattr(Job, "plan", plan, raising=False)
        return job

    return vanish_after


@pytest.mark.parametrize("looks", range(6))
def test_a_job_is_told_of_although_its_plan_is_being_read_anew(vanishing, looks):
    assert JobStatus.of(vanishing(looks), {}, {}).total in (0, 1)


@pytest.mark.parametrize("looks", range(4))
@pytest.mark.parametrize("told", ["state", "untouched", "account", "pseudonyms"])
def test_what_is_asked_of_a_job_is_told_although_its_plan_is_being_read_anew(vanishing, looks, told):
    getattr(vanishing(looks), told)


@pytest.mark.parametrize("looks", range(4))
def test_progress_is_shown_although_a_plan_is_being_read_anew(vanishing, looks):
    shown = SimpleNamespace(_standing={}, _ended_chunks=0, _tasks={}, _bars=None)
    Progress._note_standings(shown, [vanishing(looks)])
    assert [one.total for one in shown._standing.values()] in ([], [1])
