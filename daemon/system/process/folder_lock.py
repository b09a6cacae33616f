"""One process per folder: a lock, and who holds it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shlex

from daemon.errors import LockedError, ServiceError
from daemon.system.disk_faults import is_about_rights, name_path, tells_nothing
from daemon.system.file_names import shown
from daemon.system.files import Folder

_LOCK_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
_LOCKS = "/proc/locks"
_HOLDER = 4  # which field of its lines is the process
_NO_LOCKS = (errno.EBADF, errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK)


def lock_file(fd: int) -> bool | None:
    """Lock an open file for as long as it is open; False where another process has, None where none can."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        return None
    return True


def is_locked_by_anybody(folder: Folder) -> bool:
    """Whether a process holds the lock on a folder, be it in a container whose processes are not to be seen.

    Looked up in the system's table of locks, so that nobody who takes the lock meanwhile is in our way.
    False where there is no such table.
    """
    return _find_lock(folder) is not None


def find_lock_holder(folder: Folder) -> int | None:
    """The process that holds the lock on a folder; None where nobody does, or it is not to be seen."""
    fields = _find_lock(folder) or []
    told = fields[_HOLDER] if len(fields) > _HOLDER else ""
    return int(told) if told.isdecimal() and int(told) else None


def _find_lock(folder: Folder) -> list[str] | None:
    """The line of the lock on a folder in the system's table, as its fields."""
    found = os.fstat(folder.fd)
    number = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    try:
        with open(_LOCKS, encoding="ascii", errors="replace") as table:
            rows = (row for row in map(str.split, table) if row[1:2] == ["FLOCK"] and number in row)
            return next(rows, None)
    except OSError:
        return None


class Lock:
    """One process per folder, by a kernel lock that is gone with its process.

    The lock is on the folder itself, so that deleting the `.lock` file in it changes nothing; and on
    that file as well, for filesystems that can't lock folders. Raises LockedError when it is taken, and
    ServiceError where that file can't be opened.
    """

    FILE = ".lock"

    def __init__(self, folder: Folder) -> None:
        self._process = os.getpid()
        self._fds = [os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder.fd)]
        try:
            self._fds.append(self._open_file(folder))
            for fd in self._fds:
                self._take(fd, folder.path)
        except BaseException:
            self.release()
            raise

    def _open_file(self, folder: Folder) -> int:
        """The file `.lock`; raises ServiceError where somebody else's, or no file, lies in its place."""
        try:
            return os.open(self.FILE, _LOCK_FLAGS, 0o600, dir_fd=folder.fd)
        except OSError as error:
            name_path(error, os.path.join(folder.path, self.FILE), reading=False)
            if tells_nothing(error) and not is_about_rights(error):
                raise
            raise ServiceError(
                f"{shown(os.path.join(folder.path, self.FILE))} can't be opened ({error.strerror}).",
                "What lies in that folder must belong to the user who runs transcriptd (was it run by"
                f" another, as by sudo?): chown -R USER {shlex.quote(shown(folder.path))}",
            ) from None

    @staticmethod
    def _take(fd: int, path: str) -> None:
        try:
            is_ours = lock_file(fd)
        except OSError as error:
            name_path(error, os.path.join(path, Lock.FILE), reading=False)
            raise
        if is_ours is False:
            raise LockedError(
                f"Another transcriptd works in {path}.", "Stop it first, or leave the work to it."
            )

    def release(self) -> None:
        """Let go; harmless when done twice.

        A process that was forked off meanwhile has the same lock, for as long as it lives: it is undone for
        both here, and not there.
        """
        while self._fds:
            fd = self._fds.pop()
            if self._process == os.getpid():
                with contextlib.suppress(OSError):  # where none can be had, none is to be undone
                    fcntl.flock(fd, fcntl.LOCK_UN)
            os.close(fd)
