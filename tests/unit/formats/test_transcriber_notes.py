"""What somebody noted while typing is not spoken; what people say stands, be it of tapes."""

import pytest

from daemon.formats import read
from daemon.formats.documents.lines.transcriber_notes import _is_about_tapes
from tests.unit.formats.account import checked


def said(content, name="a.txt"):
    return [(one.speaker, one.text) for one in checked(content.encode(), name).segments]


def test_notes_between_hash_signs_are_no_words_where_times_are_written_so():
    content = (
        "I: Wie kamen Sie her? #00:00:12-3#\n"
        "B: Im Winter. #lacht# Wir gingen #Pause# zu Fuß. #unv. 00:00:30-0# #00:00:40-1#\n"
        "I: Zu Fuß? #00:00:44-0#\nB: Ja, zu Fuß. #00:00:50-0#\n"
    )
    assert [text for _, text in said(content)] == [
        "Wie kamen Sie her?",
        "Im Winter. Wir gingen zu Fuß.",
        "Zu Fuß?",
        "Ja, zu Fuß.",
    ]


def test_hash_signs_elsewhere_are_words():
    assert said("We took the #blue #green ones home.\n")[0][1] == "We took the #blue #green ones home."


@pytest.mark.parametrize(
    "line",
    [
        "TAPE 1, SIDE A",
        "END OF SIDE 2",
        "[END OF SIDE TWO; BEGIN TAPE TWO]",
        "(Begin Tape 1, Side B)",
        "End of interview",
        "[End of Recording]",
        "Ende der Kassette 1",
        "Fin de la face B",
        "*** FIN DE LA CINTA 3 ***",
        "Конец кассеты 2",
    ],
)
def test_the_end_of_a_tape_is_nobodys_word(line):
    assert said(f"Q: Did he like it?\n\nA: No.\n\n{line}\n\nQ: And she?\n\nA: She sewed.\n") == [
        ("Q", "Did he like it?"),
        ("A", "No."),
        ("Q", "And she?"),
        ("A", "She sewed."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "The tape ended.",
        "It was side two of the tape.",
        "Two of them.",
        "Interview",
        "One, two, three.",
        "Part 2",
    ],
)
def test_a_sentence_of_tapes_is_none_of_these(line):
    assert not _is_about_tapes(line)


def test_tags_of_ones_own_making_are_no_words_though_they_are_not_closed():
    content = "Ann: We went <laughs> to the <foreign>Esperanza.\nBen: Which <coughs> ship?\n"
    content += "Ann: The <unclear> one.\n"
    assert said(content) == [
        ("Ann", "We went to the Esperanza."),
        ("Ben", "Which ship?"),
        ("Ann", "The [unclear] one."),
    ]


def test_those_who_write_in_angle_brackets_are_no_tags():
    content = "<ann_b> hello there\n<ben> hi ann\n<ann_b> shall we begin\n<ben> yes please\n"
    assert [speaker for speaker, _ in said(content)] == ["ann_b", "ben", "ann_b", "ben"]


def test_the_heads_of_a_saved_chat_say_who_writes():
    content = (
        "17:01:22 From Ann Berg to Everyone:\n\tGood morning all\n"
        "17:02:10 From Ben to Everyone:\n\tCan you hear us?\n"
        "17:02:40 From Ann Berg to Ben (Direct Message):\n\tYes, fine.\n"
        "17:03:00 From Ben to Everyone : Great, let us start.\n"
    )
    assert said(content) == [
        ("Ann Berg", "Good morning all"),
        ("Ben", "Can you hear us?"),
        ("Ann Berg", "Yes, fine."),
        ("Ben", "Great, let us start."),
    ]


def test_what_goes_from_one_to_another_in_speech_is_no_head_of_a_chat():
    content = "From Leeds to York:\nit rained.\n\nFrom York to Hull:\nit snowed.\n"
    assert "From Leeds to York" in " ".join(one.text for one in read(content.encode(), "a.txt").segments)


def test_a_time_inside_a_word_parts_no_word():
    checked(b"1\n00:00:01#00:00:01#0:01#0:01#0:01#", "a.srt")
    checked(b"I: Aa.#00:00:03-1#. Bb. #00:00:07-1#\nB: Cc. #00:00:09-1#\n", "a.txt")


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("the perro@s:spa is here .", "the perro is here."),
        ("no@s:eng&spa puppies@s:eng+spa now .", "no puppies now."),
        ("m:hm no:: way .", "mhm no way."),
        ("ba^na^nas at 10:30 .", "bananas at 10:30."),
        ("it was ∆fast∆ ↗ and °soft° .", "it was fast and soft."),
        ("&{l=laugh it is so &}l=laugh .", "it is so."),
        ("that (1.5) is ⌈2 so ⌉2 (2.) .", "that is so."),
        ("at ⌈10:30⌉ ⌊5 of us⌋ came .", "at 10:30 5 of us came."),
        ("⌈2 yes ⌉2 and ⌈20 people⌉ .", "yes and 20 people."),
        ("pe(rro)@s:spa [% he said &*BEN:yes loud] .", "perro."),
        ('it is so . %snd:"tape"_1000_2000', "it is so."),
    ],
)
def test_how_a_word_of_chat_sounds_and_which_language_it_is_are_told_of_it_and_not_said(written, spoken):
    assert said(f"@UTF8\n@Begin\n*ANN:\t{written}\n@End\n", "a.cha") == [("ANN", spoken)]


def test_what_somebody_else_says_within_a_turn_of_chat_is_theirs():
    chat = "@UTF8\n@Begin\n*ANN:\tit was late &*BEN:oh_yes and it rained . 100_900\n*ANN:\t0 .\n@End\n"
    assert said(chat, "a.cha") == [("ANN", "it was late"), ("BEN", "oh yes"), ("ANN", "and it rained.")]
    at_once = "@UTF8\n@Begin\n*ANN:\tso &*BEN:⌈yes⌉ it is &*BEN:&=laughs .\n@End\n"
    assert said(at_once, "a.cha") == [("ANN", "so"), ("BEN", "yes"), ("ANN", "it is.")]
    asked = "@UTF8\n@Begin\n*ANN:\tyou did &*BEN:mhm ?\n@End\n"
    assert said(asked, "a.cha") == [("ANN", "you did?"), ("BEN", "mhm")]


@pytest.mark.parametrize(
    "heading",
    [
        "Cross-examination by MS ORR", "Examination-in-chief by MR DALE (continued)", "Examined by Mr. Nice:",
        "<FURTHER CROSS-EXAMINATION BY MR DALE:", "Re-examination by Mr D'Arcy", "[End of Track 1 0:31:20]",
        "Track 2", "[Start of Track 2 0:00:00]",
    ],
)  # fmt: skip
def test_headings_of_witnesses_and_tracks_are_nobodys(heading):
    content = (
        f"MR DALE: My Lord, I call her.\nA. On Mill Street.\n\n{heading}\n\nQ. When?\nA. In May.\nQ. So?\n"
    )
    segments = checked(content.encode(), "a.txt").segments
    assert heading not in " ".join(s.text for s in segments)
    assert [s.speaker for s in segments] == ["MR DALE", "A", "Q", "A", "Q"]


@pytest.mark.parametrize(
    "line",
    ["the end of the file.", "end of the audio", "The end of the video.", "Start the video.",
     "Track two.", "Track 2.", "examined by Dr. Weiss"],
)  # fmt: skip
def test_a_line_within_speech_that_names_tapes_or_examiners_is_said(line):
    content = f"Ann: And then?\nBen: So we came to\n{line}\nand went home.\nAnn: Good.\n"
    assert said(content)[1] == ("Ben", f"So we came to {line} and went home.")


def test_who_says_that_somebody_was_examined_says_it():
    content = "Ann: And then?\nBen: I was examined by Dr Ek\nAnn: Where?\nBen: In York.\n"
    assert "I was examined by Dr Ek" in [s.text for s in checked(content.encode(), "a.txt").segments]


@pytest.mark.parametrize(
    "noted",
    [
        "                              {time}  1430", "[[Page H123]]", "• (10 h 20) •",
        "Reference 2 - 2.10% Coverage", "<Files\\\\Interview 3> - § 2 references coded  [4.21% Coverage]",
    ],
)  # fmt: skip
def test_what_a_record_or_a_program_sets_between_turns_is_nobodys(noted):
    content = f"Ann: It rained.\n\n{noted}\n\nBen: I see.\n\nAnn: All day.\n"
    assert said(content) == [("Ann", "It rained."), ("Ben", "I see."), ("Ann", "All day.")]
