"""Values that are put together before they are used, and may be too many for memory."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar, overload

from daemon.system.files import Folder
from daemon.system.scratch.scratch_file import ScratchFile

_HELD_VALUES = 256
_PART_VALUES = 32  # so many are on their way to the disk, or back, at once

_T = TypeVar("_T")


class Spool(Sequence[_T], Generic[_T]):
    """Values that are appended one after the other, and can then be read as often as is wanted.

    What is given back are copies of the values. Raises OSError where the disk takes or gives no more.
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
