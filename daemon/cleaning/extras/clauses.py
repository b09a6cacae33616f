"""What is said of what: the words that stand in one clause with a number, a denial or an opposite.

All words of a line may stand in its paragraphs, and it may still be false: two numbers exchanged, a "not" at
another verb, an offer accepted that was rejected. Such a line puts a word into a clause where it does not
belong. In doubt, as with a clause of two numbers, nothing is said. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from daemon.cleaning.checks.faithfulness import tokens
from daemon.cleaning.checks.speech import Speech
from daemon.text.languages.counting import is_number, numbers

_BREAK = re.compile(r"(?<=[,;:.!?–—])\s+|\s+[–—-]\s+")
_LEAST_LETTERS = 3
_LONGEST_ENDING = 2  # letters, of another form of a word: "agree", "agrees"
_SURE = 2  # words that a line shares with a clause that is certainly what it is about


@dataclass(frozen=True)
class Clause:
    """The words of a clause, folded, the numbers that are said in it, and who says or asks it."""

    keys: tuple[str, ...]
    numbers: frozenset[str]
    speaker: tuple[str, ...] = ()
    is_asked: bool = False

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, once each."""
        return frozenset(self.keys)


def split_clauses(text: str, speech: Speech, speaker: str = "") -> Iterator[Clause]:
    """The clauses of what somebody says: parted by marks, and before words that join clauses."""
    joining, who = speech.joining | speech.clause_joining, tokens(speaker)

    def make_clause(words: Sequence[str], *, is_asked: bool) -> Clause:
        said = " ".join(words)
        found = map(without_minutes, numbers(said, speech.language))
        return Clause(tokens(said), frozenset(found), who, is_asked)

    for stretch in _BREAK.split(text):
        is_asked = stretch.rstrip().endswith("?")
        words = stretch.split()
        first = 0
        for at, word in enumerate(words):
            if at > first and not joining.isdisjoint(tokens(word)):
                yield make_clause(words[first:at], is_asked=is_asked)
                first = at
        if words[first:]:
            yield make_clause(words[first:], is_asked=is_asked)


class Clauses:
    """Some clauses that a line is held against; `is_plain` tells words that carry nothing."""

    def __init__(self, clauses: Sequence[Clause], speech: Speech, is_plain: Callable[[str], bool]) -> None:
        self._clauses = clauses
        self._speech = speech
        self._is_plain = is_plain

    def exchange_numbers(self, line: Sequence[Clause]) -> bool:
        """Whether a line says a number of something that another number is said of."""
        said = frozenset(number for clause in line for number in clause.numbers)
        for clause in line:
            if self._joins_strange_numbers(clause.numbers):
                return True
            if len(clause.numbers) != 1:
                continue
            (number,) = clause.numbers
            if number not in self._numbers_said_alone:
                continue
            owners = [self._owners[key] for key in self._list_claims(clause) if key in self._owners]
            others = [own for own in owners if None not in own and number not in own]
            if any(not said.isdisjoint(own - {number}) for own in others):
                return True
            if others and not any(number in own for own in owners):
                return True
        return False

    def moves_denial(self, line: Sequence[Clause]) -> bool:
        """Whether a line says what is denied, or denies what is said."""
        denied = [clause for clause in line if self._is_denied(clause)]
        if not denied:
            keys = frozenset(key for clause in line for key in self._list_claims(clause))
            return any(map(self._stands_denied_only, keys))
        return any(self._is_said_only(clause) for clause in denied)

    def exchanges_opposites(self, line: Sequence[Clause]) -> bool:
        """Whether a line says of one thing what is said of another, whose opposite is said of it."""
        there = frozenset(key for clause in line for key in clause.keys)
        for clause in line:
            rest = frozenset(self._list_claims(clause)) | clause.numbers
            for key in rest:
                against = self._opposites_of(key) - clause.words
                if against and self._belongs_to_opposites(rest - {key}, key, against, there):
                    return True
        return False

    def _belongs_to_opposites(self, rest: Set[str], key: str, against: Set[str], there: Set[str]) -> bool:
        """Whether what stands with a word in a line stands with its opposites in the paragraphs."""
        with_key: set[str] = set()
        with_opposites: set[str] = set()
        for clause in self._clauses:
            shared = rest & (clause.words | clause.numbers)
            if key in clause.words:
                with_key |= shared
            elif not against.isdisjoint(clause.words):
                with_opposites |= shared
        if not self._is_known(key):
            return len(with_opposites) >= _SURE
        if not against.isdisjoint(there):
            return bool(with_opposites - with_key)
        return bool(with_opposites) and not with_key

    def _is_known(self, key: str) -> bool:
        return any(key in clause.words for clause in self._clauses)

    def _opposites_of(self, key: str) -> frozenset[str]:
        found = self._speech.alternatives.get(key, frozenset())
        return frozenset(other for other in found if not self._is_plain(other))

    def _list_claims(self, clause: Clause) -> Iterator[str]:
        """The words of a clause that carry something, numbers apart, without a genitive's s."""
        for word in clause.keys:
            key = word.removesuffix("'s")
            if self.carries(key):
                yield key

    def carries(self, key: str) -> bool:
        """Whether a word carries something, and is no number."""
        is_plain = len(key) < _LEAST_LETTERS or self._is_plain(key)
        return not (is_plain or is_number(key, self._speech.language))

    # --- numbers ------------------------------------------------------------------------------------------

    @cached_property
    def _numbers_said_alone(self) -> frozenset[str]:
        """Numbers that are in no clause with another one."""
        alone = {number for one in self._clauses if len(one.numbers) == 1 for number in one.numbers}
        together = {number for one in self._clauses if len(one.numbers) > 1 for number in one.numbers}
        return frozenset(alone - together)

    def _joins_strange_numbers(self, pair: Set[str]) -> bool:
        """Whether two numbers are said together of which one stands with another one: "eighty in 2012"."""
        if len(pair) != 2:
            return False
        together = [clause.numbers for clause in self._clauses if len(clause.numbers) > 1]
        if any(pair <= found for found in together):
            return False
        return any(not pair.isdisjoint(found) for found in together)

    @cached_property
    def _owners(self) -> Mapping[str, Set[str | None]]:
        """By word the numbers that it stands with; None where it also stands with none, or with several."""
        found: defaultdict[str, set[str | None]] = defaultdict(set)
        for clause in self._clauses:
            owner = next(iter(clause.numbers)) if len(clause.numbers) == 1 else None
            for key in self._list_claims(clause):
                found[key].add(owner)
        return found

    # --- denials ------------------------------------------------------------------------------------------

    def _is_denied(self, clause: Clause) -> bool:
        return any(map(self._denies, clause.keys))

    def _denies(self, key: str) -> bool:
        return self._speech.denies(key) or key in self._speech.answers

    def _find_denied(self, clause: Clause) -> str | None:
        """The word that a clause denies: the first one with content behind the denial, or the last before."""
        at = next((at for at, key in enumerate(clause.keys) if self._denies(key)), len(clause.keys))
        claims = list(self._list_claims(clause))
        behind = [key for key in clause.keys[at + 1 :] if key in claims]
        before = [key for key in clause.keys[:at] if key in claims]
        if behind:
            return behind[0]
        return before[-1] if before else None

    @cached_property
    def _denied_words(self) -> frozenset[str]:
        denied = (self._find_denied(clause) for clause in self._clauses if self._is_denied(clause))
        return frozenset(key for key in denied if key is not None)

    def _stands_denied_only(self, key: str) -> bool:
        """Whether a word is denied wherever it stands."""
        if not any(_has_ending(key, denied) for denied in self._denied_words):
            return False
        holding = [clause for clause in self._clauses if _holds_form(clause, key)]
        return all(self._is_denied(clause) for clause in holding)

    def _is_said_only(self, denied: Clause) -> bool:
        """Whether what a clause of a line denies is there, and in no clause that denies anything."""
        claims = list(self._list_claims(denied))
        about = [clause for clause in self._clauses if any(_holds_form(clause, key) for key in claims)]
        if about and not any(map(self._is_denied, about)):
            return True
        key = self._find_denied(denied)
        holding = [clause for clause in about if key is not None and _holds_form(clause, key)]
        return bool(holding) and not any(map(self._is_denied, holding))


def _holds_form(clause: Clause, key: str) -> bool:
    return any(_has_ending(key, other) for other in clause.words)


def is_form(key: str, other: str, speech: Speech) -> bool:
    """Whether two words are one, or one of them is the other's past or has an ending."""
    return _has_ending(key, other) or speech.excludes_by_tense(key, other)


def _has_ending(key: str, other: str) -> bool:
    """Whether two words are one, or one of them with an ending."""
    short, long = sorted((key, other), key=len)
    return long.startswith(short) and len(long) - len(short) <= (_LONGEST_ENDING if len(short) > 2 else 0)


def without_minutes(number: str) -> str:
    """A number that is none of minutes, if it is an hour: "9" for "9:00"."""
    return number.removesuffix(":00")
