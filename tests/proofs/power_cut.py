"""A kill between any two system calls: what a process that dies there leaves on the disk."""

import itertools
import os
from collections.abc import Callable
from contextlib import contextmanager
from unittest.mock import patch

_CHANGING = (
    "mkdir", "rename", "link", "unlink", "rmdir", "fsync", "write", "fchmod", "fchown", "chown", "utime",
    "ftruncate",
)  # fmt: skip


class Killed(BaseException):
    """The process is dead: nothing it does from here on reaches the disk."""


@contextmanager
def before_each_change(look: Callable[[str], None]):
    """Call `look` with the name of each system call that would change the disk, before it does."""

    def watched(name, real):
        def change(*args, **kwargs):
            look(name)
            return real(*args, **kwargs)

        return change

    def opened(path, flags, *args, **kwargs):
        if flags & os.O_CREAT:
            look("open")
        return real_open(path, flags, *args, **kwargs)

    real_open = os.open
    changes = {name: watched(name, getattr(os, name)) for name in _CHANGING}
    with patch.multiple(os, open=opened, **changes):
        yield


def killed_before(call, act):
    """Run `act` and kill it before its call-th change to the disk; False when it came to its end."""
    count = itertools.count(1)

    def look(name):
        if next(count) >= call:
            raise Killed

    with before_each_change(look):
        try:
            act()
        except Killed:
            return True
    return False


def every_kill(make, act):
    """Yield a world for each place at which `act(world)` can be killed, and at last one where it ended."""
    for call in itertools.count(1):
        world = make(call)
        killed = killed_before(call, lambda world=world: act(world))
        yield world
        if not killed:
            return
