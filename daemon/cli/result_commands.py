"""Commands on finished results: `redo` has them cleaned once more, `render` and `amend` make them again.

Several results may be named at once, as the shell makes of `outbox/*`: what is no result is passed over by
name, and what goes wrong with one does not keep the others back.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from daemon.cli.options import Say
from daemon.delivery.amending.edits_file import MOST_BYTES
from daemon.delivery.catalogue.refresh import Refresh
from daemon.delivery.outbox.finding import find_results, identify_result
from daemon.delivery.outbox.names import INDEX, ORIGINAL, SUMMARY, is_text_on_top
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.delivery.outbox.replacement import Replaced, amend_result, make_result_again
from daemon.delivery.record import RECORD
from daemon.errors import EXIT_OK, EXIT_SOME_FAILED, ServiceError, UsageError
from daemon.intake.put_back import put_back_result
from daemon.settings.config import Root, keep_corrections
from daemon.status.live_record import find_running_pid
from daemon.status.snapshot import read_snapshot
from daemon.store.ticket import Flagged, plain_extension
from daemon.system.file_names import may_be_path, name_for_shell, shown
from daemon.system.files import Folder
from daemon.system.paths import read_beginning
from daemon.text.json_values import load_json

_LOOK_AND_REPEAT = "Look at the disk, then run the same command once more: it finishes what was begun."
_NAME_A_RESULT = "Name the folder of one, such as outbox/talk: it holds a summary.json."


def redo_flagged(root: Root, names: Sequence[str], model: str | None, say: Say, complain: Say) -> int:
    """Put the originals of results back into the inbox, to have only what was not cleaned asked for again.

    `model` is who is asked, None for the model of the config. Gives the exit code. Raises UsageError as
    `redo_results`, and where there is no model to be asked, or a budget and no price for it.
    """
    if root.config.provider == "offline":
        raise UsageError("`provider: offline` asks nobody.", "Set `provider: auto` and a key, or `base_url`.")
    if model is not None and root.config.lacks_price(model):
        raise UsageError(
            f"There is a budget, but no price is known for the model {model}.",
            "Put its price under `prices` in config.yaml.",
        )
    return _do_for_each(root, names, lambda path: say(_redo_result(root, path, model or "")), complain)


def redo_results(root: Root, names: Sequence[str], say: Say, complain: Say) -> int:
    """Put the originals of results back into the inbox under the names they came by; the exit code.

    The results stay. The new ones will stand beside them, numbered. Raises UsageError where none of the names
    is that of a result, or the only one can't be put back.
    """
    return _do_for_each(root, names, lambda path: say(_redo_result(root, path)), complain)


def _redo_result(root: Root, path: str, flagged_for: str | None = None) -> str:
    """Put one result's originals back into the inbox; what was done, in a sentence.

    With `flagged_for`, the name of a model or "", only what was not cleaned is asked for again.
    """
    try:
        with Folder(path) as folder:
            summary = _read_result(folder) or {}
            source = _source_of(summary)
            originals = [name for name in folder.names() if os.path.splitext(name)[0] == ORIGINAL]
            of_source = ORIGINAL + plain_extension(source or "")
            if source is None or of_source not in originals:  # a sidecar is no transcript
                raise UsageError(f"{shown(path)} holds no {of_source}.", "Drop the transcript itself again.")
            originals.sort(key=lambda name: name != of_source)
            redo_of = {str(summary.get("job_id")), *_list_results_of(root, source)}
            flagged = None
            if flagged_for is not None:
                _check_flagged(path, folder, summary)
                flagged = Flagged(str(summary.get("job_id")), flagged_for)
            names = put_back_result(root.inbox, source, folder, originals, redo_of, flagged)
    except OSError as error:
        raise UsageError(
            f"{shown(path)} can't be put back ({error.strerror}).", "Look at its permissions, and the disk."
        ) from None
    return f"{shown(', '.join(names))} {'wait' if len(names) > 1 else 'waits'} in the inbox."


def _check_flagged(path: str, folder: Folder, summary: dict[str, Any]) -> None:
    """Raise UsageError where a result has nothing flagged, or no record of what came of the rest."""
    if not summary.get("flags"):
        raise UsageError(f"Every passage of {shown(path)} was cleaned.", "There is nothing to ask for again.")
    if not folder.has(RECORD):
        raise UsageError(
            f"{shown(path)} has no {RECORD}, so that the rest would have to be cleaned again too.",
            "Run redo without --flagged.",
        )


def _list_results_of(root: Root, source: str) -> Iterator[str]:
    """The ids of the jobs whose results were made from this path inside inbox."""
    for _, summary in Outbox(root.outbox).find_results(source):
        if summary.get("source") == source:
            yield str(summary.get("job_id"))


def _source_of(summary: dict[str, Any]) -> str | None:
    source = summary.get("source")
    if not isinstance(source, str) or not may_be_path(source):
        return None
    return source if all(part and not part.startswith(".") for part in source.split("/")) else None


def render_results(root: Root, names: Sequence[str], say: Say, complain: Say) -> int:
    """Make results again under today's speakers, outputs, layout and links; the exit code.

    No request is made. Raises UsageError where none of the names is that of a result, or the only one can't
    be made again.
    """
    try:
        return _do_for_each(root, names, lambda path: say(_render_result(root, path)), complain)
    finally:
        _write_index(root, complain)


def _write_index(root: Root, complain: Say) -> None:
    """Have index.html show the results as they are now; a daemon that runs does so itself."""
    if not os.path.isdir(root.outbox) or find_running_pid(root.state) is not None:
        return
    failed = read_snapshot(root).failed_jobs
    try:
        with contextlib.closing(Refresh(root.state, Outbox(root.outbox))) as refresh:
            refresh.walk()
            refresh.write_pages(failed)
    except (sqlite3.Error, ServiceError, OSError):
        complain(f"{INDEX} could not be written now; the next run of the daemon, or of `once`, does it.")


def _render_result(root: Root, path: str) -> str:
    """Make one result again; what was done, in a sentence."""
    outbox = Outbox(_find_home(root, path))
    try:
        return describe_replaced(path, make_result_again(outbox, path, root.config.find_profile))
    except OSError as error:
        raise UsageError(
            f"{shown(path)} can't be made again now ({error.strerror}).", _LOOK_AND_REPEAT
        ) from None


def amend_result_by(root: Root, name: str, edits: str, say: Say, complain: Say) -> int:
    """Take a file of edits, saved in a review, into the result of this name; the exit code.

    No request is made. What no longer fits is named. Raises UsageError where there is no such result, or the
    file holds no edits of it.
    """
    (path,) = _find_results(root, [name], complain)
    _require_summary(path)
    outbox = Outbox(_find_home(root, path))
    try:
        data, _ = read_beginning(edits, MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{shown(edits)} can't be read ({error.strerror}).", "Name the saved file."
        ) from None
    try:
        done = amend_result(outbox, path, data, partial(keep_corrections, root))
    except OSError as error:
        raise UsageError(
            f"{shown(path)} can't be amended now ({error.strerror}).", _LOOK_AND_REPEAT
        ) from None
    say(describe_amended(path, done))
    _write_index(root, complain)
    for sentence in done.unfit:
        complain(f"left out: {shown(sentence)}")
    return EXIT_SOME_FAILED if done.unfit else EXIT_OK


def describe_amended(path: str, done: Replaced) -> str:
    """What came of a file of edits, in a sentence."""
    if not done.changes:
        return f"{shown(path)} has these edits already."
    left_out = f", {len(done.unfit):,} left out" if done.unfit else ""
    taken = f"edits taken {done.taken:,}{left_out}"
    return f"{shown(path)} is amended: {taken}; the old files are under earlier/{_tell_edited(done)}."


def describe_replaced(path: str, done: Replaced) -> str:
    """What came of making a result again, in a sentence."""
    redo = f"transcriptd redo {name_for_shell(path, path)}"
    takes = f" What is said of {', '.join(done.unmet)} needs another cleaning: {redo}." if done.unmet else ""
    if not (done.changes or done.edited):
        return f"{shown(path)} is as it would be made now.{takes}"
    what = f" ({', '.join(done.changes)})" if done.changes else ""
    return f"{shown(path)} is made again{what}; the old files are under earlier/{_tell_edited(done)}.{takes}"


def _tell_edited(done: Replaced) -> str:
    """Where that is which a person has changed by hand in the old files; "" where nothing was."""
    if not done.edited:
        return ""
    return f"; what was changed by hand in {', '.join(done.edited)} is under earlier/"


def _find_home(root: Root, path: str) -> str:
    """The outbox that a result lies in: that of the config, else the folder around the result."""
    inside = os.path.commonpath([root.outbox, path]) == root.outbox
    return root.outbox if inside else os.path.dirname(path)


# --- several at once ----------------------------------------------------------------------------------


def _do_for_each(root: Root, names: Sequence[str], do: Callable[[str], None], complain: Say) -> int:
    """Do something for each result that is named, given its folder's path; the exit code."""
    results = _find_results(root, names, complain)
    failed = False
    for path in results:
        try:
            _require_summary(path)
            do(path)
        except UsageError as error:
            if len(names) == 1:
                raise
            complain(str(error))
            failed = True
    return EXIT_SOME_FAILED if failed else EXIT_OK


def _find_results(root: Root, names: Sequence[str], complain: Say) -> list[str]:
    """The folders of the results that are named, each once; any other name is reported and passed over."""
    found: dict[tuple[int, int], str] = {}
    passed_over: list[str] = []
    for name in names:
        path = find_result(root, name) or _find_unreadable(root, name)
        if path is None:
            passed_over.append(name)
            continue
        identity = os.stat(path)
        found.setdefault((identity.st_dev, identity.st_ino), path)
    if not found:
        what = "is no result" if len(names) == 1 else "are no results"
        raise UsageError(f"{shown(', '.join(names))} {what}.", _NAME_A_RESULT)
    for name in passed_over:
        complain(f"{shown(name)} is not a result: passed over.")
    return list(found.values())


def _find_unreadable(root: Root, name: str) -> str | None:
    """The folder of a result that is named, or a file of it, whose summary.json can't be read; or None."""
    for path in (name, os.path.join(root.outbox, name)):
        for folder in (path, os.path.dirname(path), os.path.splitext(path)[0]):
            if folder and identify_result(folder) and not _read_folder(folder)[0]:
                return os.path.realpath(folder)
    return None


def _require_summary(path: str) -> None:
    """Raise UsageError where it can't be read what a result is."""
    summary, _ = _read_folder(path)
    if not summary:
        raise UsageError(
            f"{shown(path)}/{SUMMARY} is damaged, or can't be read.",
            "Bring it back from a copy, or drop the original that lies beside it into inbox/ again.",
        )


def find_result(root: Root, name: str) -> str | None:
    """The folder of the result that is named, None where that is none.

    It is named by its path or that of a file in it, on disk or inside the outbox; by its text, where that
    lies beside it; or by a file that it was made of: `talk.txt` for `talk`, unless that was made of another.
    """
    for path in (name, os.path.join(root.outbox, name)):
        inside = path if os.path.isdir(path) else os.path.dirname(path)
        beside = os.path.splitext(path)[0]
        if inside != path and _is_meant_by(os.path.basename(path), *_read_folder(beside)):
            return os.path.realpath(beside)
        if inside and _read_folder(inside)[0]:
            return os.path.realpath(inside)
    return _find_odd_result(root, name)


def _read_folder(path: str) -> tuple[dict[str, Any], list[str]]:
    """What the summary of a result says, nothing where a folder is none; and the names of the files in it."""
    try:
        with Folder(os.path.realpath(path)) as folder:
            return _read_result(folder) or {}, folder.names()
    except OSError:
        return {}, []


def _is_meant_by(name: str, summary: dict[str, Any], names: Sequence[str]) -> bool:
    """Whether a result of which this is known is meant by the name of a file that does not lie in it."""
    source = os.path.basename(str(summary.get("source")))
    (stem, extension), (came_as, came_with) = os.path.splitext(name), os.path.splitext(source)
    is_beside = extension.lower() != came_with.lower() and f"{ORIGINAL}{extension.lower()}" in names
    is_source = stem == came_as and (is_beside or name == source)
    return is_source or is_text_on_top(name, summary)


def _find_odd_result(root: Root, name: str) -> str | None:
    """The folder of the one result that has this id, source or path as it is shown, None where none has."""
    named = []
    with contextlib.suppress(OSError):
        for found in find_results(root.outbox):
            path = os.path.join(root.outbox, found.path)
            summary, _ = _read_folder(path)
            if summary and name in (summary.get("job_id"), summary.get("source"), shown(found.path)):
                named.append(path)
    return named[0] if len(named) == 1 else None


def _read_result(folder: Folder) -> dict[str, Any] | None:
    """What a result's summary.json holds, None for a folder that is no result."""
    try:
        summary = load_json(folder.read(SUMMARY))
    except (OSError, ValueError):
        return None
    return summary if isinstance(summary, dict) else None
