"""Which results lie in the outbox: all of them, or those of one source.

A folder that holds a summary.json is a result, and nothing below it is looked at.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from daemon.delivery.outbox.names import SUMMARY, is_result
from daemon.system.disk_faults import find_used_up, is_about_rights, tells_nothing
from daemon.system.file_names import shorten
from daemon.system.files import Folder
from daemon.system.paths import fsync_chain
from daemon.text.json_values import load_json

_NUMBER = re.compile("-[0-9]+")
_MOST_DEEP = 100  # folders in folders: as deep as an inbox is looked through


@dataclass(frozen=True, slots=True)
class Found:
    """A result: the path of its folder in the outbox, and what tells its summary from a changed one."""

    path: str
    identity: str


def find_results(top: str) -> Iterator[Found]:
    """Every result below a folder, by a walk that opens no file; raises OSError where that can't be listed.

    So it does where the process or the system has used up its files: that says nothing of a folder inside.
    Links are not followed, hidden names are passed over.
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
    """The results in a folder (its path below `top`) and in those inside it; `depth` counts those above."""
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


def find_results_of(
    here: Folder, parents: list[str], last: str
) -> Iterator[tuple[Folder, str, dict[str, Any]]]:
    """Each result of a source of this path: the folder it lies in, its name and its summary.

    All numbers are looked at, not those up to the first free one: people remove results.
    """
    for name in _list_numbered(here, parents[0] if parents else last):
        try:
            inner = here.sub(name)
        except OSError as error:
            if tells_nothing(error) and not is_about_rights(error):  # what is not ours to read is not ours
                raise
            continue
        with inner:
            summary = read_summary(inner)
            if parents and summary is None:
                yield from find_results_of(inner, parents[1:], last)
            elif not parents and summary:
                yield here, name, summary


def read_summary(folder: Folder) -> dict[str, Any] | None:
    """What a result says of itself, nothing where that can't be understood; None for other folders."""
    try:
        if not is_result(folder):
            return None
        summary = load_json(folder.read(SUMMARY))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and tells_nothing(error) and not is_about_rights(error):
            raise
        return {}
    return summary if isinstance(summary, dict) else {}


def _list_numbered(here: Folder, name: str) -> list[str]:
    """The names in a folder that are this one or this one with a number, by their numbers."""
    stem = shorten(name)
    rests = ((name, name.removeprefix(stem)) for name in here.names(stem) if name.startswith(stem))
    # one pattern for all names: those of single names would be kept, hundreds of them, by the library
    found = [(int(rest[1:] or 1), name) for name, rest in rests if not rest or _NUMBER.fullmatch(rest)]
    return [name for _, name in sorted(found)]


def make_durable(top: Folder, where: Folder, name: str) -> None:
    """Make a result that was found durable: its source is deleted because it is there.

    It was delivered as plain files; what else lies in it (earlier/, a link of a person's) came later.
    """
    with where.sub(name) as result:
        for child in result.names():
            found = result.stat(child)
            if found is not None and stat.S_ISREG(found.st_mode):
                result.fsync_file(child)
        result.fsync()
    fsync_chain(where.path, top.path)
