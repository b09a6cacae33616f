"""Transcripts in XML: Transcriber (.trs), EXMARaLDA (.exb), FOLKER (.fln, .flk) and Podlove's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from msgspec.structs import replace

from daemon.errors import InputError
from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.captions.textgrid import mark_voice
from daemon.formats.markup import BEFORE_ROOT, escape_markup
from daemon.formats.word_account import Reading, scale_time
from daemon.text.transcript import count_words

KIND = "speech-xml"

_ROOTS = {
    "Trans": "transcriber",
    "basic-transcription": "exmaralda",
    "folker-transcription": "folker",
    "transcripts": "podlove-xml",
}
"""The kinds by the names of their root elements."""
_DOCTYPE = r"<!DOCTYPE\s+\w+\s+SYSTEM\s+\"[^\"<>]*\"\s*>"
"""A document type that stands elsewhere, and is not looked for."""
_ROOT = re.compile(
    rf"{BEFORE_ROOT}(?:{_DOCTYPE}{BEFORE_ROOT})?<(?:\w{{1,20}}:)?"
    r"(Trans(?=[\s>])|basic-transcription\b|folker-transcription\b|transcripts(?=[^<>]*podlove))",
    re.S,
)
_SPOKEN_TIER = "t"
_INSIDE_WORDS = ("seg", "emph")
_LEAST_TIMES = 2
"""How many points of a timeline have a time where it tells any: the first one is often set to nought."""
_NAMES = ("abbreviation", "name", "speaker")


@dataclass(slots=True)
class _Passage:
    """Something said by somebody from one time to another (seconds).

    `place` is that of its start on the timeline, where the file has one.
    """

    start: float
    end: float
    speaker: str
    parts: list[str] = field(default_factory=list)
    place: int = 0

    def cue(self) -> Cue:
        """The passage as a cue."""
        said = escape_markup(" ".join("".join(self.parts).split()))
        return Cue(self.start, max(self.start, self.end), mark_voice(self.speaker) + said)


def looks_like(text: str, extension: str) -> bool:
    """Whether its root is one of these kinds'."""
    return _ROOT.match(text) is not None


def parse(text: str) -> Reading:
    """Read what is said; raises InputError for XML that is damaged, or that has entities of its own."""
    from daemon.formats.safe_xml import read_events  # expat is for few files

    root = _ROOT.match(text)
    assert root is not None
    head = re.sub(_DOCTYPE, "", text[: root.end()])
    maker, said = _Maker(), list[str]()
    for kind, name, value in read_events(head + text[root.end() :]):
        if kind == "text":
            maker.text(value[""])
        elif kind == "start":
            maker.begin(name, value)
        else:
            maker.end(name)
        said.append(value[""] if kind == "text" else "\n" * (name not in _INSIDE_WORDS))
    reading = Reading(count_words("".join(said)), kind=_ROOTS[root[1]])
    reading.language = maker.language
    reading.drop("outside of speech", count_words("".join(maker.outside)))
    for tier, texts in maker.other_tiers.items():
        words = count_words("".join(texts))
        reading.drop("another tier", words)
        if words:
            reading.warnings.append(f"The tier {tier} was not read: it holds notes or a translation.")
    passages = [passage for passage in maker.passages if "".join(passage.parts).strip()]
    if not passages:
        raise InputError(
            "There are no words in the file.", "Save it again, or drop the transcript as SRT or VTT."
        )
    passages.sort(key=lambda passage: (passage.start, passage.place))
    read_cues([passage.cue() for passage in passages], reading)
    if maker.is_untimed:
        reading.segments = [replace(one, start=None, end=None, times=None) for one in reading.segments]
    return reading


class _Maker:
    """Makes passages of elements, in the order in which they come."""

    def __init__(self) -> None:
        self.passages: list[_Passage] = []
        self.outside: list[str] = []
        self.other_tiers: dict[str, list[str]] = {}
        self.language: str | None = None
        self._names: dict[str, str] = {}
        self.is_untimed = False
        self._timeline: dict[str, float | None] = {}
        self._places: dict[str, int] = {}
        self._who = ""
        self._turn: list[str] = []
        self._naming = False
        self._tier: str | None = None
        self._open = False

    def begin(self, name: str, values: Mapping[str, str]) -> None:
        """An element begins."""
        (self._find_sink() or self.outside).append("" if name in _INSIDE_WORDS else "\n")
        self._note_names_and_times(name, values)
        self._begin_passage(name, values)

    def _note_names_and_times(self, name: str, values: Mapping[str, str]) -> None:
        """Remember what an element says of speakers, of the timeline or of the tier it opens."""
        match name:
            case "Trans":
                self.language = values.get("xml:lang") or values.get("lang") or None
            case "Speaker":
                self._names[values.get("id", "")] = values.get("name", "")
            case "tli":
                self._timeline[values.get("id", "")] = scale_time(values.get("time"), 1)
            case "timepoint":
                self._timeline[values.get("timepoint-id", "")] = scale_time(values.get("absolute-time"), 1)
            case "speaker":
                self._who = values.get("speaker-id") or values.get("id") or ""
                self._naming = not values
            case "abbreviation" | "name" if self._who and not self.passages:
                self._naming = True
            case "tier":
                self._who = values.get("speaker", "")
                spoken = values.get("type", _SPOKEN_TIER) == _SPOKEN_TIER
                self._tier = None if spoken else values.get("display-name") or values.get("category", "")
            case "speech":
                self._who = ""

    def _begin_passage(self, name: str, values: Mapping[str, str]) -> None:
        """Begin a passage with an element that says who speaks when."""
        match name:
            case "Turn":
                self._turn = values.get("speaker", "").split()
                self._add_passage(
                    _read_seconds(values.get("startTime")), _read_seconds(values.get("endTime")), self._turn
                )
            case "Sync" if self._open:
                self._add_passage(_read_seconds(values.get("time")), self.passages[-1].end, self._turn)
            case "Who" if self._open:
                number = values.get("nb", "")
                who = self._turn[int(number) - 1 : int(number)] if number.isdecimal() else self._turn
                self._add_passage(self.passages[-1].start, self.passages[-1].end, who)
            case "event" if self._tier is None:
                start, end = self._find_time(values.get("start")), self._find_time(values.get("end"))
                self._add_passage(start, end, [self._who])
                self.passages[-1].place = self._places.get(values.get("start", ""), 0)
            case "contribution":
                start, end = (self._find_time(values.get(f"{edge}-reference")) for edge in ("start", "end"))
                self._turn = [values.get("speaker-reference", "")]
                self._add_passage(start, end, self._turn)
            case "time" if self._open:
                self._add_passage(
                    self._find_time(values.get("timepoint-reference")), self.passages[-1].end, self._turn
                )
            case "item":
                self._add_passage(
                    _read_seconds(values.get("start")), _read_seconds(values.get("end")), [self._who]
                )

    def end(self, name: str) -> None:
        """An element ends."""
        (self._find_sink() or self.outside).append("" if name in _INSIDE_WORDS else "\n")
        if name in _NAMES:
            self._naming = False
        elif name in ("Turn", "event", "contribution", "item"):
            self._open = False
        elif name == "tier":
            self._tier = None

    def text(self, text: str) -> None:
        """Take text: something said, a name, or neither."""
        if self._naming and text.strip():
            name = " ".join(text.split())
            if self._who:
                self._names[self._who] = name
            else:
                self._who = name
        sink = self._find_sink()
        (self.outside if sink is None else sink).append(text)

    def _find_sink(self) -> list[str] | None:
        """Where text goes at this place; None where nobody says it."""
        if self._tier is not None:
            return self.other_tiers.setdefault(self._tier, [])
        return self.passages[-1].parts if self._open else None

    def _add_passage(self, start: float, end: float, who: list[str]) -> None:
        """Begin a passage; where it follows another in the same turn, that one ends with it."""
        names = [self._names.get(one) or one for one in who]
        if self._open and self.passages[-1].start < start:
            self.passages[-1].end = start
        self.passages.append(_Passage(start, end, ", ".join(filter(None, names))))
        self._open = True

    def _find_time(self, reference: str | None) -> float:
        """The second of a point of the timeline; one without a time lies evenly between those around it.

        Where no two points have times, as in a transcript that was not aligned yet, a second is a point.
        """
        if None in self._timeline.values():
            self._fill_timeline()
        known = self._timeline.get(reference or "")
        if known is not None:
            return known
        return self.passages[-1].start if self.passages else 0.0

    def _fill_timeline(self) -> None:
        times = list(self._timeline.values())
        self._places = {point: at for at, point in enumerate(self._timeline)}
        self.is_untimed = len(times) - times.count(None) < _LEAST_TIMES
        filled = map(float, range(len(times))) if self.is_untimed else _spread_evenly(times)
        self._timeline = dict(zip(self._timeline, filled, strict=True))


def _spread_evenly(times: list[float | None]) -> list[float]:
    """The times, those that are not known spread between their neighbours."""
    known = [at for at, time in enumerate(times) if time is not None]
    out = [0.0 if time is None else time for time in times]
    for first, last in pairwise([-1, *known]):
        start = out[first] if first >= 0 else 0.0
        step = max(0.0, out[last] - start) / (last - first)
        for at in range(first + 1, last):
            out[at] = round(start + step * (at - first), 3)
    for at in range(known[-1] + 1 if known else len(out), len(out)):
        out[at] = out[known[-1]]
    return out


def _read_seconds(value: str | None) -> float:
    return scale_time(value, 1) or 0.0
