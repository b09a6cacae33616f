"""A job in the loop's hands: what of it is under way, and what is known of it beside its folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from daemon.errors import InputError
from daemon.store.job import Job
from daemon.workers.scheduler import Lane


class Ended(Protocol):
    """Told of each job that was delivered (to `path` in the outbox) or rejected (with `error`)."""

    def __call__(self, job: Job, path: str | None, error: InputError | None) -> None:
        """Take note."""


def unheard(job: Job, path: str | None, error: InputError | None) -> None:
    """Nobody wants to be told."""


@dataclass(eq=False)
class Entry:
    """A job in the loop's hands.

    `again`: an earlier delivery may have got through. `alone`: its step wants nothing else under way.
    `stale`: its plan has changed on the disk. `written`: somebody still writes to its source.
    `unsettled`: found at the start without its source, which may be in the inbox still. `given_up`:
    DISCARD or FRESH, while that is done.
    """

    job: Job
    again: bool
    lane: Lane | None = None
    busy: bool = False
    alone: bool = False
    stale: bool = False
    written: bool = False
    unsettled: bool = False
    given_up: str | None = None
    cleared: bool = False
    rejection: InputError | None = None
    not_before: float = 0.0
