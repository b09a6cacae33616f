"""Numbers, names and negations that differ between a passage and its cleaning.

People write them differently all the time ("twenty-five" and "25"), so a difference proves nothing:
it is noted for whoever reviews the text, and changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from daemon.text.alignment import word_key
from daemon.text.cleaned_chunk import Note
from daemon.text.sentences import ends_sentence

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_NEGATION = re.compile(
    r"(?:not|no|never|none|nothing|nobody|nowhere|neither|nor|cannot|without|\w+n['’]t)", re.I
)
_DIGITS = re.compile(r"\d[\d.,:]*\d|\d")
_PARTS = re.compile(r"[\s\-‐–—/]+")


def notes_on(passage: int, original: str, cleaned: str) -> Iterator[Note]:
    """What differs in a passage, by kind."""
    for kind, found in (("number", numbers), ("name", _names), ("negation", _negations)):
        before, after = found(original), found(cleaned)
        gone, new = before - after, after - before
        if kind == "name":  # one that only lost or gained its capital is still there
            gone = _unknown(gone, cleaned)
            new = _unknown(new, original)
        if gone or new:
            yield Note(passage, kind, tuple(sorted(gone.elements())), tuple(sorted(new.elements())))


def _words(text: str) -> list[str]:
    return [word for word in _PARTS.split(text) if word]


def _unknown(names: Counter[str], text: str) -> Counter[str]:
    keys = {word_key(word) for word in _words(text)}
    return Counter({name: 1 for name in names if not {word_key(part) for part in _words(name)} <= keys})


def numbers(text: str) -> Counter[str]:
    """Numbers as digits: "twenty-five" is 25, "2,000" is 2000, "a hundred and five" is 105.

    "nineteen ninety-nine" and "twenty twenty" are years; "five five five" is three numbers.
    """
    out: Counter[str] = Counter()
    total = part = 0
    spoken = False
    for word in [*_words(text), ""]:
        key = word_key(word)
        if spoken and key == "and":
            continue
        if key in _SCALES:
            scale, part, spoken = _SCALES[key], part or 1, True
            total, part = (total, part * scale) if scale == 100 else (total + part * scale, 0)
            continue
        value = _VALUES.get(key)
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


def _names(text: str) -> Counter[str]:
    """Words with a capital that does not come from the beginning of a sentence."""
    words = text.split()
    found = (
        re.sub(r"['’]s$", "", after.strip(".,;:!?…\"“”'’()[]"))
        for before, after in pairwise(words)
        if not ends_sentence(before) and after.strip("\"“('[")[:1].isupper()
    )
    return Counter({name: 1 for name in found if len(name) > 1 and not name.lower().startswith(("i'", "i’"))})


def _negations(text: str) -> Counter[str]:
    count = sum(bool(_NEGATION.fullmatch(word.strip('.,;:!?…"“”()[]'))) for word in text.split())
    return Counter({"not": count} if count else {})
