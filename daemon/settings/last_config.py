"""The last config.yaml that was good, for the commands that pause, stop and mend.

A slip in the file must not take the brakes off.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress

from daemon.errors import ConfigError
from daemon.settings.config import MOST_BYTES, Config, Root, identify_files, load_text
from daemon.system.files import Folder
from daemon.system.paths import read_beginning

FILE = ".config.yaml"
"""Its name in the state folder, where the daemon keeps it."""

_FOLDER = re.compile(r"^(inbox|outbox|state)[ \t]*:[ \t]*([^\s#][^#\n]*?)[ \t]*(?:#.*)?$", re.M)


def keep_config(root: Root, state: Folder) -> None:
    """Keep the text of a config that is in force; where there is no room, the one before it is kept.

    So it is where the file has changed since it was read: what it says now may hold mistakes.
    """
    if root.file is None:
        return
    with suppress(OSError):
        text = read_beginning(root.file, MOST_BYTES)[0]
        if root.seen in (None, identify_files(root.file)):
            state.rewrite(FILE, text)


def find_last_config(file: str) -> Root | None:
    """The root as the last good config describes it; None where nothing ever ran here.

    What of the file can still be read says where the state folder is.
    """
    path = os.path.abspath(file)
    default, folders = Config(), _find_folders(path)
    config = Config(
        inbox=folders.get("inbox", default.inbox),
        outbox=folders.get("outbox", default.outbox),
        state=folders.get("state", default.state),
    )
    root = Root(config, os.path.realpath(os.path.dirname(path)), path)
    try:
        with Folder(root.state) as state:
            kept = state.read(FILE) if state.has(FILE) else None
        return root if kept is None else load_text(kept.decode("utf-8-sig"), path)
    except (OSError, UnicodeDecodeError, ConfigError):
        return None


def _find_folders(path: str) -> dict[str, str]:
    """The folders that a config names, line by line, whatever else is wrong with it."""
    try:
        data, _ = read_beginning(path, MOST_BYTES)
    except OSError:
        return {}
    text = data.decode("utf-8", "replace")
    return {name: folder.strip("\"'") for name, folder in _FOLDER.findall(text)}
