"""The JSON of podcasts (`podcast:transcript`): `segments[].{startTime, endTime, speaker, body}`."""

from __future__ import annotations

from typing import Any

from daemon.formats.services.values.fields import Record, language_of, list_records
from daemon.formats.services.whisper import read_segments
from daemon.formats.word_account import Reading

KIND = "podcast-json"

_OTHER_TIMES = frozenset(("start", "end"))
"""Keys of times in the files of others that have a `body` as well; a podcast has none of them."""


def fits(raw: dict[str, Any]) -> bool:
    """Whether its segments have bodies."""
    segments = raw.get("segments")
    return isinstance(segments, list) and any(
        isinstance(one, dict) and "body" in one and _OTHER_TIMES.isdisjoint(one) for one in segments
    )


def read_object(raw: dict[str, Any]) -> Reading:
    """Read the segments; raises InputError where one is of another shape."""
    segments = [_rename_keys(entry) for entry in list_records(raw["segments"], "a podcast's")]
    return read_segments(segments, language_of(raw.get("language")))


def _rename_keys(entry: Record) -> Record:
    renamed = {"start": entry.get("startTime"), "end": entry.get("endTime"), "speaker": entry.get("speaker")}
    return {**renamed, "text": entry.get("body")}
