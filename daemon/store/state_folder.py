"""The state folder: whose it is, what lies in it, how a job comes in and how one is cleared."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import stat
from collections.abc import Mapping

from daemon.costs.ledger_file import LEDGER
from daemon.costs.other_ledgers import FILE as OTHER_LEDGERS
from daemon.errors import ConfigError
from daemon.settings.last_config import FILE as LAST_CONFIG
from daemon.store.job import MARKERS, Job
from daemon.store.pause import is_pause
from daemon.store.ticket import TICKET, Ticket, mend_ticket, read_ticket
from daemon.system.disk_faults import DiskFault, job_fault, sort_fault
from daemon.system.file_names import is_plain, make_portable, numbered, shorten, shown, visible
from daemon.system.files import PRIVATE_FOLDER, Folder
from daemon.system.open_file import set_mode
from daemon.system.paths import make_folders
from daemon.system.process.folder_lock import Lock
from daemon.system.process.resources import allow_many_descriptors

log = logging.getLogger(__name__)

CLEARED = ".cleared"
CLEARED_HERE = "CLEARED"  # in a job's folder that can't be moved: it is only to be deleted
_SEPARATOR = "--"
_NO_FOLDER = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
# What the program keeps here beside the jobs. A pipe, a socket or a device in such a place would be waited
# for, or swallow what is written. It is a person's to remove; without what is needed, no work is begun.
OWN_FOLDERS = (".batches", CLEARED)
OWN_FILES = (
    ".catalogue.sqlite",
    ".catalogue.sqlite-journal",
    LAST_CONFIG,
    ".daemon.json",
    OTHER_LEDGERS,
    LEDGER,
)
_MAY_BE_LINKED = frozenset({LAST_CONFIG, ".daemon.json"})
_NEEDED = frozenset({".batches", CLEARED, OTHER_LEDGERS, LEDGER})
_KINDS: Mapping[int, str] = {
    stat.S_IFREG: "a file",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
MEND_MISPLACED = "Move it away; what belongs there is made anew."


class State:
    """An open state folder. Only the holder of its lock changes what is in it."""

    def __init__(self, path: str) -> None:
        make_folders(path)
        require_own_places(path, needed=True)
        try:
            self.folder = Folder(path)
        except OSError as error:
            raise ConfigError(
                f"The state folder {path} can't be opened: {error.strerror}.",
                "It belongs to its owner alone; run as the user that owns it.",
            ) from None
        self._lock: Lock | None = None

    def take_lock(self) -> None:
        """Become the one process that works here; raises LockedError when there is another."""
        self._lock = Lock(self.folder)
        set_mode(self.folder.fd, PRIVATE_FOLDER)

    def close(self) -> None:
        """Let go of the lock and the folder."""
        if self._lock is not None:
            self._lock.release()
        self.folder.close()

    def list_jobs(self) -> list[Job]:
        """Every job that has a ticket, oldest first, plans not loaded; the caller closes their folders."""
        return list_jobs_in(self.folder)

    def admit_job(self, ticket: Ticket) -> Job:
        """Make a job's folder and write its ticket; the source is still to come in."""
        flat = visible(os.path.splitext(ticket.name)[0].replace("/", _SEPARATOR))
        fits = is_plain(flat) or self._takes_name(shorten(flat))
        for name in numbered(flat if fits else make_portable(flat)):
            if name == LEDGER or is_pause(name):  # it may not be there yet, or would be taken for a pause
                continue
            with contextlib.suppress(FileExistsError):
                job = Job(self.folder.make(name), name, ticket)
                try:
                    job.folder.write(TICKET, ticket.to_bytes())
                except OSError:
                    with job.folder:
                        self.undo_claim(job)
                    raise
                return job
        raise AssertionError("numbered names never end")

    def _takes_name(self, name: str) -> bool:
        """Whether the filesystem has such names; one that is taken is one that it has."""
        return self.folder.has(name) or self.folder.takes_name(name)

    def undo_claim(self, job: Job) -> None:
        """Take back a claim whose source never came in; nothing wider is removed. The caller closes it.

        Raises OSError where the source is in the folder after all: the disk said otherwise when it was asked.
        """
        if job.ticket.source in job.folder.names():
            raise OSError(errno.EAGAIN, "the disk does not say what it holds", job.ticket.source)
        job.folder.sweep()
        for marker in MARKERS:
            job.folder.unlink(marker)
        others = [name for name in job.folder.names() if name != TICKET]
        if others:
            log.error("leftover job=%s has no source, but other files: left as it is", shown(job.name))
            return
        job.folder.unlink(TICKET)
        self.folder.rmdir(job.name)
        self.folder.fsync()

    def clear_job(self, job: Job) -> None:
        """Remove a job that is delivered: out of the listing by one rename, then deleted.

        Where it was moved already, that is made durable.
        """
        with self._open_cleared() as cleared:
            name = self._name_of(job)
            if name is not None and not _move_unless_refused(self.folder, name, cleared, job.ticket.job_id):
                job.folder.write(CLEARED_HERE, b"")  # from here on it is no job any more
                _delete_here(self.folder, name)
                return
            if name is None:
                cleared.fsync()
                self.folder.fsync()
            _delete_cleared(cleared, job.ticket.job_id)

    def _name_of(self, job: Job) -> str | None:
        """What a job's folder is called now: another may have its name, and people rename."""
        mine = os.fstat(job.folder.fd)
        for name in (job.name, *_list_folders(self.folder)):
            found = self.folder.stat(name)
            if found is not None and (found.st_dev, found.st_ino) == (mine.st_dev, mine.st_ino):
                return name
        return None

    def recover_folders(self) -> None:
        """After a start: end deletions that were begun, sweep what interrupted writes left behind.

        A folder without a ticket is an interrupted claim when it is empty; a job when its ticket is
        damaged; otherwise it is somebody else's, and is reported and left.
        """
        with self._open_cleared() as cleared:
            for name in cleared.names():
                _delete_cleared(cleared, name)
        self.folder.sweep()
        for name in _list_folders(self.folder):
            try:
                self._recover_folder(name)
            except OSError as error:
                if sort_fault(error) is not DiskFault.FILE:
                    raise
                log.error("unrecovered folder=%r in the state folder: %s", name, job_fault(error))

    def _recover_folder(self, name: str) -> None:
        """Recover one folder; raises OSError where it, or the disk, can't be read or changed."""
        folder = _open_if_folder(self.folder, name)
        if folder is None:
            return
        with folder:
            folder.sweep()
            if folder.has(CLEARED_HERE):
                _delete_here(self.folder, name)
                return
            if read_ticket(folder) is not None:
                return
            if (aside := mend_ticket(folder, name)) is not None:
                log.warning("mended folder=%r its ticket can't be read and is %s now", name, aside)
                return
        try:
            self.folder.rmdir(name)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            log.error("unknown folder=%r in the state folder is not a job: left as it is", name)

    def _open_cleared(self) -> Folder:
        with contextlib.suppress(FileExistsError):
            return self.folder.make(CLEARED)
        return self.folder.sub(CLEARED)


def find_misplaced(state: str, *, needed: bool = False) -> str | None:
    """What lies in the place of something of the program's own, None where nothing does; nothing is opened.

    With `needed`, only what no work is done without.
    """
    for name in (*OWN_FOLDERS, *OWN_FILES):
        if needed and name not in _NEEDED:
            continue
        wanted = stat.S_IFDIR if name in OWN_FOLDERS else stat.S_IFREG
        found = _find_kind(os.path.join(state, name), follow=name in _MAY_BE_LINKED)
        if found not in (None, wanted):
            return (
                f"{shown(os.path.join(state, name))} is {_KINDS.get(found or 0, 'no file')}, where "
                f"{_KINDS[wanted]} of the program's own belongs"
            )
    return None


def require_own_places(state: str, *, needed: bool) -> None:
    """Raise ConfigError where something else lies in the place of what is the program's own."""
    if (misplaced := find_misplaced(state, needed=needed)) is not None:
        raise ConfigError(f"{misplaced}.", MEND_MISPLACED)


def _find_kind(path: str, *, follow: bool) -> int | None:
    """The kind of what lies at a path, None where nothing does, or that can't be told."""
    try:
        return stat.S_IFMT(os.stat(path, follow_symlinks=follow).st_mode)
    except OSError:
        return None


def list_jobs_in(state: Folder) -> list[Job]:
    """The jobs of an open state folder, oldest first, those of one second by name; needs no lock."""
    allow_many_descriptors()
    found = [job for name in _list_folders(state) if (job := find_job(state, name)) is not None]
    return sorted(found, key=lambda job: (job.ticket.received_at, job.name))


def find_job(state: Folder, name: str) -> Job | None:
    """One job by its name, None where there is none."""
    if name.startswith(".") or "/" in name or (folder := _open_if_folder(state, name)) is None:
        return None
    try:
        ticket = None if folder.has(CLEARED_HERE) else read_ticket(folder)
    except OSError as error:
        log.error("unread folder=%r in the state folder: its ticket can't be read (%s)", name, error.strerror)
        ticket = None
    if ticket is None:
        folder.close()
        return None
    return Job(folder, name, ticket)


def list_unread(state: Folder) -> list[str]:
    """The folders that are or may be jobs, and can't be taken up: they, or their tickets, can't be read."""
    return [name for name in _list_folders(state) if _is_unread(state, name)]


def _is_unread(state: Folder, name: str) -> bool:
    try:
        with state.sub(name) as folder:
            is_job = bool(folder.names(TICKET)) and not folder.has(CLEARED_HERE)
            return is_job and read_ticket(folder) is None
    except OSError as error:
        return not is_of_the_disk(name) and error.errno not in _NO_FOLDER


def is_of_the_disk(name: str) -> bool:
    """Whether a folder that can't be opened is the disk's own, kept at its top for repairs, and no job."""
    return name == "lost+found"


def _list_folders(state: Folder) -> list[str]:
    return [name for name in state.names() if not name.startswith(".")]


def _open_if_folder(state: Folder, name: str) -> Folder | None:
    try:
        return state.sub(name)
    except OSError as error:
        if is_of_the_disk(name):
            return None
        if error.errno not in _NO_FOLDER:  # a job that would be forgotten
            log.error("unread folder=%r in the state folder can't be opened (%s)", name, error.strerror)
        return None


def _move_unless_refused(state: Folder, name: str, into: Folder, as_name: str) -> bool:
    """Move a folder; False where the filesystem moves none: one of a lower layer (overlayfs)."""
    try:
        state.move(name, into, as_name)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return False
    return True


def _delete_here(state: Folder, name: str) -> None:
    """Delete a cleared job where it lies, the mark that says so last."""
    with contextlib.suppress(OSError), state.sub(name) as folder:
        for child in folder.names():
            if child != CLEARED_HERE:
                found = folder.stat(child)
                is_folder = found is not None and stat.S_ISDIR(found.st_mode)
                (folder.delete_tree if is_folder else folder.unlink)(child)
        folder.fsync()
        folder.unlink(CLEARED_HERE)
        state.rmdir(name)


def _delete_cleared(cleared: Folder, name: str) -> None:
    """Delete what is cleared; a worker that is just writing there makes it wait for the next start."""
    with contextlib.suppress(OSError):
        cleared.delete_tree(name)
