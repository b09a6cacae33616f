"""The beginnings of a text's lines: which time and which name stand there, in many notations."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from daemon.formats.documents.lines.odd_times import with_usual_times
from daemon.formats.speakers.labels import Label, find_label
from daemon.formats.speakers.names import Likeness, has_title, is_name, is_sound, likeness_of
from daemon.formats.speakers.offices import is_office
from daemon.formats.word_account import dropped_of
from daemon.text.sentences import ends_sentence
from daemon.text.timecode import parse_timecode
from daemon.text.transcript import count_words

_TIME = (
    r"(?:\d{1,4}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
    r"|\d{1,2}\.\d{2}\s?[AaPp]\.?[Mm]\b\.?)"
)
_RANGE = rf"({_TIME})(?:\s*(?:-{{1,2}}>|[-–—→])\s*({_TIME}))?"
_BRACKETED = re.compile(rf"\s*(?:\[\s*{_RANGE}\s*\]|\(\s*{_RANGE}\s*\))(?:\s*[-–—:|](?=\s))?\s*", re.ASCII)
_IN_SECONDS = re.compile(
    r"\s*\[\s*(?:(\d{1,6}(?:\.\d{1,6})?)\s?s?\s*(?:-{1,2}>|[-–—→]|to)\s*(\d{1,6}(?:\.\d{1,6})?)\s?s?|(\d{1,6}(?:\.\d{1,6})?)\s?s)"
    r"\s*\](?:\s*[-–—:](?=\s))?\s*",
    re.ASCII,
)
"""`[12.5 - 15.2] text` and `[12.5s] text`, as programs write the seconds."""
_AFTER_NAME = re.compile(
    r"\s*([^\[\](){}]{1,60}?)\s{0,9}(?:\[([^\[\]]{3,40})\]|\(([^()]{3,40})\))\s*(?::(?=\s|$)|$)"
)
_BARE = re.compile(rf"\s*{_RANGE}(?:\s*[-–—:|]|(?<=[Mm.]),)?(?:\s+|$)", re.ASCII)
_GAP = 60  # spaces between a name and its time, at most: a search through millions would take seconds
_NAMED = re.compile(rf"\s*(\S.{{0,80}}?)\s{{0,{_GAP}}}[\[(]({_TIME})[\])]\s*(?::(?=\s|$)|$)", re.ASCII)
_NAMED_BARE = re.compile(rf"\s*(\S.{{0,80}}?)(?:\s|[|,;·•@–—-]){{1,{_GAP}}}{_RANGE}\s*:?\s*$", re.ASCII)
_NAMED_INSIDE = re.compile(
    rf"\s*(\S.{{0,60}}?)(?:\s{{0,{_GAP}}}[\[(]({_TIME})[\])]\s|(?:\t|\s\s)\s{{0,{_GAP}}}({_TIME})(?:\t|\s\s))",
    re.ASCII,
)
"""`Ann Smith (0:15) text` and `Ann Smith  0:15  text`: what is said stands on the same line, and no colon."""
_TOGETHER = re.compile(
    rf"\s*[\[(]\s*(?:([^\[\]()]{{1,60}}?)[\s,;|–—-]{{1,5}}({_TIME})|({_TIME})[\s,;|–—-]{{1,5}}([^\[\]()]{{1,60}}?))"
    r"\s*[\])](?::(?=\s|$)|(?=\s|$))",
    re.ASCII,
)
"""`[SPEAKER_1 0:02] text` and `(0:02, Ann) text`."""
_HALVES_OF_DAY = ("AM", "PM", "A.M.", "P.M.")
_MARK = r"#\d{2}:\d{2}:\d{2}(?:[-.,]\d{1,3})?#"
_TURN_MARK = re.compile(rf"(?<!\S){_MARK}|{_MARK}(?!\S)", re.ASCII)  # within a word it would part it
"""The time of a turn as f4 and MAXQDA write it, mostly at the end of the turn."""
_INNER_TIME = re.compile(
    r"(?<=[^\s:])\s{0,3}(?:[\[({](\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,3})?)[\])}]|[\[{](\d{1,3}:\d{2}(?:[.,]\d{1,3})?)[\]}])"
    r"(?=$|[\s.,;!?])",
    re.ASCII,
)
"""A time in brackets behind something that is said; one in round brackets has hours."""
_SEPARATORS = " \t|,;·•@–—-:"
_CLOSE_TO_NAMES = (Likeness.SURE, Likeness.NAME, Likeness.LETTER, Likeness.LISTED, Likeness.ROLE)
_NAME_WORDS, _SHORT_WORD = 5, 3
_SEAT = re.compile(r"(?:\s*\([^()]{1,60}\)){1,3}$")
"""`(Leeds, North) (Lab)` behind the name of a member of parliament."""
_LEAST_OFFICIAL = 2
"""How many names with an office or a seat make all names that stand alone labels."""
_BLOCK_SHARE = 0.4
"""The share of paragraphs that begin with a name on a line of its own from which such lines are labels."""
_LENGTH = re.compile(
    r"\W{0,3}(?:(?:recording|audio|video|file|total)\s)?(?:length|duration|runtime|dauer|länge|laufzeit|durée|duración"
    r"|durata|duração|duur|längd|długość|длительность)\W{0,3}:",
    re.I,
)
"""A field that tells how long the recording is: no time at which something was said."""
_WITH_OFFICE = re.compile(r"(\S.{0,50}?)\s(?:--|[–—])\s(\S.{0,80})")
"""`Ann Lee -- Chief Executive Officer`, as those write it who print what firms tell their shareholders."""
_LEAST_STACKED = 8
"""Lines of a text without blank ones from which names that stand above words are told."""
_BOXED = rf"(?:\[{_TIME}\]|\({_TIME}\))"
_EMPHASISED = re.compile(
    rf"(\*{{1,3}}|_{{1,3}}|`)(?:({_BOXED}|{_TIME})\1"  # **[00:15]** text
    rf"|((?:{_BOXED}|{_TIME})(?:\s|,\s)[^*`]{{1,60}}?(?::\1|\1:))"  # **[00:15] Ann:** text
    rf"|([^*`]{{1,60}}?\s?{_BOXED}(?::\1|\1:|\1$)))",  # **Ann [00:15]:** text
    re.ASCII,
)
_DECORATED_END = re.compile(rf"(?<=\s)([*_`]{{1,3}})({_TIME})\1$", re.ASCII)
_LINKED = re.compile(
    rf"([*_`]{{0,3}}(?:[^\[\]\\]{{1,60}}[*_:]{{0,3}}\s)?)"
    rf"(?:\(?\[\(?({_TIME})\)?\]\([^()\s]*\)\)?|\\\[({_TIME})\\\])(?=[\s*_`:]|$)",
    re.ASCII,
)
_HEADED = re.compile(
    rf"#{{1,6}}\s+((?:[^#]{{1,80}}?[\s,|–—-]{{1,5}})?(?:{_BOXED}|{_TIME})(?:[\s,|–—-]{{1,5}}[^#]{{1,80}}?)?:?)\s*#*$",
    re.ASCII,
)
"""A heading of Markdown with a time in it: `### Ann (0:15)`."""
_HEAD_CHARACTERS = 200  # no mark is looked for beyond
_OUTLIERS_SHARE, _LEAST_RUNNING = 0.05, 3
"""The share of times that may not run on with the others, and how many there have to be that do."""
_SLOWEST = 0.02
"""Words a second below which nobody speaks."""
_BARE_SHARE = 0.05
"""The share of lines from which `0:15` at a line's beginning or end is a time and not what was said."""


@dataclass(frozen=True, slots=True)
class Head:
    """A line, read: its time (seconds), what may be its label, and its text without the time.

    `line` is empty for a blank line; `time_words` counts the words of the time. `doubtful` times are of
    a form that speech has too (3:15), and hold only where the file is full of them; `odd` names before a
    time are written as no name is, and hold only where they recur.
    """

    line: str = ""
    start: float | None = None
    end: float | None = None
    label: Label | None = None
    text: str = ""
    time_words: int = 0
    doubtful: bool = False
    odd: bool = False

    @property
    def words(self) -> list[str]:
        """The words of its text; made anew each time, since those of a whole file take ten times its size."""
        return self.text.split()


_LEAST_CERTAIN = 2
_DIGIT = re.compile(r"\d")
_SHORT = 20  # characters of a line that may well stand there again
_BOXED_TIME = re.compile(r"\[\d{1,3}(?::\d{2}){1,2}(?:[.,]\d{1,3})?\]", re.ASCII)


def read_heads(lines: Iterable[str]) -> list[Head]:
    """The head of each line; where doubtful times are no times after all, their words are speech."""
    lines = list(lines)
    if any(map(_DIGIT.search, lines)):
        lines = list(with_usual_times(lines))
    found = _without_outliers(_with_names_that_recur(list(_share_equal(map(_read_head, lines)))))
    doubtful = [head.start for head in found if head.doubtful and head.start is not None]
    spoken = [head for head in found if head.line]
    first = bool(spoken) and (spoken[0].doubtful or _is_head_of_three(spoken))
    times = _are_times(doubtful, len(spoken), first=first)
    if doubtful and not times and not _run_on_with_others(found):
        found = [_head_without_time(head.line) if head.doubtful else head for head in found]
    return _with_lone_names(_in_seconds(_without_inner_times(found)))


def _without_inner_times(found: list[Head]) -> list[Head]:
    """The heads without times in brackets behind their words, where these run on: `In March. [00:00:06]`."""
    times: list[float] = []
    inner = 0
    for head in found:
        times += [] if head.start is None else [head.start]
        marks = _INNER_TIME.finditer(head.text) if ":" in head.text else ()
        within = [parse_timecode(mark[1] or mark[2]) or 0.0 for mark in marks]
        inner += len(within)
        times += within
    if not inner or len(times) <= _LEAST_CERTAIN or any(after < before for before, after in pairwise(times)):
        return found
    return [_without_times_inside(head) if ":" in head.text else head for head in found]


def _without_times_inside(head: Head) -> Head:
    text = _INNER_TIME.sub("", head.text)
    if text == head.text:
        return head
    return replace(head, text=text, time_words=head.time_words + dropped_of([head.text], [text]))


def _share_equal(heads: Iterable[Head]) -> Iterator[Head]:
    """The heads, equal ones and their equal labels held once: a file of "A: Yes." has millions of them."""
    known: dict[Head, Head] = {}
    labels: dict[Label, Label] = {}
    for head in heads:
        if len(head.line) <= _SHORT:
            yield known.setdefault(head, head)
        elif head.label is not None:
            yield replace(head, label=labels.setdefault(head.label, head.label))
        else:
            yield head


def _is_head_of_three(spoken: Sequence[Head]) -> bool:
    """Whether a text begins with a name, and a time below it, on lines of their own."""
    if len(spoken) < 3 or spoken[1].start is None or spoken[1].text.strip() or spoken[0].start is not None:
        return False
    label = _lone_name(spoken[0].text)
    return label is not None and len(label.name.split()) > 1 and bool(spoken[2].text.strip())


def _in_seconds(found: list[Head]) -> list[Head]:
    """The heads; where nobody speaks as slowly as their times run, these are thousandths of a second."""
    times = [head.start for head in found if head.start is not None and _IN_SECONDS.search(head.line)]
    if len(times) < _LEAST_RUNNING or not all(time.is_integer() for time in times):
        return found
    words = sum(count_words(head.text) for head in found)
    if words >= _SLOWEST * (max(times) - min(times)):
        return found
    return [
        replace(head, start=_to_seconds(head.start), end=_to_seconds(head.end))
        if head.start is not None and _IN_SECONDS.search(head.line)
        else head
        for head in found
    ]


def _to_seconds(time: float | None) -> float | None:
    return None if time is None else time / 1000


def _without_outliers(found: list[Head]) -> list[Head]:
    """The heads, a few doubtful times that don't run on with the others taken as speech: a date's clock."""
    places = [at for at, head in enumerate(found) if head.doubtful and head.start is not None]
    running = {places[at] for at in _longest_run([found[at].start or 0.0 for at in places])}
    others = len(places) - len(running)
    if not 0 < others <= max(1, _OUTLIERS_SHARE * len(places)) or len(running) < _LEAST_RUNNING:
        return found
    out = set(places) - running
    return [_head_without_time(head.line) if at in out else head for at, head in enumerate(found)]


def _longest_run(times: Sequence[float]) -> list[int]:
    """The places of the longest run of times, others between them, of which none is earlier than the last."""
    ends: list[float] = []
    last: list[int] = []
    before: list[int | None] = []
    for at, time in enumerate(times):
        length = bisect_right(ends, time)
        before.append(last[length - 1] if length else None)
        ends[length : length + 1] = [time]
        last[length : length + 1] = [at]
    run: list[int] = []
    place = last[-1] if last else None
    while place is not None:
        run.append(place)
        place = before[place]
    return run[::-1]


def _are_times(times: list[float], lines: int, *, first: bool) -> bool:
    """Times run on through the file, and there is one at the beginning or many of them."""
    running = all(a <= b for a, b in pairwise(times))
    return running and (first or len(times) > 1) and len(times) >= _BARE_SHARE * lines


def _run_on_with_others(found: list[Head]) -> bool:
    """Whether doubtful times are in brackets, and in the order of certain ones, of which there are several.

    `[08:26] text` and `Ann: [12:01] text` stand in one file where turns are long.
    """
    times = [head.start for head in found if head.start is not None]
    certain = sum(head.start is not None and not head.doubtful for head in found)
    boxed = all(_BOXED_TIME.search(head.line) for head in found if head.doubtful)
    return boxed and certain >= _LEAST_CERTAIN and all(a <= b for a, b in pairwise(times))


def _with_names_that_recur(found: list[Head]) -> list[Head]:
    """The heads, those with an odd name before their time only where the name recurs, or others stand so."""
    names = Counter(head.label.name for head in found if head.odd and head.label)
    plain = sum(head.doubtful and not head.odd and head.label is not None for head in found)
    return [
        _head_without_time(head.line)
        if head.odd and head.label and names[head.label.name] + min(plain, 1) < 2
        else head
        for head in found
    ]


def _with_lone_names(found: list[Head]) -> list[Head]:
    """The heads, names that stand on lines of their own above what is said taken as labels."""
    names = _marked_alike(found, _lone_names(found))
    taken = _believed_alone(found, names)
    if not taken:
        return found
    known = {found[at].text.strip(): names[at] for at in taken}
    again = (
        at for at, head in enumerate(found) if head.text.strip() in known and _opens_paragraph(found, at)
    )
    taken.update(again)
    return [
        replace(head, label=replace(known[head.text.strip()], likeness=Likeness.SURE))
        if at in taken
        else head
        for at, head in enumerate(found)
    ]


def _believed_alone(found: list[Head], names: dict[int, Label]) -> set[int]:
    """The places of those of these names that are believed: by times beside them, or as they recur."""
    if len(names) == 1:
        spoken = [head for head in found if head.line]
        first = found[next(iter(names))] is spoken[0]
        return set(names) if first and _is_head_of_three(spoken) else set()
    blocks = sum(head.line != "" and (at == 0 or not found[at - 1].line) for at, head in enumerate(found))
    timed = sum(head.start is not None for head in found)
    beside_times = timed > 1 and len(names) * 2 >= timed and any(_is_beside_time(found, at) for at in names)
    above_times = sum(found[at + 1].start is not None for at in names) == len(names)
    beside_times = beside_times or (above_times and _does_any_recur(names) and len(names) * 2 >= timed)
    often = _do_names_recur(found, names) and len(names) >= _BLOCK_SHARE * blocks
    if names and (beside_times or often):
        return set(names)
    sure = {at for at, label in names.items() if label.likeness is Likeness.SURE}
    return sure if len(sure) > 1 else set()


def _does_any_recur(names: dict[int, Label]) -> bool:
    """Whether any of these names stands more than once."""
    return len({label.name for label in names.values()}) < len(names)


def _do_names_recur(found: list[Head], names: dict[int, Label]) -> bool:
    """Whether names recur, or several have an office or a seat."""
    titled = sum(has_title(label.name) for label in names.values())
    distinct = len({label.name for label in names.values()})
    recurring = distinct * 2 <= len(names) or (titled * 2 >= len(names) and distinct < len(names))
    return recurring or sum(is_official(found[at].text) for at in names) >= _LEAST_OFFICIAL


def _opens_paragraph(found: list[Head], at: int) -> bool:
    """Whether a line begins a paragraph with others below it."""
    return (at == 0 or not found[at - 1].line) and at + 1 < len(found) and found[at + 1].line != ""


def is_official(text: str) -> bool:
    """Whether a lone name is that of an office, or of somebody with a seat: `Ann Doyle (Leeds) (Lab)`."""
    name = text.strip()
    return (
        is_office(name)
        or _names_with_office(name)
        or name.count("(") > 1
        or (has_title(name) and name.endswith(")"))
    )


def _marked_alike(found: list[Head], names: dict[int, Label]) -> dict[int, Label]:
    """The names that are headings of Markdown, or those that are not, whichever are more."""
    headings = {at for at in names if found[at].text.lstrip().startswith("#")}
    most = headings if len(headings) * 2 > len(names) else names.keys() - headings
    return {at: names[at] for at in sorted(most)}


def _is_beside_time(found: list[Head], at: int) -> bool:
    """Whether a line holds a time, or stands above or below one that is nothing else."""
    beside = found[max(0, at - 1) : at + 2]
    return any(head.start is not None and (not head.text.strip() or head is found[at]) for head in beside)


def _lone_names(found: list[Head]) -> dict[int, Label]:
    """The lines that are nothing but a name, with something said below them; by their places."""
    out: dict[int, Label] = {}
    each = _stand_above_words(found)
    for at, head in enumerate(found):
        label = _lone_name(head.text) if head.line else None
        before = found[at - 1] if at else Head()
        below = [after for after in found[at + 1 : at + 5] if after.line][:2]
        timed = bool(below) and below[0].start is not None and not below[0].text.strip()
        opens = not before.line or not before.text.strip() or head.start is not None or timed
        opens = opens or (label is not None and has_title(label.name) and _lone_name(before.text) is not None)
        opens = opens or each
        if label is not None and opens and below and not _lone_name(below[0].text):
            out[at] = label
    return out


def _stand_above_words(found: list[Head]) -> bool:
    """Whether a text without blank lines is names that recur, each above words that end a sentence."""
    lines = [head.text.strip() for head in found if head.line]
    if len(lines) < _LEAST_STACKED or any(not head.line for head in found[: len(lines)]):
        return False
    if _lone_name(lines[0]) is None or not _is_said(lines[1]) or not _is_said(lines[-1]):
        return False
    names = Counter(line for line in lines if _lone_name(line) is not None)
    ended = all(_is_said(before) for before, line in pairwise(lines) if line in names)
    return ended and len(names) > 1 and min(names.values()) > 1


def _is_said(line: str) -> bool:
    """Whether a line ends a sentence."""
    return ends_sentence(line.rpartition(" ")[2])


def _names_with_office(text: str) -> bool:
    """Whether this is a name, a dash and an office."""
    found = _WITH_OFFICE.fullmatch(text)
    if found is None or not is_name(found[1]) or len(found[1].split()) < 2 or text[-1] in ".,:;?!":
        return False
    return all(not word[0].islower() or len(word) <= _SHORT_WORD for word in found[2].split())


def _lone_name(text: str) -> Label | None:
    """The name that a line consists of, without marks of Markdown; None for any other line."""
    words = text.split()
    if is_office(text.strip()) or _names_with_office(text.strip()):
        return Label(text.strip(), len(words))
    if not 0 < len(words) <= _NAME_WORDS + 3:
        return None
    name = " ".join(words).strip("#*_ \t").rstrip(":*_ ")
    bare = _SEAT.sub("", name)
    seated = bare == name or has_title(name) or is_name(bare) or likeness_of(bare) is Likeness.LISTED
    if len(bare.split()) > _NAME_WORDS + 1 or not seated:
        return None
    last = words[-1] if bare == name else (bare.split() or [""])[-1]
    likeness = likeness_of(bare) if bare and not ends_sentence(last) and last[-1] not in ",;" else None
    if is_sound(bare) or (
        likeness not in (Likeness.SURE, Likeness.NAME, Likeness.LISTED) and name.casefold() != "you"
    ):
        return None
    return Label(name, len(words), likeness=likeness or Likeness.ROLE)


def _read_head(line: str) -> Head:
    line = line.strip()
    if not line or not any(char.isdigit() for char in line[:100]) or _LENGTH.match(line):
        return _head_without_time(line)
    if "#" in line and _TURN_MARK.search(line):
        return _without_turn_marks(line)
    plain = _strip_decoration(line)
    found = _read_bracketed(plain) or _seconds_first(plain) or _time_first(plain) or _span_after_name(plain)
    found = found or _name_first(plain)
    if found is None:
        return _head_without_time(line)
    marks = count_words(line) - count_words(plain)
    return replace(found, line=line, time_words=found.time_words + marks)


def _without_turn_marks(line: str) -> Head:
    """The head of a line with marks of time in it; one that begins the line is its time."""
    rest = _TURN_MARK.sub(" ", line).strip()
    first = _TURN_MARK.match(line)
    start = parse_timecode(first[0].strip("#").replace("-", ".")) if first else None  # 00:00:12-8
    label = find_label(_first_words(rest))
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
        mark, bare = found[1], found[2] or found[3] or found[4]
        colon = ":" * bare.endswith(mark + ":")
        head = bare.removesuffix(mark + colon) + colon + head[found.end() :]
    return head + rest if rest else _DECORATED_END.sub(r"\2", head)


def _head_without_time(line: str) -> Head:
    return Head(line, None, None, find_label(_first_words(line)), line)


def _first_words(text: str) -> list[str]:
    """The first words of a line: at least as many as a label may have."""
    return text.split(None, 16)[:16]


def _read_bracketed(line: str) -> Head | None:
    """`[SPEAKER_1 0:02] text`: name and time in one bracket."""
    found = _TOGETHER.match(line)
    if found is None:
        return None
    name, time = (found[1], found[2]) if found[1] else (found[4], found[3])
    likely = likeness_of(name) in _CLOSE_TO_NAMES or not name.strip("?")
    if not likely or name.upper() in _HALVES_OF_DAY:
        return None
    return _named_head(line, name, time, line[found.end() :], doubtful=line.lstrip()[0] == "(")


def _seconds_first(line: str) -> Head | None:
    """`[12.5 - 15.2] text`."""
    found = _IN_SECONDS.match(line)
    if found is None:
        return None
    start, end = float(found[1] or found[3]), float(found[2]) if found[2] else None
    text = line[found.end() :]
    label = find_label(_first_words(text))
    return Head(line, start, end, label, text, dropped_of([line], [text]))


def _span_after_name(line: str) -> Head | None:
    """`SPEAKER_00 [12.5 - 15.2]: text` and `Ann (00:12 - 00:15): text`: a name and a time with its end."""
    found = _AFTER_NAME.match(line)
    if found is None or likeness_of(found[1].strip("*_ ")) not in _CLOSE_TO_NAMES:
        return None
    span = f"[{found[2] or found[3]}]"
    time = _seconds_first(span) or _time_first(span)
    if time is None or time.end is None or time.text.strip():
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
        find_label(_first_words(text)),
        text,
        dropped_of([line], [text]),
        found.re is _BARE and start[0].count(":") < 2,
    )


def _name_first(line: str) -> Head | None:
    """`Speaker 1 (00:00): text`, and `Ann Smith  0:15` on a line of its own."""
    found = _NAMED.match(line) or _NAMED_BARE.match(line)
    inside = None if found else _NAMED_INSIDE.match(line)
    match = found or inside
    name = match[1].strip(f"*_{_SEPARATORS}").removeprefix("[").removesuffix("]") if match else ""
    likeness = likeness_of(name) if name else None
    if match is None or likeness in (None, Likeness.NOTE):
        return _label_first(line)
    boxed = match.re is _NAMED
    near = likeness in _CLOSE_TO_NAMES
    if not near and (inside or (boxed and likeness is not Likeness.ODD)):
        return _label_first(line)
    time = match[2] or match[3] if inside else match[2]
    end = match[3] if match.re is _NAMED_BARE else None
    doubtful = not boxed and not end and (time.count(":") < 2 or bool(inside))
    head = _named_head(line, name, time, line[match.end() :], doubtful=doubtful or not near, odd=not near)
    return replace(head, end=_count_seconds(end)) if end else head


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
