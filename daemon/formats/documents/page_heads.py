"""The numbers of pages, and the lines that head or foot every page, as texts copied out of PDF hold them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

_NUMBER = re.compile(
    r"[\s\[(–—-]*(?:(?:page|seite|página|pagina|p\.|стр\.|sivu|s\.)\s?)?(\d{1,5})"
    r"(?:\s?(?:/|of|von|de|di|sur|van)\s?\d{1,5})?\s?(?:頁|页|ページ)?[\s\])–—-]*",
    re.I | re.ASCII,
)
_DIGITS = re.compile(r"\d+")
_LEAST_PAGES = 4
_LEAST_LINES = 8
"""Lines with something on them from one number to the next, on average: nobody counts as slowly as that."""
_NEAR = 3
"""Lines with something on them beside a number among which heads stand."""
_HEAD_SHARE = 0.5
"""The share of pages that have a line from which it heads them."""
_MOST_WORDS = 14
_LONGEST = 150  # characters


def without_page_heads(lines: list[str], reading: Reading) -> list[str]:
    """The lines without numbers of pages and what recurs beside them; booked."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    places = _page_numbers(lines, filled)
    if not places:
        return lines
    gone = {filled[place] for place in places} | set(_heads(lines, filled, places))
    for at in gone:
        reading.drop("page header", count_words(lines[at]))
    return [line for at, line in enumerate(lines) if at not in gone]


def _page_numbers(lines: Sequence[str], filled: Sequence[int]) -> list[int]:
    """The places, among the lines with something on them, of numbers that rise by one from page to page."""
    run: list[int] = []
    last = 0
    for place, at in enumerate(filled):
        found = _NUMBER.fullmatch(lines[at]) if len(lines[at]) <= _LONGEST else None
        if found is None:
            continue
        number = int(found[1])
        if run and number != last + 1:
            if len(run) >= _LEAST_PAGES:
                continue  # a number among the words
            run = []
        run.append(place)
        last = number
    if len(run) < _LEAST_PAGES or run[-1] - run[0] < _LEAST_LINES * (len(run) - 1):
        return []
    return run


def _heads(lines: Sequence[str], filled: Sequence[int], places: Sequence[int]) -> Iterator[int]:
    """The lines beside the numbers that recur, but for their figures, beside most of them."""
    beside: Counter[str] = Counter()
    near: dict[int, str] = {}
    for place in places:
        around = range(max(0, place - _NEAR), min(len(filled), place + _NEAR + 1))
        texts = {other: _bare(lines[filled[other]]) for other in around if other != place}
        near |= {filled[other]: text for other, text in texts.items() if text}
        beside.update({text for text in texts.values() if text})
    least = max(_LEAST_PAGES - 1, _HEAD_SHARE * len(places))
    for at, text in near.items():
        if beside[text] >= least:
            yield at


def _bare(line: str) -> str:
    """A short line without its figures; "" for a longer one, and for nothing but figures."""
    if len(line) > _LONGEST or len(line.split()) > _MOST_WORDS or not any(map(str.isalpha, line)):
        return ""
    return " ".join(_DIGITS.sub("0", line).split())
