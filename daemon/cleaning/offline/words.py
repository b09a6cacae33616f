"""A word of a turn as the rules see it: what to compare by, its punctuation, its place, the silence after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from daemon.text.sentences import ends_sentence

PUNCTUATION = ".,;:!?…–—-\"“”„«»‘’'()[]¿¡"
_AROUND = frozenset("\"“”„«»‘’'()[]")
_OPENING = "¿¡"
_DASHES = "-–—"
_BREAKS = ("-", "–", "—", "…", "...")
_ADDRESS = re.compile(r"://|@|^www\.|\w\.\w\w|\w/\w|_")  # https://…, ann@…, example.org, a/b, some_name
_REMEMBERED = 1 << 14  # different words whose parts are kept at hand


Span = tuple[int, int]
"""Words to leave out: the place of the first, and that past the last."""


class Word(NamedTuple):
    """A word as it stands in the text.

    `key` is the word to compare by: lower case, without punctuation around it; apostrophes inside stay, so
    that "we're" is not "were". `mark` is the punctuation after it. `at` is its place among the turn's
    original words. `silence` is how many seconds nothing was said after it, 0 where unknown. `hesitant`: what
    was said after it meant nothing, and was taken out.
    """

    text: str
    key: str
    mark: str
    at: int
    silence: float = 0.0
    hesitant: bool = False

    @property
    def bare(self) -> bool:
        """Whether nothing but its mark stands around the word: no quotation mark, no bracket."""
        return len(self.text) == len(self.key) + len(self.mark) and not _AROUND.intersection(self.mark)

    @property
    def is_dash(self) -> bool:
        """Whether it is no word, but a dash that stands alone."""
        return self.text.strip(_DASHES) == ""

    @property
    def broken(self) -> bool:
        """Whether it is broken off: "the-", "the…"."""
        return self.mark.endswith(_BREAKS)

    @property
    def parted(self) -> bool:
        """Whether a comma or a break follows it, not the end of a sentence."""
        return self.mark == "," or self.broken

    @property
    def ends(self) -> bool:
        """Whether a sentence ends with it; dots in a row break off, and end nothing for certain."""
        return self.mark != "" and not self.broken and ends_sentence(self.text)


def read_words(texts: Iterable[str], silences: Sequence[float]) -> list[Word]:
    """The words of a turn, each with the seconds of silence after it."""
    pairs = zip(texts, silences, strict=True)
    return [Word(text, *split_word(text), at, silence) for at, (text, silence) in enumerate(pairs)]


@lru_cache(maxsize=_REMEMBERED)
def split_word(text: str) -> tuple[str, str]:
    """The key and the mark of a word."""
    return text.strip(PUNCTUATION).replace("’", "'").lower(), text[len(text.rstrip(PUNCTUATION)) :]


def replace_text(word: Word, text: str) -> Word:
    """The word with another text: its punctuation or its capital changed."""
    return Word(text, *split_word(text), word.at, word.silence, word.hesitant)


def capitalise_word(word: Word) -> Word:
    """The word with a capital, unless it has one elsewhere (iPhone), is an address, or ß, which has none."""
    letters = word.text.lstrip(_OPENING)
    if not letters[:1].isalpha() or not word.text.islower() or is_address(word.text):
        return word
    first = len(word.text) - len(letters)
    return replace_case(word, word.text[:first] + letters[0].upper() + letters[1:])


def replace_case(word: Word, text: str) -> Word:
    """The word with another text, if that differs in nothing but capitals (it does for ß and ŉ)."""
    same = len(text) == len(word.text) and text.lower() == word.text.lower()
    return replace_text(word, text) if same else word


def is_address(text: str) -> bool:
    """Whether a word is an address, or the name of a file."""
    return _ADDRESS.search(text) is not None


def opens_sentence(words: Sequence[Word], at: int) -> bool:
    """Whether a sentence begins with the word at a place."""
    return at == 0 or words[at - 1].ends


def are_ordinary(words: Sequence[Word], first: int, last: int, *, opening: bool) -> bool:
    """Whether words are written as ordinary ones, not as names: "it", "I'm", and "It" where one opens.

    Nothing but marks stands around them.
    """
    for at in range(first, last):
        word = words[at]
        has_opening_capital = opening and at == first and _is_lower(word.text[1:])
        if not (word.bare and (has_opening_capital or _is_lower(word.text))):
            return False
    return True


def _is_lower(text: str) -> bool:
    """Whether there are no capitals in it but that of "I"."""
    return text == text.lower() or text[:2] in ("I'", "I’") or text.rstrip(PUNCTUATION) == "I"
