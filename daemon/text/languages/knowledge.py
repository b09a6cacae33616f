"""What a file of a language holds, checked as it is read; its name and code; the words of all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from daemon.text.json_values import build_value

_FOLDER = Path(__file__).parent
_SUFFIX = ".yaml"
_NAME_OR_CODE = re.compile(r"[^\W\d_][\w ,./'()-]{0,59}")
_PARTS_OF_NAME = re.compile(r"[\s,()_-]+")

WordKey = Literal[
    "hesitations",
    "abbreviations",
    "speakers",
    "roles",
    "no_names",
    "no_name_ends",
    "sounds",
    "name_particles",
]
"""The keys whose words hold in whatever language the text around them is."""


NOUNS_HAVE_CAPITALS = frozenset({"de", "lb"})
"""The languages in which a capital makes no name. One of them has no file of its own."""


class Words(frozenset[str]):
    """Words in no order, written in a file with spaces between them."""

    __slots__ = ()


class Row(tuple[str, ...]):
    """Words in their order, written in a file with spaces between them."""

    __slots__ = ()


_NONE = Words()


class Marker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A discourse marker, and where it is nothing else.

    `after` says what may stand before it: "opening" (it begins a sentence), "comma", "break" (a dash or
    dots), "word". `ending` says how it may end: "comma", "break", "question", "stop", or "word" for nothing.
    It stays where the word before is one of `unless_after`, or, behind no mark, none of `only_after`; and
    where the next one is none of `only_next`, or one of `unless_next`. With `unless_number` it stays where a
    number follows, for it means "about". With `habit` it goes only where a turn has so many of them: what is
    said that often has worn out.
    """

    words: Row
    after: Words
    ending: Words
    unless_after: Words = _NONE
    only_after: Words = _NONE
    only_next: Words = _NONE
    unless_next: Words = _NONE
    habit: int = 1
    unless_number: bool = False


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words that the offline rules go by; en.yaml says of each key what it is for."""

    fillers: Words
    fillers_set_off: Words
    assents: tuple[str, ...]
    naming: Words
    comparing: Words
    untouched: Words
    comma_stays_after: Words
    comma_stays_before: Words
    repeatable: Words
    repeatable_parted: Words
    repeatable_together: Words
    unfinished: Words
    objects: Words
    clause_ends: Words
    clause_openers: Words
    subordinating: Words
    particle_verbs: Words
    set_phrases: tuple[str, ...]
    before_names: Words
    before_numerals: Words
    determiners: Words
    exclaimed: Words
    subjects: Words
    joining: Words
    opening: Words
    linking: Words
    fronting: Words
    continuing: Words
    introducing: Words
    hanging: Words
    capitals: Words
    spaced_marks: Words
    abbreviations: Words
    markers: tuple[Marker, ...]


class Counting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How number words make figures; en.yaml says of each key what it is for."""

    units: Row
    tens: Row
    low_ordinals: Row
    ordinals: Row
    ordinal_tens: Row
    plurals: Row
    others: dict[str, int]
    endings: Words
    scales: dict[str, int]
    joining: Words
    fractions: dict[str, str]
    ones: Words
    clock: dict[str, str]
    points: Words
    spelt: dict[str, str]
    way: Literal["plain", "unit_first", "twenties", "pairs", "none"]


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words by which a sentence says who, and whether at all; en.yaml says of each key what it is for."""

    persons: tuple[Words, ...]
    may_mean: tuple[Words, ...]
    alternatives: tuple[Words, ...]
    synonyms: tuple[Words, ...]
    symbols: dict[str, Words]
    answers: Words
    before_answers: Words
    weightless: Words
    modals: Words
    short_words: Words
    asking: Words
    past_endings: Words
    present_endings: Words
    progress_endings: Words
    pasts: dict[str, Words]
    impersonal: Words
    perfect: Words
    telling_phrases: tuple[str, ...]
    quantifiers: Words
    announced: tuple[str, ...]
    tags: tuple[str, ...]
    exclamations: tuple[str, ...]
    spoken: dict[str, str]
    units: dict[str, str]
    unit_prefixes: dict[str, str]
    hundredths: Words
    corrections: tuple[str, ...]
    address_signs: dict[str, tuple[str, ...]]
    may_only_go: Words
    degree_endings: Words
    gradable: Words
    prefixes: Words
    denied: Words
    degrees: Words
    firm_modals: Words
    conditions: Words
    complements: Words
    claiming: Words


class Introductions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people say what they are called; en.yaml says of each key what it is for."""

    named: tuple[str, ...]
    bare: tuple[str, ...]
    before: Words
    after: Words
    told: Words
    no_names: Words


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is known of one language; en.yaml says of each key what it is for.

    No key may be missing from a file and none may be added, so that all files have the same ones.
    """

    names: Row
    script: str
    alphabet: str
    telling: str
    common: Words
    hesitations: Words
    no_hesitations: Words
    empty_phrases: tuple[str, ...]
    abbreviations: Words
    function_words: Words
    spellings: dict[str, str]
    negations: Words
    qualifiers: Words
    numbers: Words
    counting: Counting | None
    meaning: Meaning | None
    speakers: Words
    roles: Words
    question_and_answer: Row
    no_names: Words
    no_name_ends: Words
    sounds: Words
    recogniser_boilerplate: tuple[str, ...]
    name_particles: Words
    introductions: Introductions | None
    rules: Rules | None


@cache
def codes() -> tuple[str, ...]:
    """The codes of the languages that there are files for, in the order of the alphabet."""
    return tuple(sorted(file.stem for file in _FOLDER.iterdir() if file.suffix == _SUFFIX))


@cache
def load(code: str) -> Language | None:
    """The language of a code ("en"), None where there is no file for it.

    Raises msgspec.ValidationError, which names the key, where the file is not as all are.
    """
    if code not in codes():
        return None
    data = (_FOLDER / f"{code}{_SUFFIX}").read_bytes()
    return build_value(msgspec.yaml.decode(data), Language, _words_of_text)


@cache
def load_all() -> Mapping[str, Language]:
    """Every language by its code; reading them all takes some hundredths of a second, once."""
    loaded = {code: load(code) for code in codes()}
    return {code: language for code, language in loaded.items() if language is not None}


def code_of(name: str) -> str | None:
    """The code of a language's name ("German", "de", "de-AT", "Brazilian Portuguese"), None if unknown."""
    parts = _PARTS_OF_NAME.split(name.strip().casefold())
    if parts[0] in codes():  # before any file is read
        return parts[0]
    known = _codes_by_name()
    return next((known[part] for part in parts if part in known), None)


def may_be_language(text: str) -> bool:
    """Whether a text can be a language's name or code, known or not: few letters on one line, no sentence."""
    return _NAME_OR_CODE.fullmatch(text) is not None


def name_of(code: str) -> str:
    """The English name of a language whose code is known, "German" for "de"; of another its code."""
    language = load(code)
    return code if language is None else language.names[0].title()


@cache
def _codes_by_name() -> Mapping[str, str]:
    """The codes by the names in all files and by themselves."""
    return {name: code for code, language in load_all().items() for name in (code, *language.names)}


@cache
def words_of_all(key: WordKey) -> frozenset[str]:
    """The words that any language has under this key."""
    return frozenset().union(*(getattr(language, key) for language in load_all().values()))


@cache
def words_without_content() -> frozenset[str]:
    """The function words of all languages whose words are well known.

    Those of others are names or words of content elsewhere: Danish "jo", Turkish "hani".
    """
    return frozenset().union(*(one.function_words for one in load_all().values() if one.meaning is not None))


def _words_of_text(kind: type[Any], value: object) -> Words | Row:
    """What a text of a file means, where words are asked for."""
    if not isinstance(value, str):
        raise TypeError(f"words separated by spaces are wanted, not {value!r}")
    return Row(value.split()) if kind is Row else Words(value.split())
