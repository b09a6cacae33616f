"""Says what goes on, whenever that has changed: STATUS.txt for people, .daemon.json for `status`."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from daemon.status import DAEMON_FILE, Held, JobStatus, Snapshot, live_record
from daemon.supervisor import Supervisor

log = logging.getLogger(__name__)

INTERVAL = 1.0  # seconds, at least, between two writes


class Report:
    """Writes at most once a second, and only what has changed."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._text: str | None = None
        self._record: bytes | None = None
        self._next = 0.0

    def __call__(self, supervisor: Supervisor, *, leaving: bool = False) -> None:
        """Publish the supervisor's present state; a disk that takes no writes is no reason to stop."""
        if time.monotonic() < self._next and not leaving:
            return
        self._next = time.monotonic() + INTERVAL
        snapshot = take(supervisor, None if leaving else self._pid)
        try:
            self._write(supervisor, snapshot, leaving=leaving)
        except Exception as error:  # noqa: BLE001 - saying how it goes must never stop it from going
            log.debug("status not written (%s)", type(error).__name__)

    def _write(self, supervisor: Supervisor, snapshot: Snapshot, *, leaving: bool) -> None:
        record = live_record(snapshot.held, snapshot.problem)
        if leaving:
            supervisor.jobs.state.folder.unlink(DAEMON_FILE)
        elif record != self._record:
            supervisor.jobs.state.folder.write(DAEMON_FILE, record)
            self._record = record
        text = snapshot.to_text("inbox/")
        if text != self._text:
            supervisor.jobs.outbox.write_status(text)
            self._text = text


def take(supervisor: Supervisor, pid: int | None) -> Snapshot:
    """A snapshot from the loop's own knowledge, without reading what it already knows."""
    held = supervisor.jobs.held
    entries = [entry for entry in supervisor.jobs.entries if not entry.cleared]
    return Snapshot(
        running=pid is not None,
        pid=pid,
        held=Held(held.reason, _clock_time(held.until - time.monotonic())) if held else None,
        problem=supervisor.problem,
        paused=supervisor.paused,
        inbox=supervisor.inbox.waiting if supervisor.inbox is not None else 0,
        spent_today=supervisor.jobs.ledger.spent_today(datetime.now().astimezone()),
        jobs=tuple(JobStatus.of(entry.job) for entry in entries),
    )


def _clock_time(seconds: float) -> str:
    at = datetime.now().astimezone() + timedelta(seconds=max(0.0, seconds))
    return at.isoformat(timespec="seconds")
