"""A word as the network sees it: three row numbers, of the word itself, its beginning and its ending."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

VOCABULARY = 20_000
"""How many different words the network knows by themselves; the others it knows by how they begin and end."""

HASHES = 4_096
"""Rows of the tables of beginnings and of endings; which row is theirs is a checksum's remainder."""

_LONGEST = 24  # letters of a word that count
_BEGINNING, _ENDING = 4, 3  # letters
_REMEMBERED = 1 << 14  # different words whose rows are kept at hand
_DIGIT = re.compile(r"\d")

Row = tuple[int, int, int]
"""The rows of a word, of its beginning, of its ending."""


class Features:
    """The rows of words, by a vocabulary: the words known by themselves, the first of them in row 1."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._rows = {word: row for row, word in enumerate(vocabulary, start=1)}
        self._row_of = lru_cache(_REMEMBERED)(self._find_row)

    def find_rows(self, keys: Iterable[str]) -> list[Row]:
        """The rows of words, each given in lower case without marks; an unknown word is in row 0."""
        return [self._row_of(key) for key in keys]

    def _find_row(self, key: str) -> Row:
        word = known_form(key)
        beginning = zlib.crc32(b"b" + word[:_BEGINNING].encode("utf-8", "surrogatepass"))
        ending = zlib.crc32(b"e" + word[-_ENDING:].encode("utf-8", "surrogatepass"))
        return self._rows.get(word, 0), beginning % HASHES, ending % HASHES


def known_form(key: str) -> str:
    """A word as the vocabulary has it: every digit is 0, so that 1995 and 2024 are one word."""
    return _DIGIT.sub("0", key)[:_LONGEST]
