"""What is gone from a short passage: it must have been said twice, begun and given up, or be of no weight."""

from __future__ import annotations

import re
from collections.abc import Sequence

from daemon.cleaning.checks.faithfulness import size_of, tokens
from daemon.cleaning.checks.meaning.losses import drop_markers, list_contracted
from daemon.cleaning.checks.meaning.short_passages.passage import ShortPassage
from daemon.cleaning.checks.meaning.word_forms import has_form
from daemon.cleaning.checks.stretches import SMALL_WORDS, Difference

LEAST_LOST_WORDS = 2
"""Function words in a row that are a loss, whatever stands in their place: one is style."""

_LONGEST_NAMED = 4  # words: "Karin", "my older brother", "some of the nurses"
_LONGEST_DENIED = 3  # words from a negation on to what it limits: "not", "isn't a", "no era una"
_LONGEST_BETWEEN = 2  # words before what is said again: "food and (some) food and drink"
_WORDS_OF_RESTART = 3  # before a word that stands in another place now
_COMPLEMENT = "that"  # begins a clause behind a verb, and may be left out
_SENTENCE_END = re.compile(r"[.?!]")
_ENDED = re.compile(r"[.?!]|^$")


def find_loss(passage: ShortPassage, one: Difference) -> str | None:
    """What is gone in a difference, where it was neither said twice nor given up."""
    if _is_clause_after(passage, one) or _is_named_before(passage, one):
        return None
    return _find_telling_loss(passage, one) or _find_long_loss(passage, one)


def _find_telling_loss(passage: ShortPassage, one: Difference) -> str | None:
    """A word or phrase that is gone and says something by itself."""
    is_telling = passage.is_telling if one.after else passage.is_telling_alone
    telling = [key for key in one.lost if is_telling(key) and not has_form(key, one, passage.speech)]
    if telling and not (
        passage.names_another(one) or passage.is_limited_alike(one) or passage.is_given_up(one)
    ):
        return "a word is gone"
    if _drops_what_stands_near(passage, one) and not passage.is_given_up(one):
        return "a word is gone"
    if _drops_part_of_word(passage, one):
        return "part of a word is gone"
    if _drops_sentence_end(passage, one):
        return "the end of a sentence is gone"
    if _drops_phrase(passage, one):
        return "a phrase is gone"
    if _drops_degree(passage, one) or _tells_what_was_said(passage, one):
        return "a word is gone"
    if _drops_negation(passage, one):
        return "a negation is gone"
    if _answers_no_more(passage, one):
        return "an answer is gone"
    if _drops_verb(passage, one):
        return "a verb is gone"
    if _drops_somebody(passage, one) and not passage.is_given_up(one):
        return "somebody is gone"
    return None


def _drops_what_stands_near(passage: ShortPassage, one: Difference) -> bool:
    """Whether a telling word is gone from the middle of a clause, though it stands near: "the next house".

    Said twice, it comes again right behind, or there is a pause: "a house, there's a whole row of houses".
    Of 1,396 turns of 3 to 60 words of editors it refuses none that says the same.
    """
    facts = _list_facts(passage, one) if not one.after else []
    if not facts:
        return False
    starts, last = passage.starts, one.start + len(one.before) - 1
    if starts.has_mark_behind(one.start, last) or passage.is_repeated(one):
        return False
    again = {*starts.list_words_behind(one.start, last, len(one.before) + _LONGEST_BETWEEN), *one.beside}
    left = passage.words[max(0, one.start - _WORDS_OF_RESTART) : one.start]
    if any(word.gone for word in left):  # "where people, where can people find it"
        again.update(word.key for word in left)
    return not again.issuperset(facts)


def _drops_part_of_word(passage: ShortPassage, one: Difference) -> bool:
    """Whether what is gone is part of a word with signs in it, whose rest stands: "tours.com"."""
    if one.after or not passage.has_sign_inside:
        return False
    return passage.starts.is_cut_out(one.start, one.start + len(one.before) - 1)


def _drops_sentence_end(passage: ShortPassage, one: Difference) -> bool:
    """Whether a sentence lost its end, and goes on with the next one: "it depends on the rent. I left".

    None of 1,396 turns of 3 to 60 words of editors did.
    """
    if one.after or one.first or passage.is_repeated(one):
        return False
    if not _list_facts(passage, one):
        return False
    return passage.starts.is_sentence_end(one.start, one.start + len(one.before) - 1)


def _list_facts(passage: ShortPassage, one: Difference) -> list[str]:
    """The words that are gone, in every form, and say something by themselves; numbers that were said twice.

    Other numbers may be written otherwise, and are compared by themselves.
    """
    said = tokens(passage.original)
    return [
        key
        for key in one.before
        if passage.is_telling(key) or (said.count(key) > 1 and _is_number_less(passage, key))
        if key not in passage.weightless and not has_form(key, one, passage.speech)
    ]


def _is_number_less(passage: ShortPassage, key: str) -> bool:
    """Whether a word is a number, and there are fewer of these than were said."""
    return passage.is_number(key) and passage.has_fewer_numbers


def _is_stutter(passage: ShortPassage, one: Difference) -> bool:
    """Whether a word is gone that stands beside it once more, in the same sentence."""
    if not one.is_stutter:
        return False
    around = passage.gaps[max(0, one.start - 1) : one.start + len(one.before)]
    return not any(map(_SENTENCE_END.search, around))


def _find_long_loss(passage: ShortPassage, one: Difference) -> str | None:
    """An end, a limit or several words that are gone, of which none says much by itself."""
    lost = [
        key
        for key in one.lost
        if size_of((key,)) >= 1  # no letter of a script without spaces
        if not (has_form(key, one, passage.speech) or _may_be_a_sign(passage, key))
    ]
    spoken_of = [key for key in drop_markers(one.before, passage.speech) if key in passage.speech.persons]
    lost += [key for key in spoken_of if key in one.once and key not in lost and lost]
    is_end = one.last and not one.after and not passage.written_as_signs.issuperset(lost)
    if is_end and not passage.is_given_up(one):
        return "its end is gone"
    if _drops_limits(passage, one) and not (passage.is_limited_alike(one) or passage.is_given_up(one)):
        return "a word that limits what is said is gone"
    if len(set(lost)) >= LEAST_LOST_WORDS and one.invented:
        return "some words were changed"
    if len(set(lost)) >= LEAST_LOST_WORDS and not passage.is_given_up(one):
        return "some words are gone"
    return None


def _is_named_before(passage: ShortPassage, one: Difference) -> bool:
    """Whether a person is gone who was named just before: "Karin, she called", "the men they, they left".

    With no comma and no stutter, "the men they called" are others.
    """
    at = one.start
    is_one = not one.after and not one.last and _is_one_subject(passage, one)
    if not is_one or at == 0 or not _is_third_person(passage, one.before[0]):
        return False
    if "," not in passage.gaps[at - 1] and len(one.before) == 1:
        return False
    first = at - 1
    while first > 0 and not passage.gaps[first - 1].strip():
        first -= 1
    named = [passage.words[place].key for place in range(first, at)]
    speech = passage.speech
    openers = passage.weightless | speech.qualifiers - speech.quantifiers
    while len(named) > 1 and named[0] in openers:
        del named[0]
    if len(named) > _LONGEST_NAMED:
        return False
    is_somebody = named[0] in speech.persons and named[0] not in speech.subjects
    if len(named) > 1 and (is_somebody or named[0] in speech.determiners | speech.quantifiers):
        return True
    named = [key for key in named if key not in speech.joining]
    return passage.former_names.issuperset(named) or _is_name_that_opens(passage, named)


def _is_one_subject(passage: ShortPassage, one: Difference) -> bool:
    """Whether only one word is gone but for what was begun anew with it: "they", "they were, they"."""
    subject, *between = one.before
    end = one.start + len(one.before)
    if len(set(one.before)) == 1:
        return True
    behind = [word.key for word in passage.words[end : end + len(between) - 1]]
    return between[-1] == subject and between[:-1] == behind


def _is_name_that_opens(passage: ShortPassage, named: Sequence[str]) -> bool:
    """Whether a name begins the passage, alone or before others, and what is said of it follows at once now.

    The first word of a passage has a capital anyway.
    """
    opening = f"{named[0].capitalize()}{' ' if len(named) > 1 else ', '}"
    if not passage.former_names.issuperset(named[1:]) or not passage.is_telling(named[0]):
        return False
    is_said_on = len(named) > 1 or not passage.cleaned.startswith(opening)
    return passage.original.startswith(opening) and is_said_on


def _may_be_a_sign(passage: ShortPassage, key: str) -> bool:
    """Whether a sign or a mark may be written for a word: for "percent", or German "Komma"."""
    return key in passage.written_as_signs or passage.may_be_number(key)


def _is_third_person(passage: ShortPassage, key: str) -> bool:
    persons = passage.speech.persons
    return key in persons and persons[key] not in {
        persons[other] for other in passage.speech.weightless if other in persons
    }


def _drops_verb(passage: ShortPassage, one: Difference) -> bool:
    """Whether "is", "have" or their like is gone, with nothing in the place: "you were right"."""
    lost = [
        key for key in passage.speech.asking.intersection(one.lost) if not has_form(key, one, passage.speech)
    ]
    return bool(lost) and not one.after and not passage.is_given_up(one)


def _drops_degree(passage: ShortPassage, one: Difference) -> bool:
    """Whether a word for how much so is gone that a negation right before it limits: "not very good"."""
    if one.after or not passage.speech.degrees.issuperset(one.before) or not one.once:
        return False
    places = range(one.start - 1, max(-1, one.start - 1 - _LONGEST_DENIED), -1)
    for at in places:
        if passage.gaps[at].strip():
            return False
        if passage.speech.denies(passage.words[at].key):
            return True
    return False


def _tells_what_was_said(passage: ShortPassage, one: Difference) -> bool:
    """Whether what was said or doubted is a sentence now: "I doubt that he paid", "I doubt. He paid"."""
    complements = passage.speech.complements
    if one.after or one.at_edge or one.before[0] not in complements or _is_stutter(passage, one):
        return False
    if not set(one.before[1:]) <= {*complements, one.beside[1]}:
        return False
    if any(map(_SENTENCE_END.search, passage.gaps[one.start - 1 : one.start + len(one.before)])):
        return False
    left, right = map(re.escape, one.beside)
    now = passage.cleaned.replace("’", "'").casefold()
    return re.search(rf"(?<!\w){left}[^\w\s]*[.?!]\W+{right}(?!\w)", now) is not None


def _drops_negation(passage: ShortPassage, one: Difference) -> bool:
    """Whether a negation is gone that was not given up, though another stands: "not that I don't"."""
    denies = passage.speech.denies
    if one.after or not any(map(denies, one.before)):
        return False
    return not (_is_stutter(passage, one) or passage.is_given_up(one))


def _is_clause_after(passage: ShortPassage, one: Difference) -> bool:
    """Whether a comma took the place of "is that" before a clause: "the more I read, I think we lost".

    So editors put right what goes on otherwise than it began (2 of 2,895 passages).
    """
    if one.after or one.at_edge or one.before[0] not in passage.speech.asking:
        return False
    if one.before[1:] not in ((), (_COMPLEMENT,)):
        return False
    left, right = map(re.escape, one.beside)
    begins_clause = one.beside[1].partition("'")[0] in passage.speech.subjects
    was, now = (text.replace("’", "'").casefold() for text in (passage.original, passage.cleaned))
    if not begins_clause or re.search(rf"(?<!\w){left}, {right}(?!\w)", now) is None:
        return False
    return re.search(rf"(?<!\w){left} {one.before[0]}(?!\w)", was) is not None


def _drops_phrase(passage: ShortPassage, one: Difference) -> bool:
    """Whether a phrase of words that weigh little alone is gone, and stands nowhere any more: "up to".

    "I'd like to sell it" and "I'd sell it" are two things (none of 996 passages). Where the original has
    no marks, hardly a word can be seen to be no hesitation: a phrase is none there either.
    """
    least = 1
    if one.after and not one.is_small:
        words = [key for key in one.once if not _may_be_a_sign(passage, key)]
        if max(len(words), len(one.after)) > SMALL_WORDS:
            return False
        least = SMALL_WORDS  # a word alone may be part of the number: "forty percent", "call me at five"
    phrases = [phrase for phrase in passage.phrases_gone if len(phrase) >= least]
    if len(one.before) > len(one.after) and any(map(passage.is_number, one.after)):  # "one forty" is 140
        phrases = [phrase for phrase in phrases if not all(map(passage.is_number, phrase))]
    gone = [phrase for phrase in phrases if not one.once.isdisjoint(phrase)]
    if not gone:
        return False
    may_begin = passage.speech.unfinished | passage.speech.quantifiers
    is_whole = len(one.before) == 1 and may_begin.isdisjoint(one.before)
    if (one.after or is_whole) and not passage.starts.is_broken_off(one.start + len(one.before) - 1):
        return True  # another stands in its place, or no phrase is left off behind it: "also"
    return not ((passage.starts.is_marked or one.last) and passage.is_given_up(one))


def _drops_limits(passage: ShortPassage, one: Difference) -> bool:
    """Whether a word that limits what is said is gone, though it stands elsewhere: "I think" twice."""
    limiting = passage.speech.qualifiers.intersection(drop_markers(one.before, passage.speech)).difference(
        one.after
    )
    if not limiting or _is_stutter(passage, one):
        return False
    limiting -= list_contracted((*one.after, *one.beside))
    return any(tokens(passage.original).count(key) > tokens(passage.cleaned).count(key) for key in limiting)


def _answers_no_more(passage: ShortPassage, one: Difference) -> bool:
    """Whether a "no" is gone, and nothing in the cleaned text denies either."""
    answers = passage.speech.answers
    if answers.isdisjoint(one.once) or not answers.isdisjoint(one.after):
        return False
    places = range(one.start, one.start + len(one.before))
    alone = any(passage.words[at].key in answers and _ENDED.search(passage.gaps[at]) for at in places)
    return alone and not any(key in answers or passage.speech.denies(key) for key in tokens(passage.cleaned))


def _drops_somebody(passage: ShortPassage, one: Difference) -> bool:
    """Whether a third person is gone, with nobody in the place; "I" and "you" are often of no weight."""
    persons = passage.speech.persons
    light = {persons[key] for key in passage.speech.weightless if key in persons}
    lost = {persons[key] for key in one.lost if key in persons} - light
    return bool(lost) and not one.after and lost.isdisjoint(persons.get(key, -1) for key in one.beside)
