"""Characters that a terminal or an editor would obey, or that nobody would see: taken out, or shown."""

from __future__ import annotations

import re

JOINERS = "\u200c\u200d"
"""Nobody sees them, but Persian, Hindi and families of emoji are written with them."""

UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for tab and line feed
    "\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # order, joins, gaps
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f"  # halves of pairs, no characters, tags
)
"""As a class of a regular expression; without the joiners."""

_COMMAND = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
PARTS_WORDS = "\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029"
"""Those of them that part words, as `str.split` sees it."""
_PARTS_WORDS = re.compile(f"\r\n?|[{PARTS_WORDS}]")
UNSEEN_CHARACTER = re.compile(f"[{UNSEEN}]")
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""Half of a pair by itself, which no file and no request can hold."""

_PICTURES = 0x2400  # Unicode's block of pictures of the control characters
_DELETE, _PICTURE_OF_DELETE = 0x7F, "\u2421"


def take_out_unseen(text: str) -> str:
    """The text without them: those that part words become line feeds, a terminal's commands go whole."""
    if text.replace("\n", "").replace("\t", "").isprintable():  # in a fraction of the time; none of them is
        return text
    return UNSEEN_CHARACTER.sub("", _PARTS_WORDS.sub("\n", _COMMAND.sub("", text)))


def show_unseen(text: str) -> str:
    """The text with such characters shown as ␀ or [U+202E]."""
    return UNSEEN_CHARACTER.sub(lambda found: _show_character(ord(found.group())), text)


def _show_character(code: int) -> str:
    if code < 0x20:
        return chr(_PICTURES + code)
    return _PICTURE_OF_DELETE if code == _DELETE else f"[U+{code:04X}]"
