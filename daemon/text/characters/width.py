"""How wide a text is on a screen."""

from __future__ import annotations

import unicodedata


def measure_width(text: str) -> int:
    """How many letters of Latin a text is wide.

    Letters of Chinese and the like count for two; marks over and under a letter take no room.
    """
    if text.isascii():
        return len(text)
    return sum(map(_measure_letter, text))


def _measure_letter(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
