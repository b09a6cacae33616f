"""What a result and its files are called in the outbox, and how it is spelt where a disk takes few names."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Collection, Mapping

from daemon.system.file_names import is_plain, make_ascii, make_portable, shorten, visible
from daemon.system.files import Folder

SUMMARY = "summary.json"
REVIEW = "review.html"
REASON = "REASON.txt"
ORIGINAL = "original"  # what the dropped file is called in a result, before its extension
STATUS = "STATUS.txt"
INDEX = "index.html"
REJECTED = "rejected"
_RESERVED = frozenset({REJECTED, STATUS.lower(), "pause", "pause.txt"})
_INDEX_PAGE = re.compile(r"index(-[0-9]+)?\.html")

Spelling = Callable[[str], str]
# As people spell it, and where the disk takes no such name, the next of these that it takes.
_SPELLINGS: tuple[Spelling, ...] = (shorten, make_portable, make_ascii)


def is_reserved(name: str) -> bool:
    """Whether a name on top of the outbox is one of our own, or hidden, so that no result may have it."""
    lowered = name.lower()
    is_ours = lowered in _RESERVED or _INDEX_PAGE.fullmatch(lowered) is not None
    return is_ours or name.startswith(".")


def is_result(folder: Folder) -> bool:
    """Whether a folder is a result: it holds a summary.json that is not itself a folder."""
    found = folder.stat(SUMMARY)
    return found is not None and not stat.S_ISDIR(found.st_mode)


def is_text_on_top(name: str, summary: Mapping[str, object]) -> bool:
    """Whether a file of this name, beside a result's folder, is its text, as its `layout: flat` has it."""
    settings = summary.get("settings")
    return name.endswith(".md") and isinstance(settings, dict) and settings.get("layout") == "flat"


def name_beside(folder: str, on_top: str) -> str:
    """What a file of a result is called that stands beside its folder."""
    return folder + os.path.splitext(on_top)[1]


def split_name(name: str) -> tuple[list[str], str]:
    """The folders of a path inside inbox, and the name of its file without the extension."""
    *parents, last = map(visible, name.split("/"))
    return parents, os.path.splitext(last)[0]


def spell_name(name: str, spell: Spelling) -> tuple[list[str], str]:
    """The folders and the last name of a source, spelt so."""
    parents, last = split_name(name)
    return [spell(part) for part in parents], spell(last)


def list_spellings(name: str) -> list[tuple[list[str], str]]:
    """The folders and the last name that a source's result may have, each once."""
    found: list[tuple[list[str], str]] = []
    for spell in _SPELLINGS:
        spelt = spell_name(name, spell)
        if spelt not in found:
            found.append(spelt)
    return found


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


def spell_file(name: str, spell: Spelling) -> str:
    """A file's name in a result; it comes shortened before its extension, which another cut would take."""
    return name if spell is shorten else spell(name)


def find_spelt(folder: Folder, name: str) -> str:
    """What the file of this name is called in a result's folder, however it was spelt; "" for none."""
    return next(filter(folder.has, (spell_file(name, spell) for spell in _SPELLINGS)), "")
