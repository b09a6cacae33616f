"""EBU STL captions (Tech 3264), the binary files of broadcasters, decoded by ttconv."""

from __future__ import annotations

import io
import re

from daemon.errors import InputError, say_error
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.captions.cues.ttconv_models import cues_of
from daemon.formats.markup import part_sentences
from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

KIND = "ebu-stl"
ENCODING = "ebu-stl"

_HEAD = re.compile(rb"(?:437|850|860|863|865)STL\d\d\.01")
_HEAD_BYTES, _BLOCK_BYTES = 1024, 128
_COMMENT, _TEXT = 15, 16
_LETTER = re.compile(rb"[A-Za-z0-9]")
_SAVE = "Convert it to SRT or VTT, and drop that."


def looks_like(data: bytes) -> bool:
    """Whether the bytes begin as such a file."""
    return _HEAD.match(data) is not None


def parse(data: bytes) -> Reading:
    """Read the captions; raises InputError where the file is damaged, or letters would be missing."""
    head, blocks = data[:_HEAD_BYTES], _split_blocks(data)
    spoken = [block for block in blocks if not block[_COMMENT]]
    if len(head) < _HEAD_BYTES or not spoken:
        raise InputError("This is a file of EBU STL captions, but it is damaged or cut off.", _SAVE)
    from ttconv.stl.reader import to_model  # type: ignore[import-untyped]

    try:
        cues = list(cues_of(to_model(io.BytesIO(head + b"".join(spoken)))))
    except Exception as error:  # noqa: BLE001 - a damaged file makes the library raise whatever it meets
        raise InputError(
            f"This file of EBU STL captions can't be read ({say_error(error)}).", _SAVE
        ) from None
    for cue in cues:
        cue.text = part_sentences(cue.text)
    reading = Reading(0)
    read_cues([cue for cue in cues if cue.text.strip()], reading)
    reading.words_in_file = sum(count_words(one.text) for one in reading.segments) + reading.dropped.total()
    comments = b" ".join(block[_TEXT:] for block in blocks if block[_COMMENT])
    words = count_words(re.sub(rb"[^\x20-\x7e]+", b" ", comments).decode("ascii"))
    reading.words_in_file += words
    reading.drop("comment", words)
    written = sum(len(_LETTER.findall(block[_TEXT:])) for block in spoken)
    if written > sum(char.isalnum() for cue in cues for char in cue.text):
        raise InputError("This is a file of EBU STL captions, of which some letters can't be read.", _SAVE)
    return reading


def _split_blocks(data: bytes) -> list[bytes]:
    """The captions' blocks, whole ones only."""
    starts = range(_HEAD_BYTES, len(data) - _BLOCK_BYTES + 1, _BLOCK_BYTES)
    return [data[at : at + _BLOCK_BYTES] for at in starts]
