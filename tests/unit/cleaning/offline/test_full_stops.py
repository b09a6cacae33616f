"""Captions without punctuation: sentences end at pauses, where the words around allow it."""

import pytest

from daemon.cleaning.offline import clean_chunk, clean_turn
from daemon.text.chunk import Chunk
from tests.unit.cleaning.offline.said import turn, with_pauses


def stopped(text, **kind):
    return clean_turn(with_pauses(text), "en", stops=True, **kind)[0]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("we left the house early |0.5| they came with us", "We left the house early. They came with us"),
        ("we left the house early |0.5| and they came", "We left the house early. And they came"),
        ("we left the house early |1.2| houses are cold", "We left the house early. Houses are cold"),
        ("we left the house early |0.8| as it was cold", "We left the house early. As it was cold"),
        ("we left it at home |2.0| um so they came", "We left it at home. So they came"),
    ],
)
def test_a_pause_ends_a_sentence(said, text):
    assert stopped(said) == text


@pytest.mark.parametrize(
    "said",
    [
        "we left the house early |0.2| they came with us",
        "we left the house early |0.5| houses are cold",
        "we left the house of the |3| they came with us",
        "we left the house really |3| they came with us",
        "we left |3| they came with us",
        "we saw the house |3| of the man",
        "we were at the 550 |3| 000 people",
        "with the house in order |0.8| we left the town",
        "we left the house early and |0.8| um |0.8| houses are cold",
    ],
)
def test_no_sentence_ends_inside_a_phrase(said):
    assert "." not in stopped(said)


def test_a_turn_after_which_another_speaks_ends_its_sentence_unless_it_is_cut_off():
    assert stopped("we left the house", closed=True) == "We left the house."
    assert stopped("we left the", closed=True) == "We left the"
    assert stopped("we left the house") == "We left the house"


def test_only_a_chunk_without_punctuation_gets_full_stops():
    said = "we left the house early |0.5| they came with him |0.5| "
    bare = with_pauses(said * 5)
    done = clean_chunk(Chunk(0, bare.text, turns=(bare,))).turns[0]
    assert done.count(".") >= 9
    written = with_pauses((said * 5).replace("him", "him,"))
    assert "." not in clean_chunk(Chunk(0, written.text, turns=(written,))).turns[0]


def test_without_times_there_are_no_full_stops():
    text = "we left the house early they came with us"
    assert clean_chunk(Chunk(0, text)).turns == ("We left the house early they came with us",)


def test_cues_without_word_times_pause_only_between_them():
    from daemon.text.transcript import Segment
    from daemon.text.turns import Turn

    cues = Turn((Segment("we left the old house", 0.0, 9.0), Segment("they came with us", 9.6, 12.0)))
    assert clean_turn(cues, "en", stops=True)[0] == "We left the old house. They came with us"
    close = Turn((Segment("we left the old house", 0.0, 9.0), Segment("they came with us", 9.0, 12.0)))
    assert "." not in clean_turn(close, "en", stops=True)[0]


def test_full_stops_are_edits_with_a_reason():
    made = clean_turn(with_pauses("we left the house |0.8| they came"), "en", stops=True)[1]
    assert [tuple(edit) for edit in made] == [(0, 1, "casing"), (3, 1, "punctuation"), (4, 1, "casing")]


def test_captions_with_full_stops_are_left_as_they_are():
    once = stopped("we left the house early |0.5| they came with us")
    assert clean_turn(turn(once), "en", stops=True)[0] == once


@pytest.mark.parametrize(
    "address", ["https://example.org/a", "www.example.org", "example.org", "ann@example.org", "read/write"]
)
def test_an_address_keeps_its_letters_where_a_sentence_begins(address):
    assert clean_turn(turn(f"we looked. {address} was gone."), "en")[0] == f"We looked. {address} was gone."
