"""Finds the lists of passages in an object, wherever they stand in it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from daemon.formats.captions.cues.cue_lines import begins_as_captions
from daemon.formats.services.values.fields import Record, make_shape_error, name_of
from daemon.formats.services.values.keys import (
    CHANNELS,
    GROUP,
    GUESSES,
    NO_KEY,
    SPEAKERS,
    WITH_TIMES,
    WORD_LISTS,
    find_name_in,
    find_named,
    find_text,
    find_time_of_message,
    find_times,
    find_user,
    is_made_up,
    is_partial,
    is_translated,
    is_unformatted,
    plain_keys,
    unwrap_record,
)
from daemon.formats.speakers.names import is_generic, is_name, is_person
from daemon.text.names.likeness import is_common_name
from daemon.text.transcript import count_words

GUESSED = "other guesses"
"""The last part of the path of lists that hold what nobody said."""
UNFORMATTED = "without marks"
"""The same of lists that hold what others may hold with marks and capitals."""
_TRANSLATED = "translation"
_ENDS_OF_TURN = ("<end>", "<fin>")
"""What Soniox sets among the words where a turn ends."""
_SPELT = ("punctuatedword", "punct", "word", "text", "content", "value")
"""The keys of a single word."""
_OF_A_GUESS = {"confidence", "words"}
_DEEPEST = 40
_LEAST_ROWS, _CELLS = 2, 3
_LEAST_PARTS = 5
_FIGURES = re.compile(r"\d+")
_TRACK = re.compile(
    r"(?:ch|channel|track|speaker|mic)[ _-]?\d{1,2}|left|right|agent|customer|caller|callee|client|operator"
    r"|host|guest|interviewer|interviewee|inbound|outbound|local|remote|microphone|user|assistant"
    r"|(?:spk|spkr|participant)[ _-]?\d{1,2}|speaker[ _-][a-z]",
    re.I,
)
"""What is recorded apart, and transcribed so, or said by one of several."""
_SHORT = re.compile(r"[A-Z]|[Ss]\d{1,2}")
"""What may be somebody, and an answer to choose, a version or a sentence."""
_Words = dict[str, Any]
Turn = tuple[float, float | None, str]
"""Start and end in seconds, and who speaks."""
_Found = dict[tuple[str, ...], list[Record]]


@dataclass(frozen=True, slots=True)
class Around:
    """What the objects around a passage say of it."""

    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    channel: object = None
    turn: int = 0


@dataclass(slots=True)
class PassageFinder:
    """Finds the lists of passages, by where they stand, as Whisper's segments.

    `names` holds the speakers' names by their ids, `numbered` what those are called who have only an id.
    """

    names: Mapping[str, str]
    numbered: dict[str, str] = field(default_factory=dict)
    lists: _Found = field(default_factory=lambda: defaultdict(list))
    turns: list[Turn] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    told: int = 0
    others: dict[tuple[tuple[str, ...], str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def look(self, value: object, path: tuple[str, ...], around: Around) -> None:
        """Look through the value, which stands at this path."""
        if len(path) > _DEEPEST:
            raise make_shape_error("a transcript's")
        if isinstance(value, list):
            for entry in _name_columns(value):
                self.look(entry, path, around)
        elif isinstance(value, dict):
            self._look_at_object(value, path, around)

    def _look_at_object(self, value: Record, path: tuple[str, ...], around: Around) -> None:
        captions = {key: held for key, held in value.items() if _are_captions(held)}
        self.captions += captions.values()
        value = unwrap_record({key: held for key, held in value.items() if key not in captions})
        keys = plain_keys(value)
        if is_partial(value, keys) and path[-1:] != (GUESSED,):
            path = (*path, GUESSED)  # what was shown until more was heard
        elif is_unformatted(value, keys):
            path = (*path, UNFORMATTED)
        elif is_translated(value, keys):
            path = (*path, _TRANSLATED)
        text_key, text = find_text(value, keys)
        if text in _ENDS_OF_TURN:
            return
        around = self._look_around(value, keys, around, is_said=bool(text.strip()))
        words = self._find_words(value, keys) if text.strip() else None
        if words is None and text.strip() and around.speaker is not None:
            words = self._find_spelt_words(value, text)
        if words is not None and around.start is None:
            around = _timed_by_words(around, words[1])
        if not text.strip():
            self._look_for_turn(value, keys)
        if text.strip():
            entry = {"text": text, "start": around.start, "end": around.end, "speaker": around.speaker}
            known = {"words": words and words[1], "channel": around.channel, "turn": around.turn}
            self.lists[path].append({**entry, **known})
            self._note_other_texts(value, (text_key, around.speaker), path)
            around = Around(None, None, around.speaker, around.channel, around.turn)
        parts = _find_parts(value)
        for key, inner in value.items():
            if (words is None or words[0] != key) and key != text_key:
                self._look_inside("0" if key in parts else key, inner, path, around)

    def _note_other_texts(self, value: Record, known: tuple[str, str | None], path: tuple[str, ...]) -> None:
        """Note what else a passage says, mostly the same in another language.

        `known`: the key of what it says itself, and who speaks.
        """
        text_key, speaker = known
        for key, held in value.items():
            if key == text_key or "speaker" in key.lower():
                continue
            if isinstance(held, str) and held != speaker and _is_prose(held):
                self.others[path, key].append(held)

    def _look_for_turn(self, value: Record, keys: Mapping[str, str]) -> None:
        """Some give who speaks apart from the words: from when to when, and the name, perhaps as a label."""
        start, end = find_times(value, keys)
        speaker = self._find_speaker(value, keys) or _find_only_label(value, keys)
        if start is not None and speaker is not None:
            self.turns.append((start, end, speaker))

    def _look_inside(self, key: str, inner: object, path: tuple[str, ...], around: Around) -> None:
        """Look through what stands under a key; of several guesses only the first is speech."""
        if isinstance(inner, list) and (key.lower() in GUESSES or _are_guesses(inner)):
            self.look(inner[:1], (*path, key), around)
            self.look(inner[1:], (*path, key, GUESSED), around)
        elif isinstance(inner, list | dict):
            # an object with numbers for keys is a list: {"0": {…}, "1": {…}}
            self.look(inner, (*path, "0" if key.isdecimal() else key), around)

    def _look_around(
        self, value: Record, keys: Mapping[str, str], around: Around, *, is_said: bool
    ) -> Around:
        start, end = find_times(value, keys)
        if start is None and around.start is None and is_said:
            start = find_time_of_message(value, keys)
        speaker = self._find_speaker(value, keys)
        if speaker is None and start is not None:
            speaker = next((name for key in WITH_TIMES if (name := find_named(value, keys, key))), None)
        if start is None:
            start, end = around.start, around.end
        if speaker is None and is_said:
            speaker = find_user(value, keys)
        channel = next((value[keys[key]] for key in CHANNELS if key in keys), around.channel)
        tells = not is_said and not keys.keys().isdisjoint(SPEAKERS)
        self.told += tells
        return Around(start, end, speaker or around.speaker, channel, self.told if tells else around.turn)

    def _find_speaker(self, value: Record, keys: Mapping[str, str]) -> str | None:
        given = (value[keys[key]] for key in SPEAKERS if keys.get(key) is not None)
        if "toname" in keys and "fromname" in keys:  # Label Studio's, of the form that was filled in
            given = (value[keys[key]] for key in SPEAKERS if keys.get(key) is not None and key != "fromname")
        for who in given:
            if isinstance(who, dict):
                who = find_name_in(who)
            if str(who) in self.names:
                return self.names[str(who)]
            if (name := name_of(who)) is not None:
                return self._number_speaker(name) if is_made_up(name) else name
        group = find_named(value, keys, GROUP)
        return group if group and (is_generic(group) or (is_name(group) and not is_person(group))) else None

    def _number_speaker(self, made_up: str) -> str:
        """What somebody is called of whom a file has only an id that a program made up: `Speaker 2`."""
        number = len(self.names) + len(self.numbered) + 1
        return self.numbered.setdefault(made_up, f"Speaker {number}")

    def _find_words(self, value: Record, keys: Mapping[str, str]) -> tuple[str, list[_Words]] | None:
        """The key of the single words of a passage, and they with their times."""
        for key in WORD_LISTS:
            found = value.get(keys.get(key, NO_KEY))
            if isinstance(found, list) and found and all(isinstance(word, dict) for word in found):
                said = [word for word in found if not is_translated(word, plain_keys(word))]
                return keys[key], [self._read_word(word) for word in said or found]
        return None

    def _find_spelt_words(self, value: Record, text: str) -> tuple[str, list[_Words]] | None:
        """As `_find_words`, under a key that isn't known for it: a list of objects that spell the text."""
        for written, found in value.items():
            if isinstance(found, list) and len(found) > 1 and all(isinstance(word, dict) for word in found):
                words = [self._read_word(word) for word in found]
                if _spell(words, text):
                    return written, words
        return None

    def _read_word(self, raw: Record) -> _Words:
        keys = plain_keys(raw)
        start, end = find_times(raw, keys)
        text = next((raw[keys[key]] for key in _SPELT if key in keys), "")
        return {"word": text, "start": start, "end": end, "speaker": self._find_speaker(raw, keys)}


def _name_columns(rows: list[Any]) -> list[Any]:
    """The entries of a list; rows like `["Good morning.", 0.0, 2.5]` as objects that name what these are."""
    if len(rows) < _LEAST_ROWS or not all(map(_is_row, rows)):
        return rows
    at = next(place for place, cell in enumerate(rows[0]) if isinstance(cell, str))
    if not all(isinstance(row[at], str) for row in rows):
        return rows
    spans = [[cell for cell in row if not isinstance(cell, str)] for row in rows]
    if any(after < before for (before, _), (after, _) in pairwise(spans)):
        return rows
    return [
        {"text": row[at], "start": start, "end": end} for row, (start, end) in zip(rows, spans, strict=True)
    ]


def _is_row(row: object) -> bool:
    """Whether it is a list of one text and two numbers."""
    if not isinstance(row, list) or len(row) != _CELLS:
        return False
    numbers = sum(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in row)
    return numbers == _CELLS - 1 and any(isinstance(cell, str) for cell in row)


def is_track(key: str) -> bool:
    """Whether what stands under a key was recorded apart, or said by somebody of this name."""
    if _TRACK.fullmatch(key) is not None or (key[:1].isupper() and is_common_name(key.split()[0])):
        return True
    return is_generic(key) and not _SHORT.fullmatch(key)


def may_be_track(key: str) -> bool:
    """Whether it may be so: by a letter, a number or a word that is a name, too (`ann`, `page 1`)."""
    name = key.split()[0].capitalize() if key[:1].isalpha() else ""
    return is_track(key) or _SHORT.fullmatch(key) is not None or is_common_name(name)


def _find_parts(value: Record) -> frozenset[str]:
    """The keys that differ in their numbers alone, where these are many: they are a list's.

    `{"talk-1.wav": […], "talk-2.wav": […], …}`, which is a recording in pieces; but not `Speaker 1`.
    """
    if len(value) < _LEAST_PARTS:
        return frozenset()
    held = (key for key, inner in value.items() if isinstance(inner, list | dict) and not is_track(key))
    shapes = {key: _FIGURES.sub("#", key) for key in held}
    often = Counter(shapes.values())
    return frozenset(key for key, shape in shapes.items() if key != shape and often[shape] >= _LEAST_PARTS)


def _find_only_label(value: Record, keys: Mapping[str, str]) -> str | None:
    """Who speaks by the only label of a stretch, as Label Studio gives it; None for `Speech` or `Noise`."""
    held = value.get(keys.get("labels", NO_KEY))
    if not isinstance(held, list) or len(held) != 1 or not isinstance(held[0], str):
        return None
    name = name_of(held[0])
    return name if name and (is_generic(name) or is_person(name)) else None


def _are_guesses(entries: list[Any]) -> bool:
    """Whether they are guesses of the same words, as DeepSpeech and Coqui write three, and none follows."""
    if len(entries) < 2 or not all(isinstance(one, dict) and one.keys() == _OF_A_GUESS for one in entries):
        return False
    heard = [_starts_of(one["words"]) for one in entries]
    return all(heard) and max(one[0] for one in heard) <= min(one[-1] for one in heard)


def _starts_of(words: object) -> list[float]:
    entries = [one for one in words if isinstance(one, dict)] if isinstance(words, list) else []
    starts = (find_times(one, plain_keys(one))[0] for one in entries)
    return [start for start in starts if start is not None]


def _spell(words: list[_Words], text: str) -> bool:
    """Whether these are the single words of a text, with times."""
    if not any(word["start"] is not None for word in words):
        return False
    spelt = "".join(str(word["word"]) for word in words)
    return "".join(spelt.split()) == "".join(text.split())


def _timed_by_words(around: Around, words: list[_Words]) -> Around:
    """What is known of a passage, with the times of its words where it has none of its own."""
    starts = [word["start"] for word in words if word["start"] is not None]
    ends = [word["end"] for word in words if word["end"] is not None]
    if not starts:
        return around
    return replace(around, start=starts[0], end=ends[-1] if ends else None)


def _are_captions(value: object) -> bool:
    """Whether it is a text of SRT or VTT, in which some give the same again."""
    return isinstance(value, str) and "-->" in value and "\n" in value and begins_as_captions(value)


def _is_prose(text: str) -> bool:
    """Whether a text has words enough to be another one: no name, no number and no address."""
    return count_words(text) > 1 and any(map(str.isalpha, text)) and "://" not in text
