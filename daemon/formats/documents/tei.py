"""TEI and Akoma Ntoso, as parliaments have them: `<u who="#Ann">`, `<speech by="#ann">`; without times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from daemon.errors import InputError
from daemon.formats.word_account import Reading
from daemon.text.transcript import Segment, count_words

KIND = "tei"

_ROOT = re.compile(r"\s*(?:<\?[^<>]*\?>\s*|<!--.*?-->\s*)*<(?:\w{1,20}:)?(?:TEI|akomaNtoso)(?=[\s>])", re.S)
_SPEECH = re.compile(r"<(?:\w{1,20}:)?(?:u|speech)(?=[\s>])")
_TURNS = {"u": "who", "speech": "by", "question": "by", "answer": "by"}
"""Elements in which somebody speaks, and the attribute that says who."""
_BESIDE = frozenset(
    ("note", "desc", "vocal", "kinesic", "incident", "gap", "fw", "head", "writing", "bibl", "from", "remark")
)
"""What stands among the words and is said by nobody."""
_PARAGRAPHS = frozenset((*_TURNS, "seg", "p"))
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
            self._speaking, self._who = True, values.get(_TURNS[name], "").split(" ")[0].lstrip("#")
        elif name == "w" and self._speaking:
            self._tokens = True
            self._words.append(" ")
        if name in _PARAGRAPHS:
            self._end_paragraph()
        self._debate = self._debate or name == "debateBody"
        if name == "p" and self._debate and not self._speaking:
            self._telling, self._who = True, ""  # whose it is Akoma Ntoso doesn't say

    def end(self, name: str) -> None:
        """An element ends."""
        if name in _BESIDE:
            self._beside = max(0, self._beside - 1)
        if name in ("persName", "from") and self._naming:
            self._naming = False
            self._names.setdefault(self._person, " ".join(self._named))
        elif name == "person":
            self._person = ""
        if name in _PARAGRAPHS:
            self._end_paragraph()
        if name == "p":
            self._telling = False
        if name in _TURNS:
            self._speaking = False

    def text(self, text: str) -> None:
        """Take text: something said, or something beside it."""
        if self._naming and text.strip():
            self._named.append(" ".join(text.split()))
        if self._beside:
            self.notes.append(text)
        elif not (self._speaking or self._telling):
            self.outside.append(text)
        elif text.strip() or not self._tokens:  # between words that are marked one by one are only line ends
            self._words.append(text)

    def name_of(self, who: str) -> str | None:
        """The name of somebody, as far as the head tells it; else what stands for it."""
        return self._names.get(who) or who or None

    def _end_paragraph(self) -> None:
        if self._words:
            words = " ".join("".join(self._words).split())
            self.said.append((self._who, _SPACE_BEFORE.sub(r"\1", words) if self._tokens else words))
            self._words = []
