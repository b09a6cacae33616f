"""What the rules know of a language, read from the file that is named after its code.

To add a language, write such a file: its keys are the fields of `Language`, and under `markers` those of
`Marker`, words parted by spaces, in lower case. A key that is left out is something not done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from daemon.cleaning.offline.words import parts
from daemon.text.languages import language_of

_DIGIT = re.compile(r"\d")
_ENGLISH_SHARE = 0.1  # of the words; English speech has about .35, other languages next to none
_NONE = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Marker:
    """A discourse marker, and where it is nothing else.

    `after` says what may stand before it: "opening" (it begins a sentence), "comma", "break" (a dash or
    dots), "word". `ending` says how it may end: "comma", "break", "question", "stop", or "word" for nothing.
    It stays where the word before is one of `unless_after`, or, behind no mark, none of `only_after`; and
    where the next one is none of `only_next`. With `habit` it goes only where a turn has so many of them:
    what is said that often has worn out.
    """

    words: tuple[str, ...]
    after: frozenset[str]
    ending: frozenset[str]
    unless_after: frozenset[str] = _NONE
    only_after: frozenset[str] = _NONE
    only_next: frozenset[str] = _NONE
    habit: int = 1


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language that the rules go by; en.yaml says of each field what it is for."""

    code: str
    fillers: frozenset[str] = _NONE
    fillers_set_off: frozenset[str] = _NONE
    comma_stays_after: frozenset[str] = _NONE
    comma_stays_before: frozenset[str] = _NONE
    kept: frozenset[str] = _NONE
    repeatable: frozenset[str] = _NONE
    repeatable_parted: frozenset[str] = _NONE
    repeatable_together: frozenset[str] = _NONE
    unfinished: frozenset[str] = _NONE
    objects: frozenset[str] = _NONE
    determiners: frozenset[str] = _NONE
    subjects: frozenset[str] = _NONE
    joining: frozenset[str] = _NONE
    opening: frozenset[str] = _NONE
    linking: frozenset[str] = _NONE
    fronting: frozenset[str] = _NONE
    hanging: frozenset[str] = _NONE
    introducing: frozenset[str] = _NONE
    continuing: frozenset[str] = _NONE
    capitals: frozenset[str] = _NONE
    abbreviations: frozenset[str] = _NONE
    markers: Mapping[str, tuple[Marker, ...]] = field(default_factory=dict)

    def hesitates(self, key: str) -> bool:
        """Whether a word is a sound of hesitation, its last letter drawn out or not."""
        if key in self.fillers or key[-1:] != key[-2:-1]:
            return key in self.fillers
        bare = key.rstrip(key[-1:])
        drawn = min(len(key) - len(bare), _LONGEST_DRAWN)
        shorter = (bare + key[-1] * letters for letters in range(1, drawn))
        return any(len(one) > 1 and one in self.fillers for one in shorter)

    def keeps(self, key: str) -> bool:
        """Whether a word is a number or a negation, which are never touched."""
        return key in self.kept or key.endswith("n't") or _DIGIT.search(key) is not None


_LONGEST_DRAWN = 40  # letters of "ummm"; more is no sound but noise


@cache
def load(code: str) -> Language | None:
    """The language of a code ("en"), None where there are no rules for it."""
    file = resources.files(__package__) / f"{code}.yaml"
    if not code.isalpha() or not file.is_file():
        return None
    raw: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    markers: dict[str, tuple[Marker, ...]] = {}
    for entry in raw.pop("markers", ()):
        marker = _marker(entry)
        markers[marker.words[0]] = (*markers.get(marker.words[0], ()), marker)
    return Language(code, markers=markers, **{key: _set(words) for key, words in raw.items()})


def spoken(text: str) -> str | None:
    """The code of the language a text is in, of a short text only whether it is English; else None."""
    return language_of(text) or ("en" if speaks_english(text) else None)


def speaks_english(text: str) -> bool:
    """Whether the words other than hesitations are English, as far as its commonest words tell."""
    english = load("en")
    assert english is not None
    keys = [key for key, _ in map(parts, text.split()) if not english.hesitates(key)]
    return sum(key in _ENGLISH for key in keys) >= _ENGLISH_SHARE * len(keys)


def _marker(raw: Mapping[str, Any]) -> Marker:
    sets = {key: _set(words) for key, words in raw.items() if key not in ("words", "habit")}
    return Marker(tuple(raw["words"].split()), habit=raw.get("habit", 1), **sets)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ENGLISH = _set(
    "the and you that it this what have with they but not are from there would just like about know "
    "think yeah because my your our which been were had has if i i'm it's don't that's going thank hello "
    "very really some who how when where yes okay right good people out one all more for we're let's thanks"
)
