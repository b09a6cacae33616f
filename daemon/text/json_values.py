"""Values as JSON holds them, and what they are read back into: chunks, answers, plans, tickets.

msgspec works out what a type holds when the type is first read, and says so before it is done: a second
thread that reads the same type just then ends the process (segmentation fault, seen with 0.22). So
everything is read by the two functions here, which let one thread alone come first.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

_Value = TypeVar("_Value")

_known: set[object] = set()
"""The types that msgspec has worked out."""
_lock = threading.Lock()


def load_json(data: str | bytes) -> Any:  # noqa: ANN401 - whatever JSON can say
    """What JSON holds; raises ValueError where it is none, or is nested deeper than can be read."""
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def build_value(
    values: object,
    kind: type[_Value],
    convert_other: Callable[[type[Any], object], object] | None = None,
) -> _Value:
    """A value of a type, of what JSON or YAML was decoded into; raises msgspec.ValidationError.

    `convert_other` makes what msgspec can't, of a type of our own.
    """
    _work_out(kind)
    try:
        return msgspec.convert(values, kind, dec_hook=convert_other)
    except UnicodeEncodeError:  # so it says of half a character where no text belongs
        raise msgspec.ValidationError("a text with half of a character stands where none belongs") from None


def decode_value(data: bytes, kind: type[_Value]) -> _Value:
    """A value of a type, of JSON; raises msgspec.DecodeError, or ValidationError, which is one."""
    _work_out(kind)
    return msgspec.json.decode(data, type=kind)


def _work_out(kind: type[Any]) -> None:
    if kind in _known:
        return
    with _lock:
        msgspec.json.Decoder(kind)
        _known.add(kind)


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
