"""WebVTT captions (.vtt), YouTube's and Teams' among them."""

from __future__ import annotations

import json
import re
from itertools import pairwise

from daemon.errors import InputError
from daemon.formats.captions.cues.cue_lines import timing_place
from daemon.formats.captions.cues.segments import parse_captions
from daemon.formats.days import day_of
from daemon.formats.markup import count_plain_words, escape_markup
from daemon.formats.speakers.overlaps import voice_overlaps
from daemon.formats.word_account import Reading
from daemon.text.timecode import parse_timecode
from daemon.text.transcript import count_words

KIND = "vtt"

_FENCE = re.compile(r"\A\s*```\s?\w{0,12}\s*\n")
"""What stands above captions in Markdown."""
_PICTURE = re.compile(r"^\S{1,500}\.(?:jpe?g|png|webp|gif)(?:[#?]\S{0,200})?[ \t]*$", re.M | re.I)
_ALMOST = 0.9
_OF_GRAPH = re.compile(r'^[ \t]{0,9}\{(?>[^\n]*?"(?:spokenText|text)")[^\n]*\}[ \t]{0,9}$', re.M)
"""A cue as Microsoft Graph gives those of Teams with what it knows of them: `{"speakerName": "Ann", …}`."""
_MAP = re.compile(
    r"^X-TIMESTAMP-MAP=(?=[^\n]{0,80}MPEGTS:(?P<ticks>\d{1,11}))(?=[^\n]{0,80}LOCAL:(?P<local>[\d:.]{5,16}))",
    re.M | re.ASCII,
)
"""Which moment of the stream a time of the part is: `X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000`."""
_TICKS = 90_000  # a second
_WRAPS = 2**33  # ticks, after which they begin anew
_TIME = r"((?:\d{1,3}:)?\d\d:\d\d\.\d{3})"
_TIMING = re.compile(rf"^{_TIME}([ \t]+-->[ \t]+){_TIME}", re.M | re.ASCII)


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
    if text.count("X-TIMESTAMP-MAP=") > 1:
        text = _on_one_clock(text)
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
    said, name = told.get("spokenText", told.get("text")), told.get("speakerName", told.get("speaker"))
    if not isinstance(said, str):
        return cue
    said = escape_markup(" ".join(said.split()))
    return f"<v {escape_markup(' '.join(name.split()))}>{said}" if isinstance(name, str) else said


def _on_one_clock(text: str) -> str:
    """The captions of a stream's joined parts, each of which may count from its own beginning, on one clock.

    They stay as they are where their times run on, or where the parts don't tell when they begin.
    """
    maps = list(_MAP.finditer(text))
    begins = list(_list_beginnings(maps))
    if len(set(begins)) < 2:
        return text
    ends = [*(one.start() for one in maps[1:]), len(text)]
    parts = [text[one.start() : end] for one, end in zip(maps, ends, strict=True)]
    spans = [(found[0], found[-1]) for part in parts if (found := _list_starts(part))]
    if all(before[1] < after[0] for before, after in pairwise(spans)) or min(begins) < begins[0]:
        return text
    shifted = (_shift(part, begin - begins[0]) for part, begin in zip(parts, begins, strict=True))
    return text[: maps[0].start()] + "".join(shifted)


def _list_beginnings(maps: list[re.Match[str]]) -> list[float]:
    """When each part begins on the clock of the stream, in seconds."""
    ticks = [int(one["ticks"]) for one in maps]
    past = 0
    out = []
    for before, one, found in zip([0, *ticks], ticks, maps, strict=False):
        past += _WRAPS * (before - one > _WRAPS // 2)
        out.append(round((one + past) / _TICKS - (parse_timecode(found["local"]) or 0.0), 3))
    return out


def _list_starts(part: str) -> list[float]:
    return [parse_timecode(found[1]) or 0.0 for found in _TIMING.finditer(part)]


def _shift(part: str, seconds: float) -> str:
    def later(time: str) -> str:
        whole = round(((parse_timecode(time) or 0.0) + seconds) * 1000)
        return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole % 60_000 / 1000:06.3f}"

    return _TIMING.sub(lambda found: f"{later(found[1])}{found[2]}{later(found[3])}", part)
