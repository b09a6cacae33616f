"""A batch is made: its requests written down, reserved in the ledger, and sent once."""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from daemon.batches.protocol import ID, INTENT, MOST_BYTES, MOST_REQUESTS, SENDING, STRUCK
from daemon.batches.record import REQUESTS, Asked, BatchFolder, Intent, Sending, Sent
from daemon.batches.surroundings import ChunkKey, Surroundings
from daemon.cleaning.llm.batch_client import BatchView
from daemon.cleaning.llm.faults import ChunkRefused, Fault, Kind
from daemon.cleaning.llm.model import Model
from daemon.costs.budget import Wanted
from daemon.costs.pricing import BATCH_SHARE
from daemon.costs.question import Label
from daemon.errors import JobError, NotNow, ServiceError
from daemon.store.job import Job
from daemon.system.open_file import write_all
from daemon.workers.admission import Permit

log = logging.getLogger(__name__)

_CARRIED_OUT_SECONDS = 86_400.0
_BEGIN, _BETWEEN, _END = b'{"requests":[', b",", b"]}"

# With all others the service may have made a batch: its answer was lost, or says nothing that can be trusted.
_NEVER_MADE = frozenset(
    {
        Kind.LIMITED, Kind.UNREACHABLE, Kind.CREDIT, Kind.NO_KEY, Kind.NO_CLIENT, Kind.CERTIFICATE,
        Kind.NO_TLS, Kind.KEY, Kind.PERMISSION, Kind.MODEL, Kind.REDIRECTED, Kind.REFUSED, Kind.TOO_LARGE,
        Kind.CONTEXT,
    }
)  # fmt: skip


@dataclass(slots=True)
class Limits:
    """How large a batch may be; both become smaller where a service finds one too large."""

    requests: int = MOST_REQUESTS
    size: int = MOST_BYTES

    def halve(self, requests: int, size: int) -> None:
        """Let no batch be larger than half of one of so many requests and bytes."""
        self.requests, self.size = max(1, requests // 2), max(1, size // 2)


@dataclass(slots=True)
class Dispatch:
    """What came of sending a batch: the batch's folder, or None where nothing was worth sending.

    `unsent` are chunks that are to be gathered again, `singly` such as must be asked for singly, `saved` such
    as had all their answers. `fault` is what the service said; `shortage` why the day's budget is not enough.
    `made` is the batch as it was made.
    """

    one: BatchFolder | None = None
    intent: Intent | None = None
    unsent: list[ChunkKey] = field(default_factory=list)
    singly: list[ChunkKey] = field(default_factory=list)
    saved: list[ChunkKey] = field(default_factory=list)
    fault: Fault | None = None
    shortage: ServiceError | None = None
    made: Sent | None = None


class Sender:
    """Makes one batch of chunks, for one model, and sends it. `dispatch` tells what has come of it so far.

    `note_out` hears of the chunks that are under way from here on.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        limits: Limits,
        model: Model,
        permit: Permit,
        note_out: Callable[[Intent], None],
    ) -> None:
        assert model.batches is not None
        self.dispatch = Dispatch()
        self._shelf = surroundings.shelf
        self._service = surroundings.service
        self._workshop = surroundings.workshop
        self._limits = limits
        self._model = model
        self._client = model.batches
        self._permit = permit
        self._note_out = note_out

    def send_chunks(self, chunks: Sequence[tuple[ChunkKey, Job]]) -> None:
        """Send as many of the chunks as fit into the batch.

        Raises ServiceError and OSError where a disk, or the ledger, takes no writes.
        """
        one = self.dispatch.one = self._shelf.make(secrets.token_hex(8))
        asked = self._write_requests(one, chunks)
        if not asked:
            self._shelf.remove(one)
            self.dispatch.one = None
            return
        service = self._service
        intent = Intent(one.name, self._client.model, service.address, service.key_mark, tuple(asked))
        self.dispatch.intent = intent
        one.write(INTENT, intent)
        self._note_out(intent)
        left_out = self._reserve(intent)
        if len(left_out) == len(asked) or not _is_admitted(self._permit):
            one.mark(STRUCK)
            return
        self._post(one, intent, left_out)

    def _write_requests(self, one: BatchFolder, chunks: Sequence[tuple[ChunkKey, Job]]) -> list[Asked]:
        """Write the requests down as they are sent, one a line; what stands behind each."""
        asked: list[Asked] = []
        size = 0
        with one.folder.writing(REQUESTS) as fd:
            for key, job in chunks:
                if len(asked) >= self._limits.requests:
                    break
                made = self._make_request(key, job, f"{one.name}-{len(asked)}")
                if made is None:
                    continue
                line, request = made
                if asked and size + len(line) > self._limits.size:
                    break
                size += len(line) + 1
                asked.append(request)
                write_all(fd, line + b"\n")
        return asked

    def _make_request(self, key: ChunkKey, job: Job, name: str) -> tuple[bytes, Asked] | None:
        """A request as it is sent, and what stands behind it; None where the chunk is not sent."""
        try:
            question = self._workshop.find_question(job, key.chunk)
            if question is None:
                self.dispatch.saved.append(key)
                self._workshop.note_saved(key)
                return None
            prompt = self._model.make_prompt(question.system, question.user, question.max_tokens)
            binding = job.bind_chunk(key.chunk)
        except ChunkRefused:
            self.dispatch.singly.append(key)
            return None
        except JobError as error:
            self._workshop.fail_chunk(key, error)
            return None
        dollars = BATCH_SHARE * self._model.bound_cost(prompt)
        request = Asked(
            key.job_id, job.account, key.chunk, binding.line, binding.settings, question.name, dollars
        )
        return self._client.encode_request(name, prompt), request

    def _reserve(self, intent: Intent) -> list[int]:
        """Reserve what each request can cost; the numbers of those that are not to be sent."""
        wanted = [
            Wanted(intent.name_of(number), Label(asked.account, asked.chunk), asked.dollars)
            for number, asked in enumerate(intent.requests)
        ]
        left_out = []
        for number, refusal in enumerate(self._service.budget.reserve_batch(wanted, intent.model)):
            if refusal is None:
                continue
            left_out.append(number)
            key = ChunkKey(intent.requests[number].job_id, intent.requests[number].chunk)
            self.dispatch.unsent.append(key)
            if isinstance(refusal, JobError):
                self._workshop.fail_chunk(key, refusal)
            else:
                self.dispatch.shortage = refusal
        return left_out

    def _post(self, one: BatchFolder, intent: Intent, left_out: list[int]) -> None:
        """Send it, once, and write down its id at once."""
        count = len(intent.requests) - len(left_out)
        one.write(SENDING, Sending(self._client.read_clock(), count, tuple(left_out)))
        lines = list(_find_lines(one, frozenset(left_out)))
        length = sum(size for _, size in lines) + len(_BEGIN) + (len(lines) - 1) * len(_BETWEEN) + len(_END)
        self._permit.announce_silence(0.0)
        answer = self._client.create_batch(_stream_body(one, lines), length)
        if isinstance(answer, BatchView):
            made = self.dispatch.made = note_sent(answer)
            one.write(ID, made)
            log.info("sent batch=%s requests=%d", answer.id, count)
            one.folder.unlink(REQUESTS)
            return
        self.dispatch.fault = answer
        if answer.kind in (Kind.TOO_LARGE, Kind.TIMEOUT):
            self._limits.halve(count, length)
        if answer.kind is Kind.TOO_LARGE and count == 1:
            self.dispatch.singly += [ChunkKey(asked.job_id, asked.chunk) for asked in intent.requests]
        if answer.kind in _NEVER_MADE:
            one.mark(STRUCK)
        else:
            log.warning("lost the answer to a batch requests=%d (%s): it is looked for", count, answer.seen)


def note_sent(view: BatchView, *, adopted: bool = False) -> Sent:
    """What is to be known of a batch that is at the service; what that does not say is reckoned from now."""
    created = time.time() if view.created_at is None else view.created_at
    expires = created + _CARRIED_OUT_SECONDS if view.expires_at is None else view.expires_at
    return Sent(view.id, created, expires, adopted=adopted)


def _is_admitted(permit: Permit) -> bool:
    try:
        permit.await_admission()
    except NotNow:
        return False
    return True


def _find_lines(one: BatchFolder, left_out: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Where the requests that are sent lie in their file, each with its size, in bytes."""
    offset = 0
    for number, line in enumerate(one.read_lines(REQUESTS)):
        if number not in left_out:
            yield offset, len(line)
        offset += len(line) + 1


def _stream_body(one: BatchFolder, lines: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    """The body of the request that makes the batch, bit by bit."""
    fd = one.folder.open(REQUESTS)
    try:
        before = _BEGIN
        for offset, size in lines:
            yield before + os.pread(fd, size, offset)
            before = _BETWEEN
        yield _END
    finally:
        os.close(fd)
