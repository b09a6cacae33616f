"""An open file without a name, for what is too large for memory."""

from __future__ import annotations

import errno
import os
import weakref

from daemon.system.disk_faults import name_path
from daemon.system.files import Folder
from daemon.system.open_file import write_all


class ScratchFile:
    """A file without a name in a folder; closed, and gone, when nobody holds it any more.

    `size` is how many bytes it has. Raises OSError where the disk takes or gives no more.
    """

    def __init__(self, folder: Folder) -> None:
        self.size = 0
        self._path = folder.path
        self._fd = folder.open_scratch()
        self._close = weakref.finalize(self, os.close, self._fd)

    def append(self, data: bytes | bytearray) -> None:
        """Add some bytes."""
        try:
            write_all(self._fd, data)
        except OSError as error:
            name_path(error, self._path, reading=False)
            raise
        self.size += len(data)

    def read(self, size: int, offset: int) -> bytes:
        """So many bytes from a place on; there must be as many."""
        try:
            data = os.pread(self._fd, size, offset)
            if len(data) < size:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
        except OSError as error:
            name_path(error, self._path, reading=True)
            raise
        return data
