"""The cleaned transcript as a Word document: what a reader, Word and our own reader of .docx find in it."""

import io
import os
import zipfile
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.delivery.document import Block, make_document
from daemon.delivery.word.template import Properties, Template, check_template
from daemon.delivery.word.transcript import render_docx
from daemon.errors import ConfigError
from daemon.formats import read
from tests.unit.delivery.review.payloads import HOSTILE
from tests.unit.delivery.review.samples import meeting
from tests.unit.delivery.word.editor import W, part_of

PROPERTIES = Properties("Council meeting", "model-1", "2026-03-01T10:15:00+00:00")
BUILT_IN = Template(None)


def docx_of(blocks, template=BUILT_IN, properties=PROPERTIES, *, timestamps=True):
    return render_docx(blocks, properties, template, timestamps=timestamps)


def opened(data):
    return Document(io.BytesIO(data))


def lines_of(data):
    """Style and text of each paragraph."""
    return [(paragraph.style.name, paragraph.text) for paragraph in opened(data).paragraphs]


def test_it_has_a_heading_speakers_times_and_a_mark_over_what_was_not_cleaned():
    lines = lines_of(docx_of(make_document(meeting()).blocks))
    assert lines[0] == ("Title", "Council meeting")
    assert lines[1][1].startswith("[00:00:00] Maya: Good evening, everybody,")
    assert lines[4] == (
        "Transcript Not Cleaned",
        "(Not cleaned: it says something else. The original words follow.)",
    )
    assert lines[5][0] == "Transcript Original Words"
    assert {style for style, _ in lines[6:]} == {"Transcript Paragraph"}


def test_who_speaks_is_bold():
    paragraph = opened(docx_of(make_document(meeting()).blocks)).paragraphs[1]
    runs = [(run.text, run.style.font.bold) for run in paragraph.runs]
    assert runs[:2] == [("[00:00:00] ", None), ("Maya: ", True)]


def test_names_in_arabic_hindi_and_thai_are_bold_too():
    styles = opened(docx_of(make_document(meeting()).blocks)).styles
    assert "<w:bCs/>" in styles["Transcript Speaker"].element.xml


def test_dropped_into_the_inbox_it_is_read_as_the_words_that_were_cleaned():
    blocks = list(make_document(meeting()).blocks)
    talk = read(docx_of(blocks), "council.docx")
    segments = talk.segments
    assert talk.title == "Council meeting"
    assert [one.text for one in segments] == [block.text for block in blocks if block.text]
    assert [one.speaker for one in segments[:3]] == ["Maya", "Tomás", "Maya"]
    assert segments[1].start == 14.0


def test_it_says_what_it_is_and_when_its_source_was_made():
    about = opened(docx_of([Block("One.")])).core_properties
    assert (about.title, about.comments) == ("Council meeting", "Cleaned by model-1")
    assert about.author == about.last_modified_by == "transcriptd"
    assert about.created.replace(tzinfo=None) == datetime(2026, 3, 1, 10, 15)


@pytest.mark.parametrize("date", [None, "2026", "spring", "2026-03-01"])
def test_any_date_will_do(date):
    assert opened(docx_of([Block("One.")], properties=Properties("Talk", "model-1", date)))


@pytest.mark.parametrize("text", [*HOSTILE, "\0\x1b[2J", "\ud800", "\ufffe", "a\u202eb", "]]>", "&#0;"])
def test_whatever_was_said_is_only_text(text):
    block = Block(f"one {text}", 1.0, text, f"because {text}")
    data = docx_of([block], properties=Properties(text * 99, text, None))
    tags = {node.tag.removeprefix(W) for node in part_of(data).find(f"{W}body").iter(f"{W}p", f"{W}*")}
    assert not tags & {"hyperlink", "fldSimple", "instrText", "object", "drawing", "altChunk"}
    assert opened(data).paragraphs[2].text.startswith("[00:00:01] ")
    assert "\u202e" not in opened(data).paragraphs[2].text


@given(st.text(), st.text())
@settings(deadline=None)
def test_it_opens_whatever_was_said(text, speaker):
    data = docx_of([Block(text or "x", 1.0, speaker), Block(text or "x", free=True)])
    assert len(opened(data).paragraphs) >= 2


def test_what_is_written_from_right_to_left_is_laid_out_so():
    data = docx_of([Block("שלום לכולם"), Block("Hello")])
    bidi = [paragraph.find(f"{W}pPr/{W}bidi") is not None for paragraph in part_of(data).iter(f"{W}p")]
    assert bidi == [False, True, False]


def test_the_same_transcript_has_the_same_bytes():
    blocks = list(make_document(meeting()).blocks)
    assert docx_of(blocks) == docx_of(blocks, Template(None))


@pytest.mark.parametrize("year", [1970, 2108])
def test_it_is_written_whatever_the_clock_says(year, monkeypatch):
    blocks = list(make_document(meeting()).blocks)
    before = docx_of(blocks)
    monkeypatch.setattr("zipfile.time.time", lambda: datetime(year, 1, 2, tzinfo=UTC).timestamp())
    assert docx_of(blocks) == before


# --- notes --------------------------------------------------------------------------------------------------

NOTES = """# The harbour

Some **very** _deep_ `x < y` water.
It is [cold](https://example.org).

- ships
  - sails
1. first

> said <b>so</b>

```
code
```
"""


def test_notes_keep_their_headings_lists_and_weights():
    data = docx_of([Block(NOTES, free=True)])
    assert lines_of(data)[1:] == [
        ("Heading 2", "The harbour"),
        ("Transcript Paragraph", "Some very deep x < y water. It is cold (https://example.org)."),
        ("List Bullet", "ships"),
        ("List Bullet 2", "sails"),
        ("List Number", "first"),
        ("Transcript Paragraph", "said <b>so</b>"),
        ("Transcript Paragraph", "code"),
    ]
    runs = opened(data).paragraphs[2].runs
    assert [(run.text, run.bold, run.italic) for run in runs[1:4:2]] == [
        ("very", True, None),
        ("deep", None, True),
    ]


# --- templates ----------------------------------------------------------------------------------------------


def template_of(path, **styles):
    """A template with a header, text of its own, and styles of these sizes."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Town Archive"
    document.add_paragraph("Text of the template")
    for name, points in styles.items():
        document.styles.add_style(name.replace("_", " "), 1).font.size = Pt(points)
    document.save(path)
    return str(path)


def test_a_template_gives_its_styles_and_its_page_and_none_of_its_text(tmp_path):
    path = template_of(tmp_path / "own.docx", Transcript_Paragraph=17)
    document = opened(docx_of([Block("One.", 1.0, "Ann")], Template(path)))
    assert [paragraph.text for paragraph in document.paragraphs] == [
        "Council meeting",
        "[00:00:01] Ann: One.",
    ]
    assert document.paragraphs[1].style.font.size == Pt(17)
    assert document.sections[0].header.paragraphs[0].text == "Town Archive"


def test_a_template_without_a_style_gets_ours(tmp_path):
    template = Template(template_of(tmp_path / "own.docx"))
    assert (
        lines_of(docx_of([Block("One.", flag="it was cut off")], template))[1][0] == "Transcript Not Cleaned"
    )


def zip_bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (201 << 20))
    return out.getvalue()


def other_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x", "y")
    return out.getvalue()


@pytest.mark.long
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "can't be read (No such file or directory)"),
        (os.mkfifo, "can't be read (it is not a file)"),
        (b"", "is not a Word document"),
        (b"Dear all,", "is not a Word document"),
        (other_zip, "is not a Word document that can be used"),
        (zip_bomb, "unpacks to more than 200 MB"),
        (b"x" * ((20 << 20) + 1), "has more than 20 MB"),
    ],
    ids=["missing", "pipe", "empty", "text", "another archive", "bomb", "large"],
)
def test_what_is_no_template_is_refused_with_the_mend(tmp_path, data, why):
    path = tmp_path / "own.docx"
    if data is os.mkfifo:
        os.mkfifo(path)
    elif data is not None:
        path.write_bytes(data() if callable(data) else data)
    with pytest.raises(ConfigError) as raised:
        check_template(str(path))
    assert why in raised.value.message
    assert "`docx_template`" in raised.value.mend
