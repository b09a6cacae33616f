"""Times at the ends of turns: `B: In the winter. #00:00:12-3#`, as f4 and MAXQDA write them."""

from __future__ import annotations

import re
from itertools import pairwise

from msgspec.structs import replace

from daemon.formats.documents.lines.heads.head import Head
from daemon.text.timecode import parse_timecode

_CLOSING = re.compile(r"#(\d{2}:\d{2}:\d{2})(?:[-.,](\d{1,3}))?#\s*$", re.ASCII)
_LEAST, _SHARE = 2, 0.5
_FIRST = 300.0
"""Seconds at which a turn ends, at most, that is taken to begin with the recording."""


def with_closing_times(found: list[Head]) -> list[Head]:
    """The heads; where most lines end with a time and none begins with one, each begins where one ended."""
    ends = {at: end for at, head in enumerate(found) if "#" in head.line[-1:] and (end := _read_end(head))}
    spoken = sum(bool(head.text.strip()) for head in found)
    if len(ends) < max(_LEAST, _SHARE * spoken) or any(head.start is not None for head in found):
        return found
    if any(after < before for before, after in pairwise(ends.values())):
        return found
    out: list[Head] = []
    now: float | None = 0.0 if next(iter(ends.values())) <= _FIRST else None
    for at, head in enumerate(found):
        if now is not None and head.text.strip():
            head, now = replace(head, start=now, end=ends.get(at)), None
        out.append(head)
        now = ends.get(at, now)
    return out


def _read_end(head: Head) -> float | None:
    """The second at which a line says that it ends; None for one without words, or that says nothing."""
    closing = _CLOSING.search(head.line) if head.text.strip() else None
    return parse_timecode(f"{closing[1]}.{closing[2] or 0}") if closing else None
