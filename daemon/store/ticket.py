"""The ticket, job.json: which job a folder of the state is, and where its source came from."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from daemon.settings.sidecar import decode_sidecar, is_sidecar
from daemon.store import plan
from daemon.store.plan import index_plan
from daemon.store.saved import checkpoint
from daemon.system.disk_faults import tells_nothing
from daemon.system.files import Folder
from daemon.text.json_values import build_value, load_json

TICKET = "job.json"
FORMAT = 1
EARLIER = ".earlier.json"
"""Ends the names of what came back before, beside the plan, in a job that asks for flagged passages only."""

_LONGEST_EXTENSION = 16
_SOURCE, _COMPANION = "source", "beside"


class Companion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the same stem that belongs to the same job, by its name in inbox; bytes and mtime."""

    name: str
    size: int
    modified_ns: int

    @property
    def kept(self) -> str:
        """What it is called in the job's folder."""
        return _COMPANION + plain_extension(self.name)


class Flagged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A result of which only the passages that kept their original words are to be asked for again.

    `job_id` is that of its job, "" where that is not known any more; `model` is who is asked, "" for the
    model that the config names.
    """

    job_id: str
    model: str = ""

    def may_cover(self, wanted: Flagged | None) -> bool:
        """Whether all that another ticket wants may be asked for by this one; None wants the whole."""
        return wanted is not None and (self == wanted or not self.job_id)


class Ticket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """job.json: written at the claim, never changed.

    `name` is the source's path inside inbox, with "/"; `source` is what the original is called in the
    job's folder. `received_at` is ISO 8601, UTC; `modified_ns` is the source's mtime. `sidecar` is the text
    of the .yaml beside it. `redo_of` are the ids of the jobs whose results a person asked to have made again;
    with `flagged`, only the passages of one that were not cleaned.
    """

    job_id: str
    name: str
    source: str
    received_at: str
    modified_ns: int
    format: int = FORMAT
    companions: tuple[Companion, ...] = ()
    sidecar: str = ""
    redo_of: tuple[str, ...] = ()
    flagged: Flagged | None = None

    @classmethod
    def new(
        cls,
        name: str,
        modified_ns: int,
        now: datetime,
        companions: tuple[Companion, ...] = (),
        sidecar: str = "",
        redo_of: tuple[str, ...] = (),
        flagged: Flagged | None = None,
    ) -> Ticket:
        """A ticket for a source just found; its id sorts by time."""
        return cls(
            job_id=f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{os.urandom(4).hex()}",
            name=name,
            source=_SOURCE + plain_extension(name),
            received_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            modified_ns=modified_ns,
            companions=companions,
            sidecar=sidecar,
            redo_of=redo_of,
            flagged=flagged,
        )

    @property
    def kept_names(self) -> tuple[str, ...]:
        """What the originals are called in the job's folder, the source first."""
        return (self.source, *(one.kept for one in self.companions))

    def to_bytes(self) -> bytes:
        """The ticket as the bytes of a job.json."""
        return json.dumps(msgspec.to_builtins(self), indent=1).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Ticket | None:
        """The inverse of `to_bytes`; None where the bytes are no ticket of this format."""
        try:
            ticket = build_value(load_json(data), cls)  # json: a file's name may be no valid UTF-8
        except ValueError:
            return None
        return ticket if ticket.format == FORMAT else None


def plain_extension(name: str) -> str:
    """The extension under which a file of this name is kept, "" where its own is none that all disks have."""
    extension = os.path.splitext(name)[1]
    plain = extension[1:].isascii() and extension[1:].isalnum() and len(extension) <= _LONGEST_EXTENSION
    return extension.lower() if plain else ""


def read_ticket(folder: Folder) -> Ticket | None:
    """The ticket of a job's folder; None where there is no ticket, or it can't be trusted.

    Raises OSError where that can't be told for now: a job must not be taken for another.
    """
    try:
        return Ticket.from_bytes(folder.read(TICKET))
    except OSError as error:
        if tells_nothing(error):
            raise
        return None


def mend_ticket(folder: Folder, name: str) -> str | None:
    """Write a new ticket where the old one can't be read; what the old one is called now.

    The job's folder is `name`. What else lies in it says the rest: the chunks whose job it is, the
    original when it was written, what came with it, its sidecar too, and what came back before, that only
    flagged passages are to be asked for. Only the subfolder it was dropped into is not known any more, nor
    what a redo was of. None where there never was a ticket, or is no original (or several): that folder is
    not for us to judge.
    """
    sources, tickets = list_sources(folder.names()), folder.names(TICKET)
    if len(sources) != 1 or not tickets or (found := folder.stat(sources[0])) is None:
        return None
    extension = os.path.splitext(sources[0])[1]
    beside = tuple(_list_beside(folder, name))
    text = _read_sidecar(folder, beside)
    flagged = Flagged("") if any(file.endswith(EARLIER) for file in folder.names()) else None
    ticket = Ticket.new(name + extension, found.st_mtime_ns, datetime.now(UTC), beside, text, flagged=flagged)
    owner = _find_owner(folder) or ticket.job_id
    aside = folder.set_aside(TICKET) if folder.has(TICKET) else tickets[-1]  # where this was cut off
    folder.write(TICKET, replace(ticket, job_id=owner, source=sources[0]).to_bytes())
    return aside


def list_sources(names: Iterable[str]) -> list[str]:
    """The originals among the names in a job's folder: one, where nobody put another there."""
    return [name for name in names if os.path.splitext(name)[0] == _SOURCE]


def _list_beside(folder: Folder, name: str) -> Iterator[Companion]:
    """What came with the original of a job of this name."""
    for file in folder.names(_COMPANION):
        stem, extension = os.path.splitext(file)
        found = folder.stat(file)
        if stem == _COMPANION and found is not None and stat.S_ISREG(found.st_mode):
            # ended by a dot, no part of a name is taken for an extension
            yield Companion(name + (extension or "."), found.st_size, found.st_mtime_ns)


def _read_sidecar(folder: Folder, companions: Iterable[Companion]) -> str:
    """The text of the sidecar among what came with an original, "" for none."""
    kept = next((one.kept for one in companions if is_sidecar(one.name)), None)
    return "" if kept is None else decode_sidecar(folder.read(kept))


def _find_owner(folder: Folder) -> str | None:
    try:
        planned = index_plan(folder.read(plan.FILE))
    except OSError as error:
        if tells_nothing(error):
            raise
        return None
    return None if planned is None else checkpoint.find_owner(folder, planned)
