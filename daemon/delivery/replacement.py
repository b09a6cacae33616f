"""A result made again in the place of the old one: by one exchange, with the old files kept under earlier/.

The new folder is built whole and durable under a hidden name; it holds the originals, whatever people put
into the old one, and the old files. Then both change places at once, and the old folder is deleted. Cut off
anywhere, there is the old result or the new one; what is left over is finished by `finish_replacements`.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from daemon.delivery.amending.amendments import AMENDMENTS, NOT_AMENDED, Amendments, read_amendments
from daemon.delivery.amending.edits_file import read_edits
from daemon.delivery.extras.files import name_extras, read_extras
from daemon.delivery.outbox import (
    ORIGINAL,
    SUMMARY,
    Modes,
    Outbox,
    Spelling,
    find_spelt,
    list_stages,
    name_beside,
    open_stage,
    read_modes,
    read_summary,
    spell_file,
    try_spellings,
)
from daemon.delivery.outputs import find_name_on_top, name_stem
from daemon.delivery.record import RECORD
from daemon.delivery.rerender import (
    RENDERED_AT,
    TIMES_RENDERED,
    Rerendered,
    amend_again,
    list_made_files,
    read_last_settings,
    render_again,
)
from daemon.errors import UsageError
from daemon.settings.profile import Profile, Settings
from daemon.settings.sidecar import EXTENSIONS, Sidecar, decode, hide_names_in_log, parse
from daemon.system.digest import digest_of_file
from daemon.system.disk_faults import DiskFault, sort_fault
from daemon.system.file_names import name_for_shell, numbered, shown
from daemon.system.files import Folder
from daemon.system.hidden_names import HiddenName, Use
from daemon.system.open_file import give_to
from daemon.system.process.folder_lock import lock_file
from daemon.system.process.other_processes import is_another
from daemon.system.scratch.draft import Content, digest_of_content, pieces_of
from daemon.system.volumes import is_one_mount
from daemon.text.extras.extra import Kind, MadeExtra

log = logging.getLogger(__name__)

EARLIER = "earlier"
_AT_ONCE = ("title", "speakers")
_CLEANING_KEYS = tuple(key for key in Sidecar.__struct_fields__ if key not in _AT_ONCE)


@dataclass(frozen=True)
class Replaced:
    """What came of making a result again.

    `changes` names what is different now, keys of config.yaml and "title"; none where nothing was to be done.
    `edited` are the files that people had changed by hand, which are now under earlier/. `unmet` are the
    keys, of a new sidecar or of config.yaml, that take a cleaning: they hold when the result is redone.
    `unfit` says which of a person's edits could not be taken, and why; `taken` is how many were.
    """

    changes: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()
    taken: int = 0


@dataclass(frozen=True)
class _Old:
    """A result as it is: its folder, the one around it, its summary, and the file on top ("" for none)."""

    folder: Folder
    parent: Folder
    name: str
    summary: Mapping[str, Any]
    on_top: str

    @property
    def beside(self) -> str:
        return name_beside(self.name, self.on_top)

    def find_digest(self, name: str) -> str | None:
        """The hash of the bytes of one of its files, wherever that stands; None where it is gone."""
        spelt = find_spelt(self.folder, name)
        with contextlib.suppress(OSError):
            return _digest_of(self.folder, spelt or name)
        if name == self.on_top:
            with contextlib.suppress(OSError):
                return _digest_of(self.parent, self.beside)
        return None


def make_result_again(
    outbox: Outbox, path: str, shaping: Callable[[str], Profile], sidecar: str | None = None
) -> Replaced:
    """Make a result's files again under today's settings, from its record; nothing is asked or paid.

    `path` is that of its folder. `shaping` gives what the config says for a path inside inbox; `sidecar`
    is the text of a new one, which becomes the result's own. Raises UsageError where it can't be done,
    InputError for a sidecar that can't be read, and OSError while a disk or share is away.
    """
    with _lock_result(path) as folder, Folder(os.path.dirname(path)) as parent:
        summary = read_summary(folder) or {}
        record = _read_record(folder, summary, path)
        settings = Settings.from_dict(summary["settings"])
        source = str(summary["source"])
        on_top = find_name_on_top(source, settings)
        old = _Old(folder, parent, os.path.basename(path), summary, on_top)
        own = _read_sidecar(folder)
        wanted = parse(own if sidecar is None else sidecar)
        now = datetime.now(UTC)
        amendments = _read_amendments(folder)
        if sidecar is not None:
            amendments = _let_sidecar_name(amendments, wanted)
        profile, extras = wanted.over(shaping(source)), _read_extras(folder, source)
        unmet = _list_unmet(wanted, parse(own)) if sidecar is not None else ()
        dropped = (
            {} if sidecar is None or sidecar == own else {f"{ORIGINAL}{EXTENSIONS[0]}": sidecar.encode()}
        )
        with _open_stage(outbox, old) as stage:
            new = render_again(
                summary, record, profile, wanted.title, now, amendments, extras, scratch=stage.folder
            )
            edited = _list_edited(old)
            unmet = tuple(dict.fromkeys((*unmet, *new.unmet)))
            if not dropped and _is_as_wanted(old, new, edited):
                return Replaced(unmet=unmet)
            _exchange(stage, old, new, dropped)
    return Replaced(tuple(new.changes), edited, unmet)


def amend_result(
    outbox: Outbox, path: str, data: bytes, keep_correction: Callable[[str, str], str | None]
) -> Replaced:
    """Take what a person has mended in the review of a result into all of its files; nothing is asked.

    `data` is a file of edits; the same one once more changes nothing. `keep_correction` adds a correction
    for all files and gives None, or why that can't be done. Raises UsageError where the file is none, or of
    another result, and OSError while a disk or share is away.
    """
    edits, digest = read_edits(data)
    with _lock_result(path) as folder, Folder(os.path.dirname(path)) as parent:
        summary = read_summary(folder) or {}
        record = _read_record(folder, summary, path)
        hide_names_in_log(_read_sidecar(folder))  # what does not fit is told in its words
        before = _read_amendments(folder)
        if digest in before.taken:
            return Replaced()
        settings = read_last_settings(summary, record)
        on_top = find_name_on_top(str(summary["source"]), settings)
        old = _Old(folder, parent, os.path.basename(path), summary, on_top)
        title = str(summary.get("title") or "")
        extras = _read_extras(folder, str(summary["source"]))
        now = datetime.now(UTC)
        with _open_stage(outbox, old) as stage:
            scratch = stage.folder
            amendments = amend_again(
                summary, record, settings, before, edits, digest, keep_correction, scratch=scratch
            )
            new = render_again(summary, record, settings, title, now, amendments, extras, scratch=scratch)
            edited = _list_edited(old)
            _exchange(stage, old, new, {})
    return Replaced(("edits",), edited, (), amendments.unfit, len(edits.edits) - len(amendments.unfit))


def _digest_of(folder: Folder, name: str) -> str:
    with folder.reading(name) as file:
        return digest_of_file(file.fileno())


def _read_amendments(folder: Folder) -> Amendments:
    """What people have amended in a result so far; raises UsageError where that can't be read."""
    if not folder.has(AMENDMENTS):
        return NOT_AMENDED
    try:
        return read_amendments(folder.read(AMENDMENTS))
    except ValueError as error:
        raise UsageError(
            f"{shown(folder.path)}/{AMENDMENTS} can't be read ({error}).",
            f"Bring it back from {EARLIER}/, or remove it: then nobody has amended anything.",
        ) from None


def _read_extras(folder: Folder, source: str) -> dict[Kind, MadeExtra]:
    """The extras of a result; raises UsageError where they can't be read."""
    name = find_spelt(folder, name_extras(name_stem(source)))
    if not name:
        return {}
    try:
        return read_extras(folder.read(name))
    except ValueError as error:
        raise UsageError(
            f"{shown(folder.path)}/{shown(name)} can't be read ({error}).",
            f"Bring it back from {EARLIER}/, or remove it: then there is no summary and are no chapters.",
        ) from None


def _let_sidecar_name(amendments: Amendments, sidecar: Sidecar) -> Amendments:
    """The same without names that were amended, for speakers whom a new sidecar names."""
    asked = sidecar.speakers
    if not asked:
        return amendments
    left = {} if not isinstance(asked, Mapping) else dict(amendments.speakers)
    return replace(amendments, speakers={label: name for label, name in left.items() if label not in asked})


def take_in_sidecar(outbox: Outbox, path: str, shaping: Callable[[str], Profile], text: str) -> None:
    """Make the result at a path in the outbox again under this sidecar, unless that is its own already.

    Raises as `make_result_again`.
    """
    whole = os.path.join(outbox.path, path)
    with Folder(whole) as folder:
        own = _read_sidecar(folder)
    if own != text:
        make_result_again(outbox, whole, shaping, text)


def finish_replacements(outbox: Outbox) -> None:
    """Finish what was cut off: whatever is not, or no longer, in its place is removed."""
    with outbox.place.open() as top:
        for stage in list_stages(top):
            with stage:
                try:
                    _finish_stage(outbox, stage)
                except OSError as error:
                    if is_one_mount(top, stage):
                        raise
                    log.warning("not swept path=%r (%s)", shown(stage.path), error.strerror)


def _finish_stage(outbox: Outbox, stage: Folder) -> None:
    for name in stage.names():
        hidden = HiddenName.parse(name)
        if hidden is None or hidden.use is not Use.RENDER or is_another(int(hidden.owner)):
            continue
        with stage.sub(name) as left:
            summary = read_summary(left)
            if summary:
                _finish_one(outbox, left, summary)
        stage.delete_tree(name)


def _finish_one(outbox: Outbox, left: Folder, summary: Mapping[str, Any]) -> None:
    """Bring the text of a result to its place on top, where the exchange was the last that was done."""
    for path, live in outbox.find_results(str(summary.get("source"))):
        exchanged = _count_renders(live) > _count_renders(summary)
        if live.get("job_id") == summary.get("job_id") and exchanged:
            where, name = os.path.split(os.path.join(outbox.path, path))
            with Folder(where) as parent, parent.sub(name) as folder:
                _bring_on_top(parent, name, folder, _on_top_of(live), _on_top_of(summary))


# --- reading the old one ------------------------------------------------------------------------------


@contextlib.contextmanager
def _lock_result(path: str) -> Iterator[Folder]:
    """A result's folder, which no other process makes again meanwhile."""
    busy = UsageError(f"{shown(path)} is being made again by another process.", "Try again in a moment.")
    with Folder(path) as folder:
        if lock_file(folder.fd) is False:
            raise busy
        if not os.path.samestat(os.stat(path), os.fstat(folder.fd)):
            raise busy
        yield folder


def _read_record(folder: Folder, summary: Mapping[str, Any], path: str) -> bytes:
    name = name_for_shell(path, str(summary.get("job_id", path)))
    redo = f"Have it cleaned again with: transcriptd redo {name}"
    if "rejected" in summary or "settings" not in summary:
        raise UsageError(f"{shown(path)} was rejected or given up: there is nothing to render.", redo)
    try:
        return folder.read(RECORD)
    except FileNotFoundError:
        why = "an earlier version made it, which kept no record, or somebody removed that"
        raise UsageError(f"{shown(path)} has no {RECORD}: {why}.", redo) from None


def _read_sidecar(folder: Folder) -> str:
    for extension in EXTENSIONS:
        with contextlib.suppress(OSError):
            return decode(folder.read(ORIGINAL + extension))
    return ""


def _list_unmet(new: Sidecar, old: Sidecar) -> tuple[str, ...]:
    """What a new sidecar asks of the cleaning itself that the one before did not."""
    asked = (key for key in _CLEANING_KEYS if getattr(new, key))
    return tuple(key for key in asked if getattr(new, key) != getattr(old, key))


def _list_edited(old: _Old) -> tuple[str, ...]:
    """The files with the text that are not as they were made."""
    found = []
    for name, digest in dict(old.summary.get("files", {})).items():
        if old.find_digest(name) not in (None, digest):
            found.append(name)
    return tuple(found)


def _is_as_wanted(old: _Old, new: Rerendered, edited: tuple[str, ...]) -> bool:
    """Whether each file is already what it would become, but for those that people have edited since."""
    if new.changes or new.on_top != old.on_top:
        return False
    names = [name for name in new.files if name != SUMMARY and name not in edited]
    return all(old.find_digest(name) == digest_of_content(new.files[name]) for name in names)


def _on_top_of(summary: Mapping[str, Any]) -> str:
    try:
        return find_name_on_top(str(summary["source"]), Settings.from_dict(summary["settings"]))
    except (LookupError, TypeError):
        return ""


def _count_renders(summary: Mapping[str, Any]) -> int:
    count = summary.get(TIMES_RENDERED, 0)
    return count if isinstance(count, int) else 0


# --- the exchange -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Stage:
    """Where the new folder is built, and what is too much to be held lies; `modes` are those of results.

    `owner` is who owned the old one, None where that is whoever runs this, or can't be kept.
    """

    folder: Folder
    modes: Modes
    owner: int | None


@contextlib.contextmanager
def _open_stage(outbox: Outbox, old: _Old) -> Iterator[_Stage]:
    with outbox.place.open() as top, open_stage(top, _list_parents(top, old.parent)) as folder:
        owner = os.fstat(old.folder.fd).st_uid
        yield _Stage(folder, read_modes(top), owner if os.geteuid() == 0 and owner != 0 else None)


def _exchange(stage: _Stage, old: _Old, new: Rerendered, dropped: Mapping[str, Content]) -> None:
    hidden = HiddenName(Use.RENDER, str(os.getpid())).build()
    if stage.folder.has(hidden):
        stage.folder.delete_tree(hidden)
    try:
        _put_in_place(stage, hidden, old, {**dropped, **new.files})
        with old.parent.sub(old.name) as folder:
            _bring_on_top(old.parent, old.name, folder, new.on_top, old.on_top)
    finally:
        if stage.folder.has(hidden):
            stage.folder.delete_tree(hidden)


def _list_parents(top: Folder, parent: Folder) -> list[str]:
    """The names of the folders that lead from the outbox to the one around a result."""
    path = os.path.relpath(os.path.realpath(parent.path), os.path.realpath(top.path))
    return [] if path == os.curdir else path.split(os.sep)


def _put_in_place(stage: _Stage, hidden: str, old: _Old, files: Mapping[str, Content]) -> None:
    try:
        _build(stage, hidden, old, files)
        stage.folder.exchange(hidden, old.parent, old.name)
    except OSError as error:
        if sort_fault(error) is DiskFault.PASSING:
            raise
        raise UsageError(
            f"{shown(old.folder.path)} could not be replaced ({error.strerror}); it is as it was.",
            "Look at the disk, and whether its filesystem can exchange two folders (network shares can't).",
        ) from None


def _build(stage: _Stage, hidden: str, old: _Old, files: Mapping[str, Content]) -> None:
    """The new folder, whole and durable: the new files, the old ones, and what people put beside those."""
    made = {find_spelt(old.folder, name) for name in list_made_files(old.summary)} - {""}
    modes = stage.modes
    with stage.folder.make(hidden, modes.folder) as folder:
        give_to(folder.fd, stage.owner, modes.group)
        spell = try_spellings(folder, (), files)
        files = {spell_file(name, spell): data for name, data in files.items()}
        for name in old.folder.names():
            if name not in made and name not in files and HiddenName.parse(name) is None:
                old.folder.link_tree(name, folder)
        _keep_earlier(old, folder, made - {RECORD}, stage, spell)
        for name, content in files.items():  # the summary is the last: with it the folder counts
            folder.write(name, pieces_of(content), modes.file, modes.group, stage.owner)
        folder.fsync()


def _keep_earlier(old: _Old, folder: Folder, made: set[str], stage: _Stage, spell: Spelling) -> None:
    """Keep the old files under earlier/, in a folder named by the moment they were made."""
    stamp = str(old.summary.get(RENDERED_AT) or old.summary.get("finished_at"))[:19].replace(":", "-")
    mode = stage.modes.folder
    if not folder.has(EARLIER):
        with folder.make(EARLIER, mode) as made_now:
            give_to(made_now.fd, stage.owner)
    with folder.sub(EARLIER) as earlier:
        free = next(name for name in numbered(stamp) if not earlier.has(name))
        with earlier.make(free, mode) as kept:
            give_to(kept.fd, stage.owner)
            for name in sorted(made):
                old.folder.link_tree(name, kept)
            if old.on_top and not find_spelt(kept, old.on_top) and old.parent.has(old.beside):
                old.parent.copy_to(old.beside, kept, spell_file(old.on_top, spell))
            kept.fsync()


def _bring_on_top(parent: Folder, name: str, folder: Folder, on_top: str, old_on_top: str) -> None:
    """Bring the text to its place beside the folder, or take it from there, as the layout has it; repeatable.

    What stands there is only replaced where it is kept under earlier/.
    """
    if old_on_top and not on_top:
        beside = name_beside(name, old_on_top)
        if _is_kept(parent, beside, folder, old_on_top):
            parent.unlink(beside)
            parent.fsync()
    elif on_top and (here := find_spelt(folder, on_top)):
        beside = name_beside(name, on_top)
        if _is_kept(parent, beside, folder, on_top):
            folder.move(here, parent, beside)
        elif not folder.link_unless_taken(here, beside, parent):
            log.warning("left name=%r in its folder: another file stands at %r", here, shown(beside))


def _is_kept(parent: Folder, beside: str, folder: Folder, on_top: str) -> bool:
    """Whether a file beside a result's folder is one that is kept, byte by byte, under its earlier/."""
    try:
        digest = _digest_of(parent, beside)
        with folder.sub(EARLIER) as earlier:
            for name in earlier.names():
                with contextlib.suppress(OSError), earlier.sub(name) as kept:
                    if _digest_of(kept, find_spelt(kept, on_top) or on_top) == digest:
                        return True
    except OSError:
        return False
    return False
