"""Plain text: paragraphs, and turns with names and times in the ways that people and services write.

`Ann: …`, `**Ann:** …`, `[00:01:15] Ann: …`, `00:01:15 Ann: …`, `(00:15) …`, `Ann Smith  0:15` and
`Speaker 1 (00:00):` above the text, `[00:00.000 --> 00:02.000] …`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from daemon.formats.documents import line_heads as heads
from daemon.formats.documents.service_notices import without_notices
from daemon.formats.speakers import believed
from daemon.formats.word_account import Reading, dropped_of, shared_out, span
from daemon.text.sentences import ends_sentence
from daemon.text.transcript import Segment, count_words

KIND = "text"


def looks_like(text: str, extension: str) -> bool:
    """Any text will do; this kind is asked last."""
    return True


def parse(text: str) -> Reading:
    """Read plain text."""
    reading = Reading(count_words(text))
    read_paragraphs(text.split("\n"), reading)
    return reading


@dataclass(slots=True)
class Paragraph:
    """Lines that stand together; `heading` where they are one, which nothing goes on with."""

    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    lines: list[str] = field(default_factory=list)
    heading: bool = False

    def is_open(self) -> bool:
        """Whether what comes next goes on with it: nothing said yet, or no sentence ended.

        Files of one phrase a line, parted by blank lines, would fall apart otherwise.
        """
        return not self.heading and (not self.lines or not ends_sentence(self.lines[-1].rpartition(" ")[2]))

    @property
    def text(self) -> str:
        """All its words, parted by single spaces."""
        return " ".join(" ".join(self.lines).split())


def read_paragraphs(
    lines: list[str], reading: Reading, *, unescape: Callable[[str], str] = str, headings: bool = False
) -> None:
    """Add the segments of these lines to `reading`, and book what of them is no speech.

    `unescape` turns a written word into the word; `headings` says that `#` begins a line of its own.
    """
    read = heads.read(without_notices(lines, reading))
    names = believed(head.label for head in read if head.line)
    paragraphs = [Paragraph()]
    blank = False
    for head in read:
        if head.line:
            _add_line(paragraphs, head, names, reading, blank=blank, headings=headings)
        blank = not head.line
    for paragraph in paragraphs:
        if unescape is not str:
            paragraph.lines = [" ".join(map(unescape, line.split())) for line in paragraph.lines]
        paragraph.speaker = paragraph.speaker and unescape(paragraph.speaker)
    reading.segments += _segments([paragraph for paragraph in paragraphs if paragraph.lines])


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
    name, line = _without_label(head, names, reading)
    heading = headings and name is None and line != "" and not line.split(None, 1)[0].strip("#")
    if heading:
        reading.drop("markup", 1)
        line = line.lstrip("#").strip()
    unnamed = name is None and line.startswith(">>")
    speaker = None if unnamed else name or last.speaker
    begins = name is not None or head.start is not None or heading or unnamed
    if begins or last.heading or (blank and not last.is_open()):
        # a time may stand on one line, the name and the words on the next
        timed = last if head.start is None and not last.lines and not heading else head
        last = Paragraph(speaker, timed.start, timed.end, heading=heading)
        paragraphs.append(last)
    last.lines += [line] if line else []


def _without_label(head: heads.Head, names: frozenset[str], reading: Reading) -> tuple[str | None, str]:
    found = head.label
    if found is None or not (found.sure or found.name in names):
        return None, head.text.strip()
    words = found.remove_from(head.words)
    reading.drop("speaker", dropped_of([head.text], words))
    return found.name, " ".join(words)


def _segments(paragraphs: list[Paragraph]) -> list[Segment]:
    """Segments, each timed one ending where the next begins; those without a time share the last one's.

    Behind the last time of all there is nothing to share: nobody knows when it is over.
    """
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
    texts = [paragraph.text for paragraph in paragraphs]
    if start is None or end is None or len(texts) == 1:
        for paragraph, text in zip(paragraphs, texts, strict=True):
            yield Segment(text, start, None if start is None else end, paragraph.speaker)
            start = None
        return
    sizes = (
        (paragraph.speaker, len(text.split())) for paragraph, text in zip(paragraphs, texts, strict=True)
    )
    yield from shared_out(Segment(" ".join(texts), start, end), sizes)
