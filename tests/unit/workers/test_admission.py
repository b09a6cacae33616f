"""Admission: stop, pause and hold, each with its own end."""

import threading

import pytest

from daemon.errors import NotNow, ServiceError, Stopped
from daemon.workers.admission import Admission


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def in_thread(call):
    out = []
    thread = threading.Thread(target=lambda: out.append(call()))
    thread.start()
    thread.join()
    return out[0]


def test_an_open_gate_admits():
    Admission().admit()


def test_a_stopped_gate_lets_nothing_begin():
    admission = Admission()
    admission.stop()
    assert not admission.begin()
    with pytest.raises(Stopped):
        admission.admit()


def test_a_pause_refuses_for_as_long_as_it_lasts():
    reasons = ["lunch"]
    admission = Admission(lambda: reasons[0])
    assert not admission.begin()
    with pytest.raises(NotNow):
        admission.admit()
    reasons[0] = None
    admission.admit()


def test_a_paused_job_is_refused_in_the_thread_that_works_for_it_only():
    admission = Admission()
    admission.enter(lambda: False)
    with pytest.raises(NotNow):
        admission.admit()
    assert in_thread(admission.admit) is None


def test_under_a_hold_one_probe_at_a_time_begins_and_only_when_it_is_due():
    clock = Clock()
    admission = Admission(clock=clock)
    assert admission.hold(ServiceError("down", probe_after=60))
    assert not admission.begin()
    clock.now += 60
    assert admission.begin()
    assert not in_thread(admission.begin)
    admission.admit()


def test_the_first_success_of_the_probe_ends_the_hold_for_everybody():
    clock = Clock()
    admission = Admission(clock=clock)
    admission.hold(ServiceError("down", probe_after=0))
    assert admission.begin()
    assert admission.answered()
    assert admission.held is None
    assert in_thread(admission.begin)


def test_a_probe_that_fails_holds_again_and_the_same_reason_is_no_news():
    clock = Clock()
    admission = Admission(clock=clock)
    admission.hold(ServiceError("down", probe_after=60))
    clock.now += 60
    admission.begin()
    assert not admission.hold(ServiceError("down", probe_after=60))
    assert not admission.begin()
    assert admission.hold(ServiceError("no credit", probe_after=60))


def test_a_success_of_a_request_that_began_before_the_hold_does_not_end_it():
    admission = Admission()
    admission.hold(ServiceError("down", probe_after=60))
    assert not admission.answered()
    assert admission.held is not None


def test_the_first_request_that_finds_the_service_down_tries_on_and_all_others_wait():
    admission = Admission()
    admission.troubled()
    admission.admit()
    assert not in_thread(admission.begin)
    waiting = threading.Thread(target=admission.admit)
    waiting.start()
    assert waiting.is_alive()
    admission.answered()
    waiting.join(10)
    assert not waiting.is_alive()
    assert in_thread(admission.begin)


def test_those_who_wait_are_sent_back_when_the_trouble_becomes_a_hold_or_the_program_leaves():
    for end in (lambda admission: admission.hold(ServiceError("down")), lambda admission: admission.stop()):
        admission = Admission()
        admission.troubled()
        refused = []

        def ask(admission=admission, refused=refused):
            try:
                admission.admit()
            except NotNow as refusal:
                refused.append(refusal)

        waiting = threading.Thread(target=ask)
        waiting.start()
        end(admission)
        waiting.join(10)
        assert len(refused) == 1


def test_a_troubled_request_that_is_put_back_leaves_the_way_to_another():
    admission = Admission()
    admission.troubled()
    admission.leave()
    assert in_thread(admission.begin)


def test_a_refused_rate_halves_the_requests_once_for_a_burst_and_answers_bring_them_back():
    clock = Clock()
    admission = Admission(clock=clock)
    admission.limited(8)
    admission.limited(8)
    assert admission.width == 4
    clock.now += 60
    admission.limited(4)
    assert admission.width == 2
    for _ in range(2 + 3 + 4):
        admission.answered()
    assert admission.width == 5


def test_a_probe_that_was_put_back_leaves_its_place_to_the_next():
    clock = Clock()
    admission = Admission(clock=clock)
    admission.hold(ServiceError("down", probe_after=0))
    assert admission.begin()
    admission.leave()
    assert in_thread(admission.begin)


def test_probing_can_be_brought_forward():
    admission = Admission(clock=Clock())
    admission.hold(ServiceError("no key", probe_after=300))
    admission.probe_now()
    assert admission.begin()
