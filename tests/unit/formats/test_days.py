"""The day of a recording is taken from the source where it tells it, and never guessed."""

import json

import pytest

from daemon import formats
from daemon.formats.days import day_of, find_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-06 10:03 GMT+2", "2024-05-06"),
        ("2024/05/06", "2024-05-06"),
        ("May 6, 2024, 9:00 AM", "2024-05-06"),
        ("6th of May 2024", "2024-05-06"),
        ("6. Mai 2024", "2024-05-06"),
        ("6 de mayo de 2024", "2024-05-06"),
        ("1er mars 2024", "2024-03-01"),
        ("03-FEB-1998", "1998-02-03"),
        ("2024年5月6日", "2024-05-06"),
        ("6 мая 2024", "2024-05-06"),
        ("2024-05-06, that is May 6, 2024", "2024-05-06"),
        ("05/06/2024", None),  # of May, or of June
        ("2024-05-06 and 2024-05-07", None),
        ("31 February 2024", None),
        ("", None),
    ],
)
def test_a_day_is_found_in_the_ways_people_write_it(text, day):
    assert find_day(text) == day


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (1_714_953_600, "2024-05-06"),
        (1_714_953_600_000.0, "2024-05-06"),
        ("2024-05-06T00:00:00Z", "2024-05-06"),
        (12, None),
        (1e300, None),
        (float("nan"), None),
        (True, None),
        (None, None),
    ],
)
def test_a_day_in_json_is_text_or_a_moment(value, day):
    assert day_of(value) == day


SPEECH = "\n\n".join(f"{name}: we came to the harbour in time {name}." for name in ("Ann", "Ben") * 3)
TEAMS = "Weekly talk\nMay 6, 2024, 9:00AM\n32m 5s\n\nAnn Lee   0:03\nhello\n\nBen Ito   0:09\nthank you\n"
MEET = f"Weekly talk (2024-05-06 10:03 GMT+2) - Transcript\nAttendees\nAnn, Ben\nTranscript\n\n{SPEECH}\n"
OTTER = (
    f"Talk\nMon, May 06, 2024 9:00AM • 32:05\nSUMMARY KEYWORDS\nharbour\n\nSPEAKERS\nAnn, Ben\n\n{SPEECH}\n"
)
CHAT = (
    "@UTF8\n@Begin\n@Languages:\teng\n@Date:\t06-MAY-2024\n*CHI:\tmore milk .\n*MOT:\there you are .\n@End\n"
)
FIREFLIES = {
    "date": 1_714_953_600_000,
    "sentences": [{"text": "Hello.", "start_time": 0, "speaker_name": "Ann"}],
}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("talk.txt", TEAMS),
        ("talk.txt", MEET),
        ("talk.txt", OTTER),
        ("talk.txt", f"Date: 6 May 2024\nPlace: Lund\n\n{SPEECH}"),
        ("talk.txt", f"Interview date: May 6th, 2024\nInterviewer: Ann Berg\n\n{SPEECH}"),
        ("talk.md", f"---\ntitle: A talk\ndate: 2024-05-06\n---\n\n{SPEECH}"),
        ("talk.cha", CHAT),
        ("talk.json", json.dumps(FIREFLIES)),
    ],
)
def test_a_source_that_tells_its_day_is_believed(name, source):
    assert formats.read(source.encode(), name).recorded == "2024-05-06"


@pytest.mark.parametrize(
    "source",
    [
        f"Ann: I was born on 6 May 1924.\n\n{SPEECH}",
        f"Ann: the date: 6 May 1924, I still know it.\n\n{SPEECH}",
        json.dumps({**FIREFLIES, "date": None, "created_at": "2024-05-06"}),
    ],
)
def test_a_day_that_is_only_spoken_of_is_not_the_recordings(source):
    assert formats.read(source.encode(), "talk.txt").recorded is None
