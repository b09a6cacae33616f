"""The steps that the loop itself takes, at once: a job is looked at anew, its chunks are queued or left."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from daemon.errors import JobError
from daemon.loop.failures import Failures
from daemon.loop.holds import Holds
from daemon.loop.lanes import Lanes
from daemon.loop.lifecycle import Step
from daemon.loop.open_job import OpenJob
from daemon.loop.steps.cleaning import Cleaning
from daemon.store.job import DISCARD, FRESH, STEP, JobState
from daemon.store.retry import retry_failed
from daemon.system.file_names import shown
from daemon.workers.scheduler import Scheduler

log = logging.getLogger(__name__)


class ShortSteps:
    """Carries the steps out, on the loop's own thread.

    `open_jobs` is the list of those in work, from which a job that has ended is taken. `expect_batches` is
    told of each job whose chunks are about to be queued.
    """

    def __init__(
        self,
        open_jobs: list[OpenJob],
        cleaning: Cleaning,
        lanes: Lanes,
        scheduler: Scheduler,
        holds: Holds,
        failures: Failures,
        expect_batches: Callable[[OpenJob], None],
    ) -> None:
        self._open_jobs = open_jobs
        self._cleaning = cleaning
        self._lanes = lanes
        self._scheduler = scheduler
        self._holds = holds
        self._failures = failures
        self._expect_batches = expect_batches
        self._by_step: dict[Step, Callable[[OpenJob], bool]] = {
            Step.FORGET: self._forget_job,
            Step.RETRY: self._retry_job,
            Step.LOAD: self._load_plan,
            Step.REST: self._let_rest,
            Step.PLAN_ANEW: self._plan_anew,
            Step.CLEAN: self._queue_chunks,
            Step.CLEAN_LATER: self._clean_later,
            Step.MAKE_EXTRAS: self._queue_extras,
            Step.MAKE_LATER: self._clean_later,
            Step.STOP_CHUNKS: self._stop_chunks,
            Step.HAVE_QUIET: self._await_quiet,
            Step.FAIL: self._fail_job,
        }

    def carry_out(self, open_job: OpenJob) -> bool:
        """Take the step that was decided; True where the job is to be looked at again at once."""
        return self._by_step[open_job.step](open_job)

    def _forget_job(self, open_job: OpenJob) -> bool:
        if not open_job.ended:
            log.warning(
                "forgotten job=%s its folder was removed from the state folder, and its file with it; "
                "to have it cleaned, drop it again",
                shown(open_job.job.name),
            )
        self._open_jobs.remove(open_job)
        self._cleaning.forget_job(open_job.job)
        self._cleaning.batching.forget_job(open_job.job.ticket.job_id, is_over=True)
        self._cleaning.access.forget_job(open_job.job.ticket.job_id)
        self._holds.end_failed_write(open_job)
        open_job.job.folder.close()
        return False

    def _retry_job(self, open_job: OpenJob) -> bool:
        job, open_job.unmarked = open_job.job, ""
        retry_failed(job, partial(self._cleaning.access.settings_for, job.ticket))
        if job.state is not JobState.FAILED:
            log.info("retry job=%s", shown(job.name))
        return True

    def _load_plan(self, open_job: OpenJob) -> bool:
        open_job.plan_changed = False
        open_job.job.load_progress()
        return True

    def _let_rest(self, open_job: OpenJob) -> bool:
        self._holds.end_failed_write(open_job)  # while it rests, no step of it will show that writes work
        return False

    def _plan_anew(self, open_job: OpenJob) -> bool:
        log.info("replanned job=%s under the settings as they are now", shown(open_job.job.name))
        open_job.job.remove_plan()
        return True

    def _queue_chunks(self, open_job: OpenJob) -> bool:
        if open_job.lane is None:
            self._expect_batches(open_job)
            open_job.lane = self._lanes.queue_chunks(open_job)
        self._scheduler.add(open_job.lane)  # again, where it was stopped for a pause that was soon over
        return False

    def _clean_later(self, open_job: OpenJob) -> bool:
        self._stop_chunks(open_job)  # a chunk went wrong and the job could not be marked as failed
        self._failures.postpone_job(open_job)
        return False

    def _queue_extras(self, open_job: OpenJob) -> bool:
        """Have the missing extras made; True where some are given up, the service being held too long."""
        if open_job.lane is None:
            open_job.lane = self._lanes.queue_extras(open_job)
        if self._lanes.give_up_extras(open_job):
            return True
        self._scheduler.add(open_job.lane)
        return False

    def _stop_chunks(self, open_job: OpenJob) -> bool:
        """Begin no more of a job's chunks; True when none is being cleaned any more."""
        assert open_job.lane is not None
        self._scheduler.remove(open_job.lane)
        self._cleaning.batching.forget_job(open_job.job.ticket.job_id)
        if open_job.lane.in_flight:
            return False
        open_job.lane = None
        return True

    def _await_quiet(self, open_job: OpenJob) -> bool:
        return False  # the loop begins nothing else, and looks again when what is under way has ended

    def _fail_job(self, open_job: OpenJob) -> bool:
        job = open_job.job
        times, job.crashes = job.crashes, 0
        error = JobError(
            f"Reading or writing {job.ticket.name} took the program down {times} times.",
            "The log or the journal may say why (memory?); then retry or discard it.",
        )
        self._failures.handle_fault(open_job, error)
        for marker in (DISCARD, FRESH, STEP):
            job.remove_marker(marker)
        return False
