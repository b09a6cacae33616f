"""What the program knows of a model's service: a prompt goes out, a message or a fault comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from daemon.cleaning.llm.faults import ChunkRefused, Fault
from daemon.costs.pricing import Usage
from daemon.errors import ServiceError
from daemon.text.characters.composition import compose_letters
from daemon.text.unseen import take_out_unseen


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told and asked, in whatever form its API wants it.

    `max_tokens` is the room for all that is billed as output: the answer, and thinking where there is any.
    `stands_for` is the text of a question that this harmless one, without anybody's words, was put in the
    place of: what a server says of it can be shown, unless it quotes either; None for any other question.
    """

    system: str
    user: str
    max_tokens: int
    stands_for: str | None = None

    def make_harmless(self, text: str) -> Prompt:
        """The same prompt with a harmless text in the place of the question."""
        return replace(self, user=text, stands_for=self.user)


@dataclass(frozen=True, slots=True)
class Message:
    """What a model said.

    `stop_reason` is in the words of the Messages API, whichever API it came by. `model` is who says that it
    answered, "" where nobody does.
    """

    text: str
    stop_reason: str
    model: str


Reply: TypeAlias = Message | Fault
"""What came of one request."""

_LONGEST_NAME = 200  # characters; the longest name of a model that is in use has less than 100


def tidy_message(message: Message) -> Message:
    """The message, and its names, without what would be obeyed, nobody would see or can't be written down.

    A stop reason or a name of a model is one line of a bounded length: whoever answers may say anything.
    """
    text = take_out_unseen(message.text)
    return replace(
        message,
        text=text if text.isascii() else compose_letters(text),
        stop_reason=_tidy_name(message.stop_reason),
        model=_tidy_name(message.model),
    )


def _tidy_name(name: str) -> str:
    return " ".join(take_out_unseen(name[: 2 * _LONGEST_NAME]).split())[:_LONGEST_NAME]


STREAM_HEADER = "x-stainless-raw-response"
"""The client libraries' own: "stream" asks for an answer that is read bit by bit by whoever asked."""

MOST_TOKENS_SAID = 50_000_000
"""No request takes more: the longest context there is has 10,000,000 tokens."""


class UnsoundUsageError(ValueError):
    """A server says that a request took what none can take: too many tokens, less than none, no number."""


def read_field(told: object, name: str) -> object:
    """What is told under a name, in JSON or in an object that a library made of it; None for nothing."""
    return told.get(name) if isinstance(told, dict) else getattr(told, name, None)


def read_count(counts: object, name: str) -> int:
    """A number of tokens that a server says, 0 where it says nothing; raises UnsoundUsageError."""
    if isinstance(counts, str | int | float | list):  # as all that it says of tokens
        raise UnsoundUsageError(name)
    count = read_field(counts, name)
    if count is None:
        return 0
    if type(count) is not int or not 0 <= count <= MOST_TOKENS_SAID:
        raise UnsoundUsageError(name)
    return count


class Endpoint(Protocol):
    """One model at one address; thread-safe. Each provider has a class of its own that is one.

    `is_hosted` says that the address is the provider's own, where requests cost money and need a key.
    `thinking_tokens` is the room, beside the answer's, for thinking that can't be turned off.
    """

    model: str
    is_hosted: bool
    thinking_tokens: int

    def prepare(self) -> None:
        """Load what the first request needs; raises ServiceError."""

    def check(self) -> str:
        """Ask, free of charge, whether key and model are good; raises ServiceError.

        Returns what people should know all the same, "" where there is nothing.
        """

    def send(self, prompt: Prompt) -> tuple[Reply, Usage | None]:
        """Send a request once: what came of it, and the tokens to pay, None where nobody knows.

        Raises ServiceError before anything is sent, where there is no key or no client.
        """

    def make_error(self, fault: Fault) -> ServiceError | ChunkRefused:
        """What a fault is to those who asked: whom it concerns, and its mend."""
