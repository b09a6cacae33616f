"""Checks of what a program that uses the library hands in: a wrong type is named where it comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain


def require_type(name: str, value: object, *allowed: type | None) -> None:
    """Raise a TypeError that names the argument and its type, unless it is one of `allowed`.

    None in `allowed` stands for itself. The value is never shown: it may be a key, or what was said.
    """
    kinds = tuple(type(None) if kind is None else kind for kind in allowed)
    if not isinstance(value, kinds):
        wanted = " or ".join("None" if kind is None else kind.__name__ for kind in allowed)
        raise TypeError(f"{name} must be {wanted}, not {type(value).__name__}")


def require_words(name: str, value: object) -> None:
    """Raise a TypeError unless it is a list (or the like) of str: a single str would be taken for letters."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError(f"{name} must be a list of str, not {type(value).__name__}")
    for place, word in enumerate(value):
        require_type(f"{name}[{place}]", word, str)


def require_names(name: str, value: object) -> None:
    """Raise a TypeError unless it is None or names for names; none of them is shown."""
    require_type(name, value, Mapping, None)
    if isinstance(value, Mapping):
        for one in chain.from_iterable(value.items()):
            require_type(f"what {name} holds", one, str)


def require_number(name: str, value: object, least: float) -> None:
    """Raise a TypeError unless it is a number, a ValueError where it is less than that."""
    require_type(name, value, int, float)
    if isinstance(value, int | float) and not value >= least:
        raise ValueError(f"{name} must be {least:g} or more, not {value:g}")


def require_function(name: str, value: object) -> None:
    """Raise a TypeError that names the argument and its type, unless it can be called or is None."""
    if value is not None and not callable(value):
        raise TypeError(f"{name} must be a function or None, not {type(value).__name__}")
