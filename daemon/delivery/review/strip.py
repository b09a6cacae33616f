"""The whole transcript as a strip of bars: where much was changed, and where the flags are."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class _Stretch:
    """What is known of a stretch of words: the places of the rows in it, and what was changed there."""

    first: float
    last: float
    places: array[int] = field(default_factory=lambda: array("q"))
    changed: float = 0.0
    flagged: int | None = None  # the first row with a flag
    noted: int | None = None

    def add_row(self, place: int, row: Row, inside: float) -> None:
        """Add a row, so many words of which are in it."""
        self.places.append(place)
        if not row.rewritten:
            self.changed += inside * row.words_changed / row.words_in
        if row.flag is not None and self.flagged is None:
            self.flagged = place
        if row.notes and self.noted is None:
            self.noted = place


def build_bars(rows: Sequence[Row]) -> list[Bar]:
    """Bars over stretches of as many words each; fewer than BARS only where there are fewer words."""
    total = sum(row.words_in for row in rows)
    count = min(BARS, total)
    stretches = [_Stretch(total * at / count, total * (at + 1) / count) for at in range(count)]
    _share_rows(rows, stretches)
    return [_build_bar(rows, stretch, total / count) for stretch in stretches]


def _share_rows(rows: Iterable[Row], stretches: Sequence[_Stretch]) -> None:
    """Add each row to the stretches that it reaches into, with its words in each."""
    before = begun = 0
    for place, row in enumerate(rows):
        end = before + row.words_in
        while begun < len(stretches) and stretches[begun].last <= before:
            begun += 1
        at = begun
        while at < len(stretches) and stretches[at].first < end:
            inside = min(stretches[at].last, end) - max(stretches[at].first, before)
            if inside > 1e-9:
                stretches[at].add_row(place, row, inside)
            at += 1
        before = end


def _build_bar(rows: Sequence[Row], stretch: _Stretch, size: float) -> Bar:
    share = min(1.0, stretch.changed / size / FULL)
    middle = stretch.places[len(stretch.places) // 2]
    signs = (place for place in (stretch.flagged, stretch.noted) if place is not None)
    return Bar(
        level=0 if share == 0 else max(1, round(share * LEVELS)),
        row=rows[next(signs, middle)],
        flagged=stretch.flagged is not None,
        noted=stretch.noted is not None,
    )
