"""The questions to a model about one chunk: what is asked, what was answered, and what that has taken.

Before a further question is asked, the answer to the last one is written down: after a stop it is not paid
for again.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from daemon.cleaning.attempts import Outcome
from daemon.cleaning.llm.faults import ChunkRefused
from daemon.cleaning.llm.model import Model, max_tokens_for
from daemon.cleaning.prompt import Brief, system_text, user_text
from daemon.costs.pricing import Usage
from daemon.costs.question import Answer, Label
from daemon.system.digest import digest_of_value
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.workers.admission import Permit

_NOTHING_TAKEN = ProcessedChunk(0, "", "")


class AnswerStore(Protocol):
    """Where answers are written down that were paid for and did not make a chunk yet."""

    def find_answer(self, question: str) -> Answer | None:
        """The answer to a question (its hash) that was asked before a stop."""

    def save_answer(self, question: str, answer: Answer) -> None:
        """Write an answer down."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be asked next about a chunk; `name` is that of its answer (see AnswerStore)."""

    name: str
    system: str
    user: str
    max_tokens: int


class Unanswered(Exception):
    """A question has no answer yet."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question


class Questions:
    """The questions to the model about one chunk and its parts, and what they have taken so far.

    `answers` has those that were given before a stop, and takes further ones; None: none are kept.
    """

    def __init__(
        self, model: Model, brief: Brief, label: Label, permit: Permit, answers: AnswerStore | None
    ) -> None:
        self.brief = brief
        self.usage = Usage()
        self.cost = 0.0
        self.requests = 0
        self.batched = 0
        self.bounded = 0.0
        self.answered_by = ""
        self._model = model
        self._label = label
        self._permit = permit
        self._answers = answers
        self._unsaved: dict[str, Answer] = {}
        self._times_asked: Counter[str] = Counter()
        self._asked_of = ""  # the name of another model than the job's

    def of_another(self, model: Model, name: str) -> Questions:
        """Questions about the same chunk to another model; what this one answered is written down first."""
        self._write_down_answers()
        other = Questions(model, self.brief, self._label, self._permit, self._answers)
        other._asked_of = name
        other._unsaved = self._unsaved  # what could not be written is tried again
        return other

    def ask(self, part: Chunk) -> Outcome:
        """Ask for a chunk or a part of one."""
        system, user = system_text(self.brief), user_text(part, self.brief)
        question = self._name_question(system, user)
        known = self._answers.find_answer(question) if self._answers is not None else None
        try:
            answer = known or self._ask_model(part, system, user, question)
        except ChunkRefused as refused:
            self.requests += 1
            return Outcome(refused=refused.message, too_large=refused.too_large)
        self.usage += answer.usage
        self.cost += answer.cost
        self.requests += answer.requests
        self.batched += answer.batched
        self.bounded += answer.bounded
        self.answered_by = answer.model or self.answered_by
        return Outcome(answer.text, answer.stop_reason)

    def bill(self, result: ProcessedChunk, before: ProcessedChunk = _NOTHING_TAKEN) -> ProcessedChunk:
        """A result with what these questions have taken, and what another result `before` it took."""
        return replace(
            result,
            input_tokens=before.input_tokens + self.usage.total_input,
            output_tokens=before.output_tokens + self.usage.output_tokens,
            cost=before.cost + self.cost,
            requests=before.requests + self.requests,
            batched=before.batched + self.batched,
            bounded=before.bounded + self.bounded,
        )

    def _name_question(self, system: str, user: str) -> str:
        """The hash by which a question is known again; the same one asked again is another."""
        text = digest_of_value([system, user, self._asked_of] if self._asked_of else [system, user])
        self._times_asked[text] += 1
        return f"{text}-{self._times_asked[text]}"

    def _ask_model(self, part: Chunk, system: str, user: str, question: str) -> Answer:
        self._write_down_answers()
        answer = self._model.ask(
            system, user, max_tokens=max_tokens_for(part.text), label=self._label, permit=self._permit
        )
        self._unsaved[question] = answer
        return answer

    def _write_down_answers(self) -> None:
        """Write down what was answered; what can't be written now is tried again before the next question."""
        if self._answers is None:
            return
        for question, answer in list(self._unsaved.items()):
            with contextlib.suppress(OSError):
                self._answers.save_answer(question, answer)
                del self._unsaved[question]


class KnownQuestions(Questions):
    """Questions that are answered from what is known; raises Unanswered where a request would be needed."""

    def _ask_model(self, part: Chunk, system: str, user: str, question: str) -> Answer:
        raise Unanswered(Question(question, system, user, max_tokens_for(part.text)))
