"""Runs chunks on a pool of threads: so many at once over all jobs, the oldest job first.

A `Lane` is one job's queue of chunks. A free worker takes the next chunk of the first lane that may
go on; what can't be done now goes back to its place. The daemon, `once`, `clean` and the library all
run their chunks here: there is no other way.
"""

from __future__ import annotations

import enum
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from daemon.errors import NotNow, ServiceError, TakenOver, locate_bug
from daemon.system.file_names import shown
from daemon.system.process.threads import NoThreadError, start_lasting_thread
from daemon.workers.admission import Admission, Permit, always

log = logging.getLogger(__name__)

_CREDIBLE_CHANCE = 1e-6  # failures in a row that are less likely than this are not put down to chance
# After so many failures of the service a job does without its opening, or without what is optional, even if
# the service answers nobody else either. An opening has fewer tries, since chunks wait for it.
_MOST_OPENINGS, _MOST_TRIES_OF_OPTIONAL = 2, 5
_FEW_STRIKES = 3  # so few are allowed where an error may well be about what was sent


class _Outcome(enum.Enum):
    """What became of a chunk that a worker took."""

    DONE = "it is done, or done without the service"
    BACK = "it waits again"
    AWAY = "it is elsewhere until it is brought back or settled"
    FAILED = "whoever owns the lane was told"


def _never(error: ServiceError) -> bool:
    return False


def _may_be_to_blame(error: ServiceError) -> bool:
    """Whether the service may fail because of what was sent, rather than under its load."""
    return error.strikes is not None and error.strikes <= _FEW_STRIKES


@dataclass(eq=False)
class Lane:
    """One job's chunks that are still to be done.

    `run(index, permit)` does one chunk, to its checkpoint; its requests ask the permit.
    `on_error(index, error)` hears of every error but NotNow and ServiceError, which put the chunk back.
    A chunk whose `run` raises TakenOver is `away`, until it is brought back or settled.
    `opening` is the index under which something is run before any chunk may begin. An `optional` lane has no
    chunks, only what the job can do without. Either may send no request, so it tells the permit of answers.
    `may_run` is the job's own pause. `give_up(index, error)` does a chunk without the service: it is called
    when the service fails on this one chunk while it answers others. Without it, or where `own_fault(error)`
    says that it concerns this lane alone, a ServiceError is an error like any other.
    """

    name: str
    run: Callable[[int, Permit], None]
    pending: Iterable[int]
    on_error: Callable[[int, BaseException], None]
    may_run: Callable[[], bool] = always
    give_up: Callable[[int, ServiceError], None] | None = None
    own_fault: Callable[[ServiceError], bool] = _never
    opening: int | None = None
    optional: bool = False
    in_flight: set[int] = field(default_factory=set)
    away: set[int] = field(default_factory=set)
    called_back: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        # Chunks that the service failed on come after all others: a probe then asks for another.
        self._queue = [(0, index) for index in self.pending]
        self._struck: dict[int, tuple[int, int]] = {}
        self._failures: dict[int, int] = {}
        self._tries: dict[int, int] = {}  # that the service failed on, of what the job can do without
        heapify(self._queue)

    @property
    def waiting(self) -> int:
        """How many chunks wait and could begin; until the opening is done only that counts."""
        if self.opening is None:
            return len(self._queue)
        return 0 if self.opening in self.in_flight else 1

    @property
    def spent(self) -> bool:
        """Whether nothing of it waits, is in flight or away."""
        return not self._queue and not self.in_flight and not self.away

    @property
    def next_has_failed(self) -> bool:
        """Whether the service has failed before on the chunk that is next."""
        if self.opening is not None:
            return self.opening in self._struck
        return bool(self._queue) and self._queue[0][0] > 0  # another worker may have taken the last

    def take_next(self) -> int:
        """Take the next chunk, which is in flight from now on."""
        if self.opening is not None:
            self.in_flight.add(self.opening)
            return self.opening
        _, index = heappop(self._queue)
        self.in_flight.add(index)
        return index

    def put_back(self, index: int) -> None:
        """Let a chunk that could not be done now wait again, behind those that never failed if it has."""
        if index == self.opening:
            return
        rank = 1 if index in self._struck else 0
        heappush(self._queue, (rank, index))

    def end_opening(self, *, done: bool) -> None:
        """The opening is over: the chunks may begin, or, where it was not done, none of this lane does."""
        self.opening = None
        if not done:
            self._queue.clear()

    def use_up_try(self, index: int) -> bool:
        """Note that the service failed on what the job can do without; whether that was the last try of it.

        Always False for a chunk, which no job can do without.
        """
        if index != self.opening and not self.optional:
            return False
        self._tries[index] = self._tries.get(index, 0) + 1
        return self._tries[index] >= (_MOST_TRIES_OF_OPTIONAL if self.optional else _MOST_OPENINGS)

    def let_others_go_first(self, index: int) -> None:
        """Note that a chunk met with what holds everybody, so that another is asked for next."""
        self._struck.setdefault(index, (0, -1))

    def count_strike(self, index: int, began: int, failed: int) -> int:
        """Note that the service failed on this chunk; how often by now. Between two answers it counts once.

        `began` is how many answers had come in all when the chunk was begun, `failed` when the service failed
        on it last: what was answered since tells nothing of this time, as the service may have come back.
        """
        times, failed_before = self._struck.get(index, (0, -1))
        if began > failed_before:
            times += 1
        self._struck[index] = times, failed
        return times

    def count_failures(self, index: int, requests: int) -> int:
        """Note how many requests about this chunk have failed just now; how many by now, in all."""
        self._failures[index] = self._failures.get(index, 0) + max(1, requests)
        return self._failures[index]


class Scheduler:
    """Worker threads over ordered lanes.

    `wake` is called when a chunk has ended, unless more chunks wait in its lane than there are workers.
    Whether a job is paused is asked of the disk, so never under the lock: `_news` counts what happened, and
    a worker sleeps only where nothing did since it looked.
    """

    def __init__(self, places: int, admission: Admission, wake: Callable[[], None]) -> None:
        self._admission = admission
        self._wake = wake
        self._changed = threading.Condition()
        self._lanes: list[Lane] = []
        self._places = 0
        self._running = 0
        self._news = 0
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._quiet = False
        self.resize(places)

    def resize(self, places: int) -> None:
        """Change how many chunks may run at once; what runs already is left to end."""
        with self._changed:
            self._places = places
            while len(self._threads) < places:
                if not self._start_worker():
                    break
            self._tell_workers()

    def _start_worker(self) -> bool:
        """Start one more worker; False where the system starts none, and those that there are must do."""
        try:
            worker = start_lasting_thread(self._work, f"worker-{len(self._threads)}")
        except NoThreadError as error:
            if not self._threads:
                raise
            log.warning("workers=%d of %d: %s", len(self._threads), self._places, error)
            return False
        self._threads.append(worker)
        return True

    def add(self, lane: Lane) -> None:
        """Let a lane's chunks be run, after those of the lanes already there; twice is the same as once."""
        with self._changed:
            if lane not in self._lanes:
                self._lanes.append(lane)
                self._tell_workers()

    def remove(self, lane: Lane) -> None:
        """Begin nothing more of this lane; what is in flight ends."""
        with self._changed:
            if lane in self._lanes:
                self._lanes.remove(lane)

    def bring_back(self, lane: Lane, index: int) -> None:
        """Let a chunk that is away, or just about to be, wait in its lane again."""
        with self._changed:
            if index in lane.in_flight:
                lane.called_back.add(index)
            elif index in lane.away:
                lane.away.discard(index)
                lane.put_back(index)
                self._tell_workers()

    def settle(self, lane: Lane, index: int) -> None:
        """A chunk that was away is done."""
        with self._changed:
            lane.away.discard(index)

    @property
    def has_waiting(self) -> bool:
        """Whether a chunk waits in a lane that may go on."""
        return any(lane.may_run() for lane in self._list_waiting())

    @property
    def has_work(self) -> bool:
        """Whether a chunk is being run, or waits in a lane that may go on."""
        with self._changed:  # at one moment: a chunk that waited is being run at the next
            if self._running > 0:
                return True
            waiting = self._list_waiting()
        return any(lane.may_run() for lane in waiting)

    def set_quiet(self, quiet: bool) -> None:
        """Let nothing begin while it is quiet; what is in flight ends.

        Called at every look of the loop, so the workers look too: a pause or a hold may be over.
        """
        with self._changed:
            self._quiet = quiet
            if self._lanes:
                self._tell_workers()

    @property
    def has_come_to_rest(self) -> bool:
        """Whether it was set quiet, and what was in flight then has ended."""
        with self._changed:
            return self._quiet and not self._running

    def wake_workers(self) -> None:
        """Let the workers look again: something that they wait for may have changed."""
        with self._changed:
            self._tell_workers()

    @property
    def in_flight(self) -> int:
        """How many chunks are being run."""
        return self._running

    def needs_chunks(self) -> bool:
        """Whether a worker has no chunk to do, or will have none after its present one."""
        with self._changed:
            wanted = 0 if self._quiet else self._places - self._running
        if wanted <= 0:
            return False
        return sum(lane.waiting for lane in self._list_waiting() if lane.may_run()) < wanted

    def close(self, timeout: float | None) -> bool:
        """Begin nothing more and wait (seconds, None: for ever) for what is in flight; True if it ended."""
        with self._changed:
            self._closed = True
            self._tell_workers()
            return self._changed.wait_for(lambda: self._running == 0, timeout)

    def _work(self) -> None:
        """What each worker does until the scheduler is closed: take a chunk, run it, take the next."""
        while (task := self._take()) is not None:
            lane, index, permit = task
            try:
                self._run(lane, index, permit)
            except Exception as error:  # noqa: BLE001 - what is told of an error can fail as well
                bug = type(error).__name__
                log.error("bug=%s of job=%s\n%s", bug, shown(lane.name), locate_bug(error))
            finally:
                with self._changed:
                    self._running -= 1
                    self._tell_workers()
                    has_plenty = lane in self._lanes and lane.waiting > self._places
                if not has_plenty or not lane.may_run():
                    self._wake()

    def _take(self) -> tuple[Lane, int, Permit] | None:
        """The next chunk, as soon as one may begin; None once it is closed."""
        while True:
            with self._changed:
                if self._closed:
                    return None
                news, is_full = self._news, self._is_full
            lane = None if is_full else self._find_next()
            permit = self._admission.issue_permit(lane.may_run) if lane is not None else None
            with self._changed:
                if lane is not None and permit is not None and self._can_take(lane):
                    self._running += 1
                    permit.has_failed_before = lane.next_has_failed
                    return lane, lane.take_next(), permit
                if permit is None and news == self._news and not self._closed:
                    self._changed.wait()
            if permit is not None:
                permit.give_back()

    def _tell_workers(self) -> None:
        """Let the workers look again; the lock is held."""
        self._news += 1
        self._changed.notify_all()

    def _list_waiting(self) -> list[Lane]:
        """The lanes in which a chunk waits, whether they may go on or not."""
        with self._changed:
            return [lane for lane in self._lanes if lane.waiting]

    @property
    def _is_full(self) -> bool:
        """Whether nothing may begin, whatever waits; the lock is held."""
        return self._quiet or self._running >= min(self._places, self._admission.width or self._places)

    def _can_take(self, lane: Lane) -> bool:
        """Whether the lane that was found still has a chunk, and a worker may take it; the lock is held."""
        return not self._closed and not self._is_full and lane in self._lanes and lane.waiting > 0

    def _find_next(self) -> Lane | None:
        """The lane to take from: the first that may go on; under a hold, one whose next never failed."""
        able = (lane for lane in self._list_waiting() if lane.may_run())
        if self._admission.held is None:
            return next(able, None)
        return min(able, key=lambda lane: lane.next_has_failed, default=None)

    def _run(self, lane: Lane, index: int, permit: Permit) -> None:
        outcome = _Outcome.FAILED
        permit.announce_silence(0.0)
        try:
            outcome = self._try_chunk(lane, index, permit)
        finally:
            permit.give_back()
            self._note_outcome(lane, index, outcome)

    def _try_chunk(self, lane: Lane, index: int, permit: Permit) -> _Outcome:
        """Have a chunk done by its lane; what became of it."""
        answers = self._admission.answers
        try:
            lane.run(index, permit)
        except NotNow:
            return _Outcome.BACK
        except TakenOver:
            return _Outcome.AWAY
        except ServiceError as error:
            return self._judge_failure(lane, index, permit, error, answers)
        except BaseException as error:  # noqa: BLE001 - whatever a chunk does, the worker lives on
            lane.on_error(index, error)
            return _Outcome.FAILED
        if index != lane.opening and not lane.optional:  # these may have asked nothing
            permit.report_answer()
        return _Outcome.DONE

    def _note_outcome(self, lane: Lane, index: int, outcome: _Outcome) -> None:
        """Take a chunk out of flight, to where it belongs now."""
        with self._changed:
            lane.in_flight.discard(index)
            was_called = index in lane.called_back
            lane.called_back.discard(index)
            if outcome is _Outcome.BACK or (outcome is _Outcome.AWAY and was_called):
                lane.put_back(index)
            elif outcome is _Outcome.AWAY:
                lane.away.add(index)
            elif index == lane.opening:
                lane.end_opening(done=outcome is _Outcome.DONE)

    def _judge_failure(
        self, lane: Lane, index: int, permit: Permit, error: ServiceError, answers: int
    ) -> _Outcome:
        """Hold everybody, or give the chunk up; what became of it.

        A service that answered others meanwhile is not down: this chunk has its turn again later, and is
        given up when it has failed as often as the error allows, and so often that chance can't be why: a
        service may fail at random. `answers` is how many answers had come when the chunk began.
        """
        if lane.give_up is None or lane.own_fault(error):
            lane.on_error(index, error)
            return _Outcome.FAILED
        if _may_be_to_blame(error) and lane.use_up_try(index):
            return _give_up(lane, lane.give_up, index, error)
        if error.strikes is not None:
            times = lane.count_strike(index, answers, permit.answers_at_failure)
            failures = lane.count_failures(index, permit.failures)
            is_chance = self._admission.outcomes.chance_of_failing(failures) > _CREDIBLE_CHANCE
            if times >= error.strikes and not is_chance:
                return _give_up(lane, lane.give_up, index, error)
            if self._admission.answers > answers:
                return _Outcome.BACK
        if error.may_be_filtered:
            lane.let_others_go_first(index)
        if permit.hold_all(error):
            log.warning("held reason=%r", str(error))
        return _Outcome.BACK


def _give_up(
    lane: Lane, give_up: Callable[[int, ServiceError], None], index: int, error: ServiceError
) -> _Outcome:
    """Do a chunk without the service."""
    try:
        give_up(index, error)
    except Exception as second:  # noqa: BLE001 - as for any chunk
        lane.on_error(index, second)
        return _Outcome.FAILED
    return _Outcome.DONE
