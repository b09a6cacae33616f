"""What is told of a word by itself, worked out once: speech has a few thousand words, each many times."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_MOST_WORDS, _LONGEST_WORD = 16384, 64  # letters: in scripts without spaces a passage may be one word

_Reading = TypeVar("_Reading")


class WordReadings(dict[str, _Reading]):
    """What `read` tells of each word that was asked for, under the word.

    A dictionary, so that looking up all words of a text calls `read` for new ones alone, and nothing else of
    Python's. It begins anew when it has _MOST_WORDS words, and holds none of more letters than words have.
    Of use in several threads at a time.
    """

    def __init__(self, read: Callable[[str], _Reading]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, word: str) -> _Reading:
        if len(word) > _LONGEST_WORD:
            return self._read(word)
        if len(self) >= _MOST_WORDS:
            self.clear()
        reading = self[word] = self._read(word)
        return reading
