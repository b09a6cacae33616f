"""Where somebody else begins to speak within a line: `Shall we begin? Ben: Yes, please.`"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from daemon.formats.speakers.names import PERSONAL_TITLES, is_generic, is_name, is_note
from daemon.formats.word_account import Reading
from daemon.text.names.likeness import is_common_name

_MARK = re.compile(r"[.?!…\"”)\]—。？！」』-]")
"""One of these stands before each label inside a line."""
_BEFORE = r"(?:\s(?<=[.?!…\"”)—。？！」』-]\s)\s{0,9}|(?<=\])\s{3,9})"
"""The end of a sentence, or of a note before a gap, as copies of a printed page have them for a new line."""
_SPEAKER = re.compile(r"\s(?<=[.?!…\"”)]\s)\s{0,8}(?=\[?([^\W\d_]\w{0,20}[ _-]?\d{1,3})\]?:\s)")
"""A speaker that a program numbered, behind a sentence."""
_ANNOUNCED = re.compile(r"(?<=[.?!…\"”)\]♪])\s{1,9}(?=>>)")
"""Where captions announce somebody else."""
_DASHED = re.compile(r"(?<=[.?!…\"”)\]♪])\s{1,3}(?=[-–—]\s?[^\W\d_])")
"""Where the second of two who speak begins, on a line that begins with a dash: `- Hi. - Hello.`"""
_COLON = re.compile("[:：]")
_TIMED = re.compile(
    r"(?<=[.?!…\"”)])\s{1,9}(?=[\[(]\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]\s{1,3}"
    r"[*\[]{0,3}([^\W\d_][^:*\[\]\n]{0,40})[*\]]{0,3}:\*{0,3}\s)",
    re.ASCII,
)
"""A time before somebody's name, behind a sentence: `Shall we? [0:04] Ben: Yes.`"""
_OPENING = re.compile(r"\s*\*{0,3}([^\W\d_*][^:：*\n]{0,40})\*{0,3}(?::\*{0,3}(?:\s|(?=[^\W\d_a-z]))|：)")
_TITLE = rf"(?i:{'|'.join(sorted(PERSONAL_TITLES))})\.\s"
_INITIAL = re.compile(r"(?:[^\W\d_a-z]\.-?){1,3}")
_INNER = re.compile(
    rf"{_BEFORE}\*{{0,3}}((?:{_TITLE})?[^\W\d_][^\s:：*.?!]{{0,30}}(?:\s[^\W\d_][^\s:*?!]{{0,30}}){{0,2}})"
    r"\*{0,3}(?::\*{0,3}(?:\s|(?=[^\W\d_a-z]))|：)"
)
_LABEL = re.compile(
    rf"{_BEFORE}(?=(?:[-–—]\s?)?\*{{0,3}}([^:：*\n]{{1,120}})\*{{0,3}}(?::\*{{0,3}}(?:\s|(?=[^\W\d_a-z]))|：))"
)
_TIMES = re.compile(r"[.?!…\"”)]\s{1,9}[\[(]\d")
_LEAST_NAMES, _LEAST_OPENED = 2, 2
_LEAST_ANSWERS, _ANSWERS_SHARE, _ASKS_SHARE = 5, 0.5, 0.8
"""How often, and on which share of the lines that begin with a name, another is named within the line, where
one and the same begins this share of them."""
_WIDE, _LEAST_WIDE = 3, 6
"""Spaces that are a gap, and how often labels stand behind one where it is no chance."""
_FEW_LINES = 2
_MOST_ON_A_LINE = 20  # people
_LONGEST_TITLE = 20  # letters
_DASHES = "-–— \t"


class InnerLabels:
    """The names before which the lines of a file are cut, behind a sentence.

    They recur, and begin other lines too, or many people are called so.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)

    @classmethod
    def find(cls, lines: Iterable[str]) -> InnerLabels:
        """Those of a file of these lines."""
        times, wide, opening = Counter[str](), Counter[str](), Counter[str]()
        few: list[str] = []
        for line in lines:
            if len(few) <= _FEW_LINES and line.strip():
                few.append(line)
            if ":" not in line and "：" not in line:
                continue
            if found := _OPENING.match(line):
                opening[found[1]] += 1
                times[found[1]] += 1
            if _COLON.search(line, found.end() if found else 0):
                inner = list(_find_parted(_INNER, line))
                times.update(match[1] for match in inner)
                wide.update(match[1] for match in inner if match.start(1) - match.start() >= _WIDE)
        often = [name for name, count in times.items() if count >= _LEAST_OPENED]
        asks = max(opening.values(), default=0) >= _ASKS_SHARE * opening.total()
        answers = max(_LEAST_ANSWERS, _ANSWERS_SHARE * opening.total())
        likely = (
            name
            for name in often
            if name in opening or is_common_name(name.split()[0]) or (asks and times[name] >= answers)
        )
        names = [name for name in likely if is_name(name) and not is_note(name)]
        if sum(wide[name] for name in names) >= _LEAST_WIDE:  # who speaks once stands behind a gap, too
            names += [name for name in wide if name not in names and is_name(name) and not is_note(name)]
        told = len(names) >= _LEAST_NAMES and any(name in opening for name in names)
        return cls(names if told else _find_names_on_a_line(few))

    def cut(self, line: str) -> Iterator[str]:
        """The pieces of a line, each of them said by one."""
        if _MARK.search(line, 0, max(line.rfind(":"), line.rfind("："))) is None:
            yield line
            return
        at = 0
        for found in _find_parted(_LABEL, line) if self._names else ():
            if found[1] in self._names and line[at : found.start()].strip(_DASHES):
                yield from _cut_at_numbered(line[at : found.start()])
                at = found.end()
        yield from _cut_at_numbered(line[at:])


def _find_parted(pattern: re.Pattern[str], line: str) -> Iterator[re.Match[str]]:
    """What is found behind a sentence, and not behind what a name begins with: `Dr. Berg:`, `J. R. Berg:`."""
    for found in pattern.finditer(line):
        before = line[max(0, found.start() - _LONGEST_TITLE) : found.start()].split()
        if before[-1].rstrip(".").casefold() not in PERSONAL_TITLES and not _are_initials(before):
            yield found


def _are_initials(before: list[str]) -> bool:
    """Whether words end with initials that begin a name, as behind a sentence; none ends with `plan B.`"""
    while before and _INITIAL.fullmatch(before[-1]):
        before = before[:-1]
        if not before or _MARK.match(before[-1][-1]):
            return True
    return False


def _find_names_on_a_line(lines: Sequence[str]) -> list[str]:
    """The names that begin what is said by several on one line, which the first of them begins."""
    first = _OPENING.match(lines[0]) if 0 < len(lines) <= _FEW_LINES else None
    if first is None:
        return []
    found = Counter(found[1] for line in lines for found in _find_parted(_INNER, line))
    found[first[1]] += 1
    names = [name for name in islice(found, _MOST_ON_A_LINE + 1) if is_name(name) and not is_note(name)]
    often = len(names) >= _LEAST_NAMES and all(found[name] >= _LEAST_OPENED for name in names)
    return names if often and first[1] in names and len(names) <= _MOST_ON_A_LINE else []


def _cut_at_numbered(line: str) -> Iterator[str]:
    at = 0
    for found in _SPEAKER.finditer(line):
        if is_generic(found[1]):
            yield line[at : found.start()]
            at = found.end()
    yield line[at:]


def split_at_speakers(lines: list[str], _reading: Reading) -> list[str]:
    """The lines of a text, cut before each label inside, and where `>>` announces somebody else."""
    parted = [piece for line in lines for piece in (_ANNOUNCED.split(line) if ">>" in line else (line,))]
    parted = [piece for line in parted for piece in _cut_at_times(line)]
    inner = InnerLabels.find(parted)
    return [piece for line in parted for piece in (inner.cut(line) if _COLON.search(line) else (line,))]


def _cut_at_times(line: str) -> Iterator[str]:
    """The pieces of a line, cut before each time with somebody's name behind it."""
    at = 0
    for found in _TIMED.finditer(line) if _TIMES.search(line) else ():
        if is_generic(found[1]) or (is_name(found[1]) and not is_note(found[1])):
            yield line[at : found.start()]
            at = found.end()
    yield line[at:]


def may_hold_several(text: str) -> bool:
    """Whether what is said by several may stand on one line of a text; told in hardly any time."""
    return ":" in text or "：" in text or "-" in text or "–" in text or "—" in text


def cut_at_dashes(line: str) -> list[str]:
    """The pieces of a line that begins with a dash, cut before the one with which the next one begins."""
    return _DASHED.split(line) if line.lstrip()[:1] in ("-", "–", "—") else [line]
