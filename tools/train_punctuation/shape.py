"""What the network is made of, and how long it is trained: all that the card tells, without torch."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 128
"""Numbers that a word is while it goes through the network."""

DISTANCES = (1, 2, 4, 8, 16, 8, 4, 2, 1, 1)
"""How far from a word, in words, its two neighbours are in each layer; 47 words on either side are seen."""

SEED = 20_240_611


@dataclass(frozen=True)
class Round:
    """A round of the training.

    `share` is what it has of the full rate of learning, which falls to nothing in the last `cool_down` steps.
    """

    steps: int
    cool_down: int
    share: float
    seed: int


ROUNDS = (
    Round(steps=10_000, cool_down=4_000, share=1.0, seed=SEED),
    Round(steps=4_500, cool_down=4_500, share=0.6, seed=SEED + 1),
)
"""The second one begins with what the first has reached, and with nothing else of it."""

WORDS, BATCH = 192, 48
"""Words in a window, windows in a step."""
