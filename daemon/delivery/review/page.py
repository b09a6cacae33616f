"""The review as a page of HTML."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from markupsafe import Markup

from daemon.delivery.document import Document
from daemon.delivery.html_page import hash_for_policy, load_template, read_file, read_style
from daemon.delivery.review.model import MUCH_KEPT, MUCH_RUN_WORDS, Page, build_page
from daemon.delivery.review.redline import show_pieces
from daemon.delivery.review.strip import build_bars
from daemon.system.files import Folder
from daemon.text.transcript import LeftOut

_PACKAGE = "daemon.delivery.review"
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SCRIPTS = ("review.js", "hear.js", "mend.js")
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


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
