"""Results that came home: fetched whole before any of them counts, then saved one by one, each in its job."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.batches.protocol import RESULTS
from daemon.batches.record import DOUBTED, Asked, BatchFolder, Intent, Sending
from daemon.batches.surroundings import ChunkKey, Workshop
from daemon.cleaning.llm.batch_client import BatchClient, ResultLine, Unanswered
from daemon.cleaning.llm.endpoint import Message
from daemon.cleaning.llm.faults import Fault, Kind, Then, Whose
from daemon.cleaning.llm.model import Model
from daemon.costs.budget import Budget
from daemon.costs.ledger import Payment
from daemon.costs.question import Answer, Label
from daemon.errors import ServiceError, TranscriptdError
from daemon.store import plan
from daemon.store.job import Job
from daemon.system.digest import digest_of_bytes
from daemon.system.open_file import write_all

log = logging.getLogger(__name__)

_PAID_TOGETHER = 200  # payments, which go to the disk with one fsync
_BLOCK = 1 << 20  # bytes that are written at once


class NotYet(Exception):
    """A job can't take its results for now; they are saved later."""


class Tally:
    """Whether the lines of results are those of a batch: each of its requests once, and no other.

    `awaited` are the numbers of the requests that were sent; `flaw` says what is wrong with the lines so far,
    "" where nothing is; `doubted` are the numbers of the requests whose results contradict each other.
    """

    def __init__(self, intent: Intent, sending: Sending) -> None:
        self.awaited = frozenset(range(len(intent.requests))) - set(sending.left_out)
        self._numbers = {intent.name_of(number): number for number in self.awaited}
        self._seen: dict[int, str] = {}
        self.doubted: set[int] = set()
        self.flaw = ""

    def find_number(self, custom_id: str) -> int | None:
        """The number of a request by its name, None where it is none of the batch."""
        return self._numbers.get(custom_id)

    def take(self, line: bytes, told: ResultLine | None) -> bool:
        """Count a line; whether it is one that counts."""
        number = None if told is None else self.find_number(told.custom_id)
        if told is None:
            self.flaw = "a line that is not a result"
        elif number is None:
            self.flaw = "a result of a request that was never sent"
        elif told.reply is None:
            self.flaw = "a result of a kind that is not known"
        elif number in self._seen:
            self.flaw = "two results of one request"
            if self._seen[number] != digest_of_bytes(line):
                self.doubted.add(number)
        else:
            self._seen[number] = digest_of_bytes(line)
            return True
        return False

    def find_flaw(self) -> str:
        """What is wrong with the lines now that all were counted, "" where nothing is."""
        missing = len(self.awaited) - len(self._seen)
        is_missing = "result is" if missing == 1 else "results are"
        return self.flaw or (f"{missing} {is_missing} missing" if missing else "")


def fetch_results(
    one: BatchFolder, client: BatchClient, batch_id: str, tally: Tally, *, as_they_are: bool
) -> Fault | str:
    """Fetch the results of a batch into its folder: a fault, what is wrong with them, or "" for nothing.

    Of flawed results nothing is kept, unless they are to be taken as they are: then what of them is sound.
    """
    try:
        with one.folder.writing(RESULTS) as fd:
            buffer = bytearray()

            def take(line: bytes) -> bool:
                if tally.take(line, client.read_line(line)):
                    buffer.extend(line + b"\n")
                if len(buffer) >= _BLOCK:
                    write_all(fd, buffer)
                    buffer.clear()
                return as_they_are or not tally.flaw

            fault = client.read_results(batch_id, take)
            write_all(fd, buffer)
            if fault is not None and not (as_they_are and fault.kind is Kind.BROKEN):
                raise _Unfetched(fault)
            flaw = tally.find_flaw()
            if flaw and not as_they_are:
                raise _Unfetched(flaw)
            if tally.doubted:
                one.write(DOUBTED, sorted(tally.doubted))
    except _Unfetched as unfetched:
        return unfetched.why
    return flaw


class _Unfetched(Exception):
    """Results that are not kept, and why."""

    def __init__(self, why: Fault | str) -> None:
        super().__init__()
        self.why = why


@dataclass(slots=True)
class Returned:
    """Chunks that must be asked for again.

    `hold` is a fault that keeps everybody from going on, None where there was none; `singly` are chunks that
    only a request of their own can help. `was_sought`: their batch was looked for, and not found, so that
    nobody knows why they have not come back.
    """

    chunks: list[ChunkKey] = field(default_factory=list)
    singly: set[ChunkKey] = field(default_factory=set)
    hold: Fault | None = None
    was_sought: bool = False


class Collector:
    """Saves the results of one batch. Can be repeated: what is saved, or paid, is passed over."""

    def __init__(self, intent: Intent, model: Model, workshop: Workshop, budget: Budget) -> None:
        self._intent = intent
        self._model = model
        self._workshop = workshop
        self._budget = budget
        self._unpaid: list[Payment] = []
        self.returned = Returned()

    def save_all(self, one: BatchFolder, client: BatchClient, tally: Tally) -> None:
        """Save each result, and pay for it; raises NotYet and OSError where that is to be tried again."""
        doubted = one.read_doubted()
        unanswered = set(tally.awaited)
        for number, told in _number_lines(one.read_lines(RESULTS), client, tally):
            if number in doubted:
                continue
            unanswered.discard(number)
            self._save_result(number, told)
        for number in sorted(unanswered):
            self._give_back(self._intent.requests[number], None)
        self._pay(0)

    def _save_result(self, number: int, told: ResultLine) -> None:
        asked, reply = self._intent.requests[number], told.reply
        if isinstance(reply, Message):
            self._save_answer(asked, self._model.reckon_batched(reply, told.usage, asked.dollars))
        else:
            self._give_back(asked, reply if isinstance(reply, Fault) else None)
        if told.usage is not None:  # else nobody knows what it has cost: the reservation stands
            label = Label(asked.account, asked.chunk)
            dollars = (
                0.0 if isinstance(reply, Unanswered | None) else self._model.price_batched(reply, told.usage)
            )
            name = self._intent.name_of(number)
            self._unpaid.append(Payment(name, label, self._intent.model, told.usage, dollars))
        self._pay(_PAID_TOGETHER)

    def _save_answer(self, asked: Asked, answer: Answer) -> None:
        key = ChunkKey(asked.job_id, asked.chunk)
        job = self._find_waiting(asked)
        if job is None:
            return
        try:
            saved = self._workshop.take_answer(job, asked.chunk, asked.question, answer)
        except TranscriptdError as error:
            if isinstance(error, ServiceError):
                raise
            self._workshop.fail_chunk(key, error)
            return
        if saved:
            self._workshop.note_saved(key)
        else:
            self._give_back(asked, None)

    def _give_back(self, asked: Asked, fault: Fault | None) -> None:
        """Have a chunk asked for again, where it still waits for that."""
        if self._find_waiting(asked) is None:
            return
        key = ChunkKey(asked.job_id, asked.chunk)
        self.returned.chunks.append(key)
        if fault is None or fault.policy.then is not Then.HOLD:
            return
        if fault.policy.whose is Whose.PERSON:
            self.returned.hold = fault
        elif fault.policy.whose is Whose.MODEL:
            self.returned.singly.add(key)  # which job can go on without this model is told by asking for one

    def _find_waiting(self, asked: Asked) -> Job | None:
        """The job that still waits for the answer to a request, None where it no longer does."""
        job = self._workshop.find_job(asked.job_id)
        if job is None:
            return None
        if job.plan is None:
            if job.folder.has(plan.FILE):
                raise NotYet  # it only can't be read for now
            return None
        if asked.chunk not in job.missing:
            return None
        binding = job.bind_chunk(asked.chunk)
        is_bound = (binding.line, binding.settings) == (asked.line, asked.settings)
        return job if is_bound else None

    def _pay(self, at_least: int) -> None:
        """Write payments down, where so many have come together."""
        if len(self._unpaid) >= at_least:
            self._budget.record_batch(self._unpaid)
            self._unpaid = []


def _number_lines(
    lines: Iterator[bytes], client: BatchClient, tally: Tally
) -> Iterator[tuple[int, ResultLine]]:
    """The results, each with the number of its request."""
    for line in lines:
        told = client.read_line(line)
        number = tally.find_number(told.custom_id) if told is not None else None
        if told is not None and number is not None:
            yield number, told
