"""Reading transcripts: bytes in, a Transcript with an account of every word out.

One module per format: `KIND`, `looks_like(text, extension)` and `parse(text)`. To add one, write it and
name it in `_READERS`, in the order in which they are asked; it is imported when the first file comes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

from daemon.decode import decode
from daemon.errors import InputError
from daemon.formats.markup import without_controls
from daemon.formats.reading import Reading
from daemon.transcript import Transcript

_READERS = ("whisper", "vtt", "srt", "markdown", "text")
KINDS = "SRT, VTT, plain text, Markdown, and Whisper's JSON"
"""What is read, for people."""

_USE = f"Drop the transcript as one of these: {KINDS}."
_FOREIGN = (
    (re.compile(r"<!doctype html|<html", re.I), "an HTML page"),
    (re.compile(r"<\?xml|<tt[\s>]|<timedtext[\s>]|<transcript[\s>]", re.I), "an XML file"),
    (re.compile(r"\[Script Info\]", re.I), "a file of ASS or SSA captions"),
    (re.compile(r"start\tend\ttext\s"), "Whisper's TSV"),
    (re.compile(r"\d+:\d\d:\d\d\.\d{3},\d+:\d\d:\d\d\.\d{3}\s"), "a file of SBV captions"),
    (re.compile(r"\{\\rtf"), "an RTF document"),
)


class Reader(Protocol):
    """What a format's module offers."""

    KIND: str
    looks_like: Callable[[str, str], bool]
    parse: Callable[[str], Reading]


def read(data: bytes, filename: str) -> Transcript:
    """The transcript in a file's bytes; what kind it is, its content says, and its name only in doubt.

    Raises InputError where it is none (empty, binary, a web page, JSON of another shape), and where
    words of the file would be missing without a reason: a file is rejected rather than shortened.
    """
    raw, encoding = decode(data)
    text = without_controls(raw)
    if not text.strip():
        raise InputError("The file is empty.", _USE)
    reader = _reader(text, os.path.splitext(filename)[1].lower())
    reading = reader.parse(text)
    emptied = len(raw.split()) - len(text.split())
    reading.words_in_file += emptied
    reading.drop("control characters", emptied)
    _check(reading)
    return Transcript(
        tuple(reading.segments),
        reader.KIND,
        encoding,
        reading.title,
        reading.language,
        reading.words_in_file,
        dict(reading.dropped),
    )


def _reader(text: str, extension: str) -> Reader:
    head = text.lstrip()[:100]
    for pattern, what in _FOREIGN:
        if pattern.match(head):
            raise InputError(f"This is {what}, which is not read.", _USE)
    modules = (cast(Reader, import_module(f"{__name__}.{name}")) for name in _READERS)
    return next(module for module in modules if module.looks_like(text, extension))


def _check(reading: Reading) -> None:
    if not any(char.isalnum() for segment in reading.segments for char in segment.text):
        raise InputError("There are no words in the file.", _USE)
    if reading.unexplained:
        explained = reading.words_in_file - reading.unexplained
        raise InputError(
            f"The file holds {reading.words_in_file} words, but only {explained} could be accounted for.",
            "Please report it, with the file if it may be shared; as plain text it can be read meanwhile.",
        )
