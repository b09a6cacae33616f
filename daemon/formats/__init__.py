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

from daemon.errors import InputError
from daemon.formats.decode import decode
from daemon.formats.markup import parted, without_controls
from daemon.formats.word_account import Reading
from daemon.text.transcript import Transcript, count_words

_READERS = (
    "services.detect",
    "captions.srv3",
    "captions.vtt",
    "captions.srt",
    "captions.sbv",
    "captions.tsv",
    "documents.markdown",
    "documents.text",
)
KINDS = (
    "SRT, VTT, SBV, Whisper's TSV, YouTube's XML (srv3), the JSON of Whisper, YouTube (json3) and twenty "
    "other services, Word (.docx), plain text and Markdown"
)
"""What is read, for people."""

_USE = f"Drop the transcript as one of these: {KINDS}."
_FOREIGN = (
    (re.compile(r"(?:<\?xml[^<>]*>\s*)?(?:<!doctype html|<html)", re.I), "an HTML page"),
    (re.compile(r"(?:<\?xml[^<>]*>\s*)?<tt[\s>:]", re.I), "a file of TTML captions"),
    (re.compile(r"<\?xml|<!doctype", re.I), "an XML file of a kind that is not known"),
    (re.compile(r"\[Script Info\]", re.I), "a file of ASS or SSA captions"),
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
    reading, encoding = _document(data) or _text(data, filename)
    _check(reading)
    return Transcript(
        tuple(reading.segments),
        reading.kind or "text",
        encoding,
        reading.title,
        reading.language,
        reading.words_in_file,
        dict(reading.dropped),
        tuple(reading.warnings),
    )


def _document(data: bytes) -> tuple[Reading, str] | None:
    """What a Word document holds; None for anything else."""
    if not data.startswith(b"PK"):
        return None
    from daemon.formats.documents import docx

    if not docx.looks_like(data):
        return None
    reading = docx.parse(data)
    reading.kind = docx.KIND
    return reading, docx.ENCODING


def _text(data: bytes, filename: str) -> tuple[Reading, str]:
    try:
        raw, encoding, damaged = decode(data)
    except InputError as error:
        raise InputError(error.message, f"{error.mend} What is read: {KINDS}.") from None
    text = without_controls(raw)
    if not text.strip():
        raise InputError("There are no words in the file." if raw.strip() else "The file is empty.", _USE)
    emptied = 0 if text is raw else count_words(raw) - count_words(text)
    del raw
    text = parted(text)
    reader = _reader(text, os.path.splitext(filename)[1].lower())
    reading = reader.parse(text)
    reading.kind = reading.kind or reader.KIND
    reading.words_in_file += emptied
    reading.drop("control characters", emptied)
    if damaged:
        places = "1 place" if damaged == 1 else f"{damaged:,} places"
        reading.warnings.append(f"The file is damaged in {places}; \ufffd stands for what could not be read.")
    return reading, encoding


def _reader(text: str, extension: str) -> Reader:
    readers = (cast(Reader, import_module(f"{__name__}.{name}")) for name in _READERS)
    found = next(reader for reader in readers if reader.looks_like(text, extension))
    head = text.lstrip()[:1000] if found.KIND in ("text", "markdown") else ""
    for pattern, what in _FOREIGN:
        if pattern.match(head):
            raise InputError(f"This is {what}, which is not read.", _USE)
    return found


def _check(reading: Reading) -> None:
    if not any(char.isalnum() for segment in reading.segments for char in segment.text):
        raise InputError("There are no words in the file.", _USE)
    if reading.unexplained:
        explained = reading.words_in_file - reading.unexplained
        raise InputError(
            f"The file holds {reading.words_in_file} words, but only {explained} could be accounted for.",
            "Please report it, with the file if it may be shared; as plain text it can be read meanwhile.",
        )
