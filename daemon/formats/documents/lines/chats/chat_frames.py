"""What LINE and Discord's exporter set around messages, and nobody wrote: heads, days, reactions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from daemon.formats.word_account import Reading, rewrite_lines

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
    headed = any(map(_DISCORD_HEAD.match, head[:2])) and any(map(_RULE.match, head))
    frame: Iterable[int] = ()
    if head and _LINE_HEAD.match(head[0]):
        frame = (at for at, line in enumerate(lines) if _is_of_line(line))
    elif headed or any(map(_DISCORD_BLOCK.match, lines)):
        frame = _find_frame_of_discord(lines)
    return rewrite_lines(lines, dict.fromkeys(frame, ""), reading, "notice")


def _is_of_line(line: str) -> bool:
    """Whether a line is the head of LINE's export, or a day."""
    return any(form.match(line) for form in (_LINE_HEAD, _LINE_SAVED, _LINE_DAY)) and "\t" not in line


def _find_frame_of_discord(lines: list[str]) -> Iterator[int]:
    """The places of fields between rules, and of blocks up to a blank line that tell of a message."""
    inside = ruled = False
    for at, line in enumerate(lines):
        if _RULE.match(line):
            ruled = not ruled
        inside = bool(line.strip()) and (inside or _DISCORD_BLOCK.match(line) is not None)
        if inside or (ruled and _DISCORD_FIELD.match(line) is not None):
            yield at
