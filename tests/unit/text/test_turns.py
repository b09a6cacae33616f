"""What one speaker says until another speaks, or until a long pause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from daemon.text.transcript import Segment
from daemon.text.turns import ENOUGH_WORDS, split, turns_of
from tests.unit.growth import NEARLY_LINEAR, growth


def said(count, start=None, end=None, speaker=None, word="word"):
    return Segment(" ".join([word] * count), start, end, speaker)


def texts(segments):
    return [turn.text for turn in turns_of(segments)]


def lengths(segments):
    return [len(text.split()) for text in texts(segments)]


def test_a_turn_ends_where_the_speaker_changes():
    segments = [
        Segment("Hello", speaker="Ann"),
        Segment("everyone.", speaker="Ann"),
        Segment("Hi.", speaker="Ben"),
        Segment("Well.", speaker="Ann"),
    ]
    assert texts(segments) == ["Hello everyone.", "Hi.", "Well."]
    assert [turn.speaker for turn in turns_of(segments)] == ["Ann", "Ben", "Ann"]


def test_a_speaker_who_pauses_still_has_the_turn():
    assert lengths([said(80, 0, 30, "Ann"), said(80, 90, 120, "Ann")]) == [160]


def test_what_nobody_is_named_for_is_a_turn_of_its_own():
    assert lengths([said(1, 0, 1, "Ann"), said(2, 1, 2), said(3, 2, 3, "Ann")]) == [1, 2, 3]


def test_without_speakers_a_long_pause_ends_a_turn_of_enough_words():
    assert lengths([said(ENOUGH_WORDS, 0, 20), said(5, 22, 24)]) == [ENOUGH_WORDS, 5]


def test_a_short_pause_ends_no_turn():
    assert lengths([said(ENOUGH_WORDS, 0, 20), said(5, 21.5, 24)]) == [ENOUGH_WORDS + 5]


def test_a_pause_after_a_few_words_ends_no_turn():
    assert lengths([said(5, 0, 2), said(5, 30, 32)]) == [10]


def test_without_times_and_speakers_a_paragraph_of_the_source_is_a_turn():
    assert lengths([said(3), said(200), said(4)]) == [3, 200, 4]


def test_a_pause_inside_a_segment_with_word_times_ends_the_turn_there():
    times = tuple([0.3 * n for n in range(ENOUGH_WORDS)] + [60.0, 60.3])
    segment = Segment(" ".join(["word"] * len(times)), 0.0, 61.0, times=times)
    first, second = turns_of([segment])
    assert len(first.text.split()) == ENOUGH_WORDS
    assert second.start == 60.0
    assert second.word_times() == [60.0, 60.3]


def test_a_cue_stretched_over_a_silence_hides_no_pause():
    """Rolling captions stay on the screen until the next one: their end is not the end of speech."""
    times = tuple(0.3 * n for n in range(ENOUGH_WORDS))
    stretched = Segment(" ".join(["word"] * ENOUGH_WORDS), 0.0, 40.0, times=times)
    assert lengths([stretched, said(5, 40, 42)]) == [ENOUGH_WORDS, 5]


def test_no_segments_make_no_turns():
    assert turns_of([]) == []


@st.composite
def segments(draw):
    out, now = [], 0.0
    for _ in range(draw(st.integers(0, 8))):
        words = draw(st.lists(st.sampled_from(["a", "bb", "c."]), min_size=1, max_size=90))
        start = now = now + draw(st.sampled_from([0.0, 0.5, 5.0]))
        times = []
        for _ in words:
            times.append(now)
            now += draw(st.sampled_from([0.25, 0.5, 4.0])) if len(times) % 9 == 0 else 0.25
        kind = draw(st.sampled_from(["words", "cue", "untimed"]))
        speaker = draw(st.sampled_from([None, None, "Ann"]))
        text = " ".join(words)
        if kind == "untimed":
            out.append(Segment(text, speaker=speaker))
        else:
            out.append(Segment(text, start, now, speaker, tuple(times) if kind == "words" else None))
    return out


@given(segments())
def test_every_word_is_in_one_turn_with_its_time_and_speaker(given_segments):
    turns = turns_of(given_segments)
    assert [w for t in turns for w in t.text.split()] == [w for s in given_segments for w in s.text.split()]
    assert [x for t in turns for x in t.word_times()] == [x for s in given_segments for x in s.word_times()]
    spoken = [turn.speaker for turn in turns for _ in turn.text.split()]
    assert spoken == [segment.speaker for segment in given_segments for _ in segment.text.split()]


@given(st.integers(2, 40), st.data())
def test_a_split_is_what_cuts_one_after_the_other_give(count, data):
    places = sorted(data.draw(st.sets(st.integers(1, count - 1), max_size=5)))
    whole = Segment(" ".join(["word"] * count), 1.0, 99.0, "Ann", tuple(float(n) for n in range(count)))
    expected, done = [whole], 0
    for place in places:
        expected[-1:] = expected[-1].cut(place - done)
        done = place
    assert split(whole, places) == expected


def test_a_long_segment_is_split_in_linear_time():
    def split_it(words):
        pieces = split(said(words, 0, 40_000), range(500, words, 500))
        assert len(pieces) == words // 500

    assert growth(split_it, 12_500, 100_000) < NEARLY_LINEAR


def long_speech(end):
    """Sentences of 70 words in all, the last one cut off by `end`, then more after a silence of 3 s."""
    cues = [("The boats came in before the sun was up again.", 2.0 * n, 2.0 * n + 1.9) for n in range(6)]
    return [Segment(*cue) for cue in [*cues, (f"And when we had tied them to the old wall{end}", 12.0, 14.0)]]


def test_a_pause_inside_a_sentence_ends_no_turn():
    rest = [Segment("we went home.", 17.0, 19.0), Segment("Nobody spoke.", 22.0, 23.0)]
    turns = turns_of([*long_speech(","), *rest])
    assert [turn.text.split()[-1] for turn in turns] == ["home.", "spoke."]


@pytest.mark.parametrize("end", [".", "!", "?”", "…"])
def test_a_pause_after_a_sentence_ends_a_turn(end):
    turns = turns_of([*long_speech(end), Segment("We went home.", 17.0, 19.0)])
    assert [turn.text.split()[-1] for turn in turns] == [f"wall{end}", "home."]


def test_where_sentences_have_no_marks_any_pause_ends_a_turn():
    plain = [replace(cue, text=cue.text.strip(".")) for cue in long_speech("")]
    assert len(turns_of([*plain, Segment("we went home", 17.0, 19.0)])) == 2


def test_letters_of_a_script_without_spaces_count_as_words():
    thai = [Segment("ฉันคิดว่าเราควรพูดถึงสิ่งที่เกิดขึ้น" * 4, 10.0 * n, 10.0 * n + 4) for n in range(3)]
    assert len(turns_of(thai)) == 3
