"""What publishers set around the turns of an earnings call: headings of its parts, and who is on the call."""

from __future__ import annotations

import re

from daemon.formats.speakers.names import is_name
from daemon.formats.word_account import Reading, rewrite_lines
from daemon.text.sentences import ends_sentence

PARTS = re.compile(r"[Pp]articipants|PARTICIPANTS|-(?i:and-answer session)")
"""What one of the headings below holds in each such text."""
_PEOPLE = re.compile(r"\W*(?:company|corporate|(?:conference )?call) participants\W*", re.I)
_HEADING = re.compile(
    r"\W*(?:contents|presentation|prepared remarks|questions? (?:&|and) answers?|question-and-answer session"
    r"|q&a session|more \S{1,8} analysis|all earnings call transcripts)\W*",
    re.I,
)
_SESSION = re.compile(r"\W*question-and-answer session\W*", re.I)
_FIRM = re.compile(r"\W*\S.{0,60} \((?:NYSE|NASDAQ|AMEX|OTC|TSX|LSE|ASX)\w{0,4}:\s?[A-Z.-]{1,8}\)\W*")
_ON_THE_CALL = re.compile(r"\W*(\w[^:?!]{1,50}?)\s(?:--?|–|—)\s\S.{1,100}")
_LONGEST = 150  # characters


def without_parts_of_calls(lines: list[str], reading: Reading) -> list[str]:
    """The lines without headings of parts, the firm's name, and lists of those on the call; booked."""
    short = {at: line for at, line in enumerate(lines) if 0 < len(line.strip()) <= _LONGEST}
    people = {at for at, line in short.items() if _PEOPLE.fullmatch(line)}
    if not people and not any(map(_SESSION.fullmatch, short.values())):
        return lines
    gone: set[int] = set()
    listed: set[str] | None = None
    for at, line in enumerate(lines):
        if at in people:
            listed = set()
        elif listed is not None and line.strip():
            name = _find_on_the_call(line)
            listed = None if name is None or name in listed else {*listed, name}  # again: who begins to speak
        if listed is not None or (at in short and (_HEADING.fullmatch(line) or _FIRM.fullmatch(line))):
            gone.add(at)
    return rewrite_lines(lines, dict.fromkeys(gone, ""), reading, "header")


def _find_on_the_call(line: str) -> str | None:
    """The name before what its bearer is: `Ann Berg - CFO`, `Tom Reed -- Bank -- Analyst`."""
    found = _ON_THE_CALL.fullmatch(line) if len(line) <= _LONGEST else None
    return found[1] if found and is_name(found[1]) and not ends_sentence(line.split()[-1]) else None
