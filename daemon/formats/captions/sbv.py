"""SBV, YouTube's own simple captions: `0:00:01.000,0:00:02.500` above the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from daemon.formats.captions.cues.cue_lines import gather_cues
from daemon.formats.captions.cues.segments import read_cues, with_line_ends
from daemon.formats.captions.cues.timing import write_in_ascii
from daemon.formats.markup import count_plain_words
from daemon.formats.word_account import Reading, lines_of
from daemon.text.timecode import parse_timecode, round_to_zero

KIND = "sbv"

_TIME = r"-?\d{1,4}:-?\d\d?:-?\d\d?(?:\.\d{1,9})?"
_BEGINS = re.compile(r"\s*-?\d{1,4}:")
_TIMING = re.compile(rf"\s*({_TIME}),({_TIME})\s*$", re.ASCII)
_THOUSANDTHS = 3  # digits
_BREAK = "[br]"
_HEAD = re.compile(
    r"\s*\[(?:INFORMATION|TITLE|AUTHOR|SOURCE|PRG|FILEPATH|DELAY|CD TRACK|COMMENT|END INFORMATION|"
    r"SUBTITLE|COLF|STYLE|SIZE|FONT)\]",
    re.I,
)
"""What SubViewer's files begin with."""
_BAR = re.compile(r"(?<=\S)\|(?=\S)")
"""A line end of SubViewer's first version, which converters leave in the second."""


def looks_like(text: str, extension: str) -> bool:
    """Whether a timing line stands first, or anywhere in a file named .sbv."""
    lines = (line for line in lines_of(text) if line.strip())
    if extension == ".sbv":
        return any(map(_read_timing, lines))
    first = next(lines, "")
    return _read_timing(first) is not None or (
        _HEAD.match(first) is not None and any(map(_read_timing, lines))
    )


def parse(text: str) -> Reading:
    """Read the captions."""
    text = with_line_ends(text.replace(_BREAK, "\n"))
    if _HEAD.match(text.lstrip()):
        text = _BAR.sub("\n", text)
    reading = Reading(count_plain_words(text))
    read_cues(list(gather_cues(_without_head(lines_of(text), reading), _read_timing, reading)), reading)
    return reading


def _without_head(lines: Iterable[str], reading: Reading) -> Iterator[str]:
    for line in lines:
        if _HEAD.match(line):
            reading.drop("header", count_plain_words(line))
        else:
            yield line


def _read_timing(line: str) -> tuple[float, float, str] | None:
    if _BEGINS.match(line) is None:
        return None
    found = _TIMING.match(line if line.isascii() else write_in_ascii(line))
    if found is None:
        return None
    start = _read_time(found[1])
    return start, max(start, _read_time(found[2])), ""


def _read_time(time: str) -> float:
    whole, point, fraction = time.replace("-", "").partition(".")
    seconds = parse_timecode(whole + point + fraction[:_THOUSANDTHS]) or 0.0
    return round_to_zero(-seconds) if "-" in time else seconds
