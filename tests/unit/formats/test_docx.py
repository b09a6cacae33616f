"""Word documents: all of their text, none of their dangers."""

import io
import random
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from daemon.errors import InputError
from daemon.formats import archives, read
from tests.unit.formats.account import checked

TEAMS = (Path(__file__).parent / "corpus/teams.docx").read_bytes()


def saved(*paragraphs):
    """A document as the library saves it."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(name, content):
    """The corpus's document with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(TEAMS)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return out.getvalue()


def refused(data):
    with pytest.raises(InputError) as error:
        read(data, "a.docx")
    assert error.value.mend
    return error.value.message


def test_what_the_library_writes_is_read():
    transcript = read(saved("Ann: Hello there.", "Ben: Hi."), "a.docx")
    assert [(s.speaker, s.text) for s in transcript.segments] == [("Ann", "Hello there."), ("Ben", "Hi.")]
    assert (transcript.kind, transcript.encoding) == ("docx", "docx")


def test_a_document_is_known_by_its_content():
    assert read(TEAMS, "notes.txt").segments == read(TEAMS, "a.docx").segments


def test_the_line_between_time_and_text_is_who_speaks():
    older = saved("0:0:1.0 --> 0:0:2.0", "Ann Lee", "Hello.", "0:0:2.0 --> 0:0:3.0", "Ann Lee", "You?")
    assert {s.speaker for s in read(older, "a.docx").segments} == {"Ann Lee"}


@pytest.fixture
def limits(monkeypatch):
    """Bounds that a test reaches without writing hundreds of megabytes."""
    monkeypatch.setattr(archives, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr(archives, "MOST_TEXT", 1 << 18)


def test_an_archive_that_unpacks_to_far_more_than_text_is_refused_before_it_is_held(limits):
    bomb = with_part("word/media/image.png", b"\0" * (archives.MOST_BYTES + 1))
    assert len(bomb) < archives.MOST_BYTES // 50
    assert "far more than" in refused(bomb)


def test_so_is_one_whose_text_does(limits):
    assert "far more than" in refused(with_part("word/document.xml", b" " * (archives.MOST_TEXT + 1)))


def test_a_size_that_is_stated_falsely_helps_nobody(limits):
    data = bytearray(with_part("word/media/image.png", b"\0" * (archives.MOST_BYTES + 1)))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/media"))
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    assert "can't be read" in refused(bytes(data))


def test_an_archive_of_many_small_bombs_is_refused(limits):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(30):
            archive.writestr(f"word/{number}", b"\0" * (archives.MOST_BYTES // 20))
    assert "far more than" in refused(out.getvalue())


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "_rels/.rels"])
def test_entities_are_never_expanded(part):
    entities = "".join(
        f'<!ENTITY {name} "{f"&{inner};" * 10}">'
        for inner, name in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    bomb = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{entities}]><x a="&k;">&k;</x>'
    refused(with_part(part, bomb))  # or there is no memory left: ten thousand million letters


def test_no_other_file_is_read():
    xml = (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>Hi &a;</w:t></w:r></w:p></w:body></w:document>"
    )
    assert "document type" in refused(with_part("word/document.xml", xml))


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "_rels/.rels"])
def test_a_damaged_part_is_refused(part):
    refused(with_part(part, b"<a"))


def test_a_document_that_is_cut_off_anywhere_is_refused():
    rng = random.Random(1)
    for at in rng.sample(range(4, len(TEAMS)), 40):
        refused(TEAMS[:at])


@pytest.mark.process
def test_readers_are_loaded_only_when_they_are_needed():
    code = (
        "import sys; from daemon.formats import read; read(b'Ann: hi.', 'a.txt');"
        "print({'docx', 'lxml', 'xml.parsers.expat', 'pyexpat'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"


def with_tables(*contents):
    """A document of paragraphs (texts) and tables (lists of rows)."""
    document = Document()
    for content in contents:
        if isinstance(content, str):
            document.add_paragraph(content)
            continue
        table = document.add_table(len(content), len(content[0]))
        for row, cells in zip(table.rows, content, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


CALL = [
    ["Start", "Dur.", "Speaker", "", "Transcription"],
    ["0:00:01.50", "4.0s", "Agent", "", "Good morning."],
    ["0:00:06.00", "1.1s", "", "", "How can I help?"],
    ["0:00:08.00", "2.3s", "Customer", "", "I lost my card.\nAnd my key."],
]


def test_a_table_that_names_its_columns_is_read_by_them_wherever_it_stands():
    facts = [["Job Name", "", "call.wav"], ["Audio Duration", "", "3m 2.89s"]] * 12
    scores = [["Confidence", "Count", "Percentage"], ["98% - 100%", "400", "86.58%"]]
    segments = checked(
        with_tables("Amazon Transcribe", facts, "Call Transcription", CALL, scores), "a.docx"
    ).segments
    assert [(s.start, s.speaker, s.text) for s in segments if s.start is not None] == [
        (1.5, "Agent", "Good morning."),
        (6.0, "Agent", "How can I help?"),
        (8.0, "Customer", "I lost my card. And my key."),
    ]
    assert (segments[-1].speaker, segments[-1].start) == (None, None)
    assert "98%" in segments[-1].text


@pytest.mark.parametrize("first", ["Amazon Transcribe Audio Source", [["Amazon BDA Audio Metadata"]]])
def test_what_amazon_tells_of_a_call_is_said_by_nobody_and_its_quotes_are_not_said_twice(first):
    quotes = [["Speaker", "Turn Time", "Detected Text"], ["Customer", "0:00:08.00", "I lost my card."]] * 2
    content = with_tables(
        first, "SENTIMENT: Range from +5 (Positive) to -5", quotes, "Call Transcription", CALL, quotes
    )
    transcript = checked(content, "a.docx")
    assert [(s.start, s.speaker, s.text) for s in transcript.segments] == [
        (1.5, "Agent", "Good morning."),
        (6.0, "Agent", "How can I help?"),
        (8.0, "Customer", "I lost my card. And my key."),
    ]
    assert transcript.dropped["header"] > 30


@pytest.mark.parametrize("around", [(), ("Ann: Hello.",)])
def test_such_a_table_may_be_the_first_of_all(around):
    said = [(s.speaker, s.text) for s in checked(with_tables(CALL, *around), "a.docx").segments]
    assert said[:3] == [
        ("Agent", "Good morning."),
        ("Agent", "How can I help?"),
        ("Customer", "I lost my card. And my key."),
    ]


def test_a_table_whose_rows_have_no_times_under_the_name_of_one_is_none_of_speech():
    rows = [["Time", "Speaker", "Content"], ["Monday", "Ann Lee", "Opening"], ["Tuesday", "Ben", "Closing"]]
    assert "Monday" in " ".join(
        s.text for s in checked(with_tables("Ann: Hello.", "Ben: Hi.", rows), "a.docx").segments
    )


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def with_body(body):
    """A document with this body."""
    return with_part(
        "word/document.xml", f'<w:document xmlns:w="{W}" xmlns:m="{M}"><w:body>{body}</w:body></w:document>'
    )


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_a_formula_is_said_a_reading_aid_is_not_and_a_set_tab_parts_words():
    ruby = "<w:r><w:ruby><w:rt><w:r><w:t>とう</w:t></w:r></w:rt><w:rubyBase>{}</w:rubyBase></w:ruby></w:r>"
    body = (
        f"<w:p>{run('Ann: Let ')}<m:oMath><m:r><m:t>x=3</m:t></m:r></m:oMath>{run(' be.')}</w:p>"
        f"<w:p>{run('Ben: Yes')}<w:r><w:ptab/></w:r>{run('it is.')}</w:p>"
        f"<w:p>{run('Ann: ')}{ruby.format(run('東'))}{run('京です。')}</w:p>"
    )
    said = checked(with_body(body), "a.docx").segments
    assert [s.text for s in said] == ["Let x=3 be.", "Yes it is.", "東京です。"]


def as_kind(data, kind):
    """The document, said to be of another kind."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            types = entry == "[Content_Types].xml"
            new.writestr(entry, content.replace(main.encode(), kind.encode()) if types else content)
    return out.getvalue()


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ],
)
def test_a_document_with_macros_and_a_template_are_read(kind):
    data = as_kind(saved("Ann: Good morning.", "Ben: Shall we?"), kind)
    assert [s.speaker for s in checked(data, "a.docm").segments] == ["Ann", "Ben"]


PAGE = "<html><body><p>Ann: Good morning.</p><p>Ben: Yes.</p></body></html>"
SAVED_PAGE = (
    'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="b"\n\n'
    f'--b\nContent-Type: text/html; charset="utf-8"\n\n{PAGE}\n--b--\n'
)


def with_pages(*contents, said=()):
    document = Document(io.BytesIO(saved(*said)))
    for at, content in enumerate(contents):
        name = PackURI(f"/word/afchunk{at}.mht")
        part = Part(name, "message/rfc822", content.encode(), document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.A_F_CHUNK)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("content", [PAGE, SAVED_PAGE])
def test_a_page_that_a_program_left_to_word_is_read(content):
    segments = checked(with_pages(content), "a.docx").segments
    assert [(s.speaker, s.text) for s in segments] == [("Ann", "Good morning."), ("Ben", "Yes.")]
    assert checked(with_pages(content, said=["Ann: Beside it."]), "a.docx") is None


@pytest.mark.parametrize(
    "contents", [[PAGE, PAGE], ["Ann: Good morning.\n\nBen: Yes.\n"], ["{\\rtf1 Ann: Yes.}"]]
)
def test_several_pages_left_to_word_and_what_is_no_page_are_refused(contents):
    assert checked(with_pages(*contents), "a.docx") is None


def test_a_table_without_times_whose_head_names_more_columns_is_read_by_them():
    rows = [
        ("No.", "Speaker", "Transcript", "Comments"),
        ("1", "Ann", "Is it?", ""),
        ("2", "Ben", "Yes.", "sighs"),
    ]
    reading = checked(with_tables("Interview 3", rows), "a.docx")
    assert [(s.speaker, s.text) for s in reading.segments] == [
        (None, "Interview 3"), ("Ann", "Is it?"), ("Ben", "Yes."),
    ]  # fmt: skip
    assert reading.dropped["other column"] == 3
