"""The cleaned transcript as a Word document: heading, times, speakers, paragraphs. Pure: values to bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from daemon.delivery.document import Block
from daemon.delivery.render import mark_flagged, show_text
from daemon.delivery.word.markdown_text import write_markdown
from daemon.delivery.word.markup import is_right_to_left, write_paragraph, write_run
from daemon.delivery.word.template import Properties, Template
from daemon.text.results.marks import (
    NOT_CLEANED,
    ORIGINAL_WORDS,
    PARAGRAPH,
    SPEAKER,
    TIME,
    TITLE,
    mark_in_text,
)
from daemon.text.timecode import format_timecode


def render_docx(
    blocks: Iterable[Block], properties: Properties, template: Template, *, timestamps: bool
) -> bytes:
    """The transcript as a .docx; paragraphs that were not cleaned are shaded, below a mark that says why."""
    return template.write(properties, _write_body(blocks, properties, template, timestamps), tuple)


def write_title(title: str, template: Template) -> str:
    """The heading of a document."""
    return write_paragraph(template.style(TITLE), write_run(title), right_to_left=is_right_to_left(title))


def format_label(block: Block, speaker: str | None, *, timestamps: bool) -> list[tuple[str, str]]:
    """What stands before a paragraph's words: texts, each with the name of its character style."""
    label = []
    if timestamps and block.start is not None and not block.free:
        label.append((f"[{format_timecode(block.start)}] ", TIME))
    if speaker:
        label.append((f"{speaker}: ", SPEAKER))
    return label


def _write_body(
    blocks: Iterable[Block], properties: Properties, template: Template, timestamps: bool
) -> Iterator[str]:
    yield write_title(properties.title, template)
    for block, speaker, marked in mark_flagged(blocks):
        if block.free:
            yield from write_markdown(block.text, template)
            continue
        if block.flag is not None and marked:
            yield write_paragraph(template.style(NOT_CLEANED), write_run(mark_in_text(block.flag, marked)))
        text = show_text(block)
        label = format_label(block, speaker, timestamps=timestamps)
        runs = "".join(write_run(part, template.style(style)) for part, style in label) + write_run(text)
        style = PARAGRAPH if block.flag is None else ORIGINAL_WORDS
        yield write_paragraph(template.style(style), runs, right_to_left=is_right_to_left(text))
