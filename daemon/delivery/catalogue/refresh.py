"""Brings the catalogue and index.html to what lies in the outbox, piece by piece.

The outbox is the truth: whatever was moved, deleted, changed or put there by anybody is found by a walk over
all results, which opens only those that it doesn't know.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from daemon.delivery.catalogue.database import Counts
from daemon.delivery.catalogue.entry import Entry, read_entry, read_lines
from daemon.delivery.catalogue.page import MARK, OtherPage, render_page, render_row
from daemon.delivery.catalogue.passages import read_passages
from daemon.delivery.catalogue.rows import FailedJob, make_row
from daemon.delivery.catalogue.store import CatalogueFile
from daemon.delivery.catalogue.words import fold_text
from daemon.delivery.outbox.finding import Found, find_results, identify_file, identify_result
from daemon.delivery.outbox.names import INDEX
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.system.files import Folder

log = logging.getLogger(__name__)

BLOCK = 2500
"""So many numbers make a block of results. The two newest blocks are shown by index.html, each older one by a
page of its own, which changes only when one of its results does: the cost of a delivery doesn't grow."""

_AT_ONCE = 50  # results in one change of the file
_Item = TypeVar("_Item")


class Refresh:
    """The open catalogue of one outbox. All methods raise sqlite3.Error, OSError or ServiceError.

    `words_left`: there may be results whose words are not in the index yet.
    """

    def __init__(self, state: str, outbox: Outbox) -> None:
        self.words_left = True
        self._outbox = outbox
        self._file = CatalogueFile(state)
        self._failed_on_page: tuple[FailedJob, ...] | None = None
        self._told: set[str] = set()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @property
    def is_there(self) -> bool:
        """Whether the file is still the one that was opened."""
        return self._file.is_there

    def count(self) -> Counts:
        """How many results there are, in all and today."""
        return self._file.count(datetime.now().astimezone())

    def take_in(self, paths: Sequence[str]) -> None:
        """Take in the results that have come to lie at these paths in the outbox."""
        with self._outbox.pinned.open() as top:
            found = [Found(path, identify_result(f"{top.path}/{path}")) for path in paths]
            self._put_results(top, [one for one in found if one.identity])

    def walk(self) -> None:
        """Find what was moved, deleted, changed or put there by others."""
        file = self._file
        with self._outbox.pinned.open() as top:
            known = file.list_known()
            found = {one.path: one for one in find_results(top.path)}
            gone = [path for path in known if path not in found]
            for part in _split_in_parts(gone):
                with file.changing():
                    file.forget_pages({INDEX, *(_name_older(known[path].number) for path in part)})
                    file.remove_results(part)
            changed = []
            for one in found.values():
                before = known.get(one.path)
                if before is None or before.identity != _identify_result(top, one, before.text):
                    changed.append(one)
            self._put_results(top, changed)
        file.drop_garbage()
        self.words_left = True

    def write_pages(self, failed: tuple[FailedJob, ...], *, only_look: bool = False) -> bool:
        """Write the pages that don't show what there is; whether there were some.

        `failed` are the jobs that can't go on. With `only_look` nothing is written.
        """
        file = self._file
        with self._outbox.pinned.open() as top:
            ranges = _divide_numbers(file.find_last_number())
            known = file.list_pages()
            old = {name for name in ranges if known.get(name) != identify_file(f"{top.path}/{name}")}
            if failed != self._failed_on_page:
                old.add(INDEX)
            if old and not only_look:
                filled = file.count_blocks(BLOCK)
                for name in old:
                    self._write_page(top, name, ranges[name], filled, failed if name == INDEX else ())
                self._failed_on_page = failed
            return bool(old)

    def index_words(self, seconds: float) -> None:
        """Put the words of new results into the index, for so long at most."""
        until = time.monotonic() + seconds
        with self._outbox.pinned.open() as top:
            while self.words_left and time.monotonic() < until:
                self._index_some(top, until)

    def _index_some(self, top: Folder, until: float) -> None:
        """Put the words of some results into the index, at one stroke, until a moment (monotonic seconds)."""
        some = self._file.list_unindexed(_AT_ONCE)
        self.words_left = bool(some)
        with self._file.changing():
            for number, entry in some:
                self._file.index_words(number, entry.title, _fold_words(top, entry))
                if time.monotonic() >= until:
                    break

    def _put_results(self, top: Folder, found: Sequence[Found]) -> None:
        """Take results in, oldest first, so that the newest get the highest numbers."""
        entries = []
        for one in found:
            entry = read_entry(top, one.path)
            if entry is not None:
                entries.append((entry, _identify_result(top, one, entry.text)))
        entries.sort(key=lambda read: (read[0].finished_at, read[0].path))
        for part in _split_in_parts(entries):
            with self._file.changing():
                for entry, identity in part:
                    row = make_row(entry)
                    before = self._file.put_result(entry, identity, row.folder, render_row(row))
                    self._file.forget_pages({INDEX} if before is None else {INDEX, _name_older(before)})
            self.words_left = True

    def _write_page(
        self,
        top: Folder,
        name: str,
        numbers: tuple[int, int],
        filled: Mapping[int, int],
        failed: tuple[FailedJob, ...],
    ) -> None:
        """Write a page of the results with these numbers; one that never had any is not made."""
        was_there = bool(identify_file(f"{top.path}/{name}"))
        rows = self._file.list_rows(*numbers)
        if rows or failed or (name == INDEX and was_there):
            totals = self._file.sum_up(*numbers)
            others = [OtherPage(f"./{INDEX}", "Newest")]
            if name == INDEX:
                others = _link_older(filled, numbers[0])
            page = render_page(rows, totals, failed, others, newest=name == INDEX)
            if not self._outbox.write_page(name, page, MARK):
                self._tell_once(f"{name} in the outbox is not a page of ours and stays; move it to get one")
        elif was_there:
            self._outbox.remove_page(name, MARK)
        self._file.put_page(name, identify_file(f"{top.path}/{name}"))

    def _tell_once(self, what: str) -> None:
        if what not in self._told:
            self._told.add(what)
            log.warning("index %s", what)


def _fold_words(top: Folder, entry: Entry) -> bytearray:
    """The words of a result, folded, in UTF-8: as text they take four times that with one emoji."""
    folded = bytearray()
    for passage in read_passages(entry.text or "", read_lines(top, entry.text)):
        folded += fold_text(passage.text).encode("utf-8", "replace") + b"\n"
    return folded


def _identify_result(top: Folder, found: Found, text: str | None) -> str:
    """What tells a result, its summary and the text that people read, from a changed one."""
    return f"{found.identity} {identify_file(f'{top.path}/{text}') if text else ''}"


def _divide_numbers(last: int) -> dict[str, tuple[int, int]]:
    """The pages, each with the first and the last number of its results."""
    newest = max(0, last - 1) // BLOCK
    pages = {INDEX: (max(0, newest - 1) * BLOCK + 1, last)}
    for block in range(newest - 1):
        pages[_name_older(block * BLOCK + 1)] = (block * BLOCK + 1, (block + 1) * BLOCK)
    return pages


def _name_older(number: int) -> str:
    """The page that a result with this number is on, once it is no longer among the newest."""
    return f"index-{(number - 1) // BLOCK + 1}.html"


def _link_older(filled: Mapping[int, int], first: int) -> list[OtherPage]:
    """The pages of results before the `first` number, the newer of them first.

    `filled` counts the results of each block.
    """
    blocks = sorted((block for block in filled if (block + 1) * BLOCK < first), reverse=True)
    return [OtherPage(f"./{_name_older(block * BLOCK + 1)}", f"Older: {filled[block]:,}") for block in blocks]


def _split_in_parts(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
