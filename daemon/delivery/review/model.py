"""What the page of a result shows: its paragraphs, what was changed in each, and what needs a look. Pure."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from daemon.delivery.amending.amendments import AMENDMENTS
from daemon.delivery.document import Block, Document, FlaggedPassage, Passage
from daemon.delivery.review.redline import (
    Run,
    compare_tokens,
    insert_unsaid,
    pack_runs,
    split_tokens,
    unpack_runs,
)
from daemon.system.files import Folder
from daemon.system.scratch import Spool
from daemon.text.cleaned_chunk import Note
from daemon.text.differences import notes_on
from daemon.text.transcript import LeftOut

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

    `packed` are its runs: all of a long transcript are held at once. `start` is seconds, None where unknown.
    `flag` says why the original words stand. `rewritten`: another text stands in its place (a translation,
    notes), so single words are not compared. `checked`: it has been through the gate, which offline rules
    need not. `place` is that of the paragraph: its chunk, the passage there (None for free text), and its
    number in that. `by_person` counts the words that a person has put there.
    """

    number: int
    packed: bytes
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
    place: tuple[int, int | None, int] = (0, None, 0)
    by_person: int = 0

    @property
    def address(self) -> str:
        """Its place as one text."""
        chunk, passage, paragraph = self.place
        return f"{chunk}.{'' if passage is None else passage}.{paragraph}"

    @property
    def runs(self) -> tuple[Run, ...]:
        """What became of its words, in order; made anew each time it is asked for."""
        return unpack_runs(self.packed)

    @property
    def was(self) -> str:
        """The original's text."""
        return "".join(token for run in self.runs if run.kind != "unsaid" for token in run.was)

    @property
    def now(self) -> str:
        """The cleaned text."""
        return "".join(token for run in self.runs for token in run.now)

    @property
    def much(self) -> bool:
        """Whether more was changed than professional editors change."""
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


@dataclass(slots=True)
class Totals:
    """What all paragraphs of a page come to; they are gone through once.

    `much`, `noted`, `changed` and `flagged` count paragraphs; `speakers` are their names, in the order in
    which they first speak; `edits` counts words by what became of them. `is_timed` says that it is known when
    something was said, `has_unsaid` that words stand there which nobody said.
    """

    much: int = 0
    noted: int = 0
    changed: int = 0
    flagged: int = 0
    is_timed: bool = False
    has_unsaid: bool = False
    speakers: dict[str, None] = field(default_factory=dict)
    edits: Counter[str] = field(default_factory=Counter)

    def add_row(self, row: Row) -> None:
        """Count one more paragraph."""
        runs = row.runs
        self.much += 1 if row.much else 0
        self.noted += 1 if row.notes else 0
        self.changed += 1 if row.words_changed else 0
        self.flagged += 1 if row.flag is not None else 0
        self.is_timed = self.is_timed or row.start is not None
        self.has_unsaid = self.has_unsaid or any(run.kind == "unsaid" for run in runs)
        if row.speaker:
            self.speakers[row.speaker] = None
        for run in () if row.rewritten else runs:
            name, words = _count_edit(run)
            self.edits[name] += words


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows; `summary` is the result's summary.json."""

    title: str
    summary: Mapping[str, Any]
    rows: Sequence[Row]
    flagged: tuple[Flagged, ...]
    totals: Totals

    @property
    def source(self) -> str:
        """The source's file name."""
        return os.path.basename(str(self.summary["source"]))

    @property
    def stems(self) -> list[str]:
        """What a recording beside the page may be called, without its extension: as the source is."""
        stem = os.path.splitext(self.source)[0]
        return list(dict.fromkeys([stem, os.path.splitext(stem)[0]]))  # talk.en.vtt: also talk.mp4

    @property
    def result(self) -> dict[str, object] | None:
        """What edits are bound to, None where there is nothing that they could be bound to."""
        if "text_id" not in self.summary:
            return None
        return {
            "text_id": self.summary["text_id"],
            "amended": self.summary["files"].get(AMENDMENTS, ""),
            "source": self.summary["source"],
            "stem": os.path.splitext(self.source)[0],
        }

    @property
    def edits(self) -> dict[str, int]:
        """How many words were removed, changed and added, and how many differ in capitals or commas."""
        return {name: self.totals.edits[name] for name in ("removed", "changed", "added", "respelt")}


def _count_edit(run: Run) -> tuple[str, int]:
    """What a run is counted as, and how many it counts."""
    if run.kind == "gone":
        return "removed", run.words_was
    if run.kind == "new":
        return "added", run.words_now
    return {"light": ("respelt", 1), "changed": ("changed", run.words_was)}.get(run.kind, ("", 0))


def build_page(
    document: Document,
    title: str,
    summary: Mapping[str, Any],
    left_out: Sequence[LeftOut] = (),
    scratch: Folder | None = None,
) -> Page:
    """The page of a result, from its document and its summary.json.

    `left_out` holds what of the source nobody said, by its place among all of the original's words. `scratch`
    is the folder for rows that are too many for memory.
    """
    places = dict.fromkeys((found.passage for found in document.flagged), 0)
    made: Spool[Row] = Spool(scratch)
    totals = Totals()
    for row in _add_left_out(_list_rows(document.passages, places), left_out):
        totals.add_row(row)
        made.append(row)
    rows = made.finish()
    flagged = [_make_flagged(rows[places[found.passage]], found) for found in document.flagged]
    return Page(title, summary, rows, tuple(flagged), totals)


def _list_rows(passages: Iterable[Passage], places: dict[int, int]) -> Iterator[Row]:
    """The rows of all passages; `places` is given the row at which each of its passages begins."""
    done = 0
    for number, passage in enumerate(passages):
        if number in places:
            places[number] = done
        for row in _make_rows(passage, done + 1):
            done = row.number
            yield row


def _make_rows(passage: Passage, number: int) -> Iterator[Row]:
    """The rows of a passage, counted from `number` on: its paragraphs, or free text as one."""
    if passage.whole is not None:
        row = _make_row(number, passage.whole, free=True)
        by_person = sum(block.by_person for block in passage.blocks)
        yield replace(row, place=(passage.chunk, None, 0), by_person=by_person)
        return
    notes = place_notes(passage)
    for place, block in enumerate(passage.blocks):
        row = _make_row(number + place, block, notes[place], checked=passage.checked)
        yield replace(row, place=(passage.chunk, passage.number, place), by_person=block.by_person)


def _add_left_out(rows: Iterable[Row], left_out: Sequence[LeftOut]) -> Iterator[Row]:
    """The rows, each with what was left out inside of it or directly behind it; the first, before it too."""
    waiting = deque(left_out)
    before = 0
    for row in rows:
        if not waiting:
            yield row
            continue
        size = len(row.was.split())
        here: list[tuple[int, str]] = []
        while waiting and waiting[0].place <= before + size:
            found = waiting.popleft()
            here.append((found.place - before, found.text))
        before += size
        yield replace(row, packed=pack_runs(insert_unsaid(row.runs, here))) if here else row


def place_notes(passage: Passage) -> list[tuple[Note, ...]]:
    """For each paragraph of a passage the notes that it is about, as far as can be told.

    A note that none of the paragraphs bears out stands at the first.
    """
    placed: list[tuple[Note, ...]] = [()] * len(passage.blocks)
    for note in passage.notes:
        found = False
        if len(passage.blocks) > 1:
            for place, block in enumerate(passage.blocks):
                here = _find_notes(block, note)
                placed[place] += here
                found = found or bool(here)
        if not found:
            placed[0] += (note,)
    return placed


def _find_notes(block: Block, note: Note) -> tuple[Note, ...]:
    """What differs in a paragraph of the kind that a note on its passage tells of."""
    differences = notes_on(note.passage, block.original, block.text)
    return tuple(found for found in differences if found.kind == note.kind)


def _make_row(
    number: int, block: Block, notes: tuple[Note, ...] = (), *, checked: bool = True, free: bool = False
) -> Row:
    """The row of a paragraph, its words compared with those of the original."""
    runs = compare_texts(block.original, block.text, free=free)
    other = [run for run in runs if run.kind in ("gone", "changed", "new")]
    return Row(
        number,
        pack_runs(runs),
        block.start,
        block.speaker,
        block.flag,
        notes,
        rewritten=_is_rewritten(runs),
        checked=checked,
        words_in=sum(run.words_was for run in runs),
        words_out=sum(run.words_now for run in runs),
        words_changed=sum(max(run.words_was, run.words_now) for run in other),
        longest=max((run.words_was for run in other), default=0),
    )


def compare_texts(original: str, cleaned: str, *, free: bool) -> tuple[Run, ...]:
    """The runs between two texts; of two that have too little in common, the one and the other.

    A passage may be cut or grow; `free` text takes the place of all that was said, or is none of it.
    """
    was, now = split_tokens(original), split_tokens(cleaned)
    runs = compare_tokens(was, now)
    stands = sum(len(run.was) for run in runs if run.kind in ("same", "light"))
    least, share = min(len(was), len(now)), _REWRITTEN_STANDS
    if free:
        least, share = len(was), _FREE_STANDS
    if least >= _REWRITTEN_FROM and stands < share * least:
        return (Run("gone", tuple(was)), Run("new", (), tuple(now)))
    return runs


def _is_rewritten(runs: Sequence[Run]) -> bool:
    """Whether the one text stands in the place of the other: nothing of it is the same."""
    return [(run.kind, bool(run.was)) for run in runs] == [("gone", True), ("new", False)]


def _make_flagged(row: Row, found: FlaggedPassage) -> Flagged:
    words = row.was.split()
    more = " …" if len(words) > _EXCERPT_WORDS else ""
    return Flagged(row, found.reason, found.words, " ".join(words[:_EXCERPT_WORDS]) + more)
