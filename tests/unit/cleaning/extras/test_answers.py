"""Lines with paragraph numbers, read out of whatever a model wrote."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.extras.answers import Statement, read_statements


def read(text):
    return [tuple(one) for one in read_statements(text)]


@pytest.mark.parametrize(
    "line",
    [
        "3, 7 | the gate is green",
        "- [3, 7] | the gate is green",
        "[3][7] | the gate is green",
        "3; 7: the gate is green",
        "* 3 and 7 | **the gate is green**",
        "paragraphs 3, 7 | the gate is green",
        "> 3 & 7 | “the gate is green”",
    ],
)
def test_numbers_are_read_in_whatever_way_a_model_writes_them(line):
    assert read(line) == [("the gate is green", (3, 7))]


def test_a_range_is_all_of_its_paragraphs_and_an_endless_one_is_cut():
    assert read("3-5 | so it is") == [("so it is", (3, 4, 5))]
    ((_, numbers),) = read("1-9999999 | so it is")
    assert len(numbers) < 100


def test_what_names_no_paragraph_is_told_as_such_and_what_says_nothing_is_passed_over():
    answer = "Here is the summary:\n```text\n\n---\n1 | so it is\nnone\n```"
    assert read(answer) == [("Here is the summary:", ()), ("so it is", (1,))]


def test_characters_that_nobody_sees_or_that_turn_the_line_round_are_gone():
    ((text, numbers),) = read("1 | so \u202eit\u2066 is\u0000 \u200bnow\u2028here")[:1]
    assert numbers == (1,)
    assert text in ("so it is now", "so it is now here")


@given(st.text(max_size=300))
def test_whatever_comes_is_read_as_lines_of_letters_that_people_see(text):
    for one in read_statements(f"1 | {text}\n{text}"):
        assert isinstance(one, Statement)
        assert "\n" not in one.text
        assert not any(
            unicodedata.category(char)[0] == "C" for char in one.text if char not in "\u200c\u200d"
        )


def test_a_line_without_an_end_takes_no_time():
    assert list(read_statements("1 " * 100_000)) != []
    assert list(read_statements("[" * 100_000)) == []
