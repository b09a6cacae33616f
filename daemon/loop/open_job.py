"""A job in the loop's hands: what is under way for it, and what the loop knows beside its folder."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from daemon.errors import InputError
from daemon.loop.lifecycle import CRASHES_BEFORE_QUIET, Step, UnderWay
from daemon.store.job import DISCARD, FRESH, Job
from daemon.workers.scheduler import Lane

_ASKED_BY = {Step.DISCARD: DISCARD, Step.START_OVER: FRESH}


@dataclass(eq=False)
class OpenJob:
    """A job that is not over, and what the loop has under way for it.

    `step` is the one decided last; `busy`: it is being carried out in the background. `lane` holds its
    chunks, or its extras, while they are queued or in work. Nothing begins before `not_before` (monotonic
    seconds).

    What came of earlier steps: `ended`: the job is over, and cleared. `refusal`: why its source can never
    be cleaned. `plan_changed`: the plan on the disk is not the one in use. `being_written`: somebody still
    writes to its source. `twin`: the job of the same bytes whose result it waits for. `again`: an earlier
    attempt to end it may have succeeded.

    `disk_tries` is how often in a row a disk or share refused a step of it. `said` is why it failed, as
    people were told last. It is tried again by itself from `again_at` (monotonic seconds) on where a disk,
    or too little memory (`memory_tries` in a row), was why. `unmarked` is why it failed, where its folder
    takes no FAILED: nothing of it is begun until it is tried again. `held_since` says since when its extras
    wait for a service that is held (monotonic seconds).
    """

    job: Job
    again: bool
    step: Step = Step.WAIT
    busy: bool = False
    lane: Lane | None = None
    not_before: float = 0.0
    ended: bool = False
    refusal: InputError | None = None
    plan_changed: bool = False
    being_written: bool = False
    disk_tries: int = 0
    memory_tries: int = 0
    said: str = ""
    again_at: float = 0.0
    unmarked: str = ""
    twin: Job | None = None
    held_since: float | None = None

    def under_way(self, now: float) -> UnderWay:
        """What is under way at this moment (monotonic seconds)."""
        if self.busy:
            return UnderWay.STEP
        if now < self.not_before:
            return UnderWay.DELAY
        if self.lane is None:
            return UnderWay.NOTHING
        if self.lane.optional:
            return UnderWay.NO_EXTRA_LEFT if self.lane.spent else UnderWay.EXTRAS
        return UnderWay.NO_CHUNK_LEFT if self.lane.spent else UnderWay.CHUNKS

    def is_due_again(self, now: float) -> bool:
        """Whether what made it fail may be over, and it is tried again by itself (monotonic seconds)."""
        return now >= self.again_at and (self.unmarked != "" or self.job.failure.may_be_over)

    @property
    def may_run(self) -> bool:
        """Whether its chunks may be cleaned: it is neither paused nor failed, be that marked or not."""
        return not self.unmarked and self.job.may_run

    def waits_for_twin(self, jobs: Container[Job]) -> bool:
        """Whether it waits for the result of another job of the same bytes; `jobs` are those not over."""
        return self.twin is not None and self.twin in jobs and self.twin.may_run

    @property
    def wants_quiet(self) -> bool:
        """Whether nothing else is to begin: its step has often taken the program down, and is tried alone."""
        waits = self.step is Step.HAVE_QUIET
        return waits or (self.busy and self.job.crashes >= CRASHES_BEFORE_QUIET)

    @property
    def asked_by(self) -> str | None:
        """The marker of the person who asked for the step decided last; None where nobody did."""
        return _ASKED_BY.get(self.step)

    @property
    def claim_is_uncertain(self) -> bool:
        """Whether it was found at the start without its source, which may be in the inbox still."""
        if not self.again or self.being_written:
            return False
        try:
            return not self.job.folder.has(self.job.ticket.source)
        except OSError:
            return True  # the next step of the job says more
