"""Progress bars for a person at a terminal; nothing where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from daemon.status.publisher import find_asking
from daemon.status.snapshot import Batches
from daemon.status.table import describe_asking
from daemon.system.file_names import shown

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from daemon.loop.supervisor import Supervisor
    from daemon.store.job import Job

_ALL = "all"
_OUT = "out in batches"
_NAME_SHARE = 4  # a name takes a quarter of the terminal at most: the numbers are what is looked for


class Progress:
    """A bar over all and one per job, as a reporter of the loop; silent unless stderr is a terminal.

    `out` takes the lines that are for stdout; `said` tells whether there were any.
    """

    def __init__(self, out: Callable[[str], None]) -> None:
        self._out = out
        self.said = False
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}
        self._done: dict[str, tuple[int, float]] = {}  # chunks and dollars of the jobs that have ended
        self._told_first = False
        self._seen: dict[str, tuple[int, int, float]] = {}

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            self._bars = _bars()
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def say(self, line: str) -> None:
        """A line for stdout; above the bars where both are on the terminal."""
        self.said = True
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
        open_jobs = supervisor.jobs.open
        asking = find_asking(supervisor)
        if asking is not None and asking.first and not self._told_first:
            self._told_first = True
            self.note(describe_asking(asking))
        for job in open_jobs:
            if job.plan is not None:
                self._seen[job.account] = _standing(job)
        for name in self._seen.keys() - {job.account for job in open_jobs}:
            _, total, cost = self._seen.pop(name)
            self._done[name] = total, cost
            if name in self._tasks:
                self._bars.remove_task(self._tasks.pop(name))
        self._draw_all()
        self._draw_out(Batches.of(supervisor.jobs.batching.overview))
        for job in open_jobs:
            if job.account in self._seen:
                self._draw(job.account, shown(job.name), *self._seen[job.account])

    def _draw_all(self) -> None:
        """First, and so on top: the bars of jobs come and go below it."""
        seen, ended = self._seen.values(), self._done.values()
        over = sum(chunks for chunks, _ in ended)
        done = over + sum(done for done, _, _ in seen)
        total = over + sum(total for _, total, _ in seen)
        if total:
            cost = sum(cost for _, cost in ended) + sum(cost for _, _, cost in seen)
            self._draw(_ALL, _ALL, done, total, cost)

    def _draw_out(self, batches: Batches | None) -> None:
        """A line of its own for what is out in message batches, while anything is."""
        assert self._bars is not None
        if batches is None:
            if _OUT in self._tasks:
                self._bars.remove_task(self._tasks.pop(_OUT))
            return
        if _OUT not in self._tasks:
            self._tasks[_OUT] = self._bars.add_task(_OUT, total=None, cost="", rate="", left="")
        since, until = batches.since[11:16], batches.until[11:16]
        text = f"{batches.requests:,} since {since}, home by {until}"
        self._bars.update(self._tasks[_OUT], description=_OUT, rate=text)

    def _draw(self, key: str, name: str, done: int, total: int, cost: float) -> None:
        assert self._bars is not None
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(name, total=total, cost="", rate="", left="")
        task = self._tasks[key]
        speed = next((one.speed for one in self._bars.tasks if one.id == task), None)
        rate = f"{60 * speed:.0f}/min" if speed else ""
        price = f"${cost:.4f}" if cost else ""
        left = "left" if done < total else ""
        self._bars.update(task, completed=done, total=total, cost=price, rate=rate, left=left)


def _standing(job: Job) -> tuple[int, int, float]:
    """Chunks done, chunks in all, dollars."""
    total = job.header.chunks
    return total - len(job.missing), total, job.cost


def _bars() -> Bars:
    """A name, a bar, then numbers; what is left becomes, at the end, what it took."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars
    from rich.table import Column

    console = Console(stderr=True)
    name = Column(max_width=console.width // _NAME_SHARE, no_wrap=True, overflow="ellipsis")
    return Bars(
        TextColumn("{task.description}", markup=False, table_column=name),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("chunks"),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[cost]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("{task.fields[left]}"),
        console=console,
        redirect_stdout=False,
    )
