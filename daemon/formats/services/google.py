"""Google's JSON: `results[].alternatives[].{transcript, words[].{word, startTime, speakerTag}}`.

IBM Watson's has the same shape, with `timestamps: [[word, start, end]]` for the words and the speakers apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from daemon.formats.services.values.fields import Record, add_nanoseconds, language_of, list_records, text_of
from daemon.formats.services.whisper import read_segments
from daemon.formats.word_account import Reading, are_thousandths, scale_time
from daemon.text.alignment import align_words, word_key
from daemon.text.transcript import count_words

KIND = "google-json"

_WHOSE = "Google's or IBM's"
_HESITATION = "%HESITATION"
_STARTS, _ENDS = (
    ("startTime", "start_time", "startOffset", "start_offset"),
    ("endTime", "end_time", "endOffset", "end_offset"),
)
_RESULT_ENDS = ("resultEndTime", "result_end_time", "resultEndOffset", "result_end_offset")
_FINAL = ("isFinal", "is_final")
"""Keys of a stream's result to which nothing is added any more."""
_CHANNELS = ("channelTag", "channel_tag")
_ALIKE = 0.75
"""The share of words from which the last result says what the others say."""
_SPEAKERS = ("speakerTag", "speaker_tag", "speakerLabel", "speaker_label")


def fits(raw: dict[str, Any]) -> bool:
    """Whether its keys are there."""
    results = _find_results(raw).get("results")
    if not isinstance(results, list):
        return False
    known = [one for one in results if isinstance(one, dict) and _has_transcript(one)]
    return bool(known) and not _counts_thousandths(known)


def _counts_thousandths(results: Sequence[Record]) -> bool:
    """Whether the words' times are whole numbers too large for seconds, as NVIDIA's Riva writes them."""
    guesses = (one["alternatives"][0] for one in results)
    listed = (guess.get("words") for guess in guesses if isinstance(guess, dict))
    words = [word for held in listed if isinstance(held, list) for word in held if isinstance(word, dict)]
    return are_thousandths([_find_first(word, _STARTS) for word in words], len(words))


def read_object(raw: dict[str, Any]) -> Reading:
    """Read the first guess of each result; the others are booked as what they are."""
    raw = _find_results(raw)
    known = list_records(raw["results"], _WHOSE)
    ended = [one for one in known if _find_first(one, _FINAL) is True] or known
    results = [list_records(one.get("alternatives"), _WHOSE) for one in ended]
    firsts = [_with_text(guesses[0], one) for guesses, one in zip(results, ended, strict=True) if guesses]
    speakers = _speakers_of_ibm(raw)
    segments = _by_channels(
        {
            "text": guess["text"],
            "words": list(_list_words(guess, speakers, is_first=at == 0)),
            "start": 0.0 if at == 0 and guess["end"] is not None else None,
            "end": guess["end"],
            "channel": guess["channel"],
        }
        for at, guess in enumerate(_drop_repeats(firsts))
    )
    reading = read_segments(segments, language_of(*(one.get("languageCode") for one in known)))
    interim = [
        list_records(one.get("alternatives"), _WHOSE)
        for one in known
        if ended is not known and _find_first(one, _FINAL) is not True
    ]
    guessed = [guess for guesses in results for guess in guesses[1:]] + [*chain.from_iterable(interim)]
    others = [text_of(guess.get("transcript")) for guess in guessed]
    hesitations = sum(text_of(guess.get("transcript")).split().count(_HESITATION) for guess in firsts)
    for reason, words in (("other guess", sum(map(count_words, others))), ("hesitation mark", hesitations)):
        reading.words_in_file += words
        reading.drop(reason, words)
    return reading


def _find_results(raw: dict[str, Any]) -> dict[str, Any]:
    """What long requests give has the results under `response`, IBM's in a list of results of their own."""
    results = raw.get("results")
    if (
        isinstance(results, list)
        and len(results) == 1
        and isinstance(results[0], dict)
        and "results" in results[0]
    ):
        return results[0]
    answers = raw.get("segments")  # of a stream, one a line
    if isinstance(answers, list) and all(_has_results(one) for one in answers):
        return {"results": [result for one in answers for result in one["results"]]}
    response = raw.get("response")
    return response if isinstance(response, dict) and "results" in response else raw


def _has_results(answer: object) -> bool:
    return isinstance(answer, dict) and isinstance(answer.get("results"), list)


def _has_transcript(result: Record) -> bool:
    guesses = result.get("alternatives")
    return isinstance(guesses, list) and any(isinstance(one, dict) and "transcript" in one for one in guesses)


def _with_text(guess: Record, result: Record) -> Record:
    """The guess with its text, of which IBM's marks of hesitation are no words, and its result's channel.

    When the result ends counts where no word has a time.
    """
    text = text_of(guess.get("transcript"))
    timed = any(_find_first(word, _STARTS) for word in list_records(guess.get("words"), _WHOSE))
    end = None if timed or guess.get("timestamps") else _read_moment(_find_first(result, _RESULT_ENDS))
    words = [word for word in text.split() if word != _HESITATION]
    return {**guess, "text": " ".join(words), "end": end, "channel": _find_first(result, _CHANNELS)}


def _by_channels(segments: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The segments; where there are no speakers but several channels, each channel is one."""
    found = list(segments)
    channels = {str(one["channel"]) for one in found if isinstance(one["channel"], str | int)}
    if len(channels) < 2 or any(word["speaker"] for one in found for word in one["words"]):
        return found
    return [
        {**one, "speaker": f"Channel {one['channel']}" if one["channel"] is not None else None}
        for one in found
    ]


def _drop_repeats(guesses: Sequence[Record]) -> Sequence[Record]:
    """The guesses; only one where the last holds the words of all the others again, with their speakers.

    A word that is spelt otherwise there stands as the others have it.
    """
    if len(guesses) < 2:
        return guesses
    *before, last = guesses
    words = [word for guess in before for word in text_of(guess["text"]).split()]
    again = list_records(last.get("words"), _WHOSE)
    if not words or not any(word.get(key) for word in again for key in _SPEAKERS):
        return guesses
    origins = align_words([text_of(word.get("word")) for word in again], words)
    known = {
        at: {**again[origin], "word": word}
        for at, (word, origin) in enumerate(zip(words, origins, strict=True))
        if origin is not None
    }
    equal = sum(word_key(words[at]) == word_key(text_of(again[origins[at] or 0].get("word"))) for at in known)
    if 2 * equal < _ALIKE * (len(words) + len(again)):
        return guesses
    laid: list[Record] = []
    for at, word in enumerate(words):
        speaker = _find_first(laid[-1], _SPEAKERS) if laid else None
        laid.append(known.get(at) or {"word": word, _SPEAKERS[0]: speaker})
    return [{**last, "text": " ".join(words), "words": laid}]


def _list_words(guess: Record, speakers: dict[float | None, Any], *, is_first: bool) -> Iterator[Record]:
    for at, word in enumerate(list_records(guess.get("words"), _WHOSE)):
        speaker = _find_first(word, _SPEAKERS)
        start, end = _read_moment(_find_first(word, _STARTS)), _read_moment(_find_first(word, _ENDS))
        if at == 0 and is_first and start is None and end is not None:
            start = 0.0  # what is zero is left out
        yield {"word": word.get("word"), "start": start, "end": end, "speaker": speaker or None}
    timestamps = guess.get("timestamps")
    for entry in timestamps if isinstance(timestamps, list) else ():
        if isinstance(entry, list) and len(entry) == 3 and entry[0] != _HESITATION:
            start = scale_time(entry[1], 1)
            yield {"word": entry[0], "start": start, "end": entry[2], "speaker": speakers.get(start)}


def _find_first(word: Record, keys: tuple[str, ...]) -> object:
    return next((word[key] for key in keys if word.get(key) is not None), None)


def _read_moment(value: object) -> float | None:
    """Seconds of `1.200s`, or of `{"seconds": "1", "nanos": 200000000}`."""
    return add_nanoseconds(value) if isinstance(value, dict) else scale_time(value, 1)


def _speakers_of_ibm(raw: Record) -> dict[float | None, Any]:
    """The speaker at each second at which a word begins."""
    labels = raw.get("speaker_labels")
    found = list_records(labels, _WHOSE) if isinstance(labels, list) else []
    return {scale_time(label.get("from"), 1): label.get("speaker") for label in found}
