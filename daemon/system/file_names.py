"""Names on disk: shortened to what a filesystem takes, numbered when taken, shown without harm."""

from __future__ import annotations

import errno
import os
import re
import shlex
from collections.abc import Iterator

from daemon.system.digest import digest_of_bytes

_LIKE_A_JOB_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
_MOST_OF_ONE_NAME = 100_000
MAX_BYTES = 200  # of 255: room for a number, an extension and what people's tools append

PORTABLE_BYTES = 96  # some encrypted folders take 143 in all

# What no name may hold on Windows, and so on NTFS, exFAT and SMB shares; and bytes that are not UTF-8.
_NOT_PORTABLE = re.compile('[<>:"/\\\\|?*\x00-\x1f\x7f\udc80-\udcff]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_ .+-]*[A-Za-z0-9_])?")


def may_be_path(text: str) -> bool:
    """Whether a file can have this name or path; what others wrote down may hold NUL, or half a character."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def shorten(name: str) -> str:
    """The name in at most 200 bytes; a longer one is cut and given a hash of the whole."""
    raw = os.fsencode(name)
    if len(raw) <= MAX_BYTES:
        return name
    mark = "-" + digest_of_bytes(raw)[:8]
    return raw[: MAX_BYTES - len(mark)].decode("utf-8", "ignore") + mark


def numbered(name: str) -> Iterator[str]:
    """The name, then the name with -2, -3 and so on: the caller takes the first that is free.

    Raises OSError(EEXIST) at its end, which only a broken disk or share reaches.
    """
    first = shorten(name)
    yield first
    for number in range(2, _MOST_OF_ONE_NAME):
        yield f"{first}-{number}"
    raise OSError(errno.EEXIST, "every name is said to be taken", name)


def numbered_file(name: str) -> Iterator[str]:
    """The file's name, then with -2, -3 and so on before its extension."""
    stem, extension = os.path.splitext(name)
    return (free + extension for free in numbered(stem))


def is_plain(name: str) -> bool:
    """Whether every filesystem takes this name as it is."""
    return bool(_PLAIN.fullmatch(name)) and len(name) <= PORTABLE_BYTES and not _DEVICES.fullmatch(name)


def make_portable(name: str) -> str:
    """The name as every filesystem in use takes it; the extension stays. A plain name stays as it is."""
    if is_plain(name):
        return name
    replaced = _NOT_PORTABLE.sub("_", name)
    if _DEVICES.fullmatch(replaced):
        replaced = f"_{replaced}"
    raw = os.fsencode(replaced)
    if len(raw) > PORTABLE_BYTES:
        stem, extension = os.path.splitext(replaced)
        end = "-" + digest_of_bytes(os.fsencode(name))[:8] + extension[:16]
        room = PORTABLE_BYTES - len(os.fsencode(end))
        replaced = os.fsencode(stem)[:room].decode("utf-8", "ignore") + end
    kept = replaced.rstrip(". ")
    return kept if kept == replaced and kept else f"{kept}_"


def make_ascii(name: str) -> str:
    """A name of few plain letters, where a filesystem takes no other; the extension stays.

    A plain name stays as it is: so do those of our own files, by which a result is known.
    """
    if is_plain(name):
        return name
    extension = os.path.splitext(name)[1]
    plain = extension if is_plain(extension[1:]) and len(extension) <= 16 else ""
    return f"transcript-{digest_of_bytes(os.fsencode(name))[:8]}{plain}"


def visible(name: str) -> str:
    """The name without the dots in front that would hide it; "_" where nothing else is left."""
    return name.lstrip(".") or "_"


def shown(name: str) -> str:
    """A name as it may stand in a log, a report or on a terminal: nothing in it is obeyed."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)


def name_for_shell(name: str, job_id: str) -> str:
    """How a person names a job or a result in a shell: by its name, or by its id where that can't be typed.

    A name can be typed if a terminal shows all of it as it is, and it looks like no option and no id.
    """
    is_seen = bool(name.strip()) and name == name.strip() and shown(name) == name and "\\" not in name
    if not is_seen or name.startswith("-") or _LIKE_A_JOB_ID.match(name):
        return shlex.quote(job_id)
    return shlex.quote(name)
