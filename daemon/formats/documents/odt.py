"""OpenDocument texts (.odt), as LibreOffice writes them; read as their text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from daemon.errors import InputError, say_error
from daemon.formats.archives import check_sizes, mimetype_of
from daemon.formats.documents.lines.pasted_captions import read_pasted
from daemon.formats.safe_xml import read_events
from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

KIND = "odt"
ENCODING = "odt"

_MIMETYPE = "application/vnd.oasis.opendocument.text"
_SAVE = "Save it again in LibreOffice, or as plain text (UTF-8), and drop that."
_MANIFEST = "META-INF/manifest.xml"
_UNLOCK = "Save it without the password, or as plain text (UTF-8), and drop that."
_ASIDE = {
    "note": "note or page header",
    "annotation": "note or page header",
    "tracked-changes": "deleted in the document",
}
_SKIPPED = ("ruby-text", "sequence-decls", "variable-decls", "user-field-decls", "forms")
_BREAKS = {"p": "\n\n", "h": "\n\n", "line-break": "\n", "tab": "\t", "s": " "}
_MOST_SPACES = 100
_SPACE = re.compile(r"[ \t\r\n]+")
"""What counts as one space in a paragraph, and as none between two."""


def looks_like(data: bytes) -> bool:
    """Whether the bytes are an archive that says it is such a text."""
    return mimetype_of(data).removesuffix("-template") == _MIMETYPE


def parse(data: bytes) -> Reading:
    """Read the document; raises InputError where it is damaged, or would unpack to far more than text."""
    try:
        check_sizes(data, "OpenDocument text", _SAVE)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if _MANIFEST in archive.namelist() and b"encryption-data" in archive.read(_MANIFEST):
                raise InputError("This is an OpenDocument text with a password.", _UNLOCK)
            content = archive.read("content.xml").decode()
    except (InputError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - a damaged archive raises whatever it likes
        raise InputError(f"The OpenDocument text can't be read ({say_error(error)}).", _SAVE) from None
    aside: dict[str, list[str]] = {reason: [] for reason in _ASIDE.values()}
    reading = read_pasted("".join(_list_pieces(content, aside)))
    for reason, texts in aside.items():
        words = count_words("".join(texts))
        reading.words_in_file += words
        reading.drop(reason, words)
    return reading


def _list_pieces(content: str, aside: Mapping[str, list[str]]) -> Iterator[str]:
    """The text of the body with its line ends; what stands aside goes to `aside`, by its reason."""
    within: list[str] = []  # the elements that stand aside or are skipped, the outermost first
    rows = paragraphs = 0
    body = False
    for kind, name, values in read_events(content):
        body = body or (kind == "start" and name == "body")
        if not body:
            continue
        if kind == "start" and (name in _ASIDE or name in _SKIPPED):
            within.append(name)
        elif kind == "end" and within and name == within[-1]:
            within.pop()
        rows += _count_depth(kind, name == "table-row")
        paragraphs += _count_depth(kind, name in ("p", "h"))
        if kind == "text":
            piece = _SPACE.sub(" ", values[""]) if paragraphs or not values[""].isspace() else ""
        else:
            piece = _separator_of(kind, name, values, in_row=rows > 0)
        if not within:
            yield piece
        elif within[0] in _ASIDE:
            aside[_ASIDE[within[0]]].append(piece or " ")


def _count_depth(kind: str, is_counted: bool) -> int:
    if not is_counted:
        return 0
    return 1 if kind == "start" else -1


def _separator_of(kind: str, name: str, values: Mapping[str, str], *, in_row: bool) -> str:
    """What an element's beginning or end parts its neighbours with."""
    if kind == "end":
        if name in ("p", "h", "table-cell"):
            return "\t" if in_row else "\n\n"
        return "\n\n" if name == "table-row" else ""
    if name == "s":
        count = next((value for key, value in values.items() if key.split(":")[-1] == "c"), "1")
        return " " * min(_MOST_SPACES, int(count) if count.isdecimal() else 1)
    return "" if in_row and name in ("p", "h") else _BREAKS.get(name, "")
