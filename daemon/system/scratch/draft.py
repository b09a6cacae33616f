"""Bytes that are put together before they are used: the content of a file."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator

from daemon.system.digest import digest_of_bytes
from daemon.system.files import Folder
from daemon.system.scratch.scratch_file import ScratchFile

_HELD_BYTES = 1 << 20
_READ_BYTES = 1 << 18
_WRITTEN_TOGETHER = 1 << 16  # characters


class Draft:
    """Bytes that are written one after the other, and can then be read as often as is wanted.

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
    """A text in UTF-8, from its pieces; halves of pairs, which that has not, become question marks."""
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
