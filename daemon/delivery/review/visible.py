"""Characters that would be obeyed or not be seen, made visible: a transcript is only ever text."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for tab and line feed
    "\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # order, joins, gaps
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f"  # halves of pairs, no characters, tags
    "]"
)
"""Not the joiners U+200C and U+200D, which Persian, Hindi and families of emoji are written with."""

_PICTURES = 0x2400  # Unicode's block of pictures of the control characters
_DELETE, _PICTURE_OF_DELETE = 0x7F, "\u2421"


def show_unseen(text: str) -> str:
    """The text with such characters shown as ␀ or [U+202E]."""
    return _UNSEEN.sub(lambda found: _show_character(ord(found.group())), text)


def _show_character(code: int) -> str:
    if code < 0x20:
        return chr(_PICTURES + code)
    return _PICTURE_OF_DELETE if code == _DELETE else f"[U+{code:04X}]"
