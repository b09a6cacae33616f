"""A record in a file of its own, as a value: it is read whole, or not at all."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from daemon.store.checkpoint import read_whole, write_whole
from daemon.system.files import Folder
from daemon.text.json_values import build_value

_Record = TypeVar("_Record", bound=msgspec.Struct)


def write_record(folder: Folder, name: str, record: msgspec.Struct) -> None:
    """Write a record down; durable when this returns, OSError when it can't be."""
    write_whole(folder, name, msgspec.to_builtins(record), indent=1)


def read_record(folder: Folder, name: str, kind: type[_Record]) -> _Record | None:
    """The record of this kind; None where there is none, or none that is whole.

    Raises OSError where the disk can't tell: what was paid for is not to be taken for missing.
    """
    try:
        return build_value(read_whole(folder, name), kind)
    except (ValueError, LookupError, TypeError):
        return None
