"""Whisper's TSV: start, end and text, parted by tabs; the times are milliseconds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from daemon.formats.captions.cues.cue_lines import Cue, gather_cues
from daemon.formats.captions.cues.name_lines import with_voice
from daemon.formats.captions.cues.segments import read_cues, without_line_ends
from daemon.formats.markup import escape_markup
from daemon.formats.speakers.names import is_generic, is_name, is_note
from daemon.formats.word_account import Reading, lines_of
from daemon.text.timecode import round_to_zero
from daemon.text.transcript import count_words

KIND = "whisper-tsv"

_HEAD = re.compile(r"\s*start\tend\ttext\s*$", re.I)
_NUMBER = r"-?\d{1,12}(?:[.,]\d{1,30})?(?:[eE][+-]?\d{1,3})?"
_ROW = re.compile(rf"({_NUMBER})\t({_NUMBER})\t(.*)$", re.ASCII)
_PITCHES = re.compile(rf"\\\t{_NUMBER}\t{_NUMBER}\s*$", re.ASCII)
"""Which pitches a label of Audacity's was marked for, on a line below it."""
_IN_TWO_BOXES = re.compile(r"^([\d.]{1,20}\t[\d.]{1,20}\t)\[\[(SPEAKER_\d{1,4})\]\]", re.M | re.ASCII)
"""Who speaks, as WhisperX writes it for Audacity: `[[SPEAKER_00]]Hello.`"""
_SECOND = 1000


def looks_like(text: str, extension: str) -> bool:
    """Whether the head stands first, or a row does."""
    first = next((line for line in lines_of(text) if line.strip()), "")
    return _HEAD.match(first) is not None or _ROW.match(first) is not None


def parse(text: str) -> Reading:
    """Read the rows; any other line goes on with the row before. Times with a fraction are seconds."""
    text = without_line_ends(_IN_TWO_BOXES.sub(r"\1[\2]: ", text) if "\t[[" in text else text)
    reading = Reading(count_words(text))
    lines = map(escape_markup, _without_head(lines_of(text), reading))
    read_cues(_with_voices(list(gather_cues(lines, _read_timing, reading)), reading), reading)
    return reading


def _with_voices(cues: list[Cue], reading: Reading) -> list[Cue]:
    """The cues, a column of names before the words of each as voices: `0.5	2.3	SPEAKER_00	text`."""
    names = Counter(cue.text.partition("\t")[0].strip() for cue in cues if "\t" in cue.text)
    several = len(cues) > 1 and names.total() == len(cues)
    sure = all(map(is_generic, names)) or (len(names) < len(cues) and all(map(is_name, names)))
    if not (several and sure and not any(map(is_note, names))):
        return cues
    reading.drop("speaker", sum(count_words(name) * count for name, count in names.items()))
    parts = (cue.text.partition("\t") for cue in cues)
    return [
        with_voice(replace(cue, voice=name.strip(), text=said))
        for cue, (name, _, said) in zip(cues, parts, strict=True)
    ]


def _without_head(lines: Iterable[str], reading: Reading) -> Iterator[str]:
    for line in lines:
        if _HEAD.match(line):
            reading.drop("header", count_words(line))
        elif line.startswith("\\") and _PITCHES.match(line):
            reading.drop("timing", count_words(line))
        else:
            yield line


def _read_timing(line: str) -> tuple[float, float, str] | None:
    row = _ROW.match(line)
    if row is None:
        return None
    start = _read_seconds(row[1])
    return start, max(start, _read_seconds(row[2])), row[3]


def _read_seconds(text: str) -> float:
    number = text.replace(",", ".")
    return round_to_zero(round(int(number) / _SECOND if number.lstrip("-").isdecimal() else float(number), 3))
