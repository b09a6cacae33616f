"""Whether a line says for certain what the paragraphs leave open: "may", "if", a question. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from daemon.cleaning.checks.faithfulness import tokens
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.extras.cited import Cited
from daemon.cleaning.extras.clauses import Clause, is_form

_LEAST_SHARED = 2  # words that a line has in common with the clause that it is about
_LEAST_ALIKE = 0.6  # of its words
_CONDITION_BEGINS = 2  # words, among which a clause has what makes a condition of it


@dataclass(frozen=True)
class Hedges:
    """The paragraphs that a line names and their clauses.

    `names` are the words of the names that are said there; `carries` tells whether a word carries something.
    """

    cited: Cited
    clauses: Sequence[Clause]
    names: Set[str]
    speech: Speech
    carries: Callable[[str], bool]

    def closes_what_is_open(self, line: Sequence[Clause]) -> bool:
        """Whether a line says that something is, will be or was done that may be, or should."""
        return self._makes_certain(line) or any(
            self._makes_done(clause) or self._drops_condition(clause, line) for clause in line
        )

    def _makes_certain(self, line: Sequence[Clause]) -> bool:
        """Whether a line says "will" where its sentence says "might"."""
        keys, speech = [key for clause in line for key in clause.keys], self.speech
        there = self.cited.tokens
        if speech.firm_modals.isdisjoint(keys) or not speech.firm_modals.isdisjoint(there):
            return False
        if any(self._is_firm_end(speech.modal_end_of(key)) for key in there):  # "we'll"
            return False
        open_modals = speech.modals - speech.firm_modals
        about = self.cited.find_sentences(keys)
        is_open = bool(about) and not any(open_modals.isdisjoint(sentence) for sentence in about)
        return is_open and open_modals.isdisjoint(keys)

    def _is_firm_end(self, end: str) -> bool:
        return bool(end) and any(modal.endswith(end) for modal in self.speech.firm_modals)

    def _makes_done(self, clause: Clause) -> bool:
        """Whether a verb is past in a line, and wherever it stands in the paragraphs it may be, or will."""
        for before, key in zip(clause.keys, clause.keys[1:], strict=False):
            if not self._may_end_before(before):
                continue
            if any(key in other.keys for other in self.clauses):
                continue
            presents = [
                other
                for other in self.clauses
                if any(self.speech.is_past_of(key, verb) for verb in other.keys)
            ]
            if presents and all(map(self._is_open, presents)):
                return True
        return False

    def _may_end_before(self, key: str) -> bool:
        """Whether a verb behind this word tells: "Ann sold", "it was sold"; but not "it is to be sold"."""
        is_verb = key in self.speech.asking and key not in self.speech.modals
        return is_verb or key in self.names or key in self.speech.subjects or self.carries(key)

    def _is_open(self, clause: Clause) -> bool:
        """Whether a clause says that something may be, will be, or whether it is."""
        is_modal = any(key in self.speech.modals or self.speech.modal_end_of(key) for key in clause.keys)
        return is_modal or clause.is_asked or self._is_condition(clause)

    def _is_condition(self, clause: Clause) -> bool:
        return not self.speech.conditions.isdisjoint(clause.keys[:_CONDITION_BEGINS])

    def _drops_condition(self, clause: Clause, line: Sequence[Clause]) -> bool:
        """Whether a line says what the clause that it is about only asks, or gives as a condition."""
        speech = self.speech
        open_words = speech.conditions | (speech.modals - speech.firm_modals)
        if any(not open_words.isdisjoint(other.keys) or other.is_asked for other in line):
            return False
        about = list(self._find_clauses(clause))
        return bool(about) and all(
            self._is_condition(other) or (other.is_asked and not self._is_answered(other, line))
            for other in about
        )

    def _is_answered(self, question: Clause, line: Sequence[Clause]) -> bool:
        """Whether somebody else says "yes", or a line tells of who asks: "Ann asks Ben to …"."""
        if line[0].keys[:1] == question.speaker[:1]:
            return True
        replies = (one for one in self.cited.paragraphs if tokens(one.speaker) != question.speaker)
        return any(self._agrees(key) for one in replies for key in tokens(one.text)[:1])

    def _agrees(self, key: str) -> bool:
        """Whether a reply that begins with this word may say "yes"."""
        denies = self.speech.denies(key) or key in self.speech.answers
        return key in self.speech.weightless and not denies

    def _find_clauses(self, clause: Clause) -> Iterator[Clause]:
        """The clauses that a clause of a line is about: those that have most of its words."""
        wanted = {key for key in clause.keys if key not in self.cited.speakers and self.carries(key)}
        shared = [sum(self._holds(other, key) for key in wanted) for other in self.clauses]
        most = max(shared, default=0)
        if most >= max(_LEAST_SHARED, _LEAST_ALIKE * len(wanted)):
            yield from (other for other, count in zip(self.clauses, shared, strict=True) if count == most)

    def _holds(self, clause: Clause, key: str) -> bool:
        return any(is_form(key, other, self.speech) for other in clause.keys)
