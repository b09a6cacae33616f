"""Folders by their paths: made where they are missing, made durable, opened so that no link leads astray."""

from __future__ import annotations

import contextlib
import os

from daemon.system.files import PRIVATE_FOLDER, Folder


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
