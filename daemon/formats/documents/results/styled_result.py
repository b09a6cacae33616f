"""A Word document that this program wrote, dropped again: its styles say who speaks when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from daemon.formats.documents.lines.heads.head import Head
from daemon.formats.documents.results.result_lines import make_head
from daemon.formats.documents.text import read_result
from daemon.formats.markup import part_sentences, without_controls
from daemon.formats.word_account import Reading
from daemon.text.results.marks import NOT_CLEANED, ORIGINAL_WORDS, PARAGRAPH, TITLE
from daemon.text.transcript import count_words

_STYLES = (TITLE, NOT_CLEANED, PARAGRAPH, ORIGINAL_WORDS)


class StyledLine(NamedTuple):
    """A paragraph: the name of its style, and of its text what stands first as a time and as a name."""

    style: str
    time: str
    name: str
    text: str


def is_styled_result(styles: Iterable[str]) -> bool:
    """Whether most paragraphs have the styles of a result."""
    each = list(styles)
    return sum(style in _STYLES for style in each) * 2 > len(each)


def read_styled_result(lines: Sequence[StyledLine]) -> Reading:
    """Read the paragraphs of a result; its title is no speech."""
    cleared = [line._replace(text=part_sentences(without_controls(line.text)).strip()) for line in lines]
    reading = Reading(count_words("\n".join(line.text for line in cleared)))
    if cleared and cleared[0].style == TITLE:
        reading.title = " ".join(cleared[0].text.split()) or None
        reading.drop("title", count_words(cleared[0].text))
        cleared = cleared[1:]
    read_result([head for line in cleared for head in (_make_head(line), Head())], reading)
    return reading


def _make_head(line: StyledLine) -> Head:
    label = without_controls(line.time + line.name).strip()
    if not line.text.startswith(label):
        return make_head(line.text, None, None, line.text)
    time = line.time.strip().strip("[]")
    name = without_controls(line.name).strip().removesuffix(":").strip()
    return make_head(line.text, time, name, line.text[len(label) :].strip())
