"""What is found of a passage that may say otherwise: refused in a short one, else noted for the review."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a passage may say otherwise: its `kind`, a phrase without words of the text, and those words."""

    kind: str
    phrase: str
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
