"""SAMI captions (.smi): `<SYNC Start=1000><P Class=KRCC>text`, HTML in the loose way of its time."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator

from daemon.formats.captions.cues.cue_lines import Cue, ended_by_next
from daemon.formats.captions.cues.segments import read_cues
from daemon.formats.markup import BEFORE_ROOT, escape_markup, voice_tag
from daemon.formats.word_account import Reading
from daemon.text.timecode import round_to_zero
from daemon.text.transcript import count_words

KIND = "sami"

_BEGIN = re.compile(rf"{BEFORE_ROOT}<SAMI\b", re.I | re.S)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)|<--[^\n<>]{0,500}-->", re.S)
"""A comment; the second form as Microsoft's editor has it."""
_BODY = re.compile(r"<body\b[^<>]{0,1000}>", re.I)
_SYNC = re.compile(r"<SYNC\b([^<>]*)>", re.I)
_START = re.compile(r"\bStart\s*=\s*(?:[\"']\s*)?(-?\d{1,12})", re.I | re.ASCII)
_PARAGRAPH = re.compile(r"<P\b([^<>]*)>", re.I)
_CLASS = re.compile(r"\bClass\s*=\s*(?:[\"']\s*)?([^\s\"'>]+)", re.I)
_SOURCE = re.compile(r"\bID\s*=\s*(?:[\"']\s*)?Source\b", re.I)
_TAG = re.compile(
    r"(?P<parts></?(?:br|p|sync|div|body|head|title|sami|style|samiparam|table|tr|td)\b[^<>]*>)"
    r"|</?[A-Za-z][^<>]*>",
    re.I,
)

_Shown = tuple[str, float, str, str]
"""The class of a text, when it is shown (seconds), the text and its speaker; "" for what nothing names."""


def looks_like(text: str, extension: str) -> bool:
    """Whether the text begins as SAMI does, perhaps after a comment."""
    return _BEGIN.match(text) is not None or (
        extension in (".smi", ".sami") and _SYNC.search(text) is not None
    )


def parse(text: str) -> Reading:
    """Read the captions of the class that says most; others are the same in another language."""
    text = _COMMENT.sub("\n", text)
    reading = Reading(count_words(_strip_tags(text)))
    head, *syncs = _SYNC.split(text)
    before = _BODY.split(head, maxsplit=1)
    reading.drop("header", count_words(_strip_tags(before[0])))
    shown: list[_Shown] = []
    now = 0.0
    if "".join(map(_strip_tags, before[1:])).strip():  # words without a time are no less said
        shown.append(("", now, _strip_tags(before[1]), ""))
    for attributes, body in zip(syncs[::2], syncs[1::2], strict=True):
        start = _START.search(attributes)
        now = round_to_zero(int(start[1]) / 1000) if start else now
        for name, said, speaker in _split_paragraphs(body, reading):
            shown.append((name, now, said, speaker))
    _read_best(shown, reading)
    return reading


def _split_paragraphs(body: str, reading: Reading) -> Iterator[tuple[str, str, str]]:
    """Class, text and speaker of what a sync shows; the last is empty where nobody is named."""
    first, *rest = _PARAGRAPH.split(body)
    speaker = ""
    if _strip_tags(first).strip():
        yield "", _strip_tags(first), ""
    for attributes, said in zip(rest[::2], rest[1::2], strict=True):
        if _SOURCE.search(attributes):
            speaker = _strip_tags(said)
            reading.drop("speaker", count_words(_strip_tags(said)))
            continue
        name = _CLASS.search(attributes)
        yield (name[1].upper() if name else ""), _strip_tags(said), speaker


def _read_best(shown: list[_Shown], reading: Reading) -> None:
    words = Counter[str]()
    for name, _, said, _ in shown:
        words[name] += count_words(said)
    best = max(filter(None, words), key=words.__getitem__, default="")
    for name, count in words.items():
        if name not in (best, ""):
            reading.drop("another language", count)
            if count:
                reading.warnings.append(
                    f"The {count:,} words of class {name} were not read, only those of {best}."
                )
    own = [
        Cue(start, start, (voice_tag(speaker) if said.strip() else "") + escape_markup(said))
        for name, start, said, speaker in shown
        if name in (best, "")
    ]
    # what shows nothing ends what was shown before
    cues = ended_by_next(sorted(own, key=lambda cue: cue.start))
    read_cues([cue for cue in cues if cue.text.strip()], reading)


def _strip_tags(text: str) -> str:
    """The text without tags, its entities decoded."""
    return html.unescape(_TAG.sub(lambda tag: "\n" if tag["parts"] else "", text))
