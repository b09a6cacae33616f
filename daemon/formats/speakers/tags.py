"""Tags that name who speaks around what is said: `<speaker name="Ann">Hello.</speaker>`."""

from __future__ import annotations

import re

from daemon.formats.word_account import Reading, dropped_of

OPENING = re.compile(
    r"<(?P<tag>speaker|turn|utterance|u|sp|person|voice|says?)"
    r"(?:\s(?:name|speaker|who|id)\s?|\s?)=\s?(?:\"(?P<double>[^\"<>\n]{1,60})\"|'(?P<single>[^'<>\n]{1,60})'"
    r"|(?P<bare>[^\s\"'<>]{1,40}))\s*>\s*",
    re.I,
)
_LEAST = 2


def without_speaker_tags(text: str) -> str:
    """The text with `Ann: ` for each tag that names her, where tags of this kind are around what is said.

    Every one of them has an end, and there are several.
    """
    if "</" not in text:
        return text
    opened = [found["tag"].lower() for found in OPENING.finditer(text)]
    if len(opened) < _LEAST or len(set(opened)) > 1:
        return text
    ends = re.compile(rf"\s*</{opened[0]}\s*>", re.I)
    if len(ends.findall(text)) != len(opened):
        return text
    return OPENING.sub(_make_label, ends.sub("\n", text))


def _make_label(found: re.Match[str]) -> str:
    return f"{(found['double'] or found['single'] or found['bare']).strip()}: "


def name_tagged_speakers(lines: list[str], reading: Reading) -> list[str]:
    """The lines, those in tags of speakers with labels instead; what stood in the tags besides is booked."""
    text = "\n".join(lines)
    labelled = without_speaker_tags(text)
    if labelled is text:
        return lines
    out = labelled.split("\n")
    gone = dropped_of(lines, out)
    reading.words_in_file += max(0, -gone)
    reading.drop("markup", max(0, gone))
    return out
