"""corrections.yaml: what is to be written otherwise, one a line, beside config.yaml.

It holds what the `corrections` of config.yaml may hold, so that a program can add to it without touching what
a person wrote there.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping

import yaml
from msgspec import field

from daemon.errors import ConfigError, SchemaError, say_error
from daemon.settings.schema import Keys, Phrase, Text, check_types, strip_texts
from daemon.settings.yaml_text import load_yaml
from daemon.system.files import Folder
from daemon.text.names.spelling import fold_phrase, respelling_of

FILE_NAME = "corrections.yaml"
_MOST_BYTES = 1 << 20
_NEW_MODE = 0o644
_MEND = "Write it as `heard: written` lines, such as `Eefa: Aoife`."


class _Corrections(Keys, frozen=True):
    """What the file holds, under the key by which mistakes in it are told."""

    corrections: dict[Phrase, Text] = field(default_factory=dict)


def read_corrections(folder: str) -> dict[str, str]:
    """The corrections in the file of a root; none where there is no file. Raises ConfigError."""
    path = os.path.join(folder, FILE_NAME)
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            data = file.read(_MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} can't be read ({say_error(error)}).", "Mend the file or its permissions."
        ) from None
    if len(data) > _MOST_BYTES:
        raise ConfigError(f"{path} has more than {_MOST_BYTES:,} bytes.", "Shorten it.")
    return parse_corrections(text, path)


def parse_corrections(text: str, path: str = FILE_NAME) -> dict[str, str]:
    """The corrections that a file's text holds; raises ConfigError. `path` is for the messages only."""
    try:
        raw = load_yaml(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        what = " ".join(str(error).split())
        raise ConfigError(f"{path} is not valid YAML: {what}.", "Mend that line.") from None
    try:
        return check_types({"corrections": {} if raw is None else strip_texts(raw)}, _Corrections).corrections
    except SchemaError as error:
        raise ConfigError(f"{path}: {error.message}.", _MEND) from None


def merge_corrections(*layers: Mapping[str, str]) -> dict[str, str]:
    """Several mappings as one; the later goes before, whatever the case of what is heard."""
    merged: dict[str, tuple[str, str]] = {}
    for layer in layers:
        for heard, written in layer.items():
            merged[fold_phrase(heard)] = heard, written
    return dict(merged.values())


def add_correction(folder: str, heard: str, written: str, others: Mapping[str, str]) -> str | None:
    """Add a line to the file of a root, as "always write it so" asks; None, or why that can't be done.

    What stands there stays as it is. `others` are the corrections that hold beside those of the file. The
    file is written whole or not at all.
    """
    try:
        there = read_corrections(folder)
    except ConfigError as error:
        return error.message
    if there.get(heard) == written:
        return None
    if heard.casefold() in map(str.casefold, there):
        return f"{FILE_NAME} says otherwise"
    line = f"{json.dumps(heard, ensure_ascii=False)}: {json.dumps(written, ensure_ascii=False)}\n"
    try:
        with Folder(folder) as opened:
            known = opened.has(FILE_NAME)
            text = opened.read(FILE_NAME).decode("utf-8-sig") if known else ""
            mode = stat.S_IMODE(os.stat(FILE_NAME, dir_fd=opened.fd).st_mode) if known else _NEW_MODE
            text = f"{text.rstrip()}\n{line}" if text.strip() else line
            respelling_of(merge_corrections(parse_corrections(text), others))
            opened.write(FILE_NAME, text.encode(), mode)
    except ConfigError:
        return f"{FILE_NAME} is written in a way that no such line can be added to"
    except ValueError as error:
        return f"with it, {error}"
    except OSError as error:
        return f"{FILE_NAME} can't be written ({error.strerror})"
    return None


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting for who writes into a pipe."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)
