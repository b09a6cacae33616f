"""The cues of SRT and VTT files: timing lines, and the lines that stand between them.

One reader serves both kinds, since real files mix them: commas in VTT, SRT without numbers, cues not
parted by blank lines, blank lines inside a cue. Only a timing line begins a cue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from daemon.formats.markup import TIME, count
from daemon.formats.word_account import Reading, lines_of
from daemon.text.timecode import parse_timecode

_TIMING = re.compile(
    rf"\s*({TIME})\s*(?:[-–—]{{1,3}}>|→)\s*({TIME})(?![\d:.,])"
    r"(?:\s+[\w-]+:[^\s<]+)*(?:\s+(.*))?$",
    re.ASCII,
)
_NUMBER = re.compile(r"\s*(\d{1,9})\s*$", re.ASCII)
_COMMENT = re.compile(r"(?:(NOTE)(?:\s.*)?|(STYLE|REGION)\s*)$")
_LANGUAGE = re.compile(r"Language:\s*([A-Za-z][\w-]{0,34})\s*$")


Timing = tuple[float, float, str]
"""Start and end in seconds, and the text after them."""


@dataclass(slots=True)
class Cue:
    """What is on the screen from `start` to `end` (seconds): raw text, blank lines too."""

    start: float
    end: float
    text: str

    @property
    def lines(self) -> list[str]:
        """The raw lines."""
        return self.text.split("\n")


def timing(line: str) -> Timing | None:
    """What the line tells, if it is a timing line."""
    if ">" not in line and "→" not in line:
        return None
    found = _TIMING.match(line)
    if found is None:
        return None
    start, end = parse_timecode(found[1]), parse_timecode(found[2])
    if start is None or end is None:
        return None
    return start, max(start, end), found[3] or ""


def timing_place(text: str) -> int | None:
    """How many lines with something on them stand before the first timing line; None without one."""
    before = 0
    for line in lines_of(text) if ">" in text or "→" in text else ():
        if timing(line) is not None:
            return before
        before += bool(line.strip())
    return None


def gather(lines: Iterable[str], timing: Callable[[str], Timing | None], reading: Reading) -> Iterator[Cue]:
    """The cues of a kind without numbers and names: a timing line begins one, all others go on with it."""
    cue: Cue | None = None
    own: list[str] = []
    for line in lines:
        if (found := timing(line)) is None:
            own.append(line)
            continue
        yield from _closed(cue, own, reading)
        reading.drop("timing", count(line) - count(found[2]))
        cue, own = Cue(found[0], found[1], ""), [found[2]]
    yield from _closed(cue, own, reading)


def split_cues(text: str, reading: Reading, *, vtt: bool) -> Iterator[Cue]:
    """The cues in the order of the file; every word that is not theirs is booked in `reading`.

    `vtt` says whether comments, styles and cue names of any form are looked for.
    """
    cue: Cue | None = None
    lines: list[str] = []  # what stands before the first cue, then each cue's own
    number = None
    for line in _without_comments(lines_of(text), reading) if vtt else lines_of(text):
        if (found := timing(line)) is None:
            lines.append(line)
            continue
        parted = not lines[-2].strip() if len(lines) > 1 else cue is None
        number = _drop_name(lines, number, reading, parted=parted, any_form=vtt)
        yield from _closed(cue, lines, reading)
        start, end, rest = found
        reading.drop("timing", count(line) - count(rest))
        lines = [rest] if rest else []
        cue = Cue(start, end, "")
    yield from _closed(cue, lines, reading)


def _closed(cue: Cue | None, lines: list[str], reading: Reading) -> Iterator[Cue]:
    if cue is None:
        reading.drop("header", sum(map(count, lines)))
        return
    cue.text = "\n".join(lines)
    yield cue


def _without_comments(lines: Iterable[str], reading: Reading) -> Iterator[str]:
    """The lines but the header and the comment and style blocks, which end at a blank or timing line."""
    reason, at_start, first = "", True, True
    for line in lines:
        blank = not line.strip()
        if first and line.lstrip().startswith("WEBVTT"):
            reason, at_start = "header", False
        first = False
        if at_start and (found := _COMMENT.match(line)):
            reason = "note" if found[1] else "style"
        elif blank or (reason and timing(line)):
            reason = ""
        at_start = blank
        if not reason:
            yield line
            continue
        if reason == "header" and (language := _LANGUAGE.match(line)):
            reading.language = language[1]
        reading.drop(reason, count(line))


def _drop_name(
    lines: list[str], number: int | None, reading: Reading, *, parted: bool, any_form: bool
) -> int | None:
    """Take the number or name of the next cue off the lines before its timing; the last known number.

    A line is a name where a blank line stands before it. Directly below text only the number that is
    due is one, since a cue may well say "12".
    """
    if not lines or not lines[-1].strip():
        return number
    found = _NUMBER.match(lines[-1])
    due = found is not None and number is not None and int(found[1]) == number + 1
    if not (due or (parted and (found or any_form))):
        return number
    reading.drop("cue number" if found else "cue name", count(lines.pop()))
    return int(found[1]) if found else number
