"""The catalogue's file: where it lies, how it is opened, what it counts.

All that a start and `status` need of it; what reads and writes the rest, and SQLite, is loaded when it is
used.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import Struct

from daemon.delivery.outbox.names import REJECTED
from daemon.system.file_names import shown

if TYPE_CHECKING:
    import sqlite3

CATALOGUE = ".catalogue.sqlite"
DELIVERED = "delivered"
_WAIT_SECONDS = 5.0  # for another process that is just writing
NAMED_DAYS = 7  # for so long `status` names what was rejected or not cleaned throughout
_MOST_NAMED = 10  # of each of the two, the newest


class Rejected(Struct, frozen=True):
    """A file that was rejected, by its path inside inbox, and why."""

    source: str
    reason: str


class Flagged(Struct, frozen=True):
    """A result, by its path in the outbox, of which so many passages keep their original words."""

    path: str
    passages: int


class Counts(Struct, frozen=True):
    """How many results there are, and of these how many came today. `flagged` are among the delivered.

    `newest_rejected` and `newest_flagged` name those of the last NAMED_DAYS, newest first, ten at most.
    """

    delivered: int = 0
    flagged: int = 0
    rejected: int = 0
    delivered_today: int = 0
    flagged_today: int = 0
    rejected_today: int = 0
    newest_rejected: tuple[Rejected, ...] = ()
    newest_flagged: tuple[Flagged, ...] = ()


def count_results(state: str, now: datetime) -> Counts | None:
    """The counts of a state folder's catalogue, which is only looked at; None where it can't be read.

    Today began at the local midnight before `now`.
    """
    path = os.path.join(state, CATALOGUE)
    if not os.path.exists(path):
        return None
    import sqlite3

    try:
        with contextlib.closing(connect_database(path, "ro")) as connection:
            return count_in(connection, now)
    except sqlite3.Error:
        return None


def holds_results(state: str) -> bool:
    """Whether a state folder's catalogue knows of any result; it is only looked at."""
    path = os.path.join(state, CATALOGUE)
    if not os.path.exists(path):
        return False
    import sqlite3

    with (
        contextlib.suppress(sqlite3.OperationalError),
        contextlib.closing(connect_database(path, "ro")) as connection,
    ):
        return connection.execute("SELECT 1 FROM results LIMIT 1").fetchone() is not None
    return False


def count_in(connection: sqlite3.Connection, now: datetime) -> Counts:
    """The counts of an open catalogue; raises sqlite3.Error."""
    midnight = datetime.combine(now.astimezone().date(), datetime.min.time())  # the clock may change after it
    since = _format_moment(now - timedelta(days=NAMED_DAYS))
    row = connection.execute(
        """SELECT total(kind = :delivered), total(kind = :delivered AND flags), total(kind = :rejected),
        total(kind = :delivered AND finished >= :midnight),
        total(kind = :delivered AND flags AND finished >= :midnight),
        total(kind = :rejected AND finished >= :midnight) FROM results""",
        {
            "delivered": DELIVERED,
            "rejected": REJECTED,
            "midnight": _format_moment(midnight),
        },
    ).fetchone()
    delivered, flagged, rejected, delivered_today, flagged_today, rejected_today = map(int, row)
    return Counts(
        delivered,
        flagged,
        rejected,
        delivered_today,
        flagged_today,
        rejected_today,
        newest_rejected=tuple(
            Rejected(entry["source"], entry["reason"]) for entry in _list_newest(connection, REJECTED, since)
        ),
        newest_flagged=tuple(
            Flagged(entry["path"], entry["flags"]) for entry in _list_newest(connection, DELIVERED, since)
        ),
    )


def _list_newest(connection: sqlite3.Connection, kind: str, since: str) -> list[dict[str, Any]]:
    """The entries of the newest results of a kind since a moment; of the delivered, those with flags."""
    rows = connection.execute(
        """SELECT entry FROM results WHERE finished >= ? AND kind = ? AND (kind = ? OR flags)
        ORDER BY finished DESC, id DESC LIMIT ?""",
        (since, kind, REJECTED, _MOST_NAMED),
    )
    return [json.loads(entry) for (entry,) in rows]


def _format_moment(moment: datetime) -> str:
    """A moment as the catalogue stores it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def connect_database(path: str, mode: str) -> sqlite3.Connection:
    """A connection to a database that is there; `mode` is "rw" or "ro". Raises sqlite3.Error.

    A pipe in the place of one of its files would be waited for.
    """
    import sqlite3

    for file in (path, f"{path}-journal"):
        with contextlib.suppress(OSError):
            if not stat.S_ISREG(os.lstat(file).st_mode):
                raise sqlite3.OperationalError(f"{shown(file)} is not a file; move it away")
    uri = f"file:{quote(os.fsencode(os.path.abspath(path)))}?mode={mode}"
    return sqlite3.connect(
        uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is no good, not only that it can't be had just now."""
    import sqlite3

    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def remove_catalogue(state: str) -> None:
    """Remove the catalogue's file, damaged as it is: it is made anew by whoever needs it next."""
    for name in (CATALOGUE, f"{CATALOGUE}-journal"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(state, name))
