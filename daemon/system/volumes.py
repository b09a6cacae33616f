"""Where the inbox, the outbox and the state lie, and whether that is still where they lay at the start.

An unmounted folder looks like an empty one. So a folder that is missing, or is on another filesystem
than at the start, is waited for and never made again.
"""

from __future__ import annotations

import contextlib
import os
import select
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from daemon.errors import ServiceError
from daemon.system.files import DISK_ERRORS, Folder

_MOUNTS = "/proc/self/mountinfo"
_RIGHTS = os.R_OK | os.W_OK | os.X_OK
_PROBE_SECONDS = 5.0

# Filesystems that others change without our kernel hearing of it: no events, and leases that mean little.
_REMOTE = frozenset(
    "nfs nfs4 cifs smb3 smbfs 9p ceph afs virtiofs vboxsf prl_fs lustre beegfs gpfs glusterfs fuse".split()
)


@dataclass(frozen=True, slots=True)
class Mount:
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
    try:
        with open(f"/proc/self/fdinfo/{folder.fd}", encoding="ascii") as info:
            number = next(int(line.split()[1]) for line in info if line.startswith("mnt_id:"))
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as table:
            return mount_in(table, number)
    except (OSError, StopIteration, ValueError):
        return None


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


class Place:
    """A folder that is to stay what it was when it was first found; `name` is what people call it.

    Another folder of the same path will do as long as it is on the same device, or mounted from the same
    source at the same point: network shares get a new device number at each mount. With `exactly`, only
    that open folder itself will do.
    """

    def __init__(self, name: str, path: str, *, exactly: Folder | None = None) -> None:
        self.path = path
        self._name = name
        self._exactly = exactly
        self._device: int | None = None
        self._mount: Mount | None = None
        with contextlib.suppress(OSError), Folder(path) as folder:
            self._remember(folder)

    def open(self) -> Folder:
        """Open it; raises ServiceError while it is missing, or is not what it was."""
        try:
            folder = Folder(self.path)
        except OSError as error:
            raise self._fault(
                f"can't be opened ({error.strerror})", f"Mount the {self._name}, or put it back"
            ) from None
        try:
            self._check(folder)
        except BaseException:
            folder.close()
            raise
        return folder

    def fault(self) -> ServiceError | None:
        """What is wrong with it, its rights included; None where nothing is."""
        try:
            with self.open() as folder:
                if os.access(".", _RIGHTS, dir_fd=folder.fd, effective_ids=True):
                    return None
        except ServiceError as error:
            return error
        return self._fault("can't be written or listed", "Give the daemon's user the rights")

    def _check(self, folder: Folder) -> None:
        if self._exactly is not None:
            if not os.path.samestat(os.fstat(folder.fd), os.fstat(self._exactly.fd)):
                raise self._fault("is another one than at the start", "Put the first one back")
        elif self._device is None:
            self._remember(folder)
        elif os.fstat(folder.fd).st_dev != self._device:
            if self._mount is None or mount_of(folder) != self._mount:
                raise self._fault(
                    "is on another device than at the start",
                    f"Mount the {self._name} again, or restart the daemon if that is meant",
                )
            self._remember(folder)

    def _remember(self, folder: Folder) -> None:
        self._device, self._mount = os.fstat(folder.fd).st_dev, mount_of(folder)

    def _fault(self, what: str, mend: str) -> ServiceError:
        return ServiceError(
            f"The {self._name} {self.path} {what}.",
            f"{mend}; nothing is lost meanwhile, and work goes on by itself.",
            probe_after=_PROBE_SECONDS,
        )


_DISK_PROBE_SECONDS = 5.0


def disk_fault(error: OSError) -> ServiceError | None:
    """A full or failing disk as the service's fault, None for any other error."""
    if error.errno not in DISK_ERRORS:
        return None
    return ServiceError(
        f"The disk takes no writes ({error.strerror}).",
        "Make room or mend it; work goes on by itself then.",
        probe_after=_DISK_PROBE_SECONDS,
    )


@contextlib.contextmanager
def disk_faults() -> Iterator[None]:
    """Raise what a full or failing disk says as the service's fault."""
    try:
        yield
    except OSError as error:
        raise disk_fault(error) or error from None
