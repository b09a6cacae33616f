"""The signals that end the loop: a first one with the grace, a second without; a doubled one is one."""

import os
import signal

import pytest

from daemon.cli import signals
from daemon.cli.signals import handling_signals


class Loop:
    """Notes how it was told to stop."""

    def __init__(self):
        self.stops = []

    def stop(self, *, at_once=False):
        self.stops.append(at_once)

    def reload(self):
        self.stops.append("reload")


@pytest.fixture
def loop():
    loop = Loop()
    with handling_signals(loop):
        yield loop


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_the_grace_whichever_it_is(loop, monkeypatch, first, second):
    monkeypatch.setattr(signals, "DOUBLED_SECONDS", 0.0)
    os.kill(os.getpid(), first)
    os.kill(os.getpid(), second)
    assert loop.stops == [False, True]


def test_a_signal_that_a_program_between_passes_on_beside_the_terminal_is_the_same(loop, monkeypatch):
    monkeypatch.setattr(signals, "DOUBLED_SECONDS", 3600.0)
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGINT)
    assert loop.stops == [False]
