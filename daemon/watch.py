"""The watch on the inbox: it wakes the loop and knows nothing else.

An event says no more than "look again"; what is there is told by the listing. Each second the loop
asks `ensure`, which finds a watch that has died or looks at a folder that is no longer the inbox,
and watches anew.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

log = logging.getLogger(__name__)

# The few kinds that can mean a new file. Not deletions: our own claims would wake us for nothing.
_KINDS: list[type[FileSystemEvent]] = [
    FileCreatedEvent, FileClosedEvent, FileMovedEvent, DirCreatedEvent, DirMovedEvent,
]  # fmt: skip
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "sshfs"})
LOCAL_INTERVAL, NETWORK_INTERVAL = 30.0, 5.0  # seconds between scans that no event asked for


class _Waker(FileSystemEventHandler):
    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._wake()


class Watch:
    """A recursive watch on one folder. `wake` is called from the watch's own thread."""

    def __init__(self, path: str, wake: Callable[[], None]) -> None:
        self._path = path
        self._waker = _Waker(wake)
        self._observer: BaseObserver | None = None
        self._identity: tuple[int, int] | None = None
        self.problem: str | None = None
        self.interval = LOCAL_INTERVAL

    def ensure(self) -> bool:
        """Watch, if that is not so already; True when it had to be begun anew (so: look again)."""
        identity = _identity(self._path)
        if identity is not None and identity == self._identity and self._alive():
            return False
        self.stop()
        if identity is None:
            self._say(f"the inbox {self._path} is not there")
            return False
        frequent = on_network(self._path)
        try:
            try:
                observer = self._begun(recursive=True)
            except RecursionError:  # folders deeper than it can walk: what comes below, the scans find
                observer, frequent = self._begun(recursive=False), True
        except OSError as error:
            self._say(f"the inbox can't be watched ({error.strerror}); it is looked at every 5 s instead")
            self.interval = NETWORK_INTERVAL
            return False
        self._observer, self._identity = observer, identity
        self._say(None)
        self.interval = NETWORK_INTERVAL if frequent else LOCAL_INTERVAL
        return True

    def _begun(self, *, recursive: bool) -> BaseObserver:
        observer = Observer()
        observer.schedule(self._waker, self._path, recursive=recursive, event_filter=_KINDS)
        observer.start()
        return observer

    def stop(self) -> None:
        """Let go of the watch; its thread ends by itself."""
        if self._observer is not None:
            self._observer.stop()
        self._observer, self._identity = None, None

    def _alive(self) -> bool:
        observer = self._observer
        return observer is not None and observer.is_alive() and all(e.is_alive() for e in observer.emitters)

    def _say(self, problem: str | None) -> None:
        if problem is not None and problem != self.problem:
            log.warning("watch %s", problem)
        elif problem is None and self.problem is not None:
            log.info("watch the inbox is watched again")
        self.problem = problem


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def on_network(path: str) -> bool:
    """Whether a folder lies on a filesystem whose changes from elsewhere raise no events."""
    device = os.stat(path).st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as mounts:
            for line in mounts:
                fields, _, rest = line.partition(" - ")
                if fields.split()[2] == wanted:
                    kind = rest.split()[0]
                    return kind in _NETWORK or kind.startswith("fuse.")
    except OSError:
        pass
    return False
