r"""Captions of players of old, each with a layout of its own: MPSub, AQTitle, JACOsub, RealText.

FORMAT=TIME     -->> 000025     0:00:01.00 0:00:03.00 D The ferry     <time begin="1"/>The ferry
1 2             The ferry       @30 @90 D leaves\nat nine             <time begin="3"/><clear/>
The ferry       -->> 000075
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from daemon.formats.captions.cues.cue_lines import Cue, ended_by_next, join_lines
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.captions.cues.timing import FRAMES_PER_SECOND
from daemon.formats.markup import count_plain_words
from daemon.formats.word_account import Reading, lines_of
from daemon.text.timecode import parse_timecode

KIND = "player-captions"

_LOOKED_AT = 3000  # characters
_MPSUB_FORMAT = re.compile(r"^FORMAT=(?:(TIME)|(\d{1,3}(?:\.\d{1,6})?))\s*$", re.M | re.I | re.ASCII)
_MPSUB_HEAD = re.compile(r"\s*(?:TITLE|FILE|AUTHOR|TYPE|FORMAT|NOTE)=", re.I)
_MPSUB_TIMES = re.compile(r"\s*(-?\d{1,7}(?:\.\d{1,6})?)[ \t](-?\d{1,7}(?:\.\d{1,6})?)\s*$", re.ASCII)
"""How long after the end of the one before it begins, and how long it lasts."""
_AQT_TIME = re.compile(r"-->> (\d{1,9})\s*$", re.M | re.ASCII)
_JACO_TIME = r"(?:\d{1,3}:\d\d:\d\d\.\d\d|@\d{1,9})"
_JACO_LOOKS = r"(?![AIO]\s)[A-Z][A-Z0-9]{0,9}(?!\S)|\[[^\[\]\n]{1,40}\]"
"""How a caption is to look, which may be left out; English has three words of one capital."""
_JACO_CUE = re.compile(
    rf"\s*({_JACO_TIME}) ({_JACO_TIME})(?: (?P<looks>{_JACO_LOOKS}))?(?:\s(?P<said>.*))?$", re.ASCII
)
_JACO_RATE = re.compile(r"^[^\S\n]*#T(?:IMERES)?\s?(\d{1,4})\b", re.M | re.I | re.ASCII)
_JACO_USUAL_RATE, _JACO_SHARE = 30, 0.5
_JACO_MARKS = re.compile(r"\{[^{}\n]*\}|\\[BbIiUuNDTFC]\d?|\\$|^[ \t]*#.*$", re.M)
"""Remarks, letters' looks, and lines that are no captions."""
_JACO_SPACES = re.compile(r"\\n|~")
_REAL_HEAD = re.compile(r"\s*<window\b", re.I)
_REAL_TIME = re.compile(
    r"<time\s+(?:begin|start)=\"?([\d:.]{1,15})\"?(?:\s+end=\"?([\d:.]{1,15})\"?)?\s*/?>", re.I | re.ASCII
)
_REAL_BREAK = re.compile(r"<(?:br|p|clear)\s?/?>|</p>", re.I)
_REAL_TAG = re.compile(r"</?[A-Za-z][\w:-]{0,30}(?:\s[^<>]{0,500})?/?>")


def looks_like(text: str, extension: str) -> bool:
    """Whether it begins as one of these does."""
    return _reader_of(text) is not None


def parse(text: str) -> Reading:
    """Read the captions."""
    reader = _reader_of(text)
    assert reader is not None
    return reader(text)


def _reader_of(text: str) -> Callable[[str], Reading] | None:
    head = text.lstrip()[:_LOOKED_AT]
    if _REAL_HEAD.match(head):
        return _read_real_text if _REAL_TIME.search(text) else None
    if head.startswith("-->> ") and _AQT_TIME.match(head):
        return _read_aqt
    lines = list(lines_of(head))
    if _MPSUB_FORMAT.search(head) and any(map(_MPSUB_TIMES.match, lines)):
        return _read_mpsub
    own = [line for line in lines[:-1] or lines if line.strip() and line.lstrip()[:1] != "#"]
    cues = [cue for line in own if (cue := _JACO_CUE.match(line))]
    is_jaco = _JACO_RATE.search(head) is not None or any(cue["looks"] for cue in cues)
    return _read_jacosub if is_jaco and cues and len(cues) >= _JACO_SHARE * len(own) else None


def _read_mpsub(text: str) -> Reading:
    """The captions of MPlayer, whose times count from the end of the one before."""
    reading = Reading(count_plain_words(text))
    cues = join_lines(_list_mpsub_cues(text, reading))
    read_cues([cue for cue in cues if cue.text.strip()], reading)
    return reading


def _list_mpsub_cues(text: str, reading: Reading) -> Iterator[Cue | str]:
    """The cues, and the lines below each."""
    found = _MPSUB_FORMAT.search(text)
    rate = float(found[2]) if found and found[2] else 1.0
    begun, now = False, 0.0
    for line in lines_of(text):
        if times := _MPSUB_TIMES.match(line):
            start = max(0.0, now + float(times[1]) / (rate or 1.0))
            now = max(start, start + float(times[2]) / (rate or 1.0))
            yield Cue(round(start, 3), round(now, 3), "")
            begun = True
            reading.drop("timing", count_plain_words(line))
        elif not begun or _MPSUB_HEAD.match(line):
            reading.drop("header", count_plain_words(line))
        else:
            yield line


def _read_aqt(text: str) -> Reading:
    """The captions of AQTitle, each of which stands until the next frame that is named."""
    reading = Reading(count_plain_words(text))
    _, *parts = _AQT_TIME.split(text)  # frame, text; frame, text; …
    cues = [
        Cue(round(int(at) / FRAMES_PER_SECOND, 3), 0.0, said)
        for at, said in zip(*[iter(parts)] * 2, strict=True)
    ]
    reading.drop("timing", reading.words_in_file - sum(count_plain_words(cue.text) for cue in cues))
    read_cues([cue for cue in ended_by_next(cues) if cue.text.strip()], reading)
    reading.warnings.append(
        f"The times of this AQTitle file count frames; {FRAMES_PER_SECOND:g} were taken for a second."
    )
    return reading


def _read_jacosub(text: str) -> Reading:
    """The captions of JACOsub, whose times count thirtieths of a second if the file says nothing else."""
    found = _JACO_RATE.search(text)
    rate = int(found[1]) if found and int(found[1]) else _JACO_USUAL_RATE
    bare = _JACO_SPACES.sub(" ", _JACO_MARKS.sub("", text))
    reading = Reading(count_plain_words(text))
    reading.drop("markup", max(0, reading.words_in_file - count_plain_words(bare)))
    reading.words_in_file += max(0, count_plain_words(bare) - count_plain_words(text))
    read_cues(join_lines(_list_jaco_cues(bare, rate, reading)), reading)
    return reading


def _list_jaco_cues(bare: str, rate: int, reading: Reading) -> Iterator[Cue | str]:
    """The cues, and the lines below each."""
    begun = False
    for line in lines_of(bare):
        if times := _JACO_CUE.match(line):
            said = times["said"] or ""
            reading.drop("timing", count_plain_words(line) - count_plain_words(said))
            start, end = (_read_jaco_time(times[place], rate) for place in (1, 2))
            yield Cue(start, max(start, end), said)
            begun = True
        elif begun:
            yield line
        else:
            reading.drop("header", count_plain_words(line))


def _read_jaco_time(time: str, rate: int) -> float:
    """The seconds of `0:00:01.15` or `@45`."""
    if time.startswith("@"):
        return round(int(time[1:]) / rate, 3)
    return round((parse_timecode(time[:-3]) or 0.0) + int(time[-2:]) / rate, 3)


def _read_real_text(text: str) -> Reading:
    """The captions of RealText, each of which stands until its end or the next one."""
    reading = Reading(0)
    before, *parts = _REAL_TIME.split(text)  # begin, end, text; …
    said = [_strip_tags(part) for part in (before, *parts[2::3])]
    times = [
        (parse_timecode(begin) or _read_seconds(begin), end)
        for begin, end in zip(parts[::3], parts[1::3], strict=True)
    ]
    cues = [Cue(0.0, 0.0, said[0])] if said[0].strip() else []
    cues += [Cue(start, start, words) for (start, _), words in zip(times, said[1:], strict=True)]
    ended = list(ended_by_next(cues))
    for cue, (start, end) in zip(ended[len(ended) - len(times) :], times, strict=True):
        cue.end = max(start, parse_timecode(end) or _read_seconds(end)) if end else cue.end
    reading.words_in_file = sum(count_plain_words(cue.text) for cue in ended)
    read_cues([cue for cue in ended if cue.text.strip()], reading)
    return reading


def _strip_tags(text: str) -> str:
    """The words of RealText between two times, a line for each line on the screen."""
    return _REAL_TAG.sub("", _REAL_BREAK.sub("\n", text))


def _read_seconds(time: str) -> float:
    """The seconds of `7.5`."""
    return float(time) if time.replace(".", "", 1).isdecimal() else 0.0
