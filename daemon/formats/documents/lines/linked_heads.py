"""Names and times that lead somewhere, at the beginnings of lines: `[Ann](https:…) [0:15](https:…): text`."""

from __future__ import annotations

import re

from daemon.formats.word_account import Reading, rewrite_lines

LINK = re.compile(r"\]\(|\]\[\d|\[\[|</a>")
"""What a line holds that has something for this to do."""
_HEAD_CHARACTERS = 400  # two addresses are that long
_TIME = r"(?:\d{1,3}:)?\d{1,3}:\d\d(?:[.,]\d{1,3})?"
_LINKED = (
    rf"\(?(?:\[[(\[*_`]{{0,3}}({_TIME})[)\]*_`]{{0,3}}\](?:\([^()\s]*(?:\s\"[^\"]{{0,100}}\")?\)|\[\d{{1,4}}\])"
    rf"|\[\[[^\[\]|]{{1,60}}\|({_TIME})\]\]|<a\s[^<>]{{1,300}}>[\[(]?({_TIME})[\])]?</a>)\)?"
)
_LINKED_TIME = re.compile(
    rf"((?:#{{1,6}}\s)?[*_`]{{0,3}}(?:[^\[\]\\<#]{{1,60}}[*_:]{{0,3}}\s)?)"
    rf"{_LINKED}(?:\s?(?:-|–|—|→|to)\s?{_LINKED})?(?=[\s*_`:]|$)",
    re.ASCII,
)
"""`Ann [0:15](https://…)`, `[0:15][1] – [0:20][2]`, `<a href="…">0:15</a>`."""
_PLAIN = re.compile(r"\(?\[[^\[\]]{1,20}\]\([^()\s]*\)\)?")
"""A single linked time, which is read as it is: in the middle of a sentence it stays as it was written."""
_CLOSING_TIME = re.compile(rf"(?<=\S)\s{{1,3}}\\?\[?{_LINKED}\\?\]?\s*$", re.ASCII)
"""`In March. [[0:15](https://…)]`, behind what is said."""
_LEAST_CLOSING, _CLOSING_SHARE = 3, 0.2
"""How many lines, and which share of them, end so where it is none that somebody mentions."""
_LINKED_NAME = re.compile(
    rf"((?:#{{1,6}}\s)?[*_]{{0,3}})"
    rf"(?:\[(?!\W{{0,2}}{_TIME})([^\[\]\\]{{1,60}})\]\([^()\s]*\)|\[\[(?:[^\[\]|]{{1,60}}\|)?([^\[\]|]{{1,60}})\]\])"
    r"(?=[*_]{0,3}(?::|\s{0,3}(?:\(|\[\(?|\[\[[^\[\]|]{1,60}\||<a\s[^<>]{1,300}>)?\d))"
)
"""`[Ann](https://…) 0:15`, and `[[Ann Berg|Ann]]: text`, as Obsidian leads to somebody's page."""


def without_links(lines: list[str], reading: Reading) -> list[str]:
    """The lines, names and times at their beginnings without what they lead to; times in square brackets."""
    spoken = sum(line.strip() != "" for line in lines)
    closing = [at for at, line in enumerate(lines) if _CLOSING_TIME.search(line[-_HEAD_CHARACTERS:])]
    if len(closing) >= max(_LEAST_CLOSING, _CLOSING_SHARE * spoken):
        written = {at: _CLOSING_TIME.sub(_write_closing, lines[at]) for at in closing}
        lines = rewrite_lines(lines, written, reading, "markup")
    found = ((at, _unlink(line)) for at, line in enumerate(lines) if LINK.search(line))
    return rewrite_lines(lines, {at: new for at, new in found if new != lines[at]}, reading, "markup")


def _write_closing(found: re.Match[str]) -> str:
    return f" [{next(time for time in found.groups() if time)}]"


def _unlink(line: str) -> str:
    head, rest = line[:_HEAD_CHARACTERS], line[_HEAD_CHARACTERS:]
    indent = len(head) - len(head.lstrip())
    if found := _LINKED_NAME.match(head, indent):
        head = f"{head[:indent]}{found[1]}{found[2] or found[3]}{head[found.end() :]}"
    found = _LINKED_TIME.match(head, indent)
    if found and (found[1][:1] == "#" or not _PLAIN.fullmatch(head, found.end(1), found.end())):
        span = " - ".join(time for time in found.groups()[1:] if time)
        head = f"{head[:indent]}{found[1]}[{span}]{head[found.end() :]}"
    return head + rest
