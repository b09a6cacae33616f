"""What the rules go by in one language: its lists of words, and what they never touch."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache

from daemon.cleaning.offline.words import split_word
from daemon.text.languages import language_of
from daemon.text.languages.knowledge import Marker, Rules, load, load_all

_DIGIT = re.compile(r"\d")
_ENGLISH_SHARE = 0.1  # of the words; English speech has about .35, other languages next to none
_LONGEST_DRAWN = 40  # letters of "ummm"; more is no sound but noise


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the rules go by in the language of one code: `words`, by what a rule needs them for.

    `untouched` are its `numbers`, negations and what else no rule may touch; `scales` are the numbers that
    multiply the one before; `asking` are the verbs by which questions begin; `markers` are found by their
    first word.
    """

    code: str
    words: Rules
    numbers: frozenset[str]
    scales: frozenset[str]
    untouched: frozenset[str]
    asking: frozenset[str]
    markers: Mapping[str, tuple[Marker, ...]]

    def hesitates(self, key: str) -> bool:
        """Whether a word is a sound of hesitation, its last letter drawn out or not."""
        fillers = self.words.fillers
        if key in fillers or key[-1:] != key[-2:-1]:
            return key in fillers
        bare = key.rstrip(key[-1:])
        drawn = min(len(key) - len(bare), _LONGEST_DRAWN)
        shorter = (bare + key[-1] * letters for letters in range(1, drawn))
        return any(len(one) > 1 and one in fillers for one in shorter)

    def reads_as_another(self, key: str, near: Set[str]) -> bool:
        """Whether a word is one of another language, and more of those near it are than of this one."""
        own = _common_words(self.code)
        others = (_common_words(code) for code in _codes_with(key) if code != self.code)
        return any(len(near & other - own - {key}) > len(near & own - other) for other in others)

    def keeps(self, key: str) -> bool:
        """Whether a word is a number or a negation, which are never touched."""
        return key in self.untouched or key.endswith("n't") or self.counts(key)

    def counts(self, key: str) -> bool:
        """Whether a word is a number."""
        return key in self.numbers or _DIGIT.search(key) is not None


@cache
def load_grammar(code: str) -> Grammar | None:
    """What the rules go by in the language of a code ("en"), None where there are no rules for it."""
    language = load(code)
    if language is None or language.rules is None:
        return None
    markers: dict[str, tuple[Marker, ...]] = {}
    for marker in language.rules.markers:
        markers[marker.words[0]] = (*markers.get(marker.words[0], ()), marker)
    rules = language.rules
    untouched = language.numbers | language.negations | rules.untouched
    scales = frozenset(language.counting.scales) if language.counting else frozenset()
    asking = language.meaning.asking if language.meaning is not None else frozenset()
    return Grammar(code, rules, language.numbers, scales, untouched, asking, markers)


def _common_words(code: str) -> frozenset[str]:
    return load_all()[code].common


@cache
def _codes_with(key: str) -> tuple[str, ...]:
    """The languages that have a word which is no hesitation."""
    return tuple(
        code for code, language in load_all().items() if key in language.common | language.no_hesitations
    )


def detect_language(text: str) -> str | None:
    """The code of the language a text is in, of a short text only whether it is English; else None."""
    return language_of(text) or ("en" if speaks_english(text) else None)


def speaks_english(text: str) -> bool:
    """Whether the words other than hesitations are English, as far as its commonest words tell."""
    english = load_grammar("en")
    assert english is not None
    keys = [key for key, _ in map(split_word, text.split()) if not english.hesitates(key)]
    return sum(key in _english_words() for key in keys) >= _ENGLISH_SHARE * len(keys)


@cache
def _english_words() -> frozenset[str]:
    """The commonest words of English that are none of another language's."""
    common = {code: language.common for code, language in load_all().items()}
    return common.pop("en").difference(*common.values())
