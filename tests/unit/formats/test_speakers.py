"""Who speaks: labels in every script and notation, notes that are none, and lines that stay in doubt."""

import pytest

from daemon.formats import read
from daemon.formats.speakers.inner_labels import split_at_speakers
from daemon.formats.speakers.names import Likeness, is_generic, is_name, likeness_of
from daemon.formats.word_account import Reading
from tests.unit.growth import NEARLY_LINEAR, growth


def turns(content, name="a.txt"):
    return [(s.speaker, s.text) for s in read(content.encode(), name).segments]


def speakers(content, name="a.txt"):
    return [speaker for speaker, _ in turns(content, name)]


def captions(*cues):
    parts = (f"00:{at:02d}:00,000 --> 00:{at:02d}:09,000\n{cue}\n" for at, cue in enumerate(cues))
    return read("\n".join(parts).encode(), "a.srt")


@pytest.mark.parametrize(
    "name",
    [
        "Speaker 1", "SPEAKER_01", "Speaker A", "S2", "Sprecher 2", "Sprecherin 2", "Sprecher:in 1",
        "Locuteur 1",
        "Intervenante 3", "Hablante 1", "Спикер 1", "Спикер №2", "Konuşmacı 1", "話者1",
        "说话人 2", "화자 1", "المتحدث 1", "דובר 2", "वक्ता 1", "Speaker ?", "Unknown speaker", "Speaker #3",
    ],
)  # fmt: skip
def test_what_programs_call_a_speaker_is_one_wherever_it_stands(name):
    assert is_generic(name)
    rest = "".join(f"We went on for {n} miles.\n" for n in range(30))
    assert (name, "Hello.") in turns(f"Before.\n\n{name}: Hello.\n\n{rest}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann | Org", "Ben Ray"), ("Ann + Ben", "Leo"), ("Ann 🌻", "Leo"), ("+49 30 555 0101", "Leo"),
        ("Ann @ Acme", "Bob/IT"), ("Ann (she/her)", "Sam [they/them]"), ("ann.lee", "Leo"), ("You", "Leo"),
        ("I", "B"), ("A", "B"), ("IP", "I"), ("B1", "I"), ("F", "A"),
        ("Müller, Schriftführer", "Präsidentin"),
        ("Leo (Westfield—Minister for Ports)", "The SPEAKER"), ("El señor PRESIDENTE", "La señora RUIZ"),
        ("Renée".replace("é", "e\u0301"), "Anne"), ("ผู้ดำเนินรายการ", "แขก"), ("श्रीमती शर्मा", "अतिथि"),
        ("רָחֵל", "דוד"), ("المذيع", "الضيف"), ("司会者", "田中"), ("진행자", "김철수"), ("Λένα", "Νίκος"),
        ("ব্যোমকেশ", "অজিত"), ("می‌نا", "رضا"), ("NL, LH, MM", "LH"), ("MAN 2", "BAKER AS A BOY"),
        ("Dr. Weidel [XYZ]", "Nom"), ("15550104567", "Leo"), ("1555*****67", "Leo"), ("??", "Leo"),
        ("Spectateur n° 2", "Spectateur n° 1"), ("Mme Brandt, présidente", "M. Weil, secrétaire d'État"),
        ("Dr. Lorenz, Staatssekretär im Ministerium für Häfen", "Präsidentin"),
    ],
)  # fmt: skip
def test_names_of_every_script_and_notation_label_their_turns(one, other):
    content = f"{one}: Aa bb.\n{other}: Cc dd.\n{one}: Ee ff.\n{other}: Gg hh.\n"
    assert turns(content) == [(one, "Aa bb."), (other, "Cc dd."), (one, "Ee ff."), (other, "Gg hh.")]
    lines = content.splitlines()
    assert [s.speaker for s in captions(*lines).segments] == [one, other, one, other]


@pytest.mark.parametrize(
    "note",
    [
        "Erstens: der Hafen.", "Nota: se corta.", "Fazit: gut.", "Premièrement: le port.", "Во-первых: порт.",
        "Zum Beispiel: Brot.", "Por ejemplo: pan.", "Uwaga: to ważne.", "Note: the end.", "He said: go.",
        "(Language: German)", "例えば: パン。", "Important: bread.", "3:1 is the mix.",
        "(Call from the\nXYZ: Why?)",
        "I say it so: it is wet.", "My point is: eat.", "“So: eat.”", "Is it? No: never.",
    ],
)  # fmt: skip
def test_a_note_with_a_colon_stays_the_speakers(note):
    content = f"Ann: We talk of bread.\nBen: We do.\nAnn: Two things.\n{note}\nBen: Thanks.\nAnn: Good.\n"
    transcript = read(content.encode(), "a.txt")
    assert [s.speaker for s in transcript.segments] == ["Ann", "Ben", "Ann", "Ben", "Ann"]
    assert " ".join(note.split()) in transcript.segments[2].text
    assert transcript.warnings == ()


def test_a_line_that_opens_like_a_label_and_may_be_none_is_nobodys_and_told():
    prose = "The flour stood on the shelf.\n\n" * 40
    end = "Ann: Yes.\n\nKeynote Day: We begin.\n\nIt goes on.\n\nBen: Good.\n"
    content = f"Bread.\n\nAnn: {prose}Ben: {prose}{end}"
    transcript = read(content.encode(), "a.txt")
    said = [(s.speaker, s.text) for s in transcript.segments]
    assert said[-4:] == [
        ("Ann", "Yes."),
        (None, "Keynote Day: We begin."),
        (None, "It goes on."),
        ("Ben", "Good."),
    ]
    assert "“Keynote Day”" in transcript.warnings[0]


def test_so_it_is_in_captions():
    said = [
        "The bread.",
        "ANN: Every loaf begins so.",
        *["It needs a night."] * 40,
        "Tall Man: No hurry.",
        "Why?",
        "ANN: So.",
    ]
    transcript = captions(*said)
    assert [(s.speaker, s.text) for s in transcript.segments][-3:] == [
        (None, "Tall Man: No hurry."), (None, "Why?"), ("ANN", "So."),
    ]  # fmt: skip
    assert "“Tall Man”" in transcript.warnings[0]


def test_nothing_is_in_doubt_where_no_labels_are_used():
    content = "We left.\n\nParis: a city.\n\n" + "".join(f"We went on for {n} miles.\n\n" for n in range(40))
    assert read(content.encode(), "a.txt").warnings == ()


def test_answers_to_choose_from_are_no_speakers():
    content = "Ann: Which one?\nA: red\nB: blue\nBen: The red one.\nAnn: Good.\nBen: Yes.\n"
    assert set(speakers(content)) == {"Ann", "Ben", None}


def test_a_topic_in_bold_is_no_speaker_among_names_that_are_marked_otherwise():
    content = (
        "- **Seed Choice**: We talked.\n- **Next Steps**: Nora writes.\n\n"
        "**Nora:** Shall we?\n\n**Pavel:** Yes, please.\n\n**Nora:** Then the seed.\n\n**Pavel:** Good.\n"
    )
    assert set(speakers(content, "a.md")) == {None, "Nora", "Pavel"}


@pytest.mark.parametrize(
    "content",
    [
        "Speaker 1\n00:00:15\nHello.\n\nSpeaker 2\n00:01:15\nHi there.\n",
        "00:00:15\nSpeaker 1\nHello.\n\n00:01:15\nSpeaker 2\nHi there.\n",
        "00:15 Speaker 1\nHello.\n\n01:15 Speaker 2\nHi there.\n",
        "[Speaker 1 00:15] Hello.\n[Speaker 2 01:15] Hi there.\n",
        "[00:15 Speaker 1] Hello.\n[01:15 Speaker 2] Hi there.\n",
        "Speaker 1 | 00:15\nHello.\n\nSpeaker 2 | 01:15\nHi there.\n",
        "Speaker 1 - 00:15\nHello.\n\nSpeaker 2 - 01:15\nHi there.\n",
        "Speaker 1 [00:15] Hello.\n\nSpeaker 2 [01:15] Hi there.\n",
        "### Speaker 1 (00:15)\n\nHello.\n\n### Speaker 2 (01:15)\n\nHi there.\n",
        "**Speaker 1** [00:15](https://a.b/c?t=15s): Hello.\n\n**Speaker 2** [01:15](/): Hi there.\n",
        "**00:15 Speaker 1:** Hello.\n\n**01:15 Speaker 2:** Hi there.\n",
        "00:00:15\tSpeaker 1\tHello.\n00:01:15\tSpeaker 2\tHi there.\n",
        "[15.0 - 16.0] Speaker 1: Hello.\n[75.0 - 76.5] Speaker 2: Hi there.\n",
        "[15s] Speaker 1: Hello.\n[75s] Speaker 2: Hi there.\n",
        "Speaker 1 [15.0 - 16.0]: Hello.\nSpeaker 2 [75.0 - 76.5]: Hi there.\n",
        "Speaker 1 (00:15 - 00:16): Hello.\nSpeaker 2 (01:15 - 01:16): Hi there.\n",
        "Speaker 1\n00:15\nHello.\nSpeaker 2\n01:15\nHi there.\n",
        "#00:00:15-0# Speaker 1: Hello.\n#00:01:15-0# Speaker 2: Hi there.\n",
        "[00:00:15: Speaker 1] Hello.\n[00:01:15: Speaker 2] Hi there.\n",
        "[Speaker 1/00:00:15] Hello.\n[Speaker 2/00:01:15] Hi there.\n",
        "0:15--0:16 Speaker 1: Hello.\n1:15--1:16 Speaker 2: Hi there.\n",
        "00:15 to 00:16 Speaker 1: Hello.\n01:15 to 01:16 Speaker 2: Hi there.\n",
    ],
)
def test_names_and_times_stand_together_in_many_ways(content):
    found = read(content.encode(), "a.md").segments
    assert [(s.start, s.speaker, s.text) for s in found] == [
        (15.0, "Speaker 1", "Hello."), (75.0, "Speaker 2", "Hi there."),
    ]  # fmt: skip


def test_a_pause_with_its_length_is_nobody():
    content = "Ida: Is it cold?\n[Pause: 0:05]\nKurt: It is.\n[Silence: 0:20]\nIda: Then wait.\n"
    assert set(speakers(content)) == {"Ida", "Kurt"}


@pytest.mark.parametrize("what", ["Clip", "Break", "Gap"])
def test_what_is_told_of_a_length_of_time_in_brackets_is_nobody_and_no_time(what):
    content = f"Ida: Is it cold?\n[{what}: 0:05] It is.\nKurt: Then wait.\n[{what}: 5:00]\nIda: Well.\n"
    found = read(content.encode(), "a.txt").segments
    assert {(segment.speaker, segment.start) for segment in found} == {("Ida", None), ("Kurt", None)}
    assert f"[{what}: 0:05]" in found[0].text


def test_a_name_may_hold_the_word_for_a_sound():
    content = "[Martin Bell 0:05] Is it cold?\n[Min Song 0:09] It is.\n[Martin Bell 0:12] Then wait.\n"
    assert speakers(content) == ["Martin Bell", "Min Song", "Martin Bell"]


def test_a_span_in_words_before_the_word_for_the_hour_is_said():
    said = "Ida: Wann?\n14:00 bis 15:00 Uhr ist Kaffee.\nKurt: Dann?\n15:00 bis 16:00 Uhr: Tee.\nIda: Gut.\n"
    assert "Uhr" not in speakers(said)


@pytest.mark.parametrize("who", ["AB; CD", "Dr. h. c. Ebert (Kiel)", "Prof. Dr. Dr. h. c. Ida Lund"])
def test_several_and_a_degree_are_not_the_one_before(who):
    said = f"EF: Is it cold?\n{who}: It is.\nEF: Then wait.\nGH: Yes.\n{who}: Go on.\n"
    assert speakers(said) == ["EF", who, "EF", "GH", who]


def test_any_name_may_stand_above_what_is_said_where_it_recurs_with_its_time():
    names = ["Weber, Lena", "Berg | Acme", "kai", "Weber, Lena", "Berg | Acme", "kai"]
    content = "".join(f"{name}  0:{at:02d}\nWe say {at}.\n\n" for at, name in enumerate(names))
    assert speakers(content) == names
    assert speakers("We left.\n\nWe met at 10:30\nthen.\n\nIt was late.\n") == [None, None, None]


def test_a_clock_time_beside_the_name_is_read_with_its_half_of_the_day():
    content = "Ann Berg  11:59 AM\nHello there.\n\nTom Reed  12:01 PM\nHi.\n"
    found = read(content.encode(), "a.txt").segments
    assert [(s.start, s.speaker) for s in found] == [(43140.0, "Ann Berg"), (43260.0, "Tom Reed")]


@pytest.mark.parametrize("name", ["Ann Berg", "**Ann Berg**", "## Ann Berg", "Ann Berg:"])
def test_a_name_on_a_line_of_its_own_labels_what_stands_below(name):
    other = name.replace("Ann Berg", "Tom Reed")
    content = f"{name}\nHello there.\n\n{other}\nHi.\n\n{name}\nGood.\n\n{other}\nYes.\n"
    assert speakers(content, "a.md") == ["Ann Berg", "Tom Reed", "Ann Berg", "Tom Reed"]


def test_a_heading_that_stands_once_is_no_name():
    content = "Green Peas\nThey grow fast.\n\nBroad Beans\nThey are slow.\n\nWhite Corn\nIt is tall.\n"
    assert set(speakers(content)) == {None}


def test_columns_hold_names_where_they_recur():
    content = "".join(f"{name}\tWe say {at}.\n" for at, name in enumerate(["Ann", "Ben", "Ann", "Ben"]))
    assert speakers(content) == ["Ann", "Ben", "Ann", "Ben"]
    assert set(speakers("Peas\t12 beds.\nBeans\t4 beds.\nCorn\t3 beds.\n")) == {None}


@pytest.mark.parametrize("asks", ["Question", "Frage", "Pergunta", "Вопрос"])
def test_who_asks_among_others_and_has_no_name_is_not_the_one_before(asks):
    content = (
        f"Ann: Who has questions?\n\n{asks}: On slide twelve, what was it?\n\nBen: The lake.\n\n"
        f"{asks}: And the red dot?\n\nBen: A town.\n\nAnn: Thank you.\n"
    )
    assert [speaker for speaker, _ in turns(content)] == ["Ann", asks, "Ben", asks, "Ben", "Ann"]


@pytest.mark.parametrize(("asks", "answers"), [("QUESTION", "MR REED"), ("FRAGE", "ANTWORT")])
def test_questions_and_answers_may_be_called_so_in_capitals(asks, answers):
    content = f"{answers}: Good morning.\n\n{asks}: Which lake?\n\n{answers}: This one.\n\n{asks}: Really?\n"
    assert [speaker for speaker, _ in turns(content)] == [answers, asks, answers, asks]


def test_what_a_link_leads_to_is_nobody_however_often_it_is_told():
    link = "Blog post: https://example.org/a"
    content = f"Ann: See this.\n\n{link}\n\nTom: I see.\n\nAnn: And this.\n\n{link}\n\nTom: Yes.\n"
    assert {speaker for speaker, _ in turns(content)} == {"Ann", "Tom", None}


def test_a_question_that_is_announced_once_is_of_who_speaks():
    content = "Ann: We begin.\n\nBen: Yes.\n\nQuestion: what is a lake?\n\nAnn: A good one.\n"
    assert [speaker for speaker, _ in turns(content)][:2] == ["Ann", "Ben"]


def test_tags_around_turns_that_begin_with_labels_are_nobody():
    labels = ("Mr. REED", "Ms. BERG", "Mr. REED", "Ms. BERG")
    words = "We go on with the roads to the lake, which the rain of this spring has taken. " * 4
    said = "".join(f"<Speech>{label}: {words}</Speech><Header>Question 4</Header>" for label in labels)
    segments = read(f"Hansard\n{said}".encode(), "a.txt").segments
    assert [s.speaker for s in segments if "the lake" in s.text] == list(labels)
    assert not any("<" in s.text or s.speaker in ("Speech", "Header") for s in segments)


def test_angle_brackets_hold_names_and_close_again():
    content = '<Ann> "Peas today?" </Ann>\n<Ben> "Peas." </Ben>\n<Ann> "Good." </Ann>\n'
    assert turns(content) == [("Ann", '"Peas today?"'), ("Ben", '"Peas."'), ("Ann", '"Good."')]


def test_an_address_alone_is_said_by_who_is_named_before_it():
    content = "Ann: Where is it?\nBen: https://example.org/a\nAnn: Thanks.\nBen: As ever.\n"
    assert turns(content)[1] == ("Ben", "https://example.org/a")


def test_line_numbers_and_heads_of_pages_are_no_speech():
    page = "".join(
        f"   {at}   {line}\n"
        for at, line in enumerate(["MS. ORR:  Go on.", "Q.  Where?", "A.  Here."] * 3, 1)
    )
    transcript = read(f"{page}\n      Reporters Inc.\n{page}".encode(), "a.txt")
    assert [s.speaker for s in transcript.segments] == ["MS. ORR", "Q", "A"] * 6
    assert transcript.dropped["page header"] == 2
    assert transcript.dropped["line number"] == 18


def test_what_a_service_writes_above_and_below_is_no_speech():
    content = (
        "Garden (2024-05-01) - Transcript\nAttendees\nAnn Berg, Tom Reed\nTranscript\n"
        "This editable transcript was computer generated and might contain errors.\n"
        "Ann Berg: Good morning.\nTom Reed: Yes.\nTranscription ended after 00:31:50\n"
    )
    assert turns(content) == [("Ann Berg", "Good morning."), ("Tom Reed", "Yes.")]


@pytest.mark.parametrize(
    ("text", "likeness"),
    [
        ("Ann Berg", Likeness.NAME), ("Ludwig van Beethoven", Likeness.NAME), ("You", Likeness.ROLE),
        ("B2", Likeness.LETTER), ("Ann, CEO", Likeness.LISTED), ("Ann | Acme", Likeness.ODD),
        ("baked by hand", Likeness.LOOSE), ("Note", Likeness.NOTE), ("(Language", None), ("", None),
        ("Is it? No", None), ("Speaker 4", Likeness.SURE),
    ],
)  # fmt: skip
def test_how_like_a_label_words_are(text, likeness):
    assert likeness_of(text) is likeness


def test_a_name_has_capitals_or_no_case_at_all():
    assert is_name("Zoë de Boer")
    assert is_name("張三")
    assert not is_name("we all")
    assert not is_name("A B C D E F")


@pytest.mark.parametrize(
    ("one", "other"), [("Pergunta", "Resposta"), ("Frage", "Antwort"), ("Вопрос", "Ответ")]
)
def test_question_and_answer_are_speakers_in_every_language_where_both_recur(one, other):
    content = f"{one}: Aa?\n\n{other}: Bb.\n\n{one}: Cc?\n\n{other}: Dd.\n"
    assert speakers(content) == [one, other, one, other]


def test_where_only_one_is_named_what_stands_between_is_nobodys():
    asked = "".join(f"Did you bake {at}?\n\nJo: I did.\n\n" for at in range(4))
    transcript = read(asked.encode(), "a.txt")
    assert [s.speaker for s in transcript.segments] == [None, "Jo"] * 4
    assert "Only one speaker is named" in transcript.warnings[0]
    talk = "Jo: The flour stood on the shelf.\n\n" * 9
    assert set(speakers(talk)) == {"Jo"}


def test_what_tells_of_the_recording_is_no_speakers():
    head = "Projeto: Pão\nCargo: Padeira\nCurso: Trigo\n\n"
    content = f"{head}A: Quando?\n\nB: Em março.\n\nA: Tão cedo?\n\nB: Sim.\n"
    assert speakers(content) == [None, "A", "B", "A", "B"]


def test_a_title_with_a_colon_is_no_speaker():
    content = "The Long Road Home: A Talk of Bread\n\n" + "".join(
        f"We went on for {n} miles.\n\n" for n in range(30)
    )
    assert set(speakers(content)) == {None}


@pytest.mark.parametrize("dash", ["-", "–", "—"])
def test_names_before_a_dash_are_labels_where_they_recur(dash):
    content = f"Mara Lind {dash} Aa bb.\n\nJo Ray {dash} Cc.\n\nMara Lind {dash} Dd.\n\nJo Ray {dash} Ee.\n"
    assert speakers(content) == ["Mara Lind", "Jo Ray", "Mara Lind", "Jo Ray"]
    assert set(speakers("Rye Bread - dark.\n\nWhite Bread - light.\n\nCorn Bread - sweet.\n")) == {None}


def test_a_heading_is_nobodys_and_the_speaker_goes_on_below_it():
    content = "**Mara:** Aa.\n\n## Of flour\n\nBb.\n\n**Jo:** Cc.\n\n**Mara:** Dd.\n"
    assert speakers(content, "a.md") == ["Mara", None, "Mara", "Jo", "Mara"]


def test_tags_that_somebody_marked_the_text_with_are_no_words():
    said = " ".join(f"We bake on day {n}," for n in range(20)) + " all day."
    content = "".join(f"<q><who>{name}</who>: {said}</q>\n\n" for name in ["Mara", "Jo", "Mara", "Jo"])
    assert turns(content, "a.md") == [("Mara", said), ("Jo", said), ("Mara", said), ("Jo", said)]


def test_names_in_angle_brackets_may_be_small_and_close_up():
    content = "<mara>Aa bb.\n<jo> Cc.\n<mara>Dd.\n<jo> Ee.\n"
    assert turns(content) == [("mara", "Aa bb."), ("jo", "Cc."), ("mara", "Dd."), ("jo", "Ee.")]


def test_the_rest_of_a_sentence_on_a_line_of_its_own_is_no_name():
    content = "Mara: There are three\nfactors: heat, time.\nJo: Yes.\nMara: Good.\nJo: So.\n"
    assert speakers(content) == ["Mara", "Jo", "Mara", "Jo"]


def test_a_heading_among_names_on_lines_of_their_own_is_no_name():
    said = "".join(f"{name}\nWe say {at}.\n\n" for at, name in enumerate(["Mara Lind", "Jo Ray"] * 3))
    assert set(speakers(f"# Of bread\n\n## Details\n\nOn Sunday.\n\n{said}", "a.md")) == {
        None, "Mara Lind", "Jo Ray",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"), [("Mara:Aa.", "Jo:Bb."), ("主持人:大家好", "来宾:谢谢"), ("(Mara) Aa.", "(Jo) Bb.")]
)
def test_labels_may_stand_without_a_space_or_in_round_brackets(one, other):
    found = turns(f"{one}\n{other}\n{one}\n{other}\n")
    first, second = (text.replace("(", "").replace(")", ":").partition(":")[0] for text in (one, other))
    assert [speaker for speaker, _ in found] == [first, second, first, second]


@pytest.mark.parametrize("name", ["Dan Ott", "Mia Stone", "Kim Lund"])
def test_a_name_that_is_a_word_elsewhere_is_believed_where_it_recurs_among_others(name):
    cues = []
    for _ in range(6):
        cues += ["Ann Berg: We go on.", *["It was a long way"] * 6, f"{name}: So we do.", *["and on"] * 6]
    assert {s.speaker for s in captions(*cues[:60]).segments} == {"Ann Berg", name}


@pytest.mark.parametrize("name", ["Dan", "Kim"])
def test_a_first_name_that_is_a_word_elsewhere_labels_its_turns(name):
    assert speakers(f"{name}: Hello.\nRuth: Hello.\n{name}: Well?\nRuth: Well.\n") == [name, "Ruth"] * 2


@pytest.mark.parametrize("label", ["GB?", "EA & GB?", "GB || CP?"])
def test_initials_in_question_join_nobodys_turn(label):
    notes = "It was said again.\n\n" * 3
    content = f"DH: Yes.\n\n{notes}EF: No.\n\n{label}: Should we?\n\nDH: Yes.\n\n{notes}EF: No, never.\n"
    transcript = read(content.encode(), "a.txt")
    assert next(s.speaker for s in transcript.segments if "Should" in s.text) is None
    assert label in transcript.warnings[0]


def test_labels_without_capitals_are_believed_where_the_lines_of_paragraphs_are_wrapped():
    paragraph = "我們今天討論港口的問題，\n港口已經關閉三個月，\n沒有人知道什麼時候重開，\n我們再等，也再問，"
    names = ["主席", "陳議員", "主席", "李議員", "陳議員"]
    content = "\n\n".join(f"{name}：{paragraph}\n再三地問。" for name in names)
    content = content.replace("再三地問", "報告有一句話：我們再等", 1)
    transcript = read(content.encode(), "a.txt")
    assert [s.speaker for s in transcript.segments if "港口" in s.text] == names
    assert "報告有一句話" not in {s.speaker for s in transcript.segments}


def test_in_a_short_call_each_name_may_stand_once():
    cues = [
        "Ann Berg (Acme): Hello.",
        "Today we look",
        "at the plans.",
        "Tom Reed: Fine.",
        "And then?",
        "Well.",
    ]
    assert [s.speaker for s in captions(*cues).segments] == ["Ann Berg (Acme)"] * 3 + ["Tom Reed"] * 3


def test_where_each_line_has_a_label_one_behind_an_unfinished_turn_joins_nobody():
    content = "P1: ok\nI: And then?\nP2: nothing\nI: I see.\nP1: well\nAll: Yes.\nI: Good.\n"
    assert "All" not in " ".join(text for who, text in turns(content) if who is not None)


def test_he_and_she_of_slavic_languages_are_no_notes_of_the_one_before():
    assert speakers("Ona: Ano, tak.\nOn: Ne.\nOna: Proč?\nOn: Proto.\n") == ["Ona", "On"] * 2


@pytest.mark.parametrize(
    "form",
    [
        "<<{}>> {}", "{{{}}} {}", "{} > {}", "{}> {}", "|{}| {}", "=={}== {}", "«{}»: {}", '"{}": {}',
        "{}.- {}", "{} | {}", "{}:: {}", "{} -> {}", "**{}** — {}", "{} - {}", "[{}]:{}",
        "1. {}: {}", "> {}: {}", ". {}: {}",
        "[3.4.26, 09:15:02] {}: {}", "03/04/2026, 9:15 - {}: {}",
    ],
)  # fmt: skip
def test_names_in_marks_of_a_files_own_label_its_turns(form):
    said = [("Ida", "The kiln is cold."), ("Kurt", "Not yet."), ("Ida", "Light it."), ("Kurt", "I will.")]
    assert turns("\n".join(form.format(*one) for one in said) + "\n") == said


def test_a_word_that_somebody_added_within_a_sentence_is_no_name():
    said = captions("We talk of gurus.", "They\u2019ll\n[say]: \u201cEat grass.\u201d", "Not that way.")
    assert {segment.speaker for segment in said.segments} == {None}


def test_a_small_name_in_brackets_begins_lines_within_captions_too():
    said = captions("[ann]: peas are", "and then\n[ben]: beans", "well\n[ann]: so", "[ben]: yes")
    assert [s.speaker for s in said.segments] == ["ann", "ann", "ben", "ben", "ann", "ben"]


def test_a_letter_that_is_a_word_before_notes_is_no_name():
    content = "主席：\n\n請坐。\n\n梁國雄議員：\n\n多謝。\n\n註：\n\n有。\n\n主席：\n\n請坐。\n\n"
    content += "註：\n\n有。\n"
    assert set(speakers(content)) == {"主席", "梁國雄議員"}


@pytest.mark.parametrize(
    "whom", ["Ladies and Gentlemen", "Honourable Members of the Senate", "Mesdames et Messieurs"]
)
def test_whom_somebody_speaks_to_says_nothing(whom):
    content = f"{whom}:\n\nWelcome to you all.\n\n{whom}:\n\nThe harbour is open.\n\n{whom}:\n\nThank you.\n"
    assert set(speakers(content)) == {None}


def test_marks_before_words_that_recur_nowhere_are_no_labels():
    content = "Flour - 500 g\nWater - 300 g\nSalt > 10 g\n{Applause} We baked it.\nThen we ate it.\n"
    assert speakers(content) == [None]


def test_a_word_before_a_small_letter_is_no_name_where_sentences_begin_with_capitals():
    said = captions("We bake.", "Flour: a lot.", "Water: some.", "We wait.")
    assert {segment.speaker for segment in said.segments} == {None}
    assert speakers("Ida: Yes.\nKurt: No.\nIda: Why?\nKilnwise: it is cold.\nKurt: So.\nIda: Well.\n") == [
        "Ida", "Kurt", "Ida", None, "Kurt", "Ida",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "note",
    [
        "Übrigens",
        "Kortom",
        "Decision",
        "İkincisi",
        "예를 들어",
        "En conclusion",
        "Por último",
        "まとめ",
        "Wniosek",
        "RESOLUTION",
        "CUT TO",
        "CROSSFADE BACK TO",
        "資料來源",
    ],
)
def test_what_begins_sentences_in_any_language_is_no_name(note):
    content = f"Ida: Aa bb.\nKurt: Cc dd.\n{note}: Ee ff.\nIda: Gg hh.\nKurt: Ii jj.\n"
    assert speakers(content) == ["Ida", "Kurt", "Ida", "Kurt"]


@pytest.mark.parametrize("who", ["Man in audience", "Second woman", "Zwischenruf aus dem Saal"])
def test_somebody_without_a_name_is_never_who_spoke_before(who):
    content = f"Ida: Aa bb.\nKurt: Cc dd.\nIda: Gg hh.\n{who}: Ee ff.\nKurt: Ii jj.\n"
    [said] = [speaker for speaker, text in turns(content) if "Ee ff." in text]
    assert said in (who, None)


def test_the_office_behind_an_article_and_a_title_is_one_name():
    content = "O SR. REIS (Ana Reis. AB - CD) - Aa bb.\nA SRA. LIMA (EF - GH) - Cc dd.\n" * 2
    assert speakers(content) == ["O SR. REIS (Ana Reis. AB - CD)", "A SRA. LIMA (EF - GH)"] * 2
    assert speakers("The Chairman: Aa bb.\nKurt: Cc.\nThe Chairman: Dd.\nKurt: Ee.\n")[0] == "The Chairman"


def test_questions_and_answers_may_stand_in_a_column():
    content = "Briefing: The Kiln\nRoom 3\n\nMS. KERN: Aa.\n\nQ    Bb cc?\n\nMS. KERN: Dd.\n\nQ    Ee?\n"
    assert speakers(content) == [None, "MS. KERN", "Q", "MS. KERN", "Q"]


def test_a_name_that_stands_once_is_believed_with_the_title_and_the_capitals_of_the_others():
    page = "DR. KERN: Aa bb\nand on\nand on.\n\nMS. ROTH: Cc dd\n" + "and on\n" * 20 + ".\n\n"
    content = page * 3 + "HON. DR O. FALK: Ee ff\nand on.\n\n" + page * 3
    assert "HON. DR O. FALK" in speakers(content)


def test_what_is_heard_is_nobody_be_it_alone_on_its_line():
    content = "IDA: Aa.\n\nKURT: Bb.\n\n(Cross-talk.)\n\nIDA: Cc.\n\n(Cross-talk.)\n\nKURT: Dd.\n"
    assert set(speakers(content)) <= {"IDA", "KURT", None}


def test_names_with_their_titles_behind_them_are_believed_in_scripts_without_capitals():
    listed = "".join(f"名{n}\n\n" for n in range(20))
    content = f"{listed}主席：開始。\n\n陳大文議員：問題。\n\n主席：好。\n"
    assert {"主席", "陳大文議員"} <= set(speakers(content))
    assert speakers("○主席（山田君）　開始。\n○鈴木君　質問。\n○主席（山田君）　はい。\n")[1] == "鈴木君"


@pytest.mark.parametrize(
    "content",
    [
        "1   I: Aa bb.\n2   B: Cc dd.\n3   I: Ee ff.\n4   B: Gg hh.\n",
        "I: Aa bb. #00:00:03#\nB: Cc dd. #00:00:07#\nI: Ee ff. #00:00:09#\nB: Gg hh. #00:00:12#\n",
    ],
)
def test_letters_label_their_turns_behind_numbers_and_times_of_every_form(content):
    assert turns(content) == [("I", "Aa bb."), ("B", "Cc dd."), ("I", "Ee ff."), ("B", "Gg hh.")]


def test_numbered_speakers_within_a_line_begin_their_turns():
    content = "Speaker 1: Aa bb. Speaker 2: Cc dd. [Speaker 1]: Ee ff, speaker 3: no.\n"
    assert turns(content) == [
        ("Speaker 1", "Aa bb."),
        ("Speaker 2", "Cc dd."),
        ("Speaker 1", "Ee ff, speaker 3: no."),
    ]


def test_the_tokens_of_a_recogniser_are_times_and_no_words():
    segments = read(b"<|0.00|> Aa bb.<|2.40|><|2.40|> Cc dd.<|4.80|>\n", "a.txt").segments
    assert [(s.start, s.end, s.text) for s in segments] == [(0.0, 2.4, "Aa bb."), (2.4, 4.8, "Cc dd.")]
    assert turns("<|en|><|transcribe|> Aa bb.<|endoftext|>\n") == [(None, "Aa bb.")]


TOKENS = "<|en|><|NEUTRAL|><|Speech|><|withitn|>"
TWO_CUES = "1\n00:00:01,000 --> 00:00:03,000\n{}Aa bb.\n\n2\n00:00:04,000 --> 00:00:06,000\n{}Cc dd.\n"
TWO_OBJECTS = """[
  {{"start": 1, "end": 3, "text": "{}Aa bb."}},
  {{"start": 4, "end": 6, "text": "{}Cc dd."}}
]"""


@pytest.mark.parametrize(
    ("name", "form", "tokens"),
    [
        ("a.srt", TWO_CUES, TOKENS),
        ("a.csv", "start,end,text\n1,3,{}Aa bb.\n4,6,{}Cc dd.\n", TOKENS),
        ("a.json", TWO_OBJECTS, TOKENS),
        ("a.json", TWO_OBJECTS, TOKENS.replace("<", r"\u003c").replace(">", r"\u003e")),
    ],
)
def test_what_a_recogniser_tells_of_language_and_mood_is_no_speech(name, form, tokens):
    segments = read(form.format(tokens, tokens).encode(), name).segments
    assert [(s.start, s.text) for s in segments] == [(1.0, "Aa bb."), (4.0, "Cc dd.")]


def test_a_token_that_may_be_who_speaks_is_no_language():
    cues = TWO_CUES.format("<|bot|> ", "<|sys|> ")
    assert [s.text for s in read(cues.encode(), "a.srt").segments] == ["<|bot|> Aa bb.", "<|sys|> Cc dd."]


def test_somebody_may_go_by_a_picture_and_stand_in_brackets_above_the_words():
    assert speakers("Leo: Aa.\n🦊: Bb.\nLeo: Cc.\n🦊: Dd.\n") == ["Leo", "🦊", "Leo", "🦊"]
    assert [s.speaker for s in captions("(Ida)\nAa.", "(Leo)\nBb.", "(Ida)\nCc.", "(Leo)\nDd.").segments] == [
        "Ida",
        "Leo",
        "Ida",
        "Leo",
    ]


def test_a_bar_may_stand_between_a_time_and_the_name_above_the_words():
    content = "0:01 | Ida\nAa bb.\n\n0:04 | Leo\nCc dd.\n\n0:07 | Ida\nEe ff.\n"
    assert turns(content) == [("Ida", "Aa bb."), ("Leo", "Cc dd."), ("Ida", "Ee ff.")]


def test_a_given_name_that_begins_notes_elsewhere_is_believed_once_where_every_line_has_a_label():
    assert speakers("Ida: Aa.\nKurt: Bb.\nDan: Cc.\nIda: Dd.\nKurt: Ee.\n")[2] == "Dan"


BOLD = "**Lane** : Good day.\n\n**Rick**: Hello.\n\n**Lane**: Go on.\n\n**Rick**: Yes.\n\n**Lane**: Well.\n\n"


def test_a_name_that_is_marked_in_two_ways_is_the_same_speaker():
    assert speakers(BOLD, "a.md") == ["Lane", "Rick", "Lane", "Rick", "Lane"]
    assert speakers(f"Lane: First.\n\n{BOLD}", "a.md")[:2] == ["Lane", "Lane"]


@pytest.mark.parametrize("note", ["ACTION 60.1", "Decision 61.2", "Note", "Status"])
def test_a_note_that_is_marked_as_names_are_is_in_nobodys_turn(note):
    content = f"{BOLD}**{note}**: Look at the numbers.\n\n**Rick**: I will."
    assert turns(content, "a.md")[-2:] == [(None, f"{note}: Look at the numbers."), ("Rick", "I will.")]
    assert f"“{note}”" in read(content.encode(), "a.md").warnings[0]


def test_a_numbered_decision_is_no_speaker_even_if_it_stands_twice():
    content = f"{BOLD}**Suggestion 61.1**: One.\n\n**Rick**: Yes.\n\n**Suggestion 61.1**: One.\n\n"
    assert set(speakers(content, "a.md")) == {"Lane", "Rick", None}


def test_a_given_name_that_is_a_word_of_another_language_is_believed_where_it_recurs():
    cues = [line for n in range(4) for line in (f"Dan: Part {n}.", *["And on we went."] * 8, "Rebecca: Yes.")]
    assert {s.speaker for s in captions(*cues).segments} == {"Dan", "Rebecca"}


def test_a_small_name_with_where_it_is_from_is_believed_once_where_each_line_has_a_label():
    cues = ["lee | acme: Hi.", "Ann Berg: Hello.", "ben-ray: Hey.", "Ann Berg: So.", "ben-ray: Yes."]
    assert captions(*cues).segments[0].speaker == "lee | acme"


def test_a_name_of_the_file_in_brackets_is_that_speaker_too():
    cues = ["Ann: Good day.", "We went.", "Ben: Hello.", "It rained.", "[Ann] Yes.", "So we sat.", "Ann: So."]
    cues += ["[Bells] They rang.", "Ben: No.", "Nobody came."]
    told = [(s.speaker, s.text) for s in captions(*cues).segments]
    assert told[4:8] == [
        ("Ann", "Yes."),
        ("Ann", "So we sat."),
        ("Ann", "So."),
        ("Ann", "[Bells] They rang."),
    ]


def test_what_is_numbered_in_a_list_is_nobody():
    baking = (
        "How to bake\n\n1. Flour: Take a pound.\n2. Water: Warm it.\n\nKnead and wait.\n\n"
        "1. Flour: Strew some.\n2. Water: Have a bowl at hand.\n\nBake it.\n"
    )
    assert set(speakers(baking)) == {None}
    assert "1. Flour: Take a pound." in turns(baking)[0][1]


def test_a_list_belongs_to_whoever_reads_it_out():
    listed = "1. Flour: a pound.\n2. Water: warm.\n"
    said = f"Ida: What first?\nKurt: Two things.\n{listed}Ida: And then?\nKurt: The same.\n"
    assert turns(said)[:2] == [
        ("Ida", "What first?"),
        ("Kurt", "Two things. 1. Flour: a pound. 2. Water: warm."),
    ]


def test_turns_that_are_numbered_one_by_one_keep_their_speakers():
    said = (
        "1. Ida: Is it cold?\nIt looks cold.\n\n2. Kurt: It is.\nVery.\n\n"
        "3. Ida: Then wait.\nHere.\n\n4. Kurt: Fine.\nI will.\n"
    )
    assert speakers(said) == ["Ida", "Kurt", "Ida", "Kurt"]


@pytest.mark.parametrize("dash", "-–—")
def test_a_dash_between_a_name_and_what_is_said_is_none_of_it(dash):
    said = f"Ida: {dash} Is it cold?\nKurt: {dash} It is.\nIda: {dash} Then wait.\n"
    assert turns(said) == [("Ida", "Is it cold?"), ("Kurt", "It is."), ("Ida", "Then wait.")]


def test_who_speaks_behind_a_gap_within_a_line_begins_a_turn_though_it_be_the_only_one():
    content = (
        "Adams: Go ahead.    Joe Rast: Ok. My name is joe.    Adams: Thank you. [gavel]    Fish: Aye. \n"
        "Moore: She isn't here.    Adams: Read the next one.    Moore: It has no text.    Adams: We go on. \n"
        "Adams: Is there a second?   Fish: Second.    Adams: We go on. There is one thing: the harbour. \n"
    )
    assert turns(content) == [
        ("Adams", "Go ahead."),
        ("Joe Rast", "Ok. My name is joe."),
        ("Adams", "Thank you. [gavel]"),
        ("Fish", "Aye."),
        ("Moore", "She isn't here."),
        ("Adams", "Read the next one."),
        ("Moore", "It has no text."),
        ("Adams", "We go on."),
        ("Adams", "Is there a second?"),
        ("Fish", "Second."),
        ("Adams", "We go on. There is one thing: the harbour."),
    ]


def test_many_who_speak_once_behind_a_gap_are_told_in_linear_time():
    letters = "abcdefghijklmnopqrst"

    def part(lines):
        names = (f"N{one}{two}{three} Berg" for one in letters for two in letters for three in letters)
        turns = ["Ann: Yes.    Ben: No.    Ann: Go."] * 6
        turns += ["Ann: I.    " + "".join(f"{next(names)}: Aye.    " for _ in range(5)) for _ in range(lines)]
        split_at_speakers(turns, Reading(0))

    assert growth(part, 150, 1200) < NEARLY_LINEAR


def test_a_name_with_initials_is_no_other_one_behind_a_sentence():
    content = (
        "J. R. Smith: Good morning.\nK. Moore: It is cold.\nJ. R. Smith: It was.\nSmith: Who says so?\n"
        "K. Moore: I do.\nSmith: Well then. That is plan B. Moore: Yes.\nMoore: No.\n"
    )
    assert ("Moore", "Yes.") in turns(content)
    assert turns(content)[:3] == [
        ("J. R. Smith", "Good morning."),
        ("K. Moore", "It is cold."),
        ("J. R. Smith", "It was."),
    ]


@pytest.mark.parametrize("gap", [" ", ""])
def test_who_answers_on_each_line_speaks_though_no_line_begins_with_the_name(gap):
    said = "".join(f"Interviewer:{gap}When was {n}? Winblad:{gap}In spring. It rained.\n" for n in "abcdef")
    assert turns(said)[:2] == [("Interviewer", "When was a?"), ("Winblad", "In spring. It rained.")]
    assert {speaker for speaker, _ in turns(said)} == {"Interviewer", "Winblad"}


def test_a_word_before_a_colon_on_each_line_of_several_is_nobody():
    said = "".join(f"Ida: It is {n}. Zenith: {n}.\nKurt: Why? Zenith: {n}.\n" for n in range(4))
    assert {speaker for speaker, _ in turns(said)} == {"Ida", "Kurt"}


def test_what_is_named_before_a_colon_on_a_few_lines_parts_none():
    said = "".join(f"Ida: It is {n}.\n\nKurt: Why? The answer is plain.\n\n" for n in range(5))
    said += "".join(f"Ida: Look. Winblad: {n}.\n\n" for n in range(4))
    assert {speaker for speaker, _ in turns(said)} == {"Ida", "Kurt"}


def test_who_is_announced_within_a_line_speaks_from_there():
    said = ">> IDA LUND: Is it cold? >> KURT HOLM: It is. Very.\n>> IDA LUND: Then wait. (Laughter) >> Yes!\n"
    assert turns(said) == [
        ("IDA LUND", "Is it cold?"),
        ("KURT HOLM", "It is. Very."),
        ("IDA LUND", "Then wait. (Laughter)"),
        (None, ">> Yes!"),
    ]


@pytest.mark.parametrize("field", ["SPEAKER", "Sprecher", "Orador"])
def test_names_that_are_told_as_in_a_form_are_who_speaks(field):
    said = [("Ida Lund /sd", "Is it cold?"), ("Kurt Holm", "It is."), ("Ida Lund /sd", "Then wait.")]
    above = "\n\n".join(f"{field}: {name}\n{text}" for name, text in said)
    before = "\n".join(f"{field}: {name}: {text}" for name, text in said)
    assert turns(above) == said
    assert turns(before) == said


@pytest.mark.parametrize(
    "form",
    [
        "[speaker: {}][0:15-0:32]: {}",
        "[Speaker: {}]\n{}\n",
        "Speaker: {} (0:07):\n{}\n",
        "Speaker: {} (0:07)\nText: {}\n",
        "Timestamp: 0:07\nSpeaker: {}\nTranscript: {}\n",
        "Start: 0:07\nEnd: 0:09\n**Speaker:** {}\n**Text:** {}\n",
        "- Name: {}\n- Message: {}",
        "speaker_name: {}\ntext: {}\n",
        "Speaker ID: {}\nText: {}\n",
    ],
)
def test_the_fields_of_a_form_tell_who_speaks_and_what(form):
    said = [("Ida Lund", "Is it cold?"), ("Kurt Holm", "It is."), ("Ida Lund", "Then wait.")]
    assert turns("\n".join(form.format(*each) for each in said)) == said


def test_a_number_in_the_field_of_who_speaks_is_a_speakers():
    assert turns("Speaker: 1\nText: Is it cold?\n\nSpeaker: B\nText: It is.\n") == [
        ("Speaker 1", "Is it cold?"),
        ("Speaker B", "It is."),
    ]


def test_a_name_in_a_field_may_end_in_a_colon_where_no_blank_line_stands():
    said = [("Ida Lund", "Is it cold?"), ("Kurt Holm", "It is."), ("Ida Lund", "Then wait.")]
    assert turns("".join(f"Speaker: {name}:\n{text}\n" for name, text in said)) == said


@pytest.mark.parametrize(
    "form", ["Text: {1}\nSpeaker: {0}\nTime: 0:05\n", "Start: 0:05\nText: {1}\n\nSpeaker: {0}\n"]
)
def test_fields_that_tell_who_spoke_below_the_words_name_nobody_for_the_next_ones(form):
    said = [("Ida", "Is it cold?"), ("Kurt", "It is."), ("Ida", "Then wait."), ("Kurt", "Well.")]
    found = turns("\n".join(form.format(*each) for each in said))
    assert not {("Ida", "It is."), ("Kurt", "Then wait."), ("Ida", "Well.")} & set(found)


def test_a_question_is_no_name_in_a_field():
    content = "Speaker: Is it cold?\nText: It is.\nSpeaker: Is it wet?\nText: It is not.\n"
    assert "Is it cold?" in [text for _, text in turns(content)]


def test_fields_have_any_name_and_seconds_and_may_be_spaced_out():
    content = (
        "Speaker: Ida Lund (host)\n\nStart: 0.5\n\nEnd: 2\n\nText: Is it cold?\n\nText: Well?\n\n"
        "Speaker: kurt.h\n\nStart: 3\n\nEnd: 4.5\n\nText: It is.\nVery.\n"
    )
    found = read(content.encode(), "a.txt").segments
    assert [(s.speaker, s.text) for s in found] == [
        ("Ida Lund (host)", "Is it cold?"), ("Ida Lund (host)", "Well?"), ("kurt.h", "It is. Very."),
    ]  # fmt: skip
    assert (found[0].start, found[-1].start) == (0.5, 3.0)


def test_the_fields_of_a_head_tell_nothing_of_what_stands_below():
    said = "Speaker: Ida Lund\nText: by Kurt Holm\n\nIda: Is it cold?\nKurt: It is.\nIda: Then wait.\n"
    assert speakers(said)[-3:] == ["Ida", "Kurt", "Ida"]


@pytest.mark.parametrize("what", ["Punkt", "Frage", "Point", "Motion", "Artikel", "Punto", "Пункт", "Stage"])
def test_what_is_numbered_in_a_speech_is_nobody(what):
    said = f"Ida Lund: Two points.\n{what} 1: The bridge.\n{what} 2: The wall.\nKurt Holm: Yes.\n"
    assert speakers(said + "Ida Lund: Good.\nKurt Holm: Go on.\n")[:2] == ["Ida Lund", "Kurt Holm"]


def test_a_sentence_in_two_parts_is_no_list_of_names():
    said = "Ida: Is it cold?\nShe said; I quote: it is.\nKurt: So.\nShe said; I quote: wait.\nIda: Well.\n"
    assert speakers(said) == ["Ida", "Kurt", "Ida"]


@pytest.mark.parametrize("label", ["Sitzung 12.03.2024", "Montag 2.3.2024", "2*3*4", "2**10"])
def test_a_day_and_a_product_are_no_callers(label):
    content = f"Ida: Is it cold?\n{label}: The bridge.\nKurt: It is.\n{label}: The wall.\nIda: Then wait.\n"
    assert speakers(content) == ["Ida", "Kurt", "Ida"]


@pytest.mark.parametrize(
    "adverb",
    ["Sodann", "Végül", "Apoi", "Finalment", "Lopuksi", "Зрештою", "Έπειτα", "Następnie", "Především"],
)
def test_what_begins_the_points_of_a_speech_is_nobody(adverb):
    said = (
        f"Ida Lund: Two points.\n{adverb}: the bridge.\nKurt Holm: Yes.\nIda Lund: Good.\nKurt Holm: Go on.\n"
    )
    assert speakers(said)[0] == "Ida Lund"
    assert adverb not in speakers(said)


def test_what_somebody_else_is_quoted_with_is_said_by_whoever_quotes_it():
    said = "林委員：你好。\n王部長：你好。\n總統說：「我們會努力。」\n林委員：謝謝。\n王部長：不客氣。\n"
    assert speakers(said) == ["林委員", "王部長", "林委員", "王部長"]


def test_a_speaker_may_be_called_by_a_letter_that_is_a_word():
    said = "A - É tarde.\nB - Muito?\nA - Duas horas.\nB - Então vamos.\n"
    assert speakers(said) == ["A", "B", "A", "B"]


def test_names_that_begin_lines_begin_turns_within_lines_too():
    said = (
        "IDA: Cold?\n\nKURT: Very.\n\nIDA: Wait here. KURT: I do.\n\nKURT: I will -- IDA: Good.\n\n"
        "IDA: Now.\n\nKURT: Yes.\n"
    )
    assert turns(said)[2:6] == [
        ("IDA", "Wait here."),
        ("KURT", "I do."),
        ("KURT", "I will --"),
        ("IDA", "Good."),
    ]


def test_who_is_presented_once_in_full_is_a_speaker():
    said = "IDA LUND, HOST: Cold?\n\nKURT: Very.\n\nLUND: Wait.\n\nKURT: I do.\n\nLUND: Good.\n\nKURT: Yes.\n"
    assert speakers(said)[0] == "IDA LUND, HOST"


def test_what_stands_alone_in_brackets_is_nobody():
    said = (
        "IDA: Cold?\n\nKURT: Very.\n\n(COMMERCIAL BREAK)\n\nIDA: Wait.\n\n(COMMERCIAL BREAK)\n\nKURT: I do.\n"
    )
    assert set(speakers(said)) == {"IDA", "KURT"}


@pytest.mark.parametrize("note", ["[Recess]", "[Interruption.]", "[Exhibit 5]", "<Recess>"])
def test_what_stands_alone_in_other_brackets_is_nobody_where_names_stand_before_colons(note):
    said = f"Ida: Cold?\n\nKurt: Very.\n\n{note}\n\nIda: Wait.\n\nKurt: Why?\n\n{note}\n\nIda: It snows.\n"
    assert set(speakers(said)) == {"Ida", "Kurt"}
    assert " ".join(text for _, text in turns(said)).count(note) == 2


def test_a_name_alone_in_brackets_speaks_though_others_stand_before_colons():
    said = "Ida: Cold?\n\nKurt: Very.\n\n[Tom Reed]\n\nWait.\n\nIda: Yes.\n\nKurt: No.\n\n[Tom Reed]\n\nSo?\n"
    assert [text for speaker, text in turns(said) if speaker == "Tom Reed"] == ["Wait.", "So?"]


def test_a_name_in_brackets_before_the_words_speaks_though_others_stand_before_colons():
    said = "Ida: Cold?\n\nKurt: Very.\n\n[Tom] Wait for me.\n\nIda: Yes.\n\nKurt: So be it.\n"
    assert ("Tom", "Wait for me.") in turns(said)


def test_a_name_and_a_time_above_a_whole_text_are_its_speakers():
    said = "Ida Lund\n10:48\nIt is cold here, I think.\n\nNobody is out.\n"
    told = [(s.start, s.speaker, s.text) for s in read(said.encode(), "a.txt").segments]
    assert told == [(648.0, "Ida Lund", "It is cold here, I think."), (None, "Ida Lund", "Nobody is out.")]


def test_half_of_the_day_is_nobody():
    said = "[10:02:03 AM] Ida Lund: Cold?\n[10:02:09 AM] Kurt Holm: Very.\n[10:02:30 PM] Ida Lund: Wait.\n"
    assert speakers(said) == ["Ida Lund", "Kurt Holm", "Ida Lund"]


def test_a_name_that_stands_once_in_a_files_own_marks_is_a_speaker_where_all_lines_have_them():
    said = "00:00:02 | Ida Lund | Cold?\n00:00:09 | Kurt Holm | Very.\n00:00:12 | Ida Lund | Wait.\n"
    assert turns(said) == [("Ida Lund", "Cold?"), ("Kurt Holm", "Very."), ("Ida Lund", "Wait.")]


@pytest.mark.parametrize(
    "content",
    [
        '<Person1>"Peas today?"</Person1>\n<Person2>They grow.</Person2>\n<Person1>Good.</Person1>\n',
        '<Person1>"Peas today?"</Person1><Person2>They grow.</Person2>\n<Person1>Good.</Person1>\n',
        '<person1>"Peas today?"\n<person2>They grow.\n<person1>Good.\n',
        '[10:02] <person1> "Peas today?"\n[10:03] <person2> They grow.\n[10:04] <person1> Good.\n',
    ],
)
def test_what_is_said_may_stand_close_to_the_tag_of_who_says_it(content):
    said = [(speaker.casefold(), text) for speaker, text in turns(content)]
    assert said == [("person1", '"Peas today?"'), ("person2", "They grow."), ("person1", "Good.")]


def test_who_writes_once_in_a_chat_is_somebody_too():
    content = "[10:02] <ann> hello\n[10:03] <ben> https://example.org/a\n[10:05] <ann> what is that?\n"
    assert speakers(content) == ["ann", "ben", "ann"]


@pytest.mark.parametrize("brackets", ["[]", "【】", "［］"])
def test_brackets_of_any_script_hold_names_close_to_the_words(brackets):
    opening, closing = brackets
    lines = ("主持人", "港口结冰了。"), ("嘉宾", "多久？"), ("主持人", "六个星期。"), ("嘉宾", "很长。")
    assert turns("".join(f"{opening}{name}{closing}{text}\n" for name, text in lines)) == list(lines)


def test_a_turn_whose_sentence_goes_on_below_is_no_field():
    court = ["THE CLERK: Rise.", "THE COURT: Be seated.", "MR. O'NEILL: The People call", "Dr. Ames."]
    content = "\n".join(court + ["Q. Where?", "A. Here."] * 10)
    assert turns(content)[2] == ("MR. O'NEILL", "The People call Dr. Ames.")


def test_a_year_before_a_colon_says_nothing():
    content = (
        "Ann: Which?\nBen: Two.\n2014: the year of the flood.\n1998: that of the fire.\nAnn: And?\nBen: No.\n"
    )
    assert set(speakers(content)) == {"Ann", "Ben"}


@pytest.mark.parametrize("brackets", ["()", "[]", "（）"])
def test_a_name_within_a_bracket_that_an_earlier_line_opened_is_no_label(brackets):
    called = f"{brackets[0]}Interruption from the\nOpposition: Why?{brackets[1]}"
    content = (
        f"Chair Berg: Mr Weil.\nWeil (Lab): It is shut. {called}\nI shall tell you.\nChair Berg: Thanks.\n"
    )
    assert speakers(content) == ["Chair Berg", "Weil (Lab)", "Chair Berg"]


def test_a_note_may_stand_before_the_name():
    content = "Ann: Good.\n[laughs] Ben: Hi.\n(pause) Ann: Yes.\nBen: No.\n"
    assert turns(content) == [
        ("Ann", "Good."),
        ("Ben", "[laughs] Hi."),
        ("Ann", "(pause) Yes."),
        ("Ben", "No."),
    ]


def test_nobody_known_is_somebody_else():
    content = "[Ann, 0:02] In March.\n[Tom, 0:07] That early?\n[?, 0:09] It was warm.\n[Ann, 0:12] It was.\n"
    assert speakers(content) == ["Ann", "Tom", "?", "Ann"]


def test_who_presides_is_somebody_where_every_line_has_a_name():
    content = "Mr. Dale (Leeds): Shut.\n\nHon. Ames (York): No.\n\nThe Speaker: Order.\n\nMr. Dale: Thanks.\n"
    assert speakers(content) == ["Mr. Dale (Leeds)", "Hon. Ames (York)", "The Speaker", "Mr. Dale"]
    content = "The Chairman: Well.\nEbert, Secretary: We met.\nThe Chairman: Now.\nWeil (Lab): Thanks.\n"
    assert speakers(content) == ["The Chairman", "Ebert, Secretary", "The Chairman", "Weil (Lab)"]


@pytest.mark.parametrize(
    "form", ["{}៖ {}", "{}፦ {}", "{}︰{}", "{}∶ {}", "{}:{}", "**{}** {}", "2024-05-01 10:00:03 {}: {}"]
)
def test_names_stand_before_other_colons_in_bold_and_behind_the_date(form):
    said = ("Ann", "Good morning."), ("Tom", "Yes."), ("Ann", "Fine.")
    assert turns("".join(f"{form.format(*one)}\n\n" for one in said), "a.md") == list(said)


def test_a_name_in_bold_that_a_sentence_begins_with_says_nothing():
    content = "**Ann** said it was late.\n\n**Ann** went home.\n\n**Tom** stayed.\n"
    assert set(speakers(content, "a.md")) == {None}


def test_several_together_are_somebody_where_every_line_has_a_name():
    content = "ANN: Hello.\nALL: Good morning!\nTOM: Yes.\nBOTH: Fine.\nANN: Then go.\n"
    assert speakers(content) == ["ANN", "ALL", "TOM", "BOTH", "ANN"]


@pytest.mark.parametrize("gap", ["", " "])
def test_the_mark_of_another_speaker_is_no_word(gap):
    transcript = captions(f"It froze.{gap}[SPEAKER_TURN]", "How long?")
    assert [s.text for s in transcript.segments] == ["It froze.", "How long?"]


def test_an_office_and_a_firm_may_be_long():
    content = (
        "Ann Berg, Acme Inc.: Good morning.\nTom Reed, Director of Sales, Beta GmbH & Co. KG: Thank you.\n"
        "Ann Berg: Let's begin.\nTom Reed: Sure.\n"
    )
    names = ["Ann Berg, Acme Inc.", "Tom Reed, Director of Sales, Beta GmbH & Co. KG", "Ann Berg", "Tom Reed"]
    assert speakers(content) == names


@pytest.mark.long
def test_what_is_nearly_a_long_number_is_told_from_one_in_linear_time():
    def read(length):
        turns("".join(f"{'-' * length}{at}a: Yes, it is.\n" for at in range(500)))

    assert growth(read, 8, 64) < NEARLY_LINEAR


def test_what_a_recipe_needs_is_nobody():
    content = "Anna: Was noch?\nBen: Schreib auf.\nMehl: 500 g\nZucker: 200 ml\nBen: Gut.\nAnna: Danke.\n"
    assert speakers(content) == ["Anna", "Ben", None, None, "Ben", "Anna"]


def test_a_name_in_round_brackets_that_stands_once_is_not_the_one_before():
    content = (
        "(Ann Ek) Hello.\n(Tom Ray) Thanks.\n(laughs)\n(Ann Ek) Start.\n(Tom Ray) Yes.\n(Lisa Hill) I?\n"
    )
    assert speakers(content) == ["Ann Ek", "Tom Ray", "Ann Ek", "Tom Ray", None]


def test_last_names_first_stand_in_notices_too():
    content = (
        "Berg, Ann started transcription\n\nBerg, Ann   0:03\nGood morning.\n\n"
        "Reed, Tom   0:07\nThanks.\n\nBerg, Ann stopped transcription\n"
    )
    assert turns(content) == [("Berg, Ann", "Good morning."), ("Reed, Tom", "Thanks.")]


def test_a_station_presents_people_in_capitals_who_go_by_their_last_names_below():
    content = (
        "AYESHA RASCOE, HOST:\n\nIt is wet.\n\n(SOUNDBITE OF RAIN)\n\nJUANA SUMMERS, BYLINE: It began.\n\n"
        "TOM REED: I never saw it so.\n\nSUMMERS: Half of his peas are gone.\n\nREED: All of them.\n\n"
        'BRET BAIER, ANCHOR, "SPECIAL REPORT": Thank you.\n'
    )
    assert list(dict.fromkeys(speakers(content))) == [
        *("AYESHA RASCOE, HOST", "JUANA SUMMERS, BYLINE", "TOM REED", "SUMMERS", "REED"),
        'BRET BAIER, ANCHOR, "SPECIAL REPORT"',
    ]


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (
            "The Presiding Officer (Ann Berg): Good day.\n\nTom Reed (Leith) (SNP): The port is closed.\n\n"
            "The Minister for Ports (Jo Lind): It will open.\n\nTom Reed: Thank you.\n",
            [
                *("The Presiding Officer (Ann Berg)", "Tom Reed (Leith) (SNP)"),
                *("The Minister for Ports (Jo Lind)", "Tom Reed"),
            ],
        ),
        (
            "Deputy Ann Berg: When?\n"
            "Minister of State at the Department of Transport (Deputy Tom Reed): In June.\n"
            "Deputy Ann Berg: Thank you.\n",
            [
                "Deputy Ann Berg",
                "Minister of State at the Department of Transport (Deputy Tom Reed)",
                "Deputy Ann Berg",
            ],
        ),
        (
            "ИВАНОВ И. И. У меня вопрос.\n\nПЕТРОВА А. С. Когда?\n\nИВАНОВ И. И. В июне.\n",
            ["ИВАНОВ И. И", "ПЕТРОВА А. С", "ИВАНОВ И. И"],
        ),
        (
            "Operator\n\nWelcome, all.\n\nAnn Berg - Chief Executive Officer\n\nThank you.\n\n"
            "Tom Reed - Birch Capital\n\nWhen?\n\nAnn Berg - Chief Executive Officer\n\nIn June.\n",
            [
                *("Operator", "Ann Berg - Chief Executive Officer", "Tom Reed - Birch Capital"),
                "Ann Berg - Chief Executive Officer",
            ],
        ),
        (
            "SPEAKER 1\n[00:00:01] Good morning.\nSPEAKER 2\n[00:00:05] Morning.\n",
            ["SPEAKER 1", "SPEAKER 2"],
        ),
    ],
)
def test_offices_and_firms_beside_names_are_the_speakers(content, names):
    assert speakers(content) == names


@pytest.mark.parametrize(
    "content",
    [
        "Berg, Ann (2014): The Garden. London.\nReed, Tom (2016a): Soil. Leeds.\nHill, Jo (2018): Sun.\n",
        "Ann Berg - Green Garden\n\nThe peas are green.\n\nTom Reed - Red River\n\nThe river runs.\n",
    ],
)
def test_books_and_songs_are_nobodys(content):
    assert set(speakers(content)) == {None}


def test_headings_in_capitals_with_a_word_in_common_are_nobody():
    prose = "The patient came in the morning and told of pain. He was sent home.\n\n" * 8
    assert set(speakers(f"{prose}SYMPTOMS: Cough.\n\n{prose}CURRENT SYMPTOMS: None.\n\n{prose}")) <= {None}


@pytest.mark.parametrize(
    "content",
    [
        "Ann says: Shall we?\nBen says: Not yet.\nAnn says: Fine.\n",
        "**Ann said:** Shall we?\n\n**Ben said:** Not yet.\n\n**Ann said:** Fine.\n",
        "Ann says: Shall we?\nBen says: Not yet.\nAnn: Fine.\n",
        "[1] Ann: Shall we?\n[2] Ben: Not yet.\n[3] Ann: Fine.\n",
    ],
)
def test_saying_and_counting_are_no_part_of_a_name(content):
    assert turns(content) == [("Ann", "Shall we?"), ("Ben", "Not yet."), ("Ann", "Fine.")]


def test_a_quotation_in_a_story_and_what_a_thing_says_are_nobodys():
    story = 'It rained.\n\nAnn said: "We go."\n\nBen said: "Where to?"\n\nAnn said: "Home."\n\nThey left.\n'
    assert set(speakers(story)) == {None}
    asked = "Ann: What does it say?\nThe book says: in March.\nBen: Then in March.\nAnn: Good.\n"
    assert turns(asked)[0] == ("Ann", "What does it say? The book says: in March.")


def test_the_number_of_a_speech_is_no_part_of_a_name():
    content = (
        "Anf. 1 ANNA BERG (S):\n\nFru talman!\n\nAnf. 2 TOM REED (M):\n"
        "\nTack.\n\nAnf. 3 ANNA BERG (S):\n\nNej.\n"
    )
    assert speakers(content) == ["ANNA BERG (S)", "TOM REED (M)", "ANNA BERG (S)"]


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (
            "[0:02] Ann Berg When was that?\n[0:07] Tom Reed In March.\n"
            "[0:09] Ann Berg So early?\n[0:12] Tom Reed Yes.\n",
            ["Ann Berg", "Tom Reed", "Ann Berg", "Tom Reed"],
        ),
        (
            "[00:00:00.500 --> 00:00:01.300] SPEAKER_00 Good morning.\n"
            "[00:00:02.500 --> 00:00:02.800] SPEAKER_01 Hello.\n",
            ["SPEAKER_00", "SPEAKER_01"],
        ),
        (
            "[0:02] Ann Berg enters.\n[0:07] Tom Reed sits.\n"
            "[0:09] Ann Berg waves.\n[0:12] Tom Reed leaves.\n",
            [None] * 4,
        ),
        ("[0:02] New York Is Cold.\n[0:07] Los Angeles Is Warm.\n[0:09] New York Is Far.\n", [None] * 3),
    ],
)
def test_a_name_behind_each_time_is_who_speaks_if_a_sentence_begins_behind_it(content, names):
    assert speakers(content) == names


def test_who_is_quoted_in_a_talk_is_no_speaker():
    content = (
        "Paul says: rejoice always.\n\nI love that.\n\nPeter says: be sober.\n\n"
        "Paul says: pray.\n\nWe should, all of us.\n"
    )
    assert set(speakers(content)) == {None}


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (
            "Q Your name?\nA Ruth Ames.\nMS. ORR: Objection.\nQ Go on.\nA I saw Tom.\n",
            ["Q", "A", "MS. ORR", "Q", "A"],
        ),
        (
            "MS. BERG: Good day.\nQ When?\nMS. BERG: In June.\nA Monday is best.\nQ Why?\nMS. BERG: Ice.\n",
            ["MS. BERG", "Q", "MS. BERG", "Q", "MS. BERG"],
        ),
        ("A Monday in May is good.\nA Tuesday is not.\nQ is a letter.\n", [None]),
    ],
)
def test_question_and_answer_may_have_lost_their_column(content, names):
    assert speakers(content) == names


def test_whoever_is_presented_in_capitals_speaks_in_a_broadcast():
    content = (
        "RACHEL MADDOW, MSNBC HOST: Good evening.\n\n(BEGIN VIDEO CLIP)\n\n"
        "JOSEPH BIDEN, PRESIDENT OF THE UNITED STATES: No.\n\n"
        "(END VIDEO CLIP)\n\nMADDOW: Well.\n\nThis is a rush transcript. It may be updated.\n"
    )
    assert list(dict.fromkeys(speakers(content))) == [
        *("RACHEL MADDOW, MSNBC HOST", "JOSEPH BIDEN, PRESIDENT OF THE UNITED STATES", "MADDOW"),
    ]
    assert "rush" not in str(turns(content))


def test_who_speaks_behind_what_is_heard_is_not_the_one_before():
    content = "Ann: Hello.\n[Laughs] Ben: Hi there.\nAnn: Yes.\n(Laughter) MR. SMITH: Well.\nBen: No.\n"
    said = [("Ann", "Hello."), ("Ben", "[Laughs] Hi there."), ("Ann", "Yes.")]
    assert turns(content) == [*said, ("MR. SMITH", "(Laughter) Well."), ("Ben", "No.")]


def test_who_speaks_behind_what_is_heard_in_captions_is_not_the_one_before():
    found = captions("ANN: Hello.", "[LAUGHS] BEN: Hi.", "ANN: Yes.", "(SIGHS) ANN: Well.", "BEN: No.")
    assert [segment.speaker for segment in found.segments] == ["ANN", "BEN", "ANN", "ANN", "BEN"]


def test_a_firm_in_brackets_before_a_name_does_not_speak():
    names = ["Mia Stone", "[Acme] Ann Berg", "Mia Stone", "[Acme] Ann Berg"]
    assert speakers("".join(f"{name}: Good morning.\n" for name in names)) == ["Mia Stone", "Ann Berg"] * 2


def test_somebody_in_brackets_may_say_a_name_and_a_colon():
    content = "[Ann] Hello.\n[Ben] Paris: a city.\n[Ann] Tom: are you there?\n[Ben] Well.\n"
    assert speakers(content) == ["Ann", "Ben", "Ann", "Ben"]


def test_two_initials_are_one_name_and_no_answer():
    assert speakers("A. B.: Hello.\nC. D.: Hi.\nA. B.: Bye.\nC. D.: Yes.\n") == ["A. B.", "C. D."] * 2


def test_a_name_and_its_time_may_be_bold_together():
    content = "**11:00:05 | You**\nWhen?\n\n**11:00:09 | Ann Berg**\nIn March.\n\n**11:01:00 | You**\nOh.\n"
    assert turns(content, "a.md") == [("You", "When?"), ("Ann Berg", "In March."), ("You", "Oh.")]


@pytest.mark.parametrize(
    "name",
    [
        "Mr. arap Koske", "MR. arap KOSKE", "Ngozi wa Thiong'o", "Rhys ap Owen", "Nuala ní Dhuibh",
        "Jan op den Berg", "Ann d'Arcy", "Omar el-Kader", "A. Berg", "Q. Adams",
    ],
)  # fmt: skip
def test_a_particle_or_an_initial_within_a_name_leaves_nobodys_words_to_others(name):
    content = (
        f"Tom Reed: Good morning.\n\n{name}: I am glad to be here.\n\nTom Reed: Shall we?\n\nAnn Lee: Yes.\n"
    )
    assert speakers(content) == ["Tom Reed", name, "Tom Reed", "Ann Lee"]


def test_an_answer_in_the_record_of_a_court_is_no_last_name():
    said = turns("Q. Was it late?\nA. Yes: it was.\nQ. And dark?\nA. No: there was a moon.\n")
    assert [speaker for speaker, _ in said] == ["Q", "A", "Q", "A"]


def test_an_answer_that_begins_with_capitals_and_an_aside_is_an_answer():
    said = turns("Q. Whose was it?\nA. NATO (the alliance) paid.\nQ. When?\nA. Late.\n")
    assert said[1] == ("A", "NATO (the alliance) paid.")


@pytest.mark.parametrize("word", ["Lehrer:Innen", "LEHRER:INNEN", "Lehrer:innen"])
def test_a_colon_for_women_and_men_is_none_behind_a_label(word):
    assert speakers(f"Ann: Ja.\n{word}: Nein.\nAnn: Gut.\n") == ["Ann", word, "Ann"]


def test_a_line_that_goes_on_from_the_hall_is_no_call_from_it():
    assert speakers("Ann: Er kam\naus dem Saal: niemand sah ihn.\nBen: Ja.\nAnn: Gut.\n") == [
        "Ann",
        "Ben",
        "Ann",
    ]


def test_what_is_told_somebody_in_brackets_names_nobody():
    said = "[Ann Berg, please come] He said so.\nAnn: Yes.\nBen: No.\n"
    assert speakers(said) == [None, "Ann", "Ben"]


def test_who_is_named_in_full_beside_a_moderator_has_his_own_words_though_each_stands_once():
    talk = "".join(f"We went on for {n} miles, and it rained.\n\n" for n in range(40))
    content = f"Moderator: Please welcome our guest.\n\n[Applause]\n\nAnn Berg: Thank you.\n\n{talk}"
    said = turns(content)
    assert ("Ann Berg", "We went on for 39 miles, and it rained.") in said
    assert {speaker for speaker, _ in said} == {"Moderator", "Ann Berg"}


def test_who_asks_once_in_a_file_of_tight_colons_is_not_the_one_who_spoke_before():
    talk = "".join(f"We sold {n} boats, and that was good for all of us.\n\n" for n in range(9))
    content = f"Ann Berg:Good day.\n\n{talk}Tom Reed:Thank you. Why?\n\nAnn Berg:It was warm.\n\n{talk}"
    assert ("Tom Reed", "Thank you. Why?") in turns(content)


def test_brackets_within_a_remark_that_goes_on_below_name_nobody():
    content = (
        "Brandt: Ich eröffne.\nWeil (SPD): Der Hafen ist zu. (Zuruf des Abg. Kern\n[FDP]: Aha!)\n"
        "Das sage ich gern.\nBrandt: Danke.\nWeil (SPD): Bitte.\n"
    )
    assert speakers(content) == ["Brandt", "Weil (SPD)", "Brandt", "Weil (SPD)"]


def test_a_name_in_capitals_goes_on_with_a_sentence_of_somebody_elses():
    cues = captions("ANN: I think that", "we should go,", "BEN: and soon.", "ANN: Yes.")
    assert [s.speaker for s in cues.segments] == ["ANN", "ANN", "BEN", "ANN"]


def test_a_column_of_roles_says_who_speaks():
    table = "start_ms,end_ms,role,utterance\n1000,3000,agent,Good morning.\n4000,5000,customer,Hello.\n"
    assert turns(table, "call.csv") == [("agent", "Good morning."), ("customer", "Hello.")]


@pytest.mark.parametrize("address", ["[https://example.org/@a/b]", "[www.example.org]"])
def test_an_address_in_brackets_that_leads_somewhere_is_nobody(address):
    content = f"Ann: Aa bb.\nBen: Cc dd.\n{address}: Ee ff.\nAnn: Gg hh.\n"
    assert turns(content) == [("Ann", "Aa bb."), ("Ben", f"Cc dd. {address}: Ee ff."), ("Ann", "Gg hh.")]


@pytest.mark.parametrize(
    "form", ["[{}] {}", "<{}> {}", "{{{}}} {}", "{} - {}", "{} | {}", '"{}": {}', "{}:: {}"]
)
def test_what_somebody_is_may_stand_behind_his_name_in_any_marks(form):
    said = [("Dr. Ann Berg", "Good morning."), ("Tom Reed, MP", "Shall we?"), ("Dr. Ann Berg", "Yes.")]
    content = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{form.format(*turn)}\n\n" for n, turn in enumerate(said, 1)
    )
    assert [(s.speaker, s.text) for s in read(content.encode(), "a.srt").segments] == said


def test_a_place_in_brackets_is_nobody_for_the_land_behind_it():
    content = "Ann: We saw it.\n[Berlin, Germany] It was cold.\nBen: And then?\nAnn: Then home.\n"
    assert {s.speaker for s in read(content.encode(), "a.txt").segments} == {"Ann", "Ben"}


@pytest.mark.parametrize("mark", [":", "-", "|", "\u2013"])
def test_a_mark_may_stand_by_itself_behind_what_a_program_calls_a_speaker(mark):
    content = f"SPEAKER_00 {mark} Good morning.\nSPEAKER_01 {mark} Shall we?\n"
    assert [(s.speaker, s.text) for s in read(content.encode(), "a.txt").segments] == [
        ("SPEAKER_00", "Good morning."), ("SPEAKER_01", "Shall we?"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "form", "head"),
    [
        ("a.txt", "{1}: {2}\n", ""),
        ("a.csv", "{0},{1},{2}\n", "start,speaker,text\n"),
        ("a.vtt", "00:0{0}.000 --> 00:0{0}.900\n<v {1}>{2}\n\n", "WEBVTT\n\n"),
        ("a.srt", "00:00:0{0},000 --> 00:00:0{0},900\n[{1}]: {2}\n\n", ""),
    ],
)
@pytest.mark.parametrize("nobody", ["None", "nan", "null", "undefined"])
def test_what_programs_write_for_no_name_is_nobody(name, form, head, nobody):
    said = [("SPEAKER_00", "Good morning."), (nobody, "Shall we?"), ("SPEAKER_01", "Yes.")]
    content = head + "".join(form.format(n, *turn) for n, turn in enumerate(said))
    told = [(s.speaker, s.text) for s in read(content.encode(), name).segments]
    assert told == [("SPEAKER_00", "Good morning."), (None, "Shall we?"), ("SPEAKER_01", "Yes.")]


def test_a_grandmother_is_somebody():
    content = "nan: good morning dear.\nann: good morning nan.\nnan: shall we?\nann: yes.\n"
    assert {s.speaker for s in read(content.encode(), "a.txt").segments} == {"nan", "ann"}


FIRST = "First question: what do you think?"


@pytest.mark.parametrize("form", ["{} – {}", "*{}* – {}", "**{}** {}", "{} | {}"])
@pytest.mark.parametrize("said", [FIRST, "Question: is that it?", "The thing is this: we lost."])
def test_a_colon_in_what_is_said_hides_no_name_before_another_mark(form, said):
    spoken = [
        ("Maria", "So, welcome back."), ("Tom", "Thank you."), ("Maria", said), ("Tom", "I think so."),
    ]  # fmt: skip
    assert turns("\n\n".join(form.format(*turn) for turn in spoken), "a.md") == spoken


def test_nor_where_every_turn_has_one():
    spoken = [
        ("Ann Berg", FIRST), ("Ben Fox", "One thing: it is big."), ("Ann Berg", "Next question: why?"),
        ("Ben Fox", "Because it grew."),
    ]  # fmt: skip
    assert turns("\n\n".join(f"{name} – {text}" for name, text in spoken)) == spoken


def test_nor_in_captions():
    said = [("Maria", "So, welcome back."), ("Tom", "Thank you."), ("Maria", FIRST), ("Tom", "I think so.")]
    read_back = captions(*(f"{name} – {text}" for name, text in said)).segments
    assert [(s.speaker, s.text) for s in read_back] == said


def test_a_dash_within_a_label_parts_no_office_from_its_name():
    said = ["Ann Berg – Acme: Good morning.", "Ben Fox – Bolt: Hello.", "Ann Berg – Acme: Shall we?"]
    assert speakers("\n\n".join(said)) == ["Ann Berg – Acme", "Ben Fox – Bolt", "Ann Berg – Acme"]


@pytest.mark.parametrize("form", ["### {}\n\n{}", "**{}**\n\n{}", "{}\n\n{}", "{}  0:15\n\n{}"])
@pytest.mark.parametrize(
    "said", ["質問:それは本当ですか。", "اولا: ما رأيك؟", "Bob: he was there too.", FIRST]
)
def test_what_stands_below_a_name_alone_is_said_by_its_bearer(form, said):
    spoken = [("Maria", "So, welcome back."), ("Tom", "Thank you."), ("Maria", said), ("Tom", "I think so.")]
    assert turns("\n\n".join(form.format(*turn) for turn in spoken), "a.md") == spoken


def test_names_are_read_behind_escapes_attributes_and_the_bullets_of_words_fonts():
    assert turns("**Ann O\\'Neil:** No.\n\n**Ben:** Yes.\n\n**Ann O\\'Neil:** Well.\n", "a.md") == [
        ("Ann O'Neil", "No."), ("Ben", "Yes."), ("Ann O'Neil", "Well."),
    ]  # fmt: skip
    headings = "".join(
        f"### {name} {{#{name.lower()} .unnumbered}}\n\nYes.\n\n" for name in ("Ann", "Ben", "Ann")
    )
    assert turns(headings, "a.md") == [("Ann", "Yes."), ("Ben", "Yes."), ("Ann", "Yes.")]
    assert turns("\uf0b7 Ann: Yes.\n\uf0a7 Ben: No.\n\uf0b7 Ann: Well.\n") == [
        ("Ann", "Yes."), ("Ben", "No."), ("Ann", "Well."),
    ]  # fmt: skip
    wiki = "==== Ann ====\n\nYes.\n\n==== Ben ====\n\nNo.\n\n==== Ann ====\n\nWell.\n"
    assert speakers(wiki) == ["Ann", "Ben", "Ann"]


@pytest.mark.parametrize(
    "name", ['Ann "Dot" Berg', "Ann “Dot” Berg", "M1?", "Ann?", "All participants", "A Deputy"]
)
def test_a_name_with_a_nickname_or_in_question_and_several_are_not_the_one_before(name):
    content = f"Moderator: What of it?\nP2: It is old.\n{name}: It is not.\nModerator: Why?\nP2: It leaks.\n"
    assert turns(content)[2] == (name, "It is not.")


def test_who_is_told_of_in_brackets_once_is_who_speaks_without_them_later():
    content = "Moderator: Why?\nP1 (Male, 34): It is old.\nModerator: And?\nP1: It leaks.\nP1: And drips.\n"
    assert speakers(content) == ["Moderator", "P1 (Male, 34)", "Moderator", "P1", "P1"]


@pytest.mark.parametrize("one", ["PS", "NB"])
def test_initials_that_begin_notes_are_somebodys_where_all_go_by_initials(one):
    content = f"{one}: When did you come?\n\nMO: In 1922.\n\n{one}: And your father?\n\nMO: He was there.\n"
    assert speakers(content) == [one, "MO", one, "MO"]
    noted = f"Ann: It rained.\n\n{one}: It was May.\n\nBen: I see.\n\n{one}: Or June.\n\nAnn: Yes.\n"
    assert speakers(noted) == ["Ann", "Ann", "Ben", "Ben", "Ann"]


def test_what_stands_behind_three_dashes_is_what_a_witness_answers():
    content = (
        "MR DALE:   Where did you live?---On Mill Street.\n\nFor how long did you\nlive there?---Six years. "
        "It\nwas warm.\n\nMS ORR:   I object.\n\nMR DALE:   You left in May?---In June.\n"
    )
    assert turns(content) == [
        ("MR DALE", "Where did you live?"),
        ("A", "On Mill Street."),
        ("Q", "For how long did you live there?"),
        ("A", "Six years. It was warm."),
        ("MS ORR", "I object."),
        ("MR DALE", "You left in May?"),
        ("A", "In June."),
    ]


def test_dashes_within_turns_that_all_have_names_part_nothing():
    content = "Ann: Is it?---I wonder.\nBen: It is.\nAnn: And?---Hm.\nBen: Fine.\nAnn: So?---Yes.\n"
    assert set(speakers(content)) == {"Ann", "Ben"}


def test_dashes_behind_what_asks_nothing_are_nobodys_answers():
    content = "I thought it was over.---But no.\nHe came back.---She did not.\nThey left.---All of them.\n"
    assert set(speakers(content)) == {None}


def test_a_code_before_a_wide_space_and_a_small_role_in_brackets_say_who_speaks():
    cockpit = (
        "HOT-1    flaps five.\nHOT-2    set.\nRDO-2    ready.\nHOT-1    go.\nHOT-2    airspeed’s alive.\n"
    )
    assert speakers(cockpit) == ["HOT-1", "HOT-2", "RDO-2", "HOT-1", "HOT-2"]
    surgery = "[doctor] hi , anna .\n[patient] hi .\n[doctor] since when ?\n[patient_guest] april .\n"
    assert speakers(surgery) == ["doctor", "patient", "doctor", "patient_guest"]
    sounds = "[laughs] so we went\n[sighs] it was long ago\n[laughs] it was\n[sighs] yes\n"
    assert set(speakers(sounds)) == {None}
    noted = "Ann: It rained.\n[thinks] And then?\nBen: I see.\n[smiles] Good.\nAnn: Yes.\n[thinks] Hm.\n"
    assert set(speakers(noted)) == {"Ann", "Ben"}


def test_indents_and_links_of_a_wiki_are_no_words():
    content = (
        ": '''Ann''': Is it safe?\n: '''Ben''': The [[wall|old wall]] is, in [[May]].\n: '''Ann''': And?\n"
        ": '''Ben''': Fine.\n"
    )
    assert turns(content)[:2] == [("Ann", "Is it safe?"), ("Ben", "The old wall is, in May.")]


def test_a_short_name_before_a_dash_is_one_beside_longer_ones():
    said = [
        ("Иван Петров", "Здравствуйте, сегодня 3 вопроса."), ("Ольга", "Спасибо."),
        ("Иван Петров", "Почему в 10:30?"), ("Ольга", "Потому что так надо."), ("Иван Петров", "Хорошо."),
    ]  # fmt: skip
    assert turns("\n\n".join(f"{name} – {text}" for name, text in said)) == said


def test_a_comment_of_markdown_says_who_speaks():
    said = ["The boat is in the shed.", "Is it dry there?", "Dry enough."]
    names = ["Ann Berg", "Ben", "Ann Berg"]
    for above in ("<!-- speaker: {} -->\n", "<!-- Speaker: {} -->\n\n", '<!-- speaker="{}" --> '):
        content = "\n\n".join(above.format(name) + text for name, text in zip(names, said, strict=True))
        assert turns(content, "a.md") == list(zip(names, said, strict=True))
    assert turns("<!-- speaker notes: be loud -->\nThe boat is here.\n", "a.md") == [
        (None, "The boat is here.")
    ]


def test_comments_of_markdown_on_one_line_each_tell_who_speaks():
    content = (
        "<!-- speaker: Ann --> It is here. <!-- speaker: Ben --> Is it dry? <!-- speaker: Ann --> Yes.\n"
    )
    assert turns(content, "a.md") == [("Ann", "It is here."), ("Ben", "Is it dry?"), ("Ann", "Yes.")]


def test_what_a_slide_tells_its_speaker_to_do_is_nobody():
    content = (
        "# Boats\n\n<!-- Speaker: Remember to smile -->\n\nBoats float.\n\n---\n\n"
        "<!-- Speaker: Mention the roof. -->\n\nSheds are dry.\n"
    )
    assert {who for who, _ in turns(content, "a.md")} == {None}


@pytest.mark.parametrize("name", ["tel:+4930123", "sip:ann@example.org", "sips:1000@pbx", "x", "mo"])
def test_whoever_joins_a_call_without_a_name_speaks_for_himself(name):
    content = f"Mia Stone: Good morning.\n{name}: I am late.\nMia Stone: Shall we begin?\n{name}: Yes.\n"
    said = [
        ("Mia Stone", "Good morning."),
        (name, "I am late."),
        ("Mia Stone", "Shall we begin?"),
        (name, "Yes."),
    ]
    assert turns(content) == said


def test_names_and_times_before_a_tight_dash_are_of_who_speaks_in_australia():
    content = (
        "Senator BERG (New South Wales) (2.03 pm)—The harbour needs a crane.\n\nThe PRESIDENT—Order!\n\n"
        "Senator BERG—It would cost little.\n\nMs Hale (Hill—Minister for Ports) (2.10 pm)—I agree.\n\n"
        "Honourable members—Hear, hear!\n"
    )
    assert turns(content) == [
        ("Senator BERG (New South Wales)", "The harbour needs a crane."),
        ("The PRESIDENT", "Order!"),
        ("Senator BERG", "It would cost little."),
        ("Ms Hale (Hill—Minister for Ports)", "I agree."),
        ("Honourable members", "Hear, hear!"),
    ]
    assert [s.start for s in read(content.encode(), "a.txt").segments][::3] == [50580, 51000]
    story = "Mr Hale—My uncle—never married.\n\nThe Speaker—A tall man—slept.\n\nMr Hale—He saw it—laughed.\n"
    assert set(speakers(story)) == {None}


def test_a_time_behind_a_name_before_a_tight_dash_is_one_in_every_spelling():
    content = (
        "Senator BERG (Hill) ({})—I rise.\n\nThe PRESIDENT—Order!\n\nSenator BERG—to speak of cranes.\n\n"
        "The PRESIDENT—$5 million?\n\nSenator BERG—Two.\n"
    )
    for written, start in (("3.15", 11700), ("8.0 p.m.", 72000), ("11.59 PM", 86340), ("8.5", 29100)):
        assert turns(content.format(written)) == [
            ("Senator BERG (Hill)", "I rise."),
            ("The PRESIDENT", "Order!"),
            ("Senator BERG", "to speak of cranes."),
            ("The PRESIDENT", "$5 million?"),
            ("Senator BERG", "Two."),
        ]
        assert read(content.format(written).encode(), "a.txt").segments[0].start == start


def test_a_question_in_capitals_is_who_asks_where_all_are_named_so():
    others = (
        "THE COURT: Go on.\n\nMR. HALE: I will.\n\n{}: Why did it fall?\n\n"
        "MR. HALE: It was old.\n\nTHE COURT: Good.\n"
    )
    assert turns(others.format("QUESTION"))[2] == ("QUESTION", "Why did it fall?")
    plain = others.title().format("Question")
    assert "Question" not in speakers(plain)
