"""The review as a page of HTML, with the whole transcript as a strip of bars on top."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from markupsafe import Markup

from daemon.delivery.document import Document
from daemon.delivery.html_page import hash_for_policy, load_template, read_file, read_style
from daemon.delivery.review.model import MUCH_KEPT, MUCH_RUN_WORDS, Page, Row, build_page
from daemon.delivery.review.redline import show_pieces
from daemon.system.files import Folder
from daemon.text.transcript import LeftOut

_PACKAGE = "daemon.delivery.review"
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SCRIPTS = ("review.js", "hear.js", "mend.js")
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)

BARS = 120
"""So many fit on a phone, three pixels each."""

LEVELS = 8
FULL = 0.4
"""A bar has its full height where two in five of the words were changed."""


def stream_review(
    document: Document,
    title: str,
    summary: Mapping[str, Any],
    left_out: Sequence[LeftOut] = (),
    scratch: Folder | None = None,
) -> Iterator[str]:
    """The review of a result as HTML, from its document and its summary.json.

    It comes in pieces, since a whole page takes many times its size in memory; `scratch` is the folder for
    what is too large for that. `left_out` is what the plan says that nobody said.
    """
    page = build_page(document, title, summary, left_out, scratch)
    style = read_style(_PACKAGE, "review.css")
    script = "".join(read_file(_PACKAGE, name) for name in _SCRIPTS)
    return load_template(_PACKAGE, "review.html.j2").generate(
        page=page,
        pieces=show_pieces,
        summary=page.summary,
        style=Markup(style),
        script=Markup(script),
        style_hash=hash_for_policy(style),
        script_hash=hash_for_policy(script),
        bars=build_bars(page.rows),
        ticks=_find_ticks(page),
        language=_find_language(page.summary),
        much_run=MUCH_RUN_WORDS,
        much_kept=round(100 * MUCH_KEPT),
    )


def _find_language(summary: Mapping[str, Any]) -> str | None:
    """The tag of the transcript's language where it is known to be that of both texts."""
    tag = str(summary["language"] or "")
    return tag if _LANGUAGE_TAG.fullmatch(tag) and not summary["settings"]["output_language"] else None


def _find_ticks(page: Page) -> list[float]:
    """The seconds at the quarters of the transcript's words, none where a time is missing."""
    ends = list(accumulate(row.words_in for row in page.rows))
    places = [bisect_left(ends, share * ends[-1]) for share in _QUARTERS] if ends else []
    if len(set(places)) < len(places):  # too short for quarters
        places = [places[0], places[-1]]
    starts = [page.rows[place].start for place in places]
    return [start for start in starts if start is not None] if None not in starts else []


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
