"""Where sentences end, told from the marks of the words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

_WORDS_AT_HAND = 16384
_SENTENCE_END = re.compile(r"[.!?…。！？؟।۔][\"'”’»›)\]）」』*_]*$")


def sentence_ends(words: Sequence[str]) -> list[int]:
    """The places between words where a sentence ends: i is the place before `words[i]`."""
    return [
        at
        for at, (word, after) in enumerate(pairwise(words), start=1)
        if ends_sentence(word) and not after[0].islower()
    ]


@lru_cache(maxsize=_WORDS_AT_HAND)
def ends_sentence(word: str) -> bool:
    """Whether a word ends with a full stop or its like, and is no abbreviation."""
    return bool(_SENTENCE_END.search(word)) and not _abbreviation().match(word)


@cache
def _abbreviation() -> re.Pattern[str]:
    """A letter, some with full stops between them, or an abbreviation of any language; its full stop too."""
    from daemon.text.languages.knowledge import words_of_all  # `status` ends no sentences

    known = "|".join(sorted(map(re.escape, words_of_all("abbreviations"))))
    letters = r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}"  # Ph.D., EE.UU., z.Zt.
    return re.compile(rf"\W*(?:\w|(?:\w\.)+\w|{letters}|{known})\.[)\]]?$", re.I)
