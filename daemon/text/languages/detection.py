"""Which language a text is in, as far as its script, its letters and its commonest words tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from daemon.text.languages.knowledge import Language, load_all
from daemon.text.transcript import count_each_word

_LEAST_SHARE = 0.15  # of the words; speech has more than twice as many of these, another language few
_LEAST_WORDS = 8
_LEAST_FOUND = 4  # of these words
_AHEAD = 1.3  # times as many as of the next language
_LEAST_OWN, _OWN_AHEAD = 4, 3
"""Of two languages that are nearer to each other, as Danish and Norwegian are: words that one alone has, at
least, and how many times as many as the other alone has."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_WORDS_AT_HAND, _LONGEST_AT_HAND = 16384, 64  # letters
_MARKS = ".,;:!?…।॥\"“”'’()"
_TELLING_CHARACTERS = 1000  # show what language a text is in; more takes time and tells nothing more
_TEXTS_AT_HAND = 64  # a chunk is asked about by the gate, and once more for the notes
_DRAWN_OUT = "\u0640"
"""The stroke by which Arabic letters are drawn apart."""
_LEAST_LETTERS = 0.2  # of all letters, for a script to tell the language
_LEAST_ALPHABET = 0.98  # of the letters of a script; names and quotations have the others
_LEAST_TELLING = 0.002  # of the letters of a script; each of those counted has several times as many


class Script(NamedTuple):
    """The letters of a script, and the languages that are written in it, by their codes."""

    letters: re.Pattern[str]
    languages: Mapping[str, Language]


def language_of(text: str) -> str | None:
    """The code of the language a text is in; None where it is too short or not one of those known.

    Rather None than wrong: of 6,200 English passages of 20 words 6 were taken for another language.
    """
    if text.isascii():
        return _language_by_words(text)
    letters = sum(map(str.isalpha, text))
    for script in _scripts():
        found = script.letters.findall(text)
        if letters and len(found) >= _LEAST_LETTERS * letters:
            bare = "".join(filter(_is_letter, found)).casefold()  # a script has marks and signs besides
            return _language_of_script(text, bare, script.languages)
    return _language_by_words(text)


def language_by_start(text: str) -> str | None:
    """The same, told from how a text begins."""
    return _language_of_start(text[:_TELLING_CHARACTERS])


_language_of_start = lru_cache(maxsize=_TEXTS_AT_HAND)(language_of)


def _language_of_script(text: str, letters: str, languages: Mapping[str, Language]) -> str | None:
    """The one language of a script that a text may be in, None where that is none or several."""
    fitting = [code for code, language in languages.items() if _fits(language, text, letters)]
    if len(fitting) > 1:  # what is told by letters of its own goes before what has the whole script's
        fitting = [code for code in fitting if languages[code].telling]
    return fitting[0] if len(fitting) == 1 else None


def _fits(language: Language, text: str, letters: str) -> bool:
    """Whether a text with these letters of its script may be in a language."""
    if language.alphabet and _count(letters, language.alphabet) < _LEAST_ALPHABET * len(letters):
        return False
    if language.telling and _count(letters, language.telling) <= _LEAST_TELLING * len(letters):
        return False
    words = text.split() if language.common else ()
    return sum(word.strip(_MARKS) in language.common for word in words) >= _LEAST_SHARE * len(words)


def _is_letter(char: str) -> bool:
    return char.isalpha() and char != _DRAWN_OUT


def _count(letters: str, known: str) -> int:
    return sum(map(known.__contains__, letters))


def _language_by_words(text: str) -> str | None:
    """The language of Latin script whose commonest words a text has, far more of them than of any other's."""
    size = 0
    found: defaultdict[str, int] = defaultdict(int)
    counts = count_each_word(text)
    read = _read_part if max(map(len, counts), default=0) <= _LONGEST_AT_HAND else _look_up_part
    for (words, codes), times in zip(map(read, counts), counts.values(), strict=True):
        size += times * words
        for code in codes:
            found[code] += times
    if size < _LEAST_WORDS:
        return None
    best, second, third = sorted(_latin_codes(), key=found.__getitem__, reverse=True)[:3]
    most = found[best]
    if most < max(_LEAST_FOUND, _LEAST_SHARE * size):
        return None
    if most >= _AHEAD * found[second]:
        return best
    return _choose_of_near(counts, best, second) if most >= _AHEAD * found[third] else None


def _choose_of_near(counts: Mapping[str, int], *pair: str) -> str | None:
    """The one of two languages with many words in common whose own ones a text has, not the other's."""
    own = dict.fromkeys(pair, 0)
    for part, times in counts.items():
        _, codes = _look_up_part(part)
        if len(here := own.keys() & codes) == 1:
            own[here.pop()] += times
    other, best = sorted(pair, key=own.__getitem__)
    return best if own[best] >= max(_LEAST_OWN, _OWN_AHEAD * own[other]) else None


def _look_up_part(part: str) -> tuple[int, tuple[str, ...]]:
    """How many words stand in what whitespace parts, and the codes of the languages they are common in."""
    words = _WORD.findall(part.replace("’", "'").casefold())
    known = map(_common_words().get, words)
    return len(words), tuple(chain.from_iterable(filter(None, known)))


_read_part = lru_cache(maxsize=_WORDS_AT_HAND)(_look_up_part)


@cache
def _scripts() -> tuple[Script, ...]:
    """The scripts but Latin. Kana come first: Japanese has Chinese letters beside them."""
    by_letters: dict[str, dict[str, Language]] = {}
    for code, language in load_all().items():
        if language.script:
            by_letters.setdefault(language.script, {})[code] = language
    return tuple(Script(re.compile(f"[{letters}]"), found) for letters, found in sorted(by_letters.items()))


@cache
def _latin_codes() -> tuple[str, ...]:
    """The codes of the languages of Latin script."""
    return tuple(code for code, language in load_all().items() if not language.script)


@cache
def _common_words() -> Mapping[str, tuple[str, ...]]:
    """For each of the commonest words of the languages of Latin script, the codes of those that have it."""
    codes: dict[str, tuple[str, ...]] = {}
    for code in _latin_codes():
        for word in load_all()[code].common:
            codes[word] = (*codes.get(word, ()), code)
    return codes
