"""The outbox: a result appears whole, by one rename, or not at all; nothing there is overwritten.

Delivering and rejecting are one procedure: build a hidden folder, make all of it durable, give it its
name by a rename that replaces nothing, make that durable. This is the only module that writes there.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from daemon.errors import ServiceError
from daemon.files import Folder, fsync_chain
from daemon.names import numbered, visible

SUMMARY = "summary.json"
REASON = "REASON.txt"
STATUS = "STATUS.txt"
REJECTED = "rejected"
_RESERVED = frozenset({REJECTED, STATUS.lower(), "pause", "pause.txt"})
_PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class Modes:
    """The permissions and the group that a result takes from the outbox itself."""

    folder: int
    file: int
    group: int


class Parcel:
    """A result being built; everything put in takes the outbox's permissions."""

    def __init__(self, folder: Folder, modes: Modes) -> None:
        self._folder = folder
        self._modes = modes

    def write(self, name: str, data: bytes) -> None:
        """Put a file in, whole and durable."""
        self._folder.write(name, data, self._modes.file)
        self._give(name)

    def copy(self, source: int, name: str) -> None:
        """Put a copy of an open file in, whole and durable."""
        self._folder.copy_in(source, name, self._modes.file)
        self._give(name)

    def _give(self, name: str) -> None:
        with contextlib.suppress(OSError):
            os.chown(name, -1, self._modes.group, dir_fd=self._folder.fd, follow_symlinks=False)


class Outbox:
    """An outbox folder. Its methods raise ServiceError when the folder itself is not there."""

    def __init__(self, path: str) -> None:
        self.path = path
        found = os.stat(path)
        self._device = found.st_dev

    def deliver(self, name: str, job_id: str, build: Callable[[Parcel], None], *, again: bool) -> str:
        """Build a result for the source of this path inside inbox; the result's path in the outbox.

        `again` says that an earlier attempt may have got through: a result of this job id is then
        looked for first.
        """
        return self._place("", name, job_id, build, again=again)

    def reject(self, name: str, job_id: str, build: Callable[[Parcel], None], *, again: bool) -> str:
        """The same below rejected/."""
        return self._place(REJECTED, name, job_id, build, again=again)

    def results_of(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The results that a source of this path would have been delivered as: path and summary."""
        parents, last = _parts(name)
        with self._open() as top:
            where = _descend(top, parents, None, guarded=True)
            if where is not None:
                with where:
                    yield from _results(where, last, _below(top, where))

    def _open(self) -> Folder:
        try:
            folder = Folder(self.path)
        except OSError as error:
            raise ServiceError(
                f"The outbox {self.path} can't be opened ({error.strerror}).",
                "Mount it or make it again; nothing is lost meanwhile.",
                probe_after=5,
            ) from None
        if os.fstat(folder.fd).st_dev != self._device:
            folder.close()
            raise ServiceError(
                f"The outbox {self.path} is on another device than at the start.",
                "Mount it again, or restart the daemon if that is meant.",
                probe_after=5,
            )
        return folder

    def _place(
        self, inside: str, name: str, job_id: str, build: Callable[[Parcel], None], *, again: bool
    ) -> str:
        parents, last = _parts(name)
        with self._open() as top:
            modes = _modes(top)
            base = _descend(top, [inside] if inside else [], modes, guarded=False)
            assert base is not None
            with base:
                where = _descend(base, parents, modes, guarded=not inside)
            assert where is not None
            with where:
                below = _below(top, where)
                if again and (found := _delivered(where, last, job_id)) is not None:
                    _make_durable(top, where, found)
                    return os.path.join(below, found)
                partial = self._build(top, job_id, modes, build)
                for taken_name in numbered(last):
                    reserved = not inside and not parents and _reserved(taken_name)
                    if not reserved and top.move_folder_unless_taken(partial, where, taken_name):
                        fsync_chain(where.path, top.path)
                        return os.path.join(below, taken_name)
        raise AssertionError("numbered names never end")

    def _build(self, top: Folder, job_id: str, modes: Modes, build: Callable[[Parcel], None]) -> str:
        name = f".{job_id}{_PARTIAL}"
        if top.has(name):
            top.delete_tree(name)
        with _made(top, name, modes) as folder:
            build(Parcel(folder, modes))
            folder.fsync()
        return name

    def sweep(self, open_jobs: set[str]) -> None:
        """Delete half-built results of jobs that are no longer open."""
        with self._open() as top:
            for name in top.names():
                job_id = name[1 : -len(_PARTIAL)]
                ours = name.startswith(".") and name.endswith(_PARTIAL) and _is_job_id(job_id)
                if ours and job_id not in open_jobs:
                    top.delete_tree(name)

    def write_status(self, text: str) -> None:
        """Rewrite STATUS.txt."""
        with self._open() as top:
            Parcel(top, _modes(top)).write(STATUS, text.encode("utf-8", "replace"))


def _is_job_id(text: str) -> bool:
    stamp, _, rest = text.partition("-")
    return len(stamp) == 15 and len(rest) == 8


def _modes(top: Folder) -> Modes:
    found = os.fstat(top.fd)
    mode = stat.S_IMODE(found.st_mode)
    return Modes(folder=mode & 0o2777, file=mode & 0o666, group=found.st_gid)


def _parts(name: str) -> tuple[list[str], str]:
    *parents, last = map(visible, name.split("/"))
    return parents, os.path.splitext(last)[0]


def _below(top: Folder, where: Folder) -> str:
    path = os.path.relpath(where.path, top.path)
    return "" if path == os.curdir else path


def _reserved(name: str) -> bool:
    return name.lower() in _RESERVED or name.startswith(".")


def _descend(here: Folder, parents: list[str], modes: Modes | None, *, guarded: bool) -> Folder | None:
    """The folder that mirrors a subfolder of inbox; made where missing if `modes` are given.

    A folder that is itself a result is passed over; `guarded`, so are the names reserved at the top.
    """
    folder = Folder(".", parent=here)
    for depth, part in enumerate(parents):
        with folder as outer:
            inner = _child(outer, part, modes, guarded=guarded and depth == 0)
        if inner is None:
            return None
        folder = inner
    return folder


def _child(here: Folder, part: str, modes: Modes | None, *, guarded: bool) -> Folder | None:
    for name in numbered(part):
        if guarded and _reserved(name):
            continue
        try:
            inner = here.sub(name)
        except FileNotFoundError:
            return _made(here, name, modes) if modes else None
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                raise
            continue
        if not inner.has(SUMMARY):
            return inner
        inner.close()
    raise AssertionError("numbered names never end")


def _made(here: Folder, name: str, modes: Modes) -> Folder:
    made = here.make(name, modes.folder)
    with contextlib.suppress(OSError):
        os.fchown(made.fd, -1, modes.group)
    return made


def _results(where: Folder, last: str, below: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in numbered(last):
        if not where.has(name) and not _reserved(name):
            return
        with contextlib.suppress(OSError, ValueError):
            with where.sub(name) as result:
                summary = json.loads(result.read(SUMMARY))
            if isinstance(summary, dict):
                yield os.path.join(below, name), summary


def _delivered(where: Folder, last: str, job_id: str) -> str | None:
    found = (path for path, summary in _results(where, last, "") if summary.get("job_id") == job_id)
    return next(found, None)


def _make_durable(top: Folder, where: Folder, name: str) -> None:
    """A listing is not yet durable: before the source is deleted because of it, it is made so."""
    with where.sub(name) as result:
        for child in result.names():
            result.fsync_file(child)
        result.fsync()
    fsync_chain(where.path, top.path)
