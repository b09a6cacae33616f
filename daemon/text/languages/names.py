"""The names of languages and their codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from daemon.text.languages.knowledge import codes, load, load_all

_PARTS = re.compile(r"[\s,()_-]+")


def code_of(name: str) -> str | None:
    """The code of a language's name ("German", "de", "de-AT", "Brazilian Portuguese"), None if unknown."""
    parts = _PARTS.split(name.strip().casefold())
    if parts[0] in codes():  # before any file is read
        return parts[0]
    known = _codes_by_name()
    return next((known[part] for part in parts if part in known), None)


def name_of(code: str) -> str:
    """The English name of a language whose code is known, "German" for "de"; of another its code."""
    language = load(code)
    return code if language is None else language.names[0].title()


@cache
def _codes_by_name() -> Mapping[str, str]:
    """The codes by the names in all files and by themselves."""
    return {name: code for code, language in load_all().items() for name in (code, *language.names)}
