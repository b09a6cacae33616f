"""The captions, tables and annotations that are neither SRT nor VTT: what public files of them hold."""

import pytest

from daemon.errors import InputError
from daemon.formats import read
from tests.unit.formats.account import checked
from tests.unit.growth import NEARLY_LINEAR, growth


def spoken(text, name):
    return [(s.start, s.speaker, s.text) for s in read(text.encode(), name).segments]


def textgrid(*tiers):
    head = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n9\n<exists>\n'
    body = "".join(
        f'"IntervalTier"\n"{name}"\n0\n9\n{len(marks)}\n'
        + "".join(f'{a}\n{b}\n"{text}"\n' for a, b, text in marks)
        for name, *marks in tiers
    )
    return f"{head}{len(tiers)}\n{body}"


@pytest.mark.parametrize("name", ["words", "Text 1", "transcription", "utterance", "segments", "default"])
def test_a_tier_that_is_called_after_what_it_holds_is_nobody(name):
    assert spoken(textgrid((name, (0, 1, "guten tag"))), "a.TextGrid") == [(0.0, None, "guten tag")]


def test_marks_of_silence_are_no_words():
    grid = textgrid(("words", (0, 1, "sp"), (1, 2, "guten"), (2, 3, "<sil>"), (3, 4, "tag")))
    transcript = read(grid.encode(), "a.TextGrid")
    assert [s.text for s in transcript.segments] == ["guten", "tag"]
    assert transcript.dropped["silence mark"] == 2


def test_a_textgrid_that_is_cut_off_is_refused():
    with pytest.raises(InputError, match="cut off"):
        read(textgrid(("Ann", (0, 1, "guten tag")))[:-20].encode(), "a.TextGrid")


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_a_textgrid_with_an_endless_number_is_refused(number):
    with pytest.raises(InputError, match="damaged or cut off"):
        read(textgrid(("Ann", (0, number, "guten tag"))).encode(), "a.TextGrid")


def test_a_table_without_a_head_is_read_where_its_rows_say_what_they_are():
    table = '00:00:01:00,00:00:02:00,"Guten Tag,\nalle."\n00:00:03:00,00:00:04:00,"Hallo."\n'
    assert spoken(table, "a.csv") == [(1.0, None, "Guten Tag, alle."), (3.0, None, "Hallo.")]


def test_a_table_without_times_or_speakers_is_refused_by_its_name():
    with pytest.raises(InputError, match="table"):
        read(b"id,name,age\n1,ann,3\n2,ben,4\n", "a.csv")


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("start,end,text", "1000,2000,Guten Tag alle hier"),
        ("Start Time,Speaker,Transcript", "00:00:01,,Guten Tag alle hier"),
        ("in;out;dialogue", "1.0;2.0;Guten Tag alle hier"),
        ("text\ttimestamp", "Guten Tag alle hier\t0:01"),
        ("Anfang;Ende;Sprecher;Text", "0:01;0:02;;Guten Tag alle hier"),
    ],
)
def test_the_columns_of_a_table_are_known_by_their_names(head, row):
    assert spoken(f"{head}\n{row}\n", "a.csv" if "\t" not in head else "a.tsv") == [
        (1.0, None, "Guten Tag alle hier")
    ]


def test_what_editors_write_for_nobody_is_no_name():
    ssa = (
        "[Script Info]\nScriptType: v4.00\n\n[Events]\n"
        "Format: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: Marked=0,0:00:01.00,0:00:02.00,Default,NTP,0000,0000,0000,,Guten Tag\n"
    )
    assert spoken(ssa, "a.ssa") == [(1.0, None, "Guten Tag")]


def test_the_columns_of_ass_may_have_an_order_of_their_own_and_lines_may_be_broken():
    ass = "[Events]\nFormat: Start, End, Name, Text\nDialogue: 0:00:01.00,0:00:02.00,Ann,Guten, ja\nTag\n"
    assert spoken(ass, "a.ass") == [(1.0, "Ann", "Guten, ja Tag")]


def scc_text(words):
    """Words as SCC writes them: two letters at a time, each with an odd number of bits."""
    codes = [
        ord(char) | (0x80 if ord(char).bit_count() % 2 == 0 else 0) for char in words + " " * (len(words) % 2)
    ]
    return " ".join(f"{first:02x}{second:02x}" for first, second in zip(codes[::2], codes[1::2], strict=True))


def test_what_stays_on_the_screen_while_more_is_painted_beside_it_was_said_once():
    scc = "\n\n".join(
        [
            "Scenarist_SCC V1.0",
            f"00:00:01:00\t9429 9429 9470 9470 {scc_text('the harbour is open')}",
            f"00:00:03:00\t9429 9429 94d0 94d0 {scc_text('and the ships come in')}",
            "00:00:06:00\t942c 942c",
            f"00:00:07:00\t9429 9429 9470 9470 {scc_text('the harbour is open')}",
            "00:00:09:00\t942c 942c",
        ]
    )
    texts = [text for _, _, text in spoken(scc, "a.scc")]
    assert texts == ["the harbour is open", "and the ships come in", "the harbour is open"]


def test_letters_with_accents_of_scc_are_counted_as_what_they_are():
    scc = "Scenarist_SCC V1.0\n\n00:00:01:00\t9420 9420 94d0 94d0 d62a 6def 6eef 73a1 942c 942c 942f 942f\n"
    assert [text for _, _, text in spoken(scc, "a.scc")] == ["Vámonos!"]


def test_subtitles_that_are_pictures_are_refused_as_such():
    with pytest.raises(InputError, match="pictures"):
        read(b"\x00\x00\x01\xbaD\x02\xc4\x82" * 9, "a.sub")


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\nStart;End;Speaker;Text\n1;3;Ann;Good day.\n4;6;Ben;Hello, Ann.\n",
        "Start|End|Speaker|Text\n1|3|Ann|Good day.\n4|6|Ben|Hello, Ann.\n",
    ],
)
def test_the_cells_of_a_table_may_be_parted_by_other_marks(content):
    talk = read(content.encode(), "a.csv")
    assert [(one.start, one.speaker, one.text) for one in talk.segments] == [
        (1.0, "Ann", "Good day."),
        (4.0, "Ben", "Hello, Ann."),
    ]


@pytest.mark.parametrize("form", ["{} - words", "{}_text", "{} - Utterances"])
def test_a_tier_that_is_called_after_somebody_and_what_it_holds_is_theirs(form):
    tiers = ((form.format("Ann Berg"), (0, 1, "good day")), (form.format("Ben"), (1, 2, "yes")))
    assert spoken(textgrid(*tiers), "a.TextGrid") == [(0.0, "Ann Berg", "good day"), (1.0, "Ben", "yes")]


def test_a_tier_that_is_called_after_two_things_that_tiers_hold_is_nobodys():
    assert spoken(textgrid(("sentence_text", (0, 1, "good day"))), "a.TextGrid") == [(0.0, None, "good day")]


@pytest.mark.parametrize("name", ["gestures", "Errors", "noise", "comments_2", "Bemerkungen"])
def test_a_tier_whose_name_says_that_it_holds_no_words_is_nobodys(name):
    tiers = (("Ann", "good day"), (name, "waves"))
    body = "".join(f'"IntervalTier"\n"{tier}"\n0\n8\n1\n0\n8\n"{said}"\n' for tier, said in tiers)
    content = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n8\n<exists>\n2\n' + body
    talk = read(content.encode(), "a.TextGrid")
    assert [(one.speaker, one.text) for one in talk.segments] == [("Ann", "good day")]
    assert name in talk.warnings[0]


def test_the_account_closes_where_a_timed_span_ends_inside_a_word():
    body = '<p><span begin="6s" end="7s">One.</span>---</p><p begin="8s" end="9s">Two.</p>'
    content = f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{body}</div></body></tt>'
    assert checked(content.encode(), "a.ttml").words == 3


@pytest.mark.parametrize("tag", ["<br/>", "<break/>", "<set/>", "<x>and</x>"])
def test_what_nobody_knows_in_a_caption_of_ttml_parts_its_words_as_a_break_does(tag):
    caption = f'<p begin="1s" end="2s">Hello,{tag}Ann.</p>'
    content = f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{caption}</div></body></tt>'
    [(_, _, said)] = spoken(content, "a.ttml")
    assert said.replace("and ", "") == "Hello, Ann."


def test_a_quotation_mark_in_a_file_that_is_named_stl_is_read_as_it_was_told():
    content = '$FontName = Arial\n\n00:00:01:00 , 00:00:03:00 , The "old" mill.\n'
    assert [one.text for one in checked(content.encode(), "a.stl").segments] == ['The "old" mill.']


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("00:00:01:00\t00:00:03:00\tGood morning.\n00:00:04:00\t00:00:06:00\tMorning.\n", [None, None]),
        ("00:00:01:00\tAnn Berg\tGood morning.\n00:00:04:00\tBen\tMorning.\n", ["Ann Berg", "Ben"]),
        ("1;00:00:01;00:00:03;ANN:;Good morning.\n2;00:00:04;00:00:06;BEN:;Morning.\n", ["ANN", "BEN"]),
        ("1\t00:00:01:00\t00:00:03:00\t00:00:02:00\tGood morning.\n"
         "2\t00:00:04:00\t00:00:06:00\t00:00:02:00\tMorning.\n", [None, None]),
        ('00:00:01.0,00:00:03.0,"Good morning."\n00:00:04.0,00:00:06.0,"Morning."\n', [None, None]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.txt", "a.tsv"])
def test_a_table_without_a_head_is_known_by_its_times(table, rows, name):
    transcript = checked(table.encode(), name)
    assert [(s.start, s.speaker, s.text) for s in transcript.segments] == [
        (1.0, rows[0], "Good morning."),
        (4.0, rows[1], "Morning."),
    ]


def test_a_table_without_times_gives_none():
    transcript = checked(b"speaker,speech\nAnn:,Good morning&#8212;all.\nBen:,Morning.\n", "a.csv")
    assert [(s.start, s.speaker, s.text) for s in transcript.segments] == [
        (None, "Ann", "Good morning—all."),
        (None, "Ben", "Morning."),
    ]


def test_rows_without_times_share_those_around_them():
    table = (
        "timestamp,speaker,words\n[0:00],Ann,one two\n,Ben,three four\n"
        ",Ann,five six\n,Ben,seven eight\n[0:40],Ben,nine\n"
    )
    transcript = checked(table.encode(), "a.csv")
    assert [s.start for s in transcript.segments] == [0.0, 8.0, 19.0, 28.0, 40.0]


def test_words_before_the_first_time_of_sami_are_said_and_its_own_remarks_are_not():
    content = (
        "<SAMI><HEAD><TITLE>Harbour</TITLE></HEAD><BODY>\n<-- Open play menu, choose Captions -->\n"
        "Good evening.\n<SYNC Start=1000><P Class=ENCC>The ferry leaves.\n"
        "<SYNC Start=3000><P Class=ENCC>&nbsp;\n</BODY></SAMI>"
    )
    transcript = checked(content.encode(), "a.smi")
    assert [(s.start, s.text) for s in transcript.segments] == [
        (0.0, "Good evening."),
        (1.0, "The ferry leaves."),
    ]


def test_a_comment_before_the_declaration_of_xml_harms_nothing():
    body = (
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">Hello.</p></div></body></tt>'
    )
    assert spoken(f'<!-- made by hand -->\n<?xml version="1.0"?>\n{body}', "a.ttml") == [
        (1.0, None, "Hello.")
    ]


def test_what_sami_shows_at_one_time_stays_in_the_order_of_the_file_with_a_class_or_without():
    content = (
        "<SAMI><BODY><SYNC Start=1000><P Class=ENCC>The ferry leaves<P>from pier nine<P Class=ENCC>at noon."
        "<SYNC Start=3000><P Class=ENCC>&nbsp;</BODY></SAMI>"
    )
    said = " ".join(segment.text for segment in checked(content.encode(), "a.smi").segments)
    assert said == "The ferry leaves from pier nine at noon."


def test_a_name_with_an_angle_in_sami_leaves_no_word_out_of_the_account():
    content = (
        "<SAMI><BODY><SYNC Start=1000><P Class=X ID=Source>Ann a>b</P><P Class=X>The ferry leaves.</P>"
        "<SYNC Start=3000><P Class=X>&nbsp;</BODY></SAMI>"
    )
    assert spoken(content, "a.smi") == [(1.0, "Ann ab", "The ferry leaves.")]


def test_start_and_end_may_stand_in_one_column():
    table = "Timespan\tContent\tSpeaker\n0:02.0 - 0:05.5\tIs it cold?\tIda\n0:06.0 - 0:07.0\tIt is.\tKurt\n"
    told = [(s.start, s.end, s.speaker, s.text) for s in read(table.encode(), "a.txt").segments]
    assert told == [(2.0, 5.5, "Ida", "Is it cold?"), (6.0, 7.0, "Kurt", "It is.")]


def test_the_fields_of_ass_behind_times_are_no_words():
    content = (
        "WEBVTT\n\n00:01.000 --> 00:02.000,Sign,,0,0,0,,Part one\n\n00:03.000 --> 00:04.000\nIs it cold?\n"
    )
    assert [s.text for s in read(content.encode(), "a.vtt").segments] == ["Part one", "Is it cold?"]


@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_the_numbers_of_rows_that_pandas_sets_under_no_name_are_neither_times_nor_names(delimiter):
    rows = (
        ("", "Timestamp", "Speaker", "Transcript"),
        ("0", "00:00:07", "Ida", "Is it cold?"),
        ("1", "00:00:09", "Kurt", "It is."),
    )
    transcript = read("\n".join(map(delimiter.join, rows)).encode(), "a.tsv")
    assert [(s.start, s.speaker, s.text) for s in transcript.segments] == [
        (7.0, "Ida", "Is it cold?"),
        (9.0, "Kurt", "It is."),
    ]


def test_columns_may_be_named_in_german():
    table = "Anfang\tEnde\tSprecher\tÄußerung\n00:00:01\t00:00:03\tIda\tIst es kalt?\n"
    assert [(s.speaker, s.text) for s in read(table.encode(), "a.tsv").segments] == [("Ida", "Ist es kalt?")]


@pytest.mark.parametrize("rate", ["", "{1}{1}25.000\n"])
def test_how_the_cues_of_microdvd_look_is_no_speech(rate):
    text = f"{{DEFAULT}}{{}}{{y:i}}{{c:$ffffff}}\n{rate}{{25}}{{75}}Aa bb.\n{{100}}{{150}}{{y:i}}Cc,|dd.\n"
    assert spoken(text, "a.sub") == [(1.0, None, "Aa bb."), (4.0, None, "Cc, dd.")]
    assert checked(text.encode(), "a.sub")


def test_three_cues_below_names_of_which_one_recurs_are_theirs():
    cues = [("00:00:00:00 - 00:00:04:00", "Ann"), ("00:00:04:00 - 00:00:08:00", "Ben")]
    cues.append(("00:00:08:00 - 00:00:12:00", "Ann"))
    text = "\n\n".join(f"{times}\n{name}\nAa bb." for times, name in cues)
    assert [speaker for _, speaker, _ in spoken(text, "a.txt")] == ["Ann", "Ben", "Ann"]


def test_times_of_apples_ttml_have_no_unit_and_all_count_from_the_beginning():
    spans = '<span begin="3.0" end="3.5">Aa</span><span begin="3.5" end="4.0">bb.</span>'
    text = (
        '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:p="http://podcasts.apple.com/x"><body><div>'
        f'<p begin="0.5" end="2.0">Hello.</p><p begin="3.0" end="4.0">{spans}</p></div></body></tt>'
    )
    assert spoken(text, "a.ttml") == [(0.5, None, "Hello."), (3.0, None, "Aa bb.")]
    assert checked(text.encode(), "a.ttml").segments[1].times == (3.0, 3.5)


def song(body, head=""):
    return (
        '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"'
        ' xmlns:itunes="http://music.apple.com/lyric-ttml-internal">'
        f"<head><metadata>{head}</metadata></head><body><div>{body}</div></body></tt>"
    )


def test_syllables_of_a_song_are_one_word_and_keep_their_place_where_voices_overlap():
    body = (
        '<p begin="58.5" end="1:03.5"><span begin="58.5">al</span><span begin="59.0">ways</span> '
        '<span begin="1:02.25">mine</span><span role="x-bg"><span begin="59.5">(oh</span> '
        '<span begin="1:00.0">no)</span></span></p>'
        '<p begin="1:04.0" end="1:05.0">夢<span begin="1:04.5">と</span></p>'
    )
    transcript = checked(song(body).encode(), "a.ttml")
    assert [(s.start, s.text) for s in transcript.segments] == [(58.5, "always mine (oh no)"), (64.0, "夢と")]
    assert transcript.segments[0].times == (58.5, 62.25, 62.25, 62.25)


def test_a_translation_and_romanised_words_beside_those_of_a_song_are_dropped():
    aside = '<span ttm:role="x-translation">Dream</span><span ttm:role="x-roman">yu me</span>'
    transcript = checked(
        song(f'<p begin="1.0" end="2.0"><span begin="1.0">夢</span>{aside}</p>').encode(), "a.ttml"
    )
    assert [s.text for s in transcript.segments] == ["夢"]
    assert transcript.dropped == {"another language": 1, "ruby": 2}


def test_what_stands_behind_an_agent_without_a_name_is_not_its_name():
    head = '<ttm:agent type="person" xml:id="v1"/><songwriter>Ann Berg</songwriter>'
    assert spoken(song('<p begin="1.0" ttm:agent="v1">Oh.</p>', head), "a.ttml") == [(1.0, "v1", "Oh.")]


@pytest.mark.parametrize("start", ["1:05.5", "01:05.5", "0:1:05.5", "00:01:05,500", "65.5s"])
def test_times_of_ttml_may_lack_hours_and_zeros(start):
    body = f'<p begin="{start}">Yes.</p>'
    content = f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{body}</div></body></tt>'
    assert spoken(content, "a.ttml") == [(65.5, None, "Yes.")]


def test_captions_of_ttml_whose_times_cannot_be_read_stay_where_they_are_and_that_is_said():
    body = "".join(
        f'<p begin="{start}" end="9s">{said}</p>' for start, said in (("5s", "One."), ("soon", "Two."))
    )
    content = f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{body}</div></body></tt>'
    transcript = checked(content.encode(), "a.ttml")
    assert [s.text for s in transcript.segments] == ["One.", "Two."]
    assert ["can't be read" in warning for warning in transcript.warnings] == [True]


def test_captions_of_ttml_in_a_row_begin_each_when_the_one_before_has_ended():
    row = '<p dur="2s">One.</p><p begin="1s" dur="3s">Two.</p>'
    later = '<div><p begin="30s" end="31s">Three.</p></div>'
    content = (
        '<tt xmlns="http://www.w3.org/ns/ttml"><body>'
        f'<div timeContainer="seq" begin="10s">{row}</div>{later}</body></tt>'
    )
    segments = checked(content.encode(), "a.ttml").segments
    assert [(s.start, s.end, s.text) for s in segments] == [
        (10.0, 12.0, "One."),
        (13.0, 16.0, "Two."),
        (30.0, 31.0, "Three."),
    ]


def number_sentences_in_elan():
    """The times of a file of ELAN's, and the annotations of a tier that numbers its two sentences."""
    slots = "".join(f'<TIME_SLOT TIME_SLOT_ID="s{at}" TIME_VALUE="{at * 1000}"/>' for at in range(4))
    refs = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{at}"'
        f' TIME_SLOT_REF1="s{at}" TIME_SLOT_REF2="s{at + 1}">'
        f"<ANNOTATION_VALUE>story.0{at}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
        for at in (0, 2)
    )
    return slots, refs


def test_the_words_of_sentences_that_another_tier_of_elan_numbers_are_read_with_its_times():
    slots, refs = number_sentences_in_elan()

    def below(name, *texts):
        inner = "".join(
            f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="{name}{at}" ANNOTATION_REF="a{at}">'
            f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
            for at, text in zip((0, 2), texts, strict=True)
        )
        return f'<TIER TIER_ID="{name}@Ann" PARTICIPANT="Ann" PARENT_REF="ref@Ann">{inner}</TIER>'

    tiers = below("ft", "Good day.", "Yes.") + below("tx", "Guten Tag.", "Ja.")
    content = (
        f"<ANNOTATION_DOCUMENT><TIME_ORDER>{slots}</TIME_ORDER>{tiers}"
        f'<TIER TIER_ID="ref@Ann" PARTICIPANT="Ann">{refs}</TIER></ANNOTATION_DOCUMENT>'
    )
    assert spoken(content, "a.eaf") == [(0.0, "Ann", "Guten Tag."), (2.0, "Ann", "Ja.")]
    assert checked(content.encode(), "a.eaf").dropped == {"another tier": 5}


def test_annotations_of_elan_without_ids_have_each_its_own_time():
    slots, refs = number_sentences_in_elan()
    words = "".join(
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_REF="a{at}">'
        f"<ANNOTATION_VALUE>{said}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
        for at, said in ((0, "Guten Tag."), (2, "Ja."))
    )
    content = (
        f"<ANNOTATION_DOCUMENT><TIME_ORDER>{slots}</TIME_ORDER>"
        f'<TIER TIER_ID="ref@Ann" PARTICIPANT="Ann">{refs}</TIER>'
        f'<TIER TIER_ID="tx@Ann" PARTICIPANT="Ann" PARENT_REF="ref@Ann">{words}</TIER></ANNOTATION_DOCUMENT>'
    )
    assert spoken(content, "a.eaf") == [(0.0, "Ann", "Guten Tag."), (2.0, "Ann", "Ja.")]


def test_sounds_that_webmaus_found_are_no_words_and_its_tiers_nobody():
    tiers = (("ORT-MAU", (0, 1, "guten")), ("KAN-MAU", (0, 1, "g u: t @ n")), ("MAU", (0, 0.2, "g")))
    assert spoken(textgrid(*tiers), "a.TextGrid") == [(0.0, None, "guten")]


def test_slots_of_elan_without_a_time_lie_between_those_around_them():
    slots = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="s{at}" {time}/>'
        for at, time in enumerate(['TIME_VALUE="1000"', "", 'TIME_VALUE="3000"'])
    )
    parts = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="s{at}" TIME_SLOT_REF2="s{at + 1}">'
        f"<ANNOTATION_VALUE>{said}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
        for at, said in enumerate(["Aa.", "Bb."])
    )
    text = (
        f"<ANNOTATION_DOCUMENT><TIME_ORDER>{slots}</TIME_ORDER>"
        f'<TIER TIER_ID="Ann">{parts}</TIER></ANNOTATION_DOCUMENT>'
    )
    assert spoken(text, "a.eaf") == [(1.0, "Ann", "Aa."), (2.0, "Ann", "Bb.")]


def test_the_pitches_of_audacitys_labels_are_no_words():
    text = "0.5\t2.0\tHello.\n\\\t100.0\t200.0\n2.5\t4.0\tWell?\n\\\t-1\t-1\n"
    assert spoken(text, "a.txt") == [(0.5, None, "Hello."), (2.5, None, "Well?")]
    assert checked(text.encode(), "a.txt")


def test_words_that_hold_what_parts_cells_are_whole_where_they_are_the_last_column():
    text = "Speaker;Start;Text\nAnn;1,5;Hello; all.\nBen;2,5;Well?;;\n"
    assert spoken(text, "a.csv") == [(1.5, "Ann", "Hello; all."), (2.5, "Ben", "Well?")]
    assert checked(text.encode(), "a.csv")


@pytest.mark.parametrize("number", ["", "0001 "])
def test_captions_of_encore_have_two_times_and_words_on_a_line(number):
    text = f"{number}00:00:01:00 00:00:02:00 Hello,\nall.\n{number}00:00:03:00 00:00:04:00 Well?\n"
    assert spoken(text, "a.txt") == [(1.0, None, "Hello, all."), (3.0, None, "Well?")]
    assert checked(text.encode(), "a.txt")


def test_cells_between_bars_need_but_one_time_where_a_column_names_people():
    text = "Ann|00:03|Hello, all.\nBen|00:12|Well?\nAnn|00:15|Yes.\n"
    assert spoken(text, "a.txt") == [
        (3.0, "Ann", "Hello, all."),
        (12.0, "Ben", "Well?"),
        (15.0, "Ann", "Yes."),
    ]
    assert checked(text.encode(), "a.txt")


def test_a_cell_between_bars_may_hold_start_and_end():
    text = "00:00:03-00:00:10 | Ann | Hello.\n00:00:12-00:00:14 | Ben | Well?\n"
    assert spoken(text, "a.txt") == [(3.0, "Ann", "Hello."), (12.0, "Ben", "Well?")]


ASS = "[Events]\nFormat: Layer, Start, End, Name, Text\n"


def test_words_beside_a_drawing_of_ass_are_said():
    lines = [
        r"Dialogue: 0,0:00:01.00,0:00:02.00,Ann,Bring the tickets.{\p1}m 0 0 l 10 10{\p0} Thanks.",
        r"Dialogue: 0,0:00:03.00,0:00:04.00,Ann,{\an7\p2}m 0 0 l 20 20",
    ]
    transcript = read((ASS + "\n".join(lines)).encode(), "a.ass")
    assert [(s.speaker, s.text) for s in transcript.segments] == [("Ann", "Bring the tickets. Thanks.")]
    assert transcript.dropped["drawing"] == 12


def test_what_ass_shows_in_two_layers_at_once_was_said_once():
    layers = [
        rf"Dialogue: {layer},0:00:01.00,0:00:02.00,{name},{{\blur{layer}}}The ferry leaves."
        for layer, name in ((0, ""), (1, ""), (2, "Ben"))
    ]
    transcript = read((ASS + "\n".join(layers)).encode(), "a.ass")
    assert [s.text for s in transcript.segments] == ["The ferry leaves."] * 2


@pytest.mark.parametrize("end", [r"{\r}", r"{\1c&HFFFFFF&}"])
def test_words_that_light_up_one_by_one_in_ass_are_said_once(end):
    said = ["The", "ferry", "leaves."]
    events = [
        rf"Dialogue: 0,0:00:0{at}.00,0:00:0{at + 1}.00,Ann,"
        + " ".join(rf"{{\1c&H00FF00&}}{word}{end}" if n == at else word for n, word in enumerate(said))
        for at in range(3)
    ]
    others = [
        rf"Dialogue: 0,0:00:0{at}.00,0:00:0{at + 1}.00,Ann,{text}"
        for at, text in [(3, r"{\i1}Yes.{\i0}"), (4, "Yes.")]
    ]
    transcript = read((ASS + "\n".join(events + others)).encode(), "a.ass")
    assert [(s.start, s.text) for s in transcript.segments] == [
        (0, "The ferry leaves."), (3, "Yes."), (4, "Yes."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "TITLE=Talk\nFORMAT=TIME\n\n1 2\nHello,\nAnn.\n\n1 2.5\nWell?\n",
        "FORMAT=25\n\n25 50\nHello,\nAnn.\n\n25 62.5\nWell?\n",
        "#T100\n0:00:01.00 0:00:03.00 D Hello,\\nAnn.\n0:00:04.00 0:00:06.50 JC {!}\\BWell?\\b\n",
        "@30 @90 D Hello,~Ann.\n@120 @195 D Well?\n",
        "-->> 000025\nHello,\nAnn.\n\n-->> 000075\n\n-->> 000100\nWell?\n\n-->> 000162\n\n",
        '<window type="generic">\n<time begin="1" end="3"/><clear/>Hello,<br/>Ann.\n'
        '<time begin="0:00:04.0" end="6.5"/><clear/><b>Well?</b>\n</window>\n',
        "{ 25 }{ 75 } Hello,|Ann.\n{ 100 }{ 162 } Well?\n",
        "{00:00:01}{00:00:03}Hello,|Ann.\n{00:00:04}{00:00:06}Well?\n",
        '  10,  30,"Hello,|Ann."\n  40,  65,"Well?"\n',
        "[00:00:01]Hello,[br]Ann.\n[00:00:03]\n[00:00:04]Well?\n[00:00:06]\n",
        "00:00:01,1=Hello,\n00:00:01,2=Ann.\n00:00:03,1=\n00:00:04,1=Well?\n00:00:06,1=\n",
    ],
)
def test_captions_of_old_players_are_read_without_their_marks(text):
    transcript = checked(text.encode(), "a.sub")
    said = [(s.start, int(s.end), s.text) for s in transcript.segments]
    assert said == [(1.0, 3, "Hello, Ann."), (4.0, 6, "Well?")]


def test_captions_of_jacosub_may_say_nothing_of_their_looks():
    content = "#T 100\n0:00:01.00 0:00:02.00 A ferry\\nleaves.\n0:00:03.00 0:00:04.50 JR I {no} wait.\n"
    assert spoken(content, "a.jss") == [(1.0, None, "A ferry leaves."), (3.0, None, "I wait.")]
    assert checked(content.encode(), "a.jss").dropped == {"markup": 2, "timing": 5}


def test_lines_of_a_screen_that_rolls_up_are_said_once_even_in_two_captions():
    text = (
        "Scenarist_SCC V1.0\n\n00:00:01:00\t9425 9425 94ad 94ad 9470 9470 4755 d445 ce20 54c1 47ae\n\n"
        "00:00:03:00\t9425 9425 94ad 94ad 9470 9470 48c1 4c4c 4f2c 20c1 4ece ae80\n"
    )
    assert [s[2] for s in spoken(text, "a.scc")] == ["GUTEN TAG.", "HALLO, ANN."]


def test_a_column_of_names_before_the_words_says_who_speaks():
    text = "0.52\t2.31\tSPEAKER_00\tHello.\n3.00\t4.20\tSPEAKER_01\tWell?\n"
    assert spoken(text, "a.txt") == [(0.52, "SPEAKER_00", "Hello."), (3.0, "SPEAKER_01", "Well?")]
    assert checked(text.encode(), "a.txt")


def test_comments_and_units_in_a_textgrid_are_passed_over_as_praat_does():
    content = (
        '"ooTextFile"\n"TextGrid"\n! typed by hand\n0 2.5s ! the whole\n<exists>\n1 tier\n'
        '"IntervalTier" "Ann" ! who speaks\n0 2.5s\n2 intervals\n'
        '0 1.5s "good morning" ! "the first"\n1.5s 2.5s "shall we!"\n'
    )
    said = [(s.start, s.end, s.speaker, s.text) for s in read(content.encode(), "a.TextGrid").segments]
    assert said == [(0, 1.5, "Ann", "good morning"), (1.5, 2.5, "Ann", "shall we!")]


def test_hexadecimal_numbers_in_a_textgrid_are_read():
    content = (
        '"ooTextFile"\n"TextGrid"\n0x0 0x1E\n<exists>\n0x1\n"IntervalTier" "Ann"\n0x0 0x1E\n0x2\n'
        '0x0 0xA "guten"\n0xa 0x1e "tag"\n'
    )
    said = [(s.start, s.end, s.text) for s in read(content.encode(), "a.TextGrid").segments]
    assert said == [(0.0, 10.0, "guten"), (10.0, 30.0, "tag")]


def test_a_textgrid_with_numbers_that_are_not_understood_is_refused():
    content = '"ooTextFile"\n"TextGrid"\n0 1/2\n<exists>\n1\n"IntervalTier" "Ann"\n0 1/2\n1\n0 1/2 "hi"\n'
    with pytest.raises(InputError, match="damaged or cut off"):
        read(content.encode(), "a.TextGrid")


@pytest.mark.long
def test_an_elan_file_of_many_tiers_takes_no_longer_for_each():
    def read_tiers(count):
        tiers = "".join(
            f'<TIER TIER_ID="ref@{k}"><ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="s">'
            f"<ANNOTATION_VALUE>b.{k}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>"
            f'<TIER TIER_ID="tx@{k}" PARENT_REF="ref@{k}"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="w{k}">'
            f"<ANNOTATION_VALUE>word{k}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>"
            for k in range(count)
        )
        file = f"<ANNOTATION_DOCUMENT>{tiers}</ANNOTATION_DOCUMENT>"
        assert read(file.encode(), "talk.eaf").words == count

    assert growth(read_tiers, 500, 4000) < NEARLY_LINEAR


@pytest.mark.long
def test_an_elan_file_whose_annotations_belong_each_to_the_one_before_takes_no_longer_for_each():
    def read_chain(count):
        chain = "".join(
            f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a{k}" ANNOTATION_REF="a{k - 1}">'
            f"<ANNOTATION_VALUE>word{k}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
            for k in range(count)
        )
        file = f'<ANNOTATION_DOCUMENT><TIER TIER_ID="Ann">{chain}</TIER></ANNOTATION_DOCUMENT>'
        assert read(file.encode(), "talk.eaf").words == count

    assert growth(read_chain, 500, 4000) < NEARLY_LINEAR


STM = """\
;; CATEGORY "0" "" ""
talk 1 inter_segment_gap 0 0.50 <o,,unknown> ignore_time_segment_in_scoring
talk 1 ann_berg 0.50 1.30 <o,f0,female> good morning
talk 1 talk 1.30 2.00 <NA> ignore_time_segment_in_scoring
talk 1 ben 2.50 2.80 <o,f0,male> hello {um} we 're here
talk 1 ben 3.00 3.80 and here
"""


def test_the_stretches_of_a_reference_for_recognisers_are_read():
    found = checked(STM.encode(), "talk.stm").segments
    assert [(it.speaker, it.start, it.end, it.text) for it in found] == [
        ("ann_berg", 0.5, 1.3, "good morning"),
        ("ben", 2.5, 2.8, "hello {um} we 're here"),
        ("ben", 3.0, 3.8, "and here"),
    ]


def test_who_speaks_may_be_written_with_angle_brackets_in_a_reference_for_recognisers():
    content = "talk 1 ann>b 0.5 1.3 good morning\ntalk 1 ben 2.5 2.8 hello there\n"
    found = checked(content.encode(), "talk.stm").segments
    assert [(it.speaker, it.text) for it in found] == [("annb", "good morning"), ("ben", "hello there")]


def test_the_words_of_a_recogniser_are_read_with_their_times():
    content = ";; made by a decoder\ntalk 1 0.50 0.30 good 0.98\ntalk 1 0.85 0.40 morning 0.99\n"
    found = checked(content.encode(), "talk.ctm").segments
    assert [(it.speaker, it.start, it.end, it.text) for it in found] == [
        (None, 0.5, 0.8, "good"),
        (None, 0.85, 1.25, "morning"),
    ]


def test_a_word_of_a_recogniser_may_be_a_number():
    content = "talk 1 0.50 0.30 7 0.98\ntalk 1 0.85 0.40 miles 0.99\n"
    assert spoken(content, "talk.ctm") == [(0.5, None, "7"), (0.85, None, "miles")]


@pytest.mark.parametrize("place", [0, 7, 60])
def test_a_line_of_a_recogniser_that_is_damaged_is_said_all_the_same(place):
    lines = [f"talk 1 ann {at}.0 {at}.5 <NA> word" for at in range(60)]
    lines.insert(place, "talk 1 ann 6x and more")
    said = spoken("\n".join(lines), "talk.txt")
    assert [text for _, _, text in said if text != "word"] == ["talk 1 ann 6x and more"]
    assert sum(text == "word" for _, _, text in said) == 60


def test_two_channels_of_a_recogniser_are_two_speakers():
    content = "call A 0.50 0.30 good\ncall A 0.85 0.40 morning\ncall B 2.4 0.3 hello\n"
    found = checked(content.encode(), "call.ctm").segments
    assert [(it.speaker, it.text) for it in found] == [("A", "good"), ("A", "morning"), ("B", "hello")]


@pytest.mark.parametrize("more", ["", "\nAnd so on."])
def test_two_numbers_in_a_line_of_speech_are_no_times_of_a_recogniser(more):
    content = f"Take 2 of 3.5 4.5 metres{more}"
    assert " ".join(text for _, _, text in spoken(content, "a.txt")) == content.replace("\n", " ")


AID = '<span tts:ruby="text">とうきょう</span>'
RUBY = f'<span tts:ruby="container"><span tts:ruby="base">東京</span>{AID}</span>'


def test_a_caption_of_ttml_stays_whole_around_what_says_how_a_word_is_read():
    cue = f'<p begin="1s" end="3s">明日{RUBY}へ行く。</p>'
    found = checked(f'<tt xmlns:tts="a"><body><div>{cue}</div></body></tt>'.encode(), "a.ttml")
    assert [s.text for s in found.segments] == ["明日東京へ行く。"]
    assert list(found.dropped) == ["ruby"]


def test_parts_of_a_stream_of_ttml_that_were_joined_are_read_one_after_the_other():
    def part(*cues):
        shown = "".join(f'<p begin="{at}s" end="{at + 1}s">{text}</p>' for at, text in cues)
        return f'<?xml version="1.0"?>\n<tt xmlns="a"><body><div>{shown}</div></body></tt>\n'

    joined = part((1, "Who is it?"), (3, "Me.")) + part((3, "Me."), (5, "Come in."))
    found = checked(joined.encode(), "a.ttml").segments
    assert [(s.start, s.text) for s in found] == [(1, "Who is it?"), (3, "Me."), (5, "Come in.")]
