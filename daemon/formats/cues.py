"""The cues of SRT and VTT files: timing lines, and the lines that stand between them.

One reader serves both kinds, since real files mix them: commas in VTT, SRT without numbers, cues not
parted by blank lines, blank lines inside a cue. Only a timing line begins a cue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.formats.markup import TIME, count
from daemon.formats.reading import Reading
from daemon.timecode import parse_timecode

_TIMING = re.compile(
    rf"\s*({TIME})\s*(?:[-–—]{{1,3}}>|→)\s*({TIME})(?![\d:.,])"
    r"(?:\s+[\w-]+:[^\s<]+)*(?:\s+(.*))?$",
    re.ASCII,
)
_NUMBER = re.compile(r"\s*(\d{1,9})\s*$", re.ASCII)
_COMMENT = re.compile(r"(?:(NOTE)(?:\s.*)?|(STYLE|REGION)\s*)$")
_LANGUAGE = re.compile(r"Language:\s*([A-Za-z][\w-]{0,34})\s*$")


@dataclass(slots=True)
class Cue:
    """What is on the screen from `start` to `end` (seconds): raw lines, blank ones too."""

    start: float
    end: float
    lines: list[str] = field(default_factory=list)


def timing(line: str) -> tuple[float, float, str] | None:
    """Start and end in seconds and the text after them, if the line is a timing line."""
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
    for line in text.split("\n"):
        if timing(line) is not None:
            return before
        before += bool(line.strip())
    return None


def split_cues(text: str, reading: Reading, *, vtt: bool) -> list[Cue]:
    """The cues in the order of the file; every word that is not theirs is booked in `reading`.

    `vtt` says whether comments, styles and cue names of any form are looked for.
    """
    cues: list[Cue] = []
    lines: list[str] = []  # what stands before the first cue, then each cue's own
    head, number = lines, None
    for line in _without_comments(text.split("\n"), reading) if vtt else text.split("\n"):
        if (found := timing(line)) is None:
            lines.append(line)
            continue
        parted = not lines[-2].strip() if len(lines) > 1 else not cues
        number = _drop_name(lines, number, reading, parted=parted, any_form=vtt)
        start, end, rest = found
        reading.drop("timing", count(line) - count(rest))
        lines = [rest] if rest else []
        cues.append(Cue(start, end, lines))
    for line in head:
        reading.drop("header", count(line))
    return cues


def _without_comments(lines: list[str], reading: Reading) -> Iterator[str]:
    """The lines but the header and the comment and style blocks, which end at a blank or timing line."""
    reason = "header" if lines[0].lstrip().startswith("WEBVTT") else ""
    at_start = not reason
    for line in lines:
        blank = not line.strip()
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
