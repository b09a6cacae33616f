"""How much of a model's tokens a text takes, against as long a one in English."""

from __future__ import annotations

import re

_TWO_BYTES = re.compile("[\x80-\u07ff]+")  # Cyrillic, Greek, Arabic, Hebrew; letters with accents


def weigh_text(text: str) -> int:
    """How many letters of English make about as many tokens.

    Tokenizers put three or four letters of English into one token, about two of Russian or Arabic, hardly
    more than one of Chinese, Korean, Hindi or Thai: near to the bytes that they take in UTF-8.
    """
    if text.isascii():
        return len(text)
    short = sum(map(len, _TWO_BYTES.findall(text)))
    return len(text.encode(errors="replace")) - short // 2
