"""What the batches need of the rest of the program: the service that they go to, the jobs they are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from daemon.batches.record import BatchShelf
from daemon.cleaning.chunk_questions import Question
from daemon.cleaning.llm.model import Model
from daemon.costs.budget import Budget
from daemon.costs.question import Answer
from daemon.settings.profile import Settings
from daemon.store.job import Job
from daemon.store.ticket import Ticket
from daemon.workers.admission import Admission


class ChunkKey(NamedTuple):
    """One chunk of one job, by the job's id."""

    job_id: str
    chunk: int


@dataclass(frozen=True, slots=True)
class Group:
    """Requests that may go together: to one model, under settings that fail or work together (by hash)."""

    model: str
    mark: str


class Service(Protocol):
    """Today's service and settings. `address` is where requests go, `key_mark` a hash of the key."""

    address: str
    key_mark: str

    @property
    def budget(self) -> Budget:
        """What is reserved and paid for requests."""

    @property
    def gather_seconds(self) -> float:
        """How long requests are gathered at most."""

    def wants_batch(self, ticket: Ticket) -> bool:
        """Whether the chunks of such a job are to be sent in batches, today."""

    def group_of(self, settings: Settings) -> Group | None:
        """The group whose requests a job's go with; None where they can't go in a batch."""

    def batch_model(self, name: str) -> Model:
        """The model of this name; raises ServiceError where it can't be asked."""


class Workshop(Protocol):
    """The jobs: what is asked about their chunks, and what becomes of the answers."""

    def find_job(self, job_id: str) -> Job | None:
        """The job of this id, None where it is over."""

    def find_question(self, job: Job, index: int) -> Question | None:
        """What is to be asked next about a chunk; None where its answers are enough, and it is saved.

        Raises JobError, ServiceError and OSError.
        """

    def take_answer(self, job: Job, index: int, name: str, answer: Answer) -> bool:
        """Take the answer to a question, and save the chunk; False where more must be asked.

        Raises JobError, ServiceError and OSError.
        """

    def has_waiting(self) -> bool:
        """Whether a chunk waits for a worker."""

    def bring_back(self, key: ChunkKey) -> None:
        """Let a chunk be cleaned by a worker again."""

    def note_saved(self, key: ChunkKey) -> None:
        """A chunk that was out is saved."""

    def fail_chunk(self, key: ChunkKey, error: Exception) -> None:
        """Something went wrong with a chunk."""

    def hold_batches(self, reason: str | None, seconds: float) -> None:
        """Say why batches can't go on, and in how many seconds it is looked at again; None where they can."""


@dataclass(slots=True)
class Surroundings:
    """What all steps of the batches of one state folder share; `service` is today's, and may be replaced."""

    shelf: BatchShelf
    service: Service
    workshop: Workshop
    admission: Admission
