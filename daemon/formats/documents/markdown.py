"""Markdown: plain text with front matter, a title, headings and escapes, as this program writes it too."""

from __future__ import annotations

import re

import yaml

from daemon.formats.documents.text import read_paragraphs
from daemon.formats.word_account import Reading
from daemon.text.transcript import count_words

KIND = "markdown"

_KEY = re.compile(r"[A-Za-z_][\w-]*:(?:\s|$)|\s*-\s|\s+\S|#|\s*$")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_TITLE = re.compile(r"title:\s+[^\s\[{&*!|>]")
_MAX_FRONT_MATTER = 200


def looks_like(text: str, extension: str) -> bool:
    """Whether it is named so, or begins with front matter."""
    return extension in (".md", ".markdown", ".mdown") or _front_matter(text.split("\n")) > 0


def parse(text: str) -> Reading:
    """Read Markdown."""
    reading = Reading(count_words(text))
    lines = text.split("\n")
    body = _front_matter(lines)
    for line in lines[:body]:
        reading.drop("front matter", count_words(line))
        reading.title = reading.title or _titled(line)
    body = _read_title(lines, body, reading)
    read_paragraphs(lines[body:], reading, unescape=_unescape, headings=True)
    return reading


def _unescape(word: str) -> str:
    return _ESCAPE.sub(r"\1", word)


def _front_matter(lines: list[str]) -> int:
    """How many lines at the beginning are YAML between two lines of dashes; 0 without any."""
    if lines[0].rstrip() != "---":
        return 0
    for at, line in enumerate(lines[1:_MAX_FRONT_MATTER], 1):
        if line.rstrip() in ("---", "..."):
            return at + 1
        if not _KEY.match(line):
            return 0
    return 0


def _titled(line: str) -> str | None:
    """The title that a line of the front matter gives; None where it gives none, or it goes on below."""
    if not _TITLE.match(line):
        return None
    try:
        title = yaml.load(line, yaml.BaseLoader)["title"]
    except yaml.YAMLError:
        return None
    return " ".join(title.split()) or None if isinstance(title, str) else None


def _read_title(lines: list[str], body: int, reading: Reading) -> int:
    """Take a first line `# Title`; the place of the line after it."""
    for at in range(body, len(lines)):
        words = lines[at].split()
        if not words:
            continue
        if words[0] != "#" or len(words) == 1:
            return body
        reading.title = _unescape(" ".join(words[1:]))
        reading.drop("title", count_words(lines[at]))
        return at + 1
    return body
