"""What is mounted where, and whether that changes."""

from __future__ import annotations

import contextlib
import os
import re
import select
from collections.abc import Iterable

from msgspec import Struct

from daemon.system.files import Folder

_MOUNTS = "/proc/self/mountinfo"
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
        if device != its_device or not lies_within(path, top):
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
    return any(lies_within(real, point) for point in mounts_inside(top))


def lies_within(path: str, top: str) -> bool:
    """Whether a path is another one, or lies somewhere below it."""
    return os.path.join(path, "").startswith(os.path.join(top, ""))


class MountWatch:
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
