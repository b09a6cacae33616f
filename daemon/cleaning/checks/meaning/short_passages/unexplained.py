"""The first word of a short passage that is new or gone and has no reason to be.

A passage of few words can be told otherwise by any of them, and a model of few parameters does so: it drops
the first words, puts "I think" before the rest, joins two sentences by their ends. No share of words shows
that. So beside what the other questions look for, every word is accounted for here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from itertools import pairwise

from daemon.cleaning.checks.faithfulness import Word
from daemon.cleaning.checks.meaning.doubt import Doubt
from daemon.cleaning.checks.meaning.losses import is_contracted, is_term, list_contracted
from daemon.cleaning.checks.meaning.questions import is_question_gone, is_question_turned
from daemon.cleaning.checks.meaning.short_passages.additions import (
    adds_what_may_only_go,
    find_addition,
    find_repetition,
)
from daemon.cleaning.checks.meaning.short_passages.omissions import find_loss
from daemon.cleaning.checks.meaning.short_passages.passage import ShortPassage
from daemon.cleaning.checks.meaning.word_forms import (
    CONTRACTED,
    TOGETHER,
    is_respelt,
    join_letters,
    part_prefixes,
)
from daemon.cleaning.checks.speech import Speech, part_end
from daemon.cleaning.checks.stretches import SMALL_WORDS, Difference

_HAVE = "got"  # "you got" says the same as "you've got"


def find_unexplained(
    original: str, cleaned: str, words: Sequence[Word], found: Sequence[Difference], speech: Speech
) -> Doubt | None:
    """The first loss or addition in a short passage that nothing explains."""
    if is_question_gone(original, cleaned, speech) or is_question_turned(original, cleaned, found, speech):
        return Doubt("question", "a question became a statement")
    passage = ShortPassage(original, cleaned, words, speech)
    if phrase := find_repetition(passage, found):
        return Doubt("word", phrase)
    if (changed := _find_changed_end(passage)) is not None:
        return Doubt("word", "a word was changed", (changed.was,), (changed.key,))
    for one in found:
        if _changes_modal(passage, one) or _changes_perfect(passage, one) or _ends_perfect(passage, one):
            return Doubt("word", "a word was changed", one.before, one.after)
        if _makes_passive(passage, one) or adds_what_may_only_go(passage, one):
            return Doubt("word", "a word is new", one.before, one.after)
        if _is_another_form(passage, one):
            continue
        if phrase := find_addition(passage, one) or find_loss(passage, one):
            return Doubt("word", phrase, one.before, one.after)
    return None


def _is_another_form(passage: ShortPassage, one: Difference) -> bool:
    """Whether a difference is one of form alone: it needs no other reason."""
    if _has_another_modal(passage, one):
        return False
    if _is_written_otherwise(passage, one) or _is_contracted_beside(passage, one):
        return True
    return is_term(one, passage.speech)


def _is_written_otherwise(passage: ShortPassage, one: Difference) -> bool:
    """Whether the same is written in other words, those apart that stand on both sides: they hide others.

    "I am asking" and "I'm asking Ann" have most of their letters in common.
    """
    before = [key for key in one.before if key not in one.after]
    after = [key for key in one.after if key not in one.before]
    if not before or not after:
        return False
    is_light = not any(map(passage.is_telling, (*before, *after)))
    least = CONTRACTED if is_light else TOGETHER
    return is_respelt(*part_prefixes(before, after, passage.speech), least)


def _has_another_modal(passage: ShortPassage, one: Difference) -> bool:
    """Whether "may" or its like is gone or new, with a verb in another form: "may reduce", "reduces"."""
    modals = passage.speech.modals
    if modals.isdisjoint((*one.before, *one.after)):
        return False
    for keys, others in ((one.before, one.after), (one.after, one.before)):
        written = (*others, *one.beside)
        for key in modals.intersection(keys).difference(others, list_contracted(written)):
            if not is_contracted(key, written, passage.speech):
                return True
    return False


def _is_contracted_beside(passage: ShortPassage, one: Difference) -> bool:
    """Whether a word beside a difference is another form of itself and it: "j'sais" and "je ne sais"."""
    end = one.start + max(len(one.before), len(one.after))
    left = [word for word in passage.words[max(0, one.start - 1) : one.start] if word.swapped]
    right = [word for word in passage.words[end : end + 1] if word.swapped]
    if not (left or right):
        return False
    is_light = not any(map(passage.is_telling, (*one.before, *one.after)))
    if any(len(phrase) > 1 and not one.once.isdisjoint(phrase) for phrase in passage.phrases_gone):
        is_light = False  # "n'avons (que)"
    least = CONTRACTED if is_light else TOGETHER
    beside = join_letters([word.key for word in (*left, *right)])
    if not (is_light or one.after or all(key in beside for key in one.before)):
        return False
    return any(
        is_respelt((*before, *one.before, *behind), (*now_before, *one.after, *now_behind), least)
        for before, behind, now_before, now_behind in (
            *(((word.was,), (), (word.key,), ()) for word in left),
            *(((), (word.was,), (), (word.key,)) for word in right),
        )
    )


def _changes_modal(passage: ShortPassage, one: Difference) -> bool:
    """Whether "'ll" or "'d" is gone or new at a word that stands: "we sell" and "we'll sell" (5 of 996).

    It may have been a word of its own, or become one: "we will".
    """
    if not (one.before and one.after):
        return False
    gone = _list_modal_ends(passage, one.before)
    new = _list_modal_ends(passage, one.after)
    return any(not _is_written_out(passage, end, (*one.before, *one.beside)) for end in new - gone) or any(
        not _is_written_out(passage, end, (*one.after, *one.beside)) for end in gone - new
    )


def _list_modal_ends(passage: ShortPassage, keys: Sequence[str]) -> Set[str]:
    return {passage.speech.modal_end_of(key) for key in keys if "'" in key} - {""}


def _is_written_out(passage: ShortPassage, end: str, keys: Iterable[str]) -> bool:
    """Whether a verb that may be contracted to this end stands among some words: "would" for "'d"."""
    asking = passage.speech.asking
    return any(key.endswith(f"'{end}") or (key in asking and key.endswith(end)) for key in keys)


def _changes_perfect(passage: ShortPassage, one: Difference) -> bool:
    """Whether "had" or its like is new, or gone, before a past form that stands (8 of 2,895 passages).

    "We've" that is heard as "we" is none: it tells of the same time.
    """
    if one.last or len(one.before) > 1 or len(one.after) > 1:
        return False
    verb, keys = one.beside[-1], (*one.before, *one.after)
    is_other_form = _is_in_other_form(passage, one)
    if not is_other_form and not _is_past(passage, verb):
        return False
    if verb == _HAVE and any(map(passage.speech.perfect_end_of, keys)):
        return False
    had, has = (_tells_perfect(passage, side) for side in (one.before, one.after))
    is_heard_alike = bool(one.before and one.after) and had and not is_other_form
    if had == has or is_heard_alike or keys[0] == one.beside[0]:
        return False
    if keys[0] == verb and passage.starts.is_marked and passage.is_given_up(one):  # "had, had sold"
        return False
    return not any(is_contracted(key, one.beside, passage.speech) for key in keys)


def _makes_passive(passage: ShortPassage, one: Difference) -> bool:
    """Whether "was" or its like was put before a past form: "she called", "she was called" (none of 996)."""
    if one.before or one.at_edge or not passage.speech.asking.issuperset(one.after):
        return False
    if any(is_contracted(key, one.beside, passage.speech) for key in one.after):
        return False
    return _is_past(passage, one.beside[-1])


def _find_changed_end(passage: ShortPassage) -> Word | None:
    """A subject whose "'s" or "'re" came or went before a past form: "they're sold", "they sold"."""
    if not passage.speech.asking:
        return None
    for word, follower in pairwise(passage.words):
        if word.swapped and follower.stayed and _is_past(passage, follower.key):
            (was, was_end), (now, now_end) = part_end(word.was), part_end(word.key)
            ends = f"'{was_end or now_end}"
            is_perfect = passage.speech.perfect_end_of(ends) or passage.speech.modal_end_of(ends)
            if was == now and bool(was_end) != bool(now_end) and not is_perfect:
                return word
    return None


def _is_in_other_form(passage: ShortPassage, one: Difference) -> bool:
    """Whether the word behind a difference stands in another form now: "(have) seen", "see".

    Of "is taking" and "has taken" the verb before it is another one, too: that may have been heard.
    """
    if one.before and one.after and passage.speech.asking.issuperset((*one.before, *one.after)):
        return False
    end = one.start + max(len(one.before), len(one.after))
    return any(word.swapped for word in passage.words[end : end + 1])


def _ends_perfect(passage: ShortPassage, one: Difference) -> bool:
    """Whether a perfect became another time of its verb, or the other way round: "have gone", "go"."""
    if {len(one.before), len(one.after)} != {1, SMALL_WORDS}:
        return False
    verb, other = one.before[-1], one.after[-1]
    if verb == other or verb[0] != other[0] or "'" in verb + other:
        return False
    verbs = [key for key in (*one.before, *one.after) if key in passage.speech.perfect]
    if any(is_contracted(key, one.beside, passage.speech) for key in verbs):
        return False
    return _tells_perfect(passage, one.before) != _tells_perfect(passage, one.after)


def _tells_perfect(passage: ShortPassage, keys: Sequence[str]) -> bool:
    return any(key in passage.speech.perfect or passage.speech.perfect_end_of(key) for key in keys)


def _is_past(passage: ShortPassage, verb: str) -> bool:
    return verb in passage.speech.pasts or any(map(verb.endswith, passage.speech.past_endings))
