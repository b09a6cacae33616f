"""The command `run_once` in a process of its own, whose waits for a batch are short, and which may be killed.

It is forked from a server that has everything imported. At the `cut`-th change to the disk or to the service,
before it is made, the process is killed; changes count from the first that concerns a batch.
"""

import multiprocessing
import os
import signal
import sys
import threading

from daemon.batches import care, protocol, send_when_due
from daemon.batches.record import BATCHES
from daemon.cleaning.llm.batch_client import BatchClient
from tests.proofs.plug import _watch

PRELOADED = ["tests.proofs.batch_driver", "daemon.cli.run", "anthropic", "anthropic.types"]
SOON = 0.02
SEARCH_SECONDS = 0.5
WAIT_SECONDS = 60.0

forkserver = multiprocessing.get_context("forkserver")
forkserver.set_forkserver_preload(PRELOADED)


class Plug:
    """Counts the changes, over all threads, and kills the process at one of them."""

    def __init__(self, cut, counted):
        self._cut, self._counted = cut, counted
        self._begun = False
        self._lock = threading.Lock()

    def before(self, call, paths):
        """A change is about to be made."""
        with self._lock:
            self._begun = self._begun or call == "service" or any(BATCHES in path for path in paths)
            if not self._begun:
                return
            self._counted.value += 1
            if self._counted.value == self._cut:
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


def work_once(config, cut, counted, log):
    """Run `run_once` to its end, or to the cut; exits with its code."""
    from daemon.cli.run import run_once
    from daemon.settings.config import load_config

    sys.stdout = sys.stderr = open(log, "a", encoding="utf-8")  # noqa: SIM115 - until the process ends
    hurry()
    if cut is not None:
        plug = Plug(cut, counted)
        _watch(plug)
        _watch_service(plug)
    code = run_once(load_config(config), WAIT_SECONDS, lambda line: None)
    sys.stdout.flush()
    os._exit(code)


class Run:
    """One run of `run_once`, begun when this is made, and cut at a change where one is given."""

    def __init__(self, root, cut=None):
        self._changes = forkserver.Value("i", 0)
        arguments = (str(root.path / "config.yaml"), cut, self._changes, str(root.path / "log"))
        self.process = forkserver.Process(target=work_once, args=arguments)
        self.process.start()

    @property
    def changes(self):
        """How many changes were made, from the first that concerned a batch."""
        return self._changes.value

    def wait(self, seconds=None):
        """Wait until it has ended; its exit code, -9 where it was killed, None where it works still."""
        self.process.join(seconds)
        return self.process.exitcode
