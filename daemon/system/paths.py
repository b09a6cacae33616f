"""Paths that people name: folders are made, made durable and opened, files are read without waiting."""

from __future__ import annotations

import contextlib
import errno
import os
import stat

from daemon.system.files import PRIVATE_FOLDER, Folder


def find_dead_link(path: str) -> str | None:
    """The link on the way of a path that leads nowhere, as to a disk that is away; None without one."""
    while not os.path.lexists(path):
        path = os.path.dirname(path)
    return None if os.path.exists(path) else path


def make_folders(path: str, mode: int = PRIVATE_FOLDER) -> None:
    """Make a folder and its parents where they are missing, durably."""
    if os.path.isdir(path):
        return
    parent = os.path.dirname(os.path.abspath(path))
    make_folders(parent, 0o755)
    with Folder(parent) as above, contextlib.suppress(FileExistsError):
        above.make(os.path.basename(os.path.abspath(path)), mode).close()


def fsync_chain(path: str, top: str) -> None:
    """Make durable a folder's listing and those of its parents up to and with `top`."""
    while True:
        with Folder(path) as folder:
            folder.fsync()
        if os.path.samefile(path, top):
            return
        path = os.path.dirname(path)


def open_below(top: str, relative: str, *, make: bool = False) -> Folder:
    """A folder below `top`, opened step by step so that no link leads out of it; the caller closes it.

    With `make`, those that are missing are made, but never `top` itself: it may only be unmounted.
    """
    folder = Folder(top)
    for part in filter(None, relative.split("/")):
        with folder as outer:
            if make:
                with contextlib.suppress(FileExistsError):
                    outer.make(part, 0o755).close()
            folder = outer.sub(part)
    return folder


def open_file(path: str, flags: int) -> int:
    """A descriptor of a regular file, as an `opener` gives it to `open`; links are followed.

    A folder, a pipe or a device raises OSError(EINVAL); none is waited for.
    """
    fd = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "it is not a file", path)
    return fd


def read_beginning(path: str, most: int) -> tuple[bytes, int]:
    """The first bytes of a regular file (see `open_file`), and its mode."""
    with open(path, "rb", opener=open_file) as file:
        return file.read(most), os.fstat(file.fileno()).st_mode
