"""Documents that are ZIP archives: what kind one is, and how its parts are unpacked without danger."""

from __future__ import annotations

import io
import zipfile

from daemon.errors import InputError

MOST_BYTES = 200 << 20
"""Of all parts, unpacked: a document of a thousand pages has some 10 MB, pictures apart."""
MOST_TEXT = 40 << 20  # bytes of one part of XML, whose tree takes eight times that and more
_BLOCK = 1 << 16
_SAVE = "Save it as a Word document (.docx) or as plain text (UTF-8), and drop that."
_MIMETYPES = {
    "application/epub+zip": "an e-book (EPUB)",
    "application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument spreadsheet (LibreOffice Calc)",
    "application/vnd.oasis.opendocument.presentation": "an OpenDocument presentation (LibreOffice Impress)",
    "application/vnd.oasis.opendocument.graphics": "an OpenDocument drawing (LibreOffice Draw)",
}
_PARTS = (
    ("xl/", "an Excel workbook (.xlsx)"),
    ("ppt/", "a PowerPoint presentation (.pptx)"),
    ("META-INF/container.xml", "an e-book (EPUB)"),
    ("Index/", "a document of Apple's Pages, Numbers or Keynote"),
    ("Index.zip", "a document of Apple's Pages, Numbers or Keynote"),
    ("AndroidManifest.xml", "an Android app"),
)
_SHEET = "Save the sheet with the transcript as CSV, or as plain text (UTF-8), and drop that."


def names_of(data: bytes) -> list[str]:
    """The names of the parts; none where the bytes are no archive, or a damaged one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except Exception:  # noqa: BLE001 - a damaged archive makes the module raise more than its own error
        return []


def mimetype_of(data: bytes) -> str:
    """What the archive says it is, as OpenDocument and EPUB do in a part of that name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("mimetype") as part:
            return part.read(200).decode("ascii", "replace").strip()
    except Exception:  # noqa: BLE001 - as above
        return ""


def refuse_other_documents(data: bytes) -> None:
    """Raise InputError, with its name, for a kind of document that is not read."""
    mimetype = mimetype_of(data)
    what = _MIMETYPES.get(mimetype.removesuffix("-template"))
    if what is None:
        names = names_of(data)
        what = next((what for part, what in _PARTS if any(name.startswith(part) for name in names)), None)
    if what is not None:
        sheet = "spreadsheet" in what or "Excel" in what
        raise InputError(f"This is {what}, which is not read.", _SHEET if sheet else _SAVE)


def check_sizes(data: bytes, what: str, save: str) -> int:
    """Unpack everything once, keeping nothing; how many bytes that are: what an archive states may be false.

    Raises InputError, with `what` the document is and the advice in `save`, where it unpacks to far more
    than text.
    """
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            size = 0
            with archive.open(entry) as part:
                while block := part.read(_BLOCK):
                    size += len(block)
                    is_xml = entry.filename.lower().endswith((".xml", ".rels"))
                    if total + size > MOST_BYTES or (size > MOST_TEXT and is_xml):
                        raise InputError(f"The {what} unpacks to far more than a transcript.", save)
            total += size
    return total
