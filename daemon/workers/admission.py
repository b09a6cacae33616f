"""Whether a request may begin: the one place that knows of stop, pause, trouble and hold.

    stopping   a person or the system asked the program to leave; nothing begins any more
    paused     a PAUSE file lies in the root or in inbox/, or in the job's folder
    troubled   a request found the service down: the one that found out tries on, all others wait
    held       it is still down, or refuses us: one probe at a time, when it is due, asks again
    limited    the service asked for fewer requests: `width` of them at once, growing with success

Requests ask `admit` before they begin, retries too. What is refused goes back to its place in the
queue; nothing is lost by it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from daemon.errors import NotNow, ServiceError, Stopped
from daemon.workers.heartbeat import STEP_SECONDS, Heartbeat

_NARROW_AGAIN = 2.0  # seconds: the refusals of one burst count as one
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Hold:
    """Why nobody can go on, and when the next probe is due (time.monotonic seconds)."""

    reason: str
    until: float


def _never_paused() -> str | None:
    return None


def _always() -> bool:
    return True


class Admission:
    """Thread-safe. `paused` is asked before each request and gives the reason, or None.

    `answers` counts all answers that came. `leaving` is `stopping` for signal handlers, which may
    touch no lock: nothing begins any more, though waits end only with `stop`.
    """

    def __init__(
        self, paused: Callable[[], str | None] = _never_paused, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.paused = paused
        self.stopping = threading.Event()
        self.heartbeat = Heartbeat()
        self.leaving = False
        self.width: int | None = None
        self._clock = clock
        self._changed = threading.Condition()
        self._hold: Hold | None = None
        self._prober: int | None = None
        self._pathfinder: int | None = None
        self._narrowed_at = 0.0
        self.answers = 0
        self._since_widened = 0
        self._here = threading.local()

    # --- asked by those who want to begin -------------------------------------------------------

    def begin(self) -> bool:
        """Ask for a place to work; under a hold only the one probe that is due gets it.

        The thread that got it calls `answered`, `hold` or `leave` in the end.
        """
        if self.leaving or self.paused() is not None:
            return False
        with self._changed:
            if self._pathfinder is not None:
                return False
            if self._hold is None:
                return True
            if self._prober is not None or self._clock() < self._hold.until:
                return False
            self._prober = threading.get_ident()
            return True

    def enter(self, may_run: Callable[[], bool]) -> None:
        """From now on this thread works for a job; `may_run` is false while that job is paused."""
        self._here.may_run = may_run
        self.expect(0.0)

    def expect(self, seconds: float) -> None:
        """This thread waits, or asks, for so many seconds at most; after that it works on."""
        self.heartbeat.expect(seconds + STEP_SECONDS)

    def admit(self) -> None:
        """Return when a request may begin; raise NotNow (or Stopped) when it may not.

        Waits while another request finds out whether the service is back.
        """
        me = threading.get_ident()
        with self._changed:
            while True:
                if self.leaving:
                    raise Stopped
                if self.paused() is not None or not getattr(self._here, "may_run", _always)():
                    raise NotNow
                if self._hold is not None and self._prober != me:
                    raise NotNow
                if self._pathfinder in (None, me):
                    return
                self.expect(_LOOK_SECONDS)
                self._changed.wait(_LOOK_SECONDS)

    @property
    def probing(self) -> bool:
        """Whether this thread is the probe: it asks once and gives up."""
        return self._prober == threading.get_ident()

    # --- told by those who asked the service ----------------------------------------------------

    def troubled(self) -> None:
        """This request found the service down; it tries on, and until an answer comes all others wait."""
        with self._changed:
            if self._pathfinder is None and self._hold is None:
                self._pathfinder = threading.get_ident()

    def limited(self, in_flight: int) -> None:
        """The service asked for fewer requests: half of those in flight, once for a burst of refusals."""
        with self._changed:
            if self._clock() - self._narrowed_at >= _NARROW_AGAIN or self.width is None:
                self.width = max(1, min(self.width or in_flight, in_flight) // 2)
                self._narrowed_at, self._since_widened = self._clock(), 0

    def answered(self) -> bool:
        """An answer came: the service works. True when that ended a hold."""
        with self._changed:
            self.answers += 1
            self._widen()
            if self._hold is not None and self._prober != threading.get_ident():
                return False  # asked before the hold
            ended, self._hold, self._pathfinder = self._hold is not None, None, None
            self._prober = None
            self._changed.notify_all()
            return ended

    def hold(self, error: ServiceError) -> bool:
        """Hold everybody until a probe succeeds. True when this is news."""
        with self._changed:
            news = self._hold is None or self._hold.reason != str(error)
            self._hold = Hold(str(error), self._clock() + error.probe_after)
            self._forget()
            return news

    def leave(self) -> None:
        """This thread's work has ended, or was put back."""
        self.heartbeat.rest()
        with self._changed:
            self._forget()

    # --- told from outside ----------------------------------------------------------------------

    def probe_now(self) -> None:
        """Let the next probe begin at once: something that may have been the cause has changed."""
        with self._changed:
            if self._hold is not None:
                self._hold = Hold(self._hold.reason, self._clock())

    @property
    def held(self) -> Hold | None:
        """The present hold, if any."""
        return self._hold

    def stop(self) -> None:
        """Nothing begins any more; waits end."""
        self.leaving = True
        self.stopping.set()
        with self._changed:
            self._changed.notify_all()

    def _widen(self) -> None:
        if self.width is not None:
            self._since_widened += 1
            if self._since_widened >= self.width:
                self.width, self._since_widened = self.width + 1, 0

    def _forget(self) -> None:
        me = threading.get_ident()
        if self._prober == me:
            self._prober = None
        if self._pathfinder == me or self._hold is not None:
            self._pathfinder = None
        self._changed.notify_all()
