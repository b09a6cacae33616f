"""Notices that config.yaml has changed while the daemon runs, and has it taken over where it can be used."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable

from daemon.errors import ConfigError, locate_bug
from daemon.settings.config import FileSeen, FilesSeen, Root, identify_file, identify_files, load_config
from daemon.system.file_names import shown
from daemon.system.open_file import is_being_written

log = logging.getLogger(__name__)

_Seen = tuple[FilesSeen | None, FileSeen | None]  # config.yaml and the corrections; the key


class ConfigWatch:
    """What tells config.yaml, the corrections beside it and the key from changed ones, their modes included.

    `adopt` goes on under another root, and raises ConfigError where that takes a restart. `problem` says why
    what lies there now is not in force, None where it is.
    """

    def __init__(self, root: Root, adopt: Callable[[Root], None]) -> None:
        self.problem: str | None = None
        self._root, self._adopt = root, adopt
        files, key = self._look_at_files()
        self._seen: _Seen = root.seen or files, key  # a change since it was read is still to be noticed
        self._is_asked = False

    def ask_for_reload(self) -> None:
        """Have it read at the next look, changed or not. For signal handlers: no lock is touched."""
        self._is_asked = True

    def look(self) -> None:
        """Read what has changed, and have it adopted; the last good one stays in force where it can't be."""
        seen, file = self._look_at_files(), self._root.file
        if seen == self._seen and not self._is_asked:
            return
        if file is not None and _is_open_for_writing(file) and not self._is_asked:
            return  # half of it could be read, without the budgets that stand in the other half
        self._seen, self._is_asked = seen, False
        try:
            if file is not None and _is_empty(file):
                raise ConfigError("It is empty.", "Put back what it said; to go by the defaults, restart.")
            root = load_config(file) if file is not None else self._root
            self._adopt(root)
        except (ConfigError, OSError) as error:
            self._refuse(shown(str(error)))
        except Exception as bug:  # noqa: BLE001 - a file that people write never ends the loop
            log.error("bug=%s in taking config.yaml over\n%s", type(bug).__name__, locate_bug(bug))
            self._refuse("A bug keeps it from being read; the log says where.")
        else:
            self._root, self.problem = root, None

    def _look_at_files(self) -> _Seen:
        """What tells the files as they are now from changed ones."""
        files = identify_files(self._root.file) if self._root.file is not None else None
        return files, identify_file(self._root.at(self._root.config.api_key_file))

    def _refuse(self, why: str) -> None:
        """Go on with the config that was good, and say why the new one is not taken."""
        self.problem = f"config.yaml was not taken over, the last good one holds. {why}"
        log.error("config not taken over: %s", why)


def _is_open_for_writing(path: str) -> bool:
    """Whether somebody has a file open to write to it, as far as the system tells."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return is_being_written(fd) is True
    finally:
        os.close(fd)


def _is_empty(path: str) -> bool:
    """Whether a file is there and has nothing in it: its editor was stopped, or its disk is full."""
    try:
        found = os.stat(path)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == 0
