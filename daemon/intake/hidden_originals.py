"""What of a job lies out of sight in the inbox, since it could not be moved: named, found, and shown again.

An original is called .<job id>~<its name>.claimed there, beside where it was dropped, until it is copied in.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import stat
from collections.abc import Iterable

from daemon.intake.inbox import GIVEN_BACK, READABLE
from daemon.store.job import Job
from daemon.system.disk_faults import DiskFault, sort_fault
from daemon.system.file_names import numbered_file, shown
from daemon.system.files import Folder
from daemon.system.hidden_names import HiddenName, Use
from daemon.system.paths import open_below

log = logging.getLogger(__name__)


def find_hidden(folder: Folder, job: Job, kept: str) -> str | None:
    """What an original of the job is called while it is hidden in a folder, None where it is not there."""
    return next(filter(folder.has, _hidden_names(job, kept)), None)


def hide_file(folder: Folder, name: str, job: Job, kept: str) -> None:
    """Put a file out of sight where it lies, under a name that tells its own where the disk takes that."""
    with_name, without = _hidden_names(job, kept)
    try:
        folder.move(name, folder, with_name)
    except OSError as error:
        if sort_fault(error) is not DiskFault.NAME:
            raise
        folder.move(name, folder, without)


def remove_hidden(folder: Folder, hidden: str, job: Job, kept: str) -> None:
    """Remove what was put out of sight, of which there is a copy.

    A folder that somebody has put in its place is not ours: it is shown again, or stays where that can't be.
    """
    try:
        folder.unlink(hidden)
    except OSError:
        found = folder.stat(hidden)
        if found is None or not stat.S_ISDIR(found.st_mode):
            raise
        with contextlib.suppress(OSError):
            free = _unhide_file(folder, hidden, numbered_file(_name_dropped(job)[kept]))
            log.warning("shown again job=%s as %s: it is a folder", shown(job.name), shown(free))


def show_again(inbox_path: str, job: Job) -> str:
    """Give what is hidden for a job its own name back; " as" and its path in the inbox, "" for nothing.

    The whole inbox is looked through: somebody may have renamed the folder meanwhile.
    """
    hidden = {each: name for kept, name in _name_dropped(job).items() for each in _hidden_names(job, kept)}
    where = ""
    for walked, _, files in os.walk(inbox_path):
        for found in hidden.keys() & set(files):
            with Folder(walked) as folder:
                free = _unhide_file(folder, found, numbered_file(hidden[found]))
            where = f" as {os.path.relpath(os.path.join(walked, free), inbox_path)}"
            log.warning("shown again job=%s%s", shown(job.name), shown(where))
    return where


def find_claimed(inbox_path: str, job: Job, kept: str) -> tuple[Folder, str] | None:
    """The folder in the inbox, to be closed by the caller, and the name there of what is hidden for a job."""
    with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
        folder = stack.enter_context(open_drop_folder(job, inbox_path))
        hidden = find_hidden(folder, job, kept)
        if hidden is not None:
            stack.pop_all()
            return folder, hidden
    return None


def take_away_claimed(inbox_path: str, job: Job, kept: str) -> None:
    """Remove what is hidden in the inbox for a job: there is a copy of it where the job ended."""
    with (
        contextlib.suppress(FileNotFoundError, NotADirectoryError),
        open_drop_folder(job, inbox_path) as folder,
    ):
        for hidden in _hidden_names(job, kept):
            remove_hidden(folder, hidden, job, kept)
        folder.fsync()


def give_back(inbox_path: str, job: Job, kept: str) -> str | None:
    """Put an original of which no copy could be made back into the inbox, beside where it was dropped.

    It is called NAME.rejected there, which is never taken. Moved where that can be done; nothing of it is
    read then, and no room is needed. None where there is no such original; its path in the inbox otherwise.
    """
    name = _name_dropped(job)[kept] + GIVEN_BACK
    below_inbox = os.path.dirname(job.ticket.name)
    with open_below(inbox_path, below_inbox, make=True) as folder:
        hidden = find_hidden(folder, job, kept)
        if hidden is not None:
            return os.path.join(below_inbox, _unhide_file(folder, hidden, numbered_file(name)))
        if not job.folder.has(kept):
            return None
        free = next(each for each in numbered_file(name) if not folder.has(each))
        try:
            job.folder.move(kept, folder, free)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            with open(job.folder.open(kept), "rb") as file:
                folder.copy_in(file.fileno(), free, READABLE)
        return os.path.join(below_inbox, free)


def _unhide_file(folder: Folder, hidden: str, names: Iterable[str]) -> str:
    """Give what is hidden in a folder the first free of these names, whatever it is; that name."""
    for free in names:
        found = folder.stat(hidden)
        if found is not None and stat.S_ISREG(found.st_mode):
            if folder.link_unless_taken(hidden, free):
                return free
        elif not folder.has(free):
            folder.move(hidden, folder, free)
            return free
    raise AssertionError("numbered names never end")


def _hidden_names(job: Job, kept: str) -> tuple[str, str]:
    """What an original may be called in the inbox until it is copied in as `kept`, with its name and without.

    The first is tried first, so that even a start that knows nothing of the job can show it as it was.
    """
    beside = "" if kept == job.ticket.source else f".{kept}"
    job_id, name = job.ticket.job_id, _name_dropped(job)[kept]
    return HiddenName.claim(job_id, name).build(), HiddenName(Use.CLAIMED, job_id, beside).build()


def _name_dropped(job: Job) -> dict[str, str]:
    """The name that each original was dropped under, by its name in the job's folder."""
    companions = {one.kept: one.name for one in job.ticket.companions}
    return {**companions, job.ticket.source: os.path.basename(job.ticket.name)}


def open_drop_folder(job: Job, inbox_path: str) -> Folder:
    """The folder that the source was dropped into."""
    return open_below(inbox_path, os.path.dirname(job.ticket.name))
