"""PAUSE files: while one lies in the root, inbox/ or state/, nothing new begins. Only people write it."""

from __future__ import annotations

import contextlib
import os
import re

from daemon.errors import UsageError
from daemon.system.file_names import shown
from daemon.system.files import Folder

PAUSE = "PAUSE"
_SPELLINGS = re.compile(r"pause(\.txt)?", re.IGNORECASE)
_REASON_CHARACTERS = 200


class PauseFiles:
    """The PAUSE files of some folders.

    Asked before every request, so a plain PAUSE takes effect at once; other spellings (PAUSE.txt, pause)
    are found by `look_for_files`.
    """

    def __init__(self, *folders: str) -> None:
        self._folders = folders
        self._found: str | None = None

    def look_for_files(self) -> None:
        """List the folders for PAUSE in any spelling."""
        paths = [path for folder in self._folders for path in find_pause_files(folder)]
        self._found = paths[0] if paths else None

    def find_reason(self) -> str | None:
        """Why it is paused ("" where the file says nothing), None when it is not."""
        for path in (*(os.path.join(folder, PAUSE) for folder in self._folders), self._found):
            if path is not None and os.path.lexists(path):
                return _read_reason_at(path)
        return None


def is_pause(name: str) -> bool:
    """Whether a file of this name pauses: PAUSE, PAUSE.txt, in any case."""
    return bool(_SPELLINGS.fullmatch(name))


def find_pause_files(folder: str) -> list[str]:
    """The paths of the PAUSE files in a folder; none where it can't be listed."""
    try:
        return [os.path.join(folder, name) for name in os.listdir(folder) if is_pause(name)]
    except OSError:
        return []


def make_pause_file(folder: str, reason: str) -> None:
    """Write a PAUSE into a folder; everybody may read why."""
    with Folder(folder) as inside:
        inside.write(PAUSE, reason.encode("utf-8", "replace"), 0o644)


def remove_pause_files(folder: str) -> bool:
    """Remove the PAUSE files of a folder; True when there were some. Raises UsageError where it can't."""
    paths = find_pause_files(folder)
    for path in paths:
        is_folder = os.path.isdir(path) and not os.path.islink(path)
        try:
            with contextlib.suppress(FileNotFoundError):
                (os.rmdir if is_folder else os.unlink)(path)
        except OSError as error:
            raise UsageError(f"{path} can't be removed ({error.strerror}).", "Remove it by hand.") from None
    return bool(paths)


def read_reason(folder: Folder, name: str = PAUSE) -> str:
    """What a PAUSE file says, in a line; "" where it says nothing or can't be read."""
    try:
        with os.fdopen(folder.open(name), "rb") as file:
            text = file.read(_REASON_CHARACTERS * 4).decode("utf-8", "replace")
    except OSError:
        return ""
    return shown(" ".join(text.split()))[:_REASON_CHARACTERS]


def _read_reason_at(path: str) -> str:
    try:
        with Folder(os.path.dirname(path)) as folder:
            return read_reason(folder, os.path.basename(path))
    except OSError:
        return ""
