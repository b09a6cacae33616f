"""Says what goes on, whenever that has changed: STATUS.txt for people, .daemon.json for `status`."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial

from daemon.delivery.outbox.names import INDEX
from daemon.errors import TranscriptdError, locate_bug
from daemon.intake.waiting import WaitingFile, explain_waiting
from daemon.loop.supervisor import Supervisor
from daemon.status.live_record import DAEMON_FILE, Asking, Held, LiveRecord
from daemon.status.lone_sidecars import explain_lone_sidecar
from daemon.status.snapshot import (
    MOST_EXPLAINED,
    Batches,
    JobStatus,
    Snapshot,
    find_index,
    format_moment,
)
from daemon.status.table import describe_in_one_line, describe_status
from daemon.system.file_names import shown
from daemon.system.files import Folder
from daemon.system.process.other_processes import read_process_mark
from daemon.system.process.sd_notify import Notifier
from daemon.text.json_values import json_values_of
from daemon.workers.admission import Hold

log = logging.getLogger(__name__)

INTERVAL = 1.0  # seconds, at least, between two writes
ASKING_SECONDS = 3.0  # a question that is out for less is not worth saying
EXPLAIN_SECONDS = 5.0  # between two looks at why files are not taken


class Report:
    """Writes at most once a second, and only what has changed; tells the service manager too."""

    def __init__(self, pid: int, manager: Notifier | None = None) -> None:
        self._pid = pid
        self._manager = manager or Notifier({})
        self._told: str | None = None
        self._text: str | None = None
        self._recorded: bytes | None = None
        self._next = 0.0
        self._stuck: str | None = None
        self._unwritten: tuple[object, str | None] | None = None
        self._waiting: tuple[WaitingFile, ...] = ()
        self._next_explained = 0.0
        self._bugs: set[str] = set()

    def __call__(self, supervisor: Supervisor, *, leaving: bool = False) -> None:
        """Publish the supervisor's present state; that this can't be done is no reason to stop."""
        self._feed_watchdog(supervisor)
        if time.monotonic() < self._next and not leaving:
            return
        self._next = time.monotonic() + INTERVAL
        try:
            pid = None if leaving else self._pid
            snapshot = take_snapshot(supervisor, pid, self._explain_waiting(supervisor, anew=leaving))
            self._manager.status(describe_in_one_line(snapshot))
            if supervisor.jobs.upkeep is not None:
                supervisor.jobs.upkeep.show_failed(snapshot.failed_jobs)
        except Exception as error:  # noqa: BLE001 - saying how it goes must never stop it from going
            self._say_unwritten(supervisor, error)
            return
        for tell in (self._tell_programs, self._tell_people):
            try:
                tell(supervisor, snapshot)
            except Exception as error:  # noqa: BLE001 - as above
                self._say_unwritten(supervisor, error)

    def _say_unwritten(self, supervisor: Supervisor, error: Exception) -> None:
        """Say once that a file that tells how it goes is stale; a hold is said elsewhere."""
        log.debug("status not written (%s)", type(error).__name__)
        if not isinstance(error, OSError | TranscriptdError):
            self._say_bug(error)
        if not isinstance(error, OSError) or supervisor.jobs.holds.held is not None:
            return
        why = (error.filename, error.strerror)
        if why != self._unwritten:
            self._unwritten = why
            path = f" path={shown(error.filename)!r}" if isinstance(error.filename, str) else ""
            log.warning("status not written%s (%s)", path, error.strerror)

    def _say_bug(self, error: Exception) -> None:
        """Say once what keeps the status from being told, and where."""
        where = locate_bug(error)
        if where not in self._bugs:
            self._bugs.add(where)
            log.error("bug=%s while the status was told\n%s", type(error).__name__, where)

    def _feed_watchdog(self, supervisor: Supervisor) -> None:
        """Say that all is well, as long as the workers move; the loop does, or it wouldn't be here."""
        stage = "STOPPING" if supervisor.admission.leaving else "READY"
        if stage != self._told:
            self._told = stage
            grace = 2 * supervisor.root.config.stop_grace_seconds  # for requests, and for a step
            self._manager.ready() if stage == "READY" else self._manager.stopping(grace)
        stuck = supervisor.admission.heartbeat.find_overdue()
        if stuck is None:
            self._manager.alive()
        elif stuck != self._stuck:
            log.error("stuck thread=%s has not been heard of for too long", stuck)
        self._stuck = stuck

    def _explain_waiting(self, supervisor: Supervisor, *, anew: bool) -> tuple[WaitingFile, ...]:
        """Why files are not taken; looked at `anew` every few seconds at most, for each of them is opened."""
        is_due = anew or time.monotonic() >= self._next_explained
        if supervisor.inbox is not None and is_due:
            self._next_explained = time.monotonic() + EXPLAIN_SECONDS
            self._waiting = explain_what_waits(supervisor)
        return self._waiting

    def _tell_programs(self, supervisor: Supervisor, snapshot: Snapshot) -> None:
        if not snapshot.running and snapshot.held is None:
            supervisor.jobs.state.folder.unlink(DAEMON_FILE)
            return
        jobs = supervisor.jobs
        record = encode_live_record(
            snapshot, supervisor.unused_files, jobs.list_copies(), jobs.list_unmarked()
        )
        if record != self._recorded:
            self._recorded = None
            _replace_record(supervisor.jobs.state.folder, record)
            self._recorded = record

    def _tell_people(self, supervisor: Supervisor, snapshot: Snapshot) -> None:
        text = describe_status(snapshot, "inbox/", INDEX if snapshot.index else None)
        if text != self._text:
            self._text = None  # an outbox that is away may come back as another folder
            supervisor.jobs.outbox.write_status(text)
            self._text = text


def encode_live_record(
    snapshot: Snapshot,
    unused: Mapping[str, str],
    copies: Mapping[str, str],
    unmarked: Mapping[str, str],
) -> bytes:
    """The content of .daemon.json for this process."""
    pid = os.getpid()
    record = LiveRecord(
        pid,
        read_process_mark(pid),
        held=snapshot.held,
        problem=snapshot.problem,
        asking=snapshot.asking,
        swap=snapshot.swap,
        waiting=snapshot.waiting,
        unused=unused,
        copies=copies,
        flagging=snapshot.flagging,
        unmarked=unmarked,
    )
    return json.dumps(json_values_of(record)).encode() + b"\n"  # json: a file's name may be no valid UTF-8


def _replace_record(state: Folder, record: bytes) -> None:
    """Write down what goes on; where that can't be done, take away what was written and is true no more."""
    try:
        state.rewrite(DAEMON_FILE, record)
    except OSError:
        with suppress(OSError):
            state.unlink(DAEMON_FILE)
        raise


def explain_what_waits(supervisor: Supervisor) -> tuple[WaitingFile, ...]:
    """The files in the inbox that are not taken for a reason of their own."""
    if supervisor.inbox is None:
        return ()
    jobs = supervisor.jobs
    in_work = [job.ticket.name for job in jobs.open]
    explain_lone = partial(explain_lone_sidecar, jobs.outbox, in_work, supervisor.unused_files)
    return explain_waiting(supervisor.inbox, MOST_EXPLAINED, explain_lone)


def take_snapshot(supervisor: Supervisor, pid: int | None, waiting: tuple[WaitingFile, ...]) -> Snapshot:
    """A snapshot from the loop's own knowledge, without reading what it already knows.

    `pid` is this process's, None where it is about to leave. `waiting` are the files that are not taken for a
    reason of their own.
    """
    held = supervisor.jobs.told_hold
    copies, unmarked = supervisor.jobs.list_copies(), supervisor.jobs.list_unmarked()
    now = datetime.now().astimezone()
    return Snapshot(
        running=pid is not None,
        pid=pid,
        held=_date_hold(held) if held is not None else None,
        problem=supervisor.problem,
        paused=supervisor.paused,
        inbox=supervisor.inbox.waiting if supervisor.inbox is not None else 0,
        spent_today=supervisor.jobs.ledger.spent_today(now),
        jobs=tuple(JobStatus.of(job, copies, unmarked) for job in supervisor.jobs.open),
        waiting=waiting,
        results=supervisor.jobs.upkeep.counts if supervisor.jobs.upkeep is not None else None,
        batches=Batches.of(supervisor.jobs.batching.overview),
        saved_today=supervisor.jobs.ledger.saved_today(now),
        asking=find_asking(supervisor),
        swap=supervisor.admission.swap,
        index=find_index(supervisor.jobs.outbox.path),
        flagging=supervisor.jobs.flagging,
    )


def find_asking(supervisor: Supervisor) -> Asking | None:
    """The question that is out longest, None where none is out for ASKING_SECONDS."""
    question = supervisor.admission.oldest_question
    if question is None or time.time() - question.since < ASKING_SECONDS:
        return None
    return Asking(format_moment(question.since), question.is_first)


def _date_hold(hold: Hold) -> Held:
    """A hold with the next probe by the clock; one that is due already is due now."""
    seconds = max(0.0, hold.until - time.monotonic())
    return Held(hold.reason, format_moment(time.time() + seconds))
