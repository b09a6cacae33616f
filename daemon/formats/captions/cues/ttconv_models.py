"""Captions that ttconv reads: from its model of a document to cues."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.markup import escape_markup

logging.getLogger("ttconv").setLevel(
    logging.CRITICAL
)  # what it warns of is checked by the readers themselves

_Untyped = Any  # ttconv's documents, which have no types


def cues_of(document: _Untyped) -> Iterator[Cue]:
    """The paragraphs of the document as cues; one without an end of its own lasts for no time."""
    from ttconv.model import P  # type: ignore[import-untyped]

    body = document.get_body()
    for paragraph in body.dfs_iterator() if body is not None else ():
        if isinstance(paragraph, P):
            start = float(paragraph.get_begin() or 0)
            end = paragraph.get_end()
            text = "".join(_list_texts(paragraph))
            yield Cue(round(start, 3), round(max(start, float(end or start)), 3), text)


def _list_texts(paragraph: _Untyped) -> Iterator[str]:
    """The texts; two words of different spans are parted, since ttconv takes the space between them away."""
    from ttconv.model import Br, Text

    before = "\n"
    for element in paragraph.dfs_iterator():
        if isinstance(element, Br):
            before = "\n"
            yield before
        elif isinstance(element, Text) and (text := element.get_text()):
            yield " " * (before[-1].isalnum() and text[0].isalnum()) + escape_markup(text)
            before = text
