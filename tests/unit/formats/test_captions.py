"""SRT and VTT: what real files hold, kept; what is no speech, dropped for a reason."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.errors import InputError
from daemon.formats import read
from daemon.formats.captions.cues import segments
from daemon.formats.speakers.labels import find_label
from tests.unit.growth import NEARLY_LINEAR, growth


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
        "00:00:01,000 --&gt; 00:00:02,500",
        "00:00:01,000 - > 00:00:02,500",
        "00:00:01,000 – > 00:00:02,500",
        "00:00:01,000 ==> 00:00:02,500",
        "00:00:01,000 > 00:00:02,500",
        "00:00:01,000 -- 00:00:02,500",
        "00:00:01,000 00:00:02,500",
        "00:00:01,000 -- ＞ 00:00:02,500",
        "00：00：01，000 --> 00：00：02，500",
        "00: 00: 01, 000 --> 00: 00: 02, 500",
        "00.00.01,000 --> 00.00.02,500",
        "0:00:01:000 --> 0:00:02:500",
        "٠٠:٠٠:٠١,٠٠٠ --> ٠٠:٠٠:٠٢,٥٠٠",
        "००:००:०१,००० --> ००:००:०२,५००",
        "\u200f00:00:01,000 --> 00:00:02,500\u200f",
        "00:00:01,000.0000000001 --> 00:00:02,500.4999",
        "00:00:01.0000001 --> 00:00:02.5000001",
        "00:00:01,0: --> 00:00:02,5:",
        "O0:00:0l,000 --> 00:00:02,5OO",
        "1.0 --> 2.5",
        "1 00:00:01,000 --> 00:00:02,500",
        "00:00:02,500 <-- 00:00:01,000",
        "00:00:02,500 ← 00:00:01,000",
        "01.000 --> 02.500",
        "00:00:01,000\u00a0-->\u00a000:00:02,500",
        "00:00:01'000 --> 00:00:02'500",
        "00h00m01,000 --> 00h00m02,500",
        "00-00-01,000 --> 00-00-02,500",
        "00:00:01,000s --> 00:00:02,500s",
        "1.0s --> 2.5s",
        "00:00:01,000 | 00:00:02,500",
        "00:00:01,000, 00:00:02,500",
        "Start: 00:00:01,000, End: 00:00:02,500",
        "00:00:01,000 ➡ 00:00:02,500",
        "**00:00:01,000 --> 00:00:02,500**",
    ],
)
def test_a_timing_line_is_read_however_it_is_written(line):
    assert timed(srt(f"1\n{line}\nHello\n")) == [(1.0, 2.5, "Hello")]


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("00:00:01:00 --> 00:00:02:12", 1.0, 2.48),
        ("00;00;01;00 --> 00;00;02;12", 1.0, 2.48),
        ("00:00:01:00 - 00:00:02:29", 1.0, 2.967),
        ("00:00:zz,000 --> 00:00:02,500", 0.0, 2.5),
        ("--> 00:00:02,500", 0.0, 2.5),
        ("00:00:01,000 -->", 1.0, 1.0),
        ("NaN:NaN:NaN,NaN --> NaN:NaN:NaN,NaN", 0.0, 0.0),
    ],
)
def test_times_that_are_estimates_are_warned_of_and_the_line_is_shown(line, start, end):
    transcript = srt(f"1\n{line}\nHello\n")
    assert timed(transcript) == [(start, end, "Hello")]
    assert line in transcript.warnings[0]


def test_a_time_that_cannot_be_read_is_that_of_the_cues_around_it():
    transcript = srt(
        "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n00:00:xx,000 --> 00:00:05,000\nTwo\n\n"
        "3\nundefined --> undefined\nThree\n"
    )
    assert timed(transcript) == [(1.0, 2.0, "One"), (2.0, 5.0, "Two"), (5.0, 5.0, "Three")]
    assert "2 lines" in transcript.warnings[0]


def test_negative_times_are_zero_and_lose_nothing():
    text = "1\n-00:00:01,500 --> -00:00:00,700\nBefore\n\n2\n-00:00:00,200 --> 00:00:02,000\nNow\n"
    assert timed(srt(text)) == [(0.0, 0.0, "Before"), (0.0, 2.0, "Now")]


def test_numbers_in_the_digits_of_another_script_are_numbers():
    text = "١\n00:00:01,000 --> 00:00:02,000\nOne\n\n٢\n00:00:02,000 --> 00:00:03,000\nTwo\n"
    assert texts(srt(text)) == ["One", "Two"]


def test_what_stands_before_the_first_time_is_read_and_warned_of():
    transcript = srt("The first words\n\n2\n00:00:03,000 --> 00:00:04,000\nThen this\n")
    assert timed(transcript) == [(0.0, 3.0, "The first words"), (3.0, 4.0, "Then this")]
    assert "3 words stand before the first time" in transcript.warnings[0]


@pytest.mark.parametrize("line", ["Mix 3:1 -> 2:1 and stir", "press --> now", "from 5:30 to 6:30", "5 --> 6"])
def test_an_arrow_or_times_inside_a_sentence_are_speech(line):
    assert texts(srt(f"1\n00:01,000 --> 00:02,000\n{line}\n")) == [line]


def test_joined_parts_of_a_stream_have_their_heads_dropped_and_their_seams_once():
    part = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n"
    one = "00:01.000 --> 00:02.000\nOne.\n"
    two = "00:02.000 --> 00:03.000\nTwo.\n"
    transcript = read(f"{part}{one}\n{two}{part}{two}\n00:04.000 --> 00:05.000\nTwo.\n".encode(), "a.vtt")
    assert texts(transcript) == ["One.", "Two.", "Two."]
    assert transcript.dropped == {"header": 4, "timing": 12, "cue twice in the file": 1}


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
        r"Hello\Nyou",
        r"Hello\h\hyou",
        "< i >Hello< / i > you",
        "<i >Hello</ i>you",
        "Hel<i>lo</i>&nbsp;you",
    ],
)
def test_tags_are_dropped_and_part_no_word(line):
    assert texts(vtt(f"00:01.000 --> 00:02.000\n{line}\n")) == ["Hello you"]


def test_how_a_word_is_read_is_not_said_again():
    transcript = vtt("00:01.000 --> 00:02.000\n<ruby>明日<rt>あした</rt></ruby>は雨です\n")
    assert texts(transcript) == ["明日は雨です"]
    assert transcript.dropped["ruby"] == 2


def test_a_backslash_of_a_path_stays():
    assert texts(srt("1\n00:01,000 --> 00:02,000\nOpen C:\\home and C:\\News\n")) == [
        "Open C:\\home and C:\\News"
    ]


def test_entities_are_decoded_and_never_read_as_tags():
    line = "R&amp;D &lt;b&gt; &#233;t&#xE9; a&lrm;b &#1;"
    assert texts(vtt(f"00:01.000 --> 00:02.000\n{line}\n")) == ["R&D <b> été ab"]


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


def test_a_name_that_recurs_in_brackets_is_a_speaker_and_a_sound_never():
    lines = ["[Ann] Hello.", "[Music]", "[Door Slams] Who is it?", "[Ann] Me.", "[Applause] Ben"]
    text = "".join(f"00:0{n},000 --> 00:0{n},900\n{line}\n\n" for n, line in enumerate(lines, 1))
    assert spoken(srt(text)) == [
        ("Ann", "Hello."), ("Ann", "[Music]"), ("Ann", "[Door Slams] Who is it?"), ("Ann", "Me."),
        ("Ann", "[Applause] Ben"),
    ]  # fmt: skip


def test_small_names_are_speakers_where_they_recur_or_nearly_every_cue_has_one():
    said = [f"{name}: hello there" for name in ("ann.lee", "ben", "ann.lee", "user_3")]
    named = "".join(f"00:0{n},000 --> 00:0{n},900\n{line}\n\n" for n, line in enumerate(said, 1))
    assert [speaker for speaker, _ in spoken(srt(named))] == ["ann.lee", "ben", "ann.lee", "user_3"]
    more = named + "00:07,000 --> 00:08,000\nand so on\n\n00:08,000 --> 00:09,000\nit goes\n"
    assert spoken(srt(more)) == [
        ("ann.lee", "hello there"), (None, "ben: hello there"), ("ann.lee", "hello there"),
        (None, "user_3: hello there"), (None, "and so on"), (None, "it goes"),
    ]  # fmt: skip
    assert "“ben”, “user_3”" in srt(more).warnings[0]


def test_a_name_on_a_line_of_its_own_is_a_speaker_where_all_cues_have_one():
    said = ["Ann Lee\nHello.", "Ben Ray\nHi.", "Ann Lee\nSo.", "Ben Ray\nYes."]
    text = "".join(f"00:0{n},000 --> 00:0{n},900\n{lines}\n\n" for n, lines in enumerate(said, 1))
    assert spoken(srt(text)) == [
        ("Ann Lee", "Hello."), ("Ben Ray", "Hi."), ("Ann Lee", "So."), ("Ben Ray", "Yes.")
    ]  # fmt: skip


def test_two_lines_of_capitals_are_no_names():
    said = ["New York\nis large.", "Los Angeles\nis too.", "San Francisco\nis not.", "Santa Fe\nis small."]
    text = "".join(f"00:0{n},000 --> 00:0{n},900\n{lines}\n\n" for n, lines in enumerate(said, 1))
    assert {speaker for speaker, _ in spoken(srt(text))} == {None}


HIGHLIGHTED = [
    (1.0, 1.4, "<u>We</u> go we go."),
    (1.4, 1.5, "We go we go."),
    (1.5, 2.0, "We <u>go</u> we go."),
    (2.0, 2.2, "We go <u>we</u> go."),
    (2.2, 2.5, "We go we <u>go.</u>"),
    (2.5, 2.7, "<u>Yes.</u>"),
    (2.7, 2.9, "<u>Yes.</u>"),
]


def highlighted(cues):
    return vtt("".join(f"00:0{a:.3f} --> 00:0{b:.3f}\n{text}\n\n" for a, b, text in cues))


def test_cues_repeated_for_each_word_are_said_once_with_the_words_times():
    transcript = highlighted(HIGHLIGHTED)
    assert [(s.text, s.start, s.end) for s in transcript.segments] == [
        ("We go we go.", 1.0, 2.5), ("Yes.", 2.5, 2.7), ("Yes.", 2.7, 2.9)
    ]  # fmt: skip
    assert transcript.segments[0].times == (1.0, 1.5, 2.0, 2.2)
    assert transcript.dropped["highlight repeat"] == 16


def test_a_text_said_again_begins_again_even_if_underlined():
    again = [(a + 1.5, b + 1.5, text) for a, b, text in HIGHLIGHTED[:5]]
    assert texts(highlighted(HIGHLIGHTED[:5] + again)) == ["We go we go.", "We go we go."]


def test_a_label_before_highlighted_words_is_taken_once():
    cues = [(a, b, f"[SPEAKER_01]: {text}") for a, b, text in HIGHLIGHTED[:5]]
    (segment,) = highlighted(cues).segments
    assert (segment.speaker, segment.text, segment.times[1]) == ("SPEAKER_01", "We go we go.", 1.5)


def test_pieces_of_a_word_are_underlined_one_by_one():
    transcript = highlighted([(1.0, 1.5, "<u>some</u>thing new"), (1.5, 2.0, "some<u>thing</u> new"),
                              (2.0, 2.5, "something <u>new</u>")])  # fmt: skip
    (segment,) = transcript.segments
    assert (segment.text, segment.times) == ("something new", (1.0, 2.0))


def test_a_row_of_repeats_may_span_two_lines():
    transcript = highlighted([(1.0, 1.5, "<u>we</u>\ngo"), (1.5, 2.0, "we\n<u>go</u>")])
    assert [(s.text, s.times) for s in transcript.segments] == [("we go", (1.0, 1.5))]


WORD = st.from_regex(r"[a-z]{1,6}", fullmatch=True)


@settings(deadline=None)
@given(st.lists(st.lists(WORD, min_size=2, max_size=6), min_size=1, max_size=4))
def test_what_whisper_highlights_is_read_as_it_was_said(lines):
    cues, now = [], 0
    for line in lines:
        for at in range(len(line)):
            shown = [f"<u>{word}</u>" if n == at else word for n, word in enumerate(line)]
            cues.append((now / 10, (now + 1) / 10, " ".join(shown)))
            now += 1
    transcript = highlighted(cues)
    assert texts(transcript) == [" ".join(line) for line in lines]
    assert [t for s in transcript.segments for t in s.times] == [n / 10 for n in range(now)]


TAGS = ['<font color="#00ff00">', "<b>", "<i>", "<c.yellow>"]


@pytest.mark.parametrize("tag", TAGS)
def test_words_that_light_up_by_another_tag_are_said_once_too(tag):
    lit = [
        (start, end, text.replace("<u>", tag).replace("</u>", f"</{re.match('<([a-z]+)', tag)[1]}>"))
        for start, end, text in HIGHLIGHTED
    ]
    assert timed(highlighted(lit)) == timed(highlighted(HIGHLIGHTED))


@pytest.mark.parametrize("tag", ["u", "b", "i"])
def test_what_is_said_again_without_the_stress_on_one_word_is_said_again(tag):
    lines = [f"I said <{tag}>go!</{tag}>", "I said go!", f"You said <{tag}>no!</{tag}>", "You said no!"]
    cues = [(at, at + 1, line) for at, line in enumerate(lines)]
    assert texts(highlighted(cues)) == ["I said go!", "I said go!", "You said no!", "You said no!"]


@pytest.mark.parametrize("tag", TAGS)
def test_what_somebody_else_says_in_another_colour_is_said_again(tag):
    end = f"</{re.match('<([a-z]+)', tag)[1]}>"
    lines = [f"{tag}No.{end}", "No.", f"- {tag}No.{end}", "- No."]
    cues = [(at, at + 1, line) for at, line in enumerate(lines)]
    assert texts(highlighted(cues)) == ["No.", "No.", "- No.", "- No."]


@pytest.mark.parametrize("head", ["", "WEBVTT\n\n"])
@pytest.mark.parametrize("form", ["{name}", "{name}:", "{at}\n{name}", "{at} {name}"])
def test_the_name_of_a_cue_says_who_speaks_where_it_is_a_persons(head, form):
    names = ["Speaker 1", "Ann Lee", "Speaker 1", "Ann Lee"]
    cues = (
        f"{form.format(name=name, at=at)}\n00:0{at}.000 --> 00:0{at}.900\nWe say {at}.\n\n"
        for at, name in enumerate(names, 1)
    )
    transcript = read((head + "".join(cues)).encode(), "a.vtt" if head else "a.srt")
    assert spoken(transcript) == [(name, f"We say {at}.") for at, name in enumerate(names, 1)]
    assert transcript.warnings == ()


def test_the_name_of_a_cue_that_is_a_chapter_is_nobodys():
    named = "".join(f"Part {at}\n00:0{at}.000 --> 00:0{at}.900\nWe say {at}.\n\n" for at in range(1, 5))
    assert {speaker for speaker, _ in spoken(vtt(named))} == {None}


def test_a_voice_that_is_only_a_dash_is_nobodys():
    transcript = vtt("00:01.000 --> 00:02.000\n<v ->Why?</v>\n\n00:02.000 --> 00:03.000\n<v Ann>So.</v>\n")
    assert spoken(transcript) == [(None, "Why?"), ("Ann", "So.")]


@pytest.mark.parametrize(
    "name", ["Ann|Mills", r"SITE\Nora", r"SITE\ned.lee", "Ann [br] Lee", "Ann Lee, Mill|Weir"]
)
def test_nothing_in_a_name_is_taken_for_a_line_end(name):
    cues = [(name, "Shall we?"), ("Ben", "Yes.|No."), (name, "So be it."), (name, "Fine.")]
    talk = vtt(
        "\n\n".join(f"00:0{at}.000 --> 00:0{at}.900\n<v {who}>{said}" for at, (who, said) in enumerate(cues))
    )
    assert [speaker for speaker, _ in spoken(talk)] == [name, "Ben", name, name]
    assert texts(talk)[1] == "Yes. No."


def test_an_escaped_arrow_in_webvtt_is_said():
    talk = vtt("00:01.000 --> 00:02.000\nSo --&gt; 00:01\n\n00:02.000 --> 00:03.000\n00:01 --&gt; 00:02\n")
    assert timed(talk) == [(1.0, 2.0, "So --> 00:01"), (2.0, 3.0, "00:01 --> 00:02")]


def test_who_goes_by_an_emoji_in_a_call_has_that_name():
    talk = vtt("00:01.000 --> 00:02.000\n<v 🐝>Why?</v>\n\n00:02.000 --> 00:03.000\n<v Ann>So.</v>\n")
    assert spoken(talk) == [("🐝", "Why?"), ("Ann", "So.")]


def test_a_tag_never_spans_two_lines():
    transcript = srt("1\n00:01,000 --> 00:02,000\nHello</u\n> you\n")
    assert transcript.words + sum(transcript.dropped.values()) == transcript.words_in_file
    assert texts(transcript) == ["Hello</u > you"]


def test_a_tag_inside_a_voice_underlines_nothing():
    transcript = vtt("00:01.000 --> 00:02.000\n<v Ann (<u>guest)>Shall we?</v>\n")
    assert transcript.words + sum(transcript.dropped.values()) == transcript.words_in_file


@pytest.mark.parametrize(
    "line",
    ["00:00:04,000 to 00:00:06,000", "[00:00:04,000 --> 00:00:06,000]", "00:00:04,000 bis 00:00:06,000"],
)
def test_times_with_a_word_between_or_in_brackets_are_times(line):
    first = line.replace("04,", "01,").replace("06,", "03,")
    talk = read(f"1\n{first}\nThe mill.\n\n2\n{line}\nIts wheel.\n".encode(), "a.srt")
    assert [(one.start, one.text) for one in talk.segments] == [(1.0, "The mill."), (4.0, "Its wheel.")]


def test_a_first_time_without_hours_that_is_broken_is_no_speech():
    broken = b"WEBVTT\n\n00:00:bad --> 00:03.000\nThe mill.\n\n"
    talk = read(broken + b"00:04.000 --> 00:06.000\nIts wheel.\n", "a.vtt")
    assert [one.text for one in talk.segments] == ["The mill.", "Its wheel."]
    assert "can't be read" in talk.warnings[0]


def test_the_number_and_the_text_of_a_cue_may_stand_beside_its_times():
    said = "1 00:00:01,000 --> 00:00:02,000 Aa bb.\n2 00:00:03,000 --> 00:00:04,000 Cc dd.\n"
    assert timed(srt(said)) == [(1.0, 2.0, "Aa bb."), (3.0, 4.0, "Cc dd.")]


@pytest.mark.parametrize("form", ["{}.", "({})", "#{}", "Subtitle {}"])
def test_the_number_of_a_cue_is_no_word_however_it_is_written(form):
    one, two = form.format(1), form.format(2)
    said = f"{one}\n00:01,000 --> 00:02,000\nAa bb.\n\n{two}\n00:03,000 --> 00:04,000\nCc dd.\n"
    assert texts(srt(said)) == ["Aa bb.", "Cc dd."]


def test_a_cue_without_any_time_stands_with_the_next_one_and_is_warned_of():
    transcript = srt("1\n -->\nAa bb.\n\n2\n00:00:03,000 --> 00:00:04,000\nCc dd.\n")
    assert texts(transcript) == ["Aa bb.", "Cc dd."]
    assert any("can't be read" in warning for warning in transcript.warnings)


@pytest.mark.parametrize("first", ["-0:00:01.000", "0:00:-1.000"])
def test_negative_times_of_sbv_are_zero(first):
    transcript = read(f"{first},0:00:02.000\nAa bb.\n\n0:00:03.000,0:00:04.000\nCc.\n".encode(), "a.sbv")
    assert timed(transcript) == [(0.0, 2.0, "Aa bb."), (3.0, 4.0, "Cc.")]


def test_cues_that_only_show_more_each_time_are_said_once_where_most_do():
    assert texts(captioned("Aa", "Aa bb", "Aa bb cc.", "Dd.")) == ["Aa bb cc.", "Dd."]
    assert texts(captioned("Yes.", "Yes. I do.", "Well.", "So.", "Why?")) == [
        "Yes.",
        "Yes. I do.",
        "Well.",
        "So.",
        "Why?",
    ]


def captioned(*cues):
    return srt("\n".join(f"00:00:0{at},000 --> 00:00:0{at + 1},000\n{cue}\n" for at, cue in enumerate(cues)))


def test_who_says_what_another_said_and_more_leaves_the_other_his_words():
    said = [("Ann", "Go."), ("Ben", "Go. Go home."), ("Ann", "So"), ("Ben", "So it is."), ("Cy", "No")]
    cues = [(at, at + 1, f"<v {name}>{text}") for at, (name, text) in enumerate(said)]
    assert spoken(highlighted(cues)) == said


def test_captions_that_grow_may_set_marks_behind_what_they_showed():
    shown = ["So the ferry", "So, the ferry leaves", "So, the ferry leaves at nine.", "Yes", "Yes, we do."]
    cues = [(at, at + 1, text) for at, text in enumerate(shown)]
    assert texts(highlighted(cues)) == ["So, the ferry leaves at nine.", "Yes, we do."]


@pytest.mark.parametrize("head", ["webvtt", '"WEBVTT"'])
def test_the_header_of_vtt_may_be_small_or_quoted(head):
    assert texts(read(f"{head}\n\n00:01.000 --> 00:02.000\nAa bb.\n".encode(), "a.txt")) == ["Aa bb."]


def test_line_ends_written_as_a_backslash_and_n_part_words_where_they_recur():
    lines = r"the leaves\nat the gate", r"{\an8}went\nby us", r"and\Nthen"
    cues = "\n\n".join(f"00:00:0{at},000 --> 00:00:0{at + 1},000\n{line}" for at, line in enumerate(lines))
    assert texts(srt(cues)) == ["the leaves at the gate", "went by us", "and then"]


@pytest.mark.parametrize("line", [r"open work\names now", r"C:\new and C:\next", r"a\n b\tc d\ne"])
def test_backslashes_that_may_be_a_paths_stay(line):
    assert "\\n" in texts(srt(f"00:00:01,000 --> 00:00:02,000\n{line}"))[0]


def test_zeros_before_the_hours_are_days_and_no_time_with_frames():
    transcript = srt("00:00:05:13.120 --> 00:05:16.330\nGood day.\n\n01:00:00:01,500 --> 24:00:02,000\nWell.")
    assert timed(transcript) == [(313.12, 316.33, "Good day."), (86401.5, 86402.0, "Well.")]
    assert not transcript.warnings


def test_a_name_behind_what_is_sung_begins_a_turn():
    sung = ["Ida: We sing.", "♪ la la ♪", "Kurt: Again?", "♪ la la ♪", "Ida: Yes."]
    text = "".join(f"00:0{n},000 --> 00:0{n},900\n{line}\n\n" for n, line in enumerate(sung, 1))
    assert [speaker for speaker, _ in spoken(srt(text))] == ["Ida", "Ida", "Kurt", "Kurt", "Ida"]


def said(content, name="a.srt"):
    return [(s.start, s.speaker, s.text) for s in read(content.encode(), name).segments]


@pytest.mark.parametrize("arrow", ["&#45;&#45;&#62;", "&#45;&#45;&gt;", r"--\>", r"\-\-\>"])
def test_arrows_that_markdown_or_html_escaped_are_arrows(arrow):
    content = (
        f"1\n00:00:01,000 {arrow} 00:00:03,000\nIt leaves.\n\n2\n00:00:04,000 {arrow} 00:00:06,000\nNow.\n"
    )
    assert said(content) == [(1.0, None, "It leaves."), (4.0, None, "Now.")]


def test_a_number_may_stand_before_times_without_an_arrow():
    content = "0001  00:00:01:00  00:00:03:12\nIt leaves.\n\n0002  00:00:04:00  00:00:06:10\nNow.\n"
    assert said(content, "a.txt") == [(1.0, None, "It leaves."), (4.0, None, "Now.")]


@pytest.mark.parametrize("head", ["WEBVTT FILE\nKind: captions", "WEBVTT - part 2", "\ufeffWEBVTT"])
def test_the_head_of_a_file_that_was_joined_is_no_speech(head):
    cues = "1\n00:01.000 --> 00:03.000\nIt leaves.\n\n", "2\n00:05.000 --> 00:07.000\nNow.\n"
    assert said(f"WEBVTT\n\n{cues[0]}{head}\n\n{cues[0]}{cues[1]}", "a.vtt") == [
        (1.0, None, "It leaves."),
        (5.0, None, "Now."),
    ]


@pytest.mark.parametrize(
    ("names", "form"),
    [
        (("Speaker 1", "Speaker 2"), "{at}\n{time}\n{name}\n{text}\n"),
        (("Sprecherin 1", "Sprecher 2"), "{at}\n{time}\n{name}\n{text}\n"),
        (("Ann Berg", "Tom Reed"), "{at} {name}\n{time}\n{text}\n"),
    ],
)
def test_who_speaks_is_told_on_a_line_of_its_own(names, form):
    turns = [(1, names[0], "It leaves."), (2, names[1], "Now."), (3, names[0], "Yes.")]
    cues = (
        form.format(at=at, name=name, text=text, time=f"00:00:0{at},000 --> 00:00:0{at},900")
        for at, name, text in turns
    )
    assert said("\n".join(cues)) == turns


def test_marks_of_microdvd_in_captions_are_no_words_and_paths_stay_whole():
    cues = (r"{y:i}It leaves\nat nine.", r"{c:$0000ff}{s:12}Now\nor {never}.", r"Look in C:\News\notes.txt.")
    content = "".join(
        f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{cue}\n\n" for at, cue in enumerate(cues, 1)
    )
    assert [text for *_, text in said(content)] == [
        "It leaves at nine.",
        "Now or {never}.",
        r"Look in C:\News\notes.txt.",
    ]


def test_captions_between_whole_seconds_are_captions():
    content = "00:00:01,00:00:03\nIt leaves.\n\n00:00:04,00:00:06\nNow.\n"
    assert said(content, "a.sub") == [(1.0, None, "It leaves."), (4.0, None, "Now.")]


@pytest.mark.long
@pytest.mark.parametrize("word", ["a", ":"])
def test_paths_are_told_from_line_ends_in_linear_time_in_whatever_words(word):
    def read(size):
        segments.with_line_ends("It leaves\\nat C:\\News. " + word * size)

    assert growth(read, 250_000, 2_000_000) < NEARLY_LINEAR


def test_the_clock_of_live_streaming_is_no_word_below_a_blank_line_either():
    text = "WEBVTT\n\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n00:01.000 --> 00:02.000\nHello.\n"
    assert [segment.text for segment in read(text.encode(), "a.vtt").segments] == ["Hello."]


def test_who_joined_a_call_with_a_telephone_that_has_his_name_is_not_the_one_before():
    names = ["Ann Berg", "Bens iPhone", "Ann Berg", "Tom Hill"]
    text = "WEBVTT\n\n" + "\n\n".join(
        f"00:0{at}.000 --> 00:0{at}.900\n{name}: Hello there." for at, name in enumerate(names)
    )
    assert [segment.speaker for segment in read(text.encode(), "a.vtt").segments] == names


@pytest.mark.parametrize("caller", ["(555) 010-4567", "(+49) 30 1234", "555.010.4567", "1********67"])
def test_a_caller_is_not_the_one_before_however_the_number_is_written(caller):
    names = ["Ann Berg", caller, "Ann Berg", "Tom Hill", caller]
    assert speakers_of(*(f"{name}: Hello there." for name in names)) == names


def speakers_of(*lines):
    cues = (f"00:0{at}.000 --> 00:0{at}.900\n{line}" for at, line in enumerate(lines))
    transcript = read(("WEBVTT\n\n" + "\n\n".join(cues)).encode(), "a.vtt")
    return [segment.speaker for segment in transcript.segments]


def test_a_name_in_round_brackets_is_who_speaks_where_it_is_a_label_elsewhere():
    assert speakers_of(
        "ANN: Hello there.", "BEN: Good day.", "(ANN) Let us begin.", "(ann) is not here."
    ) == [
        "ANN",
        "BEN",
        "ANN",
        "ANN",
    ]


def test_what_stands_behind_a_first_name_in_brackets_is_not_given_to_the_one_before():
    lines = ["(Ann) Hello there.", "(Ben) Good day.", "(Ann) Let us begin."]
    assert speakers_of(*lines) == ["Ann", None, "Ann"]


def test_captions_between_fences_are_read_and_their_head_is_no_word():
    text = "```vtt\nWEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n```\n"
    transcript = read(text.encode(), "a.md")
    assert [(segment.start, segment.text) for segment in transcript.segments] == [(1.0, "Hello.")]


def test_preview_pictures_are_no_transcript():
    cues = (f"00:0{at}.000 --> 00:0{at}.900\nall.jpg#xywh={at},0,160,90" for at in range(3))
    text = "WEBVTT\n\n" + "\n\n".join(cues)
    with pytest.raises(InputError, match="preview pictures"):
        read(text.encode(), "a.vtt")


def test_two_that_speak_behind_dashes_without_names_are_not_the_one_before():
    assert speakers_of(
        "- ANN: Hello.\n- BEN: Good day.", "- ANN: All?\n- BEN: Yes.", "- Right.\n- Fine."
    ) == [
        "ANN",
        "BEN",
        "ANN",
        "BEN",
        None,
    ]


def test_a_first_name_in_brackets_among_labels_with_colons_is_in_doubt():
    assert speakers_of("Ann: Hello.", "Ben: Good day.", "(Carol) What about me?", "Ann: Yes.")[2] is None


@pytest.mark.parametrize(
    ("cues", "said"),
    [
        pytest.param(
            ["Ann: Good day.", "Ben: Hi.", "Ann: Shall we begin? Ben: Yes, please. We can."],
            [
                ("Ann", "Good day."),
                ("Ben", "Hi."),
                ("Ann", "Shall we begin?"),
                ("Ben", "Yes, please. We can."),
            ],
            id="names",
        ),
        pytest.param(
            ["Ann: Good day. Ben: Hi.", "Ann: Shall we? Ben: Yes.", "Ann: So. Results: none. Results: one."],
            [
                ("Ann", "Good day."),
                ("Ben", "Hi."),
                ("Ann", "Shall we?"),
                ("Ben", "Yes."),
                ("Ann", "So. Results: none. Results: one."),
            ],
            id="names that begin no line",
        ),
        pytest.param(
            ["Speaker 1: Good day. Speaker 2: Hi.", "Speaker 1: Then let us begin."],
            [("Speaker 1", "Good day."), ("Speaker 2", "Hi."), ("Speaker 1", "Then let us begin.")],
            id="numbered",
        ),
        pytest.param(
            ["Ann: Good day.", "Ben: Hi.", "Ann: Who goes?", "- I do. - So do I.", "Ben: Fine."],
            [
                ("Ann", "Good day."),
                ("Ben", "Hi."),
                ("Ann", "Who goes?"),
                (None, "- I do. - So do I."),
                ("Ben", "Fine."),
            ],
            id="dashes",
        ),
        pytest.param(
            ["Ann: Good day.", "Ben: Hi.", "- Ann: Shall we begin?\n- Ben: Yes."],
            [("Ann", "Good day."), ("Ben", "Hi."), ("Ann", "Shall we begin?"), ("Ben", "Yes.")],
            id="names behind dashes",
        ),
        pytest.param(
            ["Dr. Berg: Good day.", "Mr. Reed: Hi.", "Dr. Berg: Shall we begin?", "Mr. Reed: Yes."],
            [
                ("Dr. Berg", "Good day."),
                ("Mr. Reed", "Hi."),
                ("Dr. Berg", "Shall we begin?"),
                ("Mr. Reed", "Yes."),
            ],
            id="titles",
        ),
        pytest.param(
            ["Dr. Berg: Good day. Mr. Reed: Hi.", "Mr. Reed: Shall we? - Dr. Berg: Yes.", "Dr. Berg: So."],
            [
                ("Dr. Berg", "Good day."),
                ("Mr. Reed", "Hi."),
                ("Mr. Reed", "Shall we?"),
                ("Dr. Berg", "Yes."),
                ("Dr. Berg", "So."),
            ],
            id="titles and a dash within a line",
        ),
        pytest.param(
            ["Ann: Good day.", "Ben: Hi.", "Ann: Two things: tea. Time: short."],
            [("Ann", "Good day."), ("Ben", "Hi."), ("Ann", "Two things: tea. Time: short.")],
            id="no names",
        ),
    ],
)
def test_who_speaks_behind_another_on_one_line_of_a_caption_is_told(cues, said):
    assert spoken(captioned(*cues)) == said


def test_the_tags_of_paragraphs_around_cues_are_no_words_and_those_spoken_of_are():
    blocks = ["<p>The ferry leaves.</p>", '<p class="x">Bring\nthe tickets.</p>', "<div><p>Good.</p></div>"]
    assert texts(captioned(*blocks)) == ["The ferry leaves.", "Bring the tickets.", "Good."]
    lines = ["Begin with <p> and end with </p>", "<p>Like this.</p>", "Then reload.", "That is all."]
    assert texts(captioned(*lines)) == lines


@pytest.mark.parametrize(
    ("interrupting", "speaker", "text"),
    [
        ("BEN: When what?", "BEN", "When what?"),
        ("Ben Reed: When what?", "Ben Reed", "When what?"),
        ("SIGN: no way out", "ANN", "SIGN: no way out"),
        ("he said this: never", "ANN", "he said this: never"),
    ],
)
def test_who_interrupts_a_sentence_once_is_not_who_was_speaking(interrupting, speaker, text):
    cues = ["ANN: I was going", "to the mill when", interrupting, "ANN: When it rained.", "All night."]
    assert spoken(captioned(*cues))[2] == (speaker, text)


@pytest.mark.parametrize(
    ("cues", "said"),
    [
        (["The ferry[br]leaves</br>at nine."], ["The ferry leaves at nine."]),
        (["Yes.|No.", "The ferry|leaves."], ["Yes. No.", "The ferry leaves."]),
        (["Yes. | No.", "It is true.|false"], ["Yes. | No.", "It is true.|false"]),
        (["Write true|false", "[Brr] it is cold."], ["Write true|false", "[Brr] it is cold."]),
    ],
)
def test_other_line_ends_part_words_and_bars_that_are_spoken_of_stay(cues, said):
    assert texts(captioned(*cues)) == said


@pytest.mark.parametrize("bracket", ["()", "[]"])
def test_a_colon_may_stand_inside_the_bracket_of_a_name(bracket):
    said = ("Ann: Where were you?", "Ben: At the mill.", "Ann: All night?", "Note: bring it.")
    cues = (line.replace(":", f":{bracket[1]}") for line in said)
    segments = spoken(captioned(*(f"{bracket[0]}{cue}" for cue in cues)))
    assert [speaker for speaker, _ in segments] == ["Ann", "Ben", "Ann", "Ann"]


@pytest.mark.parametrize("heard", ["[Music: Bach]", "(Song: Row)"])
def test_what_is_heard_and_has_a_colon_is_nobody_and_is_not_lost(heard):
    cues = [heard, "ANN: Hi.", "BEN: Hi.", heard, "ANN: So.", "BEN: No."]
    segments = spoken(captioned(*cues))
    assert {speaker for speaker, _ in segments} == {None, "ANN", "BEN"}
    assert " ".join(text for _, text in segments).count(heard) == 2


def test_settings_that_touch_the_time_of_a_cue_leave_it_readable():
    content = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000line:40% size:40%\nGood morning.\n"
    transcript = read(content.encode(), "talk.vtt")
    assert [(s.start, s.end, s.text) for s in transcript.segments] == [(1, 2, "Good morning.")]
    assert transcript.warnings == ()


def test_who_may_speak_is_asked_once_for_each_line(monkeypatch):
    asked = []

    def find(words):
        asked.append(words)
        return find_label(words)

    monkeypatch.setattr(segments, "find_label", find)
    cues = "\n\n".join(
        f"{number}\n00:00:{number:02},000 --> 00:00:{number:02},900\n{name}: Here is number {number}."
        for number, name in enumerate(["ANN", "BEN"] * 20, 1)
    )
    speakers = [segment.speaker for segment in read(cues.encode(), "talk.srt").segments]
    assert speakers == ["ANN", "BEN"] * 20
    assert len(asked) == 40


@pytest.mark.parametrize(
    ("cues", "said"),
    [
        (
            [
                "窑是冷的先放木柴在点火以\n前要看一看",
                "里面是不是还有人在后来他\n打电话",
                "他说他生病了所以先走了明\n天再来",
                "如果明天还是不舒服那就不\n来了",
            ],
            "",
        ),
        (["窑是冷的\n先放木柴", "在点火以前\n要看一看里面", "他打电话来\n就走了"], " "),
        (["窑是冷的，先放木柴\n再点火。", "他打电话来\n就走了。"], ""),
        (["คุณสามารถท\nำได้", "และเ\nขาไป"], ""),
        (["คุณสามารถ\nทำได้", "และเขา\nไป"], " "),
        (["이 가마는\n차갑습니다.", "먼저 장작을\n넣으세요."], " "),
    ],
)
def test_the_lines_of_a_caption_are_joined_without_a_space_where_they_break_inside_a_word(cues, said):
    times = [f"00:00:0{at}.000 --> 00:00:0{at}.900" for at in range(len(cues))]
    found = vtt("WEBVTT\n\n" + "".join(f"{time}\n{cue}\n\n" for time, cue in zip(times, cues, strict=True)))
    assert texts(found) == [cue.replace("\n", said) for cue in cues]


def cut_by_length(*pieces):
    return srt(
        "".join(f"{n}\n00:0{n},000 --> 00:0{n + 1},000\n{piece}\n\n" for n, piece in enumerate(pieces))
    )


def test_pieces_of_a_word_that_a_program_cut_by_length_are_one_word():
    transcript = cut_by_length(" The", " fer", "ry", " leaves", " at", " nine", ".", " It", "'s")
    assert texts(transcript) == ["The", "ferry", "leaves", "at", "nine.", "It's"]
    assert transcript.words + sum(transcript.dropped.values()) == transcript.words_in_file


@pytest.mark.parametrize(
    "pieces", [[" The ferry", "leaves at", " nine", "and then"], [" So", "Yes", " it", ".", " is"]]
)
def test_captions_of_which_only_some_begin_with_a_space_hold_whole_words(pieces):
    assert texts(cut_by_length(*pieces)) == [piece.strip() for piece in pieces]


@pytest.mark.parametrize(
    "maps",
    [
        ("MPEGTS:900000,LOCAL:00:00:00.000", "MPEGTS:1800000,LOCAL:00:00:00.000"),
        ("LOCAL:00:00:00.000,MPEGTS:8589484592", "LOCAL:00:00:00.000,MPEGTS:450000"),  # the clock wraps
    ],
)
def test_parts_of_a_stream_that_count_each_from_its_beginning_are_on_one_clock(maps):
    parts = [
        f"WEBVTT\nX-TIMESTAMP-MAP={one}\n\n00:01.500 --> 00:03.000\n{at}. We go.\n\n"
        for at, one in enumerate(maps)
    ]
    found = read("".join(parts).encode(), "a.vtt").segments
    assert [(s.start, s.end) for s in found] == [(1.5, 3), (11.5, 13)]


def test_parts_of_a_stream_whose_times_run_on_keep_them():
    maps = ("MPEGTS:900000,LOCAL:00:00:00.000", "MPEGTS:1800000,LOCAL:00:00:00.000")
    parts = [
        f"WEBVTT\nX-TIMESTAMP-MAP={one}\n\n00:{at}1.000 --> 00:{at}3.000\n{at}. We go.\n\n"
        for at, one in enumerate(maps)
    ]
    assert [s.start for s in read("".join(parts).encode(), "a.vtt").segments] == [1, 11]


def test_a_line_below_a_row_of_a_table_that_does_not_end_in_words_is_no_part_of_a_name():
    table = b"start,text,speaker\n1,Hello there,Ann\nokay then\n2,Yes I do,Ben\n"
    assert [s.speaker for s in read(table, "a.csv").segments] == ["Ann", "Ben"]


def test_a_table_by_its_name_keeps_its_times_below_a_rule():
    table = b"start|text\n---|---\n0|Hello there\n1|Yes I do\n"
    assert [(s.start, s.text) for s in read(table, "a.csv").segments][-2:] == [
        (0, "Hello there"),
        (1, "Yes I do"),
    ]
