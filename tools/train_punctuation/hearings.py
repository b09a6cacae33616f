"""A hearing of the Congress, as the Government Printing Office sets it, as the turns of its speakers."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<[^>]*>")
_PARAGRAPH = re.compile(r"(?m)^ {4}(?=\S)")
_TITLES = (
    r"Senator|Representative|Chairman|Chairwoman|Vice Chairman|Secretary|Governor|General|Mr|Mrs|Ms|Dr|Hon"
)
_SPEAKER = re.compile(
    rf"(?:(?:The )?(?:{_TITLES})\.?(?: [A-Z][\w'’-]+){{0,2}}(?: of [A-Z]\w+(?: [A-Z]\w+)?)?)\. +"
)
_OVER = re.compile(r"(?m)^ *\[?Whereupon")
_ASIDE = re.compile(r"\[[^\]]{0,200}\]")
_NOTHING_SPOKEN = re.compile(r"(?m)^(?:\s{5,}\S.*|[A-Z ,.'-]{20,})$")  # headings, tables, names set apart


def read_hearing(page: str) -> list[str]:
    """The turns, up to the end of the hearing; statements and letters printed after it are not speech."""
    text = html.unescape(_TAG.sub("", page))
    over = _OVER.search(text)
    text = text[: over.start()] if over else text
    turns: list[list[str]] = []
    for paragraph in _PARAGRAPH.split(text):
        said = " ".join(_ASIDE.sub(" ", _NOTHING_SPOKEN.sub("", paragraph)).split())
        speaker = _SPEAKER.match(said)
        if speaker:
            turns.append([said[speaker.end() :]])
        elif turns:
            turns[-1].append(said)
    return [" ".join(filter(None, turn)).replace("``", '"').replace("''", '"') for turn in turns if any(turn)]
