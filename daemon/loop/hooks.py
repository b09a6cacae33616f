"""Commands of a person's own, run when work is done or needs them: `on_done`, `on_problem`.

A command is split as a shell would, but run without one; the folder concerned is added as its last
argument. What comes of it changes nothing but the log.
"""

from __future__ import annotations

import logging
import os
import shlex
import signal
import subprocess
from contextlib import suppress

from daemon.system.file_names import shown
from daemon.workers.background import BackgroundSteps
from daemon.workers.heartbeat import Heartbeat

log = logging.getLogger(__name__)

DONE, FAILED, REJECTED, HELD = "done", "failed", "rejected", "held"
TIMEOUT_SECONDS = 60.0
_SECRETS = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "OPENAI_API_KEY",
    "OPENAI_ADMIN_KEY",
    "CREDENTIALS_DIRECTORY",
    "NOTIFY_SOCKET",
)


class Hooks:
    """The commands of one config; `done` and `problem` may be exchanged while it runs.

    `key_variable` is the environment variable that holds the key, besides the providers' own.
    """

    def __init__(self, done: str | None, problem: str | None, key_variable: str | None = None) -> None:
        self.done = done
        self.problem = problem
        self.key_variable = key_variable
        self._background: BackgroundSteps | None = None

    def now(self, event: str, folder: str, job: str, reason: str = "") -> None:
        """Run what the event asks for, to its end."""
        command = self.done if event == DONE else self.problem
        if command:
            run(command, event, folder, job=job, reason=reason, key_variable=self.key_variable)

    def later(self, event: str, folder: str, job: str = "", reason: str = "") -> None:
        """The same, without waiting for it."""
        if self.problem:
            self._background = self._background or BackgroundSteps(Heartbeat())
            self._background.submit(lambda: self.now(event, folder, job, reason))

    def close(self, seconds: float) -> None:
        """Wait so long for what still runs."""
        if self._background is not None:
            self._background.close(seconds)


def run(
    command: str, event: str, folder: str, *, job: str = "", reason: str = "", key_variable: str | None = None
) -> None:
    """Run a command and wait for it, TIMEOUT_SECONDS at most.

    Its environment says more: TRANSCRIPTD_EVENT (done, failed, rejected, held), TRANSCRIPTD_FOLDER,
    TRANSCRIPTD_JOB, TRANSCRIPTD_REASON. It never sees the key.
    """
    told = {"EVENT": event, "FOLDER": folder, "JOB": job, "REASON": reason}
    secrets = {*_SECRETS, key_variable}
    environment = {name: value for name, value in os.environ.items() if name not in secrets}
    environment |= {f"TRANSCRIPTD_{name}": value.replace("\0", "") for name, value in told.items()}
    try:
        process = subprocess.Popen(
            [*shlex.split(command), folder],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # it may hold what was said, which no log may
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        log.warning("hook event=%s job=%s can't be run (%s)", event, shown(job), _why(error))
        return
    try:
        code = process.wait(TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.warning("hook event=%s job=%s was stopped after %g s", event, shown(job), TIMEOUT_SECONDS)
        return
    if code:
        log.warning("hook event=%s job=%s ended with %d", event, shown(job), code)


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "it is not written as a command"
