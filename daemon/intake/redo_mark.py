"""The mark beside a file in the inbox that says: clean it again, although there is a result of it.

Without it a file that has been cleaned under the same settings is refused, so that nothing is paid for
twice. The mark names the results that do not count, by the ids of their jobs: a file of the same name that
is dropped later, when there is another result of it, is refused as ever.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

import msgspec

from daemon.intake.inbox import READABLE
from daemon.store.ticket import Flagged
from daemon.system.digest import digest_of_bytes
from daemon.system.disk_faults import tells_nothing
from daemon.system.files import Folder
from daemon.system.hidden_names import HiddenName, Use
from daemon.system.process.other_processes import is_another
from daemon.text.json_values import build_value, json_values_of, load_json

_HASH_DIGITS = 16


class RedoMark(msgspec.Struct, frozen=True):
    """What a mark says of its file.

    `redo_of` are the ids of the jobs whose results don't count, `process` is the one that is putting the file
    there. With `flagged`, only what was not cleaned in one of the results is asked for again.
    """

    redo_of: tuple[str, ...]
    process: int
    flagged: Flagged | None = None


def write_redo_mark(folder: Folder, name: str, job_ids: Iterable[str], flagged: Flagged | None) -> None:
    """Say that a file of this name, which is about to appear in the folder, is to be cleaned again.

    `job_ids` are those of the results that there are of it. With `flagged`, only what one of them has in its
    original words is asked for again. Raises OSError.
    """
    mark = RedoMark(tuple(sorted(job_ids)), os.getpid(), flagged)
    data = json.dumps(json_values_of(mark)).encode()  # json: an id may come from a summary of anybody's
    folder.write(_name_mark(name), data, READABLE)


def read_redo_mark(folder: Folder, name: str) -> RedoMark:
    """What the mark of a file of this name says; `redo_of` is empty where there is none.

    Raises OSError where that can't be told for now: without it a file is refused, or all of it is paid for.
    """
    return _read_mark(folder, _name_mark(name)) or RedoMark((), 0)


def remove_redo_mark(folder: Folder, name: str) -> None:
    """Remove the mark of a file that was claimed; nothing happens where there is none."""
    folder.unlink(_name_mark(name))


def sweep_redo_mark(folder: Folder, mark_name: str) -> None:
    """Remove a mark whose file never came, because what was to put it there was cut off."""
    mark = _read_mark(folder, mark_name)
    if mark is None or is_another(mark.process):
        return
    if mark_name not in map(_name_mark, folder.names()):
        folder.unlink(mark_name)


def _read_mark(folder: Folder, mark_name: str) -> RedoMark | None:
    try:
        return build_value(load_json(folder.read(mark_name)), RedoMark)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and tells_nothing(error):
            raise
        return None


def _name_mark(name: str) -> str:
    return HiddenName(Use.AGAIN, digest_of_bytes(os.fsencode(name))[:_HASH_DIGITS]).build()
