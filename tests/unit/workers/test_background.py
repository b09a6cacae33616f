"""Steps in the background: one after the other, whatever becomes of each."""

import logging
import threading

from daemon.workers.background import BackgroundSteps
from daemon.workers.heartbeat import Heartbeat


def test_steps_run_one_after_the_other_in_their_order_and_closing_waits_for_them():
    background, ran = BackgroundSteps(Heartbeat()), []
    for number in range(100):
        background.submit(lambda number=number: ran.append((number, threading.current_thread().name)))
    assert background.close(10)
    assert ran == [(number, "background") for number in range(100)]


def test_a_step_that_raises_is_logged_without_its_words_and_the_next_one_runs(caplog):
    words = "what was said in confidence"

    def broken():
        raise RuntimeError(words)

    heartbeat = Heartbeat()
    background, ran = BackgroundSteps(heartbeat), threading.Event()
    with caplog.at_level(logging.ERROR):
        background.submit(broken)
        background.submit(ran.set)
        assert background.close(10)
    assert ran.is_set()
    assert heartbeat.find_overdue() is None
    assert "bug=RuntimeError in the background" in caplog.text
    assert words not in caplog.text
