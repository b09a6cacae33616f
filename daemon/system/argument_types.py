"""Checks of what a program that uses the library hands in: a wrong type is named where it comes in."""

from __future__ import annotations


def require_type(name: str, value: object, *allowed: type | None) -> None:
    """Raise a TypeError that names the argument and its type, unless it is one of `allowed`.

    None in `allowed` stands for itself. The value is never shown: it may be a key, or what was said.
    """
    kinds = tuple(type(None) if kind is None else kind for kind in allowed)
    if not isinstance(value, kinds):
        wanted = " or ".join("None" if kind is None else kind.__name__ for kind in allowed)
        raise TypeError(f"{name} must be {wanted}, not {type(value).__name__}")


def require_function(name: str, value: object) -> None:
    """Raise a TypeError that names the argument and its type, unless it can be called or is None."""
    if value is not None and not callable(value):
        raise TypeError(f"{name} must be a function or None, not {type(value).__name__}")
