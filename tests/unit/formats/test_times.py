"""Times that no recording has, and such as go back: told, whatever the format."""

import json

import pytest

from daemon.formats import read


def whisper(*segments):
    """Whisper's JSON of segments of a start, an end and a text."""
    listed = [dict(zip(("start", "end", "text"), segment, strict=True)) for segment in segments]
    return json.dumps({"segments": listed}).encode()


@pytest.mark.parametrize("impossible", [1e308, 1e17])
def test_a_time_that_no_recording_has_is_estimated_from_what_stands_before_and_told(impossible):
    spoken = (0, 2.5, "we began in June"), (impossible, impossible, "and then it rained"), (5, 6, "all day")
    transcript = read(whisper(*spoken), "talk.json")
    assert [segment.text for segment in transcript.segments] == [text for *_, text in spoken]
    assert [segment.start for segment in transcript.segments] == [0, 2.5, 5]
    assert "1 time that no recording has" in " ".join(transcript.warnings)


def test_times_that_count_from_1970_on_are_left_as_they_are():
    transcript = read(whisper((1.7e9, 1.7e9 + 2, "we began in June")), "talk.json")
    assert transcript.segments[0].start == 1.7e9
    assert transcript.warnings == ()


CUES = """1
00:10:00,000 --> 00:10:04,000
This is said last of all.

2
00:00:01,000 --> 00:00:04,000
This is said first of all.

3
00:05:00,000 --> 00:05:04,000
This is in between.
"""


def test_cues_out_of_order_stay_as_in_the_file_and_it_is_told():
    transcript = read(CUES.encode(), "talk.srt")
    assert transcript.segments[0].text.startswith("This is said last")
    assert "go back in 1 place (first to 00:00:01)" in " ".join(transcript.warnings)


def test_a_timing_line_of_hours_that_no_recording_has_is_no_speech():
    huge = "9" * 21
    cues = CUES.replace("00:00:01,000 --> 00:00:04", f"{huge}:00:00,000 --> {huge}:00:05")
    transcript = read(cues.encode(), "talk.srt")
    assert huge not in "".join(segment.text for segment in transcript.segments)
    assert "Times that can't be read were estimated" in " ".join(transcript.warnings)


def test_a_start_that_is_possible_stays_beside_an_end_that_is_not():
    transcript = read(whisper((0, 4, "we began in June"), (100, 1e308, "and it rained")), "talk.json")
    assert [(segment.start, segment.end) for segment in transcript.segments] == [(0, 4), (100, 100)]
    assert "1 time that no recording has" in " ".join(transcript.warnings)


HUGE = "9" * 20
ONE_LINE = {
    "MicroDVD": f"{{25}}{{50}}we began in June\n{{-5}}{{{HUGE}}}and it rained\n{{100}}{{125}}all day\n",
    "MPL2": f"[10][20]we began in June\n[30][{HUGE}]and it rained\n[40][50]all day\n",
    "MPL2 with a dash": f"[10][-]we began in June\n[{HUGE}][40]and it rained\n[40][50]all day\n[50][60]\n",
    "LRC": f"[ar:Ann]\n[00:01.00]we began in June\n[{HUGE}:09.99]and it rained\n[00:04.00]all day\n",
}


@pytest.mark.parametrize("kind", ONE_LINE)
def test_a_time_that_no_recording_has_is_no_speech_in_captions_of_one_line(kind):
    transcript = read(ONE_LINE[kind].encode(), "talk.lrc" if kind == "LRC" else "talk.sub")
    text = " ".join(segment.text for segment in transcript.segments)
    assert HUGE not in text
    assert set("we began in June and it rained all day".split()) <= set(text.replace("]", " ").split())
    assert "that no recording has" in " ".join(transcript.warnings)


def test_voices_that_overlap_are_no_disorder():
    transcript = read(whisper((0, 40, "we began in June"), (3, 5, "in May"), (2, 9, "no")), "talk.json")
    assert transcript.warnings == ()


NEGATIVE = {
    "a.srt": "1\n-00:00:05,000 --> 00:00:02,000\n{}\n\n2\n00:00:03,000 --> 00:00:04,000\n{}\n",
    "a.vtt": "WEBVTT\n\n-00:05.000 --> 00:02.000\n{}\n\n00:03.000 --> 00:04.000\n{}\n",
    "a.sbv": "-0:00:05.000,0:00:02.000\n{}\n\n0:00:03.000,0:00:04.000\n{}\n",
    "a.tsv": "start\tend\ttext\n-5000\t2000\t{}\n3000\t4000\t{}\n",
    "a.csv": "start,end,text\n-00:00:05,00:00:02,{}\n00:00:03,00:00:04,{}\n",
    "a.json": '{{"segments": [{{"start": -5, "end": 2, "text": "{}"}}'
    ', {{"start": 3, "end": 4, "text": "{}"}}]}}',
}


@pytest.mark.parametrize("name", NEGATIVE)
def test_a_time_before_the_beginning_is_estimated_and_told(name):
    transcript = read(NEGATIVE[name].format("we began in June.", "and then it rained.").encode(), name)
    spans = [(segment.start, segment.end) for segment in transcript.segments]
    assert spans == [(0, 2), (3, 4)]
    assert "1 time that no recording has" in " ".join(transcript.warnings)


def test_what_lies_less_than_a_second_before_the_beginning_is_the_beginning():
    transcript = read(whisper((-0.02, 2, "we began in June"), (3, 4, "and it rained")), "talk.json")
    assert (transcript.segments[0].start, transcript.warnings) == (0, ())


@pytest.mark.parametrize("huge", ["1e200", "1e999", "-1e200", "nan", "soon"])
def test_a_time_in_a_table_that_can_not_be_read_is_estimated_and_told(huge):
    table = f"start,end,text\n0,2,we began in June.\n{huge},{huge},and it rained.\n5,6,all day.\n"
    transcript = read(table.encode(), "talk.csv")
    assert [segment.start for segment in transcript.segments] == [0, 2, 5]
    assert "Times that can't be read were estimated" in " ".join(transcript.warnings)


@pytest.mark.parametrize("huge", ["1e200", "1e999", "-1e200"])
def test_a_time_in_whispers_table_that_no_recording_has_is_no_speech(huge):
    rows = f"start\tend\ttext\n0\t2000\twe began.\n{huge}\t{huge}\tand it rained.\n5000\t6000\tall day.\n"
    transcript = read(rows.encode(), "talk.tsv")
    assert huge not in " ".join(segment.text for segment in transcript.segments)
    assert "1 time that no recording has" in " ".join(transcript.warnings)


DAYS = {
    "a.csv": """start,end,speaker,text
0 days 00:00:01.500000,0 days 00:00:03,Ann,Good morning.
"1 day, 0:00:04","1 day, 0:00:06.250000",Ben,Hello Ann.
""",
    "a.srt": """1
0 days 00:00:01.500000 --> 0 days 00:00:03
Good morning.

2
1 day, 0:00:04 --> 1 day, 0:00:06.250000
Hello Ann.
""",
    "a.json": json.dumps(
        [
            {"start": "0 days 00:00:01.500000", "end": "0 days 00:00:03", "text": "Good morning."},
            {"start": "1 day, 0:00:04", "end": "1 day, 0:00:06.250000", "text": "Hello Ann."},
        ]
    ),
}


@pytest.mark.parametrize("name", DAYS)
def test_the_days_that_python_and_pandas_write_before_a_time_are_read(name):
    transcript = read(DAYS[name].encode(), name)
    assert [(segment.start, segment.end) for segment in transcript.segments] == [
        (1.5, 3.0),
        (86_404.0, 86_406.25),
    ]


def test_a_time_may_stand_close_to_the_colon_of_a_name_above_what_is_said():
    content = "Ann Berg: 00:00:02\nCold?\n\nTom Reed:00:00:05\nVery.\n\nAnn Berg:00:00:09\nWait.\n"
    found = read(content.encode(), "a.txt").segments
    assert [(s.start, s.speaker, s.text) for s in found] == [
        (2, "Ann Berg", "Cold?"),
        (5, "Tom Reed", "Very."),
        (9, "Ann Berg", "Wait."),
    ]
