"""Lines with paragraph numbers, read out of whatever a model wrote. Pure.

What comes back is hostile until it was read: a line is one line, without control characters and whatever
turns the direction of writing, and of a bounded length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from daemon.text.unseen import JOINERS

_MOST_ANSWER = 40_000  # characters: what is behind them is nobody's summary
_MOST_NUMBER = 7  # digits
_MOST_RANGE = 50  # paragraphs
_LONGEST_LINE = 2000  # characters

# Each space can be read in one way only: in several, a long line would take for ever.
_NUMBER = rf"\[?\d{{1,{_MOST_NUMBER}}}\]?"
_BETWEEN = r"(?: ?[-–—,;&+] ?| and | |(?<=\])(?=\[))"
_NUMBERS = re.compile(
    r"^[ >*•·\-–\"'`(]*"  # the sign of a list
    rf"(?:(?:paragraphs?|¶) ?)?({_NUMBER}(?:{_BETWEEN}{_NUMBER}){{0,40}})"
    r" ?[)\]]? ?(?:[|:¦｜]|[.)\-–—](?= )) ?(\S.*)$",
    re.I,
)
_ONE_OR_RANGE = re.compile(r"(\d+)\s*\]?\s*(?:[-–—]\s*\[?\s*(\d+))?")
_SAYS_NOTHING = frozenset({"", "none", "json", "text", "markdown", "plaintext"})
_NO_WORD = re.compile(r"[\W_]+")
_AROUND = " \t\"'“”„«»`*_#|"


class Statement(NamedTuple):
    """A line as a model wrote it: what it says, and the numbers of the paragraphs that it names, from 1."""

    text: str
    numbers: tuple[int, ...]


def read_statements(answer: str) -> Iterator[Statement]:
    """The lines of an answer, in order; those that say nothing are passed over."""
    for row in answer[:_MOST_ANSWER].splitlines():
        line = " ".join(row[:_LONGEST_LINE].split())
        if _NO_WORD.sub("", line).casefold() in _SAYS_NOTHING:
            continue
        found = _NUMBERS.match(line)
        if found is None:
            yield Statement(tidy_phrase(line), ())
        elif phrase := tidy_phrase(found[2]):
            yield Statement(phrase, tuple(_read_numbers(found[1])))


def tidy_phrase(text: str) -> str:
    """A phrase on one line, without the characters that nobody sees and marks of emphasis around it."""
    shown = "".join(map(_show_character, text))
    return " ".join(shown.split()).strip(_AROUND)


def _show_character(char: str) -> str:
    if char in JOINERS:
        return char
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category[0] == "C" else char


def _read_numbers(text: str) -> Iterator[int]:
    for found in _ONE_OR_RANGE.finditer(text):
        first = int(found[1])
        last = int(found[2]) if found[2] else first
        if last < first:
            yield from (first, last)
            continue
        yield from range(first, min(last, first + _MOST_RANGE) + 1)
