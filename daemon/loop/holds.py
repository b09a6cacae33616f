"""What keeps everybody from going on: the service, a folder that is missing, a disk that takes no writes.

    missing    a folder is not what it was at the start; looked at anew each second
    stumbled   a step that writes failed: nothing is claimed until the same step has succeeded

The service's own hold is in `workers.admission`.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Protocol

from daemon.errors import ServiceError
from daemon.workers.admission import Admission, Hold

log = logging.getLogger(__name__)

_MISSING_SECONDS = 60.0  # how often, at most, "when it is looked at again" is said anew
_FIRST_SECONDS = 5.0  # the job that stumbled has its turn before anything is claimed


class Steps(Protocol):
    """Who takes steps that write, one at a time."""

    @property
    def busy(self) -> bool:
        """Whether one is under way."""


@dataclass(frozen=True, slots=True)
class _Stumble:
    hold: Hold
    by: Steps | None


class Holds:
    """Several may hold at once; `held` tells one. The loop and the background thread tell of stumbles.

    Each method reads a field once: what it looks at can't change under it.
    """

    def __init__(self, admission: Admission) -> None:
        self.missing: Hold | None = None
        self._admission = admission
        self._stumble: _Stumble | None = None

    @property
    def held(self) -> Hold | None:
        """Why nobody can go on, None when they can."""
        stumble = self._stumble
        return self._admission.held or self.missing or (stumble.hold if stumble is not None else None)

    @property
    def claims_wait(self) -> bool:
        """Whether nothing more may be claimed for now."""
        return self.missing is not None or self._admission.held is not None or self._stumbling()

    def stumble(self, error: ServiceError, by: Steps | None = None) -> None:
        """A disk or the outbox is not as it should be: claim nothing until the same step has succeeded.

        That is the next one `by` this job, or, where none is named, the next claim.
        """
        reason, before, held = str(error), self._stumble, self.held
        self._stumble = _Stumble(Hold(reason, time.monotonic() + error.probe_after), by)
        if (held is None or held.reason != reason) and (before is None or before.hold.reason != reason):
            log.warning("held reason=%r", reason)  # who reads it may count on it

    def recovered(self, by: Steps | None = None) -> None:
        """A step that writes has succeeded: `by` this job, or a claim."""
        stumble = self._stumble
        if stumble is not None and stumble.by is by:
            self._stumble = None
            log.info("resumed the folders take writes again")

    def miss(self, fault: ServiceError | None) -> bool:
        """One of the folders is not as it was: nothing is claimed until all are again (None).

        True when they have just come back.
        """
        now = time.monotonic()
        if fault is not None:
            reason, held = str(fault), self.held
            if self.missing is None or self.missing.reason != reason or now >= self.missing.until:
                self.missing = Hold(reason, now + _MISSING_SECONDS)
            if held is None or held.reason != reason:
                log.warning("held reason=%r", reason)
            return False
        if self.missing is None:
            return False
        stumble = self._stumble
        if stumble is not None and stumble.hold.reason == self.missing.reason:
            self._stumble = None
        self.missing = None
        log.info("resumed the folders are as they were")
        return True

    def try_now(self) -> None:
        """Wait no longer before what stumbled is tried again."""
        stumble = self._stumble
        if stumble is not None:
            self._stumble = _Stumble(Hold(stumble.hold.reason, time.monotonic()), stumble.by)

    def _stumbling(self) -> bool:
        """Whether it is too early to try again, or that is just being tried."""
        stumble = self._stumble
        if stumble is None:
            return False
        if stumble.by is None:
            return time.monotonic() < stumble.hold.until
        return stumble.by.busy or time.monotonic() < stumble.hold.until + _FIRST_SECONDS
