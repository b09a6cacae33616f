"""Phrases that come several times in a row: what a model writes that went round in circles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from operator import eq

LOOP_TIMES = 3
"""A phrase that comes so often in a row, and more often than it was said, is a model that went round in
circles: none of the editors' texts has one."""

_LONGEST_LOOP_WORDS = 12
_LOOP_SLACK = 1  # once more than was heard is another ear: "no, no" and "no, no, no"


def loops(came: Sequence[str], said: Sequence[str]) -> bool:
    """Whether a phrase comes LOOP_TIMES in a row or more, clearly more often than it was said so."""
    if max(Counter(came).values(), default=0) < LOOP_TIMES:
        return False
    for size in range(1, _LONGEST_LOOP_WORDS + 1):
        may_loop = b"\1" * (size * (LOOP_TIMES - 1)) in _same_as_before(came, size)
        if may_loop and longest_repeat(came, size) > longest_repeat(said, size) + _LOOP_SLACK:
            return True
    return False


def longest_repeat(words: Sequence[str], size: int) -> int:
    """How often, at most, the same so many words stand in a row."""
    runs = _same_as_before(words, size).split(b"\0")
    return max(map(len, runs)) // size + 1


def _same_as_before(words: Sequence[str], size: int) -> bytes:
    """For each word from the `size`-th on: 1 where the one that stands so far before it is the same."""
    return bytes(map(eq, words, islice(words, size, None)))
