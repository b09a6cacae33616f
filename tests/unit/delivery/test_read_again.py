"""What is delivered and dropped into the inbox again: the same words, people and times."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.delivery.document import Block
from daemon.delivery.render import stream_json, stream_markdown, stream_plain_text
from daemon.delivery.subtitles.cues import Cue
from daemon.delivery.subtitles.files import stream_vtt
from daemon.delivery.word.template import Properties, Template
from daemon.delivery.word.transcript import render_docx
from daemon.formats import read

FRONT = {
    "title": "The mill", "source": "mill.vtt", "date": "2026-03-01T10:15:00+00:00", "duration": 60.0,
    "words": 9, "provider": "offline", "model": "offline", "flags": 0,
}  # fmt: skip
BUILT_IN = Template(None)
ODD_NAMES = [
    "Note", "Chapter 1", "WEBVTT", "00:01", "10:30", "1", "#1", "- Ann", "1. Ann", "> Ann", "Ann: Lee",
    "*Ann*", "_x_", "<unknown>", "[Ann]", "(Ann)", "Ann -->", "Teilnehmer*in 3", "Date", "Title",
    "+1 555-0100", "`Ann`", "http://mill.example", "Ann | Mill", "דנה", "王小明", "🙂 Ann", "Ann & Ben",
    "&amp;", "\\Ann", "Ann~", "Ann!",
]  # fmt: skip
MARKS = (
    "# ## - * + > 1. 2) | _ ` ~ *b* **b** __i__ a_b <b> <!-- x --> &amp; &#35; [^1] [^1]: [a](b) ![c](d) "
    "\\ \\* --> 00:01 10:30 Ann: Ben: [Ann] A. Note: --- *** === $5 %% ~~no~~ http://a.example שלום 字 é 🙂"
).split()
unseen = st.characters(exclude_categories=("C", "Z"))
names = st.sampled_from(ODD_NAMES) | st.text(unseen, min_size=1, max_size=12).filter(
    lambda name: any(map(str.isalnum, name)) and "*" not in name[-1:]
)
said = st.lists(
    st.sampled_from([*MARKS, "mill", "Yes.", "the", "weir"]), min_size=1, max_size=8, unique=True
).map(lambda words: f"So {' '.join(words)}")
talks = st.lists(  # what stands there again and again would be taken for a recogniser's loop
    st.tuples(names | st.none(), said), min_size=2, max_size=6, unique_by=lambda turn: turn[1]
)


def blocks_of(talk):
    return [Block(text, 60.0 * at, speaker) for at, (speaker, text) in enumerate(talk)]


def turns_of(parts):
    """Who says what, without the borders between paragraphs of one speaker."""
    turns = []
    for speaker, text in parts:
        if not turns or turns[-1][0] != speaker:
            turns.append((speaker, []))
        turns[-1][1].extend(text.split())
    return turns


def markdown_of(blocks, *, timestamps=True):
    return "".join(stream_markdown(blocks, FRONT, timestamps=timestamps)).encode()


def docx_of(blocks, *, timestamps=True):
    return render_docx(blocks, Properties("The mill", "offline", None), BUILT_IN, timestamps=timestamps)


def holds_again(data, name, talk):
    found = read(data, name)
    assert turns_of((one.speaker, one.text) for one in found.segments) == turns_of(talk)
    assert found.title == "The mill"
    return found


@given(talks.filter(lambda talk: talk[0][0]), st.booleans())
def test_markdown_says_the_same_words_by_the_same_people(talk, timestamps):
    found = holds_again(markdown_of(blocks_of(talk), timestamps=timestamps), "mill.md", talk)
    if timestamps:
        assert [one.start for one in found.segments] == [60.0 * at for at in range(len(talk))]


@pytest.mark.long
@given(talks.filter(lambda talk: talk[0][0]), st.booleans())
def test_a_word_document_says_the_same_words_by_the_same_people(talk, timestamps):
    found = holds_again(docx_of(blocks_of(talk), timestamps=timestamps), "mill.docx", talk)
    if timestamps:
        assert [one.start for one in found.segments] == [60.0 * at for at in range(len(talk))]


@given(talks)
def test_json_says_the_same_words_by_the_same_people(talk):
    data = "".join(stream_json(blocks_of(talk), FRONT)).encode()
    found = holds_again(data, "mill.json", talk)
    assert [one.start for one in found.segments] == [60.0 * at for at in range(len(talk))]


def test_what_json_says_was_said_before_it_was_cleaned_is_not_said_twice():
    blocks = [Block("Two.", 5.0, "Ann", original="um two"), Block("", 7.0, "Ann", original="uh")]
    talk = read("".join(stream_json(blocks, FRONT)).encode(), "mill.json")
    assert [one.text for one in talk.segments] == ["Two."]
    assert talk.dropped == {"original words": 3}


def bare_name(name):
    """A name without what programs write around one in a voice: a dash before it, quotation marks."""
    bare = name.strip("-–— ")
    return bare[1:-1] if re.fullmatch(r"[\"“„«][^\"“”„«»]+[\"“”»]", bare) else bare


@given(talks)
def test_webvtt_says_the_same_words_by_the_same_people(talk):
    talk = [(name and bare_name(name), said) for name, said in talk]
    cues = [Cue(60.0 * at, 60.0 * at + 9, ((name, text),)) for at, (name, text) in enumerate(talk)]
    found = read("".join(stream_vtt(cues)).encode(), "mill.vtt").segments
    assert [(one.speaker, one.text.split()) for one in found] == [(name, said.split()) for name, said in talk]
    assert [(one.start, one.end) for one in found] == [(cue.start, cue.end) for cue in cues]


@pytest.mark.parametrize("write", [markdown_of, docx_of])
@pytest.mark.parametrize("name", ODD_NAMES)
def test_who_has_an_odd_name_has_it_again(name, write):
    talk = [(name, "The mill stands."), ("Ben", "It does."), (name, "And its wheel?"), (None, "It turns.")]
    assert not holds_again(write(blocks_of(talk)), f"mill.{write.__name__[:2]}", talk).warnings


def test_plain_text_has_its_title_and_whom_nobody_knows_again():
    talk = [
        ("Ann Lee", "The mill stands."),
        ("Ben", "It does."),
        (None, "And its wheel?"),
        ("Ben", "It turns."),
    ]
    text = "".join(stream_plain_text(blocks_of(talk), "The mill", timestamps=True))
    holds_again(text.encode(), "talk.txt", talk)


def test_a_first_line_above_turns_that_have_no_times_may_be_said():
    talk = read(b"The mill\n\nAnn: It stands.\n\nBen: It does.\n", "talk.txt")
    assert (talk.segments[0].speaker, talk.segments[0].text) == (None, "The mill")


def test_the_mark_above_words_that_were_not_cleaned_is_no_speech():
    blocks = [Block("um one", 1.0, "Note", flag="it was *cut* off"), Block("Two.", 5.0, "Note")]
    for data, name in ((markdown_of(blocks), "a.md"), (docx_of(blocks), "a.docx")):
        assert turns_of((one.speaker, one.text) for one in read(data, name).segments) == [
            ("Note", ["um", "one", "Two."])
        ]


def test_what_a_person_adds_to_a_result_is_read_as_a_turn_of_whoever_is_named():
    text = markdown_of(blocks_of([("Note", "The mill stands."), ("Ben", "It does.")])).decode()
    found = read(f"{text}\n**Ann:** Does it?\n\nBen: So it does.\n".encode(), "mill.md")
    assert [(one.speaker, one.text) for one in found.segments[2:]] == [
        ("Ann", "Does it?"), ("Ben", "So it does.")
    ]  # fmt: skip
