"""Who does what, how many, and whether at all: what a cleaning must not change.

A passage of a few words can be turned into its opposite by one of them, which no share of words shows:
"I told them that I would ask you" and "… ask them" differ in one word of nine. So each stretch in which the
two texts differ is looked at by itself. In a passage of up to SHORT_WORDS what is found is refused: asking
again is cheap. In a longer one only what is certain is refused; the rest is noted for whoever reviews it.

The bounds are measured on professional editors' cleanings of podcasts and earnings calls: 996 turns of 8 to
60 words, 347 of 61 to 300, and 413 windows of 300; beside each check stands how many of these it refuses.
docs/gate.md has what the checks together refuse there, and of answers of models and made-up falsehoods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from daemon.cleaning.checks.faithfulness import Word, compare, find_changes, size_of, tokens
from daemon.cleaning.checks.meaning.changed_numbers import find_changed_number
from daemon.cleaning.checks.meaning.doubt import Doubt
from daemon.cleaning.checks.meaning.exchanges import (
    find_alternative,
    find_exchange_of_alike,
    find_exchanged_letters,
    find_exchanged_words,
    find_swapped_person,
)
from daemon.cleaning.checks.meaning.long_passages import find_certain_change
from daemon.cleaning.checks.meaning.losses import (
    LEAST_CLAUSE_WORDS_OF_MANY,
    find_changed_inner_qualifier,
    find_completion,
    find_lost_clause,
    find_lost_qualifier,
    is_contracted,
)
from daemon.cleaning.checks.meaning.lost_names import find_lost_name
from daemon.cleaning.checks.meaning.negations import (
    find_changed_inner_negation,
    find_changed_negation,
    find_denial_set_off,
    find_joined_denial,
)
from daemon.cleaning.checks.meaning.questions import (
    find_answered_question,
    is_question_asserted,
    is_question_gone,
)
from daemon.cleaning.checks.meaning.short_passages.unexplained import find_unexplained
from daemon.cleaning.checks.parting import list_changed_parts
from daemon.cleaning.checks.repetition import LOOP_TIMES, loops
from daemon.cleaning.checks.respelling import OPENING_BRACKETS, join_addresses, write_alike
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.checks.stretches import Difference, find_differences, join_losses
from daemon.cleaning.checks.symbols import find_changed_sign, find_unsaid_signs

SHORT_WORDS = 60
"""A passage of no more words of the original than this is short."""

LONGEST_GONE, LONGEST_NEW = 5, 5
"""Words in a row of a short passage: lost and said nowhere near (1 of 996 loses more), or said nowhere in
the passage at all (none gains more)."""

LONGEST_TAIL_GONE = 2
"""Words lost at the end of a short passage (4 of 996 lose more)."""

LONGEST_GONE_OF_LONG, LONGEST_NEW_OF_LONG = 11, 8
"""The same in a longer passage, its end included: of the 347 none lost more than 8 or gained more than 8, of
the windows none lost more than 11 or gained more than 7."""

_BROKEN_OFF_TAIL_GONE = 5  # words, where the passage breaks off in the middle of a sentence


def find_changed_meaning(original: str, cleaned: str, speech: Speech) -> str | None:
    """What a passage certainly says otherwise than before, in a phrase; None where nothing is found.

    `speech` is that of the text around (see `speech_for`), which tells its language better than a few words
    do. The phrase names no word of the text: it is shown in places that no text may reach.
    """
    if fault := find_unsaid_signs(original, cleaned):
        fault = find_unsaid_signs(join_addresses(original, cleaned, speech), cleaned)
        if fault:
            return fault
    if tokens(original) == tokens(cleaned):
        if size_of(tokens(original)) > SHORT_WORDS:
            return _find_in_marks(original, cleaned, speech)
        return _tell_first(_find_sign_of_few(original, cleaned, speech))
    words: Sequence[Word] = compare(original, cleaned, speech.hesitations)
    if len(words) <= 2 * SHORT_WORDS:
        words = join_losses(words)
    found = list(find_differences(words, speech))
    if sum(len(one.after) for one in found) >= LOOP_TIMES - 1 and loops(tokens(cleaned), _list_said(words)):
        return "it repeats itself"
    if _fills_gap(original, found):
        return "words are new where nobody understood any"
    said = len(words) - sum(words[at].new for at in find_changes(words))
    # none weighs less than half a word: of many more they need not be weighed
    if said > 2 * SHORT_WORDS or size_of(_list_said(words)) > SHORT_WORDS:
        lost = _find_long_run(found, speech, LONGEST_GONE_OF_LONG, LONGEST_NEW_OF_LONG) or (
            find_lost_clause(original, words, found, speech, LEAST_CLAUSE_WORDS_OF_MANY)
        )
        if lost is not None:
            return lost.phrase
        certain = find_certain_change(original, cleaned, found, speech)
        return certain or _find_in_marks(original, cleaned, speech)
    return _tell_first(_find_in_few(original, cleaned, words, found, speech))


def _fills_gap(original: str, found: Sequence[Difference]) -> bool:
    """Whether "[inaudible]" or its like became words."""
    if not found or not any(map(original.__contains__, OPENING_BRACKETS)):
        return False
    from daemon.cleaning.checks.brackets import is_gap_filled  # few texts have any

    return is_gap_filled(original, found)


def _tell_first(doubts: Iterator[Doubt]) -> str | None:
    """What the first of some doubts says; None where there is none."""
    doubt = next(doubts, None)
    return doubt.phrase if doubt is not None else None


def _find_in_few(
    original: str, cleaned: str, words: Sequence[Word], found: Sequence[Difference], speech: Speech
) -> Iterator[Doubt]:
    """What some words of talk may say otherwise than before: of each kind of loss and exchange the first."""
    plain = write_alike(original, cleaned, found, speech)
    if plain != (original, cleaned):
        original, cleaned = plain
        if tokens(original) == tokens(cleaned):
            yield from _find_sign_of_few(original, cleaned, speech)
            return
        words = join_losses(compare(original, cleaned, speech.hesitations))
        found = list(find_differences(words, speech))
    for doubt in (
        _find_long_run(found, speech, LONGEST_GONE, LONGEST_NEW),
        _find_lost_end(original, found),
        find_lost_clause(original, words, found, speech),
        find_completion(original, cleaned, found, speech),
    ):
        if doubt is not None:
            yield doubt
    yield from find_doubts(original, cleaned, words, found, speech)
    unexplained = find_unexplained(original, cleaned, words, found, speech)
    if unexplained is not None:
        yield unexplained


def _list_said(words: Sequence[Word]) -> list[str]:
    """The original's words in a comparison, without hesitations that are gone."""
    return [was or key for key, _, is_new, _, was in words if not is_new]


def _find_sign_of_few(original: str, cleaned: str, speech: Speech) -> Iterator[Doubt]:
    """What a short passage of the same words says otherwise by its signs, or its question mark."""
    if is_question_gone(original, cleaned, speech):
        yield Doubt("question", "a question became a statement")
    doubt = _find_changed_sign(original, cleaned, speech)
    if doubt is not None:
        yield doubt


def find_noted_doubts(original: str, cleaned: str, speech: Speech) -> Iterator[Doubt]:
    """What a longer passage may say otherwise than before, to be noted: all that is refused of a short one.

    It is looked at in parts of a few sentences. What one may say otherwise is told once.
    """
    of_whole = _find_changed_sign(original, cleaned, speech), find_denial_set_off(original, cleaned, speech)
    yield from filter(None, of_whole)
    for before, after in list_changed_parts(original, cleaned, speech.hesitations):
        words = join_losses(compare(before, after, speech.hesitations))
        found = list(find_differences(words, speech))
        doubts = _find_in_few(before, after, words, found, speech)
        yield from _keep_first_of_each(doubt for doubt in doubts if doubt.kind != "sign")


def _keep_first_of_each(doubts: Iterable[Doubt]) -> Iterator[Doubt]:
    """Some doubts without those all of whose words are told by one before."""
    told: set[str] = set()
    for doubt in doubts:
        words = {*doubt.gone, *doubt.new}
        if not words or not words <= told:
            yield doubt
        told |= words


def find_doubts(
    original: str, cleaned: str, words: Sequence[Word], found: Sequence[Difference], speech: Speech
) -> list[Doubt]:
    """What a passage may say otherwise than before; in a short one each of these is refused.

    `found` are its differences (see `find_differences`).
    """
    of_each = _find_doubts_of_each(original, cleaned, words, found, speech) if found else ()
    doubts = (find_exchange_of_alike(words), *of_each, _find_changed_sign(original, cleaned, speech))
    return [doubt for doubt in doubts if doubt is not None]


def _find_doubts_of_each(
    original: str, cleaned: str, words: Sequence[Word], found: Sequence[Difference], speech: Speech
) -> tuple[Doubt | None, ...]:
    """Those that are told from single differences."""
    return (
        find_swapped_person(found, speech),
        find_alternative(found, speech),
        find_exchanged_words(found, speech),
        find_exchanged_letters(found, speech),
        find_changed_negation(original, found, words, speech),
        find_changed_inner_negation(original, cleaned, speech),
        find_joined_denial(found, words, speech),
        find_denial_set_off(original, cleaned, speech),
        find_changed_number(original, cleaned, words, found, speech),
        find_lost_name(original, cleaned, found, speech),
        find_answered_question(original, cleaned, found, speech),
        _find_lost_qualifier(found, speech),
        find_changed_inner_qualifier(original, cleaned, speech),
    )


def _stands_contracted(key: str, one: Difference, speech: Speech) -> bool:
    """Whether a word of a stutter is part of what stands in its place: "we're" of "we, we, we've, we are"."""
    if is_contracted(key, one.after, speech):
        return True
    person = speech.persons.get(key)
    return person is not None and any(speech.persons.get(other) == person for other in one.after)


def _find_long_run(
    found: Sequence[Difference], speech: Speech, most_gone: int, most_new: int
) -> Doubt | None:
    """A run of words lost or invented."""
    for one in found:
        lost: Sequence[str] = one.lost
        if len(lost) > most_gone:
            lost = [key for key in lost if not _stands_contracted(key, one, speech)]
        if len(lost) > most_gone:
            return Doubt("word", f"the answer left out {len(lost)} words in a row", tuple(lost))
        if len(one.invented) > most_new:
            return Doubt("word", f"{len(one.invented)} words in a row are new", (), one.invented)
    return None


def _find_lost_qualifier(found: Sequence[Difference], speech: Speech) -> Doubt | None:
    """A word lost that limits what is said: "almost", "maybe", "only" (none of 996)."""
    one = find_lost_qualifier(found, speech)
    return Doubt("word", "a word that limits what is said is gone", one.before, one.after) if one else None


def _find_changed_sign(original: str, cleaned: str, speech: Speech) -> Doubt | None:
    """A currency, per cent, sign or comparison that is gone or another one (1 of 996)."""
    signs = find_changed_sign(original, cleaned, speech.symbols)
    if signs is None:
        return None
    gone, new = (tuple(filter(None, [sign])) for sign in signs)
    return Doubt("sign", f"a sign is {'gone' if gone else 'new'}", gone, new)


def _find_in_marks(original: str, cleaned: str, speech: Speech) -> str | None:
    """What a longer passage certainly says otherwise by its signs and marks."""
    if is_question_asserted(original, cleaned, speech):
        return "a question became a statement"
    return _find_new_sign(original, cleaned, speech)


def _find_new_sign(original: str, cleaned: str, speech: Speech) -> str | None:
    """A sign put into a longer passage, where nobody said what it stands for (none of 392 turns)."""
    signs = find_changed_sign(original, cleaned, speech.symbols)
    return "a sign is new" if signs is not None and signs[1] else None


def _find_lost_end(original: str, found: Sequence[Difference]) -> Doubt | None:
    """The last words of the passage lost."""
    most = _BROKEN_OFF_TAIL_GONE if original.rstrip().endswith(("-", "–", "—")) else LONGEST_TAIL_GONE
    if found and found[-1].last and len(found[-1].lost) > most:
        return Doubt("word", "its end is gone", found[-1].lost)
    return None
