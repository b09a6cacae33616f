r"""Lists of time codes that count frames, as editors and broadcasters hand captions on, in many layouts.

0001  00:00:19:13  00:00:22:10  The ferry      TIMEIN: 00:00:19:13  DURATION: 02:22  TIMEOUT: --:--:--:--
leaves at nine.                                The ferry leaves at nine.

10:00:05:16 The ferry leaves//at nine.         The ferry leaves at nine.
10:00:08:19                                    00:00:19.13\00:00:22.10
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from daemon.formats.captions.cues.cue_lines import Cue, join_lines
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.captions.cues.table_columns import columns_of
from daemon.formats.captions.cues.timing import read_time
from daemon.formats.markup import count_plain_words
from daemon.formats.word_account import Reading, lines_of
from daemon.text.timecode import parse_timecode

KIND = "time-code-captions"

_CODE = r"(?<![\d:;])\d{1,2}[:;]\d\d[:;]\d\d[:;.,]\d{2,3}(?:\.\d\d)?(?![\d:;])"
_CODES = re.compile(_CODE, re.ASCII)
_FRAMES = re.compile(r"\d[:;]\d\d[:;]\d\d[:;]\d")
_PARTS = re.compile(r"[:;.,]")
_QUOTED = re.compile(r"[,;\t]\"")
_JACOSUB = re.compile(r"\d:\d\d:\d\d\.\d\d \d:\d\d:\d\d\.\d\d ", re.ASCII)
_FIELD = (
    r"subtitle|caption|title|time ?in|start|in|sub|region|marker|tc|t|dur(?:ation|ée)?|time ?out|end|out|to"
)
_BESIDE = re.compile(rf"[\W\d_]*(?:\b(?:{_FIELD})\b[\W\d_]*|\b[NIBVAC]\d?\b[\W\d_]*){{0,4}}", re.I)
"""What may stand around the times and is no speech: numbers, signs and the names of fields."""
_TAIL = re.compile(rf"(?:{_BESIDE.pattern}|\W*\d{{1,3}}c\W*)", re.I)
_LENGTH = re.compile(r"^\s*(?:[-–]\s*)?(?:\d\d:\d\d|\d{1,2}\.\d\d)(?=\s)\s*", re.ASCII)
"""How long the caption stays, in seconds and frames, behind its times."""
_STYLE = re.compile(r"(?:Default )?NTP\s")
"""The name of a style, as TurboTitler and ZeroG write it before the words."""
_OTHER_LINE = re.compile(r"(?:\[\d{1,5}\]|/file\s+\d+|[\d ]{2,30})\s*$", re.ASCII)
"""A caption's number, or the codes of its colours, on a line of its own."""
_HEAD = re.compile(r"\W*(?:[@#*$/{<\[]|\w[\w ]{0,30}(?:=|:\s)|[A-Z][A-Z _-]+$)")
_HASHED = re.compile(r"\s*#[^\s\d]")
_ARROW = re.compile(r"[-=]>|→|\.\d{3}(?!\d)")
"""Between times of other layouts, and a fraction in thousandths, which counts no frames."""
_PROGRAM = re.compile(r"\W*(?:structured titles|SCC_disassembly)\b", re.I)
"""How a program's own head begins, of which no line is speech."""
_BRACES = re.compile(r"\s*[{}()*]+\s*")
_LINE_END = re.compile(r"\{N\}|(?<![:/])//(?!/)|\|")
_CODED = re.compile(r"\{[^{}\n]{1,60}\}")
_LEAST, _SHARE = 3, 0.2
_MOST_CODES = 3  # start, end and length
_LOOKED_AT = 400  # lines
_MOST_HEAD = 25  # lines before the first time
_FRAMES_PER_SECOND = "Times with frames were read at 25 frames a second, so they may be up to a second off."


@dataclass(frozen=True, slots=True)
class _Line:
    """A line's times in seconds, and what is said on it, before and behind them."""

    start: float
    end: float | None
    before: str
    behind: str
    framed: bool


def looks_like(text: str, extension: str) -> bool:
    """Whether time codes stand on a fifth of the lines, and nothing beside them but numbers and captions."""
    if _CODES.search(text) is None:
        return False
    lines = [line for line in islice(lines_of(_unmark(text)), _LOOKED_AT) if line.strip()]
    first = next((at for at, line in enumerate(lines) if _CODES.search(line)), 0)
    coded = [line for line in lines[first:] if _CODES.search(line)]
    if len(coded) < max(_LEAST, _SHARE * (len(lines) - first)) or not _begins_so(lines, first):
        return False
    if any(_QUOTED.search(line) or _JACOSUB.match(line) for line in coded):
        return False  # a table, or captions with codes before their words
    if "\t" in text and (table := columns_of(text)) is not None and table[1].speaker is not None:
        return False
    read = [_read_line(line) for line in coded]
    usual = [line for line in read if line is not None]
    if len(usual) < 0.9 * len(coded):
        return False
    framed = sum(line.framed for line in usual)
    paired = sum(line.end is not None for line in usual)
    plain = not any(_ARROW.search(line) for line in coded)
    return framed * 2 > len(usual) or (plain and paired >= 0.9 * len(usual))


def _begins_so(lines: list[str], first: int) -> bool:
    """Whether nothing but a head or a caption stands before the first line with a time."""
    head = [line for line in lines[:first] if not _HEAD.match(line)]
    titled = any("\t" in line or '"' in line or ("," in line and "," in lines[first]) for line in head)
    return len(head) <= _LEAST and first <= _MOST_HEAD and not titled


def parse(text: str) -> Reading:
    """Read the captions."""
    text = _unmark(text)
    reading = Reading(count_plain_words(text))
    lines = lines_of(text)
    hashed = _HASHED.match(text.lstrip("\n")) is not None
    pairs = [(line, _read_line(line)) for line in lines if not (hashed and _is_mark(line, reading))]
    if any(found.framed for _, found in pairs if found is not None):
        reading.warnings.append(_FRAMES_PER_SECOND)
    cues = _gather_above(pairs, reading) if _stand_below(pairs) else join_lines(_gather(pairs, reading))
    for cue, after in zip(cues, [*cues[1:], None], strict=True):
        if cue.end <= cue.start and after is not None:
            cue.end = max(cue.start, after.start)
    read_cues([cue for cue in cues if cue.text.strip()], reading)
    return reading


def _unmark(text: str) -> str:
    """The text with line ends for the marks that stand for them, without codes in braces."""
    return _CODED.sub(" ", _LINE_END.sub("\n", text)) if re.search(r"[{|]|//", text) else text


def _is_mark(line: str, reading: Reading) -> bool:
    """Whether a line is a mark of a file that has such (`#Subtitle text end`), which is booked."""
    if _HASHED.match(line) is None:
        return False
    reading.drop("header", count_plain_words(line))
    return True


def _read_line(line: str) -> _Line | None:
    """What a line with times holds; None without times, or with words before them that are no caption."""
    codes = list(islice(_CODES.finditer(line), _MOST_CODES + 1))
    if not 0 < len(codes) <= _MOST_CODES:
        return None
    before, behind = line[: codes[0].start()], line[codes[-1].end() :]
    between = [line[one.end() : other.start()] for one, other in pairwise(codes)]
    if not all(map(_BESIDE.fullmatch, between)):
        return None
    said = "" if _BESIDE.fullmatch(before) else before
    if said and not _BESIDE.fullmatch(behind):
        return None
    behind = "" if _TAIL.fullmatch(behind) else _without_fields(behind)
    times = [_read_code(code[0]) for code in codes]
    end = times[1] if len(times) > 1 and times[1] >= times[0] else None
    framed = any(map(_FRAMES.search, (code[0] for code in codes)))
    return _Line(times[0], end, said.rstrip(" \t<["), behind, framed)


def _without_fields(behind: str) -> str:
    """What stands behind the times without the length of the caption, and marks at its beginning."""
    return _STYLE.sub("", _LENGTH.sub("", behind).lstrip(" \t,;=>]"))


def _read_code(code: str) -> float:
    frames = code.rsplit(".", 1)[0] if code.count(".") == 1 and len(_PARTS.findall(code)) > 3 else code
    return read_time(frames)[0] or parse_timecode(frames) or 0.0


def _stand_below(pairs: list[tuple[str, _Line | None]]) -> bool:
    """Whether the times, each with its end, stand below what is said, or behind it, to the last one."""
    filled = [(line, found) for line, found in pairs if line.strip()]
    timed = [found for _, found in filled if found is not None]
    if not filled or filled[-1][1] is None or any(found.end is None or found.behind for found in timed):
        return False
    behind = all(found.before for found in timed)
    first = next(at for at, (_, found) in enumerate(filled) if found is not None)
    spoken = [line for line, _ in filled[:first] if not _HEAD.match(line)]
    is_silent = timed[0].start == 0 and timed[0].end == 0  # as the first caption of some files
    return behind or bool(spoken) or (first > 0 and filled[first - 1][1] is None and is_silent)


def _gather_above(pairs: list[tuple[str, _Line | None]], reading: Reading) -> list[Cue]:
    """The cues where the times stand below or behind the words."""
    cues: list[Cue] = []
    own: list[str] = []
    for line, found in pairs:
        if found is not None:
            reading.drop("timing", count_plain_words(line) - count_plain_words(found.before))
            cues.append(Cue(found.start, found.end or found.start, "\n".join([*own, found.before])))
            own = []
        elif not cues and _HEAD.match(line) and not own:
            reading.drop("header", count_plain_words(line))
        else:
            own.append(line)
    reading.drop("header", sum(map(count_plain_words, own)))
    return cues


def _gather(pairs: list[tuple[str, _Line | None]], reading: Reading) -> Iterator[Cue | str]:
    """The cues where the times stand above or before the words, and the lines below each.

    One time alone may end a cue.
    """
    cue, has_words = None, False
    filled = [(line, found) for line, found in pairs if line.strip()]
    for at, (line, found) in enumerate(filled):
        if found is None:
            if reason := _find_reason(filled, at, first=cue is None):
                reading.drop(reason, count_plain_words(line))
                continue
            if cue is None:
                cue = Cue(0.0, 0.0, "")
                yield cue
            has_words = True
            yield line
            continue
        said = found.before or found.behind
        reading.drop("timing", count_plain_words(line) - count_plain_words(said))
        alone = cue is not None and cue.end <= cue.start and not said and found.end is None
        if cue is not None and alone and _ends_cue(filled, at, has_words=has_words):
            cue.end = max(cue.start, found.start)
        else:
            cue = Cue(found.start, found.end if found.end is not None else found.start, said)
            has_words = bool(said.strip())
            yield cue


def _find_reason(filled: list[tuple[str, _Line | None]], at: int, *, first: bool) -> str | None:
    """Why a line without times is none of the speech; None where it is. `first`: no time stands above it."""
    line = filled[at][0]
    if _BRACES.fullmatch(line):
        return "markup"
    if first:
        named = _PROGRAM.match(filled[0][0]) is not None
        return "header" if named or _HEAD.match(line) else None
    beside = any(found is not None for _, found in filled[at - 1 : at + 2 : 2])
    return "cue number" if beside and _OTHER_LINE.match(line) else None


def _ends_cue(filled: list[tuple[str, _Line | None]], at: int, *, has_words: bool) -> bool:
    """Whether a time alone is the end of the cue before, which has none: a time follows, or nothing.

    `has_words`: that cue says something.
    """
    follows = at + 1 == len(filled) or filled[at + 1][1] is not None
    return follows if has_words else not follows
