"""Stands in for `Batching` where nothing goes in a batch, so that callers need not ask for it."""

from __future__ import annotations

from daemon.batches.record import Overview
from daemon.batches.surroundings import ChunkKey, Service
from daemon.store.job import Job
from daemon.workers.admission import Permit


class NoBatches:
    """No batch is out, and nothing waits for one; each chunk is asked for by a worker. See `Batching`."""

    is_idle = True
    waiting = 0
    problem: str | None = None
    overview = Overview()

    def take_over(self, key: ChunkKey, job: Job, permit: Permit) -> bool:
        """Whether no worker is to ask for a chunk: never."""
        return False

    def note_cleaned(self, key: ChunkKey, *, answered: bool) -> None:
        """A worker has asked for a chunk itself."""

    def forget_job(self, job_id: str, *, is_over: bool = False) -> None:
        """A job is over, or rests."""

    def has_out(self, job_id: str) -> bool:
        """Whether anything of a job is out: never."""
        return False

    def adopt(self, service: Service) -> None:
        """Another service, or other settings, that ask for no batch either."""

    def note_incoming(self, *, nothing_comes: bool) -> None:
        """Be told whether more will come for now."""

    def start(self) -> None:
        """Go on with what was left of earlier batches: nothing."""

    def close(self, seconds: float) -> bool:
        """Do nothing more; True, for nothing is under way."""
        return True
