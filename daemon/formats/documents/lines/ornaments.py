"""What stands beside names and words on lines, and nobody said: pictures, confidence, tags, rules."""

from __future__ import annotations

import re
from collections import Counter

from daemon.formats.markup import is_page_tag, speaks_of_tags, without_inline_tags
from daemon.formats.speakers.labels import find_label_in
from daemon.formats.word_account import Reading, dropped_of, rewrite_lines
from daemon.text.transcript import count_words

ICON = re.compile(r"^\s*[🗣👤👥🎤🎙💬🔊🔹🔸🔵🔴🟢🟡🟣🧑👩👨]\ufe0f?\s+(?=\S)")
SCORE = re.compile(
    r"(?<=\S)\s?[\[(]\d{1,3}(?:\.\d{1,4})?\s?%[\])](?=\s?:\s)"
    r"|\s[\[(](?:conf(?:idence)?|score|prob(?:ability)?)\s?[:=]\s?\d{1,3}(?:\.\d{1,6})?\s?%?[\])](?=\s*$|\s?:\s)",
    re.I,
)
"""`SPEAKER_00 (92%): text` and `text (confidence: 0.92)`."""
SCORED = re.compile(r"[\[(](?:\d|conf|score|prob)", re.I)
"""What is in every line with one, and found sooner."""
_DIGIT = re.compile(r"\d")
_ANY_TAG = re.compile(r"<(/?)([A-Za-zÀ-ÿ][\w-]{0,30})(?:\s[\w-]{1,30}=\"[^\"<>]{0,200}\"){0,5}>")
_MANY_TAGS = 3  # different ones
_RULE = re.compile(r"\s*(?:(?:[-–—_=*~#─━═]\s?){3,}|[⸺⸻]+)\s*")
_OPENED = re.compile(r"\s*<([\w .-]{1,30})>")
_CLOSED = re.compile(r"(?<!\s)\s*</([\w .-]{1,30})>\s*$")
_BETWEEN_TAGS = re.compile(r"(?<=>)\s{0,9}(?=<[\w .-]{1,30}>)")
_LEAST = 2


def without_icons(lines: list[str], reading: Reading) -> list[str]:
    """The lines without a picture of somebody who speaks before a name or a time: `🗣️ Ann: text`."""
    out = [_without_icon(line) for line in lines]
    reading.drop("markup", dropped_of(lines, out))
    return out


def _without_icon(line: str) -> str:
    found = ICON.match(line)
    rest = line[found.end() :] if found else ""
    named = find_label_in(rest) is not None
    return rest if named or _DIGIT.search(rest[:60]) else line


def without_scores(lines: list[str], reading: Reading) -> list[str]:
    """The lines without how sure the recogniser was, where several lines tell it."""
    out = [SCORE.sub("", line) for line in lines]
    if sum(line != bare for line, bare in zip(lines, out, strict=True)) < _LEAST:
        return lines
    reading.drop("confidence", dropped_of(lines, out))
    return out


def without_closing_tags(lines: list[str], reading: Reading) -> list[str]:
    """The lines without `</Ann>` at their ends, where others begin with `<Ann>`; before `<Ben>` one ends."""
    parted = [part for line in lines for part in _BETWEEN_TAGS.split(line)]
    opened = {found[1] for line in parted if line.lstrip()[:1] == "<" and (found := _OPENED.match(line))}
    if not opened:
        return lines
    reading.words_in_file += max(0, -dropped_of(lines, parted))
    parted = _without_turn_tags(parted, reading)
    out = []
    for line in parted:
        found = _CLOSED.search(line) if line.rstrip()[-1:] == ">" else None
        if found and found[1].strip() in opened:
            reading.drop("markup", dropped_of([line], [line[: found.start()]]))
            line = line[: found.start()]
        out.append(line)
    return out


def _without_turn_tags(lines: list[str], reading: Reading) -> list[str]:
    """The lines, parted at tags where these are no names: within most of a kind a label says who speaks."""
    found = [(match[1], line[match.end() :]) for line in lines if (match := _OPENED.match(line))]
    times = Counter(tag for tag, _ in found)
    named = Counter(tag for tag, said in found if find_label_in(said))
    if not any(count > _LEAST and named[tag] * 2 > count for tag, count in times.items()):
        return lines
    any_tag = re.compile(rf"</?(?:{'|'.join(map(re.escape, sorted(times)))})>")
    out = [part for line in lines for part in any_tag.split(line)]
    reading.book_markup("\n".join(lines), "\n".join(out))
    return out


def without_tags(lines: list[str], reading: Reading) -> list[str]:
    """The lines without tags that somebody marked the text with: each opens and closes several times."""
    lines = _without_inline_tags(lines, reading)
    found = Counter(tag for line in lines for tag in _ANY_TAG.findall(line))
    known = {name for close, name in found if close and min(found["/", name], found["", name]) > 1}
    if not known:
        return lines
    known |= {name for _, name in found if name.islower() and found["", name] > 1}
    if len(known) >= _MANY_TAGS:  # who marks a text up so has tags, too, that stand once
        known |= {name for close, name in found if close and name.islower() and found["", name]}
    if known and speaks_of_tags("\n".join(lines)):
        known = {name for name in known if not is_page_tag(f"<{name}>")}
    out = []
    for line in lines:
        kept = _ANY_TAG.sub(lambda tag: "" if tag[2] in known else tag[0], line)
        gone = count_words(line) - count_words(kept)
        reading.drop("markup", max(0, gone))
        out.append(kept)
    return out


def _without_inline_tags(lines: list[str], reading: Reading) -> list[str]:
    """The lines without tags of emphasis; where people speak of tags they stay."""
    if speaks_of_tags("\n".join(lines)):
        return lines
    out = [without_inline_tags(line) if "</" in line else line for line in lines]
    reading.book_markup(" ".join(lines), " ".join(out))
    return out


def without_rules(lines: list[str], reading: Reading) -> list[str]:
    """The lines, blank where there is nothing but a rule across the page."""
    rules = [at for at, line in enumerate(lines) if _RULE.fullmatch(line)]
    return rewrite_lines(lines, dict.fromkeys(rules, ""), reading, "markup")
