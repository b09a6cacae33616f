"""Makes an extra: of a long transcript in parts, and then the whole from what was found in them.

Pure, but for the asking: `ask` is given each question with a name, and gives the answer to it, be it one that
was paid for before a stop. The same transcript and the same answers give the same questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from daemon.cleaning.extras.answers import Statement, read_statements
from daemon.cleaning.extras.grounds import MOST_CITED, Grounds, Verified, verify_chapters, verify_summary
from daemon.cleaning.extras.questions import (
    MOST_LINES,
    ExtraBrief,
    ExtraQuestion,
    ask_about_part,
    ask_for_whole,
    choose_lines,
    cut_parts,
)
from daemon.cleaning.llm.faults import ChunkRefused
from daemon.cleaning.verify import CUT_OFF, WHOLE
from daemon.costs.question import Answer
from daemon.text.results.extra import SUMMARY, Extra, Line, Paragraph
from daemon.text.transcript import count_words

_ATTEMPTS = 2
_SMALLER = (1, 2, 4)  # a part that is too large for a model is asked about in so many
_MOST_CITED_BY_WHOLE = 2 * MOST_CITED
_MOST_ROUNDS = 4  # in which lines are summed up to fewer


class Ask(Protocol):
    """Puts a question to a model."""

    def __call__(self, question: ExtraQuestion, attempt: int) -> Answer:
        """The answer to a question that is asked for the first time, or the second; attempts count from 1.

        Raises ChunkRefused where it can't be answered.
        """


@dataclass
class _Found:
    """What came of one question: the statements that hold, and what is to be told of the others."""

    kept: tuple[Statement, ...] = ()
    left_out: Counter[str] = field(default_factory=Counter)
    failed: str = ""


def make_extra(
    brief: ExtraBrief, paragraphs: Sequence[Paragraph], language: str, part_words: int, ask: Ask
) -> Extra:
    """The extra of a transcript, by parts of so many words at most.

    What can't be had is told in it. Raises whatever `ask` does, but for ChunkRefused.
    """
    if not paragraphs:
        return Extra(failed="there is no paragraph that it could be made from")
    making = _Making(brief, paragraphs, Grounds(paragraphs, language), ask)
    refused = ""
    for smaller in _SMALLER:
        try:
            return making.make(max(1, part_words // smaller))
        except ChunkRefused as error:
            refused = error.message
    return Extra(failed=refused)


@dataclass
class _Making:
    brief: ExtraBrief
    paragraphs: Sequence[Paragraph]
    grounds: Grounds
    ask: Ask

    def make(self, part_words: int) -> Extra:
        """The extra by parts of this size; raises ChunkRefused where one is too large for the model."""
        parts = list(cut_parts(self.paragraphs, part_words))
        found = [self._ask_part(part) for part in parts]
        lost = [one for one in found if not one.kept]
        whole = _Found(tuple(statement for one in found for statement in one.kept))
        for one in found:
            whole.left_out += one.left_out
        if not whole.kept:
            reasons = dict.fromkeys(one.failed for one in lost)
            return Extra(left_out=dict(whole.left_out), parts=len(parts), failed="; ".join(reasons))
        if len(parts) > 1:
            self._make_whole(whole, part_words)
        lines = tuple(self._make_line(statement) for statement in whole.kept)
        return Extra(lines, dict(whole.left_out), len(parts), len(lost))

    def _ask_part(self, part: range) -> _Found:
        paragraphs = self.paragraphs[part.start : part.stop]
        lines = choose_lines(self.brief.kind, sum(count_words(one.text) for one in paragraphs))
        question = ask_about_part(self.brief, paragraphs, part.start + 1, lines)
        among = range(part.start + 1, part.stop + 1)

        def verify(statements: Sequence[Statement]) -> Verified:
            if self.brief.kind == SUMMARY:
                return verify_summary(statements, self.grounds, lines, among=among)
            return verify_chapters(statements, self.grounds, lines, among)

        return self._ask_twice(question, verify)

    def _make_whole(self, found: _Found, part_words: int) -> None:
        """Make fewer lines of those of all parts, which stand where no better ones are to be had."""
        most = MOST_LINES[self.brief.kind]
        for _ in range(_MOST_ROUNDS):
            if len(found.kept) <= most:
                return
            groups = list(_group_statements(found.kept, part_words))
            fewer: list[Statement] = []
            for group in groups:
                lines = most if len(groups) == 1 else max(1, most // len(groups), len(group) // 3)
                one = self._sum_up(group, lines)
                found.left_out += one.left_out
                fewer += one.kept or group
            if len(fewer) >= len(found.kept):
                return
            found.kept = tuple(fewer)

    def _sum_up(self, group: Sequence[Statement], lines: int) -> _Found:
        question = ask_for_whole(self.brief, [one.text for one in group], lines)

        def verify(statements: Sequence[Statement]) -> Verified:
            statements = [_resolve_numbers(one, group) for one in statements]
            if self.brief.kind == SUMMARY:
                return verify_summary(statements, self.grounds, lines, _MOST_CITED_BY_WHOLE)
            among = range(group[0].numbers[0], len(self.paragraphs) + 1)
            return verify_chapters(statements, self.grounds, lines, among)

        try:
            return self._ask_twice(question, verify)
        except ChunkRefused:
            return _Found()

    def _ask_twice(
        self, question: ExtraQuestion, verify: Callable[[Sequence[Statement]], Verified]
    ) -> _Found:
        """What holds of the answer to a question; of a second one where nothing holds of the first.

        An answer that was cut off is taken, without its last line, where the second one is cut off as well.
        """
        found: list[_Found] = []
        for attempt in range(1, _ATTEMPTS + 1):
            one, is_whole = self._take_answer(question, attempt, verify)
            if one.kept and is_whole:
                return one
            found.append(one)
        return max(found, key=lambda each: len(each.kept))

    def _take_answer(
        self, question: ExtraQuestion, attempt: int, verify: Callable[[Sequence[Statement]], Verified]
    ) -> tuple[_Found, bool]:
        """What holds of one answer, and whether that came to its end."""
        try:
            answer = self.ask(question, attempt)
        except ChunkRefused as refused:
            if refused.too_large:
                raise
            return _Found(failed=refused.message), False
        if answer.stop_reason not in WHOLE | CUT_OFF:
            return _Found(failed=f"the model stopped: {answer.stop_reason}"), False
        is_whole = answer.stop_reason in WHOLE
        text = answer.text if is_whole else answer.text.rpartition("\n")[0]
        verified = verify(list(read_statements(text)))
        failed = "" if verified.kept else "no line of the model's answers could be taken"
        return _Found(verified.kept, Counter(verified.left_out), failed), is_whole

    def _make_line(self, statement: Statement) -> Line:
        return Line(statement.text, tuple(self.paragraphs[number - 1].anchor for number in statement.numbers))


def _resolve_numbers(statement: Statement, group: Sequence[Statement]) -> Statement:
    """A line about lines, with the paragraphs of those; with 0, which is none, where one is not there."""
    if not all(1 <= number <= len(group) for number in statement.numbers):
        return statement._replace(numbers=(0,))
    numbers = [number for one in statement.numbers for number in group[one - 1].numbers]
    return statement._replace(numbers=tuple(dict.fromkeys(numbers)))


def _group_statements(found: Sequence[Statement], most_words: int) -> Sequence[Sequence[Statement]]:
    """Statements that follow each other, in groups of so many words at most."""
    groups: list[list[Statement]] = [[]]
    words = 0
    for one in found:
        more = count_words(one.text)
        if groups[-1] and words + more > most_words:
            groups.append([])
            words = 0
        groups[-1].append(one)
        words += more
    return groups
