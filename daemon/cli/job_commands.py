"""What the small commands do to the folders; the loop sees it by itself.

They leave files only: a PAUSE, or a marker in a job's folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from daemon.errors import LockedError, UsageError
from daemon.settings.config import Root
from daemon.store.job import DISCARD, FRESH, RETRY, Job, JobState
from daemon.store.pause import PAUSE, find_pause_files, make_pause_file, remove_pause_files
from daemon.store.retry import retry_failed
from daemon.store.state_folder import State, list_jobs_in, list_unread
from daemon.system.file_names import name_for_shell, shown
from daemon.system.files import Folder

if TYPE_CHECKING:
    from daemon.loop.steps.ending import Ending

_Way: TypeAlias = Callable[[Job], bool]
_NOT_BEGUN = "{} had not begun: its file is still in the inbox."


def pause(root: Root, job: str | None, reason: str) -> str:
    """Make the PAUSE file, of the root or of one job; what was done, in a sentence.

    Where there is one already, the reason that somebody gave stays unless another is given.
    """
    if job is None:
        if not reason and find_pause_files(root.path):
            return "It is paused already. Go on with: transcriptd resume"
        make_pause_file(root.path, reason)
        return "Paused. What is in flight ends and is saved; go on with: transcriptd resume"
    with _open_job(root, job) as found:
        go_on = f"Go on with: transcriptd resume {found.name_for_shell}"
        if not reason and found.paused:
            return f"{shown(found.name)} is paused already. {go_on}"
        found.leave_marker(PAUSE, reason)
        return f"Paused {shown(found.name)}. {go_on}"


def resume(root: Root, job: str | None) -> str:
    """Remove the PAUSE files, of everything or of one job; what was done, in a sentence."""
    if job is not None:
        with _open_job(root, job) as found:
            if not found.paused:
                return f"{shown(found.name)} was not paused."
            found.remove_marker(PAUSE)
            return f"{shown(found.name)} goes on."
    removed = [remove_pause_files(folder) for folder in root.pause_folders]
    return "Going on." if any(removed) else "It was not paused."


def retry(root: Root, job: str) -> str:
    """Let a failed job go on; what was done, in a sentence. Raises UsageError for one that has not failed."""
    with _open_job(root, job) as found:
        job = shown(found.name)
        if found.state is not JobState.FAILED:
            raise UsageError(f"{job} has not failed.", "`transcriptd status` lists what has.")
        with _lock_state(root) as state:
            if state is None or found.failure.is_of_model:  # only the loop knows today's settings
                found.leave_marker(RETRY)
            else:
                retry_failed(found)
            if state is None:
                return f"{job} is tried again."
    return f"{job} will be tried again when the daemon runs."


def start_over(root: Root, job: str) -> str:
    """Send a job back to the inbox, to be cleaned anew; what was done, in a sentence."""
    with _open_job(root, job) as found:
        job = shown(found.name)
        found.leave_marker(FRESH)
        with _lock_state(root) as state:
            if state is None:
                return f"{job} goes back to the inbox."
            path = _prepare_ending(root, state).start_over(found)
    if path is None:
        return _NOT_BEGUN.format(job)
    return f"{job} is back in the inbox, as {shown(path)}."


def discard(root: Root, job: str) -> str:
    """Give a job up, its original and what was cleaned to rejected/; what was done, in a sentence."""
    with _open_job(root, job) as found:
        job = shown(found.name)
        found.leave_marker(DISCARD)
        with _lock_state(root) as state:
            if state is None:
                return f"{job} is discarded; what there is of it goes to {root.outbox}/rejected/."
            path = _prepare_ending(root, state).discard_job(found, again=True)
    if path is None:
        return _NOT_BEGUN.format(job)
    return f"{job} is discarded; what there was of it is in {shown(os.path.join(root.outbox, path))}."


def _prepare_ending(root: Root, state: State) -> Ending:
    from daemon.delivery.outbox.outbox_folder import Outbox  # here: who pauses needs no delivery
    from daemon.loop.steps.ending import Ending

    return Ending(state, Outbox(root.outbox), root.inbox)


@contextmanager
def _lock_state(root: Root) -> Iterator[State | None]:
    """The state folder, locked for us; None where a daemon holds it, who then does the work."""
    state = State(root.state)
    try:
        try:
            state.take_lock()
        except LockedError:
            yield None
        else:
            yield state
    finally:
        state.close()


@contextmanager
def _open_job(root: Root, name: str) -> Iterator[Job]:
    with _open_state(root) as state:
        try:
            found = find_job(state, name)
        except NoSuchJobError as error:
            raise UsageError(error.message, _say_where_else(root, name) or error.mend) from None
        with found.folder:
            found.peek_at_progress()
            yield found


class NoSuchJobError(UsageError):
    """No job has the name that a person gave."""


def _say_where_else(root: Root, name: str) -> str:
    """Where that is which a person takes for a job; "" where there is nothing of that name."""
    from daemon.cli.result_commands import find_result  # only where something is wrong

    if _waits_in_inbox(root.inbox, name):
        return f"A file of that name waits in {shown(root.inbox)}: its job is not begun yet."
    result = find_result(root, name)
    if result is None:
        return ""
    again = f"transcriptd redo {name_for_shell(result, result)}"
    return f"It is over, and lies in {shown(result)}. To have it cleaned once more, run: {again}"


def _waits_in_inbox(inbox: str, name: str) -> bool:
    """Whether the inbox holds a file of this path inside it, with or without its extension."""
    parent, last = os.path.split(name)
    try:
        there = os.listdir(os.path.join(inbox, parent))
    except (OSError, ValueError):
        return False
    return bool(last) and any(last in (one, os.path.splitext(one)[0]) for one in there)


def find_job(state: Folder, name: str) -> Job:
    """The job that a person names: by its id or name, by that of its file, or by a beginning of one of them.

    Its folder is open, for the caller to close. Raises NoSuchJobError where no job is named so, UsageError
    where several are, or may be: of a job whose ticket can't be read only the folder's name is known.
    """
    jobs = list_jobs_in(state)
    own: tuple[_Way, ...] = (
        lambda job: job.ticket.job_id == name,
        lambda job: job.name == name,
        lambda job: shown(job.name) == name,
    )
    shared: tuple[_Way, ...] = (
        lambda job: job.ticket.name == name,
        lambda job: bool(name) and any(one.startswith(name) for one in _names_of(job)),
    )
    found, perhaps = _find_first(jobs, own), []
    if not found:
        found = _find_first(jobs, shared)
        perhaps = [shown(one) for one in list_unread(state) if found or name in (one, shown(one))]
    for job in jobs:
        if perhaps or found != [job]:
            job.folder.close()
    if perhaps:
        raise UsageError(
            f"Which job {shown(name)} is can't be told: the ticket of {', '.join(perhaps)} can't be read.",
            "The daemon mends it when it starts; any other job can be named in full.",
        )
    if not found:
        there = ", ".join(job.name_for_shell for job in jobs) or "none"
        raise NoSuchJobError(f"There is no job {shown(name)}.", f"The jobs are: {there}.")
    if len(found) > 1:
        these = ", ".join(job.ticket.job_id for job in found)
        raise UsageError(f"Several jobs have that name: {shown(name)}.", f"Name one by its id: {these}.")
    return found[0]


def _find_first(jobs: list[Job], ways: Iterable[_Way]) -> list[Job]:
    """The jobs that a name fits in the first of some ways in which it fits any."""
    return next(filter(None, ([job for job in jobs if fits(job)] for fits in ways)), [])


def _names_of(job: Job) -> tuple[str, str, str]:
    return job.ticket.job_id, job.name, shown(job.name)


def _open_state(root: Root) -> Folder:
    """The state folder, to be looked into without its lock; raises UsageError where it can't be."""
    try:
        return Folder(root.state)
    except PermissionError:
        raise UsageError(
            f"The state folder {root.state} belongs to another user.", "Run this as the daemon's user."
        ) from None
    except OSError:
        raise UsageError(f"There is no state folder {root.state}.", "Run `transcriptd init` first.") from None
