"""What LINE and Discord's exporter set around messages, and nobody wrote: heads, days, reactions."""

from __future__ import annotations

import re

from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

_LINE_HEAD = re.compile(r"\s*\[LINE\]\s")
_LINE_SAVED = re.compile(
    r"\s*[^:：]{1,30}[:：]\s?(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}),?\s\d{1,2}:\d\d(?:\s?[AP]M)?\s*$", re.ASCII
)
_LINE_DAY = re.compile(
    r"\s*(?:\w{2,10}\.?,?\s)?\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\.?\s?(?:[(（]?\w{1,10}[)）]?)?\s*$"
)
_DISCORD_HEAD = re.compile(r"\s*(?:Guild|Server):\s\S")
_DISCORD_FIELD = re.compile(
    r"\s*(?:Guild|Server|Channel|Topic|After|Before|Filter|Exported \d[\d,]* message)\b"
)
_DISCORD_BLOCK = re.compile(r"\s*\{(?:Reactions|Attachments|Embed|Stickers|Components)\}\s*$")
_RULE = re.compile(r"\s*={10,}\s*$")
_HEAD_LINES = 12


def without_chat_frames(lines: list[str], reading: Reading) -> list[str]:
    """The lines, those of a frame blank and booked; the same where neither program wrote them."""
    head = [line for line in lines[:_HEAD_LINES] if line.strip()]
    if head and _LINE_HEAD.match(head[0]):
        return [_drop_if(line, reading, frame=_is_of_line(line)) for line in lines]
    headed = any(map(_DISCORD_HEAD.match, head[:2])) and any(map(_RULE.match, head))
    if headed or any(map(_DISCORD_BLOCK.match, lines)):
        return _without_discord(lines, reading)
    return lines


def _is_of_line(line: str) -> bool:
    """Whether a line is the head of LINE's export, or a day."""
    return any(form.match(line) for form in (_LINE_HEAD, _LINE_SAVED, _LINE_DAY)) and "\t" not in line


def _without_discord(lines: list[str], reading: Reading) -> list[str]:
    """The lines without the fields between rules, and blocks up to a blank line that tell of a message."""
    out: list[str] = []
    inside = ruled = False
    for line in lines:
        if _RULE.match(line):
            ruled = not ruled
        inside = bool(line.strip()) and (inside or _DISCORD_BLOCK.match(line) is not None)
        frame = inside or (ruled and _DISCORD_FIELD.match(line) is not None)
        out.append(_drop_if(line, reading, frame=frame))
    return out


def _drop_if(line: str, reading: Reading, *, frame: bool) -> str:
    reading.drop("notice", count_words(line) if frame else 0)
    return "" if frame else line
