"""Originals that go back into the inbox, and the unfinished copies that interrupted returns left there.

There is one way back, whoever asks for it: copy under a hidden name, then link that copy to the first
free name, which the system refuses where it is taken. A job that starts over knows its copies by their
bytes, so that it puts none there twice however often it is cut off.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence

from daemon.intake.claim import need_inbox
from daemon.intake.inbox import MAX_DEPTH
from daemon.settings.config import Root
from daemon.store.job import Job
from daemon.system.digest import digest_of_file
from daemon.system.file_names import numbered
from daemon.system.files import Folder, is_another
from daemon.system.files import below as opened_below
from daemon.system.hidden_names import HiddenName, Use

log = logging.getLogger(__name__)

_READABLE = 0o644  # as other people's programs leave files in the inbox

_Originals = Sequence[tuple[str, str]]
"""What is to go back, the source first: the name each was dropped under, and its name where it lies."""


def put_back_job(job: Job, inbox_path: str) -> str:
    """Copy a job's originals into the inbox under free names; the source's path there.

    A copy that is there already, of an earlier attempt, is left to be it. Raises ServiceError while the
    inbox is not there.
    """
    below, _ = os.path.split(job.ticket.name)
    hidden = HiddenName(Use.RETURNED, job.ticket.job_id).build()
    need_inbox(inbox_path)
    with opened_below(inbox_path, below, make=True) as inbox:
        return os.path.join(below, _put_back(job.folder, job.originals(), inbox, hidden, same_will_do=True))


def put_back_result(root: Root, source: str, result: Folder, originals: list[str]) -> str:
    """Copy a result's originals into the inbox, under a stem that no result has yet; the source's path there.

    `source` is the path inside inbox that the result was made from; `originals` are names in the
    result's folder, that of the source first. Raises ServiceError while the inbox is not there.
    """
    below, last = os.path.split(source)
    stem = os.path.splitext(last)[0]
    hidden = HiddenName(Use.REDO, str(os.getpid())).build()
    dropped = [(last, originals[0])]
    dropped += [(stem + os.path.splitext(name)[1], name) for name in originals[1:]]
    extensions = [os.path.splitext(name)[1] for name, _ in dropped]
    need_inbox(root.inbox)
    with opened_below(root.inbox, below, make=True) as inbox:

        def is_free(stem: str) -> bool:
            if os.path.lexists(os.path.join(root.outbox, below, stem)):
                return False
            return not any(inbox.has(stem + extension) for extension in extensions)

        return os.path.join(below, _put_back(result, dropped, inbox, hidden, is_free=is_free))


def _put_back(
    folder: Folder,
    originals: _Originals,
    inbox: Folder,
    hidden: str,
    *,
    is_free: Callable[[str], bool] = lambda stem: True,
    same_will_do: bool = False,
) -> str:
    """Copy originals from a folder into the inbox; what the source is called there now.

    The others take its stem. `is_free` says whether a stem may be used at all.
    """
    (first, kept), *others = originals
    stem, extension = os.path.splitext(first)
    names = (free + extension for free in numbered(stem) if is_free(free))
    name = _copy_to_first_free(folder, kept, inbox, hidden, names, same_will_do=same_will_do)
    stem = os.path.splitext(name)[0]
    for other, other_kept in others:
        extension = os.path.splitext(other)[1]
        names = (free + extension for free in numbered(stem))
        _copy_to_first_free(folder, other_kept, inbox, hidden, names, same_will_do=same_will_do)
    return name


def _copy_to_first_free(
    folder: Folder, kept: str, inbox: Folder, hidden: str, names: Iterator[str], *, same_will_do: bool
) -> str:
    """Copy a file into the inbox under the first of these names that is free; that name.

    With `same_will_do`, a file of such a name that holds the same bytes is taken for the copy.
    """
    fd = folder.open(kept)
    try:
        sha256 = digest_of_file(fd)
        inbox.copy_in(fd, hidden, _READABLE)
    finally:
        os.close(fd)
    for name in names:
        if inbox.link_unless_taken(hidden, name):
            return name
        if same_will_do and _holds(inbox, name, sha256):
            inbox.unlink(hidden)
            return name
    raise AssertionError("numbered names never end")


def _holds(inbox: Folder, name: str, sha256: str) -> bool:
    """Whether a name in the inbox is a file of these bytes."""
    try:
        fd = inbox.open(name)
    except OSError:
        return False
    try:
        return digest_of_file(fd) == sha256
    finally:
        os.close(fd)


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
            for name in folder.names():
                hidden = HiddenName.parse(name)
                if hidden is not None:
                    _sweep_one(folder, name, hidden, open_jobs)


def _sweep_one(folder: Folder, name: str, hidden: HiddenName, open_jobs: set[str]) -> None:
    """Remove, or show again, what nobody works on any more."""
    if hidden.use is Use.REDO:
        if not is_another(int(hidden.owner)):
            folder.unlink(name)
    elif hidden.owner in open_jobs:
        return
    elif hidden.use is Use.RETURNED:
        folder.unlink(name)
    elif hidden.use is Use.CLAIMED:
        visible = hidden.owner + os.path.splitext(hidden.detail)[1]
        if folder.link_unless_taken(name, visible):
            log.warning("shown again name=%s its job is not to be read", visible)
