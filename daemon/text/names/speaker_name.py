"""What a speaker without a name may be called."""

from __future__ import annotations

import msgspec


class SpeakerName(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a speaker may be called, and the words that say so.

    `quote` was said by `said_by`, a label, at `start` (seconds, None where unknown). `proved`: the label says
    so of itself and no other does, so that it got the name.
    """

    label: str
    name: str
    quote: str
    said_by: str
    start: float | None = None
    proved: bool = False
