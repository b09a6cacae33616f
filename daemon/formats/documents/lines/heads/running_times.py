"""Which of a file's times are none, or not in seconds: by how they run on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from daemon.formats.documents.lines.heads.head import Head
from daemon.formats.documents.lines.heads.notations import IN_SECONDS, read_without_time
from daemon.formats.word_account import SLOWEST, dropped_of
from daemon.text.sentences import ends_sentence
from daemon.text.timecode import parse_timecode
from daemon.text.transcript import count_words

_OPENS = re.compile(r"[\[({]\d", re.ASCII)
"""What every time in brackets begins with."""
_INNER_TIME = re.compile(
    r"(?<=[^\s:\\])\s{0,3}(?:\\?[\[({](\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,3})?)\\?[\])}]"
    r"|\\?[\[{](\d{1,3}:\d{2}(?:[.,]\d{1,3})?)\\?[\]}])"
    r"(?=$|[\s.,;!?])",
    re.ASCII,
)
"""A time in brackets behind something that is said; one in round brackets has hours."""
_ROUND_INNER = re.compile(
    r"(?<=[^\s:\\])\s{0,3}[\[({](?:(\d{1,2}:\d{2}:\d{2})|(\d{1,3}:\d{2}))[\])}](?=$|[\s.,;!?])", re.ASCII
)
_ROUND_TIME = re.compile(r"\s*\(\d{1,3}:\d{2}(?::\d{2})?\)\s+\S", re.ASCII)
_ROUND_END = re.compile(r"\S\s{1,9}\(\d{1,3}:\d{2}\)\s*$", re.ASCII)
_ROUND_SHARE = 0.8
"""The share of paragraphs that begin with `(0:08)`, as TurboScribe sets times before sentences, or end so."""
_OUTLIERS_SHARE, _LEAST_RUNNING = 0.05, 3
"""The share of times that may not run on with the others, and how many there have to be that do."""
_BACK_SHARE = 0.01
"""The share of times that may be earlier than the one before, where the others run on."""
_EVERY_SHARE = 0.8
"""The share of lines that hold a time where as good as each ends with one."""
_BARE_SHARE = 0.05
"""The share of lines from which `0:15` at a line's beginning or end is a time and not what was said."""
_LEAST_CERTAIN = 2
_BOXED_TIME = re.compile(r"\[\d{1,3}(?::\d{2}){1,2}(?:[.,]\d{1,3})?\\?\]", re.ASCII)


def without_inner_times(found: list[Head]) -> list[Head]:
    """The heads without times in brackets behind their words, where these run on: `In March. [00:00:06]`."""
    times: list[float] = []
    inner_time = _pattern_of(found)
    inner = lines = 0
    for head in found:
        times += [] if head.start is None else [head.start]
        marks = inner_time.finditer(head.text) if _OPENS.search(head.text) else ()
        within = [parse_timecode(mark[1] or mark[2]) or 0.0 for mark in marks]
        inner += len(within)
        lines += within != []
        times += within
    back = sum(after < before for before, after in pairwise(times))  # below a list of chapters, say
    if not inner or len(times) <= _LEAST_CERTAIN or back > _BACK_SHARE * len(times):
        return found
    if inner * 2 > len(times):
        every = lines >= _EVERY_SHARE * sum(head.line != "" for head in found)
        found = [_as_said(head) if _is_short_line(head, inner_time, every) else head for head in found]
    return [_without_times_inside(head, inner_time) if ":" in head.text else head for head in found]


def _is_short_line(head: Head, inner_time: re.Pattern[str], every: bool) -> bool:
    """Whether what looks like a name alone before a time is said, as on other lines: `Good. [0:30]`.

    `every`: as good as all lines end with a time.
    """
    alone = head.label is not None and not head.label.remove_from(head.words)
    closes = inner_time.search(head.line) if alone else None
    return closes is not None and (every or ends_sentence(head.line[: closes.start()].split()[-1]))


def _as_said(head: Head) -> Head:
    return replace(head, start=None, end=None, label=None, text=head.line, time_words=0, doubtful=False)


def _pattern_of(found: list[Head]) -> re.Pattern[str]:
    """How times within lines look: in round brackets too, where as good as all paragraphs begin or end so."""
    spoken = [head for head in found if head.line]
    for form in (_ROUND_TIME.match, _ROUND_END.search):
        round_ones = sum(form(head.line) is not None for head in spoken)
        if round_ones and round_ones >= _ROUND_SHARE * len(spoken):
            return _ROUND_INNER
    return _INNER_TIME


def _without_times_inside(head: Head, inner_time: re.Pattern[str]) -> Head:
    text = inner_time.sub("", head.text)
    if text == head.text:
        return head
    return replace(head, text=text, time_words=head.time_words + dropped_of([head.text], [text]))


def in_seconds(found: list[Head]) -> list[Head]:
    """The heads; where nobody speaks as slowly as their times run, these are thousandths of a second."""
    times = [head.start for head in found if head.start is not None and IN_SECONDS.search(head.line)]
    if len(times) < _LEAST_RUNNING or not all(time.is_integer() for time in times):
        return found
    words = sum(count_words(head.text) for head in found)
    if words >= SLOWEST * (max(times) - min(times)):
        return found
    return [
        replace(head, start=_to_seconds(head.start), end=_to_seconds(head.end))
        if head.start is not None and IN_SECONDS.search(head.line)
        else head
        for head in found
    ]


def _to_seconds(time: float | None) -> float | None:
    return None if time is None else time / 1000


def without_outliers(found: list[Head]) -> list[Head]:
    """The heads, a few doubtful times that don't run on with the others taken as speech: a date's clock."""
    places = [at for at, head in enumerate(found) if head.doubtful and head.start is not None]
    running = {places[at] for at in _longest_run([found[at].start or 0.0 for at in places])}
    others = len(places) - len(running)
    if not 0 < others <= max(1, _OUTLIERS_SHARE * len(places)) or len(running) < _LEAST_RUNNING:
        return found
    out = set(places) - running
    return [read_without_time(head.line) if at in out else head for at, head in enumerate(found)]


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


def are_times(times: list[float], lines: int, *, first: bool) -> bool:
    """Times run on through the file, and there is one at the beginning or many of them."""
    running = all(a <= b for a, b in pairwise(times))
    return running and (first or len(times) > 1) and len(times) >= _BARE_SHARE * lines


def run_on_with_others(found: list[Head]) -> bool:
    """Whether doubtful times are in brackets, and in the order of certain ones, of which there are several.

    `[08:26] text` and `Ann: [12:01] text` stand in one file where turns are long.
    """
    times = [head.start for head in found if head.start is not None]
    certain = sum(head.start is not None and not head.doubtful for head in found)
    boxed = all(_BOXED_TIME.search(head.line) for head in found if head.doubtful)
    return boxed and certain >= _LEAST_CERTAIN and all(a <= b for a, b in pairwise(times))
