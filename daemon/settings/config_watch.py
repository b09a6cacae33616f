"""Notices that config.yaml has changed while the daemon runs, and has it taken over where it can be used."""

from __future__ import annotations

import logging
import math
import os
import stat
import time
from collections.abc import Callable, Sequence

from daemon.errors import ConfigError, locate_bug
from daemon.settings.config import FileSeen, FilesSeen, Root, identify_file, identify_files, load_config
from daemon.settings.corrections_file import FILE_NAME as CORRECTIONS
from daemon.system.file_names import shown
from daemon.system.open_file import is_being_written

log = logging.getLogger(__name__)

_AGAIN = 10.0  # seconds, before a config that was refused is read again: what it names may be there by then
_Seen = tuple[FilesSeen | None, FileSeen | None, tuple[FileSeen | None, ...]]
"""config.yaml and the corrections; the key; the prompts."""


class ConfigWatch:
    """Tells config.yaml, the corrections, the key and the prompts from changed ones, their modes included.

    `adopt` goes on under another root, and raises ConfigError where that takes a restart. `list_prompts`
    names the prompts of a person's own that a root has read. `problem` says why what lies there now is not in
    force, None where it is.
    """

    def __init__(
        self, root: Root, adopt: Callable[[Root], None], list_prompts: Callable[[Root], Sequence[str]]
    ) -> None:
        self.problem: str | None = None
        self._root, self._adopt, self._list_prompts = root, adopt, list_prompts
        files, key, prompts = self._look_at_files()
        self._seen: _Seen = root.seen or files, key, prompts  # a change since it was read is still noticed
        self._is_asked = False
        self._due = math.inf  # when it is read again though nothing has changed

    def ask_for_reload(self) -> None:
        """Have it read at the next look, changed or not. For signal handlers: no lock is touched."""
        self._is_asked = True

    def look(self) -> None:
        """Read what has changed, and have it adopted; the last good one stays in force where it can't be."""
        seen = self._look_at_files()
        is_new = seen != self._seen or self._is_asked
        if not is_new and time.monotonic() < self._due:
            return
        if self._is_being_written() and not self._is_asked:
            return  # half of it could be read, without the budgets that stand in the other half
        self._seen, self._is_asked, self._due = seen, False, math.inf
        try:
            self._read_anew()
        except (ConfigError, OSError) as error:
            self._refuse(shown(str(error)), is_new=is_new)
            self._due = time.monotonic() + _AGAIN
        except Exception as bug:  # noqa: BLE001 - a file that people write never ends the loop
            log.error("bug=%s in taking config.yaml over\n%s", type(bug).__name__, locate_bug(bug))
            self._refuse("A bug keeps it from being read; the log says where.", is_new=is_new)
        else:
            self.problem = None

    def _read_anew(self) -> None:
        """Read the config and have it adopted; raises ConfigError or OSError where it can't be used."""
        root, file = self._root, self._root.file
        if file is not None:
            if _is_empty(file):
                raise ConfigError("It is empty.", "Put back what it said; to go by the defaults, restart.")
            root = load_config(file)
        prompts = self._identify_prompts(root)  # before they are read: a change in between is noticed as one
        self._adopt(root)
        self._root, self._seen = root, (*self._seen[:2], prompts)

    def _look_at_files(self) -> _Seen:
        """What tells the files as they are now from changed ones."""
        root = self._root
        files = identify_files(root.file) if root.file is not None else None
        return files, identify_file(root.at(root.config.api_key_file)), self._identify_prompts(root)

    def _identify_prompts(self, root: Root) -> tuple[FileSeen | None, ...]:
        return tuple(map(identify_file, self._list_prompts(root)))

    def _is_being_written(self) -> bool:
        """Whether somebody has the config, the corrections or a prompt open to write to it."""
        if self._root.file is None:
            return False
        corrections = os.path.join(self._root.path, CORRECTIONS)
        return any(map(_is_open_for_writing, (*self._list_prompts(self._root), self._root.file, corrections)))

    def _refuse(self, why: str, *, is_new: bool) -> None:
        """Go on with the config that was good, and say why the new one is not taken, if that is news."""
        problem = f"config.yaml was not taken over, the last good one holds. {why}"
        if is_new or problem != self.problem:
            log.error("config not taken over: %s", why)
        self.problem = problem


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
