"""Captions as translators, mails and other programs leave them: times, numbers, line ends, names."""

import pytest

from daemon.errors import InputError
from daemon.formats import read
from tests.unit.formats.account import checked

FIRST, SECOND = "The ferry leaves at nine.", "Bring the blue tickets."


def spoken(content, name="a.srt"):
    data = content if isinstance(content, bytes) else content.encode()
    return [(s.start, s.speaker, s.text) for s in checked(data, name).segments]


@pytest.mark.parametrize(
    "times",
    [
        ["00h00m01s000 --> 00h00m03s000", "00h00m04s500 --> 00h00m06s000"],
        [
            "2024-05-01T00:00:01.000Z --> 2024-05-01T00:00:03.000Z",
            "2024-05-01T00:00:04.500Z --> 00:00:06.000",
        ],
    ],
)
def test_times_with_units_or_a_day_are_times(times):
    content = "\n\n".join(
        f"{n}\n{time}\n{said}" for n, time, said in zip("12", times, [FIRST, SECOND], strict=True)
    )
    assert spoken(content) == [(1, None, FIRST), (4.5, None, SECOND)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("00:00:01,000 --&amp;gt; 00:00:03,000", "00:00:04,500 &#8211;&gt; 00:00:06,000"),
        ("00:00:01,000 --&GT; 00:00:03,000", "00:00:04,500 --&GT; 00:00:06,000"),
        ("(00:00:01,000) --> (00:00:03,000)", "[00:00:04,500] --> [00:00:06,000]"),
        ("00:00:01,000,00:00:03,000", "00:00:04,500,00:00:06,000"),
        ("00:00:01,000 -->\n00:00:03,000", "00:00:04,500 --> \n00:00:06,000"),
        ("00:00:0I,000 --> 00:00:03,000", "00:OO:O4,S00 --> 00:00:06,000"),
        ("00::00:01,,000 --> 00:00:03,000", "00:00:04.500 --> 00:00::06.000"),
    ],
)
def test_times_that_were_escaped_broken_or_misread_are_times(first, second):
    content = f"1\n{first}\n{FIRST}\n\n2\n{second}\n{SECOND}\n"
    assert spoken(content) == [(1, None, FIRST), (4.5, None, SECOND)]


def test_days_before_a_point_are_days():
    content = f"1\n1.00:00:01,000 --> 1.00:00:03,000\n{FIRST}\n"
    assert spoken(content) == [(86401, None, FIRST)]


@pytest.mark.parametrize("prefix", ["", "> "])
@pytest.mark.parametrize("mark", ["", "**"])
def test_numbers_and_times_in_bold_or_quoted_by_a_mail_are_not_spoken(prefix, mark):
    lines = [
        *(f"{mark}1{mark}", f"{mark}00:00:01,000 --> 00:00:03,000{mark}", FIRST, ""),
        *(f"{mark}2{mark}", f"{mark}00:00:04,500 --> 00:00:06,000{mark}", SECOND),
    ]
    assert spoken("\n".join(prefix + line for line in lines)) == [(1, None, FIRST), (4.5, None, SECOND)]


@pytest.mark.parametrize("end", ["\u2028", "\x85"])
def test_lines_may_end_as_nothing_else_does(end):
    lines = ["1", "00:00:01,000 --> 00:00:03,000", FIRST, "", "2", "00:00:04,500 --> 00:00:06,000", SECOND]
    assert spoken(end.join(lines)) == [(1, None, FIRST), (4.5, None, SECOND)]


@pytest.mark.parametrize(
    "texts",
    [
        ["The ferry leaves|at nine.", "Bring the blue|tickets."],
        ["The ferry leaves\\nat nine.", "Bring the blue\\Ntickets."],
        ["The ferry leaves&lt;br&gt;at nine.", "&lt;i&gt;Bring the blue\ntickets.&lt;/i&gt;"],
    ],
)
def test_line_ends_and_italics_of_other_programs_are_not_spoken(texts):
    content = (
        f"1\n00:00:01,000 --> 00:00:03,000\n{texts[0]}\n\n2\n00:00:04,500 --> 00:00:06,000\n{texts[1]}\n"
    )
    assert spoken(content) == [(1, None, FIRST), (4.5, None, SECOND)]


def test_words_about_tags_stay_words():
    content = "1\n00:00:01,000 --> 00:00:03,000\nThe tag &lt;i&gt; makes italics.\n"
    assert spoken(content) == [(1, None, "The tag <i> makes italics.")]


def test_a_mark_that_was_taken_for_letters_is_none():
    content = f"ï»¿1\n00:00:01,000 --> 00:00:03,000\n{FIRST}\n\n2\n00:00:04,500 --> 00:00:06,000\nGrüße.\n"
    assert spoken(content) == [(1, None, FIRST), (4.5, None, "Grüße.")]


def test_a_file_that_a_disk_filled_up_with_nulls_is_read_and_told_of():
    content = f"1\n00:00:01,000 --> 00:00:03,000\n{FIRST}\n".encode() + b"\0" * 300
    assert spoken(content) == [(1, None, FIRST)]
    assert "damaged in 1 place" in checked(content, "a.srt").warnings[0]


def test_a_name_above_each_time_speaks_though_not_everybody_does_again():
    said = [("Ann Berg", "Hello."), ("Tom Reed", "Hi."), ("Ann Berg", "Did you?")]
    content = "".join(
        f"{name}\n00:00:0{n},000 --> 00:00:0{n},900\n{text}\n\n" for n, (name, text) in enumerate(said)
    )
    assert [(speaker, text) for _, speaker, text in spoken(content)] == said


def test_who_is_off_the_screen_speaks_for_one_caption():
    cues = ["TOM (V.O.): Come in.", "I am here.", "ANN (OFF):\nShe never came.", "Who knows?"]
    content = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{text}\n\n" for n, text in enumerate(cues, 1))
    assert [speaker for _, speaker, _ in spoken(content)] == ["TOM (V.O.)", None, "ANN (OFF)", None]


def cues_of(*texts):
    return "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{text}\n\n" for n, text in enumerate(texts, 1)
    ).encode()


def test_what_a_diarization_program_calls_a_speaker_needs_no_colon_behind_it():
    cues = cues_of("SPEAKER_00 Good morning.", "SPEAKER_01 Shall we begin?", "SPEAKER_00 Yes.")
    assert [(s.speaker, s.text) for s in checked(cues, "a.srt").segments] == [
        ("SPEAKER_00", "Good morning."), ("SPEAKER_01", "Shall we begin?"), ("SPEAKER_00", "Yes."),
    ]  # fmt: skip


def test_names_in_brackets_behind_the_numbers_of_cues_are_who_speaks():
    cues = "".join(
        f"{n} [{name}]\n00:00:0{n},000 --> 00:00:0{n},900\n{text}\n\n"
        for n, name, text in [(1, "Ann", "Good morning."), (2, "Ben", "Shall we begin?"), (3, "Ann", "Yes.")]
    )
    assert [s.speaker for s in checked(cues.encode(), "a.srt").segments] == ["Ann", "Ben", "Ann"]


@pytest.mark.parametrize("kind", ["srt", "SubRip", "VTT"])
def test_the_name_of_a_kind_alone_above_the_cues_is_no_speech(kind):
    transcript = checked(kind.encode() + b"\n" + cues_of("Good morning.", "Shall we begin?"), "a.srt")
    assert [s.text for s in transcript.segments] == ["Good morning.", "Shall we begin?"]
    assert transcript.warnings == ()


def test_tags_of_pages_in_captions_are_no_words():
    transcript = checked(
        cues_of("Good <strong>morning</strong>.", "<em>Shall</em> we <small>begin</small>?"), "a.srt"
    )
    assert [s.text for s in transcript.segments] == ["Good morning.", "Shall we begin?"]


@pytest.mark.parametrize("end", ["<br/>", "<br>", r"\N"])
def test_a_name_behind_a_line_end_of_another_notation_begins_a_turn(end):
    cues = cues_of(
        "ANN: Is that so.", f"I think it is.{end}BEN: No.", f"It is not.{end}ANN: Yes.", "BEN: No."
    )
    said = [(s.speaker, s.text) for s in checked(cues, "a.srt").segments]
    assert said == [
        ("ANN", "Is that so."), ("ANN", "I think it is."), ("BEN", "No."), ("BEN", "It is not."),
        ("ANN", "Yes."), ("BEN", "No."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"Open C:\New\Names and copy it.", r"Open C:\New\Names and copy it."),
        (r"It is on \\server\New\here.", r"It is on \\server\New\here."),
        (r"{\i1}D:\N\h{\i0}\Nis gone.", r"D:\N\h is gone."),
        (r"See C:\dir\file.txt\Nand go on.", r"See C:\dir\file.txt and go on."),
    ],
)
def test_a_path_keeps_its_letters_where_folders_begin_as_line_ends_do(written, said):
    cues = cues_of(written, r"The ferry leaves\Nat nine.")
    assert [s.text for s in checked(cues, "a.srt").segments] == [said, "The ferry leaves at nine."]


@pytest.mark.parametrize("code", [r"{\NOTE}", r"{\i1\Nora: x}"])
def test_no_line_ends_within_a_code_of_ass(code):
    cues = cues_of(code + r"<i>The ferry</i>\Nleaves at nine.")
    assert [s.text for s in checked(cues, "a.srt").segments] == ["The ferry leaves at nine."]


@pytest.mark.parametrize("names", ["AB", ("ANN", "BEN"), ("[Ann]", "[Ben]")])
def test_a_line_end_in_the_notation_of_ass_may_stand_behind_a_label(names):
    one, two = names
    cues = cues_of(rf"{one}:\NYes, it is.", rf"{two}:\NNo.", rf"{one}:\NOh.")
    assert [(s.speaker, s.text) for s in checked(cues, "a.srt").segments] == [
        (one.strip("[]"), "Yes, it is."), (two.strip("[]"), "No."), (one.strip("[]"), "Oh."),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["cue-{}", "4f2a9c10-77aa/1{}-0"])
def test_what_a_program_calls_each_cue_is_no_word_in_subrip_either(name):
    content = "\n".join(
        f"{name.format(at)}\n00:00:0{at},000 --> 00:00:0{at},900\n{said}\n"
        for at, said in ((1, FIRST), (4, SECOND))
    )
    assert spoken(content) == [(1, None, FIRST), (4, None, SECOND)]
    said = spoken(content.replace(name.format(4), "Anna"))
    assert "Anna" in " ".join(text for *_, text in said)


@pytest.mark.parametrize("name", ["a.srt", "a.vtt"])
def test_words_that_were_escaped_twice_are_as_they_were(name):
    content = (
        "1\n00:00:01,000 --> 00:00:03,000\nIt&amp;#39;s &amp;quot;blue&amp;quot; &amp;amp; green.\n\n"
        "2\n00:00:04,000 --> 00:00:06,000\nIt isn&#39;t.\n"
    )
    found = read(content.encode(), name).segments
    assert [segment.text for segment in found] == ['It\'s "blue" & green.', "It isn't."]
    said = "1\n00:00:01,000 --> 00:00:03,000\nThe entity &amp;quot; is a mark.\n"
    assert read(said.encode(), name).segments[0].text == "The entity &quot; is a mark."


def test_captions_that_were_escaped_as_a_whole_are_read_as_they_were_before():
    first, second = "The ferry &amp; the boat.", "&lt;v Ann&gt;Bring &lt;i&gt;tickets&lt;/i&gt;."
    vtt = f"WEBVTT\n\n00:01.000 --&gt; 00:03.000\n{first}\n\n00:04.000 --&gt; 00:06.000\n{second}\n"
    right = [(1, None, "The ferry & the boat."), (4, "Ann", "Bring tickets.")]
    assert spoken(vtt, "a.vtt") == right
    assert spoken(vtt.replace("&", "&amp;"), "a.vtt") == right


@pytest.mark.parametrize("end", ["<br>", "<br/>", " <BR />"])
def test_numbers_and_times_with_a_line_end_of_pages_behind_them_are_not_spoken(end):
    lines = [
        *("1", "00:00:01,000 --&gt; 00:00:03,000", FIRST, ""),
        *("2", "00:00:04,500 --> 00:00:06,000", SECOND),
    ]
    assert spoken("\n".join(line + end for line in lines), "a.txt") == [(1, None, FIRST), (4.5, None, SECOND)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("<v -Ann>", "<v -Ben>"),
        ('<v "Ann">', "<v „Ben“>"),
        ("- <v Ann>", "– <v Ben>"),
        ("<V Ann>", "<V.loud Ben>"),
        ("<Ann>: ", "<Ben>: "),
        ("{Ann}: ", "{Ben}: "),
        ("<<Ann>>: ", "<<Ben>>: "),
    ],
)
def test_a_voice_has_its_name_alone_whatever_marks_stand_beside_it(first, second):
    cues = cues_of(f"{first}Good morning.", f"{second}Is it?", f"{first}Yes.", f"{second}No.")
    assert [(s.speaker, s.text) for s in checked(cues, "a.srt").segments] == [
        ("Ann", "Good morning."), ("Ben", "Is it?"), ("Ann", "Yes."), ("Ben", "No."),
    ]  # fmt: skip


def test_times_of_a_table_of_whispers_may_have_long_fractions():
    rows = "start\tend\ttext\n1.2490999999999\t1.95179\tThe ferry\n2.1005\t3.9990000000000001\tleaves.\n"
    assert spoken(rows, "a.tsv") == [(1.249, None, "The ferry"), (2.1, None, "leaves.")]


def test_what_follows_a_name_that_stands_once_is_not_said_by_the_only_one_who_is_known():
    cues = cues_of(
        "( phone rings )",
        "Hello?",
        "DR. SMITH:\nI found it.",
        "Where?",
        "OFFICER #2:\nIn the barn.",
        "( siren )",
    )
    said = [(s.speaker, s.text) for s in checked(cues, "a.srt").segments]
    assert ("DR. SMITH", "I found it.") in said
    assert (None, "OFFICER #2: In the barn.") in said


def test_a_bar_is_a_line_end_below_the_head_of_subviewer():
    content = "[INFORMATION]\n[TITLE]x\n[END INFORMATION]\n[SUBTITLE]\n00:00:01.00,00:00:03.00\nCome|in.\n"
    assert spoken(content, "a.sub") == [(1, None, "Come in.")]


@pytest.mark.parametrize(
    ("name", "head", "between"),
    [
        ("a.sbv", "0:00:01.000,0:00:03.000\n", "\n\n0:00:04.500,0:00:06.000\n"),
        ("a.csv", "start,end,text\n1000,3000,", "\n4500,6000,"),
        ("a.tsv", "start\tend\ttext\n1000\t3000\t", "\n4500\t6000\t"),
    ],
)
def test_line_ends_that_are_written_out_are_not_spoken_in_any_kind_of_captions(name, head, between):
    content = f"{head}The ferry\\Nleaves at nine.{between}Bring\\nthe blue tickets.\n"
    assert spoken(content, name) == [(1, None, FIRST), (4.5, None, SECOND)]


def test_where_a_file_lies_is_kept_in_a_table_as_it_is_said():
    rows = "start,end,text\n0,1000,It lies in C:\\News\\notes.\n1000,2000,Good\\Nmorning.\n"
    assert [said for _, _, said in spoken(rows, "a.csv")] == ["It lies in C:\\News\\notes.", "Good morning."]


@pytest.mark.parametrize(
    "times",
    [
        ["۰:۰۰:۰۱.۰۰۰,۰:۰۰:۰۳.۰۰۰", "۰:۰۰:۰۴.۵۰۰,۰:۰۰:۰۶.۰۰۰"],
        ["0:00:01.0000001,0:00:03.000000", "0:00:04.5000000,0:00:06.1234567"],
    ],
)
def test_times_of_sbv_may_have_other_digits_or_long_fractions(times):
    content = f"{times[0]}\n{FIRST}\n\n{times[1]}\n{SECOND}\n"
    assert spoken(content, "a.sbv") == [(1, None, FIRST), (4.5, None, SECOND)]


def test_an_arrow_of_pages_parts_times():
    content = (
        f"1\n00:00:01,000 &rarr; 00:00:03,000\n{FIRST}\n\n2\n00:00:04,500 &rarr; 00:00:06,000\n{SECOND}\n"
    )
    assert spoken(content) == [(1, None, FIRST), (4.5, None, SECOND)]


@pytest.mark.parametrize("end", ["", "  "])
def test_a_cue_that_says_only_the_name_of_its_format_is_said(end):
    content = (
        "WEBVTT\n\n00:01.000 --> 00:03.000\nThe first line is:\n\n"
        f"00:04.500 --> 00:06.000\nWEBVTT{end}\n\nWEBVTT\n\n00:07.000 --> 00:09.000\nThat is all.\n"
    )
    assert [said for _, _, said in spoken(content, "a.vtt")] == [
        "The first line is:",
        "WEBVTT",
        "That is all.",
    ]


def test_tiers_without_times_are_read_in_the_order_of_their_timeline():
    events = {"ANN": [("T0", "T1", "Good morning."), ("T2", "T3", "And now?")], "BEN": [("T1", "T2", "Yes?")]}
    tiers = "".join(
        f'<tier id="{who}" speaker="{who}" category="v" type="t">'
        + "".join(f'<event start="{start}" end="{end}">{said}</event>' for start, end, said in said_by)
        + "</tier>"
        for who, said_by in events.items()
    )
    for first in ("", ' time="0.0"'):
        points = f'<tli id="T0"{first}/><tli id="T1"/><tli id="T2"/><tli id="T3"/>'
        text = (
            "<basic-transcription><head></head><basic-body>"
            f"<common-timeline>{points}</common-timeline>{tiers}</basic-body></basic-transcription>"
        )
        assert [(s.start, s.end, s.speaker, s.text) for s in checked(text.encode(), "a.exb").segments] == [
            (None, None, "ANN", "Good morning."),
            (None, None, "BEN", "Yes?"),
            (None, None, "ANN", "And now?"),
        ]


@pytest.mark.parametrize(
    "head",
    [
        "STYLE\n::cue(b) {\n  color: red;\n\n  background: navy;\n}\n",
        "Region: id=fred width=40% lines=3 scroll=up\nRegion: id=bill width=40%\n",
    ],
)
def test_styles_with_a_blank_line_and_regions_of_old_drafts_are_no_speech(head):
    cues = f"00:01.000 --> 00:03.000 region:fred\n{FIRST}\n\n00:04.000 --> 00:06.000\n{SECOND}\n"
    assert spoken(f"WEBVTT\n\n{head}\n{cues}", "a.vtt") == [(1, None, FIRST), (4, None, SECOND)]


def test_a_style_whose_brace_stays_open_ends_at_the_first_time():
    cues = f"00:01.000 --> 00:03.000\n{FIRST}\n\n00:04.000 --> 00:06.000\n{SECOND}\n"
    text = f"WEBVTT\n\nSTYLE\n::cue {{\n\n{cues}"
    assert spoken(text, "a.vtt") == [(1, None, FIRST), (4, None, SECOND)]


def test_somebody_called_region_may_speak():
    text = f"WEBVTT\n\n00:01.000 --> 00:03.000\nRegion: {FIRST}\n\n00:04.000 --> 00:06.000\nCity: {SECOND}\n"
    assert FIRST in spoken(text, "a.vtt")[0][2]


@pytest.mark.parametrize(
    ("rows", "speakers"),
    [
        (["0.0,2.5,SPEAKER_00,{}", "2.6,5.9,SPEAKER_01,{}", "6.0,7.5,SPEAKER_00,{}"], True),
        (["SPEAKER_00,0.0,2.5,{}", "SPEAKER_01,2.6,5.9,{}", "SPEAKER_00,6.0,7.5,{}"], True),
        (["f001,0.000,2.500,{}", "f002,2.600,5.900,{}", "f003,6.000,7.500,{}"], False),
        (["f001,0.000,2.500,{},0.98", "f002,2.600,5.900,{},0.97", "f003,6.000,7.500,{},0.88"], False),
    ],
)
def test_columns_of_seconds_are_found_wherever_they_stand_in_a_table_without_a_head(rows, speakers):
    said = [FIRST, SECOND, "Yes, we do."]
    text = "\n".join(row.format(f'"{one}"') for row, one in zip(rows, said, strict=True))
    names = ["SPEAKER_00", "SPEAKER_01", "SPEAKER_00"] if speakers else [None] * 3
    assert spoken(text, "a.csv") == list(zip([0, 2.6, 6], names, said, strict=True))


def test_a_table_of_single_words_with_their_seconds_is_read():
    assert [said for _, _, said in spoken("We,0.3,0.5\nsell,0.6,0.9\nit.,0.9,1.2\n", "a.csv")] == [
        "We",
        "sell",
        "it.",
    ]


@pytest.mark.parametrize(
    "rows", ["Berlin,52.5,13.4\nOslo,59.9,10.7\nRome,41.9,12.5\n", "Ann,1,2\nBen,3,4\nCy,5,6\n"]
)
def test_a_table_of_other_numbers_is_none_of_speech(rows):
    with pytest.raises(InputError):
        read(rows.encode(), "a.csv")


@pytest.mark.parametrize(
    "form",
    [
        '<turn speaker="{who}" start="{start}" end="{end}">{said}</turn>',
        '<u id="u{start}" who="#{who}" begin="{start}">{said}</u>',
        "<segment><start>{start}</start><end>{end}</end><speaker>{who}</speaker><text>{said}</text></segment>",
        '<fragment begin="{start}" end="{end}" speaker="{who}"><line>{said}</line><children/></fragment>',
        '<line><speaker name="{who}"/><time start="{start}" end="{end}"/><text>{said}</text></line>',
    ],
)
@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="UTF-8"?>\n'])
def test_xml_whose_elements_say_who_speaks_and_when_is_read(form, head):
    rows = [(1.5, 3, "Ann", FIRST), (4, 5.25, "Ben", SECOND)]
    inner = "\n".join(form.format(start=a, end=b, who=who, said=said) for a, b, who, said in rows)
    text = f"{head}<transcript>\n{inner}\n</transcript>\n"
    assert spoken(text, "a.xml") == [(1.5, "Ann", FIRST), (4, "Ben", SECOND)]


def test_pauses_and_the_like_part_no_words_of_xml():
    rows = f'<turn who="Ann">We <b>sell</b><pause/> it.</turn><turn who="Ben">{SECOND}</turn>'
    assert spoken(f"<talk>{rows}</talk>", "a.xml")[0] == (None, "Ann", "We sell it.")


def test_xml_of_settings_is_none_of_speech():
    rows = '<timer name="a" time="5">Fetch the mail</timer><timer name="b" time="9">Send the mail</timer>'
    with pytest.raises(InputError):
        read(f"<configuration>{rows}</configuration>".encode(), "a.xml")


def test_elements_named_as_an_attribute_hide_no_words():
    rows = '<turn who="Ann" note="x">{}<note>a b</note><note>c d</note></turn>'
    text = f"<talk>{rows.format(FIRST)}{rows.format(SECOND)}</talk>"
    assert [said for _, _, said in spoken(text, "a.xml")] == [f"{FIRST} a b c d", f"{SECOND} a b c d"]


def test_xml_nested_without_end_is_refused_in_a_sentence():
    deep = f"{'<x>' * 20_000}{SECOND}{'</x>' * 20_000}"
    text = f'<talk><turn who="Ann">{FIRST}</turn><turn who="Ben">{deep}</turn></talk>'
    with pytest.raises(InputError, match="more elements in each other"):
        read(text.encode(), "a.xml")


@pytest.mark.parametrize(
    "form", ["<i>{}</i>", "<s>{}</s><s>{}</s>", '<p id="a"><font color="red">{}</font></p>']
)
def test_what_parts_words_in_xml_or_tells_their_looks_takes_none_of_them(form):
    said = form.replace("{}", FIRST)
    text = f'<talk><turn who="Ann" start="1">{said}</turn><turn who="Ben" start="4">{SECOND}</turn></talk>'
    transcript = checked(text.encode(), "a.xml")
    first = " ".join([FIRST] * form.count("{}"))
    assert [(s.start, s.speaker, s.text) for s in transcript.segments] == [
        (1, "Ann", first),
        (4, "Ben", SECOND),
    ]
    assert transcript.dropped == {}


def test_what_of_xml_is_nowhere_in_the_transcript_is_accounted_for():
    head = "<about><made>by hand, in May</made></about>"
    turns = f'<turn who="Ann">{FIRST}</turn><turn who="Ben">{SECOND}</turn>'
    transcript = checked(f"<talk>{head}{turns}</talk>".encode(), "a.xml")
    assert transcript.dropped == {"outside of speech": 4}


TURNS = '<turn speaker="Ann" start="1">{}</turn>\n<turn speaker="Ben" start="4.5">{}</turn>\n'


def test_tags_of_speakers_with_nothing_around_them_tell_who_speaks_when():
    assert spoken(TURNS.format(FIRST, SECOND), "a.txt") == [(1, "Ann", FIRST), (4.5, "Ben", SECOND)]


def make_srt(*captions):
    cues = (f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{said}\n" for n, said in enumerate(captions, 1))
    return "\n".join(cues)


def test_a_dash_without_a_name_is_somebody_else_where_names_stand_behind_dashes():
    said = [
        "- [Ann] Good morning.",
        "- Hello.",
        "- [Ben] Shall we?",
        "We could.",
        "- [Ann] Yes.",
        "- [Ben] So.",
    ]
    who = [speaker for _, speaker, _ in spoken(make_srt(*said))]
    assert who == ["Ann", None, "Ben", "Ben", "Ann", "Ben"]


def test_a_dash_before_a_thought_is_whoever_speaks_where_names_have_none():
    text = make_srt("Ann: Good morning.", "- and good day.", "Ben: Shall we?", "Ann: Yes.", "Ben: Then go.")
    assert [speaker for _, speaker, _ in spoken(text)] == ["Ann", "Ann", "Ben", "Ann", "Ben"]


def test_captions_within_an_oral_history_are_read_with_their_voices():
    cues = "WEBVTT\n\n00:01.000 --> 00:03.000\n&lt;v Ann&gt;{}\n\n00:04.000 --> 00:06.000\n&lt;v Ben&gt;{}\n"
    text = (
        '<?xml version="1.0"?><ROOT xmlns="https://www.weareavp.com/nunncenter/ohms"><record>'
        f"<title>Talk</title><vtt_transcript>{cues.format(FIRST, SECOND)}</vtt_transcript></record></ROOT>"
    )
    assert spoken(text, "a.xml") == [(1, "Ann", FIRST), (4, "Ben", SECOND)]


def oral_history(text, sync):
    return (
        '<?xml version="1.0"?><ROOT xmlns="https://www.weareavp.com/nunncenter/ohms"><record>'
        f"<title>Talk</title><sync>{sync}</sync><transcript>{text}</transcript></record></ROOT>"
    )


def test_the_minutes_of_an_oral_history_give_its_words_times():
    text = "BERG: We begin with peas\nand go on to beans.\n\nREED: It rained,\nthen it froze.\n\nBERG: Yes."
    transcript = checked(oral_history(text, "1:|1(2)|3(0)").encode(), "a.xml")
    assert [(s.start, s.speaker) for s in transcript.segments[:2]] == [(0, "BERG"), (120, "REED")]
    assert transcript.segments[0].times[6] == 60
    starts = [s.start for s in transcript.segments]
    assert starts == sorted(starts)
    assert "estimated" in transcript.warnings[0]


def test_minutes_that_stand_in_other_lines_than_said_give_no_times():
    transcript = checked(oral_history("BERG: We begin.\n\nREED: Yes.\n", "1:|40(2)|90(1)").encode(), "a.xml")
    assert [s.start for s in transcript.segments] == [None, None]
    assert "no times" in transcript.warnings[0]


def test_links_in_the_cells_of_a_table_leave_their_words():
    link = "<a href='https://example.org/x' target='_blank'>this page</a>"
    content = f"speaker,words,timestamp\nAnn,See {link} for more.,0:01\nBen,Yes.,0:04\n"
    assert [s.text for s in read(content.encode(), "a.csv").segments] == ["See this page for more.", "Yes."]


@pytest.mark.parametrize(
    "columns", [("Spkr", "StTime", "EnTime"), ("speaker", "segment_onset", "segment_offset")]
)
def test_corpora_have_names_of_their_own_for_columns(columns):
    who, start, end = columns
    rows = (
        f"Line\t{who}\t{start}\tContent\t{end}\n1\tint_01\t0.5\tOkay.\t1.25\n2\tse0\t1.25\tYes, it is.\t3.0\n"
    )
    assert spoken(rows, "a.txt") == [(0.5, "int_01", "Okay."), (1.25, "se0", "Yes, it is.")]


def test_emphasis_in_the_cells_of_a_table_is_no_word():
    text = 'start,speaker,text\n0:01,Ann,"I read <em>The Ferry</em>, and x < y."\n0:05,Ben,<i>Yes.</i>\n'
    assert [said for _, _, said in spoken(text, "a.csv")] == ["I read The Ferry, and x < y.", "Yes."]


@pytest.mark.parametrize("root", ["main", "article", "div"])
def test_a_part_of_a_page_is_read_as_a_page(root):
    lines = "".join(
        f'<p class="l" data-time="{n}">{who}: {FIRST}</p>' for n, who in enumerate(["Ann", "Ben", "Ann"])
    )
    transcript = checked(f"<{root}>{lines}</{root}>".encode(), "a.html")
    assert (transcript.kind, [s.speaker for s in transcript.segments]) == ("html", ["Ann", "Ben", "Ann"])


def test_whoever_has_an_account_speaks_under_its_name_whatever_it_is():
    names = ["van der Berg", "ann.b", "x 99", "Ida Kern", "customer service 2 (hall)"]
    content = "WEBVTT\n\n" + "\n".join(
        f'{n} "{name}" (34062842{n:02d})\n00:00:{n:02d}.000 --> 00:00:{n:02d}.900\nThe kiln is cold.\n'
        for n, name in enumerate(names, 1)
    )
    assert [s.speaker for s in read(content.encode(), "a.vtt").segments] == names


def test_a_damaged_name_of_an_account_is_no_speaker_and_every_word_is_counted():
    damaged = """1 "I<p t='1'>da Kern" (3406284288)\n<c>00:05.000\nThe kiln is cold.\n"""
    whole = [
        '2 "Kurt Falk" (2203446272)\n00:00:06.000 --> 00:00:08.000\nNot yet.\n',
        '3 "Ida Kern" (3406284288)\n00:00:09.000 --> 00:00:10.000\nLight it.\n',
    ]
    talk = read("\n".join(["WEBVTT\n", damaged, *whole]).encode(), "a.vtt")
    assert [s.speaker for s in talk.segments] == [None, "Kurt Falk", "Ida Kern"]


def test_numbers_before_men_in_captions_tell_them_apart():
    said = ["1. Mann: Es braucht Zeit.", "2. Mann: Eine Nacht.", "1. Mann: Eine ganze.", "2. Mann: Ja."]
    content = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{one}\n\n" for n, one in enumerate(said, 1))
    assert [speaker for _, speaker, _ in spoken(content)] == ["1. Mann", "2. Mann", "1. Mann", "2. Mann"]


def test_bare_seconds_may_be_whole():
    content = f"1\n1.5 --> 3\n{FIRST}\n\n2\n3 --> 5.25\n{SECOND}\n"
    assert spoken(content) == [(1.5, None, FIRST), (3, None, SECOND)]


def test_two_whole_numbers_around_an_arrow_may_be_said():
    content = f"1\n00:00:01,000 --> 00:00:03,000\n3 --> 5\n\n2\n00:00:04,500 --> 00:00:06,000\n{SECOND}\n"
    assert spoken(content) == [(1, None, "3 --> 5"), (4.5, None, SECOND)]


@pytest.mark.parametrize("names", [("Person1", "Person2"), ("Ann", "Ben")])
def test_the_ends_of_tags_that_name_who_speaks_are_not_said(names):
    one, two = names
    content = (
        f"1\n00:00:01,000 --> 00:00:02,000\n<{one}> Is it <b>late?</b> </{one}> <{two}>No.</{two}>\n\n"
        f"2\n00:00:03,000 --> 00:00:04,000\n<{two}>It is\nnine.</{two}>\n\n"
        f"3\n00:00:05,000 --> 00:00:06,000\n<{one}>Good.</{one}>\n"
    )
    assert [(speaker, said) for _, speaker, said in spoken(content)] == [
        (one, "Is it late?"),
        (two, "No."),
        (two, "It is nine."),
        (one, "Good."),
    ]


def test_what_microsoft_graph_tells_of_a_caption_is_not_said():
    cue = '{{"startDateTime":"2024-05-01T10:00:0{0}Z","speakerName":"{1}","spokenText":"{2}"}}'
    told = [(1, "Ann Berg", FIRST), (4, "", 'So <b> it \\"is\\".')]
    cues = [f"00:00:0{one[0]}.000 --> 00:00:0{one[0]}.900\n{cue.format(*one)}\n" for one in told]
    content = "WEBVTT\n\n" + "\n".join(cues)
    assert spoken(content, "a.vtt") == [(1, "Ann Berg", FIRST), (4, None, 'So <b> it "is".')]
    assert read(content.encode(), "a.vtt").recorded == "2024-05-01"


@pytest.mark.parametrize("first", ["Dialogue: 0,", "Dialogue: Marked=0,", "Comment: 0,"])
def test_events_of_ass_without_the_sections_above_them_are_captions(first):
    fields = "0:00:0{0}.00,0:00:0{0}.90,Default,{1},0,0,0,,{2}\n"
    content = (
        first + fields.format(1, "Ann", "The ferry\\Nleaves.") + "Dialogue: 0," + fields.format(4, "", SECOND)
    )
    expected = [(1, "Ann", "The ferry leaves."), (4, None, SECOND)]
    assert spoken(content, "a.txt") == expected[first.startswith("Comment") :]


SHORT_VTT = "WEBVTT\n\n00:01.000 --> 00:01.900\n{}\n"


@pytest.mark.parametrize(
    ("cues", "begun"),
    [
        (cues_of(FIRST, SECOND), ["3", "3\n0", "3\n00:00:0", "3\n00:00:03,0", "3\n00:00:03,000 --> 00:"]),
        (SHORT_VTT.format(FIRST).encode(), ["\n00:02.", "\n00:02.000 --", "\n00:02.0 -->"]),
    ],
)
def test_what_there_is_of_a_cue_in_which_a_file_was_cut_off_is_not_said(cues, begun):
    for end in begun:
        assert spoken(cues + end.encode(), "a.txt") == spoken(cues, "a.txt")


@pytest.mark.parametrize(
    "cues",
    [
        *(SHORT_VTT.format(said).encode() for said in ("When?\n\n10:30", "\n10:30", "\n10:30:15")),
        *(cues_of(said) for said in ("When?\n\n7", "When?\n2", "\n2")),
    ],
)
def test_a_number_or_a_time_at_the_end_of_a_file_may_be_said(cues):
    assert spoken(cues, "a.txt")[0][2].split() == cues.decode().split("900", 1)[1].split()


@pytest.mark.parametrize("around", ["{{{0}}}{1}{{/{0}}}", "[{0}]{1}[/{0}]"])
def test_emphasis_in_braces_or_brackets_is_not_spoken(around):
    bring, tickets = around.format("b", "bring"), around.format("U", "blue tickets")
    said = [around.format("i", FIRST), f"So {bring} the\n{tickets}."]
    assert [text for _, _, text in spoken(cues_of(*said, "It is {i} and [b]."))] == [
        FIRST, "So bring the blue tickets.", "It is {i} and [b].",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["- {1}", "* {1}", "{0}: {1}", "\u2022 {0}. {1}"])
def test_a_number_or_the_sign_of_a_list_before_the_times_is_none_of_them(form):
    times = ["00:00:01,000 --> 00:00:03,000", "00:00:04,500 --> 00:00:06,000"]
    said = zip(times, [FIRST, SECOND], strict=True)
    content = "\n\n".join(f"{form.format(n, time)}\n{text}" for n, (time, text) in enumerate(said, 1))
    assert spoken(content) == [(1, None, FIRST), (4.5, None, SECOND)]


@pytest.mark.parametrize("dash", ["-", "–", "|"])
@pytest.mark.parametrize(("often", "once"), [("Ann Berg", "Ben"), ("HOST", "Ben"), ("Moderator", "Ann Berg")])
def test_who_speaks_once_behind_a_dash_among_others_is_not_the_one_before(often, once, dash):
    said = [FIRST, SECOND, "Is it late?", "No.", "So we go."]
    names = [once if at == 3 else often for at in range(len(said))]
    found = spoken(cues_of(*(f"{name} {dash} {text}" for name, text in zip(names, said, strict=True))))
    assert [who for _, who, _ in found] == names


def test_who_speaks_in_two_brackets_in_a_table_for_audacity_is_told():
    rows = "1.031\t3.072\t[[SPEAKER_00]]Is it late?\n4.0\t6.0\t[[SPEAKER_01]]No.\n"
    assert spoken(rows, "a.aud") == [(1.031, "SPEAKER_00", "Is it late?"), (4, "SPEAKER_01", "No.")]


def test_another_note_in_two_brackets_in_such_a_table_is_nobody():
    rows = "1.031\t3.072\t[[music]]\n4.0\t6.0\t[[Berlin]] is large.\n"
    assert [who for _, who, _ in spoken(rows, "a.aud")] == [None, None]


def test_cues_of_json_say_their_text():
    cues = ['{"speaker": "Ann", "text": "Is it late?"}', '{"speaker": "Ben", "text": "No."}']
    content = "WEBVTT\n\n" + "\n\n".join(
        f"00:0{at}.000 --> 00:0{at}.900\n{cue}" for at, cue in enumerate(cues, 1)
    )
    assert spoken(content, "a.vtt") == [(1, "Ann", "Is it late?"), (2, "Ben", "No.")]


def test_names_above_what_is_said_need_none_above_what_is_heard():
    said = ["Ann\nThe peas are dry.", "(Laughing)", "Tom\nYours?", "[Applause]", "Ann\nOurs.", "Tom\nOh."]
    cues = "".join(f"[00:00:{at:02}:00 - 00:00:{at + 1:02}:00]\n{text}\n\n" for at, text in enumerate(said))
    speakers = [segment.speaker for segment in read(cues.encode(), "a.txt").segments]
    assert speakers == ["Ann", None, "Tom", None, "Ann", "Tom"]
