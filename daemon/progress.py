"""Progress bars for a person at a terminal; nothing where nobody looks."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from daemon.names import shown

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from daemon.supervisor import Supervisor


class Progress:
    """A bar per job, as a reporter of the loop; silent unless stderr is a terminal."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Bars

            self._bars = Bars(console=Console(stderr=True))
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
        for entry in supervisor.jobs.entries:
            if entry.job.plan is None or entry.cleared:
                continue
            total = entry.job.plan.header.chunks
            task = self._tasks.get(entry.job.name)
            if task is None:
                task = self._tasks[entry.job.name] = self._bars.add_task(shown(entry.job.name), total=total)
            self._bars.update(task, completed=total - len(entry.job.missing))
        open_jobs = {entry.job.name for entry in supervisor.jobs.entries if not entry.cleared}
        for name in [name for name in self._tasks if name not in open_jobs]:
            self._bars.remove_task(self._tasks.pop(name))
