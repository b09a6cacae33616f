"""What would go wrong on this machine: folders, disks, watches, commands, units, the installation."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from daemon.cli.check.finding import Finding
from daemon.cli.service.systemd import Service
from daemon.errors import EXIT_CONFIG, EXIT_HELD, EXIT_SOME_FAILED, ConfigError
from daemon.settings.config import Root, check_folders
from daemon.system.process.own_files import PACKAGE
from daemon.system.volumes.limits import find_limits
from daemon.system.volumes.pinned_folder import PinnedFolder

_LITTLE_BYTES = 500_000_000  # free space under which a person should look
_FEW_FILES = 1_000  # that can still be made on a disk, under which a person should look
_DELETE_FILES = "Delete files there: a disk that takes no more of them holds all work, whatever room it has."
_FEW_WATCHES = 1_000  # left to all other programs of this user
_LONGEST_LINE = 256  # bytes of a script's first line that Linux looks at
_OF_PYTHON_DAEMON = ("daemon.py", "pidfile.py", "runner.py")


def look_at_folders(root: Root) -> Iterator[Finding]:
    """Whether the folders are there or will be made, can be written, and need no copying between them."""
    try:
        check_folders(root)
    except ConfigError as error:
        yield Finding(error.message, error.mend, error.exit_code)
        return
    is_new = not os.path.isdir(root.state)
    for name, path in root.folders.items():
        if os.path.isdir(path):
            yield from _check_folder(name, path)
        elif is_new:
            yield Finding(f"{name} {path} will be made at the first start")
        else:
            yield Finding(f"{name} {path} is not there", "Mount it, or make it again.", EXIT_CONFIG)
    if not is_new and os.path.isdir(root.inbox) and _find_device(root.inbox) != _find_device(root.state):
        yield Finding(
            "inbox and state are on different filesystems",
            "It works, by copying; put them on one to have files moved in an instant.",
        )


def _check_folder(name: str, path: str) -> Iterator[Finding]:
    """Whether a folder that is there can be written, and what its filesystem can't do."""
    if (fault := PinnedFolder(name, path).find_fault()) is not None:
        is_refused = not os.access(path, os.R_OK | os.W_OK | os.X_OK)
        yield Finding(fault.as_phrase, fault.mend, EXIT_CONFIG if is_refused else EXIT_HELD)
    else:
        yield Finding(f"{name} {path} can be written")
        for limit in find_limits(path, private=name == "state"):
            mend = f"{limit.consequence[:1].upper()}{limit.consequence[1:]}."
            yield Finding(f"{name} {path}: {limit.what}", mend)


def look_at_machine(root: Root) -> Iterator[Finding]:
    """Whether there is room, watches are left, commands can be run, and the program is whole."""
    yield from _check_space(root)
    yield from _check_watches(root)
    yield from _check_hooks(root)
    yield from _check_install()


def _check_hooks(root: Root) -> Iterator[Finding]:
    """Whether the commands of a person's own could be run: they are found, and may be executed."""
    for key in ("on_done", "on_problem"):
        command = getattr(root.config, key)
        if not command:
            continue
        program = shlex.split(command)[0]
        program = os.path.join(root.path, program) if os.sep in program else program
        found = shutil.which(program)
        if found is None:
            what = "can't be executed" if os.path.exists(program) else "is not found"
            mend = f"Give its whole path, and make it executable: chmod +x {shlex.quote(program)}"
            yield Finding(f"`{key}`: {program} {what}", mend, EXIT_SOME_FAILED)
        elif (interpreter := _find_interpreter(found)) and not os.access(interpreter, os.X_OK):
            mend = f"Mend the first line of {found}."
            yield Finding(f"`{key}`: {found} wants {interpreter}, which is not there", mend, EXIT_SOME_FAILED)
        else:
            yield Finding(f"`{key}`: {found} can be run")


def _find_interpreter(script: str) -> str | None:
    """The interpreter that the first line of a script names; None for what is not a script."""
    try:
        with open(script, "rb") as file:
            first = file.readline(_LONGEST_LINE)
    except OSError:
        return None
    words = first[2:].split() if first.startswith(b"#!") else []
    return os.fsdecode(words[0]) if words else None


def _check_install() -> Iterator[Finding]:
    """Whether python-daemon, whose folder has the same name, was installed over this program."""
    others = [name for name in packages_distributions().get("daemon", []) if name.lower() != "transcriptd"]
    strange = [name for name in _OF_PYTHON_DAEMON if os.path.exists(os.path.join(PACKAGE, name))]
    if others or strange:
        what = ", ".join(dict.fromkeys(others)) or f"another package's {', '.join(strange)}"
        yield Finding(
            f"{what} is installed into the same folder `daemon` as transcriptd",
            "Give transcriptd a virtual environment of its own; uninstall both here first.",
            EXIT_SOME_FAILED,
        )


def _find_device(path: str) -> int:
    return os.stat(path).st_dev


def _check_space(root: Root) -> Iterator[Finding]:
    """How much room is left on the disks, and for how many files."""
    for name in ("state", "outbox"):
        path = getattr(root, name)
        while not os.path.isdir(path):
            path = os.path.dirname(path)
        free = shutil.disk_usage(path).free
        mend = "Make room: a full disk holds all work." if free < _LITTLE_BYTES else ""
        yield Finding(f"{name} has {free / 1e9:,.1f} GB free", mend)
        disk = os.statvfs(path)
        if disk.f_files and disk.f_favail < _FEW_FILES:  # some filesystems don't count them
            yield Finding(f"{name} has room for {disk.f_favail:,} more files (inodes)", _DELETE_FILES)


def _check_watches(root: Root) -> Iterator[Finding]:
    """How many watches the folders of the inbox need, one each, of those that a user may have."""
    try:
        with open("/proc/sys/fs/inotify/max_user_watches", encoding="ascii") as file:
            most = int(file.read())
    except (OSError, ValueError):
        return
    folders = sum(1 for _ in os.walk(root.inbox))
    mend = ""
    if folders + _FEW_WATCHES >= most:
        mend = "Raise fs.inotify.max_user_watches (sysctl); until then the inbox is looked through."
    yield Finding(f"{folders:,} of {most:,} inotify watches are needed", mend)


def look_at_units(root: Root) -> Iterator[Finding]:
    """Whether a unit that is installed is for this root, and as it would be installed now."""
    for system in (True, False):
        service = Service("transcriptd", lambda line: None, system=system)
        text = service.read_installed()
        if text is None:
            continue
        if root.file is None or root.file not in text:
            yield Finding(f"{service.path} is for another root")
        elif text != service.make_unit(root, service.user_of(text), anywhere="IPAddress" not in text).text:
            mend = "Look with `transcriptd service show`, then run `transcriptd service install --force`."
            yield Finding(f"{service.path} is not as it would be installed now", mend)
        else:
            yield Finding(f"{service.path} is installed")
