"""Captions of cleaned words: each word in a cue that is shown while it was said."""

import html
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.delivery.document import make_document
from daemon.delivery.subtitles import cues as subtitle_cues
from daemon.delivery.subtitles.cues import (
    LINE_CHARACTERS,
    Cue,
    TimedWords,
    has_single_words,
)
from daemon.delivery.subtitles.files import stream_srt, stream_vtt
from daemon.formats import read
from daemon.text.characters.width import measure_width
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.text.transcript import Segment
from daemon.text.turns import Turn, split
from tests.unit.growth import NEARLY_LINEAR, growth


def keep_cues(whole):
    return list(subtitle_cues.keep_cues(whole))


def reflow_cues(whole):
    return list(subtitle_cues.reflow_cues(whole))


def render_srt(cues):
    return "".join(stream_srt(cues))


def render_vtt(cues, language=None):
    return "".join(stream_vtt(cues, language))


def chunk(*segments, speaker=None):
    turn = Turn(tuple(segments), speaker)
    return Chunk(0, turn.text, turns=(turn,))


def cleaned(one, *turns, cuts=()):
    return one, ProcessedChunk(0, one.text, " ".join(turns), turns=turns, cuts=cuts)


def spoken(pairs):
    return TimedWords(make_document(pairs, with_turns=True).turns)


def texts(cues):
    return [" ".join(text for _, text in cue.runs) for cue in cues]


def steady(text, start=0.0, each=0.4, speaker=None):
    """A segment whose words take the same time each."""
    words = text.split()
    times = tuple(round(start + each * at, 3) for at in range(len(words)))
    return Segment(text, start, round(start + each * len(words), 3), speaker, times)


def test_words_without_times_share_the_time_until_the_next_or_take_as_long_as_speech():
    turns = tuple(
        Turn((Segment(text, start, end, speaker),), speaker)
        for text, start, end, speaker in [
            ("a" * 30, None, None, "Ann"), ("b" * 30, None, None, "Ben"), ("c" * 30, 8.0, None, "Ann"),
            ("d" * 10, None, None, "Ben"), ("e" * 30, 12.0, 13.0, "Ann"), ("f" * 30, 20.0, None, "Ben"),
            ("g" * 60, None, None, "Ann"),
        ]
    )  # fmt: skip
    one = Chunk(0, " ".join(turn.text for turn in turns), turns=turns)
    cues = keep_cues(spoken([cleaned(one, *(turn.text for turn in turns))]))
    assert [(cue.start, cue.end) for cue in cues] == [
        (0.0, 4.0), (4.0, 8.0), (8.0, 11.0), (11.0, 12.0), (12.0, 13.0), (20.0, 22.0), (22.0, 26.0)
    ]  # fmt: skip


# --- keep -------------------------------------------------------------------------------------------------

CUES = (
    Segment("um so we began", 1.0, 3.0),
    Segment("uh", 3.0, 4.0),
    Segment("with the first of them", 4.0, 6.5),
)


def test_the_cues_of_the_source_are_kept_with_their_cleaned_words():
    cues = keep_cues(spoken([cleaned(chunk(*CUES), "So we began with the first of them.")]))
    assert texts(cues) == ["So we began", "with the first of them."]
    assert [(cue.start, cue.end) for cue in cues] == [(1.0, 3.0), (4.0, 6.5)]


def test_a_cue_that_ends_when_it_begins_lasts_until_the_next_or_as_long_as_it_takes_to_read():
    segments = (
        Segment("one", 1.0, 1.0),
        Segment("two", 1.5, 1.5),
        Segment("three", 1.5, 1.5),
        Segment("four", 9.0, 9.0),
    )
    cues = keep_cues(spoken([cleaned(chunk(*segments), "one two three four")]))
    assert [(cue.start, cue.end) for cue in cues] == [(1.0, 1.5), (1.5, 1.6), (1.5, 2.5), (9.0, 10.0)]


def test_a_source_of_a_cue_for_each_word_is_told():
    words = "we walked down to the harbour before dawn".split()
    segments = [Segment(word, float(at), at + 1.0) for at, word in enumerate(words)]
    assert has_single_words(spoken([cleaned(chunk(*segments), " ".join(words))]))
    assert not has_single_words(spoken([cleaned(chunk(*CUES), "So we began with the first of them.")]))


def test_a_cue_that_was_cut_on_the_way_is_one_again():
    halves = split(CUES[2], [2])
    whole = spoken([cleaned(chunk(*CUES[:2], halves[0]), "So we began with the"),
                    cleaned(chunk(halves[1]), "first of them.")])  # fmt: skip
    assert texts(keep_cues(whole)) == ["So we began", "with the first of them."]
    assert keep_cues(whole)[1].end == 6.5


def test_a_passage_that_was_cut_inside_a_cue_leaves_it_whole():
    whole = spoken([cleaned(chunk(*CUES), "So we", "began with the first of them.", cuts=((0, 3),))])
    assert texts(keep_cues(whole)) == ["So we began", "with the first of them."]


def test_two_speakers_in_one_cue_stay_in_it():
    turns = (
        Turn((Segment("yes", 1.0, 2.0, "Ann"),), "Ann"),
        Turn((Segment("no", 2.0, 3.0, "Ben", continues=True),), "Ben"),
    )
    both = Chunk(0, "yes no", turns=turns), ProcessedChunk(0, "yes no", "Yes. No.", turns=("Yes.", "No."))
    assert keep_cues(spoken([both])) == [Cue(1.0, 3.0, (("Ann", "Yes."), ("Ben", "No.")))]


def test_a_new_word_stands_with_the_word_before_it():
    cues = keep_cues(spoken([cleaned(chunk(*CUES), "So we began indeed with the first of them.")]))
    assert texts(cues)[0].startswith("So we began")


def test_a_translation_is_spread_over_the_cues():
    cues = keep_cues(spoken([cleaned(chunk(*CUES), "Also fingen wir mit dem ersten von ihnen an.")]))
    assert len(cues) == 3
    assert " ".join(texts(cues)) == "Also fingen wir mit dem ersten von ihnen an."


# --- reflow -----------------------------------------------------------------------------------------------

LONG = "We came to the river in the evening. It was late, and nobody spoke, so we slept there. " * 12


def lines(cue):
    return [line for line in render_srt([cue]).splitlines()[2:] if line]


@pytest.fixture
def reflown():
    return reflow_cues(spoken([cleaned(chunk(steady(LONG)), LONG)]))


def test_reflown_cues_fit_two_lines(reflown):
    assert all(len(lines(cue)) <= 2 and max(map(len, lines(cue))) <= LINE_CHARACTERS for cue in reflown)


def test_no_cue_overlaps_the_next(reflown):
    assert all(cue.start < cue.end for cue in reflown)
    assert all(cue.end <= after.start for cue, after in pairwise(reflown))


def test_cues_end_where_sentences_do(reflown):
    assert {text[-1] for text in texts(reflown)} <= set(".,")


def test_a_cue_is_shown_as_long_as_it_takes_to_read_where_there_is_room():
    quick = steady("That was over much too quickly for anybody to read it.", each=0.05)
    (cue,) = reflow_cues(spoken([cleaned(chunk(quick), quick.text)]))
    assert len(texts([cue])[0]) / (cue.end - cue.start) <= 17


def test_a_silence_or_another_speaker_ends_a_cue():
    parts = steady("and then", 0.0), steady("it went on", 9.0)
    assert texts(reflow_cues(spoken([cleaned(chunk(*parts), "And then it went on.")]))) == [
        "And then",
        "it went on.",
    ]
    turns = (Turn((steady("yes", 1.0),), "Ann"), Turn((steady("no", 1.4),), "Ben"))
    both = Chunk(0, "yes no", turns=turns), ProcessedChunk(0, "yes no", "Yes. No.", turns=("Yes.", "No."))
    assert [cue.runs for cue in reflow_cues(spoken([both]))] == [(("Ann", "Yes."),), (("Ben", "No."),)]


def test_text_without_spaces_is_broken_into_lines():
    text = "今日は天気がいいから散歩しましょう" * 12
    cues = reflow_cues(spoken([cleaned(chunk(Segment(text, 0.0, 40.0)), text)]))
    assert "".join(texts(cues)) == text
    assert all(len(line) <= LINE_CHARACTERS for cue in cues for line in lines(cue))


WORDS = st.lists(
    st.sampled_from(["a", "river,", "evening.", "so", "unbelievably", "x" * 60]), min_size=1, max_size=60
)


@given(WORDS, st.lists(st.floats(0, 3), min_size=60, max_size=60), st.data())
def test_every_word_stands_in_a_cue_that_is_shown_while_it_is_said(words, gaps, data):
    times, now = [], 0.0
    for gap in gaps[: len(words)]:
        now = round(now + gap, 3)
        times.append(now)
    source = Segment(" ".join(words), times[0], times[-1] + 1.0, None, tuple(times))
    kept = [at for at in range(len(words)) if data.draw(st.booleans())]
    whole = spoken([cleaned(chunk(source), " ".join(words[at] for at in kept))])
    cues = reflow_cues(whole)
    assert "".join("".join(texts(cues)).split()) == "".join(words[at] for at in kept)
    shown = [(cue, len("".join(text.split()))) for cue in cues for text in texts([cue])]
    passed = 0
    for cue, letters in shown:
        inside = [word for word in positions(whole) if passed <= word[0] < passed + letters]
        late = 0.1 * len(cues)  # what is said at the very same moment is shown one after the other
        assert all(cue.start - late <= start <= cue.end + 0.001 for _, start in inside)
        passed += letters


def positions(words):
    """Where each word begins among the letters of all, and when it was said."""
    at = 0
    for word in words:
        yield at, word.start
        at += len(word.text)


# --- files ------------------------------------------------------------------------------------------------


def test_subrip_numbers_its_cues_and_names_the_speaker_when_another_begins():
    cues = [
        Cue(1.0, 2.5, (("Ann", "Yes & no <so>."),)),
        Cue(3.0, 3661.25, (("Ann", "Well."), ("Ben", "Hm."))),
    ]
    assert render_srt(cues) == (
        "1\n00:00:01,000 --> 00:00:02,500\nAnn: Yes & no < so>.\n\n"
        "2\n00:00:03,000 --> 01:01:01,250\nWell.\nBen: Hm.\n"
    )


def test_subrip_names_the_speaker_again_before_words_that_begin_as_with_a_name():
    cues = [Cue(1.0, 2.0, (("Ann", "Yes."),)), Cue(3.0, 4.0, (("Ann", "Ben: I took it."), (None, "Ben: no")))]
    assert "\nAnn: Ben: I took it.\nBen: no\n" in render_srt(cues)


@pytest.mark.parametrize(
    "said",
    ["a <b> c", "</i> c", "a {\\an8}c", "00:00:01,000 --> 00:00:02,000 c", "<!-- a --> b", "<3 and {x} -> c"],
)
def test_no_words_are_obeyed_or_hidden_in_subrip(said):
    text = render_srt([Cue(1.0, 2.0, (("Ann", "Yes."),)), Cue(3.0, 9.0, ((said, said),))])
    _, *words = text.split("\n\n")[1].split("\n")[1:]
    assert not re.search(r"<[A-Za-z/!]|\{\\|-->", " ".join(words))
    assert "".join(words).replace(" ", "") == f"{said}:{said}".replace(" ", "")


@pytest.mark.parametrize("name", ["Ann --", "a --> b", "--"])
def test_no_name_is_an_arrow_in_webvtt(name):
    [_, cue] = render_vtt([Cue(1.0, 2.0, ((name, "Yes."),))]).rstrip("\n").split("\n\n")
    assert cue.count("-->") == 1
    assert html.unescape(cue).endswith(">Yes.")


def test_webvtt_escapes_what_would_be_markup_and_gives_each_his_voice():
    cues = [
        Cue(1.0, 2.5, (("Ann & Co", "Yes & no <so>."),)),
        Cue(3.0, 4.0, (("Ann", "Well."), (None, "[Music]"))),
    ]
    assert render_vtt(cues, "en") == (
        "WEBVTT\nLanguage: en\n\n00:00:01.000 --> 00:00:02.500\n<v Ann &amp; Co>Yes &amp; no &lt;so&gt;.\n\n"
        "00:00:03.000 --> 00:00:04.000\n<v Ann>Well.\n</v>[Music]\n"
    )


@pytest.mark.parametrize(
    "language", ["en\n\n00:00:01.000 --> 00:00:02.000\n<v Ann>No.", "00:00:01.000 --> 00:00:02.000", ""]
)
def test_what_is_no_language_is_no_line_of_webvtt(language):
    assert render_vtt([Cue(1.0, 2.0, (("Ann", "Yes."),))], language) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Ann>Yes.\n"
    )


def test_two_lines_are_of_about_the_same_length():
    text = "A caption that is a little longer than one line"
    assert lines(Cue(0.0, 3.0, ((None, text),))) == ["A caption that is a little", "longer than one line"]


@pytest.mark.parametrize(
    "text",
    [
        "town about we told nobody – town in us houses",
        "town about we all told nobody in the house - and again, of which she had never told anybody at home",
    ],
)
def test_no_line_begins_with_a_dash_as_if_another_spoke(text):
    found = lines(Cue(0.0, 3.0, ((None, text),)))
    assert " ".join(found) == text
    assert not any(line[0] in "-–" for line in found)


# --- scripts without spaces -------------------------------------------------------------------------------

FLOWERS = ["今天我们去公园看花", "那里的花开得很好看", "然后大家一起喝茶聊天"]


def said_without_spaces():
    segments = [Segment(text, 4.0 * at, 4.0 * at + 3.5) for at, text in enumerate(FLOWERS)]
    return spoken([cleaned(chunk(*segments), f"{FLOWERS[0]}，{FLOWERS[1]}。{FLOWERS[2]}。")])


def test_the_cues_of_a_source_keep_their_letters_where_the_spaces_between_them_went():
    found = keep_cues(said_without_spaces())
    assert texts(found) == [f"{FLOWERS[0]}，", f"{FLOWERS[1]}。", f"{FLOWERS[2]}。"]
    assert [(cue.start, cue.end) for cue in found] == [(0.0, 3.5), (4.0, 7.5), (8.0, 11.5)]


def test_letters_that_are_wide_make_lines_of_half_as_many():
    turn = Segment("花" * 200, 0.0, 60.0)
    found = reflow_cues(spoken([cleaned(chunk(turn), "花" * 200)]))
    assert "".join(texts(found)) == "花" * 200
    assert all(len(line) <= LINE_CHARACTERS / 2 for cue in found for line in lines(cue))
    assert all(cue.start < after.start and cue.end <= after.start for cue, after in pairwise(found))


def test_a_kept_cue_that_is_too_long_for_two_lines_has_as_many_as_it_takes():
    assert lines(Cue(0.0, 9.0, ((None, "花" * 50),))) == ["花" * 21, "花" * 21, "花" * 8]


def test_a_cue_that_holds_a_whole_talk_is_broken_in_time_with_its_length():
    def break_it(words):
        assert len(lines(Cue(0.0, 9.0, ((None, "harbour " * words),)))) == words / 5

    assert growth(break_it, 200, 1600) < NEARLY_LINEAR


# --- write and read ---------------------------------------------------------------------------------------

MARKUP = st.sampled_from(["said", "R&D", "a<b", "<i>", "&amp;", "→", "--", "3:15", "naïve,", "我们"])
SPOKEN = st.lists(
    st.tuples(st.lists(MARKUP, min_size=1, max_size=20), st.sampled_from([None, "Ann", "Bo & Co <x>"])),
    min_size=1,
    max_size=12,
)


def made(said):
    """Segments, a second each; every word with a number, since lines that stand twice may roll."""
    numbers = iter(range(10_000))
    return [
        Segment(" ".join(f"{word}{next(numbers)}" for word in words), at * 1.25, at * 1.25 + 1.125, speaker)
        for at, (words, speaker) in enumerate(said)
    ]


def kept(segments):
    turns = tuple(Turn((segment,), segment.speaker) for segment in segments)
    whole = Chunk(0, " ".join(turn.text for turn in turns), turns=turns)
    return keep_cues(spoken([cleaned(whole, *(turn.text for turn in turns))]))


@given(SPOKEN)
def test_what_webvtt_can_hold_goes_through_it_unchanged(said):
    segments = made(said)
    assert list(read(render_vtt(kept(segments)).encode(), "talk.vtt").segments) == segments


@given(SPOKEN)
def test_what_subrip_can_hold_goes_through_it_unchanged(said):
    plain = [(words, None) for words, _ in said]
    segments = [segment for segment in made(plain) if not set("<&") & set(segment.text)]
    if segments:
        assert list(read(render_srt(kept(segments)).encode(), "talk.srt").segments) == segments


def test_captions_are_without_the_spaces_that_joined_captions_left():
    segments = [Segment("它仍然存在 ，但是", 0.0, 2.0), Segment("更深入了。 我们 再来。", 2.0, 4.0)]
    text = "它仍然存在 ，但是 更深入了。 我们 再来。"
    found = [*keep_cues(spoken([cleaned(chunk(*segments), text)]))]
    assert texts(found) == ["它仍然存在，但是", "更深入了。我们再来。"]


def test_a_word_that_two_captions_share_is_one_in_a_caption_of_both():
    segments = [Segment("คุณสามารถท", 0.0, 1.0), Segment("ำได้", 1.0, 2.0)]
    assert texts(reflow_cues(spoken([cleaned(chunk(*segments), "คุณสามารถท ำได้")]))) == ["คุณสามารถทำได้"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "時間が経つにつれて信号が外れてしまう可能性があることは周知のとおり",
            "時間が経つにつれて信号が外れてしまう",
        ),
        ("因为它已经保留了对称性，而运用对称性在数学上通常都有不错的结果", "因为它已经保留了对称性，"),
        ("そこでコンピュータープログラミングの話", "そこでコンピュータープログラミングの話"),
    ],
)
def test_a_line_without_spaces_ends_where_a_word_is_likely_to(text, first):
    assert lines(Cue(0.0, 5.0, ((None, text),)))[0] == first


@pytest.mark.parametrize(
    "text",
    [
        "กำลังดูผลคูณไซน์ที่ไม่มีที่สิ้นสุดนี้ และพวกมัน",
        "मैं आपको एक सरल उदाहरण के द्वारा दिखाता हूँ",
        "مُحَمَّدٌ رَسُولٌ كَرِيمٌ وَهُوَ صَادِقٌ أَمِينٌ",
    ],
)
def test_marks_over_and_under_letters_take_no_room_on_a_line(text):
    assert lines(Cue(0.0, 5.0, ((None, text),))) == [text]


def test_lines_of_korean_are_no_wider_than_those_of_japanese():
    text = "자신의 재에서 다시 날아오르는 새처럼 누가 놀라지 않았을까 " * 3
    assert all(measure_width(line) <= LINE_CHARACTERS for line in lines(Cue(0.0, 9.0, ((None, text),))))
