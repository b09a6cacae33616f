"""review.html: what was changed, to be checked by people in a minute.

redline     which words went, came and stayed
model       the paragraphs, their facts and flags
strip       the whole transcript at a glance
visible     nothing in a transcript is obeyed or unseen
page        HTML, by the template, stylesheet and script beside it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk

FILE = "review.html"


def html(pairs: Iterable[tuple[Chunk, ProcessedChunk]], title: str, summary: Mapping[str, Any]) -> str:
    """The review of a result, from its chunks in order and its summary.json."""
    from daemon.delivery.review.model import (
        build,  # here, so that a start does not load what only a result needs
    )
    from daemon.delivery.review.page import render

    return render(build(pairs, title, summary))
