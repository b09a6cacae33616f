"""A letter and its marks are one character, however a file or a model has them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.llm.endpoint import Message, tidy_message
from daemon.formats import read
from daemon.text.characters.composition import compose_letters

SAID = [
    "진행자: 안녕하세요, 반갑습니다.",
    "Người dẫn: Xin chào các bạn.",
    "デザインのプログラムが動く。",
    "Это мой йод.",
    "Très bientôt à Łódź.",
]


@pytest.mark.parametrize("said", SAID)
def test_a_file_of_letters_with_marks_apart_is_read_as_any_other(said):
    apart = unicodedata.normalize("NFD", said)
    assert apart != said
    found, other = read(apart.encode(), "a.txt"), read(said.encode(), "a.txt")
    assert [one.text for one in found.segments] == [one.text for one in other.segments]
    assert found.words == other.words


@pytest.mark.parametrize("said", SAID)
def test_an_answer_is_written_as_the_file_is(said):
    answer = Message(unicodedata.normalize("NFD", said), "end_turn", "m")
    assert tidy_message(answer).text == said


def test_both_forms_of_a_letter_of_hindi_are_one():
    assert compose_letters("\u095b\u0930\u0942\u0930\u0940") == compose_letters(
        "\u091c\u093c\u0930\u0942\u0930\u0940"
    )


def test_another_form_of_a_letter_in_a_name_stays():
    assert compose_letters("\ufa19\u5d0e、\u212b") == "\ufa19\u5d0e、\u212b"


@given(st.text(max_size=30))
def test_composing_keeps_the_letters_and_is_done_once(text):
    composed = compose_letters(text)
    assert unicodedata.normalize("NFD", composed) == unicodedata.normalize("NFD", text)
    assert compose_letters(composed) == composed
    assert len(composed.split()) == len(text.split())
