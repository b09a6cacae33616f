"""A result put in the place of an older one: by one exchange, with the old files kept under earlier/.

The new folder is built whole and durable under a hidden name; it holds the originals, whatever people put
into the old one, and the old files. Then both change places at once, and the old folder is deleted. Cut off
anywhere, there is the old result or the new one; what is left over is finished by `finish_replacements`.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from daemon.delivery.outbox.finding import read_summary
from daemon.delivery.outbox.names import Spelling, find_spelt, name_beside, spell_file, try_spellings
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.delivery.outbox.staging import Modes, list_hidden, open_stage, read_modes, tidy_stages
from daemon.delivery.outputs import find_name_on_top
from daemon.delivery.record import RECORD
from daemon.delivery.rerender import RENDERED_AT, TIMES_RENDERED, Rerendered, list_made_files
from daemon.errors import UsageError
from daemon.settings.profile import Settings
from daemon.system.digest import digest_of_file
from daemon.system.disk_faults import DiskFault, is_about_rights, sort_fault, tells_nothing
from daemon.system.file_names import numbered, shown
from daemon.system.files import Folder
from daemon.system.hidden_names import HiddenName, Use
from daemon.system.open_file import give_to, set_mode
from daemon.system.process.other_processes import is_another
from daemon.system.scratch import Content, pieces_of

log = logging.getLogger(__name__)

EARLIER = "earlier"


@dataclass(frozen=True)
class OldResult:
    """A result as it is: its folder, the one around it, its name there, and its summary."""

    folder: Folder
    parent: Folder
    name: str
    summary: Mapping[str, Any]

    @property
    def source(self) -> str:
        """The path of its source inside inbox."""
        return str(self.summary["source"])

    @property
    def on_top(self) -> str:
        """The file that stands beside its folder, "" for none."""
        return _on_top_of(self.summary)

    @property
    def beside(self) -> str:
        """What the file on top is called, where it stands beside the folder."""
        return name_beside(self.name, self.on_top)

    def find_digest(self, name: str) -> str | None:
        """The hash of the bytes of one of its files, wherever that stands; None where it is gone."""
        spelt = find_spelt(self.folder, name)
        with contextlib.suppress(OSError):
            return _read_digest(self.folder, spelt or name)
        if name == self.on_top:
            with contextlib.suppress(OSError):
                return _read_digest(self.parent, self.beside)
        return None


def _read_digest(folder: Folder, name: str) -> str:
    with folder.reading(name) as file:
        return digest_of_file(file.fileno())


@dataclass(frozen=True)
class ExchangeStage:
    """The folder for the new result and what of it is too large for memory; `modes` are those of results.

    `owner` is who owned the old one, None where that is whoever runs this, or can't be kept.
    """

    folder: Folder
    modes: Modes
    owner: int | None


@contextlib.contextmanager
def open_exchange(outbox: Outbox, old: OldResult) -> Iterator[ExchangeStage]:
    """The folder in which the new result is built, on the filesystem where the old one lies."""
    with outbox.pinned.open() as top, open_stage(top, _list_parents(top, old.parent)) as folder:
        owner = os.fstat(old.folder.fd).st_uid
        yield ExchangeStage(folder, read_modes(top), owner if os.geteuid() == 0 and owner != 0 else None)


def _list_parents(top: Folder, parent: Folder) -> list[str]:
    """The names of the folders that lead from the outbox to the one around a result."""
    path = os.path.relpath(os.path.realpath(parent.path), os.path.realpath(top.path))
    return [] if path == os.curdir else path.split(os.sep)


def exchange_result(
    stage: ExchangeStage, old: OldResult, new: Rerendered, dropped: Mapping[str, Content]
) -> None:
    """Put the new result in the place of the old one; `dropped` are originals that come in with it.

    Raises UsageError where the filesystem can't: the old result is as it was then. Raises OSError where the
    disk, the share or its rights are to be mended first: that may be found out when the new one is in place.
    """
    hidden = HiddenName(Use.RENDER, str(os.getpid())).build()
    if stage.folder.has(hidden):
        stage.folder.delete_tree(hidden)
    try:
        _put_in_place(stage, hidden, old, {**dropped, **new.files})
    finally:
        _finish_exchange(stage.folder, hidden, old, new.on_top)


def _put_in_place(stage: ExchangeStage, hidden: str, old: OldResult, files: Mapping[str, Content]) -> None:
    """Build the new folder and exchange it for the old one; raises as `exchange_result`."""
    try:
        _build_new(stage, hidden, old, files)
        stage.folder.exchange(hidden, old.parent, old.name)
    except OSError as error:
        if sort_fault(error) in (DiskFault.PASSING, DiskFault.LASTING) or is_about_rights(error):
            raise  # the same goes well once that is mended
        raise UsageError(
            f"{shown(old.folder.path)} could not be replaced ({error.strerror}); it is as it was.",
            "Look at the disk, and whether its filesystem can exchange two folders (network shares can't).",
        ) from None


def _finish_exchange(stage: Folder, hidden: str, old: OldResult, on_top: str) -> None:
    """Bring the text to its place where the exchange was made, and remove what is left over.

    Where the text can't be brought there, the old folder stays: `finish_replacements` tells by it what to do.
    """
    left = stage.stat(hidden)
    if left is None:
        return
    if os.path.samestat(left, os.fstat(old.folder.fd)):
        with old.parent.sub(old.name) as folder:
            _bring_on_top(old.parent, old.name, folder, on_top, old.on_top)
    with contextlib.suppress(OSError):  # `finish_replacements` does it later
        stage.delete_tree(hidden)


def _build_new(stage: ExchangeStage, hidden: str, old: OldResult, files: Mapping[str, Content]) -> None:
    """The new folder, whole and durable: the new files, the old ones, and what people put beside those."""
    made = {find_spelt(old.folder, name) for name in list_made_files(old.summary)} - {""}
    modes = stage.modes
    with stage.folder.make(hidden, None) as folder:
        give_to(folder.fd, stage.owner, modes.group)
        spell = try_spellings(folder, (), files)
        files = {spell_file(name, spell): data for name, data in files.items()}
        for name in old.folder.names():
            if name not in made and name not in files and HiddenName.parse(name) is None:
                old.folder.link_tree(name, folder)
        _keep_earlier(old, folder, made - {RECORD}, stage, spell)
        for name, content in files.items():  # the summary is the last: with it the folder counts
            folder.write(name, pieces_of(content), modes.file, modes.group, stage.owner)
        set_mode(folder.fd, modes.folder)
        folder.fsync()


def _keep_earlier(
    old: OldResult, folder: Folder, made: set[str], stage: ExchangeStage, spell: Spelling
) -> None:
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
    """Whether a file beside a result's folder is one that is kept, byte by byte, under its earlier/.

    Raises OSError where that can't be told for now.
    """
    with _passing_over_what_is_not_ours():
        digest = _read_digest(parent, beside)
        with folder.sub(EARLIER) as earlier:
            for name in earlier.names():
                with _passing_over_what_is_not_ours(), earlier.sub(name) as kept:
                    if _read_digest(kept, find_spelt(kept, on_top) or on_top) == digest:
                        return True
    return False


@contextlib.contextmanager
def _passing_over_what_is_not_ours() -> Iterator[None]:
    """Leave off where there is nothing, or nothing that is ours to read."""
    try:
        yield
    except OSError as error:
        if tells_nothing(error) and not is_about_rights(error):
            raise


# --- what was cut off --------------------------------------------------------------------------------------


def finish_replacements(outbox: Outbox) -> None:
    """Finish what was cut off: whatever is not, or no longer, in its place is removed."""
    with outbox.pinned.open() as top:
        tidy_stages(top, lambda stage: _finish_stage(outbox, stage))


def _finish_stage(outbox: Outbox, stage: Folder) -> None:
    for hidden in list_hidden(stage, Use.RENDER):
        if is_another(int(hidden.owner)):
            continue
        try:
            _finish_hidden(outbox, stage, hidden.build())
        except OSError as error:
            if sort_fault(error) is not DiskFault.FILE:  # else no other result, and no start, waits for it
                raise
            where = error.filename or os.path.join(stage.path, hidden.build())
            log.warning("not swept path=%r (%s)", shown(where), error.strerror)


def _finish_hidden(outbox: Outbox, stage: Folder, hidden: str) -> None:
    with stage.sub(hidden) as left:
        summary = read_summary(left)
        if summary:
            _finish_one(outbox, summary)
    stage.delete_tree(hidden)


def _finish_one(outbox: Outbox, summary: Mapping[str, Any]) -> None:
    """Bring the text of a result to its place on top, where the exchange was the last that was done."""
    for path, live in outbox.find_results(str(summary.get("source"))):
        exchanged = _count_renders(live) > _count_renders(summary)
        if live.get("job_id") == summary.get("job_id") and exchanged:
            where, name = os.path.split(os.path.join(outbox.path, path))
            with Folder(where) as parent, parent.sub(name) as folder:
                _bring_on_top(parent, name, folder, _on_top_of(live), _on_top_of(summary))


def _on_top_of(summary: Mapping[str, Any]) -> str:
    try:
        return find_name_on_top(str(summary["source"]), Settings.from_dict(summary["settings"]))
    except (LookupError, TypeError):  # people or other programs have changed it
        return ""


def _count_renders(summary: Mapping[str, Any]) -> int:
    count = summary.get(TIMES_RENDERED, 0)
    return count if isinstance(count, int) else 0
