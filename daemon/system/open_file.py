"""An open file, by its descriptor: written, copied, given its mode and times; who else has it open."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os

from daemon.system.disk_faults import UNABLE, name_path
from daemon.system.file_names import shown

log = logging.getLogger(__name__)

_COPY_BYTES = 1 << 20
_said: set[tuple[int, str]] = set()  # what was said of a device


def write_all(fd: int, data: bytes | bytearray | memoryview) -> None:
    """Write all of some bytes to an open file."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def copy_data(source: int, target: int, size: int) -> None:
    """Copy what is data and leave holes as holes: a sparse file costs what it holds, not its size."""
    end = 0
    while end < size and (piece := _next_data(source, end, size)) is not None:
        start, end = piece
        os.lseek(source, start, os.SEEK_SET)
        os.lseek(target, start, os.SEEK_SET)
        while start < end and (block := _read_block(source, min(_COPY_BYTES, end - start))):
            write_all(target, block)
            start += len(block)
    os.ftruncate(target, size)


def _next_data(source: int, at: int, size: int) -> tuple[int, int] | None:
    """Where the next data of a file begin and end; None where nothing but a hole is left."""
    try:
        start = os.lseek(source, at, os.SEEK_DATA)
        return start, os.lseek(source, start, os.SEEK_HOLE)
    except OSError as error:
        if error.errno == errno.ENXIO:
            return None
        if error.errno in UNABLE:  # a disk that doesn't tell of holes
            return at, size
        name_path(error, path_of_open(source), reading=True)
        raise


def _read_block(source: int, size: int) -> bytes:
    try:
        return os.read(source, size)
    except OSError as error:
        name_path(error, path_of_open(source), reading=True)
        raise


def set_mode(fd: int, mode: int) -> None:
    """Set the permissions of an open file or folder; nothing happens where the disk has none."""
    try:
        os.fchmod(fd, mode)
    except OSError as error:
        if error.errno not in UNABLE:
            raise
        say_once(os.fstat(fd).st_dev, "chmod", path_of_open(fd), error)


def give_to(fd: int, owner: int | None, group: int | None = None) -> None:
    """Give an open file or folder to an owner and a group, by their ids, where that is allowed."""
    if owner is not None or group is not None:
        with contextlib.suppress(OSError):
            os.fchown(fd, -1 if owner is None else owner, -1 if group is None else group)


def say_once(device: int, call: str, path: str, error: OSError) -> None:
    """Say, once for each device, what it can't do and that it is done without."""
    if (device, call) not in _said:
        _said.add((device, call))
        log.warning("without %s: %s has none (%s); see transcriptd check", call, shown(path), error.strerror)


def set_times(fd: int, like: os.stat_result) -> None:
    """Give an open file the times of another; where the disk can't, it keeps its own."""
    try:
        os.utime(fd, ns=(like.st_atime_ns, like.st_mtime_ns))
    except (OSError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno not in UNABLE | {errno.ERANGE, errno.EOVERFLOW}:
            raise


def path_of_open(fd: int) -> str:
    """Where an open file lies, as well as the system tells."""
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return f"descriptor {fd}"


def is_being_written(fd: int) -> bool | None:
    """Whether any process has the file open for writing; None where the kernel won't tell.

    A read lease is refused while there is a writer. It is asked for and let go at once. SIGIO, which
    the kernel sends when a lease is broken, must be ignored by the process.
    """
    try:
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except AttributeError:
        return None
    except OSError as error:
        return True if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK) else None
    fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def is_open_elsewhere(fd: int) -> bool:
    """Whether somebody else has a file open, if only to read: that program could still write to it.

    A write lease is refused where anybody has. It is asked for and let go at once, as in `is_being_written`.
    """
    try:
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except AttributeError:
        return False
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EWOULDBLOCK)
    return False
