"""Admission: stop, pause and hold, each with its own end."""

import logging
import threading

import pytest

from daemon.errors import NotNow, ServiceError, Stopped
from daemon.workers.admission import Admission, Outcomes, Permit, Swap
from tests import HANG_SECONDS


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def issue(admission, may_run=lambda: True):
    permit = admission.issue_permit(may_run)
    assert permit is not None
    return permit


def hold(admission, seconds, reason="down"):
    return Permit(admission).hold_all(ServiceError(reason, probe_after=seconds))


def waiting_for(permit):
    """A thread that waits for its admission, and the refusals that it met."""
    refusals = []

    def wait():
        try:
            permit.await_admission()
        except NotNow as refusal:
            refusals.append(refusal)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread, refusals


def test_where_nothing_stands_against_it_a_permit_is_issued_and_its_requests_are_admitted():
    permit = issue(Admission())
    permit.await_admission()
    assert not permit.is_probe


def test_after_a_stop_no_permit_is_issued_and_those_that_were_admit_nothing():
    admission = Admission()
    permit = issue(admission)
    admission.stop()
    assert admission.issue_permit() is None
    with pytest.raises(Stopped):
        permit.await_admission()


class NotedEvent(threading.Event):
    """An event that says by another when somebody begins to wait for it."""

    def __init__(self):
        super().__init__()
        self.is_awaited = threading.Event()

    def wait(self, timeout=None):
        self.is_awaited.set()
        return super().wait(timeout)


def test_a_stop_ends_the_longest_sleep():
    admission = Admission()
    admission.stopping, is_stopped = NotedEvent(), threading.Event()

    def sleep():
        with pytest.raises(Stopped):
            Permit(admission).sleep(100 * HANG_SECONDS)
        is_stopped.set()

    threading.Thread(target=sleep, daemon=True).start()
    assert admission.stopping.is_awaited.wait(HANG_SECONDS)
    admission.stop()
    assert is_stopped.wait(HANG_SECONDS)


def test_a_pause_refuses_for_as_long_as_it_lasts():
    reasons = [None]
    admission = Admission(lambda: reasons[0])
    permit = issue(admission)
    reasons[0] = "lunch"
    assert admission.issue_permit() is None
    with pytest.raises(NotNow):
        permit.await_admission()
    reasons[0] = None
    permit.await_admission()


def test_a_paused_job_is_refused_and_no_other():
    admission = Admission()
    of_paused_job, of_another = issue(admission, lambda: False), issue(admission)
    with pytest.raises(NotNow):
        of_paused_job.await_admission()
    of_another.await_admission()


def test_under_a_hold_one_probe_at_a_time_begins_and_only_when_it_is_due():
    clock = Clock()
    admission = Admission(clock=clock)
    assert hold(admission, 60)
    assert admission.issue_permit() is None
    clock.now += 60
    probe = issue(admission)
    assert probe.is_probe
    assert admission.issue_permit() is None
    probe.await_admission()


def test_a_permit_from_before_the_hold_is_refused_under_it():
    admission = Admission()
    permit = issue(admission)
    hold(admission, 60)
    with pytest.raises(NotNow):
        permit.await_admission()


def test_the_first_success_of_the_probe_ends_the_hold_for_everybody():
    admission = Admission(clock=Clock())
    hold(admission, 0)
    assert issue(admission).report_answer()
    assert admission.held is None
    assert not issue(admission).is_probe


def test_a_probe_that_fails_holds_again_and_the_same_reason_is_no_news():
    clock = Clock()
    admission = Admission(clock=clock)
    hold(admission, 60)
    clock.now += 60
    probe = issue(admission)
    assert not probe.hold_all(ServiceError("down", probe_after=60))
    assert admission.issue_permit() is None
    assert probe.hold_all(ServiceError("no credit", probe_after=60))


def test_a_success_of_a_request_that_began_before_the_hold_does_not_end_it():
    admission = Admission()
    permit = issue(admission)
    hold(admission, 60)
    assert not permit.report_answer()
    assert admission.held is not None


def test_the_first_request_that_finds_the_service_down_tries_on_and_all_others_wait():
    admission = Admission()
    first, second = issue(admission), issue(admission)
    first.report_outage()
    first.await_admission()
    assert admission.issue_permit() is None
    thread, refusals = waiting_for(second)
    assert thread.is_alive()
    first.report_answer()
    thread.join(HANG_SECONDS)
    assert not thread.is_alive()
    assert refusals == []
    issue(admission)


@pytest.mark.parametrize("end", ["hold", "stop"])
def test_those_who_wait_are_sent_back_when_the_outage_becomes_a_hold_or_the_program_leaves(end):
    admission = Admission()
    first, second = issue(admission), issue(admission)
    first.report_outage()
    thread, refusals = waiting_for(second)
    if end == "hold":
        first.hold_all(ServiceError("down"))
    else:
        admission.stop()
    thread.join(HANG_SECONDS)
    assert len(refusals) == 1


def test_who_found_an_outage_and_gives_its_permit_back_leaves_the_way_to_another():
    admission = Admission()
    with issue(admission) as first:
        first.report_outage()
        assert admission.issue_permit() is None
    issue(admission)


def test_a_refused_rate_halves_the_requests_once_for_a_burst_and_answers_bring_them_back():
    clock = Clock()
    admission = Admission(clock=clock)
    permit = issue(admission)
    permit.report_limit(8)
    permit.report_limit(8)
    assert admission.width == 4
    clock.now += 60
    permit.report_limit(4)
    assert admission.width == 2
    for _ in range(2 + 3 + 4):
        permit.report_answer()
    assert admission.width == 5


def test_where_a_single_request_is_too_many_one_at_a_time_goes_on():
    admission = Admission(clock=Clock())
    issue(admission).report_limit(1)
    assert admission.width == 1


def test_a_probe_that_was_put_back_leaves_its_turn_to_the_next():
    admission = Admission(clock=Clock())
    hold(admission, 0)
    issue(admission).give_back()
    assert issue(admission).is_probe


def test_probing_can_be_brought_forward():
    admission = Admission(clock=Clock())
    hold(admission, 300)
    admission.probe_now()
    assert issue(admission).is_probe


@pytest.mark.parametrize("was_held", [False, True])
def test_a_refusal_of_what_was_asked_before_the_latest_change_makes_nobody_wait(was_held):
    admission = Admission(clock=Clock())
    if was_held:
        hold(admission, 0)
    asked_before = issue(admission)
    admission.probe_now()
    asked_before.hold_all(ServiceError("The key is refused.", probe_after=300))
    probe = issue(admission)
    assert probe.is_probe
    probe.hold_all(ServiceError("The key is refused.", probe_after=300))
    assert admission.issue_permit() is None


def test_the_end_of_a_hold_is_logged_by_whoever_is_answered(caplog):
    clock = Clock()
    admission = Admission(clock=clock)
    hold(admission, 60)
    clock.now += 60
    probe = issue(admission)
    assert admission.is_probing
    with caplog.at_level(logging.INFO):
        probe.report_answer()
        probe.report_answer()
    assert caplog.messages == ["resumed the service answers again"]
    assert not admission.is_probing


def test_the_question_that_is_out_longest_is_told_until_its_answer_is_there():
    admission = Admission()
    assert admission.oldest_question is None
    first, second = issue(admission), issue(admission)
    with first.count_question(5):
        since = admission.oldest_question.since
        with second.count_question(5):
            assert admission.oldest_question.since == since
            assert admission.oldest_question.is_first
    assert admission.oldest_question is None
    first.report_answer()
    with second.count_question(5):
        assert not admission.oldest_question.is_first


def test_a_question_whose_sending_fails_is_out_no_more():
    admission = Admission()
    with pytest.raises(ConnectionResetError), issue(admission).count_question(5):
        raise ConnectionResetError
    assert admission.oldest_question is None


def test_who_answers_for_another_is_known_until_the_one_asked_for_answers():
    admission = Admission()
    issue(admission).report_swap(Swap("a-model", "another"))
    assert admission.swap == Swap("a-model", "another")
    issue(admission).report_swap(None)
    assert admission.swap is None


def test_a_hold_is_probed_though_the_request_that_found_the_service_down_has_not_ended():
    admission = Admission()
    first, second = issue(admission), issue(admission)
    first.report_outage()
    assert admission.issue_permit() is None
    second.hold_all(ServiceError("no credit", probe_after=0.0))
    assert issue(admission).is_probe


def test_what_failed_long_ago_counts_ever_less():
    outcomes = Outcomes()
    for answered in [False] * 200 + [True] * 1_000:
        outcomes.count(answered=answered)
    assert outcomes.chance_of_failing(1) < 0.001  # of all requests a sixth has failed


def test_failures_that_are_judged_are_no_reason_to_expect_them():
    outcomes = Outcomes()
    for answered in [True] * 90 + [False] * 10:
        outcomes.count(answered=answered)
    assert outcomes.chance_of_failing(1) == pytest.approx(9 / 99)
    assert outcomes.chance_of_failing(10) < 1e-30
