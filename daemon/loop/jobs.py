"""The jobs in work, and each one's next step carried out.

What the next step is, `lifecycle` decides. Requests run on the scheduler's threads, steps that take their
time in the background, one after the other; all else is done by the loop itself. One bad job never ends
the loop: `failures` decides what comes of what goes wrong with it.
"""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from daemon.batches.no_batches import NoBatches
from daemon.batches.record import BATCHES
from daemon.costs.ledger import Ledger
from daemon.costs.ledger_file import LEDGER
from daemon.delivery.catalogue.upkeep import Upkeep
from daemon.errors import InputError, JobError, ServiceError, Stopped
from daemon.intake.claim import claim_copy
from daemon.intake.put_back import FORGOTTEN_SECONDS
from daemon.loop.failures import Failures
from daemon.loop.folders import Folders
from daemon.loop.holds import Holds
from daemon.loop.hooks import HELD, Hooks
from daemon.loop.lanes import Lanes
from daemon.loop.lifecycle import CRASHES_BEFORE_QUIET, IN_BACKGROUND, Facts, Step, UnderWay, next_step
from daemon.loop.open_job import OpenJob
from daemon.loop.provider import Access
from daemon.loop.steps.cleaning import Cleaning
from daemon.loop.steps.ending import Ended, Ending, ignore_end
from daemon.loop.steps.long_steps import LongSteps
from daemon.loop.steps.planning import Planning
from daemon.loop.steps.short_steps import ShortSteps
from daemon.settings.config import Root
from daemon.settings.sidecar import hide_names_in_log
from daemon.store.job import RETRY, Job, JobState
from daemon.store.state_folder import find_misplaced
from daemon.store.strays import LateJobs
from daemon.store.ticket import Ticket
from daemon.system.disk_faults import refuse_start_at_disk
from daemon.system.file_names import shown
from daemon.system.files import Folder
from daemon.workers.admission import Admission, Hold
from daemon.workers.background import BackgroundSteps
from daemon.workers.scheduler import Scheduler

if TYPE_CHECKING:
    from daemon.batches.batching import Batching

log = logging.getLogger(__name__)

_PLANNING_AT_ONCE = 2  # jobs that are claimed before they are planned: one is read, one comes next


class Jobs:
    """All jobs of one state folder. `wake` is called whenever something has come of a step.

    Opening takes the lock and finds what was left to do; raises LockedError, ConfigError, and ServiceError
    where a disk is at fault. `owns_outbox`: what is half built there is ours to sweep, and `upkeep` keeps its
    index. `ended` is told how each job ended. `inbox_is_quiet` is told by the loop: whether no file waits
    that could be claimed.
    """

    def __init__(
        self,
        root: Root,
        admission: Admission,
        wake: Callable[[], None],
        ended: Ended = ignore_end,
        *,
        owns_outbox: bool = True,
    ) -> None:
        self.root = root
        self.folders = Folders(root, owns_outbox=owns_outbox)
        self.state, self.outbox = self.folders.state, self.folders.outbox
        self.ledger = _open_ledger(self.state.folder)
        self.access = Access(root, self.ledger)
        self.open_jobs: list[OpenJob] = []
        self.inbox_is_quiet = True
        self.holds = Holds(admission)
        self._admission = admission
        self._wake = wake
        self._held_for: str | None = None  # the reason that `on_problem` was told last
        self._sweep_at = math.inf
        self._late_jobs = LateJobs(self.state.folder)
        config = root.config
        self._hooks = Hooks(config.on_done, config.on_problem, config.api_key_env, root.path)
        self._failures = Failures(self.holds, self._hooks, self.folders)
        self._background = BackgroundSteps(admission.heartbeat)
        self.upkeep: Upkeep | None = None
        if owns_outbox:
            self.upkeep = Upkeep(root.state, self.outbox, self.folders.find_lost_state)
        self._scheduler = Scheduler(root.concurrency, admission, wake)  # last: it can do with fewer threads
        self._cleaning = Cleaning(self.access)
        self._lanes = Lanes(self._cleaning, self._failures, admission)
        self._short_steps = self._make_short_steps()
        self._long_steps = self._make_long_steps(ended)
        self._begin()

    def _begin(self) -> None:
        """Find what was left to do, and say what the filesystems can't do."""
        with refuse_start_at_disk():  # nothing is in work yet that could be held
            self._recover()
            if self.state.folder.has(BATCHES):
                self._begin_batches()
        self.folders.say_limits()

    def _make_short_steps(self) -> ShortSteps:
        return ShortSteps(
            self.open_jobs,
            self._cleaning,
            self._lanes,
            self._scheduler,
            self.holds,
            self._failures,
            lambda each: self._begin_batches_for(self.access, [each.job]),
        )

    def _make_long_steps(self, ended: Ended) -> LongSteps:
        inbox_path = self.root.inbox if self.folders.owns_outbox else None
        ending = Ending(self.state, self.outbox, inbox_path, self._hooks, self.upkeep)
        planning = Planning(self.outbox, lambda: self.access)
        return LongSteps(self.folders, planning, ending, lambda: self.open, ended)

    @property
    def batching(self) -> Batching | NoBatches:
        """The batches of this state folder: none before the chunks of a job are to go in one."""
        return self._cleaning.batching

    def _begin_batches(self) -> None:
        """Let chunks go in batches from now on; raises OSError where what others left can't be read."""
        from daemon.batches.batching import Batching  # here: who asks for no batch needs none of it
        from daemon.loop.batched_jobs import BatchedJobs

        workshop = BatchedJobs(
            lambda: list(self.open_jobs),
            self._cleaning,
            self._scheduler,
            self.holds,
            self._lanes.handle_chunk_fault,
            self._wake,
        )
        self._cleaning.batching = Batching(self.state.folder, self.access, self._admission, workshop)

    def _begin_batches_for(self, access: Access, jobs: Iterable[Job]) -> None:
        """Let chunks go in batches where a job asks for that and none went in batches before."""
        if isinstance(self.batching, NoBatches) and any(access.wants_batch(job.ticket) for job in jobs):
            self._begin_batches()

    def _recover(self) -> None:
        self.state.recover_folders()
        self._take_up_all(self.state.list_jobs())
        self._find_late_jobs()
        self.open_jobs.sort(key=lambda each: each.job.crashes)  # what took the process down comes last
        self.folders.sweep(self._list_ids())
        self._sweep_at = time.monotonic() + FORGOTTEN_SECONDS

    def _take_up_all(self, jobs: Iterable[Job]) -> None:
        """Go on with jobs that an earlier run has left."""
        by_id = {job.ticket.job_id: job for job in self.open}
        for job in jobs:
            if self._is_whole(job):
                self._take_up(job, by_id.setdefault(job.ticket.job_id, job))

    def _take_up(self, job: Job, first: Job) -> None:
        """Go on with a job; where `first`, the first one of its id, is another, its folder is a copy."""
        open_job = OpenJob(job, again=True)
        self.open_jobs.append(open_job)
        hide_names_in_log(job.ticket.sidecar)
        try:
            job.load_progress()
        except Exception as error:  # noqa: BLE001 - one bad job never ends the start
            self._failures.handle_fault(open_job, error)
            return
        chunks = job.plan.header.chunks if job.plan is not None else 0
        done = chunks - len(job.missing)
        log.info("taken up job=%s state=%s done=%d chunks=%d", shown(job.name), job.state, done, chunks)
        if first is not job:
            self._failures.handle_fault(open_job, _blame_copy(job, first))
        elif job.state is JobState.WORKING and self.folders.owns_outbox:
            self._long_steps.end_what_was_delivered(open_job)

    def _find_late_jobs(self) -> None:
        """Take up jobs that could not be opened at the start, or had no ticket then."""
        late = self._late_jobs.find_jobs(frozenset(each.job.name for each in self.open_jobs))
        if late:
            self._take_up_all(late)

    def _list_ids(self) -> set[str]:
        return {each.job.ticket.job_id for each in list(self.open_jobs)}

    def _sweep_inbox(self) -> None:
        """Find what is hidden in the inbox and belongs to no job any more."""
        self._sweep_at = time.monotonic() + FORGOTTEN_SECONDS
        self.folders.sweep_inbox(self._list_ids())

    def _is_whole(self, job: Job) -> bool:
        """Whether a job is one; a copy (see `add_copy`) that was cut off is undone."""
        if self.folders.owns_outbox or job.folder.has(job.ticket.source):
            return True
        self.state.undo_claim(job)
        job.folder.close()
        return False

    def prepare(self) -> None:
        """Load, away from the loop, what the first request will need."""
        self._background.submit(self._cleaning.prepare_model)
        self.batching.start()

    def run_in_background(self, step: Callable[[], None]) -> None:
        """Have a step that is of no job carried out in the background."""

        def run() -> None:
            try:
                step()
            finally:
                self._wake()

        self._background.submit(run)

    def adopt_config(self, root: Root) -> None:
        """Go on under another config with the same folders; raises ConfigError and changes nothing."""
        access = Access(root, self.ledger)
        self._begin_batches_for(access, self.open)
        self.root, self.access, self._cleaning.access = root, access, access
        self._hooks.done, self._hooks.problem = root.config.on_done, root.config.on_problem
        self._hooks.key_variable = root.config.api_key_env
        self._scheduler.resize(root.concurrency)
        self._admission.probe_now()
        self._try_now()
        self.batching.adopt(access)
        self.prepare()

    def leave_soon(self) -> None:
        """The program was asked to leave: no command of a person's own holds that up."""
        self._hooks.leave_soon()

    def wind_down(self, seconds: float) -> bool:
        """Begin nothing more and wait so long for what is in flight; True when it has ended."""
        return self._scheduler.close(seconds)

    @property
    def in_flight(self) -> int:
        """How many chunks are being cleaned."""
        return self._scheduler.in_flight

    def close(self, grace: float, tell_last: Callable[[], None]) -> None:
        """Let go of the state folder, once the step in the background is done.

        `tell_last` is called before that, when the index is brought up to date.
        """
        until = time.monotonic() + grace
        done = self._background.close(grace)
        self._hooks.close(max(0.0, until - time.monotonic()))
        if self.upkeep is not None:
            self.upkeep.close(max(0.0, until - time.monotonic()))
            tell_last()
        done = self.batching.close(max(0.0, until - time.monotonic())) and done
        if done:
            self.state.close()  # else the lock goes with the process, when nothing can write any more
            return
        for open_job in self.open_jobs:
            if open_job.busy:
                open_job.job.end_step()  # leaving is no crash

    @property
    def open(self) -> list[Job]:
        """The jobs that are not cleared yet."""
        jobs = list(self.open_jobs)  # another thread asks, too
        return [each.job for each in jobs if not each.ended]

    @property
    def at_rest(self) -> bool:
        """Whether no job goes on before a person acts: each is failed or paused."""
        return not any(each.busy or each.may_run for each in self.open_jobs)

    @property
    def told_hold(self) -> Hold | None:
        """Why nobody can go on, None when they can.

        The service's own hold only as long as something waits for it: else nobody asks whether it is over.
        """
        return self.holds.held if self._waits_for_service else self.holds.beside_service

    @property
    def _waits_for_service(self) -> bool:
        """Whether anything is there that may want to ask the service, before a person acts."""
        batches_are_done = self.batching.is_idle and not self.batching.overview.requests
        return not (self.at_rest and self.inbox_is_quiet and batches_are_done)

    @property
    def troubles(self) -> int:
        """How many jobs failed or were rejected."""
        return self._failures.count + self._long_steps.rejected

    @property
    def problem(self) -> str | None:
        """What is wrong with a batch, or with a folder that can't be worked on; None where all is well."""
        misplaced = find_misplaced(self.state.folder.path)
        return self.batching.problem or misplaced or self._late_jobs.problem

    @property
    def flagging(self) -> str | None:
        """A sentence where the model flags most of what it gets lately, None where it does not."""
        return self._cleaning.flagging

    def list_copies(self) -> dict[str, str]:
        """By the id of each job that waits for another of the same bytes, the name of that one."""
        jobs = list(self.open_jobs)  # another thread asks, too, and the background ends the wait of one
        waiting = ((each.job.ticket.job_id, each.twin) for each in jobs if not each.ended)
        return {job_id: twin.name for job_id, twin in waiting if twin is not None}

    def list_unmarked(self) -> dict[str, str]:
        """By the id of each job that failed, though its folder can't tell so, why it did."""
        return {each.job.ticket.job_id: each.unmarked for each in list(self.open_jobs) if each.unmarked}

    def needs_job(self) -> bool:
        """Whether another job should be claimed: a worker is about to be free, and nothing is held.

        Under the service's hold one is, where no open job can ask it if it is back.
        """
        if (self.holds.claims_wait and not self._lacks_probe()) or not self._scheduler.needs_chunks():
            return False
        if any(each.step is Step.START_OVER for each in self.open_jobs):
            return False  # what is being put back is not to be claimed before that is done
        claimed = [each for each in self.open_jobs if not each.ended and each.job.state is JobState.CLAIMED]
        if any(each.claim_is_uncertain for each in claimed):
            return False  # its claim may never have happened, and would be made a second time
        to_be_planned = [each for each in claimed if not (each.being_written or each.twin)]
        return len(to_be_planned) < _PLANNING_AT_ONCE

    def _lacks_probe(self) -> bool:
        """Whether the service may be asked if it is back, and no open job has anything to ask."""
        if not self.holds.wants_probe or self._scheduler.has_work:
            return False
        going_on = (each for each in self.open_jobs if each.job.may_run and not each.ended)
        return all(each.lane is not None or each.twin is not None for each in going_on)

    def add(self, job: Job) -> None:
        """Take on a job that was just claimed."""
        self.holds.end_failed_write()
        self.open_jobs.append(OpenJob(job, again=False))
        self._wake()

    def add_copy(self, ticket: Ticket, folder: Folder, source: int) -> None:
        """Take on a job made of a copy of an open file of this folder, which is left where it is."""
        self.open_jobs.append(OpenJob(claim_copy(self.state, ticket, folder, source), again=False))

    def advance_jobs(self) -> None:
        """Do, or begin, the next step of each job."""
        self._notice_hold()
        self._find_late_jobs()
        if self.folders.owns_outbox and time.monotonic() >= self._sweep_at:
            self._sweep_at = math.inf  # until it is done
            self._background.submit(self._sweep_inbox)
        for open_job in list(self.open_jobs):
            try:
                self._advance(open_job)
            except Exception as error:  # noqa: BLE001 - one bad job never ends the loop
                self._failures.handle_fault(open_job, error)
        self._scheduler.set_quiet(any(each.wants_quiet for each in self.open_jobs))
        if self.upkeep is not None:
            self.upkeep.look()
        self.batching.note_incoming(nothing_comes=self.is_worked_through and not self.holds.claims_wait)

    @property
    def is_worked_through(self) -> bool:
        """Whether no chunk is being cleaned or waits for a worker, and no job is being read or to come."""
        return self.inbox_is_quiet and self._all_are_worked_through

    @property
    def _all_are_worked_through(self) -> bool:
        """Whether no open job has anything to do; one that waits for the result of another goes with that."""
        if self._scheduler.has_work:
            return False
        jobs = self.open
        going_on = [each for each in self.open_jobs if each.job.may_run and not each.waits_for_twin(jobs)]
        return all(each.lane is not None and not each.busy for each in going_on)

    @property
    def awaits_batches(self) -> bool:
        """Whether no job can go on before a batch comes home, but for what is held."""
        is_out = any(each.lane is not None and each.lane.away for each in self.open_jobs)
        return is_out and self._all_are_worked_through and self.batching.is_idle and not self.batching.waiting

    def _notice_hold(self) -> None:
        """Run the command of a person where everything is held for another reason than before."""
        held = self.holds.held
        reason = held.reason if held is not None else None
        if reason is not None and reason != self._held_for:
            self._hooks.run_later(HELD, self.outbox.path, reason=reason)
        self._held_for = reason

    def note_missing_folder(self, fault: ServiceError | None) -> None:
        """One of the folders is not as it was: nothing is claimed until all are again (None).

        Jobs in work go on; a step that needs that folder is tried at once when it is back.
        """
        if self.holds.note_missing_folder(fault):
            self._try_now()

    def _try_now(self) -> None:
        """Wait no longer before what failed is tried again."""
        for open_job in self.open_jobs:
            open_job.not_before = 0.0
        self.holds.try_now()

    # --- one job --------------------------------------------------------------------------------

    def _advance(self, open_job: OpenJob) -> None:
        """Carry out the next step of a job, and those that follow at once."""
        goes_on = True
        while goes_on:
            step = next_step(self._look_at(open_job))
            if step is Step.WAIT:
                return
            open_job.step = step
            goes_on = self._carry_out(open_job)

    def _look_at(self, open_job: OpenJob) -> Facts:
        """What is known of a job now: first what is under way, for that may just be changing the folder."""
        under_way = open_job.under_way(time.monotonic())
        job = open_job.job
        if under_way in (UnderWay.STEP, UnderWay.DELAY):
            return Facts(under_way)
        if open_job.ended or job.gone:
            return Facts(under_way, ended=True)
        state, given_up = JobState.FAILED if open_job.unmarked else job.state, job.given_up
        return Facts(
            under_way,
            state=state,
            retry_asked=job.folder.has(RETRY) or open_job.is_due_again(time.monotonic()),
            plan_changed=open_job.plan_changed,
            given_up=given_up,
            refused=open_job.refusal is not None,
            outdated=state is JobState.WORKING and given_up is None and self._is_outdated(job),
            extras_missing=bool(job.missing_extras),
            crashes=job.crashes,
            quiet=job.crashes >= CRASHES_BEFORE_QUIET and self._nothing_else_is_under_way,
        )

    def _is_outdated(self, job: Job) -> bool:
        """Whether a job of which no chunk is saved was planned under settings that are not today's."""
        if job.ticket.flagged is not None:
            return False  # it is planned as the result was
        if not job.untouched or job.header.settings.digest == self.access.settings_for(job.ticket).digest:
            return False
        return not self.batching.has_out(job.ticket.job_id)  # what is out was paid for under the old ones

    @property
    def _nothing_else_is_under_way(self) -> bool:
        return self._scheduler.has_come_to_rest and not any(other.busy for other in self.open_jobs)

    def _carry_out(self, open_job: OpenJob) -> bool:
        """Do, or begin, the step that was decided; True where the job is to be looked at again at once."""
        if open_job.step in IN_BACKGROUND:
            self._begin_in_background(open_job)
            return False
        return self._short_steps.carry_out(open_job)

    def _begin_in_background(self, open_job: OpenJob) -> None:
        """Have the step that was decided carried out; whatever goes wrong with it is handled here."""

        def run() -> None:
            try:
                self._long_steps.carry_out(open_job)
            except InputError as error:
                open_job.refusal = error
            except Stopped:
                log.info("left job=%s as it is; the next start goes on with it", shown(open_job.job.name))
            except Exception as error:  # noqa: BLE001 - one bad job never ends the loop
                self._failures.handle_fault(open_job, error)
            else:
                self._failures.step_succeeded(open_job)
            finally:
                open_job.busy = False  # from here on the loop may close its folder
                self._wake()

        open_job.busy = True
        self._background.submit(run)


def _blame_copy(job: Job, first: Job) -> JobError:
    """The fault of a job whose folder is a copy of that of another, `first`."""
    return JobError(
        f"{shown(job.name)} is a copy of {shown(first.name)}, which is in work: it is not paid for again.",
        f"Delete the folder {shown(job.folder.path)} if nobody needs it.",
    )


def _open_ledger(state: Folder) -> Ledger:
    """The ledger in a state folder; raises ServiceError where a disk is at fault."""
    with refuse_start_at_disk():
        return Ledger(os.path.join(state.path, LEDGER), folder=state)
