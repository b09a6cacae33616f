"""What recognisers repeat and make up is taken once or left out; what people say again and again stands."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.formats import read
from daemon.formats.loops import BOILERPLATE, LOOP, find_loops
from daemon.text.transcript import count_words
from tests.unit.growth import NEARLY_LINEAR, growth

GOOD = {"no_speech_prob": 0.02, "avg_logprob": -0.2, "compression_ratio": 1.4}
SILENT = {**GOOD, "no_speech_prob": 0.93}


def whisper(*texts, **figures):
    """A Whisper file with a segment of two seconds for each text; a pair has figures of its own."""
    segments = []
    for at, text in enumerate(texts):
        text, own = text if isinstance(text, tuple) else (text, figures)
        segments.append({"start": 2.0 * at, "end": 2.0 * at + 2, "text": f" {text}", **own})
    return read(json.dumps({"segments": segments, "language": "en"}).encode(), "talk.json")


def srt(*texts):
    cues = (
        f"{n}\n00:00:{2 * n:02},000 --> 00:00:{2 * n + 1:02},500\n{text}\n" for n, text in enumerate(texts)
    )
    return read("\n".join(cues).encode(), "talk.srt")


def said(transcript):
    return " / ".join(segment.text for segment in transcript.segments)


def closes(transcript):
    return transcript.words + sum(transcript.dropped.values()) == transcript.words_in_file


def test_a_segment_that_stands_twelve_times_in_a_row_is_taken_once_and_that_is_said():
    talk = whisper("The mill is old.", *["Its wheel turns in the water."] * 12, "It grinds corn.")
    assert said(talk) == "The mill is old. / Its wheel turns in the water. / It grinds corn."
    assert talk.dropped == {LOOP: 66}
    assert closes(talk)
    [warning] = talk.warnings
    assert "12 times in a row from 00:00:02 on" in warning
    assert "Its wheel turns in the water." in warning


def test_a_phrase_that_loops_inside_a_segment_is_taken_once_with_its_own_time():
    words = "and so we went up the hill " + "to look at the sea " * 7 + "and back"
    talk = srt("Hello there.", words, "It was warm.")
    assert said(talk).startswith("Hello there. / and so we went up the hill to look at the sea / and back")
    assert talk.dropped[LOOP] == 30
    assert closes(talk)


def test_a_loop_over_several_segments_is_taken_once():
    talk = srt("First of all.", *["We saw a ship.", "It had two masts."] * 5, "Then it left.")
    assert said(talk) == "First of all. / We saw a ship. / It had two masts. / Then it left."
    assert closes(talk)


@pytest.mark.parametrize(
    "texts",
    [
        ["No, no, no.", "No, no, no, no, no, no, no."],
        ["No.", "No.", "No.", "No.", "No."],
        ["Thank you.", "Thank you.", "Thank you.", "Thank you.", "Please sit down."],
        ["We want our park back!"] * 9,
        ["Ha, real good !", *["Hoo, ha, we feel !", "Hoo, ha, real good !"] * 4],
        ["♪ Over the hills and far away ♪"] * 6,
        ["Row, row, row, row your boat.", "Let it go, let it go, let it go, let it go."],
        ["Is it late?", "Yes.", "Is it dark?", "Yes."],
        ["We walked to the mill."] * 3,
        ["5 5 5 5 5 5 5 5 5 5"],
    ],
)
def test_what_people_say_again_and_again_stands(texts):
    talk = srt(*texts)
    assert said(talk) == " / ".join(texts)
    assert not talk.warnings


def test_what_two_people_say_in_turn_is_no_loop():
    talk = read(b"Ann: I do not know yet.\n\nBen: I do not know yet.\n\n" * 4, "talk.txt")
    assert len(talk.segments) == 8


def test_figures_that_speak_for_a_phrase_keep_it_and_those_against_it_take_it_away():
    chant = "Bring the ferry back"
    assert len(whisper(*[chant] * 5, **GOOD).segments) == 5
    assert len(whisper(*[chant] * 5, **{**GOOD, "compression_ratio": 3.1}).segments) == 1
    assert len(whisper(*["So it"] * 5, **{**GOOD, "avg_logprob": -1.4}).segments) == 1


@pytest.mark.parametrize(
    "text", ["Thank you for watching!", "Untertitel der Amara.org-Community", "谢谢观看"]
)
def test_boilerplate_goes_where_the_figures_say_that_nobody_spoke(text):
    talk = whisper(("The mill is old.", GOOD), (text, SILENT), ("It grinds corn.", GOOD))
    assert said(talk) == "The mill is old. / It grinds corn."
    assert talk.dropped == {BOILERPLATE: count_words(text)}
    assert closes(talk)
    assert text in talk.warnings[0]


def test_boilerplate_goes_where_it_loops():
    talk = srt("The mill is old.", *["Thanks for watching!"] * 12)
    assert said(talk) == "The mill is old."
    assert "12 times" in talk.warnings[0]
    assert closes(talk)


def test_boilerplate_without_figures_stands_with_a_warning_and_with_good_ones_without():
    talk = srt("The mill is old.", "Thanks for watching!")
    assert said(talk).endswith("Thanks for watching!")
    assert "It was kept." in talk.warnings[0]
    assert not whisper("The mill is old.", "Thanks for watching!", **GOOD).warnings


def test_boilerplate_inside_a_sentence_is_speech():
    text = "He said thanks for watching and left."
    assert said(whisper((text, SILENT))) == text


def restored(talk):
    """The words of a transcript with what was left out at its place again."""
    words = " ".join(segment.text for segment in talk.segments).split()
    for left_out in reversed(talk.left_out):
        words[left_out.place : left_out.place] = left_out.text.split()
    return " ".join(words)


def test_what_is_left_out_is_known_by_its_place():
    texts = ["Thanks for watching!"] * 4 + ["The mill is old."] + ["Its wheel turns in the water."] * 5
    texts += ["It grinds corn.", *["Thanks for watching!"] * 5]
    talk = srt(*texts)
    assert said(talk) == "The mill is old. / Its wheel turns in the water. / It grinds corn."
    assert [(one.place, one.reason) for one in talk.left_out] == [
        (0, BOILERPLATE),
        (10, LOOP),
        (13, BOILERPLATE),
    ]
    assert restored(talk) == " ".join(texts)


def test_a_loop_is_cut_where_its_phrase_begins():
    talk = srt("There is the water.", *["Its wheel turns in the water."] * 5, "Its wheel is old.")
    assert talk.left_out[0].text.startswith("Its wheel")
    assert "“Its wheel turns in the water.”" in talk.warnings[0]


def test_a_loop_in_a_text_without_times_is_taken_once():
    lines = ["The mill is old.", *["Its wheel turns in the water."] * 9, "It grinds corn."]
    talk = read("\n".join(lines).encode(), "talk.txt")
    assert said(talk) == "The mill is old. Its wheel turns in the water. It grinds corn."
    assert talk.dropped == {LOOP: 48}
    assert restored(talk) == " ".join(lines)
    assert closes(talk)


def test_boilerplate_in_a_text_without_times_is_taken_once():
    talk = read(b"The mill is old.\n" + b"Thanks for watching!\n" * 12, "talk.txt")
    assert said(talk) == "The mill is old. Thanks for watching!"


@pytest.mark.parametrize(
    "text", ["No, no, no, no, no, no.", "We want our park back! " * 9, "ha ha ha ha ha ha ha ha"]
)
def test_what_people_say_again_and_again_stands_without_times_too(text):
    assert read(f"So they went on. {text}\n".encode(), "talk.txt").words == 4 + count_words(text)


@pytest.mark.parametrize("many", ["ALL", "Crowd", "Choir", "Publikum"])
def test_what_many_say_together_stands(many):
    chant = "Give the lake back to us. " * 5
    talk = read(f"Ann: Listen.\n\n{many}: {chant}\n\nAnn: So.\n\n{many}: Yes.".encode(), "a.txt")
    assert talk.words == 2 + 30 + 1


@given(st.lists(st.sampled_from("a b c d".split()), max_size=60))
def test_what_is_found_repeats_and_nothing_else_does(keys):
    found = list(find_loops(keys))
    for loop in found:
        phrase = keys[loop.first : loop.first + loop.length]
        assert keys[loop.first : loop.end] == phrase * loop.times
        assert loop.times >= 4
    ends = [0, *(loop.end for loop in found)]
    assert all(loop.first >= end for loop, end in zip(found, ends, strict=False))
    runs = {at for at in range(len(keys) - 3) if len(set(keys[at : at + 4])) == 1}
    covered = {at for loop in found for at in range(loop.first, loop.end)}
    assert runs <= covered


@given(
    st.lists(
        st.sampled_from(["we saw the sea.", "it was so.", "no.", "go on!", "Thanks for watching!"]),
        min_size=1,
    ),
    st.sampled_from([GOOD, SILENT, {}]),
)
def test_the_account_closes_whatever_loops(texts, figures):
    talk = whisper("At last there.", *texts, **figures)
    assert closes(talk)
    assert restored(talk) == " ".join(["At last there.", *texts])


NEARLY = (*(["the", "sea"] * 29), "so")  # repeats for as long as a phrase may be, and then doesn't


@pytest.mark.long
@pytest.mark.parametrize("phrase", [("the", "sea", "and", "the", "hill", "the"), NEARLY, ("go", "go", "on")])
def test_the_work_grows_with_the_words(phrase):
    def look(count):
        numbered = (word for n in range(count) for word in (*phrase, f"place{n}"))
        return list(find_loops(list(numbered)))

    assert growth(look, 400, 3200) < NEARLY_LINEAR


CHORUS = "we walk along the river"


@pytest.mark.parametrize(
    "texts",
    [
        ["[music]", *[CHORUS] * 5, "thank you all"],
        ["hello", "(crowd chanting)", *[CHORUS] * 4, "and so we went"],
        [*[CHORUS] * 4, "the water is high", "and the boats are gone", CHORUS, "and the night is long"],
    ],
)
def test_a_chorus_lives_where_no_figures_speak_against_it(texts):
    transcript = srt(*texts)
    assert said(transcript) == " / ".join(texts)
    assert "may be sung" in transcript.warnings[0]


def test_a_phrase_that_nothing_says_is_sung_is_taken_once():
    assert said(srt("hello", *[CHORUS] * 5, "and so we went")) == f"hello / {CHORUS} / and so we went"


def test_what_stands_too_often_for_a_song_is_taken_once():
    assert said(srt("[music]", *[CHORUS] * 12, "well")) == f"[music] / {CHORUS} / well"


def test_a_few_words_whose_marks_differ_each_time_were_written_down_by_somebody():
    marks = ["", ",", "?", "!", ",", "?", "", "!", ".", "…"]
    sung = " ".join(f"for ever{mark}" if mark != "…" else "for ever…" for mark in marks)
    alike = " ".join(["for ever,"] * 10)
    assert said(srt("well", sung, "so")) == f"well / {sung} / so"
    assert said(srt("well", alike, "so")) == "well / for ever, / so"


SOUNDS = "door slams,wind howls,dog barks,glass breaks,bell rings,rain falls,birds sing,engine starts"


def test_what_captions_by_people_repeat_was_said_so():
    sounds = [f"({sound})" for sound in SOUNDS.split(",")]
    texts = ["Now go.", "Big guy.", " ".join(["Big guy."] * 3), " ".join(["Big guy."] * 4), "Yikes."]
    transcript = srt(*sounds[:4], *texts, *sounds[4:])
    assert said(transcript) == " / ".join([*sounds[:4], *texts, *sounds[4:]])
    assert "It was kept" in transcript.warnings[0]


@pytest.mark.parametrize("sounds", [["(music)"] * 12, ["(wind howls)", "(dog barks)"]])
def test_a_few_sounds_alone_show_no_people_s_work(sounds):
    looped = srt(*sounds, "Now go.", " ".join(["Big guy."] * 8), "Yikes.")
    assert said(looped).endswith("Now go. / Big guy. / Yikes.")
