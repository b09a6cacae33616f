"""WebVTT captions (.vtt), YouTube's and Teams' among them."""

from __future__ import annotations

import json
import re

from daemon.errors import InputError
from daemon.formats.captions.cues.cue_lines import timing_place
from daemon.formats.captions.cues.segments import parse_captions
from daemon.formats.days import day_of
from daemon.formats.markup import count_plain_words, escape_markup
from daemon.formats.speakers.overlaps import voice_overlaps
from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

KIND = "vtt"

_FENCE = re.compile(r"\A\s*```\s?\w{0,12}\s*\n")
"""What stands above captions in Markdown."""
_PICTURE = re.compile(r"^\S{1,500}\.(?:jpe?g|png|webp|gif)(?:[#?]\S{0,200})?[ \t]*$", re.M | re.I)
_ALMOST = 0.9
_OF_GRAPH = re.compile(r'^[ \t]{0,9}\{[^\n]*"spokenText"[^\n]*\}[ \t]{0,9}$', re.M)
"""A cue as Microsoft Graph gives those of Teams with what it knows of them: `{"speakerName": "Ann", …}`."""


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
    text = _FENCE.sub("", text, count=1).lstrip()
    told = _OF_GRAPH.search(text)
    if told is None:
        return parse_captions(voice_overlaps(text), vtt=True)
    spoken = _OF_GRAPH.sub(lambda cue: _speak(cue[0]), text)
    reading = parse_captions(spoken, vtt=True)
    reading.recorded = day_of(_load_cue(told[0]).get("startDateTime"))
    gone = max(0, count_words(text) - count_plain_words(spoken))
    reading.words_in_file += gone
    reading.drop("markup", gone)
    return reading


def _load_cue(cue: str) -> dict[str, object]:
    """What the object of a cue tells; nothing where it can't be read."""
    try:
        told = json.loads(cue)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _speak(cue: str) -> str:
    """An object's cue as others write it, `<v Ann>Hello.`; as it is where it can't be read."""
    told = _load_cue(cue)
    said, name = told.get("spokenText"), told.get("speakerName")
    if not isinstance(said, str):
        return cue
    said = escape_markup(" ".join(said.split()))
    return f"<v {escape_markup(' '.join(name.split()))}>{said}" if isinstance(name, str) else said
