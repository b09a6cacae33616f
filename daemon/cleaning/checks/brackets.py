"""What stands in brackets: sounds, which a cleaning may leave out, and gaps, which it may not fill.

"[laughter]" says nothing that was said; "[inaudible]" stands for words that nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from daemon.cleaning.checks.faithfulness import fold_letters
from daemon.cleaning.checks.stretches import Difference
from daemon.text.languages.knowledge import words_of_all

_IN_BRACKETS = re.compile(r"[\[(<]\s*(\w[\w'’-]*)(?:[^\w\])>][^\])>]{0,200})?[\])>]")
_GAPS = frozenset(
    "inaudible indistinct unintelligible unclear foreign crosstalk cross overtalk "
    "unverständlich undeutlich unhörbar onverstaanbaar onduidelijk onhoorbaar "
    "incompréhensible inintelligible ininteligible incomprensible inaudível ininteligível incompreensível "
    "incomprensibile inudibile inintelligibile neinteligibil neclar "
    "ohörbart otydligt uhørligt uhørbart utydeligt utydelig uforståeligt uforståelig epäselvää "
    "niezrozumiałe niesłyszalne niewyraźne nesrozumitelné neslyšitelné nezrozumiteľné érthetetlen "
    "неразборчиво неслышно нрзб нерозбірливо нечутно anlaşılmıyor".split()
)
"""The words for what was said and could not be written down."""


def drop_sounds(original: str, cleaned: str) -> str:
    """The original without the sounds in brackets, where the cleaning has none."""
    if _sounds_of_all().search(cleaned):
        return original
    return _sounds_of_all().sub(" ", original)


def is_gap_filled(original: str, found: Sequence[Difference]) -> bool:
    """Whether words took the place of what nobody could write down."""
    gaps = _GAPS.intersection(fold_letters(one[1]) for one in _IN_BRACKETS.finditer(original))
    return any(not gaps.isdisjoint(one.before) and not _GAPS.issuperset(one.after) for one in found)


@cache
def _sounds_of_all() -> re.Pattern[str]:
    sounds = sorted(words_of_all("sounds") - _GAPS, key=len, reverse=True)
    return re.compile(rf"[\[(<]\s*(?:{'|'.join(map(re.escape, sounds))})\s*[\])>]", re.I)
