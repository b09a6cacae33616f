"""What a longer passage certainly says otherwise: somebody else does it, it is denied, or turned round."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import product

from rapidfuzz.fuzz import ratio

from daemon.cleaning.checks.faithfulness import is_content
from daemon.cleaning.checks.meaning.lone_changes import find_lone_change
from daemon.cleaning.checks.meaning.losses import drop_markers, is_heard_alike
from daemon.cleaning.checks.meaning.moved_words import find_moved_words
from daemon.cleaning.checks.meaning.negations import find_denial_set_off
from daemon.cleaning.checks.speech import Speech, is_denied_form
from daemon.cleaning.checks.stretches import NEAR_WORDS, SMALL_WORDS, Difference
from daemon.text.languages.counting import is_number, small_numbers

_SHORTEST_OPPOSITE = 4  # letters, in a longer passage
_LEAST_ALIKE_NUMBERS = 70  # per cent of the letters: "million" and "billion", "six" and "sixth"
_MOST_EXCHANGED = 4  # words of a stretch with one of two that were exchanged: "my wife she", "I"
_FARTHEST_EXCHANGED = 24  # words, where one of the two is a person
_SHORTEST_STEM = 3  # letters that two forms of a verb have in common
_SINGULAR_PERSONS = frozenset({0, 2, 3})  # the speaker, he, she: their numbers in a language's file


def find_certain_change(
    original: str, cleaned: str, found: Sequence[Difference], speech: Speech
) -> str | None:
    """What a longer passage certainly says otherwise (none of 392 turns of more than 60 words).

    Of what is asked of a short one, that which no two people hear differently: a verb denied, "he" for "she"
    or "I", an opposite; two who act each in the place of the other, two telling words exchanged.
    """
    if not found:
        return None
    small = [one for one in found if 0 < len(one.after) <= SMALL_WORDS and len(one.before) <= SMALL_WORDS]
    if phrase := next(filter(None, (_judge_small(one, speech) for one in small)), None):
        return phrase
    if any(_drops_negation(one, speech) for one in found) or (
        find_denial_set_off(original, cleaned, speech, mark=r"[^\w\s]")
    ):
        return "a negation is gone"
    replaced = [one for one in small if one.before]
    if _find_person_for_another(replaced, speech):
        return "a different person does it"
    if _are_exchanged(found, speech):
        return "two words were swapped"
    moved = find_moved_words(original, cleaned, found, speech.hesitations)
    return moved or find_lone_change(original, cleaned, found, speech)


def _judge_small(one: Difference, speech: Speech) -> str | None:
    """What a difference of a word or two certainly says otherwise by itself."""
    if not one.before:
        is_denial = len(one.after) == 1 and speech.denies(one.after[0]) and not one.at_edge
        return "a negation is new" if is_denial else None
    if _is_number_word_for_another(one, speech):
        return "a number was changed"
    if _denies_verb(one.after, one.before, speech) or _denies_verb(one.before, one.after, speech):
        return "a negation was added or dropped"
    return "a day, a unit, a tense or an opposite was changed" if _is_opposite(one, speech) else None


def _denies_verb(keys: Sequence[str], others: Sequence[str], speech: Speech) -> bool:
    """Whether two words deny what the one in their place says: "didn't want", "wanted"."""
    if len(keys) != SMALL_WORDS or len(others) != 1 or not speech.denies(keys[0]):
        return False
    verb, other = keys[1], others[0]
    is_form = other in speech.pasts and verb in speech.pasts[other]
    return is_form or (len(verb) >= _SHORTEST_STEM and other.startswith(verb[:_SHORTEST_STEM]))


def _find_person_for_another(found: Sequence[Difference], speech: Speech) -> bool:
    """Whether "I", "he" or "she" took another's place, or two people each that of the other close by.

    Others are misheard: "we" for "you". "We paid him" and "he paid us" are exchanged.
    """
    persons = speech.persons
    before: tuple[int, Set[int], Set[int]] = (0, frozenset(), frozenset())
    for one in found:
        if persons.keys().isdisjoint(one.after) or persons.keys().isdisjoint(one.before):
            continue
        was = {persons[key] for key in drop_markers(one.before, speech) if key in persons}
        now = {persons[key] for key in one.after if key in persons}
        gone, new = was - now, now - was
        if gone and new and gone | new <= _SINGULAR_PERSONS:
            return True
        start, gone_before, new_before = before
        if gone & new_before and new & gone_before and one.start - start <= NEAR_WORDS:
            return True
        before = one.start, gone, new
    return False


def _is_opposite(one: Difference, speech: Speech) -> bool:
    """Whether a word took the place of one that it excludes, and that does not sound like it.

    Tenses, modal verbs and small words are heard one way or the other.
    """
    if len(one.before) == len(one.after) == 1 and (
        is_denied_form(one.before[0], one.after[0]) or is_denied_form(one.after[0], one.before[0])
    ):
        return True
    return any(
        now in speech.alternatives.get(was, ()) and not _may_be_misheard(was, now, speech)
        for was in one.before
        if was not in one.after
        for now in one.after
        if now not in one.before
    )


def _may_be_misheard(was: str, now: str, speech: Speech) -> bool:
    """Whether of two words that exclude each other one may be heard for the other; not "all" and "some"."""
    if not (speech.quantifiers | speech.qualifiers).isdisjoint((was, now)):
        return False
    if min(len(was), len(now)) < _SHORTEST_OPPOSITE or not speech.asking.isdisjoint((was, now)):
        return True
    return speech.excludes_by_tense(was, now) or is_heard_alike(was, now, speech)


def _drops_negation(one: Difference, speech: Speech) -> bool:
    """Whether a word that denies the verb beside it is gone by itself: "he had not left", "she never came".

    Elsewhere one may have been given up: "it's not a, it's a car".
    """
    if one.after or one.at_edge or len(one.before) != 1 or one.before[0] not in speech.negations:
        return False
    [key] = one.before
    return key not in one.beside and (key in speech.alternatives or one.beside[0] in speech.asking)


def _is_number_word_for_another(one: Difference, speech: Speech) -> bool:
    """Whether a number took another's place, both in words, which are not heard for each other."""
    if len(one.before) != 1 or len(one.after) != 1:
        return False
    was, now = one.before[0], one.after[0]
    if not (was.isalpha() and now.isalpha() and ratio(was, now) < _LEAST_ALIKE_NUMBERS):
        return False
    small, other = (small_numbers(frozenset({key}), speech.language) for key in (was, now))
    counted = (is_number(was, speech.language) or small) and (is_number(now, speech.language) or other)
    return bool(counted) and (small != other or not small)


def _are_exchanged(found: Sequence[Difference], speech: Speech) -> bool:
    """Whether two words each stand where the other stood: two that carry content, or one and a person."""
    taken: dict[tuple[str, str], int] = {}
    for one in found:
        for was, now in _list_replaced(one, speech):
            taken[was, now] = one.start
            if (now, was) not in taken:
                continue
            are_near = one.start - taken[now, was] <= _FARTHEST_EXCHANGED
            tells = map(is_content, (was, now))
            if any(tells) if are_near else all(tells):
                return True
    return False


def _list_replaced(one: Difference, speech: Speech) -> list[tuple[str, str]]:
    """The telling words of a difference, each with each that may stand in its place."""
    if not one.before or not one.after or max(len(one.before), len(one.after)) > _MOST_EXCHANGED:
        return []
    gone = [key for key in one.before if key not in one.after and _is_telling(key, speech)]
    new = [key for key in one.after if key not in one.before and _is_telling(key, speech)] if gone else []
    return list(product(gone, new))


def _is_telling(key: str, speech: Speech) -> bool:
    return key in speech.persons or is_content(key) or speech.is_short_content(key)
