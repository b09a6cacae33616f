"""CHAT (.cha), as CLAN and TalkBank write it: `*CHI:` lines are speech, `%` tiers and `@` lines are not."""

from __future__ import annotations

import re

from daemon.formats.days import find_day
from daemon.formats.word_account import Reading
from daemon.text.transcript import Segment, count_words

KIND = "chat"

_SPEECH = re.compile(r"\*([^\s:]{1,20}):\s+(.*)", re.S)
_TIME = re.compile(r"\s*\x15?(\d{1,10})_(\d{1,10})\x15?\s*$", re.ASCII)
_LANGUAGE = re.compile(r"@Languages:\s*([a-z]{2,3})\b")
_MARKUP = re.compile(
    r"\[[^\[\]]*\]"  # [//], [= laughs], [* s:r]
    r"|\+[\"/.<^,?!]+(?=\s|$)|(?<!\S)\+[<^,+\"](?=\s|\S)"  # +..., +/., +<
    r"|(?<!\S)(?:&=|0)\S*"  # &=laughs, and what was not said
    r"|[<>‡„⌈⌉⌊⌋↑↓⁎]|\(\.+\)|(?<=\w):(?=\w)"
)
_PREFIX = re.compile(r"(?<!\S)&[-+~]?(?=\w)")
_SPLIT_END = re.compile(r"\s+([.?!])(?=\s|$)")
_SUFFIX = re.compile(r"(?<=\w)@\w{1,3}(?::\w+)?(?=\W|$)")
_SHORTENED = re.compile(r"(?<=\w)\((\w+)\)|\((\w+)\)(?=\w)")


def looks_like(text: str, extension: str) -> bool:
    """Whether it has CHAT's first lines and a line of speech."""
    head = text.lstrip()[:5000]
    return head.startswith(("@UTF8", "@Begin", "@Font", "@Window", "@PID")) and "\n*" in text


def parse(text: str) -> Reading:
    """Read the lines of speech, each under the code of its speaker."""
    reading = Reading(count_words(text))
    for line in _join_lines(text):
        if line.startswith("@Date:"):
            reading.recorded = find_day(line)
        if line.startswith("@") and (found := _LANGUAGE.match(line)):
            reading.language = found[1]
        spoken = _SPEECH.match(line)
        if spoken is None:
            reading.drop("annotation" if line.startswith("%") else "header", count_words(line))
            continue
        _read_speech(line, spoken, reading)
    return reading


def _join_lines(text: str) -> list[str]:
    """The lines, those that a tab continues joined to the one above."""
    out: list[str] = []
    for line in text.split("\n"):
        if line.startswith(("\t", " ")) and out:
            out[-1] += f" {line.strip()}"
        elif line.strip():
            out.append(line)
    return out


def _read_speech(line: str, spoken: re.Match[str], reading: Reading) -> None:
    said = spoken[2]
    time = _TIME.search(said)
    start, end = (int(time[1]) / 1000, int(time[2]) / 1000) if time else (None, None)
    said = said[: time.start()] if time else said
    kept = _SHORTENED.sub(r"\1\2", _SUFFIX.sub("", _PREFIX.sub("", _MARKUP.sub(" ", said))))
    kept = " ".join(_SPLIT_END.sub(r"\1", kept).replace("_", " ").split())
    reading.book_markup(line, kept)
    if kept:
        reading.segments.append(
            Segment(kept, start, end if start is None else max(start, end or start), spoken[1])
        )
