"""Oral histories as OHMS keeps them: XML with the transcript as a text, or as WebVTT, among other things."""

from __future__ import annotations

import re

from daemon.formats.captions import vtt
from daemon.formats.documents import text as plain_text
from daemon.formats.markup import without_controls
from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

KIND = "ohms"

_ROOT = re.compile(r"\s*(?:<\?xml[^<>]*>\s*|<!--.*?-->\s*)*<ROOT\s[^<>]*nunncenter/ohms", re.S)
_UNTIMED = "The file says at which of its lines each minute begins; that was not read: there are no times."
_CAPTIONS, _TEXT = "vtt_transcript", "transcript"


def looks_like(text: str, extension: str) -> bool:
    """Whether its root is OHMS's."""
    return _ROOT.match(text) is not None


def parse(text: str) -> Reading:
    """Read the captions, or else the text; raises InputError for XML that is damaged."""
    held = _read_elements(text)
    del text
    read = _CAPTIONS if held.get(_CAPTIONS, "").strip() else _TEXT
    said = without_controls(held.pop(read, ""))
    title = " ".join(held.get("title", "").split())
    reading = vtt.parse(said) if read == _CAPTIONS else plain_text.parse(said)
    aside = sum(map(count_words, held.values()))
    reading.words_in_file += aside
    reading.drop("outside of speech", aside)
    reading.title = title or reading.title
    if read == _TEXT and "|" in held.get("sync", ""):
        reading.warnings.append(_UNTIMED)
    return reading


def _read_elements(text: str) -> dict[str, str]:
    """What stands directly in the elements, by their names; that of several of a name is joined."""
    from daemon.formats.safe_xml import read_events  # expat is for few files

    held: dict[str, list[str]] = {}
    names = [""]
    for kind, name, value in read_events(text):
        if kind == "start":
            names.append(name)
        elif kind == "end":
            held.setdefault(names.pop(), []).append("\n")
        else:
            held.setdefault(names[-1], []).append(value[""])
    return {name: "".join(pieces) for name, pieces in held.items()}
