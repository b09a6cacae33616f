"""A property that is computed at its first use, without a lock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import cached_property
from typing import Any, TypeVar

T = TypeVar("T")


class unlocked_property(cached_property[T]):  # noqa: N801 - written where a function stands
    """`cached_property` without its lock, for values that are not shared between threads.

    Up to Python 3.11 one lock holds all instances of a class: threads that compute the values of different
    ones wait for each other, about a tenth of the time of 16 threads that judge answers.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        super().__init__(compute)
        self.lock = nullcontext()
