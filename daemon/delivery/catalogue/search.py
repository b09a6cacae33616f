"""A query answered: which results hold the words, when they were said, and the words around them."""

from __future__ import annotations

import contextlib
import math
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from daemon.delivery.catalogue.database import holds_results, is_damage, remove_catalogue
from daemon.delivery.catalogue.entry import Entry, read_lines
from daemon.delivery.catalogue.passages import Excerpt, find_excerpts, read_passages
from daemon.delivery.catalogue.refresh import Refresh
from daemon.delivery.catalogue.store import CatalogueFile
from daemon.delivery.catalogue.words import Term, build_match
from daemon.delivery.outbox.finding import identify_result
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.system.files import Folder

_EXCERPTS = 3  # of one result


@dataclass(frozen=True, slots=True)
class Hit:
    """A result that holds the words, and where; `path` is its folder in the outbox."""

    entry: Entry
    excerpts: tuple[Excerpt, ...]

    def to_dict(self) -> dict[str, Any]:
        """As `search --json` prints it."""
        entry = self.entry
        return {
            "title": entry.title,
            "path": entry.path,
            "text": entry.text,
            "review": entry.review,
            "finished_at": entry.finished_at,
            "language": entry.language,
            "flags": entry.flags,
            "hits": [
                {"time": one.time, "before": one.before, "hit": one.hit, "after": one.after}
                for one in self.excerpts
            ],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The newest results that match; `total` counts all, `unindexed` those whose words are not known yet."""

    hits: tuple[Hit, ...]
    total: int
    unindexed: int


def search_outbox(state: str, outbox: Outbox, terms: Sequence[Term], most: int, *, catch_up: bool) -> Answer:
    """The newest results, at most so many, that hold all the terms.

    With `catch_up` the catalogue is first brought to what there is: where no daemon does that. One that is
    gone or damaged is made anew. Raises sqlite3.Error, OSError or ServiceError where it can't be had.
    """
    try:  # of one that was just deleted a running daemon learns at its next look
        return _search_catalogue(state, outbox, terms, most, catch_up=catch_up or not holds_results(state))
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        remove_catalogue(state)  # a running daemon notices, and makes its own anew
        return _search_catalogue(state, outbox, terms, most, catch_up=True)


def _search_catalogue(
    state: str, outbox: Outbox, terms: Sequence[Term], most: int, *, catch_up: bool
) -> Answer:
    if catch_up:
        with contextlib.closing(Refresh(state, outbox)) as refresh:
            refresh.walk()
            refresh.index_words(math.inf)
    match = build_match(terms)
    with contextlib.closing(CatalogueFile(state)) as file, outbox.pinned.open() as top:
        entries = file.find_matches(match, most)
        total = len(entries) if len(entries) < most else file.count_matches(match)
        unindexed = file.count_unindexed()
        there = (entry for entry in entries if identify_result(os.path.join(top.path, entry.path)))
        hits = tuple(_make_hit(top, entry, terms) for entry in there)
    return Answer(hits, total - (len(entries) - len(hits)), unindexed)


def _make_hit(top: Folder, entry: Entry, terms: Sequence[Term]) -> Hit:
    passages = read_passages(entry.text or "", read_lines(top, entry.text))
    return Hit(entry, tuple(find_excerpts(passages, terms, _EXCERPTS)))
