"""The numbers of a text, in digits and in words, read in the language it is in.

A machine of few parts walks through the words: `scales` multiply what came before them, other number words
are added to it or begin the next number. Words put together ("zweiundvierzig") are taken apart first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import compress, count
from typing import Final, NamedTuple

from daemon.text.alignment import word_key
from daemon.text.languages.knowledge import Counting, load
from daemon.text.languages.word_readings import WordReadings
from daemon.text.transcript import split_words

ENGLISH: Final = "en"

_FIGURE, _ASCII_FIGURES = re.compile(r"\d"), "0123456789"
_DIGITS = re.compile(r"\d[\d.,:]*\d|\d")
_DECIMAL_COMMA = re.compile(r"\d+,(?!\d{3}$)\d+")  # of thousands there are three digits behind it
_JOINTS = "-‐–—/"
_TO_SPACES = str.maketrans(dict.fromkeys(_JOINTS, " "))
_TEXTS_AT_HAND = 256  # a passage is looked at by the gate and once more for the notes, after the whole chunk
_RUNS_AT_HAND, _LONGEST_RUN_AT_HAND = 4096, 8  # words: most are of one or two, and come again and again
_SENTENCE_ENDS = ".;!?"
_LONGEST_WORD = 60  # letters, of number words put together
_SMALL = 3  # so small numbers are words for something else besides: "one of us", "the second time"


class _Words(NamedTuple):
    """What number words stand for, in lower case, and how they make numbers.

    `low_ordinals` are numbers behind another one only: "twenty-first". `together` are those that words are
    put together of.
    """

    values: Mapping[str, int]
    low_ordinals: Mapping[str, int]
    scales: Mapping[str, int]
    joining: frozenset[str]
    points: frozenset[str]
    spelt: Mapping[str, str]
    endings: frozenset[str]
    way: str
    together: frozenset[str]


def reads_numbers(language: str) -> bool:
    """Whether number words of a language, by its code, can be read as figures."""
    return _words_of(language) is not None


def is_number(key: str, language: str = ENGLISH) -> bool:
    """Whether a word, in lower case, is a number or part of one, in digits or spelt out in a language."""
    return key[:1].isdigit() or _is_number_word(key, language)


def has_figure(text: str) -> bool:
    """Whether any figure stands in a text, of whatever script."""
    if text.isascii():
        return any(map(text.__contains__, _ASCII_FIGURES))
    return _FIGURE.search(text) is not None


@lru_cache(maxsize=8192)
def _is_number_word(key: str, language: str) -> bool:
    known = _words_of(language)
    if known is None:
        return False
    parts = _take_apart(key, known)
    return all(
        part in known.scales or _find_value(part, known) is not None for part in parts[:1] + parts[-1:]
    )


def small_numbers(keys: frozenset[str], language: str) -> frozenset[str]:
    """The numbers from 0 to 3, as digits, that some words may mean, though they mean other things too."""
    known = _words_of(language)
    if known is None:
        return frozenset()
    values = (known.low_ordinals.get(_strip_ending(key, known)) or _find_value(key, known) for key in keys)
    return frozenset(str(value) for value in values if value is not None and value <= _SMALL)


def split_parts(text: str) -> Sequence[str]:
    """The words of a text, with their punctuation; what is joined by a dash or a stroke is several."""
    if any(joint in text for joint in _JOINTS):
        return text.translate(_TO_SPACES).split()
    return split_words(text)


@lru_cache(maxsize=_TEXTS_AT_HAND)
def numbers(text: str, language: str = ENGLISH) -> Counter[str]:
    """The numbers of a text, each with how often it stands there; see `list_numbers`."""
    return Counter(list_numbers(text, language))


def list_numbers(text: str, language: str) -> list[str]:
    """Numbers as digits, in order: "twenty-five" is 25, "2,000" is 2000, "a hundred and five" is 105.

    "nineteen ninety-nine" and "twenty twenty" are years, but "eighty, eighty-five" are two numbers; "five
    five one" is three. In a language whose number words are not known those in digits alone are found.
    """
    return [number for run in list_number_runs(text, language) for number in run]


def list_spelt_numbers(text: str, language: str) -> list[str]:
    """The numbers of a text that tells them figure by figure: "twenty one oh five" is 21, 0 and 5."""
    known = _words_of(language)
    words = split_parts(text)
    if known is None or known.spelt.keys().isdisjoint(map(word_key, words)):
        return list_numbers(text, language)
    return list_numbers(" ".join(known.spelt.get(word_key(word), word) for word in words), language)


def list_number_runs(text: str, language: str) -> list[Sequence[str]]:
    """The numbers of a text as `list_numbers` reads them, those with no other word between them together."""
    if _words_of(language) is None:
        return [[_plain(digits)] for digits in _DIGITS.findall(text)]
    runs = _find_runs(split_parts(text), language)
    return [
        _read_run(run, language) if len(run) <= _LONGEST_RUN_AT_HAND else _read_run.__wrapped__(run, language)
        for run in runs
    ]


def _find_runs(words: Sequence[str], language: str) -> Iterator[tuple[str, ...]]:
    """The runs of words that may be numbers, each from the first that may begin one; any other ends it."""
    end = 0
    for at in compress(count(), map(_find_beginnings(language).__getitem__, words)):
        if at >= end:
            run, end = _take_run(words, at, language)
            yield run


def _take_run(words: Sequence[str], at: int, language: str) -> tuple[tuple[str, ...], int]:
    """The run that begins at a word, and its end; hesitations go: "twenty, um, thousand and, uh, eight".

    It ends where its first word is said anew behind a pause: "two thousand, uh, two thousand and eleven".
    """
    run, end = [words[at]], at + 1
    while end < len(words):
        if len(run) > 1 and word_key(words[end]) == word_key(run[0]) and _is_pause(words[end - 1], language):
            break
        if may_be_number(words[end], language):
            run.append(words[end])
        elif not (_is_hesitation(words[end], language) and _goes_on(run[-1], words[end + 1 :][:1], language)):
            break
        end += 1
    return tuple(run), end


def _goes_on(word: str, behind: Sequence[str], language: str) -> bool:
    """Whether the number of a word may go on with what stands behind a hesitation: at most one word."""
    known, key = _words_of(language), word_key(word)
    if known is None:
        return False
    return key in known.scales or key in known.joining or any(word_key(one) in known.scales for one in behind)


def _is_pause(word: str, language: str) -> bool:
    """Whether somebody pauses behind a word, or with it."""
    return word[-1] == "," or _is_hesitation(word, language)


def _is_hesitation(word: str, language: str) -> bool:
    spoken = load(language)
    return spoken is not None and word_key(word) in spoken.hesitations


@lru_cache(maxsize=_RUNS_AT_HAND)
def _read_run(words: tuple[str, ...], language: str) -> tuple[str, ...]:
    """The numbers in a run of words."""
    known = _words_of(language)
    if known is None:
        return ()
    reader = _Reader(known)
    for word in words:
        reader.read_word(word)
    reader.end_number()
    return tuple(reader.found)


@lru_cache(maxsize=32768)
def may_be_number(word: str, language: str) -> bool:
    """Whether a word, with what punctuation stands about it, may be a number or stand between its parts."""
    known, key = _words_of(language), word_key(word)
    if known is None or not key.isalpha():
        return True
    between = key in known.joining or key in known.points or _strip_ending(key, known) in known.low_ordinals
    return between or _is_number_word(key, language)


@cache
def _find_beginnings(language: str) -> WordReadings[bool]:
    """Of each word whether a number of a language may begin with it."""
    return WordReadings(partial(_may_begin_number, language=language))


def _may_begin_number(word: str, language: str) -> bool:
    """Whether a word may be one of a number's and mean something with no other before it."""
    known, key = _words_of(language), word_key(word)
    if known is None or not key.isalpha():
        return True
    parts = _take_apart(key, known)
    return any(part in known.scales or _find_value(part, known) is not None for part in parts)


@cache
def _words_of(language: str) -> _Words | None:
    spoken = load(language)
    known = spoken.counting if spoken is not None else None
    if known is None:
        return None
    low = {word.casefold(): value for value, word in enumerate(known.low_ordinals, start=1)}
    values = {word.casefold(): value for word, value in _list_values(known, len(low))}
    scales = {word.casefold(): value for word, value in known.scales.items()}
    joining = frozenset(word.casefold() for word in known.joining)
    is_written_together = known.way in ("plain", "unit_first")
    together = frozenset({*values, *low, *scales, *joining} if is_written_together else ())
    return _Words(values, low, scales, joining, known.points, known.spelt, known.endings, known.way, together)


def _list_values(known: Counting, low_ordinals: int) -> Iterator[tuple[str, int]]:
    """Each number word with what it stands for."""
    for value, word in enumerate(known.units):
        yield word, value
    for value, word in enumerate(known.tens, start=2):
        yield word, 10 * value
    for value, word in enumerate(known.ordinals, start=low_ordinals + 1):
        yield word, value
    for value, word in enumerate(known.ordinal_tens, start=2):
        yield word, 10 * value
    for value, word in enumerate(known.plurals, start=2):
        yield word, value
    yield from known.others.items()


def _find_value(key: str, known: _Words) -> int | None:
    """What a number word stands for that is no scale, None for any other word."""
    value = known.values.get(key)
    return value if value is not None else known.values.get(_strip_ending(key, known))


def _strip_ending(key: str, known: _Words) -> str:
    return key[:-1] if key[-1:] in known.endings else key


def _take_apart(key: str, known: _Words) -> list[str]:
    """The number words that a word is put together of; the word itself where it is of anything else."""
    if not known.together or key in known.values or key in known.scales or len(key) > _LONGEST_WORD:
        return [key]
    return _split_word(key, known.together) or _split_word(_strip_ending(key, known), known.together) or [key]


def _split_word(word: str, parts: frozenset[str]) -> list[str] | None:
    """Some parts that make up a word, longest first; None where there are none."""
    for size in range(len(word), 1, -1):
        if word[:size] in parts:
            rest = _split_word(word[size:], parts) if size < len(word) else []
            if rest is not None:
                return [word[:size], *rest]
    return None


@dataclass
class _Reader:
    """Walks through the words of a text; `found` are the numbers that have ended so far."""

    known: _Words

    def __post_init__(self) -> None:
        self.found: list[str] = []
        self._total = self._part = 0
        self._spoken = self._joined = False
        self._behind_comma = False
        self._decimals: str | None = None
        self._digits: str | None = None  # in figures, so far the last word
        self._is_single = False  # so far a digit by itself
        self._singles: list[int] = []  # those that ended, in a row

    def read_word(self, word: str) -> None:
        """Take the next word, with what punctuation stands about it."""
        key = word_key(word)
        if key.isalpha():
            for part in _take_apart(key, self.known):
                self._read_part(part)
            self._behind_comma = word[-1] == ","
            if word[-1] in _SENTENCE_ENDS:
                self.end_number()
            return
        self.end_number()
        digits = _DIGITS.findall(word)
        self.found += map(_plain, digits)
        self._digits = digits[0] if len(digits) == 1 else None

    def _read_part(self, key: str) -> None:
        known = self.known
        if self._spoken and key in known.joining:
            self._joined = True
        elif key in known.scales:
            self._multiply(known.scales[key])
        elif self._spoken and key in known.points:
            self._add_point()
        else:
            self._add(key, _find_value(key, known))

    def _add_point(self) -> None:
        """Begin the decimals, or go on behind them ("two point one point three"), unless it was stuttered."""
        decimals = self._decimals or ""
        self._decimals = f"{decimals}." if decimals[-1:].isdigit() else decimals
        self._is_single = False

    def _multiply(self, scale: int) -> None:
        if self._digits is not None:
            self._digits = self.found[-1] = _times(self._digits, scale)  # "2.5 million"
        elif self._decimals:
            self._spoken = False
            self.found.append(_times(f"{self._total + self._part}.{self._decimals}", scale))
            self._total, self._part, self._decimals = 0, 0, None
        else:
            part, self._spoken, self._joined, self._is_single = self._part or 1, True, False, False
            if scale == 100:
                self._part = part * scale
            else:
                self._total, self._part = self._total + part * scale, 0

    def _add(self, key: str, value: int | None) -> None:
        self._digits = None
        if value is None and self._spoken and self._part % 100 >= 20 and self._part % 10 == 0:
            value = self.known.low_ordinals.get(_strip_ending(key, self.known))
        if value is None:
            self.end_number()
            return
        if self._decimals is not None and value < 10 and not (self._decimals and self._behind_comma):
            self._decimals += str(value)
            return
        joined = self._join(value) if self._spoken else None
        if joined is not None:
            self._part, self._joined, self._is_single = joined, False, False
            return
        if self._joined:
            self.end_number()
        is_hundred = self.known.way == "pairs" and self._is_single and value >= 10 and not self._behind_comma
        self._end_one()
        if is_hundred:
            self._count_singles(least=1)
        self._part, self._spoken, self._is_single = value, True, value < 10

    def _join(self, value: int) -> int | None:
        """What the last number word and this one make together, None where they are two numbers."""
        part, rest, way = self._part, self._part % 100, self.known.way
        if self._decimals is not None or (self._is_single and part == 0):
            return None
        if (rest == 0 and (value < 100 or part == 0)) or (rest >= 20 and rest % 10 == 0 and 0 < value < 10):
            return part + value
        if way == "unit_first" and self._joined and rest < 10 and value % 10 == 0 and 20 <= value < 100:
            return part + value
        if way == "twenties":
            return _join_twenties(part, value)
        is_next_ten = part > 20 and part % 10 == 0 and value == part + 10  # "seventy eighty per cent"
        is_apart = self._behind_comma or self._joined or is_next_ten  # "fifteen and twenty"
        is_pair = way == "pairs" and 10 <= part < 100 and value >= 10 and not is_apart
        return part * 100 + value if is_pair else None

    def end_number(self) -> None:
        """Count what was spoken last: no number goes on behind it."""
        self._end_one()
        self._count_singles()

    def _count_singles(self, least: int = 2) -> None:
        """Count the digits that stand in a row; "one" by itself is more often no number, but "one forty"."""
        least = 0 if len(self._singles) > 1 else least
        self.found += [str(digit) for digit in self._singles if digit >= least]
        self._singles = []

    def _end_one(self) -> None:
        """Take the number that was spoken last: a digit to those in a row, any other is counted."""
        if self._is_single:
            self._singles.append(self._part)
            self._total = self._part = 0
            self._spoken = self._joined = self._is_single = False
            return
        self._count_singles()
        if not self._spoken and self._digits is None:
            return
        whole = self._total + self._part
        if self._decimals:
            self.found.append(f"{whole}.{self._decimals}".removesuffix("."))
        elif self._spoken and whole > 1:  # "one point"
            self.found.append(str(whole))
        self._total = self._part = 0
        self._spoken = self._joined = False
        self._decimals = self._digits = None


def _join_twenties(part: int, value: int) -> int | None:
    """What two French number words make together: 4 and 20 are 80, 60 and 15 are 75, 10 and 7 are 17."""
    rest = part % 100
    if rest == 4 and value == 20:
        return part + 76
    if rest in (60, 80) and 10 <= value < 20:
        return part + value
    return part + value if rest in (10, 70, 90) and 7 <= value < 10 else None


def _plain(digits: str) -> str:
    """A number in figures as all are written: "2,000" is 2000, "2,5" is 2.5."""
    return digits.replace(",", "." if _DECIMAL_COMMA.fullmatch(digits) else "")


def _times(digits: str, scale: int) -> str:
    """A number in figures so many times, "2.5" and "2,5" being two and a half."""
    whole, _, decimals = digits.replace(",", ".").partition(".")
    if len(decimals) > 2 or not whole.isdecimal() or not (decimals or "0").isdecimal():
        return digits
    return str((int(whole) * 100 + int((decimals + "00")[:2])) * scale // 100)
