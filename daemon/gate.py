"""Whether a request may begin: the one place that knows of stop, pause and hold.

    stopping  a person or the system asked the program to leave; nothing begins any more
    paused    a PAUSE file lies in the root or in inbox/; only its removal ends that
    held      the service is down or refuses us; one probe at a time asks whether that is over

Requests ask `admit` before they begin, retries too. What is refused goes back to its place in the
queue; nothing is lost by it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from daemon.errors import NotNow, ServiceError, Stopped


@dataclass(frozen=True, slots=True)
class Hold:
    """Why nobody can go on, and when the next probe is due (time.monotonic seconds)."""

    reason: str
    until: float


def _never_paused() -> str | None:
    return None


def _always() -> bool:
    return True


class Gate:
    """Thread-safe. `paused` is asked before each request and gives the reason, or None."""

    def __init__(
        self, paused: Callable[[], str | None] = _never_paused, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.paused = paused
        self.stopping = threading.Event()
        self._clock = clock
        self._lock = threading.Lock()
        self._hold: Hold | None = None
        self._prober: int | None = None
        self._here = threading.local()

    def enter(self, may_run: Callable[[], bool]) -> None:
        """From now on this thread works for a job; `may_run` is false while that job is paused."""
        self._here.may_run = may_run

    def admit(self) -> None:
        """Return when a request may begin; raise NotNow (or Stopped) when it may not."""
        if self.stopping.is_set():
            raise Stopped
        if self.paused() is not None or not getattr(self._here, "may_run", _always)():
            raise NotNow
        with self._lock:
            if self._hold is not None and self._prober != threading.get_ident():
                raise NotNow

    def begin(self) -> bool:
        """Ask for a place to work; under a hold only the one probe that is due gets it.

        The thread that got it calls `succeeded`, `hold` or `leave` in the end.
        """
        if self.stopping.is_set() or self.paused() is not None:
            return False
        with self._lock:
            if self._hold is None:
                return True
            if self._prober is not None or self._clock() < self._hold.until:
                return False
            self._prober = threading.get_ident()
            return True

    def succeeded(self) -> bool:
        """An answer came: the service works. True when that ended a hold."""
        with self._lock:
            ended = self._hold is not None and self._prober == threading.get_ident()
            if ended:
                self._hold = None
            self._forget_prober()
            return ended

    def hold(self, error: ServiceError) -> bool:
        """Hold everybody until a probe succeeds. True when this is news."""
        with self._lock:
            news = self._hold is None or self._hold.reason != str(error)
            self._hold = Hold(str(error), self._clock() + error.probe_after)
            self._forget_prober()
            return news

    def leave(self) -> None:
        """The work was put back, nothing was learnt of the service."""
        with self._lock:
            self._forget_prober()

    def probe_now(self) -> None:
        """Let the next probe begin at once: something that may have been the cause has changed."""
        with self._lock:
            if self._hold is not None:
                self._hold = Hold(self._hold.reason, self._clock())

    @property
    def held(self) -> Hold | None:
        """The present hold, if any."""
        return self._hold

    def stop(self) -> None:
        """Nothing begins any more; waits end."""
        self.stopping.set()

    def _forget_prober(self) -> None:
        if self._prober == threading.get_ident():
            self._prober = None
