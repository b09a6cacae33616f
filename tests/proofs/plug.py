"""The program in a process of its own, with a plug that is pulled at a chosen change to the disk.

Each call that changes something below `tops` is first written to the journal, a file elsewhere. At the
`cut`-th of them, before it is made, the filesystems of all tops are shut down with their logs not
flushed, and the process is killed: what was not yet durable is gone. `lies` makes a broken program of
it, for the control: one that believes it has fsynced its "folders", or "everything", and has not.
`alone` holds back every other thread than the first: none of them can make durable, before the cut,
what that one left undone.
"""

import fcntl
import hashlib
import json
import os
import signal
import stat
import struct
import threading

from daemon.cli.main import main

# What takes a path (and perhaps a second one), and what takes a descriptor.
_BY_PATH = {
    "mkdir": ["dir_fd"],
    "rmdir": ["dir_fd"],
    "unlink": ["dir_fd"],
    "remove": ["dir_fd"],
    "rename": ["src_dir_fd", "dst_dir_fd"],
    "replace": ["src_dir_fd", "dst_dir_fd"],
    "link": ["src_dir_fd", "dst_dir_fd"],
    "symlink": ["dir_fd"],
    "chmod": ["dir_fd"],
    "chown": ["dir_fd"],
    "utime": ["dir_fd"],
    "truncate": [],
}
_BY_DESCRIPTOR = ("write", "fsync", "fdatasync", "fchmod", "fchown", "ftruncate")
_SHUT_DOWN = 0x8004587D  # the ioctl FS_IOC_SHUTDOWN
_WITHOUT_THE_LOG = struct.pack("I", 2)


def shut_down(top):
    """Take a filesystem off the power: from now on nothing reaches its disk, its log neither."""
    fd = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.ioctl(fd, _SHUT_DOWN, _WITHOUT_THE_LOG)
    finally:
        os.close(fd)


class Plug:
    """Counts the changes below its tops, over all threads, and cuts the power at one of them."""

    def __init__(self, tops, cut, journal, alone=False):
        self._tops = tops
        self._cut = cut
        self._alone = alone
        self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._write = os.write
        self._count = 0
        self._lock = threading.Lock()

    def before(self, call, paths):
        """A call is about to be made: note it, or pull the plug."""
        paths = [path.removesuffix(" (deleted)") for path in paths]
        if not self._concerns(paths):
            return
        if self._alone and threading.current_thread() is not threading.main_thread():
            threading.Event().wait()  # until the process is killed
        with self._lock:
            self._count += 1
            if self._count == self._cut:
                for top in self._tops:
                    shut_down(top)
                os.kill(os.getpid(), signal.SIGKILL)
            self._note(call, paths, digest_of(paths[0]) if call in ("rename", "replace", "link") else None)

    def after(self, paths, *, failed=False):
        """The call that this thread made last has come back; where it failed it has changed nothing.

        Not while the power goes: a filesystem that is being shut down may call an fsync done that is not.
        """
        with self._lock:
            if failed and self._concerns(paths):
                self._note("failed", paths, None)

    def _concerns(self, paths):
        return any(path.startswith(f"{top}/") or path == top for path in paths for top in self._tops)

    def _note(self, *what):
        self._write(self._journal, (json.dumps([threading.get_ident(), *what]) + "\n").encode())


def digest_of(path):
    """The hash of a regular file's bytes; None for what is no file or is not there."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _path(name, dir_fd=None):
    if isinstance(name, int):
        return os.readlink(f"/proc/self/fd/{name}")
    folder = os.getcwd() if dir_fd is None else os.readlink(f"/proc/self/fd/{dir_fd}")
    return os.path.normpath(os.path.join(folder, os.fsdecode(name)))


def watch_changes(plug):
    """Tell a plug of each call that changes the disk, before and after it."""

    def by_path(call, real, folders):
        def change(*args, **kwargs):
            fds = [kwargs.get(folder) for folder in folders] or [None]
            paths = [_path(name, fd) for name, fd in zip(args, fds, strict=False)]
            return made(call, paths, lambda: real(*args, **kwargs))

        return change

    def by_descriptor(call, real):
        def change(fd, *args):
            return made(call, [_path(fd)], lambda: real(fd, *args))

        return change

    def opened(path, flags, mode=0o777, *, dir_fd=None):
        def real():
            return real_open(path, flags, mode, dir_fd=dir_fd)

        changes = flags & (os.O_CREAT | os.O_TRUNC)
        return made("open", [_path(path, dir_fd)], real) if changes else real()

    def made(call, paths, real):
        plug.before(call, paths)
        try:
            done = real()
        except OSError:
            plug.after(paths, failed=True)
            raise
        plug.after(paths)
        return done

    real_open = os.open
    os.open = opened
    for call, folders in _BY_PATH.items():
        setattr(os, call, by_path(call, getattr(os, call), folders))
    for call in _BY_DESCRIPTOR:
        setattr(os, call, by_descriptor(call, getattr(os, call)))


def _lie(about):
    real = os.fsync

    def fsync(fd):
        if about == "folders" and not stat.S_ISDIR(os.fstat(fd).st_mode):
            real(fd)

    os.fsync = fsync


def run_plugged(tops, cut, journal, lies, alone):
    """Be the program, with a plug to be pulled."""
    if lies:
        _lie(lies)
    watch_changes(Plug(tops, cut, journal, alone))
    main()
