"""The claim: a file is in the inbox or in a job, never in none and never in two."""

import errno
import itertools
import os
import time

import pytest

from daemon.errors import InputError, ServiceError
from daemon.intake.claim import claim_file, is_still_written, settle_claim
from daemon.intake.hidden_originals import show_again, take_away_claimed
from daemon.intake.inbox import Inbox
from daemon.intake.put_back import sweep_inbox
from daemon.intake.redo_mark import write_redo_mark
from daemon.store.job import JobState
from daemon.store.state_folder import State
from daemon.store.ticket import TICKET
from daemon.system.files import Folder
from daemon.system.paths import open_below
from daemon.system.process.folder_lock import lock_file
from tests.faulty_disk import Faulty
from tests.proofs.power_cut import every_kill, killed_before

TALK = b"Ann: um hello there.\n" * 3


class World:
    """An inbox with one file in a subfolder, and a state folder."""

    def __init__(self, path, state=None, *, linked=False):
        self.inbox_path, self.state_path = path / "inbox", state or path / "state"
        self.file = self.inbox_path / "sub" / "talk.txt"
        self.file.parent.mkdir(parents=True)
        self.file.write_bytes(TALK)
        if linked:
            os.link(self.file, path / "kept.txt")
        self.inbox = Inbox(str(self.inbox_path), 0, time.monotonic)
        self.open_state()

    def open_state(self):
        self.state = State(str(self.state_path))
        self.state.take_lock()

    def claim(self):
        self.inbox.scan()
        return [
            claim_file(self.state, self.inbox, candidate) for candidate in list(self.inbox.list_settled())
        ]

    def restart(self):
        """What the next start does: the jobs whose source turned out to be there."""
        self.state.close()
        self.open_state()
        self.state.recover_folders()
        return [job for job in self.state.list_jobs() if settle_claim(self.state, str(self.inbox_path), job)]

    def waiting(self):
        """The content of everything in the inbox, hidden files too."""
        return {
            str(path.relative_to(self.inbox_path)): path.read_bytes()
            for path in self.inbox_path.rglob("*")
            if path.is_file()
        }

    def state_names(self):
        return sorted(name for name in os.listdir(self.state_path) if not name.startswith("."))


@pytest.fixture
def make(tmp_path, request):
    """Worlds in which the source comes in by rename, by a copy, or from another filesystem."""
    kind = getattr(request, "param", "own")
    elsewhere = request.getfixturevalue("elsewhere") if kind == "elsewhere" else None
    worlds = []

    def make(number=0):
        path = tmp_path / f"world-{number}"
        state = None if elsewhere is None else elsewhere / f"state-{number}"
        worlds.append(World(path, state, linked=kind == "linked"))
        return worlds[-1]

    yield make
    for world in worlds:
        world.state.close()


@pytest.fixture
def world(make):
    return make()


every_kind = pytest.mark.parametrize("make", ["own", "linked", "elsewhere"], indirect=True)


@every_kind
def test_a_claimed_file_is_in_its_job_alone(make):
    world = make()
    (job,) = world.claim()
    assert settle_claim(world.state, str(world.inbox_path), job)
    assert job.originals.read_bytes() == TALK
    assert job.state is JobState.CLAIMED
    assert (job.name, job.ticket.name) == ("sub--talk", "sub/talk.txt")
    assert world.waiting() == {}
    assert world.inbox.waiting == 0


@every_kind
def test_a_claim_killed_anywhere_ends_in_the_inbox_or_in_the_job_and_never_in_both(make):
    ends = set()
    for world in every_kill(make, World.claim):
        jobs = world.restart()
        where = "job" if jobs else "inbox"
        ends.add(where)
        if jobs:
            assert [job.originals.read_bytes() for job in jobs] == [TALK]
            assert world.state_names() == ["sub--talk"]
            assert world.waiting() == {}
        else:
            assert world.waiting() == {"sub/talk.txt": TALK}
            assert world.state_names() == []
    assert ends == {"job", "inbox"}


@every_kind
@pytest.mark.parametrize("call", [3, 6, 9, 12, 15])
def test_a_restart_killed_anywhere_is_ended_by_the_next(make, call):
    def interrupted(number):
        world = make(number)
        killed_before(call, world.claim)
        return world

    for world in every_kill(interrupted, World.restart):
        jobs = world.restart()
        assert [job.originals.read_bytes() for job in jobs] + list(world.waiting().values()) == [TALK]


def test_what_is_waiting_again_after_an_undone_claim_is_claimed_as_ever(world):
    folder = world.state_path / "sub--talk"
    folder.mkdir()
    assert world.restart() == []
    assert world.state_names() == []
    (job,) = world.claim()
    assert job.originals.read_bytes() == TALK


def test_an_original_that_somebody_took_out_of_its_job_is_not_said_to_wait(world, caplog):
    (job,) = world.claim()
    (world.state_path / job.name / job.ticket.source).unlink()
    assert world.restart() == []
    assert "its file is gone" in caplog.text
    assert "waits in the inbox" not in caplog.text


def test_a_job_folder_with_something_foreign_in_it_is_left_and_the_file_stays_in_the_inbox(world, caplog):
    (job,) = world.claim()
    (world.state_path / job.name / job.ticket.source).rename(world.file)
    (world.state_path / job.name / "notes.doc").write_text("mine")
    assert world.restart() == []
    assert sorted(os.listdir(world.state_path / job.name)) == [TICKET, "notes.doc"]
    assert world.waiting() == {"sub/talk.txt": TALK}
    assert "leftover" in caplog.text


@pytest.mark.parametrize("make", ["linked"], indirect=True)
def test_the_other_link_of_a_file_keeps_its_bytes_when_the_job_changes_modes(make):
    world = make()
    world.file.chmod(0o644)
    (job,) = world.claim()
    settle_claim(world.state, str(world.inbox_path), job)
    kept = world.inbox_path.parent / "kept.txt"
    assert kept.read_bytes() == TALK
    assert kept.stat().st_mode & 0o777 == 0o644
    assert job.folder.stat(job.ticket.source).st_mode & 0o777 == 0o600


# --- writers --------------------------------------------------------------------------------------


def test_a_file_that_a_writer_still_has_open_is_not_taken(world):
    with open(world.file, "ab"):
        assert world.claim() == [None]
        assert world.state_names() == []
        assert world.waiting() == {"sub/talk.txt": TALK}
    (job,) = world.claim()
    assert job.originals.read_bytes() == TALK


@pytest.mark.parametrize("make", ["linked"], indirect=True)
def test_a_writer_who_came_while_it_was_claimed_is_waited_for_and_all_he_wrote_is_taken(make):
    world = make()
    folder = world.inbox_path / "sub"
    (job,) = world.claim()
    with open(folder / f".{job.ticket.job_id}~talk.txt.claimed", "ab") as writer:
        assert settle_claim(world.state, str(world.inbox_path), job)
        assert is_still_written(str(world.inbox_path), job)
        assert not job.folder.has(job.ticket.source)
        writer.write(b"Ben: the end.\n")
    assert settle_claim(world.state, str(world.inbox_path), job)
    assert not is_still_written(str(world.inbox_path), job)
    assert job.originals.read_bytes() == TALK + b"Ben: the end.\n"
    assert world.waiting() == {}


@pytest.mark.parametrize("make", ["linked"], indirect=True)
def test_what_is_written_to_while_it_is_copied_in_is_kept_until_all_of_it_is_copied(make, monkeypatch):
    world = make()
    (job,) = world.claim()
    hidden = world.inbox_path / f"sub/.{job.ticket.job_id}~talk.txt.claimed"
    copy_in = Folder.copy_in

    def copy_and_write(folder, source, name, *args):
        copy_in(folder, source, name, *args)
        with open(hidden, "ab") as writer:
            writer.write(b"Ben: the end.\n")

    with monkeypatch.context() as written:
        written.setattr(Folder, "copy_in", copy_and_write)
        assert settle_claim(world.state, str(world.inbox_path), job)
    assert is_still_written(str(world.inbox_path), job)
    assert settle_claim(world.state, str(world.inbox_path), job)
    assert job.originals.read_bytes() == TALK + b"Ben: the end.\n"
    assert world.waiting() == {}


@pytest.mark.parametrize("make", ["linked"], indirect=True)
def test_what_another_root_of_the_same_inbox_is_just_showing_again_is_left_to_it(make):
    world = make()
    (job,) = world.claim()
    with open(world.inbox_path / f"sub/.{job.ticket.job_id}~talk.txt.claimed", "rb") as held:
        assert lock_file(held.fileno())
        assert settle_claim(world.state, str(world.inbox_path), job)
        assert not job.folder.has(job.ticket.source)
    assert settle_claim(world.state, str(world.inbox_path), job)
    assert job.originals.read_bytes() == TALK


@pytest.mark.parametrize("make", ["linked"], indirect=True)
def test_what_is_larger_than_what_is_read_is_not_copied_in(make):
    world = make()
    (job,) = world.claim()
    with pytest.raises(InputError, match="more than"):
        settle_claim(world.state, str(world.inbox_path), job, len(TALK) - 1)
    assert not job.folder.has(job.ticket.source)
    assert settle_claim(world.state, str(world.inbox_path), job, len(TALK))
    assert job.originals.read_bytes() == TALK


@pytest.mark.parametrize("make", ["linked"], indirect=True)
def test_what_is_hidden_for_a_job_in_work_is_not_shown_again_while_it_is(make):
    world = make()
    (job,) = world.claim()
    hidden = f"sub/.{job.ticket.job_id}~talk.txt.claimed"
    sweep_inbox(str(world.inbox_path), {job.ticket.job_id})
    assert list(world.waiting()) == [hidden]
    sweep_inbox(str(world.inbox_path), set())
    assert list(world.waiting()) == ["sub/talk.txt"]


@pytest.mark.parametrize("make", ["linked"], indirect=True)
def test_what_is_shown_again_takes_no_name_that_another_file_has_by_then(make):
    world = make()
    (job,) = world.claim()
    world.file.write_bytes(b"another")
    assert show_again(str(world.inbox_path), job) == " as sub/talk-2.txt"
    assert world.waiting() == {"sub/talk.txt": b"another", "sub/talk-2.txt": TALK}


def test_a_source_that_came_in_with_a_writer_at_it_is_still_written(world):
    (job,) = world.claim()
    with open(world.state_path / job.name / job.ticket.source, "ab"):
        assert is_still_written(str(world.inbox_path), job)
    assert not is_still_written(str(world.inbox_path), job)


@every_kind
def test_a_name_of_as_many_letters_as_a_disk_takes_is_claimed_as_any_other(make):
    world = make()
    world.file = world.file.rename(world.file.with_name("l" * 251 + ".txt"))
    (job,) = world.claim()
    assert settle_claim(world.state, str(world.inbox_path), job)
    assert not is_still_written(str(world.inbox_path), job)
    assert job.originals.read_bytes() == TALK
    assert world.waiting() == {}


@pytest.mark.parametrize("make", ["linked", "elsewhere"], indirect=True)
def test_a_claim_copies_nothing_itself_and_takes_the_file_out_of_sight(make):
    world = make()
    (job,) = world.claim()
    assert not job.folder.has(job.ticket.source)
    assert world.waiting() == {f"sub/.{job.ticket.job_id}~talk.txt.claimed": TALK}
    assert world.claim() == []
    assert is_still_written(str(world.inbox_path), job)
    assert settle_claim(world.state, str(world.inbox_path), job)
    assert not is_still_written(str(world.inbox_path), job)
    assert world.waiting() == {}


@pytest.mark.parametrize("make", ["linked", "elsewhere"], indirect=True)
def test_a_folder_put_in_the_place_of_what_was_just_copied_in_is_shown_again_and_holds_up_nothing(
    make, monkeypatch
):
    world = make()
    (job,) = world.claim()
    hidden = world.inbox_path / f"sub/.{job.ticket.job_id}~talk.txt.claimed"
    copy_in = Folder.copy_in

    def copy_and_swap(folder, source, name, *args):
        copy_in(folder, source, name, *args)
        hidden.unlink()
        hidden.mkdir()
        (hidden / "notes.txt").write_bytes(b"not ours")

    monkeypatch.setattr(Folder, "copy_in", copy_and_swap)
    assert settle_claim(world.state, str(world.inbox_path), job)
    assert job.originals.read_bytes() == TALK
    assert world.waiting() == {"sub/talk.txt/notes.txt": b"not ours"}
    assert settle_claim(world.state, str(world.inbox_path), job)


@pytest.mark.parametrize("make", ["linked"], indirect=True)
def test_a_folder_in_the_place_of_what_is_to_be_taken_away_is_shown_again(make):
    world = make()
    (job,) = world.claim()
    hidden = world.inbox_path / f"sub/.{job.ticket.job_id}~talk.txt.claimed"
    hidden.unlink()
    hidden.mkdir()
    take_away_claimed(str(world.inbox_path), job, job.ticket.source)
    assert os.listdir(world.inbox_path / "sub") == ["talk.txt"]


def test_a_claim_that_was_not_moved_and_not_durable_is_undone_only_for_the_very_file(world, monkeypatch):
    """A writer put a new file in place of the one that had just been moved."""
    fsync = os.fsync

    def failing(fd):
        if world.state.folder.has("sub--talk") and not world.file.exists():
            world.file.write_bytes(b"Ben: another one.\n")
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(fd)

    monkeypatch.setattr(os, "fsync", failing)
    (job,) = world.claim()
    assert job.originals.read_bytes() == TALK
    assert settle_claim(world.state, str(world.inbox_path), job)
    assert world.waiting() == {"sub/talk.txt": b"Ben: another one.\n"}


@pytest.mark.parametrize(
    ("number", "mend"),
    [
        (errno.EPERM, "chattr -i"),
        (errno.EACCES, "give the daemon's user the rights"),
        (errno.EROFS, "mount it"),
        (errno.EIO, "mend its disk"),
        (errno.EBUSY, "close it in the program that has it open"),
        (errno.ETXTBSY, "unmount what is mounted there"),
        (errno.EFBIG, "raise that limit"),
    ],
)
def test_a_file_that_can_not_be_moved_stays_and_it_is_said_what_to_do(world, monkeypatch, number, mend):
    real = os.rename

    def refuse(*names, src_dir_fd, dst_dir_fd):
        if src_dir_fd != dst_dir_fd:
            raise OSError(number, os.strerror(number))
        real(*names, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "rename", refuse)
    assert world.claim() == [None]
    assert world.waiting() == {"sub/talk.txt": TALK}
    assert world.state_names() == []
    [candidate] = world.inbox.list_oldest(1)
    assert mend in world.inbox.find_refusal(candidate)


@pytest.mark.parametrize("times", [1, 10**6])
@pytest.mark.parametrize("call", ["unlink", "stat", "rename", "fsync"])
def test_wherever_the_inbox_fails_a_file_waits_in_it_or_is_in_a_job_that_was_given_back(
    make, monkeypatch, call, times
):
    for number in itertools.count():
        world = make(number)
        with Folder(str(world.file.parent)) as folder:
            write_redo_mark(folder, "talk.txt", ["id"], None)
        (world.file.parent / "talk.yaml").write_text("title: Another\n")
        world.inbox.scan()
        (candidate,) = world.inbox.list_settled()
        with monkeypatch.context() as patch:
            disk = Faulty(patch, call, world.inbox_path, "EIO", times, after=number)
            try:
                job = claim_file(world.state, world.inbox, candidate)
            except OSError:
                job = None
        if not disk.hits:
            break
        if job is not None and settle_claim(world.state, str(world.inbox_path), job):
            assert job.folder.read("source.txt") == TALK, number
            assert world.waiting() == {}, number
        else:
            assert (world.state_names(), world.file.read_bytes()) == ([], TALK), number
    assert number > 0


# --- what is not there any more, or leads elsewhere ----------------------------------------------------


def test_a_file_that_is_gone_is_forgotten(world):
    world.inbox.scan()
    (candidate,) = world.inbox.list_settled()
    world.file.unlink()
    assert claim_file(world.state, world.inbox, candidate) is None
    assert world.inbox.waiting == 0
    assert world.state_names() == []


def test_a_file_changed_since_it_settled_is_not_taken(world):
    world.inbox.scan()
    (candidate,) = world.inbox.list_settled()
    world.file.write_bytes(TALK * 2)
    assert claim_file(world.state, world.inbox, candidate) is None
    assert world.waiting() == {"sub/talk.txt": TALK * 2}


def test_a_subfolder_that_became_a_link_is_not_followed(world, tmp_path):
    world.inbox.scan()
    (candidate,) = world.inbox.list_settled()
    outside = tmp_path / "outside"
    world.file.parent.rename(outside)
    world.file.parent.symlink_to(outside)
    assert claim_file(world.state, world.inbox, candidate) is None
    assert (outside / "talk.txt").read_bytes() == TALK
    assert world.state_names() == []


def test_a_file_that_became_a_link_is_not_followed(world, tmp_path):
    world.inbox.scan()
    (candidate,) = world.inbox.list_settled()
    world.file.rename(tmp_path / "outside.txt")
    world.file.symlink_to(tmp_path / "outside.txt")
    assert claim_file(world.state, world.inbox, candidate) is None
    assert (tmp_path / "outside.txt").read_bytes() == TALK


@pytest.mark.parametrize("make", ["linked"], indirect=True)
def test_a_claim_cut_off_half_way_is_not_undone_while_the_inbox_is_away(make):
    world = next(
        world
        for world in every_kill(make, World.claim)
        if any(name.endswith(".claimed") for name in world.waiting()) and not list_sources(world)
    )
    away = world.inbox_path.with_name("unmounted")
    world.inbox_path.rename(away)
    with pytest.raises(ServiceError, match="inbox"):
        world.restart()
    away.rename(world.inbox_path)
    (job,) = world.restart()
    assert job.originals.read_bytes() == TALK


def test_folders_are_made_below_an_inbox_but_never_the_inbox_itself(tmp_path):
    inbox = tmp_path / "inbox"
    with pytest.raises(FileNotFoundError):
        open_below(str(inbox), "course/deep", make=True)
    assert not inbox.exists()
    inbox.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (inbox / "link").symlink_to(tmp_path / "elsewhere")
    open_below(str(inbox), "course/deep", make=True).close()
    open_below(str(inbox), "course/deep", make=True).close()
    assert (inbox / "course" / "deep").is_dir()
    with pytest.raises(OSError, match="link"):
        open_below(str(inbox), "link/deep", make=True)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def list_sources(world):
    return list(world.state_path.glob("*/source*"))


# --- nothing in hiding is forgotten -----------------------------------------------------------------------


@pytest.mark.parametrize("make", ["elsewhere", "linked"], indirect=True)
def test_a_file_out_of_sight_is_shown_again_by_its_own_name_where_its_folder_was_renamed_to(make):
    world = make()
    world.claim()
    assert all(name.endswith(".claimed") for name in world.waiting())
    (world.inbox_path / "sub").rename(world.inbox_path / "kurs")
    assert world.restart() == []
    assert world.waiting() == {"kurs/talk.txt": TALK}
    assert world.state_names() == []
