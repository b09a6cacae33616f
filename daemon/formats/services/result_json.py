"""The JSON of a result of this program that is dropped again: `paragraphs[].{start, speaker, cleaned}`."""

from __future__ import annotations

from typing import Any

from daemon.formats.days import day_of
from daemon.formats.markup import without_controls
from daemon.formats.services.values.fields import Record, list_records
from daemon.formats.word_account import Reading, order_span, read_seconds
from daemon.text.transcript import Segment, count_words

KIND = "result-json"

_KEYS = ("original", "cleaned", "flags")


def fits(raw: dict[str, Any]) -> bool:
    """Whether its paragraphs say what they were before they were cleaned."""
    paragraphs = raw.get("paragraphs")
    return isinstance(paragraphs, list) and any(_is_own(one) for one in paragraphs)


def _is_own(paragraph: object) -> bool:
    return isinstance(paragraph, dict) and all(key in paragraph for key in _KEYS)


def read_object(raw: dict[str, Any]) -> Reading:
    """Read the cleaned paragraphs; what they were before is booked."""
    paragraphs = list_records(raw["paragraphs"], "a result's")
    originals = sum(count_words(_read_text(one.get("original"))) for one in paragraphs)
    reading = Reading(originals, title=_read_text(raw.get("title")).strip() or None)
    reading.drop("original words", originals)
    reading.recorded = day_of(raw.get("date"))
    for paragraph in paragraphs:
        text = " ".join(_read_text(paragraph.get("cleaned")).split())
        if text:
            reading.words_in_file += count_words(text)
            reading.segments.append(_make_segment(paragraph, text))
    return reading


def _read_text(value: object) -> str:
    """A text as it was written: entities in it were said."""
    return without_controls(value) if isinstance(value, str) else ""


def _make_segment(paragraph: Record, text: str) -> Segment:
    start, end = order_span(read_seconds(paragraph.get("start")), read_seconds(paragraph.get("end")))
    speaker = " ".join(_read_text(paragraph.get("speaker")).split())
    return Segment(text, start, end, speaker or None)
