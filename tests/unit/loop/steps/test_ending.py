"""How a job ends: once, whole, whatever cuts it off; and nothing of it is left in the state."""

import contextlib
import errno
import itertools
import os
from datetime import UTC, datetime

import pytest

from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.errors import InputError, ServiceError
from daemon.intake.planning import make_plan
from daemon.intake.put_back import sweep_inbox
from daemon.loop.steps import ending
from daemon.loop.steps.ending import Ending
from daemon.settings.profile import Settings
from daemon.store.state_folder import State
from daemon.store.ticket import Ticket
from daemon.system.hidden_names import HiddenName
from daemon.system.process.folder_lock import lock_file
from daemon.system.volumes.mounts import Mount
from daemon.text.cleaned_chunk import ProcessedChunk
from tests.faulty_disk import Faulty
from tests.proofs.power_cut import every_kill, killed_before

TALK = b"Ann: um hello and welcome.\n\nBen: thank you, it is good to be here.\n"
SETTINGS = Settings(provider="offline", model="", prompt="", chunk_words=10, outputs=("md", "txt", "json"))
NAME = "course/talk.txt"


class World:
    """A job whose every chunk is done, an outbox and an inbox."""

    def __init__(self, path):
        self.path = path
        for name in ("inbox", "outbox"):
            (path / name).mkdir(parents=True)
        self.start()
        ticket = Ticket.new(NAME, 1_700_000_000_000_000_000, datetime.now(UTC))
        self.job = self.state.admit_job(ticket)
        self.job.folder.write(ticket.source, TALK)
        self.job.freeze_plan(make_plan(TALK, "talk.txt", SETTINGS))
        for index in range(self.job.header.chunks):
            chunk = self.job.read_chunk(index)
            texts = tuple(turn.text for turn in chunk.spoken())
            self.job.save_chunk(ProcessedChunk(index, chunk.text, "\n\n".join(texts), turns=texts))

    def start(self):
        self.state = State(str(self.path / "state"))
        self.state.take_lock()
        self.state.recover_folders()
        self.outbox = Outbox(str(self.path / "outbox"))
        self.ending = Ending(self.state, self.outbox, str(self.path / "inbox"))

    def end(self, how, again=False):
        how(self.ending, self.job, again)

    def end_after_restart(self, how):
        """What the next start does: the job is ended again if it is still there."""
        self.job.folder.close()
        self.state.close()
        self.start()
        for job in self.state.list_jobs():
            self.job = job
            job.load_progress()
            self.end(how, again=True)
        self.outbox.sweep(set())

    def files(self, where):
        """All files below a folder but the half-written ones, which nobody takes for anything."""
        files = [path for path in (self.path / where).rglob("*") if path.is_file()]
        return sorted(str(f.relative_to(self.path / where)) for f in files if not f.name.startswith(".tmp-"))

    def left_in_state(self):
        return [name for name in self.files("state") if name not in (".lock",)]


def deliver(ending, job, again):
    return ending.deliver_job(job, again=again)


def reject(ending, job, again):
    return ending.reject_job(job, InputError("It is no transcript.", "Drop another."), again=again)


def discard(ending, job, again):
    return ending.discard_job(job, again=again)


def start_over(ending, job, again):
    return ending.start_over(job)


RESULT = [
    f"course/talk/{name}"
    for name in (
        "original.txt",
        "record.jsonl.gz",
        "review.html",
        "summary.json",
        "talk.json",
        "talk.md",
        "talk.txt",
    )
]
REFUSED = [f"rejected/course/talk/{name}" for name in ("REASON.txt", "original.txt", "summary.json")]
DISCARDED = sorted([*REFUSED, "rejected/course/talk/talk.md"])


@pytest.fixture
def worlds(tmp_path):
    made = []

    def make(number=0):
        made.append(World(tmp_path / f"world-{number}"))
        return made[-1]

    yield make
    for world in made:
        world.state.close()


@pytest.mark.long
@pytest.mark.parametrize(
    ("how", "outbox", "inbox"),
    [(deliver, RESULT, []), (reject, REFUSED, []), (discard, DISCARDED, []), (start_over, [], [NAME])],
)
def test_an_end_killed_anywhere_and_repeated_leaves_one_result_and_nothing_in_the_state(
    worlds, how, outbox, inbox
):
    for world in every_kill(worlds, lambda world: world.end(how)):
        world.end_after_restart(how)
        assert world.files("outbox") == outbox
        assert world.files("inbox") == inbox
        assert world.left_in_state() == []


@pytest.mark.long
@pytest.mark.parametrize(("how", "call"), [(deliver, 30), (start_over, 9)])
def test_an_end_killed_twice_still_comes_to_the_same(worlds, how, call):
    def killed_once(number):
        world = worlds(number)
        assert killed_before(call, lambda: world.end(how))
        return world

    for world in every_kill(killed_once, lambda world: world.end_after_restart(how)):
        world.end_after_restart(how)
        there = (world.files("outbox"), world.files("inbox"))
        assert there == ((RESULT, []) if how is deliver else ([], [NAME]))
        assert world.left_in_state() == []


def test_a_result_holds_the_original_as_it_was_dropped(worlds):
    world = worlds()
    assert deliver(world.ending, world.job, False) == "course/talk"
    assert (world.path / "outbox/course/talk/original.txt").read_bytes() == TALK


def test_a_rejection_says_why_and_what_to_do(worlds):
    world = worlds()
    assert reject(world.ending, world.job, False) == "rejected/course/talk"
    reason = (world.path / "outbox/rejected/course/talk/REASON.txt").read_text()
    assert reason == "It is no transcript.\n\nDrop another.\n"


# --- after another end, and before any ------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("how", [discard, start_over])
def test_what_was_delivered_but_not_cleared_is_only_cleared(worlds, how):
    for world in every_kill(worlds, lambda world: world.end(deliver)):
        delivered = world.files("outbox") == RESULT
        world.end_after_restart(how)
        assert world.files("outbox") == (RESULT if delivered else DISCARDED if how is discard else [])
        assert world.files("inbox") == ([] if delivered or how is discard else [NAME])
        assert world.left_in_state() == []


@pytest.mark.parametrize("how", [discard, start_over])
def test_a_job_whose_claim_never_happened_is_undone_and_its_file_stays_in_the_inbox(worlds, how):
    world = worlds()
    (world.path / "inbox/course").mkdir()
    (world.path / "state" / world.job.name / world.job.ticket.source).rename(world.path / "inbox" / NAME)
    for name in os.listdir(world.path / "state" / world.job.name):
        if name != "job.json":
            (world.path / "state" / world.job.name / name).unlink()
    world.job.leave_marker("FRESH")
    world.job.leave_marker("FAILED")
    assert how(world.ending, world.job, False) is None
    assert (world.files("inbox"), world.files("outbox"), world.left_in_state()) == ([NAME], [], [])


def test_an_original_that_was_being_claimed_for_a_job_no_longer_known_is_shown_again(worlds, monkeypatch):
    world = worlds()
    job_id = "20260102T030405-0a1b2c3d"
    (world.path / "inbox/course").mkdir()
    hidden = world.path / "inbox/course" / f".{job_id}.claimed"
    beside = hidden.with_name(f".{job_id}.beside.json.claimed")
    for path in (hidden, beside):
        path.write_bytes(TALK)
    sweep_inbox(str(world.path / "inbox"), {job_id})
    assert hidden.exists()
    assert beside.exists()
    sweep_inbox(str(world.path / "inbox"), set())
    assert hidden.exists()  # another root may share this inbox, and be just about to copy it in
    monkeypatch.setattr("daemon.intake.put_back.FORGOTTEN_SECONDS", -1)
    sweep_inbox(str(world.path / "inbox"), set())
    assert world.files("inbox") == [f"course/{job_id}", f"course/{job_id}.json"]


@pytest.mark.parametrize("name", ["talk.txt", "a\nb \udcff.txt", "~no extension"])
def test_what_is_hidden_under_a_name_that_tells_its_own_is_shown_again_so_at_once(worlds, name):
    world = worlds()
    folder = world.path / "inbox/course"
    folder.mkdir()
    hidden = folder / HiddenName.claim("20260102T030405-0a1b2c3d", name).build()
    hidden.write_bytes(TALK)
    with hidden.open("rb") as copying:
        assert lock_file(copying.fileno())
        sweep_inbox(str(world.path / "inbox"), set())
        assert hidden.exists()  # another root is just copying it in
    sweep_inbox(str(world.path / "inbox"), set())
    assert world.files("inbox") == [f"course/{name}"]


def test_on_a_share_what_another_machine_may_be_copying_is_not_shown_again_for_an_hour(worlds, monkeypatch):
    monkeypatch.setattr("daemon.intake.put_back.mount_of", lambda _: Mount("/", "/", "nfs4", "nas:/"))
    world = worlds()
    hidden = world.path / "inbox" / HiddenName.claim("20260102T030405-0a1b2c3d", "talk.txt").build()
    hidden.write_bytes(TALK)
    sweep_inbox(str(world.path / "inbox"), set())
    assert hidden.exists()
    monkeypatch.setattr("daemon.intake.put_back.FORGOTTEN_SECONDS", -1)
    sweep_inbox(str(world.path / "inbox"), set())
    assert world.files("inbox") == ["talk.txt"]


def test_a_discard_waits_for_a_share_that_is_away_for_a_moment(worlds, monkeypatch):
    world = worlds()

    def be_away(*_):
        raise OSError(errno.ESTALE, "away")

    with monkeypatch.context() as away:
        away.setattr(ending, "settle_claim", be_away)
        with pytest.raises(OSError, match="away"):
            world.end(discard)
    assert world.files("outbox") == []
    world.end(discard)
    assert world.files("outbox") == DISCARDED


def test_a_discard_leaves_out_nothing_of_what_was_cleaned_because_it_can_not_be_read_for_a_moment(
    worlds, monkeypatch
):
    for number in itertools.count():
        world = worlds(number)
        with monkeypatch.context() as patch:
            disk = Faulty(patch, "open", world.path / "state", "EMFILE", after=number)
            with contextlib.suppress(OSError):
                world.end(discard)
        if not disk.hits:
            break
        if not world.files("outbox"):
            world.end(discard, again=True)
        assert world.files("outbox") == DISCARDED, number
        assert "good to be here" in (world.path / "outbox/rejected/course/talk/talk.md").read_text(), number
    assert number > 3


@pytest.mark.parametrize("how", [reject, discard])
def test_who_reads_that_there_is_no_copy_of_the_original_finds_none_and_the_original_in_the_inbox(
    worlds, monkeypatch, how
):
    told = set()
    for number in itertools.count():
        world = worlds(number)
        with monkeypatch.context() as patch:
            disk = Faulty(patch, "fsync", world.path / "outbox", "EIO", after=number)
            with contextlib.suppress(OSError):
                world.end(how)
        if not disk.hits:
            break
        if "rejected/course/talk/summary.json" in world.files("outbox"):
            says_so = "No copy" in (world.path / "outbox/rejected/course/talk/REASON.txt").read_text()
            assert ("rejected/course/talk/original.txt" in world.files("outbox")) != says_so, number
            assert ("course/talk.txt.rejected" in world.files("inbox")) == says_so, number
            told.add(says_so)
    assert True in told


def test_of_a_result_that_was_half_built_nothing_is_left_when_its_job_starts_over(worlds):
    world = worlds()
    assert killed_before(40, lambda: world.end(deliver))
    assert world.files("outbox") != []
    world.end(start_over)
    assert list((world.path / "outbox").rglob("*.partial")) == []


def test_a_missing_inbox_is_never_made_again_by_what_goes_back_to_it(worlds):
    world = worlds()
    (world.path / "inbox").rename(world.path / "unmounted")
    with pytest.raises(ServiceError, match="inbox"):
        world.ending.start_over(world.job)
    assert not (world.path / "inbox").exists()
    (world.path / "unmounted").rename(world.path / "inbox")
    assert start_over(world.ending, world.job, False) == NAME


# --- back to the inbox ------------------------------------------------------------------------------------


def test_a_file_of_the_same_name_in_the_inbox_is_never_overwritten(worlds):
    world = worlds()
    (world.path / "inbox/course").mkdir()
    (world.path / "inbox/course/talk.txt").write_text("a newer talk")
    (world.path / "inbox/course/talk-2.txt").symlink_to("/nowhere")
    assert start_over(world.ending, world.job, False) == "course/talk-3.txt"
    assert (world.path / "inbox/course/talk.txt").read_text() == "a newer talk"
    assert (world.path / "inbox/course/talk-3.txt").read_bytes() == TALK


def test_the_same_bytes_under_the_same_name_are_not_put_there_twice(worlds):
    world = worlds()
    (world.path / "inbox/course").mkdir()
    (world.path / "inbox/course/talk.txt").write_bytes(TALK)
    assert start_over(world.ending, world.job, False) == NAME
    assert world.files("inbox") == [NAME]
    assert world.left_in_state() == []


def test_what_comes_back_has_its_time_and_can_be_read_by_others(worlds):
    world = worlds()
    source = world.path / "state" / world.job.name / world.job.ticket.source
    os.utime(source, (1, 1_600_000_000))
    start_over(world.ending, world.job, False)
    found = (world.path / "inbox" / NAME).stat()
    assert (found.st_mtime, found.st_mode & 0o777) == (1_600_000_000, 0o644)


@pytest.mark.parametrize(("how", "cleared"), [(deliver, True), (reject, False), (discard, False)])
def test_a_restored_job_is_cleared_for_a_delivered_result_alone(worlds, monkeypatch, how, cleared):
    world = worlds()
    with monkeypatch.context() as patch:
        patch.setattr(State, "clear_job", lambda state, job: None)  # as a backup has it
        world.end(how)
    assert world.ending.clear_if_delivered(world.job) is cleared
    assert bool(world.state.list_jobs()) is not cleared
