"""WebVTT captions (.vtt), YouTube's and Teams' among them."""

from __future__ import annotations

import re

from daemon.errors import InputError
from daemon.formats.captions.cues.cue_lines import timing_place
from daemon.formats.captions.cues.segments import parse_captions
from daemon.formats.speakers.overlaps import voice_overlaps
from daemon.formats.word_account import Reading

KIND = "vtt"

_FENCE = re.compile(r"\A\s*```\s?\w{0,12}\s*\n")
"""What stands above captions in Markdown."""
_PICTURE = re.compile(r"^\S{1,500}\.(?:jpe?g|png|webp|gif)(?:[#?]\S{0,200})?[ \t]*$", re.M | re.I)
_ALMOST = 0.9


def looks_like(text: str, extension: str) -> bool:
    """Whether the header is there, or cues in a file named .vtt."""
    text = _FENCE.sub("", text, count=1)
    head = text.lstrip().lstrip('"')[:7].upper()
    header = head[:6] == "WEBVTT" and not head[6:].strip(' "\n\t\r')
    return header or (extension == ".vtt" and timing_place(text) is not None)


def parse(text: str) -> Reading:
    """Read the captions; raises InputError for the pictures that a player shows over its bar."""
    pictures = len(_PICTURE.findall(text)) if "." in text else 0
    if pictures and pictures >= _ALMOST * text.count("-->"):
        raise InputError(
            "This is a list of preview pictures of a video (WebVTT), not a transcript.",
            "Drop the subtitles that lie beside it.",
        )
    return parse_captions(voice_overlaps(_FENCE.sub("", text, count=1).lstrip()), vtt=True)
