"""From cleaned chunks to what people read: Markdown, plain text, JSON. Pure: values in, text out."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import yaml

from daemon.delivery.document import Block
from daemon.text.characters.east_asian_spaces import close_up_spaces
from daemon.text.results.marks import UNKNOWN, mark_in_markdown, mark_in_text
from daemon.text.timecode import format_timecode

_LONGEST_LABEL = 40  # characters; names with a title and a firm have up to so many
_LABEL = re.compile(rf"([^\W\d_][^\n:?!]{{0,{_LONGEST_LABEL}}}):(?=\s|$)")


def stream_markdown(
    blocks: Iterable[Block],
    front_matter: Mapping[str, Any],
    *,
    timestamps: bool,
    link: str | None = None,
    above: str = "",
) -> Iterator[str]:
    """The cleaned transcript as Markdown: front matter, a title, then `[00:01:15] **Ann:** …` paragraphs.

    It comes in pieces, since a long transcript as a whole would be held twice. With the `link` to a video the
    times lead to the moment in it. `above` is Markdown that stands between the title and the transcript.
    """
    head = yaml.safe_dump(dict(front_matter), sort_keys=False, allow_unicode=True, width=10_000)
    yield f"---\n{head}---\n\n# {escape_markup(str(front_matter['title']))}\n"
    yield above
    for block, speaker, marked in mark_flagged(blocks):
        if block.free:
            yield f"\n{_disarm_markup(block.text.strip())}\n"
            continue
        if block.flag is not None and marked:
            yield f"\n{mark_in_markdown(escape_markup(block.flag), marked)}\n"
        name = f"**{escape_markup(speaker)}:** " if speaker else ""
        time = format_start(block.start, link) if timestamps else ""
        yield f"\n{time}{name}{escape_markup(show_text(block))}\n"


def stream_plain_text(blocks: Iterable[Block], title: str, *, timestamps: bool) -> Iterator[str]:
    """The transcript as plain text, in pieces."""
    yield f"{title}\n"
    for block, speaker, marked in mark_flagged(blocks):
        if block.flag is not None and marked:
            yield f"\n{mark_in_text(block.flag, marked)}\n"
        name = f"{speaker}: " if speaker else ""
        time = format_start(block.start) if timestamps and not block.free else ""
        yield f"\n{time}{name}{show_text(block)}\n"


def stream_json(blocks: Iterable[Block], front_matter: Mapping[str, Any]) -> Iterator[str]:
    """The transcript as JSON, in pieces: the front matter's keys and the paragraphs."""
    head = json.dumps(dict(front_matter), ensure_ascii=False, indent=1, default=str)
    yield head.removesuffix("\n}") + ',\n "paragraphs": ['
    before = ""
    for block in blocks:
        text = json.dumps(_list_fields(block), ensure_ascii=False, indent=1)
        indented = text.replace("\n", "\n  ")
        yield f"{before}\n  {indented}"
        before = ","
    yield "\n ]\n}\n" if before else "]\n}\n"


def _list_fields(block: Block) -> dict[str, Any]:
    return {
        "start": block.start,
        "end": block.end,
        "speaker": block.speaker,
        "original": block.original,
        "cleaned": show_text(block),
        "flags": [block.flag] if block.flag else [],
        **({"words_by_person": block.by_person} if block.by_person else {}),
    }


def show_text(block: Block) -> str:
    """A paragraph's text as it is shown."""
    text = block.text.strip()
    if block.free or text.isascii():
        return text
    return close_up_spaces(text, captions=block.start is not None)


def mark_flagged(blocks: Iterable[Block]) -> Iterator[tuple[Block, str | None, int]]:
    """What is shown, the name to stand before it, and for how many paragraphs a mark stands above it.

    All that follow for the same reason share a mark: in a conversation it would drown the words. The blocks
    are gone through twice.
    """
    marks = deque(_measure_runs(blocks))
    reason, left = None, 0
    for block, speaker in _name_speakers(blocks):
        paragraphs = 0
        if not left:
            reason, left = marks.popleft()
            paragraphs = 0 if reason is None else left
        left -= 1
        yield block, speaker, paragraphs


def _measure_runs(blocks: Iterable[Block]) -> Iterator[tuple[str | None, int]]:
    """The reason that paragraphs in a row share, None where they were cleaned, and how many they are."""
    for reason, run in groupby(_name_speakers(blocks), key=lambda named: named[0].flag):
        yield reason, sum(1 for _ in run)


def _name_speakers(blocks: Iterable[Block]) -> Iterator[tuple[Block, str | None]]:
    last = None
    for block in blocks:
        if not block.text:
            continue
        yield block, None if block.free else name_at_change(block.speaker, last, block.text)
        last = block.speaker


def name_at_change(speaker: str | None, before: str | None, text: str) -> str | None:
    """The name to stand before a paragraph after one of `before`; None where it goes without saying.

    Without one, whom nobody knows would be taken for who spoke last, and a text that begins as with a name
    ("Ben: no") for that person's.
    """
    if speaker != before:
        return speaker or UNKNOWN
    return speaker if speaker and _begins_as_with_name(text) else None


def _begins_as_with_name(text: str) -> bool:
    found = _LABEL.match(text)
    if found is None:
        return False
    from daemon.formats.speakers.names import is_name, is_note  # here: it reads the files of all languages

    return is_name(found[1]) and not is_note(found[1])


def format_start(start: float | None, link: str | None = None) -> str:
    """What stands before words that were said then, "" where that is unknown; with a video's link, a link."""
    if start is None:
        return ""
    moment = f"({link}&t={int(start)}s)" if link else ""
    return f"[{format_timecode(start)}]{moment} "


_SPECIAL = re.compile(
    r"[\\`*~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<=\])[(:]"  # but not snake_case
    r"|\[(?=\^)"  # footnotes
    r"|(?<= )#(?=#*$)"  # at the end of a heading
    r"|!(?=\[)|\[(?=\[)|%(?=%)|(?<=%)%|\$(?=[^$]*\$)|(?<=\$)\$"  # Obsidian: embeds, links, comments, formulas
    r"|=(?==)"  # and its highlights
)
_AT_START = re.compile(r"^(?:([#>+=|-])|(\d+)([.)])(?=\s|$))")
_LIVE = re.compile(  # HTML, and links that lead elsewhere than to a page, a mailbox or a heading
    r"<(?=[A-Za-z/!?])|(?<=\])[(:](?!\s*(?:https?://|mailto:|#))(?=\s*[^\s()]*[:&\\])"
    r"|!(?=\[)|%(?=%)|(?<=%)%",  # pictures and embeds, which tell their server who reads; hidden words
    re.I,
)


def escape_markup(text: str) -> str:
    """Words as they are: nothing in them is taken for Markdown or HTML."""
    text = _SPECIAL.sub(lambda found: "\\" + found.group(), " ".join(text.split()))
    return _AT_START.sub(_escape_start, text)


def _escape_start(found: re.Match[str]) -> str:
    """The sign of a heading, list or quotation escaped; in a numbered list the mark after the number."""
    sign, number, mark = found.groups()
    return f"\\{sign}" if sign else f"{number}\\{mark}"


def _disarm_markup(text: str) -> str:
    return _LIVE.sub(lambda found: "\\" + found.group(), text)
