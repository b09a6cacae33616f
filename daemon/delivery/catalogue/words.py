"""How words are folded for the search, and what a person's query asks for. Pure.

Text and query go through the same folding, so that Müller is found by muller, mueller and MÜLLER; scripts
without spaces are taken letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from daemon.text.transcript import MARKED, UNSPACED, UNSPACED_LETTER

_PART = re.compile(r'"([^"]*)"?|(\S+)')
_WORD = re.compile(rf"[{UNSPACED}]|(?:[^\W_{UNSPACED}]|[{MARKED}])+")
BESIDE_WORDS = rf"(?:[^\W_]|[{MARKED}])"
"""What a word goes on with, as a pattern."""
FOLDING = 2
"""The number of this folding: what was folded by another one is not found."""

# Letters that are typed for each other, and have no parts to be told by; how an emoji is drawn is none.
_ALIKE = {
    **str.maketrans("ıłøđ", "ilod"),
    ord("æ"): "ae",
    ord("œ"): "oe",
    **str.maketrans("\u06cc\u0649\u06a9", "\u064a\u064a\u0643"),  # Persian and Arabic: yeh, kaf
    **str.maketrans("\u06c1\u06be", "\u0647\u0647", "\u0640"),  # Urdu: heh; the stroke between letters
    **dict.fromkeys([*range(0xFE00, 0xFE10), *range(0x20D0, 0x2100)]),
}
_DIGIT = re.compile(r"[^\D0-9]")
_SPELT_OUT = {"ae": "a", "oe": "o", "ue": "u"}  # how umlauts are written where there are none
_SPELT = re.compile("[aou]e")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand next to each other, folded; of a `prefix` the last may go on."""

    words: tuple[str, ...]
    prefix: bool = False


def fold_text(text: str) -> str:
    """The text without case, accents and ligatures, with a space around each letter that is a word.

    The digits of all scripts are those of ours.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    plain = _DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), plain.translate(_ALIKE))
    return UNSPACED_LETTER.sub(r" \g<0> ", plain)


def split_words(text: str) -> list[str]:
    """The words of a text, folded."""
    return _WORD.findall(fold_text(text))


def parse_query(arguments: Iterable[str]) -> list[Term]:
    """What is asked for: words in any order, "words in a row", and begin*.

    An argument that holds spaces, as a shell makes of quoted words, is meant in a row. Everything else is
    taken as it is; no sign has a meaning of its own.
    """
    terms = []
    for argument in arguments:
        if '"' not in argument and len(argument.split()) > 1:
            argument = f'"{argument}"'
        for quoted, bare in _PART.findall(argument):
            part = quoted or bare
            words = tuple(split_words(part))
            if words:
                terms.append(Term(words, part.endswith("*")))
    return terms


def spell_variants(term: Term) -> list[Term]:
    """The term itself, and with umlauts where it spells them out (mueller: muller)."""
    closed = tuple(_SPELT.sub(lambda found: _SPELT_OUT[found.group()], word) for word in term.words)
    return [term] if closed == term.words else [term, Term(closed, term.prefix)]


def build_match(terms: Iterable[Term]) -> str:
    """The query as FTS5 wants it; each word is quoted, so that none is taken for an operator."""
    return " AND ".join(_match_one(term) for term in terms)


def _match_one(term: Term) -> str:
    found = []
    for variant in spell_variants(term):
        phrase = " ".join(variant.words)
        found.append(f'"{phrase}"*' if variant.prefix else f'"{phrase}"')
    return f"({' OR '.join(found)})"
