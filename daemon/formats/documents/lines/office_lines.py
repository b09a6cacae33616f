"""Offices and seats on lines of their own beside a name, as the records of parliaments print them.

The Minister for Ports          Ann Doyle               Minister for Ports
(Tom Harlan)                    (Leeds) (Lab)           Mr HARLAN: I thank the member.
It cost four million.           What did it cost?
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from daemon.formats.speakers.labels import find_label
from daemon.formats.speakers.names import Likeness, is_name, likeness_of
from daemon.formats.speakers.offices import is_office
from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

_SEATS = re.compile(r"(?:\([^()\n]{1,80}\)\s*){1,3}")
_LEAST_TIMES = 2


class _Joined(Enum):
    """What becomes of a line beside a name."""

    BEHIND = auto()
    """The line below is the seat, or the name in brackets."""
    NAME_BELOW = auto()
    """The line below is nothing but the name."""
    LABEL_BELOW = auto()
    """The line below begins with a label, which the office belongs to."""


def join_offices(lines: list[str], reading: Reading) -> list[str]:
    """The lines, each office and seat on the line of its name; one above a label is booked."""
    found = dict(_find_lines(lines))
    if len(found) < _LEAST_TIMES:
        return lines
    out: list[str] = []
    below = False
    for at, line in enumerate(lines):
        if below:
            below = False
            continue
        match found.get(at):
            case _Joined.BEHIND:
                out.append(f"{line.strip()} {lines[at + 1].strip()}")
                below = True
            case _Joined.NAME_BELOW:
                out.append(f"{line.strip()} ({lines[at + 1].strip()})")
                below = True
            case _Joined.LABEL_BELOW:
                reading.drop("speaker", count_words(line))
            case None:
                out.append(line)
    return out


def _find_lines(lines: list[str]) -> Iterator[tuple[int, _Joined]]:
    """The lines that stand beside a name, by their places, and what becomes of each."""
    for at in range(len(lines) - 1):
        line, below = lines[at].strip(), lines[at + 1].strip()
        opens = at == 0 or not lines[at - 1].strip()
        if not (opens and line and below) or len(line) > 200:
            continue
        said = at + 2 < len(lines) and lines[at + 2].strip() != ""
        office = is_office(line)
        if said and _SEATS.fullmatch(below) and (office or likeness_of(line) is Likeness.NAME):
            yield at, _Joined.BEHIND
        elif office and said and "(" not in line and is_name(below) and not is_office(below):
            yield at, _Joined.NAME_BELOW
        elif office and _is_labelled(below):
            yield at, _Joined.LABEL_BELOW


def _is_labelled(line: str) -> bool:
    label = find_label(line.split(None, 16)[:16])
    return label is not None and label.likeness in (Likeness.NAME, Likeness.SURE)
