"""What a line of a summary and a title may say: nothing that is not in the paragraphs that they name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.extras import grounds as g
from daemon.cleaning.extras.answers import Statement
from daemon.cleaning.extras.grounds import Grounds, verify_chapters, verify_summary
from daemon.text.results.extra import Anchor, Paragraph

SAID = [
    ("Ann Lee", "We have forty thousand dollars in the bank, and I do not want to sell the garden."),
    ("Ben Moss", "The house was built in nineteen ninety-nine, Carla told me on Monday. It has grown old."),
    ("Ann Lee", "Then let us paint the garden gate and ask the neighbours for 2 ladders."),
    (
        "Ben Moss",
        "The paint is in the cellar. We begin on Friday morning at 9:00. Sales grew by 12 percent.",
    ),
]


def paragraphs(said=SAID):
    return [Paragraph(Anchor(0, at, 0, speaker), text) for at, (speaker, text) in enumerate(said)]


def judge(text, *numbers, said=SAID, language="en"):
    return Grounds(paragraphs(said), language).judge_line(Statement(text, numbers))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Ann Lee has $40,000 in the bank", (1,)),
        ("Ann does not want to sell the garden", (1,)),
        ("there are forty thousand dollars", (1,)),
        ("Carla told Ben that the house is of 1999", (2,)),
        ("the garden gate is to be painted with two ladders", (3,)),
        ("they begin on Friday at 9", (4,)),
        ("sales grew by 12%", (4,)),
        ("The paint is in the cellar", (4,)),
        ("Carla's house was built in 1999", (2,)),
    ],
)
def test_what_the_paragraphs_say_holds_in_whatever_spelling(text, numbers):
    assert judge(text, *numbers) is None


@pytest.mark.parametrize(
    ("text", "numbers", "reason"),
    [
        ("the roof leaks", (), g.NO_PARAGRAPH),
        ("the roof leaks", (5,), g.NOT_THERE),
        ("the roof leaks", (0,), g.NOT_THERE),
        ("there are fifty thousand dollars", (1,), g.NUMBER),
        ("there are $40", (1,), g.NUMBER),
        ("there are 40,000 euros, or 40,000 €", (1,), g.SIGN),
        ("the house was built in 2019", (2,), g.NUMBER),
        ("Zorblax built the house", (2,), g.NAME),
        ("the house was built by Zorblax", (2,), g.NAME),
        ("the house was built. Zorblax did it", (2,), g.NAME),
        ("Dora told Ben that the house is old", (2,), g.NAME),
        ("they begin on Tuesday", (4,), g.NAME),
        ("Ben Moss has a garden", (1,), g.NAME),
        ("Ben Moss wants to paint the gate", (3,), g.NAME),
        ("Ann Lee wants to sell the garden", (1,), g.DENIAL),
        ("the house was not built in 1999", (2,), g.DENIAL),
        ("nobody paints the gate", (3,), g.DENIAL),
        ("they begin on Friday afternoon", (4,), g.OPPOSITE),
        ("the paint is in the cellar, see https://evil.example/x", (4,), g.ADDRESS),
        ("the paint is in the cellar <script>alert(1)</script>", (4,), g.MARKUP),
        ("the paint is [here](x)", (4,), g.MARKUP),
        ("the paint " * 60, (4,), g.TOO_LONG),
        ("…", (4,), g.EMPTY),
    ],
)
def test_what_they_do_not_say_is_left_out_with_the_reason(text, numbers, reason):
    assert judge(text, *numbers) == reason


LEFT_OPEN = [
    ("Ann Lee", "We might rent the mill to the potter. The town should pay for the stairs."),
    ("Ben Moss", "Some of the potters asked for the mill. We met them before the fair in the town."),
    ("Ann Lee", "We'll paint the stairs, and it could rain."),
]


@pytest.mark.parametrize(
    ("text", "numbers", "reason"),
    [
        ("they will rent the mill to the potter", (1,), g.HEDGE),
        ("the town must pay for the stairs", (1,), g.HEDGE),
        ("all of the potters asked for the mill", (2,), g.OPPOSITE),
        ("most of the potters asked for the mill", (2,), g.OPPOSITE),
        ("they met the potters after the fair in the town", (2,), g.OPPOSITE),
        ("they may rent the mill to the potter", (1,), None),
        ("the town might have to pay for the stairs", (1,), None),
        ("some potters asked for the mill", (2,), None),
        ("they met potters before the fair in the town", (2,), None),
        ("they will paint the stairs", (3,), None),
    ],
)
def test_what_is_left_open_or_said_of_some_is_neither_certain_nor_said_of_all(text, numbers, reason):
    assert judge(text, *numbers, said=LEFT_OPEN) == reason


@pytest.mark.parametrize("name", ["Jo", "Hani"])
def test_a_name_that_says_nothing_in_another_language_is_one(name):
    said = [(f"{name} Lee", "The garden is sold."), ("Ben Moss", "Carla ordered the ladders.")]
    assert judge(f"{name} says that Carla ordered the ladders", 2, said=said) == g.NAME


def test_who_is_said_to_say_something_says_one_of_the_paragraphs():
    said = [("Ann Lee", "Ben Moss is right, the roof leaks."), ("Ben Moss", "It leaks.")]
    assert judge("Ben Moss says that the roof leaks", 1, said=said) == g.SPEAKER
    assert judge("Ben says that the roof leaks", 1, said=said) == g.SPEAKER
    assert judge("Ben Moss says that the roof leaks", 1, 2, said=said) is None
    assert judge("Ben Moss's roof leaks", 1, said=said) is None


def test_more_paragraphs_than_a_line_may_name_are_nowhere():
    said = [("Ann", "The roof leaks.")] * 40
    assert judge("the roof leaks", *range(1, 41), said=said) == g.TOO_MANY


@pytest.mark.parametrize(
    ("text", "holds"),
    [("Der Garten kostet zweiundvierzig Euro", True), ("Der Garten kostet 43 Euro", False)],
)
def test_where_every_noun_has_a_capital_nouns_are_no_names_and_numbers_are_read(text, holds):
    said = [("Anna", "Der Garten kostet 42 Euro, das ist wahr.")]
    assert (judge(text, 1, said=said, language="de") is None) == holds


def test_a_name_of_another_speaker_is_found_in_a_script_without_capitals():
    said = [("健太", "庭を売りたくない。"), ("花子", "家は古い。")]
    assert judge("花子は庭を売る", 1, said=said, language="ja") is not None
    assert judge("健太は庭を売りたくない", 1, said=said, language="ja") is None


def statements(*rows):
    return [Statement(text, tuple(numbers)) for numbers, text in rows]


def test_of_a_summary_the_lines_that_hold_stay_in_the_order_of_what_was_said():
    lines = statements(
        ([3], "the gate is to be painted"),
        ([1], "they have 40,000 dollars"),
        ([1], "They have 40,000 dollars."),
        ([9], "the roof leaks"),
        ([2], "the house is of 1999"),
    )
    verified = verify_summary(lines, Grounds(paragraphs(), "en"), most=2)
    assert [one.numbers for one in verified.kept] == [(1,), (3,)]
    assert verified.left_out == {g.TWICE: 1, g.NOT_THERE: 1, g.MORE: 1}


def test_chapters_ascend_and_each_title_is_about_its_own_paragraphs():
    titles = statements(
        ([1], "money and the garden"),
        ([2], "the house of 1999"),
        ([2], "the house again"),
        ([1], "back"),
        ([3], "the year 1999"),
        ([4], "what Zorblax paints"),
        ([4], "the cellar"),
        ([9], "beyond the end"),
        ([], "nowhere"),
    )
    verified = verify_chapters(titles, Grounds(paragraphs(), "en"), most=20)
    assert [one.numbers[0] for one in verified.kept] == [1, 2]
    assert verified.left_out == {g.ORDER: 3, g.NUMBER: 1, g.NAME: 1, g.NOT_THERE: 1, g.NO_PARAGRAPH: 1}


def test_titles_in_title_case_need_no_name_for_each_capital_but_for_those_that_are_names():
    titles = statements(
        ([1], "Introduction"), ([2], "The Old House"), ([3], "What Carla Said"), ([4], "Paint")
    )
    verified = verify_chapters(titles, Grounds(paragraphs(), "en"), most=20)
    assert [one.text for one in verified.kept] == ["Introduction", "The Old House", "Paint"]


WORDS = st.sampled_from(
    "the garden house Ann Ben Lee Carla Zorblax not never 40,000 1999 2019 $ 5 sold Monday paint".split()
)
LINES = st.tuples(
    st.lists(WORDS, min_size=1, max_size=8).map(" ".join), st.lists(st.integers(-1, 6), max_size=3).map(tuple)
)


@given(st.lists(LINES.map(lambda row: Statement(*row)), max_size=8))
def test_whatever_is_kept_names_paragraphs_that_are_there_and_holds_again(lines):
    grounds = Grounds(paragraphs(), "en")
    verified = verify_summary(lines, grounds, most=5)
    assert len(verified.kept) <= 5
    assert len(verified.kept) + sum(verified.left_out.values()) == len(lines)
    for one in verified.kept:
        text = " ".join(SAID[number - 1][0] + " " + SAID[number - 1][1] for number in one.numbers).casefold()
        assert one.numbers
        assert "zorblax" not in one.text.casefold()
        assert "2019" not in one.text
        assert "carla" not in one.text.casefold() or "carla" in text
    again = verify_summary(verified.kept, grounds, most=5)
    assert again.kept == verified.kept
    assert not again.left_out


@given(st.lists(LINES.map(lambda row: Statement(*row)), max_size=8))
def test_chapters_that_are_kept_ascend_and_hold_again_beside_each_other(lines):
    grounds = Grounds(paragraphs(), "en")
    verified = verify_chapters(lines, grounds, most=5)
    starts = [one.numbers[0] for one in verified.kept]
    assert starts == sorted(set(starts))
    assert all(1 <= start <= len(SAID) for start in starts)
    assert len(verified.kept) + sum(verified.left_out.values()) == len(lines)
