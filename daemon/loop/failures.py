"""What went wrong with a job finds its end here: a hold for everybody, or the job's own failure."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable

from daemon.errors import ServiceError, TranscriptdError
from daemon.loop.holds import Holds
from daemon.loop.hooks import FAILED, Hooks
from daemon.loop.lifecycle import Entry
from daemon.system.file_names import shown
from daemon.system.volumes import disk_fault

log = logging.getLogger(__name__)

_UNMARKED_SECONDS = 10.0  # before a job that could not be marked as failed is tried again


class Failures:
    """Thread-safe. `lost` says which of the folders is not as it was; `count` is of jobs marked as failed."""

    def __init__(self, holds: Holds, hooks: Hooks, lost: Callable[[], ServiceError | None]) -> None:
        self.count = 0
        self._holds = holds
        self._hooks = hooks
        self._lost = lost
        self._one_at_a_time = threading.Lock()

    def failed(self, entry: Entry, error: BaseException) -> None:
        """Something went wrong with a job: hold everybody for it, or mark that job."""
        if isinstance(error, OSError):
            error = disk_fault(error) or self._lost() or error
        if isinstance(error, ServiceError) and not error.of_model:
            entry.not_before = time.monotonic() + error.probe_after
            self._holds.stumble(error, entry)
            return
        if isinstance(error, ServiceError) and entry.job.untouched:
            return  # asked under settings that are no longer today's: it is about to be planned anew
        with self._one_at_a_time:
            self._mark(entry, error)

    def later(self, entry: Entry) -> None:
        """The job could not be marked as failed: it is tried again in a while."""
        entry.not_before = time.monotonic() + _UNMARKED_SECONDS

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
        self.count += 1
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
            self.later(entry)
        else:
            self._hooks.later(FAILED, entry.job.folder.path, entry.job.name, reason)
