"""The text of a result in passages, each with its time, and the words around what was searched for. Pure."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any

from daemon.delivery.catalogue.words import BESIDE_WORDS, Term, fold_text, spell_variants, split_words
from daemon.text.results.marks import is_chapters_head
from daemon.text.timecode import format_timecode, parse_timecode

_FENCE = "---\n"  # around the front matter
_PARAGRAPHS_BEGIN, _PARAGRAPH_ENDS = ' "paragraphs": [\n', "  }"  # lines of a JSON output
_TIME = re.compile(r"\[(\d{2,}:\d\d:\d\d)\](?:\([^)\s]*\))? ")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BOLD = re.compile(r"\*\*(.*?)\*\*")
_CUE = re.compile(r"^(\S+)\s+-->\s+\S+.*\n", re.M)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_TOKEN = re.compile(r"\S+")
_AROUND_WORDS = 12  # on each side of a hit


@dataclass(frozen=True, slots=True)
class Passage:
    """Some sentences of a result, and when they were said ("00:01:15"; None where unknown)."""

    time: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The words around a hit: what stands before it, the hit itself, and what follows."""

    time: str | None
    before: str
    hit: str
    after: str


def read_passages(name: str, lines: Iterable[str]) -> Iterator[Passage]:
    """The passages of an output, by its file name, from its lines; of JSON that is no result, none."""
    extension = name.rpartition(".")[2].lower()
    if extension == "json":
        return _read_json(lines)
    if extension in ("srt", "vtt"):
        return _read_cues(lines)
    return _read_paragraphs(lines, markdown=extension == "md")


def find_excerpts(passages: Iterable[Passage], terms: Sequence[Term], most: int) -> list[Excerpt]:
    """The words around the terms, those passages first in which most of the terms stand.

    The search ends with the `most`th passage that holds all of them.
    """
    patterns = [_compile_terms([term]) for term in terms]
    quickly = _compile_terms(terms, most_words=1)
    found: list[tuple[int, int, Excerpt]] = []
    whole = 0
    for place, passage in enumerate(passages):
        if quickly.search(fold_text(passage.text)) is None:  # so it is with most
            continue
        tokens = _fold_tokens(passage.text)
        folded = " ".join(token for _, _, token in tokens)
        hits = [hit for pattern in patterns if (hit := pattern.search(folded)) is not None]
        if hits:
            found.append((-len(hits), place, _cut_excerpt(passage, tokens, hits[0])))
            whole += 1 if len(hits) == len(patterns) else 0
        if whole == most:
            break
    return [excerpt for _, _, excerpt in sorted(found, key=lambda one: one[:2])[:most]]


def _read_paragraphs(lines: Iterable[str], *, markdown: bool) -> Iterator[Passage]:
    for paragraph in _split_at_blank_lines(_skip_front_matter(lines) if markdown else lines):
        if markdown and is_chapters_head(paragraph.split("\n", 1)[0]):
            continue  # the list of chapters, which nobody said
        line = " ".join(paragraph.split())
        time = _TIME.match(line)
        said = line[time.end() :] if time else line
        if markdown:
            if time is None and line.startswith("# "):
                continue  # the title, which is known
            said = _BOLD.sub(r"\1", said) if "**" in said else said
            said = _ESCAPED.sub(r"\1", said) if "\\" in said else said
        if said:
            yield Passage(time[1] if time else None, said)


def _skip_front_matter(lines: Iterable[str]) -> Iterator[str]:
    """The lines behind the front matter; all of them where there is none, or where it has no end."""
    before: list[str] = []
    remaining = iter(lines)
    for line in remaining:
        before.append(line)
        if before[0] != _FENCE or (line == _FENCE and len(before) > 1):
            break
    has_front_matter = len(before) > 1 and before[-1] == _FENCE
    yield from () if has_front_matter else before
    yield from remaining


def _split_at_blank_lines(lines: Iterable[str]) -> Iterator[str]:
    """The parts of a text between its blank lines, one at a time: a text may be long."""
    for is_blank, part in groupby(lines, key=str.isspace):
        if not is_blank:
            yield "".join(part)


def _read_json(lines: Iterable[str]) -> Iterator[Passage]:
    with contextlib.suppress(ValueError, LookupError, TypeError, RecursionError):
        for paragraph in _read_json_paragraphs(lines):
            start, said = paragraph["start"], paragraph["cleaned"]
            if isinstance(said, str) and said:
                yield Passage(None if start is None else format_timecode(float(start)), said)


def _read_json_paragraphs(lines: Iterable[str]) -> Iterator[Any]:
    """The paragraphs of a JSON output, one at a time where its lines are as they were written.

    One that somebody laid out otherwise is read whole. Raises ValueError, LookupError, TypeError or
    RecursionError where it is no output.
    """
    remaining = iter(lines)
    before: list[str] = []
    for line in remaining:
        before.append(line)
        if line == _PARAGRAPHS_BEGIN:
            break
    else:
        yield from json.loads("".join(before))["paragraphs"]
    paragraph: list[str] = []
    for line in remaining:
        paragraph.append(line)
        if line.startswith(_PARAGRAPH_ENDS):
            yield json.loads("".join(paragraph).rstrip(",\n"))
            paragraph.clear()


def _read_cues(lines: Iterable[str]) -> Iterator[Passage]:
    for block in _split_at_blank_lines(lines):
        cue = _CUE.search(block + "\n")
        if cue is not None:
            start = parse_timecode(cue[1])
            said = " ".join(_TAG.sub("", (block + "\n")[cue.end() :]).split())
            yield Passage(None if start is None else format_timecode(start), said)


def _fold_tokens(text: str) -> list[tuple[int, int, str]]:
    """Each word of a text: where it begins and ends, and how it reads folded, bare of punctuation."""
    tokens = []
    for found in _TOKEN.finditer(text):
        folded = " ".join(split_words(found.group()))
        if folded:
            tokens.append((found.start(), found.end(), folded))
    return tokens


def _compile_terms(terms: Iterable[Term], most_words: int | None = None) -> re.Pattern[str]:
    """What finds the first words of any term, or all, among folded words that are joined by spaces."""
    found = []
    for variant in chain.from_iterable(map(spell_variants, terms)):
        end = "" if variant.prefix else rf"(?!{BESIDE_WORDS})"
        found.append(rf"(?<!{BESIDE_WORDS}){re.escape(' '.join(variant.words[:most_words]))}{end}")
    return re.compile("|".join(found))


def _cut_excerpt(passage: Passage, tokens: Sequence[tuple[int, int, str]], hit: re.Match[str]) -> Excerpt:
    """The words around a hit, which is told by its place among the folded words."""
    place, starts = 0, []
    for _, _, token in tokens:
        starts.append(place)
        place += len(token) + 1
    first = max(number for number, start in enumerate(starts) if start <= hit.start())
    last = max(number for number, start in enumerate(starts) if start < max(hit.end(), hit.start() + 1))
    begin = tokens[max(0, first - _AROUND_WORDS)][0]
    end = tokens[min(len(tokens) - 1, last + _AROUND_WORDS)][1]
    text = passage.text
    more_before = "… " if begin > tokens[0][0] else ""
    more_after = " …" if end < tokens[-1][1] else ""
    return Excerpt(
        passage.time,
        more_before + text[begin : tokens[first][0]],
        text[tokens[first][0] : tokens[last][1]],
        text[tokens[last][1] : end] + more_after,
    )
