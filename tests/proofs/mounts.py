"""Filesystems of a test's own, mounted for as long as it needs them and never longer."""

import contextlib
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

_BYTES = 24 << 20  # what an ext4 with a log needs at least, and some room
# A log that is flushed by fsync alone, and renames that fsync nothing by themselves: what is not asked
# for is not given.
_STRICT = "loop,commit=300,noauto_da_alloc"


@contextlib.contextmanager
def mounted(where, *words):
    """Mount something at a folder, made where missing; whatever happens, it does not stay mounted."""
    where.mkdir(parents=True, exist_ok=True)
    _run("mount", *words, str(where))
    try:
        yield where
    finally:
        unmount(where)


def unmount(where):
    """Take off everything that is mounted at a folder; nothing happens where nothing is."""
    while os.path.ismount(where):
        if subprocess.run(["umount", str(where)], capture_output=True).returncode != 0:
            _run("umount", "--lazy", str(where))


def make_disk(image):
    """A file that holds a new, empty ext4."""
    with image.open("wb") as file:
        file.truncate(_BYTES)
    _run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0", str(image))


def disk(image, where):
    """Mount a file that holds an ext4, as a context."""
    return mounted(where, "-t", "ext4", "-o", _STRICT, str(image))


def small(where, *options):
    """Mount an empty filesystem in memory, as a context: `size=256k`, `nr_inodes=64`."""
    return mounted(where, "-t", "tmpfs", "-o", ",".join(options), "tmpfs")


@contextlib.contextmanager
def overlay(where, above):
    """Lay an overlay over a folder: what is in it is the lower layer; `above` is an empty folder."""
    upper, scratch = above / "upper", above / "scratch"
    for folder in (upper, scratch):
        folder.mkdir(parents=True)
    layers = f"lowerdir={where},upperdir={upper},workdir={scratch}"
    with mounted(where, "-t", "overlay", "-o", layers, "overlay"):
        yield where


@contextlib.contextmanager
def share(folder, where, *options):
    """Show a folder at another place through FUSE, as a share would be: `--chmod-deny` and the like."""
    where.mkdir(parents=True, exist_ok=True)
    _run("bindfs", *options, str(folder), str(where))
    try:
        yield where
    finally:
        unmount(where)


_STICKS = {
    "exfat": (["mkfs.exfat"], ["mount.exfat-fuse"]),
    "ntfs": (["mkfs.ntfs", "-F", "-Q", "-q"], ["ntfs-3g", "-o", "windows_names"]),
}


@contextlib.contextmanager
def stick(kind, image, where):
    """Mount a new, empty filesystem as Windows has them (`exfat`, `ntfs`), as a context."""
    make, mount = _STICKS[kind]
    where.mkdir(parents=True, exist_ok=True)
    with image.open("wb") as file:
        file.truncate(_BYTES)
    _run(*make, str(image))
    device = _run("losetup", "--find", "--show", str(image)).strip()
    try:
        _run(*mount, device, str(where))
        try:
            yield where
        finally:
            unmount(where)
    finally:
        _run("losetup", "--detach", device)


@functools.cache
def missing_kind(kind):
    """Why no filesystem of a kind (`share`, `overlay`, `exfat`, `ntfs`) can be mounted, None when it can."""
    tools = {"share": ["bindfs"], "overlay": []}.get(kind) or [each[0] for each in _STICKS.get(kind, ())]
    why = missing(*tools)
    if why is not None:
        return why
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        (top / "below").mkdir()
        try:
            with _mount_kind(kind, top):
                return None
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            said = getattr(error, "stderr", "") or error
            return f"{kind} is refused here: {said}".strip()


def _mount_kind(kind, top):
    if kind == "share":
        return share(top / "below", top / "at")
    if kind == "overlay":
        return overlay(top / "below", top / "above")
    return stick(kind, top / "image", top / "at")


@functools.cache
def missing(*tools):
    """Why nothing can be mounted here (with `mkfs.ext4`: no disk), None when it can."""
    for tool in ("mount", "umount", *tools):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    if os.geteuid() != 0:
        return "only root may mount"
    with tempfile.TemporaryDirectory() as folder:
        where, image = Path(folder, "mounted"), Path(folder, "image")
        try:
            if "mkfs.ext4" in tools:
                make_disk(image)
            with disk(image, where) if "mkfs.ext4" in tools else small(where, "size=64k"):
                return None
        except subprocess.CalledProcessError as error:
            return f"{error.cmd[0]} is refused here: {error.stderr.strip()}"


def _run(*words):
    """Run a command to its end; what it printed."""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


needs_mounts = pytest.mark.skipif(bool(missing()), reason=f"nothing can be mounted: {missing()}")
