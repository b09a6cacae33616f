"""The checkpoint: one file per cleaned chunk, bound to its job and to its line of the plan.

A file that is there, whole and bound to this job and plan means: this chunk is done. There is no
other record of what is done, so the cost of a checkpoint does not grow with the job. A hash over all
of it tells a file that is whole from one in which as much as a letter was altered.
"""

from __future__ import annotations

import re

from msgspec import Struct

from daemon.store.plan import Plan
from daemon.store.saved.whole_record import read_whole, write_whole
from daemon.system.files import Folder
from daemon.text.cleaned_chunk import ProcessedChunk

_NAME = re.compile(r"(\d{4,})\.json")


class Binding(Struct, frozen=True):
    """What a chunk file belongs to: a job, a line of its plan (by hash) and the plan's settings."""

    job_id: str
    line: str
    settings: str


def name_checkpoint(index: int) -> str:
    """The file name of a chunk: at least four digits, so that a listing sorts."""
    return f"{index:04d}.json"


def list_indexes(names: list[str]) -> list[int]:
    """The indexes of the chunks whose files a listing shows; what is in those is not looked at."""
    return [int(found.group(1)) for name in names if (found := _NAME.fullmatch(name))]


def save_checkpoint(folder: Folder, binding: Binding, result: ProcessedChunk) -> None:
    """Write a checkpoint; durable when this returns, OSError when it can't be."""
    record = {
        "job_id": binding.job_id,
        "plan_line": binding.line,
        "settings_hash": binding.settings,
        **result.to_dict(),
    }
    write_whole(folder, name_checkpoint(result.chunk_index), record)


def load_checkpoint(folder: Folder, index: int, binding: Binding) -> ProcessedChunk | None:
    """A checkpoint, or None where there is none, or none that is whole and of this job and plan."""
    record = read_whole(folder, name_checkpoint(index))
    try:
        found = Binding(record["job_id"], record["plan_line"], record["settings_hash"])
        result = ProcessedChunk.from_dict(record)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return result if found == binding and result.chunk_index == index else None


def find_owner(folder: Folder, plan: Plan) -> str | None:
    """The id of the job to which the checkpoints of this plan in a folder belong, None without any."""
    for index in list_indexes(folder.names()):
        record = read_whole(folder, name_checkpoint(index))
        if index < len(plan.lines) and isinstance(record.get("job_id"), str):
            of_plan = (plan.lines[index].digest, plan.settings_digest)
            if (record.get("plan_line"), record.get("settings_hash")) == of_plan:
                return str(record["job_id"])
    return None
