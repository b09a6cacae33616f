"""The jobs as the batches see them: what is asked about their chunks, and what becomes of the answers."""

from __future__ import annotations

import time
from collections.abc import Callable

from daemon.batches.surroundings import ChunkKey
from daemon.cleaning.chunk_questions import Question
from daemon.costs.question import Answer
from daemon.loop.holds import Holds
from daemon.loop.open_job import OpenJob
from daemon.loop.steps.cleaning import Cleaning
from daemon.store.job import Job
from daemon.workers.admission import Hold
from daemon.workers.scheduler import Lane, Scheduler


class BatchedJobs:
    """A Workshop (see `batches.surroundings`). `list_open` gives the jobs in work, for any thread."""

    def __init__(
        self,
        list_open: Callable[[], list[OpenJob]],
        cleaning: Cleaning,
        scheduler: Scheduler,
        holds: Holds,
        chunk_failed: Callable[[OpenJob, BaseException], None],
        wake: Callable[[], None],
    ) -> None:
        self._list_open = list_open
        self._cleaning = cleaning
        self._scheduler = scheduler
        self._holds = holds
        self._chunk_failed = chunk_failed
        self._wake = wake

    def find_job(self, job_id: str) -> Job | None:
        """The job of this id, None where it is over."""
        found = self._find_open_job(job_id)
        return None if found is None or found.ended or found.job.gone else found.job

    def find_question(self, job: Job, index: int) -> Question | None:
        """What is to be asked next about a chunk; None where its answers are enough, and it is saved."""
        return self._cleaning.find_question(job, index)

    def take_answer(self, job: Job, index: int, name: str, answer: Answer) -> bool:
        """Take the answer to a question, and save the chunk; False where more must be asked."""
        return self._cleaning.take_answer(job, index, name, answer)

    def has_waiting(self) -> bool:
        """Whether a chunk waits for a worker."""
        return self._scheduler.has_waiting

    def bring_back(self, key: ChunkKey) -> None:
        """Let a chunk be cleaned by a worker again."""
        if (lane := self._find_lane(key)) is not None:
            self._scheduler.bring_back(lane, key.chunk)

    def note_saved(self, key: ChunkKey) -> None:
        """A chunk that was out is saved."""
        if (lane := self._find_lane(key)) is not None:
            self._scheduler.settle(lane, key.chunk)
        self._wake()

    def fail_chunk(self, key: ChunkKey, error: Exception) -> None:
        """Something went wrong with a chunk."""
        found = self._find_open_job(key.job_id)
        if found is not None:
            self._chunk_failed(found, error)
            self._wake()

    def hold_batches(self, reason: str | None, seconds: float) -> None:
        """Say why batches can't go on, and in how many seconds it is looked at again; None where they can."""
        self._holds.batches = None if reason is None else Hold(reason, time.monotonic() + seconds)

    def _find_lane(self, key: ChunkKey) -> Lane | None:
        found = self._find_open_job(key.job_id)
        return found.lane if found is not None else None

    def _find_open_job(self, job_id: str) -> OpenJob | None:
        return next((each for each in self._list_open() if each.job.ticket.job_id == job_id), None)
