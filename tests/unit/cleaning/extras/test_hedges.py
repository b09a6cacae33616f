"""A line that says for certain what the paragraphs leave open."""

import pytest

from daemon.cleaning.extras import grounds as g
from daemon.cleaning.extras.answers import Statement
from daemon.cleaning.extras.grounds import Grounds
from daemon.text.results.extra import Anchor, Paragraph

SAID = (
    (
        "Ann Lee",
        "We should sell the old ladders. They would leave the house empty. We might rent a truck in spring.",
    ),
    ("Ben Moss", "If the roof dries earlier, Carla may paint it. The cellar is wet when it rains."),
    ("Ann Lee", "Ben, can you finish the fence by the end of June? The gate can wait."),
    ("Ben Moss", "I'd rather say July. I do not want to ask the neighbours again."),
    ("Ann Lee", "Were the windows painted in winter?"),
    ("Ben Moss", "Yes, in January."),
    ("Ben Moss", "No, it was too cold."),
)
GESAGT = ((None, "Wenn das Dach früher trocknet, streichen wir die Küche."),)


def judge(text, *numbers, said=SAID, language="en"):
    paragraphs = [Paragraph(Anchor(0, at, 0, speaker), text) for at, (speaker, text) in enumerate(said)]
    return Grounds(paragraphs, language).judge_line(Statement(text, numbers))


@pytest.mark.parametrize(
    ("text", "numbers", "reason"),
    [
        ("they sold the old ladders", (1,), g.HEDGE),
        ("the old ladders were sold", (1,), g.HEDGE),
        ("they have left the house empty", (1,), g.HEDGE),
        ("they will rent a truck in spring", (1,), g.HEDGE),
        ("the roof dries earlier", (2,), g.HEDGE),
        ("Ben will finish the fence by the end of June", (3, 4), g.HEDGE),
        ("Ben wants to ask the neighbours again", (4,), g.DENIAL),
        ("the windows were painted in winter", (5,), g.HEDGE),
        ("the windows were painted in winter", (5, 7), g.HEDGE),
    ],
)
def test_what_may_be_or_is_asked_for_is_not_told_as_done(text, numbers, reason):
    assert judge(text, *numbers) == reason


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the old ladders are to be sold", (1,)),
        ("Ann thinks that the old ladders should be sold", (1,)),
        ("they might rent a truck in spring", (1,)),
        ("if the roof dries earlier, Carla may paint it", (2,)),
        ("Ann asks whether Ben can finish the fence by the end of June", (3,)),
        ("Ann asks Ben to finish the fence by the end of June", (3,)),
        ("the gate can wait", (3,)),
        ("the windows were painted in winter", (5, 6)),
        ("Ben does not want to ask the neighbours again", (4,)),
    ],
)
def test_what_is_left_open_may_be_told_as_open(text, numbers):
    assert judge(text, *numbers) is None


@pytest.mark.parametrize(
    ("text", "holds"),
    [("das Dach trocknet früher", False), ("wenn das Dach trocknet, wird die Küche gestrichen", True)],
)
def test_in_another_language_too(text, holds):
    assert (judge(text, 1, said=GESAGT, language="de") is None) == holds
