"""The jobs in work, and the next step of each, as its folder shows it.

    claimed --plan--> working --chunks--> complete --deliver--> cleared
       |                 |
       +--> rejected     +--> failed (until retry), paused (until resume)
       +--> discarded, or back to the inbox, whenever a person says so

Requests run on the scheduler's threads, the other steps in the background, one after the other. One bad
job never ends the loop: what goes wrong with it finds its end in `failures`.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable

from daemon.costs.ledger import LEDGER, Ledger
from daemon.delivery.outbox import Outbox
from daemon.errors import InputError, JobError, ServiceError
from daemon.intake.claim import claim_copy, settle, still_written
from daemon.intake.put_back import sweep_inbox
from daemon.loop.ending import Ending
from daemon.loop.failures import Failures
from daemon.loop.holds import Holds
from daemon.loop.hooks import HELD, Hooks
from daemon.loop.lifecycle import Ended, Entry, unheard
from daemon.loop.provider import Access
from daemon.loop.steps import Work
from daemon.settings.config import Root
from daemon.settings.profile import Settings
from daemon.store.job import DISCARD, FRESH, RETRY, STEP, ChunkGone, Job, JobState
from daemon.store.state_folder import State
from daemon.system.file_names import shown
from daemon.system.volumes import Place, disk_faults
from daemon.workers.admission import Admission
from daemon.workers.background import BackgroundSteps
from daemon.workers.scheduler import Lane, Scheduler

log = logging.getLogger(__name__)

_PLANNING_AT_ONCE = 2
_WRITTEN_SECONDS = 1.0  # between two looks at a source that somebody still writes to
_CRASHES = 3  # of one job's step; then it is tried once with nothing else at work


class Jobs:
    """All jobs of one state folder. `wake` is called whenever something has come of a step.

    Opening takes the lock and finds what was left to do; raises LockedError, ConfigError. `troubles`
    counts the jobs that failed or were rejected. `owns_outbox`: what is half built there is ours to sweep.
    """

    def __init__(
        self,
        root: Root,
        admission: Admission,
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
        with disk_faults():  # nothing is in work yet that could be held
            self.state.lock()
            self.ledger = Ledger(os.path.join(self.state.folder.path, LEDGER))
        self.access = Access(root, self.ledger)
        self.entries: list[Entry] = []
        self._rejected = 0
        self._owns_outbox = owns_outbox
        self._admission = admission
        self._wake = wake
        self._ended = ended
        self._work = Work(self.outbox, self.access)
        self.holds = Holds(admission)
        self._hooks = Hooks(root.config.on_done, root.config.on_problem)
        self._failures = Failures(self.holds, self._hooks, self._lost)
        self._ending = Ending(self.state, self.outbox, root.inbox, self._hooks)
        self._scheduler = Scheduler(root.concurrency, admission, wake)
        self._background = BackgroundSteps(admission.heartbeat)
        self._held_for: str | None = None
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
                self._failures.failed(entry, error)
        self.entries.sort(key=lambda entry: entry.job.crashes)  # what took the process down comes last
        if self._owns_outbox:
            open_jobs = {entry.job.ticket.job_id for entry in self.entries}
            self.outbox.sweep(open_jobs)
            sweep_inbox(self.root.inbox, open_jobs)

    def _is_whole(self, job: Job) -> bool:
        """Whether a job is one; a copy (see `add_copy`) that was cut off is undone."""
        if self._owns_outbox or job.folder.has(job.ticket.source):
            return True
        self.state.undo(job)
        job.folder.close()
        return False

    def prepare(self) -> None:
        """Load, away from the loop, what the first request will need."""
        self._background.submit(self._work.prepare)

    def adopt(self, root: Root) -> None:
        """Go on under another config with the same folders; raises ConfigError and changes nothing."""
        access = Access(root, self.ledger)
        self.root, self.access, self._work.access = root, access, access
        self._hooks.done, self._hooks.problem = root.config.on_done, root.config.on_problem
        self._scheduler.resize(root.concurrency)
        self._admission.probe_now()
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
        """Let go of the state folder, once the step in the background is done."""
        until = time.monotonic() + grace
        done = self._background.close(grace)
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
        return [entry.job for entry in list(self.entries) if not entry.cleared]  # another thread asks, too

    @property
    def troubles(self) -> int:
        """How many jobs failed or were rejected."""
        return self._failures.count + self._rejected

    def hungry(self) -> bool:
        """Whether another job should be claimed: a place is about to be free, and nothing is held."""
        if self.holds.claims_wait or not self._scheduler.needs_chunks():
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
        self.holds.recovered()
        self.entries.append(Entry(job, again=False))
        self._wake()

    def add_copy(self, name: str, source: int) -> None:
        """Take on a job made of a copy of an open file of this name, which is left where it is."""
        self.entries.append(Entry(claim_copy(self.state, name, source), again=False))

    def advance(self) -> None:
        """Do, or begin, the next step of each job."""
        self._notice_hold()
        for entry in list(self.entries):
            try:
                self._advance(entry)
            except Exception as error:  # noqa: BLE001 - one bad job never ends the loop
                self._failures.failed(entry, error)
        self._scheduler.set_quiet(any(entry.alone for entry in self.entries))

    def _notice_hold(self) -> None:
        held = self.holds.held
        reason = held.reason if held is not None else None
        if reason is not None and reason != self._held_for:
            self._hooks.later(HELD, self.outbox.path, reason=reason)
        self._held_for = reason

    def miss(self, fault: ServiceError | None) -> None:
        """One of the folders is not as it was: nothing is claimed until all are again (None).

        Jobs in work go on; a step that needs that folder is tried at once when it is back.
        """
        if self.holds.miss(fault):
            self._try_now()

    def _try_now(self) -> None:
        """Wait no longer before what stumbled is tried again."""
        for entry in self.entries:
            entry.not_before = 0.0
        self.holds.try_now()

    def _lost(self) -> ServiceError | None:
        lost = self.outbox.place.fault() or self.kept.fault()
        return lost or (self.inbox.fault() if self._owns_outbox else None)

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
                self.holds.recovered(entry)  # nothing of this job will tell, while it rests

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
            self._work.forget(entry.job)
            self.holds.recovered(entry)
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
            self._failures.later(entry)
        elif entry.lane is None:
            entry.lane = Lane(
                name=job.name,
                run=lambda index, permit: self._work.clean(job, index, permit),
                pending=sorted(job.missing),
                own_fault=lambda error: error.of_model and job.settings.model != self._today.model,
                give_up=lambda index, error: self._work.give_up(job, index, error),
                on_error=lambda index, error: self._chunk_failed(entry, error),
                may_run=lambda: job.may_run,
            )
        if entry.lane is not None:
            self._scheduler.add(entry.lane)  # again, where it rested for a pause that was soon over

    def _deliver(self, entry: Entry) -> None:
        job = entry.job
        if not job.seems_whole:
            job.load()
        if job.state is not JobState.COMPLETE:  # a file was removed since: it is made again
            return
        again, entry.again = entry.again, True
        try:
            path = self._ending.deliver(job, again=again)
        except ChunkGone:
            job.load()
            if job.plan is not None and not job.missing:  # it is there after all: the disk can't be trusted
                raise
            return  # the chunk is made again
        entry.cleared = True
        self._ended(job, path, None)

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
        self._rejected += 1
        self._ended(entry.job, path, error)

    def _at_desk(self, entry: Entry, step: Callable[[], object]) -> None:
        """Run a step away from the loop; one that took the process down before, more carefully."""
        if entry.job.crashes > _CRASHES:
            self._took_us_down(entry)
            return
        if entry.job.crashes == _CRASHES:
            entry.alone = True
            if not self._scheduler.is_quiet or any(other.busy for other in self.entries):
                return  # looked at again when one of those ends

        def run() -> None:
            try:
                step()
            except InputError as error:
                entry.rejection = error
            except Exception as error:  # noqa: BLE001 - one bad job never ends the loop
                self._failures.failed(entry, error)
            else:
                self.holds.recovered(entry)
            finally:
                entry.busy = False  # from here on the loop may close its folder
                self._wake()

        entry.busy = True
        self._background.submit(run)

    def _took_us_down(self, entry: Entry) -> None:
        job = entry.job
        times, job.crashes = job.crashes, 0
        error = JobError(
            f"Reading or writing {job.ticket.name} took the program down {times} times.",
            "The log or the journal may say why (memory?); then retry or discard it.",
        )
        self._failures.failed(entry, error)
        for marker in (DISCARD, FRESH, STEP):
            job.unmark(marker)

    def _chunk_failed(self, entry: Entry, error: BaseException) -> None:
        if isinstance(error, JobError) and entry.job.plan_changed:
            log.warning("changed job=%s its plan is read or made anew", shown(entry.job.name))
            entry.stale = True
        else:
            self._failures.failed(entry, error)
