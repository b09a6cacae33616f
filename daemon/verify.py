"""The gate: whether an answer may be passed off as the cleaned chunk. Deterministic, text in, verdict out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from daemon.chunk import Chunk
from daemon.prompt import Brief, parse_turns, restore

WHOLE = frozenset({"end_turn", "stop_sequence"})
"""The stop reasons of an answer that came to its end by itself."""

SHORTEST, LONGEST = 0.5, 1.5
"""Cleaned words per original word; over 300 words professional editors stay between .71 and 1.09."""

LEAST_WORDS = 50
"""Originals of no more than this many words are too short to be judged by their length."""

_FILLERS = """
um umm uh uhm uhh er err erm eh ehm em hmm hm mm mhm ah aah oh ooh äh ähm öh öhm euh heu eeh えー えーと えっと
嗯 呃 э эм
"""
FILLERS = frozenset(_FILLERS.split())
"""What a turn may hold and yet come back empty, in the languages most transcripts are in."""

_FILLER_PHRASES = re.compile(r"\b(?:you know|i mean)\b", re.I)
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:['’][^\W_]+)*")
_WHOLE_WORD = re.compile(r"[^\W_]+")
_FENCED = re.compile(r"```[a-z]*\n(.*)\n```", re.S)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is worth.

    With `reason` None, `turns` (none for free text) and `text` are the cleaned chunk. Otherwise
    `reason` says, in a short phrase for people, why it can't be taken, and both are empty.
    """

    turns: tuple[str, ...]
    text: str
    reason: str | None


def check(chunk: Chunk, brief: Brief, answer_text: str, stop_reason: str | None) -> Verdict:
    """Judge an answer; the first thing found wrong is the reason."""
    if stop_reason == "refusal":
        return _refused("the model refused")
    if stop_reason not in WHOLE:
        return _refused("the answer was cut off")
    if brief.free:
        return _free(answer_text)
    originals = tuple(turn.text for turn in chunk.spoken())
    parsed = parse_turns(answer_text, len(originals))
    if parsed.faults:
        return _refused(parsed.faults[0])
    pair = Pair(originals, parsed.turns, brief)
    for rule in RULES:
        if reason := rule(pair):
            return _refused(reason)
    return Verdict(parsed.turns, "\n\n".join(filter(None, parsed.turns)), None)


def count_words(text: str) -> int:
    """Words of a text; in scripts without spaces each letter counts as one."""
    return len(_WORD.findall(text))


def only_fillers(text: str) -> bool:
    """Whether nothing is lost with this text: no word in it, or none but fillers."""
    return all(word.casefold() in FILLERS for word in _WHOLE_WORD.findall(_FILLER_PHRASES.sub(" ", text)))


@dataclass(frozen=True, slots=True)
class Pair:
    """The turns of a chunk as they were and as they came back, as many of the one as of the other."""

    originals: tuple[str, ...]
    cleaned: tuple[str, ...]
    brief: Brief


def _emptied(pair: Pair) -> str | None:
    """A turn may come back empty only if it was nothing but fillers."""
    for number, (before, after) in enumerate(zip(pair.originals, pair.cleaned, strict=True), start=1):
        if not count_words(after) and not only_fillers(before):
            return f"passage {number} came back empty"
    return None


def _length(pair: Pair) -> str | None:
    """A faithful cleaning is about as long as its original; a translation need not be."""
    before, after = (sum(map(count_words, turns)) for turns in (pair.originals, pair.cleaned))
    if pair.brief.output_language or before <= LEAST_WORDS:
        return None
    if after < SHORTEST * before:
        return f"only {after} of {before} words came back"
    if after > LONGEST * before:
        return f"{before} words became {after}"
    return None


Rule = Callable[[Pair], str | None]

RULES: tuple[Rule, ...] = (_emptied, _length)
"""What is asked of a faithful cleaning, in this order."""


def _free(answer: str) -> Verdict:
    text = restore(answer).strip()
    if fenced := _FENCED.fullmatch(text):
        text = fenced[1].strip()
    return Verdict((), text, None) if count_words(text) else _refused("the answer was empty")


def _refused(reason: str) -> Verdict:
    return Verdict((), "", reason)
