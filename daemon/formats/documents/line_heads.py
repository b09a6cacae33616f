"""The beginnings of a text's lines: which time and which name stand there, in many notations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from daemon.formats.speakers import Label, is_common, is_generic, is_name, label
from daemon.formats.word_account import dropped_of
from daemon.text.timecode import parse_timecode

_TIME = r"\d{1,4}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_RANGE = rf"({_TIME})(?:\s*(?:-{{1,2}}>|[-–—→])\s*({_TIME}))?"
_BRACKETED = re.compile(rf"\s*(?:\[\s*{_RANGE}\s*\]|\(\s*{_RANGE}\s*\))(?:\s*[-–—:](?=\s))?\s*", re.ASCII)
_BARE = re.compile(rf"\s*{_RANGE}(?:\s*[-–—:])?(?:\s+|$)", re.ASCII)
_GAP = 60  # spaces between a name and its time, at most: a search through millions would take seconds
_NAMED = re.compile(rf"\s*(\S.{{0,60}}?)\s{{0,{_GAP}}}[\[(]({_TIME})[\])]\s*(?::(?=\s|$)|$)", re.ASCII)
_NAMED_BARE = re.compile(rf"\s*(\S.{{0,60}}?)\s{{1,{_GAP}}}({_TIME})\s*$", re.ASCII)
_BOXED = rf"(?:\[{_TIME}\]|\({_TIME}\))"
_EMPHASISED = re.compile(
    rf"(\*{{1,3}}|_{{1,3}}|`)(?:({_BOXED}|{_TIME})\1"  # **[00:15]** text
    rf"|({_BOXED}\s[^*`]{{1,60}}?(?::\1|\1:))"  # **[00:15] Ann:** text
    rf"|([^*`]{{1,60}}?\s?{_BOXED}(?::\1|\1:|\1$)))",  # **Ann [00:15]:** text
    re.ASCII,
)
_DECORATED_END = re.compile(rf"(?<=\s)([*_`]{{1,3}})({_TIME})\1$", re.ASCII)
_LINKED = re.compile(
    rf"([*_`]{{0,3}}(?:[^\[\]\\]{{1,60}}:[*_]{{0,3}}\s)?)"
    rf"(?:\[({_TIME})\]\([^()\s]*\)|\\\[({_TIME})\\\])(?=[\s*_`]|$)",
    re.ASCII,
)
_HEAD_CHARACTERS = 200  # no mark is looked for beyond
_BARE_SHARE = 0.05
"""The share of lines from which `0:15` at a line's beginning or end is a time and not what was said."""


@dataclass(frozen=True, slots=True)
class Head:
    """A line, read: its time (seconds), what may be its label, and its text without the time.

    `line` is empty for a blank line; `time_words` counts the words of the time. `doubtful` times are of
    a form that speech has too (3:15), and hold only where the file is full of them.
    """

    line: str = ""
    start: float | None = None
    end: float | None = None
    label: Label | None = None
    text: str = ""
    time_words: int = 0
    doubtful: bool = False

    @property
    def words(self) -> list[str]:
        """The words of its text; made anew each time, since those of a whole file take ten times its size."""
        return self.text.split()


def read(lines: Iterable[str]) -> list[Head]:
    """The head of each line; where doubtful times are no times after all, their words are speech."""
    found = [_head(line) for line in lines]
    doubtful = [head.start for head in found if head.doubtful and head.start is not None]
    spoken = [head for head in found if head.line]
    if not doubtful or _are_times(doubtful, len(spoken), first=spoken[0].doubtful):
        return found
    return [_untimed(head.line) if head.doubtful else head for head in found]


def _are_times(times: list[float], lines: int, *, first: bool) -> bool:
    """Times run on through the file, and there is one at the beginning or many of them."""
    running = all(a <= b for a, b in pairwise(times))
    return running and (first or len(times) > 1) and len(times) >= _BARE_SHARE * lines


def _head(line: str) -> Head:
    line = line.strip()
    if not line or not any(char.isdigit() for char in line[:100]):
        return _untimed(line)
    plain = _undecorated(line)
    found = _time_first(plain) or _name_first(plain)
    return replace(found, line=line) if found else _untimed(line)


def _undecorated(line: str) -> str:
    """The line without Markdown's marks around its time (emphasis, a link, escapes); as many words."""
    head, rest = line[:_HEAD_CHARACTERS], line[_HEAD_CHARACTERS:]
    if found := _LINKED.match(head):
        head = f"{found[1]}[{found[2] or found[3]}]{head[found.end() :]}"
    if found := _EMPHASISED.match(head):
        mark, bare = found[1], found[2] or found[3] or found[4]
        colon = ":" * bare.endswith(mark + ":")
        head = bare.removesuffix(mark + colon) + colon + head[found.end() :]
    return head + rest if rest else _DECORATED_END.sub(r"\2", head)


def _untimed(line: str) -> Head:
    return Head(line, None, None, label(_first_words(line)), line)


def _first_words(text: str) -> list[str]:
    """As many words as a label may have, and more."""
    return text.split(None, 12)[:12]


def _time_first(line: str) -> Head | None:
    found = _BRACKETED.match(line) or _BARE.match(line)
    if found is None:
        return None
    start, end = [group for group in found.groups() if group][:1], [g for g in found.groups() if g][1:]
    text = line[found.end() :]
    return Head(
        line,
        parse_timecode(start[0]),
        parse_timecode(end[0]) if end else None,
        label(_first_words(text)),
        text,
        dropped_of([line], [text]),
        found.re is _BARE and start[0].count(":") < 2,
    )


def _name_first(line: str) -> Head | None:
    """`Speaker 1 (00:00): text`, and `Ann Smith  0:15` on a line of its own."""
    found = _NAMED.match(line) or _NAMED_BARE.match(line)
    if found is None:
        return _label_first(line)
    name = found[1].strip("*_: ")
    if not is_generic(name) and (not is_name(name) or is_common(name)):
        return _label_first(line)
    name_words = found[1].split()
    text = f"{found[1]} {line[found.end() :]}"
    doubtful = found.re is _NAMED_BARE and found[2].count(":") < 2
    start = parse_timecode(found[2])
    known = Label(name, len(name_words), sure=True)
    return Head(line, start, None, known, text, dropped_of([line], [text]), doubtful)


def _label_first(line: str) -> Head | None:
    """`Ann: [00:15] text`."""
    words = line.split()
    found = label(words)
    if found is None or found.rest:
        return None
    rest = " ".join(words[found.taken :])
    time = _BRACKETED.match(rest)
    if time is None:
        return None
    start = next(group for group in time.groups() if group)
    text = " ".join([*words[: found.taken], rest[time.end() :]])
    return Head(line, parse_timecode(start), None, found, text, dropped_of(words, [text]))
