"""A question to a model: whom it is for, and the answer with what it took, which is not paid for again."""

from __future__ import annotations

import msgspec

from daemon.costs.pricing import Usage

SURVEY, SUMMARY, CHAPTERS = -1, -3, -2
"""What stands in the place of a chunk's index where a question is about the whole of a job."""


class Label(msgspec.Struct, frozen=True):
    """Whom a question is for; the chunks SURVEY, SUMMARY and CHAPTERS are none, but are of the whole job."""

    job: str
    chunk: int


class Answer(msgspec.Struct, frozen=True):
    """What the model said: only if `stop_reason` is end_turn or stop_sequence is the text whole.

    `requests` counts all that were made for it, `usage` adds up those of them of which it is known. `cost`
    (dollars) is what the ledger counts for all. `bounded` is the part of it that is only an upper bound:
    no answer came, or none that says soundly what it took. `model` is who says that it answered, "" where
    nobody did. `batched` counts those requests that went in a batch, at half the price.
    """

    text: str
    stop_reason: str
    usage: Usage
    cost: float
    requests: int
    model: str = ""
    batched: int = 0
    bounded: float = 0.0
