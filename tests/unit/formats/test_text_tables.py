"""Tables in texts: cells between bars or in columns of spaces, and lines broken by an end or a margin."""

import io
import zipfile

import pytest

from daemon.errors import InputError
from daemon.formats import read

SAID = [
    (0.0, "Ann", "Good morning, all."),
    (37.0, "Ben", "Shall we go on with the plan?"),
    (74.0, "Ann", "Yes."),
]


def told(content, name="a.txt"):
    data = content if isinstance(content, bytes) else content.encode()
    return [(s.start, s.speaker, s.text) for s in read(data, name).segments]


BETWEEN_BARS = {
    "Org": """\
| Time     | Speaker | Transcript                    |
|----------+---------+-------------------------------|
| 00:00:00 | Ann     | Good morning, all.            |
| 00:00:37 | Ben     | Shall we go on with the plan? |
| 00:01:14 | Ann     | Yes.                          |
""",
    "Jira": """\
|| Time || Speaker || Transcript ||
| 00:00:00 | Ann | Good morning, all. |
| 00:00:37 | Ben | Shall we go on with the plan? |
| 00:01:14 | Ann | Yes. |
""",
    "reStructuredText": """\
+----------+---------+--------------+
| Time     | Speaker | Transcript   |
+==========+=========+==============+
| 00:00:00 | Ann     | Good         |
|          |         | morning, all.|
+----------+---------+--------------+
| 00:00:37 | Ben     | Shall we go  |
|          |         | on with the  |
|          |         | plan?        |
+----------+---------+--------------+
| 00:01:14 | Ann     | Yes.         |
+----------+---------+--------------+
""",
    "a Word document in a terminal": """\
|00:00:00 |Ann |Good morning, all.|
|00:00:37 |Ben |Shall we go on    |
|         |    |with the plan?    |
|00:01:14 |Ann |Yes.              |
""",
    "Markdown without outer bars, wrapped": """\
Time | Speaker | Transcript
---|---|---
00:00:00 | Ann | Good morning, all.
00:00:37 | Ben | Shall we go
on with the plan?
00:01:14 | Ann | Yes.
""",
    "columns of spaces, as a PDF is printed": """\
Time       Speaker   Transcript
00:00:00   Ann       Good morning, all.

00:00:37   Ben       Shall we go
                     on with the plan?

00:01:14   Ann       Yes.
""",
    "a line for each cell": """\
Time
Speaker
Transcript
00:00:00
Ann
Good morning, all.
00:00:37
Ben
Shall we go on with the plan?
00:01:14
Ann
Yes.
""",
}


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize("content", BETWEEN_BARS.values(), ids=BETWEEN_BARS)
def test_a_table_in_a_text_is_read_by_its_cells(content, name):
    assert told(content, name) == SAID


@pytest.mark.parametrize(
    "content",
    [
        "start,speaker,text\n0:01,Ann,Hello there\nand good day.\n0:05,Ben,Hi.\n",
        "speaker;text\nAnn;Hello there\nand good day.\nBen;Hi.\n",
    ],
)
def test_a_line_end_in_a_cell_without_quotes_loses_no_word(content):
    assert [told[1:] for told in told(content, "a.csv")] == [
        ("Ann", "Hello there and good day."),
        ("Ben", "Hi."),
    ]


def test_what_stands_apart_below_a_table_is_said_by_nobody():
    content = "start,speaker,text\n0:01,Ann,Hello.\n0:05,Ben,Hi.\n\nExported by Acme\n"
    assert [text for *_, text in told(content, "a.csv")] == ["Hello.", "Hi."]


def test_a_row_without_a_time_is_one_of_its_own_where_no_margin_breaks_rows():
    content = (
        "| Time | Speaker | Transcript |\n|------+---------+------|\n| 0:01 | Ann | Good morning. |\n"
        "|  | Ben | Shall we? |\n| 0:05 | Ann | Yes. |\n|  | Ben | Good. |\n"
    )
    said = [(speaker, text) for _, speaker, text in told(content)]
    assert said == [("Ann", "Good morning."), ("Ben", "Shall we?"), ("Ann", "Yes."), ("Ben", "Good.")]


def test_two_spaces_behind_short_sentences_part_no_columns():
    content = (
        "0:01  Hello Ann.  How are you?\n0:04  Good, Ben.  And you?\n0:09  Fine.  So?\n0:14  Fine.  Bye.\n"
    )
    assert {speaker for _, speaker, _ in told(content)} == {None}


def test_a_bar_in_speech_parts_no_cells():
    content = "Ann: Write a | b.\n\nBen: And | alone.\n\n| is the bar.\n"
    assert [text for *_, text in told(content)] == ["Write a | b.", "And | alone.", "| is the bar."]


def open_document(*elements):
    """An OpenDocument text whose elements stand on lines of their own, as pandoc indents them."""
    spaces = "urn:oasis:names:tc:opendocument:xmlns:"
    body = "\n      ".join(elements)
    content = (
        f'<office:document-content xmlns:office="{spaces}office:1.0" xmlns:text="{spaces}text:1.0" '
        f'xmlns:table="{spaces}table:1.0">\n  <office:body>\n    <office:text>\n      {body}\n'
        "    </office:text>\n  </office:body>\n</office:document-content>\n"
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    return held.getvalue()


def test_a_document_with_a_password_is_rejected_as_one():
    held = io.BytesIO(open_document())
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("META-INF/manifest.xml", '<file-entry full-path="content.xml"><encryption-data/>')
    with pytest.raises(InputError, match="with a password"):
        told(held.getvalue(), "a.odt")


def test_indents_between_the_elements_of_a_document_are_no_text():
    lines = [
        element
        for _, speaker, text in SAID
        for element in (f"<text:h>{speaker}</text:h>", f"<text:p>{text.replace(' ', chr(10), 1)}</text:p>")
    ]
    document = open_document(*lines)
    assert [told[1:] for told in told(document, "a.odt")] == [turn[1:] for turn in SAID]


def test_a_paragraph_in_a_cell_of_rich_text_ends_no_row():
    cells = [cell for at, *words in SAID for cell in (f"00:{at // 60:02.0f}:{at % 60:02.0f}", *words)]
    rows = [
        r"{\trowd\cellx1\cellx2\cellx3{"
        + "".join(rf"{{\pard\intbl {cell}\par}}\cell" for cell in cells[at : at + 3])
        + r"}\row}"
        for at in range(0, len(cells), 3)
    ]
    assert told(r"{\rtf1\ansi " + "\n".join(rows) + "}", "a.rtf") == SAID


def test_a_table_of_a_page_is_read_by_its_cells_however_they_are_indented():
    rows = [["Start", "End", "Speaker", "Text"]]
    rows += [[f"00:00:{at:02.0f}", f"00:00:{at + 5:02.0f}", *words] for at, *words in SAID[:2]]
    for between in ("", "\n    "):
        cells = (between.join(f"<td>{cell}</td>" for cell in row) for row in rows)
        page = (
            "<html><body><table>" + "\n".join(f"<tr>{row}</tr>" for row in cells) + "</table></body></html>"
        )
        assert told(page, "a.html") == SAID[:2]


@pytest.mark.parametrize("content", ["|Ann|Hi there|\n|Ben|Hi|\n|Ann|Yes|\n", "Ann|Hi\n---|---\nBen|Yes\n"])
def test_cells_that_bars_glued_together_are_counted_as_words_of_the_file(content):
    transcript = read(content.encode(), "a.md")
    assert all(words > 0 for words in transcript.dropped.values())
    assert transcript.words + sum(transcript.dropped.values()) == transcript.words_in_file


def test_an_encoded_and_between_words_is_one_and_what_is_told_of_pages_stands():
    assert [text for *_, text in told("Ann: R&amp;D, A &amp; B.\n\nBen: Write &lt;b&gt; there.\n")] == [
        "R&D, A & B.", "Write &lt;b&gt; there.",
    ]  # fmt: skip
    assert (
        told("Ann: In HTML an &amp; stands for it.\n\nBen: Yes.\n")[0][2] == "In HTML an &amp; stands for it."
    )
