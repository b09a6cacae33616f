"""The survey of a job, survey.json: written once, before the first of its chunks, and paid for once.

It holds for every chunk, so that a job which is resumed ends as it began. It outlives a plan that is made
anew before a chunk is saved, where the text is the same.
"""

from __future__ import annotations

import json

import msgspec

from daemon.costs.answer import Answer
from daemon.store.plan import Header
from daemon.system.digest import digest_of_value
from daemon.system.disk_faults import tells_nothing
from daemon.system.files import Folder
from daemon.text.names.survey import Survey

FILE = "survey.json"
_WHOLE = "sha256"  # of all else in the file


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
    record = msgspec.to_builtins(_Record(mark, saved))
    record[_WHOLE] = digest_of_value(record)
    folder.write(FILE, json.dumps(record, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass"))


def load_survey(folder: Folder, mark: str) -> SavedSurvey | None:
    """The survey of the text with this mark; None where there is none, or none that is whole."""
    if not folder.has(FILE):
        return None
    try:
        raw = json.loads(folder.read(FILE).decode("utf-8", "surrogatepass"))
        if raw.pop(_WHOLE) != digest_of_value(raw):
            return None
        record = msgspec.convert(raw, _Record)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        if isinstance(error, OSError) and tells_nothing(error):
            raise  # taken for none, it would be paid for again
        return None
    return record.saved if record.mark == mark else None
