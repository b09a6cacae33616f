"""The state folder: what it shows is all there is to know, and no kill leaves half a job."""

import errno
import fcntl
import os
import re
import stat
import subprocess
import sys

import pytest

from daemon.costs.ledger_file import LEDGER
from daemon.errors import ConfigError, LockedError, ServiceError
from daemon.store.job import STEP
from daemon.store.pause import PAUSE, find_pause_files
from daemon.store.state_folder import State, find_job
from daemon.store.strays import LateJobs, find_strays
from daemon.store.ticket import TICKET
from daemon.system.disk_faults import refuse_start_at_disk
from daemon.system.files import Folder
from tests.proofs.power_cut import before_each_change, every_kill
from tests.unit.store.jobs import NOW, TALK, ticket


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


def test_a_disk_that_fails_while_it_is_locked_is_named(state, path, monkeypatch):
    def fail(fd, operation):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(fcntl, "flock", fail)
    second = State(str(path))
    with pytest.raises(ServiceError, match=re.escape(f"takes no writes in {path}")), refuse_start_at_disk():
        second.take_lock()
    second.close()
