"""Letters and their marks as one character, as keyboards type them: the same letters, written alike."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from daemon.text.names.spelling import mark_ranges

_JAMO = r"\u1100-\u11ff"
_ONE_FOR_TWO = r"\u0958-\u095f\u09dc-\u09df\u0a33-\u0a5e\ufb1d-\ufb4e"
"""Characters of Hindi, Bengali, Punjabi and Hebrew that stand for a letter with its mark, in some files."""


def compose_letters(text: str) -> str:
    """The text with each letter and its marks in the form that Unicode calls NFC.

    What is another form of a whole letter, as some names in Chinese and Japanese have it, stays.
    """
    if unicodedata.is_normalized("NFC", text):
        return text
    return _compile_parts().sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


@cache
def _compile_parts() -> re.Pattern[str]:
    return re.compile(rf"[^\s{mark_ranges()}][{mark_ranges()}]+|[{_JAMO}]+|[{_ONE_FOR_TWO}]")
