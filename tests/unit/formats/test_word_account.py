"""What holds for every file of every kind: words are accounted for, and nothing breaks a reader."""

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.errors import InputError
from daemon.formats import KINDS, read
from tests.unit.formats.account import checked
from tests.unit.growth import processor_time

SRT = """1
00:00:01,000 --> 00:00:02,000
Ann: Hello &amp; <i>welcome</i>.

2
00:00:02,000 --> 00:00:04,500
>> BEN: Yes. >> No.

12
3
00:00:05,000 -> 00:00:06,000
a < b and c > d
"""
VTT = """WEBVTT
Language: en

NOTE a comment
of two lines

STYLE
::cue { color: red }

name of cue
00:01.000 --> 00:02.000 align:start
<v Ann>Hello</v> <v Bob>there

00:02.000 --> 00:03.000
so<00:02.200><c> this</c><00:02.500><c> rolls</c>

00:03.000 --> 00:03.010
so this rolls

00:03.010 --> 00:04.000
so this rolls
on
"""
TEXT = (
    "Title of it\n\n[00:15] Ann: Hello.\n\nBen Jones  0:45\nYes, 3:1.\n\nSpeaker 1 (01:00):\nHm\n>> Well.\n"
)
MARKDOWN = "---\ntitle: x\n---\n\n# A title\n\n[00:00:01] **Ann:** Hello\\_you.\n\n## More\n\nEnd.\n"
WHISPER = json.dumps(
    {
        "text": " Hi you you",
        "segments": [
            {"end": "2", "text": " Hi you", "words": [{"word": " Hi", "start": 0}, {"word": " you"}]},
            {"start": None, "text": " you", "speaker": "A", "words": None},
        ],
    }
)  # fmt: skip
SAMPLES = [SRT, VTT, TEXT, MARKDOWN, WHISPER]
NAMES = st.sampled_from(["a.srt", "a.vtt", "a.txt", "a.md", "a.json", "a"])
BITS = st.sampled_from(
    [
        *("\n", "\n\n", " ", "<", ">", "</v>", "<v A>", "<c>", "&", "&nbsp;", "&#1;", "-->", ">>", ":", "："),
        *("Ann: ", "[", "{\\", "00:00:01.000", "<00:00:01.000>", "00:01 --> 00:02", "1", "NOTE", "#", "---"),
        *("**", '"', ",", "null", "NaN", "\\ud800", "\x01", "\x1f", "\x85", "\u2028", "\ufeff"),
    ]
)


@st.composite
def mutated(draw):
    """A sample with some of it cut out, doubled, or replaced."""
    text = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 6))):
        a, b = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        text = (
            text[:a]
            + draw(st.one_of(BITS, st.just(""), st.just(text[a:b] * 2)))
            + text[b if b - a < 40 else a :]
        )
    return text


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_samples_are_read(sample):
    assert checked(sample.encode(), "a") is not None


@pytest.mark.long
@settings(max_examples=400, deadline=None)
@given(mutated(), NAMES)
def test_every_word_is_accounted_for_in_damaged_files(text, name):
    checked(text.encode("utf-8", "replace"), name)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(BITS, st.text(max_size=5))).map("".join), NAMES)
def test_every_word_is_accounted_for_in_random_text(text, name):
    checked(text.encode("utf-8", "replace"), name)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "segments", "words", "word", "start", "end", "speaker", "x"]), inner
        )
    ),
    max_leaves=12,
)


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(JSON, st.booleans())
def test_json_of_any_shape_is_read_or_refused(value, wrapped):
    checked(json.dumps({"segments": value} if wrapped else value).encode(), "a.json")


@settings(deadline=None)
@given(st.binary(max_size=200), NAMES)
def test_any_bytes_are_read_or_refused(data, name):
    checked(data, name)


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    [
        "<c " * 60_000,
        "{\\" * 60_000,
        "1:" * 60_000,
        "[" * 100_000,
        "**A" * 60_000,
        "A:\n" * 30_000,
        ">> A. " * 30_000,
        "00:01 --> 00:02" + " a:b" * 30_000 + "\nhi",
        "00:01 --> 00:02\n" + "a<00:01.000>" * 30_000,
        "00:01 --> 00:02\n" + "<v A>hi <v B>ho " * 15_000,
        "00:01 --> 00:02\nhi\n" * 15_000,
        json.dumps({"segments": [{"text": "a" * 20_000, "words": [{"word": "a"}] * 20_000}]}),
        json.dumps({"events": [{"tStartMs": n, "segs": [{"utf8": "a "}]} for n in range(5000)]}),
        json.dumps({"utterances": [{"text": "a", "speaker": None}] * 10_000}),
        "00:01 --> 00:02\n<v" + " " * 200_000,
        "00:01 --> 00:02\n<c" + " " * 200_000,
        "0:01" + " " * 200_000 + "--> 0:02",
        "00:01 --> 00:01\n<u>a</u> b\n00:01 --> 00:01\na <u>b</u>\n" * 3000,
        "00:01 --> 00:01\nhi\nho\n" * 10_000,
        "0:00:01.000,0:00:02.000\n" + "a[br]\n" * 20_000,
        "start\tend\ttext\n1\t2\ta\n" + "a\n" * 30_000,
        "<timedtext><p t='1'>" + "<s>" * 50_000,
        "<timedtext>" + "<p t='1'><s t='1'>a</s></p>" * 5000 + "</timedtext>",
        "<?xml" + " " * 200_000,
        "你" * 200_000,
        "你，" * 100_000,
        "\u200f" * 100_000 + "Ann: a",
        "Ann" + " " * 200_000 + "0:15",
        "SPEAKERS\n" + "a\n" * 30_000,
        "a " * 50_000 + "started transcription",
        "(Not cleaned: " + "The original words follow." * 10_000,
    ],
)
@pytest.mark.parametrize("name", ["a.vtt", "a.txt", "a.sbv"])
def test_time_grows_with_the_length_and_no_faster(text, name):
    assert processor_time(lambda data: checked(data, name), text.encode(), tries=1) < 20 * ordinary_time()


@cache
def ordinary_time():
    """Seconds for what people say in two hours: the measure of this machine."""
    said = "Ann: so it goes on and on, as it did before.\n\n" * 4500
    return processor_time(lambda data: checked(data, "a.txt"), said.encode())


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", "empty"),
        (" \n\n ", "empty"),
        ("--- !!", "no words"),
        ("WEBVTT\n\nnothing timed", "no words"),
        ("<!DOCTYPE html>\n<p>hi", "an HTML page"),
        ("<html>hi", "an HTML page"),
        ('<?xml version="1.0"?><tt >hi</tt>', "no words"),
        ("[Script Info]\nTitle: x", "no words"),
        ("<!-- saved -->\n<html>hi", "an HTML page"),
        ('<?xml version="1.0"?><other/>', "an XML file"),
        ("{\\rtf1}", "no words"),
        ("<w>hello</w>\n<w>there</w>\n<w>you</w>", "markup"),
        ("id,name,age\n1,ann,3\n2,ben,4\n", "a table"),
        ("import os\n\ndef f(x):\n    return x;\n\nclass A:\n" + "x = 1;\n" * 9, "source code"),
        ("2024-01-01 10:00:00,123 INFO it began\n" * 9, "the log"),
        ("aGVsbG8gdGhlcmUgeW91IGFsbCB3aG8gYXJlIGhlcmUgdG9kYXkgYW5kIGxpc3Rlbg==\n" * 9, "encoded data"),
        ("\\documentclass{article}\nHello", "LaTeX"),
        ('{"utterances": []}', "not of a transcript's shape"),
        ("[1, 2]", "not of a transcript's shape"),
        ('{"text": "cut of', "can't be read"),
    ],
)
def test_what_is_no_transcript_is_refused_with_what_was_seen_and_what_is_read(text, seen):
    with pytest.raises(InputError) as refused:
        read(text.encode(), "a.json" if text.startswith("[1") else "a.txt")
    assert seen in refused.value.message
    advice = (KINDS, "Whisper", "Copy the transcript that is in it")
    assert any(piece in refused.value.mend for piece in advice)


def test_no_text_of_the_file_is_in_the_error():
    with pytest.raises(InputError) as refused:
        read(b'{"secret": "words"}', "a.json")
    assert "secret" not in str(refused.value)


def test_words_of_nothing_but_control_characters_are_dropped_for_that_reason():
    transcript = read(b"hel\x07lo \x01\x02 there\x1fagain", "a.txt")
    assert [s.text for s in transcript.segments] == ["hello there again"]
    assert transcript.dropped == {"control characters": 1}


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        (SRT, "a.txt", "srt"),
        (SRT, "a.vtt", "vtt"),
        (VTT, "a.txt", "vtt"),
        (VTT, "a.srt", "vtt"),
        (TEXT, "a.txt", "text"),
        (TEXT, "a.md", "markdown"),
        (MARKDOWN, "a.txt", "markdown"),
        (WHISPER, "a.txt", "whisper-json"),
        ("[Music] and then", "a.txt", "text"),
    ],
)
def test_the_content_says_what_kind_a_file_is(text, name, kind):
    assert read(text.encode(), name).kind == kind


def test_prose_that_quotes_a_timing_line_is_not_taken_for_captions():
    prose = "One.\nTwo.\nThree.\nFour.\n00:00:01,000 --> 00:00:02,000\nFive.\n"
    assert read(prose.encode(), "a.txt").kind == "text"
