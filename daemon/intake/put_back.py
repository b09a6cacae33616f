"""Originals that go back into the inbox, and the unfinished copies that interrupted returns left there.

There is one way back, whoever asks for it: copy under a hidden name, then link that copy to its name, which
the system refuses where it is taken. A job that starts over takes the first free name, and knows its copies
by their bytes, so that it puts none there twice however often it is cut off. What comes from a result keeps
its name, for that tells its title, its link and which sidecar is its own.
"""

from __future__ import annotations

import contextlib
import logging
import os
import stat
import time
from collections.abc import Iterable, Sequence

from daemon.errors import UsageError
from daemon.intake.claim import need_inbox
from daemon.intake.inbox import MAX_DEPTH, READABLE, is_other_format
from daemon.intake.redo_mark import sweep_redo_mark, write_redo_mark
from daemon.settings.sidecar import is_sidecar
from daemon.store.job import Job
from daemon.store.ticket import Flagged
from daemon.system.digest import digest_of_file
from daemon.system.file_names import numbered_file, shown
from daemon.system.files import Folder
from daemon.system.hidden_names import HiddenName, Use
from daemon.system.paths import open_below
from daemon.system.process.folder_lock import lock_file
from daemon.system.process.other_processes import is_another
from daemon.system.volumes.mounts import mount_of

log = logging.getLogger(__name__)

FORGOTTEN_SECONDS = 3600.0  # after so long, an original hidden by nobody we know is shown again

_Originals = Sequence[tuple[str, str]]
"""What is to go back: the name each was dropped under, and its name where it lies."""


def put_back_job(job: Job, inbox_path: str) -> str:
    """Copy a job's originals into the inbox under free names; the source's path there.

    A copy that an earlier attempt left there is taken for it. Raises ServiceError while the
    inbox is not there.
    """
    below, _ = os.path.split(job.ticket.name)
    hidden = HiddenName(Use.RETURNED, job.ticket.job_id).build()
    need_inbox(inbox_path)
    with open_below(inbox_path, below, make=True) as inbox:
        return os.path.join(below, _put_back(job, inbox, hidden))


def put_back_result(
    inbox_path: str,
    source: str,
    result: Folder,
    originals: Sequence[str],
    redo_of: Iterable[str],
    flagged: Flagged | None,
) -> list[str]:
    """Copy a result's originals into the inbox, under the names they were dropped under; their paths there.

    `source` is the path inside inbox that the result was made from; `originals` are names in the result's
    folder, that of the source first. `redo_of` are the ids of the jobs of all results that there are of it:
    they do not keep it from being cleaned again. With `flagged`, only what was not cleaned is. A sidecar that
    waits in the inbox goes before the result's own, which stays where it is. Raises UsageError where another
    file of such a name waits in the inbox, and ServiceError while the inbox is not there.
    """
    below, last = os.path.split(source)
    need_inbox(inbox_path)
    with open_below(inbox_path, below, make=True) as inbox:
        dropped = _choose_originals(inbox, last, originals)
        _require_free_names(inbox, below, [name for name, _ in dropped])
        write_redo_mark(inbox, last, redo_of, flagged)
        _drop_copies(result, dropped, inbox)
    return [os.path.join(below, name) for name, _ in dropped]


def _choose_originals(inbox: Folder, last: str, originals: Sequence[str]) -> _Originals:
    """Which of a result's originals go back, and under which names; `last` is that of the source.

    A sidecar comes first: it is taken in with its transcript. One that waits in the inbox goes before it.
    """
    stem = os.path.splitext(last)[0]
    named = [(stem + os.path.splitext(kept)[1], kept) for kept in originals[1:]]
    sidecars = [one for one in named if is_sidecar(one[0]) and not inbox.has(one[0])]
    return [*sidecars, (last, originals[0]), *(one for one in named if not is_sidecar(one[0]))]


def _require_free_names(inbox: Folder, below: str, names: Sequence[str]) -> None:
    """Raise UsageError where a file waits under one of these names, or would be taken for one with them."""
    what_now = "Nothing was put back; let that one be cleaned, or take it away."
    for name in names:
        if inbox.has(name):
            raise UsageError(f"{shown(os.path.join(below, name))} waits in the inbox already.", what_now)
    for name in names:
        other = _find_other_format(inbox, name)
        if other is not None:
            raise UsageError(
                f"{shown(os.path.join(below, other))} waits in the inbox, and {shown(name)} would be taken"
                " for another format of it.",
                what_now,
            )


def _find_other_format(inbox: Folder, name: str) -> str | None:
    """A file in the inbox with which one of this name would be taken for one transcript, None without."""
    return next((other for other in inbox.names() if is_other_format(name, other)), None)


def _drop_copies(result: Folder, dropped: _Originals, inbox: Folder) -> None:
    """Copy originals of a result into the inbox under hidden names, then show all of them."""
    hidden = [HiddenName(Use.REDO, str(os.getpid()), f".{place}").build() for place in range(len(dropped))]
    try:
        for (_, kept), copy in zip(dropped, hidden, strict=True):
            _copy_in(result, kept, inbox, copy)
        for (name, _), copy in zip(dropped, hidden, strict=True):
            if not inbox.link_unless_taken(copy, name):
                raise UsageError(f"{shown(name)} has just come into the inbox.", "See what it is.")
    finally:
        for copy in hidden:
            inbox.unlink(copy)


def _copy_in(folder: Folder, kept: str, inbox: Folder, hidden: str) -> str:
    """Copy a file into the inbox under a hidden name; the hash of its bytes."""
    fd = folder.open(kept)
    try:
        inbox.copy_in(fd, hidden, READABLE)
        return digest_of_file(fd)
    finally:
        os.close(fd)


def _put_back(job: Job, inbox: Folder, hidden: str) -> str:
    """Copy a job's originals into the inbox, all under one stem; what the source is called there now."""
    (first, kept), *others = job.originals.list_names()
    name = _copy_to_first_free(job, kept, inbox, hidden, first, job.ticket.redo_of, alone=True)
    stem = os.path.splitext(name)[0]
    for other, other_kept in others:
        _copy_to_first_free(job, other_kept, inbox, hidden, stem + os.path.splitext(other)[1])
    return name


def _copy_to_first_free(
    job: Job,
    kept: str,
    inbox: Folder,
    hidden: str,
    wanted: str,
    redo_of: Sequence[str] = (),
    *,
    alone: bool = False,
) -> str:
    """Copy a job's file into the inbox under the wanted name, or the first free one like it; that name.

    A file of such a name that holds the same bytes is taken for the copy. With `redo_of`, a mark says
    that the results of these jobs do not count, as it did when it was claimed. `alone`: no name is free
    while another format waits beside it, for the job would become a part of that one.
    """
    sha256 = _copy_in(job.folder, kept, inbox, hidden)
    for name in numbered_file(wanted):
        if alone and not inbox.has(name) and _find_other_format(inbox, name):
            continue
        if redo_of and not inbox.has(name):
            write_redo_mark(inbox, name, redo_of, job.ticket.flagged)
        if inbox.link_unless_taken(hidden, name):
            return name
        if _has_bytes(inbox, name, sha256):
            inbox.unlink(hidden)
            return name
    raise AssertionError("numbered names never end")


def _has_bytes(inbox: Folder, name: str, sha256: str) -> bool:
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

    An original that was being claimed for a job of which nothing is known any more is shown again under its
    own name, or under that job's id where its name is not known either. Another root may share this inbox
    and be copying it in: it has FORGOTTEN_SECONDS for that, unless the disk can tell that nobody is.
    """
    for walked, inner, _ in os.walk(path):
        deep = os.path.relpath(walked, path).count(os.sep) + 1 >= MAX_DEPTH  # nothing is taken from below
        inner[:] = [name for name in inner if not name.startswith(".") and not deep]
        with contextlib.suppress(OSError), Folder(walked) as folder:
            folder.sweep(shared=True)
            for name in folder.names():
                with contextlib.suppress(OSError):  # one that can't be moved holds up no other
                    _sweep_one(folder, name, open_jobs)


def _show_claimed(folder: Folder, name: str, hidden: HiddenName) -> None:
    """Show an original again that was being claimed, unless another root is just copying it in."""
    found = folder.stat(name)
    if found is None or not stat.S_ISREG(found.st_mode):
        return
    is_old = time.time() - found.st_ctime > FORGOTTEN_SECONDS
    with contextlib.ExitStack() as stack:
        if not is_old and (hidden.claimed_name is None or not _is_let_go(folder, name, stack)):
            return
        shown_as = hidden.claimed_name or hidden.owner + os.path.splitext(hidden.detail)[1]
        for free in numbered_file(shown_as):
            if folder.link_unless_taken(name, free):
                log.warning("shown again name=%r its job is not to be read", shown(free))
                return


def _is_let_go(folder: Folder, name: str, stack: contextlib.ExitStack) -> bool:
    """Whether the disk can tell that no process is copying a file; it is locked against that until then."""
    mount = mount_of(folder)
    if mount is None or mount.remote:  # another machine's lock may not be seen
        return False
    file = stack.enter_context(os.fdopen(folder.open(name), "rb"))
    return lock_file(file.fileno()) is True


def _sweep_one(folder: Folder, name: str, open_jobs: set[str]) -> None:
    """Remove, or show again, what this program has hidden and nobody works on any more."""
    hidden = HiddenName.parse(name)
    if hidden is None:
        return
    if hidden.use is Use.REDO:
        if not is_another(int(hidden.owner)):
            folder.unlink(name)
    elif hidden.use is Use.AGAIN:
        sweep_redo_mark(folder, name)
    elif hidden.owner in open_jobs:
        return
    elif hidden.use is Use.RETURNED:
        folder.unlink(name)
    elif hidden.use is Use.CLAIMED:
        _show_claimed(folder, name, hidden)
