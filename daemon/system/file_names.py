"""Names on disk: shortened to what a filesystem takes, numbered when taken, shown without harm."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

from daemon.system.digest import digest_of_bytes

MAX_BYTES = 200  # of 255: room for a number, an extension and what people's tools append


def shorten(name: str) -> str:
    """The name in at most 200 bytes; a longer one is cut and given a hash of the whole."""
    raw = os.fsencode(name)
    if len(raw) <= MAX_BYTES:
        return name
    mark = "-" + digest_of_bytes(raw)[:8]
    return raw[: MAX_BYTES - len(mark)].decode("utf-8", "ignore") + mark


def numbered(name: str) -> Iterator[str]:
    """The name, then the name with -2, -3 and so on, for as long as it is taken."""
    yield shorten(name)
    for number in itertools.count(2):
        yield f"{shorten(name)}-{number}"


def visible(name: str) -> str:
    """The name without the dots in front that would hide it; "_" where nothing else is left."""
    return name.lstrip(".") or "_"


def shown(name: str) -> str:
    """A name as it may stand in a log, a report or on a terminal: nothing in it is obeyed."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)
