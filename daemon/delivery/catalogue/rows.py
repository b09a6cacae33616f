"""A result, or a failed job, as a line of index.html. Pure."""

from __future__ import annotations

import os
from urllib.parse import quote

from msgspec import Struct

from daemon.delivery.catalogue.database import DELIVERED
from daemon.delivery.catalogue.entry import Entry
from daemon.delivery.outbox.names import REASON, REJECTED
from daemon.system.file_names import shown
from daemon.text.timecode import format_timecode

FAILED = "failed"


class FailedJob(Struct, frozen=True):
    """A job that can't go on before a person acts: `reason` says why; `cost` is what it cost, in dollars.

    `name_for_shell` is what names it in a command.
    """

    name: str
    name_for_shell: str
    reason: str
    cost: float = 0.0


class Row(Struct, frozen=True):
    """A line of the page. What it shows is text that anybody may have written; links are quoted already.

    `kinds` are what it can be filtered by. `moment` is ISO 8601, `date` the same as people read it.
    `duration` is seconds.
    """

    kinds: tuple[str, ...]
    title: str
    folder: str
    link: str | None = None
    review: str | None = None
    details: str | None = None
    moment: str = ""
    date: str = ""
    duration: float | None = None
    words: int = 0
    language: str = ""
    cost: float = 0.0
    flags: int = 0
    notes: int = 0
    reason: str = ""
    mend: str = ""

    @property
    def length(self) -> str:
        """The duration as people read it; "" where it is unknown."""
        return "" if self.duration is None else format_timecode(self.duration)


def make_row(entry: Entry) -> Row:
    """The row of a result; its date is that of this machine's time zone."""
    kinds = [entry.kind]
    if entry.kind == DELIVERED:
        if entry.flags:
            kinds.append("flagged")
        if entry.notes:
            kinds.append("noted")
    rejected = entry.kind != DELIVERED
    below = entry.path.removeprefix(f"{REJECTED}/") if rejected else entry.path
    return Row(
        kinds=tuple(kinds),
        title=entry.title,
        folder=shown(os.path.dirname(below)),
        link=quote_path(f"{entry.path}/{REASON}" if rejected else entry.text or entry.path),
        review=quote_path(entry.review) if entry.review else None,
        details=quote_path(entry.path),
        moment=entry.finished_at,
        date=entry.local_time,
        duration=entry.duration,
        words=entry.words,
        language=entry.language,
        cost=entry.cost,
        flags=entry.flags,
        notes=entry.notes,
        reason=entry.reason,
    )


def make_failed_row(job: FailedJob) -> Row:
    """The row of a failed job, which has nothing in the outbox yet."""
    return Row(
        kinds=(FAILED,),
        title=job.name,
        folder="",
        cost=job.cost,
        reason=job.reason,
        mend=f"transcriptd retry {job.name_for_shell}",
    )


def quote_path(path: str) -> str:
    """A path in the outbox as a link from index.html; none is taken for an address elsewhere."""
    return "./" + quote(os.fsencode(path))
