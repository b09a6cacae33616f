"""Hashes by which bytes, files and values are known again: SHA-256, in hexadecimal."""

from __future__ import annotations

import hashlib
import json
import os


def digest_of_bytes(data: bytes) -> str:
    """The hash of some bytes."""
    return hashlib.sha256(data).hexdigest()


def digest_of_value(value: object) -> str:
    """The hash of a value that JSON can hold: equal values have the same one, whatever the order of keys.

    What JSON can't hold counts by its `str`.
    """
    return digest_of_bytes(json.dumps(value, sort_keys=True, default=str).encode())


def digest_of_file(fd: int) -> str:
    """The hash of all that an open file holds; it is read from its beginning to its end."""
    with open(os.dup(fd), "rb") as file:
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()
