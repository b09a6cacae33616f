"""The unit of work: a chunk goes out to be cleaned, a processed chunk comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from daemon.text.json_values import build_value, json_values_of
from daemon.text.transcript import Segment
from daemon.text.turns import Turn


class Chunk(msgspec.Struct, frozen=True):
    """A part of a transcript that is cleaned by itself.

    `text` is the original wording. `context_buffer` is what was said just before, read-only, there
    so that the cleaner understands; it is never part of the result. Plain text will do: a chunk
    without turns is one turn without speaker and times.
    """

    index: int
    text: str
    start_timestamp: str = "00:00:00"
    context_buffer: str | None = None
    turns: tuple[Turn, ...] = ()

    def spoken(self) -> tuple[Turn, ...]:
        """The turns, or the whole text as one turn."""
        if self.turns or not self.text.strip():
            return self.turns
        return (Turn((Segment(" ".join(self.text.split())),)),)

    def passages(self, cuts: Iterable[tuple[int, int]] = ()) -> tuple[Turn, ...]:
        """The turns, those that were cut in several: `cuts` are (turn, words before the cut), in order."""
        out: list[Turn] = []
        for number, turn in enumerate(self.spoken()):
            done = 0
            for _, at in (cut for cut in cuts if cut[0] == number):
                first, turn = turn.cut(at - done)
                out.append(first)
                done = at
            out.append(turn)
        return tuple(out)

    def to_dict(self) -> dict[str, Any]:
        """As JSON, with every key: the hash over it tells a library's run from another."""
        return json_values_of(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Chunk:
        """The inverse of `to_dict`; ValueError where a value is missing or of another type."""
        return build_value(raw, cls)
