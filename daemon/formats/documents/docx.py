"""Word documents (.docx): Teams' transcripts, and whatever people keep in Word; read as their text."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from daemon.errors import InputError, say_error
from daemon.formats.archives import check_sizes, names_of
from daemon.formats.documents.lines.heads.head import Head
from daemon.formats.documents.lines.pasted_captions import read_pasted
from daemon.formats.documents.lines.result_lines import make_head
from daemon.formats.documents.text import read_result
from daemon.formats.markup import part_sentences, without_controls
from daemon.formats.word_account import Reading
from daemon.text.results.marks import NOT_CLEANED, ORIGINAL_WORDS, PARAGRAPH, SPEAKER, TIME, TITLE
from daemon.text.transcript import count_words

KIND = "docx"
ENCODING = "docx"

_Untyped = Any  # lxml's elements, which have no types
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_FORMULA_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_OTHER_KINDS = (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)
"""What documents with macros (.docm) and templates (.dotx, .dotm) say that they are."""
_CHUNK = "/aFChunk"
_ASIDE = ("footnotes", "endnotes", "comments", "header", "footer")
_STANDS_FOR = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOLS = {"F0E0": "→", "F0E8": "→", "F0DF": "←"}
"""What Word sets for `-->`, `==>` and `<--` while they are typed: arrows of Wingdings."""
_RESULT_STYLES = (TITLE, NOT_CLEANED, PARAGRAPH, ORIGINAL_WORDS)
_LARGE = 1 << 20  # bytes, unpacked; a smaller document can wait for the next collection by itself
_SAVE = "Save it again in Word, or as plain text (UTF-8), and drop that."


class _StyledLine(NamedTuple):
    """A paragraph: the name of its style, and of its text what stands first as a time and as a name."""

    style: str
    time: str
    name: str
    text: str


def looks_like(data: bytes) -> bool:
    """Whether the bytes are a ZIP archive that holds a document of Word's."""
    return any(name.startswith("word/") for name in names_of(data))


def parse(data: bytes) -> Reading:
    """Read the document; raises InputError where it is damaged, or would unpack to far more than text."""
    try:
        unpacked = check_sizes(data, "Word document", _SAVE)
        held, deleted, aside, chunks = _read_contents(data)
    except (InputError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - so does a damaged document, and the library that reads it
        raise InputError(f"The Word document can't be read ({say_error(error)}).", _SAVE) from None
    if unpacked > _LARGE:
        gc.collect()  # the document's parts name each other, and its tree takes ten times the text
    contents = held.pop()
    if not isinstance(contents, str):
        reading = _read_styled_result(contents)
    elif chunks:
        reading = _read_chunk(chunks, contents)
    else:
        reading = read_pasted(contents)
    for reason, words in (
        ("deleted in Word", count_words(deleted)),
        ("note or page header", count_words(aside)),
    ):
        reading.words_in_file += words
        reading.drop(reason, words)
    return reading


def _read_chunk(chunks: list[bytes], beside: str) -> Reading:
    """Read the page that programs put into a document as it is, for Word to make its paragraphs of."""
    from daemon.formats.decode import decode_text
    from daemon.formats.documents.html_text import Page
    from daemon.formats.documents.mhtml import find_page

    text = decode_text(chunks[0]).text
    page = find_page(text) or text
    if len(chunks) > 1 or beside.strip() or not page.lstrip().startswith("<"):
        raise InputError("A part of the Word document has yet to be taken into it by Word.", _SAVE)
    return Page(page).read()


def _read_contents(data: bytes) -> tuple[list[str | list[_StyledLine]], str, str, list[bytes]]:
    """The text with its line ends in a list, what is deleted but kept, what stands aside, the pages in it.

    Whoever takes the text out of its list has it alone, and can let it go when it is read. A result of this
    program's is given as its paragraphs.
    """
    from docx.opc.part import PartFactory
    from docx.oxml import parse_xml
    from docx.package import Package
    from docx.parts.document import DocumentPart

    PartFactory.part_type_for |= dict.fromkeys(_OTHER_KINDS, DocumentPart)
    document = Package.open(io.BytesIO(data)).main_document_part.document
    _refuse_doctype(document.element)
    deleted: list[str] = []
    names = {style.style_id: str(style.name) for style in document.styles}
    contents: str | list[_StyledLine]
    if PARAGRAPH in names.values() and _is_styled_result(_list_styles(document.element.body, names)):
        contents = list(_list_paragraphs(document.element.body, names, deleted))
    else:
        contents = "".join(list(filter(None, _list_pieces(document.element.body, deleted))))
    rels = [rel for rel in document.part.rels.values() if not rel.is_external]
    chunks = [rel.target_part.blob for rel in rels if rel.reltype.endswith(_CHUNK)]
    parts = [rel.target_part.blob for rel in rels if rel.reltype.endswith(_ASIDE)]
    aside = [piece for blob in parts for piece in _list_pieces(_refuse_doctype(parse_xml(blob)), [])]
    return [contents], "".join(deleted), "".join(aside), chunks


def _list_styles(body: _Untyped, names: Mapping[str, str]) -> Iterator[str]:
    """The name of the style of each paragraph with something in it."""
    for paragraph in body.iter(f"{_WORD}p"):
        if any(True for _ in paragraph.iter(f"{_WORD}t")):
            yield _style_of(paragraph, "p", names)


def _list_paragraphs(body: _Untyped, names: Mapping[str, str], deleted: list[str]) -> Iterator[_StyledLine]:
    """The paragraphs, and what else stands between them, with what their styles say of their beginnings."""
    for element in body:
        text = "".join(filter(None, _list_pieces(element, deleted)))
        label = dict.fromkeys((TIME, SPEAKER), "")
        for run in element.iter(f"{_WORD}r") if element.tag == f"{_WORD}p" else ():
            written = "".join(inner.text or "" for inner in run.iter(f"{_WORD}t"))
            style = _style_of(run, "r", names)
            if written and style not in label:
                break
            if written:
                label[style] += written
        yield _StyledLine(_style_of(element, "p", names), label[TIME], label[SPEAKER], text)


def _style_of(element: _Untyped, kind: str, names: Mapping[str, str]) -> str:
    """The name of the style of a paragraph ("p") or a run ("r"); "" where it has none of its own."""
    found = element.find(f"{_WORD}{kind}Pr/{_WORD}{kind}Style")
    return "" if found is None else names.get(found.get(f"{_WORD}val", ""), "")


def _refuse_doctype(element: _Untyped) -> _Untyped:
    """The element; InputError where its file defines entities, whose text would be missing."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise InputError("The Word document declares a document type, which none of Word's does.", _SAVE)
    return element


def _list_pieces(root: _Untyped, deleted: list[str]) -> Iterator[str]:
    """All text below an element, in insertions, fields and text boxes too; the cells of a row in one line."""
    from lxml import etree  # type: ignore[import-untyped]

    walk = etree.iterwalk(root, events=("start", "end"))
    rows = 0
    for event, element in walk:
        name = element.tag.removeprefix(_WORD) if isinstance(element.tag, str) else ""
        if event == "end":
            rows -= name == "tr"
            yield _separator_after(name, in_row=rows > 0)
        elif name in (_FALLBACK, "rt"):  # the same text once more, for old versions, or as it is read out
            walk.skip_subtree()
        elif name in ("del", "moveFrom"):
            deleted += _list_texts(element, ("delText", "t"))
            walk.skip_subtree()
        elif name in ("t", _FORMULA_TEXT):
            yield element.text or ""
        elif name == "sym":
            yield _SYMBOLS.get(element.get(f"{_WORD}char", ""), "")
        else:
            rows += name == "tr"
            yield _STANDS_FOR.get(name, "\n\n" if name == "p" and not rows else "")


def _separator_after(name: str, *, in_row: bool) -> str:
    if name in ("p", "tr", "tc"):
        return "\t" if in_row else "\n\n"
    return ""


def _list_texts(element: _Untyped, names: Iterable[str]) -> Iterator[str]:
    for inner in element.iter(*(_WORD + name for name in names)):
        yield inner.text or ""
    yield "\n"


# --- a result of this program's, dropped again ------------------------------------------------------------


def _is_styled_result(styles: Iterable[str]) -> bool:
    """Whether most paragraphs have the styles of a result."""
    each = list(styles)
    return sum(style in _RESULT_STYLES for style in each) * 2 > len(each)


def _read_styled_result(lines: Sequence[_StyledLine]) -> Reading:
    """Read the paragraphs of a result; its title is no speech."""
    cleared = [line._replace(text=part_sentences(without_controls(line.text)).strip()) for line in lines]
    reading = Reading(count_words("\n".join(line.text for line in cleared)))
    if cleared and cleared[0].style == TITLE:
        reading.title = " ".join(cleared[0].text.split()) or None
        reading.drop("title", count_words(cleared[0].text))
        cleared = cleared[1:]
    read_result([head for line in cleared for head in (_make_head(line), Head())], reading)
    return reading


def _make_head(line: _StyledLine) -> Head:
    label = without_controls(line.time + line.name).strip()
    if not line.text.startswith(label):
        return make_head(line.text, None, None, line.text)
    time = line.time.strip().strip("[]")
    name = without_controls(line.name).strip().removesuffix(":").strip()
    return make_head(line.text, time, name, line.text[len(label) :].strip())
