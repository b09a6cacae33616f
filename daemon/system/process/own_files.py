"""Whether the program's own files are those that it was started from: an upgrade replaces them while it runs.

What was not imported by then comes from the new version, or is not there any more.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

_STARTED = time.time()
PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
"""The folder of the program's own code."""
_MADE_BY_PYTHON = "__pycache__"


def were_replaced(package: str = PACKAGE, since: float = _STARTED) -> bool:
    """Whether a file of the package came or was written since (seconds since the epoch), or all are gone.

    Where they can't be listed, for want of memory or by their disk, they count as the same.
    """
    try:
        changed = list(_list_times_of_change(package))
    except OSError:
        return False
    return not changed or max(changed) > since


def is_own(path: object) -> bool:
    """Whether an error's file name is that of one of the program's own files."""
    return isinstance(path, str) and path.startswith(PACKAGE + os.sep)


def _list_times_of_change(package: str) -> Iterator[float]:
    for folder, folders, names in os.walk(package, onerror=_raise_unless_gone):
        folders[:] = [name for name in folders if name != _MADE_BY_PYTHON]
        for name in names:
            try:
                yield os.stat(os.path.join(folder, name)).st_ctime
            except FileNotFoundError:
                yield time.time()  # it is being replaced


def _raise_unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
