"""One thread for the steps that are no requests (reading, delivering), so that the loop never waits."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable

from daemon.errors import locate_bug
from daemon.system.process.threads import start_lasting_thread
from daemon.workers.heartbeat import READING_SECONDS, Heartbeat

log = logging.getLogger(__name__)


class BackgroundSteps:
    """Runs what it is given, one after the other, on a thread that does not keep the process alive."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        self._heartbeat = heartbeat
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = start_lasting_thread(self._run, "background")

    def submit(self, step: Callable[[], None]) -> None:
        """Run `step` when those before it are done; what it raises is logged and ends nothing."""
        self._queue.put(step)

    def close(self, timeout: float) -> bool:
        """Wait, in seconds, for the steps that were submitted; True when all are done."""
        self._queue.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (step := self._queue.get()) is not None:
            self._heartbeat.announce_silence(READING_SECONDS)
            try:
                step()
            except Exception as error:  # noqa: BLE001 - without this thread all work would end
                log.error("bug=%s in the background\n%s", type(error).__name__, locate_bug(error))
            finally:
                self._heartbeat.report_rest()
