"""The jobs in work, and the next step of each, as its folder shows it.

    claimed --plan--> working --chunks--> complete --deliver--> cleared
       |                 |
       +--> rejected     +--> failed (until retry), paused (until resume)
       +--> discarded, or back to the inbox, whenever a person says so

Requests run on the scheduler's threads, the other steps at the desk, one after the other. What goes
wrong with a job finds its end here, and one bad job never ends the loop.
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
from daemon.claim import settle, still_written
from daemon.config import Root
from daemon.desk import Desk
from daemon.ending import Ending, sweep_inbox
from daemon.errors import InputError, JobError, ServiceError, TranscriptdError
from daemon.gate import Gate, Hold
from daemon.hooks import FAILED, HELD, Hooks
from daemon.job import DISCARD, FRESH, RETRY, STEP, Job, JobState
from daemon.ledger import LEDGER, Ledger
from daemon.names import shown
from daemon.outbox import Outbox
from daemon.place import Place
from daemon.scheduler import Lane, Scheduler
from daemon.settings import Settings
from daemon.state import State
from daemon.ticket import Ticket
from daemon.work import Work, disk_fault, disk_faults

log = logging.getLogger(__name__)

_PLANNING_AT_ONCE = 2
_UNMARKED_SECONDS = 10.0
_WRITTEN_SECONDS = 1.0  # between two looks at a source that somebody still writes to
_MISSING_SECONDS = 60.0  # how often, at most, "when it is looked at again" is said anew
_FIRST_SECONDS = 5.0  # the job that stumbled has its turn before anything is claimed
_CRASHES = 3  # of one job's step; then it is tried once with nothing else at work


class Ended(Protocol):
    """Told of each job that was delivered (to `path` in the outbox) or rejected (with `error`)."""

    def __call__(self, job: Job, path: str | None, error: InputError | None) -> None:
        """Take note."""


def unheard(job: Job, path: str | None, error: InputError | None) -> None:
    """Nobody wants to be told."""


@dataclass(eq=False)
class Entry:
    """A job in the loop's hands.

    `again`: an earlier delivery may have got through. `alone`: its step wants nothing else under way.
    `stale`: its plan has changed on the disk. `written`: somebody still writes to its source.
    `unsettled`: found at the start without its source, which may be in the inbox still. `given_up`:
    DISCARD or FRESH, while that is done.
    """

    job: Job
    again: bool
    lane: Lane | None = None
    busy: bool = False
    alone: bool = False
    stale: bool = False
    written: bool = False
    unsettled: bool = False
    given_up: str | None = None
    cleared: bool = False
    rejection: InputError | None = None
    not_before: float = 0.0


class Jobs:
    """All jobs of one state folder. `wake` is called whenever something has come of a step.

    Opening takes the lock and finds what was left to do; raises LockedError, ConfigError. `troubles`
    counts the jobs that failed or were rejected. `owns_outbox`: what is half built there is ours to sweep.
    """

    def __init__(
        self,
        root: Root,
        gate: Gate,
        wake: Callable[[], None],
        ended: Ended = unheard,
        *,
        owns_outbox: bool = True,
    ) -> None:
        self.root = root
        self.state = State(root.state)
        self.outbox = Outbox(root.outbox)
        self.inbox = Place("inbox", root.inbox)
        self.kept = Place("state folder", root.state, exactly=self.state.folder)
        self.missing: Hold | None = None
        with disk_faults():  # nothing is in work yet that could be held
            self.state.lock()
            self.ledger = Ledger(os.path.join(self.state.folder.path, LEDGER))
        self.access = Access(root, gate, self.ledger)
        self.entries: list[Entry] = []
        self.troubles = 0
        self._owns_outbox = owns_outbox
        self._gate = gate
        self._wake = wake
        self._ended = ended
        self._work = Work(self.outbox, self.access)
        self._hooks = Hooks(root.config.on_done, root.config.on_problem)
        self._ending = Ending(self.state, self.outbox, root.inbox, self._hooks)
        self._scheduler = Scheduler(root.concurrency, gate, wake)
        self._desk = Desk(gate.pulse)
        self._trouble: Hold | None = None
        self._stumbled: Entry | None = None
        self._held_for: str | None = None
        self._failing = threading.Lock()
        with disk_faults():
            self._recover()

    def _recover(self) -> None:
        self.state.recover()
        self.entries = [Entry(job, again=True) for job in self.state.jobs() if self._is_whole(job)]
        for entry in self.entries:
            entry.unsettled = not entry.job.folder.has(entry.job.ticket.source)
            try:
                entry.job.load()
            except OSError as error:
                self._failed(entry, error)
        self.entries.sort(key=lambda entry: entry.job.crashes)  # what took the process down comes last
        if self._owns_outbox:
            open_jobs = {entry.job.ticket.job_id for entry in self.entries}
            self.outbox.sweep(open_jobs)
            sweep_inbox(self.root.inbox, open_jobs)

    def _is_whole(self, job: Job) -> bool:
        """Whether a job is one; a copy (see `copy_in`) that was cut off is undone."""
        if self._owns_outbox or job.folder.has(job.ticket.source):
            return True
        self.state.undo(job)
        job.folder.close()
        return False

    def prepare(self) -> None:
        """Load, away from the loop, what the first request will need."""
        self._desk.submit(self._work.prepare)

    def adopt(self, root: Root) -> None:
        """Go on under another config with the same folders; raises ConfigError and changes nothing."""
        access = Access(root, self._gate, self.ledger)
        self.root, self.access, self._work.access = root, access, access
        self._hooks.done, self._hooks.problem = root.config.on_done, root.config.on_problem
        self._scheduler.resize(root.concurrency)
        self._gate.probe_now()
        self._try_now()
        self.prepare()

    def wound_down(self, seconds: float) -> bool:
        """Begin nothing more and wait so long for what is in flight; True when it has ended."""
        return self._scheduler.close(seconds)

    @property
    def in_flight(self) -> int:
        """How many chunks are being cleaned."""
        return self._scheduler.in_flight

    def close(self, grace: float) -> None:
        """Let go of the state folder, once the step at the desk is done."""
        until = time.monotonic() + grace
        done = self._desk.close(grace)
        self._hooks.close(max(0.0, until - time.monotonic()))
        if done:
            self.state.close()  # else the lock goes with the process, when nothing can write any more
            return
        for entry in self.entries:
            if entry.busy:
                entry.job.step_ended()  # leaving is no crash

    @property
    def open(self) -> list[Job]:
        """The jobs that are not cleared yet."""
        return [entry.job for entry in list(self.entries) if not entry.cleared]  # the desk asks, too

    @property
    def held(self) -> Hold | None:
        """Why nobody can go on, None when they can."""
        return self._gate.held or self.missing or self._trouble

    def hungry(self) -> bool:
        """Whether another job should be claimed: a place is about to be free, and nothing is held."""
        held = self.missing is not None or self._gate.held is not None or self._stumbling()
        if held or not self._scheduler.hungry():
            return False
        if any(entry.given_up == FRESH for entry in self.entries):
            return False  # what is being put back is not to be claimed before that is done
        claimed = [
            entry for entry in self.entries if not entry.cleared and entry.job.state is JobState.CLAIMED
        ]
        if any(entry.unsettled for entry in claimed):
            return False  # its claim may never have happened, and would be made a second time
        return sum(not entry.written for entry in claimed) < _PLANNING_AT_ONCE

    def add(self, job: Job) -> None:
        """Take on a job that was just claimed."""
        self.recovered()
        self.entries.append(Entry(job, again=False))
        self._wake()

    def copy_in(self, ticket: Ticket, source: int) -> None:
        """Make a job of a copy of an open file, which is left where it is."""
        job = self.state.admit(ticket)
        self.entries.append(Entry(job, again=False))
        job.folder.copy_in(source, ticket.source)

    def advance(self) -> None:
        """Do, or begin, the next step of each job."""
        self._notice_hold()
        for entry in list(self.entries):
            try:
                self._advance(entry)
            except Exception as error:  # noqa: BLE001 - one bad job never ends the loop
                self._failed(entry, error)
        self._scheduler.hush(any(entry.alone for entry in self.entries))

    def _notice_hold(self) -> None:
        reason = self.held.reason if self.held is not None else None
        if reason is not None and reason != self._held_for:
            self._hooks.later(HELD, self.outbox.path, reason=reason)
        self._held_for = reason

    def stumble(self, error: ServiceError, entry: Entry | None = None) -> None:
        """A disk or the outbox is not as it should be: claim nothing until the same step has succeeded.

        That is the job's of this entry, or, where there is none, the next claim.
        """
        if all(hold is None or hold.reason != str(error) for hold in (self.held, self._trouble)):
            log.warning("held reason=%r", str(error))
        self._trouble = Hold(str(error), time.monotonic() + error.probe_after)
        self._stumbled = entry

    def recovered(self, entry: Entry | None = None) -> None:
        """A step that writes has succeeded: of this entry's job, or a claim."""
        if self._trouble is not None and self._stumbled is entry:
            log.info("resumed the folders take writes again")
            self._trouble = self._stumbled = None

    def miss(self, fault: ServiceError | None) -> None:
        """One of the folders is not as it was: nothing is claimed until all are again (None).

        Jobs in work go on; a step that needs that folder is tried at once when it is back.
        """
        now = time.monotonic()
        if fault is not None:
            if self.held is None or self.held.reason != str(fault):
                log.warning("held reason=%r", str(fault))
            if self.missing is None or self.missing.reason != str(fault) or now >= self.missing.until:
                self.missing = Hold(str(fault), now + _MISSING_SECONDS)
        elif self.missing is not None:
            if self._trouble is not None and self._trouble.reason == self.missing.reason:
                self._trouble = self._stumbled = None
            self.missing = None
            self._try_now()
            log.info("resumed the folders are as they were")

    def _stumbling(self) -> bool:
        """Whether it is too early to try again, or that is just being tried."""
        if self._trouble is None:
            return False
        if self._stumbled is None:
            return time.monotonic() < self._trouble.until
        return self._stumbled.busy or time.monotonic() < self._trouble.until + _FIRST_SECONDS

    def _try_now(self) -> None:
        """Wait no longer before what stumbled is tried again."""
        for entry in self.entries:
            entry.not_before = 0.0
        if self._trouble is not None:
            self._trouble = Hold(self._trouble.reason, time.monotonic())

    # --- one job --------------------------------------------------------------------------------

    @property
    def _today(self) -> Settings:
        return self.access.settings

    def _advance(self, entry: Entry) -> None:
        if entry.busy:
            return
        entry.alone = False
        if time.monotonic() < entry.not_before:
            return
        job = entry.job
        if entry.cleared or job.gone:
            self._drop(entry)
            return
        if job.folder.has(RETRY):
            job.retry(self.access.settings_for(job.ticket))
            log.info("retry job=%s", shown(job.name))
        if entry.stale:
            if not self._rest(entry):
                return
            entry.stale = False
            job.load()
        given_up = job.given_up
        state = job.state
        entry.given_up = None
        if given_up is not None:
            if self._rest(entry):
                entry.given_up = given_up
                self._at_desk(entry, lambda: self._give_up(entry, given_up))
        elif entry.rejection is not None:
            error = entry.rejection
            self._at_desk(entry, lambda: self._reject(entry, error))
        elif state is JobState.CLAIMED:
            self._at_desk(entry, lambda: self._begin(entry))
        elif state is JobState.WORKING:
            self._run_chunks(entry)
        elif self._rest(entry):
            if state is JobState.COMPLETE:
                self._at_desk(entry, lambda: self._deliver(entry))
            else:
                self.recovered(entry)  # nothing of this job will tell, while it rests

    def _begin(self, entry: Entry) -> None:
        job = entry.job
        self._need_inbox(job)
        entry.cleared = not settle(self.state, self.root.inbox, job)
        entry.unsettled = False
        entry.written = not entry.cleared and still_written(self.root.inbox, job)
        if entry.written:
            entry.not_before = time.monotonic() + _WRITTEN_SECONDS
        elif not entry.cleared:
            self._work.plan(job, self.open)

    def _need_inbox(self, job: Job, *, back: bool = False) -> None:
        """Raise ServiceError where the source may still be in the inbox, or goes `back`, and that is away."""
        if back or not job.folder.has(job.ticket.source):
            self.inbox.open().close()

    def _drop(self, entry: Entry) -> None:
        if self._rest(entry):
            self.entries.remove(entry)
            self.recovered(entry)
            entry.job.folder.close()

    def _rest(self, entry: Entry) -> bool:
        """Begin no more of a job's chunks; True when none is in flight."""
        if entry.lane is None:
            return True
        self._scheduler.remove(entry.lane)
        if entry.lane.in_flight:
            return False
        entry.lane = None
        return True

    def _run_chunks(self, entry: Entry) -> None:
        job = entry.job
        if job.untouched and job.header.settings.digest != self.access.settings_for(job.ticket).digest:
            if self._rest(entry):
                log.info("replanned job=%s under the settings as they are now", shown(job.name))
                job.thaw()
                self._wake()
            return
        if entry.lane is not None and entry.lane.spent and job.missing and job.may_run:
            self._rest(entry)  # a chunk went wrong and the job could not be marked as failed
            entry.not_before = time.monotonic() + _UNMARKED_SECONDS
        elif entry.lane is None:
            entry.lane = Lane(
                name=job.name,
                run=lambda index: self._work.clean(job, index),
                pending=sorted(job.missing),
                own_fault=lambda error: error.of_model and job.settings.model != self._today.model,
                give_up=lambda index, error: self._work.give_up(job, index, error),
                on_error=lambda index, error: self._chunk_failed(entry, error),
                may_run=lambda: job.may_run,
            )
        if entry.lane is not None:
            self._scheduler.add(entry.lane)  # again, where it rested for a pause that was soon over

    def _deliver(self, entry: Entry) -> None:
        entry.job.load()
        if entry.job.state is not JobState.COMPLETE:  # a file was removed or damaged since: it is made again
            return
        again, entry.again = entry.again, True
        path = self._ending.deliver(entry.job, again=again)
        entry.cleared = True
        self._ended(entry.job, path, None)

    def _give_up(self, entry: Entry, how: str) -> None:
        again, entry.again = entry.again, True
        self._need_inbox(entry.job, back=how == FRESH)
        if how == DISCARD:
            self._ending.discard(entry.job, again=again)
        else:
            self._ending.start_over(entry.job)
        entry.cleared = True

    def _reject(self, entry: Entry, error: InputError) -> None:
        again, entry.again = entry.again, True
        path = self._ending.reject(entry.job, error, again=again)
        entry.cleared = True
        self.troubles += 1
        self._ended(entry.job, path, error)

    def _at_desk(self, entry: Entry, step: Callable[[], object]) -> None:
        """Run a step away from the loop; one that took the process down before, more carefully."""
        if entry.job.crashes > _CRASHES:
            self._took_us_down(entry)
            return
        if entry.job.crashes == _CRASHES:
            entry.alone = True
            if not self._scheduler.silent or any(other.busy for other in self.entries):
                return  # looked at again when one of those ends

        def run() -> None:
            try:
                step()
            except InputError as error:
                entry.rejection = error
            except Exception as error:  # noqa: BLE001 - one bad job never ends the loop
                self._failed(entry, error)
            else:
                self.recovered(entry)
            finally:
                entry.busy = False  # from here on the loop may close its folder
                self._wake()

        entry.busy = True
        self._desk.submit(run)

    def _took_us_down(self, entry: Entry) -> None:
        job = entry.job
        times, job.crashes = job.crashes, 0
        error = JobError(
            f"Reading or writing {job.ticket.name} took the program down {times} times.",
            "The log or the journal may say why (memory?); then retry or discard it.",
        )
        self._failed(entry, error)
        for marker in (DISCARD, FRESH, STEP):
            job.unmark(marker)

    def _chunk_failed(self, entry: Entry, error: BaseException) -> None:
        if isinstance(error, JobError) and entry.job.plan_changed:
            log.warning("changed job=%s its plan is read or made anew", shown(entry.job.name))
            entry.stale = True
        else:
            self._failed(entry, error)

    def _failed(self, entry: Entry, error: BaseException) -> None:
        """The one place where what went wrong with a job finds its end."""
        if isinstance(error, OSError):
            error = disk_fault(error) or self._place_fault() or error
        if isinstance(error, ServiceError) and not error.of_model:
            entry.not_before = time.monotonic() + error.probe_after
            self.stumble(error, entry)
            return
        if isinstance(error, ServiceError) and entry.job.untouched:
            return  # asked under settings that are no longer today's: it is about to be planned anew
        with self._failing:
            self._mark(entry, error)

    def _place_fault(self) -> ServiceError | None:
        lost = self.outbox.place.fault() or self.kept.fault()
        return lost or (self.inbox.fault() if self._owns_outbox else None)

    def _mark(self, entry: Entry, error: BaseException) -> None:
        """Write down why a job can't go on, and say it once, though several of its chunks fail at once."""
        name = shown(entry.job.name)
        if isinstance(error, TranscriptdError):
            reason = shown(str(error))
            if entry.job.failure() == reason and not entry.given_up:
                return
            log.error("failed job=%s reason=%r", name, reason)
        else:
            reason = f"A bug stopped this job ({type(error).__name__}); the log says where."
            where = "".join(traceback.format_tb(error.__traceback__))  # no message: it may hold text
            log.error("failed job=%s bug=%s\n%s", name, type(error).__name__, where)
        self.troubles += 1
        entry.rejection = None
        try:
            if isinstance(error, ServiceError):
                entry.job.fail_by_model(reason)
            else:
                entry.job.fail(reason)
            if entry.given_up:  # a person may ask again; it is not tried again by itself
                entry.job.unmark(entry.given_up)
        except OSError as second:
            log.error("failed job=%s can't be marked (%s)", name, second.strerror)
            entry.not_before = time.monotonic() + _UNMARKED_SECONDS
        else:
            self._hooks.later(FAILED, entry.job.folder.path, entry.job.name, reason)
