"""A line whose words all stand in its paragraphs, but said of something else."""

import pytest

from daemon.cleaning.extras import grounds as g
from daemon.cleaning.extras.answers import Statement
from daemon.cleaning.extras.grounds import Grounds
from daemon.text.results.extra import Anchor, Paragraph

SAID = (
    "We have 12 members present today and 3 are absent.",
    "The budget for the library is 45,000 dollars. "
    "It was not approved in January because the treasurer was ill.",
    "We will sell the garden, and Ben does not agree with the price. The price is forty thousand.",
    "The chairs cost 20 dollars each and the tables 300. The roof costs half of what we paid before.",
    "We accepted the offer of the bank, and we rejected the one of the insurer.",
    "I think we should wait, so nobody complains. "
    "There were two employees in 2012, and now there are eighty.",
)
GESAGT = (
    "Wir haben heute 12 Mitglieder hier, und 3 fehlen.",
    "Das Budget wurde im Januar nicht genehmigt. Ich stimme dem Preis nicht zu.",
)


def judge(text, *numbers, said=SAID, language="en"):
    paragraphs = [Paragraph(Anchor(0, at, 0, None), one) for at, one in enumerate(said)]
    return Grounds(paragraphs, language).judge_line(Statement(text, numbers))


@pytest.mark.parametrize(
    ("text", "numbers", "reason"),
    [
        ("12 members are absent and 3 are present", (1,), g.EXCHANGED),
        ("3 members are present", (1,), g.EXCHANGED),
        ("12 members are absent", (1,), g.OPPOSITE),
        ("the budget of the library is forty thousand", (2, 3), g.EXCHANGED),
        ("the tables cost 20 dollars and the chairs 300", (4,), g.EXCHANGED),
        ("the chairs cost 300 dollars", (4,), g.EXCHANGED),
        ("there were eighty employees in 2012", (6,), g.EXCHANGED),
        ("the budget of the library was approved", (2,), g.DENIAL),
        ("the treasurer approved the budget", (2,), g.DENIAL),
        ("the treasurer was not ill", (2,), g.DENIAL),
        ("the garden will not be sold", (3,), g.DENIAL),
        ("everybody complains", (6,), g.DENIAL),
        ("they should not wait", (6,), g.DENIAL),
        ("the roof costs double of what was paid before", (4,), g.OPPOSITE),
        ("the offer of the bank was rejected", (5,), g.OPPOSITE),
        ("they accepted the offer of the insurer and rejected the one of the bank", (5,), g.OPPOSITE),
    ],
)
def test_what_is_said_of_something_else_is_left_out(text, numbers, reason):
    assert judge(text, *numbers) == reason


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12 members are present and 3 are absent", (1,)),
        ("three members are absent", (1,)),
        ("the library gets 45,000 dollars, and the garden costs forty thousand", (2, 3)),
        ("the budget was not approved in January, since the treasurer was ill", (2,)),
        ("the approval of the budget failed because the treasurer was ill", (2,)),
        ("the garden is to be sold", (3,)),
        ("chairs cost 20 dollars, tables 300", (4,)),
        ("the offer of the bank was accepted, that of the insurer rejected", (5,)),
        ("they rejected the insurer's offer", (5,)),
        ("nobody complains", (6,)),
        ("of two employees in 2012 it grew to eighty", (6,)),
    ],
)
def test_what_is_said_in_other_words_holds(text, numbers):
    assert judge(text, *numbers) is None


@pytest.mark.parametrize(
    ("text", "numbers", "holds"),
    [
        ("12 Mitglieder sind hier, 3 fehlen", (1,), True),
        ("3 Mitglieder sind hier, und 12 fehlen", (1,), False),
        ("das Budget wurde nicht genehmigt", (2,), True),
        ("das Budget wurde genehmigt", (2,), False),
        ("man stimmt dem Preis zu", (2,), False),
    ],
)
def test_in_another_language_too(text, numbers, holds):
    assert (judge(text, *numbers, said=GESAGT, language="de") is None) == holds


def test_without_a_language_whose_words_are_known_nothing_is_told():
    assert judge("dua belas orang hadir", 1, said=("Dua belas orang hadir.",), language="xx") is None
