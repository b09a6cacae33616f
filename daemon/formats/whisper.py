"""Whisper's JSON, and that of its kin: WhisperX, faster-whisper, whisper-ctranslate2, the API's verbose one.

`segments[].{start, end, text, words?, speaker?}`, a list of such segments, or nothing but a `text`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from daemon.errors import InputError
from daemon.formats.markup import without_controls
from daemon.formats.reading import Reading, seconds, span
from daemon.formats.wordtimes import Token, with_words
from daemon.transcript import Segment

KIND = "whisper-json"

_BEGINS = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\{\]])')
_FOREIGN = ("utterances", "results", "events", "transcription")
"""Keys of other services' JSON, whose times or speakers would be lost if only their text were read."""
_SHAPES = 'Whisper\'s JSON has "segments" with "start", "end" and "text"; drop that, or SRT or VTT.'


def looks_like(text: str, extension: str) -> bool:
    """Whether it begins as JSON does, or is named so."""
    return extension == ".json" or _BEGINS.match(text) is not None


def parse(text: str) -> Reading:
    """Read the JSON; raises InputError where it is broken or of another shape."""
    try:
        raw = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise InputError("The file is JSON that can't be read; it is damaged or cut off.", _SHAPES) from None
    raw = {"segments": raw} if isinstance(raw, list) else raw
    if not isinstance(raw, dict) or any(key in raw for key in _FOREIGN):
        raise InputError("The file is JSON, but not of Whisper's shape.", _SHAPES)
    return _read(raw)


def _read(raw: dict[str, Any]) -> Reading:
    segments, whole = _parts(raw)
    reading = Reading(len(whole.split()) + sum(len(_segment_text(s).split()) for s in segments))
    language = _text(raw.get("language")).strip()
    reading.language = language or None
    before = 0.0
    for segment in segments:
        for part in _segments(segment, before):
            reading.segments.append(part)
            before = part.end if part.end is not None else before
    if not reading.segments and whole.split():
        reading.segments.append(Segment(" ".join(whole.split())))
    elif whole:
        _book_repeat(whole, reading)
    return reading


def _parts(raw: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """The segments as the file gives them, and the text beside them."""
    segments, whole = raw.get("segments"), raw.get("text")
    if segments is None and isinstance(whole, str):
        # the API, asked for single words, gives these beside the text and no segments
        return ([raw], "") if isinstance(raw.get("words"), list) else ([], _text(whole))
    known = isinstance(segments, list) and all(isinstance(s, dict) and _has_text(s) for s in segments)
    if not known or not (segments or whole):
        raise InputError("The file is JSON, but not of Whisper's shape.", _SHAPES)
    return list(segments or []), _text(whole)


def _has_text(segment: dict[str, Any]) -> bool:
    return isinstance(segment.get("text"), str) or isinstance(segment.get("words"), list)


def _text(value: object) -> str:
    return without_controls(value) if isinstance(value, str) else ""


def _tokens(segment: dict[str, Any]) -> list[Token]:
    words = segment.get("words")
    out = []
    for word in words if isinstance(words, list) else []:
        if isinstance(word, dict):
            text = _text(word.get("word", word.get("text")))
            times = seconds(word.get("start")), seconds(word.get("end"))
            out.append(Token(text, *times, _speaker(word)))
    return out


def _segment_text(segment: dict[str, Any]) -> str:
    """The segment's words as it gives them, or as its single words do."""
    text = _text(segment.get("text"))
    if text.strip():
        return text
    texts = [token.text for token in _tokens(segment)]
    return ("" if any(text[:1].isspace() for text in texts) else " ").join(texts)


def _speaker(holder: dict[str, Any]) -> str | None:
    value = holder.get("speaker")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    name = f"Speaker {value}" if isinstance(value, int) else " ".join(without_controls(value).split())
    return name or None


def _segments(raw: dict[str, Any], before: float) -> Iterator[Segment]:
    """One segment, or more where its words change the speaker; none where nothing was said.

    Without a start of its own it begins with its first word, or at `before`, the end of the last one.
    """
    text = " ".join(_segment_text(raw).split())
    if not text:
        return
    tokens = _tokens(raw)
    known = [seconds(raw.get("start")), *(token.start for token in tokens)]
    start, end = span(next((time for time in known if time is not None), before), seconds(raw.get("end")))
    yield from with_words(Segment(text, start, end, _speaker(raw)), tokens)


def _book_repeat(whole: str, reading: Reading) -> None:
    """Book the text that repeats the segments; raises InputError where it says more than they do."""
    said = " ".join(segment.text for segment in reading.segments)
    words = whole.split()
    if "".join(words) != "".join(said.split()):
        extra = _essence(whole) - _essence(said)
        if extra:
            raise InputError(
                f'The "text" of this JSON holds {extra.total()} words that its "segments" don\'t.',
                'Remove the "text" or the "segments", whichever is wrong, and drop it again.',
            )
    reading.drop("repeated in text", len(words))


def _essence(text: str) -> Counter[str]:
    words = ("".join(filter(str.isalnum, word.casefold())) for word in text.split())
    return Counter(word for word in words if word)
