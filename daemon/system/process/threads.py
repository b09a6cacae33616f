"""Threads, and what is said where the system starts no more of them."""

from __future__ import annotations

import logging
import mmap
import resource
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from daemon.errors import ServiceError

log = logging.getLogger(__name__)

_REST_SECONDS = 0.5  # before a thread that an error has ended runs on
_STACK = 8 << 20  # bytes of a thread's stack, where the system sets no limit: at most
_ROOM = 1 << 20  # bytes beside its stack; it takes some 30,000 to begin
_REFUSED = "can't start new thread"  # how Python says it, whichever limit was met
RAISE_THREADS = (
    "raise the limit on processes (ulimit -u, LimitNPROC=, TasksMax=, pids.max of a container) or on memory "
    "(ulimit -v, MemoryMax=)"
)


class NoThreadError(ServiceError):
    """The system starts no further thread."""

    def __init__(self) -> None:
        super().__init__(
            "No further thread can be started: there are too many processes, or too little memory.",
            f"To go on, {RAISE_THREADS}; nothing is lost, and started again it goes on where it was.",
        )


def require_room_for_threads(count: int) -> None:
    """Raise NoThreadError where there is hardly more memory than the stacks of so many threads take.

    A thread that gets none ends before it has begun, and Python waits for ever for it to begin.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_STACK)
    stack = threading.stack_size() or (_STACK if limit == resource.RLIM_INFINITY else limit)
    try:
        for room in [mmap.mmap(-1, stack + _ROOM, flags=mmap.MAP_PRIVATE) for _ in range(count)]:
            room.close()
    except (OSError, OverflowError):
        raise NoThreadError from None


def start_thread(run: Callable[[], None], name: str) -> threading.Thread:
    """A thread that runs this, and does not keep the process alive; raises NoThreadError."""
    require_room_for_threads(1)
    thread = threading.Thread(target=run, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        raise NoThreadError from None
    return thread


def start_lasting_thread(run: Callable[[], None], name: str) -> threading.Thread:
    """A thread as of `start_thread` that all work needs: where an error ends `run`, it is run again.

    `run` handles what its steps raise; but where there is no memory left, even that handling fails.
    """

    def run_on() -> None:
        while not _comes_to_its_end(run, name):
            time.sleep(_REST_SECONDS)

    return start_thread(run_on, name)


def _comes_to_its_end(run: Callable[[], None], name: str) -> bool:
    """Run this; False where an error ended it, which is said if that can be done."""
    try:
        run()
    except Exception as error:  # noqa: BLE001 - it is to outlast whatever there is
        with suppress(Exception):
            log.error("ended thread=%s by=%s; it runs on", name, type(error).__name__)
        return False
    return True


def is_no_thread(error: BaseException) -> bool:
    """Whether an error says that no thread could be started, for us or for a library."""
    return isinstance(error, NoThreadError) or (isinstance(error, RuntimeError) and _REFUSED in str(error))
