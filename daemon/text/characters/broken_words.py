"""Words that a caption or a line broke off, in scripts that put no spaces between words."""

from __future__ import annotations

import re

_FOLLOWS = (  # vowels, tones and feet, which a letter stands before: Thai, Lao, Burmese, Khmer, marks of kana
    r"\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u1056-\u1059\u17b4-\u17d3"
    r"\u3099\u309a"
)
_LETTERS = r"\u0e01-\u0e4e\u0e81-\u0ecd\u1000-\u1059\u1780-\u17d3\u3040-\u30ff"
_GAP = re.compile(
    rf"(?<=[{_LETTERS}]) +(?=[{_FOLLOWS}])"
    r"|(?<=[\u0e40-\u0e44\u0ec0-\u0ec4]) +(?=[\u0e01-\u0e2e\u0e81-\u0eae])"  # a vowel that stands first
    r"|(?<=[\u30a1-\u30fa\u30fc]) +(?=[ァィゥェォッャュョヮー][\u3041-\u30fc])"
    r"|(?<=[\u3041-\u3096]) +(?=[ゃゅょゎ])"
)
"""A space with letters on both sides that can only be of one word."""


def is_one_word(before: str, after: str) -> bool:
    """Whether one text breaks off within a word that the other goes on with."""
    return not after.isascii() and _GAP.search(f"{before[-1:]} {after[:2]}") is not None


def close_words(text: str) -> str:
    """The text without spaces inside words, as captions leave them that end within one."""
    return text if text.isascii() else _GAP.sub("", text)
