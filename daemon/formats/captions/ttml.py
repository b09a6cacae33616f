"""TTML captions (DFXP, IMSC, EBU-TT): `<p begin="00:00:01.000" end="00:00:02.500">text<br/>more</p>`.

The Universal Subtitle Format has the same under other names, and is read as them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.markup import BEFORE_ROOT, escape_markup, time_tag, voice_tag
from daemon.formats.word_account import Reading
from daemon.text.transcript import UNSPACED_LETTER, count_words

KIND = "ttml"

_ROOT = re.compile(rf"{BEFORE_ROOT}<(?:(?:\w{{1,20}}:)?tt|(USFSubtitles|usfsubtitles))[\s>]", re.S)
_NEXT_ROOT = re.compile(r"(?<=tt>)\s*(?=<\?xml\s|<(?:\w{1,20}:)?tt\s)")
"""Where the parts of a stream were joined, each of which is a whole document."""
_CLOCK = re.compile(r"(\d{1,9}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,20})|:(\d{1,9})(?:\.\d{1,9})?)?", re.ASCII)
_MINUTES = re.compile(r"(\d{1,3}):(\d{1,2}(?:\.\d{1,20})?)", re.ASCII)
"""A time without hours, as Apple and those who write the words of songs have it: `1:16.146`."""
_OFFSET = re.compile(r"(\d{1,18}(?:\.\d{1,20})?)(h|ms|m|s|f|t|)", re.ASCII)
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "": 1.0}
_APPLES = re.compile(r"<tt\s[^<>]{0,2000}(podcasts|music)\.apple\.com")
"""The root of what Apple writes: times of single words, which count from the beginning, inside of others.

In the words of songs they are those of syllables, and whitespace alone parts words.
"""
_ASIDES = {"x-translation": "another language", "x-roman": "ruby"}
"""Roles of what stands beside the words of a song, and why it is dropped."""
_MARKS_OF_USF = dict.fromkeys(("b", "font", "i", "k", "u"), "span")
_OF_USF = {"subtitle": "div", "text": "p", "karaoke": "p", **_MARKS_OF_USF}
"""What TTML calls the elements of USF."""
_TIMES_OF_USF = {"start": "begin", "stop": "end", "duration": "dur"}
_TIMED = ("body", "div", "p", "span")


@dataclass(frozen=True, slots=True)
class _Scope:
    """When an element is shown (seconds), who speaks in it, and why its words are dropped, if they are.

    `in_turn` says that of what stands in it each begins when the one before it has ended.
    """

    start: float = 0.0
    end: float | None = None
    speaker: str | None = None
    aside: str = ""
    in_turn: bool = False


def looks_like(text: str, extension: str) -> bool:
    """Whether the root is TTML's, perhaps after a comment."""
    return _ROOT.match(text) is not None


def parse(text: str) -> Reading:
    """Read the captions; raises InputError for XML that is damaged, or that has entities of its own."""
    from daemon.formats.safe_xml import read_events  # expat is for few files

    root, apples = _ROOT.match(text), _APPLES.search(text)
    is_usf = root is not None and root[1] is not None
    reading, maker, said = Reading(0), _Maker(apples and apples[1]), list[str]()
    for kind, written, given in chain.from_iterable(map(read_events, _NEXT_ROOT.split(text))):
        name, value = _name_as_ttml(written, given) if is_usf else (written, given)
        if kind == "text":
            known = len(maker.cues)
            maker.text(value[""])
            # a cue of its own, even in the middle of a word
            parts = maker.parted or len(maker.cues) > known
            said.append("" if maker.is_aside else "\n" * parts + value[""])
        else:
            maker.tag(kind, name, {key.split(":")[-1]: held for key, held in value.items()})
            said.append("\n" * (name not in ("span", "metadata")))
    maker.end_cue()
    reading.words_in_file = count_words("".join(said))
    reading.language, reading.kind = maker.language, "usf" if is_usf else None
    reading.drop("outside of captions", count_words("".join(maker.outside)))
    for reason, texts in maker.asides.items():
        words = sum(map(count_words, texts))
        reading.words_in_file += words
        reading.drop(reason, words)
    if maker.unread:
        reading.warnings.append(
            f"Times that can't be read were estimated from the captions before them: {maker.unread:,}."
        )
    shown = [cue for cue in maker.cues if cue.text.strip()]
    read_cues(sorted(shown, key=lambda cue: cue.start), reading)
    return reading


def _name_as_ttml(name: str, attributes: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    """An element of USF's with its attributes, named as TTML names them."""
    named = {_TIMES_OF_USF.get(key, key): value for key, value in attributes.items()}
    return _OF_USF.get(name, name), named


class _Maker:
    """Makes cues of elements, in the order in which they come."""

    def __init__(self, apples: str | None) -> None:
        self.cues: list[Cue] = []
        self.outside: list[str] = []
        self.asides: dict[str, list[str]] = {}
        self.unread = 0
        self.language: str | None = None
        self._scopes = [_Scope()]
        self._apples = apples
        self._in_caption = 0
        self._caption = _Scope()
        self._pieces: list[str] = []
        self._marked: float | None = None
        self.parted = False
        self._new_cue = True
        self._frames, self._ticks = 30.0, 1.0
        self._agent = ""
        self._names: dict[str, str] = {}
        self._ended: dict[int, float] = {}

    @property
    def is_aside(self) -> bool:
        """Whether what comes now stands beside the words: a reading aid, a translation."""
        return self._scopes[-1].aside != ""

    def tag(self, kind: str, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins or ends."""
        if name not in ("span", "metadata"):
            self.outside.append("\n")
        if kind == "start" and name == "tt":
            self._read_root(attributes)
        elif name == "agent":
            self._agent = attributes.get("id", "") if kind == "start" else ""
        elif name == "language":
            self.language = attributes.get("code") or self.language
        elif name in _TIMED:
            self._change_scope(kind, name, attributes)
        elif name != "metadata" and self._in_caption and self.cues:  # <br>, or what nobody knows
            self._add_text("\n")

    def text(self, text: str) -> None:
        """Text inside or outside of a caption."""
        if self._in_caption:
            self._add_text(text)
            return
        self.outside.append(text)
        if self._agent and text.strip():
            self._names.setdefault(self._agent, " ".join(text.split()))

    def end_cue(self) -> None:
        """Put together what the last cue says."""
        if self.cues:
            self.cues[-1].text = "".join(self._pieces)
        self._pieces.clear()

    def _read_root(self, attributes: Mapping[str, str]) -> None:
        self.language = attributes.get("lang") or None
        multiplier = [
            float(part) for part in re.findall(r"\d{1,9}", attributes.get("frameRateMultiplier", ""))
        ]
        self._frames = _read_positive(attributes.get("frameRate"), 30.0)
        if len(multiplier) == 2 and multiplier[1]:
            self._frames *= multiplier[0] / multiplier[1] or 1.0
        self._ticks = _read_positive(
            attributes.get("tickRate"), self._frames if "frameRate" in attributes else 1.0
        )

    def _change_scope(self, kind: str, name: str, attributes: Mapping[str, str]) -> None:
        self._in_caption += (1 if kind == "start" else -1) * (name == "p")
        if kind == "end":
            gone = self._scopes.pop() if len(self._scopes) > 1 else self._scopes[0]
            self._new_cue = self._new_cue or name == "p" or self._parts_cue(gone, self._scopes[-1])
            return
        around = self._scopes[-1]
        begin, end, lasts = (self._read_seconds(attributes.get(key)) for key in ("begin", "end", "dur"))
        since = 0.0 if self._apples else around.start
        if around.in_turn:
            since = self._ended.get(len(self._scopes), since)
        start = since if begin is None and around.in_turn else around.start
        start = start if begin is None else round(since + begin, 3)
        if begin is None and attributes.get("begin", "").strip():
            self.unread += 1
            start = max(start, self.cues[-1].end) if self.cues else start
        until = None if end is None else round(since + end, 3)
        until = round(start + lasts, 3) if until is None and lasts is not None else until
        agent = attributes.get("agent", "").split()
        speaker = self._names.get(agent[0], agent[0]) if agent else attributes.get("speaker", around.speaker)
        is_ruby = attributes.get("ruby") in ("text", "textContainer", "delimiter")
        aside = around.aside or ("ruby" if is_ruby else _ASIDES.get(attributes.get("role", ""), ""))
        in_turn = attributes.get("timeContainer") == "seq"
        scope = _Scope(start, around.end if until is None else until, speaker, aside, in_turn)
        self._ended[len(self._scopes)] = start if scope.end is None else scope.end
        self._scopes.append(scope)
        self._ended.pop(len(self._scopes), None)
        self._caption = scope if name == "p" else self._caption
        self._new_cue = self._new_cue or name == "p" or self._parts_cue(scope, around)

    def _parts_cue(self, scope: _Scope, around: _Scope) -> bool:
        """Whether what stands in an element inside of a caption is a cue of its own."""
        if self._apples:
            return scope.speaker != around.speaker
        return (scope.start, scope.end, scope.speaker) != (around.start, around.end, around.speaker)

    def _add_text(self, text: str) -> None:
        scope = self._scopes[-1]
        self.parted = False
        if scope.aside:
            self.asides.setdefault(scope.aside, []).append(text)
            return
        if self._new_cue:
            if not text.strip() and not self.cues:
                return
            shown = self._caption if self._apples and self._caption.speaker == scope.speaker else scope
            end = shown.start if shown.end is None else shown.end
            self.end_cue()
            self.cues.append(Cue(shown.start, max(shown.start, end), ""))
            self._pieces.append(voice_tag(scope.speaker or ""))
            self._new_cue, self._marked = False, None
        if self._apples and text.strip() and scope.start != self._marked:
            self._mark_word(scope.start, text)
        self._pieces.append(escape_markup(text))

    def _mark_word(self, start: float, text: str) -> None:
        """Set the time of a word before it, no earlier than that of the one before; part it from that one."""
        before = "".join(self._pieces[-1:])
        whole = self._apples == "podcasts" and not (
            UNSPACED_LETTER.match(before[-1:]) and UNSPACED_LETTER.match(text)
        )
        self.parted = self._marked is not None and (whole or text.startswith("("))
        self._marked = start if self._marked is None else max(start, self._marked)
        self._pieces.append(f"{' ' * self.parted}{time_tag(self._marked)}")

    def _read_seconds(self, value: str | None) -> float | None:
        """A time of TTML's: `00:00:01.500`, `00:00:01:12` with frames, `1.5s`, `36f`, `15000000t`."""
        value = (value or "").strip()
        if found := _CLOCK.fullmatch(value):
            hours, minutes, seconds, fraction, frames = found.groups()
            part = float(f"0.{fraction}") if fraction else int(frames or 0) / self._frames
            return round(int(hours) * 3600 + int(minutes) * 60 + int(seconds) + part, 3)
        if found := _MINUTES.fullmatch(value):
            return round(int(found[1]) * 60 + float(found[2]), 3)
        if found := _OFFSET.fullmatch(value):
            per = {"f": 1 / self._frames, "t": 1 / self._ticks}.get(found[2]) or _UNITS[found[2]]
            return round(float(found[1]) * per, 3)
        return None


def _read_positive(value: str | None, default: float) -> float:
    return float(value) if value and re.fullmatch(r"[1-9]\d{0,9}", value) else default
