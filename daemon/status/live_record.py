"""What the running daemon says of itself in its state folder, for other processes to read."""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec

from daemon.intake.waiting import WaitingFile
from daemon.system.file_names import shown
from daemon.system.files import Folder
from daemon.system.process.folder_lock import find_lock_holder, is_locked_by_anybody
from daemon.system.process.other_processes import read_process_mark
from daemon.text.json_values import build_value, load_json
from daemon.workers.admission import Swap

DAEMON_FILE = ".daemon.json"
_NOTHING_SAID = (
    f"what it does is not written in state/{DAEMON_FILE} yet, or can't be; if that lasts, its log and "
    "STATUS.txt in the outbox say why"
)


class Held(msgspec.Struct, frozen=True):
    """Why nobody can go on, and when the next probe is due (ISO 8601, local time).

    Of a daemon that runs no more, it is what held it when it ended.
    """

    reason: str
    until: str


class Asking(msgspec.Struct, frozen=True):
    """Since when a question is out (ISO 8601, local time), and whether none was answered before it."""

    since: str
    first: bool


class LiveRecord(msgspec.Struct, frozen=True):
    """What the running daemon says of itself in .daemon.json, beside what the folders show.

    It is removed when the daemon ends, but for one that is held then: what held it can still be read. `mark`
    tells its process from a later one of the same number. `unused` are the sidecars that it can't use, by
    their paths inside inbox, and why. `copies` are the jobs that wait for another of the same bytes, by their
    ids: the name of that one; `unmarked` those that failed, of which their folders can't tell: why. `silence`
    says that no record is written, and stands in none. The rest is as in `Snapshot`. A daemon of another
    version may say more, or less.
    """

    pid: int
    mark: str
    held: Held | None = None
    problem: str | None = None
    asking: Asking | None = None
    swap: Swap | None = None
    waiting: tuple[WaitingFile, ...] = ()
    unused: Mapping[str, str] = msgspec.field(default_factory=dict)
    copies: Mapping[str, str] = msgspec.field(default_factory=dict)
    flagging: str | None = None
    unmarked: Mapping[str, str] = msgspec.field(default_factory=dict)
    silence: str | None = None


def find_stale_record(state: str) -> str | None:
    """A sentence where what the running daemon has said of itself may be true no more; else None."""
    path = os.path.join(state, DAEMON_FILE)
    if not os.path.exists(path) or os.access(path, os.W_OK):
        return None
    return (
        f"{shown(path)} takes no writes, so this may be how it was; the daemon's log and STATUS.txt in the "
        "outbox say how it is"
    )


def find_running_pid(state: str) -> int | None:
    """The process that works in a state folder, None where there is none."""
    live = read_live_record(state)
    return live.pid if live is not None else None


def read_live_record(state: str) -> LiveRecord | None:
    """The running daemon's record, None where none runs."""
    try:
        with Folder(state) as folder:
            record = _read_record(folder)
            if is_locked_by_anybody(folder):
                return _choose_record(record, find_lock_holder(folder))
        return record if record is not None and record.mark == _mark_of(record.pid) else None
    except (OSError, OverflowError):
        return None


def read_last_hold(state: str) -> Held | None:
    """What held the daemon that ran last when it ended, None where nothing did."""
    try:
        with Folder(state) as folder:
            record = _read_record(folder)
    except OSError:
        return None
    return record.held if record is not None else None


def _read_record(folder: Folder) -> LiveRecord | None:
    """What a daemon has last said of itself, None where nothing can be read."""
    try:
        return build_value(load_json(folder.read(DAEMON_FILE)), LiveRecord)
    except (OSError, ValueError):
        return None


def _choose_record(record: LiveRecord | None, holder: int | None) -> LiveRecord:
    """The record of the process that holds the lock; a record may be left from another, or be missing.

    Nobody can tell whose it is where the holder is not to be seen, as of another container, or without /proc.
    """
    mark = read_process_mark(holder) if holder is not None else ""
    if record is not None and ("" in (mark, record.mark) or mark == record.mark):
        return record
    return LiveRecord(holder or 0, mark, silence=_NOTHING_SAID)


def _mark_of(pid: int) -> str | None:
    """The mark of a process, where it runs; raises OSError where it doesn't, or is not to be seen."""
    os.kill(pid, 0)
    return read_process_mark(pid)
