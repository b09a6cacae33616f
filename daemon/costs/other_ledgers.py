"""The ledgers that count into one day's budget: the daemon's, and those of `clean` beside it.

Each process writes a ledger of its own. Those of `clean` are named in a file of the daemon's state folder, a
line of JSON each; while there are several, whoever reserves holds a lock on that file until the reservation
is durable, so that processes side by side can't overshoot together.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from daemon.costs.ledger_file import LEDGER, need_plain_file, open_ledger
from daemon.costs.spending import read_today
from daemon.errors import ServiceError
from daemon.system.files import PRIVATE_FILE
from daemon.text.json_values import load_json

FILE = ".ledgers"
_WRITE_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MOST_LINES = 200  # before those that are gone, or were not written to for days, are left out
_RECENT_SECONDS = 2 * 86_400.0  # an older ledger has nothing of today, wherever its clock stands


class OtherLedgers:
    """What other processes spend by the same budget; thread-safe.

    `state` is the state folder of the daemon whose budget it is, `own` the path of this process's ledger.
    """

    def __init__(self, state: str, own: str) -> None:
        self._own = os.path.realpath(own)
        self._main = os.path.realpath(os.path.join(state, LEDGER))
        self._file = os.path.join(state, FILE)
        self._what = f"The list of ledgers {self._file}"

    def add_own(self) -> None:
        """Let the others know of this process's ledger; where that can't be written, they don't."""
        if self._own == self._main:
            return
        with contextlib.suppress(OSError):
            fd = os.open(self._file, _WRITE_FLAGS, PRIVATE_FILE)
            with os.fdopen(fd, "r+b") as file:
                need_plain_file(fd, self._file)
                fcntl.flock(file, fcntl.LOCK_EX)
                known = _parse_lines(file.read())
                if self._own in known:
                    return
                if len(known) >= _MOST_LINES:
                    known = list(filter(_is_recent, known))
                    file.seek(0)
                    file.truncate()
                    file.writelines(map(_format_line, known))
                file.write(_format_line(self._own))
                file.flush()
                os.fsync(file.fileno())

    def spent_today(self, now: datetime) -> float:
        """Dollars that the others have spent since local midnight.

        Raises ServiceError where one of them can't be read: nobody knows then what is left of the budget.
        """
        return sum(_read_spent(path, now) for path in self._list_others())

    @contextlib.contextmanager
    def deciding(self) -> Iterator[bool]:
        """Within it no other process reserves; yields whether there is one that might.

        Where there is, a reservation has to be durable before this ends. Raises ServiceError where that can't
        be told.
        """
        file = self._open_list()
        if file is None:
            yield False
            return
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield True

    def _open_list(self) -> BinaryIO | None:
        """The file that names the ledgers, None where none was ever named."""
        with _refusing_unread(self._what), contextlib.suppress(FileNotFoundError, NotADirectoryError):
            return open_ledger(self._file)
        return None

    def _list_others(self) -> list[str]:
        named = []
        if (file := self._open_list()) is not None:
            with _refusing_unread(self._what), file:
                named = _parse_lines(file.read())
        return [path for path in dict.fromkeys([self._main, *named]) if path != self._own]


def _read_spent(path: str, now: datetime) -> float:
    with _refusing_unread(f"The ledger {path}"):
        return read_today(path, now).spent


@contextlib.contextmanager
def _refusing_unread(what: str) -> Iterator[None]:
    """Raise ServiceError where something can't be read: nobody knows what is left of the budget."""
    try:
        yield
    except OSError as error:
        raise ServiceError(
            f"{what} counts into the day's budget and can't be read ({error.strerror}).",
            "Mend its disk or its permissions, or remove it.",
        ) from None


def _format_line(path: str) -> bytes:
    return json.dumps(path).encode() + b"\n"


def _parse_lines(data: bytes) -> list[str]:
    """The paths; a line that is no path, as one cut off, is left out."""
    paths = []
    for line in data.splitlines():
        with contextlib.suppress(ValueError):
            path = load_json(line)
            if isinstance(path, str) and "\0" not in path:
                paths.append(path)
    return paths


def _is_recent(path: str) -> bool:
    """Whether a ledger is there, and may hold something of today."""
    try:
        found = os.stat(path)
    except OSError:
        return False
    return found.st_mtime > datetime.now().timestamp() - _RECENT_SECONDS
