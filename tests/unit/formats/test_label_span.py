"""How long a name holds in captions: films' name only who isn't seen, transcripts each who begins."""

import pytest

from daemon.formats import read


def captions(*cues):
    """The transcript of cues of two seconds each, in a row."""
    numbered = enumerate(cues)
    return read("\n\n".join(f"{timing(at)}\n{text}" for at, text in numbered).encode(), "a.srt")


def timing(at):
    return (
        f"00:{2 * at // 60:02}:{2 * at % 60:02},000 --> 00:{(2 * at + 2) // 60:02}:{(2 * at + 2) % 60:02},000"
    )


def spoken(transcript):
    return [(s.speaker, s.text) for s in transcript.segments]


SOUNDS = ("(wind howling)", "(a door slams)", "(dog barking)", "(bell rings)", "(glass breaks)")
SEEN = ("Shut that.", "I can't.", "Why not?", "It sticks.", "Push it.", "You push it.")


@pytest.mark.parametrize(
    "film",
    [
        SOUNDS,  # what is heard stands alone
        ("-Here.\n-Where?", "-There.\n-Oh.", "-Now.\n-Yes."),  # dashes mark who speaks, without a name
    ],
)
def test_in_subtitles_of_a_film_a_name_holds_for_its_own_caption(film):
    transcript = captions(
        *film, *SEEN, "OSKAR: The ice is thin.", "Come back!", "OSKAR: I told you,", "and you laughed.", "So?"
    )
    assert spoken(transcript)[-5:] == [
        ("OSKAR", "The ice is thin."),
        (None, "Come back!"),
        ("OSKAR", "I told you,"),
        ("OSKAR", "and you laughed."),
        (None, "So?"),
    ]
    assert any("as in subtitles of a film" in warning for warning in transcript.warnings)


def test_in_a_transcript_a_name_holds_until_the_next_one():
    turns = (
        "Ida: Good morning.",
        "Did you sleep?",
        "Kurt: Hardly.",
        "The wind kept on.",
        "Ida: [sighs]",
        "Again.",
    )
    transcript = captions(*turns)
    assert [speaker for speaker, _ in spoken(transcript)] == ["Ida", "Ida", "Kurt", "Kurt", "Ida", "Ida"]
    assert not transcript.warnings


def test_the_only_name_in_capitals_of_a_film_is_believed():
    told = spoken(captions(*SOUNDS, *SEEN, "NARRATOR:\nHe left.", "Sit down."))
    assert told[-2:] == [("NARRATOR", "He left."), (None, "Sit down.")]


def test_a_dash_without_a_name_is_somebody_elses_in_a_film():
    told = spoken(captions(*SOUNDS, *SEEN, "-OSKAR: Who's there?\n-Me.", "OSKAR: Go.", "No."))
    assert told[-4:] == [("OSKAR", "Who's there?"), (None, "-Me."), ("OSKAR", "Go."), (None, "No.")]


def test_who_is_only_a_man_or_a_woman_is_not_seen():
    told = spoken(
        captions("WOMAN: Is he in?", "No.", "MAN: Who asks?", "I do.", "He left.", "WOMAN: When?", "At six.")
    )
    assert [speaker for speaker, _ in told] == ["WOMAN", None, "MAN", None, None, "WOMAN", None]


def test_a_name_in_capitals_that_stands_once_is_believed_for_its_caption():
    told = spoken(
        captions(*SOUNDS, *SEEN, "OSKAR: Here.", "Yes.", "OSKAR: Now.", "MARTA LIND: Wait.", "Why?")
    )
    assert told[-2:] == [("MARTA LIND", "Wait."), (None, "Why?")]


BOXED = (
    *SEEN,
    "[Oskar] Come in, Marta.",
    "Oskar, it's cold.",
    "[Marta] Thank you.",
    "Sit down, Oskar!",
    "Marta?",
)


def test_names_in_brackets_by_which_people_are_called_are_who_speaks():
    told = spoken(captions(*BOXED, "[Oskar]\nAre you alone?", "[Marta] I am.", "[sighs] Well."))
    assert told[6:] == [
        ("Oskar", "Come in, Marta."),
        (None, "Oskar, it's cold."),
        ("Marta", "Thank you."),
        (None, "Sit down, Oskar!"),
        (None, "Marta?"),
        ("Oskar", "Are you alone?"),
        ("Marta", "I am."),
        (None, "[sighs] Well."),
    ]


def test_a_name_in_brackets_at_which_the_words_begin_without_a_space_is_who_speaks():
    told = spoken(captions(*BOXED, "[Oskar]<i>Are you alone?</i>", "[Marta] I am."))
    assert told[-2:] == [("Oskar", "Are you alone?"), ("Marta", "I am.")]


@pytest.mark.parametrize("name", ["man", "WOMAN 2", "Boy"])
def test_who_is_not_known_may_stand_in_brackets(name):
    assert spoken(captions(*SEEN, f"({name}) Who is it?", "Me."))[-2:] == [
        (name, "Who is it?"),
        (None, "Me."),
    ]


@pytest.mark.parametrize("sound", ["[Thunder]", "[Whispering]", "[In Polish]", "(LAUGHS)", "[Music]"])
def test_what_is_heard_is_nobody(sound):
    told = spoken(captions(*BOXED, *BOXED, f"{sound} No.", f"{sound} Yes.", sound))
    assert told[-3:] == [(None, f"{sound} No."), (None, f"{sound} Yes."), (None, sound)]


def test_subtitles_that_name_only_their_maker_have_no_speaker():
    lines = [f"Line {n}." for n in range(400)]
    told = spoken(captions("Subtitles: somebody", *lines, "Subtitles: somebody"))
    assert {speaker for speaker, _ in told} == {None}


def test_captions_that_nearly_all_begin_with_a_name_in_brackets_may_write_it_small():
    cues = [
        f"({name})\n{text}" for text in ("It rains", "again today") * 3 for name in ("ida lund", "Kurt Holm")
    ]
    told = spoken(captions(*cues, "(ida lund)\nYes.\n-\n \n(Kurt Holm)\nNo."))
    assert told[:2] == [("ida lund", "It rains"), ("Kurt Holm", "It rains")]
    assert told[-2:] == [("ida lund", "Yes."), ("Kurt Holm", "No.")]


def test_where_captions_name_so_many_nobody_need_be_called():
    told = spoken(
        captions("[Professor] Hello.", "[Student] Hi.", "[Professor] Sit.", "Here.", "[Student] Thanks.")
    )
    assert [speaker for speaker, _ in told] == ["Professor", "Student", "Professor", "Professor", "Student"]
