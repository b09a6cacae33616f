"""What the workers do for a job: the queue of its chunks, or of its extras, and what comes of a fault in one.

The scheduler takes from these queues what is next; a chunk, or an extra, is cleaned by `steps.cleaning`.
"""

from __future__ import annotations

import logging
import time

from daemon.costs.question import SURVEY
from daemon.delivery.extras.making import INDEXES
from daemon.errors import JobError, ServiceError
from daemon.loop.failures import Failures
from daemon.loop.open_job import OpenJob
from daemon.loop.steps.cleaning import Cleaning
from daemon.store.job import ChunkGone, Job
from daemon.system.file_names import shown
from daemon.text.results.extra import Kind
from daemon.workers.admission import Admission
from daemon.workers.scheduler import Lane

log = logging.getLogger(__name__)

_EXTRAS_WAIT_SECONDS = 3600.0  # so long a cleaned transcript waits for its extras while the service is held


class Lanes:
    """Makes the lanes of jobs; thread-safe."""

    def __init__(self, cleaning: Cleaning, failures: Failures, admission: Admission) -> None:
        self._cleaning = cleaning
        self._failures = failures
        self._admission = admission

    def queue_chunks(self, open_job: OpenJob) -> Lane:
        """The queue of a job's chunks that are still to be cleaned."""
        job = open_job.job
        return Lane(
            name=job.name,
            run=lambda index, permit: self._cleaning.clean_chunk(job, index, permit),
            pending=sorted(job.missing),
            own_fault=lambda error: error.of_model and self._asks_earlier_model(job),
            give_up=lambda index, error: self._cleaning.give_up_chunk(job, index, error),
            on_error=lambda index, error: self.handle_chunk_fault(open_job, error),
            may_run=lambda: open_job.may_run,
            opening=SURVEY if self._cleaning.wants_survey(job) else None,
        )

    def queue_extras(self, open_job: OpenJob) -> Lane:
        """The queue of a job's extras that are still to be made."""
        job = open_job.job
        kinds = {INDEXES[kind]: kind for kind in list(job.missing_extras)}
        return Lane(
            name=job.name,
            run=lambda index, permit: self._cleaning.make_extra(job, kinds[index], permit),
            pending=sorted(kinds),
            own_fault=lambda error: error.of_model and self._asks_earlier_model(job),
            give_up=lambda index, error: self._give_up_extra(job, kinds[index], error),
            on_error=lambda index, error: self._handle_extra_fault(open_job, kinds[index], error),
            may_run=lambda: open_job.may_run,
            optional=True,
        )

    def _give_up_extra(self, job: Job, kind: Kind, error: ServiceError) -> None:
        self._cleaning.give_up_extra(job, kind, f"the service fails on it: {error.as_phrase}")

    def _handle_extra_fault(self, open_job: OpenJob, kind: Kind, error: BaseException) -> None:
        if isinstance(error, ServiceError):  # its model is not to be had any more, and others are served
            self._give_up_extra(open_job.job, kind, error)
        elif isinstance(error, ChunkGone):
            open_job.plan_changed = True  # what the folder shows is looked at anew
        else:
            self.handle_chunk_fault(open_job, error)

    def _asks_earlier_model(self, job: Job) -> bool:
        """Whether a job was begun with another model than today's, whose faults concern it alone."""
        today = self._cleaning.access.settings
        return (job.settings.provider, job.settings.model) != (today.provider, today.model)

    def handle_chunk_fault(self, open_job: OpenJob, error: BaseException) -> None:
        """Something went wrong with a chunk: its plan is read or made anew, or the fault is judged."""
        if open_job.job.gone:
            return  # the job is forgotten at the next look, and that is said then
        if isinstance(error, JobError) and open_job.job.plan_changed:
            if not open_job.plan_changed:
                log.warning("changed job=%s its plan is read or made anew", shown(open_job.job.name))
            open_job.plan_changed = True
        else:
            self._name_todays_model(open_job.job, error)
            self._failures.handle_fault(open_job, error)

    def _name_todays_model(self, job: Job, error: BaseException) -> None:
        """Let an error say that today's model can go on, where the one a job was begun with is gone."""
        if not isinstance(error, ServiceError) or not error.of_model or not self._asks_earlier_model(job):
            return
        today = self._cleaning.access.settings
        if job.settings.provider == today.provider:
            error.mend = f"The job was begun with it: `retry` has {today.model} clean what is left"
            keeps_model = job.ticket.flagged is not None and job.ticket.flagged.model
            error.mend += "." if keeps_model else ", `retry --fresh` has it clean all."

    def give_up_extras(self, open_job: OpenJob) -> bool:
        """Do without the missing extras of a job that has waited long; whether there were any to give up."""
        return self._has_waited_enough(open_job) and self._give_up_missing(open_job)

    def _has_waited_enough(self, open_job: OpenJob) -> bool:
        """Whether a cleaned transcript has waited long for its extras, while the service is held.

        Time spent paused does not count: whoever paused it knows that it waits. A job that was found at the
        start has waited since its last chunk was saved, since a nightly `once` does not run for an hour.
        """
        if self._admission.held is None or self._admission.paused() is not None:
            open_job.held_since = None
            return False
        now = time.monotonic()
        if open_job.held_since is None:
            open_job.held_since = now
        waited = now - open_job.held_since
        if open_job.again:
            waited = max(waited, time.time() - open_job.job.last_saved_at)
        return waited >= _EXTRAS_WAIT_SECONDS

    def _give_up_missing(self, open_job: OpenJob) -> bool:
        """Give up the missing extras that are not just being asked for; whether there were any."""
        job, lane, held = open_job.job, open_job.lane, self._admission.held
        in_work = lane.in_flight if lane is not None else set()
        reason = held.reason if held is not None else "the service was held"
        given_up = [kind for kind in list(job.missing_extras) if INDEXES[kind] not in in_work]
        for kind in given_up:
            self._cleaning.give_up_extra(job, kind, f"for an hour nobody could be asked: {reason}")
        return bool(given_up)
