"""Whose name stands before a paragraph: that of who speaks, wherever a reader would take it for another's.

Pure.
"""

from __future__ import annotations

import re

UNKNOWN = "?"
"""Stands for a speaker of whom the source doesn't say who it is, after one whom it names."""

_LONGEST_LABEL = 40  # characters; names with a title and a firm have up to so many
_LABEL = re.compile(rf"([^\W\d_][^\n:?!]{{0,{_LONGEST_LABEL}}}):(?=\s)")


def name_at_change(speaker: str | None, before: str | None, text: str) -> str | None:
    """The name to stand before a paragraph after one of `before`; None where it goes without saying.

    Without one, whom nobody knows would be taken for who spoke last, and a text that begins as with a name
    ("Ben: no") for that person's.
    """
    if speaker != before:
        return speaker or UNKNOWN
    return speaker if speaker and _begins_as_with_name(text) else None


def _begins_as_with_name(text: str) -> bool:
    found = _LABEL.match(text)
    if found is None:
        return False
    from daemon.formats.speakers.names import is_name, is_note  # here: it reads the files of all languages

    return is_name(found[1]) and not is_note(found[1])
