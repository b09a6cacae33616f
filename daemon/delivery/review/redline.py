"""What was changed between two texts, word by word: runs that give back both texts exactly.

The fewest edits over words without case and punctuation, by passage: a passage is never longer than a
chunk, so the cost grows with the number of passages, not with the square of the transcript.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

import msgspec
from rapidfuzz.distance import Levenshtein, Postfix, Prefix

from daemon.text.alignment import word_key
from daemon.text.transcript import UNSPACED

Kind = Literal["same", "light", "changed", "gone", "new", "unsaid"]

_TOKEN = re.compile(rf"(?:[{UNSPACED}]|[^\s{UNSPACED}]+)\s*|\s+")
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that met the same fate; each with the white space that follows it.

    `was` are the original's, `now` the cleaned text's. "light": a word of which only capitals or
    punctuation differ, or bare punctuation. "changed": other words stand in their place. "unsaid": words of
    the source that were left out as it was read, since nobody said them; they are none of the original's.
    """

    kind: Kind
    was: tuple[str, ...] = ()
    now: tuple[str, ...] = ()

    @property
    def words_was(self) -> int:
        """How many words the original has here; bare punctuation does not count."""
        return sum(map(is_word, self.was))

    @property
    def words_now(self) -> int:
        """How many words the cleaned text has here."""
        return sum(map(is_word, self.now))


def pack_runs(runs: Iterable[Run]) -> bytes:
    """The runs in little more memory than their texts take; as words, those of a long file take ten times it.

    `unpack_runs` gives them back.
    """
    texts = [(run.kind, "".join(run.was), None if run.now == run.was else "".join(run.now)) for run in runs]
    return msgspec.msgpack.encode(texts)


def unpack_runs(packed: bytes) -> tuple[Run, ...]:
    """The inverse of `pack_runs`."""
    texts: list[tuple[Kind, str, str | None]] = msgspec.msgpack.decode(packed)
    return tuple(_unpack_run(kind, was, now) for kind, was, now in texts)


def _unpack_run(kind: Kind, was: str, now: str | None) -> Run:
    words = tuple(split_tokens(was))
    return Run(kind, words, words if now is None else tuple(split_tokens(now)))


class Piece(NamedTuple):
    """A stretch of text to be shown: plain, or with the mark "del" or "ins".

    `light` tells the marks that change no word: "w" a whole word with other capitals, "l" punctuation; "u"
    are words that nobody said.
    """

    text: str
    mark: Literal["", "del", "ins"] = ""
    light: Literal["", "w", "l", "u"] = ""


class _Span(NamedTuple):
    """The words from `was` to `was_end` of the original, which became those from `now` to `now_end`."""

    equal: bool
    was: int
    was_end: int
    now: int
    now_end: int


def split_tokens(text: str) -> list[str]:
    """The words of a text, each with the white space after it; joined they are the text.

    In scripts without spaces every letter counts as a word.
    """
    return _TOKEN.findall(text)


def is_word(token: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return bool(_LETTER.search(token))


def compare_tokens(was: Sequence[str], now: Sequence[str]) -> tuple[Run, ...]:
    """The runs between two texts given as tokens, in order; no token is left out."""
    out: list[Run] = []
    for span in _find_spans(was, now):
        gone, came = tuple(was[span.was : span.was_end]), tuple(now[span.now : span.now_end])
        if span.equal:
            ends = span.was_end == len(was) or span.now_end == len(now)
            out += _split_standing(gone, came, ends=ends)
        elif not any(map(is_word, gone + came)):
            out.append(Run("light", gone, came))
        else:
            out.append(Run(_name_difference(gone, came), gone, came))
    return tuple(out)


def insert_unsaid(runs: Iterable[Run], unsaid: Sequence[tuple[int, str]]) -> tuple[Run, ...]:
    """The runs with texts that nobody said put between them.

    `unsaid` holds, in order, each text with the number of the original's words (as `str.split` counts them)
    that stand before it. Where a run must not be split, the text stands behind it.
    """
    out: list[Run] = []
    waiting = list(unsaid)
    words = 0
    for run in runs:
        while waiting and run.kind == "same" and words < waiting[0][0] < words + _count_begun(run.was):
            first, run = _split_run(run, waiting[0][0] - words)
            words = waiting[0][0]
            out += [first, _make_unsaid(waiting.pop(0)[1])]
        while waiting and waiting[0][0] <= words and run.was:
            out.append(_make_unsaid(waiting.pop(0)[1]))
        words += _count_ends(run.was)
        out.append(run)
    is_glued = bool(out) and "".join(out[-1].was)[-1:].strip() != ""
    gap = " " if is_glued else ""
    return (*out, *(_make_unsaid(gap + text) for _, text in waiting))


def _make_unsaid(text: str) -> Run:
    return Run("unsaid", tuple(split_tokens(f"{text} ")))


def _count_ends(tokens: Sequence[str]) -> int:
    """How many words end in some tokens: those with white space behind them."""
    return sum(token[-1].isspace() for token in tokens)


def _count_begun(tokens: Sequence[str]) -> int:
    """How many words there are in some tokens, the last one with or without white space behind it."""
    ended = _count_ends(tokens)
    return ended if tokens[-1][-1].isspace() else ended + 1


def _split_run(run: Run, words: int) -> tuple[Run, Run]:
    """A run of kind "same" as two, the first with so many words."""
    at = 0
    while words:
        if run.was[at][-1].isspace():
            words -= 1
        at += 1
    return Run(run.kind, run.was[:at], run.now[:at]), Run(run.kind, run.was[at:], run.now[at:])


def _name_difference(gone: Sequence[str], came: Sequence[str]) -> Kind:
    if gone and came:
        return "changed"
    return "gone" if gone else "new"


def show_pieces(runs: Iterable[Run], *, original: bool = False) -> Iterator[Piece]:
    """What is shown of runs: both texts in one, or the original alone with its removals marked."""
    for (mark, light), group in groupby(_mark_run_pieces(runs, original), key=lambda piece: piece[1:]):
        text = "".join(piece.text for piece in group)
        if not mark:
            yield Piece(text)
            continue
        yield Piece(text.rstrip(), mark, light)
        yield Piece(text[len(text.rstrip()) :])


def _mark_run_pieces(runs: Iterable[Run], original: bool) -> Iterator[Piece]:
    for run in runs:
        was, now = "".join(run.was), "".join(run.now)
        if run.kind == "same":
            yield Piece(was if original or len(was) > len(now) else now)
            continue
        if run.kind == "unsaid":
            yield Piece(was, "del", "u")
            continue
        before, was, now, after = _split_edges(was, now) if run.kind == "light" else ("", was, now, "")
        light: Literal["", "w", "l"] = ""
        if run.kind == "light":
            light = "w" if is_word(was + now) else "l"
        parts = (Piece(before), Piece(was, "del", light), Piece(now, "ins", light), Piece(after))
        yield from (part for part in parts if part.text and not (original and part.mark == "ins"))


def _split_edges(was: str, now: str) -> tuple[str, str, str, str]:
    """What a word and its new form begin with, differ in and end with, if that is only punctuation."""
    core, new_core = was.rstrip(), now.rstrip()
    if core == new_core:
        return core, was[len(core) :], now[len(core) :], ""
    gap = max(was[len(core) :], now[len(new_core) :], key=len)
    first, last = count_common(core, new_core)
    middle = core[first : len(core) - last], new_core[first : len(new_core) - last]
    if all(unicodedata.category(char)[0] in "PS" for char in "".join(middle)):
        return core[:first], *middle, core[len(core) - last :] + gap
    return "", core, new_core, gap


def count_common(was: str, now: str) -> tuple[int, int]:
    """How many letters two texts have in common at their beginning, and how many of the rest at their end."""
    first = Prefix.similarity(was, now)
    return first, Postfix.similarity(was[first:], now[first:])


def _split_standing(was: Sequence[str], now: Sequence[str], *, ends: bool) -> Iterator[Run]:
    """The runs of words that stand on both sides: identical ones together, each of the others alone."""

    def exact(at: int) -> bool:
        if ends and at == len(was) - 1:  # white space after the last word is nobody's
            return was[at].rstrip() == now[at].rstrip()
        return was[at] == now[at]

    for same, group in groupby(range(len(was)), key=exact):
        places = list(group)
        if same:
            part = slice(places[0], places[-1] + 1)
            stood, stands = tuple(was[part]), tuple(now[part])
            if stands == stood:
                stands = stood  # most words of a transcript: they are held once
            yield Run("same", stood, stands)
        else:
            yield from (Run("light", (was[at],), (now[at],)) for at in places)


def _find_spans(was: Sequence[str], now: Sequence[str]) -> Iterator[_Span]:
    """What stands and what differs, in turns. Read from the end: of a word said twice the second stays."""
    keys, new_keys = ([word_key(token.rstrip()) for token in reversed(side)] for side in (was, now))
    codes = reversed(list(Levenshtein.opcodes(keys, new_keys)))
    for equal, group in groupby(codes, key=lambda code: code.tag == "equal"):
        found = list(group)
        first, last = found[0], found[-1]
        begin, new_begin = len(was) - first.src_end, len(now) - first.dest_end
        yield _Span(equal, begin, len(was) - last.src_start, new_begin, len(now) - last.dest_start)
