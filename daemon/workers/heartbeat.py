"""Whether the threads that work still move: each says within how many seconds it will be heard from."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

STEP_SECONDS = 300.0
"""For what is no request: cleaning by rules, judging an answer. A chunk takes well under a second."""

READING_SECONDS = 1800.0
"""For reading or delivering a whole transcript: the largest that is read takes a minute."""


class Heartbeat:
    """By when each thread that works is to be heard from again. Each tells only of itself; thread-safe.

    `clock` gives monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due: dict[int, tuple[str, float]] = {}

    def announce_silence(self, seconds: float) -> None:
        """This thread works, and will be heard from again within so many seconds."""
        self._due[threading.get_ident()] = threading.current_thread().name, self._clock() + seconds

    def report_rest(self) -> None:
        """This thread has nothing to do."""
        self._due.pop(threading.get_ident(), None)

    def find_overdue(self) -> str | None:
        """The name of a thread that should have been heard from by now, None where all move."""
        now = self._clock()
        return next((name for name, due in list(self._due.values()) if now > due), None)
