"""ELAN's annotations (.eaf): tiers of annotations; a tier or its participant is a speaker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from daemon.errors import InputError
from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.captions.textgrid import NO_SPEECH, mark_voice
from daemon.formats.markup import escape_markup
from daemon.formats.word_account import Reading, scale_time
from daemon.text.transcript import count_words

KIND = "elan"

_ROOT = re.compile(r"\s*(?:<\?xml[^<>]*>\s*|<!--.*?-->\s*)*<ANNOTATION_DOCUMENT\b", re.S)
_DAMAGED = InputError(
    "This is a file of ELAN's, but it is damaged.", "Save it again in ELAN, or export it as SRT."
)


@dataclass(slots=True)
class _Tier:
    """A tier: its name, who it is of, whether it depends on another, its annotations with their slots."""

    name: str
    speaker: str
    depends: bool
    annotations: list[tuple[str, str, str]] = field(default_factory=list)


def looks_like(text: str, extension: str) -> bool:
    """Whether its root is ELAN's."""
    return _ROOT.match(text) is not None


def parse(text: str) -> Reading:
    """Read the tiers that depend on no other; the others are translations and notes to them."""
    from daemon.formats.safe_xml import read_events  # expat is for few files

    maker, said = _Maker(), list[str]()
    for kind, name, value in read_events(text):
        if kind == "text":
            maker.text(value[""])
        else:
            maker.tag(kind, name, value)
        said.append(value[""] if kind == "text" else "\n")
    reading = Reading(count_words("".join(said)))
    reading.drop("outside of annotations", count_words("".join(maker.outside)))
    top = [tier for tier in maker.tiers if not tier.depends] or maker.tiers
    spoken = [tier for tier in top if not NO_SPEECH.search(tier.name)]
    top = spoken if any(one[2].strip() for tier in spoken for one in tier.annotations) else top
    for tier in maker.tiers:
        if tier not in top and (words := sum(count_words(one[2]) for one in tier.annotations)):
            why = "it depends on another one" if tier.depends else "its name says that it holds no words"
            reading.drop("another tier", words)
            reading.warnings.append(f"The tier {tier.name} was not read: {why}.")
    cues = [
        maker.cue(tier, annotation)
        for tier in top
        for annotation in tier.annotations
        if annotation[2].strip()
    ]
    read_cues(sorted(cues, key=lambda cue: cue.start), reading)
    return reading


class _Maker:
    """Makes tiers of elements, in the order in which they come."""

    def __init__(self) -> None:
        self.tiers: list[_Tier] = []
        self.outside: list[str] = []
        self._slots: dict[str, float | None] = {}
        self._filled = False
        self._between = ("", "")
        self._parts: list[str] | None = None

    def tag(self, kind: str, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins or ends."""
        self.outside.append("\n")
        if name == "ANNOTATION_VALUE":
            self._note_value(kind)
        elif kind == "start" and name == "TIME_SLOT":
            self._slots[attributes.get("TIME_SLOT_ID", "")] = scale_time(attributes.get("TIME_VALUE"), 1000)
        elif kind == "start" and name == "TIER":
            who = attributes.get("PARTICIPANT") or attributes.get("TIER_ID") or ""
            speaker = " ".join(re.sub("[<>]", "", who).split())
            self.tiers.append(_Tier(attributes.get("TIER_ID", ""), speaker, "PARENT_REF" in attributes))
        elif kind == "start" and name in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
            self._between = attributes.get("TIME_SLOT_REF1", ""), attributes.get("TIME_SLOT_REF2", "")

    def text(self, text: str) -> None:
        """Text inside or outside of an annotation."""
        (self.outside if self._parts is None else self._parts).append(text)

    def _note_value(self, kind: str) -> None:
        if kind == "start":
            self._parts = []
        elif self._parts is not None:
            if not self.tiers:
                raise _DAMAGED
            self.tiers[-1].annotations.append((*self._between, "".join(self._parts)))
            self._parts = None

    def cue(self, tier: _Tier, annotation: tuple[str, str, str]) -> Cue:
        """An annotation of a tier as a cue."""
        first, last, said = annotation
        start = self._find_time(first) or 0.0
        said = mark_voice(tier.speaker) + escape_markup(said)
        return Cue(start, max(start, self._find_time(last) or start), said)

    def _find_time(self, slot: str) -> float | None:
        """The time of a slot; those without one lie evenly between the slots around them."""
        if not self._filled:
            self._filled = True
            times = list(self._slots.values())
            known = [(-1, 0.0), *((at, time) for at, time in enumerate(times) if time is not None)]
            known.append((len(times), known[-1][1]))
            for (a, since), (b, until) in pairwise(known):
                times[a + 1 : b] = [since + (until - since) * (at - a) / (b - a) for at in range(a + 1, b)]
            self._slots = dict(zip(self._slots, times, strict=True))
        return self._slots.get(slot)
