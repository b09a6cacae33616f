"""The whole transcript as a strip of bars: where much was changed, and where the flags are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from daemon.delivery.review.model import Row

BARS = 120
"""So many fit on a phone, three pixels each."""

LEVELS = 8
FULL = 0.4
"""A bar has its full height where two in five of the words were changed."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the transcript: how much was changed (0 to LEVELS), the row in its middle, its signs."""

    level: int
    row: Row
    flagged: bool
    noted: bool


def build_bars(rows: Sequence[Row]) -> list[Bar]:
    """Bars over stretches of as many words each; fewer than BARS only where there are fewer words."""
    total = sum(row.words_in for row in rows)
    count = min(BARS, total)
    edges = [(total * at / count, total * (at + 1) / count) for at in range(count)]
    stretches = [list(_find_rows_within(rows, first, last)) for first, last in edges]
    return [_build_bar(parts, total / count) for parts in stretches]


def _find_rows_within(rows: Sequence[Row], first: float, last: float) -> Iterator[tuple[Row, float]]:
    """The rows that reach into a stretch of words, each with its words in it."""
    before = 0
    for row in rows:
        inside = min(last, before + row.words_in) - max(first, before)
        if inside > 1e-9:
            yield row, inside
        before += row.words_in
        if before >= last:
            return


def _build_bar(parts: Sequence[tuple[Row, float]], size: float) -> Bar:
    changed = sum(inside * row.words_changed / row.words_in for row, inside in parts if not row.rewritten)
    share = min(1.0, changed / size / FULL)
    middle = parts[len(parts) // 2][0]
    signs = [row for row, _ in parts if row.flag is not None] or [row for row, _ in parts if row.notes]
    return Bar(
        level=0 if share == 0 else max(1, round(share * LEVELS)),
        row=signs[0] if signs else middle,
        flagged=any(row.flag is not None for row, _ in parts),
        noted=any(row.notes for row, _ in parts),
    )
