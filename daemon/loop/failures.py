"""What went wrong with a job finds its end here: a hold for everybody, or the job's own failure."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable

from daemon.errors import ModelUnfit, ServiceError, TranscriptdError
from daemon.loop.holds import Holds
from daemon.loop.hooks import FAILED, Hooks
from daemon.loop.open_job import OpenJob
from daemon.store.job import MODEL_UNFIT
from daemon.system.file_names import shown
from daemon.system.volumes import disk_fault

log = logging.getLogger(__name__)

_UNMARKED_SECONDS = 10.0  # before a job that could not be marked as failed is tried again


class Failures:
    """Decides whom a fault concerns. Thread-safe.

    `find_lost_folder` says which of the folders is not as it was at the start. `count` is of jobs marked as
    failed.
    """

    def __init__(
        self, holds: Holds, hooks: Hooks, find_lost_folder: Callable[[], ServiceError | None]
    ) -> None:
        self.count = 0
        self._holds = holds
        self._hooks = hooks
        self._find_lost_folder = find_lost_folder
        self._one_at_a_time = threading.Lock()

    def handle_fault(self, open_job: OpenJob, error: BaseException) -> None:
        """Something went wrong with a job: hold everybody for it, or mark that job."""
        if isinstance(error, OSError):
            error = disk_fault(error) or self._find_lost_folder() or error
        if isinstance(error, ServiceError) and not error.of_model:
            open_job.not_before = time.monotonic() + error.probe_after
            self._holds.hold_for_write(error, open_job)
            return
        if isinstance(error, ServiceError) and open_job.job.untouched:
            return  # asked under settings that are no longer today's: it is about to be planned anew
        with self._one_at_a_time:
            self._mark_failed(open_job, error)

    def postpone_job(self, open_job: OpenJob) -> None:
        """The job could not be marked as failed: it is tried again in a while."""
        open_job.not_before = time.monotonic() + _UNMARKED_SECONDS

    def _mark_failed(self, open_job: OpenJob, error: BaseException) -> None:
        """Write down why a job can't go on, and say it once, though several of its chunks fail at once."""
        job, asked_by = open_job.job, open_job.asked_by
        name = shown(job.name)
        if isinstance(error, TranscriptdError):
            reason = shown(str(error))
            if job.failure() == reason and asked_by is None:
                return
            log.error("failed job=%s reason=%r", name, reason)
        else:
            reason = f"A bug stopped this job ({type(error).__name__}); the log says where."
            where = "".join(traceback.format_tb(error.__traceback__))  # no message: it may hold text
            log.error("failed job=%s bug=%s\n%s", name, type(error).__name__, where)
        self.count += 1
        open_job.refusal = None
        try:
            if isinstance(error, ServiceError):
                job.fail_by_model(reason)
            elif isinstance(error, ModelUnfit):
                job.fail_by_model(reason, MODEL_UNFIT)
            else:
                job.fail(reason)
            if asked_by is not None:  # a person may ask again; it is not tried again by itself
                job.unmark(asked_by)
        except OSError as second:
            log.error("failed job=%s can't be marked (%s)", name, second.strerror)
            self.postpone_job(open_job)
        else:
            self._hooks.later(FAILED, job.folder.path, job.name, reason)
