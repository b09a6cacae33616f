"""Keeps the catalogue and index.html right while the daemon runs, on a thread of its own.

No delivery waits for it; what can't be done now is done at a later look, and a delivery that nobody told of
is found by the next walk. A walk, and the writing of a page, are followed by a rest that is many times as
long, so that their share of the time stays small however much there is.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from daemon.delivery.catalogue.database import Counts, is_damage, remove_catalogue
from daemon.delivery.catalogue.rows import FailedJob
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.errors import ServiceError, say_error
from daemon.system.process.resources import is_no_memory
from daemon.workers.background import BackgroundSteps
from daemon.workers.heartbeat import Heartbeat

if TYPE_CHECKING:
    from daemon.delivery.catalogue.refresh import Refresh

log = logging.getLogger(__name__)

WALK_SECONDS = 10.0  # between two walks, at least
PAGE_SECONDS = 1.0  # between two writings of a page, at least
_WALK_REST, _PAGE_REST = 100, 30  # times what it took, before the next
_AGAIN_SECONDS = 10.0  # after something went wrong
AFTER_BUG_SECONDS = 600.0  # after something went wrong that nobody has thought of
_SLICE_SECONDS = 0.5  # of indexing words, before something else may have its turn
_GATHER_SECONDS = 1.0  # between two slices: each takes what came since, with as few writes as one result
_ENDING_SECONDS = 5.0  # of indexing words when the program is about to leave


class Upkeep:
    """The catalogue and the index of one outbox.

    `counts` are those of the last look, None before the first. `find_lost_state` says what is wrong with the
    state folder, in which the catalogue lies: nothing is written into another in its place.
    """

    def __init__(
        self,
        state: str,
        outbox: Outbox,
        find_lost_state: Callable[[], ServiceError | None] = lambda: None,
    ) -> None:
        self.counts: Counts | None = None
        self._state = state
        self._outbox = outbox
        self._find_lost_state = find_lost_state
        self._refresh: Refresh | None = None
        self._background = BackgroundSteps(Heartbeat())
        self._lock = threading.Lock()
        self._noted: list[str] = []
        self._failed: tuple[FailedJob, ...] = ()
        self._is_queued = self._leaving = False
        self._more_is_due = True
        self._next_walk = self._next_page = self._not_before = 0.0
        self._told: set[str] = set()

    # --- told by the loop and by whoever delivers --------------------------------------------------

    def note(self, path: str, *, rejected: bool = False, flagged: bool = False) -> Counts | None:
        """A result has come to lie at this path; the counts with it, None where they are not known."""
        with self._lock:
            self._noted.append(path)
            if self.counts is not None:
                self.counts = _add_one(self.counts, rejected=rejected, flagged=flagged)
            return self.counts

    def note_changed(self, path: str) -> None:
        """The result at this path, which is counted already, was made again."""
        with self._lock:
            self._noted.append(path)

    def show_failed(self, failed: tuple[FailedJob, ...]) -> None:
        """Show these jobs as those that can't go on."""
        self._more_is_due = self._more_is_due or failed != self._failed
        self._failed = failed

    def look(self) -> None:
        """Begin what is due; waits for nothing."""
        now = time.monotonic()
        if self._is_queued or now < self._not_before:
            return
        if self._noted or now >= self._next_walk or (self._more_is_due and now >= self._next_page):
            self._is_queued = True
            self._background.submit(self._refresh_slice)

    def close(self, seconds: float) -> None:
        """Bring the index to what there is, and wait so long for it."""
        self._leaving = True
        self._background.submit(self._refresh_rest)
        self._background.close(seconds)

    # --- on its own thread --------------------------------------------------------------------------

    def _refresh_slice(self) -> None:
        """One turn of work; after it the next look may begin another."""
        try:
            if not self._leaving:
                self._try_refresh(_SLICE_SECONDS)
        except Exception:
            self._not_before = time.monotonic() + AFTER_BUG_SECONDS
            raise  # the background tells of it, each time
        finally:
            self._not_before = max(self._not_before, time.monotonic() + _GATHER_SECONDS)
            self._is_queued = False

    def _refresh_rest(self) -> None:
        """The last turn, before the program leaves."""
        self._next_page = 0.0
        self._try_refresh(_ENDING_SECONDS)
        self._close_file()

    def _try_refresh(self, seconds: float) -> None:
        """Do what is due; what goes wrong is said once, and tried again later."""
        try:
            self._bring_up_to_date(seconds)
        except sqlite3.Error as error:
            if is_damage(error):
                self._remove_damaged(error)
            else:
                self._postpone_refresh(str(error))
        except ServiceError as error:
            self._postpone_refresh(str(error), logging.DEBUG)  # said by whoever holds for it
        except OSError as error:
            self._postpone_refresh(say_error(error))
        except (MemoryError, SystemError, ImportError) as error:
            if not is_no_memory(error):
                raise
            self._postpone_refresh("there is not enough memory")
        else:
            self._told.clear()

    def _remove_damaged(self, damage: sqlite3.Error) -> None:
        """Have the catalogue made anew; where the disk that damaged it takes no writes, later."""
        self._close_file()
        try:
            remove_catalogue(self._state)
        except OSError as error:
            self._postpone_refresh(say_error(error))
            return
        log.warning("catalogue damaged (%s): it is made anew", damage)
        self._not_before = time.monotonic() + PAGE_SECONDS

    def _bring_up_to_date(self, seconds: float) -> None:
        """Take in what came, write the pages that are old, and index words for so many seconds."""
        if (lost := self._find_lost_state()) is not None:
            raise lost
        refresh = self._open_file()
        self._take_noted(refresh)
        self._walk_if_due(refresh)
        self._count_results(refresh)
        pages_are_old = self._write_pages_if_due(refresh)
        refresh.index_words(seconds)
        self._more_is_due = pages_are_old or refresh.words_left

    def _open_file(self) -> Refresh:
        if self._refresh is not None and not self._refresh.is_there:
            self._close_file()
        if self._refresh is None:
            from daemon.delivery.catalogue.refresh import Refresh  # here: a start needs no template engine

            self._refresh = Refresh(self._state, self._outbox)
            self._next_walk = 0.0
        return self._refresh

    def _close_file(self) -> None:
        if self._refresh is not None:
            self._refresh.close()
        self._refresh = None

    def _postpone_refresh(self, why: str, level: int = logging.WARNING) -> None:
        if why not in self._told:
            self._told.add(why)
            log.log(level, "index not brought up to date (%s)", why)
        self._not_before = time.monotonic() + _AGAIN_SECONDS

    def _take_noted(self, refresh: Refresh) -> None:
        noted = list(self._noted)
        if noted:
            refresh.take_in(list(dict.fromkeys(noted)))
        with self._lock:
            del self._noted[: len(noted)]

    def _walk_if_due(self, refresh: Refresh) -> None:
        began = time.monotonic()
        if began >= self._next_walk:
            refresh.walk()
            ended = time.monotonic()
            self._next_walk = ended + max(WALK_SECONDS, _WALK_REST * (ended - began))

    def _count_results(self, refresh: Refresh) -> None:
        with self._lock:
            if not self._noted:
                self.counts = refresh.count()

    def _write_pages_if_due(self, refresh: Refresh) -> bool:
        """Write the pages unless that was done just now; whether some are still to be written."""
        began = time.monotonic()
        is_early = began < self._next_page
        were_old = refresh.write_pages(self._failed, only_look=is_early)
        if were_old and not is_early:
            ended = time.monotonic()
            self._next_page = ended + max(PAGE_SECONDS, _PAGE_REST * (ended - began))
        return were_old and is_early


def _add_one(counts: Counts, *, rejected: bool, flagged: bool) -> Counts:
    """The counts with one more result, of today."""
    if rejected:
        return replace(counts, rejected=counts.rejected + 1, rejected_today=counts.rejected_today + 1)
    counts = replace(counts, delivered=counts.delivered + 1, delivered_today=counts.delivered_today + 1)
    if flagged:
        counts = replace(counts, flagged=counts.flagged + 1, flagged_today=counts.flagged_today + 1)
    return counts
