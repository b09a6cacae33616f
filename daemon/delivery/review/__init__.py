"""review.html: what was changed, to be checked by people in a minute.

redline     which words went, came and stayed
model       the paragraphs, their facts and flags
strip       the whole transcript at a glance
visible     nothing in a transcript is obeyed or unseen
page        HTML, by the template, stylesheet and script beside it
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daemon.delivery.document import Document


def render_review(document: Document, title: str, summary: Mapping[str, Any]) -> str:
    """The review of a result, from its document and its summary.json."""
    # Imported here, so that a start does not load what only a result needs.
    from daemon.delivery.review.model import build_page
    from daemon.delivery.review.page import render_page

    return render_page(build_page(document, title, summary))
