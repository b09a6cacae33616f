"""Characters that would be obeyed, or not be seen, are shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.delivery.review.visible import show_unseen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x00b\x1b[31m", "a␀b␛[31m"),
        ("a\rb\x7f", "a␍b␡"),
        ("\x85\x9b", "[U+0085][U+009B]"),
        ("user\u202egnp.exe", "user[U+202E]gnp.exe"),
        ("a\u2066b\u2069\u200f", "a[U+2066]b[U+2069][U+200F]"),
        ("in\u200bvis\u2060ible\ufeff", "in[U+200B]vis[U+2060]ible[U+FEFF]"),
        ("\U000e0041\U000e007f", "[U+E0041][U+E007F]"),
        ("\ud800", "[U+D800]"),
    ],
)
def test_what_would_be_obeyed_or_unseen_is_shown(text, seen):
    assert show_unseen(text) == seen


@pytest.mark.parametrize(
    "text", ["a b\tc\nd", "میخواهم", "می\u200cخواهم", "👩\u200d👧", "naïve — “yes”", "日本", "שלום"]
)
def test_writing_of_every_kind_is_left_as_it_is(text):
    assert show_unseen(text) == text


@given(st.text())
def test_no_control_or_direction_character_is_left(text):
    for char in show_unseen(text):
        assert char in "\t\n" or unicodedata.category(char) not in ("Cc", "Cs")
        assert unicodedata.bidirectional(char) not in "LRE RLE LRO RLO PDF LRI RLI FSI PDI".split()
