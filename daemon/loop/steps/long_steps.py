"""The steps that take their time, each carried out in the background: a plan is made, or a job is ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from daemon.errors import InputError, ServiceError
from daemon.intake.claim import is_still_written, settle_claim
from daemon.loop.folders import Folders
from daemon.loop.lifecycle import Step
from daemon.loop.open_job import OpenJob
from daemon.loop.steps.ending import Ended, Ending
from daemon.loop.steps.planning import Planning
from daemon.store.job import FRESH, ChunkGone, Job, JobState
from daemon.system.file_names import shown

log = logging.getLogger(__name__)

_WRITTEN_SECONDS = 1.0  # between two looks at a source that somebody still writes to


class LongSteps:
    """Carries the steps out. `list_open` gives the jobs that are not over, and may be asked by any thread.

    `rejected` counts the jobs whose source could not be cleaned; `ended` is told of each that was delivered
    or rejected.
    """

    def __init__(
        self,
        folders: Folders,
        planning: Planning,
        ending: Ending,
        list_open: Callable[[], list[Job]],
        ended: Ended,
    ) -> None:
        self.rejected = 0
        self._folders = folders
        self._planning = planning
        self._ending = ending
        self._list_open = list_open
        self._ended = ended
        self._by_step: dict[Step, Callable[[OpenJob], None]] = {
            Step.PLAN: self._plan_job,
            Step.DELIVER: self._deliver_result,
            Step.REJECT: self._reject_source,
            Step.DISCARD: self._discard_job,
            Step.START_OVER: self._start_over,
        }

    def carry_out(self, open_job: OpenJob) -> None:
        """Do the step that was decided; raises InputError where the source turns out to be none."""
        self._by_step[open_job.step](open_job)

    def end_what_was_delivered(self, open_job: OpenJob) -> None:
        """Clear a job whose end lies in the outbox: its folder was restored, and would be paid for again."""
        try:
            open_job.ended = self._ending.clear_if_delivered(open_job.job)
        except (OSError, ServiceError) as error:
            log.warning("unsure job=%s whether it was delivered (%s)", shown(open_job.job.name), error)

    def _plan_job(self, open_job: OpenJob) -> None:
        """See that the source is here and nobody writes to it any more; then plan the job."""
        if self._folders.owns_outbox:  # else the source is a copy, which came from no inbox
            self._settle_claim(open_job)
        if open_job.being_written:
            open_job.not_before = time.monotonic() + _WRITTEN_SECONDS
        elif not open_job.ended:
            self._plan_or_wait(open_job)

    def _settle_claim(self, open_job: OpenJob) -> None:
        """Take in what of a job is still in the inbox, and note what became of its claim."""
        job, inbox_path = open_job.job, self._folders.inbox.path
        if not job.folder.has(job.ticket.source):
            self._folders.need_inbox()
        open_job.ended = not settle_claim(self._folders.state, inbox_path, job, self._planning.most_bytes)
        open_job.being_written = not open_job.ended and is_still_written(inbox_path, job)

    def _plan_or_wait(self, open_job: OpenJob) -> None:
        """Plan a job, unless another of the same bytes is being cleaned: then it waits for its result."""
        if open_job.waits_for_twin(self._list_open()):
            open_job.not_before = time.monotonic() + _WRITTEN_SECONDS
            return
        open_job.twin = self._planning.plan_job(open_job.job, self._list_open())
        if open_job.twin is not None:
            open_job.not_before = time.monotonic() + _WRITTEN_SECONDS
            names = shown(open_job.job.name), shown(open_job.twin.name)
            log.info("waits job=%s for=%s which is the same file and is being cleaned", *names)

    def _deliver_result(self, open_job: OpenJob) -> None:
        """Deliver a job; where a chunk or an extra turns out to be gone, it is left to be made again."""
        job = open_job.job
        if not job.seems_whole:
            job.load_progress()
        if job.state is not JobState.COMPLETE or job.missing_extras:  # a file was removed since: made again
            return
        again = _begin_attempt(open_job)
        try:
            path = self._ending.deliver_job(job, again=again)
        except ChunkGone:
            job.load_progress()
            if job.plan is not None and not job.missing and not job.missing_extras:
                raise  # it is there after all: the disk can't be trusted
            return  # the chunk, or the extra, is made again
        except FileNotFoundError:
            job.originals.need_source()
            raise
        open_job.ended = True
        self._planning.note_delivery(job, path)
        self._ended(job, path, None)

    def _reject_source(self, open_job: OpenJob) -> None:
        error = open_job.refusal
        assert error is not None
        path = self._ending.reject_job(open_job.job, error, again=_begin_attempt(open_job))
        open_job.ended = True
        self.rejected += 1
        self._ended(open_job.job, path, error)

    def _discard_job(self, open_job: OpenJob) -> None:
        again = _begin_attempt(open_job)
        if not open_job.job.folder.has(open_job.job.ticket.source):
            self._folders.need_inbox()
        self._ending.discard_job(open_job.job, again=again)
        open_job.ended = True

    def _start_over(self, open_job: OpenJob) -> None:
        _begin_attempt(open_job)
        self._folders.need_inbox()
        try:
            self._ending.start_over(open_job.job)
        except InputError:
            open_job.job.remove_marker(FRESH)  # there is no file that could be put back: it is rejected
            raise
        open_job.ended = True


def _begin_attempt(open_job: OpenJob) -> bool:
    """Note that an end is attempted from here on; whether an earlier attempt may have got through."""
    again, open_job.again = open_job.again, True
    return again
