"""A state folder, a job in it, and its plan."""

import pytest

from daemon.intake.planning import make_plan
from daemon.store.state_folder import State
from tests.unit.store.jobs import SETTINGS, TALK, ticket


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
