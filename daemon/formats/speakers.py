"""Who speaks, where a line says so: `Ann:`, `[SPEAKER_01]:`, `Speaker 1:`, `>> ANN:`, `**Ann:**`.

`Name: text` looks like `Note: text`, so a name is believed only in a file that uses labels. A label
that is not believed stays in the text: then nothing is lost but a name in the margin.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from daemon.text.languages.knowledge import load_all, words_of_all


def _any_of(words: Iterable[str]) -> str:
    """A pattern for one of some words."""
    return "|".join(map(re.escape, sorted(words)))


_GENERIC = re.compile(
    rf"(?:{_any_of(words_of_all('speakers'))})(?:[ _-]?[0-9]{{1,3}}|[ _-](?-i:[A-Z]|\?))"
    rf"|(?:unknown|unidentified)[ _-]speaker|{_any_of(words_of_all('roles'))}|S[0-9]{{1,2}}",
    re.I,
)
_WORD = re.compile(r"[^\W\d_][\w.'’&/-]{0,29}|#?\d{1,3}|&|\([^()]{1,30}\)?|[^()]{1,30}\)")
_LOOSE_WORD = re.compile(r"[\w.@'’&/()-]+")
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks of direction, which editors of right-to-left text put at the beginning of a line."""
_MARK = re.compile(r">>+|[-–—]")
_ADDRESS = re.compile(r"<?https?://", re.I)
_PARTICLES = words_of_all("name_particles")
_COMMON = words_of_all("no_names")
_COMMON_ENDS = words_of_all("no_name_ends")
_SOUNDS = words_of_all("sounds")
_QUESTION_AND_ANSWER = tuple(
    pair.split("/") for language in load_all().values() for pair in language.question_and_answer
)
_QUESTION_AND_ANSWER_DOTS = ("Q.", "A.")  # the record of a court
_MAX_WORDS = 5
_MAX_CHARS = 60
_RECURRING_SHARE = 0.02
"""The share of lines with labels from which a name that recurs is believed: one turn in fifty lines."""
_ANY_SHARE = 0.1
"""The share from which a name is believed that stands only once; so it is if the first line has one."""
_LONE_SHARE = 0.5
"""The share from which the only label of a file is believed: `Keynote:` may begin a text of many lines."""
_BRACKETED_SHARE = 0.2
"""The share for `[Ann] text` and `Ann, CEO: text`, of a name that recurs: `[Door Slams]` is no name."""
_LOOSE_SHARE = 0.9
"""The share for names that are written as none is, as people call themselves in a call: `ann.lee: text`."""
_CASELESS_SHARE = 0.2
"""The share for scripts without capitals, where "he said:" looks like a name."""


@dataclass(frozen=True, slots=True)
class Label:
    """A line's first words that may say who speaks.

    `taken` words of the line are the label's; `rest` is what the last of them holds beyond it. `sure`
    labels need no other evidence; others need labels on the share `needs` of all lines.
    """

    name: str
    taken: int
    rest: str = ""
    sure: bool = False
    needs: float = 0.0

    def remove_from(self, words: Sequence[str]) -> list[str]:
        """The words of the line without the label."""
        return [self.rest, *words[self.taken :]] if self.rest else list(words[self.taken :])


def label(words: Sequence[str]) -> Label | None:
    """What may be a label at the beginning of a line, behind `>>` or a dash if there is one."""
    if words and words[0][0] in _BIDI:
        words = [words[0].strip(_BIDI), *words[1:9]]
    mark = _MARK.match(words[0]) if words else None
    if mark is None:
        return _bracketed(words) or _named(words)
    bare = words[0][mark.end() :]
    tail = [bare, *words[1:9]] if bare else words[1:9]
    found = _bracketed(tail) or _named(tail)
    if found is None:
        return None
    announced = words[0].startswith(">>") and not is_common(found.name)
    return Label(found.name, found.taken + (not bare), found.rest, found.sure or announced, found.needs)


def _bracketed(words: Sequence[str]) -> Label | None:
    """`[Ann Smith]: text`, `[SPEAKER_01] text`, perhaps `[Ann] text`; `[Music] text` is no label."""
    if not words or not words[0].startswith("["):
        return None
    for taken, word in enumerate(words[: _MAX_WORDS + 1], 1):
        if "]" in word:
            joined = " ".join(words[:taken])
            name = joined[1:].rstrip(":").removesuffix("]").strip()
            named = joined.endswith("]:") and name and "]" not in name
            generic = joined.endswith("]") and _GENERIC.fullmatch(name)
            if named or generic:
                return Label(name, taken, sure=True)
            person = joined.endswith("]") and is_name(name) and _SOUNDS.isdisjoint(name.lower().split())
            return Label(name, taken, needs=_BRACKETED_SHARE) if person else None
    return None


def _named(words: Sequence[str]) -> Label | None:
    if words and words[0].strip("*_") in _QUESTION_AND_ANSWER_DOTS:
        return Label(words[0].strip("*_."), 1)
    for taken, word in enumerate(words[: _MAX_WORDS + 1], 1):
        if ":" not in word and "：" not in word:
            continue
        before, colon, rest = word.partition("：" if "：" in word else ":")
        if colon == ":" and rest.strip("*_"):
            return None  # 3:1, http://
        if len(words) == taken + 1 and _ADDRESS.match(words[taken]):
            return None  # Slides: https://…
        name = " ".join([*words[: taken - 1], before]).strip("*_ " + _BIDI)
        if not name or len(name) > _MAX_CHARS:
            return None
        known = is_generic(name) or is_name(name)
        if not known and "," in name and all(is_name(part) for part in name.split(", ")):
            return Label(name, taken, rest.strip("*_"), needs=_BRACKETED_SHARE)
        if not known and (colon != ":" or not all(map(_LOOSE_WORD.fullmatch, name.split()))):
            return None
        return Label(name, taken, rest.strip("*_"), is_generic(name), 0.0 if known else _LOOSE_SHARE)
    return None


def is_generic(name: str) -> bool:
    """Whether this is what programs call a speaker: SPEAKER_01, Speaker 1, S2."""
    return _GENERIC.fullmatch(name) is not None and any(not char.islower() for char in name)


def is_name(name: str) -> bool:
    """Whether this is written as a name is: up to five words, each with a capital (or without case)."""
    words = name.split()
    if not 0 < len(words) <= _MAX_WORDS or not words[0][0].isalpha():
        return False
    return all(
        _WORD.fullmatch(word) is not None and (not word[0].islower() or (at and word in _PARTICLES))
        for at, word in enumerate(words)
    )


def is_common(name: str) -> bool:
    """Whether this begins sentences and notes rather than turns: Note, Chapter 1, He; not THE WITNESS."""
    words = name.lower().replace("’", "'").split()
    office = words[0] == "the" and len(words) > 1 and name.isupper()
    return (words[0] in _COMMON and not office) or words[-1] in _COMMON_ENDS


def believed(lines: Iterable[Label | None]) -> frozenset[str]:
    """The names that label who speaks in this file, given what may be a label in each of its lines."""
    names, doubtful = Counter[str](), Counter[tuple[str, float]]()
    sure: set[str] = set()
    total, first = 0, None
    for total, found in enumerate(lines, 1):
        first = found.name if total == 1 and found else first
        if found is not None and found.needs:
            doubtful[found.name, found.needs] += 1
        elif found is not None:
            names[found.name] += 1
            sure |= {found.name} if found.sure else set()
    known = _recurring(names, sure, total, first) | sure
    labelled = sum(names[name] for name in known) + doubtful.total()
    return known | frozenset(
        name
        for (name, needs), times in doubtful.items()
        if times > (needs == _BRACKETED_SHARE) and labelled >= needs * total and not is_common(name)
    )


def _recurring(names: Counter[str], sure: Set[str], total: int, first: str | None) -> frozenset[str]:
    """Of the names that need no special share those that labels enough speak for, the sure ones apart."""
    pairs = {name for pair in _QUESTION_AND_ANSWER if min(names[n] for n in pair) > 1 for name in pair}
    maybe = {name for name in names if name not in sure and (name in pairs or not is_common(name))}
    labelled = sum(names[name] for name in sure | maybe)
    share = labelled / max(1, total)
    begins = first is not None and first in sure | maybe
    once = (begins or share >= _ANY_SHARE) if labelled > 1 else share >= _LONE_SHARE
    return frozenset(
        name
        for name in maybe
        if once or (names[name] > 1 and share >= _RECURRING_SHARE)
        if _has_case(name) or share >= _CASELESS_SHARE
    )


def _has_case(name: str) -> bool:
    return name[0].isupper() or name[0].istitle()
