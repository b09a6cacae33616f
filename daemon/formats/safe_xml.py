"""XML from strangers: no entities but the five that XML has, nothing fetched, time and memory linear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from daemon.errors import InputError

Event = tuple[str, str, Mapping[str, str]]
"""("start", name, attributes), ("end", name, {}) or ("text", "", {"": text})."""

_SAVE = "Save it again, or drop the transcript as SRT or VTT."
_BEFORE = re.compile(r"(?>(?:\s+|<!--.*?-->)*)(?=<\?xml\b)", re.S)
"""Comments before the declaration, which XML forbids and people write."""
_BLOCK = 1 << 16  # characters parsed at a time


def read_events(text: str) -> Iterator[Event]:
    """What the XML holds, in order; names without their prefix.

    Raises InputError where it is damaged, or declares a document type: that is where entities are defined
    that grow a small file to gigabytes, or name other files.
    """
    if before := _BEFORE.match(text):
        text = text[before.end() :]
    found: list[Event] = []
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = lambda name, values: found.append(("start", name.split(":")[-1], values))
    parser.EndElementHandler = lambda name: found.append(("end", name.split(":")[-1], {}))
    parser.CharacterDataHandler = lambda data: found.append(("text", "", {"": data}))
    for at in range(0, len(text) + 1, _BLOCK):
        block = text[at : at + _BLOCK]
        try:
            parser.Parse(block.encode(), at + _BLOCK > len(text))
        except expat.ExpatError:
            raise InputError("The file is XML that can't be read; it is damaged or cut off.", _SAVE) from None
        yield from found
        found.clear()


def _refuse_doctype(*_: object) -> None:
    raise InputError("The XML declares a document type, which no transcript needs.", _SAVE)
