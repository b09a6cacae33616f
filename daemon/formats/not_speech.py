"""What a text is that no reader knows and that does not read like speech: named, so that people know why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from daemon.formats.documents.lines.heads.line_heads import read_heads
from daemon.formats.markup import speaks_of_tags, without_inline_tags
from daemon.formats.speakers.names import Likeness, is_generic
from daemon.formats.speakers.tags import without_speaker_tags
from daemon.formats.word_account import lines_of
from daemon.text.transcript import UNSPACED

_HEADS = (
    (r'File type = "ooTextFile', "a file of Praat's that is not a TextGrid"),
    (
        r"<\?xml|<!doctype|<[A-Za-z][\w:.-]{0,40}\s(?:[^<>]{0,500}\s)?xmlns(?::\w{1,20})?=",
        "an XML file of a kind that is not known",
    ),
    (r"\\documentclass|\\begin\{", "a LaTeX document"),
    (r"%!PS", "a PostScript document"),
    (r"BEGIN:V(?:CALENDAR|CARD)\b", "a calendar or contacts (iCalendar, vCard)"),
    (r"#EXTM3U", "a playlist (M3U)"),
    (r"# VobSub index file", "the index of subtitles as pictures (VobSub)"),
    (r"d\d{1,3}:(?:announce|created by|comment)\d", "a torrent"),
    (r"<window\b", "RealText captions"),
    (r"#(?:T|TIMERES)\s?\d", "JACOsub captions"),
    (r"-----BEGIN ", "a key or an encrypted message"),
    (r"(?:\S[^\n]{0,200}\n)?(?:TITLE:[^\n]*\n)(?:FCM:|\s*\d{3}\s)", "an edit decision list (EDL)"),
    (r"File Format=MacCaption", "MacCaption's captions (MCC)"),
    (r"(?:diff --git |--- \S+\n\+\+\+ )", "a comparison of files (a patch)"),
)
_KNOWN_HEADS = tuple((re.compile(head, re.I | re.S), what) for head, what in _HEADS)
_LINES = (
    (
        r"\d{1,6} : \d\d:\d\d:\d\d:\d\d,\d\d:\d\d:\d\d:\d\d\b",
        0.2, 2, "a file of captions with codes between times and words (structured titles)",
    ),
    (r".{0,40}?\b\d\d:\d\d:\d\d[:;]\d\d\b", 0.3, 2, "a list of time codes of a kind that is not known"),
    (
        r"(?:(?!#{1,6} ).{0,300}[;{}]\s*$|\s*(?:import |from \S+ import|def \w+\(|function\b.*\{|#include"
        r"|const |var |let |public |private |class \w+[:({]|return\b.*;?|\}|</?\w[^<>]*>\s*$|@\w+|#!/"
        r"|[\w.]+\(.*\)\s*$|(?:if|for|while|elif|with|try|except|else|finally)\b[^?!]*:\s*$"
        r"|[\w.\[\]]+ [-+]?= \S))",
        0.5, 5, "the source code of a program, or markup",
    ),
    (
        r"\s*(?:CREATE (?:TABLE|INDEX|VIEW)|INSERT INTO|SELECT .{1,200} FROM|UPDATE \w+ SET|ALTER TABLE"
        r"|DELETE FROM)\b",
        0.3, 2, "statements for a database (SQL)",
    ),
    (
        r"[\w.-]{1,60}(?:\[[\w,.-]{1,60}\])?\s?(?:==|>=|~=|<=|!=)\s?\d[\w.*]{0,20}(?:\s?[;,\\].*)?\s*$",
        0.6, 3, "a list of the parts of a program (requirements)",
    ),
    (r"msg(?:id|str|ctxt)(?:\[\d\])? \"", 0.3, 4, "a file of translations (gettext)"),
    (
        r"\[[\w .:-]{1,60}\]\s*$|[A-Za-z][\w.-]{0,60}\s?=\s?\S+(?:\s\S+){0,2}\s*$",
        0.8, 4, "a file of settings (INI)",
    ),
    (r"[0-9a-fA-F]{6,8}:?\s{1,2}(?:[0-9a-fA-F]{2,4}\s{1,2}){6,}", 0.5, 2, "a dump of bytes"),
    (
        r"[\W\d_]{0,40}?\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\W\d_]{0,60}$",
        0.9, 3, "times of a recording, without a word that was said",
    ),
    (r"SPEAKER \S+ \d+ [\d.]+ [\d.]+ <NA>", 0.5, 1, "a list of who speaks when, without words (RTTM)"),
    (r"\d{1,2}:\d\d:\d\d\.\d\d \d{1,2}:\d\d:\d\d\.\d\d \S{1,40} \S", 0.5, 1, "JACOsub captions"),
    (r"-?\d{1,6}(?:\.\d{1,3})? -?\d{1,6}(?:\.\d{1,3})?\s*$|FORMAT=(?:TIME|\d)", 0.3, 2, "MPSub captions"),
    (r"\s{0,20}[\[{]\s?\"[^\"\n]{1,60}\"\s?:", 0.3, 2, "JSON, an object a line, of a kind that is not known"),
    (
        r"[^\W\d][\w .-]{0,40}:\s{1,10}(?:https?://\S+|\d{4}-\d\d-\d\d(?:[T ][\d:.Z+-]+)?)\s*$",
        0.9, 2, "addresses and dates of a recording, without a word that was said",
    ),
    (
        r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.{0,60}\b(?:INFO|ERROR|DEBUG|WARN|WARNING|TRACE|NOTICE)\b",
        0.5, 3, "the log of a program",
    ),
)  # fmt: skip
_KNOWN_LINES = tuple((re.compile(line), share, least, what) for line, share, least, what in _LINES)
_TAG = re.compile(r"</?[A-Za-z][\w:-]{0,30}(?:\s[^<>]{0,500})?/?>|&(?:nbsp|lt|gt|amp|quot|#\d{1,5});")
_KEY = re.compile(
    r"\s{0,20}(?:- )?(speaker|start|end|text|begin|duration|id|time|words|segments|confidence):(?:\s|$)"
)
_NAME_TAG = re.compile(r"(?:^|(?<=>))\s{0,9}<([\w .-]{1,30})>\s{0,9}[^<\s]")
_LONE_TAG = re.compile(r"\s*</?([\w .-]{1,30})>\s*")
_TAGS_PER_WORD = 0.08
_LEAST_TAGS = 4
_ENCODED = re.compile(r"(?<!\S)[A-Za-z0-9+/=_-]{60,}(?!\S)")
_ENCODED_SHARE = 0.5
_LONG = 10_000  # letters
_LONG_WORD = re.compile(rf"[^\W\d_{UNSPACED}]{{{_LONG},}}")
_STRETCH = re.compile(rf"[^\W\d_{UNSPACED}]{{{_LONG // 2}}}")
_ARROW = re.compile(r"[-=–—−]\s?[>＞]|[→⟶➔➡⇒]|&gt;")
_LEAST_ODD, _ODD_SHARE = 2, 0.2
_LONGEST_ODD, _LEAST_DIGITS, _MOST_LETTERS = 100, 6, 8
"""Captions' times in a notation that is not known: how many there have to be, and how such lines look."""
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_CODE_SPAN = re.compile(r"`[^`\n]{1,80}`")
_DOC_HEADING = re.compile(r"#{1,6}\s+\S")
_BUILT = re.compile(r"\s*(?:#{1,6}\s|[-*+]\s|\d{1,3}[.)]\s|\||!?\[|<[a-z/]|$ )")
"""What a document is built of: headings, lists, tables, pictures and links on lines of their own."""
_BUILT_SHARE, _LEAST_HEADINGS, _LEAST_CODE = 0.6, 2, 2
_MOST_LINES = 2000
_MOST_TEXT = 200_000  # characters
_TABLE_SHARE = 0.9
_LEAST_ROWS = 3
_DELIMITERS = (",", ";", "\t", "|")
_NUMBER = re.compile(r"[\"']?[\d.,:+-]{1,20}[\"']?")


def name_of(text: str, known_tags: re.Pattern[str] | None = None) -> str | None:
    """What the text is, where it is no speech; None where it may be. `known_tags` are read all the same."""
    text = text if known_tags is None else known_tags.sub("", text)
    if "</" in text:
        text = without_speaker_tags(text)
    head = text.lstrip()[:3000]
    for pattern, what in _KNOWN_HEADS:
        if pattern.match(head):
            return what
    lines = [line for line in islice(lines_of(text), _MOST_LINES) if line.strip() and line[:2] != ";;"]
    lines = [line for line in lines if not _is_tag_of_speaker(line)]
    for pattern, share, least, what in _KNOWN_LINES:
        matching = sum(pattern.match(line) is not None for line in lines)
        if matching >= max(least, share * len(lines)):
            return what
    odd = [line.strip() for line in lines if _is_odd_timing(line)]
    if len(odd) >= max(_LEAST_ODD, _ODD_SHARE * len(lines)):
        return f"a file of captions with times that can't be read (the first: “{odd[0]}”)"
    if _is_yaml(lines):
        return "YAML, of a kind that is not known"
    if _is_documentation(lines):
        return "documentation of a program (headings, code and lists)"
    if longest := _find_long_word(text):
        return f"a text with a word of {len(longest):,} letters, as nobody says one"
    if _is_markup(text[:_MOST_TEXT], lines):
        return "HTML or other markup, of a kind that is not known"
    if _is_table(lines):
        return "a table (CSV) without columns of times and text that are known"
    return "encoded data" if _is_encoded(text[:_MOST_TEXT]) else None


def _find_long_word(text: str) -> str:
    """The longest word of those that nobody says; "" where there is none, which is soon told.

    Half of its letters fill one of the stretches into which the text is cut.
    """
    if not any(_STRETCH.match(text, at) for at in range(0, len(text), _LONG // 2)):
        return ""
    return max(_LONG_WORD.findall(text), key=len, default="")


def _is_tag_of_speaker(line: str) -> bool:
    """Whether nothing but a tag with what a program calls a speaker is on a line: `<Person1>`."""
    found = _LONE_TAG.fullmatch(line) if line.lstrip()[:1] == "<" else None
    return found is not None and is_generic(found[1])


def _is_documentation(lines: list[str]) -> bool:
    """Whether headings, code, lists, tables and pictures are most of it, and nobody speaks."""
    code = inside = built = headings = 0
    outside: list[str] = []
    for line in lines:
        fence = _FENCE.match(line) is not None
        inside ^= fence
        code += fence or _CODE_SPAN.search(line) is not None
        headings += not inside and _DOC_HEADING.match(line) is not None
        built += bool(fence or inside or _BUILT.match(line))
        if not inside:
            outside.append(line)
    if headings < _LEAST_HEADINGS or code < _LEAST_CODE or built < _BUILT_SHARE * len(lines):
        return False
    return built > sum(map(_is_turn, outside)) * 4


def _is_turn(line: str) -> bool:
    """Whether somebody begins to speak with a line, or it has a time."""
    head = read_heads([line])[0]
    label = head.label
    return head.start is not None or (label is not None and label.likeness in (Likeness.NAME, Likeness.SURE))


def _is_odd_timing(line: str) -> bool:
    """Whether a line is a caption's time, arrow and all, in a notation that nobody knows."""
    if len(line) > _LONGEST_ODD or _ARROW.search(line) is None or sum(map(str.isdigit, line)) < _LEAST_DIGITS:
        return False
    known = read_heads([line])[0].start is not None
    return not known and sum(map(str.isalpha, line)) <= _MOST_LETTERS


def _is_yaml(lines: list[str]) -> bool:
    """Whether nearly all lines give a text, a time or a speaker by its key, as programs name them."""
    keys = [found[1].casefold() for line in lines if (found := _KEY.match(line))]
    return len(keys) >= max(4, _TABLE_SHARE * len(lines)) and "text" in keys and len(set(keys)) > 1


def _is_markup(text: str, lines: list[str]) -> bool:
    """Whether tags stand among the words, of which some are closed; emphasis is none of them."""
    text = without_inline_tags(text)
    people = {name for line in lines for name in _opening_names(line)}
    names = ((tag, tag.strip("</>")) for tag in _TAG.findall(text))
    tags = [tag for tag, name in names if name not in people and not is_generic(name)]
    closed = sum(tag.startswith("</") for tag in tags)
    dense = closed > 1 and len(tags) >= max(_LEAST_TAGS, _TAGS_PER_WORD * len(text.split()))
    return dense and not speaks_of_tags(text)


def _opening_names(line: str) -> Iterator[str]:
    """The people in angle brackets at a line's beginning, or behind another tag, who say something."""
    for found in _NAME_TAG.finditer(line) if line.lstrip()[:1] == "<" else ():
        if is_generic(found[1]) or found[1][0].isupper():
            yield found[1]


def _is_table(lines: list[str]) -> bool:
    """Whether nearly all lines have as many cells as the first, one of them a number."""
    for delimiter in _DELIMITERS:
        cells = lines[0].count(delimiter) if lines else 0
        if (
            cells < 2
            or len(lines) < _LEAST_ROWS
            or " " in lines[0].strip().replace(f"{delimiter} ", delimiter)
        ):
            continue
        alike = sum(line.count(delimiter) >= cells for line in lines)
        figures = sum(any(map(_NUMBER.fullmatch, line.split(delimiter))) for line in lines[1:])
        if alike >= _TABLE_SHARE * len(lines) and figures >= _TABLE_SHARE * (len(lines) - 1):
            return True
    return False


def _is_encoded(text: str) -> bool:
    """Whether half of the text is long strings without spaces and with figures in them, as in base64."""
    strings = [string for string in _ENCODED.findall(text) if any(map(str.isdigit, string[:1000]))]
    return sum(map(len, strings)) >= max(200, _ENCODED_SHARE * len(text))
