"""The Word document that a result is written into: a person's own, or the one that comes with python-docx.

A result takes its styles, page, header and footer from it, and nothing of its text.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from daemon.delivery.word.markup import AUTHOR, make_inert
from daemon.errors import ConfigError, say_error
from daemon.system.paths import open_file
from daemon.text.results.marks import NOT_CLEANED, ORIGINAL_WORDS, PARAGRAPH, SPEAKER, TIME

MOST_BYTES = 20 << 20
"""More than any template; one that is larger is refused."""

_Untyped = Any  # what python-docx and lxml give out, which has no types
_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_BODY, _COMMENTS = "word/document.xml", "word/comments.xml"
_PLACE = ("transcript", "here")
_PLACE_XML = b"<?transcript here?>"
_LONGEST_PROPERTY = 255  # letters, says the standard
_NO_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP archive knows; a result's bytes depend on no clock
_SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="FFF2CC"/>'

_OWN_STYLES = {
    PARAGRAPH: ("paragraph", '<w:pPr><w:spacing w:after="160" w:line="276" w:lineRule="auto"/></w:pPr>'),
    ORIGINAL_WORDS: (
        "paragraph",
        f'<w:pPr>{_SHADE}<w:spacing w:after="160" w:line="276" w:lineRule="auto"/></w:pPr>',
    ),
    NOT_CLEANED: (
        "paragraph",
        f'<w:pPr><w:keepNext/>{_SHADE}<w:spacing w:after="80"/></w:pPr><w:rPr><w:b/><w:bCs/></w:rPr>',
    ),
    TIME: ("character", '<w:rPr><w:color w:val="767676"/></w:rPr>'),
    SPEAKER: ("character", "<w:rPr><w:b/><w:bCs/></w:rPr>"),
}
"""The styles that a template may define under these names; those that it doesn't are made so."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What the document says of itself: its title, who cleaned it, and the date of the source (or None)."""

    title: str
    cleaner: str
    date: str | None


class Template:
    """A template that is open; each document that is written from it leaves it as it was."""

    def __init__(self, path: str | None) -> None:
        self._data = _read_template(path) if path else None
        document = self._open_template(path)
        self._ids = _number_styles(document)

    def _open_template(self, path: str | None = None) -> _Untyped:
        from docx import Document

        try:
            document = Document(io.BytesIO(self._data) if self._data is not None else None)
            if document.element.nsmap.get("w") != _NAMESPACE:
                raise ValueError("not a document of Word's")
            _add_styles(document)
        except Exception as error:  # noqa: BLE001 - so does a damaged document, and the library that reads it
            raise _make_template_error(
                path, f"is not a Word document that can be used ({say_error(error)})"
            ) from None
        return document

    def style(self, name: str) -> str:
        """The id of the style of this name; of one that the template doesn't have, that of paragraphs."""
        return self._ids.get(name.casefold(), self._ids[PARAGRAPH.casefold()])

    def write(
        self, properties: Properties, body: Iterable[str], comments: Callable[[], Iterable[str]]
    ) -> bytes:
        """A document with this body; its comments are asked for once the body is written."""
        document = self._open_template()
        _describe_document(document, properties)
        _empty_body(document)
        document.comments  # noqa: B018 - makes the part that is filled below
        out, plain = io.BytesIO(), io.BytesIO()
        _save_undated(document, plain)
        with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w") as target:
            for name in source.namelist():
                if name not in (_BODY, _COMMENTS):
                    _write_part(target, name, [source.read(name)])
            before, _, after = source.read(_BODY).partition(_PLACE_XML)
            _write_part(target, _BODY, _encode_between(before, body, after))
            head = f"<w:comments xmlns:w={quoteattr(_NAMESPACE)}>".encode()
            _write_part(target, _COMMENTS, _encode_between(head, comments(), b"</w:comments>"))
        return out.getvalue()


class _UndatedZip(zipfile.ZipFile):
    """An archive whose parts have no date: of a clock before 1980 or after 2107 the format has none."""

    def writestr(self, zinfo_or_arcname: str | zipfile.ZipInfo, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        part = zinfo_or_arcname
        super().writestr(zipfile.ZipInfo(part, _NO_DATE) if isinstance(part, str) else part, *args, **kwargs)


def _save_undated(document: _Untyped, file: io.BytesIO) -> None:
    from docx.opc import phys_pkg

    phys_pkg.ZipFile = _UndatedZip  # type: ignore[attr-defined]
    document.save(file)


def check_template(path: str) -> None:
    """Raise ConfigError where there is no usable template at a path."""
    Template(path)


def _read_template(path: str) -> bytes:
    try:
        with open(path, "rb", opener=open_file) as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _make_template_error(path, f"can't be read ({say_error(error)})") from None
    if len(data) > MOST_BYTES:
        raise _make_template_error(path, f"has more than {MOST_BYTES >> 20} MB")
    _check_unpacked(path, data)
    return data


def _check_unpacked(path: str, data: bytes) -> None:
    """Refuse what would unpack to far more than a document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _make_template_error(path, "is not a Word document") from None
    if size > 10 * MOST_BYTES:
        raise _make_template_error(path, f"unpacks to more than {10 * MOST_BYTES >> 20} MB")


def _make_template_error(path: str | None, why: str) -> ConfigError:
    return ConfigError(
        f"The Word template {path or 'of python-docx'} {why}.",
        "Set `docx_template` to a document saved by Word or LibreOffice as .docx, or to null.",
    )


def _number_styles(document: _Untyped) -> dict[str, str]:
    """The id of each style by its name in small letters; built-in names are the English ones."""
    return {str(style.name).casefold(): style.style_id for style in document.styles}


def _add_styles(document: _Untyped) -> None:
    """Add those of our styles that the template doesn't define."""
    from docx.oxml import parse_xml

    known = _number_styles(document)
    for name, (kind, look) in _OWN_STYLES.items():
        if name.casefold() in known:
            continue
        style_id = name.replace(" ", "")
        xml = (
            f'<w:style xmlns:w="{_NAMESPACE}" w:type="{kind}" w:customStyle="1" w:styleId="{style_id}">'
            f'<w:name w:val="{name}"/>{_base_on(document) if kind == "paragraph" else ""}<w:qFormat/>{look}'
            "</w:style>"
        )
        document.styles.element.append(parse_xml(xml))


def _base_on(document: _Untyped) -> str:
    from docx.enum.style import WD_STYLE_TYPE

    default = document.styles.default(WD_STYLE_TYPE.PARAGRAPH)
    return f"<w:basedOn w:val={quoteattr(default.style_id)}/>" if default is not None else ""


def _describe_document(document: _Untyped, properties: Properties) -> None:
    about = document.core_properties
    about.title = make_inert(properties.title)[:_LONGEST_PROPERTY]
    about.comments = make_inert(f"Cleaned by {properties.cleaner}")[:_LONGEST_PROPERTY]
    about.author = about.last_modified_by = AUTHOR
    about.revision = 1
    if properties.date is None:
        return
    try:
        moment = datetime.fromisoformat(properties.date)
    except ValueError:  # a year alone, or whatever a source calls its date
        return
    about.created = about.modified = moment.replace(tzinfo=None)


def _empty_body(document: _Untyped) -> None:
    """Leave nothing in the body but its last section, and a mark where the text is to stand."""
    from lxml import etree  # type: ignore[import-untyped]

    body = document.element.body
    for element in list(body):
        if not str(element.tag).endswith("}sectPr"):
            body.remove(element)
    body.insert(0, etree.ProcessingInstruction(*_PLACE))


def _encode_between(before: bytes, pieces: Iterable[str], after: bytes) -> Iterator[bytes]:
    yield before
    for piece in pieces:
        yield piece.encode("utf-8", "replace")
    yield after


def _write_part(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    part = zipfile.ZipInfo(name, _NO_DATE)
    part.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(part, "w", force_zip64=False) as file:
        for piece in pieces:
            file.write(piece)
