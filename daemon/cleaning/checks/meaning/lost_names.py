"""Names that are gone, with nothing like them in the cleaned text."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from rapidfuzz.fuzz import partial_ratio, ratio

from daemon.cleaning.checks.faithfulness import tokens
from daemon.cleaning.checks.meaning.doubt import Doubt
from daemon.cleaning.checks.meaning.losses import is_term
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.checks.stretches import Difference
from daemon.text.differences import names
from daemon.text.languages.counting import may_be_number, reads_numbers

_WRITTEN_TOGETHER = 80  # of a name's letters, as part of a longer one: "Podcast Stereo", "Podcasterio"
_SAME_NAME_LETTERS = 45  # per cent: "Nicky" and "Nikki", "Mohammed" and "Muhamad"
_OTHER_NAME_LETTERS = 61  # with another first letter: "Berkeley" and "Barclays"; but not "Gómez" and "López"
_SAID_NAME_LETTERS = 70  # per cent: "Republicans" and "Republican"; but not "Karin" and "paint"
_SHORTEST_NAME = 3  # letters


def find_lost_name(original: str, cleaned: str, found: Sequence[Difference], speech: Speech) -> Doubt | None:
    """A name that is gone, with nothing like it in the cleaned text (6 of 996)."""
    heard = [one for one in found if not is_term(one, speech)]
    lost = {key for one in heard if not one.at_edge or (one.is_small and one.invented) for key in one.lost}
    if not lost:
        return None
    there = tokens(cleaned)
    together = "".join(there)
    said = frozenset(tokens(original))
    written = {word for sign, words in speech.symbols.items() if sign in cleaned for word in words}
    for name in names(original) - names(cleaned):
        parts = tokens(name)
        has_no_capital_elsewhere = re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", original)
        if has_no_capital_elsewhere:
            continue
        if len(name) < _SHORTEST_NAME or name.endswith("-") or not parts or not lost.intersection(parts):
            continue
        may_be_said = reads_numbers(speech.language)  # German "Komma"
        if may_be_said and all(may_be_number(part, speech.language) for part in parts):
            continue
        letters = "".join(parts)
        if (
            letters in written
            or letters in together
            or any(_is_same_name(letters, word, said) for word in there)
        ):
            continue
        return Doubt("name", "a name is gone", (name,))
    return None


def _is_same_name(letters: str, word: str, said: Set[str]) -> bool:
    """Whether a word is a name spelt differently; one that was said besides must be more like it."""
    if len(word) > len(letters) and partial_ratio(letters, word) >= _WRITTEN_TOGETHER:
        return True
    least = _SAME_NAME_LETTERS if letters[:1] == word[:1] else _OTHER_NAME_LETTERS
    return ratio(letters, word) >= (_SAID_NAME_LETTERS if word in said else least)
