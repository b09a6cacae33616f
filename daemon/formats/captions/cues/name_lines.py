"""Cues whose first line, or whose own name, is nothing but the speaker's, as Teams and others write them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.captions.cues.rolling import rows_of
from daemon.formats.captions.cues.timing import read_timing
from daemon.formats.markup import count_plain_words, strip_markup, voice_tag
from daemon.formats.speakers.names import is_generic, is_name, is_note
from daemon.formats.word_account import Reading, lines_of

_LEAST_SHARE = 0.9
"""The share of cues that begin with such a line; captions for people to read come nowhere near."""
_VOICED_SHARE = 0.6
"""The share of cues whose names are people's from which they say who speaks."""
_NUMBERED = re.compile(r"(?:\d{1,6}[\s.:)-]+)?(?:\"([^\"]{1,60})\"|(\S.{0,60}?)):?(?:\s?\(\d{1,12}\))?")
"""A name with a number before or behind it, as Webex writes it: `1 "Ann Berg" (1234)`."""
_OF_ACCOUNT = re.compile(r"(?:\d{1,6}\s)?\"[^\"<>]{0,59}[^\W\d_][^\"<>]{0,59}\"\s?\(\d{4,12}\)")
"""The same with the number of an account, whose name may be anything: `1 "ann.b" (3406284288)`."""
_GIVEN = re.compile(r"(?=\S*\d)\S{2,80}(?<![.?!])")
"""What a program calls a cue: `cue-1`, `4f2a9c10-77aa/12-0`."""
_SOUND = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*")
"""A cue of nothing but what is heard, which needs no name."""
_RECURRING = 2
"""How often a name stands in the file, at least and on average."""


def voices_of(text: str) -> dict[str, str]:
    """The speakers that lines between a blank line (or a number) and a timing stand for, by these lines.

    Empty where most cues have no such line, or names hardly recur: then they are chapters, or nothing.
    Where each cue has one, it will do that somebody's stands twice.
    """
    names = Counter(_names_above_timings(text))
    people = {
        name: person
        for name in names
        if (found := _NUMBERED.fullmatch(name))
        and (_is_person(person := _strip_brackets(found[1] or found[2])) or _OF_ACCOUNT.fullmatch(name))
    }
    if not people:
        return people
    cues = sum(read_timing(line) is not None for line in lines_of(text))
    labelled = sum(names[name] for name in people)
    distinct = len(set(people.values()))
    sure = all(map(is_generic, people.values())) or all('"' in name for name in people)
    sure = sure or (distinct < labelled and all(name[0].isdigit() for name in people))
    recurring = distinct * _RECURRING <= labelled or 1 < distinct < labelled == cues
    believed = labelled > 1 and labelled >= _VOICED_SHARE * cues and (sure or recurring)
    return people if believed else {}


def are_named_by_program(text: str) -> bool:
    """Whether each cue has a name of its own with a digit and without a space, as Teams gives them."""
    names = list(_names_above_timings(text))
    named = len(names) > 1 and len(set(names)) == len(names) and all(map(_GIVEN.fullmatch, names))
    return named and sum(read_timing(line) is not None for line in lines_of(text)) == len(names)


def _names_above_timings(text: str) -> Iterator[str]:
    """What stands between a blank line (or a number) and a timing, but for numbers, which are nobody's."""
    above, line = "", ""
    for following in lines_of(text):
        name = line.strip()
        parted = not above or above.isdigit()
        if parted and name and not name.isdigit() and read_timing(following) is not None:
            yield name
        above, line = name, following


def with_voice(cue: Cue) -> Cue:
    """The cue with its voice as a tag before its text."""
    if cue.voice is None:
        return cue
    return replace(cue, text=voice_tag(cue.voice) + cue.text, voice=None)


def _is_person(name: str) -> bool:
    return is_generic(name) or (is_name(name) and not is_note(name))


def named_above(cues: list[Cue], reading: Reading) -> list[Cue]:
    """The cues with each name as a voice tag; as they are where first lines are no names."""
    if len(cues) < _RECURRING:
        return cues
    names = list(map(_find_name, cues))
    lone = [name for name in names if name is not None]
    distinct = len(set(lone))
    recurring = distinct * _RECURRING <= len(lone) or all(map(is_generic, lone))
    recurring = recurring or 1 < distinct < len(lone) == len(cues)
    heard = sum(_SOUND.fullmatch(strip_markup(cue.text)) is not None for cue in cues)
    if len(lone) < max(_RECURRING, _LEAST_SHARE * (len(cues) - heard)) or not recurring:
        return cues
    pairs = zip(cues, names, strict=True)
    return [cue if name is None else _mark_voice(cue, name, reading) for cue, name in pairs]


def _find_name(cue: Cue) -> str | None:
    if "\n" not in cue.text.strip():
        return None
    first, *rest = rows_of(cue) or [""]
    name = _strip_brackets(strip_markup(first).strip())
    is_one = bool(rest) and not name.endswith((".", ",", "?", "!")) and ":" not in name
    return name if is_one and _is_person(name) else None


def _strip_brackets(name: str) -> str:
    """A name without the brackets around it."""
    boxed = len(name) > 2 and name[0] + name[-1] in ("()", "[]")
    return name[1:-1].strip() if boxed else name


def _mark_voice(cue: Cue, name: str, reading: Reading) -> Cue:
    first, *rest = rows_of(cue)
    reading.drop("speaker", count_plain_words(first))
    return Cue(cue.start, cue.end, "\n".join([voice_tag(name), *rest]))
