"""Which names the speakers of a source get when it is planned: those asked for, and those that are proved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from daemon.formats.speakers.names import is_generic
from daemon.text.languages.knowledge import words_of_all
from daemon.text.names.introductions import find_names
from daemon.text.names.speaker_name import SpeakerName
from daemon.text.names.speaker_names import Asked, add_proved, choose_asked, find_surplus
from daemon.text.names.spelling import respelling_of
from daemon.text.transcript import Segment
from daemon.text.turns import turns_of

_LETTER_OR_NUMBER = re.compile(r"[A-Z]\d?|\d{1,2}")
_MOST_WORDS = 300_000  # some thirty hours of speech; all its words are held at once


@dataclass(frozen=True, slots=True)
class Naming:
    """The name of each label that gets one, what was found of names, and what did not fit, in sentences."""

    names: Mapping[str, str]
    found: tuple[SpeakerName, ...] = ()
    warnings: tuple[str, ...] = ()


def name_speakers(
    segments: Sequence[Segment], asked: Asked, corrections: Mapping[str, str], language: str | None
) -> Naming:
    """Choose the names of a source's speakers.

    What a person asked for always holds. Of the others, labels that programs gave get the names that they say
    of themselves; what is only likely is found, and not used. `language` is the code of what is spoken.
    """
    labels = list(dict.fromkeys(segment.speaker for segment in segments if segment.speaker))
    named = choose_asked(labels, asked, corrections) if asked or corrections else {}
    warnings = find_surplus(labels, asked) if asked else ()
    unnamed = frozenset(label for label in labels if label not in named and is_unnamed(label))
    words = sum(segment.text.count(" ") + 1 for segment in segments)
    if not unnamed or words > _MOST_WORDS:
        return Naming(named, warnings=warnings)
    respelling = respelling_of(corrections)
    found = [
        replace(one, name=respelling.respell(one.name))
        for one in find_names(turns_of(segments), unnamed, language)
    ]
    names = add_proved(named, found)
    told = tuple(replace(one, proved=one.proved and names.get(one.label) == one.name) for one in found)
    return Naming(names, told, warnings)


def is_unnamed(label: str) -> bool:
    """Whether a program gave this label to a voice: "SPEAKER_01", "Speaker B", "S2", "A"."""
    if label.casefold() in words_of_all("roles"):
        return False
    return is_generic(label) or _LETTER_OR_NUMBER.fullmatch(label) is not None
