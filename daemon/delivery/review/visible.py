"""Characters that would be obeyed or not be seen, made visible: a transcript is only ever text."""

from __future__ import annotations

import re

from daemon.formats.unseen import UNSEEN

_UNSEEN = re.compile(f"[{UNSEEN}]")

_PICTURES = 0x2400  # Unicode's block of pictures of the control characters
_DELETE, _PICTURE_OF_DELETE = 0x7F, "\u2421"


def show_unseen(text: str) -> str:
    """The text with such characters shown as ␀ or [U+202E]."""
    return _UNSEEN.sub(lambda found: _show_character(ord(found.group())), text)


def _show_character(code: int) -> str:
    if code < 0x20:
        return chr(_PICTURES + code)
    return _PICTURE_OF_DELETE if code == _DELETE else f"[U+{code:04X}]"
