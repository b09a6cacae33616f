"""Progress bars for a person at a terminal; nothing where nobody looks."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from daemon.names import shown

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from daemon.job import Job
    from daemon.supervisor import Supervisor

_ALL = "all"


class Progress:
    """A bar per job and one over all, as a reporter of the loop; silent unless stderr is a terminal."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}
        self._done: dict[str, tuple[int, float]] = {}  # chunks and dollars of the jobs that have ended
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

    def __call__(self, supervisor: Supervisor, *, leaving: bool = False) -> None:
        """Draw where each job stands."""
        if self._bars is None:
            return
        open_jobs = [entry.job for entry in supervisor.jobs.entries if not entry.cleared]
        for job in open_jobs:
            if job.plan is not None:
                self._look_at(job)
        for name in self._tasks.keys() - {job.account for job in open_jobs} - {_ALL}:
            self._bars.remove_task(self._tasks.pop(name))
            _, total, cost = self._seen.pop(name)
            self._done[name] = total, cost
        self._draw_all()

    def _look_at(self, job: Job) -> None:
        total = job.header.chunks
        self._seen[job.account] = total - len(job.missing), total, job.cost
        self._draw(job.account, shown(job.name), *self._seen[job.account])

    def _draw_all(self) -> None:
        seen, ended = self._seen.values(), self._done.values()
        over = sum(chunks for chunks, _ in ended)
        done = over + sum(done for done, _, _ in seen)
        total = over + sum(total for _, total, _ in seen)
        if total:
            cost = sum(cost for _, cost in ended) + sum(cost for _, _, cost in seen)
            self._draw(_ALL, _ALL, done, total, cost)

    def _draw(self, key: str, name: str, done: int, total: int, cost: float) -> None:
        assert self._bars is not None
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(name, total=total, cost="", rate="")
        task = self._tasks[key]
        speed = next((one.speed for one in self._bars.tasks if one.id == task), None)
        rate = f"{60 * speed:.0f} a minute" if speed else ""
        price = f"${cost:.4f}" if cost else ""
        self._bars.update(task, completed=done, total=total, cost=price, rate=rate)


def _bars() -> Bars:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    return Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("chunks"),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[cost]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
