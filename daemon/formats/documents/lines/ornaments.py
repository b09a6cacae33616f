"""What programs print beside names and words on every line: pictures of people, percentages, confidence."""

from __future__ import annotations

import re

from daemon.formats.speakers.labels import find_label
from daemon.formats.word_account import Reading, dropped_of

ICON = re.compile(r"^\s*[🗣👤👥🎤🎙💬🔊🔹🔸🔵🔴🟢🟡🟣🧑👩👨]\ufe0f?\s+(?=\S)")
SCORE = re.compile(
    r"(?<=\S)\s?[\[(]\d{1,3}(?:\.\d{1,4})?\s?%[\])](?=\s?:\s)"
    r"|\s[\[(](?:conf(?:idence)?|score|prob(?:ability)?)\s?[:=]\s?\d{1,3}(?:\.\d{1,6})?\s?%?[\])](?=\s*$|\s?:\s)",
    re.I,
)
"""`SPEAKER_00 (92%): text` and `text (confidence: 0.92)`."""
_DIGIT = re.compile(r"\d")
_LEAST = 2
_READ_WORDS = 16


def without_icons(lines: list[str], reading: Reading) -> list[str]:
    """The lines without a picture of somebody who speaks before a name or a time: `🗣️ Ann: text`."""
    out = [_without_icon(line) for line in lines]
    reading.drop("markup", dropped_of(lines, out))
    return out


def _without_icon(line: str) -> str:
    found = ICON.match(line)
    rest = line[found.end() :] if found else ""
    named = find_label(rest.split(None, _READ_WORDS)[:_READ_WORDS]) is not None if rest else False
    return rest if named or _DIGIT.search(rest[:60]) else line


def without_scores(lines: list[str], reading: Reading) -> list[str]:
    """The lines without how sure the recogniser was, where several lines tell it."""
    out = [SCORE.sub("", line) for line in lines]
    if sum(line != bare for line, bare in zip(lines, out, strict=True)) < _LEAST:
        return lines
    reading.drop("confidence", dropped_of(lines, out))
    return out
