"""Text in columns: names, times and words parted by tabs, as the tables of Word documents have them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from daemon.formats.captions.table import is_column_name
from daemon.formats.speakers.names import Likeness, is_generic, likeness_of
from daemon.formats.word_account import Reading, rewrite_lines
from daemon.text.names.likeness import is_common_name
from daemon.text.transcript import count_words

TIME = re.compile(r"\W{0,2}\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?\W{0,2}", re.ASCII)
NAME_LIKENESSES = (
    Likeness.SURE,
    Likeness.NAME,
    Likeness.LETTER,
    Likeness.LISTED,
    Likeness.ROLE,
    Likeness.ODD,
)
TABLE_SHARE = 0.5
"""The share of lines in columns with a name from which the column is the speakers'."""
_MOST_WORDS = 6
_HEAD_LINES = 20


_HEADINGS = frozenset(
    """
    time times timestamp start end speaker speakers name who text transcript content
    utterance turn what said words remarks speech dialogue zeit
    sprecher inhalt temps heure locuteur texte tiempo hora hablante
    texto tempo ora parlante testo falante tijd spreker tekst время спикер текст 時間 話者
    発言 内容 时间 说话人 시간 화자 내용
    """.split()
)
_COUNTS = frozenset(
    ["", "nr", "nr.", "no", "no.", "n°", "nº", "id", "row", "line", "zeile", "ligne", "index"]
)
"""What a column is called that counts the rows, once `#` is gone."""
_ROW_NUMBER = re.compile(r"\s*(\d{1,6})[.)]?\t(?=[^\t]*\t)", re.ASCII)
BAR = re.compile(r"(?<!\\)\|")
"""A bar between two cells; an escaped one is said."""
_RULE = re.compile(r"\s*(?:\|\s*)?(?::?-{2,}:?\s*\|\s*)+(?::?-{2,}:?\s*)?")


def table_rows(lines: list[str], reading: Reading) -> list[str]:
    """The lines, the rows of Markdown's tables as cells parted by tabs; their rules are booked."""
    out: list[str] = []
    inside = False
    for at, line in enumerate(lines):
        rule = _RULE.fullmatch(line) is not None
        below = lines[at + 1] if at + 1 < len(lines) else ""
        goes_on = inside and line.strip() != ""
        inside = rule or goes_on or ("|" in line and _RULE.fullmatch(below) is not None)
        if not inside or "|" not in line:  # the rest of a cell that a margin broke
            out.append(line)
            continue
        cells = [cell.strip().replace(r"\|", "|") for cell in BAR.split(line.strip().strip("|"))]
        kept = "" if rule else "\t".join(cells)
        reading.book_markup(line, kept)
        out.append(kept)
    return out


def names_columns(cells: list[str]) -> bool:
    """Whether some cells name the columns below them, leaving aside what counts the rows."""
    bare = [cell.strip(" *_:#").casefold() for cell in cells if cell.strip()]
    named = [cell for cell in bare if cell not in _COUNTS]
    return len(named) > 1 and all(cell in _HEADINGS or is_column_name(cell) for cell in named)


def without_headings(lines: list[str], reading: Reading) -> list[str]:
    """The lines without a row that names the columns."""
    for at, line in enumerate(lines[:_HEAD_LINES]):
        if names_columns(line.split("\t")):
            reading.drop("header", count_words(line))
            return [*lines[:at], "", *lines[at + 1 :]]
    return lines


def without_stacked_headings(lines: list[str], reading: Reading) -> list[str]:
    """The lines without the names of columns above the first time, where each cell has a line of its own."""
    filled = [at for at, line in enumerate(lines[:_HEAD_LINES]) if line.strip()]
    first = next((at for at in filled if TIME.fullmatch(lines[at].strip())), None)
    above = [at for at in filled if first is not None and at < first]
    names = [lines[at].strip(" \t*_:#").casefold() for at in above]
    if len(set(names)) < 2 or not all(name in _HEADINGS or is_column_name(name) for name in names):
        return lines
    return rewrite_lines(lines, dict.fromkeys(above, ""), reading, "header")


def cells_as_labels(lines: list[str], reading: Reading) -> list[str]:
    """The lines, a cell with the speaker's name written as a label where the file has such a column."""
    lines = _without_row_numbers(lines, reading)
    rows = [(at, line.split("\t")) for at, line in enumerate(lines) if "\t" in line]
    places = {at: place for at, cells in rows if (place := _place_of_name(cells)) is not None}
    filled = sum(line.strip() != "" for line in lines)
    if len(places) < 2 or len(places) < TABLE_SHARE * filled:
        return lines
    names = Counter(lines[at].split("\t")[place].strip() for at, place in places.items())
    timed = sum(TIME.match(lines[at]) is not None for at in places)
    called = sum(is_generic(name) or is_common_name(name.split()[0]) for name in names)
    each = len(places) == filled > 2 and len(names) < filled and called * 2 > len(names)
    if len(names) * 2 > len(places) and timed < len(places) and not each:
        return lines
    return [_label_line(line, places[at]) if at in places else line for at, line in enumerate(lines)]


def _without_row_numbers(lines: list[str], reading: Reading) -> list[str]:
    """The lines without a first cell that only counts the rows, where all of them have one."""
    found = {at: match for at, line in enumerate(lines) if (match := _ROW_NUMBER.match(line))}
    numbers = [int(match[1]) for match in found.values()]
    filled = sum(line.strip() != "" for line in lines)
    if len(found) < max(2, filled) or any(after != before + 1 for before, after in pairwise(numbers)):
        return lines
    return rewrite_lines(
        lines, {at: lines[at][match.end() :] for at, match in found.items()}, reading, "line number"
    )


def _place_of_name(cells: list[str]) -> int | None:
    """Which cell is a name, with something said behind it and at most times before it."""
    for place, cell in enumerate(cells[:-1]):
        bare = cell.strip()
        if not bare or TIME.fullmatch(bare):
            continue
        name = bare.rstrip(":").strip("*_ ")
        short = len(bare.split()) <= _MOST_WORDS
        spoken = any(later.strip() for later in cells[place + 1 :])
        return place if short and spoken and name and likeness_of(name) in NAME_LIKENESSES else None
    return None


def _label_line(line: str, place: int) -> str:
    """The line with a colon behind the name; a time behind it goes before it, as many words as there were."""
    cells = line.split("\t")
    name, before, after = cells[place].strip(), cells[:place], cells[place + 1 :]
    if after and TIME.fullmatch(after[0].strip()):
        before.append(after.pop(0))
    return " ".join([*before, name if name.endswith(":") else f"{name}:", *after])
