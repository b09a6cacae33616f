"""Captions with times in brackets on lines of their own: SubViewer 1 and QuickTime text.

[BEGIN]                      {QTtext} {timeScale:30}
[00:00:01]                   [00:00:01.15]
The ferry leaves|at nine.    The ferry leaves at nine.
[00:00:03]                   [00:00:03.00]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from daemon.formats.captions.cues.cue_lines import Cue, ended_by_next, join_lines
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.markup import count_plain_words
from daemon.formats.word_account import Reading, lines_of
from daemon.text.timecode import parse_timecode

KIND = "bracketed-captions"

_TIME = re.compile(r"\s*\[(\d{1,3}:\d\d:\d\d)(?:\.(\d{1,6}))?\]\s*$", re.ASCII)
_SUBVIEWER = re.compile(
    r"\s*\[(?:TITLE|AUTHOR|SOURCE|PRG|FILEPATH|DELAY|CD TRACK|BEGIN|END|INFORMATION)\]", re.I
)
_RULE = re.compile(r"\s*\*{3,}+(?:[^*\n]{1,40}\*{3,}+)?\s*$")
_STYLE = re.compile(r"\{[A-Za-z]{1,30}(?::[^{}\n]{0,60})?\}")
_SCALE = re.compile(r"\{timeScale:\s?(\d{1,6})\}", re.I)
_USUAL_SCALE = 600  # ticks a second, where the head of QuickTime text says nothing
_LEAST_TIMES = 2
_LOOKED_AT = 5000  # characters


def looks_like(text: str, extension: str) -> bool:
    """Whether it begins with the head of such a file, and times in brackets follow."""
    head = text.lstrip()[:_LOOKED_AT]
    if not (_SUBVIEWER.match(head) or head[:8].lower() == "{qttext}"):
        return False
    times = sum(_TIME.match(line) is not None for line in lines_of(head))
    return times >= _LEAST_TIMES


def parse(text: str) -> Reading:
    """Read the captions; each lasts until the next time, at which there may be nothing to show."""
    quicktime = text.lstrip()[:8].lower() == "{qttext}"
    bare = (_STYLE.sub("", text) if quicktime else text).replace("|", "\n")
    reading = Reading(count_plain_words(bare))
    scale = _SCALE.search(text[:_LOOKED_AT])
    ticks = int(scale[1]) if scale and int(scale[1]) else _USUAL_SCALE
    lines = lines_of(bare)
    cues = ended_by_next(join_lines(_read_cues(lines, ticks if quicktime else 0, reading)))
    read_cues([cue for cue in cues if cue.text.strip()], reading)
    return reading


def _read_cues(lines: Iterable[str], ticks: int, reading: Reading) -> Iterator[Cue | str]:
    """A cue for each time, and the lines below it; what stands before the first is the head.

    Rules are none of the speech.
    """
    begun = False
    for line in lines:
        if found := _TIME.match(line):
            reading.drop("timing", count_plain_words(line))
            start = (parse_timecode(found[1]) or 0.0) + _read_fraction(found[2], ticks)
            yield Cue(round(start, 3), round(start, 3), "")
            begun = True
        elif not begun or _RULE.match(line) or _SUBVIEWER.match(line):
            reading.drop("header", count_plain_words(line))
        else:
            yield line


def _read_fraction(digits: str | None, ticks: int) -> float:
    """What stands behind the point of a time: ticks in QuickTime text, else a fraction."""
    if not digits:
        return 0.0
    return int(digits) / ticks if ticks else float(f"0.{digits}")
