"""The survey of a job, survey.json: written once, before the first of its chunks, and paid for once.

It holds for every chunk, so that a job which is resumed ends as it began. It outlives a plan that is made
anew before a chunk is saved, where the text is the same.
"""

from __future__ import annotations

import msgspec

from daemon.costs.question import Answer
from daemon.store.plan import Header
from daemon.store.saved.whole_record import read_record, write_record
from daemon.system.digest import digest_of_value
from daemon.system.files import Folder
from daemon.text.names.survey import Survey

FILE = "survey.json"


class SavedSurvey(msgspec.Struct, frozen=True):
    """What a survey came to, and the answer that it was read from; None where nobody was asked for it."""

    survey: Survey
    answer: Answer | None = None

    @property
    def cost(self) -> float:
        """What it has cost, in dollars."""
        return self.answer.cost if self.answer is not None else 0.0


class _Record(msgspec.Struct, frozen=True):
    """The content of the file; `mark` is that of the text which was surveyed."""

    mark: str
    saved: SavedSurvey


def mark_of(header: Header) -> str:
    """A hash of what a survey is about: the text, and how people want names to be written in it."""
    settings = header.settings
    return digest_of_value([header.sha256, dict(settings.corrections), list(settings.glossary)])


def save_survey(folder: Folder, mark: str, saved: SavedSurvey) -> None:
    """Write a survey down; durable when this returns, OSError when it can't be."""
    write_record(folder, FILE, _Record(mark, saved))


def load_survey(folder: Folder, mark: str) -> SavedSurvey | None:
    """The survey of the text with this mark; None where there is no whole one."""
    record = read_record(folder, FILE, _Record)
    return record.saved if record is not None and record.mark == mark else None
