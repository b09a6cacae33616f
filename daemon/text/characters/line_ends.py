"""Where a line of a script without spaces had better end: no dictionary is asked, only the letters."""

from __future__ import annotations

import re

_PARTED = re.compile(
    "[。．，、；：！？・…」』）】》”’၊။។៖]$"  # behind a mark
    "|[ะำๆະຳໆ]$"  # vowels and a sign that end a syllable
)
_BEGUN = re.compile(r"[「『（【《“‘(\u0e40-\u0e44\u0ec0-\u0ec4]")  # brackets, and vowels that stand first
_HIRAGANA = re.compile(r"[\u3041-\u3096]$")
_OTHER_JAPANESE = re.compile(r"[\u30a1-\u30fa\u3400-\u9fff\d]")  # a word begins, where its endings were kana
_KATAKANA = re.compile(r"[\u30a1-\u30fc]")


def ends_well(before: str, after: str) -> bool:
    """Whether a word, or a syllable, is over with one unit of a text, before the other."""
    if _PARTED.search(before) or _BEGUN.match(after):
        return True
    return _HIRAGANA.search(before) is not None and _OTHER_JAPANESE.match(after) is not None


def ends_badly(before: str, after: str) -> bool:
    """Whether a word would surely be broken: a foreign one in Japanese."""
    return _KATAKANA.match(before[-1:]) is not None and _KATAKANA.match(after) is not None
