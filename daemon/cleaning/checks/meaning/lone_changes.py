"""What a longer passage certainly says otherwise by a word or two that were changed alone.

What two people hear differently lies among other words that they heard differently. Where several words
stand on both sides of a single one that is another one, nobody misheard it: it says something else. None of
this is so in any of the 413 windows of editors, nor in their 392 turns of more than 60 words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise

from rapidfuzz.distance import Prefix
from rapidfuzz.fuzz import ratio

from daemon.cleaning.checks.faithfulness import drop_elided, fold_letters, is_content, tokens
from daemon.cleaning.checks.meaning.losses import drop_markers
from daemon.cleaning.checks.speech import DENIED_END, Speech, undeny
from daemon.cleaning.checks.stretches import SMALL_WORDS, Difference
from daemon.text.differences import names
from daemon.text.languages.counting import is_number, numbers, small_numbers

STANDING_WORDS = 5
"""So many words stand on each side of a change that is alone, but where the passage ends."""

_LONG_FIGURES = 3  # of a number: shorter ones are misheard for each other, as 17 and 70
_SAME_NAME_LETTERS = 61  # per cent: two names more alike may be one, spelt otherwise
_HEARD_NAME_LETTERS = 50  # per cent: of a name that was said nowhere else, "Tess" and "Tash"
_SHORTEST_STEM = 4  # letters: words that begin with the same ones are forms of one, as "early" and "earlier"
_SHORTEST_OPPOSITE = 4  # letters of the longer word: "up" and "down", but "in" and "on" are misheard
_I, _SPOKEN_TO, _HE, _SHE, _WE, _THEY = range(6)  # persons: their numbers in a language's file


def find_lone_change(original: str, cleaned: str, found: Sequence[Difference], speech: Speech) -> str | None:
    """What a passage certainly says otherwise by a word changed alone; None where there is nothing."""
    alone = list(_list_alone(found, speech))
    if any(_turns_verb_round(one, speech) or _loses_negation(one, original, speech) for one in alone):
        return "a negation was added or dropped"
    pairs = [
        (said[0], one.after[0])
        for one in alone
        if len(said := _drop_markers(one.before, speech)) == len(one.after) == 1
        if speech.terms.isdisjoint(one.after)
    ]
    if any(_is_another_number(was, now, speech) for was, now in pairs):
        return "a number was changed"
    if any(_is_another_person(was, now, speech) for was, now in pairs):
        return "a different person does it"
    if any(_excludes(was, now, speech) for was, now in pairs):
        return "a day, a unit, a tense or an opposite was changed"
    if pairs and _is_any_another_name(pairs, original, cleaned):
        return "a name was changed"
    return None


def _list_alone(found: Sequence[Difference], speech: Speech) -> Iterator[Difference]:
    """The small differences that no other stands near, but for what says nothing."""
    found = [one for one in found if not _says_nothing(one, speech)]
    crowded = {
        place
        for first, (one, follower) in enumerate(pairwise(found))
        if follower.start - _find_end(one) < STANDING_WORDS
        for place in (first, first + 1)
    }
    for place, one in enumerate(found):
        size = max(len(_drop_markers(one.before, speech)), len(one.after))
        if place not in crowded and size <= SMALL_WORDS:
            yield one


def _says_nothing(one: Difference, speech: Speech) -> bool:
    """Whether nothing is gone but words that were said twice in a row, or carry nothing: "you know"."""
    if one.after:
        return False
    if not one.once and (one.before[0] == one.beside[-1] or one.before[-1] == one.beside[0]):
        return True
    return not _drop_markers(one.before, speech)


def _drop_markers(keys: Sequence[str], speech: Speech) -> Sequence[str]:
    """Some words without "you know" and its like, and what carries nothing beside it."""
    rest = drop_markers(keys, speech)
    return keys if len(rest) == len(keys) else [key for key in rest if key not in speech.weightless]


def _find_end(one: Difference) -> int:
    return one.start + max(len(one.before), len(one.after))


def _turns_verb_round(one: Difference, speech: Speech) -> bool:
    """Whether a verb is denied now, or no more: "we can", "we can't"; or "don't" is gone behind its subject.

    "Haven't you heard" asks, and says the same without its first word.
    """
    if len(one.before) == len(one.after) == 1:
        was, now = one.before[0], one.after[0]
        return speech.denies(was) != speech.denies(now) and undeny(was) == undeny(now)
    if one.after or one.at_edge:
        return False
    verb, denial = one.before[0], one.before[-1]
    is_said_of_somebody = one.beside[0] in speech.persons or one.beside[0] in speech.subjects
    if verb == denial:
        is_denied = verb.endswith(DENIED_END)
    else:
        is_denied = verb in speech.asking and denial in speech.negations
    return is_denied and is_said_of_somebody and one.once.issuperset(one.before)


def _loses_negation(one: Difference, original: str, speech: Speech) -> bool:
    """Whether a negation with no other near is gone from inside a clause: "no sabía", "had no swelling".

    In a language that asks by its verbs, English "not" stands behind one: "we're not going".
    """
    if one.after or one.at_edge or len(one.before) != 1 or not one.once.issuperset(one.before):
        return False
    [key], (left, right) = one.before, one.beside
    if key in speech.answers:
        denies = left in speech.before_answers and (is_content(right) or right in speech.denied)
    else:
        denies = key in speech.negations and key not in speech.weightless
        if speech.asking:
            denies = denies and right not in speech.determiners and (left in speech.asking or "'" in left)
    if not denies or any(speech.denies(other) or other in speech.answers for other in one.beside):
        return False
    clause = rf"(?<!\w){re.escape(left)} {re.escape(key)} {re.escape(right)}(?!\w)"
    return left != right and re.search(clause, fold_letters(original)) is not None


def _is_another_number(was: str, now: str, speech: Speech) -> bool:
    """Whether a number took another's place, one in figures and one in words, or both in figures.

    Of two in figures one must be long, or have more zeros: others are misheard.
    """
    if not (was[0].isdigit() or now[0].isdigit()) or ":" in was + now:
        return False
    if not (was[0].isdigit() and now[0].isdigit()):
        return _is_figure_of_another(was, now, speech)
    had, has = (re.sub(r"\D", "", key) for key in (was, now))
    is_long = min(len(had), len(has)) >= _LONG_FIGURES
    return had != has and (is_long or had.rstrip("0") == has.rstrip("0"))


def _is_figure_of_another(was: str, now: str, speech: Speech) -> bool:
    """Whether of a number in words another one stands in figures; not 15 for "fifty", which sounds alike."""
    read = [
        set(numbers(key, speech.language)) | small_numbers(frozenset({key}), speech.language)
        for key in (was, now)
    ]
    if not all(read) or not all(is_number(key, speech.language) for key in (was, now)):
        return False
    return read[0].isdisjoint(read[1]) and {key.strip("01") for key in read[0]}.isdisjoint(
        key.strip("01") for key in read[1]
    )


def _is_another_person(was: str, now: str, speech: Speech) -> bool:
    """Whether it is somebody else: "I" and "they"; not where "you" is one of them, nor "him" and "them".

    Nor "our" and "my": whoever says either speaks of himself.
    """
    if was not in speech.persons or now not in speech.persons:
        return False
    both = {speech.persons[was], speech.persons[now]}
    if both == {_I, _WE} and speech.subjects.isdisjoint((was, now)):
        return False
    return len(both) > 1 and _SPOKEN_TO not in both and not (_THEY in both and both & {_HE, _SHE})


def _excludes(was: str, now: str, speech: Speech) -> bool:
    """Whether it is another day or unit, an opposite, or certain now ("might", "will"); no other form."""
    if {was, now} <= speech.modals:
        return (was in speech.firm_modals) != (now in speech.firm_modals) and "would" not in (was, now)
    if max(len(was), len(now)) < _SHORTEST_OPPOSITE or not speech.asking.isdisjoint((was, now)):
        return False
    return (
        speech.excludes(was, now)
        and not _are_forms(drop_elided(was), drop_elided(now), speech)
        and not speech.excludes_by_tense(was, now)
    )


def _are_forms(was: str, now: str, speech: Speech) -> bool:
    """Whether two words begin with the same letters; not "grandmother" and "grandfather"."""
    shared = Prefix.similarity(was, now)
    if shared < min(_SHORTEST_STEM, len(was), len(now)):
        return False
    return now[shared:] not in speech.alternatives.get(was[shared:], ())


def _list_names(text: str) -> Set[str]:
    """The words of the names in a text."""
    return frozenset(key for name in names(text) for key in tokens(name))


def _is_any_another_name(pairs: Iterable[tuple[str, str]], original: str, cleaned: str) -> bool:
    """Whether a name took the place of one that it isn't like; of one said besides, that it is less like."""
    said, written = _list_names(original), _list_names(cleaned)
    return any(
        ratio(was, now) < (_SAME_NAME_LETTERS if now in said else _HEARD_NAME_LETTERS)
        for was, now in pairs
        if was in said and now in written and is_content(was) and is_content(now)
    )
