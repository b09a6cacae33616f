"""An extra of a transcript: its summary or its chapters, each line with the paragraphs it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

Kind = Literal["summary", "chapters"]

SUMMARY: Kind = "summary"
CHAPTERS: Kind = "chapters"
KINDS: tuple[Kind, ...] = (SUMMARY, CHAPTERS)


class Anchor(NamedTuple):
    """Where a paragraph stands: its chunk, the passage there (None for free text), its number in that.

    Numbers count from 0. `speaker` is what its speaker was called when the extra was made, None for nobody.
    """

    chunk: int
    passage: int | None
    number: int
    speaker: str | None = None


class Paragraph(NamedTuple):
    """A paragraph as the model sees it, with names behind their pseudonyms."""

    anchor: Anchor
    text: str

    @property
    def speaker(self) -> str:
        """Who says it, "" where that is not known."""
        return self.anchor.speaker or ""


class Line(msgspec.Struct, frozen=True):
    """A sentence of a summary with the paragraphs it was made from, or a chapter's title with its first."""

    text: str
    anchors: tuple[Anchor, ...]


class Extra(msgspec.Struct, frozen=True):
    """What was made, with names behind their pseudonyms.

    `left_out` counts by reason the lines that were not taken. `parts` is in how many parts the transcript was
    asked about, `lost_parts` of how many of them nothing could be taken. `failed` says why there is nothing,
    "" where there is something.
    """

    lines: tuple[Line, ...] = ()
    left_out: Mapping[str, int] = msgspec.field(default_factory=dict)
    parts: int = 1
    lost_parts: int = 0
    failed: str = ""


class MadeExtra(msgspec.Struct, frozen=True):
    """An extra with what it is made from and what it took.

    `text_id` is that of the text it is about, "" where that was never read. `model` is who answered, `cost`
    is dollars, `bounded` so much of it as is only the most that requests can have cost.
    """

    extra: Extra
    text_id: str = ""
    model: str = ""
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    bounded: float = 0.0
