"""AWS Transcribe's JSON: `results.items[]` of words and marks, the whole text in `results.transcripts`."""

from __future__ import annotations

from typing import Any

from daemon.formats.services.values.fields import (
    Record,
    count_bare_words,
    fill_speakers,
    language_of,
    list_records,
    name_of,
    text_of,
)
from daemon.formats.services.values.word_times import Token, in_sentences, with_words
from daemon.formats.services.whisper import read_segments
from daemon.formats.word_account import Reading, order_span, scale_time
from daemon.text.sentences import ends_sentence
from daemon.text.transcript import Segment, count_words

KIND = "aws-json"

_WHOSE = "AWS Transcribe's"


def fits(raw: dict[str, Any]) -> bool:
    """Whether its keys are there."""
    results = raw.get("results")
    return isinstance(results, dict) and "transcripts" in results and "channels" not in results


def read_object(raw: dict[str, Any]) -> Reading:
    """Read the whole text, with the times and the speakers of its words."""
    results: Record = raw["results"]
    text = " ".join(
        text_of(entry.get("transcript")) for entry in list_records(results["transcripts"], _WHOSE)
    )
    channels = _list_channels(results)
    said = count_bare_words(" ".join(one["text"] for one in channels))
    if channels and not count_bare_words(text) - said:
        return read_segments(channels, language_of(results.get("language_code")))
    reading = Reading(count_words(text), language=language_of(results.get("language_code")))
    words = _list_tokens(results)
    starts = [word.start for word in words if word.start is not None]
    ends = [word.end for word in words if word.end is not None]
    if text.split():
        span = order_span(min(starts, default=None), max(ends, default=None))
        whole = Segment(" ".join(text.split()), *span)
        reading.segments = fill_speakers(in_sentences(with_words(whole, words)))
    return reading


def _list_channels(results: Record) -> list[dict[str, Any]]:
    """The sentences of each channel in the order of their times; nothing where there are no channels."""
    labels = results.get("channel_labels")
    channels = list_records(labels.get("channels"), _WHOSE) if isinstance(labels, dict) else []
    if len(channels) < 2:
        return []
    out: list[dict[str, Any]] = []
    for number, channel in enumerate(channels):
        name = f"Channel {number}"
        words: list[dict[str, Any]] = []
        for token in _list_tokens({"items": channel.get("items")}):
            if token.start is None and words and not any(map(str.isalnum, token.text)):
                words[-1]["word"] += token.text  # a mark
                continue
            if not words or ends_sentence(words[-1]["word"]):
                words = []
                out.append({"speaker": name, "words": words})
            words.append({"word": token.text, "start": token.start, "end": token.end})
    for sentence in out:
        said = sentence["words"]
        sentence["text"] = " ".join(word["word"] for word in said)
        sentence["start"], sentence["end"] = said[0]["start"], said[-1]["end"]
    return sorted(out, key=lambda sentence: sentence["start"] or 0.0)


def _list_tokens(results: Record) -> list[Token]:
    """The words, each mark a word of its own without a time; who says them stands beside or apart."""
    speakers = _map_speakers(results.get("speaker_labels"))
    out = []
    for item in list_records(results.get("items"), _WHOSE):
        guesses = list_records(item.get("alternatives"), _WHOSE)
        text = text_of(guesses[0].get("content")) if guesses else ""
        start, end = scale_time(item.get("start_time"), 1), scale_time(item.get("end_time"), 1)
        name = name_of(item.get("speaker_label")) or speakers.get(start)
        out.append(Token(text, start, end, name))
    return out


def _map_speakers(labels: object) -> dict[float | None, str | None]:
    """The speaker at each second at which a word begins."""
    segments = list_records(labels.get("segments"), _WHOSE) if isinstance(labels, dict) else []
    return {
        scale_time(item.get("start_time"), 1): name_of(segment.get("speaker_label"))
        for segment in segments
        for item in [segment, *list_records(segment.get("items"), _WHOSE)]
    }
