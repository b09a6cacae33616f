"""The loop: look at the folders, do what is due, sleep until woken.

    waiting --claim--> claimed --plan--> working --chunks--> complete --deliver--> cleared
                          |                 |
                          +--> rejected     +--> failed (until retry), paused (until resume)

Level-triggered: events, signals, finished chunks and the clock only wake it; what is due is told by
the folders. Requests run on the scheduler's threads, other steps at the desk; the loop itself waits
for nothing.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from daemon.access import Access
from daemon.claim import claim, settle, still_written
from daemon.config import Root, Settings, load
from daemon.desk import Desk
from daemon.ending import Ending
from daemon.errors import ConfigError, InputError, ServiceError, TranscriptdError
from daemon.gate import Gate, Hold
from daemon.inbox import Inbox
from daemon.job import DISCARD, RETRY, Job, JobState, Ticket
from daemon.ledger import LEDGER, Ledger
from daemon.names import shown
from daemon.outbox import Outbox
from daemon.pause import PauseFiles
from daemon.scheduler import Lane, Scheduler
from daemon.state import State
from daemon.watch import Watch
from daemon.work import Work, disk_fault

log = logging.getLogger(__name__)

TICK = 1.0  # seconds between looks that nothing asked for
_PLANNING_AT_ONCE = 2
_SCAN_REST = 10  # times as long as a scan took, before the next: listing a huge inbox leaves time for work
_UNMARKED_SECONDS = 10.0


class Reporter(Protocol):
    """Told after each look; says what goes on, to people and programs."""

    def __call__(self, supervisor: Supervisor, *, leaving: bool = False) -> None:
        """Look at the supervisor and publish what has changed."""


class Ended(Protocol):
    """Told of each job that was delivered (to `path` in the outbox) or rejected (with `error`)."""

    def __call__(self, job: Job, path: str | None, error: InputError | None) -> None:
        """Take note."""


def _unheard(job: Job, path: str | None, error: InputError | None) -> None:
    pass


@dataclass(eq=False)
class Entry:
    """A job in the loop's hands. `again`: an earlier delivery may have got through."""

    job: Job
    again: bool
    lane: Lane | None = None
    busy: bool = False
    cleared: bool = False
    rejection: InputError | None = None
    not_before: float = 0.0


class Supervisor:
    """Works one root's state folder; `intake` False leaves the inbox alone."""

    def __init__(self, root: Root, report: Reporter, *, ended: Ended = _unheard, intake: bool = True) -> None:
        self.root = root
        self._report = report
        self._ended = ended
        self._wake = threading.Event()
        self._pauses = PauseFiles(root.path, root.inbox) if intake else PauseFiles(root.state)
        self.gate = Gate(self._pauses.reason)
        self.state = State(root.state)
        self.outbox = Outbox(root.outbox)
        self.inbox = Inbox(root.inbox, root.config.settle_seconds, time.monotonic) if intake else None
        self._watch = Watch(root.inbox, self._inbox_changed) if intake else None
        self.entries: list[Entry] = []
        self.troubles = 0
        self._rescan = True
        self._next_tick = 0.0
        self._next_scan = self._earliest_scan = 0.0
        self._reload = self._stop = False
        self._config_seen = _identity(root.file)
        self._was_paused = False
        self._trouble: Hold | None = None
        self._desk = Desk()

    # --- from outside ---------------------------------------------------------------------------

    def open(self) -> None:
        """Take the lock and find what was left to do; LockedError, ConfigError."""
        self.state.lock()
        self.ledger = Ledger(os.path.join(self.state.folder.path, LEDGER))
        access = Access(self.root, self.gate, self.ledger)
        self.work = Work(self.outbox, access)
        self._ending = Ending(self.state, self.outbox, self.root.inbox)
        self.scheduler = Scheduler(self.root.concurrency, self.gate, self._wake.set)
        self.state.recover()
        self.entries = [Entry(job, again=True) for job in self.state.jobs()]
        for entry in self.entries:
            try:
                entry.job.load()
            except OSError as error:
                self._failed(entry, error)
        self.outbox.sweep({entry.job.ticket.job_id for entry in self.entries})
        log.info("%s", access.describe())

    def jobs(self) -> list[Job]:
        """The jobs in work."""
        return [entry.job for entry in self.entries if not entry.cleared]

    def take(self, ticket: Ticket, source: int) -> None:
        """Make a job of a copy of an open file, which is left where it is."""
        job = self.state.admit(ticket)
        self.entries.append(Entry(job, again=False))
        job.folder.copy_in(source, ticket.source)

    def run(self, finished: Callable[[Supervisor], bool] | None = None) -> None:
        """Work until stopped, or until `finished` says so."""
        if self._watch is not None:
            self._watch.ensure()
            log.info("watching inbox=%r", shown(self.root.inbox))
        self._desk.submit(self.work.prepare)
        while not self._stop:
            self._wake.clear()
            self._look()
            self._report(self)
            if finished is not None and finished(self):
                break
            self._wake.wait(self._until_next())
        self._leave()

    def stop(self) -> None:
        """Leave soon: nothing new begins, what is in flight gets its grace. For signal handlers: no
        lock is touched, the next look obeys.
        """
        self._stop = True

    def reload(self) -> None:
        """Read config.yaml again and probe at once if held. For signal handlers, as `stop`."""
        self._reload = True

    @property
    def paused(self) -> str | None:
        """Why everything is paused, None when it is not."""
        return self._pauses.reason()

    @property
    def _today(self) -> Settings:
        return self.work.access.settings

    @property
    def held(self) -> Hold | None:
        """Why nobody can go on, None when they can."""
        return self.gate.held or self._trouble

    @property
    def problem(self) -> str | None:
        """What is wrong with the watch, None when nothing is."""
        return self._watch.problem if self._watch is not None else None

    # --- one look -------------------------------------------------------------------------------

    def _look(self) -> None:
        self._notice_config()
        if time.monotonic() >= self._next_tick:
            self._next_tick = time.monotonic() + TICK
            self._pauses.look()
        self._notice_pause()
        self._scan()
        for entry in list(self.entries):
            try:
                self._advance(entry)
            except Exception as error:  # noqa: BLE001 - one bad job never ends the loop
                self._failed(entry, error)
        self._claim()
        self.scheduler.poke()

    def _notice_config(self) -> None:
        seen = _identity(self.root.file)
        if seen == self._config_seen and not self._reload:
            return
        self._config_seen, self._reload = seen, False
        try:
            self._adopt(load(self.root.file) if self.root.file else self.root)
        except ConfigError as error:
            log.error("config not taken over: %s", error)

    def _adopt(self, root: Root) -> None:
        if (root.inbox, root.outbox, root.state) != (self.root.inbox, self.root.outbox, self.root.state):
            raise ConfigError("Folders can't be changed while it runs.", "Restart to use the new ones.")
        access = Access(root, self.gate, self.ledger)
        self.root, self.work.access = root, access
        self.scheduler.resize(root.concurrency)
        if self.inbox is not None:
            self.inbox.settle_seconds = root.config.settle_seconds
        self.gate.probe_now()
        self._desk.submit(self.work.prepare)
        log.info("config read; %s", access.describe())

    def _notice_pause(self) -> None:
        reason = self.paused
        if reason is not None and not self._was_paused:
            log.info("paused reason=%r", reason)
        elif reason is None and self._was_paused:
            log.info("resumed the PAUSE file is gone")
        self._was_paused = reason is not None

    def _inbox_changed(self) -> None:
        self._rescan = True
        self._wake.set()

    def _scan(self) -> None:
        if self.inbox is None or self._watch is None:
            return
        now = time.monotonic()
        if not (self._watch.ensure() or self._rescan or now >= self._next_scan):
            return
        if now < self._earliest_scan:
            return
        self._rescan = False
        try:
            self.inbox.scan()
        except OSError as error:
            log.warning("inbox can't be listed (%s)", error.strerror)
        done = time.monotonic()
        self._earliest_scan = done + _SCAN_REST * (done - now)
        due = self.inbox.next_due()
        self._next_scan = now + (self._watch.interval if due is None else min(due, self._watch.interval))

    # --- claiming -------------------------------------------------------------------------------

    def _claim(self) -> None:
        if self.inbox is None or self.paused is not None or self._may_not_claim():
            return
        if not self.scheduler.hungry():
            return
        for candidate in self.inbox.ready():
            planning = sum(entry.job.state is JobState.CLAIMED for entry in self.entries)
            if planning >= _PLANNING_AT_ONCE or not self.scheduler.hungry():
                return
            try:
                job = claim(self.state, self.inbox, candidate)
            except OSError as error:
                self.inbox.touch(candidate)
                if (fault := disk_fault(error)) is not None:
                    self._stumble(fault)
                    return
                log.warning("unclaimed name=%r (%s)", shown(candidate.path), error.strerror)
                continue
            if job is not None:
                self._recover()
                self.entries.append(Entry(job, again=False))
                self._wake.set()

    def _may_not_claim(self) -> bool:
        stumbled = self._trouble is not None and time.monotonic() < self._trouble.until
        return stumbled or self.gate.held is not None

    # --- one job --------------------------------------------------------------------------------

    def _advance(self, entry: Entry) -> None:
        if entry.busy or time.monotonic() < entry.not_before:
            return
        job = entry.job
        if entry.cleared or job.gone:
            self._drop(entry)
            return
        if job.folder.has(RETRY):
            job.retry(self._today)
            log.info("retry job=%s", shown(job.name))
        given_up = job.given_up
        state = job.state
        if given_up is not None:
            if self._rest(entry):
                self._at_desk(entry, lambda: self._give_up(entry, given_up))
        elif entry.rejection is not None:
            error = entry.rejection
            self._at_desk(entry, lambda: self._reject(entry, error))
        elif state is JobState.CLAIMED:
            self._begin(entry)
        elif state is JobState.WORKING:
            self._run_chunks(entry)
        elif self._rest(entry) and state is JobState.COMPLETE:
            self._at_desk(entry, lambda: self._deliver(entry))

    def _begin(self, entry: Entry) -> None:
        job = entry.job
        if not settle(self.state, self.root.inbox, job):
            self._drop(entry)
        elif not still_written(job):
            self._at_desk(entry, lambda: self.work.plan(job, [other.job for other in self.entries]))

    def _drop(self, entry: Entry) -> None:
        if self._rest(entry):
            self.entries.remove(entry)
            entry.job.folder.close()

    def _rest(self, entry: Entry) -> bool:
        """Begin no more of a job's chunks; True when none is in flight."""
        if entry.lane is None:
            return True
        self.scheduler.remove(entry.lane)
        if entry.lane.in_flight:
            return False
        entry.lane = None
        return True

    def _run_chunks(self, entry: Entry) -> None:
        job = entry.job
        if job.untouched and job.header.settings.digest != self._today.digest:
            if self._rest(entry):
                log.info("replanned job=%s under the settings as they are now", shown(job.name))
                job.thaw()
                self._wake.set()
            return
        if entry.lane is None:
            entry.lane = Lane(
                name=job.name,
                run=lambda index: self.work.clean(job, index),
                pending=sorted(job.missing),
                own_fault=lambda error: error.of_model and job.settings.model != self._today.model,
                give_up=lambda index, error: self.work.give_up(job, index, error),
                on_error=lambda index, error: self._failed(entry, error),
                may_run=lambda: not job.paused,
            )
            self.scheduler.add(entry.lane)

    def _deliver(self, entry: Entry) -> None:
        entry.job.load()
        if entry.job.missing:  # a checkpoint was removed or damaged since: it is done again
            return
        again, entry.again = entry.again, True
        path = self._ending.deliver(entry.job, again=again)
        entry.cleared = True
        self._ended(entry.job, path, None)

    def _give_up(self, entry: Entry, how: str) -> None:
        again, entry.again = entry.again, True
        if how == DISCARD:
            self._ending.discard(entry.job, again=again)
        else:
            self._ending.start_over(entry.job)
            self._inbox_changed()
        entry.cleared = True

    def _reject(self, entry: Entry, error: InputError) -> None:
        again, entry.again = entry.again, True
        path = self._ending.reject(entry.job, error, again=again)
        entry.cleared = True
        self.troubles += 1
        self._ended(entry.job, path, error)

    def _at_desk(self, entry: Entry, step: Callable[[], object]) -> None:
        """Run a step away from the loop."""

        def run() -> None:
            try:
                step()
            except InputError as error:
                entry.rejection = error
            except Exception as error:  # noqa: BLE001 - one bad job never ends the loop
                self._failed(entry, error)
            else:
                self._recover()
            finally:
                entry.busy = False
                self._wake.set()

        entry.busy = True
        self._desk.submit(run)

    def _failed(self, entry: Entry, error: BaseException) -> None:
        """The one place where what went wrong with a job finds its end."""
        if isinstance(error, OSError):
            error = disk_fault(error) or error
        if isinstance(error, ServiceError) and not error.of_model:
            entry.not_before = time.monotonic() + error.probe_after
            self._stumble(error)
            return
        if isinstance(error, ServiceError) and entry.job.untouched:
            return  # asked under settings that are no longer today's: it is about to be planned anew
        self.troubles += 1
        name = shown(entry.job.name)
        if isinstance(error, TranscriptdError):
            reason = str(error)
            log.error("failed job=%s reason=%r", name, reason)
        else:
            reason = f"A bug stopped this job ({type(error).__name__}); the log says where."
            where = "".join(traceback.format_tb(error.__traceback__))  # no message: it may hold text
            log.error("failed job=%s bug=%s\n%s", name, type(error).__name__, where)
        try:
            if isinstance(error, ServiceError):
                entry.job.fail_by_model(reason)
            else:
                entry.job.fail(reason)
        except OSError as second:
            log.error("failed job=%s can't be marked (%s)", name, second.strerror)
            entry.not_before = time.monotonic() + _UNMARKED_SECONDS

    def _stumble(self, error: ServiceError) -> None:
        """A disk or the outbox is not as it should be: claim nothing until a step succeeds again."""
        if self._trouble is None or self._trouble.reason != str(error):
            log.warning("held reason=%r", str(error))
        self._trouble = Hold(str(error), time.monotonic() + error.probe_after)

    def _recover(self) -> None:
        if self._trouble is not None:
            log.info("resumed the folders take writes again")
            self._trouble = None

    # --- the end of a look, and of the run --------------------------------------------------------

    def _until_next(self) -> float:
        if self.inbox is None:
            return TICK
        next_scan = self._earliest_scan if self._rescan else max(self._next_scan, self._earliest_scan)
        return max(0.0, min(TICK, next_scan - time.monotonic()))

    def _leave(self) -> None:
        self.gate.stop()
        if self._watch is not None:
            self._watch.stop()
        if not self.scheduler.close(self.root.config.stop_grace_seconds):
            log.warning("leaving %d requests in flight: they will be asked again", self.scheduler.in_flight)
        self._report(self, leaving=True)
        if self._desk.close(self.root.config.stop_grace_seconds):
            self.state.close()  # else the lock goes with the process, when nothing can write any more


def _identity(path: str | None) -> tuple[int, int, int] | None:
    if path is None:
        return None
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
