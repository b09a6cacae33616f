"""Plain text: paragraphs, and turns with names and times in the ways that people and services write.

`Ann: …`, `**Ann:** …`, `[00:01:15] Ann: …`, `00:01:15 Ann: …`, `(00:15) …`, `Ann Smith  0:15` and
`Speaker 1 (00:00):` above the text, `[00:00.000 --> 00:02.000] …`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from daemon.formats import heads
from daemon.formats.reading import Reading, shared_out, span
from daemon.formats.speakers import Label, believed
from daemon.transcript import Segment

KIND = "text"

_ENDED = re.compile(r"[.!?…。！？؟।]['\"’”»)\]*_]*$")


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
    """Words that stand together. `headed` where a time or a name begins it, `alone` for a heading."""

    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    words: list[str] = field(default_factory=list)
    headed: bool = False
    alone: bool = False

    def is_open(self) -> bool:
        """Whether what comes next goes on with it: nothing said yet, or no sentence ended."""
        return not self.alone and (not self.words or _ENDED.search(self.words[-1]) is None)


def read_paragraphs(
    lines: list[str], reading: Reading, *, unescape: Callable[[str], str] = str, headings: bool = False
) -> None:
    """Add the segments of these lines to `reading`, and book what of them is no speech.

    `unescape` turns a written word into the word; `headings` says that `#` begins a line of its own.
    """
    read = heads.read(lines)
    names = believed(head.label for head in read if head.line)
    paragraphs = [Paragraph()]
    blank = False
    for head in read:
        if not head.line:
            blank = True
            continue
        following = _next(paragraphs[-1], head, names, reading, blank=blank, headings=headings)
        if following is not paragraphs[-1]:
            paragraphs.append(following)
        blank = False
    for paragraph in paragraphs:
        paragraph.words = [unescape(word) for word in paragraph.words]
        paragraph.speaker = paragraph.speaker and unescape(paragraph.speaker)
    reading.segments += _segments([paragraph for paragraph in paragraphs if paragraph.words])


def _next(
    current: Paragraph,
    head: heads.Head,
    names: frozenset[str],
    reading: Reading,
    *,
    blank: bool,
    headings: bool,
) -> Paragraph:
    """The paragraph that this line belongs to, with its words: the current one or a new one."""
    reading.drop("timing", head.time_words)
    words, name = _without_label(head, names, reading)
    heading = headings and name is None and bool(words) and not words[0].strip("#")
    if heading:
        reading.drop("markup", 1)
        words = words[1:]
    headed = name is not None or head.start is not None
    if headed or heading or current.alone or (blank and not current.is_open()):
        waiting = not current.words and not heading  # a time on one line, the name on the next
        start = current.start if head.start is None and waiting else head.start
        end = current.end if head.start is None and waiting else head.end
        current = Paragraph(name or current.speaker, start, end, headed=headed, alone=heading)
    current.words += words
    return current


def _without_label(head: heads.Head, names: frozenset[str], reading: Reading) -> tuple[list[str], str | None]:
    found: Label | None = head.label
    if found is None or not (found.sure or found.name in names):
        return head.words, None
    words = found.remove_from(head.words)
    reading.drop("speaker", len(head.words) - len(words))
    return words, found.name


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
