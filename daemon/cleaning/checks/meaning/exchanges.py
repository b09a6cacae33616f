"""One word in the place of another: another person, a day, a unit, a tense, an opposite; two exchanged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from daemon.cleaning.checks.faithfulness import Word, find_changes, is_content
from daemon.cleaning.checks.meaning.doubt import Doubt
from daemon.cleaning.checks.meaning.losses import drop_markers
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.checks.stretches import SMALL_WORDS, Difference
from daemon.text.languages.counting import is_number, numbers, small_numbers

_SAME_NUMERALS = str.maketrans("两兩〇萬億", "二二零万亿")
_LEAST_LETTERS = 2  # in the place of as many, all other ones
_MOST_AROUND_CONTENT = 3
"""Words of a stretch in which one of content can have taken another's place: "so teuer wie", "teurer als"."""


def find_swapped_person(found: Sequence[Difference], speech: Speech) -> Doubt | None:
    """Somebody else in the place of the one spoken of (4 of 996)."""
    for one in found:
        now = _list_persons(one.after, speech)
        was = _list_persons(drop_markers(one.before, speech), speech) if now else now
        if len(one.once) <= 2 * SMALL_WORDS and was and was.isdisjoint(now):
            return Doubt("person", "a different person does it", one.before, one.after)
        if _means_another(one, speech):
            return Doubt("person", "a different person does it", one.before, one.after)
        if _leaves_abandoned_subject(one, speech):
            return Doubt("person", "a different person does it", one.before, one.beside[:1])
    return None


def _list_persons(keys: Sequence[str], speech: Speech) -> set[int]:
    return {speech.persons[key] for key in keys if key in speech.persons}


def _means_another(one: Difference, speech: Speech) -> bool:
    """Whether a word stands for one that can mean none of the persons that it may: German "sie" for "wir"."""
    said, came = set(one.before), set(one.after)  # "ta, ta" is one word
    if len(said) != 1 or len(came) != 1:
        return False
    was, now = (speech.meant.get(key, frozenset()) for key in (*said, *came))
    return bool(was and now) and was.isdisjoint(now)


def _leaves_abandoned_subject(one: Difference, speech: Speech) -> bool:
    """Whether who was named last is gone, and who was given up stands: "we, I sold it", "we sold it"."""
    if one.after or one.at_edge:
        return False
    given_up, named = (_tell_subject(key, speech) for key in (one.beside[0], one.before[-1]))
    return given_up is not None and named is not None and given_up != named


def _tell_subject(key: str, speech: Speech) -> int | None:
    """The person of a subject, with or without its verb: "I", "I've"; None where it is none."""
    return speech.persons.get(key) if key.partition("'")[0] in speech.subjects else None


def find_alternative(found: Sequence[Difference], speech: Speech) -> Doubt | None:
    """A word in the place of one that it excludes: a day, a letter, a tense, an opposite (32 of 996)."""
    for one in found:
        size = max(len(one.lost), len(one.after))
        if size > _MOST_AROUND_CONTENT or "".join(one.before) == "".join(one.after):
            continue
        gone = [part for key in one.before if key not in one.after for part in _part_contraction(key)]
        new = [part for key in one.after if key not in one.before for part in _part_contraction(key)]
        if size > SMALL_WORDS:
            gone, new = list(filter(is_content, gone)), list(filter(is_content, new))
        if any(speech.is_another_letter(was, now) for was in gone for now in new):
            return Doubt("word", "a letter was changed", one.before, one.after)
        if any(speech.excludes(was, now) for was in gone for now in new):
            return Doubt("word", "a day, a unit, a tense or an opposite was changed", one.before, one.after)
    return None


def _part_contraction(key: str) -> tuple[str, ...]:
    """A word, and what is contracted in it: "he's" holds "'s"."""
    _, apostrophe, end = key.partition("'")
    return (key, apostrophe + end) if end and not key.endswith("n't") else (key,)


def find_exchanged_words(found: Sequence[Difference], speech: Speech) -> Doubt | None:
    """Two words or numbers each in the place of the other: "Ann paid Bob", "Bob paid Ann" (none of 996)."""
    small = [one for one in found if one.is_small]
    if not any(one.after for one in small):
        return None
    new = [_telling_words(one.after, speech) - _telling_words(one.before, speech) for one in small]
    gone = [_telling_words(one.before, speech) - _telling_words(one.after, speech) for one in small]
    taken_from = {word: at for at, words in enumerate(gone) for word in words}
    for at, words in enumerate(new):
        for word in sorted(words):
            other = taken_from.get(word)
            if other is not None and (back := gone[at] & new[other]):
                pair = (min(back), word)
                return Doubt("order", "two words were swapped", pair, pair[::-1])
    return None


def find_exchange_of_alike(words: Sequence[Word]) -> Doubt | None:
    """Two words of a comparison, each in the place of the other, so alike that neither makes a difference.

    "Der Vermieter hat den Mieter verklagt", "der Mieter hat den Vermieter verklagt" (none of 996).
    """
    swapped = {(words[at].was, words[at].key) for at in find_changes(words) if words[at].swapped}
    for was, now in sorted(swapped):
        if (now, was) in swapped and is_content(was) and is_content(now):
            return Doubt("order", "two words were swapped", (was, now), (now, was))
    return None


def find_exchanged_letters(found: Sequence[Difference], speech: Speech) -> Doubt | None:
    """A word of Chinese letters or Japanese syllables that became another: 十五, 五十; 京都, 東京.

    Each letter of them tells something. One in the place of one may have been heard for it.
    """
    if all(key.isascii() for one in found for key in (*one.before, *one.after)):
        return None
    for group in _join_near(found):
        gone = _list_telling_letters((key for one in group for key in one.before), speech)
        new = _list_telling_letters((key for one in group for key in one.after), speech)
        counted, written = (_read_numerals(side, speech) for side in (gone, new))
        if counted and written and counted != written:
            return Doubt("number", "a number was changed", gone, new)
        least = _LEAST_LETTERS if len(group) == 1 else 1
        if min(len(gone), len(new)) >= least and not speech.terms.issuperset(new):
            return Doubt("word", "a word was changed", gone, new)
    return None


def _read_numerals(keys: Sequence[str], speech: Speech) -> str:
    """The letters among some that are numbers, in one spelling of these."""
    return "".join(key for key in keys if key in speech.number_words).translate(_SAME_NUMERALS)


def _join_near(found: Sequence[Difference]) -> list[list[Difference]]:
    """Differences, those together between which at most one word stands."""
    groups: list[list[Difference]] = []
    for one in found:
        last = groups[-1][-1] if groups else None
        end = last.start + max(len(last.before), len(last.after)) if last is not None else -2
        if one.start - end <= 1:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _list_telling_letters(keys: Iterable[str], speech: Speech) -> tuple[str, ...]:
    return tuple(filter(speech.is_telling_letter, keys))


def _telling_words(keys: Sequence[str], speech: Speech) -> frozenset[str]:
    """Those of some words that carry content or exclude others, the numbers among them in figures."""
    telling = frozenset(
        key for key in keys if is_content(key) or speech.is_short_content(key) or key in speech.alternatives
    )
    if not any(map(is_number, keys)):
        return telling
    return telling.union(numbers(" ".join(keys)), small_numbers(frozenset(keys), speech.language))
