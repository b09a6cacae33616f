"""An extra of a job, summary.extra.json or chapters.extra.json: written once, and paid for once.

It is bound to its job, the source and the settings; the text that it is about is told by `text_id`, and held
against the text when the result is made.
"""

from __future__ import annotations

import msgspec

from daemon.store.plan import Header
from daemon.store.saved.whole_record import read_record, write_record
from daemon.system.digest import digest_of_value
from daemon.system.files import Folder
from daemon.text.results.extra import Kind, MadeExtra


class _Record(msgspec.Struct, frozen=True):
    """The content of the file; `binding` says to what job and plan it belongs."""

    binding: str
    made: MadeExtra


def name_of_extra(kind: Kind) -> str:
    """The name of an extra's file in a job's folder."""
    return f"{kind}.extra.json"


def bind_extra(job_id: str, header: Header) -> str:
    """A hash of what an extra belongs to: a job, its source and the settings of its plan."""
    return digest_of_value([job_id, header.sha256, header.settings.digest])


def save_extra(folder: Folder, kind: Kind, binding: str, made: MadeExtra) -> None:
    """Write an extra down; durable when this returns, OSError when it can't be."""
    write_record(folder, name_of_extra(kind), _Record(binding, made))


def load_extra(folder: Folder, kind: Kind, binding: str) -> MadeExtra | None:
    """An extra; None where there is no whole one of this job and plan."""
    record = read_record(folder, name_of_extra(kind), _Record)
    return record.made if record is not None and record.binding == binding else None
