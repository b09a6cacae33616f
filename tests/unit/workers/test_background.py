"""The desk: one step after the other, whatever becomes of each."""

import logging
import threading

from daemon.workers.background import Desk
from daemon.workers.heartbeat import Pulse


def test_steps_run_one_after_the_other_in_their_order_and_closing_waits_for_them():
    desk, ran = Desk(Pulse()), []
    for number in range(100):
        desk.submit(lambda number=number: ran.append((number, threading.current_thread().name)))
    assert desk.close(10)
    assert ran == [(number, "desk") for number in range(100)]


def test_a_step_that_raises_is_logged_without_its_words_and_the_next_one_runs(caplog):
    words = "what was said in confidence"

    def broken():
        raise RuntimeError(words)

    pulse = Pulse()
    desk, ran = Desk(pulse), threading.Event()
    with caplog.at_level(logging.ERROR):
        desk.submit(broken)
        desk.submit(ran.set)
        assert desk.close(10)
    assert ran.is_set()
    assert pulse.overdue() is None
    assert "bug=RuntimeError at the desk" in caplog.text
    assert words not in caplog.text
