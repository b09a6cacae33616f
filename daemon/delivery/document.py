"""The finished transcript: its paragraphs, in order, each with its speaker, its time and its original."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.text.paragraphs import timed_paragraphs


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the result.

    `start` and `end` are seconds, None where unknown. `text` is empty where nothing but fillers was said
    in `original`; such a block is not shown. `flag` says why the original words stand, None where they
    were cleaned. `free` marks text in the cleaner's own Markdown (notes), which is not escaped.
    """

    text: str
    start: float | None = None
    speaker: str | None = None
    flag: str | None = None
    free: bool = False
    end: float | None = None
    original: str = ""


def blocks(pairs: Iterable[tuple[Chunk, ProcessedChunk]]) -> Iterator[Block]:
    """The paragraphs of a whole transcript, in order."""
    for chunk, result in pairs:
        if not result.turns:
            yield from _free(chunk, result)
            continue
        reasons = {flag.passage: flag.reason for flag in result.flags}
        passages = chunk.passages(result.cuts)
        for place, (turn, cleaned) in enumerate(zip(passages, result.turns, strict=True)):
            reason = reasons.get(place, reasons.get(None))
            if not cleaned.strip():
                yield Block("", turn.start, turn.speaker, reason, end=turn.end, original=turn.text)
            for part in timed_paragraphs(turn, cleaned):
                yield Block(part.text, part.start, part.speaker, reason, False, part.end, part.original)


def _free(chunk: Chunk, result: ProcessedChunk) -> Iterator[Block]:
    """Notes as one block; where they are not to be had, the original, paragraph by paragraph."""
    turns = chunk.spoken()
    if result.flags:
        for part in (part for turn in turns for part in timed_paragraphs(turn, turn.text)):
            yield Block(
                part.text, part.start, part.speaker, result.flags[0].reason, False, part.end, part.original
            )
        return
    start, end = (turns[0].start, turns[-1].end) if turns else (None, None)
    yield Block(result.cleaned_text, start, None, None, True, end, chunk.text)
