"""Notes are about what was said: no code, no circles, no number and no name that nobody said unmarked."""

import pytest

from daemon.cleaning.checks.free_text import fault_of_free_text, find_facts, find_unsaid, mark_unsaid

SAID = (
    "so in nineteen eighty four my aunt Berta opened the bakery in Linz with, um, twenty five thousand "
    "dollars that she had borrowed from her neighbour Oskar Huber and for eleven years nothing went wrong "
    "at all and then the river came up and the whole cellar was under water so they had to close for three "
    "weeks in June"
)
NOTES = """## [00:01:10] The bakery

- Opened in **1984** by the speaker's aunt Berta, in Linz, with $25,000 borrowed from Oskar Huber.
- Ran for 11 years; then the cellar was flooded.
"""


def test_notes_of_what_was_said_pass_and_get_no_mark():
    assert fault_of_free_text(SAID, NOTES) is None
    assert mark_unsaid(SAID, NOTES) == NOTES


def test_a_number_that_nobody_said_is_marked():
    wrong = NOTES.replace("1984", "1985")
    assert "**1985 [not said]**" in mark_unsaid(SAID, wrong)
    assert fault_of_free_text(SAID, wrong) is None


def test_a_name_that_nobody_said_is_marked():
    assert "in Graz [not said], with" in mark_unsaid(SAID, NOTES.replace("Linz", "Graz"))


def test_each_of_several_things_that_nobody_said_is_marked_once():
    wrong = "- The loan of 25,500 came from Paula, who was 25."
    marked = mark_unsaid(SAID, wrong)
    assert marked == ("- The loan of 25,500 [not said] came from Paula [not said], who was 25 [not said].")


@pytest.mark.parametrize("written", ["€25,000", "€25k", "25,000 €", "25,000 euros", "£25,000"])
def test_a_sum_in_a_currency_that_nobody_named_is_marked(written):
    marked = mark_unsaid(SAID, NOTES.replace("$25,000", written))
    assert f"with {written} [not said] borrowed" in marked


def test_a_sum_that_nobody_named_at_all_is_marked_once():
    assert mark_unsaid(SAID, "- She borrowed €25,500 in Linz.") == (
        "- She borrowed €25,500 [not said] in Linz."
    )


def test_a_sum_is_not_marked_where_no_currency_was_named():
    assert mark_unsaid("it cost twenty five thousand", "- It cost €25,000.") == "- It cost €25,000."


def test_notes_of_something_else_are_refused():
    wrong = (
        NOTES.replace("1984", "1999").replace("Linz", "Graz").replace("Berta", "Paula").replace("11", "14")
    )
    assert fault_of_free_text(SAID, wrong).endswith("numbers and names were never said")


def test_times_numbered_points_headings_and_beginnings_are_no_facts():
    text = (
        "## [00:12:30] Why Bread Rises\n\n1. Yeast eats sugar.\n2. At 12:31: Gas forms.\n- **Flour**: Wheat."
    )
    assert find_facts(text) == []


def test_numbers_of_a_language_whose_number_words_are_not_read_get_no_mark():
    said = "wir haben damals fünfundzwanzig Leute gehabt und das war für uns alle nicht einfach, aber es ging"
    assert find_unsaid(said, "- Damals waren es 25 Leute.") == []


@pytest.mark.parametrize(
    "added",
    [
        "<script>document.write(1)</script>",
        "```python\nprint(1)\n```",
        "<blockquote>\nwords\n</blockquote>",
        "<transcript>",
    ],
)
def test_code_that_nobody_said_is_refused(added):
    assert fault_of_free_text(SAID, f"{NOTES}\n{added}") == "it holds code"


def test_a_tag_that_was_said_may_be_noted():
    assert fault_of_free_text(f"{SAID} the <table> tag", f"{NOTES}\n- The <table> tag.") is None


def test_the_same_point_again_and_again_is_refused():
    point = "- They had to close for weeks.\n"
    other = "- Berta is an aunt.\n"
    assert fault_of_free_text(SAID, NOTES + (point + other) * 3) == "it repeats itself"


@pytest.mark.parametrize("row", ["#" * 400, "-=" * 300, "0.0" * 200, "na" * 250])
def test_a_row_without_end_is_refused(row):
    assert fault_of_free_text(SAID, f"{NOTES}\n{row}\n") == "it holds a word without end"
    assert fault_of_free_text(f"{SAID} {row}", f"{NOTES}\n{row}\n") != "it holds a word without end"


def test_lines_and_tables_as_markdown_has_them_are_not_without_end():
    rows = f"{'-' * 80}\n\n| {'-' * 60} | {'-' * 60} | {'-' * 60} |\n"
    assert fault_of_free_text(SAID, f"{NOTES}\n{rows}") is None


@pytest.mark.parametrize(
    ("original", "notes", "unsaid"),
    [
        ("We spent forty thousand dollars on it", "- It cost fourteen thousand dollars", ["fourteen"]),
        ("We spent 40,000 dollars on the twelfth", "- It was forty thousand on the twelfth", []),
        ("We need seven of them, and one more", "- They need seven, and they'll get the first of two", []),
        ("We will read it", "- They said that I'll read it, and I’ve read it", []),
        ("It cost forty thousand, three of them more", "- It cost 40,000, and 3 of them more", []),
        (
            "Wir haben zweihundertzehntausend Euro für das Haus und drei Prozent mehr bezahlt",
            "- Sie haben 210.000 Euro für das Haus bezahlt und 3 Prozent mehr",
            [],
        ),
        (
            "Wir haben zweihundertzehntausend Euro für das Haus und drei Prozent mehr bezahlt",
            "- Sie haben 240.000 Euro für das Haus bezahlt und vierzehn Prozent mehr",
            ["240.000", "vierzehn"],
        ),
    ],
)
def test_a_number_counts_in_words_too_and_in_other_languages(original, notes, unsaid):
    assert find_unsaid(original, notes) == unsaid


def test_code_without_tags_is_code():
    assert fault_of_free_text("we wrote a function", "function f(x) { return x }") == "it holds code"
    assert fault_of_free_text("we wrote a function", "console.log(f(2));") == "it holds code"
    assert fault_of_free_text("we wrote a function", "- they wrote a function (in May); it works") is None


GARDEN = "今天我们要聊怎么种花我昨天买了二十五个花盆张老师说要每天浇水" * 2


def test_notes_without_spaces_are_held_against_what_was_said_by_pairs_of_letters():
    assert fault_of_free_text(GARDEN, "# 种花\n\n- 今天的话题是怎么种花。\n- 昨天买了25个花盆。") is None
    excuse = "很抱歉，作为人工智能助手，无法访问外部文件，请提供更多信息。"
    assert fault_of_free_text(GARDEN, excuse) == "it is about something else"
