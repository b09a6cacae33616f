"""index.html: what lies in the outbox, as a page of HTML."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from daemon.delivery.catalogue.rows import FailedJob, Row, make_failed_row
from daemon.delivery.html_page import hash_for_policy, load_template, read_file, read_style

_PACKAGE = "daemon.delivery.catalogue"
MARK = b'<meta name="generator" content="transcriptd">'
"""Stands in the first lines of each page: no other file is ever overwritten."""


@dataclass(frozen=True, slots=True)
class OtherPage:
    """A link to another page of the same index."""

    link: str
    label: str


@dataclass(frozen=True, slots=True)
class Totals:
    """What the results of a page come to; `seconds` and `words` of the delivered ones, `cost` in dollars."""

    delivered: int = 0
    flagged: int = 0
    noted: int = 0
    rejected: int = 0
    seconds: float = 0.0
    words: int = 0
    cost: float = 0.0
    folders: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def all(self) -> int:
        """How many results there are."""
        return self.delivered + self.rejected


def render_row(row: Row) -> str:
    """A line of the list, as HTML."""
    return load_template(_PACKAGE, "row.html.j2").render(row=row)


def render_page(
    rows: Sequence[str],
    totals: Totals,
    failed: Sequence[FailedJob],
    others: Sequence[OtherPage] = (),
    *,
    newest: bool = True,
) -> str:
    """A page of the index, from its rows as `render_row` gives them, newest first, and their totals.

    `failed` jobs stand on top; `newest` tells the first page from those of older results.
    """
    style, script = read_style(_PACKAGE, "index.css"), read_file(_PACKAGE, "index.js")
    on_top = [render_row(make_failed_row(job)) for job in failed]
    return load_template(_PACKAGE, "index.html.j2").render(
        rows=map(Markup, [*on_top, *rows]),
        totals=totals,
        failed=len(failed),
        others=others,
        newest=newest,
        style=Markup(style),
        script=Markup(script),
        style_hash=hash_for_policy(style),
        script_hash=hash_for_policy(script),
    )


def row_version() -> int:
    """A number that changes with the way in which rows are written."""
    return zlib.crc32(read_file(_PACKAGE, "row.html.j2").encode())
