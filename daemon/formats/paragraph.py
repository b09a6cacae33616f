"""Paragraphs of speech, not all of which have a time, and the segments that they become."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from daemon.formats.word_account import order_span, shared_out
from daemon.text.sentences import ends_sentence
from daemon.text.transcript import Segment


@dataclass(slots=True)
class Paragraph:
    """Lines that stand together; `heading` where they are one, which nothing goes on with.

    `holds` is who goes on speaking below a heading.
    """

    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    lines: list[str] = field(default_factory=list)
    heading: bool = False
    holds: str | None = None

    def is_open(self) -> bool:
        """Whether what comes next goes on with it: nothing said yet, or no sentence ended.

        Files of one phrase a line, parted by blank lines, would fall apart otherwise.
        """
        return not self.heading and (not self.lines or not ends_sentence(self.lines[-1].rpartition(" ")[2]))

    @property
    def text(self) -> str:
        """All its words, parted by single spaces."""
        return " ".join(" ".join(self.lines).split())


def share_times(paragraphs: Iterable[Paragraph]) -> Iterator[Segment]:
    """Segments, each timed one ending where the next begins; those without a time share the last one's.

    Behind the last time of all there is nothing to share: nobody knows when it is over.
    """
    together: list[Paragraph] = []
    for paragraph in paragraphs:
        if together and (paragraph.start is not None or together[0].start is None):
            yield from _share_time(together, paragraph.start)
            together = []
        together.append(paragraph)
    if together:
        yield from _share_time(together, None)


def _share_time(paragraphs: list[Paragraph], until: float | None) -> Iterator[Segment]:
    first = paragraphs[0]
    start, end = order_span(first.start, until if first.end is None else first.end)
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
