"""Which results lie in the outbox already: found by the path of their source, told by their summaries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from daemon.delivery.outbox.names import SUMMARY, is_result
from daemon.system.disk_faults import is_about_rights, tells_nothing
from daemon.system.file_names import shorten
from daemon.system.files import Folder
from daemon.system.paths import fsync_chain
from daemon.text.json_values import load_json

_NUMBER = re.compile("-[0-9]+")


def find_results_in(
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
                yield from find_results_in(inner, parents[1:], last)
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
    """Make a result that was found durable: its source is deleted because it is there."""
    with where.sub(name) as result:
        for child in result.names():
            result.fsync_file(child)
        result.fsync()
    fsync_chain(where.path, top.path)
