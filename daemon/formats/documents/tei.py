"""TEI, Akoma Ntoso and old Hansards, as parliaments have them; without times.

`<u who="#Ann">`, `<speech by="#ann">`, `<member>Mr. Berg</member><membercontribution>: I agree.`
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from daemon.errors import InputError
from daemon.formats.markup import BEFORE_ROOT
from daemon.formats.word_account import Reading
from daemon.text.transcript import Segment, count_words

KIND = "tei"

_ROOT = re.compile(
    rf"{BEFORE_ROOT}<(?:\w{{1,20}}:)?(?:TEI|akomaNtoso"
    r"|hansard|house(?:commons|lords)|westminsterhall|grandcommitteereport)(?=[\s>])",
    re.S,
)
_SPEECH = re.compile(r"<(?:\w{1,20}:)?(?:u|speech|membercontribution)(?=[\s>])")
_TURNS = {"u": "who", "speech": "by", "question": "by", "answer": "by", "membercontribution": ""}
"""Elements in which somebody speaks, and the attribute that says who; a Hansard has a `member` before it."""
_BESIDE = frozenset("note desc vocal kinesic incident gap fw head writing bibl from remark col".split())
"""What stands among the words and is said by nobody."""
_PARAGRAPHS = frozenset((*_TURNS, "seg", "p"))
_PARTED = frozenset(("lb", "li", "td"))
"""Elements that part words, be there whitespace or not."""
_SPACE_BEFORE = re.compile(r"\s+([,.;:?!…)\]])")
_SAVE = "Save it again, or drop the transcript as plain text."


def looks_like(text: str, extension: str) -> bool:
    """Whether its root is one of theirs, and somebody speaks in it."""
    return _ROOT.match(text) is not None and _SPEECH.search(text) is not None


def parse(text: str) -> Reading:
    """Read what is said; raises InputError for XML that is damaged, or without words."""
    from daemon.formats.safe_xml import read_events  # expat is for few files

    maker = _Maker()
    for kind, name, value in read_events(text):
        if kind == "text":
            maker.text(value[""])
        elif kind == "start":
            maker.begin(name, value)
        else:
            maker.end(name)
    said = [(who, words) for who, words in maker.said if words]
    if not said:
        raise InputError("There are no words in the file.", _SAVE)
    reading = Reading(sum(count_words(words) for _, words in said), language=maker.language)
    reading.segments = [Segment(words, speaker=maker.name_of(who)) for who, words in said]
    for reason, beside in (("outside of speech", maker.outside), ("note", maker.notes)):
        gone = count_words(" ".join(beside))
        reading.words_in_file += gone
        reading.drop(reason, gone)
    return reading


@dataclass(slots=True)
class _Maker:
    """Takes the elements in the order in which they come."""

    said: list[tuple[str, str]] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    language: str | None = None
    _who: str = ""
    _words: list[str] = field(default_factory=list)
    _speaking: bool = False
    _beside: int = 0
    _tokens: bool = False
    _person: str = ""
    _named: list[str] = field(default_factory=list)
    _naming: bool = False
    _names: dict[str, str] = field(default_factory=dict)
    _debate: bool = False
    _telling: bool = False
    _contributing: bool = False

    def begin(self, name: str, values: Mapping[str, str]) -> None:
        """An element begins."""
        if name in _BESIDE:
            self._beside += 1
        elif name == "TEI":
            self.language = values.get("xml:lang") or None
        elif name == "person":
            self._person = values.get("xml:id", "")
        elif name == "persName" and self._person:
            self._naming, self._named = True, []
        if name == "from":
            self._person, self._naming, self._named = self._who, True, []
        elif name == "TLCPerson":
            self._names.setdefault(values.get("id") or values.get("eId", ""), values.get("showAs", ""))
        elif name in _TURNS:
            self._speaking = True
            pointers = values.get(_TURNS[name], "").split()
            self._who = "\n".join(one.lstrip("#") for one in pointers) if _TURNS[name] else self._who
        elif name == "w" and self._speaking:
            self._tokens = True
            self._words.append(" ")
        elif name in _PARTED and self._speaking and values.get("break") != "no":
            self._words.append(" ")
        self._begin_in_hansard(name)
        if name in _PARAGRAPHS:
            self._end_paragraph()
        self._contributing = self._contributing or name == "membercontribution"
        self._debate = self._debate or name == "debateBody"
        if name == "p" and self._debate and not self._speaking:
            self._telling, self._who = True, ""  # whose it is Akoma Ntoso doesn't say

    def _begin_in_hansard(self, name: str) -> None:
        """In a Hansard the name of a member stands before what he says, and holds until the next section."""
        if name == "section" and not self._speaking:
            self._who = ""
        elif name == "member":
            self._end_paragraph()
            self._speaking, self._person, self._naming, self._named = False, "", True, []

    def end(self, name: str) -> None:
        """An element ends."""
        if name in _BESIDE:
            self._beside = max(0, self._beside - 1)
        if name in ("persName", "from") and self._naming:
            self._naming = False
            self._names.setdefault(self._person, " ".join(self._named))
        elif name == "person":
            self._person = ""
        elif name == "member":
            self._naming, self._who = False, " ".join(self._named).rstrip(": ")
        if name in _PARAGRAPHS:
            self._end_paragraph()
        if name == "p":
            self._telling = False
        if _TURNS.get(name) or (name == "p" and self._contributing):
            self._speaking = self._contributing = False

    def text(self, text: str) -> None:
        """Take text: something said, or something beside it."""
        if self._naming and text.strip() and (self._person or not self._beside):
            self._named.append(" ".join(text.split()))
        if self._beside:
            self.notes.append(text)
        elif not (self._speaking or self._telling):
            self.outside.append(text)
        elif text.strip() or not self._tokens:  # between words that are marked one by one are only line ends
            self._words.append(text)

    def name_of(self, who: str) -> str | None:
        """The name of somebody, or of several, as far as the head tells it; else what stands for it."""
        return ", ".join(self._names.get(one) or one for one in who.split("\n")) or None

    def _end_paragraph(self) -> None:
        if self._words:
            words = " ".join("".join(self._words).split())
            words = words.removeprefix(":").lstrip() if self._contributing else words
            self.said.append((self._who, _SPACE_BEFORE.sub(r"\1", words) if self._tokens else words))
            self._words = []
