"""Where two texts differ: stretches of words, each with what was lost in it and what invented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from daemon.cleaning.checks.faithfulness import Word, find_changes, known_of
from daemon.cleaning.checks.sounds import sounds_otherwise
from daemon.cleaning.checks.speech import CONTENT_LETTERS, Speech
from daemon.text.languages.counting import is_number, list_numbers

NEAR_WORDS = 8
"""To each side: a word that is gone and stands so near was said twice, or begun anew."""

SMALL_WORDS = 2
"""Of a difference in which one word can have taken another's place."""

_LONGEST_STUTTER = 4  # words
_LONGEST_BETWEEN = 4  # words that stand between two losses which may be one

_NO_FIGURES = re.compile(r"\D+")
_SAME_LETTERS = 60  # per cent: "sizeable" and "sizable"
_SAME_LETTERS_BUT_FIRST = 70  # "arrives" and "leaves" have 62


class Difference(NamedTuple):
    """A stretch in which the words of two texts differ.

    `before` and `after` hold its words on each side. `lost` are those of the original that stand nowhere
    near, `invented` those of the cleaning that were said nowhere in the passage. `first`, `last`: no word
    that stands on both sides comes before it, or after it. `beside` are the words that stand next to it,
    `once` those of `before` that stand nowhere near: the others were said twice. `start` is the number of the
    comparison's words before it.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    lost: tuple[str, ...]
    invented: tuple[str, ...]
    first: bool
    last: bool
    beside: tuple[str, ...] = ()
    once: frozenset[str] = frozenset()
    start: int = 0

    @property
    def at_edge(self) -> bool:
        """Whether it begins or ends the passage."""
        return self.first or self.last

    @property
    def is_small(self) -> bool:
        """Whether one word in it can have taken the place of another, besides what was begun anew."""
        return max(len(self.once), len(self.after)) <= SMALL_WORDS

    @property
    def is_stutter(self) -> bool:
        """Whether nothing is gone but one word that stands beside it once more."""
        return not self.after and len(set(self.before)) == 1 and self.before[0] in self.beside


def find_differences(words: Sequence[Word], speech: Speech) -> Iterator[Difference]:
    """The stretches in which two texts differ, in order."""
    runs = _part_runs(words, speech)
    is_anything_new = any(not word.gone for same, run in runs if not same for word in run)
    known = known_of(words) if is_anything_new else frozenset[str]()
    start = end = 0
    for number, (same, run) in enumerate(runs):
        start, end = end, end + len(run)
        if same:
            continue
        before = tuple([was or key for key, _, is_new, _, was in run if not is_new])
        after = tuple([key for key, is_gone, _, _, _ in run if not is_gone])
        near = _words_near(runs, number)
        stuttered = 0
        if after and len(before) > 1:
            stuttered, left = _count_stuttered(before, runs, number)
            before = before[stuttered:left]
        yield Difference(
            before,
            after,
            tuple([key for key in _list_weighty(before, speech) if key not in near]),
            tuple([key for key in after if key not in known and not is_number(key, speech.language)]),
            number == 0,
            number == len(runs) - 1,
            _words_beside(runs, number),
            frozenset(before) - near,
            start + stuttered,
        )


def _list_weighty(keys: Sequence[str], speech: Speech) -> Iterator[str]:
    """The words whose loss is one; what is part of the number before is that: "first" of "twenty first"."""
    for before, key in pairwise(("", *speech.drop_phrases(keys))):
        if not (is_of_no_weight(key, speech) or _is_part_of_number(before, key, speech.language)):
            yield key


def _is_part_of_number(before: str, key: str, language: str) -> bool:
    """Whether a number word and the word behind it make another number together."""
    return is_number(before, language) and (
        list_numbers(f"{before} {key}", language) != list_numbers(before, language)
    )


def _count_stuttered(
    before: Sequence[str], runs: Sequence[tuple[bool, Sequence[Word]]], number: int
) -> tuple[int, int]:
    """Where in what was replaced begins, and ends, what was not said before or is not said again beside it.

    "We, we didn't get it" became "we got it": the second "we" hides that two words stand against one.
    """
    first, last = 0, len(before)
    left = [word.key for word in runs[number - 1][1][-_LONGEST_STUTTER:]] if number else []
    right = [word.key for word in runs[number + 1][1][:_LONGEST_STUTTER]] if number + 1 < len(runs) else []
    for size in range(_LONGEST_STUTTER, 0, -1):
        if first == 0 and len(left) >= size and before[:size] == tuple(left[-size:]):
            first = size
        if last == len(before) and len(right) >= size and before[-size:] == tuple(right[:size]):
            last = len(before) - size
    return first, max(first, last)


def join_losses(words: Sequence[Word]) -> Sequence[Word]:
    """A comparison in which words that were said twice are gone in one piece, where they can be.

    Of "it's not a tube, it's not a, it's a car" the fewest edits take out one word here and two there, though
    a start of three words was given up.
    """
    runs = _list_losses(words)
    if len(runs) < 2:
        return words
    joined = list(words)
    at = 0
    while at + 1 < len(runs):
        if _join_two(joined, runs[at], runs[at + 1]):
            runs = _list_losses(joined)  # the words that stand are others now
        else:
            at += 1
    return joined


def _join_two(joined: list[Word], loss: tuple[int, int], next_loss: tuple[int, int]) -> bool:
    """Put two losses together in one piece; False, with nothing changed, where they can't be."""
    (start, end), (next_start, next_end) = loss, next_loss
    between = joined[end:next_start]
    if len(between) > _LONGEST_BETWEEN or not all(word.stayed for word in between):
        return False
    if _is_said_twice(joined, start, end) and _is_said_twice(joined, next_start, next_end):
        return False
    first = start
    while first > 0 and start - first < _LONGEST_BETWEEN and joined[first - 1].stayed:
        first -= 1
    for begin in range(first, start + 1):
        stay = joined[begin:start] + between
        piece = joined[begin:next_end]
        if [word.key for word in piece[-len(stay) :]] == [word.key for word in stay]:
            gone = [Word(word.key, gone=True) for word in piece[: -len(stay)]]
            joined[begin:next_end] = gone + stay
            return True
    return False


def _is_said_twice(words: Sequence[Word], first: int, last: int) -> bool:
    """Whether some words, the last not among them, stand once more right behind."""
    said = [word.key for word in words[first:last]]
    return said == [word.key for word in words[last : last + len(said)]]


def _list_losses(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where words are gone with none in their place, as first and last, which is not among them."""
    return _join_places(at for at in find_changes(words) if words[at].gone)


def _join_places(places: Iterable[int]) -> list[tuple[int, int]]:
    """Runs of places one behind the other, as first and last, which is not among them."""
    runs: list[tuple[int, int]] = []
    for at in places:
        first = runs.pop()[0] if runs and runs[-1][1] == at else at
        runs.append((first, at + 1))
    return runs


def _part_runs(words: Sequence[Word], speech: Speech) -> list[tuple[bool, Sequence[Word]]]:
    """The words in runs of such as are the same on both sides, and such as are not, by turns."""
    runs: list[tuple[bool, Sequence[Word]]] = []
    done = 0
    for first, last in _list_changes(words, speech):
        if first > done:
            runs.append((True, words[done:first]))
        runs.append((False, words[first:last]))
        done = last
    if done < len(words):
        runs.append((True, words[done:]))
    return runs


def _list_changes(words: Sequence[Word], speech: Speech) -> list[tuple[int, int]]:
    """Where words are not the same on both sides, as first and last, which is not among them."""
    return _join_places(at for at in find_changes(words) if not is_same(words[at], speech))


def is_of_no_weight(key: str, speech: Speech) -> bool:
    """Whether the loss of a word alone is none: a marker, or a number, which may be spelt otherwise now."""
    return key in speech.weightless or is_number(key, speech.language)


def _words_beside(runs: Sequence[tuple[bool, Sequence[Word]]], number: int) -> tuple[str, ...]:
    left = [runs[number - 1][1][-1].key] if number else []
    right = [runs[number + 1][1][0].key] if number + 1 < len(runs) else []
    return (*left, *right)


def _words_near(runs: Sequence[tuple[bool, Sequence[Word]]], number: int) -> set[str]:
    """The words that stand within reach of a stretch, on both sides."""
    left: list[str] = []
    for same, run in reversed(runs[:number]):
        if same:
            left += [word.key for word in reversed(run[-NEAR_WORDS:])]
        if len(left) >= NEAR_WORDS:
            break
    right: list[str] = []
    for same, run in runs[number + 1 :]:
        if same:
            right += [word.key for word in run[:NEAR_WORDS]]
        if len(right) >= NEAR_WORDS:
            break
    return {*left[:NEAR_WORDS], *right[:NEAR_WORDS]}


def is_same(word: Word, speech: Speech) -> bool:
    """Whether a word stands on both sides, or nearly so; a person or a negation must be the same."""
    if word.stayed:
        return True
    if not word.swapped:
        return False
    if speech.spellings.get(word.was, word.was) == speech.spellings.get(word.key, word.key):
        return True
    has_prefix = speech.prefixes or "'" in word.key
    was, key = speech.part_prefix(word.was, word.key) if has_prefix else (word.was, word.key)
    if len(was) == len(key) == CONTENT_LETTERS and _tells_short_words_apart(was, key, speech):
        return False
    if ratio(was, key) < (_SAME_LETTERS if was[0] == key[0] else _SAME_LETTERS_BUT_FIRST):
        return False
    if sounds_otherwise(was, key):  # "killed" and "kissed"
        return False
    if "'" in word.was or "'" in word.key:
        if speech.modal_end_of(word.was) != speech.modal_end_of(word.key):  # "we sell", "we'll sell"
            return False
        if speech.perfect_end_of(word.was) != speech.perfect_end_of(word.key):  # "we sold", "we've sold"
            return False
    if speech.excludes(word.was, word.key) or _is_another_number(word.was, word.key, speech):
        return False
    persons = speech.persons
    if word.was in persons or word.key in persons:
        return persons.get(word.was) == persons.get(word.key)
    return speech.denies(word.was) == speech.denies(word.key)


def _tells_short_words_apart(was: str, key: str, speech: Speech) -> bool:
    """Whether a letter makes another of two short words: "say" and "see", Swedish "hon" and "han".

    Where nobody collected any, this is told of the letters a to z alone: an accent may be left out, Polish
    "sie" for "się", and in other scripts a letter may be another spelling.
    """
    return bool(speech.short_words) or (not speech.persons and was.isascii() and key.isascii())


def _is_another_number(was: str, key: str, speech: Speech) -> bool:
    """Whether one of two words is a number, or holds another one: "four" and "forty", "FY'22" and "FY'28"."""
    if is_number(was, speech.language) or is_number(key, speech.language):
        return True
    return _NO_FIGURES.sub("", was) != _NO_FIGURES.sub("", key)
