"""The paragraphs of a finished transcript as an extra knows them: each with its place. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from daemon.delivery.document import Block, Document
from daemon.text.names.pseudonyms import Pseudonyms
from daemon.text.results.extra import Anchor, Paragraph


class Placed(NamedTuple):
    """A paragraph that is shown, and its place."""

    anchor: Anchor
    block: Block


def list_placed(document: Document) -> Iterator[Placed]:
    """The paragraphs of a document that are shown, in order."""
    for passage in document.passages:
        for number, block in enumerate(passage.blocks):
            if block.text.strip():
                yield Placed(Anchor(passage.chunk, passage.number, number, block.speaker), block)


def hide_paragraph(placed: Placed, pseudonyms: Pseudonyms) -> Paragraph:
    """A paragraph as the model sees it."""
    anchor, block = placed
    text = " ".join(block.text.split())
    if not pseudonyms:
        return Paragraph(anchor, text)
    speaker = anchor.speaker and pseudonyms.hide_label(anchor.speaker)
    return Paragraph(anchor._replace(speaker=speaker), pseudonyms.hide(text))
