"""A folder that must still be what it was at the start.

An unmounted folder looks like an empty one. So a folder that is missing, or is on another filesystem
than at the start, is waited for and never made again.
"""

from __future__ import annotations

import contextlib
import os
import shlex

from daemon.errors import ServiceError
from daemon.system.disk_faults import find_used_up, is_about_rights
from daemon.system.file_names import shown
from daemon.system.files import Folder
from daemon.system.volumes.limits import explain_refusal, is_append_only
from daemon.system.volumes.mounts import Mount, lies_within, mount_of

_RIGHTS = os.R_OK | os.W_OK | os.X_OK
_PROBE_SECONDS = 5.0
# What these are mounted from may change while they stay mounted: a disk is replaced, a pool's part renamed.
_RENAMED = frozenset({"btrfs", "bcachefs", "zfs"})


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
        found, now, first = os.fstat(folder.fd), mount_of(folder), self._mount
        same_volume = found.st_dev == self._device and not _have_two_sources(now, first)
        if same_volume and found.st_ino == self._inode:
            return
        mend = f"Mount the {self._name} again, or restart the daemon if that is meant"
        if not same_volume and (first is None or now != first):
            raise self._make_fault("is on another device than at the start", mend)
        if now is not None and first is not None and not lies_within(now.point, first.point):
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


def _have_two_sources(a: Mount | None, b: Mount | None) -> bool:
    """Whether two mounts show two filesystems, whatever their numbers say.

    The system gives a device's number out again as soon as it is unmounted, and the topmost folders of
    many filesystems have the same inode.
    """
    if a is None or b is None:
        return False
    return a.kind != b.kind or (a.source != b.source and a.kind not in _RENAMED)
