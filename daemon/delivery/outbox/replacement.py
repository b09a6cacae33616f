"""A result made again from its record: under today's settings, or with what a person mended in its review."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from msgspec.structs import replace

from daemon.delivery.amending.amendments import AMENDMENTS, NOT_AMENDED, Amendments, read_amendments
from daemon.delivery.amending.edits_file import read_edits
from daemon.delivery.amending.taking import KeepCorrections
from daemon.delivery.extras.files import name_extras, read_extras
from daemon.delivery.outbox.exchange import (
    EARLIER,
    OldResult,
    exchange_result,
    finish_replacements,
    open_exchange,
)
from daemon.delivery.outbox.finding import read_summary
from daemon.delivery.outbox.names import ORIGINAL, SUMMARY, find_spelt
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.delivery.outputs import name_stem
from daemon.delivery.record import RECORD
from daemon.delivery.rerender import Rerendered, amend_again, read_last_settings, render_again
from daemon.delivery.summary import find_wrong_key
from daemon.errors import InputError, NeedsCleaningError, ResultBusyError, UsageError
from daemon.settings.profile import Profile
from daemon.settings.sidecar import (
    EXTENSIONS,
    NO_SIDECAR,
    Sidecar,
    decode_sidecar,
    hide_names_in_log,
    parse_sidecar,
)
from daemon.system.disk_faults import tells_nothing
from daemon.system.file_names import name_for_shell, numbered, shown
from daemon.system.files import Folder
from daemon.system.process.folder_lock import lock_file
from daemon.system.scratch import Content, digest_of_content
from daemon.text.results.extra import Kind, MadeExtra

_Read = TypeVar("_Read")
_AT_ONCE = ("title", "speakers")
_UNFIT, _EDITS = "unfit", ".edits.json"
_CLEANING_KEYS = tuple(key for key in Sidecar.__struct_fields__ if key not in _AT_ONCE)


@dataclass(frozen=True)
class Replaced:
    """What came of making a result again.

    `changes` names what is different now, keys of config.yaml and "title", or "files" where it is only these:
    one was missing or is written otherwise now, or the sidecar is new; none where nothing was to be done.
    `edited` are the files that people had changed by hand, which are now under earlier/. `unmet` are the
    keys, of a new sidecar or of config.yaml, that take a cleaning: they hold when the result is redone.
    `unfit` says which of a person's edits could not be taken, and why; `unfit_places` says it without
    their words, for a log. `taken` is how many were.
    """

    changes: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()
    taken: int = 0
    unfit_places: tuple[str, ...] = ()


def make_result_again(
    outbox: Outbox, path: str, shaping: Callable[[str], Profile], sidecar: str | None = None
) -> Replaced:
    """Make a result's files again under today's settings, from its record; nothing is asked or paid.

    `path` is that of its folder. `shaping` gives what the config says for a path inside inbox; `sidecar`
    is the text of a new one, which becomes the result's own. Raises UsageError where it can't be done,
    InputError for a new sidecar that can't be read, and OSError while a disk or share is away.
    """
    finish_replacements(outbox)
    with _open_result(path) as (old, record):
        own = _read_sidecar(old.folder)
        wanted = _parse_last(path, own) if sidecar is None else parse_sidecar(sidecar)
        profile, extras = wanted.lay_over(shaping(old.source)), _read_extras(old)
        amendments = _read_amendments(old.folder)
        unmet: tuple[str, ...] = ()
        dropped: dict[str, Content] = {}
        if sidecar is not None:
            amendments = _let_sidecar_name(amendments, wanted)
            unmet = _list_unmet(wanted, _parse_own(own))
            dropped = {} if sidecar == own else {f"{ORIGINAL}{EXTENSIONS[0]}": sidecar.encode()}
        with open_exchange(outbox, old) as stage:
            now, scratch = datetime.now(UTC), stage.folder
            new = render_again(
                old.summary, record, profile, wanted.title, now, amendments, extras, scratch=scratch
            )
            edited = _list_edited(old)
            unmet = tuple(dict.fromkeys((*unmet, *new.unmet)))
            if not dropped and _is_as_wanted(old, new, edited):
                return Replaced(unmet=unmet)
            exchange_result(stage, old, new, dropped)
    return Replaced(tuple(new.changes) or ("files",), edited, unmet)


def amend_result(outbox: Outbox, path: str, data: bytes, keep_corrections: KeepCorrections) -> Replaced:
    """Take what a person has mended in the review of a result into all of its files; nothing is asked.

    `data` is a file of edits; the same one once more changes nothing. `keep_corrections` adds corrections
    for all files and gives, of each, None or why that can't be done. A file of which some edits don't fit is
    kept in the result. Raises UsageError where the file holds no edits, or those of another result, and
    OSError while a disk or share is away.
    """
    edits, digest = read_edits(data)
    finish_replacements(outbox)
    with _open_result(path) as (old, record):
        hide_names_in_log(_read_sidecar(old.folder))  # what does not fit is told in its words
        before = _read_amendments(old.folder)
        if digest in before.taken:
            return Replaced()
        settings, extras = read_last_settings(old.summary, record), _read_extras(old)
        title = str(old.summary.get("title") or "")
        with open_exchange(outbox, old) as stage:
            now, scratch = datetime.now(UTC), stage.folder
            amendments, places = amend_again(
                old.summary, record, settings, before, edits, digest, keep_corrections, scratch=scratch
            )
            new = render_again(old.summary, record, settings, title, now, amendments, extras, scratch=scratch)
            edited = _list_edited(old)
            unfit = _name_unfit(old.folder)
            exchange_result(stage, old, new, {unfit: data} if amendments.unfit else {})
    taken = len(edits.edits) - len(amendments.unfit)
    return Replaced(("edits",), edited, (), amendments.unfit, taken, places)


def _name_unfit(folder: Folder) -> str:
    """What a file of edits is called in a result some of whose edits did not fit: nothing in it is lost."""
    names = (f"{stem}{_EDITS}" for stem in numbered(_UNFIT))
    return next(name for name in names if not folder.has(name))


def take_in_sidecar(outbox: Outbox, path: str, shaping: Callable[[str], Profile], text: str) -> None:
    """Make the result at a path in the outbox again under this sidecar, unless that is its own already.

    Raises as `make_result_again`.
    """
    whole = os.path.join(outbox.path, path)
    with Folder(whole) as folder:
        own = _read_sidecar(folder)
    if own != text:
        make_result_again(outbox, whole, shaping, text)


@contextlib.contextmanager
def _open_result(path: str) -> Iterator[tuple[OldResult, bytes]]:
    """A result, which no other process makes again meanwhile, and its record; raises UsageError."""
    with _lock_result(path) as folder, Folder(os.path.dirname(path)) as parent:
        summary = read_summary(folder) or {}
        record = _read_record(folder, summary, path)
        yield OldResult(folder, parent, os.path.basename(path), summary), record


@contextlib.contextmanager
def _lock_result(path: str) -> Iterator[Folder]:
    """A result's folder, which no other process makes again meanwhile."""
    busy = ResultBusyError(f"{shown(path)} is being made again by another process.", "Try again in a moment.")
    with Folder(path) as folder:
        if lock_file(folder.fd) is False:
            raise busy
        if not os.path.samestat(os.stat(path), os.fstat(folder.fd)):
            raise busy
        yield folder


def _read_record(folder: Folder, summary: Mapping[str, Any], path: str) -> bytes:
    """What a result's files were made from; raises UsageError where they can't be made from it again."""
    name = name_for_shell(path, str(summary.get("job_id", path)))
    redo = f"Have it cleaned again with: transcriptd redo {name}"
    if "rejected" in summary or "settings" not in summary:
        raise NeedsCleaningError(f"{shown(path)} was rejected or given up: there is nothing to render.", redo)
    if (key := find_wrong_key(summary)) is not None:
        raise NeedsCleaningError(
            f"{shown(path)}/{SUMMARY} was changed: its `{key}` is missing, or not what is written there.",
            f"Bring that file back from a copy. {redo}",
        )
    try:
        return folder.read(RECORD)
    except FileNotFoundError:
        why = "an earlier version made it, which kept no record, or somebody removed that"
        raise NeedsCleaningError(f"{shown(path)} has no {RECORD}: {why}.", redo) from None


def _read_sidecar(folder: Folder) -> str:
    """The text of a result's own sidecar, "" for none; raises OSError where that can't be told for now."""
    for extension in EXTENSIONS:
        try:
            return decode_sidecar(folder.read(ORIGINAL + extension))
        except OSError as error:
            if tells_nothing(error):
                raise
    return ""


def _parse_own(text: str) -> Sidecar:
    """The sidecar that a result has; none where it can't be read, so that a new one can take its place."""
    try:
        return parse_sidecar(text)
    except InputError:
        return NO_SIDECAR


def _parse_last(path: str, text: str) -> Sidecar:
    """The sidecar that a result has and keeps; raises UsageError where it can't be read."""
    try:
        return parse_sidecar(text)
    except InputError as error:
        why = f"The .yaml in {shown(path)} can't be used: {error.message}"
        raise UsageError(why, "Mend it, or remove it.") from None


def _read_amendments(folder: Folder) -> Amendments:
    """What people have amended in a result so far; raises UsageError where that can't be read."""
    if not folder.has(AMENDMENTS):
        return NOT_AMENDED
    return _read_own(folder, AMENDMENTS, read_amendments, "nobody has amended anything")


def _read_extras(old: OldResult) -> dict[Kind, MadeExtra]:
    """The extras of a result; raises UsageError where they can't be read."""
    name = find_spelt(old.folder, name_extras(name_stem(old.source)))
    if not name:
        return {}
    return _read_own(old.folder, name, read_extras, "there is no summary and are no chapters")


def _read_own(folder: Folder, name: str, read: Callable[[bytes], _Read], without_it: str) -> _Read:
    """What a file of the program's own holds; raises UsageError, which says what follows `without_it`."""
    try:
        return read(folder.read(name))
    except ValueError as error:
        raise UsageError(
            f"{shown(folder.path)}/{shown(name)} can't be read ({error}).",
            f"Bring it back from {EARLIER}/, or remove it: then {without_it}.",
        ) from None


def _let_sidecar_name(amendments: Amendments, sidecar: Sidecar) -> Amendments:
    """The amendments without the names of speakers whom a new sidecar names."""
    asked = sidecar.speakers
    if not asked:
        return amendments
    left = {} if not isinstance(asked, Mapping) else dict(amendments.speakers)
    return replace(amendments, speakers={label: name for label, name in left.items() if label not in asked})


def _list_unmet(new: Sidecar, old: Sidecar) -> tuple[str, ...]:
    """What a new sidecar asks of the cleaning itself that the one before did not."""
    asked = (key for key in _CLEANING_KEYS if getattr(new, key))
    return tuple(key for key in asked if getattr(new, key) != getattr(old, key))


def _list_edited(old: OldResult) -> tuple[str, ...]:
    """The files with the text that are not as they were made."""
    found = []
    for name, digest in dict(old.summary.get("files", {})).items():
        if old.find_digest(name) not in (None, digest):
            found.append(name)
    return tuple(found)


def _is_as_wanted(old: OldResult, new: Rerendered, edited: tuple[str, ...]) -> bool:
    """Whether each file is already what it would become, but for those that people have edited since."""
    if new.changes or new.on_top != old.on_top:
        return False
    names = [name for name in new.files if name != SUMMARY and name not in edited]
    return all(old.find_digest(name) == digest_of_content(new.files[name]) for name in names)
