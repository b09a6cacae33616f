"""AssemblyAI's JSON: `utterances[].{speaker, start, end, text, words}` in milliseconds, or `words` alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from daemon.formats.services.values.fields import (
    Record,
    book_repeat,
    fill_speakers,
    language_of,
    list_records,
    list_tokens,
    name_of,
    text_of,
)
from daemon.formats.services.values.keys import SPEAKERS, find_text, plain_keys
from daemon.formats.services.values.word_times import in_sentences, with_words
from daemon.formats.word_account import Reading, order_span, scale_time
from daemon.text.transcript import Segment, count_words

KIND = "assemblyai-json"

_PER_SECOND = 1000
_KEYS = ("text", "word")
_OWN = frozenset("text speaker confidence words start end channel id language translated_texts".split())
"""The keys of its utterances; those of other services give their beginning by another."""


def fits(raw: dict[str, Any]) -> bool:
    """Whether its keys are there: utterances, or words with a `text` beside what else it always writes."""
    if isinstance(raw.get("utterances"), list) and raw["utterances"]:
        return all(isinstance(one, dict) and _is_own(one) for one in raw["utterances"])
    own = "utterances" in raw or "audio_url" in raw or "acoustic_model" in raw
    return own and isinstance(raw.get("text"), str)


def _is_own(utterance: Record) -> bool:
    """Whether its times can be milliseconds; other services have seconds, or other keys."""
    start = utterance.get("start")
    if _says_elsewhere(utterance):
        return False
    if "speaker" not in utterance and not plain_keys(utterance).keys().isdisjoint(SPEAKERS):
        return False
    if start is None and not _OWN.issuperset(utterance):
        return False
    return not (isinstance(start, float) and not start.is_integer()) and not isinstance(start, str)


def _says_elsewhere(utterance: Record) -> bool:
    """Whether what is said stands under another key than `text`, or in its words alone."""
    if text_of(utterance.get("text")).strip():
        return False
    return bool(find_text(utterance, plain_keys(utterance))[1].strip() or utterance.get("words"))


def read_object(raw: dict[str, Any]) -> Reading:
    """Read it; raises InputError where its text says more than its utterances."""
    utterances = list_records(raw.get("utterances"), "AssemblyAI's")
    whole = text_of(raw.get("text"))
    reading = Reading(0, language=language_of(raw.get("language_code")))
    if utterances:
        said = [text_of(one.get("text")) for one in utterances]
        reading.words_in_file = count_words(whole) + sum(map(count_words, said))
        reading.segments = fill_speakers(
            segment
            for one, text in zip(utterances, said, strict=True)
            for segment in _make_segments(one, text)
        )
        book_repeat(whole, reading)
    else:
        reading.words_in_file = count_words(whole)
        reading.segments = list(_make_segments(raw, whole))
    return reading


def _make_segments(raw: Record, text: str) -> Iterator[Segment]:
    tokens = list_tokens(raw.get("words"), _KEYS, per_second=_PER_SECOND)
    words = [replace(word, speaker=_read_speaker(word.speaker)) for word in tokens]
    start, end = (scale_time(raw.get(key), _PER_SECOND) for key in ("start", "end"))
    if text.split():
        first = next((word.start for word in words if word.start is not None), None)
        times = order_span(first if start is None else start, end)
        name = _read_speaker(name_of(raw.get("speaker")))
        whole = Segment(" ".join(text.split()), times[0], times[1], name)
        yield from in_sentences(with_words(whole, words))


def _read_speaker(name: str | None) -> str | None:
    """The speaker; the letters that it gives them say little by themselves."""
    return f"Speaker {name}" if name is not None and len(name) == 1 else name
