"""Commands of a person's own, run when work is done or needs a person: `on_done`, `on_problem`.

A command is split as a shell would, but run without one; the folder concerned is added as its last
argument. What comes of it changes nothing but the log.
"""

from __future__ import annotations

import logging
import math
import os
import secrets
import shlex
import subprocess
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

from daemon.errors import Stopped
from daemon.system.file_names import shown
from daemon.system.process.logs import hide_in
from daemon.system.process.other_processes import (
    adopt_orphans,
    end_processes,
    find_descendants,
    kill_and_reap,
)
from daemon.system.process.threads import NoThreadError
from daemon.workers.background import BackgroundSteps
from daemon.workers.heartbeat import Heartbeat

log = logging.getLogger(__name__)

DONE, FAILED, REJECTED, HELD = "done", "failed", "rejected", "held"
TIMEOUT_SECONDS = 60.0  # for a command, at most
STOP_SECONDS = 3.0  # for one that runs when the program is asked to leave
_BREAK_OFF_SECONDS = 1.0  # for what is left of one that was broken off
_MOMENT_SECONDS = 0.1  # between two looks at whether one has ended
_SECRETS = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "OPENAI_API_KEY",
    "OPENAI_ADMIN_KEY",
    "CREDENTIALS_DIRECTORY",
    "NOTIFY_SOCKET",
)


class Hooks:
    """The commands of one config; `done` and `problem` may be replaced while the program runs.

    `key_variable` is the environment variable that holds the key, besides the providers' own; `root` the
    folder that the commands are run in, None for that of this process.
    """

    def __init__(
        self, done: str | None, problem: str | None, key_variable: str | None = None, root: str | None = None
    ) -> None:
        self.done = done
        self.problem = problem
        self.key_variable = key_variable
        self._root = root
        self._background: BackgroundSteps | None = None
        self._leave_at = math.inf

    def run_now(self, event: str, folder: str, job: str, reason: str = "", flags: int = 0) -> None:
        """Run what the event asks for, to its end; raises Stopped where the program leaves before that.

        `flags` counts the passages of a result that were not cleaned.
        """
        command = self.done if event == DONE else self.problem
        if command:
            run_command(
                command,
                event,
                folder,
                job=job,
                reason=reason,
                flags=flags,
                key_variable=self.key_variable,
                root=self._root,
                leave_at=lambda: self._leave_at,
            )

    def run_later(self, event: str, folder: str, job: str = "", reason: str = "") -> None:
        """Run `on_problem` in the background, one event after the other; where no thread is left, say so."""
        if not self.problem:
            return
        try:
            self._background = self._background or BackgroundSteps(Heartbeat())
        except NoThreadError as error:
            log.warning("hook event=%s job=%s can't be run (%s)", event, shown(job), error.as_phrase)
            return
        self._background.submit(lambda: self._run_unless_stopped(event, folder, job, reason))

    def leave_soon(self) -> None:
        """Begin no more commands, and end in STOP_SECONDS those that run."""
        self._leave_at = min(self._leave_at, time.monotonic() + STOP_SECONDS)

    def close(self, seconds: float) -> None:
        """Wait so many seconds for what still runs, then end it, and all that commands have left behind."""
        if self._background is not None and not self._background.close(seconds):
            self._leave_at = time.monotonic()
            self._background.close(_BREAK_OFF_SECONDS)
        if self.done or self.problem:
            kill_and_reap(find_descendants(os.getpid()))

    def _run_unless_stopped(self, event: str, folder: str, job: str, reason: str) -> None:
        with suppress(Stopped):
            self.run_now(event, folder, job, reason)


def run_command(
    command: str,
    event: str,
    folder: str,
    *,
    job: str = "",
    reason: str = "",
    flags: int = 0,
    key_variable: str | None = None,
    root: str | None = None,
    leave_at: Callable[[], float] = lambda: math.inf,
) -> None:
    """Run a command in the folder `root` and wait for it, TIMEOUT_SECONDS at most.

    Its environment says more: TRANSCRIPTD_EVENT (done, failed, rejected, held), TRANSCRIPTD_FOLDER,
    TRANSCRIPTD_JOB, TRANSCRIPTD_REASON, TRANSCRIPTD_FLAGS. It never sees the key. `leave_at` tells when, by
    time.monotonic, the program leaves: then the command is broken off, with all it began, and Stopped is
    raised.
    """
    if math.isfinite(leave_at()):
        raise Stopped
    mark = secrets.token_hex(8)  # in the environment of whatever the command begins
    told = {"EVENT": event, "FOLDER": folder, "JOB": job, "FLAGS": str(flags), "HOOK": mark}
    told["REASON"] = hide_in(reason)  # as the log tells it: commands pass it on to mails and messengers
    which = f"event={event} job={shown(job)}"
    adopt_orphans()
    try:
        environment = _make_environment(told, {*_SECRETS, key_variable})
        process = _start_command(command, folder, environment, root)
    except (OSError, ValueError) as error:
        log.warning("hook %s can't be run (%s)", which, _explain_error(error))
        return
    code = _wait_until(process, time.monotonic() + TIMEOUT_SECONDS, leave_at)
    if code is None:
        _break_off(process, mark, which, leave_at)
    elif code:
        log.warning("hook %s ended with %d", which, code)


def _break_off(
    process: subprocess.Popen[bytes], mark: str, which: str, leave_at: Callable[[], float]
) -> None:
    """End a command with all that it began, which the mark tells; raises Stopped where the program leaves."""
    end_processes(process.pid, f"TRANSCRIPTD_HOOK={mark}".encode())
    process.wait()
    if time.monotonic() >= leave_at():
        log.warning("hook %s was broken off, to leave", which)
        raise Stopped
    log.warning("hook %s was stopped after %g s", which, TIMEOUT_SECONDS)


def _start_command(
    command: str, folder: str, environment: dict[str, str], root: str | None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*shlex.split(command), folder],
        cwd=root,  # where a relative path in config.yaml starts
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # it may hold what was said, which no log may
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait_until(
    process: subprocess.Popen[bytes], timeout_at: float, leave_at: Callable[[], float]
) -> int | None:
    """The exit code of a process; None where it still runs by then (monotonic seconds) or as we leave."""
    while (code := _wait_a_moment(process)) is None and time.monotonic() < min(timeout_at, leave_at()):
        pass
    return code


def _make_environment(told: Mapping[str, str], hidden: Collection[str | None]) -> dict[str, str]:
    """Our own environment without what is hidden, and with what a command is told."""
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return environment | {f"TRANSCRIPTD_{name}": value.replace("\0", "") for name, value in told.items()}


def _wait_a_moment(process: subprocess.Popen[bytes]) -> int | None:
    """The exit code of a process, None while it still runs."""
    try:
        return process.wait(_MOMENT_SECONDS)
    except subprocess.TimeoutExpired:
        return None


def _explain_error(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "it is not written as a command"
