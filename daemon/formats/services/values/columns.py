"""Tables in JSON that are written by their columns, as pandas writes them, instead of by their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from daemon.formats.services.values.fields import Record
from daemon.formats.services.values.keys import SPEAKERS, TIME_KEYS, plain_keys

_SPLIT = frozenset(("columns", "index", "data"))


def rows_of_columns(raw: Record) -> list[Record] | None:
    """The rows of a table that tells who speaks, or when; None for anything else.

    `{"start": {"0": 0.5, "1": 4}, "text": {"0": "Hello.", "1": "Hi."}}`, with lists for these objects, or
    `{"columns": ["start", "text"], "index": [0, 1], "data": [[0.5, "Hello."], [4, "Hi."]]}`.
    """
    if raw.keys() == _SPLIT:
        names, rows = raw["columns"], raw["data"]
    else:
        names, rows = list(raw), _turn(list(raw.values()))
    if not isinstance(names, list) or not isinstance(rows, list) or not all(map(_is_name, names)):
        return None
    if plain_keys(dict.fromkeys(names)).keys().isdisjoint((*TIME_KEYS, *SPEAKERS)):
        return None
    if not all(_is_row(row, len(names)) for row in rows):
        return None
    return [dict(zip(names, row, strict=True)) for row in rows]


def _turn(columns: Sequence[Any]) -> list[Any] | None:
    """The rows of columns that are lists of one length, or objects with the same numbers for keys."""
    if all(isinstance(column, dict) for column in columns):
        numbers = [column.keys() for column in columns]
        if not all(keys == numbers[0] and all(map(str.isdecimal, keys)) for keys in numbers):
            return None
        columns = [[column[number] for number in numbers[0]] for column in columns]
    if not all(isinstance(column, list) for column in columns) or len(set(map(len, columns))) != 1:
        return None
    return [list(row) for row in zip(*columns, strict=True)]


def _is_name(name: object) -> bool:
    return isinstance(name, str)


def _is_row(row: object, width: int) -> bool:
    """Whether it is a list with a cell for each column, and nothing within a cell."""
    if not isinstance(row, list) or len(row) != width:
        return False
    return not any(isinstance(cell, list | dict) for cell in row)
