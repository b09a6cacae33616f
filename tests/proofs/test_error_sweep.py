"""A full or failing disk at any system call: no false success, nothing lost, and all is well afterwards."""

import signal
from dataclasses import replace

import pytest

from tests.conftest import until
from tests.proofs.strace import disturb
from tests.proofs.sweep import SmallJob, Sweep, differences, needs_strace, picture, sample, undisturbed

pytestmark = needs_strace

ERRORS = ("ENOSPC", "EIO", "EDQUOT", "EROFS")

# Takes an error for a success: the result is then without the file.
SWALLOWS = """
from daemon.cli import main as cli
from daemon.system import files
real = files.Folder.write
def write(self, *args):
    try:
        real(self, *args)
    except OSError:
        pass
files.Folder.write = write
cli.main()
"""


@pytest.fixture
def sweep(tmp_path):
    return Sweep(tmp_path, undisturbed())


def failing(sweep, points, lasting=""):
    """Let each point fail, with one error after the other."""
    errors = {at: ERRORS[number % len(ERRORS)] for number, at in enumerate(points)}
    return sweep.all(points, lambda at: sweep.failed(at, errors[at] + lasting))


def test_a_sample_of_errors_changes_nothing_in_the_end(sweep):
    assert failing(sweep, sample(sweep.goal.trace.points, 3)) == []


@pytest.mark.prove
def test_no_error_at_any_call_changes_anything_in_the_end(sweep, total):
    wrong = failing(sweep, sweep.goal.trace.points)
    total(f"error sweep: {sweep.hit.total()} errors at {len(sweep.hit)} points, {len(wrong)} failed")
    assert wrong == []


@pytest.mark.prove
def test_no_error_that_lasts_changes_anything_in_the_end(sweep, total):
    wrong = failing(sweep, sweep.goal.trace.points[1:], "+")
    total(f"lasting errors: {sweep.hit.total()} begun at {len(sweep.hit)} points, {len(wrong)} failed")
    assert wrong == []


def test_a_disk_full_for_a_while_is_said_once_and_the_answer_in_hand_not_asked_for_again(sweep, tmp_path):
    (at,) = (
        at
        for at in sweep.goal.trace.points
        if (at.thread, at.call, at.turn) == ("worker", "fsync", 1) and at.path.endswith("sub--talk/.tmp")
    )

    def probe_until_it_is_over(running):
        def over():
            running.process.send_signal(signal.SIGHUP)
            return any(" resumed the service " in line for line in running.log)

        until(over, every=0.2)

    with SmallJob(tmp_path / "full") as job:
        fault = f"error=ENOSPC..{at.rank + 2}"
        outcome = disturb(
            job.root, job.start_once(20), at, fault, sweep.goal.trace.created, probe_until_it_is_over
        )
        assert (outcome.hit, outcome.code) == (at, 0)
        assert sum(" held reason=" in line for line in outcome.log) == 1
        assert len(job.server.bodies) == 2
        assert differences(picture(job.root), sweep.goal.picture) == []


@pytest.mark.prove
@pytest.mark.parametrize(("fault", "code", "patience"), [("ENOSPC+", 69, 10), ("ENOSPC", 0, 30)])
def test_a_claim_that_a_full_disk_refuses_is_held_and_made_when_there_is_room(
    sweep, tmp_path, fault, code, patience
):
    (at,) = (
        at for at in sweep.goal.trace.points if at.call == "mkdirat" and at.path.endswith("state/sub--talk")
    )
    with SmallJob(tmp_path / "full") as job:
        running, created = job.start_once(patience), sweep.goal.trace.created
        outcome = disturb(job.root, running, at, f"error={fault}", created, lambda running: None)
        assert (outcome.hit, outcome.code) == (at, code)
        assert job.source_is_kept()
        assert (picture(job.root) == sweep.goal.picture) == (code == 0)


def test_a_writer_that_swallows_errors_fails_the_sweep(tmp_path):
    sweep = Sweep(tmp_path, undisturbed(SWALLOWS))
    points = [at for at in sweep.goal.trace.points if at.call == "renameat" and at.path.endswith("/talk.md")]
    assert "talk.md: None" in "".join(sweep.all(points, lambda at: sweep.failed(at, "ENOSPC")))


@pytest.mark.prove
def test_a_call_that_is_made_by_chance_only_need_not_be_hit(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.proofs.sweep._REACHES", ())
    sweep = Sweep(tmp_path, undisturbed())
    (delivery,) = (at for at in sweep.goal.trace.points if at.path.endswith("-> {root}/outbox/sub/talk"))
    by_chance = replace(delivery, path="{root}/state/by-chance", rank=1_000)
    beyond = replace(delivery, rank=1_000)
    assert sweep.all([by_chance], lambda at: sweep.failed(at, "EIO")) == []
    assert sweep.all([beyond], lambda at: sweep.failed(at, "EIO")) == [f"never hit: {beyond}"]
