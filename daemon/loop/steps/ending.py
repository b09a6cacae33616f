"""How a job ends: delivered, rejected, discarded, or sent back to where it came from; then cleared.

Each can be repeated: cut off anywhere, it leads to the same end when it is done again. `again` says
that an earlier attempt may have succeeded.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from daemon.delivery import result
from daemon.delivery.catalogue.database import Counts
from daemon.delivery.catalogue.upkeep import Upkeep
from daemon.delivery.outbox.names import INDEX
from daemon.delivery.outbox.names import REJECTED as INSIDE_REJECTED
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.delivery.outbox.staging import Parcel
from daemon.errors import InputError
from daemon.intake.claim import settle_claim
from daemon.intake.hidden_originals import find_claimed, give_back, take_away_claimed
from daemon.intake.inbox import GIVEN_BACK
from daemon.intake.put_back import put_back_job
from daemon.loop.hooks import DONE, REJECTED, Hooks
from daemon.store.job import Job
from daemon.store.originals import Originals
from daemon.store.state_folder import State
from daemon.system.disk_faults import DiskFault, sort_fault
from daemon.system.file_names import shown
from daemon.system.files import Folder

log = logging.getLogger(__name__)

_WITHOUT_COPY = (
    f"No copy of the original could be made here: it lies in the inbox, its name ends in {GIVEN_BACK}."
)
_STAYED = "No copy of the original could be made here; it lies where it was."


class Ended(Protocol):
    """Told of each job that was delivered (to `path` in the outbox) or rejected (with `error`)."""

    def __call__(self, job: Job, path: str | None, error: InputError | None) -> None:
        """Take note."""


def ignore_end(job: Job, path: str | None, error: InputError | None) -> None:
    """Ignore how a job ended."""


class Ending:
    """The last step of jobs of one state folder, into one outbox or back into one inbox.

    Without an inbox (None) the originals lie where people have them: no copy is the only one.
    """

    def __init__(
        self,
        state: State,
        outbox: Outbox,
        inbox_path: str | None,
        hooks: Hooks | None = None,
        upkeep: Upkeep | None = None,
    ) -> None:
        self._state = state
        self._outbox = outbox
        self._inbox_path = inbox_path
        self._hooks = hooks or Hooks(None, None)
        self._upkeep = upkeep

    def deliver_job(self, job: Job, *, again: bool) -> str:
        """Put the result into the outbox and clear the job; the result's path in the outbox.

        Raises ChunkGone where one of its chunks is not, or no longer, there.
        """
        on_top = result.name_on_top(job)
        path = self._find_ended(job, on_top=on_top) if again else None
        if path is None:
            path = self._outbox.deliver_result(
                job.ticket.name,
                job.ticket.job_id,
                result.finish_job(job, datetime.now(UTC)),  # not held beyond: it has files open there
                on_top=on_top,
            )
        counts = self._upkeep.note(path, flagged=job.flagged > 0) if self._upkeep is not None else None
        whole = os.path.join(self._outbox.path, path)
        self._hooks.run_now(DONE, whole, job.name, flags=job.flagged)  # before the clearing: at least once
        self._state.clear_job(job)
        _log_delivery(job, whole, counts, os.path.join(self._outbox.path, INDEX))
        return path

    def reject_job(self, job: Job, error: InputError, *, again: bool) -> str:
        """Put the original and the reason into rejected/ and clear the job; the path in the outbox."""
        path = self._find_ended(job) if again else self._find_same_refusal(job, error)
        if path is None:
            path = self._put_rejected(
                job, lambda note: result.reject_job(job, error, datetime.now(UTC), note)
            )
        if self._upkeep is not None:
            self._upkeep.note(path, rejected=True)
        self._hooks.run_now(REJECTED, os.path.join(self._outbox.path, path), job.name, str(error))
        self._leave_no_original(job, path)
        self._state.clear_job(job)
        log.warning("rejected name=%r reason=%r", shown(job.ticket.name), error.message)
        return path

    def discard_job(self, job: Job, *, again: bool) -> str | None:
        """Put the original and what was cleaned into rejected/ and clear the job; the path in the outbox.

        None where its claim never happened: the original is still in the inbox, and there is no job.
        """
        if not self._try_to_settle(job):
            return None
        path = self._find_ended(job) if again else None
        if path is None:
            path = self._put_rejected(job, lambda note: result.discard_job(job, datetime.now(UTC), note))
        if self._upkeep is not None:
            self._upkeep.note(path, rejected=True)
        self._leave_no_original(job, path)
        self._state.clear_job(job)
        log.info("discarded job=%s path=%r", shown(job.name), shown(os.path.join(self._outbox.path, path)))
        return path

    def start_over(self, job: Job) -> str | None:
        """Put the original back into the inbox and clear the job; the path in the inbox.

        A job that had come to its end already is cleared and nothing else; the path in the outbox.
        None where its claim never happened: the original is still in the inbox, and there is no job.
        """
        assert self._inbox_path is not None
        if not settle_claim(self._state, self._inbox_path, job):
            return None
        if (ended := self._find_ended(job)) is not None:
            self._state.clear_job(job)
            return ended
        self._outbox.abandon_result(job.ticket.job_id)
        path = put_back_job(job, self._inbox_path)
        self._state.clear_job(job)
        log.info("returned job=%s name=%r", shown(job.name), shown(path))
        return path

    def clear_if_delivered(self, job: Job) -> bool:
        """Clear a job that was delivered already, as its folder does not show; whether it was.

        What lies in rejected/ may be without the original: its job is ended by the step that began that.
        """
        path = self._find_ended(job)
        if path is None or path.startswith(INSIDE_REJECTED):
            return False
        self._state.clear_job(job)
        log.info("cleared job=%s it had come to its end before path=%r", shown(job.name), shown(path))
        return True

    def _try_to_settle(self, job: Job) -> bool:
        """As `settle_claim`; a source that can't be taken in, or is no file, keeps no job from its end."""
        if self._inbox_path is None:
            return True
        try:
            return settle_claim(self._state, self._inbox_path, job)
        except InputError:
            return True
        except OSError as error:
            if sort_fault(error) is DiskFault.PASSING:
                raise
            log.warning("unread job=%s its original can't be taken in (%s)", shown(job.name), error.strerror)
            return True

    def _put_rejected(self, job: Job, make: Callable[[str], Parcel]) -> str:
        """Put a job into rejected/, with what is still in the inbox; `make` is told what to say without."""
        parcel = make(_WITHOUT_COPY if self._inbox_path is not None else _STAYED)
        with contextlib.ExitStack() as stack:
            copies = dict(parcel.copies)
            for name, (_, kept) in parcel.copies.items():
                found = find_claimed(self._inbox_path, job, kept) if self._inbox_path is not None else None
                if found is not None and not job.folder.has(kept):
                    copies[name] = found
                if found is not None:
                    stack.callback(found[0].close)
            return self._outbox.reject_original(
                job.ticket.name, job.ticket.job_id, replace(parcel, copies=copies)
            )

    def _find_same_refusal(self, job: Job, error: InputError) -> str | None:
        """The path of what an earlier run rejected as this one does; None where there is none.

        Where the original stays, each run meets it again: one copy of it is enough.
        """
        if self._inbox_path is not None:
            return None

        def is_same(rejected: Folder) -> bool:
            there = Originals(rejected, job.ticket)
            with contextlib.suppress(OSError):  # as people left it
                return all(
                    there.find_digest(result.name_original(kept)) == job.originals.find_digest(kept)
                    for _, kept in job.originals.list_names()
                )
            return False

        return self._outbox.find_rejected(job.ticket.name, error.message, is_same)

    def _leave_no_original(self, job: Job, path: str) -> None:
        """Before a job is cleared: what rejected/ holds no copy of goes back into the inbox."""
        if self._inbox_path is None:
            return
        with self._outbox.pinned.open() as top, Folder(os.path.join(top.path, path)) as where:
            there = set(where.names())
        for kept in job.ticket.kept_names:
            if result.name_original(kept) in there:
                take_away_claimed(self._inbox_path, job, kept)
            elif (given := give_back(self._inbox_path, job, kept)) is not None:
                log.warning("given back name=%r no copy of it could be made", shown(given))

    def _find_ended(self, job: Job, *, on_top: str = "") -> str | None:
        """The path of what an earlier attempt made of the job, None where none got through."""
        return self._outbox.find_ended(job.ticket.name, job.ticket.job_id, on_top=on_top)


def _log_delivery(job: Job, path: str, counts: Counts | None, index: str) -> None:
    """Say that a job was delivered, and what came out today where that is known yet; `index` shows it all."""
    name, where = shown(job.name), shown(path)
    if counts is None:
        log.info("delivered job=%s flags=%d path=%r", name, job.flagged, where)
        return
    log.info(
        "delivered job=%s flags=%d today=%d flagged=%d rejected=%d index=%r path=%r",
        name, job.flagged, counts.delivered_today, counts.flagged_today, counts.rejected_today, shown(index),
        where,
    )  # fmt: skip
