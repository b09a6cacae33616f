"""Cues whose first line is nothing but the speaker's name, as Teams writes them."""

from __future__ import annotations

from collections.abc import Iterator

from daemon.formats.captions.cues import Cue
from daemon.formats.captions.rolling import rows_of
from daemon.formats.markup import count, escaped, plain
from daemon.formats.speakers import is_generic, is_name, is_note
from daemon.formats.word_account import Reading

_LEAST_SHARE = 0.9
"""The share of cues that begin with such a line; captions for people to read come nowhere near."""
_RECURRING = 2
"""How often a name stands in the file, at least and on average."""


def named_above(cues: list[Cue], reading: Reading) -> list[Cue]:
    """The cues with each name as a voice tag; as they are where first lines are no names."""
    if len(cues) < _RECURRING:
        return cues
    lone = [name for cue in cues if (name := _name(cue)) is not None]
    if len(lone) < _LEAST_SHARE * len(cues) or len(set(lone)) * _RECURRING > len(lone):
        return cues
    return list(_voiced(cues, frozenset(lone), reading))


def _name(cue: Cue) -> str | None:
    if "\n" not in cue.text.strip():
        return None
    first, *rest = rows_of(cue) or [""]
    name = plain(first).strip()
    is_one = bool(rest) and not name.endswith((".", ",", "?", "!")) and ":" not in name
    return name if is_one and (is_generic(name) or (is_name(name) and not is_note(name))) else None


def _voiced(cues: list[Cue], names: frozenset[str], reading: Reading) -> Iterator[Cue]:
    for cue in cues:
        name = _name(cue)
        if name in names and name is not None:
            first, *rest = rows_of(cue)
            reading.drop("speaker", count(first))
            cue = Cue(cue.start, cue.end, "\n".join([f"<v {escaped(name)}>", *rest]))
        yield cue
