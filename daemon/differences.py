"""Numbers, names and negations that differ between a passage and its cleaning.

People write them differently all the time ("twenty-five" and "25"), so a difference proves nothing:
it is noted for whoever reviews the text, and changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from daemon.align import word_key
from daemon.chunk import Note
from daemon.paragraphs import ends_sentence

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
    """Numbers as digits: "twenty-five" is 25, "2,000" is 2000, "three hundred" is 300."""
    out: Counter[str] = Counter()
    total = part = 0
    spoken = False
    for word in [*_words(text), ""]:
        key = word_key(word)
        if key in _VALUES:
            part, spoken = part + _VALUES[key], True
        elif spoken and key in _SCALES:
            scale = _SCALES[key]
            total, part = (total, part * scale) if scale == 100 else (total + part * scale, 0)
        elif spoken and key == "and":
            continue
        else:
            if spoken and total + part > 1:  # "one" is more often no number
                out[str(total + part)] += 1
            total, part, spoken = 0, 0, False
            for digits in _DIGITS.findall(word):
                out[digits.replace(",", "")] += 1
    return out


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
