"""An answer of a model, and what it took: what was paid for, and is not to be paid for again."""

from __future__ import annotations

import msgspec

from daemon.costs.pricing import Usage


class Answer(msgspec.Struct, frozen=True):
    """What the model said: only if `stop_reason` is end_turn or stop_sequence is the text whole.

    `requests` counts all that were made for it, `usage` and `cost` (dollars) add up those of them
    that were answered; one whose answer never came stands in the ledger at the most it can cost. `model` is
    who says that it answered, "" where nobody did. `batched` counts those requests that went in a batch, at
    half the price.
    """

    text: str
    stop_reason: str
    usage: Usage
    cost: float
    requests: int
    model: str = ""
    batched: int = 0
