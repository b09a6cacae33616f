"""Runs chunks on a pool of threads: so many at once over all jobs, the oldest job first.

A `Lane` is one job's queue of chunks. A free worker takes the next chunk of the first lane that may
go on; what can't be done now goes back to its place. The daemon, `once`, `clean` and the library all
run their chunks here: there is no other way.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from daemon.errors import NotNow, ServiceError
from daemon.gate import Gate

log = logging.getLogger(__name__)


def _always() -> bool:
    return True


@dataclass(eq=False)
class Lane:
    """One job's chunks that are still to be done.

    `run(index)` does one chunk, to its checkpoint. `on_error(index, error)` hears of what is
    neither NotNow nor a ServiceError (those put the chunk back). `may_run` is the job's own pause.
    """

    name: str
    run: Callable[[int], None]
    pending: list[int]
    on_error: Callable[[int, BaseException], None]
    may_run: Callable[[], bool] = _always
    holds_service: bool = True
    in_flight: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        heapify(self.pending)

    @property
    def open(self) -> bool:
        """Whether anything is left to do or on its way."""
        return bool(self.pending or self.in_flight)


class Scheduler:
    """Worker threads over ordered lanes. `wake` is called after every chunk that ended."""

    def __init__(self, places: int, gate: Gate, wake: Callable[[], None]) -> None:
        self._gate = gate
        self._wake = wake
        self._changed = threading.Condition()
        self._lanes: list[Lane] = []
        self._places = 0
        self._running = 0
        self._threads: list[threading.Thread] = []
        self._closed = False
        self.resize(places)

    def resize(self, places: int) -> None:
        """Change how many chunks may run at once; what runs already is left to end."""
        with self._changed:
            self._places = places
            while len(self._threads) < places:
                name = f"worker-{len(self._threads)}"
                thread = threading.Thread(target=self._work, name=name, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._changed.notify_all()

    def add(self, lane: Lane) -> None:
        """Let a lane's chunks be run, after those of the lanes already there."""
        with self._changed:
            self._lanes.append(lane)
            self._changed.notify_all()

    def remove(self, lane: Lane) -> None:
        """Begin nothing more of this lane; what is in flight ends."""
        with self._changed:
            if lane in self._lanes:
                self._lanes.remove(lane)

    def poke(self) -> None:
        """Something that the workers wait for may have changed."""
        with self._changed:
            self._changed.notify_all()

    @property
    def in_flight(self) -> int:
        """How many chunks are being run."""
        return self._running

    def hungry(self) -> bool:
        """Whether a worker is idle, or would be after its present chunk, for want of chunks."""
        with self._changed:
            waiting = sum(len(lane.pending) for lane in self._lanes if lane.may_run())
            return self._running + waiting < self._places

    def close(self, timeout: float | None) -> bool:
        """Begin nothing more and wait (seconds, None: for ever) for what is in flight; True if it ended."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._running == 0, timeout)

    def _work(self) -> None:
        while (task := self._take()) is not None:
            lane, index = task
            try:
                self._run(lane, index)
            finally:
                with self._changed:
                    self._running -= 1
                    self._changed.notify_all()
                self._wake()

    def _take(self) -> tuple[Lane, int] | None:
        with self._changed:
            while not self._closed:
                if (lane := self._next(self._lanes)) is not None and self._gate.begin():
                    index = heappop(lane.pending)
                    lane.in_flight.add(index)
                    self._running += 1
                    return lane, index
                self._changed.wait()
            return None

    def _next(self, lanes: Iterable[Lane]) -> Lane | None:
        if self._running >= self._places:
            return None
        return next((lane for lane in lanes if lane.pending and lane.may_run()), None)

    def _run(self, lane: Lane, index: int) -> None:
        back = False
        self._gate.enter(lane.may_run)
        try:
            lane.run(index)
        except NotNow:
            back = True
            self._gate.leave()
        except ServiceError as error:
            back = lane.holds_service
            if not lane.holds_service:
                self._gate.leave()
                lane.on_error(index, error)
            elif self._gate.hold(error):
                log.warning("held reason=%r", str(error))
        except BaseException as error:  # noqa: BLE001 - whatever a chunk does, the worker lives on
            self._gate.leave()
            lane.on_error(index, error)
        else:
            if self._gate.succeeded():
                log.info("resumed the service answers again")
        finally:
            with self._changed:
                lane.in_flight.discard(index)
                if back:
                    heappush(lane.pending, index)
