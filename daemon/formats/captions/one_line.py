"""Captions with a line for each cue: MicroDVD, MPL2, TMPlayer, Spruce's STL, Encore's, LRC.

Avid's have the times above the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from daemon.formats.captions.cues.cue_lines import Cue, ended_by_next, join_lines
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.captions.cues.timing import FRAMES_PER_SECOND
from daemon.formats.markup import count_plain_words, time_tag
from daemon.formats.word_account import Reading, lines_of
from daemon.text.timecode import parse_timecode, round_to_zero

KIND = "one-line-captions"

_LOOKED_AT = 12
"""Lines with something on them that tell the format."""
_LEAST_SHARE = 0.5
_RATE = re.compile(r"^\s*\{[01]\}\{[01]\}\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*$", re.ASCII | re.M)
_LOOKS = re.compile(r"\s*\{DEFAULT\}.*$", re.I)
"""How all cues of MicroDVD look, which may stand above them: `{DEFAULT}{}{y:i}{c:$ffffff}`."""
_NO_HEAD = re.compile(r"(?!)")
_NUMBER, _NUMBER_IF_ANY = r"-?\d{1,30}", r"(?:-?\d{1,30})?"
"""Of a time, with more digits than that of a recording has: such a one is told, and no word."""
_FRAMED_TIME = r"\d{1,3}:\d\d:\d\d[:;.]\d{1,3}"
_FRAMES = r"\d{1,3}:\d\d:\d\d[:;]\d{2}"
_LRC_TIME = rf"{_NUMBER}:\d{{1,2}}(?:[.:]\d{{1,3}})?"
_LRC_OFFSET = re.compile(r"^[^\S\n]*\[offset\s*:\s*([+-]?\d{1,9})\s*\]", re.I | re.ASCII | re.M)
_LRC_TAG = re.compile(rf"\[({_LRC_TIME})\]")
_LRC_WORD = re.compile(rf"<({_LRC_TIME})>")


@dataclass(frozen=True, slots=True)
class _Format:
    """`cue` finds a cue's line with its times and text, `head` a line of the head; `marks` is no word.

    `seconds` reads a time; `framed` says that the times count frames, so that they may be estimates, and
    `ends_with_next` that a cue has no end of its own.
    """

    name: str
    cue: re.Pattern[str]
    marks: re.Pattern[str]
    seconds: Callable[[str, float], float]
    head: re.Pattern[str] = _NO_HEAD
    framed: bool = False
    ends_with_next: bool = False


def _of_frames(time: str, rate: float) -> float:
    return round_to_zero(int(time) / rate)


def _of_tenths(time: str, rate: float) -> float:
    return round_to_zero(int(time) / 10)


def _of_clock(time: str, rate: float) -> float:
    """`HH:MM:SS:FF`, or a fraction where a dot stands before it."""
    whole, mark, rest = re.split(r"([:;.])(?=\d{1,3}\Z)", time)
    return (parse_timecode(whole) or 0.0) + (float(f"0.{rest}") if mark == "." else int(rest) / rate)


def _of_seconds(time: str, rate: float) -> float:
    return parse_timecode(time) or 0.0


def _of_lrc(time: str, rate: float) -> float:
    parts = re.split(r"[:.]", time)
    fraction = float(f"0.{parts[2]}") if len(parts) > 2 else 0.0
    return 0.0 if time.startswith("-") else int(parts[0]) * 60 + int(parts[1]) + fraction


_FORMATS = (
    _Format(
        "MicroDVD",
        re.compile(rf"\s*\{{ ?({_NUMBER}) ?\}} ?\{{ ?({_NUMBER_IF_ANY}) ?\}}(.*)$", re.ASCII),
        re.compile(
            rf"^[^\S\n]*\{{ ?{_NUMBER} ?\}} ?\{{ ?{_NUMBER_IF_ANY} ?\}}|\{{[A-Za-z]:[^{{}}\n]*\}}|\|",
            re.M | re.ASCII,
        ),
        _of_frames,
        head=re.compile(f"{_RATE.pattern}|{_LOOKS.pattern}", re.ASCII | re.I),
        framed=True,
    ),
    _Format(
        "MPL2",
        re.compile(rf"\s*\[({_NUMBER})\]\s?\[({_NUMBER_IF_ANY})\](.*)$", re.ASCII),
        re.compile(rf"^[^\S\n]*\[{_NUMBER}\]\s?\[{_NUMBER_IF_ANY}\]\s*/?|\|\s*/?", re.M | re.ASCII),
        _of_tenths,
    ),
    _Format(
        "Spruce STL",
        re.compile(rf"\s*({_FRAMED_TIME})\s*,\s*({_FRAMED_TIME})\s*,(.*)$", re.ASCII),
        re.compile(rf"^[^\S\n]*{_FRAMED_TIME}\s*,\s*{_FRAMED_TIME}\s*,|\^[BIU]|\|", re.M | re.ASCII),
        _of_clock,
        head=re.compile(r"\s*(?:\$\s?\w+\s*=|//)"),
        framed=True,
    ),
    _Format(
        "TMPlayer",
        re.compile(r"\s*(\d{1,2}:\d\d:\d\d)(?:,1=|[:=])()(?=[^\s\d]|\s*$)(.*)$", re.ASCII),
        re.compile(r"^[^\S\n]*\d{1,2}:\d\d:\d\d(?:,\d=|[:=])|\|", re.M | re.ASCII),
        _of_seconds,
        ends_with_next=True,
    ),
    _Format(
        "PowerDivX",
        re.compile(r"\s*\{(\d{1,2}:\d\d:\d\d)\}\{(\d{1,2}:\d\d:\d\d)\}(.*)$", re.ASCII),
        re.compile(r"^[^\S\n]*\{\d{1,2}:\d\d:\d\d\}\{\d{1,2}:\d\d:\d\d\}|\|", re.M | re.ASCII),
        _of_seconds,
    ),
    _Format(
        "Phoenix Japanimation",
        re.compile(r"\s*(\d{1,7}),\s{1,7}(\d{1,7}),\s?\"(.*)\"\s*$", re.ASCII),
        re.compile(r"^[^\S\n]*\d{1,7},\s{1,7}\d{1,7},\s?\"|\"\s*$|\|", re.M | re.ASCII),
        _of_tenths,
    ),
    _Format(
        "DKS",
        re.compile(r"\s*\[(\d\d:\d\d:\d\d)\]()(?!\s)(.*)$", re.ASCII),
        re.compile(r"^[^\S\n]*\[\d\d:\d\d:\d\d\]|\[br\]", re.M | re.ASCII),
        _of_seconds,
        ends_with_next=True,
    ),
    _Format(
        "Avid DS",
        re.compile(rf"\s*({_FRAMED_TIME})\s+({_FRAMED_TIME})()\s*$", re.ASCII),
        re.compile(rf"^[^\S\n]*{_FRAMED_TIME}[ \t]+{_FRAMED_TIME}\s*$", re.M | re.ASCII),
        _of_clock,
        head=re.compile(r"\s*(?:@.*|<(?:begin|end) subtitles>)\s*$", re.I),
        framed=True,
    ),
    _Format(
        "Encore",
        re.compile(rf"\s*(?:\d{{1,6}} {{1,4}})?({_FRAMES}) {{1,4}}({_FRAMES}) {{1,4}}(\S.*)$", re.ASCII),
        re.compile(
            rf"^[^\S\n]*(?:\d{{1,6}} {{1,4}})?{_FRAMES} {{1,4}}{_FRAMES} {{1,4}}(?=\S)", re.M | re.ASCII
        ),
        _of_clock,
        framed=True,
    ),
    _Format(
        "LRC",
        re.compile(rf"\s*((?:\[{_LRC_TIME}\]\s?){{1,20}})()(.*)$", re.ASCII),
        re.compile(rf"^[^\S\n]*(?:\[{_LRC_TIME}\]\s?){{1,20}}", re.M | re.ASCII),
        _of_lrc,
        head=re.compile(r"\s*\[(?:ar|ti|al|au|by|la|re|ve|length|offset|tool|id|#)\s*:[^\]\n]*\]\s*$", re.I),
        ends_with_next=True,
    ),
)


def looks_like(text: str, extension: str) -> bool:
    """Whether most of the first lines are cues of one of these formats."""
    return _format_of(text, extension) is not None


def parse(text: str) -> Reading:
    """Read the captions."""
    found = _format_of(text, ".lrc") or _format_of(text, ".stl")  # the names that let more pass
    assert found is not None
    reading = Reading(count_plain_words(found.marks.sub("\n", text)))
    if found.name == "LRC":
        cues = sorted(_lrc_cues(text, found, reading), key=lambda cue: cue.start)
    else:
        cues = join_lines(_list_cues(text, found, reading))
    read_cues(list(ended_by_next(cues)) if found.ends_with_next else cues, reading)
    return reading


def _format_of(text: str, extension: str) -> _Format | None:
    lines: list[str] = []
    for line in lines_of(text):
        if line.strip():
            lines.append(line)
        if len(lines) == _LOOKED_AT:
            break
    return next((one for one in _FORMATS if _is_of(one, lines, extension)), None)


def _is_of(one: _Format, lines: list[str], extension: str) -> bool:
    own = [line for line in lines if not one.head.match(line)]
    cues = sum(one.cue.match(line) is not None for line in own)
    if (
        one.name == "Spruce STL"
        and any('"' in line and one.cue.match(line) for line in own)
        and extension != ".stl"
    ):
        return False  # a table, whose cells are quoted
    if one.name == "Avid DS":
        return len(own) < len(lines) and cues > 0
    if one.name == "DKS" and not any("[br]" in line for line in lines):
        return False  # [00:00:15] text is how people write times, too
    if not cues or cues < _LEAST_SHARE * len(own):
        return False
    # [00:15] text is how people write times, too: without LRC's head that is for the reader of plain text
    return one.name != "LRC" or len(own) < len(lines) or extension == ".lrc"


def _list_cues(text: str, one: _Format, reading: Reading) -> Iterator[Cue | str]:
    """The cues, and the lines without times that go on with each; one before the first is speech, too."""
    rate = _find_rate(text) or FRAMES_PER_SECOND
    if one.framed and _find_rate(text) is None:
        reading.warnings.append(
            f"The times of this {one.name} file count frames; {rate:g} were taken for a second."
        )
    begun = False
    for line in lines_of(text):
        bare = one.marks.sub("\n", line)
        if one.head.match(line):
            reading.drop("header", count_plain_words(bare))
        elif found := one.cue.match(line):
            start = one.seconds(found[1], rate)
            end = one.seconds(found[2], rate) if found[2] else start
            yield Cue(round(start, 3), round(max(start, end), 3), bare)
            begun = True
        elif begun:
            yield bare
        elif bare.strip():
            yield Cue(0.0, 0.0, bare)
            begun = True


def _find_rate(text: str) -> float | None:
    """The frames a second that MicroDVD's first line says."""
    first, _, below = text.lstrip().partition("\n")
    found = _RATE.match(below.lstrip().partition("\n")[0] if _LOOKS.match(first) else first)
    rate = float(found[1].replace(",", ".")) if found else 0.0
    return rate or None


def _lrc_cues(text: str, one: _Format, reading: Reading) -> Iterator[Cue]:
    """The cues of LRC; a line of several times is sung at each of them, and stands at the first."""
    offset = _LRC_OFFSET.search(text)
    shift = int(offset[1]) / 1000 if offset else 0.0
    last = 0.0
    for line in lines_of(text):
        if one.head.match(line):
            reading.drop("header", count_plain_words(one.marks.sub("\n", line)))
            continue
        times = [
            max(0.0, _of_lrc(time, 1) - shift)
            for time in _LRC_TAG.findall(line[: len(line) - len(_strip_times(line, one))])
        ]
        last = min(times, default=last)
        words = _LRC_WORD.sub(
            lambda at: time_tag(max(0.0, _of_lrc(at[1], 1) - shift)), _strip_times(line, one)
        )
        if words.strip():
            yield Cue(round(last, 3), round(last, 3), words)


def _strip_times(line: str, one: _Format) -> str:
    found = one.cue.match(line)
    return found[3] if found else line
