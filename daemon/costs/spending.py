"""What was spent today, by a ledger that another process may be writing; it needs no lock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct

from daemon.costs.ledger_file import PLACES, parse_line, read_lines_backwards

# Lines stand in the order of their times, but for those that were written while the clock was wrong. With so
# many older ones in a row, nothing before them was written today.
_MOST_STRAY = 2000


class Spending(Struct, frozen=True):
    """Dollars spent, and those that the batches among the requests have saved, at half the price."""

    spent: float = 0.0
    saved: float = 0.0


def read_today(path: str, now: datetime) -> Spending:
    """What was spent since local midnight by the ledger at `path`, nothing where there is none.

    Reads little more than what was written today, backwards: a request's `paid` is seen before its
    `reserved`. Raises OSError where the ledger can't be read.
    """
    day = now.astimezone().date()
    midnight = datetime.combine(day, datetime.min.time()).astimezone(UTC)
    first = midnight.date().isoformat().encode()
    settled: dict[str, float] = {}
    spent = saved = 0.0
    for record in filter(None, map(parse_line, _read_lines_since(path, first))):
        counts = record.time.astimezone().date() == day
        if record.paid:
            settled.setdefault(record.reservation, record.dollars)
            spent += record.dollars if counts and not record.in_batch else 0.0
        elif counts and record.in_batch:
            spent += settled.get(record.reservation, record.dollars)
            saved += settled.get(record.reservation, 0.0)
        elif counts and record.reservation not in settled:
            spent += record.dollars
    return Spending(round(spent, PLACES), round(saved, PLACES))


def _read_lines_since(path: str, first: bytes) -> Iterator[bytes]:
    """The lines of a day (as they begin: "2026-11-29") and later ones, last first."""
    stray = 0
    for line in read_lines_backwards(path):
        if line[: len(first)] >= first:
            stray = 0
            yield line
        else:
            stray += 1
            if stray > _MOST_STRAY:
                return
