"""Times as transcripts write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.text.timecode import format_timecode, parse_timecode


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00:01,500", 1.5),
        ("00:00:01.500", 1.5),
        ("0:15", 15.0),
        ("1:02:03", 3723.0),
        ("100:00:01", 360001.0),
        ("125:30", 7530.0),
        ("00:01.5", 1.5),
        (" 00:01 ", 1.0),
        ("00:00:60,000", 60.0),
    ],
)
def test_a_time_is_read_however_it_is_written(text, seconds):
    assert parse_timecode(text) == seconds


@pytest.mark.parametrize("text", ["", "1", "3:1:4:1", "1:2.1234", "a:b", "-0:01", "1:234", "٠٠:٠١"])
def test_what_is_no_time_is_none(text):
    assert parse_timecode(text) is None


@given(st.integers(0, 10**7))
def test_whole_seconds_survive_writing_and_reading(seconds):
    assert parse_timecode(format_timecode(seconds)) == seconds


def test_a_time_is_rounded_down_and_never_negative():
    assert format_timecode(59.999) == "00:00:59"
    assert format_timecode(-1.0) == "00:00:00"


def test_hours_grow_beyond_two_digits():
    assert format_timecode(360_001) == "100:00:01"


@given(st.text())
def test_any_text_is_a_time_or_none(text):
    assert parse_timecode(text) is None or parse_timecode(text) >= 0
