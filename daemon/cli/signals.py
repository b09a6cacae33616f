"""The signals that the loop obeys: those that stop it, and the one that has it read its config again."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from daemon.errors import EXIT_INTERRUPTED

if TYPE_CHECKING:  # this is loaded before all else
    from daemon.loop.supervisor import Supervisor

DOUBLED_SECONDS = 0.3  # a person takes longer to ask a second time
# What some programs are asked to reopen their log by, and timers: unheeded, each would end the process.
_WITHOUT_MEANING = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF)


def outlive_early_hangup() -> None:
    """Ignore SIGHUP before there is anything to reload; what has a terminal still ends with that."""
    if not _has_terminal():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


@contextmanager
def handling_signals(supervisor: Supervisor) -> Iterator[list[int]]:
    """Have the loop obey signals; yields those that came to stop it."""
    signals = _Signals(supervisor)
    handlers: dict[int, Callable[[int, FrameType | None], None]] = {
        **dict.fromkeys(_WITHOUT_MEANING, signals.ignore),
        signal.SIGTERM: signals.stop,
        signal.SIGINT: signals.stop,
        signal.SIGHUP: signals.reload,
    }
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    signal.signal(signal.SIGIO, signal.SIG_IGN)  # sent when a lease that we ask for is broken
    try:
        yield signals.received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # too late to reload, and no reason to die of it


class _Signals:
    """SIGTERM and SIGINT stop; a second one ends the wait for what is in flight, and a third the process.

    One that comes within DOUBLED_SECONDS of another is the same: a program that passes signals on sends it
    beside the terminal. SIGHUP reloads the config, unless it is the terminal's, which was closed: then it
    stops.
    """

    def __init__(self, supervisor: Supervisor) -> None:
        self.received: list[int] = []
        self._supervisor = supervisor
        self._last = -math.inf
        is_hangup_ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # nohup
        self._ends_with_terminal = _has_terminal() and not is_hangup_ignored

    def stop(self, number: int, frame: FrameType | None) -> None:
        """The handler of what stops."""
        now = time.monotonic()
        if now - self._last < DOUBLED_SECONDS:
            return
        self._last = now
        if len(self.received) > 1:
            os._exit(EXIT_INTERRUPTED)
        self.received.append(number)
        self._supervisor.stop(at_once=len(self.received) > 1)

    def reload(self, number: int, frame: FrameType | None) -> None:
        """The handler of SIGHUP."""
        if self._ends_with_terminal and not _has_terminal():
            self.stop(number, frame)
        else:
            self._supervisor.reload()

    def ignore(self, number: int, frame: FrameType | None) -> None:
        """The handler of what means nothing here, and so ends nothing."""
        self._supervisor.note_signal(signal.Signals(number).name)


def _has_terminal() -> bool:
    """Whether this process has a terminal that controls it."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
