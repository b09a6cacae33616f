"""Where a result is built: in a hidden folder on the filesystem where it is to lie.

It is whole and durable before a rename gives it its name.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from daemon.delivery.outbox.names import (
    Spelling,
    is_reserved,
    is_result,
    spell_file,
    split_name,
    try_spellings,
)
from daemon.system.disk_faults import DiskFault, sort_fault
from daemon.system.file_names import is_plain, numbered, shorten, shown
from daemon.system.files import Folder
from daemon.system.hidden_names import HiddenName, Use
from daemon.system.open_file import set_mode
from daemon.system.scratch import Content, pieces_of
from daemon.system.volumes.mounts import is_one_mount, mounts_inside

log = logging.getLogger(__name__)

_Make = Callable[[Folder, str], Folder]


class Modes(Struct, frozen=True):
    """The permissions and the group that a result takes from the outbox itself."""

    folder: int
    file: int
    group: int


@dataclass(frozen=True)
class Parcel:
    """What a result's folder is to hold.

    `files` holds the content of those that are written, `copies` the folder and the name there of those that
    are copied; both by their names in the result. Where a copy can't be made and there is a `without`, the
    result is put there without that copy, and with these files, which say so, in the place of their like.
    """

    files: Mapping[str, Content]
    copies: Mapping[str, tuple[Folder, str]] = field(default_factory=dict)
    without: Mapping[str, Content] = field(default_factory=dict)


def list_stages(top: Folder) -> Iterator[Folder]:
    """The folders in which results are built: the outbox, and the mounts in it. The caller closes them."""
    yield Folder(".", parent=top)
    for path in mounts_inside(top.path):
        try:
            stage = Folder(path)
        except OSError:
            continue  # it is away, or not ours to look into
        yield stage


def tidy_stages(top: Folder, tidy: Callable[[Folder], None]) -> None:
    """Have each of these folders tidied. One on another mount that can't be is named, and left for now."""
    for stage in list_stages(top):
        with stage:
            try:
                tidy(stage)
            except OSError as error:
                if is_one_mount(top, stage):
                    raise
                log.warning("not swept path=%r (%s)", shown(stage.path), error.strerror)


def open_stage(top: Folder, parents: Sequence[str]) -> Folder:
    """The folder in which a result is built: the highest from which a rename reaches its place.

    That is the outbox, unless something is mounted inside it; `parents` are the names of the folders in it
    that lead to the result. The caller closes it.
    """
    with contextlib.ExitStack() as stack:
        highest = here = top
        for part in parents:
            try:
                inner = stack.enter_context(here.sub(part))
            except OSError:
                break
            if not is_one_mount(here, inner):
                highest = inner
            here = inner
        return Folder(".", parent=highest)


def read_modes(top: Folder) -> Modes:
    """What a result takes from the outbox, an open folder."""
    found = os.fstat(top.fd)
    mode = stat.S_IMODE(found.st_mode)
    return Modes(folder=mode & 0o2777, file=mode & 0o666, group=found.st_gid)


def _partial_name(job_id: str) -> str:
    return HiddenName(Use.PARTIAL, job_id).build()


def choose_spelling(stage: Folder, job_id: str, modes: Modes, name: str, files: Collection[str]) -> Spelling:
    """How the names of a result are spelt, so that the filesystem takes them; tried where it is built.

    `files` are the names in the result. Raises OSError where the filesystem takes not even plain names.
    """
    parents, last = split_name(name)
    longest = max((os.path.splitext(each)[1] for each in files), key=len, default="")
    names = [*parents, last, shorten(last) + f"-9999{longest}"]
    if all(map(is_plain, [*names, *files])):
        return shorten
    with _make_hidden(stage, job_id, modes) as scratch:
        return try_spellings(scratch, names, files)


def build_hidden(top: Folder, job_id: str, modes: Modes, parcel: Parcel, spell: Spelling) -> str:
    """Build a result's folder under its hidden name, whole and durable; that name."""
    with _make_hidden(top, job_id, modes) as folder:
        files = dict(parcel.files)
        for name, (source, kept) in parcel.copies.items():
            try:
                source.copy_to(kept, folder, name, modes.file)
                _give_group(folder, name, modes)
            except OSError as error:
                if not parcel.without or sort_fault(error) is DiskFault.PASSING:
                    raise
                log.warning("no copy of name=%r (%s)", shown(os.path.join(source.path, kept)), error.strerror)
                folder.unlink(name)  # it may be there, and not durable
                files |= parcel.without
        for name, content in ((spell_file(each, spell), content) for each, content in files.items()):
            folder.write(name, pieces_of(content), modes.file)
            _give_group(folder, name, modes)
        set_mode(folder.fd, modes.folder)
        folder.fsync()
    return os.path.basename(folder.path)


def _give_group(folder: Folder, name: str, modes: Modes) -> None:
    """Give a file the outbox's group, where that is allowed."""
    with contextlib.suppress(OSError):
        os.chown(name, -1, modes.group, dir_fd=folder.fd, follow_symlinks=False)


def open_target(
    top: Folder, stage: Folder, inside: str, parents: list[str], job_id: str, modes: Modes
) -> Folder:
    """The folder that a result comes to lie in, made where it is missing; the caller closes it."""

    def make(here: Folder, missing: str) -> Folder:
        """A folder, made hidden first: nobody ever finds it without its permissions."""
        built_in = stage if is_one_mount(stage, here) else here
        with _make_hidden(built_in, job_id, modes) as hidden:
            set_mode(hidden.fd, modes.folder)
            built_in.move_folder_unless_taken(os.path.basename(hidden.path), here, missing)
        return here.sub(missing)

    with _open_subfolder(top, [inside] if inside else [], make, guarded=False) as base:
        return _open_subfolder(base, parents, make, guarded=not inside)


def _open_subfolder(here: Folder, parents: list[str], make: _Make, *, guarded: bool) -> Folder:
    """The folder that mirrors a subfolder of inbox; where it is missing, `make` makes it.

    A folder that is itself a result is passed over; `guarded`, so are the names reserved at the top.
    """
    folder = Folder(".", parent=here)
    for depth, part in enumerate(parents):
        with folder as outer:
            folder = _open_child(outer, part, make, guarded=guarded and depth == 0)
    return folder


def _open_child(here: Folder, part: str, make: _Make, *, guarded: bool) -> Folder:
    """The first folder of this name, or of the name with a number, that results may lie in."""
    for name in numbered(part):
        if guarded and is_reserved(name):
            continue
        try:
            inner = here.sub(name)
        except FileNotFoundError:
            return make(here, name)
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                raise
            path = os.path.normpath(f"{here.path}/{name}")
            log.warning("passed over path=%r it is not a folder of the outbox", shown(path))
            continue
        with contextlib.ExitStack() as stack:
            stack.enter_context(inner)
            if not is_result(inner):
                stack.pop_all()
                return inner
    raise AssertionError("numbered names never end")


def _make_hidden(top: Folder, job_id: str, modes: Modes) -> Folder:
    """A new, empty folder under the hidden name of this job; the caller closes it.

    It gets its permissions only once it is filled: for a user outside the outbox's group, setting them clears
    the bit that gives this group to the files made in it.
    """
    name = _partial_name(job_id)
    remove_hidden(top, job_id)
    made = top.make(name, None)
    with contextlib.suppress(OSError):
        os.fchown(made.fd, -1, modes.group)
    return made


def remove_hidden(stage: Folder, job_id: str) -> None:
    """Delete what was half built for a job, where there is anything."""
    name = _partial_name(job_id)
    if stage.has(name):
        stage.delete_tree(name)


def sweep_stage(stage: Folder, open_jobs: set[str]) -> None:
    """Delete what was half built there for jobs that are no longer open, and half-written files."""
    stage.sweep()
    for hidden in list_hidden(stage, Use.PARTIAL):
        if hidden.owner not in open_jobs:
            stage.delete_tree(hidden.build())


def list_hidden(stage: Folder, use: Use) -> Iterator[HiddenName]:
    """The folders that this program has hidden there for a use; a file of such a name is somebody else's."""
    for name in stage.names():
        hidden = HiddenName.parse(name)
        if hidden is None or hidden.use is not use:
            continue
        found = stage.stat(name)
        if found is not None and stat.S_ISDIR(found.st_mode):
            yield hidden
