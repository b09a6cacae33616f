"""What the filesystem of a folder can't do, and why a folder can't be changed at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shlex
import stat
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from daemon.system.file_names import shown
from daemon.system.files import PRIVATE_FILE, PRIVATE_FOLDER, Folder
from daemon.system.volumes.mounts import mount_of

_FLAGS = struct.Struct("=I4x")  # the kernel writes an int, though the call's number says long
_GET_FLAGS = (2 << 30) | (struct.calcsize("l") << 16) | (ord("f") << 8) | 1  # FS_IOC_GETFLAGS
_IMMUTABLE, _APPEND_ONLY = 0x10, 0x20  # FS_IMMUTABLE_FL, FS_APPEND_FL


@dataclass(frozen=True, slots=True)
class Limit:
    """What can't be done in a folder, and what follows from that or is to be done: parts of a sentence."""

    what: str
    consequence: str

    def __str__(self) -> str:
        return f"{self.what}: {self.consequence}"


def find_limits(path: str, *, private: bool = False) -> list[Limit]:
    """What the filesystem of a folder can't do; nothing where it can do all, or can't be asked.

    A file is written there and removed again. `private`: the folder must be its owner's alone, and is locked.
    """
    try:
        with Folder(path) as folder:
            limits = _try_calls(folder) if not is_append_only(folder) else []
            if private:
                limits += [*_judge_lock(folder), *_judge_permissions(folder)]
    except OSError:
        return []  # that it can't be written is said elsewhere
    return limits


def _try_calls(folder: Folder) -> list[Limit]:
    """Try each call on a file of our own; what comes of those that are refused."""
    limits = []
    with folder.temporary() as (fd, name):
        os.write(fd, b"x")
        other = f"{name}0"  # swept like the first, should this be cut off
        calls: list[tuple[str, str, Callable[[], object]]] = [
            (
                "it has no permissions (chmod is refused)",
                "who may read what lies there, its mount decides",
                lambda: os.fchmod(fd, PRIVATE_FILE),
            ),
            (
                "it keeps no times (utime is refused)",
                "originals get the time of their copy",
                lambda: os.utime(fd, ns=(0, 0)),
            ),
            (
                "it has no hard links (link is refused)",
                "a rename is used instead",
                lambda: os.link(name, other, src_dir_fd=folder.fd, dst_dir_fd=folder.fd),
            ),
            (
                "it can't make a listing durable (fsync of a folder is refused)",
                "what was done in the last seconds before a power cut may be undone by it",
                lambda: os.fsync(folder.fd),
            ),
        ]
        for what, consequence, call in calls:
            try:
                call()
            except OSError as error:
                code = errno.errorcode.get(error.errno or 0, str(error.errno))
                limits.append(Limit(what, f"{consequence} ({code})"))
        for left in (other, name):
            _remove_surely(folder, left)
    return limits


def _remove_surely(folder: Folder, name: str) -> None:
    """Remove a file; tried again where the disk fails once, since it would lie there until the next start."""
    try:
        folder.unlink(name)
    except OSError:
        folder.unlink(name)


def _judge_lock(folder: Folder) -> Iterator[Limit]:
    """What is wrong with a folder in which one process at a time is to work."""
    mount = mount_of(folder)
    if mount is not None and mount.remote:
        yield Limit(
            f"it is a share ({mount.kind})",
            "its lock may mean nothing to another machine, so let only one daemon use it, or put `state` on a"
            " disk of this machine",
        )
    try:
        fd = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder.fd)
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # a daemon holds it, so it can be locked
        finally:
            os.close(fd)
    except OSError as error:
        yield Limit(f"it can't be locked ({error.strerror})", "make sure that only one daemon uses it")


def _judge_permissions(folder: Folder) -> Iterator[Limit]:
    """What is wrong with a folder that is to be its owner's alone, and is made that where it can be."""
    with contextlib.suppress(OSError):
        os.fchmod(folder.fd, PRIVATE_FOLDER)
    mode = stat.S_IMODE(os.fstat(folder.fd).st_mode)
    if mode & 0o077:
        yield Limit(
            f"others may look into it (its permissions are {mode:04o} and can't be changed)",
            "put `state` on a disk that has permissions",
        )


def explain_refusal(folder: Folder) -> tuple[str, str]:
    """Why an open folder can't be written or listed, as the end of a sentence, and the mend."""
    path = shlex.quote(shown(folder.path))
    if _takes_no_writes(folder):
        mount = mount_of(folder)
        is_subvolume = mount is not None and mount.kind == "btrfs" and not _is_mounted_read_only(folder)
        off = f"Take that off: btrfs property set {path} ro false"
        return "is read-only", off if is_subvolume else "Mount it so that it can be written"
    if is_immutable(folder):
        return "can't be changed (chattr +i)", f"Take that off: chattr -i {path}"
    return "can't be written or listed", "Give the daemon's user the rights"


def _takes_no_writes(folder: Folder) -> bool:
    """Whether a disk takes no writes, whoever asks; a subvolume of btrfs says so to a write alone."""
    try:
        with folder.temporary() as (_, name):
            folder.unlink(name)
    except OSError as error:
        return error.errno == errno.EROFS
    return False


def _is_mounted_read_only(folder: Folder) -> bool:
    return bool(os.fstatvfs(folder.fd).f_flag & os.ST_RDONLY)


def is_append_only(folder: Folder) -> bool:
    """Whether an open folder is marked so that its names can't be changed; False where nothing tells."""
    return bool(_read_flags(folder) & _APPEND_ONLY)


def is_immutable(folder: Folder) -> bool:
    """Whether an open folder is marked so that nothing in it can be made or moved; False if not told."""
    return bool(_read_flags(folder) & _IMMUTABLE)


def _read_flags(folder: Folder) -> int:
    told = bytearray(_FLAGS.size)
    with contextlib.suppress(OSError):
        fcntl.ioctl(folder.fd, _GET_FLAGS, told)
    flags: int = _FLAGS.unpack(told)[0]
    return flags
