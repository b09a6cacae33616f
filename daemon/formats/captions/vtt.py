"""WebVTT captions (.vtt), YouTube's and Teams' among them."""

from __future__ import annotations

from daemon.formats.captions.cues.cue_lines import timing_place
from daemon.formats.captions.cues.segments import parse_captions
from daemon.formats.word_account import Reading

KIND = "vtt"


def looks_like(text: str, extension: str) -> bool:
    """Whether the header is there, or cues in a file named .vtt."""
    head = text.lstrip().lstrip('"')[:7].upper()
    header = head[:6] == "WEBVTT" and not head[6:].strip(' "\n\t\r')
    return header or (extension == ".vtt" and timing_place(text) is not None)


def parse(text: str) -> Reading:
    """Read the captions."""
    return parse_captions(text.lstrip(), vtt=True)
