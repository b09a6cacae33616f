"""Whether speech that a model gave back to the letter was in need of cleaning. Pure.

What needs no change may come back so, and that can't be told for sure: so it is no reason to ask again.
"""

from __future__ import annotations

from collections.abc import Set

from daemon.cleaning.checks.faithfulness import tokens
from daemon.cleaning.checks.speech import find_hesitations
from daemon.cleaning.offline.full_stops import WORDS_PER_MARK
from daemon.settings.profile import Verbatim
from daemon.text.languages import language_of
from daemon.text.languages.knowledge import words_of_all

_COUNTS_FROM = 60  # words; in fewer there may be nothing to do
_WORDS_PER_HESITATION = 50  # speech with fewer may be an editor's, who left them
_MARKS = ".,?!;:…"


def needs_cleaning(text: str, verbatim: Verbatim) -> bool:
    """Whether a text is full of hesitations, which may stay under `strict`, or has hardly any marks."""
    words = len(text.split())
    if words < _COUNTS_FROM:
        return False
    return _lacks_marks(text, words) or (verbatim != "strict" and _is_full_of_hesitations(text, words))


def _lacks_marks(text: str, words: int) -> bool:
    has_cases = text.lower() != text.upper()  # scripts without them may have no marks
    return has_cases and sum(map(text.count, _MARKS)) * WORDS_PER_MARK <= words


def _is_full_of_hesitations(text: str, words: int) -> bool:
    if not _has_many(words_of_all("hesitations"), text, words):
        return False
    language = language_of(text)
    return language is not None and _has_many(find_hesitations(language), text, words)


def _has_many(known: Set[str], text: str, words: int) -> bool:
    """Whether so many of a text's words are among these that it is full of them."""
    return sum(map(known.__contains__, tokens(text))) * _WORDS_PER_HESITATION >= words
