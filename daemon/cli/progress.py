"""Progress bars for a person at a terminal; nothing where nobody looks."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any

from daemon.cli.options import Say
from daemon.status.publisher import find_asking
from daemon.status.snapshot import Batches
from daemon.status.table import describe_asking
from daemon.system.file_names import shown

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from daemon.loop.supervisor import Supervisor
    from daemon.store.job import Job

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)  # what is said here is said by `clean` too, which else logs warnings only

_ALL = "all"
_OUT = "out in batches"
_NAME_SHARE = 4  # a name takes a quarter of the terminal at most: the numbers are what is looked for
_FIRST_SECONDS = 1.0  # before a rate is told: one of less says nothing


@dataclass(slots=True)
class Outcome:
    """What has come of a run so far: counts of files, and dollars."""

    delivered: int = 0
    flagged: int = 0
    rejected: int = 0
    cost: float = 0.0

    @property
    def ended(self) -> int:
        """How many files have come to their end."""
        return self.delivered + self.rejected

    def add_job(self, job: Job, *, is_rejected: bool) -> None:
        """A job has ended."""
        self.cost += job.cost_of_this_run
        if is_rejected:
            self.rejected += 1
        else:
            self.delivered += 1
            self.flagged += 1 if job.flagged else 0


@dataclass(slots=True)
class _Standing:
    """Where a job stands: chunks done and in all, and how many were done, and when, as it was first seen."""

    done: int
    total: int
    done_before: int
    since: float

    @property
    def here(self) -> int:
        """How many chunks were done in this run."""
        return self.done - self.done_before


class Progress:
    """A bar over all and one per job, as a reporter of the loop; silent unless stderr is a terminal.

    `out` takes the lines that are for stdout; `outcome` is told of each job that ends. The bar over all
    counts files, those that wait in the inbox too. Rates are of this run: what it did, over the time it took.
    """

    def __init__(self, out: Say, outcome: Outcome) -> None:
        self.outcome = outcome
        self._out = out
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}
        self._began = time.monotonic()
        self._told_first = self._told_where = False
        self._standing: dict[str, _Standing] = {}
        self._ended_chunks = 0  # done in this run, of jobs that have ended

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            self._bars = _make_bars()
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def say(self, line: str) -> None:
        """A line for stdout; above the bars where both are on the terminal."""
        if self._bars is not None and sys.stdout.isatty():
            self.note(line)
        else:
            self._out(line)

    def note(self, line: str) -> None:
        """A line for the person who looks; for nobody else."""
        if self._bars is not None:
            self._bars.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def __call__(self, supervisor: Supervisor, *, leaving: bool = False) -> None:
        """Draw where each job stands."""
        if self._bars is None:
            return
        self.tell_where(supervisor)
        open_jobs = supervisor.jobs.open
        asking = find_asking(supervisor)
        if asking is not None and asking.first and not self._told_first:
            self._told_first = True
            self.note(describe_asking(asking))
        self._note_standings(open_jobs)
        waiting = supervisor.inbox.waiting if supervisor.inbox is not None else 0
        self._draw_all(open_jobs, waiting, is_over=leaving)
        self._draw_out(Batches.of(supervisor.jobs.batching.overview))
        for job in open_jobs:
            if job.account in self._standing:
                self._draw_job(job, self._standing[job.account])

    def tell_where(self, supervisor: Supervisor) -> None:
        """Say once, on stderr, to which server text is sent, where it leaves this machine."""
        if self._told_where:
            return
        self._told_where = True
        where = supervisor.jobs.access.find_server_elsewhere()
        if where is not None:
            line = f"Transcripts are sent to {where}, to {supervisor.root.config.model}"
            if self._bars is not None:
                self.note(line)
            else:
                log.info("%s", line)

    def _note_standings(self, open_jobs: Iterable[Job]) -> None:
        now = time.monotonic()
        accounts = set()
        for job in open_jobs:
            planned = job.plan  # the background may take it from the job meanwhile
            if planned is None:
                continue
            accounts.add(job.account)
            total = planned.header.chunks
            done = total - len(job.missing)
            known = self._standing.setdefault(job.account, _Standing(done, total, done, now))
            known.done, known.total = done, total
        for account in self._standing.keys() - accounts:
            ended = self._standing.pop(account)
            self._ended_chunks += ended.total - ended.done_before
            if account in self._tasks and self._bars is not None:
                self._bars.remove_task(self._tasks.pop(account))

    def _draw_all(self, open_jobs: list[Job], waiting: int, *, is_over: bool) -> None:
        """Draw the bar over all files; it is drawn first, so that those of jobs come and go below it."""
        ended, standing = self.outcome.ended, self._standing.values()
        files = ended + len(open_jobs) + waiting
        if not files:
            return
        done = ended + sum(one.done / one.total for one in standing)
        seconds = time.monotonic() - self._began
        chunks = self._ended_chunks + sum(one.here for one in standing)
        rate = _describe_rate(chunks, seconds, " chunks/min")
        cost = self.outcome.cost + sum(job.cost_of_this_run for job in open_jobs)
        left = _tell_seconds(seconds) if is_over else _describe_time_left(done, files, done, seconds)
        self._draw_bar(_ALL, _ALL, (done, files), f"{ended:,}/{files:,} files", rate, cost, left)

    def _draw_out(self, batches: Batches | None) -> None:
        """A line of its own for what is out in message batches, while anything is."""
        assert self._bars is not None
        if batches is None:
            if _OUT in self._tasks:
                self._bars.remove_task(self._tasks.pop(_OUT))
            return
        since, until = batches.since[11:16], batches.until[11:16]
        text = f"{batches.requests:,} since {since}, home by {until}"
        if _OUT not in self._tasks:
            self._tasks[_OUT] = self._bars.add_task(_OUT, total=None, count="", cost="", rate=text, left="")
        self._bars.update(self._tasks[_OUT], rate=text)

    def _draw_job(self, job: Job, standing: _Standing) -> None:
        done, total = standing.done, standing.total
        seconds = time.monotonic() - standing.since
        left = _describe_time_left(done, total, standing.here, seconds)
        rate = _describe_rate(standing.here, seconds, "/min")
        count = f"{done:,}/{total:,} chunks"
        self._draw_bar(job.account, shown(job.name), (done, total), count, rate, job.cost, left)

    def _draw_bar(
        self, key: str, name: str, share: tuple[float, int], count: str, rate: str, cost: float, left: str
    ) -> None:
        assert self._bars is not None
        done, total = share
        price = f"${cost:.4f}" if cost else ""
        told: dict[str, Any] = {"total": total, "count": count, "cost": price, "rate": rate, "left": left}
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(name, **told)
        self._bars.update(self._tasks[key], completed=done, **told)


def _describe_rate(done: int, seconds: float, unit: str) -> str:
    """How many a minute, with the unit; "" where that can't be told yet."""
    return f"{60 * done / seconds:,.0f}{unit}" if done and seconds >= _FIRST_SECONDS else ""


def _describe_time_left(done: float, total: int, here: float, seconds: float) -> str:
    """The time left at the speed of this run, or the time it took; `here` is what this run has done of it."""
    if done >= total:
        return _tell_seconds(seconds)
    if not here or seconds < _FIRST_SECONDS:
        return "-:--:-- left"
    return f"{_tell_seconds(seconds * (total - done) / here)} left"


def _tell_seconds(seconds: float) -> str:
    """Hours, minutes and seconds, as people read them."""
    return str(timedelta(seconds=round(seconds)))


def _make_bars() -> Bars:
    """A name, a bar, then numbers; what is left becomes, at the end, what it took."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars
    from rich.table import Column

    console = Console(stderr=True)
    name = Column(max_width=console.width // _NAME_SHARE, no_wrap=True, overflow="ellipsis")
    return Bars(
        TextColumn("{task.description}", markup=False, table_column=name),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[cost]}"),
        TextColumn("{task.fields[left]}"),
        console=console,
        redirect_stdout=False,
    )
