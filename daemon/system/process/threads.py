"""Threads, and what is said where the system starts no more of them."""

from __future__ import annotations

import threading
from collections.abc import Callable

from daemon.errors import ServiceError

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


def start_thread(run: Callable[[], None], name: str) -> threading.Thread:
    """A thread that runs this, and does not keep the process alive; raises NoThreadError."""
    thread = threading.Thread(target=run, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        raise NoThreadError from None
    return thread


def is_no_thread(error: BaseException) -> bool:
    """Whether an error says that no thread could be started, for us or for a library."""
    return isinstance(error, NoThreadError) or (isinstance(error, RuntimeError) and _REFUSED in str(error))
