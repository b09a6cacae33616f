"""Whom a fault concerns: what a person has asked for is not tried on and on where it fails."""

import errno
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from daemon.errors import JobError
from daemon.loop.failures import Failures
from daemon.loop.holds import Holds
from daemon.loop.hooks import Hooks
from daemon.loop.lifecycle import Step
from daemon.loop.open_job import OpenJob
from daemon.store.job import DISCARD
from daemon.store.state_folder import State
from daemon.store.ticket import Ticket
from daemon.workers.admission import Admission


@pytest.fixture
def failures():
    folders = SimpleNamespace(lies_on_inner_mount=lambda path: False, find_lost=lambda: None)
    return Failures(Holds(Admission()), Hooks(None, None), folders)


@pytest.fixture
def discarded(tmp_path):
    """A job that a person gives up."""
    state = State(str(tmp_path / "state"))
    job = state.admit_job(Ticket.new("talk.txt", 0, datetime.now(UTC)))
    job.leave_marker(DISCARD)
    yield OpenJob(job, again=False, step=Step.DISCARD)
    state.close()


@pytest.mark.parametrize("earlier", ["", "It broke."])
@pytest.mark.parametrize(
    "error",
    [JobError("It can't be put away.", "Mend it."), OSError(errno.EISDIR, "can't be put away", "/x/talk")],
    ids=["job", "disk"],
)
def test_a_discard_that_fails_says_why_and_waits_for_the_person_to_ask_again(
    failures, discarded, error, earlier
):
    job = discarded.job
    if earlier:
        job.failure.mark(earlier)
    failures.handle_fault(discarded, error)
    assert "can't be put away" in job.failure.find_reason()
    assert job.given_up is None
    assert not job.failure.may_be_over
