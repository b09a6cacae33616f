"""Names on disk: short enough, numbered, and shown without harm."""

import errno
import itertools
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.system.file_names import MAX_BYTES, numbered, shorten, shown, visible

file_names = st.binary(min_size=1, max_size=300).map(os.fsdecode)


@given(file_names)
def test_a_name_fits_in_its_bytes_and_a_short_one_stays_as_it_is(name):
    short = shorten(name)
    assert len(os.fsencode(short)) <= MAX_BYTES
    assert shorten(short) == short
    if len(os.fsencode(name)) <= MAX_BYTES:
        assert short == name


def test_long_names_that_differ_only_at_their_ends_stay_apart():
    names = ["x" * 250 + end for end in "ab"]
    assert len({shorten(name) for name in names}) == 2
    assert all(shorten(name).startswith("x" * 190) for name in names)


def test_a_long_name_is_cut_between_characters():
    assert shorten("日" * 100)[:60] == "日" * 60


def test_numbers_begin_with_none_and_go_on_from_two():
    assert list(itertools.islice(numbered("talk"), 4)) == ["talk", "talk-2", "talk-3", "talk-4"]
    assert list(itertools.islice(numbered("x" * 300), 2)) == [shorten("x" * 300), shorten("x" * 300) + "-2"]


def test_numbers_come_to_an_end_that_is_told():
    with pytest.raises(OSError, match="every name") as raised:
        list(numbered("talk"))
    assert raised.value.errno == errno.EEXIST


@pytest.mark.parametrize(("name", "seen"), [("talk", "talk"), (".x", "x"), ("..x.y", "x.y"), ("...", "_")])
def test_no_name_is_hidden_by_dots(name, seen):
    assert visible(name) == seen


@given(st.text() | file_names)
def test_what_is_shown_can_always_be_written_and_moves_no_cursor(name):
    text = shown(name)
    assert text.isprintable()
    assert text.encode().decode() == text


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("talk é 日本.txt", "talk é 日本.txt"),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\nb", r"a\nb"),
        ("a\u202eb", r"a\u202eb"),
    ],
)
def test_only_what_would_do_harm_is_shown_otherwise(name, seen):
    assert shown(name) == seen
