"""Texts as programs and people leave them: heads of their own, times in other figures, messages, tasks."""

import pytest

from daemon.formats import read
from tests.unit.formats.account import checked


def spoken(content, name="a.txt"):
    return [(s.start, s.speaker, s.text) for s in checked(content.encode(), name).segments]


def turns(content, name="a.txt"):
    return [(speaker, said) for _, speaker, said in spoken(content, name)]


@pytest.mark.parametrize(
    "form",
    ["<{} {}> {}", "{{{}, {}}} {}", "[{}|{}] {}", "[{} @ {}] {}", "{}\u3000{}\n{}\n", "{}\xa0{}\n{}\n"],
)
def test_a_name_and_a_time_in_whatever_marks_are_who_speaks_and_when(form):
    said = [("Ann", "0:02", "We planted."), ("Tom", "0:07", "So early?"), ("Ann", "0:12", "It was warm.")]
    content = "\n".join(form.format(*turn) for turn in said) + "\n"
    assert spoken(content) == [
        (2, "Ann", "We planted."),
        (7, "Tom", "So early?"),
        (12, "Ann", "It was warm."),
    ]


def test_a_name_may_stand_before_a_span_of_time_in_one_bracket():
    content = "[Ann|0:02|0:06] We planted.\n[Tom|0:07|0:11] So early?\n[Ann|0:12|0:15] It was warm.\n"
    assert [s.end for s in checked(content.encode(), "a.txt").segments] == [6, 11, 15]


@pytest.mark.parametrize(
    "content",
    [
        "[٠٠:٠١] أحمد: نعم.\n[٠٠:٠٤] ليلى: لا.\n[٠٠:٠٩] أحمد: شكرا.\n",
        "أحمد ٠٠:٠١\nنعم.\n\nليلى ٠٠:٠٤\nلا.\n\nأحمد ٠٠:٠٩\nشكرا.\n",
        "(００：０１) أحمد: نعم.\n(００：０４) ليلى: لا.\n(００：０９) أحمد: شكرا.\n",
    ],
)
def test_times_may_be_written_in_the_figures_of_other_scripts(content):
    assert spoken(content) == [(1, "أحمد", "نعم."), (4, "ليلى", "لا."), (9, "أحمد", "شكرا.")]


def test_a_time_in_other_figures_within_what_is_said_stays_as_it_is():
    assert turns("小林：船は９：００に出ます。\n田中：９：３０です。\n小林：はい。\n")[1] == (
        "田中",
        "９：３０です。",
    )


def test_who_sends_a_message_writes_what_stands_below():
    message = "From: {}\nType: incoming\nSent: Tue, 12 Mar 2024 10:15:03 +0100\n\n{}\n\n"
    said = [("Ann", "Good morning."), ("Tom", "Is it open?"), ("Ann", "At nine.")]
    assert turns("".join(message.format(*turn) for turn in said)) == said


def test_a_link_alone_is_written_by_who_sends_it_in_a_chat():
    content = (
        "09:04:31\tVon Felix Horn an Alle:\tguten Morgen\n"
        "09:04:50\tVon Mario Lund an Alle:\thttps://example.org/a\n"
        "09:05:02\tVon Felix Horn an Alle:\tdanke\n"
    )
    assert [speaker for speaker, _ in turns(content)] == ["Felix Horn", "Mario Lund", "Felix Horn"]


def test_a_task_that_is_done_is_said_by_nobody():
    content = (
        "### Tasks\n\n- [ ] **Nora**: write it down\n- [x] **Pavel**: order seed\n\n### Talk\n\n"
        "**Nora:** Shall we begin?\n\n**Pavel:** Yes.\n\n**Nora:** Good.\n"
    )
    assert ("Pavel", "order seed") not in turns(content, "a.md")
    assert turns(content, "a.md")[-3:] == [("Nora", "Shall we begin?"), ("Pavel", "Yes."), ("Nora", "Good.")]


def test_what_a_program_prints_behind_a_time_is_who_speaks_without_its_colon():
    content = "start=0.5s stop=2.3s speaker_S1: We planted.\nstart=3.0s stop=4.2s speaker_S2: So early?\n"
    assert turns(content) == [("S1", "We planted."), ("S2", "So early?")]


@pytest.mark.parametrize(
    "head",
    [
        "Transcribed with noScribe vers. 0.6.2\nAudio file: C:/talks/garden.mp3\n"
        "(Start: 00:00:10 | Stop: 00:05:00 | Language: English (en) | Timestamps: 0)",
        "Transkribiert mit noScribe Vers. 0.6.2\nAudio-Quelle: C:/talks/garden.mp3\n"
        "(Start: 00:00:10 | Stop: 00:05:00 | Sprache: Deutsch (de) | Zeitmarken: 0)",
    ],
    ids=["English", "German"],
)
def test_the_head_that_noscribe_sets_above_a_talk_is_not_spoken(head):
    content = f"{head}\n\nS00: How are the peas?\n\nS01: Fine.\n\nS00: And the beans?\n"
    assert turns(content) == [("S00", "How are the peas?"), ("S01", "Fine."), ("S00", "And the beans?")]


@pytest.mark.parametrize("word", ["", "📖 Transcript\n\n"])
def test_the_day_and_the_title_that_meet_sets_above_a_talk_are_not_spoken(word):
    content = (
        f"{word}May 1, 2024\nGarden committee - Transcript\n00:00:00\n\nAnn Berg: Hello.\nTom Reed: Yes.\n"
    )
    assert turns(content) == [("Ann Berg", "Hello."), ("Tom Reed", "Yes.")]
    assert checked(content.encode(), "a.txt").recorded == "2024-05-01"


def test_how_late_it_is_in_the_record_of_a_parliament_is_said_by_nobody():
    content = "Hon. Ann Doyle: It opens.\n\n(1405)\n\nMr. Tom Reed: When?\n\nHon. Ann Doyle: In June.\n"
    assert [said for _, said in turns(content)] == ["It opens.", "When?", "In June."]


def test_a_year_in_brackets_is_no_clock_elsewhere():
    assert ("Reed", "(1945)") in turns("Reed: We came home.\n\n(1945)\n\nBerg: So it was.\n\nReed: Yes.\n")


@pytest.mark.parametrize("mark", [" - ", " – ", "\t"])
def test_who_is_named_once_among_others_before_dashes_or_tabs_is_not_the_one_before(mark):
    said = [("Ann Berg", "Hello there."), ("Ben Low", "Hi Ann."), ("Ann Berg", "How is it?")]
    said += [("Carl Ott", "It is fine."), ("Ben Low", "Yes.")]
    assert turns("\n".join(f"{name}{mark}{text}" for name, text in said)) == said


def test_what_programs_call_a_speaker_speaks_before_a_dash_too():
    content = "Speaker 0 - Hello.\n\nSpeaker 1 - Hi.\n\nSpeaker 0 - Well?\n"
    assert [speaker for speaker, _ in turns(content)] == ["Speaker 0", "Speaker 1", "Speaker 0"]


def test_a_column_that_counts_the_rows_is_not_spoken():
    said = [("Ann", "Hello there."), ("Ben", "Hi Ann."), ("Ann", "How is it?"), ("Ben", "It is fine.")]
    assert turns("".join(f"{n}\t{name}\t{text}\n" for n, (name, text) in enumerate(said, 1))) == said


@pytest.mark.parametrize("head", ["時間,話者,発言", "시간,화자,내용", "开始时间,发言人,内容"])
def test_columns_are_known_by_their_names_in_the_languages_of_east_asia(head):
    content = f"{head}\n00:00,Ann,Hello.\n00:02,Ben,Hi.\n"
    assert spoken(content, "a.csv") == [(0, "Ann", "Hello."), (2, "Ben", "Hi.")]


@pytest.mark.parametrize("form", ["{}s {}", "{} s: {}", "({} sec) {}", "[{}.0s] {}"])
def test_bare_seconds_before_every_line_are_times(form):
    said = [(3, "Hello there."), (7, "How is it?"), (75, "Good bye.")]
    assert spoken("".join(f"{form.format(*each)}\n" for each in said)) == [
        (at, None, text) for at, text in said
    ]


def test_seconds_that_are_spoken_of_are_no_times():
    content = "60s music was loud.\nWe liked it all the same.\n80s music was louder.\nNobody minded.\n"
    assert spoken(content)[0][0] is None


@pytest.mark.parametrize(
    ("names", "form"),
    [
        (["Ann", "Tom", "Ann"], "{}\n{}\n\n"),
        (["ANN BERG", "TOM REED", "ANN BERG"], "{}\n{}\n\n"),
        (["Ann Berg", "Tom Reed", "Ann Berg"], "### {}\n\n{}\n\n"),
        (["Ann Berg", "Tom Reed", "Ann Berg"], "**{}**\n\n{}\n\n"),
        (["Tom Reed, CFO", "Ann Berg, CEO", "Tom Reed, CFO"], "[{}]\n{}\n\n"),
        (["Tom Reed, CFO", "Ann Berg, CEO", "Tom Reed, CFO"], "{}\n{}\n\n"),
        (["MODERATORIN", "GAST", "MODERATORIN"], "{}\n{}\n\n"),
    ],
)
def test_names_above_each_paragraph_speak_though_one_of_them_does_only_once(names, form):
    said = list(zip(names, ["Hello there, everyone.", "Hi.", "How is it going?"], strict=True))
    assert (
        turns("".join(form.format(*turn) for turn in said), "a.md" if "*" in form or "#" in form else "a.txt")
        == said
    )


def test_what_discords_exporter_tells_of_a_message_is_not_written_by_anybody():
    content = (
        "[01-May-24 10:00 AM] Ann\nhello\n\n[01-May-24 10:01 AM] Tom\nhi\n\n{Reactions}\n👍 (2)\n\n"
        "[01-May-24 10:02 AM] Ann\nbye\n"
    )
    assert turns(content) == [("Ann", "hello"), ("Tom", "hi"), ("Ann", "bye")]


@pytest.mark.parametrize("element", ['<span class="speaker">{}</span>', "<cite>{}</cite>"])
def test_a_colon_behind_an_element_that_names_who_speaks_is_not_spoken(element):
    said = [("Ann", "Good morning."), ("Ben", "Hello.")]
    page = "".join(f"<p>{element.format(name)}: {text}</p>" for name, text in said)
    assert turns(page, "a.html") == said


def test_a_page_may_begin_with_a_quotation():
    page = "<blockquote><p><b>Ann</b>: Good.</p></blockquote><p><b>Ben</b>: Bad.</p><p><b>Ann</b>: Oh.</p>"
    assert turns(page, "a.html") == [("Ann", "Good."), ("Ben", "Bad."), ("Ann", "Oh.")]


@pytest.mark.parametrize("form", ["{} min: {}", "[{} min] {}", "0h0{} {}"])
def test_minutes_before_every_line_are_times(form):
    said = [(1, "Hello there."), (2, "How is it?"), (5, "Good bye.")]
    content = "".join(f"{form.format(*each)}\n" for each in said)
    assert spoken(content) == [(at * 60, None, text) for at, text in said]


@pytest.mark.parametrize("form", ["<b>{}:</b> {}", "<strong>{}</strong>: {}<br>"])
def test_labels_in_tags_are_read_in_a_text_that_is_no_page(form):
    said = [("Ann", "Good morning."), ("Ben", "Hello."), ("Ann", "Well?"), ("Ben", "Good.")]
    assert turns("".join(f"{form.format(*turn)}\n" for turn in said)) == said


@pytest.mark.parametrize(
    ("day", "began", "ended"),
    [
        ("1 maj 2024, 10:00", " startade transkriptionen", " avbröt transkriptionen"),
        ("1 maja 2024, 10:00", " rozpoczął(-ęła) transkrypcję", " zatrzymał(a) transkrypcję"),
        ("1 мая 2024 г., 10:00", " начал(а) транскрибирование", " остановил(а) транскрибирование"),
        ("2024年5月1日 午前10:00", " が文字起こしを開始しました", " が文字起こしを停止しました"),
    ],
)
def test_what_teams_says_in_other_languages_is_said_by_nobody(day, began, ended):
    content = (
        f"Garden-20240501_100000-Recording\n{day}\n12m 3s\n\nAnn Berg{began}\n\n"
        f"Ann Berg   0:01\nHello.\n\nTom Reed   0:07\nHi.\n\nAnn Berg{ended}\n"
    )
    assert spoken(content) == [(1, "Ann Berg", "Hello."), (7, "Tom Reed", "Hi.")]


def test_who_says_at_the_end_that_somebody_transcribes_says_it():
    content = "Ann   0:01\nHello.\n\nTom   0:07\nHi.\n\nAnn   0:09\nBea keeps the transcription\n"
    assert spoken(content)[-1] == (9, "Ann", "Bea keeps the transcription")


@pytest.mark.parametrize(
    ("made", "ended"),
    [
        (
            "Ta edytowalna transkrypcja została wygenerowana komputerowo.",
            "Transkrypcja zakończona po 00:31:50",
        ),
        (
            "この編集可能な文字起こしはコンピュータによって生成されたものです。",
            "00:31:50 に文字起こしが終了しました",
        ),
    ],
)
def test_what_meet_says_in_other_languages_is_said_by_nobody(made, ended):
    content = f"{made}\n00:00:00\n\nAnn Berg: Hello.\nTom Reed: Hi.\n{ended}\n"
    assert turns(content) == [("Ann Berg", "Hello."), ("Tom Reed", "Hi.")]


def test_what_a_list_of_words_explains_is_said_by_nobody():
    content = "Apple\tA fruit.\nPear\tA fruit too.\nApple\tA tree.\nPlum\tSmall.\n"
    assert [speaker for speaker, _ in turns(content)] == [None]


@pytest.mark.parametrize(
    "placeholder",
    [
        "<Media omitted>",
        "<Medien ausgeschlossen>",
        "\u200eimage omitted",
        "‎Bild weggelassen",
        "imagen omitida",
        "IMG-20240312-WA0001.jpg (file attached)",
        "<attached: 00001.jpg>",
        "This message was deleted",
        "Diese Nachricht wurde gelöscht.",
    ],
)
def test_what_whatsapp_writes_in_the_place_of_a_message_is_said_by_nobody(placeholder):
    content = (
        f"[12.03.24, 10:02:11] Ann: Hello.\n[12.03.24, 10:03:00] Tom: {placeholder}\nThe roof.\n"
        f"[12.03.24, 10:04:00] Ann: {placeholder}\n"
        "[12.03.24, 10:05:00] Tom: It leaks. <This message was edited>\n"
    )
    assert turns(content) == [("Ann", "Hello."), ("Tom", "The roof."), ("Tom", "It leaks.")]


def test_what_only_looks_like_a_placeholder_in_a_chat_stays():
    said = ["<3", "a < b and c > d", "nothing omitted here", "null and void"]
    content = "".join(f"12/03/2024, 10:0{at} - Ann: {text}\n" for at, text in enumerate(said))
    assert [text for _, text in turns(content)] == said


def test_the_tag_of_a_picture_in_markdown_is_no_speech():
    content = '# Talk\n\n<img src="a/1.jpg" alt="00:34 Peas" id="s-2">\n\nPeas need **water**.\n'
    assert [s.text for s in read(content.encode(), "talk.md").segments] == ["Peas need water."]


def test_a_number_between_dashes_is_that_of_a_page_even_if_there_is_only_one():
    content = "Ann: Where were you born?\n\nBen: In Oslo.\n\n- 1 -\n\nAnn: When?\n\nBen: In May.\n"
    assert "1" not in "".join(s.text for s in read(content.encode(), "a.txt").segments)


def test_numbers_of_lines_stand_before_any_width():
    content = (
        "1       Q.   Please state your name.\n2       A.   Ann Berg.\n3       Q.   Where do you live?\n"
        "4       A.   In Oslo.\n5            MS. ORR:  Objection.\n6       A.   Still in Oslo.\n"
    )
    found = [s.speaker for s in read(content.encode(), "a.txt").segments]
    assert found == ["Q", "A", "Q", "A", "MS. ORR", "A"]


TAGS_SPOKEN_OF = """Ann Lee: You begin with <div> and end with </div> as always.

Ben Carter: And where does the <p> go?

Ann Lee: Inside: first <p> and the words, then </p> and you are done.

Ben Carter: So <b> makes it bold?

Ann Lee: Yes, <b> and </b> make it bold, and all goes into the <body> of the page.
"""


@pytest.mark.parametrize("name", ["lesson.txt", "lesson.md"])
def test_tags_that_people_speak_of_are_words(name):
    talk = read(TAGS_SPOKEN_OF.encode(), name)
    assert len(talk.segments) == 5
    assert talk.segments[2].text == "Inside: first <p> and the words, then </p> and you are done."
    assert set(talk.dropped) == {"speaker"}


def test_tags_that_mark_words_up_are_no_words():
    talk = read(
        b"Ann: So <b>nobody</b> came.\n\nBen: <b>Nobody</b> did.\n\nAnn: <i>Nobody</i> at all.\n", "a.md"
    )
    assert [one.text for one in talk.segments] == ["So nobody came.", "Nobody did.", "Nobody at all."]


def test_a_heading_above_a_list_is_nobody_who_speaks():
    talk = read(
        b"Ann: We went.\n\nBen: We did.\n\n### Check: 1.4 quality\n\n- done\n- open\n\nAnn: So?\n\n"
        b"### Check: 1.5 quality\n\n- done\n\n### Check: 1.6 quality\n\n- done\n\nBen: Yes.\n",
        "a.md",
    )
    assert {one.speaker for one in talk.segments} == {None, "Ann", "Ben"}


def test_the_mark_of_a_language_before_a_translation_is_nobody_who_speaks():
    content = "".join(f"[EN] The mill is so old ({at}).\n[中] 磨坊很旧 ({at})。\n\n" for at in range(4))
    assert {one.speaker for one in read(content.encode(), "a.txt").segments} == {None}


def test_brackets_beside_one_another_are_no_link_where_no_address_has_such_a_name():
    content = (
        "**Ann:** See [3][4].\n\n**Ben:** [A review][r], [R][], not [this][one].\n\n[r]: https://x.org\n"
    )
    assert turns(content, "a.md") == [("Ann", "See [3][4]."), ("Ben", "A review, R, not [this][one].")]


@pytest.mark.parametrize(
    "form",
    [
        "[**{1}**](https://y.org/a?t=2) **{0}:** {2}",
        "**[{0} {1}]** {2}",
        "**[{0} {1}]:** {2}",
        "[_{1}_](https://y.org/a?t=2) {0}: {2}",
    ],
)
def test_bold_type_around_or_within_a_head_of_markdown_changes_nothing(form):
    said = [("Ann", "0:02", "We planted."), ("Tom", "0:07", "So early?"), ("Ann", "0:12", "It was warm.")]
    content = "\n\n".join(form.format(*turn) for turn in said) + "\n"
    assert spoken(content, "a.md") == [
        (2, "Ann", "We planted."), (7, "Tom", "So early?"), (12, "Ann", "It was warm."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "times",
    [
        ("[0.0 - 2.2000000000000002]", "[2.2000000000000002 - 3.1]", "[3.1 - 7.000000001]"),
        ("[0: 00]", "[0: 02]", "[0 : 03]"),
        ("(00: 00: 00)", "(00: 00: 02)", "(00: 00 : 03)"),
        ("0s", "2s", "1m3s"),
        ("00:00:00-1", "00:00:02-2", "00:00:03-1"),
    ],
)
def test_times_with_long_fractions_with_spaces_or_before_the_first_minute_are_no_words(times):
    texts = ["Ann: The ferry leaves.", "Ben: At nine.", "Ann: Good."]
    content = "".join(f"{time} {text}\n" for time, text in zip(times, texts, strict=True))
    transcript = checked(content.encode(), "a.txt")
    assert [s.text for s in transcript.segments] == ["The ferry leaves.", "At nine.", "Good."]
    assert [int(s.start) for s in transcript.segments] in ([0, 2, 3], [0, 2, 63])


def test_seconds_in_front_of_what_is_said_of_them_stay_words():
    content = "60s music is fine.\n30s music is too short.\n1m10s Ann: So early?\n1h2m3s Ben: Yes.\n"
    assert spoken(content)[0][2].startswith("60s music is fine. 30s music")


def test_a_time_of_f4_behind_a_turn_needs_no_signs_around_it():
    content = "I: When?\n\nB: In March. 00:00:06-0\n\nI: So early? [00:00:07-1]\n\nB: Yes. 00:00:12-8\n"
    assert turns(content) == [("I", "When?"), ("B", "In March."), ("I", "So early?"), ("B", "Yes.")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("O'Neill, Mary Ann   00:00:03", "van der Berg, Jan   00:00:07"),
        ("de la Cruz, Ana   00:03", "van der Berg, Jan   00:07"),
        ("van der Berg (0:03)", "de la Cruz (0:07)"),
        ("Ann Lee   00:00:03", "room 3 left   00:00:07"),
    ],
)
def test_a_name_with_a_small_letter_first_stands_once_above_words_as_others_do(first, second):
    again = first.replace("3", "4", 1) if first.count("3") == 1 else first.replace(":03", ":14")
    content = f"{first}\nHow old?\n\n{second}\nNineteen.\n\n{again.replace(':04', ':14')}\nYeah.\n"
    names = [line.partition("  ")[0].partition(" (")[0] for line in (first, second, first)]
    assert [speaker for speaker, _ in turns(content)] == names


def test_a_day_with_a_time_in_a_file_of_names_and_times_is_nobodys_name():
    content = "Ann Lee 00:00:03\nGood.\n\nSaved on: 2024/05/02 10:00\nIs it?\n\nAnn Lee 00:00:14\nYes.\n"
    assert {speaker for speaker, _ in turns(content)} == {"Ann Lee"}


@pytest.mark.parametrize("pair", ["FA", "DR", "PR", "VA", "QR", "ВО"])
def test_questions_and_answers_of_other_languages_may_have_points_behind_their_letters(pair):
    one, other = pair
    said = ["Wo wohnten Sie?", "In der Stadt.", "Wie lange?", "Sechs Jahre.", "Rochen Sie Rauch?", "Nein."]
    content = "\n".join(f"{letter}. {text}" for letter, text in zip([one, other] * 3, said, strict=True))
    assert turns(content) == list(zip([one, other] * 3, said, strict=True))


def test_initials_that_begin_lines_are_no_letters_of_question_and_answer():
    content = "A. Berg came first.\nF. Horn came next.\nA. Lund was late.\nF. Roy never came.\n"
    assert {speaker for speaker, _ in turns(content)} == {None}


def test_an_office_of_two_joined_words_and_a_room_with_a_point_in_its_number_say_who_speaks():
    content = "La Présidente : Oui.\nM. Roy, vice-président de la commission : Non.\nLa Présidente : Bien.\n"
    assert [speaker for speaker, _ in turns(content)][1] == "M. Roy, vice-président de la commission"
    content = "Mia: Hi.\nRoom 4.12: Hello.\nMia: Go.\nRoom 4.12: Yes.\n"
    assert [speaker for speaker, _ in turns(content)] == ["Mia", "Room 4.12", "Mia", "Room 4.12"]


def test_a_full_name_within_a_paragraph_of_notes_and_turns_is_not_spoken_for_by_another():
    notes = ["We met again.", "The peas are up.", "The beans are late.", "The water is paid for."] * 3
    turns = ["00:00:00", "Ann Berg: Good morning.", "Tom Reed: Yes.", "00:05:10", "Ann Berg: The budget."]
    content = "\n".join([*notes, "", *turns])
    transcript = checked(content.encode(), "a.txt")
    assert (None, "Tom Reed: Yes.") in [(s.speaker, s.text) for s in transcript.segments]
    assert "Tom Reed" in transcript.warnings[0]


@pytest.mark.parametrize("stamp", ["[01.05.24, 09:0{}:31] ", "01/05/2024, 09:0{} - "])
def test_who_writes_once_or_sends_nothing_but_an_address_is_named_behind_the_day(stamp):
    said = [
        ("Ann", "good morning"),
        ("Ben", "https://x.org/?t=1:2"),
        ("Ann", "why : me"),
        ("+49 170 1", "ok"),
    ]
    content = "".join(f"{stamp.format(at)}{name}: {text}\n" for at, (name, text) in enumerate(said))
    assert turns(content) == said


def test_a_chat_of_zoom_may_write_to_with_a_capital():
    content = (
        "09:04:31 From Ann Berg To Everyone:\n\thello\n09:04:50 From Ben To Everyone:\n\thttps://x.org\n"
        "09:05:02 From Cleo To Everyone:\n\twhat is that?\n"
    )
    assert turns(content) == [("Ann Berg", "hello"), ("Ben", "https://x.org"), ("Cleo", "what is that?")]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_tags_of_speakers_on_lines_of_their_own_are_no_source_code(name):
    said = [("Person1", "Welcome back."), ("Person2", "Thank you."), ("Person1", "Peas it is.")]
    content = "\n\n".join(f"<{who}>\n{text}\n</{who}>" for who, text in said)
    assert turns(content, name) == said


@pytest.mark.parametrize("heading", ["Transcript", "FULL TRANSCRIPT", "## Transkript"])
def test_what_notes_above_a_transcript_are_about_is_nobody_who_speaks(heading):
    content = f"Water: It is paid for.\nSeed: Nora decides.\n\n{heading}\nNora: Yes.\nPavel: No.\nNora: So.\n"
    assert turns(content)[-3:] == [("Nora", "Yes."), ("Pavel", "No."), ("Nora", "So.")]
    assert {speaker for speaker, _ in turns(content)[:-3]} == {None}


@pytest.mark.parametrize("heading", ["Action Items", "Nächste Schritte", "Decisions made"])
def test_who_has_to_do_what_is_said_by_nobody(heading):
    content = (
        "## Transcript\n\n**Nora:** Shall we?\n\n**Pavel:** Yes.\n\n**Nora:** The small one.\n\n"
        f"## {heading}\n\n- **Nora**: writes it down.\n- **Pavel**: buys seed.\n\n## Later\n\n**Nora:** Bye."
    )
    assert turns(content, "a.md") == [
        ("Nora", "Shall we?"), ("Pavel", "Yes."), ("Nora", "The small one."), (None, heading),
        (None, "Nora: writes it down. Pavel: buys seed."), (None, "Later"), ("Nora", "Bye."),
    ]  # fmt: skip


def test_turns_in_lists_below_a_heading_are_turns():
    content = (
        "## Transcript\n\n- **Nora**: Shall we?\n- **Pavel**: Yes.\n\n## Decisions\n\n- **Nora**: Good.\n"
    )
    assert [speaker for speaker, _ in turns(content, "a.md")][:2] == ["Nora", "Pavel"]


def test_the_line_of_noscribe_with_one_field_is_no_speech():
    content = (
        "Talk\n\nTranscribed with noScribe vers. 0.7\n(Language: German (de))\n\nS00: Ja.\n\nS01: Nein.\n"
    )
    assert turns(content) == [(None, "Talk"), ("S00", "Ja."), ("S01", "Nein.")]


def test_a_title_has_no_marks_of_markdown():
    transcript = checked(b"# **Garden** [talk](https://x.org) \\*1\\*\n\nAnn: Good.\n\nBen: Yes.\n", "a.md")
    assert transcript.title == "Garden talk *1*"


@pytest.mark.parametrize("head", ["", "The Q2 garden call \t ", "Peas and beans | "])
def test_the_number_of_a_page_with_that_of_the_last_one_is_no_speech_though_there_are_only_two(head):
    numbers = [f"{head}Page {number} of 2\n\n" for number in (1, 2)]
    pages = [f"{numbers[0]}Ann: We planted the peas and then", f"{numbers[1]}the beans.", "Ben: When?"]
    content = "\n\n".join([*pages, "Ann: Now."])
    assert turns(content) == [
        ("Ann", "We planted the peas and then the beans."),
        ("Ben", "When?"),
        ("Ann", "Now."),
    ]


def test_an_escaped_bar_in_a_table_of_markdown_is_said():
    rows = ["| Time | Speaker | Text |", "|---|---|---|", r"| 0:01 | Ann | a \| b |", "| 0:07 | Ben | c |"]
    assert turns("\n".join(rows), "a.md") == [("Ann", "a | b"), ("Ben", "c")]


def test_headings_with_names_of_people_need_no_blank_lines_around_them():
    content = "## Ann\nWe planted.\n## Ben\nThat early?\n## Ann\nWarm.\n"
    assert turns(content, "a.md") == [("Ann", "We planted."), ("Ben", "That early?"), ("Ann", "Warm.")]
    steps = "##### Steps\nClick here.\n##### Results\nIt works.\n##### Steps\nClick there.\n"
    assert {speaker for speaker, _ in turns(steps, "a.md")} == {None}


@pytest.mark.parametrize("tag", ["b", "i", "em", "strong", "u", "MARK", 'span class="x"', 'font color="red"'])
def test_a_tag_of_emphasis_and_its_end_are_not_said_be_they_alone_in_the_file(tag):
    end = tag.split()[0]
    content = f"Ann: We <{tag}>did</{end}> it.\nBen: No.\nAnn: Oh.\n"
    assert turns(content) == [("Ann", "We did it."), ("Ben", "No."), ("Ann", "Oh.")]


def test_tags_of_emphasis_may_stand_one_in_the_other_and_on_several_lines():
    content = "Ann: We <b><i>did</i></b> it.\nBen: No, we <em>did not</em>.\nAnn: Oh, <u>that</u>.\n"
    assert turns(content) == [("Ann", "We did it."), ("Ben", "No, we did not."), ("Ann", "Oh, that.")]


@pytest.mark.parametrize("break_", ["", "\n"])
@pytest.mark.parametrize(
    ("opening", "end"),
    [
        ('<speaker name="{}">', "</speaker>"),
        ("<speaker name='{}'>", "</speaker>"),
        ("<speaker={}>", "</speaker>"),
        ('<turn speaker="{}">', "</turn>"),
        ('<u who="{}">', "</u>"),
    ],
)
def test_a_tag_that_names_who_speaks_is_a_label(opening, end, break_):
    said = [("Ann", "The ferry leaves at nine."), ("Ben", "I bring the tickets."), ("Ann", "Good.")]
    content = "\n".join(opening.format(who) + break_ + what + break_ + end for who, what in said)
    assert turns(content) == said


OVERLAPPED = "S01: I was there. //S00: Really? // Yes, at nine.\n\nS00: And then? //S01: Nothing.//\n"


def test_what_others_say_between_strokes_is_theirs():
    assert [(s.speaker, s.text) for s in checked(OVERLAPPED.encode(), "a.txt").segments] == [
        ("S01", "I was there."),
        ("S00", "Really?"),
        ("S01", "Yes, at nine."),
        ("S00", "And then?"),
        ("S01", "Nothing."),
    ]


def test_what_others_say_between_strokes_is_theirs_in_captions_too():
    text = (
        "WEBVTT\n\n00:01.000 --> 00:03.000\n<v S01>I was there. //S00: Really? // Yes, at nine.\n\n"
        "00:04.000 --> 00:06.000\n<v //S00>And then? //S01: Nothing.//\n"
    )
    assert [(s.speaker, s.text) for s in checked(text.encode(), "a.vtt").segments] == [
        ("S01", "I was there."),
        ("S00", "Really?"),
        ("S01", "Yes, at nine."),
        ("S00", "And then?"),
        ("S01", "Nothing."),
    ]


@pytest.mark.parametrize(
    "said", ["We said //mhm// and went.", "It is at https://ann.org: look.", "The path //server: no."]
)
def test_strokes_that_name_nobody_stay_as_they_are(said):
    text = f"Ann: {said}\n\nBen: Good.\n\nAnn: Yes.\n\nBen: Then go.\n"
    assert checked(text.encode(), "a.txt").segments[0].text == said


def test_turns_that_end_with_a_time_begin_where_the_one_before_ended():
    text = "I: Wo war das? #00:00:05-2#\nB: Am Fluss. #00:00:08-9#\nI: Und dann?\nB: Im Haus. #00:00:12-0#\n"
    segments = checked(text.encode(), "a.txt").segments
    assert [(s.start, s.end, s.text) for s in segments[:2]] == [
        (0, 5.2, "Wo war das?"),
        (5.2, 8.9, "Am Fluss."),
    ]
    assert segments[2].start == 8.9


def test_the_first_turn_of_a_later_part_of_a_recording_has_no_time_of_its_own():
    text = "I: Wo war das? #01:00:05-2#\nB: Am Fluss. #01:00:08-9#\nI: Und dann? #01:00:12-0#\n"
    assert [start for start, _, _ in spoken(text)] == [None, 3605.2, 3608.9]


def test_times_at_ends_that_run_back_are_none_that_turns_begin_with():
    text = "I: Wo war das? #00:00:09-2#\nB: Am Fluss. #00:00:03-9#\nI: Und dann? #00:00:12-0#\n"
    assert {start for start, _, _ in spoken(text)} == {None}


def test_the_end_and_length_behind_a_paragraph_are_no_words():
    text = (
        "Ann: [00:00:01] Where was that? [00:00:04][3.0]\n\nBen: [00:00:05] By the river. [00:00:06][1.2]\n"
    )
    segments = checked(text.encode(), "a.txt").segments
    assert [(s.start, s.end, s.text) for s in segments] == [
        (1, 4, "Where was that?"),
        (5, 6, "By the river."),
    ]


@pytest.mark.parametrize("form", ["{:05} {}", "{:>3}  {}", "{} {}"])
def test_numbered_questions_and_answers_of_one_letter_are_turns(form):
    said = ["Q Where did you live?", "A In the house by the", "river.", "Q How long?", "A Nine years."]
    text = "\n".join(form.format(at, one) for at, one in enumerate(said, 1))
    assert turns(text) == [
        ("Q", "Where did you live?"),
        ("A", "In the house by the river."),
        ("Q", "How long?"),
        ("A", "Nine years."),
    ]


def test_a_list_whose_items_begin_with_an_article_keeps_its_numbers():
    text = "1 A German came.\n2 A Pole left.\n3 A Dane sang.\n4 A Swede slept.\n"
    assert "2 A Pole" in turns(text)[0][1]


@pytest.mark.parametrize("space", ["\u3000", "\u3000\u3000", "   "])
def test_a_name_before_a_wide_space_that_comes_again_is_who_speaks(space):
    rows = [("田中", "今日はよろしく。"), ("鈴木", "こちらこそ。"), ("田中", "始めましょう。")]
    assert turns("\n".join(f"{who}{space}{said}" for who, said in rows)) == rows


@pytest.mark.parametrize(
    "text",
    [
        "古池や　蛙飛び込む\n水の音　静かなり\n夏草や　兵どもが\n",
        "　そう！　晴れです。\n　そう！　雨です。\n",
    ],
)
def test_wide_spaces_of_verses_and_indents_name_nobody(text):
    assert {who for who, _ in turns(text)} == {None}


TURBO = "(Transcribed by TurboScribe.ai. Go Unlimited to remove this message.)"


CUES = "00:00:00.000 --> 00:00:05.000\n{} The ferry left.\n\n00:00:05.100 --> 00:00:08.000\nYes.\n"
SEGMENTS = '{{"segments": [{{"start": 0, "text": "{} The ferry left."}}, {{"start": 5, "text": "Yes."}}]}}'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.srt", CUES),
        ("a.vtt", f"WEBVTT\n\n{CUES}"),
        ("a.txt", "[00:00] {} The ferry left.\n[00:05] Yes.\n"),
        ("a.json", SEGMENTS),
    ],
)
def test_what_turboscribe_sets_before_the_words_is_left_out_wherever_they_stand(name, text):
    assert [said for _, _, said in spoken(text.format(TURBO), name)] == ["The ferry left.", "Yes."]


def test_who_speaks_of_turboscribe_in_brackets_is_heard():
    said = "It is good (TurboScribe is what we use here)."
    assert turns(f"Ann: {said}\nBen: Yes.\nAnn: So?\n")[0][1] == said


@pytest.mark.parametrize(
    "day", ["May 6, 2024 | 10:02 AM", "Mon, May 6, 2024", "2024-05-06 10:02|32:10", "6 May 2024"]
)
def test_a_title_above_nothing_but_a_day_is_none_that_somebody_says(day):
    text = f"Weekly sync\n{day}\n\nAnn Berg | 00:01\nGood morning.\n\nBen Lee | 00:05\nGood morning.\n"
    transcript = checked(text.encode(), "a.txt")
    assert (transcript.title, transcript.recorded) == ("Weekly sync", "2024-05-06")
    assert [s.speaker for s in transcript.segments] == ["Ann Berg", "Ben Lee"]


def test_a_day_within_a_sentence_that_is_broken_is_said():
    assert "May 6, 2024 was long" in turns("The meeting of\nMay 6, 2024\nwas long. We sat for hours.\n")[0][1]


def test_a_sentence_above_a_day_is_said():
    assert "We met in Kiel." in turns("We met in Kiel.\nMay 6, 2024\nWe met again in Oslo.\n")[0][1]


def test_a_head_of_teams_with_small_letters_behind_the_time_is_one():
    text = (
        "Garden-20260615_133555-Meeting Transcript\n15 June 2026, 03:35am\n27m 42s\n"
        "Nick Miller started transcription\n"
        "Ann Berg   0:03\nWe sell it.\nNick Miller   0:09\nYes.\n"
    )
    assert spoken(text) == [(3, "Ann Berg", "We sell it."), (9, "Nick Miller", "Yes.")]


@pytest.mark.parametrize(
    "notice",
    ["PART 1 OF 3 ENDS [00:10:04]", "VIEW RECORDING - 4 mins (No highlights)", "Report generated by Read AI"],
)
def test_what_a_service_sets_between_or_below_turns_is_nobodys(notice):
    text = f"Ann Berg (00:01):\nWe sell it.\n\nBen Lee (00:05):\nGood.\n\n{notice}\n"
    assert [said for _, said in turns(text)] == ["We sell it.", "Good."]


def test_times_behind_an_at_sign_are_read():
    text = "@0:00 - Ann Berg\nWe sell it.\n\n@0:23 - Ben Lee\nGood.\n"
    assert spoken(text) == [(0, "Ann Berg", "We sell it."), (23, "Ben Lee", "Good.")]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("I&#39;m here &amp; ready.", "I'm here & ready."),
        ("It&amp;#39;s &quot;good&quot;.", 'It\'s "good".'),
        ("Good&nbsp;morning.", "Good morning."),
        ("Write &amp;lt; for it.", "Write &amp;lt; for it."),
    ],
)
def test_entities_that_a_page_left_in_words_are_the_characters_they_stand_for(written, said):
    assert turns(f"Ann: {written}\nBen: Yes.\nAnn: So.\n")[0] == ("Ann", said)


def test_a_list_of_those_who_take_part_is_none_of_what_they_say():
    text = "Attendees: Ann Berg, Ben Lee\n\n[00:01] Ann Berg: We sell it.\n\n[00:05] Ben Lee: Good.\n"
    assert spoken(text) == [(1, "Ann Berg", "We sell it."), (5, "Ben Lee", "Good.")]


def test_whatsapps_word_about_encryption_is_nobodys():
    text = (
        "[06.05.24, 10:02:11] Ann: \u200eNachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.\n"
        "[06.05.24, 10:02:15] Ann: Guten Morgen\n[06.05.24, 10:03:11] Ben: Ja.\n"
    )
    assert turns(text) == [("Ann", "Guten Morgen"), ("Ben", "Ja.")]


def test_what_the_page_of_britains_hansard_has_below_names_is_not_said():
    link = "Share this specific contribution"
    text = f"Ann Berg\n{link}\nWhen?\n\nBen Lee\n{link}\nSoon.\n"
    assert "Share" not in " ".join(said for _, said in turns(text))


def test_what_youtubes_page_has_below_a_transcript_is_not_said():
    below = (
        "English (auto-generated)\n\nAll\n\nFrom the series\n\nFrom Acme\n\nRelated\n\nFor you\n\nWatched\n"
    )
    text = f"0:00\nhello and welcome\n0:05\ntoday we talk about boats\n{below}"
    assert [said for _, said in turns(text)] == ["hello and welcome", "today we talk about boats"]


def test_a_heading_above_the_day_of_googles_notes_is_no_title():
    text = (
        "## 📖 Transcript\n\nMay 6, 2024\n\n## Weekly sync - Transcript\n\n### 00:00:00\n\n"
        "**Ann Berg:** We sell it.\n\n**Ben Lee:** Good.\n\n**Ann Berg:** So?\n"
    )
    transcript = checked(text.encode(), "a.md")
    assert transcript.title is None
    assert [s.text for s in transcript.segments] == ["We sell it.", "Good.", "So?"]


def test_what_panopto_sets_before_the_first_words_is_left_out():
    text = CUES.format("[Auto-generated transcript. Edits may have been applied for clarity.]")
    assert [said for _, _, said in spoken(text, "a.srt")] == ["The ferry left.", "Yes."]


@pytest.mark.parametrize("name", ["S{}", "Speaker {}"])
def test_a_numbered_speaker_before_a_time_and_the_words_speaks_then(name):
    one, other = name.format(1), name.format(2)
    text = f"{one} 00:01 We sell it.\n{other} 00:05 Good.\n{one} 00:09 [laughter] So?\n"
    assert spoken(text) == [(1, one, "We sell it."), (5, other, "Good."), (9, one, "[laughter] So?")]


@pytest.mark.parametrize(
    ("one", "other"), [("李明", "王小红"), ("Ольга", "Пётр"), ("José", "Zoë"), ("أحمد", "ليلى")]
)
@pytest.mark.parametrize("how", ["", "Content-Transfer-Encoding: 8bit\n"])
def test_a_message_sent_as_it_is_is_read_in_every_script(one, other, how):
    content = (
        "From: ida@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        f"Content-Type: text/plain; charset=utf-8\n{how}\n"
        f"{one}: It’s cold.\n{other}: Not yet.\n{one}: Light it.\n--b--\n"
    )
    assert turns(content, "a.eml") == [(one, "It’s cold."), (other, "Not yet."), (one, "Light it.")]


@pytest.mark.parametrize("name", ["1. Mann", "2. Frau"])
@pytest.mark.parametrize("form", ["{}: {}\n", "{}: {}\n\n"])
def test_a_number_tells_one_man_from_another(form, name):
    said = [("1. Mann", "Es braucht eine Nacht."), (name, "Eine ganze."), ("3. Mann", "Zwei."), (name, "Ja.")]
    assert [speaker for speaker, _ in turns("".join(form.format(*turn) for turn in said))] == [
        "1. Mann",
        name,
        "3. Mann",
        name,
    ]


def test_the_numbers_of_turns_are_none_of_men():
    content = "1. Man: It rains.\n2. Woman: Since when?\n3. Man: Since nine.\n4. Woman: I see.\n"
    assert [speaker for speaker, _ in turns(content)] == ["Man", "Woman", "Man", "Woman"]


@pytest.mark.parametrize("foot", ["- {} -", "Page {} of 3"])
@pytest.mark.parametrize("order", ["{foot}\n{head}", "{head}\n{foot}"])
def test_a_line_beside_each_number_of_a_page_is_nobodys(order, foot):
    head = "Garden History Project      Interview 4"
    pages = [order.format(head=head, foot=foot.format(n)) for n in (1, 2, 3)]
    content = (
        f"Ann: We planted the peas in March and\n{pages[0]}\nthen the beans.\nBen: So early?\n{pages[1]}\n"
        f"Ann: It was a warm year.\n{pages[2]}\n"
    )
    content = f"{head}\n{content}".removesuffix(f"{head}\n") if order.startswith("{foot}") else content
    assert turns(content) == [
        ("Ann", "We planted the peas in March and then the beans."),
        ("Ben", "So early?"),
        ("Ann", "It was a warm year."),
    ]


@pytest.mark.parametrize("line", ["Ann: Yes.", "Ann: oh yes", "That is so.", "Yeah"])
def test_what_is_said_beside_each_number_of_a_page_is_said(line):
    pages = "".join(f"{line}\n- {n} -\nBen: {n} is no answer.\n" for n in (1, 2, 3))
    assert " ".join(said for _, said in turns(pages)).count(line.removeprefix("Ann: ")) == 3


@pytest.mark.parametrize("head", ["Ann Berg", "Ann Berg 00:0{}", "[00:0{}] Ann Berg"])
def test_a_name_above_what_is_said_first_on_each_page_is_no_head(head):
    pages = (f"{head.format(n)}\nWe planted {n} peas.\n- {n} -\n" for n in (1, 2, 3, 4))
    assert turns("".join(pages)) == [("Ann Berg", f"We planted {n} peas.") for n in (1, 2, 3, 4)]


def test_a_note_beside_each_number_of_a_page_stays():
    pages = "".join(f"[inaudible words]\n- {n} -\nBen: {n} is no answer.\n" for n in (1, 2, 3))
    assert " ".join(said for _, said in turns(pages)).count("[inaudible words]") == 3


@pytest.mark.parametrize(("line", "stays"), [("BY THE COURT:", False), ("BY THE WAY:", True)])
def test_who_asks_in_court_may_be_the_court(line, stays):
    content = f"MR. DALE: Thank you.\n{line}\nQ. Where was that?\nA. Here.\nQ. And then?\nA. Nothing.\n"
    assert (line in " ".join(said for _, said in turns(content))) == stays


@pytest.mark.parametrize("heading", ["DIRECT EXAMINATION", "CROSS-EXAMINATION (CONTINUED)", "EXAMINATION"])
def test_the_heading_above_who_asks_in_court_is_nobodys(heading):
    content = (
        "MR. DALE: The plaintiff calls Ruth Ames.\nTHE COURT: Ms. Ames, please come forward.\n"
        f"               {heading}\nBY MR. DALE:\nQ. Where was that?\nA. Here.\n"
        "Q. And then?\nA. Nothing.\nMR. DALE: Thank you.\nTHE COURT: Next.\n"
    )
    assert turns(content)[1:3] == [("THE COURT", "Ms. Ames, please come forward."), ("Q", "Where was that?")]


@pytest.mark.parametrize("names", [("person1", "person2"), ("Speaker 1", "Speaker 2")])
def test_a_tag_alone_on_a_line_names_who_speaks_below(names):
    one, two = names
    content = f"<{one}>\nPeas today?\n</{one}>\n<{two}>\nPeas.\n</{two}>\n<{one}>\nThank you.\n</{one}>\n"
    assert turns(content) == [(one, "Peas today?"), (two, "Peas."), (one, "Thank you.")]


def test_tags_of_speakers_may_stand_within_one_for_the_transcript():
    content = "<transcript>\n<P1>Peas today?</P1><P2>Peas.</P2>\n<P1>Thank you.</P1>\n</transcript>\n"
    assert turns(content) == [("P1", "Peas today?"), ("P2", "Peas."), ("P1", "Thank you.")]


@pytest.mark.parametrize("tag", ["p", "div", "blockquote"])
def test_turns_may_be_parted_by_breaks_within_one_piece_of_a_page(tag):
    content = f"<{tag}>Ann: Peas today?<br>Ben: Peas.<br/>Ann: Thank&nbsp;you.</{tag}>\n"
    assert turns(content, "a.html") == [("Ann", "Peas today?"), ("Ben", "Peas."), ("Ann", "Thank you.")]


def test_a_quotation_may_have_no_space_behind_its_sign():
    assert turns(">Ann: Peas today?\n>Ben: Peas.\n>\n>Ann: Thank you.\n") == [
        ("Ann", "Peas today?"),
        ("Ben", "Peas."),
        ("Ann", "Thank you."),
    ]


def test_a_backslash_that_ends_a_line_of_markdown_is_not_said():
    content = "**Ann**: Peas today?\\\n**Ben**: In C:\\\\ they lie.\\\n**Ann**: Thank you.\n"
    assert turns(content, "a.md") == [
        ("Ann", "Peas today?"),
        ("Ben", "In C:\\ they lie."),
        ("Ann", "Thank you."),
    ]


@pytest.mark.parametrize("unit", ["hrs", "hours", "h", "o'clock"])
def test_hours_with_their_unit_stuck_to_them_are_said(unit):
    content = f"7:00{unit} we start.\n8:00{unit} we eat.\n9:00{unit} we go.\n"
    assert spoken(content) == [(None, None, content.replace("\n", " ").strip())]


def test_times_that_are_stuck_to_the_words_are_times():
    content = "0:00we planted the peas\n0:05and the beans\n1:02:03then came the rain\n"
    assert spoken(content) == [
        (0, None, "we planted the peas"),
        (5, None, "and the beans"),
        (3723, None, "then came the rain"),
    ]


TASKS = (
    "## Summary\n**Water**: it is paid for.\n**Seeds**: we wait.\n\n"
    "## Action items\n- **Ann**: write it down\n"
)


@pytest.mark.parametrize("form", ["**{0}** ({1})\n{2}\n\n", "**{0}**: {2}\n\n"])
def test_notes_and_tasks_above_a_transcript_take_nobodys_words(form):
    said = [
        ("Ann", "00:01", "Shall we begin?"),
        ("Ben", "00:07", "Yes, please."),
        ("Ann", "00:12", "The seeds."),
    ]
    content = f"{TASKS}\n## Full transcript\n" + "".join(form.format(*turn) for turn in said)
    found = turns(content, "a.md")
    assert found[-3:] == [(name, words) for name, _, words in said]
    assert all(speaker is None for speaker, _ in found[:-3])
    assert "write it down" in " ".join(words for _, words in found[:-3])


@pytest.mark.parametrize("foot", ["00:31:50 後に文字起こしが終了しました", "00:31:50 に会議が終了しました"])
def test_the_end_that_meet_tells_in_japanese_is_not_said(foot):
    assert turns(f"00:00:00\n\n田中太郎: おはよう。\n鈴木花子: はい。\n田中太郎: では。\n{foot}\n")[-1] == (
        "田中太郎",
        "では。",
    )


@pytest.mark.parametrize(
    "content",
    [
        "**Ann:** It rains. **Ben:** Since when? **Ann:** Since nine. **Ben:** I see.\n",
        "**Ann**: It rains. **Ben**: Since when? **Ann**: Since nine. **Ben**: I see.\n",
    ],
)
def test_bold_labels_on_one_line_of_markdown_part_it(content):
    assert turns(content, "a.md") == [
        ("Ann", "It rains."),
        ("Ben", "Since when?"),
        ("Ann", "Since nine."),
        ("Ben", "I see."),
    ]


def test_bold_words_before_a_colon_that_nobody_is_called_part_no_line():
    content = "**Ann:** It rains. **Important:** take a coat.\n\n**Ben:** I do.\n\n**Ann:** Good.\n"
    assert turns(content, "a.md")[0] == ("Ann", "It rains. Important: take a coat.")


@pytest.mark.parametrize("form", ["[{1}] {0}: {2}", "({1}) {0}: {2}", "[{1}] **{0}:** {2}"])
def test_times_before_names_part_a_line(form):
    said = [("Ann", "00:01", "It rains."), ("Ben", "00:04", "Since when?"), ("Ann", "00:09", "Since nine.")]
    content = " ".join(form.format(*turn) for turn in said) + "\n"
    assert spoken(content, "a.md") == [(1, *said[0][::2]), (4, *said[1][::2]), (9, *said[2][::2])]


def test_a_time_before_other_words_with_a_colon_parts_no_line():
    content = "[00:01] Ann: It rains. [00:04] and he said: no. Why?\n[00:09] Ben: I see.\n"
    assert [speaker for speaker, _ in turns(content)] == ["Ann", "Ben"]


@pytest.mark.parametrize("name", ["Horn, Felix", "Felix Horn"])
def test_messages_copied_out_of_teams_name_who_writes_above_them(name):
    heads = [f"[5/1/2024 10:04 AM] {name}", "[5/1/2024 10:05 AM] Lund, Mario", f"[5/1/2024 10:06 AM] {name}"]
    content = "".join(f"{head}\nmessage {n}\n" for n, head in enumerate(heads))
    assert turns(content) == [(name, "message 0"), ("Lund, Mario", "message 1"), (name, "message 2")]


def test_the_chat_of_zoom_may_tell_the_day():
    heads = [("10:04:31", "Ann Berg"), ("10:04:50", "Ben Ode"), ("10:05:20", "Ann Berg")]
    content = "".join(f"2024-05-01 {time} From {name} to Everyone:\n\tyes\n" for time, name in heads)
    assert turns(content) == [("Ann Berg", "yes"), ("Ben Ode", "yes"), ("Ann Berg", "yes")]


def test_turns_may_be_numbered_in_round_brackets():
    content = "(1) Ann: It rains.\n(2) Ben: Since when?\n(3) Ann: Since nine.\n(4) Ben: I see.\n"
    assert [speaker for speaker, _ in turns(content)] == ["Ann", "Ben", "Ann", "Ben"]


@pytest.mark.parametrize(
    "head",
    ["# | Time | Speaker | Text", "Nr. | Zeit | Sprecher/in | Text", "ID | TC | Speaker / Role | Transcript"],
)
def test_a_table_may_count_its_rows(head):
    rows = ["1 | 00:01 | Ann | It rains.", "2 | 00:04 | Ben | Since when?", "3 | 00:09 | Ann | Since nine."]
    content = "\n".join([f"| {head} |", "|---|---|---|---|", *(f"| {row} |" for row in rows)]) + "\n"
    assert spoken(content, "a.md") == [
        (1, "Ann", "It rains."),
        (4, "Ben", "Since when?"),
        (9, "Ann", "Since nine."),
    ]


@pytest.mark.parametrize(
    "head", ["TC,Speaker,Text", "Horodatage,Locuteur,Texte", "Zeitstempel,Sprecher,Satz"]
)
def test_the_times_of_a_table_go_by_many_names(head):
    assert spoken(f"{head}\n00:00:01,Ann,It rains.\n00:00:04,Ben,Since when?\n", "a.csv") == [
        (1, "Ann", "It rains."),
        (4, "Ben", "Since when?"),
    ]


@pytest.mark.parametrize("role", ["Participant", "Respondent", "Informant", "Panelist"])
def test_who_takes_part_is_told_above_and_not_said(role):
    head = f"Date: 1 May 2024\nInterviewer: Ben Ode (BO)\n{role}: Ann Berg (AB)\n\n"
    said = [("BO", "Peas today?"), ("AB", "Peas."), ("BO", "Thank you."), ("AB", "Not at all.")]
    assert turns(head + "".join(f"{name}: {words}\n" for name, words in said)) == said


def test_a_speaker_of_whom_a_program_printed_the_number_is_that_one():
    content = "start=0.5s stop=2.3s speaker_00: We planted.\nstart=3.0s stop=4.2s speaker_01: So early?\n"
    assert spoken(content) == [(0.5, "speaker_00", "We planted."), (3, "speaker_01", "So early?")]


@pytest.mark.parametrize("content", ["安娜：九点开。\n本：谁说的？安娜：我说的。\n本：好。\n"])
def test_who_speaks_within_a_line_is_told_by_wide_colons_too(content):
    assert turns(content) == [("安娜", "九点开。"), ("本", "谁说的？"), ("安娜", "我说的。"), ("本", "好。")]


def test_what_is_quoted_with_a_wide_colon_parts_no_line():
    content = "田中：おはよう。\n鈴木：はい。「理由：雨」です。\n田中：そう。\n鈴木：はい。\n"
    assert [speaker for speaker, _ in turns(content)] == ["田中", "鈴木", "田中", "鈴木"]


@pytest.mark.parametrize(
    "form", ["--- Speaker {0} [00:{1}] ---\n{2}\n", "--- [00:{1}] Speaker {0} ---\n{2}\n"]
)
def test_rules_on_both_sides_of_a_name_and_a_time_are_not_said(form):
    content = form.format(1, "03", "Good morning.") + form.format(2, "07", "Yes.")
    assert spoken(content) == [(3, "Speaker 1", "Good morning."), (7, "Speaker 2", "Yes.")]


def test_times_in_round_brackets_at_the_ends_of_turns_are_not_said():
    said = [("Ann", "Peas today?"), ("Ben", "Peas (green)."), ("Ann", "Thank you."), ("Ben", "Yes.")]
    content = "".join(f"{name}: {words} (00:0{n})\n" for n, (name, words) in enumerate(said, 1))
    assert turns(content) == said


def test_a_time_in_round_brackets_that_ends_few_turns_is_said():
    content = "Ann: At what time (10:30)\nBen: At nine.\nAnn: Thank you.\nBen: Yes.\n"
    assert turns(content)[0] == ("Ann", "At what time (10:30)")


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("title", ["ANN BERG: A talk with Tom", "Ann Berg: An interview conducted by Tom"])
def test_what_tells_of_an_interview_below_an_introduction_is_said_by_nobody(title, gap):
    about = f"## About\n\n{title} Reed.\n\nThis text is for research.\n\nAsk for more.\n\n"
    told = ["INTERVIEWEE: Ann Berg", "INTERVIEWER: Tom Reed with Ida Holm", "DATE: 5 May 2024"]
    said = "Q:\n\nWhere were you born?\n\nAnn Berg:\n\nBy the sea.\n\nQ:\n\nWhen?\n\nAnn Berg:\n\nLate.\n"
    content = f"{about}## Interview\n\n{gap.join(told)}\n\n{said}"
    found = turns(content, "a.md")
    assert {speaker for speaker, _ in found[:-4]} == {None}
    assert found[-4:] == [
        ("Q", "Where were you born?"),
        ("Ann Berg", "By the sea."),
        ("Q", "When?"),
        ("Ann Berg", "Late."),
    ]
    assert checked(content.encode(), "a.md").left_out[0].text == " ".join(told)


def test_what_somebody_says_of_interviews_is_said():
    said = "Ann: An interview conducted by phone.\nTom: An interview conducted by my mother was the best.\n"
    assert len(turns(said)) == 2


def test_who_speaks_in_few_words_below_the_fields_is_no_field():
    said = "Interviewer: Welcome.\nInterviewee: Thanks.\n" * 3
    content = f"Interviewer: Ann Berg\nInterviewee: Tom Reed\nDate: 5 May 2024\n\n{said}"
    assert turns(content) == [("Interviewer", "Welcome."), ("Interviewee", "Thanks.")] * 3


def test_fields_that_are_read_out_among_turns_are_said():
    card = "Title: The Garden\nDate: 5 May 1931\nPlace: Leeds"
    content = f"Ann: Welcome.\n\nTom: Thanks.\n\nAnn: Look at it.\n\n{card}\n\nTom: I see.\n\nAnn: Good.\n"
    assert "Date: 5 May 1931" in " ".join(text for _, text in turns(content))


def test_a_host_and_a_guest_who_introduce_themselves_say_so():
    content = "Host: Ann Berg.\n\nGuest: Tom Reed.\n\nHost: Shall we begin?\n\nGuest: Yes, please.\n"
    assert [speaker for speaker, _ in turns(content)] == ["Host", "Guest", "Host", "Guest"]


def test_a_title_with_a_colon_is_nobody_though_a_heading_repeats_its_first_word():
    body = "\n\n".join(f"We looked at sand number {n}, and it moved." for n in range(20))
    talk = f"# Dunes: how they move\n\n{body}\n\nQ: Why?\n\nA: The wind.\n\nQ: And?\n\nA: More wind.\n"
    found = turns(f"Dunes: a short history of sand\n\n{talk}", "a.md")
    assert {speaker for speaker, _ in found} == {None, "Q", "A"}


@pytest.mark.parametrize("box", ["[!info]", "[!quote]- Notes", "[!my-kind]+"])
def test_the_kind_of_a_box_in_markdown_is_not_said(box):
    content = f"# Talk\n\n> {box}\n> We met.\n\n**Ann:** Is [!x] a mark?\n\n**Tom:** No.\n\n**Ann:** I see.\n"
    said = " ".join(text for _, text in turns(content, "a.md"))
    assert said == f"{'Notes ' if 'Notes' in box else ''}We met. Is [!x] a mark? No. I see."


@pytest.mark.parametrize(
    "form", ["【{}】{}：{}", "（{}）{}：{}", "〔{}〕 {}：{}", "【{}】\n{}：{}", "{1}（{0}）\n{2}"]
)
def test_times_in_the_brackets_of_east_asia_are_no_part_of_a_name(form):
    said = [("0:02", "山田", "皆さん。"), ("0:07", "佐藤", "はい。"), ("0:12", "山田", "では。")]
    content = "\n".join(form.format(*turn, *turn) for turn in said) + "\n"
    assert spoken(content) == [(2, "山田", "皆さん。"), (7, "佐藤", "はい。"), (12, "山田", "では。")]


@pytest.mark.parametrize("form", [r"{}: {}", r"\[0:0{at}\] {}: {}", r"**{}:** {}", r"**{}** (0:0{at}): {}"])
def test_a_name_with_an_escaped_underscore_speaks(form):
    said = [(r"SPEAKER\_00", "We planted."), (r"SPEAKER\_01", "So early?"), (r"SPEAKER\_00", "It was warm.")]
    content = "\n\n".join(form.format(*turn, at=at) for at, turn in enumerate(said)) + "\n"
    assert turns(content, "a.md") == [(name.replace("\\", ""), text) for name, text in said]


def test_brackets_for_pages_without_reading_aids_are_none_where_a_page_has_them():
    ruby = "<ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp></ruby>京です。"
    page = f"<html><body><p>Ann: {ruby}</p><p>Ben: はい。</p><p>Ann: Good.</p></body></html>"
    assert turns(page, "a.html")[0] == ("Ann", "東京です。")


def test_lines_in_the_field_of_a_form_are_lines():
    page = "<html><body><textarea>Ann: is it safe\nBen: it is\nAnn: good</textarea></body></html>"
    assert turns(page, "a.html") == [("Ann", "is it safe"), ("Ben", "it is"), ("Ann", "good")]


def test_the_end_of_a_column_ends_a_paragraph_of_rich_text():
    assert turns(r"{\rtf1 Ann: One.\column Ben: Two.\par Ann: Three.\par}", "a.rtf") == [
        ("Ann", "One."), ("Ben", "Two."), ("Ann", "Three."),
    ]  # fmt: skip


SCENES = (
    "INT. KITCHEN - DAY\n\nAnn cuts bread.\n\nANN\nIs there butter?\n\nBEN\nNo.\n\nHe closes the window.\n\n"
    "ANN\nAre you sure?\n\nBEN\nI am.\n\nSMASH CUT TO:\n\n"
    "EXT. GARDEN - NIGHT (1973)\n\nIt rains.\n\nBEN\nI am wet.\n\n"
    "ANN\nSo am I.\n\nFADE OUT:\n\nThey run.\n\nANN\nFaster.\n\nBEN\nNo.\n"
)


def test_in_a_film_those_speak_under_whose_names_it_stands():
    said = [(s.speaker, s.text) for s in read(SCENES.encode(), "a.txt").segments]
    assert [turn for turn in said if turn[0] is not None] == [
        ("ANN", "Is there butter?"), ("BEN", "No."), ("ANN", "Are you sure?"), ("BEN", "I am."),
        ("BEN", "I am wet."), ("ANN", "So am I."), ("ANN", "Faster."), ("BEN", "No."),
    ]  # fmt: skip
    assert {"He closes the window.", "EXT. GARDEN - NIGHT (1973)", "It rains."} <= {text for _, text in said}


@pytest.mark.parametrize("line", ["{} [{}]\n", "* {} [[{}](https://example.org/v?t=5)]\n"])
@pytest.mark.parametrize("short", ["Good.", "David Sachs", "Good"])
def test_a_short_line_before_a_time_is_said_where_each_line_ends_with_one(line, short):
    said = [
        "The ferry leaves at nine.",
        "Bring the blue tickets.",
        "Ours are on the table.",
        "Hers are.",
        short,
    ]
    text = "".join(line.format(words, f"00:00:{5 * at:02}") for at, words in enumerate(said))
    transcript = read(text.encode(), "a.md")
    assert " ".join(segment.text for segment in transcript.segments) == " ".join(said)
    assert {segment.speaker for segment in transcript.segments} == {None}


def test_a_name_before_a_time_is_who_speaks_though_sentences_end_with_times():
    said = [("Ann Berg", 1), ("Tom Reed", 5), ("Ann Berg", 9)]
    sentences = "Peas are dry. [0:{:02}] Ours are not. [0:{:02}]\n"
    content = "".join(f"{who} [0:0{at}]\n" + sentences.format(at + 1, at + 2) for who, at in said)
    spoken = read(content.encode(), "a.txt").segments
    assert [(s.speaker, s.start) for s in spoken] == said


@pytest.mark.parametrize("who", ["SUPER", "MEMBERS OF THE HOUSE", "Sponsor", "Sponsor 2", "POLL"])
def test_what_may_name_somebody_is_not_said_by_who_spoke_before(who):
    content = f"Ann: Is it on?\n\n{who}: It is, I fixed it.\n\nBen: Good.\n\n{who}: So there.\n\nAnn: Yes.\n"
    speakers = [s.speaker for s in read(content.encode(), "a.txt").segments]
    assert speakers == ["Ann", who, "Ben", who, "Ann"]


def test_what_is_told_of_a_recording_in_brackets_is_said_by_nobody():
    head = "[Date]: 5 May 2024\n[Location]: Berlin\n[Interviewer]: Ann Berg\n\n"
    said = [("Ann", "Hello there."), ("Ben", "Hi Ann, how are you?"), ("Ann", "Fine.")]
    content = head + "".join(f"[{who}]: {words}\n" for who, words in said)
    spoken = [(s.speaker, s.text) for s in read(content.encode(), "a.txt").segments]
    assert [turn for turn in spoken if turn[0]] == said


def test_times_behind_what_is_said_run_on_below_a_list_of_chapters():
    said = [(f"Row {row} of the peas is {'dry' if row % 3 else 'wet'}.", row) for row in range(150)]
    text = "Chapters:\n(0:00) Peas\n(1:05) Beans\n\n"
    text += "".join(f"{words} [00:{at // 60:02}:{at % 60:02}]\n" for words, at in said)
    spoken = " ".join(segment.text for segment in read(text.encode(), "a.txt").segments)
    assert " ".join(words for words, _ in said) in spoken
