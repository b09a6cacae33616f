"""Values as JSON holds them: what a chunk, or what came back for one, is written down as."""

from __future__ import annotations

import json
from typing import Any

import msgspec


def json_values_of(value: msgspec.Struct) -> dict[str, Any]:
    """The fields of a value, of those in it as well, by their names.

    Text is kept as it is, also what is no valid Unicode (half of a surrogate pair): `json` writes it as an
    escape, where `msgspec.json` refuses it.
    """
    values: dict[str, Any] = msgspec.to_builtins(value, enc_hook=_plain_value_of)
    return values


def _plain_value_of(value: object) -> object:
    """What a program handed in as a type of its own (text out of a parser, a number of numpy's).

    It is what `daemon.system.digest` counts it as: runs are known again by that.
    """
    plain: object = json.loads(json.dumps(value, default=str))
    return plain
