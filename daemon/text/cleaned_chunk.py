"""What comes back for a chunk: its cleaned text, what was changed, and what it took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from daemon.text.chunk import Chunk
from daemon.text.json_values import build_value, json_values_of
from daemon.text.transcript import count_words

JOINED_MODELS = ", then "
"""Between the names of models that cleaned one thing, one after the other."""


class Flag(msgspec.Struct, frozen=True):
    """A passage whose original words stand because it could not be cleaned, and why.

    `passage` is its place among the chunk's passages, None for the whole chunk; `words` counts the
    original's, by `count_words`.
    """

    reason: str
    words: int
    passage: int | None = None


UNCHANGED = "unchanged"


class Note(msgspec.Struct, frozen=True):
    """What is worth a look in a cleaned passage: mostly numbers, names or negations that differ (`kind`).

    `gone` and `new` hold the words that stand on one side only. The kind UNCHANGED has none: the passage, and
    what else of its chunk came back to the letter, was in need of cleaning.
    """

    passage: int
    kind: str
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def phrase(self) -> str:
        """What is to be looked at, in words."""
        return "it came back as it was sent" if self.kind == UNCHANGED else self.kind


class Edit(NamedTuple):
    """What a rule did: from which of the chunk's original words (`text.split()`) on, to how many, and why.

    The words are gone, unless the reason ends in "punctuation" or "casing", when a mark or a capital differs,
    or in "(correction)" or "(survey)", when other words stand in their place.
    """

    at: int
    words: int
    reason: str


class ProcessedChunk(msgspec.Struct, frozen=True):
    """A cleaned chunk, with what it took; the content of a checkpoint file.

    `turns` holds the cleaned text of each of the chunk's passages in order, paragraphs parted by blank
    lines, "" for one of nothing but fillers. A passage is a turn, or a part of one where `cuts` says so.
    Where the style asks for free text (notes) `turns` is empty and `cleaned_text` is all there is.
    `cost` is in dollars, `bounded` so much of it as is only the most that requests can have cost; `batched`
    counts those of its `requests` that went in a batch; `edits` says what rules did, in the order of the
    words. `server` is the address that the text was sent to, without a password, "" where it was sent
    nowhere.
    """

    chunk_index: int
    original_text: str
    cleaned_text: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    model: str = ""
    provider: str = ""
    turns: tuple[str, ...] = ()
    cuts: tuple[tuple[int, int], ...] = ()
    flags: tuple[Flag, ...] = ()
    notes: tuple[Note, ...] = ()
    requests: int = 0
    edits: tuple[Edit, ...] = ()
    batched: int = 0
    server: str = ""
    bounded: float = 0.0

    @property
    def stands_in_part(self) -> bool:
        """Whether some passage of it stays when only those that were not cleaned are asked for again."""
        flagged = {flag.passage for flag in self.flags}
        return None not in flagged and len(self.turns) > len(flagged)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return json_values_of(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> ProcessedChunk:
        """The inverse of `to_dict`; keys of a later version are ignored.

        Raises ValueError where a value is missing or of another type.
        """
        return build_value(raw, cls)


def kept_original(chunk: Chunk, reason: str) -> ProcessedChunk:
    """A chunk whose original words stand, flagged with the reason."""
    turns = tuple(turn.text for turn in chunk.spoken())
    words = sum(map(count_words, turns))
    return ProcessedChunk(
        chunk_index=chunk.index,
        original_text=chunk.text,
        cleaned_text="\n\n".join(turns),
        turns=turns,
        flags=(Flag(reason, words),),
    )
