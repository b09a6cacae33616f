"""What others say into somebody's words, between strokes: `Ann: I was there. //Ben: Really?// Yes.`

So noScribe writes it. Without a name between them (`//mhm//`) strokes stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from daemon.formats.speakers.names import is_generic, is_name
from daemon.formats.word_account import Reading

OVERLAP = re.compile(r"//(?<!://)[^\W\d_][^/:\n]{0,40}:\s")
"""Where somebody else begins to speak."""
_STROKES = re.compile(r"(?<![:/])//(?!/)(?:([^\W\d_][^/:\n]{0,40}):(?=\s))?")
_TIME = r"[\[(]?\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]?"
_OPENING = re.compile(rf"\s*(?:{_TIME}\s+)?([^\W\d_][^/:\n]{{0,40}}):\s")
_VOICED = re.compile(r"^<v(?:\.\S+)? (?://)?([^<>\n]{1,40})>(.*)$", re.M)
_LEAST_OPENED = 2


def part_overlaps(lines: list[str], reading: Reading) -> list[str]:
    """The lines, each cut where somebody else speaks, and where the one who spoke before goes on.

    Those who speak are numbered by a program, or begin other lines too.
    """
    opening = Counter(found[1] for line in lines if ":" in line and (found := _OPENING.match(line)))
    out: list[str] = []
    for line in lines:
        outer = _OPENING.match(line) if OVERLAP.search(line) else None
        pieces = list(_part_line(line, outer[1], opening)) if outer else []
        if len(pieces) < 2:
            out.append(line)
            continue
        out += pieces
        reading.book_markup(line, "\n".join(pieces))
    return out


def _part_line(line: str, outer: str, opening: Counter[str]) -> Iterator[str]:
    """The pieces of a line, each with its label; none where the strokes name nobody who speaks."""
    names = {found[1] for found in _STROKES.finditer(line) if found[1]}
    if not all(is_generic(name) or (is_name(name) and opening[name] >= _LEAST_OPENED) for name in names):
        return
    for at, (speaker, said) in enumerate(_part_at_strokes(line, outer)):
        yield f"{speaker}: {said}" if at else said


def _part_at_strokes(text: str, outer: str) -> Iterator[tuple[str, str]]:
    """Who says what, in order: between the strokes who is named there, else the one around them."""
    speaker, at = outer, 0
    for found in _STROKES.finditer(text):
        if said := text[at : found.start()].strip():
            yield speaker, said
        speaker, at = found[1] or outer, found.end()
    if said := text[at:].strip():
        yield speaker, said


def voice_overlaps(text: str) -> str:
    """Captions with voice tags, what others say between strokes in a voice of its own."""
    if "//" not in text or "<v" not in text:
        return text
    return _VOICED.sub(_voice_line, text)


def _voice_line(found: re.Match[str]) -> str:
    names = {inner[1] for inner in _STROKES.finditer(found[2]) if inner[1]}
    stroked = found[0].startswith("//", found.start(1) - found.start() - 2)
    if not all(map(is_generic, names or {found[1]})) or not (names or stroked):
        return found[0]
    parts = _part_at_strokes(found[2], found[1])
    return "".join(f"<v {speaker}>{said} " for speaker, said in parts).rstrip()
