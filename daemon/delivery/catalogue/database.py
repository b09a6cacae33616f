"""The catalogue's file: where it lies, how it is opened, what it counts.

All that a start and `status` need of it; what reads and writes the rest is loaded when it is used.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from daemon.delivery.outbox import REJECTED

CATALOGUE = ".catalogue.sqlite"
DELIVERED = "delivered"
_WAIT_SECONDS = 5.0  # for another process that is just writing


@dataclass(frozen=True, slots=True)
class Counts:
    """How many results there are, and of these how many came today. `flagged` are among the delivered."""

    delivered: int = 0
    flagged: int = 0
    rejected: int = 0
    delivered_today: int = 0
    flagged_today: int = 0
    rejected_today: int = 0


def count_results(state: str, now: datetime) -> Counts | None:
    """The counts of a state folder's catalogue, which is only looked at; None where it can't be read.

    Today is that of `now`, by its time zone.
    """
    path = os.path.join(state, CATALOGUE)
    if not os.path.exists(path):
        return None
    try:
        with contextlib.closing(connect(path, "ro")) as connection:
            return count_in(connection, now)
    except sqlite3.Error:
        return None


def count_in(connection: sqlite3.Connection, now: datetime) -> Counts:
    """The counts of an open catalogue; raises sqlite3.Error."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    row = connection.execute(
        """SELECT total(kind = :delivered), total(kind = :delivered AND flags), total(kind = :rejected),
        total(kind = :delivered AND finished >= :midnight),
        total(kind = :delivered AND flags AND finished >= :midnight),
        total(kind = :rejected AND finished >= :midnight) FROM results""",
        {
            "delivered": DELIVERED,
            "rejected": REJECTED,
            "midnight": midnight.astimezone(UTC).isoformat(timespec="seconds"),
        },
    ).fetchone()
    return Counts(*map(int, row))


def connect(path: str, mode: str) -> sqlite3.Connection:
    """A connection to a database that is there; `mode` is "rw" or "ro". Raises sqlite3.Error."""
    uri = f"file:{quote(os.fsencode(os.path.abspath(path)))}?mode={mode}"
    return sqlite3.connect(
        uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is no good, not only that it can't be had just now."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def remove_catalogue(state: str) -> None:
    """Remove the catalogue's file, damaged as it is: it is made anew by whoever needs it next."""
    for name in (CATALOGUE, f"{CATALOGUE}-journal"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(state, name))
