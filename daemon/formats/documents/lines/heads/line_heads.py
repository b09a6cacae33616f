"""The beginnings of a text's lines: which time and which name stand there, in many notations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec.structs import replace

from daemon.formats.documents.lines.heads.head import Head
from daemon.formats.documents.lines.heads.lone_names import is_head_of_three, with_lone_names
from daemon.formats.documents.lines.heads.notations import read_head, read_without_time
from daemon.formats.documents.lines.heads.running_times import (
    are_times,
    in_seconds,
    run_on_with_others,
    without_inner_times,
    without_outliers,
)
from daemon.formats.documents.lines.odd_times import with_usual_times
from daemon.formats.speakers.labels import Label
from daemon.formats.speakers.names import Likeness, is_generic, is_name
from daemon.text.names.likeness import is_common_name
from daemon.text.timecode import parse_timecode

_DIGIT = re.compile(r"\d")
_NO_NAME = frozenset(":：/")
_HALF_OF_DAY = re.compile(r"\b(\d{1,2}):(\d\d)\s?([AP]M)\s*$", re.ASCII | re.I)
_CLOCK_ALONE = re.compile(r"\s*(\d{1,2}):(\d\d)\s*", re.ASCII)
_LOOKED_AT = 100  # characters of a line
_NOON = 12
_LEAST_TIMES = 2
"""How often an odd name stands beside a time where no usual one does."""
_LEAST_OF_PART = 6
"""How many times there have to be for each part of a text that was joined of several recordings."""
_SHORT = 20  # characters of a line that may well stand there again
_CLOSING = re.compile(r"#(\d{2}:\d{2}:\d{2})(?:[-.,](\d{1,3}))?#\s*$", re.ASCII)
"""A time at the end of a turn, as f4 and MAXQDA write it: `B: In the winter. #00:00:12-3#`."""
_LEAST_CLOSING, _CLOSING_SHARE = 2, 0.5
_FIRST = 300.0
"""Seconds at which a turn ends, at most, that is taken to begin with the recording."""


def read_heads(lines: Iterable[str]) -> list[Head]:
    """The head of each line; where doubtful times are no times after all, their words are speech."""
    lines = list(lines)
    if not any(map(_DIGIT.search, lines)):  # no line tells a time
        return with_lone_names(list(_share_equal(map(read_head, lines))))
    lines = _with_halves_of_day(list(with_usual_times(lines)))
    found = _with_names_that_recur(list(_share_equal(map(read_head, lines))))
    joined = _is_joined(found)
    found = found if joined else without_outliers(found)
    doubtful = [head.start for head in found if head.doubtful and head.start is not None]
    spoken = [head for head in found if head.line]
    first = bool(spoken) and (spoken[0].doubtful or is_head_of_three(spoken))
    times = joined or are_times(doubtful, len(spoken), first=first)
    if doubtful and not times and not run_on_with_others(found):
        found = [read_without_time(head.line) if head.doubtful else head for head in found]
    found = with_lone_names(_with_names_behind_times(in_seconds(without_inner_times(found))))
    if any(head.line.endswith("#") for head in found):
        found = _with_closing_times(found)
    return _without_chapters(found)


def _with_halves_of_day(lines: list[str]) -> list[str]:
    """The lines; a time alone on one among times with AM and PM is in the half that does not run back.

    So Slack shows what somebody writes soon after: `Ann Berg  10:02 AM`, and `10:05` below. Times of which
    one can't be of such a clock, like `0:05`, count from where the recording begins.
    """
    told = sum(len(line) < _LOOKED_AT and _HALF_OF_DAY.search(line) is not None for line in lines)
    clocks = filter(None, map(_CLOCK_ALONE.fullmatch, lines))
    return _tell_halves(lines) if told > 1 and all(0 < int(clock[1]) <= _NOON for clock in clocks) else lines


def _tell_halves(lines: Iterable[str]) -> list[str]:
    last: tuple[int, int, str] | None = None
    out: list[str] = []
    for line in lines:
        if told := _HALF_OF_DAY.search(line) if len(line) < _LOOKED_AT else None:
            last = int(told[1]) % _NOON, int(told[2]), told[3].upper()
        elif last and (alone := _CLOCK_ALONE.fullmatch(line)):
            later = (int(alone[1]) % _NOON, int(alone[2])) >= last[:2]
            line = f"{line.rstrip()}{last[2] if later else 'PM'}"
        out.append(line)
    return out


def _is_joined(found: list[Head]) -> bool:
    """Whether transcripts of several recordings were joined: times beside names begin anew now and then.

    Each time stands behind a name, above what is said, and each name recurs: no verse of a book stands so.
    """
    doubtful = [head for head in found if head.doubtful]
    times = [head.start for head in doubtful if head.start is not None]
    parts = 1 + sum(after < before for before, after in pairwise(times))
    if parts == 1 or len(times) < _LEAST_OF_PART * parts or not all(map(_is_above_words, doubtful)):
        return False
    names = Counter(head.label.name for head in doubtful if head.label)
    return len(names) > 1 and min(names.values()) > 1


def _without_chapters(found: list[Head]) -> list[Head]:
    """The heads; headings with times, of which none recurs, are chapters, unless all are names of people.

    `## Growing Up (5:12)`; but beside `## Ann Berg (0:03)` that recurs, those of its depth are names.
    """
    headings = {at: head for at, head in enumerate(found) if head.line[:1] == "#" and _is_named(head)}
    if not headings:
        return found
    names = Counter(head.label.name for head in headings.values() if head.label)
    depths = {_depth_of(head) for head in headings.values() if head.label and names[head.label.name] > 1}
    other = {_depth_of(head) for head in headings.values() if not _is_called(head)} - depths
    chapters = {at for at, head in headings.items() if _depth_of(head) in other}
    return [_as_chapter(head) if at in chapters else head for at, head in enumerate(found)]


def _as_chapter(head: Head) -> Head:
    """The head of a heading that names nobody: its signs are of its text, and no more of its time."""
    signs = head.line[: _depth_of(head)]
    return replace(head, label=None, text=f"{signs} {head.text}", time_words=head.time_words - 1)


def _is_named(head: Head) -> bool:
    """Whether a line has a time beside what may be a name."""
    return head.start is not None and head.label is not None


def _depth_of(head: Head) -> int:
    """How many signs stand before a heading."""
    return len(head.line) - len(head.line.lstrip("#"))


def _is_called(head: Head) -> bool:
    """Whether a heading names somebody as people or programs do: `Ann Berg`, `Speaker 1`."""
    name = _name_of(head)
    return is_generic(name) or is_common_name(name.split()[0])


def _with_names_behind_times(found: list[Head]) -> list[Head]:
    """The heads; where each time stands before one of a few names, and a sentence, these are labels.

    `[0:02] Ann Berg When was that?` and `[0:02 - 0:04] SPEAKER_01 Good morning.`
    """
    timed = {at: head for at, head in enumerate(found) if head.start is not None and head.text.strip()}
    if any(head.label is not None for head in timed.values()):
        return found
    labels = {at: label for at, head in timed.items() if (label := _find_name_before_sentence(head.words))}
    names = Counter(label.name for label in labels.values())
    recur = all(count > 1 or is_generic(name) for name, count in names.items())
    several = len(names) > 1 or all(map(is_generic, names))
    if len(labels) < max(2, len(timed)) or not (several and recur):
        return found
    return [replace(head, label=labels[at]) if at in labels else head for at, head in enumerate(found)]


def _find_name_before_sentence(words: list[str]) -> Label | None:
    """What a program calls a speaker, or a full name that people have, before a word with a capital."""
    for taken in (1, 2):
        name, said = " ".join(words[:taken]), words[taken : taken + 1]
        if not said or said[0][:1].islower():
            continue
        numbered = is_generic(name) and name[-1:].isdigit()
        person = taken == 2 and is_common_name(words[0]) and is_name(name) and name.replace(" ", "").isalpha()
        if numbered or person:
            return Label(name, taken, likeness=Likeness.SURE)
    return None


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


def _with_names_that_recur(found: list[Head]) -> list[Head]:
    """The heads, those with an odd name before their time only where the name recurs, or others stand so."""
    names = Counter(head.label.name for head in found if head.odd and head.label)
    plain = any(head.doubtful and not head.odd and head.label is not None for head in found)
    above = sum(_is_above_words(head) and (not head.odd or names[_name_of(head)] > 1) for head in found) > 1
    out: list[Head] = []
    for head in found:
        if head.odd and above and _is_above_words(head):
            head = replace(head, doubtful=False)  # as others stand above what they say
        elif head.odd and head.label and names[head.label.name] < _LEAST_TIMES and not plain:
            head = read_without_time(head.line)
        out.append(head)
    return out


def _name_of(head: Head) -> str:
    """The name that a line begins with; "" where there is none."""
    return head.label.name if head.label else ""


def _is_above_words(head: Head) -> bool:
    """Whether a line is nothing but a name and then a time."""
    name = _name_of(head)
    if not _NO_NAME.isdisjoint(name):
        return False  # Saved on: 2024/05/02
    return name != "" and head.start is not None and head.line.startswith(name) and head.text.strip() == name


def _with_closing_times(found: list[Head]) -> list[Head]:
    """The heads; where most lines end with a time and none begins with one, each begins where one ended."""
    ends = {at: end for at, head in enumerate(found) if "#" in head.line[-1:] and (end := _read_end(head))}
    spoken = sum(bool(head.text.strip()) for head in found)
    begun = any(head.start is not None for head in found)
    if begun or len(ends) < max(_LEAST_CLOSING, _CLOSING_SHARE * spoken):
        return found
    if any(after < before for before, after in pairwise(ends.values())):
        return found
    out: list[Head] = []
    now: float | None = 0.0 if next(iter(ends.values())) <= _FIRST else None
    for at, head in enumerate(found):
        if now is not None and head.text.strip():
            head, now = replace(head, start=now, end=ends.get(at)), None
        out.append(head)
        now = ends.get(at, now)
    return out


def _read_end(head: Head) -> float | None:
    """The second at which a line says that it ends; None for one without words, or that says nothing."""
    closing = _CLOSING.search(head.line) if head.text.strip() else None
    return parse_timecode(f"{closing[1]}.{closing[2] or 0}") if closing else None
