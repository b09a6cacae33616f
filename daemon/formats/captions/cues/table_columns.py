"""The columns of a table without a head, told by what their cells hold: times, names, words."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from daemon.formats.captions.cues.timing import read_time
from daemon.formats.speakers.names import Likeness, likeness_of
from daemon.formats.word_account import lines_of
from daemon.text.transcript import count_words

_DELIMITERS = "\t;|,"
_NO_MARKS = "|;"
_LOOKED_AT = 50  # rows
_LEAST_ROWS = 2
_LEAST_COLUMNS = 2
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,6})?(?=[\s\";,|]|$)", re.ASCII)
_NUMBER_CELL = re.compile(rf"(?:^|[\t;|,])[\s\"]?{_NUMBER.pattern}", re.ASCII)
_MOST_OVERLAP = 2  # seconds
_LEAST_NUMBERED, _LEAST_SAID = 3, 2
"""Rows of a table of start, end and words, and how many words a row has."""
_FEWEST_COLUMNS = 3
_NUMBERED_COLUMNS = (_FEWEST_COLUMNS, 4, 5)
_SHARE = 0.9  # of the rows that have the same number of cells, and of the cells of one kind
_LONGEST_ROW = 10_000  # characters
_TIME = re.compile(r"-?\d{1,3}:\d\d(?::\d\d)?(?:[:;.,]\d{1,3})?", re.ASCII)
_TIME_OR_SPAN = re.compile(rf"{_TIME.pattern}(?:\s?(?:-{{1,2}}>?|[–—])\s?{_TIME.pattern})?", re.ASCII)
_FRAMES = re.compile(r"\d{1,3}:\d\d:\d\d[:;]\d{2,3}", re.ASCII)
_MODE = re.compile("POP|PAI|TXT|RU[234]")
"""How captions came up on the screen, as CCExtractor tells it."""
_NAMES = (Likeness.NAME, Likeness.SURE, Likeness.LETTER, Likeness.LISTED, Likeness.ODD)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand, the first being 0; None for those that aren't there."""

    text: int
    start: int | None
    end: int | None
    speaker: int | None


def columns_of(text: str) -> tuple[str, Columns] | None:
    """The delimiter and the columns of a table without a head, None where this is none.

    It has two columns of times, or one with frames, and one of words; one time before the words is how people
    write transcripts in plain text, too.
    """
    lines = list(islice((line for line in lines_of(text) if line.strip()), _LOOKED_AT))
    if len(lines) < _LEAST_ROWS or not (
        _TIME.search(lines[0], 0, _LONGEST_ROW) or _NUMBER_CELL.search(lines[0], 0, _LONGEST_ROW)
    ):
        return None
    for delimiter in _DELIMITERS:
        if delimiter not in lines[0] or max(map(len, lines)) > _LONGEST_ROW:
            continue
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        if (found := _columns_among(rows, told=delimiter in _NO_MARKS) or _of_numbers(rows)) is not None:
            return delimiter, found
    return None


def _columns_among(rows: Sequence[Sequence[str]], *, told: bool) -> Columns | None:
    """The columns of these rows; `told` says that no other text is parted so, so that one time will do."""
    width = len(rows[0])
    alike = [row for row in rows if len(row) == width]
    if width < _LEAST_COLUMNS or len(alike) < max(_LEAST_ROWS, _SHARE * len(rows)):
        return None
    cells = [[row[at].strip() for row in alike] for at in range(width)]
    form = _TIME_OR_SPAN if told else _TIME
    times = [at for at in range(width) if _are_all(cells[at], form.fullmatch)]
    framed = bool(times) and _are_all(cells[times[0]], _FRAMES.fullmatch)
    others = [at for at in range(width) if at not in times]
    if not others or not times:
        return None
    words = max(others, key=lambda at: (sum(map(count_words, cells[at])), at))
    if not any(char.isalpha() for cell in cells[words] for char in cell):
        return None
    speaker = next((at for at in others if at != words and _are_names(cells[at])), None)
    if not (len(times) > 1 or framed or (told and speaker is not None)):
        return None
    end = times[1] if len(times) > 1 and _are_ends(cells[times[0]], cells[times[1]]) else None
    return Columns(words, times[0], end, speaker)


def _of_numbers(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The columns of rows with start and end, as numbers, and words: each starts about where one ends.

    What stands before them counts the rows, or names who speaks; rows of one word each are few in columns.
    """
    width = len(rows[0])
    if (
        len(rows) < _LEAST_NUMBERED
        or width not in _NUMBERED_COLUMNS
        or any(len(row) != width for row in rows)
    ):
        return None
    cells = [[row[at].strip() for row in rows] for at in range(width)]
    start = next((at for at in range(width - 1) if _are_spans(cells[at], cells[at + 1])), None)
    if start is None:
        return None
    others = [at for at in range(width) if at not in (start, start + 1)]
    words = max(others, key=lambda at: (sum(map(count_words, cells[at])), at))
    said = sum(map(count_words, cells[words]))
    lettered = sum(any(map(str.isalpha, cell)) for cell in cells[words])
    single = width == _FEWEST_COLUMNS and any("." in cell for cell in cells[start])
    if said < _LEAST_SAID * len(rows) and not (single and lettered >= _SHARE * len(rows)):
        return None
    speaker = next((at for at in others if at != words and _name_speakers(cells[at])), None)
    return Columns(words, start, start + 1, speaker)


def _are_spans(starts: Sequence[str], ends: Sequence[str]) -> bool:
    """Whether two columns of numbers are start and end of what is said, one after the other."""
    if not all(map(_NUMBER.fullmatch, starts)) or not all(map(_NUMBER.fullmatch, ends)):
        return False
    spans = [(float(start), float(end)) for start, end in zip(starts, ends, strict=True)]
    run_on = all(end <= after + _MOST_OVERLAP for (_, end), (after, _) in pairwise(spans))
    return run_on and all(start < end for start, end in spans)


def _name_speakers(cells: Sequence[str]) -> bool:
    """Whether a column names who speaks, again and again: `f000001` and the like only count the rows."""
    return len(set(cells)) < len(cells) and _are_names(cells)


def _are_all(cells: Sequence[str], fits: Callable[[str], object]) -> bool:
    """Whether there are cells with something in them, and as good as all of them fit."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(bool(fits(cell)) for cell in filled) >= _SHARE * len(filled)


def _are_names(cells: Sequence[str]) -> bool:
    """Whether a column names who speaks; numbers in four digits and CCExtractor's modes don't."""
    lettered = any(char.isalpha() for cell in cells for char in cell)
    return lettered and _are_all(cells, _is_name) and not _are_all(cells, _MODE.fullmatch)


def _is_name(cell: str) -> bool:
    return likeness_of(cell.rstrip(" :：")) in _NAMES


def _are_ends(starts: Sequence[str], ends: Sequence[str]) -> bool:
    """Whether each of these times is no earlier than the start in the same row: no duration is."""
    pairs = ((read_time(start)[0], read_time(end)[0]) for start, end in zip(starts, ends, strict=True))
    return all(start is None or end is None or start <= end for start, end in pairs)
