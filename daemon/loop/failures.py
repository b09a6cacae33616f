"""Decides what comes of a fault: a hold for everybody, or the failure of one job."""

from __future__ import annotations

import logging
import threading
import time

from daemon.errors import ModelUnfit, ServiceError, TranscriptdError, locate_briefly, locate_bug
from daemon.loop.folders import Folders
from daemon.loop.holds import Holds
from daemon.loop.hooks import FAILED, Hooks
from daemon.loop.open_job import OpenJob
from daemon.store.failure import DISK_FAULT, MODEL_UNFIT, NO_MEMORY
from daemon.store.job import Job
from daemon.system.disk_faults import disk_fault, is_too_large, is_worth_another_try, job_fault
from daemon.system.file_names import shown
from daemon.system.process.own_files import is_own, were_replaced
from daemon.system.process.resources import is_no_memory

log = logging.getLogger(__name__)

_UNMARKED_SECONDS = 10.0  # before a job that could not be marked as failed is tried again
_TRIES = 4  # of a step that a share or the system refuses for a moment, before anybody is told
_FIRST_TRY_SECONDS = 0.5  # before the first of them; each wait is twice the one before
_AGAIN_SECONDS = 60.0  # before a job that failed at a disk is tried again by itself
_LONGEST_AGAIN_SECONDS = 3600.0  # for want of memory; each wait is twice the one before: it may never fit
_LACKS_MEMORY = (
    "There was not enough memory for this job, or a limit left too little. Close other programs, or raise "
    "the limit (MemoryMax=, ulimit -v); "
)
_ASK_AGAIN = "then run `transcriptd retry`."
_BY_ITSELF = "it is tried again by itself, after an hour at most."


class Failures:
    """Decides whom a fault concerns; thread-safe. `count` is how many jobs have failed in this run."""

    def __init__(self, holds: Holds, hooks: Hooks, folders: Folders) -> None:
        self.count = 0
        self._holds = holds
        self._hooks = hooks
        self._folders = folders
        self._one_at_a_time = threading.Lock()

    def handle_fault(self, open_job: OpenJob, error: BaseException) -> None:
        """Something went wrong with a job: hold everybody for it, or mark that job."""
        error = _blame_upgrade(error)
        passing = _find_what_may_pass(open_job, error)
        if isinstance(error, OSError):
            if self._tries_again_soon(open_job, error):
                return
            error = self._judge_disk(open_job, error)
        if isinstance(error, ServiceError) and not error.of_model:
            open_job.not_before = time.monotonic() + error.probe_after
            self._holds.hold_for_write(error, open_job)
            return
        if isinstance(error, ServiceError) and open_job.job.untouched:
            return  # asked under settings that are no longer today's: it is about to be planned anew
        with self._one_at_a_time:
            self._mark_failed(open_job, error, passing)

    def _judge_disk(self, open_job: OpenJob, error: OSError) -> TranscriptdError:
        """Tell whom a disk error concerns: everybody, or one job where only its results go to that disk.

        A job whose source, plan or result is too large fails alone; smaller files may fit.
        """
        on_inner_mount = isinstance(error.filename, str) and self._folders.lies_on_inner_mount(error.filename)
        if on_inner_mount or is_too_large(error):
            return job_fault(error)
        tries = max(0, open_job.disk_tries - _TRIES)
        return self._folders.find_lost() or disk_fault(error, tries) or job_fault(error)

    def step_succeeded(self, open_job: OpenJob) -> None:
        """A step that reads and writes has succeeded: the disk works."""
        open_job.disk_tries = open_job.memory_tries = 0
        self._holds.end_failed_write(open_job)

    def _tries_again_soon(self, open_job: OpenJob, error: OSError) -> bool:
        """Whether the disk, a share or the system may only have been busy for a moment; waits that long."""
        if not is_worth_another_try(error):
            return False
        open_job.disk_tries += 1
        if open_job.disk_tries > _TRIES:
            return False
        wait = _FIRST_TRY_SECONDS * 2.0 ** (open_job.disk_tries - 1)
        open_job.not_before = time.monotonic() + wait
        log.info("again job=%s in %.1f s (%s)", shown(open_job.job.name), wait, error.strerror)
        return True

    def postpone_job(self, open_job: OpenJob) -> None:
        """The job could not go on, nor be marked as failed: it is tried again in a while."""
        open_job.not_before = time.monotonic() + _UNMARKED_SECONDS

    def _rest_unmarked(self, open_job: OpenJob, reason: str) -> None:
        """A job could not be marked as failed: it rests as if it were, and is tried again in a while."""
        open_job.unmarked = reason
        open_job.again_at = time.monotonic() + _UNMARKED_SECONDS
        if open_job.lane is None:  # else its chunks are stopped at once: their answers can't be saved
            self.postpone_job(open_job)

    def _mark_failed(self, open_job: OpenJob, error: BaseException, passing: str | None) -> None:
        """Write down why a job can't go on, and say it once, though several of its chunks fail at once.

        With `passing`, the marker of a cause that may be over soon, it is tried again by itself.
        """
        if open_job.asked_by is not None:  # a person may ask again; it is not tried again by itself
            passing = None
        job, reason = open_job.job, _describe_failure(error, passing)
        if isinstance(error, TranscriptdError) and _is_marked_already(open_job, reason):
            return
        is_known = passing is not None and open_job.said == reason
        if not is_known:
            _log_failure(job, reason, error)
            self.count += 1
        open_job.said = reason
        open_job.refusal = None
        if passing is not None:
            open_job.again_at = time.monotonic() + _choose_wait(open_job, passing)
        try:
            _write_failure(job, reason, error, passing)
            if open_job.asked_by is not None:
                job.remove_marker(open_job.asked_by)
        except OSError as second:
            if not is_known:
                log.error("failed job=%s can't be marked (%s)", shown(job.name), second.strerror)
            self._rest_unmarked(open_job, reason)
        else:
            open_job.unmarked = ""
            if not is_known:
                self._hooks.run_later(FAILED, job.folder.path, job.name, reason)


def _is_marked_already(open_job: OpenJob, reason: str) -> bool:
    """Whether another chunk marked the job first; its reason may differ, as in the sum that it names."""
    earlier = open_job.unmarked or open_job.job.failure.find_reason()
    if open_job.asked_by is not None or earlier is None:
        return False
    return earlier == reason or not open_job.job.failure.may_be_over


def _find_what_may_pass(open_job: OpenJob, error: BaseException) -> str | None:
    """The marker of what stopped a job where that may be over soon; None for anything else.

    Too little memory while chunks are cleaned is not: an answer that was lost may have been paid for.
    """
    if isinstance(error, OSError):
        return DISK_FAULT
    asks_nothing = open_job.busy or open_job.lane is None
    return NO_MEMORY if asks_nothing and is_no_memory(error) else None


def _choose_wait(open_job: OpenJob, passing: str) -> float:
    """In how many seconds a job that failed is tried again by itself; counts how often memory was short."""
    if passing == DISK_FAULT:
        return _AGAIN_SECONDS
    open_job.memory_tries += 1
    return min(_LONGEST_AGAIN_SECONDS, _AGAIN_SECONDS * 2.0 ** min(open_job.memory_tries - 1, 10))


def _describe_failure(error: BaseException, passing: str | None) -> str:
    """Why a job can't go on, as FAILED says it; what is no error of ours is a bug."""
    if isinstance(error, TranscriptdError):
        return shown(str(error))
    if is_no_memory(error):
        return _LACKS_MEMORY + (_ASK_AGAIN if passing is None else _BY_ITSELF)
    return "A bug stopped this job; the log says where."


def _log_failure(job: Job, reason: str, error: BaseException) -> None:
    if isinstance(error, TranscriptdError):
        log.error("failed job=%s reason=%r", shown(job.name), reason)
    elif is_no_memory(error):
        where = locate_briefly(error)
        log.error("failed job=%s reason=%r by=%s at=%r", shown(job.name), reason, type(error).__name__, where)
    else:
        log.error("failed job=%s bug=%s\n%s", shown(job.name), type(error).__name__, locate_bug(error))


def _write_failure(job: Job, reason: str, error: BaseException, passing: str | None) -> None:
    """Mark the job as failed, in the way that tells what may bring it on again."""
    if passing is not None:
        job.failure.mark_passing(reason, passing)
    elif isinstance(error, ServiceError):
        job.failure.mark_by_model(reason)
    elif isinstance(error, ModelUnfit):
        job.failure.mark_by_model(reason, MODEL_UNFIT)
    else:
        job.failure.mark(reason)


def _blame_upgrade(error: BaseException) -> BaseException:
    """The fault; where it is a bug and the program's own files were replaced, one that holds everybody."""
    at_our_files = not isinstance(error, OSError) or is_own(error.filename)
    is_told = isinstance(error, TranscriptdError) or is_no_memory(error)
    if is_told or not at_our_files or not were_replaced():
        return error
    return ServiceError(
        "The program was replaced by another version while it ran.",
        "Restart it; work goes on where it was.",
    )
