"""Times of lines that have a word or a mark of their own: `[Time 0:05]`, `{0:05}`, `Ann (at 0:05): …`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from daemon.formats.markup import write_time
from daemon.formats.speakers.names import is_generic, is_name, is_note
from daemon.formats.word_account import Reading, rewrite_lines
from daemon.text.timecode import parse_timecode

_CLOCK = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_SECONDS = r"\d{1,6}(?:\.\d{1,20})?"
_ARROW = r"\s?(?:-{1,2}>|[-–—→]|to\b|bis\b|à\b)\s?"
_SPAN = rf"(?P<start>{_CLOCK})(?:{_ARROW}(?P<end>{_CLOCK}))?"
_SPAN_IN_SECONDS = rf"(?P<start>{_SECONDS})\s?s?{_ARROW}(?P<end>{_SECONDS})\s?s?"
_WORD = (
    r"(?:time\s?stamps?|time\s?codes?|time|tc|ts|zeitstempel|zeitmarke|zeit|temps|horodatage|tiempo|tempo|minut[oa]|minute"
    r"|tijd|czas|время|таймкод|时间|時間|時刻|시간)"
)
_MARK = "[⏱⏰⌚⏲▶►🕐-🕧]\ufe0f?"
_FORMS = tuple(
    re.compile(rf"\s*{form}", re.I)
    for form in (
        # [Time 0:05] text, (Timestamp: 0:05)
        rf"[*_]{{0,2}}[\[({{<]\s?{_WORD}\s?[:=]?\s?{_SPAN}\s?[\])}}>][*_]{{0,2}}\s?[:–—-]?(?=\s|$)",
        # Time: 0:05, on a line of its own
        rf"[*_]{{0,2}}{_WORD}\s?[:=]?[*_]{{0,2}}\s?[\[(]?{_SPAN}[\])]?[*_]{{0,2}}\s*$",
        # Transcript: [0.5 --> 2.5] text, as WhisperX shows it
        rf"transcript:\s{{1,3}}\[{_SPAN_IN_SECONDS}\](?=\s|$)",
        rf"<{_SPAN}>\s?:?(?=\s|$)",
        rf"\{{{_SPAN}\}}\s?:?(?=\s|$)",
        rf"#{_SPAN}(?=\s|$)",
        rf"@{_SPAN}\s?[:–—-]?(?=\s|$)",
        rf"{_MARK}\s?[\[(]?{_SPAN}[\])]?\s?[:–—-]?(?=\s|$)",
        # Ann (at 0:05): text, Ann [t=5s]: text, Ann, 0:05: text
        rf"(?P<name>[^\W\d_][^:()\[\]\d]{{0,40}}?\d{{0,3}})\s?[\[(](?:at|um|à|@|t\s?=)\s?{_SPAN}[\])]:(?=\s|$)",
        rf"(?P<name>[^\W\d_][^:()\[\]\d]{{0,40}}?\d{{0,3}})\s?[\[(]t\s?=\s?(?P<start>{_SECONDS})s?[\])]:(?=\s|$)",
        rf"(?P<name>[^\W\d_][^:,()\[\]\d]{{0,40}}?\d{{0,3}}),\s?(?=\d\d){_SPAN}:(?=\s|$)",
        # S1 00:05 text
        rf"(?P<name>S\d{{1,2}}|(?:speaker|sprecher|locuteur|hablante)[ _]?\d{{1,3}})\s{_SPAN}(?=\s+\S)",
        # [SPEAKER_00] 0:05 --> 0:08: text
        rf"\[?(?P<name>[^\W\d_][^:()\[\]]{{0,40}}?)[\]:]{{1,2}}\s(?P<start>{_CLOCK}){_ARROW}(?P<end>{_CLOCK})\s?[:|](?=\s|$)",
        # Speaker SPEAKER_00 from 5.1s to 8.0s: text, [SPEAKER_00 5.12-8.00] text
        rf"(?:speaker\s)?(?P<name>[^\W\d_]\S{{0,40}}?)\s(?:from|von|de)\s{_SPAN_IN_SECONDS}:(?=\s|$)",
        rf"\[(?P<name>[^\W\d_][^:()\[\]]{{0,40}}?)[\s,|:]{{1,3}}{_SPAN_IN_SECONDS}\]:?(?=\s|$)",
    )
)
_NAME = r"[^\W\d_][^:()\[\]{}|*_`<>]{0,40}?"
_NAME_FORMS = tuple(
    re.compile(rf"\s*(?:>\s?)?[*_]{{0,3}}(?P<name>{_NAME}){form}", re.I)
    for form in (
        # Ann:[0:05]text, Ann: [0:05]: text
        rf"[*_]{{0,3}}:[*_]{{0,3}}(?:(?=[\[(])|\s(?=[\[(][^\])]{{1,40}}[\])]\S))[\[(]{_SPAN}[\])](?::(?=\s|$))?",
        # **Ann** `0:05` text
        rf":?[*_]{{0,3}}:?\s?`{_SPAN}`\s?[:–—-]?(?=\s|$)",
        # **Ann** *(0:05)*: text, **Ann:** _0:05_ text
        rf":?[*_]{{0,3}}:?\s?(?P<mark>[*_`]{{1,3}})[\[(]?{_SPAN}[\])]?(?P=mark)\s?[:–—-]?(?=\s|$)",
        # **Ann:** 0:05 text, **Ann** 0:05 text
        rf"(?::[*_]{{0,3}}|[*_]{{1,3}}:?)\s{_SPAN}(?=\s{{1,9}}(?!\s|[ap]\.?m\b)\S)",
        # Ann {0:05}: text, **Ann** <0:05>: text
        rf":?[*_]{{0,3}}:?\s?[{{<]{_SPAN}[}}>]\s?[:–—-]?(?=\s|$)",
        # **Ann** 0:05: text, Ann | 0:05 | text, Ann @ 0:05: text
        rf"[*_]{{0,3}}\s(?:[-–—|@·•]\s)?{_SPAN}\s?[:|–—-](?=\s)",
    )
)
"""Forms that a schedule has as well: they count where names recur and half of the lines begin so."""
_USUAL = re.compile(r"[\s*_]*[\[(]?\d")
"""A time at the beginning without a word or mark of its own, as most lines with times have it."""
_HAS_TIME = re.compile(r"\d:\d\d|\d\.\d|\d\s?s\b|=\s?\d")
_LEAST, _TURNS_SHARE = 2, 0.5
_LOOKED_AT = 120  # characters of a line


class _Dressed(NamedTuple):
    """A line with such a time: its start in seconds, the line with its time in the usual form, who speaks."""

    start: float
    written: str
    name: str


def with_bare_times(lines: list[str], reading: Reading) -> list[str]:
    """The lines, such times in the usual form before them, where there are several and they run on."""
    found = {at: dressed for at, line in enumerate(lines) if (dressed := _read(line, _FORMS)) is not None}
    if not _run_on(found.values()):
        found = _read_beside_names(lines)
    written = {at: dressed.written for at, dressed in found.items()}
    return rewrite_lines(lines, written, reading, "timing") if written else lines


def _read_beside_names(lines: list[str]) -> dict[int, _Dressed]:
    """The lines with a name and then a time by their places, where they are turns and no schedule."""
    found = {
        at: dressed for at, line in enumerate(lines) if (dressed := _read(line, _NAME_FORMS)) is not None
    }
    names = {dressed.name for dressed in found.values()}
    recur = len(names) * 2 <= len(found) or all(map(is_generic, names))
    spoken = sum(bool(line.strip()) and not line.startswith("#") for line in lines)
    turns = recur and len(found) >= _TURNS_SHARE * spoken and _run_on(found.values())
    return found if turns else {}


def _run_on(found: Collection[_Dressed]) -> bool:
    """Whether these are several times that never run back."""
    starts = [dressed.start for dressed in found]
    return len(starts) >= _LEAST and all(after >= before for before, after in pairwise(starts))


def _read(line: str, forms: tuple[re.Pattern[str], ...]) -> _Dressed | None:
    head = line[:_LOOKED_AT]
    if _USUAL.match(head) or _HAS_TIME.search(head) is None:
        return None
    return next(_read_forms(line, head, forms), None)


def _read_forms(line: str, head: str, forms: tuple[re.Pattern[str], ...]) -> Iterator[_Dressed]:
    for form in forms:
        found = form.match(head)
        if found is None:
            continue
        parts = found.groupdict()
        name = (parts.get("name") or "").strip()
        if name and (is_note(name) or not (is_name(name) or is_generic(name))):
            continue
        start, end = _read_seconds(parts["start"]), _read_seconds(parts.get("end"))
        if start is None or (end is not None and end < start):
            continue
        until = "" if end is None else f" --> {write_time(end)}"
        label = f" {name}:" if name else ""
        said = line[found.end() :]
        parted = said if said[:1].isspace() else f" {said}"
        yield _Dressed(start, f"[{write_time(start)}{until}]{label}{parted}", name)


def _read_seconds(time: str | None) -> float | None:
    if time is None:
        return None
    return parse_timecode(time) if ":" in time else float(time)
