"""Markdown: plain text with front matter, a title, headings and escapes, as this program writes it too."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import partial

import yaml

from daemon.formats.days import find_day_in_head
from daemon.formats.documents.lines.heads.form_fields import WHO
from daemon.formats.documents.lines.result_lines import is_result, read_result_line
from daemon.formats.documents.lines.tables.rows import table_rows
from daemon.formats.documents.text import CLOSING_HEADING, read_paragraphs, read_result
from daemon.formats.markup import measure_json, speaks_of_tags
from daemon.formats.speakers.names import Likeness, likeness_of
from daemon.formats.word_account import Reading, refuse_many_lines, rewrite_lines
from daemon.text.results.marks import count_chapter_lines
from daemon.text.transcript import count_words

KIND = "markdown"

_YAML_KEY = re.compile(r"[A-Za-z_][\w-]*:(?:\s|$)|[a-z][a-z_ -]{0,30}:(?:\s|$)|\s*-\s|\s+\S|#|\s*$")
_TOML_LINE = re.compile(r"[\w.\"-]{1,60}\s*=\s*\S|\[{1,2}[\w.\"-]{1,60}\]{1,2}\s*$|#|\s|[\]}\"',]|$")
_MAX_FRONT_MATTER = 200  # lines
_FRONT_MATTER = ("---", "+++", "{")
_EXTENSIONS = (".md", ".markdown", ".mdown")
_TELLING = 100_000  # characters
_TABLE = re.compile(
    r"^(?:\|[^\n]+\|[ \t]*\n\||[^|\n]{1,200}(?:\|[^|\n]{1,200}){1,9}\n)"
    r"(?:[ \t]*:?-{3,}:?[ \t]*\|)+(?:[ \t]*:?-{3,}:?)?[ \t]*$",
    re.M,
)
_SIGNS = (
    re.compile(r"^#{1,6} \S", re.M),
    re.compile(r"\[[^\[\]\n]{1,200}\]\(https?://[^()\s]+\)"),
    re.compile(r"(?<![\w*])\*\*[^*\n]{1,200}\*\*"),
)
_HTML_LABEL = re.compile(
    r"^[ \t]{0,9}<(b|strong|i|em|u)>[^<>\n]{1,60}(?::</\1>|</\1>:)(?=\s|<|$)", re.M | re.I
)
"""`<b>Ann:</b> text`, as people and programs mark who speaks without making a page of it."""
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_TIME = re.compile(r"\\\[((?:\d{1,3}:)?\d{1,3}:\d\d(?:[.,]\d{1,3})?)\\\]", re.ASCII)
_WITHIN_NAME = re.compile(r"(?<=[^\W_])\\([_'’.&-])(?=[^\W_])")
"""`SPEAKER\\_00`, `O\\'Neil`, as pandoc writes them."""
_ATTRIBUTES = re.compile(r"^(\s{0,3}#{1,6}\s[^\n]*?\S)\s*\{[#.][^{}\n]{0,200}\}\s*$")
"""What pandoc writes behind a heading: `### Ann {#ann .unnumbered}`."""
_IMAGE_OR_LINK = re.compile(
    r"(?<!\\)!?\[([^\[\]]{0,500})\]"
    r"(?:\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,500})?(?:\s\"[^\"]{0,200}\")?\))"
)
_REFERENCE = re.compile(r"(?<!\\)!?\[([^\[\]]{0,500})\]\[([^\[\]]{0,100})\]")
"""A link to an address that is defined elsewhere under a name: `[a review][1]`; else it is what is said."""
_TAGS = (
    "a b i u s em strong br sup sub span p div mark small code del ins font cite details summary "
    "img video audio source iframe picture figure figcaption center kbd hr"
)
TAG = re.compile(rf"(?<!\\)</?(?:{'|'.join(_TAGS.split())})(?:\s[^<>]{{0,1000}})?/?>", re.I)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,1000})>")
_EMPHASIS = (
    *(
        re.compile(rf"(?<![\w\\])({mark})(?=\S)([^\n]{{1,2000}}?)(?<=[^\s\\]){mark}(?!\w)")
        for mark in (r"\*\*\*", r"\*\*", "__", r"\*", "_", "~~")
    ),
    re.compile(r"(?<![`\\])(``?)(?=\S)([^`\n]{1,2000}?)(?<=\S)\1(?!`)"),  # `Buffer`s, too
)
_ANY_MARK = re.compile(r"[\\`*_~<&\[]")
_COMMENT = re.compile(r"(?<!\\)<!--.*?-->", re.S)
_WHO_SPEAKS = re.compile(
    rf"\s{{0,9}}<!--\s{{0,9}}{WHO}\s?[:=]\s{{0,9}}[\"']?((?-i:[^\W_a-z])[^<>\[\]\"'\n]{{0,59}}?)[\"']?\s{{0,9}}-->\s{{0,9}}",
    re.I,
)
"""A comment that tells who says what stands behind or below it: `<!-- speaker: Ann Berg -->`."""
_RULE = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,}|(?:`{3,}|~{3,})[\w+#.-]{0,20}\s*)")
"""A rule, or the fence around code."""
_DEFINITION = re.compile(r"\s{0,3}\[(\^?)([^\[\]\n]{1,60})\]:\s+(\S.*)")
_ADDRESS = re.compile(
    r"<?(?:https?://|mailto:|www\.|/|#|\.{1,2}/)\S*(?:\s+(?:\"[^\"]*\"|\([^()]*\)|'[^']*'))?\s*$", re.I
)
_FOOTNOTE = re.compile(r"(?<!\\)\[\^[^\[\]\s]{1,60}\]")
_NOTED = re.compile(r"(?<=\[\^)([^\[\]\n]{1,60})\]")
_REFERRED = re.compile(r"(?<=\]\[)([^\[\]\n]{1,60})(?=\])")
_REFERRED_TO_ITSELF = re.compile(r"\[([^\[\]\n]{1,60})(?=\]\[\])")
"""The names to which marks of footnotes, and links, lead."""
_LIST_SIGN = re.compile(r"^(\s*)(?:(?:[-*+]\s|>(?!\s?\*\*Not cleaned)\s?)\s*)+(?=\S)")
_CALLOUT = re.compile(r"^(\s*(?:>\s?){0,9})\[![\w-]{1,30}\][+-]?(?=\s|$)")
"""The kind of a box, at the beginning of a quote: `> [!note] Title`."""
_HARD_BREAK = re.compile(r"(?<!\\)\\[ \t]{0,9}$")
"""A backslash that ends a line, so that the next one isn't joined with it."""
_EMPTY_QUOTE = re.compile(r"\s{0,3}(?:>[ \t]*){1,9}")
_HEADING = re.compile(r"#{1,6}\s+\S")
_ITEM = re.compile(r"\s*[-*+]\s+\S")
_LONGEST_TITLE_LINE = 1000
_TITLE = re.compile(r"title:\s+[^\s\[{&*!|>]")


def looks_like(text: str, extension: str) -> bool:
    """Whether it is named so, begins with front matter, has a table, or two other marks of Markdown.

    Labels in tags will do, which Markdown may have.
    """
    if extension in _EXTENSIONS or (
        text.startswith(_FRONT_MATTER) and _count_front_matter(text.split("\n")) > 0
    ):
        return True
    head = text[:_TELLING]
    if "</" in head and len(_HTML_LABEL.findall(head)) > 1:
        return True
    return _TABLE.search(head) is not None or sum(sign.search(head) is not None for sign in _SIGNS) > 1


def parse(text: str) -> Reading:
    """Read Markdown."""
    refuse_many_lines(text)
    reading = Reading(count_words(text))
    lines = text.lstrip("\n").split("\n")
    strip = _strip_other_marks if speaks_of_tags(text) else _strip_marks
    del text  # the lines alone: a text with one character of four bytes has four for each
    body = _count_front_matter(lines)
    for line in lines[:body]:
        reading.drop("front matter", count_words(line))
        reading.title = reading.title or _titled(line)
    reading.recorded = find_day_in_head(lines[:body])
    is_own = is_result(lines[:body], lines[body:])
    body = _read_title(lines, body, reading)
    body = _skip_chapters(lines, body, reading)
    kept = _without_comments(lines[body:], reading)
    del lines
    unmark = partial(strip, names=_names_of_addresses(kept))
    kept = _without_attributes(_without_definitions(kept, reading), reading)
    rows = [_WITHIN_NAME.sub(r"\1", _TIME.sub(r"[\1]", row)) for row in table_rows(kept, reading)]
    del kept
    held = [_without_rules(rows, reading)]
    del rows
    if is_own:
        heads = [read_result_line(line.strip()) for line in held.pop()]
        read_result(heads, reading, unmark=unmark, headings=True)
        return reading
    read_paragraphs(held.pop(), reading, unmark=unmark, headings=True)
    return reading


def _skip_chapters(lines: list[str], body: int, reading: Reading) -> int:
    """Pass over a list of chapters above a transcript, which nobody said; the place of the line after it."""
    first = body
    while first < len(lines) and not lines[first].strip():
        first += 1
    count = count_chapter_lines(lines, first) if first < len(lines) else 0
    for line in lines[first : first + count]:
        reading.drop("chapters", count_words(line))
    return first + count if count else body


def _strip_marks(text: str, names: frozenset[str]) -> str:
    """The words without emphasis, the addresses behind links, marks of footnotes, tags and escapes.

    `names` are those of addresses that links refer to.
    """
    return _strip_other_marks(TAG.sub(lambda tag: " " if tag[0][1:3].lower() == "br" else "", text), names)


def _strip_other_marks(text: str, names: frozenset[str]) -> str:
    """The same, but for tags, where these are what people speak of."""
    if _ANY_MARK.search(text) is None:
        return text
    if names:
        text = _REFERENCE.sub(lambda link: link[1] if _name_of(link) in names else link[0], text)
    text = _IMAGE_OR_LINK.sub(r"\1", _IMAGE_OR_LINK.sub(r"\1", text))  # a link may stand around a picture
    text = _FOOTNOTE.sub("", text)
    text = _AUTOLINK.sub(r"\1", text)
    for mark in _EMPHASIS:
        text = mark.sub(r"\2", text)
    if "&" not in text:
        return _ESCAPE.sub(r"\1", text)
    parts = _ESCAPE.split(text)  # each second one is an escaped mark: in `\&amp;` it begins no entity
    return "".join(part if at % 2 else html.unescape(part) for at, part in enumerate(parts))


def _without_comments(lines: list[str], reading: Reading) -> list[str]:
    """The lines without HTML's comments, which may span several; those that tell who speaks as labels."""
    if not any("<!--" in line for line in lines):
        return lines
    named = {at: who[1] for at, line in enumerate(lines) if (who := _WHO_SPEAKS.match(line))}
    people = sum(name.isdecimal() or _is_somebody(name) for name in named.values())
    if people * 2 > len(named):  # else they tell who speaks what to do: "Speaker: Pause here"
        written = {at: _WHO_SPEAKS.sub(r"\n[\1]: ", lines[at]).strip() for at in named}
        lines = rewrite_lines(lines, written, reading, "speaker")
    text = "\n".join(lines)
    ended = text.rfind("-->") + 3  # a search for the end of each that has none would take a square
    kept = _COMMENT.sub("", text[:ended]) + text[ended:]
    reading.drop("note", max(0, count_words(text) - count_words(kept)))
    reading.words_in_file += max(0, count_words(kept) - count_words(text))
    return kept.split("\n")


def _is_somebody(name: str) -> bool:
    likeness = likeness_of(name)
    return likeness is not None and likeness > Likeness.LOOSE


def _without_definitions(lines: list[str], reading: Reading) -> list[str]:
    """The lines without footnotes, and without the addresses that links in the text refer to.

    `[Ann]: https://…` is somebody's turn, unless a link has that name.
    """
    found = {
        at: match for at, line in enumerate(lines) if "]:" in line and (match := _DEFINITION.match(line))
    }
    if not found:
        return lines
    text = "\n".join(line for at, line in enumerate(lines) if at not in found)
    notes, named = set(_NOTED.findall(text)), {*_REFERRED.findall(text), *_REFERRED_TO_ITSELF.findall(text)}
    out = []
    for at, line in enumerate(lines):
        match = found.get(at)
        if match and match[1] and match[2] in notes:
            reading.drop("note", count_words(line))
        elif (
            match
            and not match[1]
            and _ADDRESS.match(match[3])
            and (match[2] in named or match[2].isdecimal())
        ):
            reading.drop("markup", count_words(line))
        else:
            out.append(line)
    return out


def _without_attributes(lines: list[str], reading: Reading) -> list[str]:
    """The lines, headings without the attributes behind them."""
    found = {at: heading for at, line in enumerate(lines) if (heading := _ATTRIBUTES.match(line))}
    return rewrite_lines(lines, {at: heading[1] for at, heading in found.items()}, reading, "markup")


def _names_of_addresses(lines: list[str]) -> frozenset[str]:
    """The names under which addresses are defined on lines of their own, in small letters."""
    found = (_DEFINITION.match(line) for line in lines if "]:" in line)
    return frozenset(one[2].casefold() for one in found if one and not one[1] and _ADDRESS.match(one[3]))


def _name_of(link: re.Match[str]) -> str:
    """The name that a link refers to: its own words where it gives no other."""
    return (link[2] or link[1]).casefold()


def _without_rules(lines: list[str], reading: Reading) -> list[str]:
    """The lines without rules, the signs of lists and quotes before them, and those that end them.

    A heading with a list under it is no speaker's, as minutes put what was decided below what was said.
    """
    out: list[str] = []
    heading: int | None = None
    for line in lines:
        kept = _CALLOUT.sub(r"\1", line)
        empty = _RULE.fullmatch(kept) or _EMPTY_QUOTE.fullmatch(kept)
        kept = "" if empty else _HARD_BREAK.sub("", _LIST_SIGN.sub(r"\1", kept))
        if kept != line:
            reading.drop("markup", count_words(line) - count_words(kept))
        if heading is not None and _ITEM.match(line):
            out[heading] = f"{CLOSING_HEADING} {out[heading].lstrip('# ')}"
        if line.strip():
            heading = len(out) if _HEADING.match(line) else None
        out.append(kept)
    return out


def _count_front_matter(lines: Sequence[str]) -> int:
    """How many lines at the beginning tell of the text below; 0 without any."""
    first = lines[0].rstrip() if lines else ""
    if first == "---":
        return _count_yaml(lines)
    if first == "+++":
        return _count_toml(lines)
    if first.startswith("{"):
        return measure_json("\n".join(lines[:_MAX_FRONT_MATTER])).count("\n")
    return 0


def _count_yaml(lines: Sequence[str]) -> int:
    keys: set[str] = set()
    for at, line in enumerate(lines[1:_MAX_FRONT_MATTER], 1):
        if line.rstrip() in ("---", "..."):
            return at + 1
        key = line.partition(":")[0] if line[:1].isalpha() else ""
        if not _YAML_KEY.match(line) or key in keys:  # a name that recurs is somebody's who speaks
            return 0
        keys |= {key} if key else set()
    return 0


def _count_toml(lines: Sequence[str]) -> int:
    for at, line in enumerate(lines[1:_MAX_FRONT_MATTER], 1):
        if line.rstrip() == "+++":
            return at + 1
        if not _TOML_LINE.match(line):
            return 0
    return 0


def _titled(line: str) -> str | None:
    """The title that a line of the front matter gives; None where it gives none, or it goes on below."""
    if not _TITLE.match(line):
        return None
    if len(line) > _LONGEST_TITLE_LINE:
        return None
    try:
        front = yaml.load(line, yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError):  # no character has such a number
        return None
    title = front.get("title") if isinstance(front, dict) else None
    return " ".join(title.split()) or None if isinstance(title, str) else None


def _read_title(lines: list[str], body: int, reading: Reading) -> int:
    """Take a first line `# Title`; the place of the line after it."""
    for at in range(body, len(lines)):
        words = lines[at].split()
        if not words:
            continue
        if words[0] != "#" or len(words) == 1:
            return body
        reading.title = _strip_marks(" ".join(words[1:]), frozenset())
        reading.drop("title", count_words(lines[at]))
        return at + 1
    return body
