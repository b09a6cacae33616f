"""Signs inside of words, or in a script without spaces, that deny or limit what is said: 不, ません, 可能."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from daemon.text.languages.knowledge import load

ANYWHERE = "*"
"""With this begins, in a language's file, what counts wherever it stands."""

_PAUSE = "、"  # may stand inside a sign that limits: "と、思います"; "な、いい" denies nothing

Kind = Literal["negations", "qualifiers"]


def list_inner_signs(text: str, language: str, kind: Kind) -> list[str]:
    """Such signs of a text in a language; one that is said twice in a row counts once."""
    pattern = _compile_signs(language, kind)
    if pattern is None:
        return []
    return pattern.findall(text.replace(_PAUSE, "") if kind == "qualifiers" else text)


@cache
def _compile_signs(language: str, kind: Kind) -> re.Pattern[str] | None:
    known = load(language)
    listed: frozenset[str] = getattr(known, kind) if known is not None else frozenset()
    signs = [re.escape(word[len(ANYWHERE) :]) for word in sorted(listed) if word.startswith(ANYWHERE)]
    return re.compile(rf"({'|'.join(signs)})(?![\s,、，]*\1)") if signs else None
