"""Steps in the background: one after the other, whatever becomes of each."""

import logging
import threading
from unittest.mock import Mock

from daemon.workers.background import BackgroundSteps
from daemon.workers.heartbeat import Heartbeat
from tests import HANG_SECONDS


def test_steps_run_one_after_the_other_in_their_order_and_closing_waits_for_them():
    background, ran = BackgroundSteps(Heartbeat()), []
    for number in range(100):
        background.submit(lambda number=number: ran.append((number, threading.current_thread().name)))
    assert background.close(HANG_SECONDS)
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
        assert background.close(HANG_SECONDS)
    assert ran.is_set()
    assert heartbeat.find_overdue() is None
    assert "bug=RuntimeError in the background" in caplog.text
    assert words not in caplog.text


def test_a_step_after_which_not_even_the_log_finds_memory_ends_no_thread(monkeypatch):
    heartbeat = Heartbeat()
    background, ran = BackgroundSteps(heartbeat), threading.Event()
    monkeypatch.setattr("daemon.system.process.threads._REST_SECONDS", 0.0)
    monkeypatch.setattr("daemon.workers.background.locate_bug", Mock(side_effect=MemoryError))
    background.submit(Mock(side_effect=MemoryError))
    background.submit(ran.set)
    assert background.close(HANG_SECONDS)
    assert ran.is_set()
    assert heartbeat.find_overdue() is None
