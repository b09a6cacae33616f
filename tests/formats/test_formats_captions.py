"""SRT and VTT: what real files hold, kept; what is no speech, dropped for a reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.formats import read


def srt(text):
    return read(text.encode(), "a.srt")


def vtt(text):
    return read(f"WEBVTT\n\n{text}".encode(), "a.vtt")


def spoken(transcript):
    return [(s.speaker, s.text) for s in transcript.segments]


def texts(transcript):
    return [s.text for s in transcript.segments]


def timed(transcript):
    return [(s.start, s.end, s.text) for s in transcript.segments]


@pytest.mark.parametrize(
    "line",
    [
        "00:00:01,000 --> 00:00:02,500",
        "00:00:01.000 --> 00:00:02.500",
        "00:01.000 --> 00:02.500",
        "0:00:01,0 -> 0:00:02,5",
        "  00:00:01,000-->00:00:02,500  ",
        "00:01.000 --> 00:02.500 align:start position:0%",
        "00:00:01,000 --> 00:00:02,500 X1:1 X2:2 Y1:3 Y2:4",
        "00:00:01,000 –> 00:00:02,500",
        "00:00:01,000 → 00:00:02,500",
    ],
)
def test_a_timing_line_is_read_however_it_is_written(line):
    assert timed(srt(f"1\n{line}\nHello\n")) == [(1.0, 2.5, "Hello")]


def test_text_behind_the_timing_is_speech():
    assert timed(srt("00:00:01,000 --> 00:00:02,500 Hello there\n")) == [(1.0, 2.5, "Hello there")]


def test_hours_may_have_three_digits():
    assert timed(srt("1\n100:00:01,000 --> 100:00:02,000\nHi\n")) == [(360001.0, 360002.0, "Hi")]


def test_a_cue_that_ends_before_it_starts_is_kept_and_ends_at_its_start():
    assert timed(srt("1\n00:00:05,000 --> 00:00:01,000\nHi\n")) == [(5.0, 5.0, "Hi")]


def test_cues_need_no_numbers_and_no_blank_lines():
    assert texts(srt("00:01,000 --> 00:02,000\nOne\n00:02,000 --> 00:03,000\nTwo\n")) == ["One", "Two"]
    numbered = "1\n00:01,000 --> 00:02,000\nOne\n2\n00:02,000 --> 00:03,000\nTwo\n"
    assert texts(srt(numbered)) == ["One", "Two"]


def test_a_number_that_is_not_the_next_cues_is_speech():
    text = "1\n00:01,000 --> 00:02,000\n12\n2\n00:02,000 --> 00:03,000\n7\n00:03,000 --> 00:04,000\nend\n"
    assert texts(srt(text)) == ["12", "7", "end"]


def test_a_blank_line_inside_a_cue_loses_nothing():
    text = "1\n00:01,000 --> 00:02,000\nOne\n\ntwo\n\n\n2\n00:02,000 --> 00:03,000\nThree\n"
    assert texts(srt(text)) == ["One two", "Three"]


@pytest.mark.parametrize(
    "line", ["A --> B", "a < b and c > d", "x<y && z", "AT&T; 3 &notaword; 4", "<3 {no tag}"]
)
def test_what_only_looks_like_markup_is_speech(line):
    assert texts(srt(f"1\n00:01,000 --> 00:02,000\n{line}\n")) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "<i>Hello</i> <b>you</b>",
        "{\\an8}Hello you",
        '<font color="#fff">Hello</font> <u>you</u>',
        "<c.yellow.bg_blue>Hello</c> <lang en>you</lang>",
        "<ruby>Hello<rt></rt></ruby> you",
        "Hello<br>you",
        "Hel<i>lo</i>&nbsp;you",
    ],
)
def test_tags_are_dropped_and_part_no_word(line):
    assert texts(vtt(f"00:01.000 --> 00:02.000\n{line}\n")) == ["Hello you"]


def test_entities_are_decoded_and_never_read_as_tags():
    line = "R&amp;D &lt;b&gt; &#233;t&#xE9; a&lrm;b &#1;"
    assert texts(vtt(f"00:01.000 --> 00:02.000\n{line}\n")) == ["R&D <b> été a\u200eb"]


def test_header_comments_styles_and_names_are_dropped_each_for_its_reason():
    text = (
        "WEBVTT - A title\nKind: captions\nLanguage: de\n\nNOTE one\ntwo\n\nSTYLE\n::cue {}\n\n"
        "the name\n00:01.000 --> 00:02.000\nHallo\n\nNOTE\nthree\n\n7\n"
        "00:02.000 --> 00:03.000\nNOTE is a word\n"
    )
    transcript = read(text.encode(), "a.vtt")
    assert texts(transcript) == ["Hallo", "NOTE is a word"]
    assert transcript.language == "de"
    assert transcript.dropped == {
        "header": 8, "note": 5, "style": 3, "cue name": 2, "cue number": 1, "timing": 6
    }  # fmt: skip


def test_a_vtt_file_without_its_header_is_read():
    assert texts(read(b"00:01.000 --> 00:02.000\nHi\n", "a.vtt")) == ["Hi"]


def test_voices_are_speakers_for_their_own_span_only():
    transcript = vtt(
        "a/1-0\n00:00.000 --> 00:02.000\n<v Ann Smith>Well, hello</v>\n\n"
        "00:02.000 --> 00:03.000\nNobody knows: who\n\n"
        "00:03.000 --> 00:04.000\n<v.loud Tom &amp; Jo>Yes\nNo"
    )
    assert spoken(transcript) == [
        ("Ann Smith", "Well, hello"), (None, "Nobody knows: who"), ("Tom & Jo", "Yes No")
    ]  # fmt: skip


def test_two_voices_in_a_cue_share_its_time_by_length():
    transcript = vtt("00:00.000 --> 00:02.000\n<v Ann>Yes <v Bob>No.</v>\n")
    assert spoken(transcript) == [("Ann", "Yes"), ("Bob", "No.")]
    assert timed(transcript) == [(0.0, 1.0, "Yes"), (1.0, 2.0, "No.")]


def test_a_label_names_the_speaker_until_the_next_one():
    transcript = srt(
        "1\n00:01,000 --> 00:02,000\nAnn Smith: Hello.\n\n2\n00:02,000 --> 00:03,000\nIt is on: now.\n\n"
        "3\n00:03,000 --> 00:04,000\nBen: Yes.\nAnn Smith: No.\n"
    )
    assert spoken(transcript) == [
        ("Ann Smith", "Hello."), ("Ann Smith", "It is on: now."), ("Ben", "Yes."), ("Ann Smith", "No."),
    ]  # fmt: skip
    assert transcript.dropped["speaker"] == 5


def test_broadcast_marks_begin_a_segment_and_only_a_name_makes_a_speaker():
    transcript = srt(
        "1\n00:01,000 --> 00:02,000\n>> JEROME POWELL: Hello.\n\n"
        "2\n00:02,000 --> 00:03,000\nThank you. >> Yes.\n\n3\n00:03,000 --> 00:04,000\nso\n"
    )
    assert spoken(transcript) == [
        ("JEROME POWELL", "Hello."), ("JEROME POWELL", "Thank you."), (None, ">> Yes."), (None, "so"),
    ]  # fmt: skip


def test_sounds_are_words_of_the_source():
    assert texts(srt("1\n00:01,000 --> 00:02,000\n[Music] (applause)\n")) == ["[Music] (applause)"]


def test_what_is_said_twice_stays_twice_where_captions_do_not_roll():
    text = "".join(f"00:0{n},000 --> 00:0{n + 1},000\nYes.\n\n" for n in range(5))
    assert texts(srt(text)) == ["Yes."] * 5


WORDS = st.lists(
    st.sampled_from(["yes", "no.", "a<b", "R&D", "3:1", "-->", "é", "12", "<i>", "now"]), min_size=1
)


@settings(deadline=None)
@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=8), st.booleans())
def test_what_is_written_as_captions_is_read_again(lines, as_vtt):
    def clock(second):
        return f"00:00:{second:02d}{'.' if as_vtt else ','}000"

    out = ["WEBVTT\n\n"] if as_vtt else []
    for number, line in enumerate(lines):
        escaped = line.replace("&", "&amp;").replace("<", "&lt;")
        out.append(f"{number + 1}\n{clock(number * 2)} --> {clock(number * 2 + 1)}\n{escaped}\n\n")
    transcript = read("".join(out).encode(), "a.vtt" if as_vtt else "a.srt") if any_letter(lines) else None
    if transcript:
        assert timed(transcript) == [(n * 2.0, n * 2.0 + 1, line) for n, line in enumerate(lines)]


def any_letter(lines):
    return any(char.isalnum() for line in lines for char in line)
