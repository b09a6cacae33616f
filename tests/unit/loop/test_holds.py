"""What holds everybody is said once, whoever finds it first."""

from unittest.mock import Mock

import pytest

from daemon.errors import ServiceError
from daemon.loop.holds import Holds
from daemon.workers.admission import Admission

LOST = ServiceError("The outbox is read-only.", "Mount it.", probe_after=5)
FAILED = ServiceError("The disk takes no writes in outbox/.", "Mend it.", probe_after=5)


@pytest.fixture
def holds():
    return Holds(Admission())


def test_a_write_that_fails_in_a_folder_that_is_away_is_no_second_hold(holds, caplog):
    caplog.set_level("INFO")
    holds.note_missing_folder(LOST)
    holds.hold_for_write(FAILED)
    assert holds.held.reason == str(LOST)
    assert holds.note_missing_folder(None)
    assert holds.held is None
    assert [line.split()[0] for line in caplog.messages] == ["held", "resumed"]


def test_a_disk_that_stays_full_when_the_folder_is_back_is_said_then(holds, caplog):
    holds.note_missing_folder(LOST)
    holds.hold_for_write(FAILED)
    holds.note_missing_folder(None)
    holds.hold_for_write(FAILED)
    assert holds.held.reason == str(FAILED)
    assert len(caplog.messages) == 2


def test_the_reasons_of_two_jobs_that_take_turns_are_said_once_each(holds, caplog):
    caplog.set_level("INFO")
    first, second = object(), object()
    for _ in range(3):
        holds.hold_for_write(FAILED, first)
        holds.hold_for_write(ServiceError("The disk takes no writes in state/other.", "Mend it."), second)
    assert len(caplog.messages) == 2
    holds.end_failed_write(second)
    holds.hold_for_write(FAILED, first)
    assert [line.split()[0] for line in caplog.messages] == ["held", "held", "resumed", "held"]


def test_a_folder_that_is_away_is_said_once_while_the_service_is_held_too(caplog):
    admission = Admission()
    admission.issue_permit().hold_all(FAILED)
    holds = Holds(admission)
    assert holds.held.reason == str(FAILED)
    for _ in range(3):
        holds.note_missing_folder(LOST)
    assert sum(str(LOST) in line for line in caplog.messages) == 1


def test_a_write_that_failed_is_over_only_with_one_of_the_same_job(holds):
    first, second = object(), object()
    holds.hold_for_write(FAILED, first)
    for other in (second, None):
        holds.end_failed_write(other)
        assert holds.held.reason == str(FAILED)
    holds.end_failed_write(first)
    assert holds.held is None


def test_a_write_that_failed_for_a_reason_of_its_own_outlasts_the_folder_that_was_away(holds):
    holds.hold_for_write(FAILED)
    holds.note_missing_folder(LOST)
    holds.note_missing_folder(None)
    assert holds.held.reason == str(FAILED)


def test_while_the_job_whose_write_failed_tries_again_nothing_is_claimed(holds):
    writer = Mock(busy=True)
    holds.hold_for_write(ServiceError("The disk is full.", "Make room.", probe_after=-3600.0), writer)
    assert holds.claims_wait
    writer.busy = False
    assert not holds.claims_wait
