"""JSON of words and marks in a row: Rev.ai's `monologues[].elements[]` and Speechmatics' `results[]`.

Speechmatics' first version has `words[]` with `name`, `time` and `duration`, and apart from it `speakers[]`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby, pairwise
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
    raw = _join_events(raw) or raw
    return _is_revs(raw) or _is_speechmatics(raw) or _is_early_speechmatics(raw)


def read_object(raw: dict[str, Any]) -> Reading:
    """Read it; raises InputError where it is of another shape after all."""
    raw = _join_events(raw) or raw
    if _is_early_speechmatics(raw):
        job = raw.get("job")
        language = job.get("lang") if isinstance(job, dict) else None
        return read_segments(list(_of_early_speechmatics(raw)), language_of(language))
    segments = list(_of_rev(raw) if _is_revs(raw) else _of_speechmatics(raw))
    metadata = raw.get("metadata")
    config = metadata.get("transcription_config") if isinstance(metadata, dict) else None
    language = config.get("language") if isinstance(config, dict) else None
    return read_segments(segments, language_of(language))


def _join_events(raw: Record) -> dict[str, Any] | None:
    """What the events of a stream hold that were heard to their end, as one answer; else None."""
    events = raw.get("segments")
    if not isinstance(events, list) or not all(isinstance(one, dict) for one in events):
        return None
    added = [one["results"] for one in events if one.get("message") == "AddTranscript" and "results" in one]
    if added and all(isinstance(results, list) for results in added):
        return {"results": [one for results in added for one in results]}
    ended = [one for one in events if one.get("type") == "final" and "elements" in one]
    return {"monologues": ended} if ended else None


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
        told = part.get("speaker_name") or name_of(part.get("speaker_info"))
        name = told or names.get(str(part.get("speaker"))) or part.get("speaker")
        times = {"start": part.get("start_time"), "end": part.get("end_time")}
        timed = any(word["start"] is not None for word in words)
        yield {"text": "".join(texts), "speaker": name, **({"words": words} if timed else times)}


def _of_speechmatics(raw: Record) -> Iterator[Record]:
    """A segment for each run of one speaker; of each channel's sentence, where there are several."""
    results = [one for one in list_records(raw["results"], _WHOSE) if _find_content(one)]
    space = _find_space(raw)
    for speaker, run in _of_channels(results) or _runs_of(results):
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


def _runs_of(results: list[Record]) -> list[tuple[str | None, list[Record]]]:
    return [(speaker, list(group)) for speaker, group in groupby(results, key=_speaker_of)]


def _of_channels(results: list[Record]) -> list[tuple[str | None, list[Record]]]:
    """The sentences of several channels in the order of their times; each channel has speakers of its own."""
    channels: dict[str, list[Record]] = {}
    for one in results:
        channels.setdefault(str(one.get("channel")), []).append(one)
    if len(channels) < 2 or str(None) in channels:
        return []
    out: list[tuple[str | None, list[Record]]] = []
    for channel, own in channels.items():
        for speaker, run in _runs_of(own):
            name = channel if speaker is None else f"{channel} {speaker}"
            ends = [at for at, one in enumerate(run, 1) if one.get("is_eos")]
            spans = pairwise(sorted({0, *ends, len(run)}))
            out += [(name, run[first:end]) for first, end in spans]
    return sorted(out, key=lambda sentence: scale_time(sentence[1][0].get("start_time"), 1) or 0.0)


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
