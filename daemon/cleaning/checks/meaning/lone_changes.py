"""What a longer passage certainly says otherwise by a word that was changed alone.

What two people hear differently lies among other words that they heard differently. Where several words
stand on both sides of a single one that is another one, nobody misheard it: it says something else. None of
this is so in any of the 413 windows of editors, nor in their 347 longer turns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from rapidfuzz.fuzz import ratio

from daemon.cleaning.checks.faithfulness import is_content, tokens
from daemon.cleaning.checks.speech import DENIED_END, Speech, undeny
from daemon.cleaning.checks.stretches import Difference
from daemon.text.differences import names

STANDING_WORDS = 4
"""So many words stand on each side of a change that is alone, but where the passage ends."""

_LONG_FIGURES = 3  # of a number: shorter ones are misheard for each other, as 17 and 70
_SAME_NAME_LETTERS = 61  # per cent: two names more alike may be one, spelt otherwise
_SPOKEN_TO, _HE, _SHE, _THEY = 1, 2, 3, 5  # persons: their numbers in a language's file


def find_lone_change(original: str, found: Sequence[Difference], speech: Speech) -> str | None:
    """A word changed alone by which a passage certainly says otherwise; None where there is none."""
    alone = list(_list_alone(found))
    if any(_turns_verb_round(one, speech) for one in alone):
        return "a negation was added or dropped"
    replaced = [(one.before[0], one.after[0]) for one in alone if len(one.before) == len(one.after) == 1]
    if any(_is_another_number(was, now) for was, now in replaced):
        return "a number was changed"
    if any(_is_another_person(was, now, speech) for was, now in replaced):
        return "a different person does it"
    said = _list_names(original) if replaced else frozenset[str]()
    if any(_is_another_name(was, now, said) for was, now in replaced):
        return "a name was changed"
    return None


def _list_alone(found: Sequence[Difference]) -> Iterator[Difference]:
    """The differences of at most one word on each side that no other stands near, but for stutters."""
    found = [one for one in found if not _is_stutter(one)]
    crowded = {
        place
        for first, (one, follower) in enumerate(pairwise(found))
        if follower.start - _find_end(one) < STANDING_WORDS
        for place in (first, first + 1)
    }
    for place, one in enumerate(found):
        if place not in crowded and max(len(one.before), len(one.after)) == 1:
            yield one


def _is_stutter(one: Difference) -> bool:
    """Whether words that were said twice in a row are gone once, and nothing else."""
    if one.after or one.once:
        return False
    return one.before[0] == one.beside[-1] or one.before[-1] == one.beside[0]


def _find_end(one: Difference) -> int:
    return one.start + max(len(one.before), len(one.after))


def _turns_verb_round(one: Difference, speech: Speech) -> bool:
    """Whether a verb is denied now, or no more: "we can", "we can't"; or "don't" is gone behind its subject.

    "Haven't you heard" asks, and says the same without its first word.
    """
    if one.before and one.after:
        was, now = one.before[0], one.after[0]
        return speech.denies(was) != speech.denies(now) and undeny(was) == undeny(now)
    if one.after or one.at_edge:
        return False
    [verb] = one.before
    is_said_of_somebody = one.beside[0] in speech.persons or one.beside[0] in speech.subjects
    return verb.endswith(DENIED_END) and is_said_of_somebody and verb in one.once


def _is_another_number(was: str, now: str) -> bool:
    """Whether a number in figures took another's place: a long one, or one with zeros more, or fewer."""
    if not (was[0].isdigit() and now[0].isdigit()) or ":" in was + now:
        return False
    had, has = (re.sub(r"\D", "", key) for key in (was, now))
    is_long = min(len(had), len(has)) >= _LONG_FIGURES
    return had != has and (is_long or had.rstrip("0") == has.rstrip("0"))


def _is_another_person(was: str, now: str, speech: Speech) -> bool:
    """Whether it is somebody else: "I" and "they"; not where "you" is one of them, nor "him" and "them"."""
    if was not in speech.persons or now not in speech.persons:
        return False
    both = {speech.persons[was], speech.persons[now]}
    return len(both) > 1 and _SPOKEN_TO not in both and not (_THEY in both and both & {_HE, _SHE})


def _list_names(text: str) -> Set[str]:
    """The words of the names in a text."""
    return frozenset(key for name in names(text) for key in tokens(name))


def _is_another_name(was: str, now: str, said: Set[str]) -> bool:
    """Whether one of a passage's names took the place of another one, which it isn't like."""
    are_names = was in said and now in said and is_content(was) and is_content(now)
    return are_names and ratio(was, now) < _SAME_NAME_LETTERS
