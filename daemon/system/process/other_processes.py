"""Other processes: whether one lives, which one it is; and those that this one began, however they hide.

Pure of any state but the kernel's. Where there is no /proc (not on Linux) only process groups can be ended.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

_PR_SET_CHILD_SUBREAPER = 36
_ROUNDS = 20  # what multiplies faster than it is ended is left to the service manager
_ROUND_SECONDS = 0.01
_ENDED = ("Z", "X")  # how the system calls such a process's state


def is_another(pid: int) -> bool:
    """Whether a process of this number, other than this one, is running."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return pid != os.getpid()


def read_process_mark(pid: int) -> str:
    """What tells a process from a later one of the same number: its start time, where /proc has it.

    Of one that has ended, and whose parent has not taken note of that, it is as of one that is gone.
    """
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            told = file.read().rpartition(")")[2].split()
            return "" if told[0] in _ENDED else told[19]
    except OSError:
        return ""


def adopt_orphans() -> None:
    """Have the kernel give this process the orphans of its children, in sessions of their own too.

    Without that they would go to the first process of the system, and nobody could tell whose they were.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def find_descendants(*pids: int) -> set[int]:
    """The numbers of the processes that some processes have begun, and all that those have begun."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for name in _list_processes():
        parent = _read_parent(name)
        if parent is not None:
            children[parent].append(int(name))
    found: set[int] = set()
    open_ends = list(pids)
    while open_ends:
        new = [child for child in children[open_ends.pop()] if child not in found]
        found.update(new)
        open_ends += new
    return found


def has_in_environment(pid: int, setting: bytes) -> bool:
    """Whether a process was begun with a setting, as `NAME=value`, in its environment."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return setting in file.read().split(b"\0")
    except OSError:
        return False


def end_processes(group: int, marked: bytes) -> None:
    """Kill a process group, what came of it, and each of our descendants that bears the mark."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGSTOP)  # while it stands still its children can be told by it
    began = find_descendants(group)
    for _ in range(_ROUNDS):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
        began |= find_descendants(*began)
        ours = find_descendants(os.getpid())
        rest = {pid for pid in ours if pid in began or has_in_environment(pid, marked)}
        kill_and_reap(rest)
        if not rest:
            return
        time.sleep(_ROUND_SECONDS)


def kill_and_reap(pids: Iterable[int]) -> None:
    """Kill processes; those that are our own children by adoption leave no zombie behind."""
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    reap_adopted(pids)


def reap_adopted(pids: Iterable[int]) -> None:
    """Take note of the end of processes that were adopted."""
    for pid in pids:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def _list_processes() -> list[str]:
    try:
        return [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _read_parent(name: str) -> int | None:
    try:
        with open(f"/proc/{name}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return None
