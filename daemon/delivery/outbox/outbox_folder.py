"""The outbox: a result appears whole, by one rename, or not at all; nothing there is overwritten.

Delivering and rejecting are one procedure: build a hidden folder, make all of it durable, give it its
name by a rename that replaces nothing, make that durable.
"""

from __future__ import annotations

import logging
import os
import unicodedata
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from daemon.delivery.outbox.finding import find_results_of, make_durable
from daemon.delivery.outbox.names import (
    REJECTED,
    STATUS,
    find_spelt,
    is_reserved,
    list_spellings,
    name_beside,
    spell_file,
    spell_name,
    split_name,
)
from daemon.delivery.outbox.staging import (
    Parcel,
    build_hidden,
    choose_spelling,
    list_stages,
    open_stage,
    open_target,
    read_modes,
    remove_hidden,
    sweep_stage,
    tidy_stages,
)
from daemon.errors import UsageError
from daemon.settings.sidecar import stem_of
from daemon.system.disk_faults import is_about_rights, tells_nothing
from daemon.system.file_names import numbered, shorten, shown
from daemon.system.files import Folder
from daemon.system.paths import fsync_chain
from daemon.system.volumes.limits import is_append_only
from daemon.system.volumes.pinned_folder import PinnedFolder

log = logging.getLogger(__name__)

_HEAD_BYTES = 1024  # of a page, in which its mark stands


class Outbox:
    """An outbox folder. Its methods raise ServiceError when the folder itself is not there."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.pinned = PinnedFolder("outbox", path)

    def deliver_result(self, name: str, job_id: str, parcel: Parcel, *, on_top: str = "") -> str:
        """Put a result there for the source of this path inside inbox; the result's path in the outbox.

        `on_top` is a file of the result that is to stand beside its folder, named like it. Where an earlier
        attempt may have got through, `find_ended` is to be asked first.
        """
        path = self._put_result("", name, job_id, parcel, on_top=on_top)
        self._lift_beside(path, on_top)
        return path

    def reject_original(self, name: str, job_id: str, parcel: Parcel) -> str:
        """Put a rejected original, and why it was rejected, below rejected/; its path in the outbox."""
        return self._put_result(REJECTED, name, job_id, parcel)

    def try_name(self, name: str, job_id: str) -> None:
        """Check, before anything is paid for it, that a source's result can have a name where it will lie.

        Raises OSError where it can't, or where that can't be told for now.
        """
        parents, last = split_name(name)
        with self.pinned.open() as top, open_stage(top, [shorten(part) for part in parents]) as stage:
            try:
                spell = choose_spelling(stage, job_id, read_modes(top), name, [f"{shorten(last)}.md"])
            finally:
                remove_hidden(stage, job_id)
        if spell is not shorten:
            spelt = "/".join(spell(each) for each in [*parents, last])
            log.info("named name=%r its disk has no such names: it will be %r", shown(name), shown(spelt))

    def find_edited(self, source: str, text_id: str) -> str:
        """The path of the newest result of a source whose text is the one that edits are of.

        Raises UsageError where there is none, ServiceError where that can't be told.
        """
        found = [
            (str(summary.get("finished_at")), path)
            for path, summary in self.find_results(source)
            if summary.get("text_id") == text_id
        ]
        if not found:
            raise UsageError(
                "The result that these edits are of is not in the outbox, or not under its name.",
                "Name it in: transcriptd amend RESULT EDITS",
            )
        return max(found)[1]

    def find_results(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The results that a source of this path would have been delivered as: path and summary."""
        with self.pinned.open() as top:
            for where, found, summary in _find_spelt(top, name):
                yield os.path.join(_path_below(top, where), found), summary

    def find_newest(self, path: str) -> tuple[str, str] | None:
        """The newest result of a source of this path inside inbox, whatever its extension; None without one.

        Its path in the outbox, and that of its source inside inbox.
        """
        spelt = dict.fromkeys([path, *(unicodedata.normalize(form, path) for form in ("NFC", "NFD"))])
        found = [
            (str(summary.get("finished_at")), result, str(summary.get("source")))
            for each in spelt
            for result, summary in self.find_results(each)
            if stem_of(str(summary.get("source"))) == stem_of(path) and "rejected" not in summary
        ]
        if not found:
            return None
        _, newest, source = max(found)
        return newest, source

    def find_ended(self, name: str, job_id: str, *, on_top: str = "") -> str | None:
        """The path of what a job was delivered or rejected as, made durable; None where it was neither.

        `on_top` as in `deliver_result`, in case that came no further than the result.
        """
        with self.pinned.open() as top:
            for where, found, summary in chain(_find_spelt(top, name), _find_spelt(top, name, REJECTED)):
                if summary.get("job_id") == job_id:
                    make_durable(top, where, found)
                    path = os.path.join(_path_below(top, where), found)
                    self._lift_beside(path, on_top)
                    return path
        return None

    def find_rejected(self, name: str, why: str, is_same: Callable[[Folder], bool]) -> str | None:
        """The path of what was rejected under this name for this reason, None where none `is_same`."""
        with self.pinned.open() as top:
            for where, found, summary in _find_spelt(top, name, REJECTED):
                if summary.get("rejected") == why:
                    with where.sub(found) as folder:
                        if is_same(folder):
                            return os.path.join(_path_below(top, where), found)
        return None

    def _put_result(self, inside: str, name: str, job_id: str, parcel: Parcel, *, on_top: str = "") -> str:
        """Build a result and give it the first free name of its folder; its path in the outbox."""
        above = [shorten(part) for part in split_name(name)[0]]
        with self.pinned.open() as top, open_stage(top, [inside, *above] if inside else above) as stage:
            modes = read_modes(top)
            spell = choose_spelling(stage, job_id, modes, name, parcel.files)
            parents, last = spell_name(name, spell)
            on_top = spell_file(on_top, spell) if on_top else ""
            with open_target(top, stage, inside, parents, job_id, modes) as where:
                partial = build_hidden(stage, job_id, modes, parcel, spell)
                at_the_top = not inside and not parents
                for free in numbered(last):
                    if at_the_top and is_reserved(free):
                        continue
                    if on_top and where.has(name_beside(free, on_top)):
                        continue
                    if stage.move_folder_unless_taken(partial, where, free):
                        fsync_chain(where.path, top.path)
                        return os.path.join(_path_below(top, where), free)
        raise AssertionError("numbered names never end")

    def _lift_beside(self, path: str, on_top: str) -> None:
        """Put a file of a result beside its folder, last of all; again, it does nothing."""
        if not on_top:
            return
        with self.pinned.open() as top, Folder(os.path.join(top.path, path)) as result:
            on_top = find_spelt(result, on_top)
            if not on_top:
                return
            above, last = os.path.split(path)
            with Folder(os.path.join(top.path, above)) as where:
                for name in numbered(last):
                    if result.link_unless_taken(on_top, name_beside(name, on_top), where):
                        return

    def sweep(self, open_jobs: set[str]) -> None:
        """Delete half-built results of jobs that are no longer open, and half-written files."""
        with self.pinned.open() as top:
            tidy_stages(top, lambda stage: sweep_stage(stage, open_jobs))

    def abandon_result(self, job_id: str) -> None:
        """Delete what was half built for a job that is not to be delivered."""
        with self.pinned.open() as top:
            for stage in list_stages(top):
                with stage:
                    remove_hidden(stage, job_id)

    def write_page(self, name: str, text: str, mark: bytes) -> bool:
        """Put a page there, whole, in place of an earlier one; False where another file has the name.

        `mark` stands in the first lines of each page, so that nothing else is taken for one.
        """
        with self.pinned.open() as top:
            if not _is_free_or_marked(top, name, mark):
                return False
            modes = read_modes(top)
            top.write(name, text.encode("utf-8", "replace"), modes.file, modes.group)
            return True

    def remove_page(self, name: str, mark: bytes) -> None:
        """Remove a page that has nothing left to show; any other file of its name stays."""
        with self.pinned.open() as top:
            if _is_free_or_marked(top, name, mark):
                top.unlink(name)

    def write_status(self, text: str) -> None:
        """Rewrite STATUS.txt; in place where the outbox lets no other name be moved over it."""
        data = text.encode("utf-8", "replace")
        with self.pinned.open() as top:
            modes = read_modes(top)
            if is_append_only(top):
                top.note(STATUS, data, modes.file)
            else:
                top.rewrite(STATUS, data, modes.file, modes.group)


def _is_free_or_marked(top: Folder, name: str, mark: bytes) -> bool:
    """Whether a name is free, or that of a file in whose first lines the mark stands."""
    try:
        fd = top.open(name)
    except FileNotFoundError:
        return True
    except OSError as error:
        if tells_nothing(error) and not is_about_rights(error):
            raise
        return False
    with os.fdopen(fd, "rb") as file:
        return mark in file.read(_HEAD_BYTES)


def _find_spelt(top: Folder, name: str, *inside: str) -> Iterator[tuple[Folder, str, dict[str, Any]]]:
    """As `find_results_of`, in whichever way names are spelt; `inside` are the outbox's folders around."""
    for parents, last in list_spellings(name):
        yield from find_results_of(top, [*inside, *parents], last)


def _path_below(top: Folder, where: Folder) -> str:
    path = os.path.relpath(where.path, top.path)
    return "" if path == os.curdir else path
