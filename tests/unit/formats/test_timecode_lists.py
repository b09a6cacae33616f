"""Captions as editors and broadcasters hand them on: time codes that count frames, in many layouts."""

import pytest

from daemon.errors import InputError
from daemon.formats import read

SAID = [
    (2.0, "The ferry leaves at nine."),
    (6.4, "Who is on board?"),
    (9.2, "Only the pilot."),
    (12.0, "Then we wait."),
]
CODES = [("00:00:02:00", "00:00:05:10"), ("00:00:06:10", "00:00:08:00"), ("00:00:09:05", "00:00:11:00")]
CODES += [("00:00:12:00", "00:00:14:00")]


def laid_out(form, head="", foot=""):
    cues = (
        form.format(n=n, start=start, end=end, text=text)
        for n, ((start, end), (_, text)) in enumerate(zip(CODES, SAID, strict=True), 1)
    )
    return head + "".join(cues) + foot


def said(content):
    transcript = read(content.encode(), "a.txt")
    kept = sum(len(segment.text.split()) for segment in transcript.segments)
    assert kept + sum(transcript.dropped.values()) == transcript.words_in_file
    assert any("frames" in warning for warning in transcript.warnings)
    return [(segment.start, segment.text) for segment in transcript.segments]


@pytest.mark.parametrize(
    ("form", "head", "foot"),
    [
        ("{start} - {end}    {text}\n", "", ""),
        ("{start}\t{end}\t{text}\n", "", ""),
        ("{n:04}\t{start}\t{end}\t{text}\n", "", ""),
        ("{n}\t{start}\t{end}\t00:00:02:00\n{text}\n\n", "", ""),
        ("{n}\t{start}\t02:07\t{end}\n{text}\n\n", "", ""),
        ("{n}:  {start}  {end}*\n{text}\n\n", "", ""),
        ("TIMEIN: {start}\tDURATION: 02:07\tTIMEOUT: {end}\n{text}\n\n", "", ""),
        ("SUBTITLE: {n}\tTIMEIN: {start}\tTIMEOUT: --:--:--:--\n{text}\n\n", "", ""),
        ("* {n} :\t{start}\t{end}\t22c\n{text}\n\n", "Version  :   en\n\n", ""),
        ("SUB[0 N {start}>{end}]\n{text}\n\n", "", ""),
        ("/file {n}\n/tc {start} {end}\n{text}\n\n", "", ""),
        ("{n:04} : {start},{end},10\n80 80 80\n{text}\n\n", "Structured titles\n", ""),
        ("#{n} {start} {end}\n{text}\n", "#Ulead subtitle format\n#FR:25.00\n", "#Subtitle text end\n"),
        ("{start} {text}\n{end}\n", "#PE2 Format file\n", ""),
        ("{start}\n{end}\n[{n}]\n{text}\n\n", "", ""),
        ("{start}\n{text}\n\n", "", ""),
        ("{start}{{Bottom}}{{White}}{{Font Arial}}{text}\n", "00:00:00:00{BC}\n", ""),
        ("{{T {start}\n{text}\n}}\n", "{HEAD\nDISCID=\nLANG=en\n}\n", ""),
        ("Region {n}\t{start}.00\t{end}.00\t{text}\n", "", ""),
        ("{text} <{start}> <{end}>\n\n", "", ""),
        ("{text}\n{start}\\{end}\n\n", "*PART 1*\n00:00:00:00\\00:00:00:00\n", ""),
    ],
)
def test_only_the_words_of_a_caption_are_said_and_at_their_time(form, head, foot):
    assert said(laid_out(form, head, foot)) == SAID


@pytest.mark.parametrize("mark", ["//", "|", "{N}"])
def test_marks_of_line_ends_part_words(mark):
    content = laid_out("{start} - {end}  {text}\n").replace("ferry leaves", f"ferry{mark}leaves")
    assert said(content) == SAID


@pytest.mark.parametrize(
    "form",
    ["{name} [{start}]\n{text}\n\n", "{name} {start}\n{text}\n\n", "[{start}] {name}: {text}\n\n"],
)
def test_who_speaks_beside_a_time_code_is_told(form):
    turns = zip(["ANN BERG", "TOM REED"] * 2, CODES, SAID, strict=True)
    content = "".join(form.format(name=name, start=codes[0], text=it[1]) for name, codes, it in turns)
    found = [(segment.speaker, segment.text) for segment in read(content.encode(), "a.txt").segments]
    assert found == [(name, text) for name, (_, text) in zip(["ANN BERG", "TOM REED"] * 2, SAID, strict=True)]


def test_what_stands_above_the_first_time_is_kept():
    content = laid_out("{start}\n{text}\n\n", "Interview with Ann Berg\n\n")
    assert said(content)[0][1] == "Interview with Ann Berg"


def test_codes_without_words_are_no_transcript():
    with pytest.raises(InputError):
        read(laid_out("{n}\t{start}\t{end}\n").encode(), "a.txt")


def test_a_table_may_say_milliseconds_and_time_codes_in_its_head():
    rows = '1,2000,5400,"The ferry leaves."\n2,6400,8000,"Who is on board?"\n'
    content = f"Number,Start time in milliseconds,End time in milliseconds,Text\n{rows}"
    assert [(it.start, it.end) for it in read(content.encode(), "a.csv").segments] == [(2, 5.4), (6.4, 8)]
    content = (
        '"Character","Timecode In","Timecode Out","Dialogue"\n"Ann","00:00:02:00","00:00:05:10","Yes."\n'
    )
    assert [(it.start, it.speaker) for it in read(content.encode(), "a.csv").segments] == [(2, "Ann")]


@pytest.mark.parametrize("column", ["POP", "0001"])
def test_a_column_of_modes_or_numbers_names_nobody(column):
    rows = "".join(f"00:00:0{at},100|00:00:0{at},900|{column}|We go on.\n" for at in range(4))
    assert {it.speaker for it in read(rows.encode(), "a.txt").segments} == {None}
