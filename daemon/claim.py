"""The claim: how a file leaves the inbox and becomes a job, so that it is always in one of the two.

    make state/<job>/ and its ticket -> rename the source in

Where rename can't do that (another filesystem, a file that is not ours or has other links):

    rename to .<job id>.claimed within the inbox -> copy in -> unlink

Cut off at any point, `settle` leads to the same end on the next start.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
from datetime import UTC, datetime

from daemon.errors import ServiceError
from daemon.files import Folder
from daemon.inbox import Candidate, Inbox, being_written, unchanged
from daemon.job import Job
from daemon.names import shown
from daemon.state import State
from daemon.ticket import Ticket

log = logging.getLogger(__name__)


def claim(state: State, inbox: Inbox, candidate: Candidate) -> Job | None:
    """Take a settled file out of the inbox; None when it is gone, changed or still being written.

    The job that comes back is not to be read before `settle` has said that its source is there. Raises
    OSError where the file can't be moved; it is then still in the inbox, and there is no job.
    """
    folder_name, name = os.path.split(candidate.path)
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(_below(inbox.path, folder_name))
            fd = folder.open(name)
        except FileNotFoundError:
            inbox.forget(candidate)
            return None
        except OSError as error:
            inbox.refuse(candidate, error.strerror or "it can't be read")
            return None
        stack.callback(os.close, fd)
        if not unchanged(folder, name, candidate) or not _released(inbox, candidate, fd):
            return None
        found = os.fstat(fd)
        ticket = Ticket.new(candidate.path.replace(os.sep, "/"), found.st_mtime_ns, datetime.now(UTC))
        job = state.admit(ticket)
        try:
            _take(folder, name, job, plain=found.st_nlink == 1 and found.st_uid == os.geteuid())
        except OSError as error:
            if folder.has(name):  # nothing was moved yet
                state.undo(job)
                if error.errno != errno.EROFS:
                    raise
                inbox.refuse(candidate, "its folder is read-only")  # state is not, or there were no job
                return None
            log.warning("unfinished claim job=%s %s", shown(job.name), error.strerror)
        else:
            log.info("claimed name=%r job=%s", shown(candidate.path), shown(job.name))
        inbox.forget(candidate)
        return job


def settle(state: State, inbox_path: str, job: Job) -> bool:
    """Make sure that a claimed job has its source. False: the claim never happened and is undone.

    Repeats what an interruption cut off; harmless where nothing was. Raises ServiceError while the
    inbox, where the source may still be, is not there.
    """
    try:
        folder = _below(inbox_path, os.path.dirname(job.ticket.name))
    except (FileNotFoundError, NotADirectoryError):
        claimed = False
    else:
        with folder:
            claimed = folder.has(_claimed_name(job))
            if claimed:
                _copy_in(folder, _claimed_name(job), job)
    if claimed:
        return True
    if job.folder.has(job.ticket.source):
        job.make_private()
        return True
    if not os.path.isdir(inbox_path):
        raise ServiceError(
            f"The inbox {inbox_path} is not there.", "Mount it or make it again.", probe_after=5
        )
    state.undo(job)
    return False


def still_written(job: Job) -> bool:
    """Whether the source is still on its way: not copied in yet, or open in a writer's hands."""
    if not job.folder.has(job.ticket.source):
        return True
    fd = job.folder.open(job.ticket.source)
    try:
        return being_written(fd) is True
    finally:
        os.close(fd)


def _take(folder: Folder, name: str, job: Job, *, plain: bool) -> None:
    if plain:
        try:
            folder.move(name, job.folder, job.ticket.source)
            return
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
    folder.move(name, folder, _claimed_name(job))
    _copy_in(folder, _claimed_name(job), job)


def _copy_in(folder: Folder, claimed: str, job: Job) -> None:
    fd = folder.open(claimed)
    try:
        if being_written(fd) is True:
            return
        before = os.fstat(fd)
        job.folder.copy_in(fd, job.ticket.source)
        after = os.fstat(fd)
    finally:
        os.close(fd)
    if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
        folder.unlink(claimed)
        folder.fsync()


def _claimed_name(job: Job) -> str:
    return f".{job.ticket.job_id}.claimed"


def _released(inbox: Inbox, candidate: Candidate, fd: int) -> bool:
    written = being_written(fd)
    if written is None:
        return inbox.settled_without_lease(candidate)
    if written:
        inbox.touch(candidate)
    return not written


def _below(top: str, relative: str) -> Folder:
    """A folder below `top`, opened step by step so that no link leads out of it; the caller closes it."""
    folder = Folder(top)
    for part in filter(None, relative.split("/")):
        with folder as outer:
            folder = outer.sub(part)
    return folder
