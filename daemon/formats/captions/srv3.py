"""YouTube's XML: srv3 (`<p t="1230" d="900"><s>one</s><s t="300"> two</s></p>`), srv1 and srv2."""

from __future__ import annotations

import re
from collections.abc import Mapping

from daemon.errors import InputError
from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.markup import count_plain_words, escape_markup, time_tag
from daemon.formats.word_account import Reading, scale_time
from daemon.text.transcript import count_words

KIND = "youtube-srv3"

_XML = ("<?xml", "<!DOCTYPE", "<timedtext", "<transcript")
_ROOT = re.compile(r"<(?:timedtext[\s>]|transcript(?:\s[^<>]*)?>\s*<text\s)")
_HEAD = 1000  # characters
_CUES = ("p", "text")
_PARTING = (*_CUES, "br")
"""The elements that part words; `so<s>me</s>thing` is one."""


def looks_like(text: str, extension: str) -> bool:
    """Whether it begins as XML with an element of YouTube's."""
    return text.lstrip().startswith(_XML) and _ROOT.search(text.lstrip()[:_HEAD]) is not None


def parse(text: str) -> Reading:
    """Read the captions; raises InputError for XML that is damaged, or that has entities of its own."""
    from daemon.formats.safe_xml import read_events  # expat is for few files

    reading, maker, said = Reading(0), _Maker(), []
    for kind, name, value in read_events(text):
        if kind == "text":
            maker.text(value[""])
        else:
            maker.tag(kind, name, value)
        said.append(value[""] if kind == "text" else "\n" * (name in _PARTING))
    # srv1 writes its text twice escaped, so that it is as it would be in captions
    counted = count_plain_words if maker.escaped_twice else count_words
    reading.words_in_file = counted("".join(said))
    reading.drop("outside of captions", counted("".join(maker.outside)))
    read_cues(maker.cues, reading, overlapping=True)
    return reading


class _Maker:
    """Makes cues of elements, in the order in which they come."""

    def __init__(self) -> None:
        self.cues: list[Cue] = []
        self.outside: list[str] = []
        self.escaped_twice = False
        self._parts: list[str] | None = None

    def tag(self, kind: str, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins or ends."""
        if name in _PARTING:
            self.outside.append("\n")
        if name in _CUES:
            self._make_cue(kind, name, attributes)
        elif self._parts is not None and name == "br":
            self._parts.append("\n")
        elif self._parts is not None and kind == "start" and "t" in attributes:
            self._parts.append(time_tag(self.cues[-1].start + (scale_time(attributes["t"], 1000) or 0.0)))

    def text(self, text: str) -> None:
        """Text inside or outside of a cue."""
        if self._parts is None:
            self.outside.append(text)
        else:
            self._parts.append(text if self.escaped_twice else escape_markup(text))

    def _make_cue(self, kind: str, name: str, attributes: Mapping[str, str]) -> None:
        if kind == "end":
            if self._parts is not None:
                self.cues[-1].text = "".join(self._parts)
            self._parts = None
            return
        begun, lasts = ("start", "dur") if "start" in attributes else ("t", "d")
        per_second = 1 if begun == "start" else 1000
        start = scale_time(attributes.get(begun), per_second)
        mixed = bool(self.cues) and self.escaped_twice != (name == "text")
        if start is None or self._parts is not None or mixed:
            raise InputError("The file is XML, but not of YouTube's shape.", "Drop SRT or VTT instead.")
        self.escaped_twice = name == "text"
        self.cues.append(Cue(start, start + (scale_time(attributes.get(lasts), per_second) or 0.0), ""))
        self._parts = []
