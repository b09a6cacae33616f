"""XML of other programs whose elements say who speaks or when: `<turn speaker="Ann">Hello.</turn>`.

It is read as JSON of the same keys would be.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from daemon.errors import InputError
from daemon.formats.markup import BEFORE_ROOT
from daemon.formats.services import passages
from daemon.formats.services.values.fields import Record
from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

KIND = "passages-xml"

_HEAD = 20_000  # characters
_KEYS = r"(?:speaker|who|start|begin|from|time|ts|timestamp)(?:[_-]?(?:id|name|label|time|ms|sec|seconds))?"
_ATTRIBUTED = re.compile(rf"<([a-z][\w.-]{{0,30}})\s[^<>]{{0,300}}?\b{_KEYS}\s?=\s?[\"']", re.I)
_KEY = re.compile(_KEYS, re.I)
_HELD = re.compile(rf"<({_KEYS})>[^<>]{{1,80}}</\1>", re.I)
_ROOT = re.compile(rf"{BEFORE_ROOT}<([a-z][\w.-]{{0,40}})(?=[\s>])", re.I | re.S)
_OTHER_ROOTS = frozenset(
    """
    html head body div p span section article table ul ol svg rss feed opml tei teicorpus tt timedtext smil
    sami trans testsuite testsuites annotation_document akomantoso basic-transcription folker-transcription
    main header footer figure dl nav form template aside center details blockquote pre video audio title
    usfsubtitles window xs schema project resources manifest configuration plist kml gpx urlset
    """.split()
)
_YOUTUBES = re.compile(r"<(?:text\s+start|p\s+t)=")
_PROSE = re.compile(r">\s*[^\W\d_][^<>]*\s[^<>]*<")
_LEAST = 2
_OF_TEXT = frozenset("b br em emph font hi i l line p s seg span strong u".split())
"""Elements for the looks of words, and for sentences and lines of what somebody says."""
_DEEPEST = 50  # elements in each other, as brackets of JSON
_SAVE = "Save it as SRT or VTT, or as text with a name and a colon before what each says, and drop that."


@dataclass(slots=True)
class _Element:
    """An element: its name, its attributes, its own text in pieces, and those within it."""

    name: str
    attributes: dict[str, str]
    pieces: list[str] = field(default_factory=list)
    inner: list[_Element] = field(default_factory=list)


def looks_like(text: str, extension: str) -> bool:
    """Whether several elements of one name say who speaks or when, and words stand between the tags."""
    head = text[:_HEAD]
    root = _ROOT.match(head)
    if root is None or root[1].lower() in _OTHER_ROOTS or not text.rstrip().endswith(f"</{root[1]}>"):
        return False
    if text.count(f"</{root[1]}>") > 1:  # no element is around all of it
        return False
    if _YOUTUBES.search(head) or "xmlns" in head[root.start() : head.find(">", root.end())]:
        return False
    named = Counter(found[1].lower() for pattern in (_ATTRIBUTED, _HELD) for found in pattern.finditer(head))
    return max(named.values(), default=0) >= _LEAST and _PROSE.search(head) is not None


def parse(text: str) -> Reading:
    """Read what is said; raises InputError for XML that is damaged, or in which nobody speaks."""
    root = _read_tree(text)
    value = _as_value(root)
    try:
        reading = passages.read_object({"transcript": value})
    except InputError:
        raise InputError("The file is XML, but not of a transcript's shape.", _SAVE) from None
    outside = count_words(_list_text(root)) - reading.words_in_file
    if outside > 0:
        reading.words_in_file += outside
        reading.drop("outside of speech", outside)
    return reading


def _read_tree(text: str) -> _Element:
    from daemon.formats.safe_xml import read_events  # expat is for few files

    open_ones = [_Element("", {})]
    for kind, name, value in read_events(text):
        if kind == "start":
            element = _Element(name, dict(value))
            open_ones[-1].inner.append(element)
            open_ones[-1].pieces.append("")
            open_ones.append(element)
            if len(open_ones) > _DEEPEST:
                raise InputError(
                    "The file is XML with more elements in each other than a transcript has.", _SAVE
                )
        elif kind == "end":
            open_ones.pop()
        else:
            open_ones[-1].pieces.append(value[""])
    return open_ones[0].inner[0]


def _as_value(element: _Element) -> Record | str:
    """An element as JSON has it: an object, or the text of one that holds nothing else."""
    own = " ".join("".join(element.pieces).split())
    if element.inner and (own or _holds_text_alone(element)):  # words with tags among them, as <pause/>
        own, inner = " ".join(_list_text(element).split()), []
    else:
        inner = element.inner
    if not element.attributes and not inner:
        return own
    given: dict[str, object] = {key: held.removeprefix("#") for key, held in element.attributes.items()}
    lists: dict[str, list[Record]] = {}
    times = Counter(one.name for one in inner)
    for one in inner:
        value = _as_value(one)
        if times[one.name] == 1:
            given[one.name] = value
        else:
            lists.setdefault(one.name, []).append({"text": value} if isinstance(value, str) else value)
    return {**given, **lists, "text": own} if own else {**given, **lists}


def _holds_text_alone(element: _Element) -> bool:
    """Whether all within an element only parts its words, or tells how they look."""
    return all(
        one.name.lower() in _OF_TEXT
        and not any(map(_KEY.fullmatch, one.attributes))
        and _holds_text_alone(one)
        for one in element.inner
    )


def _list_text(element: _Element) -> str:
    """All that stands between the tags of an element, in order."""
    inner = iter(element.inner)
    return " ".join(piece or _list_text(next(inner)) for piece in element.pieces)
