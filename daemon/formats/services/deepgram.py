"""Deepgram's JSON: `results.channels[].alternatives[].{transcript, words, paragraphs}`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from daemon.formats.services.values.fields import (
    Record,
    fill_speakers,
    language_of,
    list_records,
    list_tokens,
    make_shape_error,
    name_of,
    text_of,
)
from daemon.formats.services.values.word_times import Token, in_sentences, laid_on
from daemon.formats.word_account import Reading, order_span, scale_time
from daemon.text.transcript import Segment, count_words

KIND = "deepgram-json"

_WHOSE = "Deepgram's"
_KEYS = ("punctuated_word", "word")


def fits(raw: dict[str, Any]) -> bool:
    """Whether its keys are there."""
    return isinstance(raw.get("results"), dict) and "channels" in raw["results"]


def read_object(raw: dict[str, Any]) -> Reading:
    """Read the first guess of each channel; the others are booked as what they are."""
    channels = list_records(raw["results"]["channels"], _WHOSE)
    reading = Reading(0, language=language_of(*(channel.get("detected_language") for channel in channels)))
    for number, channel in enumerate(channels):
        guesses = list_records(channel.get("alternatives"), _WHOSE)
        texts = [text_of(guess.get("transcript")) for guess in guesses]
        reading.words_in_file += sum(map(count_words, texts))
        reading.drop("other guess", sum(map(count_words, texts[1:])))
        if guesses and texts[0].split():
            default = f"Channel {number + 1}" if len(channels) > 1 else None
            reading.segments += _within_channel(_make_segments(guesses[0], texts[0], default), default)
    if len(channels) > 1:
        reading.segments.sort(key=lambda segment: segment.start or 0.0)
    return reading


def _within_channel(segments: list[Segment], channel: str | None) -> list[Segment]:
    """The segments; the speakers of one of several channels are counted anew there, and nobody in another."""
    several = len({segment.speaker for segment in segments} - {channel}) > 1
    if channel is None:
        return segments
    named = {
        one.speaker: f"{channel} {one.speaker}" for one in segments if several and one.speaker != channel
    }
    return [replace(segment, speaker=named.get(segment.speaker, channel)) for segment in segments]


def _make_segments(guess: Record, text: str, default: str | None) -> list[Segment]:
    """The sentences of a channel with the times of its words; its speakers, or else `default`."""
    words = list_tokens(guess.get("words"), _KEYS)
    sentences = [sentence for sentence in _list_sentences(guess) if sentence.text]
    if "".join("".join(sentence.text.split()) for sentence in sentences) != "".join(text.split()):
        sentences = [_make_segment(text, words, default)]
    return fill_speakers(in_sentences(laid_on(sentences, words, default)))


def _make_segment(text: str, words: list[Token], default: str | None) -> Segment:
    times = [word.start for word in words if word.start is not None]
    ends = [word.end for word in words if word.end is not None]
    start, end = order_span(times[0] if times else None, ends[-1] if ends else None)
    return Segment(" ".join(text.split()), start, end, default)


def _list_sentences(guess: Record) -> Iterator[Segment]:
    inner = guess.get("paragraphs") or {}
    if not isinstance(inner, dict):
        raise make_shape_error(_WHOSE)
    for paragraph in list_records(inner.get("paragraphs"), _WHOSE):
        name = name_of(paragraph.get("speaker"))
        for sentence in list_records(paragraph.get("sentences"), _WHOSE):
            start, end = order_span(scale_time(sentence.get("start"), 1), scale_time(sentence.get("end"), 1))
            yield Segment(" ".join(text_of(sentence.get("text")).split()), start, end, name)
