"""The gate: stop, pause and hold, each with its own end."""

import threading

import pytest

from daemon.errors import NotNow, ServiceError, Stopped
from daemon.workers.admission import Gate


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
    Gate().admit()


def test_a_stopped_gate_lets_nothing_begin():
    gate = Gate()
    gate.stop()
    assert not gate.begin()
    with pytest.raises(Stopped):
        gate.admit()


def test_a_pause_refuses_for_as_long_as_it_lasts():
    reasons = ["lunch"]
    gate = Gate(lambda: reasons[0])
    assert not gate.begin()
    with pytest.raises(NotNow):
        gate.admit()
    reasons[0] = None
    gate.admit()


def test_a_paused_job_is_refused_in_the_thread_that_works_for_it_only():
    gate = Gate()
    gate.enter(lambda: False)
    with pytest.raises(NotNow):
        gate.admit()
    assert in_thread(gate.admit) is None


def test_under_a_hold_one_probe_at_a_time_begins_and_only_when_it_is_due():
    clock = Clock()
    gate = Gate(clock=clock)
    assert gate.hold(ServiceError("down", probe_after=60))
    assert not gate.begin()
    clock.now += 60
    assert gate.begin()
    assert not in_thread(gate.begin)
    gate.admit()


def test_the_first_success_of_the_probe_ends_the_hold_for_everybody():
    clock = Clock()
    gate = Gate(clock=clock)
    gate.hold(ServiceError("down", probe_after=0))
    assert gate.begin()
    assert gate.answered()
    assert gate.held is None
    assert in_thread(gate.begin)


def test_a_probe_that_fails_holds_again_and_the_same_reason_is_no_news():
    clock = Clock()
    gate = Gate(clock=clock)
    gate.hold(ServiceError("down", probe_after=60))
    clock.now += 60
    gate.begin()
    assert not gate.hold(ServiceError("down", probe_after=60))
    assert not gate.begin()
    assert gate.hold(ServiceError("no credit", probe_after=60))


def test_a_success_of_a_request_that_began_before_the_hold_does_not_end_it():
    gate = Gate()
    gate.hold(ServiceError("down", probe_after=60))
    assert not gate.answered()
    assert gate.held is not None


def test_the_first_request_that_finds_the_service_down_tries_on_and_all_others_wait():
    gate = Gate()
    gate.troubled()
    gate.admit()
    assert not in_thread(gate.begin)
    waiting = threading.Thread(target=gate.admit)
    waiting.start()
    assert waiting.is_alive()
    gate.answered()
    waiting.join(10)
    assert not waiting.is_alive()
    assert in_thread(gate.begin)


def test_those_who_wait_are_sent_back_when_the_trouble_becomes_a_hold_or_the_program_leaves():
    for end in (lambda gate: gate.hold(ServiceError("down")), lambda gate: gate.stop()):
        gate = Gate()
        gate.troubled()
        refused = []

        def ask(gate=gate, refused=refused):
            try:
                gate.admit()
            except NotNow as refusal:
                refused.append(refusal)

        waiting = threading.Thread(target=ask)
        waiting.start()
        end(gate)
        waiting.join(10)
        assert len(refused) == 1


def test_a_troubled_request_that_is_put_back_leaves_the_way_to_another():
    gate = Gate()
    gate.troubled()
    gate.leave()
    assert in_thread(gate.begin)


def test_a_refused_rate_halves_the_requests_once_for_a_burst_and_answers_bring_them_back():
    clock = Clock()
    gate = Gate(clock=clock)
    gate.limited(8)
    gate.limited(8)
    assert gate.width == 4
    clock.now += 60
    gate.limited(4)
    assert gate.width == 2
    for _ in range(2 + 3 + 4):
        gate.answered()
    assert gate.width == 5


def test_a_probe_that_was_put_back_leaves_its_place_to_the_next():
    clock = Clock()
    gate = Gate(clock=clock)
    gate.hold(ServiceError("down", probe_after=0))
    assert gate.begin()
    gate.leave()
    assert in_thread(gate.begin)


def test_probing_can_be_brought_forward():
    gate = Gate(clock=Clock())
    gate.hold(ServiceError("no key", probe_after=300))
    gate.probe_now()
    assert gate.begin()
