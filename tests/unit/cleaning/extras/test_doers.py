"""A line that says of one name what the paragraphs say of another."""

import pytest

from daemon.cleaning.extras import grounds as g
from daemon.cleaning.extras.answers import Statement
from daemon.cleaning.extras.grounds import Grounds
from daemon.text.results.extra import Anchor, Paragraph

SAID = (
    ("Ann Lee", "Ray pays ninety dollars a month, Carla only twenty. I paint the fence on Monday."),
    ("Ben Moss", "Carla ordered the ladders in March. The pump fails in Leeds, but in Hull it works."),
    (
        "Ann Lee",
        "Dora is away until Easter and Emil works only half days. Emil hopes that she comes back soon.",
    ),
    (
        "Ben Moss",
        "The neighbours helped us, and Carla thanked them. Doctor Poe left. Doctor Ray replaced him at once.",
    ),
)
GESAGT = (("Anna", "Peter zahlt die Miete, und Maria kauft das Holz."),)


def judge(text, *numbers, said=SAID, language="en"):
    paragraphs = [Paragraph(Anchor(0, at, 0, speaker), text) for at, (speaker, text) in enumerate(said)]
    return Grounds(paragraphs, language).judge_line(Statement(text, numbers))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Carla pays ninety dollars a month", (1,)),
        ("Carla paints the fence on Monday", (1,)),
        ("Ben ordered the ladders", (2,)),
        ("Ann's ladders were ordered in March, and Carla paints the fence", (1, 2)),
        ("the pump fails in Hull", (2,)),
        ("Emil is away until Easter", (3,)),
        ("Dora works half days", (3,)),
        ("Poe replaced Ray at once", (4,)),
    ],
)
def test_what_somebody_else_did_or_did_elsewhere_is_left_out(text, numbers):
    assert judge(text, *numbers) == g.OTHER


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Ray pays ninety dollars, Carla twenty", (1,)),
        ("Ann paints the fence on Monday", (1,)),
        ("Ben tells of the ladders that Carla ordered", (2,)),
        ("the ladders were ordered in March", (2,)),
        ("in Leeds the pump fails", (2,)),
        ("the pump works in Hull", (2,)),
        ("Dora is away, Emil works half days", (3,)),
        ("Carla thanked the neighbours for their help", (4,)),
        ("Ray replaced Poe", (4,)),
    ],
)
def test_what_is_said_of_its_own_name_holds_wherever_it_stands(text, numbers):
    assert judge(text, *numbers) is None


@pytest.mark.parametrize(
    ("text", "holds"), [("Peter zahlt die Miete", True), ("Maria zahlt die Miete", False)]
)
def test_in_another_language_too(text, holds):
    assert (judge(text, 1, said=GESAGT, language="de") is None) == holds
