"""Names on disk: shortened to what a filesystem takes, numbered when taken, shown without harm."""

from __future__ import annotations

import itertools
import os
import re
import shlex
from collections.abc import Iterator

from daemon.system.digest import digest_of_bytes

_LIKE_A_JOB_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
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


def name_for_shell(name: str, job_id: str) -> str:
    """How a person names a job or a result in a shell: by its name, or by its id where that can't be typed.

    A name can be typed if a terminal shows all of it as it is, and it looks like no option and no id.
    """
    is_seen = bool(name.strip()) and name == name.strip() and shown(name) == name and "\\" not in name
    if not is_seen or name.startswith("-") or _LIKE_A_JOB_ID.match(name):
        return shlex.quote(job_id)
    return shlex.quote(name)
