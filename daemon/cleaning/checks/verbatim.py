"""How much of what was said stays, by the transcribers' three levels; each has bounds of its own.

strict: all of it. light: all but hesitations, stutters and false starts. clean: what makes good reading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, partial

from rapidfuzz.distance import Levenshtein

from daemon.cleaning.checks.faithfulness import CLEAN, LIGHT, Word, fault_of, tokens
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.checks.stretches import is_of_no_weight
from daemon.settings.profile import Verbatim
from daemon.text.languages.counting import is_number
from daemon.text.languages.knowledge import load

MOST_MARKERS_GONE, LARGEST_SHARE_GONE = 4, 0.6
"""Of "you know" and its like: light lets more go only as part of a false start. Of the editors' removals of
that kind none took more than both of these, in 2,413 windows of 100 words."""

_BOUNDS = {"clean": CLEAN, "light": LIGHT}
_SIGNS_OF_WORDS = frozenset("%‰&@#*/\\_§¶†")  # punctuation by its class, and yet read aloud


def find_loss(words: Sequence[Word], verbatim: Verbatim, speech: Speech) -> str | None:
    """What makes a comparison of an original with its cleaning unfaithful at a level; None if nothing does.

    `speech` is that of the text around. At the level "strict" words count for themselves: see
    `find_difference`.
    """
    is_light = partial(is_of_no_weight if verbatim == "clean" else _is_number, speech=speech)
    return fault_of(words, _BOUNDS[verbatim], is_light)


def _is_number(key: str, speech: Speech) -> bool:
    return is_number(key, speech.language)


def find_difference(original: str, cleaned: str) -> str | None:
    """Why a cleaning is not the original but for marks, capitals and paragraphs; None where it is."""
    before, after = list_signs(original), list_signs(cleaned)
    if before == after:
        return None
    count = Levenshtein.distance(before, after)
    what = "a word was" if count == 1 else f"{count} words were"
    return f"{what} dropped, added or changed"


def list_signs(text: str) -> tuple[str, ...]:
    """The words of a text and the signs that are read aloud, without case, marks and spaces."""
    normal = unicodedata.normalize("NFC", text)
    signs = tuple(char for char in normal if char in _SIGNS_OF_WORDS or unicodedata.category(char)[0] == "S")
    return tokens(normal) + signs


def find_lost_markers(original: str, cleaned: str, language: str) -> str | None:
    """Why too many discourse markers ("you know") are gone for the level "light"; None where they stand."""
    pattern = _marker_pattern(language)
    said, left = (len(pattern.findall(" ".join(tokens(text)))) for text in (original, cleaned))
    if said - left <= max(MOST_MARKERS_GONE, LARGEST_SHARE_GONE * said):
        return None
    return f"{said - left} of {said} phrases like those that light keeps are gone"


@cache
def _marker_pattern(language: str) -> re.Pattern[str]:
    """The markers of a language, by its code, that are phrases: a single word may mean something."""
    known = load(language)
    markers = known.rules.markers if known is not None and known.rules is not None else ()
    phrases = {" ".join(marker.words) for marker in markers if len(marker.words) > 1}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(phrases)))})\b" if phrases else r"(?!)")
