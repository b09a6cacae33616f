"""Whisper's JSON, and that of its kin: WhisperX, faster-whisper, whisper.cpp, the API's verbose one.

`segments[].{start, end, text, words?, speaker?}`, a list of such segments, or nothing but a `text`;
whisper.cpp has `transcription[].{offsets, text}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from daemon.formats.captions.cues.cue_lines import begins_as_captions
from daemon.formats.services.values.fields import (
    Record,
    book_repeat,
    fill_speakers,
    language_of,
    list_records,
    list_tokens,
    make_shape_error,
    name_of,
    text_of,
)
from daemon.formats.services.values.keys import (
    SPEAKERS,
    TIME_KEYS,
    WHOLE_AGAIN,
    WITH_TIMES,
    is_date,
    is_made_up,
    list_names,
    plain_keys,
)
from daemon.formats.services.values.labels_within import name_speakers
from daemon.formats.services.values.word_times import in_sentences, with_words
from daemon.formats.word_account import Reading, are_thousandths, order_span, read_seconds, scale_time
from daemon.text.transcript import Segment, count_words

KIND = "whisper-json"

_WORD_KEYS = ("word", "text")
_FOREIGN = ("results", "result", "utterances", "events", "monologues", "chunks", "transcripts", "speakers")
"""Keys of other services' JSON, whose times or speakers would be lost if only their text were read."""
_TEXTS = frozenset(("text", "words", "word"))
_KNOWN_TEXTS = _TEXTS | {"speaker", "id", "language", "type"}
_OWN_TIMES = {"start", "end"}
_OWN_LISTS = ("segments", "words", "word_segments", "logprobs")
_MORE_KEYS = frozenset(
    "channel date endofturn interval isfinal ispartial participants result results segment segments "
    "sentenceinfo speakergroup timestamps timing transcript wdlist".split()
)
_OWN_KEYS = _OWN_TIMES | {"speaker"}
_FOREIGN_KEYS = TIME_KEYS | frozenset((*SPEAKERS, *WITH_TIMES)) | _MORE_KEYS
"""Keys, without case and signs, under which other services give times and speakers."""
_FOREIGN_SPEAKERS = frozenset(SPEAKERS) - {"speaker"}
_CPP_SPEAKER = re.compile(r"\s*\(speaker (\d{1,3}|\?)\)\s*")
"""What whisper.cpp writes before the words where it tells two channels apart."""

_FIGURES = (
    ("no_speech_prob", 0.0, 0.6),
    ("avg_logprob", -1.0, 0.0),
    ("compression_ratio", 0.0, 2.4),
)
"""Whisper's figures of a segment, and the bounds beyond which it takes it for silence or tries again."""


def fits(raw: dict[str, Any]) -> bool:
    """Whether its keys are there and none of another service's."""
    if isinstance(raw.get("transcription"), list):
        return all(isinstance(one, dict) and "offsets" in one for one in raw["transcription"])
    if any(raw.get(key) for key in _FOREIGN) or isinstance(raw.get("timestamp"), dict):  # NeMo's
        return False
    if any(_names_speakers(value) for key, value in raw.items() if key not in _OWN_LISTS):
        return False
    segments = raw.get("segments")
    entries = segments if isinstance(segments, list) else raw.get("words")
    if isinstance(entries, list) and not (_are_own(entries) and _are_named(entries, raw)):
        return False
    if isinstance(segments, list):
        return not any(
            isinstance(one.get("word", one.get("words")), str) and not _has_text(one) for one in segments
        )
    has_lists = any(isinstance(value, list) and value for key, value in raw.items() if key not in _OWN_LISTS)
    return segments is None and isinstance(raw.get("text"), str) and not has_lists


def _names_speakers(value: object) -> bool:
    """Whether it is a list that says who speaks, apart from the segments."""
    return isinstance(value, list) and any(isinstance(one, dict) and "speaker" in one for one in value)


def _are_named(entries: list[Any], raw: dict[str, Any]) -> bool:
    """Whether whoever speaks in the entries is told by a name, which no table beside them gives."""
    speakers = {str(one["speaker"]) for one in entries if one.get("speaker") is not None}
    names = (
        list_names({key: value for key, value in raw.items() if key not in _OWN_LISTS}) if speakers else {}
    )
    return speakers.isdisjoint(names) and not any(map(is_made_up, speakers))


def _are_own(entries: list[Any]) -> bool:
    if not all(isinstance(one, dict) and not _TEXTS.isdisjoint(one) for one in entries):
        return False
    if any(one.get("type") in WHOLE_AGAIN or is_date(one.get("start")) for one in entries):
        return False
    if any("-->" in text and begins_as_captions(text) for text in map(_text_of_entry, entries)):
        return False
    if any(isinstance(held, dict) and "start" in held for one in entries for held in one.values()):
        return False  # the times stand in an object of their own
    lists = (one["words"] for one in entries if isinstance(one.get("words"), list))
    words = [word for held in lists for word in held if isinstance(word, dict)]
    if any("start" not in word and _has_foreign_time(word) for word in words):
        return False
    if not _FOREIGN_SPEAKERS.isdisjoint(plain_keys({key: None for word in words for key in word})):
        return False  # who speaks is told word by word
    if are_thousandths([one.get("start") for one in entries], sum(map(_count_words_of, entries))):
        return False
    if sum(any(map(_is_other_text, one.items())) for one in entries) * 2 > len(entries):
        return False  # they say it twice, in another language
    return not any(_is_foreign(key) for key in {key for one in entries for key in one})


def _text_of_entry(entry: Record) -> str:
    text = entry.get("text")
    return text if isinstance(text, str) else ""


def _is_foreign(key: str) -> bool:
    """Whether other services give a time or who speaks under a key of a segment."""
    return key not in _OWN_KEYS and "".join(filter(str.isalnum, key.lower())) in _FOREIGN_KEYS


def _has_foreign_time(word: Record) -> bool:
    """Whether a word has a time, or a speaker's number, under a key that is not Whisper's."""
    return any(_is_foreign(key) and read_seconds(held) is not None for key, held in word.items())


def _count_words_of(entry: Record) -> int:
    return max(count_words(text_of(entry.get(key))) for key in ("text", "word"))


def _is_other_text(item: tuple[str, Any]) -> bool:
    """Whether a key holds words, though it is not one under which Whisper gives them."""
    key, held = item
    return key not in _KNOWN_TEXTS and isinstance(held, str) and count_words(held) > 1 and "://" not in held


def read_object(raw: dict[str, Any]) -> Reading:
    """Read it; raises InputError where it is of another shape after all."""
    segments, whole = _find_parts(raw)
    language = language_of(raw.get("language"), _find_object(raw, "result").get("language"))
    return _read_all(segments, whole, language)


def read_segments(segments: Sequence[Record], language: str | None) -> Reading:
    """Read segments of another service, under the keys that Whisper gives them."""
    return _read_all(list(segments), "", language)


def _read_all(segments: list[Record], whole: str, language: str | None) -> Reading:
    """Read segments, and the `whole` text beside them, which must not say more than they do.

    The list is emptied as it is read: all of a large file beside what comes of it is a lot.
    """
    texts = [_segment_text(segment) for segment in segments]
    reading = Reading(count_words(whole) + sum(map(count_words, texts)), language=language)
    before = 0.0 if any(map(_has_time, segments)) else None
    segments.reverse()
    for text in texts:
        segment = segments.pop()
        doubted = _is_doubted(segment)
        for part in _make_segments(segment, text, before):
            if doubted is not None:
                reading.doubted[len(reading.segments)] = doubted
            reading.segments.append(part)
            before = part.end if part.end is not None else before
    reading.segments = fill_speakers(reading.segments)
    if not reading.segments and whole.split():
        reading.segments.append(Segment(" ".join(whole.split())))
    elif whole:
        book_repeat(whole, reading)
    name_speakers(reading)
    return reading


def _is_doubted(segment: Record) -> bool | None:
    """Whether Whisper's figures doubt that a segment was said; None where it gives none."""
    known = False
    for key, least, most in _FIGURES:
        value = segment.get(key)
        if isinstance(value, int | float):
            known = True
            if not least <= value <= most:
                return True
    return False if known else None


def _find_parts(raw: dict[str, Any]) -> tuple[list[Record], str]:
    """The segments as the file gives them, and the text beside them."""
    if isinstance(raw.get("transcription"), list):
        return [_of_cpp(entry) for entry in list_records(raw["transcription"], "Whisper's")], ""
    segments, whole = raw.get("segments"), raw.get("text")
    if segments is None and isinstance(whole, str):
        # the API, asked for single words, gives these beside the text and no segments
        return ([raw], "") if isinstance(raw.get("words"), list) else ([], text_of(whole))
    known = list_records(segments, "Whisper's")
    if not all(_has_text(segment) for segment in known) or not (known or whole):
        raise make_shape_error("Whisper's")
    return known, text_of(whole)


def _of_cpp(entry: Record) -> Record:
    """A segment of whisper.cpp, whose times are milliseconds, as Whisper's own."""
    offsets = _find_object(entry, "offsets")
    start, end = scale_time(offsets.get("from"), 1000), scale_time(offsets.get("to"), 1000)
    if not isinstance(entry.get("text"), str):
        raise make_shape_error("Whisper's")
    found = _CPP_SPEAKER.match(entry["text"])
    if found is None or entry.get("speaker") is not None:
        return {"start": start, "end": end, "text": entry["text"], "speaker": entry.get("speaker")}
    who = None if found[1] == "?" else found[1]
    return {"start": start, "end": end, "text": entry["text"][found.end() :], "speaker": who}


def _find_object(raw: Record, key: str) -> Record:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _has_text(segment: Record) -> bool:
    return isinstance(segment.get("text"), str) or isinstance(segment.get("words"), list)


def _segment_text(segment: Record) -> str:
    """The segment's words as it gives them, or as its single words do."""
    text = text_of(segment.get("text"))
    if text.strip():
        return text
    texts = [token.text for token in list_tokens(segment.get("words"), _WORD_KEYS)]
    return ("" if any(text[:1].isspace() for text in texts) else " ").join(texts)


def _has_time(segment: Record) -> bool:
    words = segment.get("words")
    entries = (segment, *(words if isinstance(words, list) else ()))
    return any(isinstance(one, dict) and read_seconds(one.get("start")) is not None for one in entries)


def _make_segments(raw: Record, text: str, before: float | None) -> Iterator[Segment]:
    """One segment, or more where its words change the speaker; none where nothing was said.

    Without a start of its own it begins with its first word, or at `before`, the end of the last one.
    """
    text = " ".join(text.split())
    if not text:
        return
    words = list_tokens(raw.get("words"), _WORD_KEYS)
    known = [read_seconds(raw.get("start")), *(word.start for word in words)]
    start, end = order_span(
        next((time for time in known if time is not None), before), read_seconds(raw.get("end"))
    )
    yield from in_sentences(with_words(Segment(text, start, end, name_of(raw.get("speaker"))), words))
