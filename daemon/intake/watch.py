"""The watch on the inbox: it wakes the loop and knows nothing else.

An event says no more than "look again"; what is there is told by the listing. Each second the loop
calls `ensure_watching`, which finds a watch that has died or looks at a folder that is no longer the inbox,
and watches anew.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable
from contextlib import suppress

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

from daemon.system.files import Folder
from daemon.system.process.threads import (
    RAISE_THREADS,
    NoThreadError,
    is_no_thread,
    require_room_for_threads,
)
from daemon.system.volumes.mounts import MountWatch, mount_of

log = logging.getLogger(__name__)

# Said where folders come and go quickly. The watch is begun anew by itself; there is nothing to do about it.
warnings.filterwarnings("ignore", message="Callback with id ", category=RuntimeWarning)

# The few kinds that can mean a new file. Not deletions: our own claims would wake us for nothing.
_KINDS: list[type[FileSystemEvent]] = [
    FileCreatedEvent, FileClosedEvent, FileMovedEvent, DirCreatedEvent, DirMovedEvent,
]  # fmt: skip
# Seconds for which watchdog holds back the event of a file that left, and all later ones, to pair it with one
# that came. Its default is half a second; but the two halves of a rename come together.
_PAIRING_SECONDS = 0.005
_THREADS = 3  # that the library starts: its own, one that reads from the kernel, one that sorts
LOCAL_INTERVAL, FREQUENT_INTERVAL = 30.0, 5.0  # seconds between scans that no event asked for
_INSTEAD = f"it is looked through every {FREQUENT_INTERVAL:.0f} s instead"
_MEND = "raise fs.inotify.max_user_watches and max_user_instances (sysctl)"


class _Waker(FileSystemEventHandler):
    """Calls `wake` at each event. `grown`: a folder came, and may have found no watch left for it."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self.grown = False

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.is_directory:
            self.grown = True
        self._wake()


class Watch:
    """A recursive watch on one folder. `wake` is called from the watch's own thread.

    `problem` says why events don't come, or not from everywhere; None where they do. `remote`: the folder
    is on a network filesystem.
    """

    def __init__(self, path: str, wake: Callable[[], None]) -> None:
        self._path = path
        self._waker = _Waker(wake)
        self._mounts = MountWatch()
        self._observer: BaseObserver | None = None
        self._identity: tuple[int, int] | None = None
        self._short = False
        self.problem: str | None = None
        self.remote = False

    @property
    def interval(self) -> float:
        """Seconds between two scans that no event asked for."""
        return FREQUENT_INTERVAL if self.remote or self.problem else LOCAL_INTERVAL

    def ensure_watching(self) -> bool:
        """Begin to watch where nothing does, or not any more; True when it has begun (so: look again)."""
        identity = _identify_folder(self._path)
        if identity is None or identity != self._identity or not self._is_alive() or self._mounts.changed():
            return self._begin_anew(identity)
        if self._short or self._waker.grown:
            self._waker.grown = False
            if _has_room(self._observer) == self._short:  # enough again, or no longer
                return self._begin_anew(identity)
        return False

    def stop(self) -> None:
        """Let go of the watch for good; its threads end by themselves."""
        self._end_watch()
        self._mounts.close()

    def _begin_anew(self, identity: tuple[int, int] | None) -> bool:
        """Watch the folder with this identity in the place of what was watched; True where that is so now."""
        self._end_watch()
        self._mounts.changed()  # what was mounted until now is seen now
        if identity is None:
            return False
        try:
            self._observer, deep = self._begin_watch()
        except OSError as error:
            self._note_problem(f"the inbox can't be watched ({error.strerror}); {_INSTEAD}; {_MEND}")
            return False
        except (RuntimeError, NoThreadError) as error:
            if not is_no_thread(error):
                raise
            self._note_problem(f"the inbox can't be watched (no thread is left); {_INSTEAD}; {RAISE_THREADS}")
            return False
        self._identity = identity
        self._short = not _has_room(self._observer)
        if self._short:
            self._note_problem(f"no inotify watches are left for more folders; {_INSTEAD}; {_MEND}")
        else:
            self._note_problem(f"the inbox has folders too deep to be watched; {_INSTEAD}" if deep else None)
        return True

    def _begin_watch(self) -> tuple[BaseObserver, bool]:
        """A watch that has begun, and whether there are folders too deep for it."""
        with Folder(self._path) as folder:
            mount = mount_of(folder)
        self.remote = mount is not None and mount.remote
        try:
            return self._make_observer(recursive=True), False
        except RecursionError:
            return self._make_observer(recursive=False), True

    def _make_observer(self, *, recursive: bool) -> BaseObserver:
        _shorten_pairing()
        require_room_for_threads(_THREADS)
        observer = Observer()
        try:
            observer.schedule(self._waker, self._path, recursive=recursive, event_filter=_KINDS)
            observer.start()
        except BaseException:
            observer.stop()  # its reader has run since it was made
            raise
        return observer

    def _end_watch(self) -> None:
        if self._observer is not None:
            self._observer.stop()
        self._observer, self._identity = None, None

    def _is_alive(self) -> bool:
        """Whether all its threads live; the one that reads from the kernel is not public."""
        observer = self._observer
        if observer is None:
            return False
        reader = getattr(observer, "_inotify_fd", observer)
        return all(thread.is_alive() for thread in (observer, reader, *observer.emitters))

    def _note_problem(self, problem: str | None) -> None:
        if problem is not None and problem != self.problem:
            log.warning("watch %s", problem)
        elif problem is None and self.problem is not None:
            log.info("watch the inbox is watched again")
        self.problem = problem


def _shorten_pairing() -> None:
    """Have what leaves the inbox hold up nothing that comes."""
    with suppress(ImportError):  # a kernel without inotify holds nothing up
        from watchdog.observers.inotify_move_event_grouper import InotifyMoveEventGrouper

        InotifyMoveEventGrouper.delay = _PAIRING_SECONDS


def _has_room(observer: BaseObserver | None) -> bool:
    """Whether one more folder could be watched: where not, subfolders are passed over in silence."""
    if observer is None:
        return False
    try:
        require_room_for_threads(1)
        probe = observer.schedule(FileSystemEventHandler(), os.sep, event_filter=[DirMovedEvent])
    except OSError:
        return False
    except (RuntimeError, NoThreadError) as error:  # there was a watch, and no thread for what only probes
        if not is_no_thread(error):
            raise
        return True
    observer.unschedule(probe)
    return True


def _identify_folder(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
