"""corrections.yaml: what is to be written otherwise, one a line, beside config.yaml.

It holds what the `corrections` of config.yaml may hold, so that a program can add to it without touching what
a person wrote there.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec import field

from daemon.errors import ConfigError, SchemaError, say_error
from daemon.settings.schema import Keys, Phrase, Text, check_types, tidy_texts
from daemon.settings.yaml_text import load_yaml_file
from daemon.system.files import Folder
from daemon.system.paths import read_beginning
from daemon.text.names.spelling import fold_phrase, follow_to_end

FILE_NAME = "corrections.yaml"
_MOST_BYTES = 1 << 20
_NEW_MODE = 0o644
_Pair: TypeAlias = tuple[str, str]
_MEND = "Write it as `heard: written` lines, such as `Eefa: Aoife`."


class _Corrections(Keys, frozen=True):
    """What the file holds, under the key by which mistakes in it are told."""

    corrections: dict[Phrase, Text] = field(default_factory=dict)


def read_corrections(folder: str) -> dict[str, str]:
    """The corrections in the file of a root; none where there is no file. Raises ConfigError."""
    path = os.path.join(folder, FILE_NAME)
    try:
        data, _ = read_beginning(path, _MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        if os.path.islink(path):
            raise ConfigError(f"{path} is a link that leads nowhere.", "Mend or remove it.") from None
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
    raw = load_yaml_file(text, path)
    try:
        return check_types({"corrections": tidy_texts(raw)}, _Corrections).corrections
    except SchemaError as error:
        raise ConfigError(f"{path}: {error.message}.", error.mend or _MEND) from None


def merge_corrections(*layers: Mapping[str, str]) -> dict[str, str]:
    """Several mappings as one; a later one wins, whatever the case of what is heard."""
    merged: dict[str, tuple[str, str]] = {}
    for layer in layers:
        for heard, written in layer.items():
            merged[fold_phrase(heard)] = heard, written
    return dict(merged.values())


def add_corrections(folder: str, pairs: Sequence[_Pair], others: Mapping[str, str]) -> list[str | None]:
    """Add lines to the file of a root, as "always write it so" asks: of each, None or why that can't be done.

    A pair is what is heard and what is to be written. What stands there stays as it is. `others` are the
    corrections that hold beside those of the file. The file is written whole or not at all.
    """
    try:
        there = read_corrections(folder)
    except ConfigError as error:
        return [error.message] * len(pairs)
    stand = {heard.casefold(): (heard, written) for heard, written in there.items()}
    reasons: dict[_Pair, str | None] = {}
    new: list[_Pair] = []
    for pair in pairs:
        heard = pair[0].casefold()
        if heard not in stand:
            stand[heard] = pair
            new.append(pair)
        elif stand[heard] != pair:
            reasons[pair] = f"{FILE_NAME} says otherwise"
    sound, refused = _choose_sound(there, new, others)
    reasons |= refused | dict.fromkeys(sound, _write_lines(folder, sound))
    return [reasons.get(pair) for pair in pairs]


def _choose_sound(
    there: Mapping[str, str], new: list[_Pair], others: Mapping[str, str]
) -> tuple[list[_Pair], dict[_Pair, str | None]]:
    """Those of some new corrections that can hold with what is there, and why the others can't."""
    why = _find_fault({**there, **dict(new)}, others) if new else None
    if why is None:
        return new, {}
    if len(new) == 1:
        return [], {new[0]: why}
    half = len(new) // 2
    first, refused = _choose_sound(there, new[:half], others)
    second, refused_too = _choose_sound({**there, **dict(first)}, new[half:], others)
    return first + second, refused | refused_too


def _find_fault(corrections: dict[str, str], others: Mapping[str, str]) -> str | None:
    """Why corrections can't hold together, None where they can."""
    try:
        check_types({"corrections": corrections}, _Corrections)
        follow_to_end(merge_corrections(corrections, others))
    except SchemaError:
        return "there is no letter and no digit in it"
    except ValueError as error:
        return f"with it, {error}"
    return None


def _write_lines(folder: str, pairs: Iterable[_Pair]) -> str | None:
    """Add lines to the file; None, or why that can't be done."""
    lines = [
        f"{json.dumps(heard, ensure_ascii=False)}: {json.dumps(written, ensure_ascii=False)}\n"
        for heard, written in pairs
    ]
    if not lines:
        return None
    try:
        with Folder(folder) as opened:
            known = opened.has(FILE_NAME)
            text = opened.read(FILE_NAME).decode("utf-8-sig") if known else ""
            mode = stat.S_IMODE(os.stat(FILE_NAME, dir_fd=opened.fd).st_mode) if known else _NEW_MODE
            data = "".join([f"{text.rstrip()}\n" if text.strip() else "", *lines]).encode()
            if len(data) > _MOST_BYTES:
                return f"{FILE_NAME} would have more than the {_MOST_BYTES:,} bytes that are read"
            parse_corrections(data.decode())
            opened.write(FILE_NAME, data, mode)
    except (ConfigError, UnicodeDecodeError):
        return f"{FILE_NAME} is written in a way that no such line can be added to"
    except OSError as error:
        return f"{FILE_NAME} can't be written ({error.strerror})"
    return None
