"""A job: its folder tells where it stands, whatever people and disks do to it meanwhile."""

import errno
import os

import pytest

from daemon.errors import JobError
from daemon.intake.planning import make_plan
from daemon.store import plan
from daemon.store.failure import FAILED
from daemon.store.job import DISCARD, FRESH, STEP, ChunkGone, JobState
from daemon.store.pause import PAUSE
from daemon.store.saved import checkpoint
from daemon.store.state_folder import State, find_job
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import kept_original
from tests.proofs.power_cut import every_kill
from tests.unit.store.jobs import SETTINGS, TALK, done, reopened, ticket


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
