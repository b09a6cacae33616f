"""The files of the extras: chapters for players and for pasting, the list above the transcript."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.delivery.document import Block
from daemon.delivery.extras.files import (
    LEAST_APART,
    list_lines_to_paste,
    read_extras,
    render_extras,
    write_chapters_list,
)
from daemon.delivery.extras.presented import Chapter, PresentedExtras
from daemon.delivery.render import stream_markdown
from daemon.formats.documents import markdown

FRONT = {"title": "A talk", "source": "talk.vtt"}
STARTS = st.one_of(st.none(), st.floats(0, 20_000, allow_nan=False))


def extras(*chapters):
    return PresentedExtras(chapters=chapters, models={"chapters": "m"}, told={"chapters": {}})


def test_lines_to_paste_begin_at_zero_and_have_hours_from_the_first_hour_on():
    chapters = [Chapter("Hello", 1, 3.9), Chapter("More", 4, 75.5), Chapter("End", 9, 3725.0)]
    assert list_lines_to_paste(chapters, "A talk") == ["0:00 Hello", "1:15 More", "1:02:05 End"]


def test_what_is_before_the_first_chapter_has_the_title_of_the_recording():
    assert list_lines_to_paste([Chapter("More", 4, 75.5)], "A talk") == ["0:00 A talk", "1:15 More"]


def test_a_chapter_that_comes_too_soon_is_no_line():
    chapters = [Chapter("One", 1, 0.0), Chapter("Two", 2, 9.9), Chapter("Three", 3, 10.0)]
    assert list_lines_to_paste(chapters, "A talk") == ["0:00 One", "0:10 Three"]


@given(st.lists(st.tuples(st.integers(1, 50), STARTS), max_size=12))
def test_lines_to_paste_are_always_such_as_are_taken(rows):
    lines = list_lines_to_paste([Chapter("So", number, start) for number, start in rows], "A talk")
    clocks = []
    for line in lines:
        clock = re.fullmatch(r"(?:(\d+):)?(\d?\d):(\d\d) .+", line)
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        assert minutes < 60
        assert seconds < 60
        clocks.append(3600 * hours + 60 * minutes + seconds)
    assert clocks[:1] in ([], [0])
    assert all(after - before >= LEAST_APART for before, after in pairwise(clocks))


def test_a_source_without_times_has_a_list_and_no_files():
    untimed = extras(Chapter("Hello", 1, None), Chapter("More", 4, None))
    assert render_extras("talk", untimed, FRONT) == {}
    assert write_chapters_list(untimed).endswith(">\n> - Hello\n> - More\n")


def test_titles_are_words_and_never_markup():
    hostile = extras(Chapter("*so* <b>it</b> [is](javascript:x) # 1", 1, 0.0))
    shown = write_chapters_list(hostile)
    assert r"\*so\* \<b>it\</b> [is]\(javascript:x)" in shown


def test_the_transcript_below_is_the_same_to_the_byte_and_the_list_is_read_as_nobodys_words():
    blocks = [Block("Hello there, my friends.", 0.0, "Ann"), Block("And good bye to you all.", 75.0, "Ben")]
    plain = "".join(stream_markdown(blocks, FRONT, timestamps=True))
    above = write_chapters_list(extras(Chapter("Hello", 1, 0.0), Chapter("More", 2, 75.0)))
    with_list = "".join(stream_markdown(blocks, FRONT, timestamps=True, above=above))
    assert with_list.replace(above, "") == plain
    assert with_list.index(above) < with_list.index("Ann")
    was, now = markdown.parse(plain), markdown.parse(with_list)
    assert [one.text for one in was.segments] == [one.text for one in now.segments]
    assert now.words_in_file == was.words_in_file + now.dropped["chapters"]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"format": 2, "extras": {}}', b'{"format": 1, "extras": {"toc": {}}}']
)
def test_what_is_no_file_of_extras_is_said_to_be_none(data):
    with pytest.raises(ValueError, match="extras"):
        read_extras(data)
