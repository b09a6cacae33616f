"""JSON that holds its passages in a list somewhere: Gladia, Fireflies, Podlove, Premiere, Oyez and more.

Services name the same things differently: `start`, `start_time`, `startMs`, `timestamp: [0, 1.5]`;
`speaker`, `speaker_name`, `speakerId`. All lists of texts are found; the one that says most is read, and
the others must not say more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import and_
from typing import Any

from daemon.formats.days import day_of
from daemon.formats.markup import without_controls
from daemon.formats.services.values.fields import Record, count_bare_words, language_of, make_shape_error
from daemon.formats.services.values.keys import SECOND, THOUSAND, TICKS, list_names, plain_keys
from daemon.formats.services.values.passage_finder import (
    GUESSED,
    UNFORMATTED,
    Around,
    PassageFinder,
    Turn,
    is_track,
    may_be_track,
)
from daemon.formats.services.whisper import read_segments
from daemon.formats.word_account import SLOWEST, Reading
from daemon.text.transcript import count_words

KIND = "passages-json"

_ONE_WORD = 1.2
"""Words of a passage, on average, below which the list is one of single words."""
_PAUSE = 1.0
"""Seconds of silence that end a passage where a list is one of single words."""
_ALMOST = 0.95
_SAME_WORDS = 0.7
"""The share of the words that two have in common who heard the same."""
_OTHER_SHARE = 0.5
"""The share of passages, and of words, from which another text is a translation, and no remark."""
_LABEL = re.compile(r"^[^\W\d_][\w ]{0,30}:\s", re.M)
"""Who speaks, where a text beside a list of passages says so on its lines: `Agent: Hello.`"""
_CLOSING = frozenset(".,;:!?…)]}»”’%。，、！？")
_EPOCH = 1e8
"""Seconds from which a time counts from 1970 and not from the beginning of the recording."""
_TURN_SLACK = 0.5
"""Seconds by which a word may stand outside of the turn it belongs to."""
_TRANSCRIPTS = re.compile(r"trans[ck]ri|trascri|utterance", re.I)
"""What is in the name of a list that holds what was said: `transcriptions`."""
_SUMMARY = re.compile(r"summar(?!.*transcript)", re.I)
"""What is in the name of a list that tells what was said in fewer words: `OverallSummary`."""
_DAYS = ("date", "recordedat", "recordingdate", "daterecorded", "recordeddate", "meetingdate", "datestring")


def fits(raw: dict[str, Any]) -> bool:
    """Any JSON may hold passages; this kind is asked last."""
    return True


def read_object(raw: dict[str, Any]) -> Reading:
    """Read it; raises InputError where nothing in it is a list of passages."""
    finder = PassageFinder(list_names(raw))
    finder.look(raw, (), Around())
    _keep_what_comes_once(finder.lists)
    _join_tracks(finder.lists)
    lists = {path: _by_channels(_in_seconds(_from_zero(found))) for path, found in finder.lists.items()}
    if len(finder.captions) == 1 and not any(map(_says_who_or_when, lists.values())):
        return _read_captions(finder.captions[0], lists)
    if not lists:
        raise make_shape_error("a transcript's")
    best = _find_richest(lists)
    turns = sorted(_as_in(finder.lists[best], lists[best], finder.turns), key=lambda turn: turn[0])
    lists[best] = _with_turns(lists[best], turns)
    if (
        not _says_who_or_when(lists[best])
        and not finder.turns
        and not (
            _is_text_alone(raw)
            or _are_texts(raw.get("segments"))
            or UNFORMATTED in best
            or _TRANSCRIPTS.search(" ".join(best[-1:]))
        )
    ):
        raise make_shape_error("a transcript's")
    reading = read_segments(_as_sentences(_with_ends(lists[best])), _find_language(raw))
    reading.recorded = _find_recorded(raw)
    said = count_bare_words(" ".join(entry["text"] for entry in lists[best]))
    for path, others in lists.items():
        if path != best:
            _book_other(path, " ".join(entry["text"] for entry in others), said, reading)
    for (path, key), texts in finder.others.items():
        other = " ".join(texts)
        differs = (count_bare_words(other) - said).total() >= _OTHER_SHARE * count_words(other)
        if path == best and differs and len(texts) >= _OTHER_SHARE * len(lists[best]):
            _book_other((*path, key), other, said, reading)
    return reading


def _keep_what_comes_once(lists: dict[tuple[str, ...], list[Record]]) -> None:
    """Put a turn that never comes with its marks among those that do: a stream may end before that."""
    for path in [path for path in lists if path[-1:] == (UNFORMATTED,) and path[:-1] in lists]:
        formatted = lists[path[:-1]]
        starts = {entry["start"] for entry in formatted}
        once = [entry for entry in lists[path] if entry["start"] not in starts]
        if once and None not in starts.union(entry["start"] for entry in once):
            lists[path] = [entry for entry in lists[path] if entry["start"] in starts]
            formatted += once
            formatted.sort(key=lambda entry: entry["start"])


def _join_tracks(lists: dict[tuple[str, ...], list[Record]]) -> None:
    """Put lists together of which each has what one speaker said: `{"agent": […], "customer": […]}`."""
    tracks: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = {}
    for path in lists:
        for at, key in enumerate(path):
            if may_be_track(key):
                tracks.setdefault((*path[:at], "", *path[at + 1 :]), []).append((key, path))
    for joined, several in tracks.items():
        said = [{**entry, "speaker": name} for name, path in several for entry in lists.get(path, ())]
        named = any(entry["speaker"] for _, path in several for entry in lists.get(path, ()))
        if len(several) < 2 or named or any(entry["start"] is None for entry in said):
            continue
        if _say_the_same([lists[path] for _, path in several if path in lists]):
            continue
        if not all(is_track(name) for name, _ in several) and not _take_turns(said):
            continue
        for _, path in several:
            lists.pop(path, None)
        lists[joined] = sorted(said, key=lambda entry: entry["start"])


def _take_turns(said: Sequence[Record]) -> bool:
    """Whether somebody speaks again after others, and mostly one after the other.

    Chapters and sentences come once each, and versions of one talk, or the sides of a tape, all at once. Of
    those who have a name, a recogniser may have drawn out what was recorded apart until the next passage.
    """
    names = {entry["speaker"] for entry in said}
    by_name = all(len(name) > 1 and name.replace(" ", "").isalpha() for name in names)
    in_order = sorted(said, key=lambda entry: entry["start"])
    changes = [(one, other) for one, other in pairwise(in_order) if one["speaker"] != other["speaker"]]
    apart = sum(one["end"] is None or one["end"] <= other["start"] + _TURN_SLACK for one, other in changes)
    return len(changes) >= len(names) and (by_name or apart * 2 > len(changes))


def _say_the_same(tracks: list[list[Record]]) -> bool:
    """Whether lists have most of their times in common, as translations and copies have.

    Two who heard the same have most of its words, and about its times. The time 0 tells nothing: every list
    may begin there.
    """
    starts = [{entry["start"] for entry in track if entry["start"]} for track in tracks]
    if _are_mostly_one(starts):
        return True
    said = [count_bare_words(" ".join(entry["text"] for entry in track)) for track in tracks]
    alike = reduce(and_, said).total() > _SAME_WORDS * max(words.total() for words in said)
    return alike and _are_mostly_one([set(map(round, times)) for times in starts])


def _are_mostly_one(starts: list[set[float]]) -> bool:
    fewest = min(map(len, starts), default=0)
    return fewest > 0 and len(set[float].intersection(*starts)) * 2 > fewest


def _read_captions(captions: str, lists: Mapping[tuple[str, ...], Sequence[Record]]) -> Reading:
    """What is said in captions that stand as one text in the file, beside texts without times or speakers."""
    from daemon.formats.captions.cues.segments import parse_captions

    captions = without_controls(captions)
    reading = parse_captions(captions, vtt=captions.lstrip().startswith("WEBVTT"))
    said = count_bare_words(" ".join(segment.text for segment in reading.segments))
    for path, others in lists.items():
        _book_other(path, " ".join(entry["text"] for entry in others), said, reading)
    return reading


def _is_text_alone(raw: Record) -> bool:
    """Whether there is nothing but a text, by a key that says that it is one, and single facts of it."""
    named = not {"text", "transcript", "transcription", "fulltranscript"}.isdisjoint(plain_keys(raw))
    return named and all(isinstance(inner, str | int | float) for inner in raw.values())


def _are_texts(entries: object) -> bool:
    """Whether it is a list of objects, each with a text by a key that says that it is one."""
    return isinstance(entries, list) and all(
        isinstance(one, dict) and any(str(key).endswith("text") for key in one) for one in entries
    )


def _with_ends(found: Sequence[Record]) -> list[Record]:
    """The passages; one without an end lasts until the next one begins."""
    out = []
    for entry, following in zip(found, [*found[1:], None], strict=True):
        until = following["start"] if following is not None else None
        lasts = entry["start"] is not None and entry["end"] is None and until is not None
        out.append({**entry, "end": max(entry["start"], until)} if lasts else entry)
    return out


def _book_other(path: Sequence[str], text: str, said: Counter[str], reading: Reading) -> None:
    """Book the words of another list, which mostly are the same again; say so where they are not."""
    words = count_words(text)
    reading.words_in_file += words
    extra = (count_bare_words(text) - said).total()
    if GUESSED in path or UNFORMATTED in path:
        reading.drop("other guess", words)
        return
    reading.drop("another list of texts" if extra else "repeated in text", words)
    if extra:
        where = " / ".join(path) or "the file"
        reading.warnings.append(
            f'The {words:,} words under "{where}" are not those of the transcript: not read.'
        )


def _find_language(raw: Record) -> str | None:
    inner = (value for value in raw.values() if isinstance(value, dict))
    return language_of(
        raw.get("language"), raw.get("language_code"), *(value.get("language") for value in inner)
    )


def _find_recorded(raw: Record) -> str | None:
    """The day that the recording is said to be of; a transcript's own day (`created_at`) is another."""
    inner = (value for value in raw.values() if isinstance(value, dict))
    for record in (raw, *inner):
        keys = plain_keys(record)
        days = (day_of(record[keys[key]]) for key in _DAYS if key in keys)
        if day := next(filter(None, days), None):
            return day
    return None


def _says_who_or_when(found: Sequence[Record]) -> bool:
    return any(entry["start"] is not None or entry["speaker"] or entry["words"] for entry in found)


def _find_richest(lists: Mapping[tuple[str, ...], Sequence[Record]]) -> tuple[str, ...]:
    """The best of the lists that say about most: with speakers, with times, not in single words."""
    for unsaid in (GUESSED, UNFORMATTED):
        lists = {path: found for path, found in lists.items() if unsaid not in path} or lists
    lists = {path: found for path, found in lists.items() if not _SUMMARY.search(" ".join(path))} or lists
    words = {
        path: sum(count_words(_LABEL.sub("", entry["text"])) for entry in found if not _is_mark(entry))
        for path, found in lists.items()
    }
    most = max(words.values())

    def rank(path: tuple[str, ...]) -> tuple[bool, bool, bool, int, int]:
        found = lists[path]
        spoken = any(entry["speaker"] for entry in found)
        timed = any(entry["start"] is not None for entry in found)
        starts = len({entry["start"] for entry in found})
        return spoken, timed, words[path] > _ONE_WORD * len(found), len(found), starts

    return max((path for path in lists if words[path] >= _ALMOST * most), key=rank)


def _is_mark(entry: Record) -> bool:
    """Whether it is a mark alone, which some services list among the single words."""
    return set(entry["text"].strip()) <= _CLOSING


def _with_turns(found: list[Record], turns: Sequence[Turn]) -> list[Record]:
    """The passages, if they name no speakers, each with the one whose turn it is."""
    words = [word for entry in found for word in entry["words"] or ()]
    if not turns or any(entry["speaker"] for entry in (*found, *words)):
        return found
    return [
        {
            **_with_turn(entry, turns),
            "words": entry["words"] and [_with_turn(word, turns) for word in entry["words"]],
        }
        for entry in found
    ]


def _with_turn(entry: Record, turns: Sequence[Turn]) -> Record:
    if entry["start"] is None:
        return entry
    at = bisect_right(turns, entry["start"] + 0.001, key=lambda turn: turn[0])
    if not at:
        return entry
    _, end, speaker = turns[at - 1]
    return entry if end is not None and entry["start"] >= end + _TURN_SLACK else {**entry, "speaker": speaker}


def _by_channels(found: list[Record]) -> list[Record]:
    """The passages, where there are no speakers but several channels, each channel as one."""
    channels = {str(entry["channel"]) for entry in found if isinstance(entry["channel"], str | int)}
    if len(channels) < 2 or any(entry["speaker"] for entry in found):
        return found
    return [{**entry, "speaker": f"Channel {entry['channel']}"} for entry in found]


def _from_zero(found: list[Record]) -> list[Record]:
    """The passages, those with a date's time counted from the first of them."""
    times = [entry["start"] for entry in found if entry["start"] is not None]
    if not times or min(times) < _EPOCH:
        return found
    first = min(times)
    known = ("start", "end")
    return [
        {**entry, **{key: None if entry[key] is None else round(entry[key] - first, 3) for key in known}}
        for entry in found
    ]


def _as_in(given: Sequence[Record], found: Sequence[Record], turns: Sequence[Turn]) -> list[Turn]:
    """The turns in the unit that the passages turned out to have: seconds, or a thousand times as many."""
    pairs = ((raw["start"], entry["start"]) for raw, entry in zip(given, found, strict=True))
    unit = next((round(raw / now) for raw, now in pairs if raw and now), 1)
    return [(start / unit, None if end is None else end / unit, who) for start, end, who in turns]


def _in_seconds(found: list[Record]) -> list[Record]:
    """The passages, whose times are milliseconds or ticks where nobody speaks as slowly as that."""
    both = (one for entry in found for one in (entry, *(entry["words"] or ())))
    times = [one[key] for one in both for key in ("start", "end") if one[key] is not None]
    if len(times) < 2 or not all(float(time).is_integer() for time in times):
        return found
    lasts = max(times) - min(times)
    words = sum(count_words(entry["text"]) for entry in found)
    unit = next((unit for unit in (SECOND, THOUSAND, TICKS) if words > SLOWEST * lasts / unit), SECOND)
    return found if unit == SECOND else [_divide_entry(entry, unit) for entry in found]


def _divide_entry(entry: Record, unit: int) -> Record:
    words = [{**word, **_divided_times(word, unit)} for word in entry["words"] or ()]
    return {**entry, **_divided_times(entry, unit), "words": words or None}


def _divided_times(entry: Record, unit: int) -> dict[str, float | None]:
    return {key: None if entry[key] is None else entry[key] / unit for key in ("start", "end")}


def _as_sentences(found: Sequence[Record]) -> list[Record]:
    """The passages; where they are single words, those between two pauses as one."""
    words = sum(count_words(entry["text"]) for entry in found)
    timed = all(entry["start"] is not None for entry in found if entry["text"].strip())
    if len(found) < 2 or words > _ONE_WORD * len(found) or not timed:
        return list(found)
    return [_join_run(run) for run in _group_runs(found)]


def _group_runs(found: Sequence[Record]) -> Iterator[list[Record]]:
    run = [found[0]]
    for before, entry in pairwise(found):
        over = before["end"] if before["end"] is not None else before["start"]
        timed = None not in (entry["start"], before["start"])
        paused = timed and entry["start"] - over >= _PAUSE
        begins = timed and entry["start"] <= before["start"] - _PAUSE  # another recording
        unknown = (before["speaker"] is None) != (entry["speaker"] is None)
        if paused or begins or (unknown and before["turn"] != entry["turn"]):
            yield run
            run = []
        run.append(entry)
    yield run


def _join_run(run: Sequence[Record]) -> Record:
    words = [
        {"word": entry["text"], "start": entry["start"], "end": entry["end"], "speaker": entry["speaker"]}
        for entry in run
    ]
    text = _spell_words([entry["text"] for entry in run])
    return {"text": text, "start": run[0]["start"], "end": run[-1]["end"], "speaker": None, "words": words}


def _spell_words(texts: Sequence[str]) -> str:
    """Single words as a text; some services give the space before a word with it, some marks as words."""
    spaced = any(text[:1].isspace() for text in texts)
    return "".join(text if spaced or set(text) <= _CLOSING else f" {text}" for text in texts)
