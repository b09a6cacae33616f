"""What goes on, as the folders show it: for people (see `table`) and for programs.

Reads only: needs no lock and no running daemon, and never imports the SDK.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from daemon.batches.record import Overview, look_at_batches
from daemon.costs.ledger_file import LEDGER
from daemon.costs.spending import Spending, read_today
from daemon.delivery.catalogue.database import Counts, count_results
from daemon.delivery.catalogue.rows import FailedJob
from daemon.delivery.outbox.names import INDEX, STATUS
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.errors import UsageError
from daemon.intake.inbox import Inbox
from daemon.intake.waiting import WaitingFile, explain_waiting
from daemon.settings.config import Root
from daemon.status.live_record import (
    Asking,
    Held,
    LiveRecord,
    find_stale_record,
    read_last_hold,
    read_live_record,
)
from daemon.status.lone_sidecars import explain_lone_sidecar
from daemon.store.job import Job, JobState
from daemon.store.pause import PauseFiles, read_reason
from daemon.store.state_folder import find_misplaced, list_jobs_in
from daemon.store.strays import describe_strays, find_strays
from daemon.system.file_names import name_for_shell, shown
from daemon.system.files import Folder
from daemon.text.json_values import json_values_of
from daemon.workers.admission import Swap

MOST_EXPLAINED = 20  # waiting files of which it is said why they are not taken


class JobStatus(msgspec.Struct, frozen=True):
    """Where one job stands; `cost` is dollars, `done` and `total` count chunks.

    `words` were spoken, `dropped` counts the file's other words by reason. `paused`: what a person gave
    as the reason for pausing this job, None where it isn't paused. `flagged` counts passages that keep their
    original words, `noted` those differences that are worth a look. Commands know it by its `id`, too.
    `waits_for` is the job of an exact copy of its file, from whose result it is delivered; "" for none.
    `making` names the extras that are being made of it, now that each chunk is done: summary, chapters.
    """

    name: str
    state: str
    done: int
    total: int
    flagged: int
    cost: float
    error: str | None
    words: int = 0
    dropped: Mapping[str, int] = msgspec.field(default_factory=dict)
    paused: str | None = None
    noted: int = 0
    id: str = ""
    waits_for: str = ""
    making: tuple[str, ...] = ()

    @property
    def name_for_shell(self) -> str:
        """What names this job in a command, as it is typed in a shell."""
        return name_for_shell(self.name, self.id or self.name)

    @classmethod
    def of(cls, job: Job, copies: Mapping[str, str], unmarked: Mapping[str, str]) -> JobStatus:
        """The status of a job whose plan is loaded; `copies` and `unmarked` are as in `LiveRecord`."""
        why = unmarked.get(job.ticket.job_id)
        status = cls(
            name=shown(job.name),
            state=JobState.FAILED if why else job.state,
            done=0,
            total=0,
            flagged=0,
            cost=0.0,
            error=why or _explain_failure(job),
            paused=read_reason(job.folder) if job.state is JobState.PAUSED else None,
            id=job.ticket.job_id,
        )
        planned = job.plan  # the background may take it from the job meanwhile
        if planned is None:
            return replace(status, waits_for=shown(copies.get(job.ticket.job_id, "")))
        header = planned.header
        return replace(
            status,
            done=header.chunks - len(job.missing),
            total=header.chunks,
            flagged=job.flagged,
            cost=round(job.cost, 6),
            words=header.words,
            dropped=dict(header.dropped),
            noted=job.noted,
            making=tuple(sorted(job.missing_extras)) if job.state is JobState.COMPLETE else (),
        )


def _explain_failure(job: Job) -> str | None:
    """Why a job failed, in one line; None where it did not."""
    if (told := job.failure.find_reason()) is not None or job.state is not JobState.FAILED:
        return told
    folder = shown(job.folder.path)
    return f"{folder} can't be looked into. Give the daemon's user the rights; work on it goes on by itself."


class Batches(msgspec.Struct, frozen=True):
    """How many requests are out in message batches; since when, and by when they come home at the latest.

    Both are moments in ISO 8601, local time.
    """

    requests: int
    since: str
    until: str

    @classmethod
    def of(cls, overview: Overview) -> Batches | None:
        """The batches that are out, by their overview; None where nothing is out."""
        if not overview.requests:
            return None
        return cls(overview.requests, format_moment(overview.since), format_moment(overview.until))


def format_moment(seconds: float) -> str:
    """A moment (seconds since the epoch) in ISO 8601, local time, to the second."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")


class Snapshot(msgspec.Struct, frozen=True):
    """Everything `status` knows. `inbox` counts waiting files, `spent_today` is dollars.

    `waiting` are those files that are not taken for a reason of their own; `results` counts what lies in the
    outbox, None where that is not known; `index` is the path of the page that shows it, None where there is
    none. `batches` tells of what is out, `saved_today` is the dollars that batches have saved. `asking` is
    the question that is out longest, None where none is out for long; `swap` says which model answers in the
    place of the one asked for. `flagging` is a sentence where the model flags most of what it gets.
    `is_away`: the state folder is not where it was, so that nobody can tell whether a daemon runs.
    """

    running: bool
    pid: int | None
    held: Held | None
    problem: str | None
    paused: str | None
    inbox: int
    spent_today: float
    jobs: tuple[JobStatus, ...]
    waiting: tuple[WaitingFile, ...] = ()
    results: Counts | None = None
    batches: Batches | None = None
    saved_today: float = 0.0
    asking: Asking | None = None
    swap: Swap | None = None
    index: str | None = None
    flagging: str | None = None
    is_away: bool = False

    @property
    def failed_jobs(self) -> tuple[FailedJob, ...]:
        """The jobs that can't go on, as index.html shows them."""
        failed = (job for job in self.jobs if job.state == JobState.FAILED)
        return tuple(FailedJob(job.name, job.name_for_shell, job.error or "", job.cost) for job in failed)

    def to_dict(self) -> dict[str, Any]:
        """As `status --json` prints it."""
        return {
            "daemon": {
                "running": self.running,
                "pid": self.pid,
                "held": json_values_of(self.held) if self.held else None,
                "problem": self.problem,
                "asking": json_values_of(self.asking) if self.asking else None,
                "swap": json_values_of(self.swap) if self.swap else None,
                "flagging": self.flagging,
            },
            "paused": self.paused,
            "inbox": self.inbox,
            "waiting": [json_values_of(one) for one in self.waiting],
            "results": json_values_of(self.results) if self.results else None,
            "index": self.index,
            "spent_today": self.spent_today,
            "saved_today": self.saved_today,
            "batches": json_values_of(self.batches) if self.batches else None,
            "jobs": [json_values_of(job) for job in self.jobs],
        }


def read_snapshot(root: Root) -> Snapshot:
    """Look at a root's folders; raises UsageError where they can't be read."""
    pauses = PauseFiles(*root.pause_folders)
    pauses.look_for_files()
    running = read_live_record(root.state)
    live = running or LiveRecord(pid=0, mark="", held=read_last_hold(root.state))
    inbox, waiting, unlisted = _look_into_inbox(root, live)
    now = datetime.now().astimezone()
    today, unread = _read_spending(root.state, now)
    stale = find_stale_record(root.state) if running is not None else None
    return Snapshot(
        running=running is not None,
        pid=(running.pid or None) if running is not None else None,
        held=live.held,
        problem=live.problem or unread or _find_problem(root, running, unlisted) or live.silence or stale,
        paused=pauses.find_reason(),
        inbox=inbox,
        spent_today=today.spent,
        jobs=_list_jobs(root.state, live),
        waiting=waiting,
        results=count_results(root.state, now),
        batches=_look_at_batches(root.state),
        saved_today=today.saved,
        asking=live.asking,
        swap=live.swap,
        index=find_index(root.outbox),
        flagging=live.flagging,
        is_away=running is None and _find_absent_state(root) is not None,
    )


def _find_problem(root: Root, running: LiveRecord | None, unlisted: str | None) -> str | None:
    """What is not as it should be with a root's folders; a daemon that is held says which one is away.

    `unlisted` says why it can't be told what is in the inbox.
    """
    is_held = running is not None and running.held is not None
    absent = None if is_held else _find_absent_folder(root) or unlisted
    return find_misplaced(root.state) or absent or _find_strays(root.state)


def _read_spending(state: str, now: datetime) -> tuple[Spending, str | None]:
    """What was spent today, and why that can't be told."""
    path = os.path.join(state, LEDGER)
    try:
        return read_today(path, now), None
    except OSError as error:
        return Spending(), f"the ledger {shown(path)} can't be read ({error.strerror})"


def find_index(outbox: str) -> str | None:
    """The path of the page that shows what lies in an outbox, None where there is none."""
    path = os.path.join(outbox, INDEX)
    return shown(path) if os.path.isfile(path) else None


def _find_absent_folder(root: Root) -> str | None:
    """Which folder is not there; None where all are, and where nothing of the root was made yet."""
    gone = [name for name in ("inbox", "outbox") if not os.path.isdir(getattr(root, name))]
    absent_state = _find_absent_state(root)
    if not gone or (len(gone) == 2 and not os.path.isdir(root.state)):
        return absent_state
    return f"{gone[0]} {getattr(root, gone[0])} is not there; mount it, or put it back"


def _find_absent_state(root: Root) -> str | None:
    """A sentence where the state folder is away, or an empty one is in its place; else None."""
    if not os.path.isdir(root.state):
        is_made = os.path.isdir(root.inbox) or os.path.isdir(root.outbox)
        return f"state {root.state} is not there; mount it, or put it back" if is_made else None
    if not os.path.exists(os.path.join(root.outbox, STATUS)):
        return None
    try:
        is_used = bool(os.listdir(root.state))
    except OSError:
        return None
    return None if is_used else f"state {root.state} is empty, and was not; mount it, or put it back"


def _find_strays(state: str) -> str | None:
    """A sentence about folders in the state folder that are no jobs, None where there are none."""
    try:
        with Folder(state) as folder:
            return describe_strays(find_strays(folder))
    except OSError:
        return None


def _look_into_inbox(root: Root, live: LiveRecord) -> tuple[int, tuple[WaitingFile, ...], str | None]:
    """How many files wait, those that are not taken for a reason of their own, and why nobody can tell.

    `live` is the running daemon's record: it may have found a reason that nobody else meets with, such as a
    right that its user lacks.
    """
    inbox = Inbox(root.inbox, 0, time.monotonic)
    signal.signal(signal.SIGIO, signal.SIG_IGN)  # sent when a lease that we ask for is broken
    try:
        inbox.scan(quietly=True)
    except FileNotFoundError:
        return 0, (), None  # where that is a problem, it is said as one of the folders
    except OSError as error:
        what = f"the inbox {shown(root.inbox)} can't be listed ({error.strerror})"
        return 0, (), f"{what}; look at its disk or share, and at its rights"
    outbox, in_work = Outbox(root.outbox), _list_sources(root.state)
    explain_lone = partial(explain_lone_sidecar, outbox, in_work, live.unused, inbox=root.inbox)
    seen = explain_waiting(inbox, MOST_EXPLAINED, explain_lone)
    names = {one.name for one in seen}
    met_with = (one for one in live.waiting if one.name not in names)
    return inbox.waiting, (*seen, *met_with)[:MOST_EXPLAINED], None


def _list_sources(state: str) -> list[str]:
    """The paths inside inbox that the open jobs came by; none where the state can't be read."""
    try:
        with Folder(state) as folder:
            return [_read_source(job) for job in list_jobs_in(folder)]
    except OSError:
        return []


def _read_source(job: Job) -> str:
    with job.folder:
        return job.ticket.name


def _list_jobs(path: str, live: LiveRecord) -> tuple[JobStatus, ...]:
    if not os.path.isdir(path):
        return ()
    try:
        with Folder(path) as folder:
            return tuple(_load_status(job, live) for job in list_jobs_in(folder))
    except PermissionError:
        raise UsageError(
            f"The state folder {path} belongs to another user.", "Run this as the daemon's user."
        ) from None


def _look_at_batches(path: str) -> Batches | None:
    if not os.path.isdir(path):
        return None
    with Folder(path) as folder:
        return Batches.of(look_at_batches(folder))


def _load_status(job: Job, live: LiveRecord) -> JobStatus:
    with job.folder:
        job.peek_at_progress()
        return JobStatus.of(job, live.copies, live.unmarked)
