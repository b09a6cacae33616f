"""Originals that go back into the inbox, and the unfinished copies that interrupted returns left there."""

from __future__ import annotations

import contextlib
import logging
import os
import re

from daemon.intake.claim import need_inbox
from daemon.intake.inbox import MAX_DEPTH
from daemon.settings.config import Root
from daemon.store.job import Job
from daemon.system.digest import digest_of_file
from daemon.system.file_names import numbered
from daemon.system.files import Folder, is_another
from daemon.system.files import below as opened_below

log = logging.getLogger(__name__)


# What the copies are called while they are made, by a job that starts over and by the command `redo`.
_COPY = re.compile(r"\.(?:(\d{8}T\d{6}-[0-9a-f]{8})\.returned|redo-(\d+)(?:\.[^.]*)?)")


_ORIGINAL = re.compile(r"\.(\d{8}T\d{6}-[0-9a-f]{8})(?:\.beside(\.[a-z0-9]+)?)?\.claimed")


def sweep_inbox(path: str, open_jobs: set[str]) -> None:
    """Remove from the inbox what interrupted returns left there: hidden copies, never an original.

    An original that was being claimed for a job of which nothing is known any more is shown again, under
    that job's id: how it was called is not known either.
    """
    for walked, inner, _ in os.walk(path):
        deep = os.path.relpath(walked, path).count(os.sep) + 1 >= MAX_DEPTH  # nothing is taken from below
        inner[:] = [name for name in inner if not name.startswith(".") and not deep]
        with contextlib.suppress(OSError), Folder(walked) as folder:
            folder.sweep(shared=True)
            for found in filter(None, map(_COPY.fullmatch, folder.names())):
                job_id, pid = found.groups()
                if job_id not in open_jobs and not (pid and is_another(int(pid))):
                    folder.unlink(found[0])
            for found in filter(None, map(_ORIGINAL.fullmatch, folder.names())):
                name = found[1] + (found[2] or "")
                if found[1] not in open_jobs and folder.link_unless_taken(found[0], name):
                    log.warning("shown again name=%s its job is not to be read", name)


def put_back_original(job: Job, kept: str, inbox: Folder, last: str) -> str:
    """Copy an original into the inbox under a free name; a copy already there is left to be it."""
    hidden = f".{job.ticket.job_id}.returned"
    stem, extension = os.path.splitext(last)
    fd = job.folder.open(kept)
    try:
        digest = digest_of_file(fd)
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
        return digest_of_file(fd) == digest
    finally:
        os.close(fd)


def put_back_result(root: Root, source: str, result: Folder, originals: list[str]) -> str:
    """Copy a result's originals into the inbox, under a stem that no result has yet; the first one's name.

    `source` is the path inside inbox that the result was made from; `originals` are names in the
    result's folder, that of the source first.
    """
    need_inbox(root.inbox)
    first, *others = originals
    below, last = os.path.split(source)
    stem, extension = os.path.splitext(last)
    with opened_below(root.inbox, below, make=True) as inbox:
        for free in numbered(stem):
            if os.path.lexists(os.path.join(root.outbox, below, free)):
                continue
            if _copied(result, first, inbox, free + extension):
                break
        for name in others:
            _copied(result, name, inbox, free + os.path.splitext(name)[1])
    return os.path.join(below, free + extension)


def _copied(result: Folder, name: str, inbox: Folder, as_name: str) -> bool:
    """Copy a file into the inbox; False, and nothing is left, where the name is taken."""
    hidden = f".redo-{os.getpid()}{os.path.splitext(as_name)[1]}"
    fd = result.open(name)
    try:
        inbox.copy_in(fd, hidden, 0o644)
    finally:
        os.close(fd)
    if inbox.link_unless_taken(hidden, as_name):
        return True
    inbox.unlink(hidden)
    return False
