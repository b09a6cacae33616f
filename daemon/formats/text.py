"""Plain text: paragraphs, and turns with names and times in the ways that people and services write.

`Ann: …`, `**Ann:** …`, `[00:01:15] Ann: …`, `00:01:15 Ann: …`, `(00:15) …`, `Ann Smith  0:15` and
`Speaker 1 (00:00):` above the text, `[00:00.000 --> 00:02.000] …`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from daemon.formats import heads
from daemon.formats.reading import Reading, shared_out, span
from daemon.formats.speakers import believed
from daemon.transcript import Segment

KIND = "text"

_ENDED = re.compile(r"[.!?…。！？؟।]['\"’”»)\]*_]*$")

_NOT_CLEANED = re.compile(r"(?:> \*\*|\()Not cleaned: .*The original words follow\.\)?\s*$")
"""The mark that this program sets before a passage that stands as it was."""


def looks_like(text: str, extension: str) -> bool:
    """Any text will do; this kind is asked last."""
    return True


def parse(text: str) -> Reading:
    """Read plain text."""
    reading = Reading(len(text.split()))
    read_paragraphs(text.split("\n"), reading)
    return reading


@dataclass(slots=True)
class Paragraph:
    """Words that stand together; `heading` where they are one, which nothing goes on with."""

    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    words: list[str] = field(default_factory=list)
    heading: bool = False

    def is_open(self) -> bool:
        """Whether what comes next goes on with it: nothing said yet, or no sentence ended.

        Files of one phrase a line, parted by blank lines, would fall apart otherwise.
        """
        return not self.heading and (not self.words or _ENDED.search(self.words[-1]) is None)


def read_paragraphs(
    lines: list[str], reading: Reading, *, unescape: Callable[[str], str] = str, headings: bool = False
) -> None:
    """Add the segments of these lines to `reading`, and book what of them is no speech.

    `unescape` turns a written word into the word; `headings` says that `#` begins a line of its own.
    """
    read = heads.read(_without_marks(lines, reading))
    names = believed(head.label for head in read if head.line)
    paragraphs = [Paragraph()]
    blank = False
    for head in read:
        if head.line:
            _add_line(paragraphs, head, names, reading, blank=blank, headings=headings)
        blank = not head.line
    for paragraph in paragraphs:
        paragraph.words = [unescape(word) for word in paragraph.words]
        paragraph.speaker = paragraph.speaker and unescape(paragraph.speaker)
    reading.segments += _segments([paragraph for paragraph in paragraphs if paragraph.words])


def _without_marks(lines: list[str], reading: Reading) -> Iterator[str]:
    for line in lines:
        if _NOT_CLEANED.match(line):
            reading.drop("mark", len(line.split()))
        yield "" if _NOT_CLEANED.match(line) else line


def _add_line(
    paragraphs: list[Paragraph],
    head: heads.Head,
    names: frozenset[str],
    reading: Reading,
    *,
    blank: bool,
    headings: bool,
) -> None:
    """Add a line to the last paragraph, or begin another one with it."""
    last = paragraphs[-1]
    reading.drop("timing", head.time_words)
    name, words = _without_label(head, names, reading)
    heading = headings and name is None and bool(words) and not words[0].strip("#")
    if heading:
        reading.drop("markup", 1)
        words = words[1:]
    unnamed = name is None and bool(words) and words[0].startswith(">>")
    speaker = None if unnamed else name or last.speaker
    begins = name is not None or head.start is not None or heading or unnamed
    if begins or last.heading or (blank and not last.is_open()):
        # a time may stand on one line, the name and the words on the next
        timed = last if head.start is None and not last.words and not heading else head
        last = Paragraph(speaker, timed.start, timed.end, heading=heading)
        paragraphs.append(last)
    last.words += words


def _without_label(
    head: heads.Head, names: frozenset[str], reading: Reading
) -> tuple[str | None, Sequence[str]]:
    found = head.label
    if found is None or not (found.sure or found.name in names):
        return None, head.words
    words = found.remove_from(head.words)
    reading.drop("speaker", len(head.words) - len(words))
    return found.name, words


def _segments(paragraphs: list[Paragraph]) -> list[Segment]:
    """Segments, each timed one ending where the next begins; those without a time share the last one's."""
    out: list[Segment] = []
    at = 0
    while at < len(paragraphs):
        following = at + 1
        while following < len(paragraphs) and paragraphs[following].start is None:
            following += 1
        until = paragraphs[following].start if following < len(paragraphs) else None
        out += _shared(paragraphs[at:following], until)
        at = following
    return out


def _shared(paragraphs: list[Paragraph], until: float | None) -> Iterator[Segment]:
    first = paragraphs[0]
    start, end = span(first.start, until if first.end is None else first.end)
    words = " ".join(word for paragraph in paragraphs for word in paragraph.words)
    whole = Segment(words, start, None if start is None else end)
    return shared_out(whole, ((paragraph.speaker, len(paragraph.words)) for paragraph in paragraphs))
