"""Signs inside of words, or in a script without spaces, that something is denied: 不, ません, 않."""

from __future__ import annotations

import re
from functools import cache

from daemon.text.languages.knowledge import load

ANYWHERE = "*"
"""With this begins, in a language's file, what denies wherever it stands."""


def count_inner_denials(text: str, language: str) -> int:
    """How often such signs stand in a text in a language; one that is said twice in a row counts once."""
    pattern = _compile_signs(language)
    return 0 if pattern is None else len(pattern.findall(text))


@cache
def _compile_signs(language: str) -> re.Pattern[str] | None:
    known = load(language)
    listed = known.negations if known is not None else frozenset[str]()
    signs = [re.escape(word[len(ANYWHERE) :]) for word in sorted(listed) if word.startswith(ANYWHERE)]
    return re.compile(rf"({'|'.join(signs)})(?!\s*\1)") if signs else None
