"""The numbers that lawyers and researchers put before each line of a record, and the heads of its pages."""

from __future__ import annotations

import re
from itertools import pairwise

from daemon.formats.speakers.labels import find_label_in
from daemon.formats.speakers.names import is_somebody_unseen
from daemon.formats.word_account import Reading, rewrite_lines
from daemon.text.transcript import count_words

_COLUMN = re.compile(r"\s*(\d{1,5})(?:\t|\s\s|$)", re.ASCII)
"""A number in a column of its own."""
_LISTED = re.compile(r"\s*(\d{1,5})(?:[.)]\s{0,40}|\s{1,40})(?=\S)(?!(?:min|sec|s)\b)", re.ASCII)
"""A number directly before the words, as in a list; before `min` it is a time."""
_IN_BRACKETS = re.compile(r"\s*[\[(](\d{1,5})[\])]\s{1,9}(?=\S)", re.ASCII)
_OF_SPEECHES = re.compile(r"\s*Anf\.\s{1,9}\d{1,4}\s{1,9}(?=[^\W\d_].*\S)", re.ASCII)
"""The number of a speech before the name of who gives it, in the record of Sweden's parliament."""
_TIMED = re.compile(r"(\s*\d{1,2}:\d\d(?::\d\d)?\s{1,9}|\s{8,})(\d{1,2})(?=\t|\s\s|$)", re.ASCII)
"""A line's number behind the time of the day, as stenographers' programs print both."""
_AT_RIGHT = re.compile(r"(\s*\d{1,2}\s\s.{0,120}?\S)\s{2,99}(\d{1,2}:\d\d(?::\d\d)?)\s*", re.ASCII)
"""The same time at the right margin of a numbered line."""
_OF_PAGES = re.compile(r"\s*\[?(\d{1,5}):(\d{1,2})\]?(?:\s+|$)", re.ASCII)
"""The number of a page and of a line on it, as lawyers cite depositions: `101:23 Q. When?`"""
_LEAST_CITED, _LEAST_LABELS, _LAST_MINUTE = 3, 2, 59
_QUESTION = re.compile(r"([QA])\s{1,9}(?=[\"“]?[^\W\d_a-z])")
_LISTS = (".", ")")
_LEAST_LINES = 8
_LEAST_LISTED = 3
_LONGEST_LINE = 200  # characters
_MOST_MISSING = 5
_CUE_NUMBER = re.compile(r"\s*#?(\d{1,6})[.)]?\s*", re.ASCII)
_CUE_TIME = re.compile(r"\s*[\[(]?\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?(?:\s.{0,40})?", re.ASCII)
_LEAST_CUES, _LONGEST = 2, 60  # cues, and characters of their number and of their time
_TURNS_SHARE, _SHARE = 0.8, 0.6
"""The share of turns with a label, and of lines with a number, from which nobody counts things with it."""


def without_line_numbers(lines: list[str], reading: Reading) -> list[str]:
    """The lines without the numbers before them; booked, and so is what stands between numbered pages."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    lines = _with_times_at_left(lines, filled)
    speeches = {at: match.end() for at in filled if (match := _OF_SPEECHES.match(lines[at]))}
    if len(speeches) > 1:
        return _strip_numbers(lines, speeches, reading, paged=False)
    if (cited := _find_cited_lines(lines, filled)) is not None:
        return _strip_numbers(lines, cited, reading, paged=False)
    if (untimed := _without_timed_numbers(lines, filled, reading)) is not None:
        return untimed
    if not any(lines[at].lstrip(" \t[(")[:1].isdigit() for at in filled[:50]):
        return lines
    for form, least in ((_COLUMN, _LEAST_LINES), (_LISTED, _LEAST_LISTED), (_IN_BRACKETS, _LEAST_LISTED)):
        found = {at: match for at in filled if (match := form.match(lines[at]))}
        numbers = _of_lines({at: int(match[1]) for at, match in found.items()})
        if len(numbers) < least:
            continue
        each = len(numbers) >= _SHARE * len(filled)
        if (form is _COLUMN and each) or (
            form is not _COLUMN and _are_turns(lines, found, numbers, each=each)
        ):
            paged = form is _COLUMN and _are_paged(numbers)
            if paged:  # a line whose number is out of order is none that heads a page
                numbers = _of_lines({at: int(match[1]) for at, match in found.items()}, gaps=True)
            ends = {at: found[at].end() for at in numbers}
            return _strip_numbers(lines, ends, reading, paged=paged)
    return lines


def _with_times_at_left(lines: list[str], filled: list[int]) -> list[str]:
    """The lines, times of the day at the right margin of most of them before their numbers."""
    found = {at: match for at in filled if (match := _AT_RIGHT.fullmatch(lines[at], 0, _LONGEST_LINE))}
    if len(found) < _LEAST_LINES or len(found) < _SHARE * len(filled):
        return lines
    return [f"{found[at][2]}  {found[at][1]}" if at in found else line for at, line in enumerate(lines)]


def _find_cited_lines(lines: list[str], filled: list[int]) -> dict[int, int] | None:
    """Where what follows page and line ends these, by places of lines; None where they may be times.

    They run on by one, or with the first line of the next page, and some have labels, as verses have none. No
    time turns over before 59, or has a single figure behind its colon.
    """
    found = {at: match for at in filled if (match := _OF_PAGES.match(lines[at]))}
    if len(found) < _LEAST_CITED or len(found) < _SHARE * len(filled):
        return None
    cited = [(int(match[1]), int(match[2])) for match in found.values()]
    turned = [before for before, after in pairwise(cited) if after == (before[0] + 1, 1)]
    followed = sum(after == (before[0], before[1] + 1) for before, after in pairwise(cited))
    if len(turned) + followed < len(cited) - 1:
        return None
    ends = {at: match.end() for at, match in found.items()}
    labelled = sum(find_label_in(lines[at][end:]) is not None for at, end in ends.items())
    are_times = all(len(match[2]) > 1 for match in found.values()) and all(
        line >= _LAST_MINUTE for _, line in turned
    )
    return None if labelled < _LEAST_LABELS or are_times else ends


def _without_timed_numbers(lines: list[str], filled: list[int], reading: Reading) -> list[str] | None:
    """The lines with their times, and without the numbers behind these; None where there are none."""
    found = {at: match for at in filled if (match := _TIMED.match(lines[at]))}
    numbers = _of_lines({at: int(match[2]) for at, match in found.items()})
    timed = sum(bool(found[at][1].strip()) for at in numbers)
    if len(numbers) < _LEAST_LINES or len(numbers) < _SHARE * len(filled) or timed * 3 < len(numbers):
        return None
    written = {at: found[at][1] + lines[at][found[at].end() :] for at in numbers}
    return rewrite_lines(lines, written, reading, "line number")


def _of_lines(numbers: dict[int, int], *, gaps: bool = False) -> dict[int, int]:
    """The numbers that run on by one, or begin again with one; by the places of their lines.

    With `gaps` some may be missing between, and a page may be numbered like its first line.
    """
    out: dict[int, int] = {}
    last = 0
    for at, number in numbers.items():
        again = number == 1 and (last > 1 or gaps)
        follows = last < number <= last + (_MOST_MISSING if gaps else 1)
        if follows or again or (not out and number < 1000):
            out[at] = last = number
    return out


def _are_turns(
    lines: list[str], found: dict[int, re.Match[str]], numbers: dict[int, int], *, each: bool
) -> bool:
    """Whether these are the numbers of lines or turns with labels, and not those of what somebody lists.

    `each`: most lines have one. Lists begin again with one, and name each thing once.
    """
    behind = [lines[at][found[at].end() :] for at in numbers]
    asked = any(text[:1] == "Q" and _QUESTION.match(text) for text in behind)
    names = [name for text in behind if (name := _name_behind(text, asked=asked)) is not None]
    listed = any(found[at][0].rstrip().endswith(_LISTS) for at in numbers)
    again = _are_paged(numbers)
    broken = len(set(names)) == 1 or len(numbers) < len(found)
    if listed and broken and all(map(is_somebody_unseen, names)):
        return False  # 1. Mann: text, 2. Mann: text
    least = 0.5 if each and not listed else _TURNS_SHARE
    return len(set(names)) < len(names) and len(names) >= least * len(numbers) and not (listed and again)


def _name_behind(text: str, *, asked: bool) -> str | None:
    """Who is named at the beginning of what stands behind a number: by a label, or `asked` as `Q Where?`"""
    if asked and (question := _QUESTION.match(text)):
        return question[1]
    label = find_label_in(text)
    return None if label is None else label.name


def _are_paged(numbers: dict[int, int]) -> bool:
    """Whether the numbers begin anew on each page."""
    return any(after == 1 for _, after in pairwise(numbers.values()))


def _strip_numbers(lines: list[str], ends: dict[int, int], reading: Reading, *, paged: bool) -> list[str]:
    """The lines without their numbers; where they are `paged`, without those that have none, too."""
    out = []
    for at, line in enumerate(lines):
        if at in ends:
            kept = line[ends[at] :]
            reading.drop("line number", count_words(line) - count_words(kept))
            out.append(kept)
        elif paged:
            reading.drop("page header", count_words(line))
        else:
            out.append(line)
    return out


def without_cue_numbers(lines: list[str], reading: Reading) -> list[str]:
    """The lines without those that only count, each above a time: what is left of captions; booked."""
    found: dict[int, int] = {}
    for at, line in enumerate(lines[:-1]):
        number = _CUE_NUMBER.fullmatch(line) if len(line) < _LONGEST else None
        if number and len(lines[at + 1]) < _LONGEST and _CUE_TIME.fullmatch(lines[at + 1]):
            found[at] = int(number[1])
    if len(found) < _LEAST_CUES or any(after != before + 1 for before, after in pairwise(found.values())):
        return lines
    for at in found:
        reading.drop("cue number", count_words(lines[at]))
    return [line for at, line in enumerate(lines) if at not in found]
