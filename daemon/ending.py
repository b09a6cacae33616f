"""How a job ends: delivered, rejected, discarded, or sent back to where it came from; then cleared.

Each can be repeated: cut off anywhere, it leads to the same end when it is done again. `again` says
that an earlier attempt may have got through.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
from datetime import UTC, datetime

from daemon import claim, result
from daemon.claim import need_inbox, settle
from daemon.errors import InputError
from daemon.files import Folder, is_another
from daemon.hooks import DONE, REJECTED, Hooks
from daemon.inbox import MAX_DEPTH
from daemon.job import Job
from daemon.names import numbered, shown
from daemon.outbox import Outbox
from daemon.state import State

log = logging.getLogger(__name__)

# What the copies are called while they are made, by a job that starts over and by the command `redo`.
_COPY = re.compile(r"\.(?:(\d{8}T\d{6}-[0-9a-f]{8})\.returned|redo-(\d+)(?:\.[^.]*)?)")
_ORIGINAL = re.compile(r"\.(\d{8}T\d{6}-[0-9a-f]{8})(?:\.beside(\.[a-z0-9]+)?)?\.claimed")


class Ending:
    """The last step of jobs of one state folder, into one outbox or back into one inbox."""

    def __init__(self, state: State, outbox: Outbox, inbox_path: str, hooks: Hooks | None = None) -> None:
        self._state = state
        self._outbox = outbox
        self._inbox_path = inbox_path
        self._hooks = hooks or Hooks(None, None)

    def deliver(self, job: Job, *, again: bool) -> str:
        """Put the result into the outbox and clear the job; the result's path in the outbox."""
        build = result.finished(job, datetime.now(UTC))
        on_top = result.on_top(job)
        path = self._outbox.deliver(job.ticket.name, job.ticket.job_id, build, again=again, on_top=on_top)
        whole = os.path.join(self._outbox.path, path)
        self._hooks.now(DONE, whole, job.name)  # before the clearing: at least once
        self._state.clear(job)
        log.info("delivered job=%s path=%r", shown(job.name), shown(whole))
        return path

    def reject(self, job: Job, error: InputError, *, again: bool) -> str:
        """Put the original and the reason into rejected/ and clear the job; the path in the outbox."""
        build = result.rejected(job, error, datetime.now(UTC))
        path = self._outbox.reject(job.ticket.name, job.ticket.job_id, build, again=again)
        self._hooks.now(REJECTED, os.path.join(self._outbox.path, path), job.name, str(error))
        self._state.clear(job)
        log.warning("rejected name=%r reason=%r", shown(job.ticket.name), error.message)
        return path

    def discard(self, job: Job, *, again: bool) -> str | None:
        """Put the original and what was cleaned into rejected/ and clear the job; the path in the outbox.

        None where its claim never happened: the original is still in the inbox, and there is no job.
        """
        if not settle(self._state, self._inbox_path, job):
            return None
        build = result.discarded(job, datetime.now(UTC))
        path = self._outbox.reject(job.ticket.name, job.ticket.job_id, build, again=again)
        self._state.clear(job)
        log.info("discarded job=%s path=%r", shown(job.name), shown(os.path.join(self._outbox.path, path)))
        return path

    def start_over(self, job: Job) -> str | None:
        """Put the original back into the inbox and clear the job; the path in the inbox.

        A job that had come to its end already is cleared and nothing else; the path in the outbox.
        None where its claim never happened: the original is still in the inbox, and there is no job.
        """
        if not settle(self._state, self._inbox_path, job):
            return None
        if (ended := self._outbox.ended(job.ticket.name, job.ticket.job_id)) is not None:
            self._state.clear(job)
            return ended
        self._outbox.abandon(job.ticket.job_id)
        below, last = os.path.split(job.ticket.name)
        need_inbox(self._inbox_path)
        with claim.below(self._inbox_path, below, make=True) as inbox:
            (_, source), *others = job.originals()
            name = _put_back(job, source, inbox, last)
            stem = os.path.splitext(name)[0]
            for other, kept in others:
                _put_back(job, kept, inbox, stem + os.path.splitext(other)[1])
        self._state.clear(job)
        log.info("returned job=%s name=%r", shown(job.name), shown(os.path.join(below, name)))
        return os.path.join(below, name)


def sweep_inbox(path: str, open_jobs: set[str]) -> None:
    """Remove from the inbox what interrupted returns left there: hidden copies, never an original.

    An original that was being claimed for a job of which nothing is known any more is shown again, under
    that job's id: how it was called is not known either.
    """
    for below, inner, _ in os.walk(path):
        deep = os.path.relpath(below, path).count(os.sep) + 1 >= MAX_DEPTH  # nothing is taken from below
        inner[:] = [name for name in inner if not name.startswith(".") and not deep]
        with contextlib.suppress(OSError), Folder(below) as folder:
            folder.sweep(shared=True)
            for found in filter(None, map(_COPY.fullmatch, folder.names())):
                job_id, pid = found.groups()
                if job_id not in open_jobs and not (pid and is_another(int(pid))):
                    folder.unlink(found[0])
            for found in filter(None, map(_ORIGINAL.fullmatch, folder.names())):
                name = found[1] + (found[2] or "")
                if found[1] not in open_jobs and folder.link_unless_taken(found[0], name):
                    log.warning("shown again name=%s its job is not to be read", name)


def _put_back(job: Job, kept: str, inbox: Folder, last: str) -> str:
    """Copy an original into the inbox under a free name; a copy already there is left to be it."""
    hidden = f".{job.ticket.job_id}.returned"
    stem, extension = os.path.splitext(last)
    fd = job.folder.open(kept)
    try:
        digest = _digest(fd)
        inbox.copy_in(fd, hidden, 0o644)
    finally:
        os.close(fd)
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
