"""A record in a file of its own: it is read whole, or not at all.

A hash over all of it tells a file that is whole from one in which as much as a letter was altered.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

from daemon.system.digest import digest_of_value
from daemon.system.disk_faults import tells_nothing
from daemon.system.files import Folder
from daemon.text.json_values import build_value, load_json

_WHOLE = "sha256"  # of all else in the file
_Record = TypeVar("_Record", bound=msgspec.Struct)


def write_whole(folder: Folder, name: str, record: dict[str, Any], indent: int | None = None) -> None:
    """Write a record into a file of its own, with a hash of all of it; raises OSError."""
    sealed = {**record, _WHOLE: digest_of_value(record)}
    folder.write(name, json.dumps(sealed, ensure_ascii=False, indent=indent).encode("utf-8", "surrogatepass"))


def read_whole(folder: Folder, name: str) -> dict[str, Any]:
    """The record in a file; nothing where there is none that is whole.

    Raises OSError where that can't be told for now: taken for none, it would be paid for again.
    """
    try:
        record = load_json(folder.read(name).decode("utf-8", "surrogatepass"))
        whole = record.pop(_WHOLE) == digest_of_value(record)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        if isinstance(error, OSError) and tells_nothing(error):
            raise
        return {}
    return record if whole else {}


def write_record(folder: Folder, name: str, record: msgspec.Struct) -> None:
    """Write a value down as `write_whole` does; durable when this returns, OSError when it can't be."""
    write_whole(folder, name, msgspec.to_builtins(record), indent=1)


def read_record(folder: Folder, name: str, kind: type[_Record]) -> _Record | None:
    """The value of this type in a file; None where there is none that is whole. Raises as `read_whole`."""
    try:
        return build_value(read_whole(folder, name), kind)
    except (ValueError, LookupError, TypeError):
        return None
