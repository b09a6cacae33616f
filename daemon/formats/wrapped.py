"""Lines that a margin broke, in scripts without spaces between words: no space stands where they join."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from daemon.text.characters.broken_words import is_one_word
from daemon.text.characters.width import measure_width
from daemon.text.transcript import UNSPACED

_LETTER = r"\u3005\u3040-\u30ff\u3400-\u9fff"
_OPEN = re.compile(rf"[{_LETTER}，、；：「『（]$")
_GOES_ON = re.compile(rf"[{_LETTER}，、」』）]")
_MARK = re.compile("[。！？．｡]")
_LEAST_MARKS, _LETTERS_PER_MARK = 2, 80
"""Where sentences end with marks, a line that has none at its end is not over."""

_INSIDE = re.compile(rf"[{UNSPACED}] [{UNSPACED}]")
_LEAST_LINES, _LEAST_LETTERS, _LEAST_WIDTH, _FULL_SHARE = 4, 10, 20, 0.8
"""Lines that a margin broke are all as long as it lets them; those that end with a phrase differ."""


class Wrapping(NamedTuple):
    """How the lines of a text come to end.

    `is_marked`: its sentences end with marks, so that a line of Chinese or Japanese without one is not over.
    `by_margin`: they are broken where the margin is, be it inside a word.
    """

    is_marked: bool = False
    by_margin: bool = False

    def goes_on(self, before: str, after: str) -> bool:
        """Whether one line goes on with the other without a space."""
        if after.isascii():
            return False
        if self.is_marked and _OPEN.search(before) is not None and _GOES_ON.match(after) is not None:
            return True
        if self.by_margin and _stands_inside(before, after):
            return True
        return is_one_word(before, after)

    def join_lines(self, lines: Sequence[str]) -> list[str]:
        """The lines, each that goes on with the one before joined to it."""
        out: list[str] = []
        for line in lines:
            if out and self.goes_on(out[-1], line):
                out[-1] += line
            else:
                out.append(line)
        return out


def find_wrapping(groups: Iterable[Sequence[str]]) -> Wrapping:
    """How the lines of a text come to end; a group holds those of a caption, or of a paragraph."""
    letters = marks = 0
    broken: list[str] = []
    for lines in groups:
        for at, line in enumerate(lines):
            if line.isascii():
                continue
            letters += len(line)
            marks += len(_MARK.findall(line))
            if at + 1 < len(lines) and _stands_inside(line, lines[at + 1]):
                broken.append(line)
    is_marked = marks >= max(_LEAST_MARKS, letters / _LETTERS_PER_MARK)
    by_margin = _are_full(broken, len, _LEAST_LETTERS) or _are_full(broken, measure_width, _LEAST_WIDTH)
    return Wrapping(is_marked, by_margin)


def _stands_inside(before: str, after: str) -> bool:
    """Whether letters of a script without spaces stand on both sides of where a line ends."""
    return _INSIDE.fullmatch(f"{before[-1:]} {after[:1]}") is not None


def _are_full(lines: Sequence[str], measure: Callable[[str], int], least: int) -> bool:
    """Whether hardly one of these lines is shorter than the longest, which has `least` or more."""
    if len(lines) < _LEAST_LINES:
        return False
    sizes = list(map(measure, lines))
    longest = max(sizes)
    full = sum(size >= longest - least // 10 for size in sizes)
    return longest >= least and full >= _FULL_SHARE * len(sizes)
