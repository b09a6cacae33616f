"""What keeps everybody from going on: the service, a folder that is missing, a disk that takes no writes.

    missing folder    a folder is not what it was at the start; looked at anew each second
    failed write      a step that writes failed: nothing is claimed until the same step has succeeded
    batches           no message batch can be sent or looked after; all else goes on

The service's own hold is in `workers.admission`.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace

from daemon.errors import ServiceError
from daemon.loop.open_job import OpenJob
from daemon.workers.admission import Admission, Hold

log = logging.getLogger(__name__)

_MISSING_SECONDS = 60.0  # how often, at most, "when it is looked at again" is said anew
_FIRST_SECONDS = 5.0  # the job whose write failed has its turn before anything is claimed


@dataclass(frozen=True, slots=True)
class _FailedWrite:
    """A hold because a write failed, and the job whose write it was; None where it was a claim.

    `said` holds the reasons that were logged since writes began to fail: each job may meet one of its own.
    """

    hold: Hold
    by: OpenJob | None
    said: frozenset[str]


class Holds:
    """All that may hold the service; `held` is one of them. For the loop and the background thread.

    Each method reads a field once: what it looks at can't change under it.
    """

    def __init__(self, admission: Admission) -> None:
        self.missing: Hold | None = None
        self.batches: Hold | None = None
        self._admission = admission
        self._failed_write: _FailedWrite | None = None

    @property
    def held(self) -> Hold | None:
        """Why nobody can go on, None when they can."""
        return self._admission.held or self.beside_service

    @property
    def beside_service(self) -> Hold | None:
        """What else than the service keeps everybody from going on, None where nothing does."""
        failed = self._failed_write
        return self.missing or (failed.hold if failed is not None else self.batches)

    @property
    def claims_wait(self) -> bool:
        """Whether nothing more may be claimed for now."""
        return self._admission.held is not None or self._disks_are_held

    @property
    def wants_probe(self) -> bool:
        """Whether only the service's hold keeps claims waiting, and it may be asked if it is back."""
        return self._admission.is_probe_due and not self._disks_are_held

    @property
    def _disks_are_held(self) -> bool:
        return self.missing is not None or self._failed_write_goes_first()

    def hold_for_write(self, error: ServiceError, by: OpenJob | None = None) -> None:
        """A disk or the outbox is not as it should be: claim nothing until the same step has succeeded.

        That is the next one `by` this job, or, where none is named, the next claim.
        """
        missing = self.missing
        reason = str(error) if missing is None else missing.reason  # why, most likely
        before, held = self._failed_write, self.held
        said = before.said if before is not None else frozenset()
        hold = Hold(reason, time.monotonic() + error.probe_after)
        self._failed_write = _FailedWrite(hold, by, said | {reason})
        if (held is None or held.reason != reason) and reason not in said:
            log.warning("held reason=%r", reason)  # last: whoever reads the line finds the hold in force

    def end_failed_write(self, by: OpenJob | None = None) -> None:
        """A step that writes has succeeded: `by` this job, or a claim."""
        failed = self._failed_write
        if failed is not None and failed.by is by:
            self._failed_write = None
            log.info("resumed the folders take writes again")

    def note_missing_folder(self, fault: ServiceError | None) -> bool:
        """One of the folders is not as it was: nothing is claimed until all are as they were (None).

        True when they have just come back.
        """
        now = time.monotonic()
        if fault is not None:
            reason = str(fault)
            known = {each.reason for each in (self.missing, self.held) if each is not None}
            if self.missing is None or self.missing.reason != reason or now >= self.missing.until:
                self.missing = Hold(reason, now + _MISSING_SECONDS)
            if reason not in known:
                log.warning("held reason=%r", reason)
            return False
        if self.missing is None:
            return False
        failed = self._failed_write
        if failed is not None and failed.hold.reason == self.missing.reason:
            self._failed_write = None
        self.missing = None
        log.info("resumed the folders are as they were")
        return True

    def try_now(self) -> None:
        """Wait no longer before the write that failed is tried again."""
        failed = self._failed_write
        if failed is not None:
            self._failed_write = replace(failed, hold=Hold(failed.hold.reason, time.monotonic()))

    def _failed_write_goes_first(self) -> bool:
        """Whether the write that failed is to be tried again, or is being, before anything is claimed."""
        failed = self._failed_write
        if failed is None:
            return False
        if failed.by is None:
            return time.monotonic() < failed.hold.until
        return failed.by.busy or time.monotonic() < failed.hold.until + _FIRST_SECONDS
