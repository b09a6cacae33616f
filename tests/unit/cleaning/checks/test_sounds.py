"""Which words can't be heard for each other: a consonant of another kind stands in the middle of one."""

import pytest

from daemon.cleaning.checks.meaning.changed_meaning import find_changed_meaning
from daemon.cleaning.checks.sounds import sounds_otherwise
from daemon.cleaning.checks.speech import speech_of


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("killed", "kissed"),
        ("selling", "setting"),
        ("lives", "leads"),
        ("liked", "lived"),
        ("called", "caused"),
    ],
)
def test_a_consonant_of_another_kind_makes_another_word(said, heard):
    assert sounds_otherwise(said, heard)
    assert sounds_otherwise(heard, said)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("crawl", "claw"),
        ("slides", "slates"),
        ("muster", "mustard"),
        ("chord", "cord"),
        ("knight", "night"),
        ("lending", "lenzing"),
        ("bought", "brought"),
        ("grown", "growth"),
        ("making", "makes"),
        ("gehen", "geht"),
        ("dachte", "denkt"),
        ("heeft", "hebben"),
        ("digo", "dice"),
        ("niks", "niets"),
        ("сказал", "сказали"),
    ],
)
def test_what_can_be_misheard_and_the_forms_of_a_word_sound_alike(said, heard):
    assert not sounds_otherwise(said, heard)


def test_a_word_that_sounds_otherwise_is_refused():
    said, cleaned = "well he, he said he killed the dog next door", "He said he kissed the dog next door."
    assert find_changed_meaning(said, cleaned, speech_of("en")) == "a word was changed"


def test_a_word_that_may_have_been_misheard_is_not_refused():
    said, cleaned = "well, well you have to crawl before you walk", "You have to claw before you walk."
    assert find_changed_meaning(said, cleaned, speech_of("en")) is None
