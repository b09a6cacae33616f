"""JSON that holds its passages in a list somewhere: Gladia, Fireflies, Podlove, Premiere, Oyez and more.

Services name the same things differently: `start`, `start_time`, `startMs`, `timestamp: [0, 1.5]`;
`speaker`, `speaker_name`, `speakerId`. All lists of texts are found; the one that says most is read, and
the others must not say more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from daemon.formats.days import day_of
from daemon.formats.services.fields import Record, essence, language_of, misshapen, name_of, text_of
from daemon.formats.services.whisper import read_segments
from daemon.formats.speakers.names import is_generic, is_name, is_person
from daemon.formats.word_account import Reading, scaled
from daemon.text.transcript import count_words

KIND = "passages-json"

_TEXTS = (
    *("text", "transcript", "transcription", "sentence", "utterance", "body", "content", "caption"),
    *("displaytext", "display", "punctuatedword", "punct", "word", "line", "rawtext", "fulltranscript"),
    *("spokentext", "sourcetext", "words", "message", "onebest", "subtitle"),
)
_SECOND, _TICKS = 1, 10_000_000
_THOUSAND = 1000
_STARTS = {
    **dict.fromkeys(
        ("start", "starttime", "begin", "begintime", "timebegin", "from", "ts", "startts", "t0"), _SECOND
    ),
    **dict.fromkeys(("startseconds", "startsec", "starttimeseconds", "startoffset", "time", "in"), _SECOND),
    **dict.fromkeys(("timestamp", "timecode", "offsetseconds", "offset"), _SECOND),
    **dict.fromkeys(("startms", "starttimems", "startmillis", "startmilliseconds", "tstartms"), _THOUSAND),
    **dict.fromkeys(("offsetms", "offsetmilliseconds", "frommilliseconds", "fromms"), _THOUSAND),
    **dict.fromkeys(("beginms", "begintimems", "startoffsetms", "timems", "timestampms"), _THOUSAND),
    **dict.fromkeys(("starttimestamp", "startdatetime"), _SECOND),
    "offsetinticks": _TICKS,
    "bg": _THOUSAND,
}
_ENDS = {
    **dict.fromkeys(
        ("end", "endtime", "stop", "timeend", "to", "endts", "finish", "endoffset", "out", "t1"), _SECOND
    ),
    **dict.fromkeys(("endseconds", "endsec", "endtimeseconds"), _SECOND),
    **dict.fromkeys(("endtimestamp", "enddatetime"), _SECOND),
    "ed": _THOUSAND,
    **dict.fromkeys(("endms", "endtimems", "endmillis", "endmilliseconds", "toms"), _THOUSAND),
    **dict.fromkeys(("stopms", "endoffsetms", "finishms"), _THOUSAND),
}
_DURATIONS = {
    **dict.fromkeys(("duration", "dur", "durationseconds"), _SECOND),
    **dict.fromkeys(("durationms", "durationmilliseconds", "ddurationms"), _THOUSAND),
    "durationinticks": _TICKS,
}
"""Keys, without case and signs, and how many of their units make a second."""
_SPEAKERS = (
    *("speakername", "voice", "speakerlabel", "speaker", "speakerid", "speakertag", "participantname"),
    *("participant", "author", "spk", "who", "username", "userdisplayname", "sender", "role"),
)
_GROUP = "speakergroup"
"""A key that holds somebody's name in some files, and in others what several have in common."""
_WITH_TIMES = ("label", "name", "user", "from")
"""What gives who speaks only where it stands beside a time."""
_SENT = ("date", "datetime", "createdat", "sentat")
"""When a message was written, which says when it was said only where nothing else does."""
_VALUES = ("value",)
"""Keys that hold words only beside a time."""
_MESSAGES = ("text", "message")
"""Keys that hold words in pieces, in the chats of some programs."""
_NAMES = ("name", "displayname", "label", "speakername", "fullname")
_IDS = ("id", "spkid", "speakerid", "speaker", "uuid")
_WRAPPERS = frozenset(("data", "attributes", "attrs", "attr", "meta", "metadata", "properties", "fields"))
"""Keys of objects inside of a passage that hold what is known of it: its times, who speaks."""
_GUESSES = ("alternatives", "nbest", "hypotheses")
_RANGES = ("timestamp", "time", "timestamps", "instances", "interval", "range")
_WORD_LISTS = (
    "words",
    "result",
    "displaywords",
    "wordlist",
    "line",
    "tokens",
    "wordtimings",
    "wordtimestamps",
    "timestamps",
)
_ONE_WORD = 1.2
"""Words of a passage, on average, below which the list is one of single words."""
_PAUSE = 1.0
"""Seconds of silence that end a passage where a list is one of single words."""
_ALMOST = 0.95
_SLOWEST = 0.02
"""Words a second below which whole numbers are no seconds but milliseconds, or else ticks."""
_OTHER_SHARE = 0.5
"""The share of passages, and of words, from which another text is a translation, and no remark."""
_CLOSING = frozenset(".,;:!?…)]}»”’%。，、！？")
_DAYS = ("date", "recordedat", "recordingdate", "daterecorded", "recordeddate", "meetingdate", "datestring")
_DEEPEST = 40
_NO_KEY = "\0 no key"  # "" may be one

_SPAN = re.compile(
    r"\s*(\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?)\s*(?:-{1,2}>|[-–—~]|to)\s*(\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?)\s*",
    re.ASCII,
)
"""Start and end as one text: `00:00:01 - 00:00:04`."""
_RELATIVE = ("relative", "seconds", "offset", "value", "time")
"""Keys under which an object holds the seconds of a moment."""
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_EPOCH = 1e8
"""Seconds from which a time counts from 1970 and not from the beginning of the recording."""
_TURN_SLACK = 0.5
"""Seconds by which a word may stand outside of the turn it belongs to."""
_Words = dict[str, Any]
_Turn = tuple[float, float | None, str]
"""Start and end in seconds, and who speaks."""
_Found = dict[tuple[str, ...], list[Record]]


@dataclass(frozen=True, slots=True)
class _Around:
    """What the objects around a passage say of it."""

    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    channel: object = None


@dataclass(slots=True)
class _Finder:
    """Finds the lists of passages, by where they stand, as Whisper's segments."""

    names: Mapping[str, str]
    lists: _Found = field(default_factory=lambda: defaultdict(list))
    turns: list[_Turn] = field(default_factory=list)
    others: dict[tuple[tuple[str, ...], str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def look(self, value: object, path: tuple[str, ...], around: _Around) -> None:
        """Look through the value, which stands at this path."""
        if len(path) > _DEEPEST:
            raise misshapen("a transcript's")
        if isinstance(value, list):
            for entry in value:
                self.look(entry, path, around)
        elif isinstance(value, dict):
            self._look_at_object(value, path, around)

    def _look_at_object(self, value: Record, path: tuple[str, ...], around: _Around) -> None:
        value = _unwrapped(value)
        keys = _plain_keys(value)
        text_key, text = _text_in(value, keys)
        around = self._around(value, keys, around, is_said=bool(text.strip()))
        words = self._words(value, keys) if text.strip() else None
        if not text.strip():
            self._look_for_turn(value, keys)
        if text.strip():
            entry = {"text": text, "start": around.start, "end": around.end, "speaker": around.speaker}
            self.lists[path].append({**entry, "words": words and words[1], "channel": around.channel})
            self._note_other_texts(value, (text_key, around.speaker), path)
            around = _Around(None, None, around.speaker, around.channel)
        for key, inner in value.items():
            if (words is None or words[0] != key) and key != text_key:
                self._look_inside(key, inner, path, around)

    def _note_other_texts(self, value: Record, known: tuple[str, str | None], path: tuple[str, ...]) -> None:
        """Note what else a passage says, mostly the same in another language.

        `known`: the key of what it says itself, and who speaks.
        """
        text_key, speaker = known
        for key, held in value.items():
            if key != text_key and isinstance(held, str) and held != speaker and _is_prose(held):
                self.others[path, key].append(held)

    def _look_for_turn(self, value: Record, keys: Mapping[str, str]) -> None:
        """Some give who speaks apart from the words: from when to when, and the name."""
        start, end = _times(value, keys)
        speaker = self._speaker(value, keys)
        if start is not None and speaker is not None:
            self.turns.append((start, end, speaker))

    def _look_inside(self, key: str, inner: object, path: tuple[str, ...], around: _Around) -> None:
        """Look through what stands under a key; of several guesses only the first is speech."""
        if isinstance(inner, list) and key.lower() in _GUESSES:
            self.look(inner[:1], (*path, key), around)
            self.look(inner[1:], (*path, key, "other guesses"), around)
        elif isinstance(inner, list | dict):
            self.look(inner, (*path, key), around)

    def _around(self, value: Record, keys: Mapping[str, str], around: _Around, *, is_said: bool) -> _Around:
        start, end = _times(value, keys)
        if start is None and around.start is None and is_said:
            start = _time_of_message(value, keys)
        speaker = self._speaker(value, keys)
        if speaker is None and start is not None:
            speaker = next((name for key in _WITH_TIMES if (name := _named(value, keys, key))), None)
        if start is None:
            start, end = around.start, around.end
        channel = value.get(keys.get("channel", _NO_KEY), around.channel)
        return _Around(start, end, speaker or around.speaker, channel)

    def _speaker(self, value: Record, keys: Mapping[str, str]) -> str | None:
        given = (value[keys[key]] for key in _SPEAKERS if keys.get(key) is not None)
        for who in given:
            if isinstance(who, dict):
                who = _name_in(who)
            if str(who) in self.names:
                return self.names[str(who)]
            if (name := name_of(who)) is not None:
                return name
        group = _named(value, keys, _GROUP)
        return group if group and (is_generic(group) or (is_name(group) and not is_person(group))) else None

    def _words(self, value: Record, keys: Mapping[str, str]) -> tuple[str, list[_Words]] | None:
        """The key of the single words of a passage, and they with their times."""
        for key in _WORD_LISTS:
            found = value.get(keys.get(key, _NO_KEY))
            if isinstance(found, list) and found and all(isinstance(word, dict) for word in found):
                return keys[key], [self._word(word) for word in found]
        return None

    def _word(self, raw: Record) -> _Words:
        keys = _plain_keys(raw)
        start, end = _times(raw, keys)
        text = next(
            (
                raw[keys[key]]
                for key in ("punctuatedword", "punct", "word", "text", "content", "value")
                if key in keys
            ),
            "",
        )
        return {"word": text, "start": start, "end": end, "speaker": self._speaker(raw, keys)}


def _text_in(value: Record, keys: Mapping[str, str]) -> tuple[str, str]:
    """The key under which an object says something, and what; empty where it says nothing."""
    for key in _TEXTS:
        held = value.get(keys.get(key, _NO_KEY))
        if isinstance(held, str):
            return keys[key], text_of(held)
        if key in _MESSAGES and (pieces := _pieces_of(held)) is not None:
            return keys[key], text_of("".join(pieces))
    for key in _VALUES:
        held = value.get(keys.get(key, _NO_KEY))
        if isinstance(held, str) and any(map(str.isalpha, held)) and _times(value, keys)[0] is not None:
            return keys[key], text_of(held)
    return "", ""


def _pieces_of(held: object) -> list[str] | None:
    """A text whose links and the like are objects among it, in pieces; None for another list."""
    if not isinstance(held, list) or not any(isinstance(one, str) for one in held):
        return None
    pieces = [one.get("text") if isinstance(one, dict) else one for one in held]
    texts = [piece for piece in pieces if isinstance(piece, str)]
    return texts if len(texts) == len(pieces) and len(set(map(type, held))) > 1 else None


def _time_of_message(value: Record, keys: Mapping[str, str]) -> float | None:
    """When a message was written, in seconds from 1970; None where it is not told."""
    dates = (value[keys[key]] for key in _SENT if key in keys)
    moments = (_seconds_of_date(date) for date in dates if isinstance(date, str) and _DATE.match(date))
    return next(filter(None, moments), None)


def fits(raw: dict[str, Any]) -> bool:
    """Any JSON may hold passages; this kind is asked last."""
    return True


def read_object(raw: dict[str, Any]) -> Reading:
    """Read it; raises InputError where nothing in it is a list of passages."""
    finder = _Finder(_names(raw))
    finder.look(raw, (), _Around())
    lists = {path: _by_channels(_in_seconds(_from_zero(found))) for path, found in finder.lists.items()}
    if not lists:
        raise misshapen("a transcript's")
    best = _richest(lists)
    turns = sorted(_as_in(finder.lists[best], lists[best], finder.turns), key=lambda turn: turn[0])
    lists[best] = _with_turns(lists[best], turns)
    if (
        not _says_who_or_when(lists[best])
        and not finder.turns
        and not (_is_text_alone(raw) or _are_texts(raw.get("segments")))
    ):
        raise misshapen("a transcript's")
    reading = read_segments(_as_sentences(_with_ends(lists[best])), "", _language(raw))
    reading.recorded = _find_recorded(raw)
    said = essence(" ".join(entry["text"] for entry in lists[best]))
    for path, others in lists.items():
        if path != best:
            _book_other(path, " ".join(entry["text"] for entry in others), said, reading)
    for (path, key), texts in finder.others.items():
        other = " ".join(texts)
        differs = (essence(other) - said).total() >= _OTHER_SHARE * count_words(other)
        if path == best and differs and len(texts) >= _OTHER_SHARE * len(lists[best]):
            _book_other((*path, key), other, said, reading)
    return reading


def _is_text_alone(raw: Record) -> bool:
    """Whether there is nothing but a text, by a key that says that it is one, and single facts of it."""
    named = not {"text", "transcript", "transcription", "fulltranscript"}.isdisjoint(_plain_keys(raw))
    return named and all(isinstance(inner, str | int | float) for inner in raw.values())


def _are_texts(entries: object) -> bool:
    """Whether it is a list of objects, each with a text by a key that says that it is one."""
    return isinstance(entries, list) and all(
        isinstance(one, dict) and any(str(key).endswith("text") for key in one) for one in entries
    )


def _unwrapped(value: Record) -> Record:
    """A passage with what some services keep in an object inside of it: `{"text": …, "attributes": {…}}`."""
    if not any(isinstance(value.get(key), str) for key in value if str(key).lower() in _TEXTS):
        return value
    inner = {key: held for key, held in value.items() if key.lower() in _WRAPPERS and isinstance(held, dict)}
    if not inner:
        return value
    known = {key: held for one in inner.values() for key, held in one.items()}
    return {**known, **{key: held for key, held in value.items() if key not in inner}}


def _is_prose(text: str) -> bool:
    """Whether a text has words enough to be another one: no name, no number and no address."""
    return count_words(text) > 1 and any(map(str.isalpha, text)) and "://" not in text


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
    extra = (essence(text) - said).total()
    if path[-1:] == ("other guesses",):
        reading.drop("other guess", words)
        return
    reading.drop("another list of texts" if extra else "repeated in text", words)
    if extra:
        where = " / ".join(path) or "the file"
        reading.warnings.append(
            f'The {words:,} words under "{where}" are not those of the transcript: not read.'
        )


def _plain_keys(value: Record) -> dict[str, str]:
    """The keys of an object by their name without case and signs."""
    return {"".join(filter(str.isalnum, str(key).lower())): key for key in value}


def _times(value: Record, keys: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Start and end in seconds, None where the object has none."""
    for key in _RANGES:
        inner = value.get(keys.get(key, _NO_KEY))
        inner = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], dict) else inner
        if isinstance(inner, dict):
            return _times(inner, {**_plain_keys(inner)}) if inner is not value else (None, None)
        if isinstance(inner, str) and (span := _SPAN.fullmatch(inner)):
            return _moment(span[1], _SECOND), _moment(span[2], _SECOND)
        if isinstance(inner, list) and len(inner) == 2:
            return _moment(inner[0], _SECOND), _moment(inner[1], _SECOND)
    start, end, duration = (_first_moment(value, keys, table) for table in (_STARTS, _ENDS, _DURATIONS))
    if end is None and start is not None and duration is not None:
        end = round(start + duration, 3)
    return start, end


def _first_moment(value: Record, keys: Mapping[str, str], table: Mapping[str, int]) -> float | None:
    found = (_moment(value[keys[key]], unit) for key, unit in table.items() if key in keys)
    return next((time for time in found if time is not None), None)


def _moment(value: object, per_second: int) -> float | None:
    if isinstance(value, dict) and ("seconds" in value or "nanos" in value):
        whole, part = scaled(value.get("seconds", 0), 1), scaled(value.get("nanos", 0), 1)
        return (whole or 0.0) + (part or 0.0) / 1_000_000_000
    if isinstance(value, dict):
        return next((scaled(value[key], per_second) for key in _RELATIVE if key in value), None)
    if isinstance(value, str) and _DATE.match(value):
        return _seconds_of_date(value)
    return scaled(value, per_second)


def _seconds_of_date(text: str) -> float | None:
    """The seconds from 1970 to a date with a time (ISO 8601), None where it is none."""
    try:
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError):
        return None


def _named(value: Record, keys: Mapping[str, str], key: str) -> str | None:
    """The name under a key, None where there is none or it is a number."""
    held = value.get(keys.get(key, _NO_KEY))
    is_text = isinstance(held, str) and not held.strip().isdecimal() and scaled(held, 1) is None
    return name_of(held) if is_text else None


def _name_in(value: Record) -> object:
    keys = _plain_keys(value)
    return next((value[keys[key]] for key in (*_NAMES, "id") if key in keys), None)


def _names(raw: Record, deepest: int = 4) -> dict[str, str]:
    """The names of speakers by their ids, where the file has a list of them."""
    out: dict[str, str] = {}
    for key, value in raw.items():
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict) and "speaker" in key.lower():
                out |= _named_id(entry)
            elif isinstance(entry, dict) and deepest:
                out |= _names(entry, deepest - 1)
    return out


def _named_id(entry: Record) -> dict[str, str]:
    """The name of a speaker by its id, if the entry of a list has both."""
    keys = _plain_keys(entry)
    who = next(
        (entry[keys[key]] for key in _IDS if isinstance(entry.get(keys.get(key, _NO_KEY)), str | int)), None
    )
    name = name_of(next((entry[keys[key]] for key in _NAMES if key in keys), None))
    return {} if who is None or name is None else {str(who): name}


def _language(raw: Record) -> str | None:
    inner = (value for value in raw.values() if isinstance(value, dict))
    return language_of(
        raw.get("language"), raw.get("language_code"), *(value.get("language") for value in inner)
    )


def _find_recorded(raw: Record) -> str | None:
    """The day that the recording is said to be of; a transcript's own day (`created_at`) is another."""
    inner = (value for value in raw.values() if isinstance(value, dict))
    for record in (raw, *inner):
        keys = _plain_keys(record)
        days = (day_of(record[keys[key]]) for key in _DAYS if key in keys)
        if day := next(filter(None, days), None):
            return day
    return None


def _says_who_or_when(found: Sequence[Record]) -> bool:
    return any(entry["start"] is not None or entry["speaker"] or entry["words"] for entry in found)


def _richest(lists: Mapping[tuple[str, ...], Sequence[Record]]) -> tuple[str, ...]:
    """Of the lists that say about most the one with speakers, with times, and not in single words."""
    words = {path: sum(count_words(entry["text"]) for entry in found) for path, found in lists.items()}
    most = max(words.values())

    def rank(path: tuple[str, ...]) -> tuple[bool, bool, bool, int]:
        found = lists[path]
        spoken = any(entry["speaker"] for entry in found)
        timed = any(entry["start"] is not None for entry in found)
        return spoken, timed, words[path] > _ONE_WORD * len(found), len(found)

    return max((path for path in lists if words[path] >= _ALMOST * most), key=rank)


def _with_turns(found: list[Record], turns: Sequence[_Turn]) -> list[Record]:
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


def _with_turn(entry: Record, turns: Sequence[_Turn]) -> Record:
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


def _as_in(given: Sequence[Record], found: Sequence[Record], turns: Sequence[_Turn]) -> list[_Turn]:
    """The turns in the unit that the passages turned out to have: seconds, or a thousand times as many."""
    pairs = ((raw["start"], entry["start"]) for raw, entry in zip(given, found, strict=True))
    unit = next((round(raw / now) for raw, now in pairs if raw and now), 1)
    return [(start / unit, None if end is None else end / unit, who) for start, end, who in turns]


def _in_seconds(found: list[Record]) -> list[Record]:
    """The passages, whose times are milliseconds or ticks where nobody speaks as slowly as that."""
    times = [entry["start"] for entry in found if entry["start"] is not None]
    if len(times) < 2 or not all(float(time).is_integer() for time in times):
        return found
    lasts = max(times) - min(times)
    words = sum(count_words(entry["text"]) for entry in found)
    unit = next((unit for unit in (_SECOND, _THOUSAND, _TICKS) if words > _SLOWEST * lasts / unit), _SECOND)
    return found if unit == _SECOND else [_divided(entry, unit) for entry in found]


def _divided(entry: Record, unit: int) -> Record:
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
    return [_joined(run) for run in _runs(found)]


def _runs(found: Sequence[Record]) -> Iterator[list[Record]]:
    run = [found[0]]
    for before, entry in pairwise(found):
        over = before["end"] if before["end"] is not None else before["start"]
        if entry["start"] is not None and over is not None and entry["start"] - over >= _PAUSE:
            yield run
            run = []
        run.append(entry)
    yield run


def _joined(run: Sequence[Record]) -> Record:
    words = [
        {"word": entry["text"], "start": entry["start"], "end": entry["end"], "speaker": entry["speaker"]}
        for entry in run
    ]
    text = _spelt([entry["text"] for entry in run])
    return {"text": text, "start": run[0]["start"], "end": run[-1]["end"], "speaker": None, "words": words}


def _spelt(texts: Sequence[str]) -> str:
    """Single words as a text; some services give the space before a word with it, some marks as words."""
    spaced = any(text[:1].isspace() for text in texts)
    return "".join(text if spaced or set(text) <= _CLOSING else f" {text}" for text in texts)
