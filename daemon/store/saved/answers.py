"""Answers that were paid for and did not make a chunk or an extra yet: a file for each, beside its own.

A chunk whose first answer is not good enough is asked for again, in whole or in parts. When the program
stops in between, its next start goes through the same questions; those that were answered are answered from
here. A file is written before the next question is asked, so a chunk that takes one question writes none.
"""

from __future__ import annotations

import msgspec

from daemon.costs.question import Answer
from daemon.system.disk_faults import tells_nothing
from daemon.system.files import Folder
from daemon.text.json_values import decode_value


class _Record(msgspec.Struct, frozen=True):
    """The content of a file: an answer, and the hash of the question that it answers."""

    question: str
    answer: Answer


class AnsweredQuestions:
    """The answers about one chunk that lie in its job's folder, by the hashes of their questions.

    `about` is the chunk's index, or the name of an extra.
    """

    def __init__(self, folder: Folder, about: int | str) -> None:
        self._folder = folder
        self._stem = about if isinstance(about, str) else f"{about:04d}"
        self._written = 0
        self._answers: dict[str, Answer] | None = None

    def find_answer(self, question: str) -> Answer | None:
        """The answer to a question that was asked before a stop, None where it was not."""
        return self._load_answers().get(question)

    def save_answer(self, question: str, answer: Answer) -> None:
        """Write an answer down; durable when this returns, OSError when it can't be."""
        answers = self._load_answers()
        data = msgspec.json.encode(_Record(question, answer))
        self._folder.write(self._name_of(self._written + 1), data)
        self._written += 1
        answers[question] = answer

    def list_answers(self) -> list[Answer]:
        """All answers that lie there, in the order they came."""
        return list(self._load_answers().values())

    def _load_answers(self) -> dict[str, Answer]:
        """What lies in the folder, read once; a file that is not whole is no answer."""
        if self._answers is None:
            answers: dict[str, Answer] = {}
            number = 0
            while self._folder.has(self._name_of(number + 1)):
                number += 1
                record = self._read_answer(self._name_of(number))
                if record is not None:
                    answers[record.question] = record.answer
            self._answers, self._written = answers, number  # not before: a disk may go away meanwhile
        return self._answers

    def _name_of(self, number: int) -> str:
        return f"{self._stem}.answer-{number}.json"

    def _read_answer(self, name: str) -> _Record | None:
        try:
            return decode_value(self._folder.read(name), _Record)
        except (OSError, msgspec.DecodeError) as error:
            if isinstance(error, OSError) and tells_nothing(error):
                raise  # taken for none, it would be paid for again
            return None
