"""Times in the cells of tables: clocks, numbers in one of three units, and what spreadsheets make of them."""

from __future__ import annotations

import re

from daemon.formats.captions.cues.timing import read_time

IN_SECONDS, IN_MILLISECONDS, IN_DAYS = 1, 1000, 1 / 86400
"""By what the numbers of a column are divided."""
_PART_OF_DAY = re.compile(r"0(?:[.,]\d{6,20})?|\d(?:[.,]\d{1,20})?E-0[1-6]", re.I | re.ASCII)
_AS_TEXT = re.compile(r"^'(?=\d)|^=\"|(?<=\d)\"$")
_FIRST_DAY = re.compile(
    r"(?:1899-12-3[01]|(?:30[./]12|12[./]30)[./](?:18)?99|1900-01-0[01]|1970-01-01|0?[01][./]0?[01][./](?:19)?00)"
    r"[ T]{1,3}(?=\d)"
)
_OF_TWELVE = re.compile(r"(\d{1,2})(:\d\d:\d\d(?:\.\d{1,3})?)\s?([ap])\.?m\.?", re.I | re.ASCII)
"""How spreadsheets write times: as parts of a day, as text (`'0:01`, `="0:01"`), with the first
of their days, in hours of twelve."""
_LONGEST_NUMBER = 15  # digits: more are no time


def is_whole_number(cell: str) -> bool:
    """Whether a cell without spaces around it is a number that can be a time."""
    return cell.isascii() and cell.isdecimal() and len(cell) < _LONGEST_NUMBER


def is_part_of_day(cell: str) -> bool:
    """Whether a cell holds what a spreadsheet writes for a short time that it counts in days."""
    return _PART_OF_DAY.fullmatch(cell.strip()) is not None


def read_cell_time(cell: str, unit: float = IN_SECONDS) -> tuple[float | None, bool]:
    """The seconds of a time, and whether it has frames; `unit` is that of numbers."""
    cell = _FIRST_DAY.sub("", _AS_TEXT.sub("", cell.strip(" \t[]()")))
    if unit == IN_DAYS and is_part_of_day(cell):
        return round(float(cell.replace(",", ".")) / unit, 3), False
    if (clock := _OF_TWELVE.fullmatch(cell)) is not None:
        cell = f"{int(clock[1]) % 12 + 12 * (clock[3] in 'pP')}{clock[2]}"
    if is_whole_number(cell):
        return round(int(cell) / unit, 3), False
    return read_time(cell)
