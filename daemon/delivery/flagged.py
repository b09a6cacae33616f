"""A result of which only the flagged passages are asked for again: the rest of it is taken over as it is.

The source is planned as it was for that result, so that its chunks are the same. What came back for those
without a flag is saved with the plan; what came back for the others lies beside it, for the passages in it
that were cleaned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec.structs import replace

from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.delivery.record import RECORD, Record
from daemon.errors import InputError
from daemon.settings.profile import RENDERED, WAYS, Profile, Settings
from daemon.store.plan import index_plan, read_chunks
from daemon.store.saved.survey import SavedSurvey, mark_of, save_survey
from daemon.store.ticket import EARLIER, Flagged
from daemon.system.disk_faults import tells_nothing
from daemon.system.files import Folder
from daemon.system.scratch import Content
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.text.json_values import build_value
from daemon.text.names.survey import Survey

_TODAYS = (*RENDERED, *WAYS, "fallback_model", "extras")
_AS_IT_WAS = (
    *(key for key in Profile.__struct_fields__ if key not in _TODAYS), "prompt", "keeps_wording", "answers",
)  # fmt: skip
_CUT_AS_IT_WAS = ("language", "corrections", "pseudonyms", "chunk_words")
_WHOLE = "Run redo without --flagged to have all of it cleaned again."


@dataclass
class Earlier:
    """An earlier result, and what of it is to be taken over, once it was compared with a plan."""

    record: Record
    summary: dict[str, Any]
    finished: list[ProcessedChunk] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        """The hash of the bytes that it was made from."""
        return self.record.origin.header.sha256

    def settings_under(self, today: Settings, model: str) -> Settings:
        """The settings for what is to be cleaned: as it was, but by today's model, or another of its service.

        Raises InputError where today there is no model.
        """
        if today.provider == "offline":
            raise InputError("There is no model that could be asked for what was not cleaned.", "Set a key.")
        was = self.record.origin.header.settings
        if was.pseudonyms != today.pseudonyms:  # under the old ones a name could be sent that is not to be
            raise InputError("It was made under other `pseudonyms` than today's.", _WHOLE)
        if was.provider == "offline" and was.verbatim != today.verbatim:
            raise InputError("It was made under another `verbatim` than today's.", _WHOLE)
        keys = _CUT_AS_IT_WAS if was.provider == "offline" else _AS_IT_WAS
        same = {key: getattr(was, key) for key in keys}
        return replace(today, **same, model=model or today.model, batch=False)

    def compare(self, data: Content) -> list[ProcessedChunk]:
        """The results of the chunks with a flag; the others are finished.

        `data` is a plan of the same source. Raises InputError where it is not of the same bytes, or not cut
        as the result's was, or the record is damaged.
        """
        self._check_header(data)
        try:
            return self._take_finished(data)
        except ValueError as error:
            raise InputError(f"What the result was made from can't be read: {error}.", _WHOLE) from None

    def _check_header(self, data: Content) -> None:
        """Raise InputError where a plan is not of the source that the result was made from."""
        planned, header = index_plan(data), self.record.origin.header
        if planned is None or (planned.header.sha256, planned.header.chunks) != (
            header.sha256,
            header.chunks,
        ):
            raise InputError("The result was made from another text, or was cut differently.", _WHOLE)
        if planned.header.pseudonyms != header.pseudonyms:
            raise InputError("Other words would stand for its names than in the result.", _WHOLE)

    def _take_finished(self, data: Content) -> list[ProcessedChunk]:
        """Keep what is finished; the rest. Raises ValueError where the record is damaged, and InputError."""
        flagged: list[ProcessedChunk] = []
        model = str(self.summary.get("model", ""))
        for chunk, (was, result) in zip(read_chunks(data), self.record.read_pairs(), strict=True):
            if _list_words(chunk) != _list_words(was):
                raise InputError("The result was cut differently.", _WHOLE)
            (flagged if result.flags else self.finished).append(replace(result, model=model))
        return flagged

    @property
    def survey(self) -> SavedSurvey | None:
        """What its survey came to, which holds for what is asked for again; None where it had none."""
        told = self.summary.get("survey")
        try:
            return SavedSurvey(build_value(told, Survey)) if told else None
        except ValueError:
            return None


def find_earlier(outbox: Outbox, name: str, flagged: Flagged) -> Earlier:
    """The result that a person named; raises InputError where it is gone or has no record."""
    for path, summary in outbox.find_results(name):
        if summary.get("job_id") != flagged.job_id:
            continue
        try:
            with Folder(f"{outbox.path}/{path}") as folder:
                return Earlier(Record(folder.read(RECORD)), summary)
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and tells_nothing(error):
                raise
            break
    raise InputError("The result whose flagged passages were to be cleaned is not there any more.", _WHOLE)


def keep_survey(folder: Folder, survey: SavedSurvey, data: Content) -> None:
    """Put a survey into the folder of a job that is to have this plan; durable when this returns."""
    planned = index_plan(data)
    assert planned is not None
    save_survey(folder, mark_of(planned.header), survey)


def keep_earlier(folder: Folder, result: ProcessedChunk) -> None:
    """Put a chunk's earlier result into a job's folder; durable when this returns."""
    folder.write(_name_earlier(result.chunk_index), msgspec.json.encode(result.to_dict()))


def read_earlier(folder: Folder, index: int) -> ProcessedChunk | None:
    """The earlier result of a chunk; None where it can't be read, so that the whole chunk is cleaned."""
    name = _name_earlier(index)
    if not folder.has(name):
        return None
    try:
        return ProcessedChunk.from_dict(msgspec.json.decode(folder.read(name)))
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and tells_nothing(error):
            raise
        return None


def _name_earlier(index: int) -> str:
    return f"{index:04d}{EARLIER}"


def _list_words(chunk: Chunk) -> Sequence[str]:
    """The texts of a chunk's turns, whatever their speakers are called."""
    return [turn.text for turn in chunk.spoken()]
