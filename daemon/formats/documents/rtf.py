"""Rich text (.rtf), read by its own rules: the libraries at hand drop notes, and glue cells together."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from daemon.errors import InputError
from daemon.formats.documents.lines.pasted_captions import read_pasted
from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

KIND = "rtf"

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"
    r"|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\",
    re.ASCII,
)
_SKIPPED = frozenset(
    """
    atnauthor fonttbl colortbl stylesheet info pict object listtable listoverridetable rsidtbl revtbl
    themedata datastore colorschememapping latentstyles fldinst xe tc bkmkstart bkmkend generator
    xmlnstbl filetbl mmathPr objdata datafield formfield nonshppict wgrffmtfilter
    """.split()
)
_ASIDE = frozenset(
    "footnote header headerl headerr headerf footer footerl footerr footerf annotation atnid".split()
)
_STARRED = frozenset(["shptxt", "shpinst", "ud"])
"""Destinations that a reader may ignore, but that hold text of the document."""
_BREAKS = {
    "par": "\n\n", "sect": "\n\n", "page": "\n\n", "row": "\n\n", "nestrow": "\n\n", "line": "\n",
    "column": "\n\n", "tab": "\t", "cell": "\t", "nestcell": "\t",
}  # fmt: skip
_CHARACTERS = {
    "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {
    "~": "\xa0", "_": "-", "-": "", "\\": "\\", "{": "{", "}": "}", "\n": "\n\n", "\r": "\n\n", "*": "",
}  # fmt: skip
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 255: "cp437",
}  # fmt: skip
_MAX_DEPTH = 1000
_SAVE = "Save it again as .rtf or .docx, or as plain text (UTF-8), and drop that."


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds inside a pair of braces: where its text goes, and how its bytes are read."""

    goes_to: str = "body"
    codec: str = "cp1252"
    skip: int = 1
    font: int | None = None
    in_table: bool = False


def looks_like(text: str, extension: str) -> bool:
    """Whether it begins as rich text does."""
    return text.lstrip()[:5] == "{\\rtf"


def parse(text: str) -> Reading:
    """Read the document; raises InputError where its braces nest beyond reason."""
    document = _Document()
    document.read(text)
    reading = read_pasted(_join_halves(document.texts["body"]))
    for goes_to, reason in (("aside", "note or page header"), ("deleted", "deleted in the document")):
        words = count_words("".join(document.texts[goes_to]))
        reading.words_in_file += words
        reading.drop(reason, words)
    reading.title = reading.title or " ".join(_join_halves(document.texts["title"]).split()) or None
    return reading


class _Document:
    """The texts of a document by where they go: body, aside, deleted, title."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {"body": [], "aside": [], "deleted": [], "title": []}
        self._fonts: dict[int, str] = {}
        self._group = _Group()
        self._outer: list[_Group] = []
        self._bytes = bytearray()
        self._ignore = 0  # characters that stand for one that was given by its number
        self._starred = False

    def read(self, text: str) -> None:
        """Go through the tokens."""
        at = text.index("{")
        while found := _TOKEN.match(text, at):
            at = found.end()
            word, number, byte, symbol, brace, plain = found.groups()
            if byte is not None:
                self._add_byte(int(byte, 16))
                continue
            self._end_bytes()
            if word is not None and word == "bin":
                at += max(0, int(number or 0))
            elif word is not None:
                self._take_control(word, None if number is None else int(number))
            elif brace is not None:
                self._take_brace(brace)
            elif symbol is not None:
                self._starred = symbol == "*"
                self._add_text(_SYMBOLS.get(symbol, ""))
            elif plain is not None:
                self._take_plain(plain)
        self._end_bytes()

    def _take_brace(self, brace: str) -> None:
        self._ignore = 0
        if brace == "{":
            if len(self._outer) > _MAX_DEPTH:
                raise InputError("The RTF document is damaged: its braces nest without end.", _SAVE)
            self._outer.append(self._group)
        elif self._outer:
            self._group = self._outer.pop()

    def _take_control(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word in _SKIPPED or word in _ASIDE or (starred and word not in _STARRED) or word == "title":
            self._begin_destination(word)
        elif word == "u" and number is not None:
            self._add_text(_make_character(number))
            self._ignore = self._group.skip
        elif word in _BREAKS:
            self._add_text("\t" if word == "par" and self._group.in_table else _BREAKS[word])
        elif word in _CHARACTERS:
            self._add_text(_CHARACTERS[word])
        else:
            self._note_format(word, number)

    def _begin_destination(self, word: str) -> None:
        within = self._group.goes_to
        if word == "title" and within == "skipped":
            self._group = replace(self._group, goes_to="title")
        elif word in _ASIDE and within == "body":
            self._add_text(" ")
            self._group = replace(self._group, goes_to="aside")
            self._add_text("\n")
        elif word != "title":
            self._group = replace(self._group, goes_to="fonts" if word == "fonttbl" else "skipped")

    def _note_format(self, word: str, number: int | None) -> None:
        """Note what shapes the text that follows: fonts and code pages, and whether it is deleted."""
        group = self._group
        if word == "uc":
            self._group = replace(group, skip=max(0, min(number or 0, 10)))
        elif word == "ansicpg":
            self._group = replace(group, codec=_known_codec(f"cp{number}"))
        elif word in ("intbl", "pard"):
            self._group = replace(group, in_table=word == "intbl")
        elif word == "mac":
            self._group = replace(group, codec="mac_roman")
        elif word in ("f", "deff") and number is not None:
            codec = group.codec if group.goes_to == "fonts" else self._fonts.get(number, group.codec)
            self._group = replace(group, font=number, codec=codec)
        elif word == "fcharset" and group.goes_to == "fonts" and group.font is not None:
            if number in _CHARSETS and number:
                self._fonts[group.font] = _CHARSETS[number]
        elif word == "deleted" and group.goes_to in ("body", "deleted"):
            self._group = replace(group, goes_to="body" if number == 0 else "deleted")
            self._add_text(" ")
        elif word == "plain" and group.goes_to == "deleted":
            self._group = replace(group, goes_to="body")

    def _take_plain(self, text: str) -> None:
        taken = min(self._ignore, len(text))
        self._ignore -= taken
        self._add_text(text[taken:])

    def _add_byte(self, byte: int) -> None:
        if self._ignore:
            self._ignore -= 1
        else:
            self._bytes.append(byte)

    def _end_bytes(self) -> None:
        if self._bytes:
            self._add_text(bytes(self._bytes).decode(self._group.codec, "replace"))
            self._bytes.clear()

    def _add_text(self, text: str) -> None:
        if text and self._group.goes_to in self.texts:
            self.texts[self._group.goes_to].append(text)


def _make_character(number: int) -> str:
    """The character of a signed number of 16 bits; halves of characters are joined by `_join_halves`."""
    return chr(number % 0x10000)


def _known_codec(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def _join_halves(pieces: list[str]) -> str:
    """The pieces with halves of characters, as numbers of 16 bits give them, put together."""
    return "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
