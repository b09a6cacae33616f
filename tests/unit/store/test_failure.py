"""A job that failed: its folder says why, and what a retry then does."""

import pytest
from msgspec.structs import replace

from daemon.intake.planning import make_plan
from daemon.store.failure import DISK_FAULT, FAILED, NO_MEMORY, Failure
from daemon.store.job import RETRY, JobState
from daemon.store.retry import retry_failed
from daemon.store.state_folder import State
from tests.faulty_disk import Faulty
from tests.proofs.power_cut import every_kill
from tests.unit.store.jobs import SETTINGS, TALK, TODAY, done, reopened, ticket


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
