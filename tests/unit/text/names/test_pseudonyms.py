"""A name is hidden wherever it stands, shown again as it was, and never mistaken for another word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.text.names import pseudonyms
from daemon.text.names.pseudonyms import Pseudonyms, choose_stand_ins, stand_in_finder

NAMES = Pseudonyms(
    {"Ann Lee": "P01", "Ann": "P01", "Mark": "P02", "O'Neill": "P03", "José": "P04", "李明": "P05"}
)


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("ann lee and ANN LEE, Ann-Lee, ann_lee", "P01 and P01, P01, P01"),
        ("Ann Lee's book, Ann's own, Ann’s", "P01's book, P01's own, P01’s"),
        ("Anns Buch liegt bei Lees", "P01s Buch liegt bei Lees"),
        ("Joanne and Annika and Leeann", "Joanne and Annika and Leeann"),
        ("He marks it. Mark's marks, said MARK", "He marks it. P02's marks, said P02"),
        ("I met the ann lees, He said", "I met the P01s, He said"),
        ("O’Neill and O'NEILL", "P03 and P03"),
        ("Jos\u00e9 and Jose\u0301 but not Jose", "P04 and P04 but not Jose"),
        ("李明去了", "P05去了"),
        ("Ann.Lee@example.org", "P01@example.org"),
        ("@AnnLee, #annlee, annlee.org and AnnLee's", "@P01, #P01, P01.org and P01's"),
        ("channlee and annleeds", "channlee and annleeds"),
        ("don't mark it, dont", "don't P02 it, dont"),
    ],
)
def test_a_name_is_found_as_whole_words_the_longest_first(said, hidden):
    assert NAMES.hide(said) == hidden


def test_a_title_with_a_dot_counts_as_the_same_name():
    assert Pseudonyms({"Dr Lee": "P1"}).hide("Dr. Lee and Dr Lee") == "P1 and P1"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ann Lee", "Ann-\nLee, Ann- Lee, Ann\nLee and Ann\u2011Lee"),
        ("Jean-Luc", "Jean Luc, Jean\u2011Luc, jean-luc and JEAN-\nLUC"),
        ("Dr. Novák", "Dr Novák, dr novák, Dr.Novák and Dr. Nov-\nák"),
        ("J.R. Smith", "J. R. Smith, J R Smith, J.R. Smith and J.R.\nSmith"),
        ("Uwe Weiß", "UWE WEISS, uwe weiss, Uwe-Weiß and Uwe Weiß"),
        ("Oxford", "Ox-\nford, Oxf- ord, O-\nxford and OXFORD"),
    ],
)
def test_a_name_is_found_however_its_words_are_parted(name, said):
    pseudonyms = Pseudonyms({name: "P01"})
    assert pseudonyms.hide(said) == "P01, P01, P01 and P01"
    assert pseudonyms.show("P01, P01, P01 and P01", said) == said


@pytest.mark.parametrize("label", ["AnnLee", "ann-lee", "Ann_Lee_", "ANN LEE", "interview_annlee-2"])
def test_in_the_name_of_a_file_the_words_may_stand_in_one(label):
    assert not re.search("ann|lee", NAMES.hide_label(label), re.I)
    assert "P01" in NAMES.hide_label(label)


def test_context_that_begins_inside_a_name_loses_the_rest_of_it():
    assert NAMES.hide_context("Lee. went home with Ann Lee") == "went home with P01"


def test_of_names_that_share_a_pseudonym_each_comes_back_where_it_was():
    said = "um so Ann Lee came, and uh Ann laughed, and then ann lee left"
    text = "So P01 came, and P01 laughed. Then P01 left."
    assert NAMES.show(text, said) == "So Ann Lee came, and Ann laughed. Then ann lee left."


def test_a_name_comes_back_as_it_was_given_where_nothing_has_capitals():
    assert NAMES.show("P01 came.", "um ann lee came") == "Ann Lee came."


def test_what_was_small_beside_capitals_stays_so_but_at_the_beginning_of_a_sentence():
    names = Pseudonyms({"Will": "P1"})
    assert (
        names.show("P1 you? I P1. P1 did.", "um will you? I will. Then Will did.")
        == "Will you? I will. Will did."
    )


def test_a_text_in_which_nothing_was_changed_is_what_was_said():
    assert NAMES.show("P01 and P01", "ann lee and ANN") == "ann lee and ANN"
    assert NAMES.show("P01 and\n\nP01", "ann lee and ann") == "Ann Lee and\n\nAnn", "but for its paragraphs"


def test_a_pseudonym_that_nobody_said_is_shown_as_the_longest_name():
    assert NAMES.show("P01 it was", "nobody") == "Ann Lee it was"


def test_a_longer_number_or_word_is_no_pseudonym():
    assert NAMES.find_stand_ins("P011 XP01 p01 P01s P01-a") == ["P01", "P01", "P01"]
    assert Pseudonyms({"Ann": "Max"}).find_stand_ins("Maximum Maxs Max's") == ["Max", "Max"]
    assert stand_in_finder(["P1"])("P1 and P11, p1") == ["p1", "p1"]
    assert stand_in_finder(["P1", "P1a", "Max", "Max2"])("P1a P1 Max2 Max") == ["p1a", "p1", "max2", "max"]


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ({"Ann": "P 1"}, "one word"),
        ({"Ann": "P1!"}, "one word"),
        ({"Ann": "ann-1"}, "gives away 'Ann'"),
        ({"Ann": "Bob", "Bob": "P1"}, "gives away 'Bob'"),
        ({"Ann": "Ann"}, "gives away 'Ann'"),
        ({"Ann": "Ann1"}, "gives away 'Ann'"),
        ({"Ann Lee": "AnnLee_2"}, "gives away 'Ann Lee'"),
    ],
)
def test_what_can_not_stand_for_a_name_is_refused(names, why):
    with pytest.raises(ValueError, match=why):
        Pseudonyms(names)


def test_another_pseudonym_is_chosen_for_one_that_stands_in_the_text():
    names, chosen = choose_stand_ins({"Ann": "P01", "Bob": "P02", "Zoë": "Max"}, ["p01 met", "P03's Max"])
    assert names == {"Ann": "P04", "Bob": "P02", "Zoë": "Max2"}
    assert chosen == {"P01": "P04", "Max": "Max2"}


WORDS = st.sampled_from(
    ["Ann", "Lee", "ann lee", "um", "and", "Mark's", "marks", "José", "李明", "O’Neill.", "I"]
)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_what_was_hidden_comes_back_word_for_word(said):
    hidden = NAMES.hide(said)
    assert NAMES.show(hidden, said) == said
    assert list(NAMES.find_hits(hidden)) == []


@pytest.mark.long
def test_only_names_all_of_whose_words_are_there_are_tried(monkeypatch):
    tried = []
    monkeypatch.setattr(
        pseudonyms, "_compile_names", lambda there, *_: tried.extend(there) or re.compile("(?!)")
    )
    many = pseudonyms.Pseudonyms({f"Apple Lee{number}": f"P{number:04d}" for number in range(2000)})
    tried.clear()
    for text in ("an apple-Lee7 here", "apple.lee7", "APPLE LEE7’S"):
        many.hide(text)
    assert tried == ["Apple Lee7"] * 3
