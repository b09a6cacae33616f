"""Folders in the state folder that are no jobs as they are: what is wrong with each, and what to do."""

from __future__ import annotations

import time

from daemon.store.job import Job
from daemon.store.saved.checkpoint import list_indexes
from daemon.store.state_folder import CLEARED_HERE, find_job, is_of_the_disk
from daemon.store.ticket import TICKET, list_sources, read_ticket
from daemon.system.disk_faults import DiskFault, is_about_rights, sort_fault
from daemon.system.file_names import shown
from daemon.system.files import Folder

_LOOK_SECONDS = 2.0  # between two looks, at least
_REST = 100  # times what a look took, before the next
_RIGHTS = "give the daemon's user the rights, and work on it goes on by itself"


def find_strays(state: Folder, open_jobs: frozenset[str] = frozenset()) -> dict[str, str]:
    """Why a folder is no job and what to do, by its name; `open_jobs` are jobs if they can be opened.

    Raises OSError where the state folder can't be listed.
    """
    found = {}
    for name in state.names():
        why = None if name.startswith(".") else _explain_stray(state, name, is_open=name in open_jobs)
        if why is not None:
            found[name] = why
    return found


def _explain_stray(state: Folder, name: str, *, is_open: bool) -> str | None:
    """Why something there is no job, and what to do; None where it is one, or nothing is to be done."""
    try:
        with state.sub(name) as folder:
            if folder.has(CLEARED_HERE) or is_open:
                return None
            if folder.has(TICKET):
                return _explain_ticket(folder)
            names = folder.names()
    except OSError as error:
        if not is_about_rights(error) or is_of_the_disk(name):
            return None  # it is no folder, or gone; or a disk is at fault, of which more is said elsewhere
        return f"{shown(state.path)}/{shown(name)} can't be opened ({error.strerror}); {_RIGHTS}"
    chunks, sources = len(list_indexes(names)), list_sources(names)
    if not (chunks or sources):
        return None
    held = f"saved chunks ({chunks})" if chunks else f"an original ({', '.join(map(shown, sources))})"
    return (
        f"{shown(state.path)}/{shown(name)} has {held}, but no {TICKET}, and so is not a job; put that file "
        "back, and work on it goes on by itself, or move the folder away"
        + ("" if chunks else " and drop the original into the inbox")
    )


def _explain_ticket(folder: Folder) -> str | None:
    """Why the ticket of a job that is not in work can't be read, None where it can."""
    try:
        read_ticket(folder)
    except OSError as error:
        if sort_fault(error) is not DiskFault.FILE:
            return None  # a disk is at fault, of which more is said elsewhere
        return (
            f"{shown(folder.path)}/{TICKET} can't be read ({error.strerror}); "
            "mend it or its rights, and work on it goes on by itself"
        )
    return None


def describe_strays(strays: dict[str, str]) -> str | None:
    """A sentence about the folders that are not jobs; None where every folder is one."""
    if not strays:
        return None
    more = f" (and {len(strays) - 1} more)" if len(strays) > 1 else ""
    return f"{next(iter(strays.values()))}{more}"


class LateJobs:
    """Looks through a state folder for what is not a job; made at the start, when the jobs are known.

    `problem` is a sentence about what there is of that kind, None where there is nothing.
    """

    def __init__(self, state: Folder) -> None:
        self.problem: str | None = None
        self._state = state
        self._due = 0.0
        self._at_start: dict[str, list[str]] | None = None  # with what was last found in each

    def find_jobs(self, open_jobs: frozenset[str]) -> list[Job]:
        """The jobs that have come to be whole since the start; `open_jobs` are the names of those in work.

        What somebody is just copying there is left until nothing more comes; what was not there at this start
        is left until the next one.
        """
        began = time.monotonic()
        if began < self._due:
            return []
        try:
            strays = find_strays(self._state, open_jobs)
            self.problem = describe_strays(strays)
            if self._at_start is None:
                self._at_start = {name: [] for name in strays if name not in open_jobs}
            return self._take_settled(strays)
        except OSError:
            return []  # the state folder is away, which is said by whoever holds for it
        finally:
            ended = time.monotonic()
            self._due = ended + max(_LOOK_SECONDS, _REST * (ended - began))

    def _take_settled(self, strays: dict[str, str]) -> list[Job]:
        """The folders seen at the start that are jobs now, and hold what they held at the last look."""
        assert self._at_start is not None
        found = []
        for name, before in list(self._at_start.items()):
            job = None if name in strays else find_job(self._state, name)
            if job is None:
                continue
            names = _list_names(job.folder)
            if names and names == before:
                del self._at_start[name]
                found.append(job)
            else:
                self._at_start[name] = names
                job.folder.close()
        return found


def _list_names(folder: Folder) -> list[str]:
    """The names in a folder; none where it can't be listed now, so that it is looked at again later."""
    try:
        return folder.names()
    except OSError:
        return []
