"""Turns below headings, times without a name, and initials that are words elsewhere."""

import pytest

from daemon.formats import read


def turns(content, name="a.md"):
    transcript = read(content.encode(), name)
    kept = sum(len(segment.text.split()) for segment in transcript.segments)
    assert kept + sum(transcript.dropped.values()) == transcript.words_in_file
    return [(segment.speaker, segment.text) for segment in transcript.segments]


def starts(content, name="a.md"):
    return [segment.start for segment in read(content.encode(), name).segments]


def test_a_time_and_a_colon_alone_begin_a_paragraph_of_who_spoke_before():
    content = (
        "Ann Berg (00:00:02):\nWe begin with peas.\n\nTom Reed (00:00:36):\nGood.\n\n"
        "(00:01:21):\nIt rained all week.\n\n[00:02:00]:\nThen it froze.\n"
    )
    said = [("Ann Berg", "We begin with peas."), ("Tom Reed", "Good."), ("Tom Reed", "It rained all week.")]
    assert turns(content, "a.txt") == [*said, ("Tom Reed", "Then it froze.")]
    assert starts(content, "a.txt") == [2, 36, 81, 120]


def test_escaped_times_may_have_fractions_beside_others_that_have_none():
    content = (
        "**Ann Berg:** \\[12:17\\] The roses came late.\n\n"
        + "**Tom Reed:** They did.\n\n" * 30
        + "**Ann Berg:** \\[01:02:09.01\\] We cut them back.\n\n"
        + "**Tom Reed:** \\[01:10:16.05\\] Would that help?\n"
    )
    assert turns(content)[-2:] == [("Ann Berg", "We cut them back."), ("Tom Reed", "Would that help?")]
    assert starts(content)[-2:] == [3729.01, 4216.05]


@pytest.mark.parametrize("initials", ["DE", "MON", "CAR"])
def test_initials_that_are_a_word_of_another_language_are_somebodys_among_others(initials):
    content = f"AB: We begin.\n\n{initials}: A hedge, then.\n\nTR: Yes.\n\n{initials}: It keeps out wind.\n"
    assert [speaker for speaker, _ in turns(content)] == ["AB", initials, "TR", initials]


def test_a_heading_with_a_colon_is_nobodys():
    content = (
        "AB: We begin.\n\nTR: Yes.\n\n## Hedge Update: Removing roots\n\nTR: They went deep.\n\n"
        "AB: I saw that.\n\nTR: We go on.\n"
    )
    assert (None, "Hedge Update: Removing roots") in turns(content)


@pytest.mark.parametrize("end", [": We begin.", ":\n\nWe begin.", ":\nWe begin."])
def test_headings_that_name_who_speaks_are_labels_without_their_signs(end):
    content = "".join(f"### {name}{end}\n\n" for name in ("Ann Berg", "Tom Reed", "Ann Berg", "Tom Reed"))
    assert turns(content) == [("Ann Berg", "We begin."), ("Tom Reed", "We begin.")] * 2


@pytest.mark.parametrize("name", ["van der Berg", "da Silva", "'t Hooft", "d'Arcy", "el-Kader"])
@pytest.mark.parametrize("mark", ["**", ""])
def test_a_name_that_begins_with_a_small_letter_stands_alone_above_words_as_others_do(name, mark):
    content = "".join(f"{mark}{who}{mark}\nWe begin.\n\n" for who in ("Ann Berg", name, "Ann Berg", name))
    assert turns(content) == [("Ann Berg", "We begin."), (name, "We begin.")] * 2


def test_bold_type_may_end_before_what_is_told_of_a_name():
    content = "**Ann** (host): Who is it?\n\n**Tom** (guest): Me.\n\n**Ann** (host): Come in.\n"
    assert [speaker for speaker, _ in turns(content)] == ["Ann (host)", "Tom (guest)", "Ann (host)"]


def test_somebody_named_once_may_go_on_with_a_sentence_in_captions_that_always_name():
    said = ["Ann: Shall we?", "Tom: Yes.", "Ann: Who else?", "Peter Holm: ready in a week.", "Tom: Good."]
    cues = "".join(f"00:00:0{at}.000 --> 00:00:0{at}.900\n{text}\n\n" for at, text in enumerate(said))
    assert ("Peter Holm", "ready in a week.") in turns(f"WEBVTT\n\n{cues}", "a.vtt")


@pytest.mark.parametrize(
    "heading", ["## Transcript", "Full transcript:", "**Transkript**", "# Episode Transcript"]
)
def test_the_heading_of_a_transcript_is_not_said(heading):
    content = f"Ann and Tom in the garden.\n\n{heading}\n\nAnn: We begin.\n\nTom: Yes.\n\nAnn: Good.\n"
    assert [text for _, text in turns(content)][1:] == ["We begin.", "Yes.", "Good."]


def test_the_word_transcript_may_be_said():
    content = "Ann: What do you call it?\n\nTom: Transcript\n\nAnn: Thank you.\n\nTom: Not at all.\n"
    assert ("Tom", "Transcript") in turns(content)


@pytest.mark.parametrize("sign", [" -- ", "--", " | ", ", "])
@pytest.mark.parametrize("mark", ["", "**"])
def test_names_with_offices_of_a_firm_stand_above_many_paragraphs(sign, mark):
    said = "".join(f"We sold {n} boats, and that was good for all of us.\n\n" for n in range(9))
    people = ["Ann Berg", "Tom Reed", "Ann Berg"]
    offices = ["Chief Financial Officer", "Analyst", "Chief Financial Officer"]
    heads = [f"{mark}{name}{mark}{sign}{office}" for name, office in zip(people, offices, strict=True)]
    content = f"{mark}Operator{mark}\n\nGood day.\n\n" + "".join(f"{head}\n\n{said}" for head in heads)
    found = [s.speaker or "" for s in read(content.encode(), "call.txt").segments]
    assert found == [
        "Operator",
        *(f"{name}{sign}{office}" for name, office in zip(people, offices, strict=True) for _ in range(9)),
    ]


CALL = [
    ("Operator", "Good day. Please go ahead."),
    ("Ann Berg", "Thank you. We sold boats."),
    ("Ann Berg", "Many of them were red."),
    ("Ann Berg", "Some were blue."),
    ("Operator", "A question from Tom Reed."),
    ("Tom Reed", "How many were blue?"),
    ("Ann Berg", "Nine, Tom."),
]


@pytest.mark.parametrize("mark", ["", "**"])
def test_names_of_people_stand_above_several_paragraphs_where_two_recur(mark):
    heads = [name if at == 0 or CALL[at - 1][0] != name else "" for at, (name, _) in enumerate(CALL)]
    parts = (
        (f"{mark}{head}{mark}\n\n" if head else "") + said
        for head, (_, said) in zip(heads, CALL, strict=True)
    )
    assert turns("\n\n".join(parts) + "\n", "call.md") == CALL


def test_a_single_word_above_several_paragraphs_is_a_heading_though_people_are_called_so():
    chapter = "{}\n\nIt rained. We slept.\n\nIt went on. We woke.\n\n".format
    content = "".join(map(chapter, ["April", "Grace", "April", "Grace"]))
    assert {speaker for speaker, _ in turns(content, "a.txt")} == {None}


def test_what_stands_around_the_turns_of_an_earnings_call_is_said_by_nobody():
    turn = "{}\n\n{}\n\n".format
    call = [CALL[0], CALL[1], *CALL[4:]]
    content = (
        "Boats Inc (NYSE: BTS)\n\nCompany Participants\n\nAnn Berg - CFO\nIda Holm - CEO\n\n"
        "Call Participants\n\nTom Reed - Bank\n\n"
        + "".join(turn(*each) for each in call[:2])
        + "Question-and-Answer Session\n\n"
        + "".join(turn(*each) for each in call[2:])
        + "Call participants:\n\nAnn Berg -- Chief Officer\n\nTom Reed -- Bank\n\nMore BTS analysis\n"
    )
    assert turns(content, "call.txt") == call


def test_who_begins_to_speak_below_the_list_of_those_on_a_call_is_not_on_the_list():
    people = "Company Participants\n\nAnn Berg - CFO\n\nIda Holm - CEO\n\n"
    headed = (
        "Ann Berg - CFO\n\nWelcome.\n\nIda Holm - CEO\n\nThanks.\n\nAnn Berg - CFO\n\nWe had a good year.\n"
    )
    said = [
        ("Ann Berg - CFO", "Welcome."),
        ("Ida Holm - CEO", "Thanks."),
        ("Ann Berg - CFO", "We had a good year."),
    ]
    assert turns(people + headed, "call.txt") == said
    dashed = "Tom Reed - Welcome.\nIda Holm - Thanks, Tom.\nTom Reed - We had a good year.\n"
    assert [text for _, text in turns(people + dashed, "call.txt")] == [
        "Welcome.",
        "Thanks, Tom.",
        "We had a good year.",
    ]


def test_a_name_beside_what_somebody_is_in_a_talk_without_parts_is_kept():
    content = "Ann: Who is on the call?\n\nTom: Ida Holm - CEO\n\nAnn: Who else?\n\nTom: More BTS analysis\n"
    assert [text for _, text in turns(content)][1::2] == ["Ida Holm - CEO", "More BTS analysis"]


SAID = ["Good morning, all. We had a good year.", "How are the wheels?", "They turn.", "I see. And the weir?"]


@pytest.mark.parametrize("below_name", ["\n", "\n\n"])
@pytest.mark.parametrize("below_office", ["\n", "\n\n", "\n0:12\n"])
@pytest.mark.parametrize(
    "offices",
    [
        ("Chief Executive Officer", "Analyst, Blue Bank"),
        ("Account Executive", "Buyer"),
        ("Mill Ltd", "Leeds"),
    ],
)
def test_an_office_on_a_line_of_its_own_is_nobody_who_speaks(offices, below_name, below_office):
    people = (("Ann Lee", offices[0]), ("Ben Carter", offices[1]))
    content = "".join(
        f"{people[at % 2][0]}{below_name}{people[at % 2][1]}{below_office}{said}\n\n"
        for at, said in enumerate(SAID * 2)
    )
    found = turns(content, "a.txt")
    assert found == [(people[at % 2][0], said) for at, said in enumerate(SAID * 2)]


def test_who_has_no_office_speaks_too_where_others_have_one():
    content = (
        "Operator\n\nGood day. Here is Ann Lee.\n\nAnn Lee\nChief Executive, Mill Ltd\n\nThank you.\n\n"
        "Operator\n\nNext is Ben Carter.\n\nBen Carter\nBlue Bank\n\nHow are the wheels?\n\n"
        "Ann Lee\nChief Executive, Mill Ltd\n\nThey turn.\n"
    )
    assert [speaker for speaker, _ in turns(content, "a.txt")] == [
        "Operator", "Ann Lee", "Operator", "Ben Carter", "Ann Lee"
    ]  # fmt: skip


def test_an_answer_of_one_word_is_no_office():
    content = (
        "Ann Lee\nYes\nI think we should see it for ourselves.\n\nBen Carter\nWell\nThat is a long way.\n\n"
        "Ann Lee\nYes\nBut we have coats with us.\n\nBen Carter\nWell\nSo we do.\n"
    )
    found = turns(content, "a.txt")
    assert [said.split()[0] for _, said in found] == ["Yes", "Well", "Yes", "Well"]


@pytest.mark.parametrize("turn", ["{name}\n\n{time}\n\n{said}\n\n", "{time}\n\n{name}\n\n{said}\n\n"])
def test_names_beside_times_are_labels_with_a_blank_line_between_all_lines(turn):
    names, times = ["Ann Berg", "Tom Reed"] * 2, ["00:00:01", "00:00:05", "00:00:09", "00:01:15"]
    said = ["When did it go out?", "On Tuesday, I think.", "That late?", "The wood was damp."]
    turns = zip(names, times, said, strict=True)
    content = "".join(turn.format(name=name, time=time, said=text) for name, time, text in turns)
    segments = read(content.encode(), "a.txt").segments
    assert [(s.speaker, s.text) for s in segments] == list(zip(names, said, strict=True))
    assert [s.start for s in segments] == [1, 5, 9, 75]


def test_joined_recordings_whose_times_begin_anew_keep_who_speaks():
    heads = [("Ann Berg", 5), ("Tom Reed", 40)]
    part = "".join(
        f"{name}  {at}:0{n}\nWe go on.\n\n" for at in range(4) for n, (name, _) in enumerate(heads)
    )
    assert {speaker for speaker, _ in turns(part + part)} == {"Ann Berg", "Tom Reed"}
    assert starts(part + part) == [0, 1, 60, 61, 120, 121, 180, 181] * 2


def test_verses_of_a_book_in_any_order_are_no_times_of_who_speaks():
    verses = ("John 3:16", "Luke 2:10", "John 1:01", "Luke 4:18", "John 8:12", "Luke 6:31", "John 2:05")
    content = "".join(f"{verse}\nWe read this one.\n\n" for verse in verses)
    assert {speaker for speaker, _ in turns(content)} == {None}


@pytest.mark.parametrize("name", ["ben", "ben.ek", "ben_ek"])
def test_who_is_written_small_above_words_and_writes_once_is_not_the_one_before(name):
    content = f"ann.lee [10:02 AM]\nIs it safe?\n\n{name} [10:03 AM]\nIt is.\n\nann.lee [10:04 AM]\nGood.\n"
    said = [(s.speaker, s.text) for s in read(content.encode(), "a.txt").segments]
    assert said == [("ann.lee", "Is it safe?"), (name, "It is."), ("ann.lee", "Good.")]


@pytest.mark.parametrize("woke", ["", " I woke at 6:30 AM"])
def test_times_alone_that_count_from_the_beginning_are_none_of_the_day(woke):
    content = (
        f"Recorded May 3, 2024 10:02 AM\n\n00:05\nAnn Berg: Is it safe?{woke}\n\n"
        f"00:12\nBen Ek: It is.{woke}\n\n01:15\nAnn Berg: Good.\n"
    )
    spoken = [s for s in read(content.encode(), "a.txt").segments if s.speaker]
    assert [(s.speaker, s.start) for s in spoken] == [("Ann Berg", 5), ("Ben Ek", 12), ("Ann Berg", 75)]


def test_a_time_alone_among_times_of_the_day_is_one_of_the_same_half():
    content = (
        "Ann Berg\n  11:58 AM\nIs it safe?\n11:59\nHello?\n12:01\nOh.\nBen Ek\n  12:05 PM\nIt is.\n"
        "Ann Berg\n  12:06 PM\nGood.\n"
    )
    said = [(s.speaker, s.start, s.text) for s in read(content.encode(), "a.txt").segments]
    assert said == [
        ("Ann Berg", 43080.0, "Is it safe?"),
        ("Ann Berg", 43140.0, "Hello?"),
        ("Ann Berg", 43260.0, "Oh."),
        ("Ben Ek", 43500.0, "It is."),
        ("Ann Berg", 43560.0, "Good."),
    ]
