"""JSON of words and marks in a row: Rev.ai's `monologues[].elements[]` and Speechmatics' `results[]`.

Speechmatics' first version has `words[]` with `name`, `time` and `duration`, and apart from it `speakers[]`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from daemon.formats.services.values.fields import Record, language_of, list_records, name_of, text_of
from daemon.formats.services.whisper import read_segments
from daemon.formats.word_account import Reading, scale_time

KIND = "elements-json"

_MARKS = frozenset(".,?!;:")
_SOUND = re.compile(r"<([a-z][a-z _-]{0,30})>")
"""A sound as Rev.ai writes it (`<laugh>`), which would be taken for markup in subtitles."""
_ROUNDING = 0.011
"""Seconds by which a word may begin before its speaker does, as their times are rounded."""
_WHOSE = "Rev.ai's or Speechmatics'"


def fits(raw: dict[str, Any]) -> bool:
    """Whether its keys are there."""
    return _is_revs(raw) or _is_speechmatics(raw) or _is_early_speechmatics(raw)


def read_object(raw: dict[str, Any]) -> Reading:
    """Read it; raises InputError where it is of another shape after all."""
    if _is_early_speechmatics(raw):
        job = raw.get("job")
        language = job.get("lang") if isinstance(job, dict) else None
        return read_segments(list(_of_early_speechmatics(raw)), language_of(language))
    segments = list(_of_rev(raw) if _is_revs(raw) else _of_speechmatics(raw))
    metadata = raw.get("metadata")
    config = metadata.get("transcription_config") if isinstance(metadata, dict) else None
    language = config.get("language") if isinstance(config, dict) else None
    return read_segments(segments, language_of(language))


def _is_revs(raw: Record) -> bool:
    parts = raw.get("monologues")
    return isinstance(parts, list) and any(isinstance(part, dict) and "elements" in part for part in parts)


def _is_speechmatics(raw: Record) -> bool:
    results = raw.get("results")
    return isinstance(results, list) and any(isinstance(one, dict) and _find_content(one) for one in results)


def _find_content(result: Record) -> str:
    """The text of the first guess."""
    guesses = result.get("alternatives")
    first = guesses[0] if isinstance(guesses, list) and guesses else None
    return text_of(first.get("content")) if isinstance(first, dict) else ""


def _of_rev(raw: Record) -> Iterator[Record]:
    """A segment for each monologue; what stands between the words is given, spaces too."""
    names = {
        str(one.get("id")): name_of(one.get("name")) for one in list_records(raw.get("speakers"), _WHOSE)
    }
    for part in list_records(raw["monologues"], _WHOSE):
        elements = list_records(part.get("elements"), _WHOSE)
        texts = [_SOUND.sub(r"[\1]", text_of(one.get("value"))) for one in elements]
        words = [
            {
                "word": text,
                "start": one.get("ts", one.get("timestamp")),
                "end": one.get("end_ts", one.get("end_timestamp")),
            }
            for text, one in zip(texts, elements, strict=True)
        ]
        name = part.get("speaker_name") or names.get(str(part.get("speaker"))) or part.get("speaker")
        times = {"start": part.get("start_time"), "end": part.get("end_time")}
        timed = any(word["start"] is not None for word in words)
        yield {"text": "".join(texts), "speaker": name, **({"words": words} if timed else times)}


def _of_speechmatics(raw: Record) -> Iterator[Record]:
    """A segment for each run of one speaker."""
    results = [one for one in list_records(raw["results"], _WHOSE) if _find_content(one)]
    space = _find_space(raw)
    for speaker, group in groupby(results, key=_speaker_of):
        run = list(group)
        words = [
            {"word": _find_content(one), "start": one.get("start_time"), "end": one.get("end_time")}
            for one in run
        ]
        before = [None, *run]
        text = "".join(
            ("" if _is_glued(one, last) else space) + _find_content(one)
            for last, one in zip(before, run, strict=False)
        )
        yield {"text": text, "speaker": speaker, "words": words}


def _find_space(raw: Record) -> str:
    """What parts words in the language of Speechmatics' results: nothing in Chinese."""
    for key in ("metadata", "language_pack_info"):
        raw = held if isinstance(held := raw.get(key), dict) else {}
    return "" if raw.get("word_delimiter") == "" else " "


def _is_early_speechmatics(raw: Record) -> bool:
    words = raw.get("words")
    first = words[0] if isinstance(words, list) and words else None
    return isinstance(first, dict) and {"name", "time", "duration"} <= first.keys()


def _of_early_speechmatics(raw: Record) -> Iterator[Record]:
    """A segment for each run of one speaker, who is told apart from the words by the time."""
    speakers = list_records(raw.get("speakers"), _WHOSE)
    turns = sorted((scale_time(one.get("time"), 1) or 0.0, name_of(one.get("name"))) for one in speakers)
    starts = [start for start, _ in turns]
    timed = [(scale_time(one.get("time"), 1), one) for one in list_records(raw["words"], _WHOSE)]

    def whose(word: tuple[float | None, Record]) -> str | None:
        place = bisect_right(starts, (word[0] or 0.0) + _ROUNDING) - 1
        return turns[place][1] if place >= 0 else None

    for speaker, group in groupby(timed, key=whose):
        words, text = [], ""
        for start, one in group:
            spelt = text_of(one.get("name"))
            lasts = scale_time(one.get("duration"), 1)
            end = None if start is None or lasts is None else round(start + lasts, 3)
            words.append({"word": spelt, "start": start, "end": end})
            text += spelt if spelt in _MARKS else f" {spelt}"
        yield {"text": text, "speaker": speaker, "words": words}


def _is_glued(result: Record, before: Record | None) -> bool:
    """Whether no space stands between it and the one before."""
    if before is not None and before.get("attaches_to") in ("next", "both"):
        return True
    side = result.get("attaches_to")
    return side in ("previous", "both") or (side is None and result.get("type") == "punctuation")


def _speaker_of(result: Record) -> str | None:
    first = result["alternatives"][0]
    return name_of(first.get("speaker") or result.get("speaker"))
