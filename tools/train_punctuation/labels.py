"""A punctuated text as words, each with the mark behind it and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

NONE, COMMA, STOP, QUESTION = range(4)
"""The mark behind a word. An exclamation mark or a semicolon is a full stop, a colon a comma."""

LOWER, TITLE, UPPER = range(3)
"""How a word is written: in lower case, with a capital, in capitals (two of them at least)."""

UNKNOWN = -1
"""Said of a mark or a case that the text doesn't tell: a dash, the capital that begins a sentence."""

_DASH = re.compile(r"\s*(?:—|–|-{2,}| - )\s*")
_DOTS = re.compile(r"\.{3,}|…")
_AROUND = "\"“”„«»‘’'()[]{}*_~¿¡<>`"
_MARKS = ".,;:!?"
_INITIALS = re.compile(r"(?:[A-Za-z]\.){2,}[A-Za-z]?")
_ABBREVIATED = frozenset(
    "mr mrs ms dr st jr sr gen sen rep gov lt col prof rev hon vs no sgt capt inc corp".split()
)


class Labelled(NamedTuple):
    """A word in lower case, the mark behind it, its case, and whether a turn begins with it."""

    key: str
    mark: int
    case: int
    opens_turn: bool


def label_turn(text: str) -> list[Labelled]:
    """The words of one turn."""
    out: list[Labelled] = []
    begins: bool | None = True  # whether a sentence begins with the next word; None: who knows
    text = _DOTS.sub(" … ", _DASH.sub(" — ", text))
    for raw in text.split():
        if raw in ("—", "…"):
            if out and out[-1].mark == NONE:
                out[-1] = out[-1]._replace(mark=UNKNOWN)
            begins = None if raw == "…" else begins
            continue
        core, marks = _part_marks(raw)
        if not any(letter.isalnum() for letter in core):
            continue
        mark = _mark_of(core, marks)
        case = _case_of(core)
        if begins is not False and case == TITLE:
            case = UNKNOWN
        if begins is None:
            case = UNKNOWN
        out += _split_compound(core, mark, case, opens_turn=not out)
        begins = None if mark == UNKNOWN or ":" in marks else mark in (STOP, QUESTION)
    return out


def _part_marks(raw: str) -> tuple[str, str]:
    """A word without what stands around it, and the marks that stood behind it."""
    core, marks = raw.strip(_AROUND), ""
    while core and core[-1] in _MARKS + _AROUND and not _INITIALS.fullmatch(core):
        marks += core[-1]
        core = core[:-1]
    return core.lstrip(_MARKS + _AROUND), marks


def _mark_of(core: str, marks: str) -> int:
    if "?" in marks:
        return QUESTION
    if _INITIALS.fullmatch(core):  # the last full stop of "U.S." may end the sentence too
        return COMMA if "," in marks or ":" in marks else UNKNOWN
    if "!" in marks or ";" in marks:
        return STOP
    if "." in marks:
        return NONE if core.lower() in _ABBREVIATED else STOP
    return COMMA if "," in marks or ":" in marks else NONE


def _case_of(core: str) -> int:
    letters = [letter for letter in core if letter.isalpha()]
    if not letters or core[0].isdigit() or core == "I" or core[:2] in ("I'", "I’"):
        return UNKNOWN  # by rule
    capitals = sum(letter.isupper() for letter in letters)
    if capitals >= 2 and len(letters) - capitals <= 1:
        return UPPER
    return TITLE if core[0].isupper() else LOWER


def _split_compound(core: str, mark: int, case: int, *, opens_turn: bool) -> Iterator[Labelled]:
    """The word, or the parts of every other compound: captions write many of them apart."""
    key = key_of(core)
    parts = key.split("-")
    apart = len(parts) > 1 and all(parts) and key.isascii() and not re.search(r"\d", key) and len(key) % 2
    if not apart:
        yield Labelled(key, mark, case, opens_turn)
        return
    for place, part in enumerate(core.split("-")):
        last = place == len(parts) - 1
        own = case if place == 0 else _case_of(part)
        yield Labelled(key_of(part), mark if last else NONE, own, opens_turn and place == 0)


def key_of(core: str) -> str:
    """A word as captions write it: in lower case; initials without their full stops ("us" for U.S.)."""
    key = core.lower().replace("’", "'")
    return key.replace(".", "") if _INITIALS.fullmatch(core) else key
