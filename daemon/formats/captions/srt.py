"""SubRip captions (.srt), with or without numbers, in whatever file they come."""

from __future__ import annotations

import re

from daemon.formats.captions.cues.cue_lines import begins_as_captions, is_mostly_captions, timing_place
from daemon.formats.captions.cues.segments import parse_captions
from daemon.formats.word_account import Reading

KIND = "srt"

_PAGE = re.compile(r"\s*<(?:!doctype html|html)\b", re.I)


def looks_like(text: str, extension: str) -> bool:
    """Whether a timing line stands near the beginning, or anywhere in a file named .srt, or many do."""
    if timing_place(text) is None or _PAGE.match(text):
        return False
    return begins_as_captions(text) or extension in (".srt", ".vtt") or is_mostly_captions(text)


def parse(text: str) -> Reading:
    """Read the captions."""
    return parse_captions(text, vtt=False)
