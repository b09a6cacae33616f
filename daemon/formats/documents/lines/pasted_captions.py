"""The text of a document, whose paragraphs may be captions that somebody pasted into it."""

from __future__ import annotations

import re
from itertools import islice

from daemon.formats.captions import sbv, srt, vtt
from daemon.formats.captions.cues.timing import read_timing
from daemon.formats.documents import text
from daemon.formats.markup import part_sentences, without_controls
from daemon.formats.word_account import Reading, lines_of

_HEAD_LINES = 8
_CAPTIONS = ((vtt.looks_like, vtt.parse), (srt.looks_like, srt.parse), (sbv.looks_like, sbv.parse))
_NUMBER = re.compile(r"\s*\d{1,6}\s*$")


def read_pasted(content: str) -> Reading:
    """Read the text of a document, its paragraphs parted by blank lines."""
    content = part_sentences(without_controls(content))
    head = "\n".join(islice(filter(str.strip, lines_of(content)), _HEAD_LINES))
    for looks_like, parse in _CAPTIONS:
        if looks_like(head, ""):
            return parse(_as_captions(content))
    held = [content]
    del content  # the reader alone has it, and lets it go when it has its lines
    return text.parse(held.pop())


def _as_captions(content: str) -> str:
    """The lines without the blank ones between paragraphs, but for one before each cue."""
    lines = [line for line in content.split("\n") if line.strip()]
    out: list[str] = []
    for at, line in enumerate(lines):
        timed = at + 1 < len(lines) and read_timing(lines[at + 1]) is not None
        begins = (timed and _NUMBER.match(line)) or (at == 1 and out[0].startswith("WEBVTT"))
        out += ["", line] if begins else [line]
    return "\n".join(out)
