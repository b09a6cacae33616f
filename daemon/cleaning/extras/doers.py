"""Whether a line says of one name what the paragraphs say of another: "Ben pays", where Ann does. Pure.

Each word that carries something is held against the clauses that it stands in there. Where each of them has
a name on the same side of it, and none of these is the one in the line, somebody else did it, or did it
elsewhere or on another day. In doubt nothing is said: about a word that also stands with no name, or with a
pronoun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.extras.clauses import Clause, is_form

_FIRST_PERSONS = (0, 4)  # "I" and "we" among the persons of a language


@dataclass(frozen=True)
class Doers:
    """The clauses of the paragraphs that a line names.

    `names` are the words of the names that are said there, `speakers` those of whoever says it; `carries`
    tells whether a word carries something.
    """

    clauses: Sequence[Clause]
    names: Set[str]
    speakers: Set[str]
    speech: Speech
    carries: Callable[[str], bool]

    def exchanges_names(self, line: Sequence[Clause]) -> bool:
        """Whether something in a line is said of a name, and in the paragraphs only of others."""
        return any(self._has_strange_name(clause) for clause in line)

    def _has_strange_name(self, clause: Clause) -> bool:
        verdicts = {
            (name, self._is_said_of(key, name, is_before=is_before))
            for key, name, is_before in self._list_pairs(clause)
        }
        return any(verdict is False and (name, True) not in verdicts for name, verdict in verdicts)

    def _list_pairs(self, clause: Clause) -> Iterator[tuple[str, str, bool]]:
        """The words that carry something, each with the nearest name before it, and behind it.

        Whoever speaks may be named for telling something of others: of him only the next word is told.
        """
        keys = [_without_genitive(key) for key in clause.keys]
        for at, key in enumerate(keys):
            if key in self._all_names or not self.carries(key):
                continue
            for is_before in (True, False):
                place = self._find_name(keys, at, is_before=is_before)
                if place is None:
                    continue
                is_next = is_before and not any(map(self.carries, keys[place + 1 : at]))
                if is_next or keys[place] not in self.speakers:
                    yield key, keys[place], is_before

    @property
    def _all_names(self) -> Set[str]:
        return self.names | self.speakers

    def _find_name(self, keys: Sequence[str], at: int, *, is_before: bool) -> int | None:
        """The place of the name that is nearest to a word on one side of it."""
        places = range(at - 1, -1, -1) if is_before else range(at + 1, len(keys))
        return next((place for place in places if keys[place] in self._all_names), None)

    def _is_said_of(self, key: str, name: str, *, is_before: bool) -> bool | None:
        """Whether a word is said of a name, None where that can't be told."""
        verdicts = [
            self._is_said_there(clause, at, name, is_before=is_before)
            for clause in self.clauses
            for at, other in enumerate(clause.keys)
            if is_form(key, _without_genitive(other), self.speech)
        ]
        if True in verdicts:
            return True
        return False if verdicts and None not in verdicts else None

    def _is_said_there(self, clause: Clause, at: int, name: str, *, is_before: bool) -> bool | None:
        """The same of one clause, in which the word stands at `at`."""
        keys = [_without_genitive(key) for key in clause.keys]
        if name in keys:
            return True
        if any(map(self._is_first_person, clause.keys)) and (not clause.speaker or name in clause.speaker):
            return True
        side = keys[:at] if is_before else keys[at + 1 :]
        if any(map(self._is_somebody, side)):
            return None
        is_by_speaker = any(_stem(key) in self.speech.subjects and self._is_first_person(key) for key in side)
        return False if is_by_speaker or not self._all_names.isdisjoint(side) else None

    def _is_first_person(self, key: str) -> bool:
        return self.speech.persons.get(key, self.speech.persons.get(_stem(key))) in _FIRST_PERSONS

    def _is_somebody(self, key: str) -> bool:
        """Whether a word stands for a name that is said elsewhere: "he", "they", "it"."""
        is_person = key in self.speech.persons or _stem(key) in self.speech.subjects
        return is_person and not self._is_first_person(key)


def _stem(key: str) -> str:
    """A word without what is contracted to it: "he" of "he'll"."""
    return key.partition("'")[0]


def _without_genitive(key: str) -> str:
    return key.removesuffix("'s")
