"""Fractions in words, signs and figures: "two thirds" is "2/3" and "⅔", "half a million" is "500,000"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from rapidfuzz.distance import Prefix

from daemon.text.languages.counting import is_number, may_be_number, numbers, small_numbers
from daemon.text.languages.knowledge import load

_SIGNS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_WORD = re.compile(rf"[^\W\d_]+|\d+(?:[.,]\d+)*|[{_SIGNS}]")
_SCALE = re.compile(r"[ \-\u00a0]*([^\W\d_]+)")  # behind a number
_WRITTEN = re.compile(
    rf"(?<![\w/.,])(?:(?P<whole>\d{{1,6}})\s+)?(?P<over>\d{{1,3}})/(?P<under>\d{{1,3}})(?![\w/])"
    rf"|(?<![\w/.,])(?P<before>\d{{0,6}})\s?(?P<sign>[{_SIGNS}])"
    r"|(?<![\w/.,])(?P<number>\d{1,15}(?:[.,\u202f\u00a0 ]\d{3})*(?:[.,]\d{1,6})?)(?![\w/]|[.,]\d)"
)
_THOUSANDS = re.compile(r"[.,\s](?=\d{3}(?!\d))")
_BETWEEN = re.compile(r"[\s\u2010-]*")  # the words of one fraction
_LONGEST_LINK = 2  # letters of a word before what is parted: "half a million", "a quarter of a million"
_MOST_LINKS = 2
_LONGEST_RUN = 8  # words of a fraction
_MOST_WORDS = 6  # of a whole number before a fraction: "three hundred and twenty-two and a half"
_SHORTEST_UNIT = 2  # letters: French "an", and "ans"
_FIGURES, _STROKE, _SPELT = "figures", "stroke", "spelt"  # the forms of an amount; a sign is a stroke


class Amount(NamedTuple):
    """What a text says from one of its characters to another, in which form, and with which unit in it."""

    start: int
    end: int
    value: Fraction
    form: str
    unit: str = ""


class _Words(NamedTuple):
    """The words of one language that make fractions."""

    language: str
    fractions: Mapping[str, Fraction]
    ones: frozenset[str]
    scales: Mapping[str, int]
    joining: frozenset[str]
    percent: re.Pattern[str]


def write_fractions_as(said: str, written: str, language: str) -> str:
    """A text with its fractions as another one writes them, where they are the same ones.

    One that stands in both is left alone, and so is every other number.
    """
    known = _words_of(language)
    if known is None:
        return said
    amounts, others = _take_common(list(_find_amounts(said, known)), list(_find_amounts(written, known)))
    parts, done = [], 0
    for amount in amounts:
        other = next((one for one in others if _is_same(amount, one)), None)
        end = None if other is None else _find_end(amount, other, written)
        if other is not None and end is not None:
            others.remove(other)
            parts += [said[done : amount.start], written[other.start : end]]
            done = amount.end
    return "".join((*parts, said[done:]))


def _find_end(amount: Amount, other: Amount, written: str) -> int | None:
    """Where an amount ends in the other text, its unit included; None where that is another one."""
    if not amount.unit:
        return other.end
    unit = _SCALE.match(written, other.end)
    if unit is None:
        return None
    shared = Prefix.similarity(amount.unit, unit[1].casefold())
    is_same = shared >= max(_SHORTEST_UNIT, min(len(amount.unit), len(unit[1])) - 1)
    return unit.end() if is_same else None


def _read_sign(sign: str) -> Fraction:
    return Fraction(unicodedata.numeric(sign)).limit_denominator(10)


def _is_same(amount: Amount, other: Amount) -> bool:
    return amount.value == other.value and not amount.form == other.form == _FIGURES


def _take_common(said: list[Amount], written: list[Amount]) -> tuple[list[Amount], list[Amount]]:
    """Those amounts of two texts that are not written alike in both."""
    left = []
    for amount in said:
        same = next(
            (one for one in written if one.value == amount.value and one.form == amount.form),
            None,
        )
        if same is None:
            left.append(amount)
        else:
            written.remove(same)
    return left, written


def _find_amounts(text: str, known: _Words) -> Iterator[Amount]:
    """The fractions and figures of a text, in order."""
    words = list(_WORD.finditer(text))
    spelt = list(_find_spelt(text, words, known))
    figures = [
        amount
        for amount in _find_written(text, known)
        if not any(amount.start < one.end and one.start < amount.end for one in spelt)
    ]
    yield from sorted((*spelt, *figures))


def _find_written(text: str, known: _Words) -> Iterator[Amount]:
    """Fractions in figures or signs, and other numbers in figures with the scale behind them."""
    for found in _WRITTEN.finditer(text):
        value, form = _read_figures(found)
        if value is None:
            continue
        end = found.end()
        scale = _SCALE.match(text, end)
        if scale is not None and (times := known.scales.get(scale[1].casefold())):
            value, end = value * times, scale.end()
        value, end = _read_percent(text, value, end, known)
        yield Amount(found.start(), end, value, form)


def _read_percent(text: str, value: Fraction, end: int, known: _Words) -> tuple[Fraction, int]:
    """An amount as a part of one where percent stand behind it, and where it ends."""
    percent = known.percent.match(text, end)
    return (value, end) if percent is None else (value / 100, percent.end())


def _read_figures(found: re.Match[str]) -> tuple[Fraction | None, str]:
    if found["under"]:
        if not int(found["under"]):
            return None, _STROKE
        return int(found["whole"] or 0) + Fraction(int(found["over"]), int(found["under"])), _STROKE
    if found["sign"]:
        return int(found["before"] or 0) + _read_sign(found["sign"]), _STROKE
    figures = _THOUSANDS.sub("", found["number"]).replace(",", ".")
    return Fraction(figures) if figures.count(".") <= 1 else None, _FIGURES


def _find_spelt(text: str, words: Sequence[re.Match[str]], known: _Words) -> Iterator[Amount]:
    """The fractions in words, the longest from the left."""
    at = 0
    near = {
        before
        for place, word in enumerate(words)
        if word[0].casefold() in known.fractions
        for before in range(place - _LONGEST_RUN + 1, place + 1)
    }
    while at < len(words):
        if at not in near:
            at += 1
            continue
        run = _take_run(text, words, at)
        keys, unit = [word[0].casefold() for word in run], ""
        value, size = _read_fraction(keys, known)
        if value is None:
            value, size, unit = _read_measured(keys, known)
        if value is not None:
            end = words[at + size - 1].end()
            value, end = _read_percent(text, value, end, known)
            yield Amount(words[at].start(), end, value, _SPELT, unit)
        at += max(size, 1)


def _take_run(text: str, words: Sequence[re.Match[str]], at: int) -> Sequence[re.Match[str]]:
    """The words from one on that may make a fraction: no mark stands between them."""
    end = at + 1
    while end < min(len(words), at + _LONGEST_RUN) and _BETWEEN.fullmatch(
        text, words[end - 1].end(), words[end].start()
    ):
        end += 1
    return words[at:end]


def _read_fraction(keys: Sequence[str], known: _Words) -> tuple[Fraction | None, int]:
    """The fraction that some words begin with, and of how many; None where they begin with none."""
    whole, at = _read_whole(keys, known)
    if whole is None and keys[0] in known.scales:
        whole = 1
    if whole is not None and (times := known.scales.get("".join(keys[at : at + 1]))):
        part, size = _read_joined(keys[at + 1 :], known)
        return (None, 0) if part is None else ((whole + part) * times, at + 1 + size)
    if whole is not None:
        part, size = _read_joined(keys[at:], known)
        if part is not None:
            return _multiply(whole + part, keys, at + size, known)
    if keys[at : at + 1] and keys[at] in known.fractions:
        return _multiply((1 if whole is None else whole) * known.fractions[keys[at]], keys, at + 1, known)
    return None, 0


def _read_measured(keys: Sequence[str], known: _Words) -> tuple[Fraction | None, int, str]:
    """The same with the unit before the fraction, and that: "an hour and a half", "hora y media"."""
    whole, at = _read_whole(keys, known)
    unit = "".join(keys[at : at + 1])
    part, size = _read_joined(keys[at + 1 :], known)
    if part is None or len(unit) < _SHORTEST_UNIT or is_number(unit, known.language):
        return None, 0, ""
    return (1 if whole is None else whole) + part, at + 1 + size, unit


def _read_whole(keys: Sequence[str], known: _Words) -> tuple[int | None, int]:
    """The whole number that some words begin with, and of how many words: "twenty-two" is one of two."""
    sizes = range(min(_MOST_WORDS, _count_number_words(keys, known)), 0, -1)
    read = ((_read_number(keys[:size], known), size) for size in sizes)
    return next(((value, size) for value, size in read if value is not None), (None, 0))


def _count_number_words(keys: Sequence[str], known: _Words) -> int:
    """How many words may be of the number that some begin with: at least the first."""
    end = 1
    if not is_number(keys[0], known.language):
        return end
    while end < len(keys) and keys[end] not in known.fractions and may_be_number(keys[end], known.language):
        end += 1
    return end


def _read_number(keys: Sequence[str], known: _Words) -> int | None:
    """The one whole number that some words are; a single word may be an article, a scale none."""
    if len(keys) == 1 and keys[0] in known.ones:
        return 1
    if keys[0] in known.fractions or keys[-1] in known.joining or keys[-1] in known.scales:
        return None
    found = [*numbers(" ".join(keys), known.language)]
    if not found and len(keys) == 1:
        found = [*small_numbers(frozenset(keys), known.language)]
    return int(found[0]) if len(found) == 1 and found[0].isdecimal() else None


def _read_joined(keys: Sequence[str], known: _Words) -> tuple[Fraction | None, int]:
    """The fraction that "and" joins to the number before: "and a half", "and three quarters", "y medio"."""
    if len(keys) < 2 or keys[0] not in known.joining:
        return None, 0
    times, at = _read_whole(keys[1:], known)
    key = "".join(keys[1 + at : 2 + at])
    if key not in known.fractions or times == 0:
        return None, 0
    return (1 if times is None else times) * known.fractions[key], at + 2


def _multiply(value: Fraction, keys: Sequence[str], at: int, known: _Words) -> tuple[Fraction, int]:
    """A fraction of what stands behind it, where that is a scale: "half a million"."""
    for end in range(at, min(at + _MOST_LINKS + 1, len(keys))):
        if keys[end] in known.scales:
            return value * known.scales[keys[end]], end + 1
        if len(keys[end]) > _LONGEST_LINK:
            break
    return value, at


@cache
def _words_of(language: str) -> _Words | None:
    spoken = load(language)
    if spoken is None or spoken.counting is None or not spoken.counting.fractions:
        return None
    counting = spoken.counting
    percent = spoken.meaning.symbols.get("%", frozenset[str]()) if spoken.meaning is not None else ()
    signs = "|".join(re.escape(word) for word in sorted(percent, key=len, reverse=True))
    return _Words(
        language,
        {word.casefold(): Fraction(value) for word, value in counting.fractions.items()},
        frozenset(counting.ones),
        {word.casefold(): value for word, value in counting.scales.items()},
        frozenset(counting.joining),
        re.compile(rf"\s?(?:%|(?:{signs or '%'})(?!\w))", re.I),
    )
