"""The lines of a result of this program's that somebody drops again: what it marked as a name is one.

`[00:01:15] **Ann:** …` in Markdown. Elsewhere a name has to look like one, which `Note` and `10:30` don't.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from daemon.formats.documents.lines.heads.head import Head
from daemon.formats.documents.lines.heads.notations import read_without_time
from daemon.formats.speakers.labels import Label
from daemon.formats.speakers.names import Likeness
from daemon.text.timecode import parse_timecode
from daemon.text.transcript import count_words

_KEYS = frozenset("title source date duration words provider model flags".split())
"""What stands in the front matter of each result."""
_TIME = r"\[(\d{2,4}:\d\d:\d\d)\]"
_LINE = re.compile(rf"(?:{_TIME}(?:\([^()\s]{{1,2000}}\))? )?(?:\*\*((?:\\.|[^\\\n]){{1,400}}?):\*\* )?")


def is_result(front_matter: Sequence[str], body: Sequence[str]) -> bool:
    """Whether Markdown has the front matter of a result, and marks who speaks as one."""
    keys = {line.partition(":")[0] for line in front_matter}
    return keys >= _KEYS and any("**" in line and (_LINE.match(line) or [""])[2] for line in body)


def read_result_line(line: str) -> Head:
    """The head of a line of Markdown."""
    found = _LINE.match(line)
    if found is None or not (found[1] or found[2]):
        return _as_added(line)
    return make_head(line, found[1], found[2], line[found.end() :])


def make_head(line: str, time: str | None, name: str | None, said: str) -> Head:
    """The head of a line whose time, name and words are known."""
    text = f"{name} {said}" if name else said
    label = Label(name, len(name.split()), likeness=Likeness.SURE) if name else None
    start = parse_timecode(time) if time else None
    return Head(line, start, None, label, text, count_words(line) - count_words(text))


def _as_added(line: str) -> Head:
    """The head of a line without marks; a name with a colon was put there by a person."""
    head = read_without_time(line)
    named = head.label is not None and head.label.likeness in (Likeness.SURE, Likeness.NAME)
    return head if named and head.label and not head.label.style else replace(head, label=None)
