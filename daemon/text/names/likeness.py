"""Whether two spellings may be one name: they sound alike, and nothing says that they are two. Pure.

What is found by sound is only asked about. What is answered is held against `may_be_one`: it is better to
leave a name spelt in two ways than to call somebody by another's name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz.distance import DamerauLevenshtein

_LEAST_SOUNDS = 2
_LEAST_LIKENESS = 0.19  # of the letters: so much have "Eefa" and "Aoife"
_MOST_TAIL = 2  # letters: "Anna" is not "Ann", nor "Smiths" "Smith"
_MOST_ENDING, _LEAST_STEM = 3, 3  # letters, of a word that is inflected
# What is written in several ways and is one sound, the longest first; a vowel is a full stop.
_SOUNDS = (
    (r"^kn|^gn", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"sch|sh|tch|ch(?=[eiy])", "s"), (r"ch|ck|q|x", "k"),
    (r"ph|bh|mh|v", "f"), (r"th|dh|d", "t"), (r"gh(?=t)|gh$", ""),
    (r"c(?=[eiy])|z", "s"), (r"[cg]", "k"), (r"b", "p"), (r"^[aeiouy]+", "."), (r"(?<!^)[aeiouyhw]+", ""),
)  # fmt: skip
_OTHER_VOWELS = re.compile("[аеёиоуыэюяіїєαεηιουω]")
_VOWELS = frozenset("aeiouy")


def sound_of(word: str) -> str:
    """What a word sounds like, roughly: its consonants, those that sound alike as one.

    Of what is not in Latin letters the vowels are left out, and nothing else.
    """
    letters = _plain_letters(word)
    if not letters.isascii():
        return letters[:1] + _OTHER_VOWELS.sub("", letters[1:])
    for pattern, sound in _SOUNDS:
        letters = re.sub(pattern, sound, letters)
    return re.sub(r"(.)\1+", r"\1", letters)


def sound_alike(one: str, other: str) -> bool:
    """Whether two words sound alike and have a few letters in common."""
    sound = sound_of(one)
    if len(sound) < _LEAST_SOUNDS or sound != sound_of(other):
        return False
    likeness = DamerauLevenshtein.normalized_similarity(_plain_letters(one), _plain_letters(other))
    return float(likeness) >= _LEAST_LIKENESS


def may_be_one(heard: str, written: str, *, inflects: bool) -> bool:
    """Whether `heard` may be a misspelling of the name `written`, as far as the two words tell.

    `inflects`: names are inflected in this language, so that other endings are no misspellings.
    """
    if not sound_alike(heard, written) or is_common_name(heard):
        return False
    one, other = _plain_letters(heard), _plain_letters(written)
    if one == other or _digits_of(heard) != _digits_of(written):
        return False
    stem = _count_common_beginning(one, other)
    tails = one[stem:], other[stem:]
    if "" in tails and max(map(len, tails)) <= _MOST_TAIL:
        return False
    if all(tail in _VOWELS for tail in tails):  # Mario and Maria, Zelensky and Zelenska
        return False
    is_ending = stem >= _LEAST_STEM and max(map(len, tails)) <= _MOST_ENDING
    return not (inflects and is_ending)


def is_common_name(word: str) -> bool:
    """Whether many people are called so: then it is most likely what was said."""
    return word.casefold() in _common_names()


@cache
def _common_names() -> Set[str]:
    text = Path(__file__).with_name("common_names.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(" ".join(lines).split())


@lru_cache(maxsize=4096)
def _plain_letters(word: str) -> str:
    """The letters of a word without case and accents."""
    parted = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in parted if char.isalpha())


def _digits_of(word: str) -> str:
    return "".join(char for char in word if char.isdigit())


def _count_common_beginning(one: str, other: str) -> int:
    for at, (mine, its) in enumerate(zip(one, other, strict=False)):
        if mine != its:
            return at
    return min(len(one), len(other))
