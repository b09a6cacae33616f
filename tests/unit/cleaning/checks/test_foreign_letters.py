"""A word that only looks like what was said is found out."""

from pathlib import Path

import pytest

from daemon.cleaning.checks.symbols import find_foreign_letters
from daemon.cleaning.prompt import Brief
from daemon.cleaning.style import find_style
from daemon.cleaning.verify import check
from daemon.text.chunk import Chunk
from daemon.text.transcript import Segment
from daemon.text.turns import Turn


@pytest.mark.parametrize(
    ("original", "cleaned"),
    [
        ("we agreed to it", "We \u0430greed to it."),
        ("we agreed to it", "We agreed t\u03bf it."),
        ("мы пошли домой", "Мы п\u006fшли домой."),
    ],
)
def test_letters_of_another_alphabet_within_a_word_are_found(original, cleaned):
    assert find_foreign_letters(original, cleaned) is not None


@pytest.mark.parametrize(
    ("original", "cleaned"),
    [
        ("we agreed", "We agreed."),
        ("the smsка came", "The smsка came."),
        ("five micrometers of alpha", "Five μm of α."),
        ("er sagt naïve Café", "Er sagt: naïve Café."),
        ("он сказал hello мир", "Он сказал: hello, мир."),
        ("えーと API です", "API です。"),
    ],
)
def test_words_of_one_alphabet_and_what_was_said_so_are_fine(original, cleaned):
    assert find_foreign_letters(original, cleaned) is None


def test_an_answer_with_such_a_word_is_refused():
    said = "you know nobody ever agreed to anything of the sort because it was too late"
    chunk = Chunk(0, said, turns=(Turn((Segment(said),)),))
    brief = Brief("A talk", None, (), find_style("clean", Path()))
    answer = said.replace("agreed", "\u0430greed")
    assert check(chunk, brief, f'<turn id="1">{said}</turn>', "end_turn").reason is None
    assert check(chunk, brief, f'<turn id="1">{answer}</turn>', "end_turn").reason is not None
