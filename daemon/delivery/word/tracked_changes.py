"""The original with its cleaning as tracked changes. Pure: values in, bytes out.

Who accepts all has the cleaned text, who rejects all the original, word for word. A paragraph of the original
is a passage: a turn, or a part of one. The paragraphs that the cleaning made of it end in marks that were
inserted, and so are their times; a passage of which nothing is left was deleted with its label.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from daemon.delivery.document import Block, Document, Passage
from daemon.delivery.render import name_at_change, show_text
from daemon.delivery.review.model import compare_texts, place_notes
from daemon.delivery.review.redline import Run, count_common, is_word
from daemon.delivery.word.markup import Change, Tracker, is_right_to_left, write_paragraph
from daemon.delivery.word.template import Properties, Template
from daemon.delivery.word.transcript import format_label, write_title
from daemon.text.cleaned_chunk import Note
from daemon.text.results.marks import ORIGINAL_WORDS, PARAGRAPH

_Piece = tuple[Change, str]


def render_redline(
    document: Document, properties: Properties, template: Template, *, timestamps: bool
) -> bytes:
    """A .docx with tracked changes; comments name the model or the rules, and what is worth a look."""
    writer = _Writer(properties, template, timestamps)
    return template.write(properties, writer.write_body(document), lambda: writer.tracker.comments)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the passages of one document, whose changes and comments it numbers."""

    properties: Properties
    template: Template
    timestamps: bool
    tracker: Tracker = field(default_factory=Tracker)

    def write_body(self, document: Document) -> Iterator[str]:
        """The heading, and the paragraphs; who speaks is said where another spoke before, in either text."""
        yield write_title(self.properties.title, self.template)
        last: str | None = None
        for passage in document.passages:
            first = passage.blocks[0]
            name = name_at_change(first.speaker, last, first.original or first.text)
            yield from self._write_passage(passage, name)
            last = first.speaker

    def _write_passage(self, passage: Passage, speaker: str | None) -> Iterator[str]:
        cleaner = self.properties.cleaner if passage.checked else None
        notes = place_notes(passage)
        begins: Change = ""
        for place, block in enumerate(passage.blocks):
            pieces = list(track_changes(compare_texts(block.original, show_text(block), free=False)))
            why = explain_changes(block, pieces, notes[place], cleaner)
            words = "".join(self.tracker.write_change(*piece) for piece in pieces)
            runs = self._write_label(block, speaker, begins) + self.tracker.write_comment(why, words)
            goes_on = place + 1 < len(passage.blocks)
            if goes_on and block.original:  # rejected, the next paragraph follows on the same line
                runs += self.tracker.write_change("del", " ")
            yield self._write_paragraph(block, runs, "ins" if goes_on else "")
            begins, speaker = "ins", None

    def _write_label(self, block: Block, speaker: str | None, change: Change) -> str:
        parts = format_label(block, speaker, timestamps=self.timestamps)
        change = change if block.text else "del"
        return "".join(
            self.tracker.write_change(change, text, self.template.style(style)) for text, style in parts
        )

    def _write_paragraph(self, block: Block, runs: str, end: Change) -> str:
        return write_paragraph(
            self.template.style(PARAGRAPH if block.flag is None else ORIGINAL_WORDS),
            runs,
            right_to_left=is_right_to_left(block.text or block.original),
            mark=self.tracker.write_mark(end if block.text else "del"),
        )


def track_changes(runs: Iterable[Run]) -> Iterator[_Piece]:
    """What stands, is deleted and inserted between two texts; each text comes out of it to the letter."""
    pieces = (piece for run in runs for piece in _split_run("".join(run.was), "".join(run.now)))
    for change, group in groupby(pieces, key=lambda piece: piece[0]):
        yield change, "".join(text for _, text in group)


def _split_run(was: str, now: str) -> Iterator[_Piece]:
    """What both sides of a run begin with, what differs between them, and what both end with."""
    first, last = count_common(was, now)
    gone, came = was[first : len(was) - last], now[first : len(now) - last]
    # a word is changed as a whole, but for the space behind it
    if any(unicodedata.category(char)[0] not in "PSZ" for char in gone + came):
        first, last = 0, min(_count_space(was), _count_space(now))
        gone, came = was[: len(was) - last], now[: len(now) - last]
    parts: tuple[_Piece, ...] = (
        ("", was[:first]),
        ("del", gone),
        ("ins", came),
        ("", was[len(was) - last :]),
    )
    yield from (part for part in parts if part[1])


def _count_space(text: str) -> int:
    return len(text) - len(text.rstrip(" "))


def explain_changes(
    block: Block, pieces: Sequence[_Piece], notes: Iterable[Note], cleaner: str | None
) -> str:
    """The comment on a paragraph: why it was not cleaned, or who changed it, and what is worth a look.

    `cleaner` is the model's name, None where rules did it. "" where nothing is to be said.
    """
    sentences = []
    if block.flag is not None:
        sentences.append(f"Not cleaned: {block.flag}.")
    elif cleaner is None and block.rules:
        rules = Counter(block.rules)
        sentences.append("Rules: " + ", ".join(f"{name} ({times})" for name, times in rules.items()) + ".")
    elif cleaner is not None and any(change and is_word(text) for change, text in pieces):
        sentences.append(f"Changed by {cleaner}.")
    sentences += [_say_note(note) for note in notes]
    return " ".join(sentences)


def _say_note(note: Note) -> str:
    sides = [
        f"{name} {', '.join(words)}" for name, words in (("gone:", note.gone), ("new:", note.new)) if words
    ]
    return f"Worth a look, {': '.join(filter(None, (note.phrase, '; '.join(sides))))}."
