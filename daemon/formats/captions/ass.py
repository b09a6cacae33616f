"""ASS and SSA captions: `Dialogue: 0,0:00:01.00,0:00:02.50,Default,Ann,0,0,0,,text`.

Read here, since pysubs2 loses the words of lines with columns of their own order, and of lines broken in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from daemon.formats.captions.cues.cue_lines import Cue, join_lines
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.markup import count_plain_words, voice_tag
from daemon.formats.word_account import Reading, lines_of
from daemon.text.timecode import parse_timecode

KIND = "ass"

_HEAD = re.compile(r"\[(?:Script Info|V4\+? Styles|Events)\]\s*(?:\n|$)", re.I)
_HEADLESS = re.compile(
    r"(?:Dialogue|Comment)\s?:\s?(?:Marked=)?\d{1,9},\s?\d{1,3}:\d\d:\d\d[.:,]\d{1,3},\s?\d{1,3}:\d\d:\d\d",
    re.I,
)
"""An event as the first line of a file from which the sections above it are gone."""
_FORMAT = re.compile(r"^[^\S\n]*Format:(.*Text)[^\S\n]*$", re.I | re.M)
_COLUMNS = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
_KINDS = "Dialogue|Comment|Picture|Sound|Movie|Command"
_EVENT = re.compile(rf"\s*({_KINDS})\s*:", re.I)
_NOBODY = "NTP"  # what editors write into the column of an SSA file without names
_SECTION = re.compile(r"\s*\[[^\]\n]{1,40}\]\s*$")
_CODE = re.compile(r"\{\\[^{}\n]*\}")
_LIT = re.compile(r"\{\\[^{}\n]*\}(?=[^{}\n]*\w)([^{}\n]*)\{\\[^{}\n]*\}([^{}\n]*)$")
"""The one part of a text that looks otherwise, as a word does that lights up when it is said."""
_REMARK = re.compile(r"\{[^{}\\\n][^{}\n]*\}")
_SPACE = re.compile(r"\\[Nnh]")
_BEGINS, _ENDS, _EITHER = (rf"\{{(?=[^{{}}\n]*\\p{size})[^{{}}\n]*\}}" for size in ("[1-9]", "0", r"\d"))
"""Codes with which a drawing begins and ends; what they hold is looked through once."""
_DRAWING = re.compile(rf"{_BEGINS}(.*?)(?={_ENDS}|$)")
_DRAWN_EDGE = re.compile(rf"(?={_EITHER})")


def looks_like(text: str, extension: str) -> bool:
    """Whether it begins with a section of such a file, or with an event."""
    bare = text.lstrip()
    return _HEAD.match(bare) is not None or _HEADLESS.match(bare) is not None


def parse(text: str) -> Reading:
    """Read the events; comments, drawings, styles and the head are booked as what they are."""
    columns = [name.strip().lower() for name in _read_columns(text)]
    head = rf"^([ \t]*(?:{_KINDS})[ \t]*:(?:[^,\n]*,){{{len(columns) - 1}}})"
    whole = re.sub(head, r"\1 ", text, flags=re.M | re.I)
    reading = Reading(
        count_plain_words(_strip_codes(whole)) + sum(map(count_plain_words, _REMARK.findall(text)))
    )
    cues = [cue for cue in join_lines(_read_cues(text, columns, reading)) if cue.text.strip()]
    read_cues(sorted(cues, key=lambda cue: cue.start), reading)
    return reading


def _read_columns(text: str) -> list[str]:
    """The names of an event's columns; the text is the last of them, since it may hold commas."""
    found = [line[1] for line in _FORMAT.finditer(text) if "start" in line[1].lower()]
    return (found[-1] if found else _COLUMNS).split(",")


def _strip_codes(text: str) -> str:
    return _SPACE.sub(" ", _CODE.sub("", _REMARK.sub("", _DRAWN_EDGE.sub(" ", text))))


def _read_cues(text: str, columns: list[str], reading: Reading) -> Iterator[Cue | str]:
    """The cues, and the lines below each that a program broke off."""
    begun, now, unread = False, 0.0, 0
    for line in lines_of(text):
        reading.drop("comment", sum(map(count_plain_words, _REMARK.findall(line))))
        event = _EVENT.match(line)
        if event is None or line.count(",") < len(columns) - 1:
            if not begun or _SECTION.match(line) or event is not None:
                reading.drop("header", count_plain_words(_strip_codes(line)))
            else:
                yield _strip_codes(line)
            continue
        *fields, said = line.split(",", len(columns) - 1)
        reading.drop("timing", count_plain_words(_strip_codes(",".join(fields) + ",")))
        spoken = _read_said(said, event[1], reading)
        if spoken is None:
            continue
        values = dict(zip(columns, [fields[0][event.end() :], *fields[1:]], strict=False))
        start, end = parse_timecode(values.get("start", "")), parse_timecode(values.get("end", ""))
        unread += start is None
        now = now if start is None else start
        yield Cue(now, max(now, end or now), _mark_voice(values) + spoken)
        begun = True
    if unread:
        reading.warnings.append(
            f"Events whose start can't be read stand where the one before them begins: {unread:,}."
        )


def _read_said(said: str, kind: str, reading: Reading) -> str | None:
    """What an event of this kind says; None of a comment, and of what is only drawn."""
    if kind.lower() != "dialogue":
        reading.drop("comment", count_plain_words(_strip_codes(said)))
        return None
    drawn = _DRAWING.findall(said)
    reading.drop("drawing", sum(count_plain_words(_strip_codes(one)) for one in drawn))
    spoken = _strip_codes(_LIT.sub(r"<b>\1</b>\2", _DRAWING.sub(" ", said)))
    return None if drawn and not spoken.strip() else spoken


def _mark_voice(values: dict[str, str]) -> str:
    name = values.get("name", values.get("actor", ""))
    return voice_tag(name) if any(map(str.isalpha, name)) and name.strip() != _NOBODY else ""
