"""The cues of SRT and VTT files: timing lines, and the lines that stand between them.

One reader serves both kinds, since real files mix them: commas in VTT, SRT without numbers, cues not
parted by blank lines, blank lines inside a cue. Only a timing line begins a cue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from daemon.formats.captions.cues.timing import Doubt, read_timing
from daemon.formats.captions.cues.timing import Timing as Line
from daemon.formats.markup import count_plain_words
from daemon.formats.word_account import Reading, lines_of

_NUMBER = re.compile(
    r"\s*(?:(?:subtitle|caption|cue|untertitel|sous-titre|subtítulo|sottotitolo|legenda|субтитр)\s{1,3})?"
    r"[#(\[*_]{0,3}(\d{1,9})[.):\]*_]{0,3}\s*$",
    re.I,
)
_CUT_OFF = re.compile(
    r"\s*(?:0\d?|\d{1,3}:(?:\d{0,2}|(\d\d[:.,])[\d:.,]{0,8}\s*+(?:-{1,2}>?\s*+[\d:.,]{0,12})?))\s*", re.ASCII
)
"""The times of a last cue in which the file was cut off: `00:01:02,5`, `00:01:02,500 --> 00:`."""
_FENCE = re.compile(r"\s*`{3,}\s?\w{0,12}\s*")
"""A line of Markdown around code, in which chat programs give captions."""
_NAMES_OF_KINDS = ("srt", "subrip", "vtt", "webvtt", "sbv", "subtitles", "captions")
"""What stands alone above all cues where somebody copied them out of a fence, or named their kind."""
_ARROW = re.compile(r"\s*-{1,2}>\s*")
_LINE_BREAK = re.compile(r"</?[bB][rR] ?/?>|(?<![:\\])\\N|(?P<unbroken><v[ .\t][^<>\n]*>|\{\\[^{}<>\n]*\})")
"""A line end as pages and ASS write it; or a voice tag or a code of ASS, in which there is none."""
_BREAK_TAG = re.compile(r"</?[bB][rR] ?/?>")
_LEAST_TIMINGS, _TIMINGS_SHARE = 3, 0.2
_HEAD_LINES = 3  # how many lines may stand before the first timing line
_HEADER = re.compile(r"WEBVTT[ \t](?:FILE\s*$|[-–—:]|\S.{0,40}[^.?!\s]\s*$)")
_CLOCK_MAP = "X-TIMESTAMP-MAP="
"""What HTTP live streaming says of the clock, which stands below a blank line in some files."""
_REGION = re.compile(r"Region:(?:\s+\w+=\S+)+\s*$")
"""A region as the first drafts of WebVTT wrote it, one a line: `Region: id=left width=40%`."""
_COMMENT = re.compile(r"(?:(NOTE)(?:\s.*)?|(STYLE|REGION)\s*)$")
_LANGUAGE = re.compile(r"Language:\s*([A-Za-z][\w-]{0,34})\s*$")


Timing = tuple[float, float, str]
"""Start and end in seconds, and the text after them."""


@dataclass(slots=True)
class Cue:
    """What is on the screen from `start` to `end` (seconds): raw text, blank lines too.

    `voice` is who speaks, where the name of the cue says so.
    """

    start: float
    end: float
    text: str
    voice: str | None = None

    @property
    def lines(self) -> list[str]:
        """The raw lines."""
        return self.text.split("\n")


def with_lines(cue: Cue) -> Cue:
    """The cue with line ends for what stands for one, so that a name may begin the line behind it."""
    if "\\N" not in cue.text and ("<" not in cue.text or _BREAK_TAG.search(cue.text) is None):
        return cue
    text = _LINE_BREAK.sub(lambda found: found["unbroken"] or "\n", cue.text)
    return cue if text == cue.text else replace(cue, text=text)


def is_mostly_captions(text: str) -> bool:
    """Whether there are about as many timing lines as captions have, wherever the first one stands."""
    lines = timings = 0
    for line in lines_of(text):
        lines += bool(line.strip())
        timings += read_timing(line) is not None
    return timings >= _LEAST_TIMINGS and timings >= _TIMINGS_SHARE * lines


def begins_as_captions(text: str) -> bool:
    """Whether a timing line stands near the beginning: below a number and, in some files, a title."""
    place = timing_place(text)
    return place is not None and place < _HEAD_LINES


def timing_place(text: str) -> int | None:
    """How many lines with something on them stand before the first timing line; None without one."""
    before = 0
    for line in lines_of(text):
        if read_timing(line) is not None:
            return before
        before += bool(line.strip())
    return None


def ended_by_next(cues: Iterable[Cue]) -> Iterator[Cue]:
    """The cues of a kind without ends, each ending where the next one begins."""
    before: Cue | None = None
    for cue in cues:
        if before is not None:
            yield replace(before, end=max(before.end, cue.start))
        before = cue
    if before is not None:
        yield before


def join_lines(pieces: Iterable[Cue | str]) -> list[Cue]:
    """The cues, each with the lines that follow it below its own; joined once, as there may be very many."""
    cues: list[Cue] = []
    below: list[str] = []
    for piece in chain(pieces, [None]):
        if isinstance(piece, str):
            below.append(piece)
            continue
        if below:
            cues[-1].text = "\n".join([*filter(None, [cues[-1].text]), *below])
            below.clear()
        cues += [piece] if piece else []
    return cues


def gather_cues(
    lines: Iterable[str], timing: Callable[[str], Timing | None], reading: Reading
) -> Iterator[Cue]:
    """The cues of a kind without numbers and names: a timing line begins one, all others go on with it."""
    cue: Cue | None = None
    own: list[str] = []
    for line in lines:
        if (found := timing(line)) is None:
            own.append(line)
            continue
        yield from _close_cue(cue or _before_all(own, found[0], reading), own)
        reading.drop("timing", count_plain_words(line) - count_plain_words(found[2]))
        cue, own = Cue(found[0], found[1], ""), [found[2]]
    if cue is None:
        reading.drop("header", sum(map(count_plain_words, own)))
    yield from _close_cue(cue, own)


def split_cues(
    text: str, reading: Reading, *, vtt: bool, voices: Mapping[str, str] | None, named: bool
) -> Iterator[Cue]:
    """The cues in the order of the file; every word that is not theirs is booked in `reading`.

    `vtt` says whether comments and styles are looked for, `named` whether cue names of any form are; `voices`
    gives the speakers that names of cues stand for.
    """
    voices = voices or {}
    cue: Cue | None = None
    lines: list[str] = []  # what stands before the first cue, then each cue's own
    number = None
    clock = _Clock()
    escapes = vtt and "-->" in text  # an arrow that is said is escaped there
    for line in _without_fences(
        _without_comments(lines_of(text), reading) if vtt else lines_of(text), reading
    ):
        is_said = escapes and "&gt;" in line and "-->" not in line
        if is_said or (found := _read_timing_below(lines, number, line)) is None:
            lines.append(line)
            continue
        begins = cue is None and bool(lines) and lines[-1].strip() in ("0", "1")
        parted = begins or (not lines[-2].strip() if len(lines) > 1 else cue is None)
        voice = voices.get(lines[-1].strip()) if lines else None
        if voice is not None:
            reading.drop("speaker", count_plain_words(lines.pop()))
            parted = True
        # above a blank line, where no cue had a number yet, 1 is what is said: a countdown
        if cue is None or number is not None or (lines and lines[-1].strip()):
            number = _drop_name(lines, number, reading, parted=parted, any_form=named and voice is None)
        start, end = clock.read(found, line)
        yield from _close_cue(cue or _before_all(lines, start, reading), lines)
        reading.drop("timing", count_plain_words(line) - count_plain_words(found.rest))
        lines = [found.rest] if found.rest else []
        cue = Cue(start, end, "", voice)
    if cue is None:
        reading.drop("header", sum(map(count_plain_words, lines)))
    _drop_beginning(lines, number, reading)
    yield from _close_cue(cue, lines)
    reading.warnings += clock.warnings()


def _without_fences(lines: Iterable[str], reading: Reading) -> Iterator[str]:
    """The lines without those that open or close a block of code, in which a person pasted captions."""
    for line in lines:
        if "```" in line and _FENCE.fullmatch(line):
            reading.drop("markup", count_plain_words(line))
        else:
            yield line


def _read_timing_below(lines: list[str], number: int | None, line: str) -> Line | None:
    """What a line tells, if it is a timing line; below the number that is due an arrow alone is one."""
    if ">" not in line or not _ARROW.fullmatch(line):
        return read_timing(line)
    above = _NUMBER.match(lines[-1]) if lines else None
    due = above is not None and int(above[1]) in ((0, 1) if number is None else (number + 1,))
    return Line(None, None, doubt=Doubt.UNREADABLE) if due else None


def _close_cue(cue: Cue | None, lines: list[str]) -> Iterator[Cue]:
    if cue is not None:
        cue.text = "\n".join(lines)
        yield cue


def _before_all(lines: list[str], start: float, reading: Reading) -> Cue | None:
    """What stands before the first timing line as a cue of its own, since it may be speech."""
    words = sum(map(count_plain_words, lines))
    if not words:
        return None
    if " ".join(lines).strip().casefold() in _NAMES_OF_KINDS:
        reading.drop("header", words)
        return None
    what = "1 word stands" if words == 1 else f"{words:,} words stand"
    reading.warnings.append(f"{what} before the first time; when they were said is not known.")
    return Cue(0.0, start, "")


@dataclass(slots=True)
class _Clock:
    """The times of the cues one after the other, and which of them are estimates."""

    now: float = 0.0
    doubtful: dict[Doubt, list[str]] = field(default_factory=dict)

    def read(self, line: Line, raw: str) -> tuple[float, float]:
        """Start and end; a start that can't be read is the end of the cue before, an end its own start."""
        start = line.start
        if start is None:
            start = self.now if line.end is None else min(self.now, line.end)
        self.now = max(start, line.end if line.end is not None else start)
        if line.doubt is not None:
            self.doubtful.setdefault(line.doubt, []).append(" ".join(raw.split()))
        return start, self.now

    def warnings(self) -> Iterator[str]:
        """A sentence for each kind of doubt, with the first line that is in doubt."""
        for doubt, lines in self.doubtful.items():
            many = "1 line" if len(lines) == 1 else f"{len(lines):,} lines"
            yield f"{_DOUBTS[doubt]} ({many}, first: {lines[0]})."


_DOUBTS = {
    Doubt.FRAMES: "Times with frames were read at 25 frames a second, so they may be up to a second off",
    Doubt.UNREADABLE: "Times that can't be read were estimated from the cues around them",
}


def _without_comments(lines: Iterable[str], reading: Reading) -> Iterator[str]:
    """The lines but the header and the comment and style blocks, which end at a blank or timing line.

    A blank line within the braces of a style does not end it.
    """
    reason, at_start, above, braces = "", True, None, 0
    for line in lines:
        blank = not line.strip()
        begins = above is None and line.strip(' \t"').upper().startswith("WEBVTT")
        alone = line.rstrip() == "WEBVTT" and (not above or read_timing(above) is None)  # else it is said
        if begins or alone or (at_start and _HEADER.match(line)):
            reason, at_start = "header", False  # in the middle, too, where files were joined
        above = line
        if at_start and (found := _COMMENT.match(line)):
            reason, braces = "note" if found[1] else "style", 0
        elif at_start and (line.startswith(_CLOCK_MAP) or _REGION.match(line)):
            reason = "header"
        elif (blank and not (reason == "style" and braces > 0)) or (reason and read_timing(line)):
            reason = ""
        braces += line.count("{") - line.count("}") if reason == "style" else 0
        at_start = blank
        if not reason:
            yield line
            continue
        if reason == "header" and (language := _LANGUAGE.match(line)):
            reading.language = language[1]
        reading.drop(reason, count_plain_words(line))


def _drop_beginning(lines: list[str], number: int | None, reading: Reading) -> None:
    """Take off the number of one more cue, and what there is of its times, where a file was cut off in it."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    begun = _CUT_OFF.fullmatch(lines[filled[-1]]) if filled else None
    for first in filled[-2 if begun else -1 :]:
        found = _NUMBER.match(lines[first])
        due = found is not None and number is not None and int(found[1]) == number + 1
        timed = number is None and begun is not None and begun[1] is not None and first == filled[-1]
        if (due or timed) and first > filled[0] and not lines[first - 1].strip():
            reading.drop("cue number", count_plain_words(lines[first]) if due else 0)
            reading.drop("timing", sum(map(count_plain_words, lines[first + due :])))
            del lines[first:]
            return


def _drop_name(
    lines: list[str], number: int | None, reading: Reading, *, parted: bool, any_form: bool
) -> int | None:
    """Take the number or name of the next cue off the lines before its timing; the last known number.

    A line is a name where a blank line stands before it. Directly below text only the number that is
    due is one, since a cue may well say "12".
    """
    if not lines or not lines[-1].strip():
        return _drop_distant_number(lines, number, reading)
    found = _NUMBER.match(lines[-1])
    due = found is not None and number is not None and int(found[1]) == number + 1
    if not (due or (parted and (found or any_form))):
        return number
    reading.drop("cue number" if found else "cue name", count_plain_words(lines.pop()))
    return int(found[1]) if found else number


def _drop_distant_number(lines: list[str], number: int | None, reading: Reading) -> int | None:
    """Take off the number that is due where blank lines part it from its timing; the last known number."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    place = filled[-1] if filled else None
    found = _NUMBER.match(lines[place]) if place is not None else None
    if place is None or found is None or (place and lines[place - 1].strip()):
        return number
    if int(found[1]) not in ((0, 1) if number is None else (number + 1,)):
        return number
    reading.drop("cue number", count_plain_words(lines[place]))
    del lines[place:]
    return int(found[1])
