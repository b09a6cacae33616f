"""The page itself: one HTML file that needs nothing else and can do nothing but show text.

Whatever comes from a transcript goes through `show_unseen` and then through escaping, for every expression
of the template. The page's own policy lets only its own stylesheet and script run, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from itertools import accumulate
from typing import Any

import jinja2
from markupsafe import Markup

from daemon.delivery.document import Document
from daemon.delivery.review.model import MUCH_KEPT, MUCH_RUN_WORDS, Page, build_page
from daemon.delivery.review.redline import show_pieces
from daemon.delivery.review.strip import build_bars
from daemon.delivery.review.visible import show_unseen
from daemon.text.timecode import format_timecode
from daemon.text.transcript import LeftOut

_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


def render_review(
    document: Document, title: str, summary: Mapping[str, Any], left_out: Sequence[LeftOut] = ()
) -> str:
    """The review of a result as HTML, from its document and its summary.json.

    `left_out` is what the plan says that nobody said.
    """
    return "".join(stream_review(document, title, summary, left_out))


def stream_review(
    document: Document, title: str, summary: Mapping[str, Any], left_out: Sequence[LeftOut] = ()
) -> Iterator[str]:
    """The same in pieces, one after the other: of a long transcript all at once take many times its size."""
    page = build_page(document, title, summary, left_out)
    style, script = _read_own("review.css"), _read_own("review.js")
    return _load_template().generate(
        page=page,
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


@lru_cache(maxsize=1)
def _load_template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("daemon.delivery.review", "."),
        autoescape=True,
        finalize=finalize_value,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(time=format_timecode, pieces=show_pieces, number="{:,}".format)
    return environment.get_template("review.html.j2")


def finalize_value(value: object) -> object:
    """What is put into the page: nothing in it is obeyed or unseen, unless it is the page's own."""
    return show_unseen(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=2)
def _read_own(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def hash_for_policy(text: str) -> str:
    """As a Content-Security-Policy names a script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


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
