"""What the small commands do to the folders; the loop sees it by itself.

They leave files only: a PAUSE, or a marker in a job's folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from daemon.delivery.outbox import Outbox
from daemon.errors import LockedError, UsageError
from daemon.loop.ending import Ending
from daemon.settings.config import Root
from daemon.store.job import DISCARD, FRESH, PAUSE, RETRY, Job, JobState
from daemon.store.pause import make_pause_file, remove_pause_files
from daemon.store.state_folder import State, job_in, jobs_in
from daemon.system.file_names import shown
from daemon.system.files import Folder

_NOT_BEGUN = "{} had not begun: its file is still in the inbox."


def pause(root: Root, job: str | None, reason: str) -> str:
    """Make the PAUSE file, of the root or of one job; what was done, in a sentence."""
    if job is None:
        make_pause_file(root.path, reason)
        return "Paused. What is in flight ends and is saved; go on with: transcriptd resume"
    with _job(root, job) as found:
        found.mark(PAUSE, reason)
    return f"Paused {job}. Go on with: transcriptd resume {job}"


def resume(root: Root, job: str | None) -> str:
    """Remove the PAUSE files, of the root and the inbox or of one job."""
    if job is not None:
        with _job(root, job) as found:
            if not found.paused:
                return f"{job} was not paused."
            found.unmark(PAUSE)
        return f"{job} goes on."
    removed = [remove_pause_files(folder) for folder in (root.path, root.inbox)]
    return "Going on." if any(removed) else "It was not paused."


def retry(root: Root, job: str) -> str:
    """Let a failed job go on."""
    with _job(root, job) as found:
        if found.state is not JobState.FAILED:
            raise UsageError(f"{job} has not failed.", "`transcriptd status` lists what has.")
        with _lock(root) as state:
            if state is None or found.wants_other_model:  # only the loop knows today's settings
                found.mark(RETRY)
            else:
                found.retry()
            if state is None:
                return f"{job} is tried again."
    return f"{job} will be tried again when the daemon runs."


def start_over(root: Root, job: str) -> str:
    """Send a job back to the inbox: all of it will be cleaned anew, under today's settings."""
    with _job(root, job) as found:
        found.mark(FRESH)
        with _lock(root) as state:
            if state is None:
                return f"{job} goes back to the inbox."
            path = Ending(state, Outbox(root.outbox), root.inbox).start_over(found)
    if path is None:
        return _NOT_BEGUN.format(job)
    return f"{job} is back in the inbox, as {shown(path)}."


def discard(root: Root, job: str) -> str:
    """Give a job up: the original and what was cleaned go to rejected/."""
    with _job(root, job) as found:
        found.mark(DISCARD)
        with _lock(root) as state:
            if state is None:
                return f"{job} is discarded; what there is of it goes to {root.outbox}/rejected/."
            path = Ending(state, Outbox(root.outbox), root.inbox).discard(found, again=True)
    if path is None:
        return _NOT_BEGUN.format(job)
    return f"{job} is discarded; what there was of it is in {os.path.join(root.outbox, path)}."


@contextmanager
def _lock(root: Root) -> Iterator[State | None]:
    """The state folder, locked for us; None where a daemon holds it, who then does the work."""
    state = State(root.state)
    try:
        try:
            state.lock()
        except LockedError:
            yield None
        else:
            yield state
    finally:
        state.close()


@contextmanager
def _job(root: Root, name: str) -> Iterator[Job]:
    with _state(root) as state:
        found = job_in(state, name)
        if found is None:
            there = ", ".join(shown(job.name) for job in jobs_in(state)) or "none"
            raise UsageError(f"There is no job {shown(name)}.", f"The jobs are: {there}.")
        with found.folder:
            found.peek()
            yield found


def _state(root: Root) -> Folder:
    try:
        return Folder(root.state)
    except PermissionError:
        raise UsageError(
            f"The state folder {root.state} belongs to another user.", "Run this as the daemon's user."
        ) from None
    except OSError:
        raise UsageError(f"There is no state folder {root.state}.", "Run `transcriptd init` first.") from None
