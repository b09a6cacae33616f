"""Words put before or behind a longer passage, or said in it and moved to another place.

A model begins with "Of course!", ends with a question of its own, or tells two sentences in another order.
None of this is so in any of the 413 windows of editors, nor in their 347 longer turns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from itertools import pairwise

from daemon.cleaning.checks.faithfulness import tokens
from daemon.cleaning.checks.stretches import Difference

_LEAST_BEFORE, _LEAST_BEHIND = 2, 3  # words that are an addition: an end may be heard by one of two people
_OPENING, _FARTHEST = 3, 25  # words by which the beginning is known, and before which it must begin
_LEAST_MOVED = 5  # words that were said, and stand in one more place, or in another one
_LEAST_SENTENCE = 3  # words of one that is known again: "thank you" is said anywhere
_BETWEEN_SENTENCES = re.compile(r"(?<=[.?!…])\s+")


def find_moved_words(
    original: str, cleaned: str, found: Sequence[Difference], fillers: Set[str]
) -> str | None:
    """Words added at an edge of a longer passage, or that stand in another place; None where none are."""
    said, came = ([key for key in tokens(text) if key not in fillers] for text in (original, cleaned))
    if found[0].first and found[0].after and _count_before(said, came) >= _LEAST_BEFORE:
        return "its beginning is new"
    if found[-1].last and found[-1].after and _count_before(said[::-1], came[::-1]) >= _LEAST_BEHIND:
        return "its end is new"
    put_in = [one.after for one in found if not one.before]
    if _are_said(original, [words for words in put_in if len(words) >= _LEAST_MOVED]):
        return "words were moved"
    if max(map(len, put_in), default=0) >= _LEAST_SENTENCE and _are_sentences_moved(original, cleaned):
        return "two sentences were swapped"
    return None


def _count_before(said: Sequence[str], came: Sequence[str]) -> int:
    """How many words stand before those with which the original begins; 0 where these are not found."""
    opening = said[:_OPENING]
    places = range(min(_FARTHEST, len(came) - _OPENING + 1))
    return next((at for at in places if came[at : at + _OPENING] == opening), 0)


def _are_said(original: str, runs: Sequence[Sequence[str]]) -> bool:
    """Whether any of some runs of words stands in the original."""
    said = f" {' '.join(tokens(original))} " if runs else ""
    return any(f" {' '.join(words)} " in said for words in runs)


def _are_sentences_moved(original: str, cleaned: str) -> bool:
    """Whether sentences that came back to the letter, each of them once, stand in another order."""
    said, came = (Counter(_list_sentences(text)) for text in (original, cleaned))
    once = [sentence for sentence, times in said.items() if times == 1]  # in the order they were said in
    places = {sentence: place for place, sentence in enumerate(once) if came[sentence] == 1}
    stand = [places[sentence] for sentence in came if sentence in places]
    return any(place > follower for place, follower in pairwise(stand))


def _list_sentences(text: str) -> list[tuple[str, ...]]:
    sentences = map(tokens, _BETWEEN_SENTENCES.split(text))
    return [sentence for sentence in sentences if len(sentence) >= _LEAST_SENTENCE]
