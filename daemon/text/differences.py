"""Numbers, names and negations that differ between a passage and its cleaning.

People write them differently all the time ("twenty-five" and "25"), so a difference proves nothing:
it is noted for whoever reviews the text, and changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from daemon.text.alignment import word_key
from daemon.text.cleaned_chunk import Note
from daemon.text.languages import language_of
from daemon.text.languages.counting import numbers
from daemon.text.languages.knowledge import load
from daemon.text.sentences import ends_sentence

_PARTS = re.compile(r"[\s\-‐–—/]+")
_AROUND = '.,;:!?…"“”()[]'
_ENGLISH = "en"
_TEXTS_AT_HAND = 256  # a passage is looked at by the gate and once more for the notes, after the whole chunk


def notes_on(passage: int, original: str, cleaned: str) -> Iterator[Note]:
    """What differs in a passage, by kind."""
    language = language_of(original) or _ENGLISH
    names_before, names_after = names(original), names(cleaned)
    # a name that only lost or gained its capital is still there
    gone = _unknown(names_before - names_after, cleaned)
    new = _unknown(names_after - names_before, original)
    before, after = numbers(original, language), numbers(cleaned, language)
    yield from _noted(passage, "number", before, after)
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
