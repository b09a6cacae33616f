"""Disks that fail as the system says they do: one call of the system, below one folder."""

import errno
import os

OF_A_DESCRIPTOR = ("fsync", "fchmod", "utime", "read", "write", "ftruncate", "lseek", "listdir")


class Faulty:
    """Lets a call of the system fail below a folder, so many times, once it was made `after` times.

    `left` is how often it still will, `hits` how often it did.
    Only what this program asks is refused, by an open folder or file, never what a test asks by a path.
    """

    def __init__(self, monkeypatch, call, below, name, times=1, only=lambda path: True, after=0):
        self.left = times
        self._after = after
        self.hits = 0
        real = getattr(os, call)

        def fail(*args, **where):
            if self.left <= 0 or is_of_a_path(call, args, where):
                return real(*args, **where)
            if any(path.startswith(str(below)) and only(path) for path in paths_of(call, args, where)):
                if self._after > 0:
                    self._after -= 1
                    return real(*args, **where)
                self.left -= 1
                self.hits += 1
                number = getattr(errno, name)
                raise OSError(number, os.strerror(number))
            return real(*args, **where)

        monkeypatch.setattr(os, call, fail)


def is_of_a_path(call, args, where):
    """Whether a look is one at a path, as tests take them; the program looks by open folders."""
    if call == "stat":
        return where.get("dir_fd") is None
    if call == "rename":
        return where.get("src_dir_fd") is None
    return call in OF_A_DESCRIPTOR and not isinstance(args[0], int)


def path_of(call, args, where):
    """Where a call is made: the folder and the name that it makes or changes."""
    return paths_of(call, args, where)[-1]


def paths_of(call, args, where):
    """Where a call is made: one path, or two of what it moves or links, from and to."""
    if call in OF_A_DESCRIPTOR and isinstance(args[0], int):
        return [os.readlink(f"/proc/self/fd/{args[0]}")]
    if call in ("rename", "link"):
        folders = where.get("src_dir_fd"), where.get("dst_dir_fd")
        return list(map(_join, folders, args))
    return [_join(where.get("dir_fd"), args[0])]


def _join(folder, name):
    above = os.readlink(f"/proc/self/fd/{folder}") if folder else ""
    return os.path.join(above, os.fsdecode(name))
