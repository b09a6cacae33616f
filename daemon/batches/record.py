"""What lies of a batch in the state folder: .batches/<intent>/, each file written once and whole.

    intent.json      before anything is sent: which job, chunk and question stands behind each request
    requests.jsonl   the requests as they are sent, until they were
    sending.json     from here on the batch may exist; how many requests it has
    batch.json       its id at the service
    doubted.json     the requests whose results contradict each other and do not count; seldom there
    results.jsonl    its results, whole
    flawed-1 …       its results were fetched and were not whole: so often, whatever was stopped in between
    unseen-1 …       it was not found at the service: the same
    SAVED, STRUCK    see `protocol`

The name of a request, `<intent>-<number>`, is also that of its reservation in the ledger.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from daemon.batches.protocol import ID, INTENT, MOST_FETCHES, OUT, SENDING, STRUCK, Stage, find_stage
from daemon.system.disk_faults import tells_nothing
from daemon.system.files import Folder
from daemon.text.json_values import decode_value

BATCHES = ".batches"
"""The folder of all of them, in the state folder."""
REQUESTS, DOUBTED = "requests.jsonl", "doubted.json"
FLAWED, UNSEEN = "flawed-", "unseen-"
"""How the notes of what has gone wrong begin, each with its number."""
LOST = b"lost\n"
"""In STRUCK: it may have been carried out and billed, so what was reserved for it stands."""


_Value = TypeVar("_Value")


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """One request: its job, its chunk, the chunk's line in the plan and the plan's settings by hash.

    `account` is what the ledger calls the job, `question` the name of the answer, `dollars` what is reserved.
    """

    job_id: str
    account: str
    chunk: int
    line: str
    settings: str
    question: str
    dollars: float


class Intent(msgspec.Struct, frozen=True):
    """What is about to be sent, and to whom: by one model at an address, with a key known by its hash."""

    id: str
    model: str
    address: str
    key: str
    requests: tuple[Asked, ...]

    def name_of(self, number: int) -> str:
        """What a request is called in the batch, and its reservation in the ledger."""
        return f"{self.id}-{number}"


class Sending(msgspec.Struct, frozen=True):
    """When it is sent (seconds since the epoch), and the numbers of the requests that are not.

    That is by the service's clock, where that is told: ours may be set before the batch is looked for.
    """

    at: float
    count: int
    left_out: tuple[int, ...] = ()


class Sent(msgspec.Struct, frozen=True):
    """The batch at the service; times are seconds since the epoch. `adopted`: found by a search."""

    batch_id: str
    created_at: float
    expires_at: float
    adopted: bool = False


class DamagedRecordError(ValueError):
    """A file about a batch is not what was written."""

    def __init__(self, folder: str, name: str) -> None:
        if name == ID:
            mend = "Put it back, or remove it, and the batch is looked for at the service."
        elif name == INTENT:
            mend = (
                "Put it back, or remove the batch's folder, and start the daemon again. If it is removed, "
                "its chunks are asked for again, and may be paid for twice."
            )
        else:
            mend = (
                "Put it back; or stop the daemon and remove the batch's folder: its chunks are then asked "
                "for again, and may be paid for twice."
            )
        super().__init__(f"{os.path.join(folder, name)} is damaged. {mend}")


class BatchFolder:
    """The open folder of one batch. Its files are read with DamagedRecordError where they are damaged."""

    def __init__(self, folder: Folder, name: str) -> None:
        self.folder = folder
        self.name = name

    @property
    def stage(self) -> Stage | None:
        """Where the batch stands; None where there is none."""
        return find_stage(self.folder.names())

    def read_intent(self) -> Intent:
        """What was about to be sent."""
        return self._read_value(INTENT, Intent)

    def read_sending(self) -> Sending:
        """How it was sent."""
        return self._read_value(SENDING, Sending)

    def read_left_out(self) -> tuple[int, ...]:
        """The numbers of the requests that were not sent; none where nobody can tell: all may be out."""
        try:
            return self.read_sending().left_out
        except (OSError, ValueError):
            return ()

    def read_sent(self) -> Sent:
        """The batch at the service."""
        return self._read_value(ID, Sent)

    def read_doubted(self) -> frozenset[int]:
        """The numbers of the requests whose results do not count."""
        if not self.folder.has(DOUBTED):
            return frozenset()
        return frozenset(self._read_value(DOUBTED, list[int]))

    def _read_value(self, name: str, kind: type[_Value]) -> _Value:
        data = self.folder.read(name)
        try:
            return decode_value(data, kind)
        except ValueError:
            raise DamagedRecordError(self.folder.path, name) from None

    def add_to(self, overview: Overview, made: Sent | None = None) -> Overview:
        """An overview with this batch, where it is out and can be read.

        `made` is the batch at the service, where that could not be written down yet.
        """
        try:
            stage = self.stage
            if stage not in OUT or stage is Stage.INTENDED:
                return overview
            sent = made if stage is Stage.UNKNOWN else self.read_sent()
            return overview.add(self.read_sending(), sent)
        except (OSError, ValueError):
            return overview

    def write(self, name: str, value: msgspec.Struct | list[int]) -> None:
        """Write one of its files, whole and durable."""
        self.folder.write(name, msgspec.json.encode(value))

    def mark(self, name: str, text: bytes = b"") -> None:
        """Write SAVED or STRUCK."""
        self.folder.write(name, text)

    def count_notes(self, kind: str) -> int:
        """How often something was noted."""
        return len(self.folder.names(kind))

    def note(self, kind: str) -> None:
        """Note once more what has gone wrong, FLAWED or UNSEEN; beyond MOST_FETCHES nothing is written."""
        count = self.count_notes(kind)
        if count < MOST_FETCHES:
            self.folder.write(f"{kind}{count + 1}", b"")

    @property
    def is_lost(self) -> bool:
        """Whether it was struck off although it may have been carried out."""
        return self.folder.has(STRUCK) and self.folder.read(STRUCK) == LOST

    def read_lines(self, name: str) -> Iterator[bytes]:
        """The lines of one of its files, without their ends."""
        with os.fdopen(self.folder.open(name), "rb") as file:
            for line in file:
                yield line.rstrip(b"\n")


class BatchShelf:
    """All batches of a state folder; the folder of them is made with the first, or where it was removed."""

    def __init__(self, state: Folder) -> None:
        self._state = state

    def open_all(self) -> list[BatchFolder]:
        """The batches that are not over; what was left of others is removed."""
        if not self._state.has(BATCHES):
            return []
        found = []
        with self._open() as top:
            top.sweep()
            for name in top.names():
                one = _open_batch(top, name)
                if one is None:
                    continue
                if one.stage is None:
                    one.folder.close()
                    top.delete_tree(name)
                else:
                    one.folder.sweep()
                    found.append(one)
        return found

    def make(self, intent_id: str) -> BatchFolder:
        """A folder for a new batch."""
        with self._open() as top:
            return BatchFolder(top.make(intent_id), intent_id)

    def remove(self, one: BatchFolder) -> None:
        """Forget a batch that is over; cut off, it is done again, at the next start at the latest."""
        one.folder.unlink(INTENT)
        one.folder.fsync()
        with contextlib.suppress(FileNotFoundError), self._open() as top:
            top.delete_tree(one.name)
        one.folder.close()

    def was_tried(self, mark: str) -> bool:
        """Whether a request under such settings was answered before."""
        if not self._state.has(BATCHES):
            return False
        with self._open() as top:
            return top.has(_name_tried(mark))

    def note_tried(self, mark: str) -> None:
        """Note that a request under such settings was answered."""
        with self._open() as top:
            top.write(_name_tried(mark), b"")

    def _open(self) -> Folder:
        """The folder of all of them, which somebody may remove at any time; the caller closes it."""
        try:
            return self._state.sub(BATCHES)
        except FileNotFoundError:
            with contextlib.suppress(FileExistsError):
                return self._state.make(BATCHES)
        return self._state.sub(BATCHES)


class Overview(msgspec.Struct, frozen=True):
    """How many requests are out; since when, and by when at the latest they come home (epoch seconds)."""

    requests: int = 0
    since: float = 0.0
    until: float = 0.0

    def add(self, sending: Sending, sent: Sent | None) -> Overview:
        """This overview with one more batch."""
        until = sent.expires_at if sent is not None else sending.at + 86_400
        since = min(self.since, sending.at) if self.requests else sending.at
        return Overview(self.requests + sending.count, since, max(self.until, until))


def look_at_batches(state: Folder) -> Overview:
    """What is out, as the folders show it; needs no lock."""
    overview = Overview()
    found = state.stat(BATCHES)
    if found is None or not stat.S_ISDIR(found.st_mode):
        return overview
    with state.sub(BATCHES) as top:
        for name in top.names():
            one = _open_batch(top, name)
            if one is None:
                continue
            with one.folder:
                overview = one.add_to(overview)
    return overview


def _name_tried(mark: str) -> str:
    return f"tried-{mark[:16]}"


def _open_batch(top: Folder, name: str) -> BatchFolder | None:
    if name.startswith((".", "tried-")):
        return None
    try:
        return BatchFolder(top.sub(name), name)
    except OSError as error:
        if tells_nothing(error):
            raise
        return None
