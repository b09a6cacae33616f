"""What a cleaning will take, before any of it is spent: words, chunks, tokens, dollars."""

from __future__ import annotations

import math
from dataclasses import dataclass

from daemon.costs.pricing import Price, Usage, reckon_cost

_CHARACTERS_PER_TOKEN = 3.3  # of English, with the tokenizers of today's models
_CHARACTERS_PER_WORD = 5.7  # of spoken English, its space included
_HOUR_WORDS = 9000  # 150 a minute, an unhurried speaker
_HOUR_CHARACTERS = int(_HOUR_WORDS * _CHARACTERS_PER_WORD)
_CONTEXT_CHARACTERS = 60 * _CHARACTERS_PER_WORD
_EXTRA_LINES, _LINE_CHARACTERS = 12, 150  # of a summary; chapters have more lines, and shorter ones
_TURNS_SHARE = 1.05  # the tags around turns, which go out and come back


@dataclass(frozen=True, slots=True)
class Estimate:
    """About what it will take; `dollars` is None where no price is known.

    `dollars_asked_singly` are those of them for what goes in no message batch.
    """

    words: int
    chunks: int
    input_tokens: int
    output_tokens: int
    dollars: float | None
    dollars_asked_singly: float = 0.0

    def __add__(self, other: Estimate) -> Estimate:
        both = None if self.dollars is None or other.dollars is None else self.dollars + other.dollars
        return Estimate(
            self.words + other.words,
            self.chunks + other.chunks,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            both,
            self.dollars_asked_singly + other.dollars_asked_singly,
        )


def estimate_cleaning(words: int, characters: int, chunks: int, prompt: str, price: Price | None) -> Estimate:
    """What so much text takes with these instructions, if every answer is good at the first asking."""
    spoken = characters * _TURNS_SHARE
    around = chunks * (len(prompt) + _CONTEXT_CHARACTERS)
    usage = Usage(_count_tokens(spoken + around), _count_tokens(spoken))
    dollars = None if price is None else reckon_cost(price, usage)
    return Estimate(words, chunks, usage.input_tokens, usage.output_tokens, dollars)


def estimate_survey(characters: int, most_tokens: int, price: Price | None) -> Estimate:
    """What the survey takes: a question of so many characters, and an answer of so many tokens at most."""
    usage = Usage(_count_tokens(characters), most_tokens)
    dollars = None if price is None else reckon_cost(price, usage)
    return Estimate(0, 0, usage.input_tokens, usage.output_tokens, dollars, dollars or 0.0)


def estimate_extra(
    words: int, characters: int, part_words: int, around: int, price: Price | None
) -> Estimate:
    """What a summary or chapters of so much text take, asked about in parts of so many words.

    `around` is how many characters of instructions go with each. Of several parts, one more question makes
    the whole.
    """
    parts = max(1, math.ceil(words / part_words))
    answers = parts * _EXTRA_LINES * _LINE_CHARACTERS
    whole = around + answers if parts > 1 else 0
    sent = characters * _TURNS_SHARE + parts * around + whole
    usage = Usage(_count_tokens(sent), _count_tokens(answers + (whole and _EXTRA_LINES * _LINE_CHARACTERS)))
    dollars = None if price is None else reckon_cost(price, usage)
    return Estimate(0, 0, usage.input_tokens, usage.output_tokens, dollars, dollars or 0.0)


def price_hour_of_speech(chunk_words: int, prompt: str, price: Price) -> float:
    """About how many dollars an hour of speech costs."""
    chunks = math.ceil(_HOUR_WORDS / chunk_words)
    return estimate_cleaning(_HOUR_WORDS, _HOUR_CHARACTERS, chunks, prompt, price).dollars or 0.0


def price_extra_of_hour(part_words: int, around: int, price: Price) -> float:
    """About how many dollars a summary or chapters of an hour of speech cost (see `estimate_extra`)."""
    return estimate_extra(_HOUR_WORDS, _HOUR_CHARACTERS, part_words, around, price).dollars or 0.0


def _count_tokens(characters: float) -> int:
    return math.ceil(characters / _CHARACTERS_PER_TOKEN)
