"""Who speaks, told as in a form: `Speaker: Ann Berg` above the words, or beside fields for time and text.

SPEAKER: Ann Berg: Good morning     [Speaker: spk_0] [00:15-00:32]: Good morning     Speaker: Ann Berg (00:07)
                                                                                     Text: Good morning
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from daemon.formats.markup import write_time
from daemon.formats.word_account import Reading, read_seconds, rewrite_lines

WHO = (
    r"(?:speaker|sprecher|sprecherin|locuteur|locutrice|hablante|orador|oradora|falante|parlante|spreker|talare"
    r"|taler|puhuja|mówca|řečník|говорящий|спикер)"
)
"""What the field is called that tells who speaks."""
_NAME = r"((?:[A-Z][a-z]{1,4}\. ){0,2}[^\W\d_][^:.?!\[\]]{1,60}?|\d{1,3}|[A-Z])"
_CLOCK = r"\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?"
_TIME = rf"(?:\s?[\[(]({_CLOCK}(?:\s?(?:-->|[-–—→])\s?{_CLOCK})?)[\])])?"
FIELD = re.compile(rf"^\W{{0,5}}(?:{WHO}|name|author)(?:[ _](?:name|label|id))?[*_]{{0,2}}\s?:", re.I)
_ABOVE = re.compile(rf"\s*({WHO})\s?:\s{{0,9}}(?-i:{_NAME})\s?{_TIME}\s?(:\s.*|:?\s*)$", re.I)
_BOXED = re.compile(rf"\s*\[({WHO})\s?:\s{{0,3}}(?-i:{_NAME})\s?\]{_TIME}(:?\s.*|:?\s*)$", re.I)
_BEGINS = r"\s*(?:[-*•]\s+)?[*_]{0,2}"
_ENDS = r"\s?[*_]{0,2}:[*_]{0,2}\s"
_FIELDS_OF_TURNS = re.compile(
    rf"{_BEGINS}(?:({WHO}(?:[ _](?:name|label|id))?|name|author)"
    r"|(time\s?(?:stamp|code)?|start(?:[ _]time)?|begin|zeit)|(end(?:[ _]time)?|ende)"
    rf"|(text|transcript|transcription|message|utterance|content|sentence)){_ENDS}\s*(\S.*)$",
    re.I,
)
_NAME_IN_FIELD = re.compile(
    rf"(\?{{1,3}}|[^\[\]?!…]{{1,80}}?)\s?(?:[\[(]({_CLOCK})[^\[\]()]{{0,20}}[\])])?:?\s*"
)
_LEAST = 2
_LONGEST = 1000  # characters in which a field is looked for


class _Turn(NamedTuple):
    """A turn told in fields: the places of its lines, and what the last of them is to hold."""

    places: range
    written: str


def with_labels_for_fields(lines: list[str], reading: Reading) -> list[str]:
    """The lines, each turn that is told in the fields of a form with a label, where there are several."""
    turns = list(_find_turns(lines))
    if len(turns) >= _LEAST:
        written = {at: "" for turn in turns for at in turn.places}
        written |= {turn.places[-1]: turn.written for turn in turns}
        return rewrite_lines(lines, written, reading, "speaker")
    for form in (_ABOVE, _BOXED):
        lines = _names_above(lines, form, reading)
    return lines


def _find_turns(lines: list[str]) -> Iterator[_Turn]:
    """The turns of which fields on lines one below the other tell who speaks, and then the words."""
    begins, name, times, told = 0, "", list[float](), False
    for at, line in enumerate(lines):
        found = _FIELDS_OF_TURNS.match(line[:_LONGEST])
        who, start, end, text, value = found.groups() if found else ("",) * 5
        time = read_seconds(value.strip("*_ []()")) if start or end else None
        if time is not None:
            times.append(time)
        elif who and (named := _NAME_IN_FIELD.fullmatch(value.strip("*_ "))):
            name = _name(who, named[1])
            times += [] if named[2] is None else [read_seconds(named[2]) or 0.0]
        elif text and name and found:
            written = f"[{' --> '.join(map(write_time, times[:2]))}] " if times else ""
            yield _Turn(range(begins, at + 1), f"{written}[{name}]: {line[found.start(5) :]}")
            begins, times, told = at + 1, [], True
        elif text and not told:
            return  # who says it stands below
        elif line.strip():
            begins, name, times = at + 1, "", []


def _names_above(lines: list[str], form: re.Pattern[str], reading: Reading) -> list[str]:
    """The lines, each that tells who speaks as a form does written as a label, where several are told so."""
    found = {at: match for at, line in enumerate(lines) if (match := form.fullmatch(line[:_LONGEST]))}
    names = {match[2] for match in found.values()}
    named = {at for at, match in found.items() if match[4].strip() or _is_above_words(lines, at)}
    if len(names) < _LEAST or len(named) < len(found):
        return lines
    written = {at: _as_label(match) + lines[at][match.end() :] for at, match in found.items()}
    return rewrite_lines(lines, written, reading, "speaker")


def _as_label(match: re.Match[str]) -> str:
    time = f"[{match[3]}] " if match[3] else ""
    return f"{time}[{_name(match[1], match[2])}]: {match[4].lstrip(': ')}".rstrip()


def _name(field: str, value: str) -> str:
    """Who speaks: the value, behind the name of the field where it is only a number or a letter."""
    bare = value.isdigit() or len(value) == 1
    return f"{re.split('[ _]', field)[0].capitalize()} {value}" if bare else value


def _is_above_words(lines: list[str], at: int) -> bool:
    """Whether a line stands at the top of a paragraph, above others."""
    return (at == 0 or not lines[at - 1].strip()) and at + 1 < len(lines) and lines[at + 1].strip() != ""
