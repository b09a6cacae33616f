"""The one safe write, and what else touches names on disk.

A file written here is on the disk, whole and under its name, when the call returns; or the call
raises and no reader ever saw a part of it. The order is: temporary name, write, fsync, rename,
fsync of the folder. No other module renames, links or makes folders.

Work goes through an open `Folder`, so that what was opened is what is written to, even if
somebody renames the path meanwhile.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import itertools
import logging
import os
import stat
import threading
import unicodedata
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import BinaryIO, Concatenate, ParamSpec, TypeVar

from daemon.system.disk_faults import UNABLE, is_about_rights, name_path, tells_nothing
from daemon.system.hidden_names import HiddenName, Use
from daemon.system.open_file import copy_data, give_to, say_once, set_mode, set_times, write_all
from daemon.system.process.other_processes import is_another

log = logging.getLogger(__name__)

_P = ParamSpec("_P")
_R = TypeVar("_R")

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_SCRATCH_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NOTE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
_RENAME_EXCHANGE = 2  # of renameat2, in linux/fs.h
_counter = itertools.count()
_NOTHING_BEHIND = (errno.ENXIO, errno.ENODEV)  # a broken disk says so, too
_LINK_REFUSED = UNABLE | {errno.EMLINK, errno.EXDEV}
_synced: set[int] = set()  # the devices on which an fsync of a folder has succeeded
_Method = Callable[Concatenate["Folder", str, _P], _R]


def _make_irregular(name: str) -> OSError:
    return OSError(errno.EINVAL, "not a regular file", name)


def _naming(*, reading: bool = False) -> Callable[[_Method[_P, _R]], _Method[_P, _R]]:
    """Let the errors of a method, whose first argument is a name, tell the whole path."""

    def wrap(method: _Method[_P, _R]) -> _Method[_P, _R]:
        @functools.wraps(method)
        def call(self: Folder, name: str, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            try:
                return method(self, name, *args, **kwargs)
            except OSError as error:
                name_path(error, os.path.join(self.path, name), reading=reading)
                raise

        return call

    return wrap


class Folder:
    """An open folder; the names given to its methods are single names inside it.

    All methods raise OSError as the system does.
    """

    def __init__(self, path: str, *, parent: Folder | None = None) -> None:
        self.path: str = path if parent is None else os.path.join(parent.path, path)
        self._has_synced = False
        self._listing = threading.Lock()
        try:
            self.fd: int = os.open(path, _FOLDER_FLAGS, dir_fd=None if parent is None else parent.fd)
        except OSError as error:
            name_path(error, self.path, reading=True)
            raise

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the descriptor; harmless when done twice."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def names(self, start: str = "") -> list[str]:
        """All names in the folder that begin with `start`, sorted."""
        try:
            with self._listing:  # a descriptor has one position: two listings at once would share the names
                names = os.listdir(self.fd)
            return sorted(name for name in names if name.startswith(start))
        except OSError as error:
            name_path(error, os.path.join(self.path, "."), reading=True)
            raise

    def has(self, name: str) -> bool:
        """Whether something of this name is there, whatever it is."""
        return self.stat(name) is not None

    @_naming(reading=True)
    def stat(self, name: str) -> os.stat_result | None:
        """The lstat of a name, None where there is nothing: a name too long for the disk is nobody's."""
        try:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            return None

    def sub(self, name: str) -> Folder:
        """A folder inside this one; the caller closes it."""
        return Folder(name, parent=self)

    @_naming(reading=True)
    def open(self, name: str) -> int:
        """A descriptor to read a regular file with; a pipe, socket or device raises OSError(EINVAL)."""
        try:
            fd = os.open(name, _READ_FLAGS, dir_fd=self.fd)
        except OSError as error:
            # A socket, or a device with nothing behind it; said of a disk, the same would hold everybody.
            if error.errno in _NOTHING_BEHIND and not stat.S_ISREG(self._look_at(name)):
                raise _make_irregular(name) from None
            raise
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise _make_irregular(name)
        return fd

    def _look_at(self, name: str) -> int:
        """The type and mode of what has this name; of a link, its own."""
        return os.stat(name, dir_fd=self.fd, follow_symlinks=False).st_mode

    @_naming(reading=True)
    def read(self, name: str) -> bytes:
        """The bytes of a regular file."""
        with os.fdopen(self.open(name), "rb") as file:
            return file.read()

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        """A regular file that is open for reading."""
        with os.fdopen(self.open(name), "rb") as file:
            try:
                yield file
            except OSError as error:
                name_path(error, os.path.join(self.path, name), reading=True)
                raise

    @_naming()
    def write(
        self,
        name: str,
        data: bytes | Iterator[bytes],
        mode: int = PRIVATE_FILE,
        group: int | None = None,
        owner: int | None = None,
    ) -> None:
        """Put a file there, whole and durable, in place of what had the name; `data` may come in pieces.

        It belongs to the group and the owner of these ids, where they are given and that is allowed.
        """
        with self.writing(name, mode) as fd:
            for piece in (data,) if isinstance(data, bytes) else data:
                write_all(fd, piece)
            give_to(fd, owner, group)

    @contextlib.contextmanager
    def writing(self, name: str, mode: int = PRIVATE_FILE) -> Iterator[int]:
        """A file to be written bit by bit, as a descriptor; under its name, and durable, once it is whole."""
        with self.temporary(mode) as (fd, temporary):
            yield fd
            os.fsync(fd)
            os.rename(temporary, name, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        self.fsync()

    def rewrite(self, name: str, data: bytes, mode: int = PRIVATE_FILE, group: int | None = None) -> None:
        """Write what matters only for now; over the file itself where there is no room or right for another.

        A reader may then find it torn.
        """
        try:
            self.write(name, data, mode, group)
        except OSError as error:
            is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            if not (is_full or is_about_rights(error)) or not self.has(name):
                raise
            self.note(name, data)

    @_naming()
    def note(self, name: str, data: bytes, mode: int = PRIVATE_FILE) -> None:
        """Put a file there that a crash of the process leaves, though a power cut may not: no fsync.

        It is written over what has the name, so that no room is needed for what had it before. `mode` is
        that of a new file, less the umask.
        """
        fd = os.open(name, _NOTE_FLAGS, mode, dir_fd=self.fd)
        try:
            write_all(fd, data)
            os.ftruncate(fd, len(data))
        finally:
            os.close(fd)

    def copy_in(self, source: int, name: str, mode: int = PRIVATE_FILE) -> None:
        """Copy an open file under a name, whole and durable, with its time of modification."""
        before = os.fstat(source)
        try:
            with self.writing(name, mode) as fd:
                copy_data(source, fd, before.st_size)
                set_times(fd, before)
        except OSError as error:
            name_path(error, os.path.join(self.path, name), reading=False)
            raise

    @_naming()
    def make(self, name: str, mode: int | None = PRIVATE_FOLDER) -> Folder:
        """A new folder inside this one, durable; FileExistsError decides who owns the name.

        With no mode it is its owner's alone, but for what it inherits: its group, to be passed on.
        """
        os.mkdir(name, PRIVATE_FOLDER, dir_fd=self.fd)
        with contextlib.ExitStack() as undo:
            undo.callback(self._remove_empty, name)  # else each new try would find another name taken
            made = self.sub(name)
            undo.callback(made.close)
            if mode is not None:
                set_mode(made.fd, mode)
            self.fsync()
            undo.pop_all()
        return made

    def _remove_empty(self, name: str) -> None:
        """Remove an empty folder where that can be done."""
        with contextlib.suppress(OSError):
            self.rmdir(name)

    def open_scratch(self) -> int:
        """A descriptor of a new file without a name, to write and read; it is gone when that is closed."""
        name = HiddenName(Use.TEMPORARY, str(os.getpid()), f"-{next(_counter)}").build()
        try:
            self.unlink(name)
            fd = os.open(name, _SCRATCH_FLAGS, PRIVATE_FILE, dir_fd=self.fd)
        except OSError as error:
            name_path(error, os.path.join(self.path, "."), reading=False)
            raise
        with contextlib.suppress(OSError):  # some disks keep the name of an open file: it is swept later
            self.unlink(name)
        return fd

    def takes_name(self, name: str) -> bool:
        """Whether the filesystem has names like this one, spelt exactly so; tried in this folder.

        Nothing may lie there under that name. Raises OSError where that can't be told for now.
        """
        try:
            os.mkdir(name, PRIVATE_FOLDER, dir_fd=self.fd)
        except OSError as error:
            if error.errno == errno.EEXIST or tells_nothing(error):
                name_path(error, os.path.join(self.path, name), reading=False)
                raise
            return False
        try:
            spelt = {unicodedata.normalize("NFC", each) for each in self.names()}
            return unicodedata.normalize("NFC", name) in spelt
        finally:
            os.rmdir(name, dir_fd=self.fd)

    def fsync(self) -> None:
        """Make the listing durable, where the disk can do that; some have no fsync of folders."""
        try:
            os.fsync(self.fd)
        except OSError as error:
            device = os.fstat(self.fd).st_dev
            if not (error.errno in UNABLE or (error.errno == errno.EIO and self._never_syncs(device))):
                name_path(error, os.path.join(self.path, "."), reading=False)
                raise
            say_once(device, "fsync of folders", self.path, error)
        else:
            if not self._has_synced:
                _synced.add(os.fstat(self.fd).st_dev)
                self._has_synced = True

    def _never_syncs(self, device: int) -> bool:
        """Whether EIO means that a disk can't fsync folders (shares under WSL say so), not that it broke.

        It never could, a file is fsynced without fault, and the folder is refused once more.
        """
        if device in _synced:
            return False
        try:
            with self.temporary(PRIVATE_FILE) as (fd, name):
                write_all(fd, b"x")
                os.fsync(fd)
                self.unlink(name)
        except OSError:
            return False
        try:
            os.fsync(self.fd)
        except OSError as error:
            return error.errno == errno.EIO
        return False

    @_naming()
    def fsync_file(self, name: str) -> None:
        """Make a file that is there durable."""
        fd = self.open(name)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    @_naming()
    def unlink(self, name: str) -> None:
        """Remove a file; nothing happens where there is none, or can be none by that name."""
        try:
            os.unlink(name, dir_fd=self.fd)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENAMETOOLONG):
                raise

    @_naming()
    def rmdir(self, name: str) -> None:
        """Remove an empty folder."""
        os.rmdir(name, dir_fd=self.fd)

    def move(self, name: str, into: Folder, as_name: str) -> None:
        """Rename, durably, from here into another folder (or this one)."""
        try:
            os.rename(name, as_name, src_dir_fd=self.fd, dst_dir_fd=into.fd)
        except OSError as error:
            name_path(error, os.path.join(into.path, as_name), reading=False)
            raise
        into.fsync()
        if into is not self:
            self.fsync()

    def set_aside(self, name: str) -> str:
        """Rename what is not ours or not whole, so that it is in nobody's way and not lost; its new name."""
        aside = f"{name}.foreign-{os.urandom(3).hex()}"
        self.move(name, self, aside)
        return aside

    def move_folder_unless_taken(self, name: str, into: Folder, as_name: str) -> bool:
        """Rename a folder; False where the name is taken.

        The system refuses to rename a folder onto anything but an empty folder, so between the
        look and the rename nothing can be overwritten.
        """
        if into.has(as_name):
            return False
        try:
            self.move(name, into, as_name)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                return False
            raise
        return True

    def exchange(self, name: str, into: Folder, other: str) -> None:
        """Let two names, here and in another folder (or this one), change places at once, durably.

        Raises OSError where the filesystem or the system can't do that.
        """
        rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if rename is None:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
        if rename(self.fd, os.fsencode(name), into.fd, os.fsencode(other), _RENAME_EXCHANGE):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), name)
        into.fsync()
        if into is not self:
            self.fsync()

    def link_tree(self, name: str, into: Folder) -> None:
        """Put a file, or a folder with all in it, into another folder as well; links are left out.

        Files get a second name; where the filesystem has no such names they are copied.
        """
        found = self.stat(name)
        if found is not None and stat.S_ISDIR(found.st_mode):
            with self.sub(name) as inner, into.make(name, stat.S_IMODE(found.st_mode)) as made:
                give_to(made.fd, found.st_uid)
                for child in inner.names():
                    inner.link_tree(child, made)
                made.fsync()
        elif found is not None and stat.S_ISREG(found.st_mode):
            try:
                os.link(name, name, src_dir_fd=self.fd, dst_dir_fd=into.fd, follow_symlinks=False)
            except OSError as error:
                if error.errno not in _LINK_REFUSED:
                    raise
                self.copy_to(name, into, name, stat.S_IMODE(found.st_mode))

    def copy_to(self, name: str, into: Folder, as_name: str, mode: int = PRIVATE_FILE) -> None:
        """Copy a file into another folder, whole and durable."""
        fd = self.open(name)
        try:
            into.copy_in(fd, as_name, mode)
        finally:
            os.close(fd)

    def link_unless_taken(self, name: str, as_name: str, into: Folder | None = None) -> bool:
        """Give a file another name, here or in another folder, and drop the first, durably.

        False where the name is taken, but by this very file: then it was only not dropped yet.
        """
        into = into or self
        try:
            os.link(name, as_name, src_dir_fd=self.fd, dst_dir_fd=into.fd, follow_symlinks=False)
        except FileExistsError:
            if not _is_one_file(self.stat(name), into.stat(as_name)):
                return False
        except OSError as error:
            if error.errno not in _LINK_REFUSED:
                name_path(error, os.path.join(into.path, as_name), reading=False)
                raise
            if into.has(as_name):
                return False
            self.move(name, into, as_name)
            return True
        into.fsync()
        self.unlink(name)
        self.fsync()
        return True

    def sweep(self, *, shared: bool = False) -> None:
        """Remove what interrupted writes left behind, and no other file.

        Where other processes write as well (`shared`), what belongs to a living one is left to it.
        """
        for name in self.names():
            hidden = HiddenName.parse(name)
            if hidden is None or hidden.use is not Use.TEMPORARY:
                continue
            if shared and is_another(int(hidden.owner)):
                continue
            found = self.stat(name)
            if found is not None and stat.S_ISREG(found.st_mode):
                self.unlink(name)

    def delete_tree(self, name: str) -> None:
        """Delete a folder and all in it, without following links."""
        with self.sub(name) as inner:
            for child in inner.names():
                found = inner.stat(child)
                if found is not None and stat.S_ISDIR(found.st_mode):
                    inner.delete_tree(child)
                else:
                    inner.unlink(child)
        self.rmdir(name)

    @contextlib.contextmanager
    def temporary(self, mode: int = PRIVATE_FILE) -> Iterator[tuple[int, str]]:
        """A new file under a hidden name, open for writing; removed again where something goes wrong."""
        name = HiddenName(Use.TEMPORARY, str(os.getpid()), f"-{next(_counter)}").build()
        try:
            fd = os.open(name, _WRITE_FLAGS, PRIVATE_FILE, dir_fd=self.fd)
        except FileExistsError:  # left there by another process of this number
            self.unlink(name)
            fd = os.open(name, _WRITE_FLAGS, PRIVATE_FILE, dir_fd=self.fd)
        try:
            set_mode(fd, mode)
            yield fd, name
        except BaseException:
            with contextlib.suppress(OSError):
                self.unlink(name)
            raise
        finally:
            os.close(fd)


def _is_one_file(a: os.stat_result | None, b: os.stat_result | None) -> bool:
    return a is not None and b is not None and os.path.samestat(a, b)
