"""The lines with which Zoom's saved chat names who writes: `17:01:22 From Ann Berg to Everyone:`."""

from __future__ import annotations

import re

from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp][Mm])?"
_HEAD = re.compile(
    rf"\s*({_CLOCK})?\s*(?:From|Von|De|Da|Van)\s+(\S.{{0,60}}?)\s+(?:to|an|à|a|para|aan)\s+(\S.{{0,60}}?)"
    rf"\s*(?::\s*({_CLOCK})\s*$|:(?=\s|$)|\s({_CLOCK})\s*$)",
    re.ASCII,
)
_LEAST = 2
_LONGEST = 300  # characters; no head is looked for beyond


def name_writers(lines: list[str], reading: Reading) -> list[str]:
    """The lines, each head of a chat message written as a time and a label; whom it is to is booked."""
    found = {at: head for at, line in enumerate(lines) if (head := _HEAD.match(line[:_LONGEST]))}
    receivers = [head[3].casefold().startswith(_EVERYBODY) for head in found.values()]
    if len(found) < _LEAST or not any(receivers):
        return lines
    out = list(lines)
    for at, head in found.items():
        time = head[1] or head[4] or head[5] or ""
        out[at] = f"{time} {head[2]}: {lines[at][head.end() :].strip()}".strip()
        reading.drop("speaker", count_words(lines[at]) - count_words(out[at]))
    return out


_EVERYBODY = ("everyone", "alle", "tous", "todos", "tutti", "iedereen", "me", "host", "all")
