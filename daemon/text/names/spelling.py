"""Words and phrases that are to be written otherwise: found as whole words, whatever their case. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from msgspec import Struct

from daemon.text.transcript import UNSPACED_LETTER

_BASIC_PLANE = 0x10000
# Not the "Don" of "don't", nor the "Brien" of "O'Brien"; but the "Eefa" of "Eefa's" and of "d'Eefa".
_NO_BEGINNING = r"(?<!\bO['’])"
_NO_END = r"(?!['’]t\b)"


CORRECTION, SURVEY = "correction", "survey"
"""Who asks that a text be written otherwise: a person, or the survey of its transcript."""


class Hit(Struct, frozen=True):
    """Where a text is to be written otherwise: from `start` to before `end` (characters).

    `heard` is what was asked for, `written` what is to stand there; `source` says who asked for it.
    """

    start: int
    end: int
    heard: str
    written: str
    source: str = CORRECTION

    @property
    def reason(self) -> str:
        """The reason of the edit that this makes."""
        return f"{self.heard} → {self.written} ({self.source})"


class Respelling:
    """What is to be written otherwise, ready to be looked for.

    `heard` maps what is heard to what is to be written; `source` says who asks for it. What leads on is
    followed to its end. Raises ValueError, with the words, where it goes round in circles.
    """

    def __init__(self, heard: Mapping[str, str], source: str = CORRECTION) -> None:
        self._source = source
        self._goals = follow_to_end(heard)
        written = {fold_phrase(end) for _, end in self._goals.values()}
        phrases = sorted(self._goals.keys() | written, key=lambda phrase: (-len(phrase), phrase))
        self._phrases = [(phrase, phrase.split()) for phrase in phrases]

    def find_hits(self, text: str) -> Iterator[Hit]:
        """Where a text is to be written otherwise, from left to right; what is right already is no hit.

        A phrase that stands as it is to be written is left alone as a whole, whatever else its words are.
        """
        folded = text.casefold()
        there = list_present(folded, self._phrases)
        if not there:
            return
        for found in _compile_phrases(there).finditer(text):
            words = fold_phrase(found[0])
            goal = self._goals.get(words)
            if goal is None or goal[1] == found[0]:
                continue
            yield Hit(found.start(), found.end(), *goal, self._source)

    def respell(self, text: str) -> str:
        """The text with every hit as it is to be written."""
        return write_hits(text, self.find_hits(text))


def write_hits(text: str, hits: Iterable[Hit], offset: int = 0) -> str:
    """A text with each hit as it is to be written; the hits count from `offset` characters before it."""
    parts = []
    done = 0
    for hit in hits:
        parts += [text[done : hit.start - offset], hit.written]
        done = hit.end - offset
    return "".join([*parts, text[done:]]) if parts else text


@lru_cache(maxsize=64)
def _respelling_of(items: tuple[tuple[str, str], ...], source: str) -> Respelling:
    return Respelling(dict(items), source)


def respelling_of(heard: Mapping[str, str], source: str = CORRECTION) -> Respelling:
    """The respelling for a mapping, made once for each."""
    return _respelling_of(tuple(heard.items()), source)


def follow_to_end(heard: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """By its words without case, each phrase with what is to be written in the end.

    Raises ValueError, with the words, where it goes round in circles.
    """
    steps = {fold_phrase(phrase): (phrase, written) for phrase, written in heard.items()}
    follows = {words: fold_phrase(written) for words, (_, written) in steps.items()}
    goals: dict[str, str] = {}
    for words, (phrase, _) in steps.items():
        way: dict[str, None] = {}
        at = words
        while at not in goals and follows[at] in steps and follows[at] != at:
            if at in way:
                raise ValueError(f"{phrase!r} leads round in a circle to itself")
            way[at] = None
            at = follows[at]
        goal = goals.setdefault(at, steps[at][1])
        goals.update(dict.fromkeys(way, goal))
    return {words: (phrase, goals[words]) for words, (phrase, _) in steps.items()}


def list_present(folded: str, phrases: Iterable[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
    """Those of some phrases, each given with its words, whose words all stand in a text without case.

    No other needs to be tried: a pattern of thousands takes a hundredth of a second for each sentence.
    """
    return tuple(
        phrase
        for phrase, words in phrases
        if words[0] in folded  # of most it does not: all else is left out
        and words[-1] in folded
        and all(word in folded for word in words)
    )


def fold_phrase(phrase: str) -> str:
    """The words of a phrase without their case."""
    return " ".join(phrase.casefold().split())


@lru_cache(maxsize=256)
def _compile_phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern of any of some phrases; the first that fits is taken, so the longest are to stand first."""
    return re.compile("|".join(map(_phrase_pattern, phrases)), re.I)


def _phrase_pattern(phrase: str) -> str:
    """The pattern of a phrase as whole words; in scripts without spaces, wherever it stands."""
    words = r"[^\S\n]+".join(map(re.escape, phrase.split()))
    before = "" if UNSPACED_LETTER.match(phrase[0]) else f"(?<![{_word_letters()}]){_NO_BEGINNING}"
    after = "" if UNSPACED_LETTER.match(phrase[-1]) else f"(?![{_word_letters()}]){_NO_END}"
    return f"{before}{words}{after}"


def _word_letters() -> str:
    """For a character class, what a word goes on with: letters, digits, and the marks that join them."""
    return r"\w" + mark_ranges()


@cache
def mark_ranges() -> str:
    """For a character class, the marks that join a letter, and are none themselves."""
    ranges: list[tuple[int, int]] = []
    for code in range(_BASIC_PLANE):
        if unicodedata.category(chr(code))[0] != "M":
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = ranges[-1][0], code
        else:
            ranges.append((code, code))
    return "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in ranges)
