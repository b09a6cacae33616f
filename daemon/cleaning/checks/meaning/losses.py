"""What a short passage must not lose, gain or exchange, beside persons, negations, numbers and names.

A clause or a sentence of its own; a word that limits what is said; a word for another that says something
else; words put behind a passage that broke off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from daemon.cleaning.checks.faithfulness import TOKEN, Word, fold_letters, is_content
from daemon.cleaning.checks.meaning.doubt import Doubt
from daemon.cleaning.checks.speech import DENIED_END, Speech
from daemon.cleaning.checks.stretches import NEAR_WORDS, SMALL_WORDS, Difference, is_of_no_weight, is_same
from daemon.text.languages.counting import is_number
from daemon.text.languages.inner_signs import list_inner_signs

LEAST_CLAUSE_WORDS, LEAST_CLAUSE_WORDS_OF_FEW = 3, 2
"""Words lost that make a clause, and in a passage of hardly any other: fewer are an exclamation, or a start
that was given up."""

LEAST_CLAUSE_WORDS_OF_MANY = 6
"""The same in a longer passage (none of 413 windows and 392 turns of editors; of five words 2)."""

FEW_WORDS = 10

BEGUN_ALIKE = 43
"""Per cent of the letters of words with the same first one that two people hear in the same sound: "crooked"
and "cricket", "cuts" and "codes"."""

_MARKERS = frozenset({("you", "know"), ("i", "mean"), ("all", "right")})

_STANDING_BY_CHANCE = 4  # of so many words of a clause that is gone one small one may stand elsewhere
_HEARD_ALIKE = 70  # per cent of the letters: "leaves" and "arrives" have 62
_LEAST_ALIKE_TERM = 40  # per cent of the letters: "Effie" and "Aoife", but not "Robert"
_SAME_BEGINNING = 3  # letters: "stuff" and "stuffy"
_SHORTEST_END = 4  # letters of a word written together with another: "anymore"; but "all" of "small"
_SENTENCE_END = re.compile(r"[.?!]")
_CLAUSE_END = re.compile(r"[,;:]")
_BREAK = re.compile(r"…|\.\.\.|--|[—–]|-\s")
_BROKEN_END = re.compile(r"(?:…|\.\.\.|[—–-])\s*$")
_ENDED = re.compile(r"[.?!…\"”’)\]]\s*$")


class Clause(NamedTuple):
    """Some words of a text up to a mark: by their numbers in it, and whether the mark ends a sentence.

    `is_broken` says that it was given up: its mark is a dash or dots.
    """

    first: int
    last: int
    ends_sentence: bool
    is_broken: bool


def find_lost_qualifier(found: Sequence[Difference], speech: Speech) -> Difference | None:
    """The first difference in which a word is lost that limits what is said, None where there is none.

    Another one in its place may mean the same: "less", "fewer". Verbs are accounted for one by one.
    """
    for one in found:
        lost = speech.qualifiers.intersection(drop_markers(one.before, speech)) & one.once - speech.modals
        if not lost or not (one.is_small or _is_small_before_number(one, speech)):
            continue
        lost -= list_moved_fractions(found, speech) | list_contracted((*one.after, *one.beside))
        is_replaced = speech.limits_alike(one.before, one.after)
        if lost and not (is_replaced or _is_written_together(one)):
            return one
    return None


def _is_small_before_number(one: Difference, speech: Speech) -> bool:
    """Whether hardly a word is gone but those of a number that is in figures now: "(I think) 1938"."""
    others = [key for key in one.once if not is_number(key, speech.language)]
    is_figure = len(one.after) == 1 and is_number(one.after[0], speech.language)
    return is_figure and len(others) <= SMALL_WORDS


def list_moved_fractions(found: Sequence[Difference], speech: Speech) -> Set[str]:
    """The fractions that stand a word or two further on, or back, now: "a half mile", "half a mile"."""
    gone = [one for one in found if not speech.fractions.isdisjoint(one.before)]
    return {
        key
        for one in gone
        for other in found
        if abs(one.start - other.start) <= SMALL_WORDS
        for key in speech.fractions.intersection(one.before).intersection(other.after)
    }


def find_changed_inner_qualifier(original: str, cleaned: str, speech: Speech) -> Doubt | None:
    """One kind more, or less, of signs inside of words that limit what is said: 可能, かもしれない."""
    if original.isascii() and cleaned.isascii():
        return None
    was, now = (
        frozenset(list_inner_signs(text, speech.language, "qualifiers")) for text in (original, cleaned)
    )
    if len(was) == len(now):
        return None
    what = "gone" if len(was) > len(now) else "new"
    return Doubt("word", f"a word that limits what is said is {what}", tuple(was - now), tuple(now - was))


def _is_written_together(one: Difference) -> bool:
    """Whether a word that is gone is the end of one beside it now: "any more" and "anymore"."""
    ends = len(one.before) == 1 and len(one.before[0]) >= _SHORTEST_END
    return ends and any(other.endswith(one.before[0]) and other != one.before[0] for other in one.beside)


def is_contracted(key: str, others: Sequence[str], speech: Speech) -> bool:
    """Whether a verb is the end of one of some other words: "would" of "I'd", "will" of "we'll"."""
    if key not in speech.asking:
        return False
    ends = [other.partition("'")[2] for other in others if not other.endswith(DENIED_END)]
    return any(end and key.endswith(end) for end in ends)


def list_contracted(keys: Iterable[str]) -> Set[str]:
    """What stands before the apostrophe of some words: "should" of "should've"."""
    return {key.partition("'")[0] for key in keys if "'" in key}


def drop_markers(keys: Sequence[str], speech: Speech) -> list[str]:
    """Some words without "you know" and its like, whose persons nobody speaks of."""
    keys = speech.drop_phrases(keys)
    followed = zip(keys, (*keys[1:], ""), strict=False)
    return [key for key, follower in followed if (key, follower) not in _MARKERS]


def find_completion(original: str, cleaned: str, found: Sequence[Difference], speech: Speech) -> Doubt | None:
    """Words put behind a passage that stops in the middle of a sentence.

    One that ends no phrase, and breaks off as well, says no more: "on healthcare-", "on healthcare and-".
    """
    if not found or _ENDED.search(original):
        return None
    end = found[-1]
    if not end.last or end.before:
        return None
    is_broken = (
        len(end.after) == 1 and speech.unfinished.issuperset(end.after) and _BROKEN_END.search(cleaned)
    )
    return None if is_broken else Doubt("word", "its end is new", (), end.after)


def find_lost_clause(
    original: str,
    words: Sequence[Word],
    found: Sequence[Difference],
    speech: Speech,
    least: int = LEAST_CLAUSE_WORDS,
) -> Doubt | None:
    """A clause or sentence of its own that is gone, of at least so many words that are lost with it."""
    if not any(_may_hold_clause(one) for one in found):
        return None
    keys, clauses = _read_clauses(original)
    if len(keys) <= FEW_WORDS:
        least = LEAST_CLAUSE_WORDS_OF_FEW
    replaced = frozenset(key for one in found if one.after for key in one.lost)
    stands = _tell_standing(keys, words, speech)
    for clause in clauses:
        is_replaced = not replaced.isdisjoint(keys[clause.first : clause.last + 1])
        if not clause.is_broken and not is_replaced and _is_lost(clause, least, keys, stands, speech):
            what = "sentence" if clause.ends_sentence else "clause"
            return Doubt("word", f"a {what} is gone", tuple(keys[clause.first : clause.last + 1]))
    return None


def _may_hold_clause(one: Difference) -> bool:
    return not one.after and len(one.lost) >= LEAST_CLAUSE_WORDS_OF_FEW and any(map(is_content, one.lost))


def _is_lost(
    clause: Clause, least: int, keys: Sequence[str], stands: Sequence[bool | None], speech: Speech
) -> bool:
    """Whether no word of a clause stands, and it said something that stands nowhere near either.

    Of a long one small words may stand, which the comparison found elsewhere.
    """
    said = [at for at in range(clause.first, clause.last + 1) if stands[at] is not None]
    standing = {at for at in said if stands[at]}
    may_stand = len(said) // _STANDING_BY_CHANCE if least >= LEAST_CLAUSE_WORDS_OF_MANY else 0
    if len(standing) > may_stand or any(is_content(keys[at]) for at in standing):
        return False
    around = range(max(0, clause.first - NEAR_WORDS), min(len(keys), clause.last + NEAR_WORDS + 1))
    near = {keys[at] for at in around if stands[at] and at not in standing}
    gone = [keys[at] for at in said if at not in standing]
    lost = [key for key in gone if key not in near and not is_of_no_weight(key, speech)]
    if len(lost) < least or not any(map(is_content, lost)):
        return False
    return clause.ends_sentence or is_content(keys[said[-1]])


def _read_clauses(text: str) -> tuple[list[str], list[Clause]]:
    """The words of a text as they are compared, and its clauses."""
    folded = fold_letters(text)
    found = list(TOKEN.finditer(folded))
    clauses, first = [], 0
    for at, word in enumerate(found):
        following = found[at + 1].start() if at + 1 < len(found) else len(folded)
        gap = folded[word.end() : following]
        is_last = at + 1 == len(found)
        broken, ends = _BREAK.search(gap) is not None, _SENTENCE_END.search(gap) is not None
        if is_last or broken or ends or _CLAUSE_END.search(gap):
            clauses.append(Clause(first, at, ends and not broken, broken))
            first = at + 1
    return [word[0] for word in found], clauses


def _tell_standing(keys: Sequence[str], words: Sequence[Word], speech: Speech) -> list[bool | None]:
    """For each word of the original whether it stands in the cleaning; None for a hesitation that is gone."""
    stands: list[bool | None] = [None] * len(keys)
    for at, word in zip(places_of(keys, words), (word for word in words if not word.new), strict=False):
        stands[at] = is_same(word, speech)
    return stands


def places_of(keys: Sequence[str], words: Sequence[Word]) -> Iterator[int]:
    """Where the original's words of a comparison stand among all its words."""
    at = 0
    for word in words:
        if not word.new:
            while keys[at] != (word.was or word.key):
                at += 1
            yield at
            at += 1


def is_term(one: Difference, speech: Speech) -> bool:
    """Whether a name or term of the glossary took the place of what was heard for it."""
    new = [key for key in one.after if key not in one.before]
    if not new or not one.is_small or not speech.terms.issuperset(new):
        return False
    return ratio("".join(one.before), "".join(one.after)) >= _LEAST_ALIKE_TERM


def is_heard_alike(was: str, now: str, speech: Speech, begun_alike: float = BEGUN_ALIKE) -> bool:
    """Whether one word can have been misheard for another."""
    was, now = speech.part_prefix(was, now)
    least = begun_alike if was[:1] == now[:1] else _HEARD_ALIKE
    return was[:_SAME_BEGINNING] == now[:_SAME_BEGINNING] or ratio(was, now) >= least
