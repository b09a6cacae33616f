"""Tables drawn in characters: cells between bars, or in columns of spaces as print leaves them.

| 00:00 | Ann | Good morning. |          00:00   Ann   Good morning.
| 00:04 | Ben | Hello.        |          00:04   Ben   Hello.
"""

from __future__ import annotations

import re
from collections import Counter

from daemon.formats.documents.lines.tables.rows import (
    BAR,
    NAME_LIKENESSES,
    TABLE_SHARE,
    TIME,
    names_columns,
)
from daemon.formats.speakers.names import likeness_of
from daemon.formats.word_account import Reading, rewrite_lines

_BARS = re.compile(r"(?<!\\)\|\|")
_GRID = re.compile(r"\s*[+|][-=+|:\s]{3,1000}[+|]\s*")
"""The rule between two rows of a table in characters: `+----+----+`, `|----+----|`."""
_LEAST_ROWS, _LEAST_SPACED = 2, 3
_WIDE_SPACE = re.compile(r" {2,}")
_SPACED_ROW = re.compile(rf"\s*({TIME.pattern}) {{2,}}(\S(?:\S| (?! )){{0,40}}) {{2,}}(?=\S)", re.ASCII)
_ENDED = re.compile(r"(?:[!?,]|\w\w\.)$")
"""How a sentence ends, behind which some type two spaces; no initial."""


def bars_as_tabs(lines: list[str], reading: Reading) -> list[str]:
    """The lines, rows of cells between bars as cells parted by tabs, where most lines are such.

    So Org, Jira, reStructuredText and Word's readers for terminals write tables. A row whose first cell is
    empty goes on with the one right above it, as a margin broke its cells.
    """
    rows = {at: cells for at, line in enumerate(lines) if len(cells := _part_at_bars(line)) > 1}
    ruled = [at for at, line in enumerate(lines) if _GRID.fullmatch(line)]
    filled = sum(line.strip() != "" for line in lines) - len(ruled)
    if len(rows) < _LEAST_ROWS or len(rows) < TABLE_SHARE * filled:
        return lines
    begun = sum(cells[0] != "" for cells in rows.values())
    broken = not ruled or len(ruled) >= begun  # a table with a rule below its head alone has whole rows
    written = dict.fromkeys(ruled, "")
    last: int | None = None
    for at, cells in rows.items():
        if broken and at - 1 in rows and last is not None and not cells[0] and len(cells) == len(rows[last]):
            rows[last] = [" ".join(filter(None, pair)) for pair in zip(rows[last], cells, strict=True)]
            written[at] = ""
        else:
            last = at
    written |= {at: "\t".join(cells) for at, cells in rows.items() if at not in written}
    reading.book_markup("\n".join(lines[at] for at in written), "\n".join(written.values()))
    return [written.get(at, line) for at, line in enumerate(lines)]


def columns_as_labels(lines: list[str], reading: Reading) -> list[str]:
    """The lines, with labels where time, name and words stand in columns; the names of these are booked."""
    found = {at: row for at, line in enumerate(lines) if (row := _SPACED_ROW.match(line))}
    names = Counter(row[2] for row in found.values())
    usual = sum(
        count
        for name, count in names.items()
        if likeness_of(name) in NAME_LIKENESSES and not _ENDED.search(name)
    )
    if len(found) < _LEAST_SPACED or not len(names) < len(found) == usual:
        return lines
    above = range(max(0, min(found) - 2), min(found))
    heads = (at for at in above if names_columns(_WIDE_SPACE.split(lines[at].strip())))
    written = {at: f"{row[1]} {row[2].rstrip(':')}: {lines[at][row.end() :]}" for at, row in found.items()}
    lines = rewrite_lines(lines, dict.fromkeys(heads, ""), reading, "header")
    return rewrite_lines(lines, written, reading, "speaker")


def _part_at_bars(line: str) -> list[str]:
    """The cells of a line that begins with a bar; none of any other, or of a rule."""
    bare = line.strip()
    if bare[:1] != "|" or _GRID.fullmatch(line):
        return []
    return [cell.strip() for cell in BAR.split(_BARS.sub("|", bare).removeprefix("|").removesuffix("|"))]
