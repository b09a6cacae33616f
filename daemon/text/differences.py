"""Numbers, names and negations that differ between a passage and its cleaning.

People write them differently all the time ("twenty-five" and "25"), so a difference proves nothing:
it is noted for whoever reviews the text, and changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from daemon.text.alignment import word_key
from daemon.text.cleaned_chunk import Note
from daemon.text.languages import language_of
from daemon.text.languages.knowledge import load
from daemon.text.sentences import ends_sentence

_DIGITS = re.compile(r"\d[\d.,:]*\d|\d")
_PARTS = re.compile(r"[\s\-‐–—/]+")
_AROUND = '.,;:!?…"“”()[]'
_ENGLISH = "en"
_TEXTS_AT_HAND = 64  # a passage is looked at by the gate and once more for the notes, one after the other


def notes_on(passage: int, original: str, cleaned: str) -> Iterator[Note]:
    """What differs in a passage, by kind."""
    language = language_of(original) or _ENGLISH
    names_before, names_after = names(original), names(cleaned)
    # a name that only lost or gained its capital is still there
    gone = _unknown(names_before - names_after, cleaned)
    new = _unknown(names_after - names_before, original)
    yield from _noted(passage, "number", numbers(original), numbers(cleaned))
    yield from _noted(passage, "name", gone, new)
    yield from _noted(passage, "negation", _negations(original, language), _negations(cleaned, language))


def _noted(passage: int, kind: str, before: Counter[str], after: Counter[str]) -> Iterator[Note]:
    """The note on what stands on one side only; none where nothing does."""
    gone, new = before - after, after - before
    if gone or new:
        yield Note(passage, kind, tuple(sorted(gone.elements())), tuple(sorted(new.elements())))


def _words(text: str) -> list[str]:
    return [word for word in _PARTS.split(text) if word]


def _unknown(names: Counter[str], text: str) -> Counter[str]:
    keys = {word_key(word) for word in _words(text)}
    return Counter({name: 1 for name in names if not {word_key(part) for part in _words(name)} <= keys})


class _Counting(NamedTuple):
    """What number words stand for, by what others multiply, and which stand between parts of a number.

    `low_ordinals` are numbers behind another one only: "twenty-first".
    """

    values: Mapping[str, int]
    low_ordinals: Mapping[str, int]
    scales: Mapping[str, int]
    joining: frozenset[str]


@cache
def _counting() -> _Counting:
    """That of English, the one language whose number words are made into figures."""
    english = load(_ENGLISH)
    known = english.counting if english is not None else None
    assert known is not None
    values = {word: value for value, word in enumerate(known.units)}
    values |= {word: 10 * value for value, word in enumerate(known.tens, start=2)}
    low = {word: value for value, word in enumerate(known.low_ordinals, start=1)}
    values |= {word: value for value, word in enumerate(known.ordinals, start=len(low) + 1)}
    values |= {word: 10 * value for value, word in enumerate(known.ordinal_tens, start=2)}
    values |= {word: value for value, word in enumerate(known.plurals, start=2)}
    return _Counting(values, low, known.scales, known.joining)


def is_number(key: str) -> bool:
    """Whether a word, in lower case, is a number or part of one, in digits or spelt out in English."""
    return key[:1].isdigit() or key in _counting().values or key in _counting().scales


@lru_cache(maxsize=_TEXTS_AT_HAND)
def numbers(text: str) -> Counter[str]:
    """Numbers as digits: "twenty-five" is 25, "2,000" is 2000, "a hundred and five" is 105.

    "nineteen ninety-nine" and "twenty twenty" are years; "five five five" is three numbers.
    """
    out: Counter[str] = Counter()
    known = _counting()
    total = part = 0
    spoken = False
    for word in [*_words(text), ""]:
        key = word_key(word)
        if spoken and key in known.joining:
            continue
        if key in known.scales:
            scale, part, spoken = known.scales[key], part or 1, True
            total, part = (total, part * scale) if scale == 100 else (total + part * scale, 0)
            continue
        value = known.values.get(key)
        if value is None and spoken and part % 100 >= 20 and part % 10 == 0:
            value = known.low_ordinals.get(key)
        if value is not None and spoken and (joined := _joined(part, value)) is not None:
            part = joined
            continue
        if spoken and total + part > 1:  # "one" is more often no number
            out[str(total + part)] += 1
        total, part, spoken = 0, value or 0, value is not None
        out.update(digits.replace(",", "") for digits in _DIGITS.findall(word))
    return out


def _joined(part: int, value: int) -> int | None:
    """What two number words make together, None where they are two numbers."""
    if part % 100 == 0 or (part % 100 >= 20 and part % 10 == 0 and 0 < value < 10):
        return part + value
    return part * 100 + value if 10 <= part < 100 and value >= 10 else None


@lru_cache(maxsize=_TEXTS_AT_HAND)
def names(text: str) -> Counter[str]:
    """Words with a capital that does not come from the beginning of a sentence."""
    words = text.split()
    found = (
        re.sub(r"['’]s$", "", after.strip(".,;:!?…\"“”'’()[]"))
        for before, after in pairwise(words)
        if not ends_sentence(before) and after.strip("\"“('[")[:1].isupper()
    )
    return Counter({name: 1 for name in found if len(name) > 1 and not name.lower().startswith(("i'", "i’"))})


def _negations(text: str, language: str) -> Counter[str]:
    """How often a text says no, in a language; what ends in "n't" does so in any."""
    known = load(language)
    words = known.negations if known is not None else frozenset[str]()
    said = (word.strip(_AROUND).replace("’", "'").lower() for word in text.split())
    count = sum(word in words or word.endswith("n't") for word in said)
    return Counter({"not": count} if count else {})
