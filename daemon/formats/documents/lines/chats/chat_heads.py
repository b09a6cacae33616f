"""The lines with which chats name who writes, above what is written.

Zoom's `17:01:22 From Ann Berg to Everyone:`, Telegram's `Ann Berg, [05.01.2024 10:00]` and Discord's
`Ann Berg — 01/05/2024 9:41 AM`; and what pages show in the place of a picture of somebody: `AB`, above
`Ann Berg` and `0:03`.
"""

from __future__ import annotations

import re
from collections import Counter

from daemon.formats.speakers.names import is_name
from daemon.formats.word_account import Reading, rewrite_lines

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp][Mm])?"
_ISO_DAY = r"\d{4}-\d\d-\d\d"
_HEAD = re.compile(
    rf"\s*(?:{_ISO_DAY}\s{{1,3}}(?=\d))?({_CLOCK})?\s*(?:From|Von|De|Da|Van)\s+(\S.{{0,60}}?)\s+(?:[Tt]o|an|à|a|para|aan)\s+(\S.{{0,60}}?)"
    rf"\s*(?::\s*({_CLOCK})\s*$|:(?=\s|$)|\s({_CLOCK})\s*$)",
    re.ASCII,
)
_FROM = re.compile(
    rf"\s*(?:{_ISO_DAY}\s{{1,3}})?({_CLOCK})\s+From\s+(\S.{{0,60}}?)(?:\s+[Tt]o\s+(\S.{{0,60}}?))?\s+:\s",
    re.ASCII,
)
"""`10:02:11	 From  Ann Berg  to  Tom Reed(Privately) : text`, as Zoom kept chats at first."""
_TABBED = re.compile(rf"\s*({_CLOCK}) *\t *(\S[^\t:]{{0,60}}?) *:\t", re.ASCII)
"""`10:02:11<tab> Ann Berg:<tab>text`, as Zoom keeps those of recordings."""
_TABBED_SHARE = 0.8
_DIGIT = re.compile(r"\d")
_DAY = r"\d{1,2}[./]\d{1,2}[./]\d{2,4}"
_DATED = re.compile(
    rf"\s*(\S.{{0,60}}?)(?:, \[{_DAY},? {_CLOCK}\]|\s[—–-]\s(?:{_DAY},?|(?:Today|Yesterday) at) {_CLOCK})\s*",
    re.ASCII,
)
_BOXED = re.compile(
    r"\s*\[([^\[\]]{1,40})\] \[(?:(?:오전|오후|上午|下午) \d{1,2}:\d{2}|\d{1,2}:\d{2} ?[AaPp][Mm])\] "
)
"""`[Ann] [9:41 AM] text`, as KakaoTalk writes it."""
_STAMPED = re.compile(
    rf"\s*\[(?:{_DAY}|\d{{1,2}}[./-]\d{{1,2}}|\d{{1,2}}-[A-Z][a-z]{{2}}-\d{{2,4}}|[^\W\d_]{{3,12}}),? "
    rf"{_CLOCK}\]"
    r"\s(\S[^:\n]{0,40}?)\s*"
)
"""`[5/1 10:02 AM] Ann Berg` above what Ann wrote, as it is copied out of Teams and Discord."""
_INITIALS = re.compile(r"\s*[^\W\d_a-z]{1,3}\s*")
_TIME_BESIDE = re.compile(r"(?:^|\s)\d{1,2}:\d\d(?::\d\d)?\s*$", re.ASCII)
_LEAST = 2
_LONGEST = 300  # characters; no head is looked for beyond


def name_writers(lines: list[str], reading: Reading) -> list[str]:
    """The lines, each head of a chat message written as a time and a label; whom it is to is booked."""
    lines = _name_dated(lines, reading)
    found = _find_heads(lines, _FROM)
    if len(found) < _LEAST:
        found = _find_heads(lines, _HEAD)
        receivers = [head[3].casefold().startswith(_EVERYBODY) for head in found.values()]
        found = found if any(receivers) else _find_tabbed(lines)
    if len(found) < _LEAST:
        return lines
    written = {}
    for at, head in found.items():
        time = next(filter(None, (head[1], *head.groups()[3:])), "")
        name = head[2] if "]" in head[2] else f"[{head[2]}]"
        written[at] = f"{time} {name}: {lines[at][head.end() :].strip()}".strip()
    return rewrite_lines(lines, written, reading, "speaker")


def _find_tabbed(lines: list[str]) -> dict[int, re.Match[str]]:
    """The lines with a head parted by tabs, by their places, if hardly another stands among them."""
    found = _find_heads(lines, _TABBED)
    filled = sum(line.strip() != "" for line in lines)
    return found if len(found) >= _TABBED_SHARE * filled else {}


def _find_heads(lines: list[str], form: re.Pattern[str]) -> dict[int, re.Match[str]]:
    """The lines that begin with a head of this form, which has a colon, by their places."""
    with_colons = ((at, line[:_LONGEST]) for at, line in enumerate(lines) if ":" in line)
    return {at: head for at, begun in with_colons if (head := form.match(begun))}


def _name_dated(lines: list[str], reading: Reading) -> list[str]:
    """The lines, a name with the day or time of a message, above it or before it, written as a label."""
    timed = ((at, line) for at, line in enumerate(lines) if ":" in line and _DIGIT.search(line))
    heads = ((at, _DATED.fullmatch(line) or _BOXED.match(line[:_LONGEST])) for at, line in timed)
    found = {at: head for at, head in heads if head}
    found = found if len(found) >= _LEAST else _find_stamped(lines)
    if len(found) < _LEAST:
        return lines
    written = {at: f"[{head[1]}]: {lines[at][head.end() :]}".rstrip() for at, head in found.items()}
    return rewrite_lines(lines, written, reading, "timing")


def _find_stamped(lines: list[str]) -> dict[int, re.Match[str]]:
    """The lines with a day, a time and a name, if each stands above something else and names recur."""
    timed = ((at, line[:_LONGEST]) for at, line in enumerate(lines) if ":" in line)
    found = {at: head for at, begun in timed if (head := _STAMPED.fullmatch(begun))}
    above = all(at + 1 < len(lines) and lines[at + 1].strip() and at + 1 not in found for at in found)
    names = Counter(head[1] for head in found.values())
    known = all(
        count > 1 or " " not in name or all(map(is_name, name.split(", ", 1)))
        for name, count in names.items()
    )
    return found if above and known and len(names) < len(found) else {}


_EVERYBODY = ("everyone", "alle", "tous", "todos", "tutti", "iedereen", "me", "host", "all")


def without_initials(lines: list[str], reading: Reading) -> list[str]:
    """The lines, those blank that are only the initials of the name below, which has a time beside it."""
    places = [at for at, line in enumerate(lines[:-2]) if _INITIALS.fullmatch(line) and _stand_for(lines, at)]
    if len(places) < _LEAST:
        return lines
    return rewrite_lines(lines, dict.fromkeys(places, ""), reading, "speaker")


def _stand_for(lines: list[str], at: int) -> bool:
    """Whether the line at this place is what the words of the name below it begin with."""
    name = _TIME_BESIDE.sub("", lines[at + 1]).strip()
    timed = _TIME_BESIDE.search(lines[at + 1]) or _TIME_BESIDE.search(lines[at + 2])
    if not timed or len(name) > 80 or not all(map(is_name, name.split(", ", 1))):
        return False
    letters = sorted(word[0] for word in name.replace(",", " ").split() if word[0].isalpha())
    initials = sorted(lines[at].strip())
    return initials == letters or (len(letters) > len(initials) and set(initials) <= set(letters))
