"""Offices and seats on lines of their own beside a name, as the records of parliaments and calls print them.

The Minister for Ports    Ann Doyle            Minister for Ports               Ann Lee
(Tom Harlan)              (Leeds) (Lab)        Mr HARLAN: I thank the member.   Chief Executive, Mill Ltd
It cost four million.     What did it cost?                                     Good morning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from daemon.formats.documents.lines.heads.lone_names import find_lone_name
from daemon.formats.speakers.labels import find_label_in
from daemon.formats.speakers.names import Likeness, has_title, is_generic, is_name, likeness_of
from daemon.formats.speakers.offices import is_office, names_office
from daemon.formats.word_account import Reading, rewrite_lines
from daemon.text.sentences import ends_sentence
from daemon.text.transcript import count_words

_SEATS = re.compile(r"(?:\([^()\n]{1,80}\)\s*){1,3}")
_LEAST_TIMES = 2
_LONGEST_PAIR, _MOST_OFFICE_WORDS = 100, 12  # characters of a line, words of an office
_LEAST_PEOPLE = 2
_MARKS = " \t*_#"
_CALLED_SO = frozenset("Operator Moderator Speaker Analyst Host Participant Narrator Shareholder".split())
_TIME = re.compile(r"[\[(]?\b\d{1,2}:\d\d(?::\d\d)?\b[\])]?", re.ASCII)


class _Joined(Enum):
    """What becomes of a line beside a name."""

    BEHIND = auto()
    """The line below is the seat, or the name in brackets."""
    NAME_BELOW = auto()
    """The line below is nothing but the name."""
    LABEL_BELOW = auto()
    """The line below begins with a label, which the office belongs to."""


def join_offices(lines: list[str], reading: Reading) -> list[str]:
    """The lines, each office and seat on the line of its name; one above a label is booked."""
    lines = _name_above_offices(lines, reading)
    found = dict(_find_lines(lines))
    if len(found) < _LEAST_TIMES:
        return lines
    out: list[str] = []
    below = False
    for at, line in enumerate(lines):
        if below:
            below = False
            continue
        match found.get(at):
            case _Joined.BEHIND:
                out.append(f"{line.strip()} {lines[at + 1].strip()}")
                below = True
            case _Joined.NAME_BELOW:
                out.append(f"{line.strip()} ({lines[at + 1].strip()})")
                below = True
            case _Joined.LABEL_BELOW:
                reading.drop("speaker", count_words(line))
            case None:
                out.append(line)
    return out


class _Pair(NamedTuple):
    """A name and, on the line below, what may be the office of whoever has it; places, and their texts.

    `layout` says how they stand: below a blank line or a time, how far apart, above what.
    """

    at: int
    below: int
    name: str
    office: str
    timed: bool
    layout: tuple[int | bool, ...]


def _name_above_offices(lines: list[str], reading: Reading) -> list[str]:
    """The lines, names above an office of their own written as labels; the offices are booked.

    Whoever speaks again has the same office again, and several do.
    """
    pairs = _believe_pairs(list(_find_pairs(lines)))
    if not pairs:
        return lines
    written: dict[int, str] = {pair.below: "" for pair in pairs}
    written |= {pair.at: f"[{pair.name}]:" for pair in pairs if not pair.timed}
    names = {pair.name for pair in pairs}
    alone = {at: name for at, name in _find_alone(lines) if at not in written}
    times = Counter(alone.values())
    for at, name in alone.items():
        if name in names or is_generic(name) or name.split()[-1] in _CALLED_SO or times[name] > 1:
            written[at] = f"[{name}]:"
    return rewrite_lines(lines, written, reading, "speaker")


def _find_pairs(lines: list[str]) -> Iterator[_Pair]:
    """The lines with nothing but a name, and perhaps a time, above a short one and others below that."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for at, below, after in zip(filled, filled[1:], filled[2:], strict=False):
        if len(lines[at]) > _LONGEST_PAIR or len(lines[below]) > _LONGEST_PAIR:
            continue
        whole = lines[at].strip(_MARKS)
        name = _TIME.sub("", whole).strip(_MARKS + "|,-–—")
        office = lines[below].strip(_MARKS)
        if not name or not (is_name(name) or has_title(name)) or "]" in name or not _may_be_office(office):
            continue
        words = len(lines[after].split()) > 1 or _TIME.fullmatch(lines[after].strip(_MARKS))
        if len(name.split()) > 1 and words:
            yield _Pair(at, below, name, office, name != whole, _describe_layout(lines, at, below, after))


def _describe_layout(lines: list[str], at: int, below: int, after: int) -> tuple[int | bool, ...]:
    before = lines[at - 1].strip() if at else ""
    times = (_TIME.fullmatch(before) is not None, _TIME.fullmatch(lines[after].strip(_MARKS)) is not None)
    return (before == "", _TIME.search(lines[at]) is not None, below - at, after - below, *times)


def _find_alone(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The names that paragraphs begin with, by their places: who has no office, or is named without it."""
    for at, line in enumerate(lines):
        name = line.strip(_MARKS) if len(line) <= _LONGEST_PAIR else ""
        opens = at == 0 or not lines[at - 1].strip()
        if opens and name and "]" not in name and find_lone_name(name) is not None:
            yield at, name


def _may_be_office(line: str) -> bool:
    """Whether a line is short and no sentence: `Chief Executive Officer, Mill Ltd`."""
    words = line.split()
    short = 0 < len(words) <= _MOST_OFFICE_WORDS and line[0].isupper() and ":" not in line
    return short and (line[-1].isalnum() or line[-1] in ").") and not ends_sentence(words[-1])


def _believe_pairs(pairs: list[_Pair]) -> list[_Pair]:
    """The pairs of those who have one office, be it that they speak once; none where hardly anybody has."""
    offices: dict[str, Counter[str]] = {}
    for pair in pairs:
        offices.setdefault(pair.name, Counter())[pair.office] += 1
    single = {name: next(iter(found)) for name, found in offices.items() if len(found) == 1}
    known = {name for name, office in single.items() if names_office(office)}
    again = {name for name, office in single.items() if offices[name].total() >= _least_times(office)}
    layouts = {pair.layout for pair in pairs if pair.name in again}
    alike = {pair.name for pair in pairs if pair.name in single and pair.layout in layouts}
    names = again | known | alike
    if not again or len(names) < _LEAST_PEOPLE or 2 * len(names) <= len(offices):
        return []
    return [pair for pair in pairs if pair.name in names and pair.office not in offices]


def _least_times(office: str) -> int:
    """How often something has to stand below a name to be an office: one word may also be an answer."""
    return _LEAST_TIMES if len(office.split()) > 1 or names_office(office) else _LEAST_TIMES + 1


def _find_lines(lines: list[str]) -> Iterator[tuple[int, _Joined]]:
    """The lines that stand beside a name, by their places, and what becomes of each."""
    for at in range(len(lines) - 1):
        line, below = lines[at].strip(), lines[at + 1].strip()
        opens = at == 0 or not lines[at - 1].strip()
        if not (opens and line and below) or len(line) > 200:
            continue
        said = at + 2 < len(lines) and lines[at + 2].strip() != ""
        office = is_office(line)
        if said and _SEATS.fullmatch(below) and (office or likeness_of(line) is Likeness.NAME):
            yield at, _Joined.BEHIND
        elif office and said and "(" not in line and is_name(below) and not is_office(below):
            yield at, _Joined.NAME_BELOW
        elif office and _is_labelled(below):
            yield at, _Joined.LABEL_BELOW


def _is_labelled(line: str) -> bool:
    label = find_label_in(line)
    return label is not None and label.likeness in (Likeness.NAME, Likeness.SURE)
