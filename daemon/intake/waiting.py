"""Why a file that lies in the inbox is not taken yet: in words, for the people who wait for it.

Looked at anew each time, so it is the same whether a daemon runs or not.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator

from msgspec import Struct

from daemon.intake.inbox import EMPTY_GRACE, UNKNOWN_NAME, Candidate, Inbox, is_listed
from daemon.settings.sidecar import EXTENSIONS, list_names_beside
from daemon.system.disk_faults import advise_reader
from daemon.system.file_names import shown
from daemon.system.open_file import is_being_written
from daemon.system.paths import open_below
from daemon.system.volumes.limits import is_immutable

_EMPTY = "it is empty; put into it what it is to say, or take it away"
_MOST_LOOKED_AT = 50  # of the waiting files: each is opened


class WaitingFile(Struct, frozen=True):
    """A file in the inbox that is not taken, and why; the name is its path there, as it may be shown."""

    name: str
    why: str


def explain_waiting(inbox: Inbox, most: int, explain_lone: Callable[[str], str]) -> tuple[WaitingFile, ...]:
    """The files of the last scan that are not taken for a reason of their own, at most so many.

    Those that only wait for their turn are not among them. `explain_lone` tells, by its path in the inbox,
    why a sidecar without its transcript, or a file of edits, is not used yet.
    """
    found: list[WaitingFile] = []
    for path, why in _list_reasons(inbox, explain_lone):
        if len(found) == most:
            break
        found.append(WaitingFile(shown(path), why))
    return tuple(found)


def _list_reasons(inbox: Inbox, explain_lone: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Each file that is not taken for a reason of its own, with that."""
    yield from sorted(inbox.passed_over.items())
    for candidate, _ in inbox.list_files_for_results():
        if not os.path.lexists(os.path.join(inbox.path, candidate.path)):
            continue  # used since the scan
        yield candidate.path, _EMPTY if candidate.size == 0 else explain_lone(candidate.path)
    for candidate in inbox.list_oldest(_MOST_LOOKED_AT):
        why = _find_hindrance(inbox.path, candidate) or inbox.find_refusal(candidate)
        if why is not None:
            yield candidate.path, why


def _find_hindrance(top: str, candidate: Candidate) -> str | None:
    """What keeps a file from being taken; None where nothing does."""
    folder_name, name = os.path.split(candidate.path)
    if candidate.size == 0:
        return f"it is empty; if that stays so for {EMPTY_GRACE / 60:.0f} minutes, it is rejected"
    try:
        with open_below(top, folder_name) as folder:
            if not os.access(".", os.W_OK | os.X_OK, dir_fd=folder.fd, effective_ids=True):
                if os.fstatvfs(folder.fd).f_flag & os.ST_RDONLY:
                    return "its folder is read-only; mount it so that it can be written"
                if is_immutable(folder):
                    return "nothing may be moved out of its folder (chattr +i); take that off: chattr -i"
                return "nothing may be moved out of its folder; give the daemon's user the rights"
            fd = folder.open(name)
    except FileNotFoundError:
        return f"it {UNKNOWN_NAME}" if is_listed(top, candidate.path) else None
    except OSError as error:
        return f"it can't be read ({error.strerror}); {advise_reader(error)}"
    try:
        if is_being_written(fd):
            return "somebody still has it open for writing"
    finally:
        os.close(fd)
    return _find_hindrance_beside(top, folder_name, name)


def _find_hindrance_beside(top: str, folder_name: str, name: str) -> str | None:
    """What keeps a file's sidecar, and so the file, from being taken; None where nothing does."""
    extension = EXTENSIONS[0]
    try:
        with open_below(top, folder_name) as folder:
            for beside in list_names_beside(name):
                extension = os.path.splitext(beside)[1]
                found = folder.stat(beside)
                if found is not None and stat.S_ISREG(found.st_mode):
                    os.close(folder.open(beside))
    except OSError as error:
        return f"its {extension} can't be read ({error.strerror}); {advise_reader(error)}"
    return None
