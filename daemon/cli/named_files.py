"""The transcripts that people name on the command line: files, or folders with all that lies in them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from daemon.cli.options import Say
from daemon.delivery.outbox.names import SUMMARY, is_reserved, is_text_on_top
from daemon.errors import UsageError
from daemon.intake.inbox import RICHEST_FIRST, is_ignored, is_ignored_folder, is_outbox
from daemon.settings.config import FILE_NAME as CONFIG
from daemon.settings.corrections_file import FILE_NAME as CORRECTIONS
from daemon.settings.last_config import FILE as KEPT_CONFIG
from daemon.settings.sidecar import is_sidecar, stem_of
from daemon.system.file_names import shown
from daemon.system.process.folder_lock import Lock
from daemon.text.json_values import load_json

_SETTINGS = (CONFIG, CORRECTIONS)


class NamedFile(NamedTuple):
    """A file, by its path; `name` is what an inbox would call it: its path below the folder that was named.

    `others` are the files of the same stem beside it, which say less of the same transcript.
    """

    path: str
    name: str
    others: tuple[str, ...] = ()


def list_transcripts(paths: Sequence[str], complain: Say) -> list[NamedFile]:
    """The files that are named, and those in the folders that are named, in the order of their names.

    A sidecar that is named beside its transcript, as the shell makes of `*`, comes with that. A folder
    without any, a result, whose files all say the same, and what is the program's own are passed over with
    a word, for the shell names these, too; raises UsageError where nothing else is named.
    """
    named = {stem_of(path) for path in paths if not is_sidecar(path)}
    paths = [path for path in paths if not (is_sidecar(path) and stem_of(path) in named)]
    found: list[NamedFile] = []
    passed_over: list[UsageError] = []
    for path in paths:
        try:
            found += _list_folder(path) if os.path.isdir(path) else [_name_file(path)]
        except UsageError as error:
            passed_over.append(error)
    if passed_over and not found:
        raise passed_over[0]
    for why in passed_over:
        complain(f"{why.message} Passed over.")
    return found


def _name_file(path: str) -> NamedFile:
    """A file that is named; raises UsageError for the text of a result, and for the program's own files."""
    folder, name = os.path.split(path)
    if name in _SETTINGS or (is_reserved(name) and is_outbox(folder or os.curdir)):
        raise UsageError(f"{shown(path)} is a file of this program's own.", "Name a transcript.")
    if _is_on_top_of_result(path):
        raise _refuse_result(path)
    return NamedFile(path, name)


def _refuse_result(path: str) -> UsageError:
    return UsageError(
        f"{shown(path)} is a result already.",
        "To have it cleaned once more, run `transcriptd redo` with it, or name the original in it.",
    )


def _list_folder(path: str) -> list[NamedFile]:
    """The files in a folder; raises UsageError where it has none, or is a result."""
    if _is_result(path):
        raise _refuse_result(path)
    below = list(_list_below(path, ""))
    if not below:
        raise UsageError(f"{shown(path)} holds no file that could be a transcript.", "Name another folder.")
    return below


def _list_below(top: str, below: str) -> Iterator[NamedFile]:
    """What lies in a folder and its subfolders, but for what the inbox passes over and what a root makes.

    That is results and all else that has its name in an outbox, and what lies in a state folder.
    """
    folder = os.path.join(top, below)
    if _is_state(folder):
        return
    of_outbox = is_outbox(folder)
    files: dict[str, list[str]] = {}
    subfolders = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.islink(path) or (of_outbox and is_reserved(name)):
            continue
        if os.path.isdir(path):
            if not is_ignored_folder(name) and not os.path.isfile(os.path.join(path, SUMMARY)):
                subfolders.append(name)
        elif os.path.isfile(path) and not is_ignored(name) and not _is_on_top_of_result(path):
            stem, extension = os.path.splitext(name)
            files.setdefault(stem if extension.lower() in RICHEST_FIRST else name, []).append(name)
    for names in files.values():
        best, *others = sorted(names, key=_rank_by_extension)
        inside = os.path.join(below, best).replace(os.sep, "/")
        yield NamedFile(os.path.join(folder, best), inside, tuple(others))
    for name in subfolders:
        yield from _list_below(top, os.path.join(below, name))


def _is_state(path: str) -> bool:
    """Whether a folder is the state folder of a root: what lies in it is in work already."""
    return all(os.path.isfile(os.path.join(path, name)) for name in (Lock.FILE, KEPT_CONFIG))


def _is_result(path: str) -> bool:
    return _read_summary(path).keys() >= {"job_id", "source"}


def _read_summary(path: str) -> dict[str, Any]:
    """What the summary.json in a folder says; nothing where there is none."""
    try:
        with open(os.path.join(path, SUMMARY), encoding="utf-8") as file:
            summary = load_json(file.read())
    except (OSError, ValueError):
        return {}
    return summary if isinstance(summary, dict) else {}


def _rank_by_extension(name: str) -> int:
    extension = os.path.splitext(name)[1].lower()
    return RICHEST_FIRST.index(extension) if extension in RICHEST_FIRST else 0


def _is_on_top_of_result(path: str) -> bool:
    """Whether a file is the text of a result in the flat layout: its folder stands beside it."""
    return is_text_on_top(path, _read_summary(os.path.splitext(path)[0]))
