"""Tags that name who speaks around what is said: `<speaker name="Ann">Hello.</speaker>`."""

from __future__ import annotations

import re

from daemon.formats.markup import write_time
from daemon.formats.word_account import Reading, read_seconds

_ATTRIBUTE = re.compile(
    r"\s?([a-z][\w:.-]{0,30})?\s?=\s?(?:\"([^\"<>\n]{1,80})\"|'([^'<>\n]{1,80})'|([^\s\"'<>]{1,40}))", re.I
)
OPENING = re.compile(
    r"<(?P<tag>speaker|turn|utterance|u|sp|person|voice|says?|segment|seg|sentence|line|message)"
    rf"(?P<attributes>(?:{re.sub(r'[(](?![?])', '(?:', _ATTRIBUTE.pattern)}){{1,8}})\s*>\s*",
    re.I,
)
_WHO = ("speaker", "who", "name", "sender", "author", "participant")
_PEOPLE = ("speaker", "person", "voice", "sp", "u", "turn", "utterance", "say", "says")
"""Tags whose id, or what stands directly behind them, says who speaks."""
_STARTS = ("start", "begin", "time", "ts", "timestamp", "starttime", "start_time", "start-time")
_LEAST = 2


def without_speaker_tags(text: str) -> str:
    """The text with `Ann: ` for each tag that names her, where tags of this kind are around what is said.

    Every one of them has an end, and there are several. When it is said, which a tag may tell, stands before.
    """
    if "</" not in text:
        return text
    opened = list(OPENING.finditer(text))
    tags = {found["tag"].lower() for found in opened}
    if len(opened) < _LEAST or len(tags) > 1 or not all(map(_label_of, opened)):
        return text
    ends = re.compile(rf"(?<!\s)\s*</{tags.pop()}\s*>", re.I)
    if len(ends.findall(text)) != len(opened):
        return text
    return OPENING.sub(_label_of, ends.sub("\n", text))


def _label_of(found: re.Match[str]) -> str:
    """What stands for a tag, `[00:01:15] Ann: `; "" for one that names nobody."""
    tag, given = found["tag"].lower(), dict[str, str]()
    for name, *values in _ATTRIBUTE.findall(found["attributes"]):
        given[name.lower() or tag] = next(filter(None, values)).strip()
    wanted = (*_WHO, "id", tag) if tag in _PEOPLE else _WHO
    who = next((given[key] for key in wanted if given.get(key)), None)
    if who is None:
        return ""
    start = next((time for key in _STARTS if (time := read_seconds(given.get(key))) is not None), None)
    return f"{who}: " if start is None or start < 0 else f"[{write_time(start)}] {who}: "


def name_tagged_speakers(lines: list[str], reading: Reading) -> list[str]:
    """The lines, those in tags of speakers with labels instead; what stood in the tags besides is booked."""
    text = "\n".join(lines)
    labelled = without_speaker_tags(text)
    if labelled is text:
        return lines
    reading.book_markup(text, labelled)
    return labelled.split("\n")
