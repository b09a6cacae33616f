"""Corrections find whole words, whatever their case, and leave alone what is right already."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.settings.corrections_file import merge_corrections
from daemon.text.names import spelling
from daemon.text.names.spelling import Respelling, follow_to_end
from tests.unit.growth import NEARLY_LINEAR, growth


def respelt(heard, text):
    return Respelling(heard).respell(text)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Eefa spoke, and EEFA laughed.", "Aoife spoke, and Aoife laughed."),
        ("eefa's book", "Aoife's book"),
        ("(Eefa)", "(Aoife)"),
        ("d'Eefa", "d'Aoife"),
        ("Eefa-Marie", "Aoife-Marie"),
        ("Eefas and Beefa", "Eefas and Beefa"),
        ("O'Eefa", "O'Eefa"),
        ("Eefa_1", "Eefa_1"),
        ("eefà", "eefà"),
    ],
)
def test_whole_words_are_written_otherwise_whatever_their_case(said, written):
    assert respelt({"Eefa": "Aoife"}, said) == written


def test_a_contraction_is_no_name():
    assert respelt({"Don": "Dawn"}, "Don't, Don. Don’t! Don's") == "Don't, Dawn. Don’t! Dawn's"


def test_the_marks_of_a_letter_belong_to_its_word():
    assert respelt({"राम": "श्याम"}, "राम रामा") == "श्याम रामा"


def test_a_script_without_spaces_has_no_ends_of_words():
    assert respelt({"東京": "京都"}, "私は東京へ行く") == "私は京都へ行く"


def test_phrases_go_before_their_words():
    heard = {"Eefa": "Aoife", "Eefa Bernes": "Aoife Byrne"}
    assert respelt(heard, "Eefa Bernes and eefa  bernes and Eefa") == "Aoife Byrne and Aoife Byrne and Aoife"


def test_a_phrase_does_not_reach_into_the_next_paragraph():
    assert respelt({"New York": "NYC"}, "New\n\nYork, New York") == "New\n\nYork, NYC"


def test_what_is_right_already_is_left_alone_as_a_whole():
    once = respelt({"Ann": "Ann Lee"}, "Ann and ann lee and Ann Lee")
    assert once == "Ann Lee and ann lee and Ann Lee"
    assert respelt({"Ann": "Ann Lee"}, once) == once


def test_a_capital_alone_can_be_what_is_wrong():
    assert respelt({"may": "May"}, "may and MAY and May") == "May and May and May"


def test_what_leads_on_is_followed_to_its_end():
    assert respelt({"Ifa": "Eefa", "Eefa": "Aoife"}, "Ifa, Eefa") == "Aoife, Aoife"


def test_only_phrases_all_of_whose_words_are_there_are_tried(monkeypatch):
    tried = []
    monkeypatch.setattr(spelling, "_compile_phrases", lambda there: tried.extend(there) or re.compile("(?!)"))
    many = {f"apple n{number}": f"v{number}" for number in range(2000)}
    list(Respelling(many).find_hits("an apple and N7 of them"))
    assert tried == ["apple n7"]


def test_a_long_way_from_one_to_the_next_is_no_more_work_than_as_many_short_ones():
    def follow(count):
        chain = {f"c{number}": f"c{number + 1}" for number in range(count)}
        assert follow_to_end(chain)["c0"] == ("c0", f"c{count}")

    assert growth(follow, 250, 2000) < NEARLY_LINEAR


@pytest.mark.parametrize("heard", [{"a": "b", "b": "a"}, {"a": "B", "b": "C", "c": "A"}])
def test_circles_are_refused(heard):
    with pytest.raises(ValueError, match="circle"):
        Respelling(heard)


def test_the_later_layer_goes_before_whatever_the_case():
    assert merge_corrections({"EEFA": "Eva", "x": "y"}, {"Eefa": "Aoife"}) == {"Eefa": "Aoife", "x": "y"}


WORDS = st.sampled_from(["Ann", "Lee", "Eefa", "may", "Don", "x", "ß", "東京", "it's"])
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)


@given(
    heard=st.dictionaries(TEXTS.filter(bool), WORDS.map(lambda word: f"{word}{word}"), max_size=4), text=TEXTS
)
def test_done_twice_it_is_as_done_once(heard, text):
    once = respelt(heard, text)
    assert respelt(heard, once) == once
