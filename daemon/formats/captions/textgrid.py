"""Praat's TextGrid, long or short: tiers of intervals with texts; a tier is a speaker."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.errors import InputError
from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.markup import escape_markup, voice_tag
from daemon.formats.word_account import Reading
from daemon.text.timecode import round_to_zero
from daemon.text.transcript import count_words

KIND = "textgrid"

_HEAD = re.compile(r'(?:File type = )?"ooTextFile(?: short)?"\s+(?:Object class = )?"TextGrid"')
# In a file of Praat's only these are values; all other words explain them.
_VALUE = re.compile(
    r'"((?:[^"]|"")*)"|<(\w+)>|(?<![\w\[.-])(-?\d{1,18}(?:\.\d{1,18})?(?:[eE][+-]?\d{1,3})?)(?![\w\].:])'
)
_LOOSE_VALUE = re.compile(
    r'"((?:[^"]|"")*)"|<(\w+)>|(?<!\S)(0[xX][0-9a-fA-F]{1,12}(?![\w.])'
    r'|[+-]?\d{1,18}(?:\.\d{0,18})?(?:[eE][+-]?\d{1,3})?%?)(?![\w./%]*[/xX])[^\s"!]*'
    r'|![^\n]*|[^\s"!]+'
)
"""The same in files that people wrote: with comments (`!`), numbers with a unit, in per cent, as 0x1F."""
_SAVE = "Save it again in Praat as a text file."
_NO_NAME = re.compile(
    r"(?:words?|wrd|text|trans|transcript(?:ion)?|transkript(?:ion)?|utterances?|sentences?|orthograph\w*+|speech|annotations?"
    r"|default|segments?|intervals?|orth?|utts?|tier|tokens?|asr|ort(?:-mau)?|mau|trn|whisper|vad)[\s_-]?\d*",
    re.I,
)
"""Names of tiers that are not those of people."""
_HOLDS = re.compile(r"(?<=\w)(?:\s-\s|_)(?:words?|utterances?|transcript(?:ion)?|text)$", re.I)
"""What a tier holds, behind whose it is, as the Montreal Forced Aligner has it: `Ann - words`."""
_SILENCES = ("sp", "sil", "<sil>", "<p:>", "#")
NO_SPEECH = re.compile(
    r"phon|syll|segment|tone|gloss|translat|pos\b|ipa|pitch|gestur|(?:\b|_)(?:errors?|nois(?:es?|y)|comments?|notes?"
    r"|events?|gaze|hands?|heads?|motions?|topics?|silences?|pauses?|laugh\w*|breath\w*|music|sounds?|markers?"
    r"|cod(?:es?|ing)|stress|prosody|boundar\w*|breaks?|misc|overlaps?|quality|background|metadata|actions?"
    r"|mouth\w*|eyes?|brows?|posture|bemerkungen|kommentare?|fehler|geräusche?|gesten|gestes|bruits?|gestos|ruidos?"
    r"|gesti|rumori|opmerkingen)(?:\b|_|\d)|^(?-i:KAN(?:-MAU)?|MAUS?|MAS|TRN)$",
    re.I,
)
"""Names of tiers that hold no words, or the same words again; the last are those of WebMAUS."""


@dataclass(slots=True)
class _Tier:
    name: str
    marks: list[tuple[float, float, str]] = field(default_factory=list)

    @property
    def words(self) -> int:
        return sum(count_words(text) for _, _, text in self.marks)


def looks_like(text: str, extension: str) -> bool:
    """Whether it says so at its beginning."""
    return _HEAD.match(text.lstrip()) is not None


def parse(text: str) -> Reading:
    """Read the tiers; raises InputError where the file is cut off or damaged."""
    reading, tiers = _read_values(text, _VALUE) or _read_values(text, _LOOSE_VALUE) or (Reading(0), None)
    if tiers is None:
        raise InputError("This is a TextGrid of Praat's, but it is damaged or cut off.", _SAVE)
    spoken = [tier for tier in tiers if not NO_SPEECH.search(tier.name)]
    spoken = spoken if any(tier.words for tier in spoken) else tiers
    for tier in tiers:
        if tier not in spoken and tier.words:
            reading.drop("another tier", tier.words)
            reading.warnings.append(
                f"The tier {tier.name} was not read: its name says that it holds no words, or the same ones."
            )
    cues = [
        Cue(start, end, mark_voice(tier.name) + escape_markup(said))
        for tier in spoken
        for start, end, said in tier.marks
        if said.strip()
    ]
    read_cues(sorted(cues, key=lambda cue: cue.start), reading)
    return reading


def _read_values(text: str, form: re.Pattern[str]) -> tuple[Reading, list[_Tier]] | None:
    """The tiers of a text in which values are of this form; None where that doesn't come out even."""
    head = _HEAD.match(text.lstrip())
    begins = head.end() if head else 0
    values = [found.groups() for found in form.finditer(text.lstrip(), begins) if found.lastindex]
    reading = Reading(sum(count_words(_strip_quotes(value[0])) for value in values if value[0] is not None))
    try:
        return reading, list(_read_tiers(values, reading))
    except (IndexError, ValueError):
        return None


def mark_voice(name: str) -> str:
    """The voice tag of a tier, or of who speaks in it; "" where its name is nobody's."""
    name = _HOLDS.sub("", name)
    return "" if _NO_NAME.fullmatch(name) else voice_tag(name)


_Value = tuple[str | None, ...]
"""What is matched of a text, a flag and a number; one of them is not None."""


def _read_tiers(values: list[_Value], reading: Reading) -> Iterator[_Tier]:
    """The tiers, one value after the other; IndexError or ValueError where one is missing."""
    at = 4  # from when to when, whether there are tiers, how many
    for _ in range(int(_read_number(values[3]))):
        kind, name = _read_text(values[at]), _read_text(values[at + 1])
        reading.drop("tier name", count_words(kind) + count_words(name))
        size = int(_read_number(values[at + 4]))
        at += 5
        tier = _Tier(" ".join(re.sub("[<>]", "", name).split()))
        width = 3 if kind == "IntervalTier" else 2
        for _ in range(size):
            *times, said = values[at : at + width]
            moments = [round_to_zero(_read_number(time)) for time in times]
            text = _read_text(said)
            if text.strip().lower() in _SILENCES:
                reading.drop("silence mark", count_words(text))
            else:
                tier.marks.append((moments[0], max(moments), text))
            at += width
        yield tier
    if any(value[0] is not None for value in values[at:]):
        raise ValueError("texts behind the last tier")


def _read_text(value: _Value) -> str:
    if value[0] is None:
        raise ValueError("no text")
    return _strip_quotes(value[0])


def _read_number(value: _Value) -> float:
    written = value[2] or ""
    if written[:2] in ("0x", "0X"):
        return float(int(written, 16))
    number = float(written.removesuffix("%")) / (100 if written.endswith("%") else 1)
    if not math.isfinite(number):  # such as 1e999
        raise ValueError("no number")
    return number


def _strip_quotes(text: str) -> str:
    return text.replace('""', '"')
