"""Where sentences end, told from the marks of the words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_SENTENCE_END = re.compile(r"[.!?…。！？؟।۔][\"'”’»›)\]）」』*_]*$")
_ABBREVIATION = re.compile(
    r"\W*(?:\w|(?:\w\.)+\w|mrs?|ms|dr|st|prof|sr|jr|vs|inc|ltd|co|corp|cf|bzw|ca|nr)\.$", re.I
)


def sentence_ends(words: Sequence[str]) -> list[int]:
    """The places between words where a sentence ends: i is the place before `words[i]`."""
    return [
        at
        for at, (word, after) in enumerate(pairwise(words), start=1)
        if ends_sentence(word) and not after[0].islower()
    ]


def ends_sentence(word: str) -> bool:
    """Whether a word ends with a full stop or its like, and is no abbreviation."""
    return bool(_SENTENCE_END.search(word)) and not _ABBREVIATION.match(word)
