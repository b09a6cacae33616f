"""SCC captions (Scenarist): the bytes of CEA-608 in hexadecimal, decoded by ttconv."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from daemon.errors import InputError, say_error
from daemon.formats.captions.cues.cue_lines import Cue, ended_by_next
from daemon.formats.captions.cues.rolling import carried_over
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.captions.cues.ttconv_models import cues_of
from daemon.formats.word_account import Reading, lines_of
from daemon.text.transcript import count_words

KIND = "scc"

_HEAD = re.compile(r"Scenarist_SCC", re.I)
_LINE = re.compile(r"\s*\d\d:\d\d:\d\d[:;.]\d\d\s+([0-9A-Fa-f]{4}(?:\s+[0-9A-Fa-f]{4})*)\s*$", re.ASCII)
_CONTROLS, _PARITY, _CHANNEL = range(0x10, 0x20), 0x7F, 0x08
_BACKSPACE = (0x14, 0x21)
_EXTENDED = (0x12, 0x13)
_BEYOND_ASCII = frozenset((0x2A, 0x5C, 0x5E, 0x5F, 0x60, *range(0x7B, 0x80)))
"""Where CEA-608 has á, é, í, ó, ú and other signs for ASCII's."""
_CLEAR = (0x14, 0x2E)
_SHOW = (0x14, 0x2F)
_ROLLED = re.compile(r"\b(?:[19]42[56]|[19]4a7)\b", re.I)  # lines move up, each is shown two to four times
_PAINTED = re.compile(r"\b9429\b")  # letters appear on the screen one after the other, others stay
_AT_ONCE_SECONDS = 0.1
_SAVE = "Convert it to SRT or VTT, and drop that."


def looks_like(text: str, extension: str) -> bool:
    """Whether it says so at its beginning."""
    return _HEAD.match(text.lstrip()) is not None


def parse(text: str) -> Reading:
    """Read the captions; raises InputError where it is damaged, or letters would be missing."""
    from ttconv.scc.reader import to_model  # type: ignore[import-untyped]

    try:
        cues = list(ended_by_next(cues_of(to_model(text))))
    except Exception as error:  # noqa: BLE001 - a damaged file makes the library raise whatever it meets
        raise InputError(f"This file of SCC captions can't be read ({say_error(error)}).", _SAVE) from None
    reading = Reading(0)
    shown = sum(char.isascii() and not char.isspace() for cue in cues for char in cue.text)
    if _PAINTED.search(text):
        cues = list(_without_growth(cues, reading))
    elif _ROLLED.search(text) and carried_over(cues) is None:
        cues = list(_without_rolled(cues, reading))
    read_cues([cue for cue in cues if cue.text.strip()], reading)
    kept = sum(count_words(segment.text) for segment in reading.segments)
    reading.words_in_file = kept + reading.dropped.total()
    if (missing := _count_letters(text) - shown) > 0:
        raise InputError(f"This is a file of SCC captions; {missing} of its letters can't be read.", _SAVE)
    if others := _count_letters(text, channel=2):
        reading.warnings.append(f"The second channel of the captions, of {others} letters, was not read.")
    return reading


def _without_growth(cues: Iterable[Cue], reading: Reading) -> Iterator[Cue]:
    """The captions without the lines that only stay on the screen while others are painted beside them."""
    before: list[str] = []
    ended = -1.0
    for cue in cues:
        lines = [line.strip() for line in cue.lines if line.strip()]
        grown = cue.start - ended <= _AT_ONCE_SECONDS and not Counter(before) - Counter(lines)
        new = list((Counter(lines) - Counter(before)).elements()) if grown else lines
        reading.drop("rolling repeat", count_words(" ".join(lines)) - count_words(" ".join(new)))
        before, ended = lines, cue.end
        yield replace(cue, text="\n".join(new))


def _without_rolled(cues: Iterable[Cue], reading: Reading) -> Iterator[Cue]:
    """The captions without the lines that only moved up when another one came, in a file of a few."""
    before: list[str] = []
    ended = -1.0
    for cue in cues:
        lines = [line.strip() for line in cue.lines if line.strip()]
        follows = cue.start - ended <= _AT_ONCE_SECONDS
        most = min(len(before), len(lines) - 1) if follows else 0
        moved = next((count for count in range(most, 0, -1) if before[-count:] == lines[:count]), 0)
        reading.drop("rolling repeat", count_words(" ".join(lines[:moved])))
        before, ended = lines, cue.end
        yield replace(cue, text="\n".join(lines[moved:]))


def _count_letters(text: str, channel: int = 1) -> int:
    """How many letters and signs of ASCII a channel shows, 1 or 2, told from the bytes alone."""
    shown = waiting = 0
    ours, last = channel == 1, (0, 0)
    for line in lines_of(text):
        found = _LINE.match(line)
        for pair in found[1].split() if found else ():
            high, low = (int(part, 16) & _PARITY for part in (pair[:2], pair[2:]))
            if high in _CONTROLS:
                ours = bool(high & _CHANNEL) == (channel == 2)
                repeated, last = (high, low) == last, (high, low) if (high, low) != last else (0, 0)
                if ours and not repeated:
                    shown, waiting = _after_control(high & ~_CHANNEL, low, shown, waiting)
            elif high >= 0x20:
                last = (0, 0)
                waiting += ours * (_is_ascii(high) + _is_ascii(low))
    return shown


def _is_ascii(code: int) -> bool:
    return 0x20 < code < 0x7F and code not in _BEYOND_ASCII


def _after_control(high: int, low: int, shown: int, waiting: int) -> tuple[int, int]:
    if (high, low) == _BACKSPACE or (high in _EXTENDED and low >= 0x20):
        return shown, max(0, waiting - 1)  # an extended letter takes the place of the plain one before it
    if (high, low) == _CLEAR:
        return shown, 0
    return (shown + waiting, 0) if (high, low) == _SHOW else (shown, waiting)
