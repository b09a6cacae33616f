"""What is no word: signs that change a number, and what nobody says: emoji, separators, endless rows.

`$50` is not `€50`, `-5` not `5`. A sign may be written for its word ("five percent", "5%") and the other way
round. Anything else that is no letter, figure or punctuation was said by nobody, if it is new.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Set
from functools import cache, lru_cache

from daemon.text.transcript import UNSPACED, split_words

LONGEST_WORD = 50
"""Letters; no language in the gate's tests has a longer one that the original does not have as well."""

LONGEST_ROW = 3
"""The same sign in a row: "!!!" is emphasis, more is a model that went round in circles."""

LONGEST_LETTER_ROW = 5
"""The same letter in a row: "nooooo" is said, more is a model that went round in circles."""

_SIGN = re.compile(r"[^\w\s.,;:!?'\"“”‘’„«»‹›()\[\]…/@&‐‑–—−-]|[¹²³⁰-⁹]|_")
_NO_MARKS = frozenset("#%*\\{}_†‡•§¶※‰‱")
"""What Unicode calls punctuation though no sentence of any script is written with it."""
_MINUS = re.compile(r"(?<![^\s(\[\"“$€£¥])[-−–](?=[$€£¥]?\d)")
_COMPARISON = re.compile(r"[<>=!]=|=[<>]|[<>≤≥≠]")
_TWO_SIGNS = {">=": "≥", "=>": "≥", "<=": "≤", "=<": "≤", "!=": "≠", "==": "="}
_ENDLESS = re.compile(rf"[^\W{UNSPACED}]{{{LONGEST_WORD + 1},}}")  # a sentence of Japanese is no word
_CHANGING = frozenset("%‰$€£¥₹₽₩¢°²³+-<>≤≥≠=×÷±√^#")
_SAID_ONCE_FOR_ALL = frozenset("%‰$€£¥₹₽₩¢°#")  # "$5 and $10" is "five and $10"
_MINUSES = "-−–"
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
_LIKE_LATIN = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονι\u0400-\u052f\u0531-\u0587Ꭰ-Ᏽ"  # of Greek no letters that are signs, too
_MIXED = re.compile(rf"(?<![^\W\d_])(?=[^\W\d_]*[{_LATIN}])[^\W\d_]*[{_LIKE_LATIN}]")
"""A word with letters of both, looked at from its beginning alone: a long one took ages from each letter."""
_LETTERS = re.compile(r"[^\W\d_]+")
_TEXTS_AT_HAND = 256
_MARKS_ALL_THE_SAME = frozenset("\u22ef\u200c\u200d")  # the Chinese ellipsis; joiners, as in Persian
_DOTS = frozenset(".…")


def find_unsaid_signs(original: str, cleaned: str) -> str | None:
    """What nobody can have said, in a phrase: rows of signs, endless words, emoji, separators; else None."""
    if (phrase := _find_row(original, cleaned)) is not None:
        return phrase
    if (phrase := find_foreign_letters(original, cleaned)) is not None:
        return phrase
    if not (came := _count_signs(cleaned)):
        return None
    new = came - _count_signs(original)
    if any(sign not in _CHANGING for sign in new):
        return "a sign is new that nobody said"
    return None


def find_foreign_letters(original: str, cleaned: str) -> str | None:
    """Why a cleaning has a word in the letters of two alphabets that its original has not, or None."""
    if cleaned.isascii() or _MIXED.search(cleaned) is None:
        return None
    if _list_mixed_words(cleaned) <= _list_mixed_words(original):
        return None
    return "a word is written with letters of another alphabet"


def _list_mixed_words(text: str) -> frozenset[str]:
    words = map(str.casefold, _LETTERS.findall(text))
    return frozenset(word for word in words if _MIXED.search(word) is not None)


def _find_row(original: str, cleaned: str) -> str | None:
    """A row of the same sign or letter, or an endless word, that the original does not have; else None."""
    squeezed = "".join(split_words(cleaned))
    characters = set(squeezed) if _may_hold_row(squeezed) else ()
    rows = [row for row in map(_make_row, characters) if row is not None and row in squeezed]
    for row in sorted(rows):
        if row not in "".join(split_words(original)):
            return "an endless word is new" if row.isalnum() else "a row of signs is new"
    longest = max(map(len, split_words(cleaned)), default=0)
    if longest <= LONGEST_WORD:
        return None
    endless = (found[0] for found in _ENDLESS.finditer(cleaned))
    return "an endless word is new" if any(word not in original for word in endless) else None


def _may_hold_row(text: str) -> bool:
    """Whether a character may stand in a text more than LONGEST_ROW times in a row.

    Of ASCII it is told for certain, and for all at once: each character less the next one is nothing where
    they are the same.
    """
    if not text.isascii():
        return True
    characters = int.from_bytes(text.encode(), "little")
    differences = characters ^ (characters >> 8)
    return bytes(LONGEST_ROW) in differences.to_bytes(len(text), "little")


@lru_cache(maxsize=8192)
def _make_row(character: str) -> str | None:
    """A row of a character that is too long; None for one that may stand in a row of any length."""
    if character in _DOTS or character.isdigit():
        return None
    return character * ((LONGEST_LETTER_ROW if character.isalnum() else LONGEST_ROW) + 1)


def find_changed_sign(original: str, cleaned: str, words: Mapping[str, Set[str]]) -> tuple[str, str] | None:
    """The first sign that is gone, or new, and would make another number of one; as (gone, new), "" for none.

    `words` are those that a sign stands for, by sign. It may take their place, or they its.
    """
    before, after = _count_signs(original), _count_signs(cleaned)
    if before == after:
        return None
    gone = [
        sign for sign in _list_changing(before - after) if not (sign in _SAID_ONCE_FOR_ALL and after[sign])
    ]
    new = [
        sign for sign in _list_changing(after - before) if not (sign in _SAID_ONCE_FOR_ALL and before[sign])
    ]
    before_words, after_words = _count_words(original), _count_words(cleaned)
    unexplained_gone = [
        sign for sign in gone if not _has_more(words.get(sign, ()), after_words, before_words)
    ]
    unexplained_new = [sign for sign in new if not _has_more(words.get(sign, ()), before_words, after_words)]
    if not unexplained_gone and not unexplained_new:
        return None
    return "".join(unexplained_gone[:1]), "".join(unexplained_new[:1])


def _list_changing(signs: Counter[str]) -> list[str]:
    return [sign for sign in signs if sign in _CHANGING]


def _has_more(words: Set[str] | tuple[()], more: Counter[str], fewer: Counter[str]) -> bool:
    """Whether some words come more often in one text than in another."""
    return sum(more[word] for word in words) > sum(fewer[word] for word in words)


def _count_words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W\d_]+", text.casefold()))


@lru_cache(maxsize=_TEXTS_AT_HAND)
def _count_signs(text: str) -> Counter[str]:
    """The signs of a text that are no punctuation; comparisons of two characters count as one."""
    found: Counter[str] = Counter()
    characters = set(_take_out_plain(text))
    if not characters:
        return found
    if not characters.isdisjoint(_MINUSES):
        found.update({"-": len(_MINUS.findall(text))})
    if all(map(_is_plain, characters)):
        return +found
    rest = text
    if not characters.isdisjoint("<>=≤≥≠"):
        found.update(_TWO_SIGNS.get(sign, sign) for sign in _COMPARISON.findall(text))
        rest = _COMPARISON.sub(" ", text)
    found.update(sign for sign in _SIGN.findall(rest) if _is_sign(sign))
    return +found


def _take_out_plain(text: str) -> str:
    """A text without most of what is no sign, and no minus either."""
    return text.encode().translate(None, _list_plain()).decode() if text.isascii() else text


@cache
def _list_plain() -> bytes:
    """The ASCII characters that are neither a sign nor a minus."""
    ascii_characters = map(chr, range(128))
    return "".join(one for one in ascii_characters if _is_plain(one) and one not in _MINUSES).encode()


@lru_cache(maxsize=8192)
def _is_plain(character: str) -> bool:
    """Whether a character is no sign: a letter, a figure, a space or punctuation."""
    return _SIGN.fullmatch(character) is None or not _is_sign(character)


def _is_sign(character: str) -> bool:
    """Whether a character that is neither a letter nor a figure is no punctuation of any script either."""
    kind = unicodedata.category(character)[0]
    is_mark = kind in "MP" and character not in _NO_MARKS
    return not is_mark and character not in _MARKS_ALL_THE_SAME
