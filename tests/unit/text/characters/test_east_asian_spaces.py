"""Spaces that joining captions left in scripts that have none."""

from hypothesis import given
from hypothesis import strategies as st

from daemon.text.characters.east_asian_spaces import close_up_spaces


@given(st.text(st.sampled_from("我あ。，「」aב ทำเ")))
def test_closing_up_takes_nothing_but_spaces(text):
    assert "".join(close_up_spaces(text).split()) == "".join(text.split())
