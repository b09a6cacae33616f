"""Transcripts in HTML: podcasts' (`cite`, `time`, `p`), saved pages with names or times, and fragments."""

from __future__ import annotations

import html
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import islice

from daemon.errors import InputError
from daemon.formats.captions.cues.cue_lines import is_mostly_captions
from daemon.formats.captions.cues.segments import parse_captions
from daemon.formats.documents.text import read_paragraphs, read_tables
from daemon.formats.markup import BEFORE_ROOT, part_sentences, without_controls, write_time
from daemon.formats.speakers.names import Likeness, likeness_of
from daemon.formats.word_account import Reading, refuse_many_lines
from daemon.text.transcript import count_words

KIND = "html"

_BEGINS = re.compile(rf"{BEFORE_ROOT}(?:<!doctype\s+html\b|<(?:html|head|body)\b)", re.I | re.S)
_FRAGMENT = re.compile(
    rf"{BEFORE_ROOT}<(?:cite|time|p|div|section|article|main|blockquote|table|ul|ol|dl|h[1-6])\b[^<>\n]{{0,2000}}>",
    re.I | re.S,
)
_CLOSINGS = re.compile(r"<(?:/(?:cite|time|p|div|span|li|td|dt|dd|h[1-6]|b|strong|a)\s*|br\s?/?)>", re.I)
_LEAST_CLOSINGS = 2
_BLOCKS = frozenset(
    """
    address article aside blockquote body br caption cite dd details div dl dt fieldset figure footer form
    h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead time tr ul
    """.split()
)
_BARE = frozenset(
    ["br", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "area", "base", "col"]
)
_NO_TEXT = {
    "script": "markup", "style": "markup", "template": "markup", "svg": "markup", "title": "title",
    "nav": "page", "button": "page", "select": "page", "footer": "page", "noscript": "page", "rt": "markup",
    "rp": "markup",
}  # fmt: skip
"""Elements whose text nobody said, and the reason under which it is booked."""
_MAIN = ("main", "article")
"""What holds the text of a page that has one; beside it stand menus and the like."""
_MAIN_SHARE = 0.5
"""The share of a page's words that are in it where it is the text."""
_SPEAKER_CLASSES = frozenset(
    "speaker speaker-name speakername speaker_name speaker-label transcript-speaker transcript__speaker "
    "cue-speaker sprecher interlocutor".split()
)
_TIME_CLASSES = frozenset(
    "timestamp time-stamp time_stamp timecode transcript-timestamp transcript__timestamp cue-time time "
    "start-time segment-timestamp cue-timestamp transcript-time transcript__time".split()
)
"""Classes by which pages mark who speaks and when."""
_LONGEST_NAME = 80  # characters
_CELLS = ("td", "th")
_VERBATIM = ("pre", "textarea")
_TIMES = re.compile(r"[\[(]?(\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)[\])]?", re.ASCII)
_BETWEEN_CELLS = re.compile(r"\t +\t")
_COLON = re.compile(r"\s*[:：](?=\s|$)")
_LEAST_TURNS = 2
_MOST_UNENDED = 20
"""How often what begins like a tag may have no end in a page; then the rest is words and whole tags alone."""
_ANY_TAG = re.compile(r"<[^<>]*>")
_LOOKED_BACK = 50  # pieces of text between tags
_OUR_PAGES = ('<meta name="generator" content="transcriptd">', '<p class="eyebrow">What was changed</p>')
"""What stands in index.html, and in the review of a result, also when a browser has saved them."""
_NAMES = (Likeness.NAME, Likeness.SURE, Likeness.LETTER)
ADVICE = (
    "Copy the transcript that is in it into a text file, and drop that; or drop it as SRT, VTT or Word file."
)


def looks_like(text: str, extension: str) -> bool:
    """Whether it begins as a page does, or is a fragment with elements that are closed."""
    head = text[:20_000]
    if _BEGINS.match(head):
        return True
    return _FRAGMENT.match(head) is not None and len(_CLOSINGS.findall(head)) >= _LEAST_CLOSINGS


def parse(text: str) -> Reading:
    """Read the page; raises InputError where it has no names and no times, as a transcript would.

    So it does for this program's own pages: what a review shows is also what was taken out, and its buttons.
    """
    if any(mark in text for mark in _OUR_PAGES):
        raise InputError(
            "This is a page of this program's own (review.html or index.html), not a transcript.",
            "For what was mended in a review, press Save edits there, and drop the NAME.edits.json it gives.",
        )
    page = Page(text)
    del text
    reading = page.read()
    if not (page.marked or _has_turns(reading)):
        raise InputError(
            "This is an HTML page, in which no names or times of a transcript were found.", ADVICE
        )
    return reading


def _has_turns(reading: Reading) -> bool:
    named = sum(segment.speaker is not None for segment in reading.segments)
    timed = sum(segment.start is not None for segment in reading.segments)
    return max(named, timed) >= _LEAST_TURNS


class Page(HTMLParser):
    """What a page shows, as lines: `cite` a label, `time` a time, the cells of a row in one line.

    `marked` says whether there are such elements.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.marked = False
        self.title = ""
        self._pieces: list[str] = []
        self._dropped: list[tuple[str, str]] = []
        self._hidden: list[str] = []
        self._within = Counter[str]()
        self._special: tuple[str, int, str, str] | None = None
        self._main: list[int] = []
        self._in_main = 0
        self._rows = 0
        self._titles = 0
        self._verbatim = 0
        self._feed_whole(text)

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Pass over `<![…]>`, where the parser ends, too, with an error: at a name that it doesn't know."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            return self.parse_bogus_comment(i, report)

    def _feed_whole(self, text: str) -> None:
        """Read the page to its end, what begins like a tag and has no end as words.

        The parser would look through the rest of the page at each of these; after a few, it is asked no more.
        """
        self.feed(text)
        for _ in range(_MOST_UNENDED):
            if not self.rawdata.startswith("<"):
                break
            rest, self.rawdata = self.rawdata, ""
            self.handle_data("<")
            self.feed(rest[1:])
        if self.rawdata.startswith("<"):
            rest, self.rawdata = self.rawdata, ""
            self.handle_data(html.unescape(_ANY_TAG.sub("\n", rest)))
        self.close()

    def read(self) -> Reading:
        """The lines read as a text with names and times."""
        self._end_special()
        self._drop_beside_main()
        content = part_sentences(without_controls("".join(self._pieces)))
        content = _BETWEEN_CELLS.sub("\t\t", content)
        self._pieces.clear()
        captions = is_mostly_captions(content)
        reading = parse_captions(content, vtt=False) if captions else Reading(count_words(content))
        for reason, words in self._dropped:
            hidden = count_words(without_controls(words))
            reading.words_in_file += hidden
            reading.drop(reason, hidden)
        reading.title = " ".join(self.title.split()) or None
        self._dropped.clear()
        if not captions:
            refuse_many_lines(content)
            held = [content.split("\n")]
            del content
            held.append(read_tables(held.pop(), reading))
            read_paragraphs(held.pop(), reading)
        return reading

    def _drop_beside_main(self) -> None:
        """Book what stands before and behind the page's main part, where that holds most of the words."""
        if len(self._main) != 2:
            return
        first, last = self._main
        before, main, behind = (
            "".join(part) for part in (self._pieces[:first], self._pieces[first:last], self._pieces[last:])
        )
        if count_words(main) < _MAIN_SHARE * count_words("".join(self._pieces)):
            return
        self._dropped += [("page", before), ("page", behind)]
        self._pieces = [main]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        values = dict(attrs)
        if self._hidden:
            if tag not in _BARE:
                self._hide(tag)
            return
        if tag in _NO_TEXT or (tag == "aside" and self._in_main):
            self._hide(tag)
            return
        stamp = values.get("data-timestamp") if tag == "span" else None
        kind = tag if tag in ("cite", "time", "dt") else _kind_of(values)
        if tag == "cite" and self._is_within_line():  # the title of a book
            self._titles += 1
            return
        if kind is not None or stamp is not None:
            self._end_special()
            self.marked = self.marked or kind != "dt"
            kind = "time" if kind is None or stamp is not None else kind
            self._add_break(kind)
            self._special = kind, len(self._pieces), stamp or "", tag
            return
        if tag in _MAIN:
            self._in_main += 1
            self._add_break(tag)
            self._main = self._main or [len(self._pieces)]
            return
        self._rows += tag == "tr"
        self._verbatim += tag in _VERBATIM
        self._add_break(tag)

    def handle_endtag(self, tag: str) -> None:
        """End an element; a stray end ends nothing that is hidden."""
        if self._hidden:
            if self._within[tag]:
                while (ended := self._hidden.pop()) != tag:
                    self._within[ended] -= 1
                self._within[tag] -= 1
            return
        if self._special is not None and tag == self._special[3]:
            self._end_special()
            return
        if tag == "cite" and self._titles:
            self._titles -= 1
            return
        if tag in _MAIN and self._in_main:
            self._in_main -= 1
            self._main = [*self._main[:1], len(self._pieces)]
        self._rows = max(0, self._rows - (tag == "tr"))
        self._verbatim = max(0, self._verbatim - (tag in _VERBATIM))
        self._add_break(tag)

    def handle_data(self, data: str) -> None:
        """Take text, or book it where nobody said it."""
        if not self._hidden:
            if self._pieces and self._pieces[-1].endswith("]:\n") and not data.isspace():
                self._pieces[-1] = f"{self._pieces[-1].rstrip()} "  # a colon that follows is no label's
                colon = _COLON.match(data)  # <cite>Ann</cite>: text
                data = data[colon.end() :] if colon else data
            self._pieces.append(data if self._verbatim else re.sub(r"[\n\t]+", " ", data))
            return
        outer = self._hidden[0]
        self._dropped.append((_NO_TEXT.get(outer, "page"), data))
        self.title += data if outer == "title" else ""

    def _hide(self, tag: str) -> None:
        self._hidden.append(tag)
        self._within[tag] += 1

    def _add_break(self, tag: str) -> None:
        if tag in _CELLS:
            self._pieces.append("\t")
        elif tag in _BLOCKS and not (self._rows and tag != "tr"):
            self._pieces.append("\n" if tag in ("br", "cite", "time") else "\n\n")
        elif tag in ("p", "br", "div"):
            self._pieces.append(" ")

    def _is_within_line(self) -> bool:
        """Whether words, and no time alone, stand before on the line."""
        for piece in islice(reversed(self._pieces), _LOOKED_BACK):
            begun = piece[piece.rfind("\n") + 1 :].strip()
            if begun:
                return not begun.endswith("]") and any(map(str.isalpha, begun))
            if "\n" in piece:
                return False
        return False

    def _end_special(self) -> None:
        """Write the text of a `cite` or `time` as a label or a time that no reader doubts."""
        if self._special is None:
            return
        kind, at, stamp, _ = self._special
        self._special = None
        text = " ".join("".join(self._pieces[at:]).split())
        del self._pieces[at:]
        if kind == "dt" and likeness_of(text.rstrip(": ")) not in _NAMES:
            self._pieces.append(f"{text}\n")
            return
        if kind in ("cite", "dt"):
            name = text.rstrip(": ")
            is_one = name and "]" not in name and len(name) <= _LONGEST_NAME
            self._pieces.append(f"[{name}]:\n" if is_one else f"{text}\n")
            return
        self._pieces.append(f"{_bracketed_time(text, stamp)} ")


def _kind_of(values: dict[str, str | None]) -> str | None:
    """The element that a class makes of any other: a name or a time."""
    classes = (values.get("class") or "").casefold().split()
    if not _SPEAKER_CLASSES.isdisjoint(classes):
        return "cite"
    return "time" if not _TIME_CLASSES.isdisjoint(classes) else None


def _bracketed_time(text: str, stamp: str) -> str:
    """The time in brackets; `stamp` gives its seconds where the page knows them better."""
    found = _TIMES.fullmatch(text)
    if found is None:
        return text
    try:
        seconds = float(stamp) if stamp else None
    except ValueError:
        seconds = None
    return f"[{found[1] if seconds is None or not 0 <= seconds < 1e6 else write_time(seconds)}]"
