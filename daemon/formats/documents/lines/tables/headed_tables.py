"""Tables inside of a document whose first row names their columns: `Start`, `Dur.`, `Speaker`, `Text`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from daemon.formats.captions.cues.cell_times import read_cell_time
from daemon.formats.captions.cues.table_columns import Columns
from daemon.formats.captions.table import cell_at, name_columns, name_reason
from daemon.formats.paragraph import Paragraph, share_times
from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

_LEAST_ROWS = 2
_LEAST_BESIDE = 3
"""Columns, with those of who speaks and of what is said, from which a table is read by them without times."""
_LONGEST_HEAD = 200  # characters
_WIDE = "\t\t"
"""What parts the cells of a Word document: one tab ends the paragraph in a cell, one the cell."""

_ANALYSES = ("Amazon Transcribe Audio Source", "Amazon BDA Audio Metadata")
"""How a document begins in which Amazon's tools tell of a call, above and below what was said in it."""


@dataclass(frozen=True, slots=True)
class HeadedTable:
    """A table of what was said: the places of its head and of the line behind it, and its columns.

    `width` is how many cells its head has.
    """

    begins: int
    ends: int
    separator: str
    columns: Columns
    width: int

    def is_timed(self, line: str) -> bool:
        """Whether the line has a time in the column of the times."""
        return read_cell_time(cell_at(line.split(self.separator), self.columns.start))[0] is not None

    def is_said(self, line: str) -> bool:
        """Whether the line has a time; in a table without times, somebody's name and words."""
        if self.columns.start is not None:
            return self.is_timed(line)
        cells = line.split(self.separator)
        told = all(cell_at(cells, at).strip() for at in (self.columns.speaker, self.columns.text))
        return told and len(cells) == self.width

    def begins_row(self, line: str) -> bool:
        """Whether the line has a time, or nothing, in the column of the times, and something behind it."""
        if not line.strip() or "\t" not in line:
            return False
        if self.columns.start is None and len(line.split(self.separator)) != self.width:
            return False
        return not cell_at(line.split(self.separator), self.columns.start).strip() or self.is_timed(line)

    def goes_on_with(self, line: str) -> bool:
        """Whether the line may be one of several in a cell of words that is the last of its row."""
        known = (self.columns.start, self.columns.end, self.columns.speaker)
        is_last = all(at is None or at < self.columns.text for at in known)
        return is_last and sum(cell.strip() != "" for cell in line.split(self.separator)) == 1


def without_analyses(lines: list[str], reading: Reading) -> list[str]:
    """The lines; of a call that Amazon's tools analysed the table of what was said alone.

    What stands around it tells of the moods and the outcome, and quotes single turns once more.
    """
    if next(filter(str.strip, lines), "").strip() not in _ANALYSES:
        return lines
    said = (table for table in find_headed_tables(lines) if lines[table.begins].startswith("Start\t"))
    table = next(said, None)
    if table is None:
        return lines
    around = lines[: table.begins] + lines[table.ends :]
    reading.drop("header", sum(map(count_words, around)))
    return lines[table.begins : table.ends]


def find_headed_tables(lines: Sequence[str]) -> Iterator[HeadedTable]:
    """The tables whose head names who speaks, what is said and a time, or something else beside it."""
    at = 0
    while at < len(lines):
        table = _find_table(lines, at) if "\t" in lines[at] else None
        if table is not None:
            yield table
        at = at + 1 if table is None else table.ends


def _find_table(lines: Sequence[str], at: int) -> HeadedTable | None:
    """The table whose head stands here; None where none does."""
    if len(lines[at]) > _LONGEST_HEAD:
        return None
    separator = _WIDE if _WIDE in lines[at].strip() else "\t"
    names = lines[at].split(separator)
    columns = name_columns(names)
    beside = len(lines[at].strip().split(separator)) >= _LEAST_BESIDE
    if columns is None or columns.speaker is None or (columns.start is None and not beside):
        return None
    table = HeadedTable(at, at + 1, separator, columns, len(names))
    ends, timed = at + 1, 0
    for place in range(at + 1, len(lines)):
        line = lines[place]
        if table.begins_row(line):
            ends = place + 1
            timed += table.is_said(line)
        elif line.strip():
            if not (ends > at + 1 and lines[place - 1].strip() and table.goes_on_with(line)):
                break
            ends = place + 1 if line.endswith("\t") else ends  # so ends a cell of Word
    return replace(table, ends=ends) if timed >= _LEAST_ROWS else None


def read_headed_table(lines: Sequence[str], table: HeadedTable, reading: Reading) -> None:
    """Add what the rows of the table say to `reading`, and book the words of its head and other columns."""
    reading.drop("header", count_words(lines[table.begins]))
    rows: list[list[str]] = []
    for line in filter(str.strip, lines[table.begins + 1 : table.ends]):
        if table.begins_row(line):
            rows.append([line])
        else:
            rows[-1].append(line)
    reading.segments += share_times(_make_paragraphs(map(" ".join, rows), table, reading))


def _make_paragraphs(rows: Iterable[str], table: HeadedTable, reading: Reading) -> Iterator[Paragraph]:
    """A paragraph for each row with words; one that names nobody goes on with who spoke before."""
    columns, speaker = table.columns, None
    for row in rows:
        cells = _part_cells(row, table)
        for at, cell in enumerate(cells):
            reading.drop(name_reason(at, columns), count_words(cell) if at != columns.text else 0)
        speaker = " ".join(cell_at(cells, columns.speaker).split()).rstrip(" :：") or speaker
        start, end = (read_cell_time(cell_at(cells, at))[0] for at in (columns.start, columns.end))
        if said := " ".join(cell_at(cells, columns.text).split()):
            yield Paragraph(speaker, start, end, [said])


def _part_cells(row: str, table: HeadedTable) -> list[str]:
    """The cells of a row; words may hold what parts cells."""
    cells, text = row.split(table.separator), table.columns.text
    beyond = max(0, len(cells) - table.width)
    known = (table.columns.start, table.columns.end, table.columns.speaker)
    if all(at is None or at < text for at in known):
        cells[text : text + beyond + 1] = [" ".join(cells[text : text + beyond + 1])]
    return cells
