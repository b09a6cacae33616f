"""The outbox: a result appears whole, by one rename, or not at all; nothing there is overwritten.

Delivering and rejecting are one procedure: build a hidden folder, make all of it durable, give it its
name by a rename that replaces nothing, make that durable. Only this module and `replacement`, which puts a
result that was made again in the place of the old one, write there.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import logging
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from daemon.settings.sidecar import stem_of
from daemon.system.disk_faults import DiskFault, is_about_rights, sort_fault, tells_nothing
from daemon.system.file_names import is_plain, make_ascii, make_portable, numbered, shorten, shown, visible
from daemon.system.files import Folder
from daemon.system.hidden_names import HiddenName, Use
from daemon.system.paths import fsync_chain
from daemon.system.scratch.draft import Content, pieces_of
from daemon.system.volumes import Place, is_one_mount, mounts_inside

log = logging.getLogger(__name__)

SUMMARY = "summary.json"
REVIEW = "review.html"
REASON = "REASON.txt"
ORIGINAL = "original"  # what the dropped file is called in a result, before its extension
STATUS = "STATUS.txt"
INDEX = "index.html"
REJECTED = "rejected"
_RESERVED = frozenset({REJECTED, STATUS.lower(), "pause", "pause.txt"})
_INDEX_PAGE = re.compile(r"index(-[0-9]+)?\.html")
_HEAD_BYTES = 1024  # of a page, in which its mark stands

_Make = Callable[[Folder, str], Folder]
Spelling = Callable[[str], str]
# How names are spelt: as people do, or where the disk takes no such names, in the next way that it takes.
_SPELLINGS: tuple[Spelling, ...] = (shorten, make_portable, make_ascii)


@dataclass(frozen=True, slots=True)
class Modes:
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


class Outbox:
    """An outbox folder. Its methods raise ServiceError when the folder itself is not there."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.place = Place("outbox", path)

    def deliver(self, name: str, job_id: str, parcel: Parcel, *, on_top: str = "") -> str:
        """Put a result there for the source of this path inside inbox; the result's path in the outbox.

        `on_top` is a file of the result that is to stand beside its folder, named like it. Where an earlier
        attempt may have got through, `find_ended` is to be asked first.
        """
        path = self._put("", name, job_id, parcel, on_top=on_top)
        self._lift_beside(path, on_top)
        return path

    def reject(self, name: str, job_id: str, parcel: Parcel) -> str:
        """The same below rejected/."""
        return self._put(REJECTED, name, job_id, parcel)

    def try_name(self, name: str, job_id: str) -> None:
        """See, before anything is paid for it, that a source's result can have a name where it will lie.

        Raises OSError where it can't, or where that can't be told for now.
        """
        parents, last = _split_name(name)
        with self.place.open() as top, open_stage(top, [shorten(part) for part in parents]) as stage:
            try:
                spell = _choose_spelling(stage, job_id, read_modes(top), name, [f"{shorten(last)}.md"])
            finally:
                if stage.has(_partial_name(job_id)):
                    stage.delete_tree(_partial_name(job_id))
        if spell is not shorten:
            spelt = "/".join(spell(each) for each in [*parents, last])
            log.info("named name=%r its disk has no such names: it will be %r", shown(name), shown(spelt))

    def find_results(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The results that a source of this path would have been delivered as: path and summary."""
        with self.place.open() as top:
            for parents, last in _list_spellings(name):
                for where, found, summary in _find_results(top, parents, last):
                    yield os.path.join(_path_below(top, where), found), summary

    def find_newest(self, path: str) -> tuple[str, str] | None:
        """The newest result of a source of this path inside inbox, whatever its extension; None without one.

        Its path in the outbox, and that of its source inside inbox.
        """
        spelt = dict.fromkeys([path, *(unicodedata.normalize(form, path) for form in ("NFC", "NFD"))])
        found = [
            (str(summary.get("finished_at")), result, str(summary.get("source")))
            for each in spelt
            for result, summary in self.find_results(each)
            if stem_of(str(summary.get("source"))) == stem_of(path) and "rejected" not in summary
        ]
        if not found:
            return None
        _, newest, source = max(found)
        return newest, source

    def find_ended(self, name: str, job_id: str, *, on_top: str = "") -> str | None:
        """The path of what a job was delivered or rejected as, made durable; None where it was neither.

        `on_top` as in `deliver`, in case that came no further than the result.
        """
        with self.place.open() as top:
            for inside, (parents, last) in itertools.product(([], [REJECTED]), _list_spellings(name)):
                for where, found, summary in _find_results(top, [*inside, *parents], last):
                    if summary.get("job_id") == job_id:
                        _make_durable(top, where, found)
                        path = os.path.join(_path_below(top, where), found)
                        self._lift_beside(path, on_top)
                        return path
        return None

    def _put(self, inside: str, name: str, job_id: str, parcel: Parcel, *, on_top: str = "") -> str:
        """Build a result and give it the first free name of its folder; its path in the outbox."""
        above = [shorten(part) for part in _split_name(name)[0]]
        with self.place.open() as top, open_stage(top, [inside, *above] if inside else above) as stage:
            modes = read_modes(top)
            spell = _choose_spelling(stage, job_id, modes, name, parcel.files)
            parents, last = _spelt(name, spell)
            on_top = spell_file(on_top, spell) if on_top else ""
            with _open_target(top, stage, inside, parents, job_id, modes) as where:
                partial = _build_hidden(stage, job_id, modes, parcel, spell)
                at_the_top = not inside and not parents
                for free in numbered(last):
                    if at_the_top and _is_reserved(free):
                        continue
                    if on_top and where.has(name_beside(free, on_top)):
                        continue
                    if stage.move_folder_unless_taken(partial, where, free):
                        fsync_chain(where.path, top.path)
                        return os.path.join(_path_below(top, where), free)
        raise AssertionError("numbered names never end")

    def _lift_beside(self, path: str, on_top: str) -> None:
        """Put a file of a result beside its folder, last of all; again, it does nothing."""
        if not on_top:
            return
        with self.place.open() as top, Folder(os.path.join(top.path, path)) as result:
            on_top = find_spelt(result, on_top)
            if not on_top:
                return
            above, last = os.path.split(path)
            with Folder(os.path.join(top.path, above)) as where:
                for name in numbered(last):
                    if result.link_unless_taken(on_top, name_beside(name, on_top), where):
                        return

    def sweep(self, open_jobs: set[str]) -> None:
        """Delete half-built results of jobs that are no longer open, and half-written files."""
        with self.place.open() as top:
            for stage in list_stages(top):
                with stage:
                    try:
                        _sweep_stage(stage, open_jobs)
                    except OSError as error:
                        if is_one_mount(top, stage):
                            raise
                        log.warning("not swept path=%r (%s)", shown(stage.path), error.strerror)

    def abandon(self, job_id: str) -> None:
        """Delete what was half built for a job that is not to be delivered."""
        with self.place.open() as top:
            for stage in list_stages(top):
                with stage:
                    if stage.has(_partial_name(job_id)):
                        stage.delete_tree(_partial_name(job_id))

    def write_page(self, name: str, text: str, mark: bytes) -> bool:
        """Put a page there, whole, in place of an earlier one; False where another file has the name.

        `mark` stands in the first lines of each page, so that nothing else is taken for one.
        """
        with self.place.open() as top:
            if not _is_free_or_marked(top, name, mark):
                return False
            modes = read_modes(top)
            top.write(name, text.encode("utf-8", "replace"), modes.file, modes.group)
            return True

    def remove_page(self, name: str, mark: bytes) -> None:
        """Remove a page that has nothing left to show; any other file of its name stays."""
        with self.place.open() as top:
            if _is_free_or_marked(top, name, mark):
                top.unlink(name)

    def write_status(self, text: str) -> None:
        """Rewrite STATUS.txt."""
        with self.place.open() as top:
            modes = read_modes(top)
            top.rewrite(STATUS, text.encode("utf-8", "replace"), modes.file, modes.group)


def _is_free_or_marked(top: Folder, name: str, mark: bytes) -> bool:
    """Whether a name is free, or that of a file in whose first lines the mark stands."""
    try:
        fd = top.open(name)
    except FileNotFoundError:
        return True
    except OSError as error:
        if tells_nothing(error) and not is_about_rights(error):
            raise
        return False
    with os.fdopen(fd, "rb") as file:
        return mark in file.read(_HEAD_BYTES)


def _sweep_stage(stage: Folder, open_jobs: set[str]) -> None:
    stage.sweep()
    for name in stage.names():
        hidden = HiddenName.parse(name)
        if hidden is not None and hidden.use is Use.PARTIAL and hidden.owner not in open_jobs:
            stage.delete_tree(name)


def list_stages(top: Folder) -> Iterator[Folder]:
    """The folders in which results are built: the outbox, and the mounts in it. The caller closes them."""
    yield Folder(".", parent=top)
    for path in mounts_inside(top.path):
        try:
            stage = Folder(path)
        except OSError:
            continue  # it is away, or not ours to look into
        yield stage


def open_stage(top: Folder, parents: Sequence[str]) -> Folder:
    """The folder in which a result is built: the highest from where a rename gets to where it is to lie.

    That is the outbox, unless something is mounted inside it; `parents` are the names of the folders in it
    that lead to the result. The caller closes it.
    """
    stage = Folder(".", parent=top)
    with contextlib.ExitStack() as stack:
        here = top
        for part in parents:
            try:
                inner = stack.enter_context(here.sub(part))
            except OSError:
                break
            if not is_one_mount(here, inner):
                stage.close()
                stage = Folder(".", parent=inner)
            here = inner
    return stage


def _choose_spelling(stage: Folder, job_id: str, modes: Modes, name: str, files: Collection[str]) -> Spelling:
    """How the names of a result are spelt, so that the filesystem takes them; tried where it is built.

    `files` are the names in the result. Raises OSError where the filesystem takes not even plain names.
    """
    parents, last = _split_name(name)
    longest = max(map(_extension_of, files), key=len, default="")
    names = [*parents, last, shorten(last) + f"-9999{longest}"]
    if all(map(is_plain, [*names, *files])):
        return shorten
    with _make_hidden(stage, job_id, modes) as scratch:
        return try_spellings(scratch, names, files)


def try_spellings(scratch: Folder, names: Collection[str], files: Collection[str]) -> Spelling:
    """How these names of folders, and of files in a result, are spelt so that the filesystem takes them.

    Tried in an empty folder, which is empty again afterwards. Raises OSError where it takes not even plain
    names.
    """
    if all(map(is_plain, [*names, *files])):
        return shorten
    for spell in _SPELLINGS:
        spelt = {spell(each) for each in names} | {spell_file(each, spell) for each in files}
        if all(map(scratch.takes_name, spelt)):
            return spell
    raise OSError(
        errno.EINVAL, "not even plain names are taken there", os.path.normpath(os.path.dirname(scratch.path))
    )


def _extension_of(name: str) -> str:
    return os.path.splitext(name)[1]


def spell_file(name: str, spell: Spelling) -> str:
    """A file's name in a result; it comes shortened before its extension, which another cut would take."""
    return name if spell is shorten else spell(name)


def find_spelt(folder: Folder, name: str) -> str:
    """What the file of this name is called in a result's folder, however it was spelt; "" for none."""
    return next(filter(folder.has, (spell_file(name, spell) for spell in _SPELLINGS)), "")


def _spelt(name: str, spell: Spelling) -> tuple[list[str], str]:
    """The folders and the last name of a source, spelt so."""
    parents, last = _split_name(name)
    return [spell(part) for part in parents], spell(last)


def _build_hidden(top: Folder, job_id: str, modes: Modes, parcel: Parcel, spell: Spelling) -> str:
    """Build a result's folder under its hidden name, whole and durable; that name."""
    with _make_hidden(top, job_id, modes) as folder:
        files = dict(parcel.files)
        for name, (source, kept) in parcel.copies.items():
            try:
                _copy_file(source, kept, folder, name, modes)
            except OSError as error:
                if not parcel.without or sort_fault(error) is DiskFault.PASSING:
                    raise
                log.warning("no copy of name=%r (%s)", shown(os.path.join(source.path, kept)), error.strerror)
                files |= parcel.without
        for name, content in ((spell_file(each, spell), content) for each, content in files.items()):
            folder.write(name, pieces_of(content), modes.file)
            give_group(folder, name, modes)
        folder.fsync()
    return os.path.basename(folder.path)


def _copy_file(source: Folder, kept: str, folder: Folder, name: str, modes: Modes) -> None:
    fd = source.open(kept)
    try:
        folder.copy_in(fd, name, modes.file)
    finally:
        os.close(fd)
    give_group(folder, name, modes)


def give_group(folder: Folder, name: str, modes: Modes) -> None:
    """Give a file the outbox's group, where that is allowed."""
    with contextlib.suppress(OSError):
        os.chown(name, -1, modes.group, dir_fd=folder.fd, follow_symlinks=False)


def _partial_name(job_id: str) -> str:
    return HiddenName(Use.PARTIAL, job_id).build()


def name_beside(folder: str, on_top: str) -> str:
    """What a file of a result is called that stands beside its folder."""
    return folder + os.path.splitext(on_top)[1]


def read_modes(top: Folder) -> Modes:
    """What a result takes from the outbox, an open folder."""
    found = os.fstat(top.fd)
    mode = stat.S_IMODE(found.st_mode)
    return Modes(folder=mode & 0o2777, file=mode & 0o666, group=found.st_gid)


def _split_name(name: str) -> tuple[list[str], str]:
    *parents, last = map(visible, name.split("/"))
    return parents, os.path.splitext(last)[0]


def _list_spellings(name: str) -> list[tuple[list[str], str]]:
    """The folders and the last name that a source's result may have, each once."""
    found: list[tuple[list[str], str]] = []
    for spell in _SPELLINGS:
        spelt = _spelt(name, spell)
        if spelt not in found:
            found.append(spelt)
    return found


def _path_below(top: Folder, where: Folder) -> str:
    path = os.path.relpath(where.path, top.path)
    return "" if path == os.curdir else path


def _open_target(
    top: Folder, stage: Folder, inside: str, parents: list[str], job_id: str, modes: Modes
) -> Folder:
    """The folder that a result comes to lie in, made where it is missing; the caller closes it."""

    def make(here: Folder, missing: str) -> Folder:
        """A folder, made hidden first: nobody ever finds it without its permissions."""
        built_in = stage if is_one_mount(stage, here) else here
        with _make_hidden(built_in, job_id, modes) as hidden:
            built_in.move_folder_unless_taken(os.path.basename(hidden.path), here, missing)
        return here.sub(missing)

    with _open_subfolder(top, [inside] if inside else [], make, guarded=False) as base:
        return _open_subfolder(base, parents, make, guarded=not inside)


def _is_reserved(name: str) -> bool:
    lowered = name.lower()
    is_ours = lowered in _RESERVED or _INDEX_PAGE.fullmatch(lowered) is not None
    return is_ours or name.startswith(".")


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
    for name in numbered(part):
        if guarded and _is_reserved(name):
            continue
        try:
            inner = here.sub(name)
        except FileNotFoundError:
            return make(here, name)
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                raise
            log.warning("passed over path=%r it is no folder of the outbox", shown(f"{here.path}/{name}"))
            continue
        if not inner.has(SUMMARY):
            return inner
        inner.close()
    raise AssertionError("numbered names never end")


def _make_hidden(top: Folder, job_id: str, modes: Modes) -> Folder:
    """A new, empty folder under the hidden name of this job; the caller closes it."""
    name = _partial_name(job_id)
    if top.has(name):
        top.delete_tree(name)
    made = top.make(name, modes.folder)
    with contextlib.suppress(OSError):
        os.fchown(made.fd, -1, modes.group)
    return made


def _find_results(
    here: Folder, parents: list[str], last: str
) -> Iterator[tuple[Folder, str, dict[str, Any]]]:
    """Each result of a source of this path: the folder it lies in, its name and its summary.

    All numbers are looked at, not those up to the first free one: people remove results.
    """
    for name in _list_numbered(here, parents[0] if parents else last):
        try:
            inner = here.sub(name)
        except OSError as error:
            if tells_nothing(error) and not is_about_rights(error):  # what is not ours to read is not ours
                raise
            continue
        with inner:
            summary = read_summary(inner)
            if parents and summary is None:
                yield from _find_results(inner, parents[1:], last)
            elif not parents and summary:
                yield here, name, summary


def read_summary(folder: Folder) -> dict[str, Any] | None:
    """What a result says of itself, nothing where that can't be understood; None for other folders."""
    try:
        summary = json.loads(folder.read(SUMMARY))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and tells_nothing(error) and not is_about_rights(error):
            raise
        return {}
    return summary if isinstance(summary, dict) else {}


def _list_numbered(here: Folder, name: str) -> list[str]:
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
