"""An extra of a long transcript: its parts first, then the whole from what was found in them."""

import pytest

from daemon.cleaning.extras import grounds as g
from daemon.cleaning.extras.making import make_extra
from daemon.cleaning.extras.questions import MOST_LINES, ExtraBrief
from daemon.cleaning.llm.faults import ChunkRefused
from daemon.costs.pricing import Usage
from daemon.costs.question import Answer
from daemon.text.results.extra import Anchor, Paragraph

SAID = [
    Paragraph(Anchor(0, at, 0, "Ann"), f"In the garden number {100 + at} the old gate is painted at last.")
    for at in range(40)
]


def make(whole, kind="summary", part_words=60):
    """The extra where each part is answered truly, and the whole so; and how often that was asked for."""
    asked = []

    def ask(question, attempt):
        is_whole = "These " in question.system
        asked.append(is_whole)
        return Answer(whole(question) if is_whole else repeat(question), "end_turn", Usage(), 0.0, 1)

    return make_extra(ExtraBrief(kind, "A talk"), SAID, "en", part_words, ask), sum(asked)


def repeat(question):
    """Each paragraph said again, under its number."""
    rows = [row[1:].partition("] ") for row in question.user.splitlines() if row.startswith("[")]
    return "\n".join(f"{number} | {said.removeprefix('Ann: In the ')}" for number, _, said in rows)


@pytest.mark.parametrize("kind", ["summary", "chapters"])
def test_a_whole_names_the_paragraphs_that_its_parts_name(kind):
    extra, times = make(repeat, kind, part_words=26)
    assert times > 1
    assert extra.parts == 20
    for line in extra.lines:
        assert [f"number {100 + anchor.passage} " in line.text for anchor in line.anchors] == [True]
    assert len(extra.lines) <= MOST_LINES[kind]


def test_what_a_whole_makes_up_is_left_out_and_the_lines_of_the_parts_stand():
    def whole(question):
        return "1 | garden number 999\n99 | garden number 100\n1 | Zorblax paints the gate"

    extra, _ = make(whole)
    assert len(extra.lines) > MOST_LINES["summary"]
    assert not any("999" in line.text or "Zorblax" in line.text for line in extra.lines)
    assert extra.left_out.keys() >= {g.NUMBER, g.NOT_THERE, g.NAME}


def test_a_whole_that_is_refused_leaves_the_lines_of_the_parts():
    def whole(question):
        raise ChunkRefused("too large", too_large=True)

    extra, _ = make(whole)
    assert extra.lines
    assert not extra.failed


def test_a_transcript_without_words_is_asked_about_by_nobody():
    extra = make_extra(ExtraBrief("summary", "A talk"), [], "en", 100, lambda *_: pytest.fail("asked"))
    assert "no paragraph" in extra.failed
