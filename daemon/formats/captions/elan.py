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
from daemon.formats.markup import BEFORE_ROOT, escape_markup
from daemon.formats.word_account import Reading, scale_time
from daemon.text.transcript import count_words

KIND = "elan"

_ROOT = re.compile(rf"{BEFORE_ROOT}<ANNOTATION_DOCUMENT\b", re.S)
_NUMBERED = re.compile(r"\S{0,80}\d\S{0,10}")
"""What numbers a sentence: `b-371`, `Story.012`."""
_OF_WORDS = re.compile(
    r"(?:(?:tx|txt|text|orth|utt|trs|sentence|speech|st|tr|words?)(?![a-z]{3})|transcri|utter)", re.I
)
"""How a tier is called that has the words of sentences which another one numbers."""
_DAMAGED = InputError(
    "This is a file of ELAN's, but it is damaged.", "Save it again in ELAN, or export it as SRT."
)


@dataclass(slots=True)
class _Tier:
    """A tier: its name, who it is of, which other one it depends on, its annotations with their slots."""

    name: str
    speaker: str
    parent: str
    annotations: list[tuple[str, str, str]] = field(default_factory=list)


def looks_like(text: str, extension: str) -> bool:
    """Whether its root is ELAN's."""
    return _ROOT.match(text) is not None


def parse(text: str) -> Reading:
    """Read the tiers that depend on no other, or on one of numbers; the rest are translations and notes."""
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
    top = [tier for tier in maker.tiers if not tier.parent] or maker.tiers
    below: dict[str, list[_Tier]] = {}
    for tier in maker.tiers:
        below.setdefault(tier.parent, []).append(tier)
    found = (_find_words_of(tier, below.get(tier.name, [])) for tier in top)
    top = list({id(tier): tier for tier in found}.values())
    spoken = [tier for tier in top if not NO_SPEECH.search(tier.name)]
    top = spoken if any(one[2].strip() for tier in spoken for one in tier.annotations) else top
    read = set(map(id, top))
    for tier in maker.tiers:
        if id(tier) not in read and (words := sum(count_words(one[2]) for one in tier.annotations)):
            why = "it depends on another one" if tier.parent else "it holds no words, or numbers alone"
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


def _find_words_of(tier: _Tier, below: list[_Tier]) -> _Tier:
    """The tier; where it only numbers what is said, or says nothing, the one below it with the words.

    Who documents a language has `ref@Ann`, and below it `tx@Ann` or `orth@Ann` beside translations.
    """
    texts = [said.strip() for _, _, said in tier.annotations if said.strip()]
    numbered = len(set(texts)) == len(texts) and all(map(_NUMBERED.fullmatch, texts))
    if not numbered:
        return tier
    named = (one for one in below if tier.name and _OF_WORDS.match(one.name))
    return next((one for one in named if any(said.strip() for _, _, said in one.annotations)), tier)


class _Maker:
    """Makes tiers of elements, in the order in which they come."""

    def __init__(self) -> None:
        self.tiers: list[_Tier] = []
        self.outside: list[str] = []
        self._slots: dict[str, float | None] = {}
        self._filled = False
        self._between = ("", "")
        self._places: dict[str, tuple[str, str]] = {}
        self._belongs: dict[str, str] = {}
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
            self.tiers.append(_Tier(attributes.get("TIER_ID", ""), speaker, attributes.get("PARENT_REF", "")))
        elif kind == "start" and name in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
            self._note_place(attributes)

    def text(self, text: str) -> None:
        """Text inside or outside of an annotation."""
        (self.outside if self._parts is None else self._parts).append(text)

    def _note_place(self, attributes: Mapping[str, str]) -> None:
        """Note between which slots an annotation stands, or to which other one it belongs."""
        own = attributes.get("ANNOTATION_ID", "")
        if "TIME_SLOT_REF1" in attributes:
            self._between = attributes["TIME_SLOT_REF1"], attributes.get("TIME_SLOT_REF2", "")
            self._places[own] = self._between
        else:
            self._between = "", own or attributes.get("ANNOTATION_REF", "")
            self._belongs[own] = attributes.get("ANNOTATION_REF", "")

    def _find_place(self, annotation: str) -> tuple[str, str]:
        """The slots between which the annotation stands to which this one belongs, over several others.

        Each that is passed is known from then on: a chain of thousands is followed once.
        """
        passed = []
        while annotation not in self._places and annotation in self._belongs:
            passed.append(annotation)
            annotation = self._belongs.pop(annotation)
        place = self._places.get(annotation, ("", ""))
        self._places.update(dict.fromkeys(passed, place))
        return place

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
        if not first:
            first, last = self._find_place(last)
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
