"""Times of day in words and in figures: "half past three" is 3:30, German "halb vier" too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from daemon.text.languages.counting import is_number, numbers, small_numbers
from daemon.text.languages.knowledge import load

_WRITTEN = re.compile(r"(?<![\d:.,])(\d{1,2})\s?[:.h]\s?([0-5]\d)(?!\d|[:.,]\d)")
_WORD = r"[^\W\d_]+"
_WORDS = re.compile(r"\w+")
_HOUR, _MINUTES = "#", "*"  # in a phrase of a language's file
_OFFSET = re.compile(r"([+-]?\d+)?(?:([+-])\*)?")
_HOUR_MINUTES, _NOON_MINUTES = 60, 720
_MOST_HOURS, _MOST_MINUTES = 24, 59


class Time(NamedTuple):
    """A time of day that a text says from one of its characters to another, in minutes."""

    start: int
    end: int
    minutes: int


class _Phrase(NamedTuple):
    """A pattern for a way of telling the time: what is added to its hour, and how often its minutes are."""

    pattern: re.Pattern[str]
    added: int
    times: int


def write_times_as(said: str, written: str, language: str) -> str:
    """A text with its times in words as another one writes them in figures, where they are the same ones."""
    there = {time.minutes for time in _find_written(said)}
    times = [time for time in _find_written(written) if time.minutes not in there]
    parts, done = [], 0
    for time in _find_spelt(said, language) if times else ():
        other = next((one for one in times if _is_same(time.minutes, one.minutes)), None)
        if other is not None and time.start >= done:
            times.remove(other)
            parts += [said[done : time.start], written[other.start : other.end]]
            done = time.end
    return "".join((*parts, said[done:]))


def _is_same(spoken: int, written: int) -> bool:
    """Whether two times are one; the hour before one o'clock may be the twelfth."""
    return written == spoken or (0 <= spoken < _HOUR_MINUTES and written == spoken + _NOON_MINUTES)


def _find_written(text: str) -> Iterator[Time]:
    for found in _WRITTEN.finditer(text):
        yield Time(found.start(), found.end(), int(found[1]) * _HOUR_MINUTES + int(found[2]))


def _find_spelt(text: str, language: str) -> list[Time]:
    """The times in words, in order; of two in one place the one whose phrase says more."""
    found: list[Time] = []
    for phrase in _phrases_of(language):
        for match in phrase.pattern.finditer(text):
            time = _read_time(match, phrase, language)
            if time is not None and not any(time.start < one.end and one.start < time.end for one in found):
                found.append(time)
    return sorted(found)


def _read_time(found: re.Match[str], phrase: _Phrase, language: str) -> Time | None:
    said = found.groupdict()
    hour = _read_word(said["hour"], language) if "hour" in said else 0
    if hour is None or hour > _MOST_HOURS:
        return None
    minutes = hour * _HOUR_MINUTES + phrase.added
    if "minutes" not in said:
        return Time(found.start(), found.end(), minutes)
    first, last = _find_number(found, language)
    count = _read_word(found.string[first:last], language)
    if count is None or count > _MOST_MINUTES:
        return None
    start = first if found.start("minutes") == found.start() else found.start()
    end = last if found.end("minutes") == found.end() else found.end()
    return Time(start, end, minutes + phrase.times * count)


def _find_number(found: re.Match[str], language: str) -> tuple[int, int]:
    """Where the minutes stand of the two words that may be theirs: not "at" of "at twenty past six"."""
    words = _WORDS.finditer(found.string, *found.span("minutes"))
    spans = [word.span() for word in words if is_number(word[0].casefold(), language)]
    return (spans[0][0], spans[-1][1]) if spans else found.span("minutes")


def _read_word(word: str, language: str) -> int | None:
    """The one whole number that a word or two are."""
    key = word.casefold()
    found = [*numbers(key, language)] or [*small_numbers(frozenset({key}), language)]
    return int(found[0]) if len(found) == 1 and found[0].isdecimal() else None


@cache
def _phrases_of(language: str) -> tuple[_Phrase, ...]:
    spoken = load(language)
    known: Mapping[str, str] = {}
    if spoken is not None and spoken.counting is not None:
        known = spoken.counting.clock
    ordered = sorted(known.items(), key=lambda item: (-len(item[0].split()), _MINUTES in item[0]))
    return tuple(_read_phrase(phrase, offset) for phrase, offset in ordered)


def _read_phrase(phrase: str, offset: str) -> _Phrase:
    """A phrase of a language's file: "half past #" with 30, "* to #" with -*."""
    words = {
        _HOUR: rf"(?P<hour>{_WORD}|\d{{1,2}})",
        _MINUTES: rf"(?P<minutes>(?:{_WORD}[\s-]+)?{_WORD}|\d{{1,2}})",
    }
    parts = (words.get(word, re.escape(word).replace("'", "['’]")) for word in phrase.split())
    pattern = r"[\s-]+".join(parts)
    found = _OFFSET.fullmatch(offset)
    if found is None:
        raise ValueError(f"minutes as 30, -15 or -* are wanted, not {offset!r}")
    times = {"+": 1, "-": -1}.get(found[2] or "", 0)
    return _Phrase(re.compile(rf"(?<!\w){pattern}(?!\w)", re.I), int(found[1] or 0), times)
