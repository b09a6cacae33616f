"""What speech recognisers are scored by, and give for it: STM, a line for a stretch; CTM, one for a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.markup import escape_markup, voice_tag
from daemon.formats.word_account import Reading, lines_of
from daemon.text.transcript import count_words

KIND = "recogniser"

_FILE_AND_CHANNEL = r"\s*(?P<file>\S{1,200})\s+(?P<channel>[\dAB])\s+"
_TIME = r"\d{1,9}(?:\.\d{1,9})?"
_STM = re.compile(
    rf"{_FILE_AND_CHANNEL}(?P<speaker>\S{{1,200}})\s+(?P<start>{_TIME})\s+(?P<end>{_TIME})"
    r"(?:\s+<[^<>]{0,200}>)?(?:\s+(?P<said>\S.*))?$",
    re.ASCII,
)
_CTM = re.compile(
    rf"{_FILE_AND_CHANNEL}(?P<start>{_TIME})\s+(?P<lasts>{_TIME})\s+(?P<said>\S{{1,200}})"
    r"(?:\s+[\d.]{1,20})?\s*$",
    re.ASCII,
)
_COMMENT = ";;"
_GAP = "inter_segment_gap"
_UNSCORED = "ignore_time_segment_in_scoring"
"""What stands where nobody's words are told."""
_LOOKED_AT, _LEAST_LINES, _SHARE = 50, 2, 0.9
"""Lines that tell the form, how many there have to be, and which share of them has it."""
_NAMES = (".stm", ".ctm")


def looks_like(text: str, extension: str) -> bool:
    """Whether as good as all of its first lines have one of the two forms; one line alone may be speech."""
    return _find_form(text, 1 if extension in _NAMES else _LEAST_LINES) is not None


def parse(text: str) -> Reading:
    """Read the lines; what stands on one of another form is said at the end of the line before."""
    reading = Reading(count_words(text))
    read_cues(list(_read_lines(text, _find_form(text, 1) or _STM, reading)), reading)
    return reading


def _find_form(text: str, least: int) -> re.Pattern[str] | None:
    """The form of the first lines but for comments; CTM's first, whose numbers may pass for an STM's."""
    filled = (line for line in lines_of(text) if line.strip() and not _is_comment(line))
    lines = list(islice(filled, _LOOKED_AT))
    for form in (_CTM, _STM):
        if sum(form.match(line) is not None for line in lines) >= max(least, _SHARE * len(lines)):
            return form
    return None


def _read_lines(text: str, form: re.Pattern[str], reading: Reading) -> Iterator[Cue]:
    """A cue for each line with words; what else stands on it is booked."""
    has_two_channels = len(_list_channels(text, form)) > 1
    end = 0.0
    for line in lines_of(text):
        found = form.match(line)
        if found is None and not _is_comment(line):
            yield Cue(end, end, escape_markup(line))
            continue
        parts = found.groupdict() if found else {}
        said = parts.get("said") or ""
        if not said or said == _UNSCORED or parts.get("speaker") == _GAP:
            reading.drop("comment" if found is None else "outside of speech", count_words(line))
            continue
        reading.drop("timing", count_words(line) - count_words(said))
        start = float(parts["start"])
        end = max(start, float(parts["end"]) if "end" in parts else start + float(parts["lasts"]))
        speaker = parts.get("speaker") or (parts["channel"] if has_two_channels else "")
        yield Cue(start, end, voice_tag(speaker) + escape_markup(said))


def _list_channels(text: str, form: re.Pattern[str]) -> set[str]:
    return {found["channel"] for found in map(form.match, lines_of(text)) if found}


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(_COMMENT)
