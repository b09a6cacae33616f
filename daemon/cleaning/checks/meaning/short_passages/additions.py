"""What is new in a short passage, where it is no other form of what stood there.

That the same was said elsewhere is no reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from daemon.cleaning.checks.faithfulness import tokens
from daemon.cleaning.checks.meaning.losses import is_contracted
from daemon.cleaning.checks.meaning.short_passages.passage import ShortPassage
from daemon.cleaning.checks.meaning.word_forms import TOGETHER, has_form, is_respelt
from daemon.cleaning.checks.repetition import longest_repeat
from daemon.cleaning.checks.stretches import Difference

LEAST_NEW_WORDS = 2
"""Words more than stood there that are an addition, whatever they are."""

_LEAST_REPEATED, _LONGEST_REPEATED = 3, 8  # words of a phrase that comes twice in a row


def find_repetition(passage: ShortPassage, found: Sequence[Difference]) -> str | None:
    """A phrase that comes twice in a row, and was not said so."""
    if sum(len(one.after) for one in found) < _LEAST_REPEATED:
        return None
    came = tokens(passage.cleaned)
    said = [word.was or word.key for word in passage.words if not word.new]
    for size in range(_LEAST_REPEATED, _LONGEST_REPEATED + 1):
        times = longest_repeat(came, size)
        if times > 1 and all(longest_repeat(said, about) < times for about in (size - 1, size, size + 1)):
            return "it repeats itself"
    return None


def find_addition(passage: ShortPassage, one: Difference) -> str | None:
    """What is new in a difference, where it is no other form of what stood there."""
    if not one.after:
        return None
    if passage.exchanges_names(one):
        return "a name was changed"
    is_telling = passage.is_telling if one.before else passage.is_telling_alone
    new = [key for key in one.invented if is_telling(key) and not has_form(key, one, passage.speech)]
    if new and passage.names_another(one):
        return None
    if new and not passage.is_limited_alike(one):
        return "a word was changed" if any(map(passage.is_telling, one.lost)) else "a word is new"
    if _adds_words(passage, one):
        return "words are new"
    if _says_more_often(passage, one) or _stutters(passage, one):
        return "a word comes more often than it was said"
    replaced = [
        key
        for key in one.lost
        if key.partition("'")[0] not in one.after
        if not is_contracted(key, one.after, passage.speech)
        if not is_respelt((key,), one.after, TOGETHER)
    ]
    if one.first and replaced and not passage.weightless.issuperset(one.invented):
        return "its beginning was changed"
    if _adds_modal(passage, one):
        return "a word was changed"
    if _adds_phrase(passage, one):
        return "a word is new"
    if one.is_small and _names_things(passage, one.once) and _names_people(passage, one.after):
        return "somebody is new"
    if one.is_small and _names_people(passage, one.once) and _names_things(passage, one.after):
        return "somebody is gone"
    if _adds_somebody(passage, one) or _speaks_of_another(passage, one):
        return "somebody is new"
    if not passage.speech.qualifiers.isdisjoint(one.invented) and not passage.is_limited_alike(one):
        return "a word that limits what is said is new"
    return None


def adds_what_may_only_go(passage: ShortPassage, one: Difference) -> bool:
    """Whether "because" or its like is new, which joins two things; or a "yes", in any spelling.

    What stands beside it may be respelt: "ferme" became "a fermé".
    """
    spellings, may_only_go = passage.speech.spellings, passage.speech.may_only_go
    new = may_only_go.intersection([spellings.get(key, key) for key in one.after])
    if not new:
        return False
    said, came = (
        [spellings.get(key, key) for key in tokens(text)] for text in (passage.original, passage.cleaned)
    )
    return any(
        came.count(key) > said.count(key)
        and not any(is_respelt((was,), (key,), TOGETHER) for was in one.before)
        for key in new
    )


def _adds_words(passage: ShortPassage, one: Difference) -> bool:
    """Whether there are more words than stood there, or new ones where none that weighs stood."""
    if len(one.after) - len(one.before) >= LEAST_NEW_WORDS:
        return True
    weighty = [key for key in one.before if key not in passage.weightless]
    return len(one.invented) >= LEAST_NEW_WORDS and len(one.after) - len(weighty) >= LEAST_NEW_WORDS


def _says_more_often(passage: ShortPassage, one: Difference) -> bool:
    """Whether a word that was said elsewhere stands here as well: "it" became "the pier" (5 of 996)."""
    came, said = tokens(passage.cleaned), tokens(passage.original)
    return any(
        came.count(key) > said.count(key) > 0
        for key in one.after
        if passage.is_telling(key) and not has_form(key, one, passage.speech)
    )


def _stutters(passage: ShortPassage, one: Difference) -> bool:
    """Whether what is new are the words beside it once more: "we, we sold it" (none of 1,396 turns)."""
    if one.before:
        return False
    size, end = len(one.after), one.start + len(one.after)
    left, right = passage.words[max(0, one.start - size) : one.start], passage.words[end : end + size]
    return any([word.key for word in side] == list(one.after) for side in (left, right))


def _adds_modal(passage: ShortPassage, one: Difference) -> bool:
    """Whether "would" or its like is new here, though it stands elsewhere: "came", "would come"."""
    new = passage.speech.modals.intersection(one.after).difference(one.before)
    return any(
        tokens(passage.cleaned).count(key) > tokens(passage.original).count(key)
        and not is_contracted(key, (*one.before, *one.beside), passage.speech)
        for key in new
    )


def _names_things(passage: ShortPassage, keys: Iterable[str]) -> bool:
    """Whether some words hold a subject that is nobody: "it", "that"."""
    speech = passage.speech
    stems = {key.partition("'")[0] for key in keys}
    return any(key in speech.subjects and key not in speech.persons for key in stems)


def _names_people(passage: ShortPassage, keys: Collection[str]) -> bool:
    """Whether some words hold somebody as a subject, and no other subject."""
    stems = {key.partition("'")[0] for key in keys}
    return not (stems & passage.speech.subjects).isdisjoint(passage.speech.persons) and not _names_things(
        passage, keys
    )


def _adds_somebody(passage: ShortPassage, one: Difference) -> bool:
    """Whether a person is new who was not spoken of in these words, nor in others right here."""
    persons = passage.speech.persons
    here = {persons[key] for key in one.before if key in persons}
    if not passage.speech.impersonal.isdisjoint(one.beside[-1:]):  # "il faut": it has to be
        return False
    new = [key for key in one.after if key in persons and key.partition("'")[0] not in passage.said]
    return any(persons[key] not in here for key in new if key not in passage.said)


def _speaks_of_another(passage: ShortPassage, one: Difference) -> bool:
    """Whether a person took the place of words that speak of none: "they seat ten", German "die"."""
    persons = passage.speech.persons
    if not one.before or persons.keys().isdisjoint(one.after):
        return False
    if not passage.speech.impersonal.isdisjoint((*one.before, *one.beside)):  # "il faut": it has to be
        return False
    if any(key in persons for key in (*one.before, *one.beside)):
        return False
    return not any(is_contracted(key, one.after, passage.speech) for key in one.before)  # "am", "I'm"


def _adds_phrase(passage: ShortPassage, one: Difference) -> bool:
    """Whether a telling phrase was put in where none stood: "we met", "when we met"; "really", "too"."""
    if not (passage.speech.degrees.issuperset(one.before) or passage.is_repeated(one)):
        return False
    return any(not set(phrase).isdisjoint(one.after) for phrase in passage.phrases_new)
