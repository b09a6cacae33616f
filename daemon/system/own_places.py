"""What the program keeps in its state folder beside the jobs, and what else may lie in its place.

A pipe, a socket or a device there would be waited for, or swallow what is written. It is only a person's to
remove; without what keeps a promise, no work is begun, without the rest it goes on.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from daemon.errors import ConfigError
from daemon.system.file_names import shown

OWN_FOLDERS = (".batches", ".cleared")
OWN_FILES = (
    ".catalogue.sqlite",
    ".catalogue.sqlite-journal",
    ".config.yaml",
    ".daemon.json",
    ".ledgers",
    "ledger.csv",
)
_MAY_BE_LINKED = frozenset({".config.yaml", ".daemon.json"})
_NEEDED = frozenset({".batches", ".cleared", ".ledgers", "ledger.csv"})
_KINDS: Mapping[int, str] = {
    stat.S_IFREG: "a file",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
MEND = "Move it away; what belongs there is made anew."


def find_misplaced(state: str, *, needed: bool = False) -> str | None:
    """What lies in the place of something of the program's own, None where nothing does; nothing is opened.

    With `needed`, only what no work is done without.
    """
    for name in (*OWN_FOLDERS, *OWN_FILES):
        if needed and name not in _NEEDED:
            continue
        wanted = stat.S_IFDIR if name in OWN_FOLDERS else stat.S_IFREG
        found = _find_kind(os.path.join(state, name), follow=name in _MAY_BE_LINKED)
        if found not in (None, wanted):
            return (
                f"{shown(os.path.join(state, name))} is {_KINDS.get(found or 0, 'no file')}, where "
                f"{_KINDS[wanted]} of the program's own belongs"
            )
    return None


def require_own_places(state: str, *, needed: bool) -> None:
    """Raise ConfigError where something else lies in the place of what is the program's own."""
    if (misplaced := find_misplaced(state, needed=needed)) is not None:
        raise ConfigError(f"{misplaced}.", MEND)


def _find_kind(path: str, *, follow: bool) -> int | None:
    """The kind of what lies at a path, None where nothing does, or that can't be told."""
    try:
        return stat.S_IFMT(os.stat(path, follow_symlinks=follow).st_mode)
    except OSError:
        return None
