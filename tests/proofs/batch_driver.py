"""The command `once` in a process of its own, whose waits for a batch are short, and which may be killed.

At the `cut`-th change to the disk or to the service, before it is made, the process is killed; changes count
from the first that concerns a batch.
"""

import os
import signal
import subprocess
import threading

from daemon.batches import care, protocol, send_when_due
from daemon.batches.record import BATCHES
from daemon.cleaning.llm.batch_client import BatchClient
from daemon.cli.main import main
from tests.proofs.plug import watch_changes

SOON = 0.02
SEARCH_SECONDS = 0.5
WAIT_SECONDS = 60
DRIVER = """
from tests.proofs.batch_driver import work_once
work_once({cut}, {counted!r})
"""


class Plug:
    """Counts the changes, over all threads, and kills the process at one of them."""

    def __init__(self, cut):
        self.changes = 0
        self._cut = cut
        self._begun = False
        self._lock = threading.Lock()

    def before(self, call, paths):
        """A change is about to be made."""
        with self._lock:
            self._begun = self._begun or call == "service" or any(BATCHES in path for path in paths)
            if not self._begun:
                return
            self.changes += 1
            if self.changes == self._cut:
                os.kill(os.getpid(), signal.SIGKILL)

    def after(self, paths, *, failed=False):
        """The change was made, or refused."""


def _watch_service(plug):
    """What changes something at the service counts twice: before it is asked, and when it has answered."""
    for name in ("create_batch", "cancel_batch", "delete_batch"):
        setattr(BatchClient, name, _counted(plug, getattr(BatchClient, name)))


def _counted(plug, real):
    def change(self, *args):
        plug.before("service", [])
        answer = real(self, *args)
        plug.before("service", [])
        return answer

    return change


def hurry():
    """Let minutes pass at once."""
    protocol.POLL_SECONDS = protocol.LONGEST_POLL_SECONDS = SOON
    protocol.SEARCH_SECONDS = SEARCH_SECONDS
    care.AFTER_TROUBLE = send_when_due.AFTER_TROUBLE = SOON
    send_when_due.OUTAGE_PROBE = send_when_due.MENDED_PROBE = SOON


def work_once(cut, counted):
    """Run the command to its end, or to the cut; then `counted`, a file, says how many changes were made."""
    hurry()
    if cut is None:
        return main()
    plug = Plug(cut)
    watch_changes(plug)
    _watch_service(plug)
    try:
        main()
    finally:
        with open(counted, "w", encoding="ascii") as file:
            file.write(str(plug.changes))


class Run:
    """One run of `once`, begun when this is made, and cut at a change where one is given."""

    def __init__(self, root, cut=None):
        self._counted = root.path / "changes"
        driver = DRIVER.format(cut=cut, counted=str(self._counted))
        self._running = root.start("once", "--wait", str(WAIT_SECONDS), driver=driver)
        self.process = self._running.process

    @property
    def changes(self):
        """How many changes were made, from the first that concerned a batch, once it has come to its end."""
        return int(self._counted.read_text())

    @property
    def log(self):
        """The lines of its log."""
        return self._running.log

    def wait(self, seconds=None):
        """Wait until it has ended; its exit code, -9 where it was killed, None where it works still."""
        if seconds is None:
            return self._running.wait()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
