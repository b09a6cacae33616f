"""The numbers of pages, and the lines that head or foot every page, as texts copied out of PDF hold them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from daemon.formats.speakers.labels import find_label
from daemon.formats.speakers.names import is_name
from daemon.formats.word_account import Reading, rewrite_lines
from daemon.text.sentences import ends_sentence
from daemon.text.transcript import count_words

_PAGE = (
    r"page|pg\.?|seite|s\.|página|pág\.?|pagina|pag\.?|p\.|стр\.|страница|sivu|sida|side|strona|str\.|sayfa"
    r"|oldal|blz\.?"
)
_NUMBER = re.compile(
    rf"[\s\[(–—|-]*(?:(?:{_PAGE})\s?)?(\d{{1,5}})"
    r"(?:\s?(?:/|of|von|de|di|sur|van|av|z|из)\s?\d{1,5})?\s?(?:頁|页|ページ|쪽)?[\s\])–—|-]*",
    re.I | re.ASCII,
)
_TOLD = re.compile(rf"[\s\[(–—|-]*(?:{_PAGE})\s?(\d{{1,5}})\b.{{0,12}}", re.I | re.ASCII)
"""A number that says by itself that it is a page's: `Page 11`, `Seite 3 von 5`."""
_OF_ALL = re.compile(
    rf"(?<!\w)(?:{_PAGE})\s?(\d{{1,5}})\s?(?:/|of|von|de|di|sur|van|av|z|из)\s?(\d{{1,5}})[\s\])–—|-]*$",
    re.I | re.ASCII,
)
"""A number with that of the last page behind it: `Page 2 of 5`; before it what heads every page, perhaps."""
_NUMBER_AT_END = re.compile(
    rf"(?P<text>\S.*?)(?:\s|[|,–—-]){{1,80}}(?:(?:{_PAGE}):?\s?)?(?P<number>\d{{1,5}})"
    r"(?:\s?(?:/|of|von|de|di|sur|van|av|z|из)\s?\d{1,5})?[\s|–—-]*$",
    re.I | re.ASCII,
)
_NUMBER_AT_START = re.compile(
    rf"\s*(?:(?:{_PAGE})\s?)?(?P<number>\d{{1,5}})(?:\s|[|–—-]){{1,80}}(?P<text>[^\W\d_].*?)\s*$", re.I
)
_MARKED = re.compile(r"\s*([-–—])\s?\d{1,4}\s?\1\s*", re.ASCII)
_DIGITS = re.compile(r"\d+")
_LEAST_PAGES, _LEAST_TOLD = 4, 2
_LONGEST_NAME = 3  # words
_LEAST_LINES = 8
"""Lines with something on them from one number to the next, on average: nobody counts as slowly as that."""
_LEAST_WORDS = 150
"""Words from one number to the next, where paragraphs are lines."""
_NEAR = 3
"""Lines with something on them beside a number among which heads stand."""
_HEAD_SHARE = 0.5
"""The share of pages that have a line from which it heads them."""
_EVEN, _EVEN_SHARE = 1.7, 0.7
"""How much longer than usual a page may be, and the share of pages as long as usual: chapters differ."""
_MOST_WORDS = 14
_LONGEST = 150  # characters
_TOP = 4
"""Lines with something on them at the top of a file among which the first page's head stands."""
_PARTS = frozenset(
    "chapter part question section lesson step day week act scene session item number kapitel teil frage "
    "abschnitt tag punkt chapitre partie séance capítulo parte pregunta capitolo domanda hoofdstuk deel "
    "vraag speaker sprecher exercise track verse psalm".split()
)
"""What people number when they speak."""


def without_page_heads(lines: list[str], reading: Reading) -> list[str]:
    """The lines without numbers of pages and what recurs beside them; booked."""
    lines = _without_marked_numbers(_without_told_pages(lines, reading), reading)
    filled = [at for at, line in enumerate(lines) if line.strip()]
    places = _page_numbers(lines, filled)
    numbered = set() if places else set(_find_numbered_heads(lines, filled))
    if not places and not numbered:
        return lines
    gone = {filled[place] for place in places} | set(
        _find_page_heads(lines, filled, places or sorted(numbered))
    )
    gone |= {filled[place] for place in numbered}
    known = {_strip_figures(lines[at]) for at in gone} - {""}
    gone |= {at for at in filled[:_TOP] if _strip_figures(lines[at]) in known}
    for at in gone:
        reading.drop("page header", count_words(lines[at]))
    return [line for at, line in enumerate(lines) if at not in gone]


def _without_told_pages(lines: list[str], reading: Reading) -> list[str]:
    """The lines, blank where `Page 2 of 5` stands alone or behind a head, of several such that count on."""
    told: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for at, line in enumerate(lines):
        found = _OF_ALL.search(line) if len(line) < _LONGEST else None
        head = line[: found.start()].strip(" \t[(–—|-") if found else ""
        if found and ":" not in head and not (head and ends_sentence(head.split()[-1])):
            told[head].append((at, int(found[1]), found[2]))
    gone = [at for pages in told.values() if _count_on(pages) for at, _, _ in pages]
    return _blank_pages(lines, sorted(gone), reading) if gone else lines


def _count_on(pages: Sequence[tuple[int, int, str]]) -> bool:
    """Whether several numbers of pages rise, and each says that the same one is the last."""
    rise = all(before < after for (_, before, _), (_, after, _) in pairwise(pages))
    return len(pages) >= _LEAST_TOLD and rise and len({last for _, _, last in pages}) == 1


def _without_marked_numbers(lines: list[str], reading: Reading) -> list[str]:
    """The lines, blank where nothing but a number between two dashes stands, as typists write a page's."""
    marked = [at for at, line in enumerate(lines) if len(line) < _LONGEST and _MARKED.fullmatch(line)]
    return _blank_pages(lines, marked, reading) if marked else lines


def _blank_pages(lines: list[str], numbers: Sequence[int], reading: Reading) -> list[str]:
    """The lines, blank at these numbers of pages, and at a line that heads pages beside each of them."""
    gone = [*numbers, *_find_heads_beside(lines, numbers)]
    return rewrite_lines(lines, dict.fromkeys(gone, ""), reading, "page header")


def _find_heads_beside(lines: Sequence[str], numbers: Sequence[int]) -> list[int]:
    """The places of a line that stands directly behind each of these, or before it, and else only at the top.

    On the last page nothing need stand behind the number, on the first one nothing before it.
    """
    texts = {at: _strip_figures(line) for at, line in enumerate(lines) if line.strip()}
    order = list(texts)
    place_of = {at: place for place, at in enumerate(order)}
    found: list[int] = []
    for step in (1, -1):
        around = (place_of[at] + step for at in numbers)
        beside = {order[place] for place in around if 0 <= place < len(order)}
        heads = {texts[at] for at in beside}
        every = [at for at, text in texts.items() if text in heads]
        if len(heads) != 1 or len(every) < _LEAST_PAGES - 1 or any(_may_be_said(text) for text in heads):
            continue
        if beside.issuperset(set(every).difference(order[:_TOP])):
            found += every
    return found


def _may_be_said(text: str) -> bool:
    """Whether a line is one word, a note, a sentence, nothing but figures, or somebody's name or turn."""
    words = text.split()
    if len(words) < _LEAST_TOLD or text.lstrip()[0] in "[(" or ":" in text or ends_sentence(words[-1]):
        return True
    return find_label(words) is not None or (len(words) <= _LONGEST_NAME and is_name(" ".join(words)))


def _page_numbers(lines: Sequence[str], filled: Sequence[int]) -> list[int]:
    """The places, among the lines with something on them, of numbers that rise by one from page to page."""
    run: list[int] = []
    last = told = 0
    for place, at in enumerate(filled):
        found = _NUMBER.fullmatch(lines[at]) if len(lines[at]) <= _LONGEST else None
        if found is None:
            continue
        number = int(found[1])
        if run and number != last + 1:
            if len(run) >= _LEAST_PAGES:
                continue  # a number among the words
            run, told = [], 0
        run.append(place)
        told += _TOLD.fullmatch(lines[at]) is not None
        last = number
    least = _LEAST_TOLD if told == len(run) else _LEAST_PAGES
    if len(run) < least or _is_near(run, [0, *accumulate(count_words(lines[at]) for at in filled)]):
        return []
    return run


def _is_near(run: Sequence[int], before: Sequence[int]) -> bool:
    """Whether too little stands between the numbers for pages; `before` counts the words before places."""
    pages = len(run) - 1
    few = run[-1] - run[0] < _LEAST_LINES * pages
    return few and before[run[-1]] - before[run[0]] < _LEAST_WORDS * pages


def _find_numbered_heads(lines: Sequence[str], filled: Sequence[int]) -> Iterator[int]:
    """The places of lines that are the same but for the page's number in them: `Ann Berg, Tape 1      12`."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, at in enumerate(filled):
        if len(lines[at]) > _LONGEST or not any(map(str.isdigit, lines[at])):
            continue
        for form in (_NUMBER_AT_END, _NUMBER_AT_START):
            if (head := form.match(lines[at])) and (text := _strip_figures(head["text"])):
                found[text].append((place, int(head["number"])))
                break
    before = [0, *accumulate(count_words(lines[at]) for at in filled)]
    for text, pages in found.items():
        if _are_pages(text, pages, before):
            yield from (place for place, _ in pages)


def _are_pages(text: str, pages: Sequence[tuple[int, int]], before: Sequence[int]) -> bool:
    """Whether these places with their numbers are pages: the numbers rise, and pages are about as long."""
    if len(pages) < _LEAST_PAGES or text.split()[0].casefold().strip(".:") in _PARTS:
        return False
    steps = [after - before for (_, before), (_, after) in pairwise(pages)]
    if min(steps) < 1 or max(steps) > _LEAST_PAGES:
        return False
    lines = _measure_pages([place for place, _ in pages], steps)
    words = _measure_pages([before[place] for place, _ in pages], steps)
    return _is_even(lines, _LEAST_LINES) or _is_even(words, _LEAST_WORDS)


def _measure_pages(places: Sequence[int], steps: Sequence[int]) -> list[float]:
    """How long each page is; `steps` are the pages from one place to the next."""
    return sorted(
        (after - first) / step for (first, after), step in zip(pairwise(places), steps, strict=True)
    )


def _is_even(lengths: Sequence[float], least: int) -> bool:
    """Whether most of these lengths, in order, are about as long, and long enough."""
    usual = lengths[len(lengths) // 2]
    even = sum(usual / _EVEN <= length <= usual * _EVEN for length in lengths)
    return usual >= least and even >= _EVEN_SHARE * len(lengths)


def _find_page_heads(lines: Sequence[str], filled: Sequence[int], places: Sequence[int]) -> Iterator[int]:
    """The lines beside the numbers that recur, but for their figures, beside most of them."""
    beside: Counter[str] = Counter()
    near: dict[int, str] = {}
    for place in places:
        around = range(max(0, place - _NEAR), min(len(filled), place + _NEAR + 1))
        texts = {
            other: _strip_figures(lines[filled[other]], figures="0") for other in around if other != place
        }
        near |= {filled[other]: text for other, text in texts.items() if text}
        beside.update({text for text in texts.values() if text})
    least = max(_LEAST_PAGES - 1, _HEAD_SHARE * len(places))
    for at, text in near.items():
        if beside[text] >= least:
            yield at


def _strip_figures(line: str, figures: str = "") -> str:
    """A short line without its figures; "" for a longer one, `figures` for nothing but some."""
    if len(line) > _LONGEST or len(line.split()) > _MOST_WORDS:
        return ""
    if not any(map(str.isalpha, line)):
        return figures if line.strip().isdecimal() else ""
    return " ".join(_DIGITS.sub("0", line).split())
