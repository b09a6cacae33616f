"""What the page of a result shows: its paragraphs, what was changed in each, and what needs a look. Pure."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from daemon.cleaning.offline import PROVIDER as OFFLINE
from daemon.delivery.review.redline import Run, redline, tokens
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Flag, Note, ProcessedChunk
from daemon.text.differences import notes_on
from daemon.text.paragraphs import Paragraph, timed_paragraphs
from daemon.text.turns import Turn

MUCH_RUN_WORDS = 13
"""A struck stretch of so many words is worth a look: in 99 of 100 stretches of 300 words professional
editors strike no longer one."""

MUCH_KEPT = 0.77
"""So is a paragraph of which less than this share of the words came back; editors seldom go so low."""

_SHARE_COUNTS_FROM = 60  # words; of fewer, fillers alone may be that much
_REWRITTEN_FROM = 10  # words on the shorter side; in fewer, chance decides what stands
_REWRITTEN_STANDS = 0.3  # under this share of standing words it is another text, not an edited one
_FREE_STANDS = 0.5  # of what was said: under this share a free text is no cleaning but notes on it
_EXCERPT_WORDS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph of the result beside the words it came from.

    `start` is seconds, None where unknown. `flag` says why the original words stand. `rewritten`: another
    text stands in its place (a translation, notes), so single words are not compared. `checked`: it has
    been through the gate, which offline rules need not. `much`: more was changed than editors do.
    """

    number: int
    runs: tuple[Run, ...]
    start: float | None = None
    speaker: str | None = None
    flag: str | None = None
    notes: tuple[Note, ...] = ()
    rewritten: bool = False
    checked: bool = True
    words_in: int = 0
    words_out: int = 0
    words_changed: int = 0
    longest: int = 0

    @property
    def was(self) -> str:
        """The original's text."""
        return "".join(token for run in self.runs for token in run.was)

    @property
    def now(self) -> str:
        """The cleaned text."""
        return "".join(token for run in self.runs for token in run.now)

    @property
    def much(self) -> bool:
        """Whether more was changed than professional editors do."""
        if self.rewritten:
            return False
        little_left = self.words_out < MUCH_KEPT * self.words_in
        return self.longest >= MUCH_RUN_WORDS or (self.words_in >= _SHARE_COUNTS_FROM and little_left)


@dataclass(frozen=True, slots=True)
class Flagged:
    """A passage that was not cleaned: where it begins (row), why, its size in words, its first words."""

    row: Row
    reason: str
    words: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows; `summary` is the result's summary.json."""

    title: str
    summary: Mapping[str, Any]
    rows: tuple[Row, ...]
    flagged: tuple[Flagged, ...]

    @property
    def source(self) -> str:
        """The source's file name."""
        return os.path.basename(str(self.summary["source"]))

    @property
    def edits(self) -> dict[str, int]:
        """How many words were removed, changed and added, and how many differ in capitals or commas."""
        runs = [run for row in self.rows if not row.rewritten for run in row.runs]
        return {
            "removed": sum(run.words_was for run in runs if run.kind == "gone"),
            "changed": sum(run.words_was for run in runs if run.kind == "changed"),
            "added": sum(run.words_now for run in runs if run.kind == "new"),
            "respelt": sum(run.kind == "light" for run in runs),
        }


def build(pairs: Iterable[tuple[Chunk, ProcessedChunk]], title: str, summary: Mapping[str, Any]) -> Page:
    """The page of a result, from its chunks in order."""
    rows: list[Row] = []
    flagged: list[Flagged] = []
    for chunk, result in pairs:
        starts: list[int] = []  # the row at which each passage begins
        for passage in _passages(chunk, result):
            starts.append(len(rows))
            rows += [_row(len(rows) + place, *part) for place, part in enumerate(passage, start=1)]
        flagged += (_flagged(rows[starts[flag.passage or 0]], flag) for flag in result.flags if starts)
    return Page(title, summary, tuple(rows), tuple(flagged))


_Part = tuple[tuple[Run, ...], dict[str, Any]]  # of a row: what came of its words, and the rest


def _passages(chunk: Chunk, result: ProcessedChunk) -> Iterator[list[_Part]]:
    """The rows to be of each passage."""
    reasons = {flag.passage: flag.reason for flag in result.flags}
    if not result.turns:
        if turns := chunk.spoken():
            runs = _compared(tokens(chunk.text), tokens(result.cleaned_text), free=True)
            yield [(runs, {"start": turns[0].start, "flag": reasons.get(None)})]
        return
    passages = chunk.passages(result.cuts)
    for place, (turn, cleaned) in enumerate(zip(passages, result.turns, strict=True)):
        facts = {"flag": reasons.get(place, reasons.get(None)), "checked": result.provider != OFFLINE}
        parts = [(runs, {**facts, **more}) for runs, more in _paragraphs(turn, cleaned)]
        yield _with_notes(parts, [note for note in result.notes if note.passage == place])


def _paragraphs(turn: Turn, cleaned: str) -> Iterator[_Part]:
    """A passage's paragraphs, each beside the words of the original that it came from."""
    left_out = Paragraph("", turn.start, turn.speaker, original=turn.text)
    for paragraph in timed_paragraphs(turn, cleaned) or [left_out]:
        runs = _compared(tokens(paragraph.original), tokens(paragraph.text))
        yield runs, {"start": paragraph.start, "speaker": paragraph.speaker}


def _compared(was: Sequence[str], now: Sequence[str], *, free: bool = False) -> tuple[Run, ...]:
    """The runs between two texts; of two that have too little in common, the one and the other.

    A passage may be cut or grow; `free` text takes the place of all that was said, or is none of it.
    """
    runs = redline(was, now)
    stands = sum(len(run.was) for run in runs if run.kind in ("same", "light"))
    least, share = (len(was), _FREE_STANDS) if free else (min(len(was), len(now)), _REWRITTEN_STANDS)
    if least >= _REWRITTEN_FROM and stands < share * least:
        return (Run("gone", tuple(was)), Run("new", (), tuple(now)))
    return runs


def _with_notes(parts: list[_Part], notes: Sequence[Note]) -> list[_Part]:
    """Each of a passage's notes at the paragraph that it is about, as far as can be told."""
    out = [(runs, {**facts, "notes": ()}) for runs, facts in parts]
    for note in notes:
        found = False
        for runs, facts in out if len(out) > 1 else ():
            was, now = ("".join(t for run in runs for t in getattr(run, side)) for side in ("was", "now"))
            here = tuple(own for own in notes_on(note.passage, was, now) if own.kind == note.kind)
            facts["notes"] += here
            found = found or bool(here)
        if not found:
            out[0][1]["notes"] += (note,)
    return out


def _row(number: int, runs: tuple[Run, ...], facts: Mapping[str, Any]) -> Row:
    other = [run for run in runs if run.kind in ("gone", "changed", "new")]
    return Row(
        number,
        runs,
        **facts,
        rewritten=[(run.kind, bool(run.was)) for run in runs] == [("gone", True), ("new", False)],
        words_in=sum(run.words_was for run in runs),
        words_out=sum(run.words_now for run in runs),
        words_changed=sum(max(run.words_was, run.words_now) for run in other),
        longest=max((run.words_was for run in other), default=0),
    )


def _flagged(row: Row, flag: Flag) -> Flagged:
    words = row.was.split()
    more = " …" if len(words) > _EXCERPT_WORDS else ""
    return Flagged(row, flag.reason, flag.words, " ".join(words[:_EXCERPT_WORDS]) + more)
