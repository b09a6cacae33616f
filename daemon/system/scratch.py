"""What is put together before it is used: held while it is small, else in a file without a name.

A transcript of fifty megabytes, with all that is made of it, takes many times its size. A draft of bytes or a
spool of values that is given a folder moves there what is too large for memory. Such a file is seen by
nobody, and gone with the process. Without a folder all is held.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import pickle
import weakref
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

from daemon.system.digest import digest_of_bytes
from daemon.system.disk_faults import name_path
from daemon.system.files import Folder
from daemon.system.open_file import write_all

_HELD_BYTES = 1 << 20
_READ_BYTES = 1 << 18
_WRITTEN_TOGETHER = 1 << 16  # characters
_HELD_VALUES = 256
_PART_VALUES = 32  # written to the disk, and read back, together

_T = TypeVar("_T")


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
        """So many bytes from a place on; with fewer than that, OSError."""
        try:
            data = os.pread(self._fd, size, offset)
            if len(data) < size:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
        except OSError as error:
            name_path(error, self._path, reading=True)
            raise
        return data


class Draft:
    """Bytes that are written one after the other, and can then be read as often as needed.

    `size` is how many there are, `digest` their SHA-256 in hexadecimal. Raises OSError where the disk takes
    or gives no more.
    """

    def __init__(self, folder: Folder | None = None) -> None:
        self._folder = folder
        self._held = bytearray()
        self._scratch: ScratchFile | None = None
        self._hash = hashlib.sha256()

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self._held) + (self._scratch.size if self._scratch is not None else 0)

    @property
    def digest(self) -> str:
        """The hash of all bytes so far."""
        return self._hash.hexdigest()

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Add some bytes; how many they are."""
        self._hash.update(data)
        self._held += data
        if self._folder is not None and len(self._held) > _HELD_BYTES:
            self._scratch = self._scratch or ScratchFile(self._folder)
            self._scratch.append(self._held)
            self._held = bytearray()
        return len(data)

    def pieces(self) -> Iterator[bytes]:
        """All bytes, in pieces."""
        at, end = 0, self._scratch.size if self._scratch is not None else 0
        while self._scratch is not None and at < end:
            yield self._scratch.read(min(_READ_BYTES, end - at), at)
            at += _READ_BYTES
        yield bytes(self._held)

    def finish(self) -> Content:
        """The bytes themselves where they are held; else this."""
        return self if self._scratch is not None else bytes(self._held)


Content = bytes | Draft
"""What a file is to hold, or holds."""


def pieces_of(content: Content) -> Iterator[bytes]:
    """All bytes of a content, in pieces."""
    return content.pieces() if isinstance(content, Draft) else iter((content,))


def lines_of(content: Content) -> Iterator[bytes]:
    """The lines of a content, each with the newline at its end."""
    if isinstance(content, bytes):
        yield from io.BytesIO(content)
        return
    begun = b""
    for piece in content.pieces():
        *whole, begun = (begun + piece).split(b"\n")
        for line in whole:
            yield line + b"\n"
    if begun:
        yield begun


def size_of(content: Content) -> int:
    """How many bytes a content has."""
    return content.size if isinstance(content, Draft) else len(content)


def digest_of_content(content: Content) -> str:
    """The hash of a content: SHA-256, in hexadecimal."""
    return content.digest if isinstance(content, Draft) else digest_of_bytes(content)


def write_text(pieces: Iterable[str], folder: Folder | None) -> Content:
    """A text in UTF-8, from its pieces; unpaired surrogates, which that can't hold, become question marks."""
    draft = Draft(folder)
    gathered: list[str] = []  # templates give pieces of a few letters
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size > _WRITTEN_TOGETHER:
            draft.write("".join(gathered).encode("utf-8", "replace"))
            gathered, size = [], 0
    draft.write("".join(gathered).encode("utf-8", "replace"))
    return draft.finish()


class Spool(Sequence[_T], Generic[_T]):
    """Values that are appended one after the other, and can then be read as often as needed.

    What is read are copies of the values. Raises OSError where the disk takes or gives no more.
    """

    def __init__(self, folder: Folder | None = None) -> None:
        self._folder = folder
        self._held: list[_T] = []
        self._scratch: ScratchFile | None = None
        self._parts: list[tuple[int, int]] = []  # the size and place of each _PART_VALUES of them
        self._read: tuple[int, list[_T]] = (-1, [])  # the part that was read last

    def append(self, value: _T) -> None:
        """Add a value."""
        self._held.append(value)
        most = _HELD_VALUES if self._scratch is None else _PART_VALUES
        if self._folder is not None and len(self._held) >= most:
            self._scratch = self._scratch or ScratchFile(self._folder)
            for first in range(0, len(self._held), _PART_VALUES):
                self._write_part(self._held[first : first + _PART_VALUES], self._scratch)
            self._held = []

    def _write_part(self, values: list[_T], scratch: ScratchFile) -> None:
        data = pickle.dumps(values, pickle.HIGHEST_PROTOCOL)
        self._parts.append((len(data), scratch.size))
        scratch.append(data)

    def finish(self) -> Sequence[_T]:
        """The values as a tuple where all are held; else this."""
        return self if self._parts else tuple(self._held)

    def __len__(self) -> int:
        return len(self._parts) * _PART_VALUES + len(self._held)

    def __iter__(self) -> Iterator[_T]:
        for part in range(len(self._parts)):
            yield from self._load(part)
        yield from self._held

    @overload
    def __getitem__(self, place: int) -> _T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[_T]: ...

    def __getitem__(self, place: int | slice) -> _T | Sequence[_T]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        part, inside = divmod(place, _PART_VALUES)
        if part == len(self._parts):
            return self._held[inside]
        if self._read[0] != part:
            self._read = part, self._load(part)
        return self._read[1][inside]

    def _load(self, part: int) -> list[_T]:
        assert self._scratch is not None
        values: list[_T] = pickle.loads(self._scratch.read(*self._parts[part]))  # written by this process
        return values
