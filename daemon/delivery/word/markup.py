"""WordprocessingML, piece by piece: text in, XML out. Whatever stands in a text is only ever text.

The pieces use the prefix `w`, which the document around them declares.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from daemon.text.unseen import show_unseen

AUTHOR = "transcriptd"
"""Who made the tracked changes and the comments."""

Change = Literal["", "ins", "del"]

# What XML can't hold, and what turns the order of letters about or is not to be seen at all.
_REFUSED = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U000dffff"
    "\U000e0080-\U0010ffff]"
)
_BREAKS = re.compile("([\n\t])")
_STANDS_FOR = {"\n": "<w:br/>", "\t": "<w:tab/>"}


def make_inert(text: str) -> str:
    """The text with each character that XML can't hold, or an editor would obey, made visible."""
    return _REFUSED.sub(lambda found: show_unseen(found.group()), text)


def is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction is written from right to left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((found != "L" for found in directions if found in ("L", "R", "AL")), False)


def write_run(text: str, style: str = "", *, extra: str = "", deleted: bool = False) -> str:
    """Text in one character style, "" for the paragraph's own; `extra` holds further properties as XML."""
    if not text:
        return ""
    properties = f"<w:rStyle w:val={quoteattr(style)}/>" if style else ""
    properties += extra + ("<w:rtl/>" if is_right_to_left(text) else "")
    around = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{around}{''.join(_write_text(make_inert(text), deleted=deleted))}</w:r>"


def _write_text(text: str, *, deleted: bool) -> Iterator[str]:
    name = "delText" if deleted else "t"
    for part in _BREAKS.split(text):
        if part in _STANDS_FOR:
            yield _STANDS_FOR[part]
        elif part:
            yield f'<w:{name} xml:space="preserve">{escape(part)}</w:{name}>'


def write_paragraph(style: str, runs: str, *, right_to_left: bool = False, mark: str = "") -> str:
    """A paragraph; `mark` is the XML that says that its end was inserted or deleted."""
    properties = f"<w:pStyle w:val={quoteattr(style)}/>"
    properties += "<w:bidi/>" if right_to_left else ""
    properties += f"<w:rPr>{mark}</w:rPr>" if mark else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


class Tracker:
    """Writes tracked changes and comments, each with a number of its own."""

    def __init__(self) -> None:
        self._last = 0
        self.comments: list[str] = []

    def write_change(self, change: Change, text: str, style: str = "") -> str:
        """Text that stands, was inserted or was deleted."""
        if not text or not change:
            return write_run(text, style)
        run = write_run(text, style, deleted=change == "del")
        return f"<w:{change} {self._make_attributes()}>{run}</w:{change}>"

    def write_mark(self, change: Change) -> str:
        """What says of the end of a paragraph that it was inserted or deleted; "" where it stands."""
        return f"<w:{change} {self._make_attributes()}/>" if change else ""

    def write_comment(self, text: str, runs: str) -> str:
        """Runs with a comment on them; none where the text is empty."""
        if not text:
            return runs
        number = len(self.comments)
        where = f'w:id="{number}"'
        self.comments.append(
            f'<w:comment {where} w:author="{AUTHOR}" w:initials="t"><w:p>{write_run(text)}</w:p></w:comment>'
        )
        return (
            f"<w:commentRangeStart {where}/>{runs}<w:commentRangeEnd {where}/>"
            f"<w:r><w:commentReference {where}/></w:r>"
        )

    def _make_attributes(self) -> str:
        self._last += 1
        return f'w:id="{self._last}" w:author="{AUTHOR}"'
