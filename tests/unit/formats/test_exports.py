"""What people export: chats as JSON, tables without a head, captions that Word has changed."""

import io
import json

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from daemon.errors import InputError
from daemon.formats import read
from tests.unit.formats.account import checked


def turns(content, name):
    return [(it.speaker, it.text) for it in read(content.encode(), name).segments]


def test_who_sent_a_message_is_told_in_the_chats_of_facebook_and_instagram():
    messages = [
        {"sender_name": "Tom Reed", "timestamp_ms": 1714557900000, "content": "Good morning to you"},
        {"sender_name": "Ann Berg", "timestamp_ms": 1714557960000, "content": "How is the garden?"},
    ]
    content = json.dumps({"participants": [{"name": "Tom Reed"}], "messages": messages})
    assert turns(content, "message_1.json") == [
        ("Tom Reed", "Good morning to you"),
        ("Ann Berg", "How is the garden?"),
    ]


def messages_of(*texts):
    said = ",".join(f'{{"speaker": "Ann", "start": {at}, "text": "{text}"}}' for at, text in enumerate(texts))
    return f'{{"segments": [{said}]}}'


def test_letters_escaped_as_bytes_are_letters_again():
    content = messages_of(
        "It\\u00e2\\u0080\\u0099s J\\u00c3\\u00bcrgen", "Oui, \\u00c3\\u00a9t\\u00c3\\u00a9"
    )
    assert [text for _, text in turns(content, "a.json")] == ["It’s Jürgen", "Oui, été"]


def test_letters_escaped_as_themselves_stay():
    content = messages_of("J\\u00fcrgen \\u00c3\\u00a9", "Oui, \\u00e9t\\u00e9")
    assert [text for _, text in turns(content, "a.json")] == ["Jürgen Ã©", "Oui, été"]


def test_a_table_of_seconds_and_words_needs_no_head():
    content = (
        '9.5,10.9,"It rained, and then it froze."\n10.9,12,And then it snowed.\n13,15.25,All week long.\n'
    )
    found = [(it.start, it.end, it.text) for it in read(content.encode(), "a.csv").segments]
    assert found == [
        (9.5, 10.9, "It rained, and then it froze."),
        (10.9, 12, "And then it snowed."),
        (13, 15.25, "All week long."),
    ]


def test_numbers_that_do_not_run_on_are_no_times():
    with pytest.raises(InputError):
        read(b"1,5,two red roses\n2,7,three white roses\n9,11,four of them\n", "a.csv")


def test_empty_rows_may_stand_above_the_head_of_a_table():
    content = ',,\n,Timecode,Subtitle\n,0:06,"Hello, my name is Ann."\n,0:08,I led this.\n'
    assert [it.start for it in read(content.encode(), "a.csv").segments] == [6, 8]


WORDS = """\
token|speaker|ts|endTs|punctuation|prepunctuation|case|tags
Good|1|0.51|0.70|||UC|[]
morning|1|0.70|1.20|,||LC|[]
everyone|1|1.20|1.80|.|"|LC|[]
Thanks|2|4.00|4.30|.||UC|['1:PERSON']
"""


def test_a_table_may_have_a_word_a_row_with_its_marks_beside_it():
    found = read(WORDS.encode(), "call.nlp").segments
    assert [(it.speaker, it.start, it.end, it.text) for it in found] == [
        ("1", 0.51, 0.7, "Good"),
        ("1", 0.7, 1.2, "morning,"),
        ("1", 1.2, 1.8, '"everyone.'),
        ("2", 4, 4.3, "Thanks."),
    ]


def test_words_of_a_table_without_times_go_on_until_somebody_else_speaks():
    content = "token|speaker|punctuation\nWe|1|\nknow|1|.\nDo|2|\nyou|2|?\nYes|1|\n"
    assert turns(content, "a.nlp") == [("1", "We know."), ("2", "Do you?"), ("1", "Yes")]


@pytest.mark.parametrize("head", ["word,start,end", "Word,Start (s),End (s)", "Wort,Beginn,Ende"])
def test_a_column_of_words_is_known_by_its_name(head):
    content = f"{head}\nhello,0.0,0.4\nthere,0.5,0.8\n"
    found = read(content.encode(), "a.csv").segments
    assert [(it.start, it.end, it.text) for it in found] == [(0, 0.4, "hello"), (0.5, 0.8, "there")]


def test_a_column_of_what_was_spoken_holds_the_words():
    content = "Name,Spoken\nMayor Berg,We begin.\nClerk,The minutes.\n"
    said = [(s.speaker, s.text) for s in read(content.encode(), "a.csv").segments]
    assert said == [("Mayor Berg", "We begin."), ("Clerk", "The minutes.")]


def test_empty_rows_below_a_table_change_nothing_in_it():
    content = "sep=;\nBeginn;Ende;Wer;Gesprochener Satz\n2,5;5;Ida;Die Vase ist leer.\n6;8;Kurt;Noch nicht.\n"
    assert turns(content + "\n\n\n", "a.csv") == turns(content, "a.csv")
    assert turns(content, "a.csv") == [("Ida", "Die Vase ist leer."), ("Kurt", "Noch nicht.")]


def test_a_column_of_single_words_is_not_read_where_another_holds_what_was_said():
    content = "word,start,text\nvase,0.0,Where is the vase?\ntable,2.0,On the table.\n"
    assert turns(content, "a.csv") == [(None, "Where is the vase?"), (None, "On the table.")]


def test_how_often_words_come_is_none_of_speech():
    with pytest.raises(InputError):
        read(b"word,count\nhello,3\nthere,4\n", "a.csv")


def test_the_arrow_that_word_sets_is_one_between_times():
    content = "1\n00:00:01,000 \uf0e0 00:00:02,000\nWe go.\n\n2\n00:00:03,000 \uf0e0 00:00:04,000\nWe stay.\n"
    found = [(it.start, it.end, it.text) for it in read(content.encode(), "a.srt").segments]
    assert found == [(1, 2, "We go."), (3, 4, "We stay.")]


def test_the_arrow_is_one_in_a_word_document():
    document = Document()
    for at, text in ((1, "We go."), (3, "We stay."), (5, "We sleep.")):
        paragraph = document.add_paragraph(f"00:00:0{at} ")
        run = paragraph.add_run()._r
        run.append(parse_xml(f'<w:sym {nsdecls("w")} w:font="Wingdings" w:char="F0E0"/>'))
        paragraph.add_run(f" 00:00:0{at + 1}")
        document.add_paragraph(text)
    held = io.BytesIO()
    document.save(held)
    found = [(it.start, it.text) for it in read(held.getvalue(), "a.docx").segments]
    assert found == [(1, "We go."), (3, "We stay."), (5, "We sleep.")]


def test_escaped_times_among_words_are_not_said_in_a_page():
    turn = "<p><strong>{}:</strong> It was long. \\[00:0{}:10.21\\] It was.</p>"
    page = "".join(turn.format(name, at) for at, name in enumerate(["Ann Berg", "Tom Reed"] * 2))
    assert {text for _, text in turns(f"<html><body>{page}</body></html>", "a.html")} == {
        "It was long. It was."
    }


@pytest.mark.parametrize("mark", ["**", ""])
def test_fields_that_stand_alone_above_the_heading_transcript_are_no_speech(mark):
    known = {"Meeting ID": "01K0", "Date": "2025-07-25", "Participants": "ann@example.org"}
    fields = "".join(f"{mark}{key}{mark}: {value}\n" for key, value in known.items())
    content = f"# Garden\n{fields}\n## Transcript\n**Ann**: Good morning.\n**Ben**: Hello.\n**Ann**: Begin?\n"
    transcript = read(content.encode(), "talk.md")
    assert [s.speaker for s in transcript.segments] == ["Ann", "Ben", "Ann"]
    assert transcript.recorded == "2025-07-25"


@pytest.mark.parametrize(
    "above", ["Ann: Is it on?\nBen: It is.\n", "- **Seeds**: Is it on?\n- **Next**: Ben asks.\n"]
)
def test_what_is_said_or_noted_above_a_heading_transcript_stays(above):
    content = f"{above}\n## Transcript\n\nAnn: Good morning.\nBen: Hello.\n"
    assert "Is it on?" in " ".join(s.text for s in read(content.encode(), "talk.md").segments)


def test_what_tactiq_and_feishu_set_above_and_below_is_no_speech():
    tactiq = "# tactiq.io free youtube transcript\n# Peas\n# https://example.org/v\n\n"
    tactiq += "00:00:00.160 hello\n00:00:03.200 peas\n"
    assert [s.text for s in read(tactiq.encode(), "a.txt").segments] == ["hello", "peas"]
    foot = "[00:00] Ann: Good morning.\n[00:08] Tom: Shall we?\n\nTranscript by Tactiq.io\n"
    assert [s.text for s in read(foot.encode(), "a.txt").segments] == ["Good morning.", "Shall we?"]
    feishu = "2024年5月1日 上午 10:00|32分钟 10秒\n\n关键词:\n豌豆、渡轮\n\n文字记录:\n\n"
    feishu += "王小明 00:03\n大家好。\n\n李雷 00:08\n开始吗？\n"
    found = [(s.speaker, s.text) for s in read(feishu.encode(), "a.txt").segments]
    assert found == [("王小明", "大家好。"), ("李雷", "开始吗？")]


def test_what_lies_beside_the_captions_of_a_video_is_no_transcript():
    comments = [{"text": "Great talk about peas", "author": "@ann", "timestamp": 1700000000}]
    info = {"extractor": "youtube", "webpage_url": "https://example.org/v", "comments": comments}
    with pytest.raises(InputError, match=r"info\.json"):
        read(json.dumps(info).encode(), "talk.info.json")
    with pytest.raises(InputError, match="description of a video"):
        read(b"This talk is about peas.\n", "talk.description")


@pytest.mark.parametrize("name", ["talk.yaml.txt", "Talk.YML.TXT"])
def test_a_sidecar_that_an_editor_named_as_a_text_is_no_transcript(name):
    with pytest.raises(InputError, match=r"added \.txt") as caught:
        read(b"title: The harbour\nspeakers:\n  Ann: Ann Lee\n", name)
    assert caught.value.mend.startswith("Take the .txt off its name")


@pytest.mark.parametrize("form", ["{}:{} {}", "[{}:{}] {}", "{:05}:{:02}   {}"])
def test_page_and_line_before_the_lines_of_a_deposition_are_not_said(form):
    cited = [(101, 24), (101, 25), (102, 1), (102, 2)]
    said = ["Q.  Where were you?", "A.  At the mill, asleep.", "Q.  Who woke you at 5:30?", "A.  My brother."]
    content = "\n".join(form.format(page, line, text) for (page, line), text in zip(cited, said, strict=True))
    assert [(s.start, s.speaker, s.text) for s in read(content.encode(), "a.txt").segments] == [
        (None, "Q", "Where were you?"), (None, "A", "At the mill, asleep."),
        (None, "Q", "Who woke you at 5:30?"), (None, "A", "My brother."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "times", [["12:57", "12:58", "12:59"], ["0:58", "0:59", "1:00"], ["3:01", "3:02", "3:04"]]
)
def test_times_that_run_on_by_one_are_times(times):
    content = "".join(f"{time} Q: Where was that?\n" for time in times)
    assert all(s.start is not None for s in read(content.encode(), "a.txt").segments)


def test_the_numbers_of_verses_are_kept():
    verses = "1:1 In the beginning it was dark.\n1:2 Then it was not.\n1:3 And it was good.\n"
    assert "1:2 Then it was not." in " ".join(s.text for s in read(verses.encode(), "a.txt").segments)


@pytest.mark.parametrize(
    ("times", "starts"),
    [
        (["1.15741E-05", "4.62963E-05", "0.000810185"], [1, 4, 70]),
        (["0", "0.0000462963", "0.000810185"], [0, 4, 70]),
        (["1899-12-30 00:00:01", "1899-12-30 00:00:04", "1899-12-30 00:01:10"], [1, 4, 70]),
        (["30.12.1899 00:00:01", "30.12.1899 00:00:04", "30.12.1899 00:01:10"], [1, 4, 70]),
        (["1/0/1900 0:00:01", "1/0/1900 0:00:04", "1/0/1900 0:01:10"], [1, 4, 70]),
        (["'0:00:01", "'0:00:04", "'0:01:10"], [1, 4, 70]),
        (['="0:00:01"', '="0:00:04"', '="0:01:10"'], [1, 4, 70]),
        (["12:00:01 AM", "12:00:04 AM", "1:01:10 AM"], [1, 4, 3670]),
    ],
)
def test_times_as_spreadsheets_write_them(times, starts):
    said = ["We planted all of it in May.", "So early as that?", "It was warm enough for beans."]
    rows = "".join(f"{time},Ann,{text}\n" for time, text in zip(times, said, strict=True))
    found = checked(f"Start,Speaker,Text\n{rows}".encode(), "a.csv")
    assert [s.start for s in found.segments] == starts


def test_seconds_with_long_fractions_are_no_parts_of_a_day():
    found = checked(b"Start,Text\n0.123456,Yes.\n0.523456,No.\n0.923456,Yes.\n", "a.csv")
    assert [s.start for s in found.segments] == [0.123, 0.523, 0.923]


def test_columns_of_which_each_row_fills_one_are_of_who_speaks():
    rows = "0:01,How can I help?,\n0:04,,My phone is broken.\n0:07,Let me look at that.,\n"
    found = checked(f"Time,Agent,Customer\n{rows}".encode(), "a.csv")
    assert [(s.start, s.speaker, s.text) for s in found.segments] == [
        (1, "Agent", "How can I help?"),
        (4, "Customer", "My phone is broken."),
        (7, "Agent", "Let me look at that."),
    ]


def test_a_column_of_translations_is_nobody():
    found = checked(b"Time,English,Deutsch\n0:01,Welcome to all.,Hallo alle.\n0:04,Shall we?,\n", "a.csv")
    assert [(s.speaker, s.text) for s in found.segments] == [(None, "Welcome to all."), (None, "Shall we?")]


def test_no_line_of_a_record_is_lost_where_a_number_of_a_page_or_a_missing_one_breaks_the_count():
    first = [f"{n:>2}   {'Q.' if n % 2 else 'A.'}  Word {n} of one." for n in range(1, 10) if n not in (3, 4)]
    second = [f"{n:>2}   {'Q.' if n % 2 else 'A.'}  Word {n} of two." for n in range(1, 10)]
    content = "\n".join([*first, f"\n{1:>40}\n", *second])
    reading = checked(content.encode(), "a.txt")
    said = " ".join(s.text for s in reading.segments)
    assert all(f"Word {n} of one." in said for n in range(1, 10) if n not in (3, 4))
    assert all(f"Word {n} of two." in said for n in range(1, 10))


def test_times_at_the_right_margin_of_numbered_lines_are_times():
    said = ["Q.  Where did you live?", "A.  On Mill Street.", "Q.  How long?", "A.  Six years."] * 3
    content = "\n".join(f"{n:>2}   {text:<40}10:02:{n:02d}" for n, text in enumerate(said, 1))
    segments = checked(content.encode(), "a.txt").segments
    assert [(s.speaker, s.text) for s in segments] == [(text[0], text[4:]) for text in said]
    assert [s.start for s in segments] == [36120.0 + n for n in range(1, 13)]
