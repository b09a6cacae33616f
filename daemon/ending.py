"""How a job ends: delivered, rejected, discarded, or sent back to where it came from; then cleared.

Each can be repeated: cut off anywhere, it leads to the same end when it is done again. `again` says
that an earlier attempt may have got through.
"""

from __future__ import annotations

import hashlib
import logging
import os
from datetime import UTC, datetime

from daemon import result
from daemon.errors import InputError
from daemon.files import Folder, make_folders
from daemon.job import Job
from daemon.names import numbered, shown
from daemon.outbox import Outbox
from daemon.state import State

log = logging.getLogger(__name__)


class Ending:
    """The last step of jobs of one state folder, into one outbox or back into one inbox."""

    def __init__(self, state: State, outbox: Outbox, inbox_path: str) -> None:
        self._state = state
        self._outbox = outbox
        self._inbox_path = inbox_path

    def deliver(self, job: Job, *, again: bool) -> str:
        """Put the result into the outbox and clear the job; the result's path in the outbox."""
        build = result.finished(job, datetime.now(UTC))
        path = self._outbox.deliver(job.ticket.name, job.ticket.job_id, build, again=again)
        self._state.clear(job)
        log.info("delivered job=%s path=%r", shown(job.name), shown(os.path.join(self._outbox.path, path)))
        return path

    def reject(self, job: Job, error: InputError, *, again: bool) -> str:
        """Put the original and the reason into rejected/ and clear the job; the path in the outbox."""
        build = result.rejected(job, error, datetime.now(UTC))
        path = self._outbox.reject(job.ticket.name, job.ticket.job_id, build, again=again)
        self._state.clear(job)
        log.warning("rejected name=%r reason=%r", shown(job.ticket.name), error.message)
        return path

    def discard(self, job: Job, *, again: bool) -> str:
        """Put the original and what was cleaned into rejected/ and clear the job."""
        build = result.discarded(job, datetime.now(UTC))
        path = self._outbox.reject(job.ticket.name, job.ticket.job_id, build, again=again)
        self._state.clear(job)
        log.info("discarded job=%s path=%r", shown(job.name), shown(os.path.join(self._outbox.path, path)))
        return path

    def start_over(self, job: Job) -> str:
        """Put the original back into the inbox and clear the job; the path in the inbox."""
        below, last = os.path.split(job.ticket.name)
        make_folders(os.path.join(self._inbox_path, below), 0o755)
        with Folder(os.path.join(self._inbox_path, below)) as inbox:
            fd = job.folder.open(job.ticket.source)
            try:
                name = _put_back(inbox, last, fd, f".{job.ticket.job_id}.returned")
            finally:
                os.close(fd)
        self._state.clear(job)
        log.info("returned job=%s name=%r", shown(job.name), shown(os.path.join(below, name)))
        return os.path.join(below, name)


def _put_back(inbox: Folder, last: str, fd: int, hidden: str) -> str:
    """Copy an open file into the inbox under a free name; a copy already there is left to be it."""
    digest = _digest(fd)
    stem, extension = os.path.splitext(last)
    inbox.copy_in(fd, hidden, 0o644)
    for name in (numbered_stem + extension for numbered_stem in numbered(stem)):
        if inbox.link_unless_taken(hidden, name):
            return name
        if _is_same(inbox, name, digest):
            inbox.unlink(hidden)
            return name
    raise AssertionError("numbered names never end")


def _is_same(inbox: Folder, name: str, digest: str) -> bool:
    try:
        fd = inbox.open(name)
    except OSError:
        return False
    try:
        return _digest(fd) == digest
    finally:
        os.close(fd)


def _digest(fd: int) -> str:
    with open(os.dup(fd), "rb") as file:
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()
