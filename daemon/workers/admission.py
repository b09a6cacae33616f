"""Who may send a request now: the one place that knows of stop, pause, trouble and hold.

    stopping   a person or the system asked the program to leave; nothing begins any more
    paused     a PAUSE file lies in the root, in inbox/ or state/, or in the job's folder
    troubled   a request found the service down: that one goes on trying, all others wait
    held       it is still down, or refuses us: one probe at a time, when it is due, asks again
    limited    the service asked for fewer requests: `width` of them at once, growing with success

`Admission` is the state that all share. Whoever is about to work on a chunk gets a `Permit` from it
and passes that along to the request, which asks it before each sending, retries too. What is refused
goes back into the queue; nothing is lost by it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from msgspec import Struct

from daemon.errors import NotNow, ServiceError, Stopped
from daemon.workers.heartbeat import STEP_SECONDS, Heartbeat

log = logging.getLogger(__name__)

_NARROW_AGAIN = 2.0  # seconds: the refusals of one burst count as one
_LOOK_SECONDS = 0.5  # between two looks at whether a job that waits for another's answer was paused
_OF_LATE = 200  # requests; whenever so many are counted, each counts for half from then on
_LEAST_SHARE = 0.0005  # of all requests, which fails even at a service that is well


class Hold(Struct, frozen=True):
    """Why nobody can go on, and when the next probe is due (time.monotonic seconds)."""

    reason: str
    until: float


class OpenQuestion(Struct, frozen=True):
    """A question that is out: since when (time.time), and whether none was answered before it."""

    since: float
    is_first: bool


class Swap(Struct, frozen=True):
    """A model that answers in the place of the one that was asked for."""

    asked: str
    answers: str


def _never_paused() -> str | None:
    return None


def always() -> bool:
    """Whether a job that nobody pauses may run."""
    return True


class Admission:
    """What all permits share; thread-safe. `paused` is asked before each request for the reason, or None.

    `answers` counts all answers that came, `swap` says who answered last in another's place. `width` is how
    many requests may be sent at once, None where the service has set no limit. `leaving` is `stopping` for
    signal handlers, which may touch no lock: nothing begins any more, though waits end only with `stop`.
    `clock` gives seconds.
    """

    def __init__(
        self, paused: Callable[[], str | None] = _never_paused, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.paused = paused
        self.stopping = threading.Event()
        self.heartbeat = Heartbeat()
        self.leaving = False
        self.width: int | None = None
        self.answers = 0
        self.swap: Swap | None = None
        self.outcomes = Outcomes()
        self._clock = clock
        self._changed = threading.Condition()
        self._hold: Hold | None = None
        self._mended = 0  # how often something was changed that may have been the cause of a hold
        self._prober: Permit | None = None
        self._pathfinder: Permit | None = None
        self._narrowed_at = 0.0
        self._since_widened = 0
        self._asked_at: dict[Permit, float] = {}

    def issue_permit(self, may_run: Callable[[], bool] = always) -> Permit | None:
        """A permit to begin work on a chunk, None where nothing may begin now.

        Under a hold only the one probe that is due gets a permit. `may_run` is false while the chunk's
        job is paused. Whoever got the permit gives it back in the end.
        """
        if self.leaving or self.paused() is not None:
            return None
        permit = Permit(self, may_run)
        with self._changed:
            if self._pathfinder is not None:
                return None
            if self._hold is None:
                return permit
            if self._prober is not None or self._clock() < self._hold.until:
                return None
            self._prober = permit
            return permit

    def probe_now(self) -> None:
        """Let the next probe begin at once: something that may have been the cause has changed.

        Requests that were sent before that say nothing of how it is now.
        """
        with self._changed:
            self._mended += 1
            if self._hold is not None:
                self._hold = Hold(self._hold.reason, self._clock())

    @property
    def is_probing(self) -> bool:
        """Whether, under a hold, the service is just being asked if it is back."""
        return self._hold is not None and self._prober is not None

    @property
    def is_probe_due(self) -> bool:
        """Whether, under a hold, the service may be asked if it is back, and nobody does."""
        with self._changed:
            return self._hold is not None and self._prober is None and self._clock() >= self._hold.until

    @property
    def held(self) -> Hold | None:
        """The present hold, if any."""
        return self._hold

    @property
    def oldest_question(self) -> OpenQuestion | None:
        """The question that is out longest, None where none is."""
        with self._changed:
            if not self._asked_at:
                return None
            return OpenQuestion(min(self._asked_at.values()), is_first=self.answers == 0)

    def stop(self) -> None:
        """Let nothing begin any more, and end all waits."""
        self.leaving = True
        self.stopping.set()
        with self._changed:
            self._changed.notify_all()

    def _widen(self) -> None:
        if self.width is not None:
            self._since_widened += 1
            if self._since_widened >= self.width:
                self.width, self._since_widened = self.width + 1, 0

    def _forget(self, permit: Permit) -> None:
        if self._prober is permit:
            self._prober = None
        if self._pathfinder is permit or self._hold is not None:
            self._pathfinder = None
        self._changed.notify_all()


class Outcomes(Struct):
    """How many recent requests were answered, and how many found the service failing."""

    answered: float = 0.0
    failed: float = 0.0

    def count(self, *, answered: bool) -> None:
        """Take note of a request; the longer ago it was, the less it counts."""
        if self.answered + self.failed >= _OF_LATE:
            self.answered, self.failed = self.answered / 2, self.failed / 2
        if answered:
            self.answered += 1
        else:
            self.failed += 1

    def chance_of_failing(self, times: int) -> float:
        """The probability (0 to 1) that so many requests in a row fail by chance, as often as others did.

        Those in a row, which are counted already, are not among the others.
        """
        failed = max(0.0, self.failed - times)
        share = failed / max(1.0, failed + self.answered)
        return max(share, _LEAST_SHARE) ** times


class Permit:
    """One worker's leave to work on one chunk, from its issue until it is given back.

    Made by `Admission.issue_permit`; one made directly is not admitted yet, so its first request waits
    where it has to. As a context manager it gives itself back. `may_run` is false while the chunk's job is
    paused. `has_failed_before`: the service has failed on this chunk before, and no other could be asked
    for first. To be used by one thread at a time.
    """

    def __init__(self, admission: Admission, may_run: Callable[[], bool] = always) -> None:
        self._admission = admission
        self._may_run = may_run
        self._mended = admission._mended
        self.failures = 0  # requests that found the service failing
        self.answers_at_failure = admission.answers  # how many answers had come in all at the last of these
        self.has_failed_before = False

    def __enter__(self) -> Permit:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()

    # --- asked before a request -----------------------------------------------------------------

    def await_admission(self) -> None:
        """Return when a request may begin; raise NotNow (or Stopped) when it may not.

        Waits while another request finds out whether the service is back.
        """
        shared = self._admission
        while True:
            if shared.leaving:
                raise Stopped
            if shared.paused() is not None or not self._may_run():  # asks the disk, so without the lock
                raise NotNow
            with shared._changed:
                if shared._hold is not None and shared._prober is not self:
                    raise NotNow
                if shared._pathfinder in (None, self):
                    return
                self.announce_silence(_LOOK_SECONDS)
                shared._changed.wait(_LOOK_SECONDS)

    @property
    def is_probe(self) -> bool:
        """Whether its holder only asks if the service is back: once, without retries."""
        return self._admission._prober is self

    def announce_silence(self, seconds: float) -> None:
        """Say that the calling thread waits, or asks, for at most this many seconds, and then works on."""
        self._admission.heartbeat.announce_silence(seconds + STEP_SECONDS)

    def sleep(self, seconds: float) -> None:
        """Wait for this many seconds; raise Stopped as soon as the program is leaving."""
        self.announce_silence(seconds)
        if self._admission.stopping.wait(seconds):
            raise Stopped

    @contextmanager
    def count_question(self, seconds: float) -> Iterator[None]:
        """Count a request as out while it is being sent and answered, for at most this many seconds."""
        self.announce_silence(seconds)
        shared = self._admission
        with shared._changed:
            shared._asked_at[self] = time.time()
        try:
            yield
        finally:
            with shared._changed:
                shared._asked_at.pop(self, None)

    # --- told after a request -------------------------------------------------------------------

    def report_outage(self) -> None:
        """This request found the service down: it goes on trying, all others wait until an answer comes."""
        shared = self._admission
        self.failures += 1
        with shared._changed:
            self.answers_at_failure = shared.answers
            shared.outcomes.count(answered=False)
            if shared._pathfinder is None and shared._hold is None:
                shared._pathfinder = self

    def report_swap(self, swap: Swap | None) -> None:
        """Which model has answered for another just now, None where it was the one asked for."""
        self._admission.swap = swap

    def report_limit(self, in_flight: int) -> None:
        """The service asked for fewer requests: half of those in flight, once for a burst of refusals."""
        shared = self._admission
        with shared._changed:
            if shared._clock() - shared._narrowed_at >= _NARROW_AGAIN or shared.width is None:
                shared.width = max(1, min(shared.width or in_flight, in_flight) // 2)
                shared._narrowed_at, shared._since_widened = shared._clock(), 0

    def report_answer(self) -> bool:
        """An answer came: the service works. True when that ended a hold."""
        shared = self._admission
        with shared._changed:
            shared.answers += 1
            shared.outcomes.count(answered=True)
            shared._widen()
            if shared._hold is not None and shared._prober is not self:
                return False  # asked before the hold
            ended = shared._hold is not None
            shared._hold = shared._pathfinder = shared._prober = None
            shared._changed.notify_all()
        if ended:
            log.info("resumed the service answers again")
        return ended

    def hold_all(self, error: ServiceError) -> bool:
        """Hold everybody until a probe succeeds; it is due at once if this was sent before the last change.

        True when this is news.
        """
        shared = self._admission
        with shared._changed:
            is_news = shared._hold is None or shared._hold.reason != str(error)
            wait = error.probe_after if self._mended == shared._mended else 0.0
            shared._hold = Hold(str(error), shared._clock() + wait)
            shared._forget(self)
            return is_news

    def give_back(self) -> None:
        """This work has ended, or was put back."""
        shared = self._admission
        shared.heartbeat.report_rest()
        with shared._changed:
            shared._forget(self)
