"""Lines of Chinese and Japanese that a margin broke: no space stands where they join."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_LETTER = r"\u3005\u3040-\u30ff\u3400-\u9fff"
_OPEN = re.compile(rf"[{_LETTER}，、；：「『（]$")
_GOES_ON = re.compile(rf"[{_LETTER}，、」』）]")
_MARK = re.compile("[。！？]")
_LEAST_MARKS, _LETTERS_PER_MARK = 2, 80
"""Where sentences end with marks, a line that has none at its end is not over."""


def is_marked(lines: Iterable[str]) -> bool:
    """Whether sentences end with marks in these lines of Chinese or Japanese."""
    letters = marks = 0
    for line in lines:
        if not line.isascii():
            letters += len(line)
            marks += len(_MARK.findall(line))
    return marks >= max(_LEAST_MARKS, letters / _LETTERS_PER_MARK)


def goes_on(before: str, after: str) -> bool:
    """Whether one line goes on with the other without a space."""
    return _OPEN.search(before) is not None and _GOES_ON.match(after) is not None


def join_lines(lines: Sequence[str]) -> list[str]:
    """The lines, each that goes on with the one before joined to it."""
    out: list[str] = []
    for line in lines:
        if out and goes_on(out[-1], line):
            out[-1] += line
        else:
            out.append(line)
    return out
