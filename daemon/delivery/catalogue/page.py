"""index.html: one HTML file that needs nothing else, and can do nothing but show what lies beside it.

As in a review, whatever anybody may have written is shown and escaped by the template, and the page's own
policy lets only its own stylesheet and script run, by their hashes.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import jinja2
from markupsafe import Markup

from daemon.delivery.catalogue.rows import FailedJob, Row, make_failed_row
from daemon.delivery.review.page import finalize_value, hash_for_policy
from daemon.text.timecode import format_timecode

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
    return _load_template("row.html.j2").render(row=row)


def render_page(
    rows: Sequence[str],
    totals: Totals,
    failed: Sequence[FailedJob] = (),
    others: Sequence[OtherPage] = (),
    *,
    newest: bool = True,
) -> str:
    """A page of the index, from its rows as `render_row` gives them, newest first, and their totals.

    `failed` jobs stand on top; `newest` tells the first page from those of older results.
    """
    style, script = _read_own("index.css"), _read_own("index.js")
    on_top = [render_row(make_failed_row(job)) for job in failed]
    return _load_template("index.html.j2").render(
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
    return zlib.crc32(_read_own("row.html.j2").encode())


@lru_cache(maxsize=2)
def _load_template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("daemon.delivery.catalogue", "."),
        autoescape=True,
        finalize=finalize_value,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(time=format_timecode, number="{:,}".format)
    return environment.get_template(name)


@lru_cache(maxsize=3)
def _read_own(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
