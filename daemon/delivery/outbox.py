"""The outbox: a result appears whole, by one rename, or not at all; nothing there is overwritten.

Delivering and rejecting are one procedure: build a hidden folder, make all of it durable, give it its
name by a rename that replaces nothing, make that durable. This is the only module that writes there.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from daemon.system.file_names import numbered, shorten, visible
from daemon.system.files import DISK_ERRORS, Folder, fsync_chain
from daemon.system.volumes import Place

SUMMARY = "summary.json"
REASON = "REASON.txt"
STATUS = "STATUS.txt"
REJECTED = "rejected"
_RESERVED = frozenset({REJECTED, STATUS.lower(), "pause", "pause.txt"})
_PARTIAL = ".partial"

_Make = Callable[[Folder, str], Folder]


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

    def rewrite(self, name: str, data: bytes) -> None:
        """Write a file that is no part of a result: on a full disk in place, if it is there."""
        self._folder.rewrite(name, data, self._modes.file)
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
        self.place = Place("outbox", path)

    def deliver(
        self, name: str, job_id: str, build: Callable[[Parcel], None], *, again: bool, on_top: str = ""
    ) -> str:
        """Build a result for the source of this path inside inbox; the result's path in the outbox.

        `again` says that an earlier attempt may have got through: a result of this job id is then
        looked for first. `on_top` is a file of the result that is to stand beside its folder, named like it.
        """
        path = self._place("", name, job_id, build, again=again, on_top=on_top)
        if on_top:
            self._lift(path, on_top)
        return path

    def reject(self, name: str, job_id: str, build: Callable[[Parcel], None], *, again: bool) -> str:
        """The same below rejected/."""
        return self._place(REJECTED, name, job_id, build, again=again)

    def results_of(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The results that a source of this path would have been delivered as: path and summary."""
        with self.place.open() as top:
            for where, found, summary in _results(top, *_parts(name)):
                yield os.path.join(_below(top, where), found), summary

    def ended(self, name: str, job_id: str) -> str | None:
        """The path of what a job was delivered or rejected as, made durable; None where it was neither."""
        parents, last = _parts(name)
        with self.place.open() as top:
            for inside in ([], [REJECTED]):
                for where, found, summary in _results(top, [*inside, *parents], last):
                    if summary.get("job_id") == job_id:
                        _make_durable(top, where, found)
                        return os.path.join(_below(top, where), found)
        return None

    def _place(
        self,
        inside: str,
        name: str,
        job_id: str,
        build: Callable[[Parcel], None],
        *,
        again: bool,
        on_top: str = "",
    ) -> str:
        if again and (path := self.ended(name, job_id)) is not None:
            return path
        parents, last = _parts(name)
        with self.place.open() as top:
            modes = _modes(top)

            def make(here: Folder, missing: str) -> Folder:
                """A folder, made hidden first: nobody ever finds it without its permissions."""
                with _hidden(top, job_id, modes) as hidden:
                    top.move_folder_unless_taken(os.path.basename(hidden.path), here, missing)
                return here.sub(missing)

            with _descend(top, [inside] if inside else [], make, guarded=False) as base:
                where = _descend(base, parents, make, guarded=not inside)
            with where:
                partial = self._build(top, job_id, modes, build)
                for taken_name in numbered(last):
                    reserved = not inside and not parents and _reserved(taken_name)
                    reserved = reserved or (bool(on_top) and where.has(_beside(taken_name, on_top)))
                    if not reserved and top.move_folder_unless_taken(partial, where, taken_name):
                        fsync_chain(where.path, top.path)
                        return os.path.join(_below(top, where), taken_name)
        raise AssertionError("numbered names never end")

    def _lift(self, path: str, on_top: str) -> None:
        """Put a file of a result beside its folder, last of all; again, it does nothing."""
        with self.place.open() as top, Folder(os.path.join(top.path, path)) as result:
            if not result.has(on_top):
                return
            above, last = os.path.split(path)
            with Folder(os.path.join(top.path, above)) as where:
                for name in numbered(last):
                    if result.link_unless_taken(on_top, _beside(name, on_top), where):
                        return

    def _build(self, top: Folder, job_id: str, modes: Modes, build: Callable[[Parcel], None]) -> str:
        with _hidden(top, job_id, modes) as folder:
            build(Parcel(folder, modes))
            folder.fsync()
        return os.path.basename(folder.path)

    def sweep(self, open_jobs: set[str]) -> None:
        """Delete half-built results of jobs that are no longer open, and half-written files."""
        with self.place.open() as top:
            top.sweep()
            for name in top.names():
                job_id = name[1 : -len(_PARTIAL)]
                ours = name.startswith(".") and name.endswith(_PARTIAL) and _is_job_id(job_id)
                if ours and job_id not in open_jobs:
                    top.delete_tree(name)

    def abandon(self, job_id: str) -> None:
        """Delete what was half built for a job that is not to be delivered."""
        with self.place.open() as top:
            if top.has(_partial(job_id)):
                top.delete_tree(_partial(job_id))

    def write_status(self, text: str) -> None:
        """Rewrite STATUS.txt."""
        with self.place.open() as top:
            Parcel(top, _modes(top)).rewrite(STATUS, text.encode("utf-8", "replace"))


def _partial(job_id: str) -> str:
    return f".{job_id}{_PARTIAL}"


def _beside(folder: str, on_top: str) -> str:
    return folder + os.path.splitext(on_top)[1]


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


def _descend(here: Folder, parents: list[str], make: _Make, *, guarded: bool) -> Folder:
    """The folder that mirrors a subfolder of inbox; where it is missing, `make` makes it.

    A folder that is itself a result is passed over; `guarded`, so are the names reserved at the top.
    """
    folder = Folder(".", parent=here)
    for depth, part in enumerate(parents):
        with folder as outer:
            folder = _child(outer, part, make, guarded=guarded and depth == 0)
    return folder


def _child(here: Folder, part: str, make: _Make, *, guarded: bool) -> Folder:
    for name in numbered(part):
        if guarded and _reserved(name):
            continue
        try:
            inner = here.sub(name)
        except FileNotFoundError:
            return make(here, name)
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                raise
            continue
        if not inner.has(SUMMARY):
            return inner
        inner.close()
    raise AssertionError("numbered names never end")


def _hidden(top: Folder, job_id: str, modes: Modes) -> Folder:
    """A new, empty folder under the hidden name of this job; the caller closes it."""
    name = _partial(job_id)
    if top.has(name):
        top.delete_tree(name)
    made = top.make(name, modes.folder)
    with contextlib.suppress(OSError):
        os.fchown(made.fd, -1, modes.group)
    return made


def _results(here: Folder, parents: list[str], last: str) -> Iterator[tuple[Folder, str, dict[str, Any]]]:
    """Each result of a source of this path: the folder it lies in, its name and its summary.

    All numbers are looked at, not those up to the first free one: people remove results.
    """
    for name in _numbered_in(here, parents[0] if parents else last):
        try:
            inner = here.sub(name)
        except OSError as error:
            if error.errno in DISK_ERRORS:
                raise
            continue
        with inner:
            summary = _summary(inner)
            if parents and summary is None:
                yield from _results(inner, parents[1:], last)
            elif not parents and summary:
                yield here, name, summary


def _summary(folder: Folder) -> dict[str, Any] | None:
    """What a result says of itself, nothing where that can't be understood; None for other folders."""
    try:
        summary = json.loads(folder.read(SUMMARY))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in DISK_ERRORS:
            raise
        return {}
    return summary if isinstance(summary, dict) else {}


def _numbered_in(here: Folder, name: str) -> list[str]:
    """The names in a folder that are this one or this one with a number, by their numbers."""
    stem = shorten(name)
    pattern = re.compile(re.escape(stem) + r"(?:-([0-9]+))?")
    found = [(int(match[1] or 1), match[0]) for match in map(pattern.fullmatch, here.names()) if match]
    return [name for _, name in sorted(found)]


def _make_durable(top: Folder, where: Folder, name: str) -> None:
    """A listing is not yet durable: before the source is deleted because of it, it is made so."""
    with where.sub(name) as result:
        for child in result.names():
            result.fsync_file(child)
        result.fsync()
    fsync_chain(where.path, top.path)
