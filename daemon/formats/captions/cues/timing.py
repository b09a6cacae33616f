"""The timing lines of SRT and VTT, as programs and people write them: `00:00:01,000 --> 00:00:02,500`.

First as the formats say; then as translation programs, editors and broadcasters leave them: other digits
and colons, spaces inside, a broken or escaped arrow, frames, long fractions, negative times, one time that
can't be read.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto

from msgspec import Struct

from daemon.formats.markup import TIME
from daemon.text.timecode import count_days_as_hours, parse_timecode, round_to_zero


class Doubt(Enum):
    """Why the times of a line are not to be relied on."""

    FRAMES = auto()
    UNREADABLE = auto()


class Timing(Struct, frozen=True, gc=False):
    """Start and end in seconds, None where unreadable; the text after them; what is in doubt about them."""

    start: float | None
    end: float | None
    rest: str = ""
    doubt: Doubt | None = None


_SIGN = re.compile(r"[0-9<>&]")
_SIGN_OF_ANY_SCRIPT = re.compile(r"[\d<>&←→⟶➔➡⇒►＞›»\uf0df\uf0e0\uf0e8]")
"""A digit or an arrow, one of which every timing line has, and hardly a line of speech; first in ASCII."""
_TELLING = re.compile(
    r"<-|[>←→⟶➔➡⇒＞›»~\uf0df\uf0e0\uf0e8]|--"
    r"|\d\s(?:to|bis|à|a)\s\d|\d\s?[-–—\s|,;/]\s?\d|&(?:amp;)?(?:gt|#62|rarr|#8594);|\bend\W",
    re.I,
)
_STRICT = re.compile(
    rf"\s*(?:[-*•]\s+)?(?:\d{{1,6}}[.):]?\s+)?({TIME})\s*(?:[-–—]{{1,3}}>|→)\s*({TIME})(?![\d:.,])"
    r"(?:(?:line|position|size|align|vertical|region):[^\s<]+)?(?:\s+[\w-]+:[^\s<]+)*(?:\s+(.*))?$",
    re.ASCII,
)
_USUAL = re.compile(r"(\d\d):(\d\d):(\d\d)[.,](\d{3}) --> (\d\d):(\d\d):(\d\d)[.,](\d{3})", re.ASCII)
"""What nearly all are, read at once."""
_LONGEST_BREAK = 6  # characters of `<br />`
BREAKS_AT_ENDS = re.compile(
    r"(?<![^\S\n])(?<!<br>)(?<!<br[ /]>)(?<!<br />)(?:[^\S\n]*<br ?/?>)+[^\S\n]*$", re.M | re.I
)
"""Line ends of pages behind a line, where captions were set in one; looked for where the first one begins."""
_EVENT_FIELDS = re.compile(r"(?<=\d),[^,\n]{0,40},[^,\n]{0,40},\d{1,4},\d{1,4},\d{1,4},[^,\n]{0,40},")
"""The fields between the times and the words of ASS, which some programs leave behind the times."""
_LONGEST = 200  # characters: a timing line with every setting there is has fewer
_ESCAPED_ARROW = re.compile(r"&(?:amp;)?(?:gt|#62|rarr|#8594);", re.I)
_ESCAPED_DASH = re.compile(r"&(?:amp;)?(?:#45|#821[12]|#8722|[nm]dash|minus);|\\-")
_IN_ASCII = str.maketrans(
    {
        **dict.fromkeys("：︰∶﹕꞉", ":"),
        **dict.fromkeys("，、،﹐٬", ","),
        **dict.fromkeys("．。٫", "."),
        **dict.fromkeys("；﹔", ";"),
        **dict.fromkeys("–—‐‑‒−－﹣一ー", "-"),
        **dict.fromkeys("＞›»→⟶➔➡⇒►\uf0e0\uf0e8", ">"),  # the last two are Wingdings', which Word sets
        **dict.fromkeys("\xa0\u2009\u202f\u3000", " "),
        **dict.fromkeys("'’´", "."),
        "＝": "=",
        **dict.fromkeys("←\uf0df", "<-"),
        **dict.fromkeys(
            "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        ),
    }
)
_SIDE = r"-?\s?[\dOolISBZ][\dOolISBZ:;.,\s]{2,40}?"
_ARROW = r"(?:[-=]\s?){0,3}>{1,2}"
_SETTINGS = r"(?:\s+[\w-]+:[^\s<]+)*\s*$"
_LOOSE = re.compile(rf"\s*({_SIDE})\s*{_ARROW}\s*({_SIDE}){_SETTINGS}", re.ASCII)
_BACKWARD = re.compile(rf"\s*({_SIDE})\s*<(?:-\s?){{1,3}}\s*({_SIDE})\s*$", re.ASCII)
"""How editors for scripts from right to left turn them around."""
_FULL = r"\d{1,3}[:;]\d\d[:;]\d\d[.,:;]\d{2,3}"
_ARROWLESS = re.compile(
    rf"\s*(?:\d{{1,6}}[.):]?\s{{1,3}})?({_FULL})(?:\s?[-=~|;/]{{1,3}}\s?|,\s|\s{{1,3}}(?:(?:to|bis|à|a)\s)?)({_FULL})\s*$",
    re.ASCII,
)
"""How Premiere writes them in a text, and what is left where an arrow was lost."""
_COMMAS = re.compile(r"\s*(\d{1,3}:\d\d:\d\d,\d{3}),(\d{1,3}:\d\d:\d\d,\d{3})\s*$", re.ASCII)
"""SRT's times as SBV parts them."""
_HOURLESS = r"(?:\d{1,3}[:;])?\d\d[:;]\d\d[.,:;]\d{2,3}"
_ANYTHING = r"\S{0,16}"
_ONE_BAD = re.compile(
    rf"\s*(?:({_HOURLESS})\s*{_ARROW}\s*{_ANYTHING}|{_ANYTHING}\s*{_ARROW}\s*({_HOURLESS})){_SETTINGS}",
    re.ASCII,
)
_NO_NUMBER = r"(?:(?:NaN|undefined|null|None|Infinity|inf)[:.,]?){1,4}"
_BOTH_BAD = re.compile(rf"\s*{_NO_NUMBER}\s*{_ARROW}\s*{_NO_NUMBER}{_SETTINGS}", re.I)
_NAMED_TIMES = re.compile(
    rf"\W*(?:start|begin|from|in|von)\s?[:=]?\s*({_FULL})\W+(?:end|to|out|bis|until)\s?[:=]?\s*({_FULL})\s*$",
    re.I | re.ASCII,
)
_NUMBER_LIKE = re.compile(
    r"\d|[OolISBZ]\s*[:;.,'][:;.,'\s]*[OolISBZ]|n(?:an|ull|one)|undefined|inf", re.I | re.ASCII
)
"""A digit, what looks like two with a mark between, or what stands for no number: one is in every time."""
_UNIT = re.compile(r"\d\s?[hms-]", re.I)
_UNITS = re.compile(r"(?<=\d)\s?[hm]:?\s?(?=\d)|(?<=\d)-(?=\d\d(?:-|[.,]\d))", re.I)
"""Letters or dashes between hours, minutes and seconds."""
_END_OF_SECONDS = re.compile(r"(?<=\d)\s?s\b", re.I)
_SECONDS_WITHIN = re.compile(r"(?<=\d)s(?=\d{2,3}(?:\D|$))", re.I)
"""`01s500`, before thousandths."""
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d[T ](?=\d\d:)|(?<=\d)(?:Z|[+-]\d\d:?\d\d)(?=\s|$)", re.ASCII)
"""The day before a time of the clock, and the zone behind it, as ISO 8601 writes them."""
_IN_SECONDS = re.compile(
    rf"\s*(\d{{1,6}}(?:\.\d{{1,6}})?)\s?s\s*{_ARROW}\s*(\d{{1,6}}(?:\.\d{{1,6}})?)\s?s\s*$", re.ASCII
)
_IN_BARE_SECONDS = re.compile(
    r"\s*(?=.*\d\.\d)(\d{1,6}(?:\.\d{1,9})?)\s-->\s(\d{1,6}(?:\.\d{1,9})?)\s*$", re.ASCII
)
"""`1.5 --> 3`, as scripts write numbers: of two whole ones, somebody may speak."""
_BOXED = re.compile(r"\s*[\[(*_`#]{1,3}([^\[\]()*`]*)[\])*_`]{1,3}\s*")
_BOXED_SIDES = re.compile(r"\s*[\[(]([\d:.,\s]{4,40})[\])](\s*[-=]{1,3}>\s*)[\[(]([\d:.,\s]{4,40})[\])]\s*")
"""`[00:00:01,000] --> [00:00:02,500]`"""
_WITH_DAYS = re.compile(r"\d{1,2}[:.]\d{1,2}:\d\d:\d\d[.,]\d{3,7}", re.ASCII)
"""Days before the hours, or hours twice: behind frames stands no fraction."""
_AROUND_MARKS = re.compile(r"\s*([:;.,])\s*")
_PARTS = re.compile(r"[:;.,]")
_DOUBLED = re.compile(r"([:;.,])\1+")
_LOOKS_LIKE_A_DIGIT = str.maketrans("OolISBZ", "0011582")
FRAMES_PER_SECOND = 25
"""Where a file does not say how many there are."""
_MORE_FRAMES = 30


def read_timing(line: str) -> Timing | None:
    """What the line tells, if it is a timing line."""
    if "-->" not in line:
        if not _has_signs(line):
            return None
    elif usual := _USUAL.fullmatch(line):
        begun = _read_usual(*usual.groups()[:4])
        return Timing(begun, max(begun, _read_usual(*usual.groups()[4:])))
    if "<b" in line.rstrip()[-_LONGEST_BREAK:].lower():
        line = BREAKS_AT_ENDS.sub("", line)
    found = _STRICT.match(_EVENT_FIELDS.sub(" ", line, 1) if ",0,0,0," in line else line)
    if found is None:
        return _read_loosely(line) if len(line) <= _LONGEST else None
    start, end = parse_timecode(found[1]), parse_timecode(found[2])
    if start is None or end is None:
        return Timing(start, end, found[3] or "", Doubt.UNREADABLE)
    return Timing(start, max(start, end), found[3] or "")


def _read_usual(hours: str, minutes: str, seconds: str, thousandths: str) -> float:
    return round(int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1000, 3)


def _has_signs(line: str) -> bool:
    """Whether a line without the usual arrow may have times; told in hardly any time of speech."""
    sign = _SIGN if line.isascii() else _SIGN_OF_ANY_SCRIPT
    return sign.search(line) is not None and _TELLING.search(line) is not None


def _read_loosely(line: str) -> Timing | None:
    if line.isascii() and _NUMBER_LIKE.search(line) is None:
        return None
    line = count_days_as_hours(write_in_ascii(line))
    if boxed := _BOXED.fullmatch(line):
        line = boxed[1]
    elif boxed := _BOXED_SIDES.fullmatch(line):
        line = "".join(boxed.groups())
    if found := _IN_SECONDS.match(line) or _IN_BARE_SECONDS.match(line):
        return Timing(float(found[1]), max(float(found[1]), float(found[2])))
    if ">" in line:
        line = _DAY.sub("", line) if "-" in line else line
    if ">" in line and _UNIT.search(line):
        line = _END_OF_SECONDS.sub("", _SECONDS_WITHIN.sub(".", _UNITS.sub(":", line)))
    if (
        found := _NAMED_TIMES.match(line)
        or _LOOSE.match(line)
        or _ARROWLESS.match(line)
        or _COMMAS.match(line)
    ):
        sides = [_read_side(found[1]), _read_side(found[2])]
    elif found := _ONE_BAD.match(line):
        sides = [_read_side(found[1] or ""), _read_side(found[2] or "")]
    elif found := _BACKWARD.match(line):
        sides = [_read_side(found[2]), _read_side(found[1])]
    elif _BOTH_BAD.match(line):
        return Timing(None, None, doubt=Doubt.UNREADABLE)
    else:
        return None
    (start, framed), (end, _) = sides
    if start is None and end is None:
        return None
    if start is None or end is None:
        return Timing(start, end, doubt=Doubt.UNREADABLE)
    return Timing(start, max(start, end), doubt=Doubt.FRAMES if framed else None)


def write_in_ascii(line: str) -> str:
    """The line with the digits, colons and arrows of ASCII."""
    line = _ESCAPED_ARROW.sub(">", line.translate(_IN_ASCII)).replace("\\>", ">")
    line = _ESCAPED_DASH.sub("-", line) if ">" in line else line
    if line.isascii():
        return line
    digits = (unicodedata.decimal(char, None) for char in line)
    return "".join(char if digit is None else str(digit) for char, digit in zip(line, digits, strict=True))


def read_time(text: str) -> tuple[float | None, bool]:
    """The seconds of a single time in any spelling, or None; and whether it counts frames."""
    if len(text) > _LONGEST:
        return None, False
    if (usual := parse_timecode(text)) is not None:
        return usual, False
    return _read_side(count_days_as_hours(write_in_ascii(text)))


def _read_side(side: str) -> tuple[float | None, bool]:
    """The time on one side of the arrow, None where there is no time; and whether it counts frames."""
    number, space, time = _AROUND_MARKS.sub(r"\1", side.strip()).partition(" ")
    side = time if space and number.isdecimal() else number + time  # the cue's number may stand before it
    side = _DOUBLED.sub(r"\1", "".join(side.split())).translate(_LOOKS_LIKE_A_DIGIT).rstrip(":;.,")
    parts = [part or "0" for part in _PARTS.split(side.lstrip("-"))]
    marks = _PARTS.findall(side)
    if len(parts) < 2 or not all(part.isdecimal() and len(part) <= 20 for part in parts):
        return None, False
    if _WITH_DAYS.fullmatch(side):
        hours = int(parts[0]) * 24 + int(parts[1])
        parts, marks = [str(hours), *parts[2:]], marks[1:]
    whole = _count_whole_parts(marks)
    framed = len(parts) > whole and marks[whole - 1] in ":;" and len(parts[whole]) == 2
    seconds = 0.0
    for part in parts[:whole]:
        seconds = seconds * 60 + int(part[-9:])
    if len(parts) > whole:
        seconds += _of_frames(int(parts[whole])) if framed else float(f"0.{parts[whole]}")
    return round_to_zero(round(-seconds if side.startswith("-") else seconds, 3)), framed


def _count_whole_parts(marks: list[str]) -> int:
    """How many of the parts that these marks divide are hours, minutes and seconds; then comes a fraction."""
    if len(marks) > 2:
        return 3
    if marks[-1] in ":;":
        return len(marks) + 1
    return 3 if marks == [".", "."] else len(marks)


def _of_frames(frames: int) -> float:
    return frames / (FRAMES_PER_SECOND if frames < FRAMES_PER_SECOND else max(_MORE_FRAMES, frames + 1))
