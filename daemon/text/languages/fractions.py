"""Fractions in words, signs and figures: "two thirds" is "2/3" and "⅔", "half a million" is "500,000"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from daemon.text.languages.counting import numbers, small_numbers
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
_FIGURES, _STROKE, _SPELT = "figures", "stroke", "spelt"  # the forms of an amount; a sign is a stroke


class Amount(NamedTuple):
    """What a text says from one of its characters to another, and in which form."""

    start: int
    end: int
    value: Fraction
    form: str


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
        if other is not None:
            others.remove(other)
            parts += [said[done : amount.start], written[other.start : other.end]]
            done = amount.end
    return "".join((*parts, said[done:]))


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
        if percent := known.percent.match(text, end):
            value, end = value / 100, percent.end()
        yield Amount(found.start(), end, value, form)


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
    while at < len(words):
        run = _take_run(text, words, at)
        value, size = _read_fraction([word[0].casefold() for word in run], known)
        if value is not None:
            yield Amount(words[at].start(), words[at + size - 1].end(), value, _SPELT)
        at += max(size, 1)


def _take_run(text: str, words: Sequence[re.Match[str]], at: int) -> Sequence[re.Match[str]]:
    """The words from one on that may make a fraction: no mark stands between them."""
    end = at + 1
    while end < min(len(words), at + 8) and _BETWEEN.fullmatch(
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


def _read_whole(keys: Sequence[str], known: _Words) -> tuple[int | None, int]:
    """The whole number that some words begin with, and of how many words."""
    key = keys[0]
    if key in known.ones:
        return 1, 1
    if key in known.fractions or key in known.scales:
        return None, 0
    found = [*numbers(key, known.language)] or [*small_numbers(frozenset({key}), known.language)]
    return (int(found[0]), 1) if len(found) == 1 and found[0].isdecimal() else (None, 0)


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
