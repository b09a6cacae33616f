"""A record in a file of its own, with a hash of all else in it: it is read whole, or not at all."""

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


def write_record(folder: Folder, name: str, record: msgspec.Struct) -> None:
    """Write a record down; durable when this returns, OSError when it can't be."""
    raw: dict[str, Any] = msgspec.to_builtins(record)
    raw[_WHOLE] = digest_of_value(raw)
    folder.write(name, json.dumps(raw, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass"))


def read_record(folder: Folder, name: str, kind: type[_Record]) -> _Record | None:
    """The record of this kind; None where there is none, or none that is whole.

    Raises OSError where the disk can't tell: what was paid for is not to be taken for missing.
    """
    if not folder.has(name):
        return None
    try:
        raw = load_json(folder.read(name).decode("utf-8", "surrogatepass"))
        if raw.pop(_WHOLE) != digest_of_value(raw):
            return None
        return build_value(raw, kind)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        if isinstance(error, OSError) and tells_nothing(error):
            raise
        return None
