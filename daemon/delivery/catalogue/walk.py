"""Which results there are in the outbox: a walk over its folders that opens none of their files.

A folder that holds a summary.json is a result, and nothing below it is looked at. Links are not followed,
hidden names are passed over.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from daemon.delivery.outbox.names import SUMMARY
from daemon.system.disk_faults import find_used_up

_MOST_DEEP = 100  # folders in folders: as deep as an inbox is looked through


@dataclass(frozen=True, slots=True)
class Found:
    """A result: the path of its folder in the outbox, and what tells its summary from a changed one."""

    path: str
    identity: str


def find_results(top: str) -> Iterator[Found]:
    """Every result below a folder; raises OSError where that itself can't be listed.

    So it does where the process or the system has used up its files: that says nothing of a folder inside.
    """
    yield from _find_below(top, "", 0)


def identify_file(path: str) -> str:
    """An identity that changes with the file, or with another in its place; "" where there is no file."""
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return ""
    return f"{found.st_dev}:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}"


def identify_result(path: str) -> str:
    """The identity of a result by its summary.json; "" where a folder is no result.

    A folder that is called summary.json does not make its parent one: it is a result itself, or holds some.
    """
    summary = os.path.join(path, SUMMARY)
    with contextlib.suppress(OSError):
        if stat.S_ISDIR(os.lstat(summary).st_mode):
            return ""
    return identify_file(summary)


def _find_below(top: str, below: str, depth: int) -> Iterator[Found]:
    """The results in a folder (its path below `top`) and in those inside it; `depth` of them lie above."""
    with os.scandir(os.path.join(top, below)) as listed:
        names = [one.name for one in listed if one.name[0] != "." and one.is_dir(follow_symlinks=False)]
    for name in names:
        path = os.path.join(below, name)
        identity = identify_result(os.path.join(top, path))
        if identity:
            yield Found(path, identity)
        elif depth < _MOST_DEEP:
            try:
                yield from _find_below(top, path, depth + 1)
            except OSError as error:
                if find_used_up(error) is not None:
                    raise
                continue  # it is gone, or nobody may look into it: so there is nothing to be shown
