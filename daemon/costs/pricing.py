"""What a request costs: prices per model, the tokens of an answer, and a bound before it is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import astuple

_MILLION = 1_000_000
_WEIGHTS = re.compile(r"\.(?:gguf|safetensors|bin|llamafile)$", re.I)  # files that models are kept in
_DATE = re.compile(r"[-@](\d{8}|\d{4}-\d\d-\d\d|latest)")
# Role marks and the like, which the service adds around what is sent; a greeting counts some ten.
_FRAME_TOKENS = 64


class Usage(Struct, frozen=True):
    """The tokens of one answer, or of several; `input_tokens` is the part that went through no cache."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int = 0
    cache_read_input_tokens: int = 0

    @property
    def total_input(self) -> int:
        """All tokens of the prompt, cached or not."""
        return self.input_tokens + self.cache_creation_input_tokens + self.cache_read_input_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(*map(sum, zip(astuple(self), astuple(other), strict=True)))


class Price(Struct, frozen=True):
    """Dollars per million tokens.

    `cache_write` is that of the five-minute cache. A prompt of more than `long_prompt_tokens` makes
    the whole request, its answer too, cost `long_factor` times as much.
    """

    input: float
    output: float
    cache_write: float
    cache_read: float
    long_prompt_tokens: int | None = None
    long_factor: float = 1.0

    def factor(self, prompt_tokens: int) -> float:
        """By how much a prompt of so many tokens makes the request dearer."""
        is_long = self.long_prompt_tokens is not None and prompt_tokens > self.long_prompt_tokens
        return self.long_factor if is_long else 1.0


_ANTHROPIC: Mapping[str, Price] = MappingProxyType(
    {
        "claude-haiku-5-5": Price(0.10, 0.50, 0.125, 0.01, long_prompt_tokens=100_000, long_factor=5.0),
        "claude-sonnet-5-5": Price(2, 10, 2.50, 0.10),
        "claude-opus-5-5": Price(4, 20, 5, 0.20),
        "claude-opus-5": Price(5, 25, 6.25, 0.50),
        "claude-sonnet-5": Price(2, 10, 2.50, 0.20),
        "claude-haiku-4-5": Price(1, 5, 1.25, 0.10),
        "claude-sonnet-4-6": Price(3, 15, 3.75, 0.30),
        "claude-sonnet-4-5": Price(3, 15, 3.75, 0.30),
    }
)
# By the model's name at its own service. Where a price is announced to rise, or is higher at some hours, it
# is the higher one; where the cache has no price, it is that of the input.
_OTHERS: Mapping[str, Price] = MappingProxyType(
    {
        "gpt-6-luna": Price(0.10, 0.50, 0.125, 0.01, long_prompt_tokens=272_000, long_factor=2.0),
        "gpt-6-sol": Price(2, 10, 2.50, 0.20, long_prompt_tokens=272_000, long_factor=2.0),
        "gpt-6-astra": Price(10, 50, 12.50, 1.00, long_prompt_tokens=272_000, long_factor=2.0),
        "gpt-5.6-luna": Price(0.20, 1.20, 0.25, 0.02, long_prompt_tokens=272_000, long_factor=2.0),
        "gpt-5.6-terra": Price(2, 12, 2.50, 0.20, long_prompt_tokens=272_000, long_factor=2.0),
        "gpt-5.4": Price(2.50, 15, 2.50, 0.25, long_prompt_tokens=272_000, long_factor=2.0),
        "gpt-5.4-mini": Price(0.75, 4.50, 0.75, 0.075),
        "gpt-5-mini": Price(0.25, 2, 0.25, 0.025),
        "gpt-5-nano": Price(0.05, 0.40, 0.05, 0.005),
        "gpt-4.1-mini": Price(0.40, 1.60, 0.40, 0.10),
        "gpt-4o-mini": Price(0.15, 0.60, 0.15, 0.075),
        "gemini-3.8-flash": Price(1.50, 7.50, 1.50, 1.50),
        "gemini-3.5-flash": Price(1.50, 9, 1.50, 1.50),
        "gemini-2.5-flash": Price(0.30, 2.50, 0.30, 0.30),
        "gemini-2.5-flash-lite": Price(0.10, 0.40, 0.10, 0.10),
        "mistral-medium": Price(1.50, 7.50, 1.50, 1.50),
        "mistral-medium-3.5": Price(1.50, 7.50, 1.50, 1.50),
        "grok-4.6": Price(2, 6, 2, 0.50, long_prompt_tokens=200_000, long_factor=2.0),
        "grok-4.3": Price(1.25, 2.50, 1.25, 0.20, long_prompt_tokens=200_000, long_factor=2.0),
        "deepseek-v4-flash": Price(0.44, 1.32, 0.44, 0.014),
        "deepseek-v4-pro": Price(1.32, 3.96, 1.32, 0.044),
    }
)
PRICES: Mapping[str, Price] = MappingProxyType({**_ANTHROPIC, **_OTHERS})
"""The price list of November 2026."""

DEAREST = max(_ANTHROPIC.values(), key=lambda price: price.output)
"""What a model of Anthropic's of unknown price is taken to cost: too much rather than too little."""


def strip_date(model: str) -> str:
    """A model's name without its date: claude-haiku-5-5-20261001 is claude-haiku-5-5."""
    dated = _DATE.search(model)
    return model[: dated.start()] if dated and dated.end() == len(model) else model


def name_model(answered: str) -> str:
    """How the model of an answer is to be named: of a file on the server's disk only the stem.

    "/srv/models/SmolLM2.gguf" is "SmolLM2", "/data/llama-3" "llama-3"; "meta-llama/Llama-3" names its maker.
    """
    path = answered.replace("\\", "/")
    stem = _WEIGHTS.sub("", path.rstrip("/").rpartition("/")[2])
    is_file = _WEIGHTS.search(path) or path.startswith(("/", "./", "~")) or path[1:3] == ":/"
    return stem if is_file and stem else answered


def is_same_model(asked: str, answered: str) -> bool:
    """Whether the name in an answer is that of the model asked for, but for its date and its vendor.

    An answer that names nobody says nothing against it.
    """
    names = [strip_date(name_model(model)).rpartition("/")[2].casefold() for model in (asked, answered)]
    return not answered or names[0] == names[1]


def find_price(model: str, overrides: Mapping[str, Price] | None = None) -> Price | None:
    """The price of a model, by its own name or its family's; None where it isn't known."""
    prices = {**PRICES, **(overrides or {})}
    return prices.get(model) or prices.get(strip_date(model))


def reckon_cost(price: Price, usage: Usage) -> float:
    """What these tokens of one answer cost, in dollars."""
    dollars = (
        usage.input_tokens * price.input
        + usage.output_tokens * price.output
        + usage.cache_creation_input_tokens * price.cache_write
        + usage.cache_read_input_tokens * price.cache_read
    )
    return dollars * price.factor(usage.total_input) / _MILLION


def bound_cost(price: Price, prompt_bytes: int, max_tokens: int) -> float:
    """The most that a request can cost, in dollars; known before it is sent.

    A tokenizer that works on bytes makes at most one token of each byte of UTF-8, and every one of
    them may be written to the cache, the dearest way to read; what a model thinks and says
    together stays within `max_tokens`.
    """
    prompt = prompt_bytes + _FRAME_TOKENS
    dollars = prompt * max(price.input, price.cache_write) + max_tokens * price.output
    return dollars * price.factor(prompt) / _MILLION


BATCH_SHARE = 0.5
"""Of the price: what a request costs in a message batch, its input, its output and its cache."""
