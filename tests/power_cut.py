"""A kill between any two system calls: what a process that dies there leaves on the disk."""

import itertools
import os
from unittest.mock import patch

_CHANGING = ("mkdir", "rename", "link", "unlink", "rmdir", "fsync", "write", "fchmod", "utime")


class Killed(BaseException):
    """The process is dead: nothing it does from here on reaches the disk."""


def killed_before(call, act):
    """Run `act` and kill it before its call-th change to the disk; False when it came to its end."""
    count = itertools.count(1)

    def guarded(real):
        def change(*args, **kwargs):
            if next(count) >= call:
                raise Killed
            return real(*args, **kwargs)

        return change

    with patch.multiple(os, **{name: guarded(getattr(os, name)) for name in _CHANGING}):
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
