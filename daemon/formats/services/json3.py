"""YouTube's json3: `events[].{tStartMs, dDurationMs, segs[].{utf8, tOffsetMs}}`, each word said once."""

from __future__ import annotations

from typing import Any

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.markup import escape_markup, time_tag
from daemon.formats.services.values.fields import Record, list_records, make_shape_error, text_of
from daemon.formats.word_account import Reading, scale_time
from daemon.text.transcript import count_words

KIND = "youtube-json3"


def fits(raw: dict[str, Any]) -> bool:
    """Whether its keys are there."""
    events = raw.get("events")
    return isinstance(events, list) and any(isinstance(one, dict) and "tStartMs" in one for one in events)


def read_object(raw: dict[str, Any]) -> Reading:
    """Read it; raises InputError where an event or its words are no objects."""
    reading, cues = Reading(0), []
    for event in list_records(raw.get("events"), "YouTube's"):
        parts = list_records(event.get("segs"), "YouTube's")
        words = count_words("".join(text_of(part.get("utf8")) for part in parts))
        if words:
            reading.words_in_file += words
            cues.append(_make_cue(event, parts))
    read_cues(cues, reading, overlapping=True)
    return reading


def _make_cue(event: Record, parts: list[Record]) -> Cue:
    start = scale_time(event.get("tStartMs"), 1000)
    if start is None:
        raise make_shape_error("YouTube's")
    text = ""
    for part in parts:
        offset = scale_time(part.get("tOffsetMs"), 1000)
        text += time_tag(start + offset) if offset is not None else ""
        text += escape_markup(text_of(part.get("utf8")))
    return Cue(start, start + (scale_time(event.get("dDurationMs"), 1000) or 0.0), text)
