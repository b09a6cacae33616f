"""One line's time and name, in whatever notation they stand."""

from __future__ import annotations

import re

from msgspec.structs import replace

from daemon.formats.documents.lines.heads.head import Head
from daemon.formats.speakers.labels import Label, find_label, find_label_in
from daemon.formats.speakers.names import Likeness, begins_with_particle, is_sound, likeness_of
from daemon.formats.word_account import dropped_of
from daemon.text.timecode import parse_timecode
from daemon.text.transcript import count_words

_TIME = (
    r"(?:\d{1,4}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
    r"|\d{1,2}\.\d{2}\s?[AaPp]\.?[Mm]\b\.?)"
)
_RANGE = rf"({_TIME})(?:\s*(?:-{{1,2}}>|-{{1,2}}|[–—→~]|\b(?:to|bis)\b)\s*({_TIME}))?"
_BRACKETED = re.compile(rf"\s*(?:\[\s*{_RANGE}\s*\]|\(\s*{_RANGE}\s*\))(?:\s*[-–—:|](?=\s|$))?\s*", re.ASCII)
IN_SECONDS = re.compile(
    r"(?<!\s)\s*\[\s*(?:(\d{1,6}(?:\.\d{1,20})?)\s?s?\s*(?:-{1,2}>|[-–—→]|to)\s*(\d{1,6}(?:\.\d{1,20})?)\s?s?|(\d{1,6}(?:\.\d{1,20})?)\s?s)"
    r"\s*\](?:\s*[-–—:](?=\s|$))?\s*",
    re.ASCII,
)
"""`[12.5 - 15.2] text` and `[12.5s] text`, as programs write the seconds."""
_AFTER_NAME = re.compile(
    r"\s*([^\[\](){}]{1,60}?)\s{0,9}(?:\[([^\[\]]{3,40})\]|\(([^()]{3,40})\))\s*(?::(?=\s|$)|$)"
)
_SAID = rf"{_TIME} (?:to|bis) {_TIME}(?!\s*$|\s+(?!Uhr\b)[^\W\d_][^:]{{0,40}}:(?:\s|$))"
"""`9:00 to 9:30 is breakfast`: neither a line of its own nor before who speaks."""
_BARE = re.compile(rf"\s*(?!{_SAID}){_RANGE}(?:\s*[-–—:|]|(?<=[Mm.]),)?(?:\s+|$)", re.ASCII)
_GAP = 60  # spaces between a name and its time, at most: a search through millions would take seconds
_NAMED = re.compile(rf"\s*(\S.{{0,80}}?)\s{{0,{_GAP}}}[\[(]({_TIME})[\])]\s*(?::(?=\s|$)|$)", re.ASCII)
_NAMED_BARE = re.compile(
    rf"\s*(\S.{{0,80}}?)(?:(?:\s|[|,;·•@–—-]){{1,{_GAP}}}|(?<=[^\s\d]):(?=\d\d:\d\d:\d\d)){_RANGE}\s*+(?::\s*)?$",
    re.ASCII,
)
_NAMED_INSIDE = re.compile(
    rf"\s*(\S.{{0,60}}?)(?:\s{{0,{_GAP}}}[\[(]({_TIME})[\])]\s|(?:\t|\s\s)\s{{0,{_GAP}}}({_TIME})(?:\t|\s\s))",
    re.ASCII,
)
"""`Ann Smith (0:15) text` and `Ann Smith  0:15  text`: what is said stands on the same line, and no colon."""
_TOGETHER = re.compile(
    rf"\s*[\[(<{{]\s*+(?:([^\[\]()<>{{}}]{{1,60}}?)[\s,;@|/–—-]{{1,5}}({_TIME})(?:\s?[|–—-]\s?({_TIME}))?"
    rf"|({_TIME})[\s,;|/:–—-]{{1,5}}([^\[\]()<>{{}}]{{1,60}}?))"
    r"\s*[\])>}}](?::(?=\s|$)|(?=\s|$))",
    re.ASCII,
)
"""`[SPEAKER_1 0:02] text`, `<Ann 0:02> text`, `[Ann|0:02|0:06] text` and `(0:02, Ann) text`."""
_HALVES_OF_DAY = ("AM", "PM", "A.M.", "P.M.")
_MARK = r"#\d{2}:\d{2}:\d{2}(?:[-.,]\d{1,3})?#"
_BARE_MARK = r"[\[(]?\d{2}:\d{2}:\d{2}-\d{1,2}[\])]?"
_TURN_MARK = re.compile(  # within a word it would part it
    rf"(?<!\S){_MARK}|{_MARK}(?!\S)|^{_BARE_MARK}(?=\s)|(?<=\s){_BARE_MARK}$", re.ASCII
)
"""The time of a turn as f4 and MAXQDA write it, mostly at the end of the turn."""
_MAY_END_MARK = re.compile(r":\d\d[-.,#]")
"""What each of these holds, found at once in an hour of speech on one line."""
_CLOSING_PAIR = re.compile(r"(?<=\S)\s+\[(\d{1,3}:\d{2}:\d{2})\]\s?\[\d{1,5}\.\d\]$", re.ASCII)
"""`[00:00:04][3.0]`, as Trint ends a paragraph: when it is over, and how many seconds it took."""
_SEPARATORS = " \t|,;·•@–—-:"
_CLOSE_TO_NAMES = (Likeness.SURE, Likeness.NAME, Likeness.LETTER, Likeness.LISTED, Likeness.ROLE)
_DIGIT = re.compile(r"\d")
_ODD_SPACE = re.compile("[\xa0\u2000-\u200a\u202f\u3000]")
"""Spaces of other widths, which the patterns don't know."""
_LENGTH = re.compile(
    r"\W{0,3}(?:(?:recording|audio|video|file|total)\s)?(?:length|duration|runtime|dauer|länge|laufzeit|durée|duración"
    r"|durata|duração|duur|längd|długość|длительность)\W{0,3}:",
    re.I,
)
"""A field that tells how long the recording is: no time at which something was said."""
_BOXED = rf"(?:\[{_TIME}\]|\({_TIME}\))"
_BOXED_SPAN = (
    rf"(?:\[{_TIME}\s*(?:-{{1,2}}>|[-–—→])\s*{_TIME}\]|\({_TIME}\s*(?:-{{1,2}}>|[-–—→])\s*{_TIME}\))"
)
_EMPHASISED = re.compile(
    rf"(\*{{1,3}}|_{{1,3}}|`)(?:({_BOXED}|{_TIME})\1"  # **[00:15]** text
    rf"|(\[(?=[^\[\]]{{0,80}}\d:\d\d)[^\[\]*`]{{1,80}}\]:?)\1"  # **[Ann 00:15]** text
    rf"|((?:{_BOXED}|{_TIME})(?:\s|,\s)[^*`]{{1,60}}?(?::\1|\1:))"  # **[00:15] Ann:** text
    rf"|([^*`]{{1,60}}?\s?{_BOXED}(?::\1|\1:|\1$))"  # **Ann [00:15]:** text
    rf"|({_BOXED_SPAN}\s[^*`]{{1,60}}?(?::\1|\1:|\1$))"  # **[00:15 → 00:20] Ann**
    rf"|((?:{_BOXED}|{_TIME})(?:\s|,\s|\s?[|–—-]\s)[^*`:]{{1,60}}?\1$))",  # **00:15 | Ann**
    re.ASCII,
)
_DECORATED_END = re.compile(rf"(?<=\s)([*_`]{{1,3}})({_TIME})\1$", re.ASCII)
_LINKED = re.compile(
    rf"([*_`]{{0,3}}(?:[^\[\]\\]{{1,60}}[*_:]{{0,3}}\s)?)"
    rf"(?:\(?\[[(*_`]{{0,3}}({_TIME})[)*_`]{{0,3}}\]\([^()\s]*\)\)?|\\\[({_TIME})\\\])(?=[\s*_`:]|$)",
    re.ASCII,
)
_HEADED = re.compile(
    rf"#{{1,6}}\s++((?:[^#]{{1,80}}?[\s,|–—-]{{1,5}})?(?:{_BOXED}|{_TIME}|{_BOXED_SPAN})(?:[\s,|–—-]{{1,5}}[^#]{{1,80}}?)?:?)\s*#*$",
    re.ASCII,
)
"""A heading of Markdown with a time in it: `### Ann (0:15)`."""
_HEAD_CHARACTERS = 200  # no mark is looked for beyond


def read_head(line: str) -> Head:
    """The head of a line, in whichever notation its time and name stand."""
    line = line.strip()
    if not line.isascii():
        line = _ODD_SPACE.sub(" ", line)
    if not line or not _DIGIT.search(line, 0, 100) or _LENGTH.match(line):
        return read_without_time(line)
    if _MAY_END_MARK.search(line) and _TURN_MARK.search(line):
        return _without_turn_marks(line)
    if line[-1] == "]" and (closing := _CLOSING_PAIR.search(line)):
        return _without_closing_pair(line, closing)
    plain = _strip_decoration(line)
    found = _read_bracketed(plain) or _seconds_first(plain) or _time_first(plain) or _span_after_name(plain)
    found = found or _name_first(plain)
    if found is None:
        return read_without_time(line)
    marks = count_words(line) - count_words(plain)
    return replace(found, line=line, time_words=found.time_words + marks)


def _without_closing_pair(line: str, closing: re.Match[str]) -> Head:
    """The head of a line that ends with when it is over and how long it took."""
    head = read_head(line[: closing.start()])
    end = parse_timecode(closing[1]) if head.start is not None and head.end is None else head.end
    words = head.time_words + count_words(line) - count_words(line[: closing.start()])
    return replace(head, line=line, end=end, time_words=words)


def _without_turn_marks(line: str) -> Head:
    """The head of a line with marks of time in it; one that begins the line is its time."""
    rest = _TURN_MARK.sub(" ", line).strip()
    first = _TURN_MARK.match(line)
    start = parse_timecode(first[0].strip("#[]()").replace("-", ".")) if first else None  # 00:00:12-8
    label = find_label_in(rest)
    return Head(line, start, None, label, rest, count_words(line) - count_words(rest))


def _count_seconds(time: str) -> float | None:
    """The seconds of a time, one of the clock with its half of the day too."""
    bare = time.rstrip("AaPpMm. \t\xa0\u202f")
    half = time[len(bare) :].strip().lower()
    found = parse_timecode(bare.replace(".", ":") if half and ":" not in bare else bare)
    if found is None or not half:
        return found
    clock = found if bare.count(":") == 2 else found * 60
    return clock % 43200 + (43200 if half.startswith("p") else 0)


def _strip_decoration(line: str) -> str:
    """The line without Markdown's marks around its time (emphasis, a link, escapes); as many words."""
    head, rest = line[:_HEAD_CHARACTERS], line[_HEAD_CHARACTERS:]
    if line[0] == "#" and (found := _HEADED.match(line)):
        return found[1]
    if found := _LINKED.match(head):
        head = f"{found[1]}[{found[2] or found[3]}]{head[found.end() :]}"
    if found := _EMPHASISED.match(head):
        mark, bare = found[1], next(filter(None, found.groups()[1:]))
        colon = ":" * bare.endswith(mark + ":")
        head = bare.removesuffix(mark + colon).removesuffix(mark) + colon + head[found.end() :]
    return head + rest if rest else _DECORATED_END.sub(r"\2", head)


def read_without_time(line: str) -> Head:
    """The head of a line in which no time is looked for."""
    return Head(line, None, None, find_label_in(line), line)


def _read_bracketed(line: str) -> Head | None:
    """`[SPEAKER_1 0:02] text`: name and time in one bracket."""
    found = _TOGETHER.match(line)
    if found is None:
        return None
    name, time = (found[1], found[2]) if found[1] else (found[5], found[4])
    heard = all(map(is_sound, name.split()))  # Martin Bell is somebody
    likely = (likeness_of(name) in _CLOSE_TO_NAMES and not heard) or not name.strip("?")
    if not likely or name.upper() in _HALVES_OF_DAY:
        return None
    head = _named_head(line, name, time, line[found.end() :], doubtful=line.lstrip()[0] == "(")
    return replace(head, end=_count_seconds(found[3])) if found[3] else head


def _seconds_first(line: str) -> Head | None:
    """`[12.5 - 15.2] text`."""
    found = IN_SECONDS.match(line)
    if found is None:
        return None
    start, end = float(found[1] or found[3]), float(found[2]) if found[2] else None
    text = line[found.end() :]
    label = find_label_in(text)
    return Head(line, start, end, label, text, dropped_of([line], [text]))


def _span_after_name(line: str) -> Head | None:
    """`SPEAKER_00 [12.5 - 15.2]: text`, `Ann (00:12 - 00:15): text`, `Ann [12.5s]: text`."""
    found = _AFTER_NAME.match(line)
    if found is None or likeness_of(found[1].strip("*_ ")) not in _CLOSE_TO_NAMES:
        return None
    span = f"[{found[2] or found[3]}]"
    time = _seconds_first(span) or _time_first(span)
    single = time is not None and time.end is None and not span.endswith("s]")
    if time is None or single or time.text.strip():
        return None
    head = _named_head(line, found[1].strip("*_ "), "0:00", line[found.end() :], doubtful=False)
    return replace(head, start=time.start, end=time.end)


def _time_first(line: str) -> Head | None:
    found = _BRACKETED.match(line) or _BARE.match(line)
    if found is None:
        return None
    start, end = [group for group in found.groups() if group][:1], [g for g in found.groups() if g][1:]
    text = line[found.end() :]
    return Head(
        line,
        _count_seconds(start[0]),
        _count_seconds(end[0]) if end else None,
        find_label_in(text),
        text,
        dropped_of([line], [text]),
        found.re is _BARE and start[0].count(":") < 2,
    )


def _name_first(line: str) -> Head | None:
    """`Speaker 1 (00:00): text`, and `Ann Smith  0:15` on a line of its own."""
    found = _NAMED.match(line) or _NAMED_BARE.match(line)
    inside = None if found else _NAMED_INSIDE.match(line)
    match = found or inside
    name = _without_box(match[1].strip(f"*_{_SEPARATORS}")) if match else ""
    likeness = likeness_of(name) if name else None
    if match is None or likeness in (None, Likeness.NOTE):
        return _label_first(line)
    boxed = match.re is _NAMED
    near = likeness in _CLOSE_TO_NAMES or begins_with_particle(name)
    if not near and (inside or (boxed and likeness is not Likeness.ODD)):
        return _label_first(line)
    time = match[2] or match[3] if inside else match[2]
    end = match[3] if match.re is _NAMED_BARE else None
    doubtful = not boxed and not end and (time.count(":") < 2 or bool(inside))
    head = _named_head(line, name, time, line[match.end() :], doubtful=doubtful or not near, odd=not near)
    return replace(head, end=_count_seconds(end)) if end else head


def _without_box(name: str) -> str:
    """The name without brackets around it; those behind it are its own: `Leo Hart [Acme]`."""
    bare = name.removeprefix("[")
    return bare if "[" in bare else bare.removesuffix("]")


def _named_head(line: str, name: str, time: str, rest: str, *, doubtful: bool, odd: bool = False) -> Head:
    """The head of a line with a name and a time beside it."""
    text = f"{name} {rest}"
    known = Label(name, len(name.split()), likeness=Likeness.SURE)
    return Head(line, _count_seconds(time), None, known, text, dropped_of([line], [text]), doubtful, odd)


def _label_first(line: str) -> Head | None:
    """`Ann: [00:15] text`."""
    words = line.split()
    found = find_label(words)
    if found is None or found.rest:
        return None
    rest = " ".join(words[found.taken :])
    time = _BRACKETED.match(rest)
    if time is None:
        return None
    start = next(group for group in time.groups() if group)
    text = " ".join([*words[: found.taken], rest[time.end() :]])
    return Head(line, _count_seconds(start), None, found, text, dropped_of(words, [text]))
