"""What Python prints, written as JSON: `[{'text': 'Yes.'}]`, `[Segment(start=0.5, text='Yes.')]`."""

from __future__ import annotations

import json
import re

_FILLED = re.compile(r"\S")
_DICTS = re.compile(r"\s*+(?:\[\s*+)?\{\s*'[\w ]{1,40}'\s*:")
"""How a list or an object begins as Python prints it."""
_OBJECTS = re.compile(r"\s*+(?:\[\s*+)?(?:[A-Za-z_]\w{0,60}\([a-z_]\w{0,40}=|(?<=\[)\((?=[-\d.'\"]))")
"""How what has fields begins, or a list of tuples."""
_PRINTED = re.compile(
    r"\\.|'(?P<single>(?:[^'\\]|\\.)*+)'|\"(?P<double>(?:[^\"\\]|\\.)*+)\"|\b(?P<name>True|False|None|nan|inf)\b"
    r"|\bnp\.\w{1,10}\((?P<number>[-+.\de]{1,40})\)"
    r"|(?P<opens>\b[A-Za-z_]\w{0,60}\()|\b(?P<key>[a-z_]\w{0,60})=|(?P<bracket>[()])",
    re.S,
)
"""What Python writes otherwise; an escaped quote is none's beginning, or one without an end took ages."""
_ESCAPE = re.compile(r"\"|\\(?:x([0-9a-f]{2})|U(000[0-9a-f]{5}|0010[0-9a-f]{4})|')")


def prints_dicts(text: str) -> bool:
    """Whether a text begins and ends as Python prints dictionaries."""
    return _DICTS.match(text) is not None and text.rstrip().endswith(("}", "]"))


def json_of_objects(text: str) -> str | None:
    """What Python printed of things with fields, or of tuples in a list, as JSON; None for any other text."""
    if _OBJECTS.match(text) is None or not text.rstrip().endswith(("]", ")")):
        return None
    written = write_as_json(text)
    at, decoder = 0, json.JSONDecoder(strict=False)
    while (begins := _FILLED.search(written, at)) is not None:
        try:
            _, at = decoder.raw_decode(written, begins.start())
        except (ValueError, RecursionError):
            return None
    return written


def write_as_json(text: str) -> str:
    """What Python printed as JSON has it; a tuple is a list, and what has fields an object."""
    closing: list[str] = []

    def write(found: re.Match[str]) -> str:
        if found["opens"] or found["bracket"] == "(":
            closing.append("}" if found["opens"] else "]")
            return "{" if found["opens"] else "["
        if found["bracket"]:
            return closing.pop() if closing else ")"
        return f'"{found["key"]}": ' if found["key"] else _write_value(found)

    return _PRINTED.sub(write, text)


def _write_value(found: re.Match[str]) -> str:
    """A string, a number or a name of Python's as JSON writes it."""
    if found["name"]:
        return {"True": "true", "False": "false"}.get(found["name"], "null")
    if found["number"]:
        return found["number"]
    inner = found["single"] if found["single"] is not None else found["double"]
    if inner is None:
        return found[0]
    return f'"{_ESCAPE.sub(_write_escape, inner)}"'


def _write_escape(found: re.Match[str]) -> str:
    """What stands for a quote or a letter in a string of Python's, as JSON has it."""
    if found[0] == '"':
        return '\\"'
    return f"\\u00{found[1]}" if found[1] else chr(int(found[2], 16)) if found[2] else found[0][1:]
