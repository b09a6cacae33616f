"""Where the inbox, the outbox and the state lie, and whether that is still where they lay at the start.

An unmounted folder looks like an empty one. So a folder that is missing, or is on another filesystem
than at the start, is waited for and never made again.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import select
import shlex
import stat
import struct
from collections.abc import Callable, Iterable

from msgspec import Struct

from daemon.errors import ServiceError
from daemon.system.disk_faults import find_used_up, is_about_rights
from daemon.system.file_names import shown
from daemon.system.files import PRIVATE_FILE, PRIVATE_FOLDER, Folder

_MOUNTS = "/proc/self/mountinfo"
_RIGHTS = os.R_OK | os.W_OK | os.X_OK
_PROBE_SECONDS = 5.0
_FLAGS = struct.Struct("=I4x")  # the kernel writes an int, though the call's number says long
_GET_FLAGS = (2 << 30) | (struct.calcsize("l") << 16) | (ord("f") << 8) | 1  # FS_IOC_GETFLAGS
_IMMUTABLE, _APPEND_ONLY = 0x10, 0x20  # FS_IMMUTABLE_FL, FS_APPEND_FL
_OCTAL = re.compile(r"\\([0-7]{3})")  # how a mountinfo writes spaces and the like

# Filesystems that others change without our kernel hearing of it: no events, and leases that mean little.
_REMOTE = frozenset(
    "nfs nfs4 cifs smb3 smbfs 9p ceph afs virtiofs vboxsf prl_fs lustre beegfs gpfs glusterfs fuse".split()
)


class Mount(Struct, frozen=True):
    """What is mounted somewhere: which part (`root`) of which filesystem, its type and its source."""

    point: str
    root: str
    kind: str
    source: str

    @property
    def remote(self) -> bool:
        """Whether it can change without events. `fuseblk` is a disk of this machine, other FUSE is not."""
        return self.kind in _REMOTE or self.kind.startswith("fuse.")


def mount_in(table: Iterable[str], number: int) -> Mount | None:
    """The mount of this id in the lines of a mountinfo, None where it is not there."""
    for line in table:
        first, _, second = line.partition(" - ")
        fields, kinds = first.split(" "), second.split(" ")
        if fields[0] == str(number) and len(fields) > 4 and len(kinds) > 1:
            return Mount(point=fields[4], root=fields[3], kind=kinds[0], source=kinds[1])
    return None


def mount_of(folder: Folder) -> Mount | None:
    """What an open folder is mounted from, None where the system doesn't tell."""
    number = _mount_number(folder)
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as table:
            return None if number is None else mount_in(table, number)
    except (OSError, ValueError):
        return None


def _mount_number(folder: Folder) -> int | None:
    try:
        with open(f"/proc/self/fdinfo/{folder.fd}", encoding="ascii") as info:
            return next(int(line.split()[1]) for line in info if line.startswith("mnt_id:"))
    except (OSError, StopIteration, ValueError):
        return None


def is_one_mount(a: Folder, b: Folder) -> bool:
    """Whether a name can be moved from one folder to the other by a rename, as far as mounts go."""
    return os.fstat(a.fd).st_dev == os.fstat(b.fd).st_dev and _mount_number(a) == _mount_number(b)


def _unescape(path: str) -> str:
    """A path as it is, from one in a mountinfo, where spaces and the like are octal numbers."""
    return _OCTAL.sub(lambda digits: chr(int(digits[1], 8)), path)


def mounts_inside(path: str) -> list[str]:
    """The paths of what is mounted inside a folder, not on it; none where the system doesn't tell."""
    top = os.path.join(os.path.realpath(path), "")
    found = []
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as table:
            for line in table:
                point = _unescape(line.split(" ")[4])
                if point.startswith(top) and point not in found:
                    found.append(point)
    except (OSError, ValueError, IndexError):
        return []
    return found


def is_shown_inside(inner: str, outer: str) -> bool:
    """Whether a folder is also another one, or lies in it, by a mount that shows it in a second place.

    Paths don't tell that: `mount --bind`, and volumes of containers, show one folder under two of them.
    """
    try:
        (device, path), (its_device, top) = _place_on_disk(inner), _place_on_disk(outer)
        if device != its_device or not _lies_within(path, top):
            return False
        same = os.path.join(outer, os.path.relpath(path, top))
        return os.path.samestat(os.stat(same), os.stat(inner))  # shares call several folders the same
    except (OSError, ValueError):
        return False


def _place_on_disk(path: str) -> tuple[int, str]:
    """The device of a folder, and its path on that, wherever it is mounted; raises ValueError if not told."""
    with Folder(os.path.realpath(path)) as folder:
        mount = mount_of(folder)
        if mount is None:
            raise ValueError(path)
        below = os.path.relpath(folder.path, _unescape(mount.point))
        return os.fstat(folder.fd).st_dev, os.path.normpath(os.path.join(_unescape(mount.root), below))


def lies_on_inner_mount(path: str, top: str) -> bool:
    """Whether a path lies on something that is mounted inside the folder `top`, so on a disk of its own."""
    real = os.path.realpath(path)
    return any(_lies_within(real, point) for point in mounts_inside(top))


def _lies_within(path: str, top: str) -> bool:
    """Whether a path is another one, or lies somewhere below it."""
    return os.path.join(path, "").startswith(os.path.join(top, ""))


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


class Mounts:
    """Tells whether anything was mounted or unmounted since it was last asked; costs one system call."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._fd = -1
        with contextlib.suppress(OSError):
            self._fd = os.open(_MOUNTS, os.O_RDONLY | os.O_CLOEXEC)
            self._poll.register(self._fd, select.POLLPRI)

    def changed(self) -> bool:
        """Whether there was a change; False where the system doesn't tell."""
        return bool(self._poll.poll(0))

    def close(self) -> None:
        """Let go of the descriptor; harmless when done twice."""
        if self._fd >= 0:
            self._poll.unregister(self._fd)
            os.close(self._fd)
            self._fd = -1


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


class PinnedFolder:
    """A folder that is to stay what it was when it was first found; `name` is what people call it.

    Another folder of the same path will do as long as it is on the same device and what was mounted there is
    not gone, or mounted from the same source at the same point: network shares get a new device number at
    each mount. With `exactly`, only that open folder itself will do.
    """

    def __init__(self, name: str, path: str, *, exactly: Folder | None = None) -> None:
        self.path = path
        self._name = name
        self._exactly = exactly
        self._device: int | None = None
        self._inode: int | None = None
        self._mount: Mount | None = None
        with contextlib.suppress(OSError), Folder(path) as folder:
            self._remember_volume(folder)

    def open(self) -> Folder:
        """Open it; raises ServiceError while it is missing, or is not what it was."""
        try:
            folder = Folder(self.path)
        except OSError as error:
            mend, why = f"Mount the {self._name}, or put it back", error.strerror
            if os.path.islink(self.path):
                mend, why = f"{mend}, or restart the daemon if that is meant", "it is a link now"
            if is_about_rights(error):
                mend = "Give the daemon's user the rights"
            raise self._make_fault(f"can't be opened ({why})", find_used_up(error) or mend) from None
        try:
            self._check_volume(folder)
        except BaseException:
            folder.close()
            raise
        return folder

    def find_fault(self) -> ServiceError | None:
        """What is wrong with it, its rights included; None where nothing is."""
        try:
            with self.open() as folder:
                if os.access(".", _RIGHTS, dir_fd=folder.fd, effective_ids=True):
                    return self._find_append_only(folder)
                return self._make_fault(*explain_refusal(folder))
        except ServiceError as error:
            return error

    def _find_append_only(self, folder: Folder) -> ServiceError | None:
        """What is wrong where a folder takes new names, and lets none be changed or removed."""
        if not is_append_only(folder):
            return None
        mend = f"Take that off: chattr -a {shlex.quote(shown(self.path))}"
        return self._make_fault("can only be added to (chattr +a)", mend)

    def _check_volume(self, folder: Folder) -> None:
        if self._exactly is not None:
            if not os.path.samestat(os.fstat(folder.fd), os.fstat(self._exactly.fd)):
                raise self._make_fault("is not the one it was at the start", "Put the first one back")
        elif self._device is None:
            self._remember_volume(folder)
        else:
            self._check_mount(folder)

    def _check_mount(self, folder: Folder) -> None:
        """Raise ServiceError where a folder lies on another mount than the one found first."""
        found = os.fstat(folder.fd)
        if (found.st_dev, found.st_ino) == (self._device, self._inode):
            return
        now, first = mount_of(folder), self._mount
        mend = f"Mount the {self._name} again, or restart the daemon if that is meant"
        if found.st_dev != self._device and (first is None or now != first):
            raise self._make_fault("is on another device than at the start", mend)
        if now is not None and first is not None and not _lies_within(now.point, first.point):
            raise self._make_fault("is another mount than at the start", mend)
        if now == first:  # a part of the same disk that was mounted over it meanwhile is only a guest
            self._remember_volume(folder)

    def _remember_volume(self, folder: Folder) -> None:
        found = os.fstat(folder.fd)
        self._device, self._inode, self._mount = found.st_dev, found.st_ino, mount_of(folder)

    def _make_fault(self, what: str, mend: str) -> ServiceError:
        return ServiceError(
            f"The {self._name} {self.path} {what}.",
            f"{mend}; nothing is lost meanwhile, and work goes on by itself.",
            probe_after=_PROBE_SECONDS,
        )


# --- what a filesystem can't do; all of it is done without ---------------------------------------------


def find_limits(path: str, *, private: bool = False) -> list[str]:
    """What the filesystem of a folder can't do, a sentence each; none where it can all or can't be asked.

    A file is written there and removed again. `private`: the folder must be its owner's alone, and is locked.
    """
    try:
        with Folder(path) as folder:
            limits = _try_calls(folder) if not is_append_only(folder) else []
            if private:
                limits += _judge_privacy(folder)
    except OSError:
        return []  # that it can't be written is said elsewhere
    return limits


def _try_calls(folder: Folder) -> list[str]:
    """Try each call on a file of our own; the sentences of those that are refused."""
    limits = []
    with folder.temporary() as (fd, name):
        os.write(fd, b"x")
        other = f"{name}0"  # swept like the first, should this be cut off
        calls: dict[str, Callable[[], object]] = {
            "it has no permissions (chmod is refused): who may read what lies there, its mount decides": (
                lambda: os.fchmod(fd, PRIVATE_FILE)
            ),
            "it keeps no times (utime is refused): originals get the time of their copy": (
                lambda: os.utime(fd, ns=(0, 0))
            ),
            "it has no hard links (link is refused): a rename is used instead": (
                lambda: os.link(name, other, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
            ),
            "it can't make a listing durable (fsync of a folder is refused): what was done in the last"
            " seconds before a power cut may be undone by it": lambda: os.fsync(folder.fd),
        }
        for sentence, call in calls.items():
            try:
                call()
            except OSError as error:
                code = errno.errorcode.get(error.errno or 0, str(error.errno))
                limits.append(f"{sentence} ({code})")
        for left in (other, name):
            _remove_surely(folder, left)
    return limits


def _remove_surely(folder: Folder, name: str) -> None:
    """Remove a file; tried again where the disk fails once, since it would lie there until the next start."""
    try:
        folder.unlink(name)
    except OSError:
        folder.unlink(name)


def _judge_privacy(folder: Folder) -> list[str]:
    """What is wrong with a folder that is to be private, and of one process at a time."""
    limits = []
    mount = mount_of(folder)
    if mount is not None and mount.remote:
        limits.append(
            f"it is a share ({mount.kind}): its lock may mean nothing to another machine, so let only one"
            " daemon use it, or put `state` on a disk of this machine"
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
        limits.append(f"it can't be locked ({error.strerror}): make sure that only one daemon uses it")
    with contextlib.suppress(OSError):
        os.fchmod(folder.fd, PRIVATE_FOLDER)
    mode = stat.S_IMODE(os.fstat(folder.fd).st_mode)
    if mode & 0o077:
        limits.append(
            f"others may look into it (its permissions are {mode:04o} and can't be changed): put `state` on a"
            " disk that has permissions"
        )
    return limits
