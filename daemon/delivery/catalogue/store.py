"""The catalogue's file: one SQLite database under state/, its owner's alone.

It is a cache. Whatever it holds can be told again from the outbox; so where it is gone, damaged or of another
version, it is made anew, and nothing is lost by it.

    results   a row for each result: its entry, and how index.html shows it
    texts     the words of each result, in an FTS5 index without the text itself

What was removed from `results` stays in `texts`, where an index without its text can't find it; it is never
seen again, since every answer is joined with `results`, whose numbers are given once. When too much of that
has gathered, the words are indexed anew.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from daemon.delivery.catalogue.database import CATALOGUE, DELIVERED, Counts, connect_database, count_in
from daemon.delivery.catalogue.entry import Entry
from daemon.delivery.catalogue.page import Totals, row_version
from daemon.delivery.catalogue.words import FOLDING, fold_text
from daemon.delivery.outbox.names import REJECTED
from daemon.system.files import PRIVATE_FILE

_GARBAGE = 200  # results that were removed and are still in `texts`, at least, before that is made anew
_TABLES = """
CREATE TABLE IF NOT EXISTS results (
  id INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB NOT NULL UNIQUE, identity TEXT NOT NULL, text BLOB,
  kind TEXT NOT NULL, finished TEXT NOT NULL, folder TEXT NOT NULL, language TEXT NOT NULL,
  seconds REAL NOT NULL, words INTEGER NOT NULL, flags INTEGER NOT NULL, notes INTEGER NOT NULL,
  cost REAL NOT NULL, indexed INTEGER NOT NULL DEFAULT 0, entry TEXT NOT NULL, row TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_time ON results (finished);
CREATE TABLE IF NOT EXISTS pages (name TEXT PRIMARY KEY, identity TEXT NOT NULL);
"""
_TEXTS = """CREATE VIRTUAL TABLE IF NOT EXISTS texts
USING fts5(title, text, content='',
  tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'")"""


class Known(NamedTuple):
    """What the catalogue has of a result: its number, what told its files, and its text's path."""

    number: int
    identity: str
    text: str | None


class CatalogueFile:
    """The open database. Its methods raise sqlite3.Error."""

    def __init__(self, state: str) -> None:
        self.path = os.path.join(state, CATALOGUE)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE_FILE)
        self._opened = os.fstat(fd)
        os.close(fd)
        self._connection = connect_database(self.path, "rw")
        try:
            self._connection.execute("PRAGMA synchronous = FULL")
            self._prepare_tables()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @property
    def is_there(self) -> bool:
        """Whether the file is still the one that was opened."""
        try:
            return os.path.samestat(os.stat(self.path), self._opened)
        except OSError:
            return False

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """All changes within are made, or none is."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.commit()  # refused while another process reads: then all is given up as well
        except BaseException:
            self._connection.rollback()
            raise

    # --- results ----------------------------------------------------------------------------------

    def list_known(self) -> dict[str, Known]:
        """All results, by their paths."""
        rows = self._connection.execute("SELECT id, path, identity, text FROM results")
        return {
            os.fsdecode(path): Known(number, identity, None if text is None else os.fsdecode(text))
            for number, path, identity, text in rows
        }

    def put_result(self, entry: Entry, identity: str, folder: str, row: str) -> int | None:
        """Take a result in under the next number, in place of what was known of its path.

        `row` is its line of index.html, `folder` the one shown there. The number that the path had before
        is given back, if any.
        """
        before = self._connection.execute(
            "SELECT id FROM results WHERE path = ?", (os.fsencode(entry.path),)
        ).fetchone()
        self.remove_results([entry.path])
        delivered = entry.kind == DELIVERED
        values = {
            "path": os.fsencode(entry.path),
            "identity": identity,
            "text": None if entry.text is None else os.fsencode(entry.text),
            "kind": entry.kind,
            "finished": _replace_surrogates(entry.finished_at),
            "folder": _replace_surrogates(folder),
            "language": _replace_surrogates(entry.language),
            "seconds": (entry.duration or 0.0) if delivered else 0.0,
            "words": entry.words if delivered else 0,
            "flags": entry.flags if delivered else 0,
            "notes": entry.notes if delivered else 0,
            "cost": entry.cost,
            "entry": entry.to_json(),
            "row": _replace_surrogates(row),
        }
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        self._connection.execute(f"INSERT INTO results ({names}) VALUES ({places})", values)
        return None if before is None else int(before[0])

    def remove_results(self, paths: Iterable[str]) -> None:
        """Forget the results of these paths."""
        self._connection.executemany(
            "DELETE FROM results WHERE path = ?", [(os.fsencode(path),) for path in paths]
        )

    def list_rows(self, first: int, last: int) -> list[str]:
        """The rows of the results with these numbers (both included), newest first."""
        rows = self._connection.execute(
            "SELECT row FROM results WHERE id BETWEEN ? AND ? ORDER BY finished DESC, id DESC", (first, last)
        )
        return [row for (row,) in rows]

    def sum_up(self, first: int, last: int) -> Totals:
        """What these results come to."""
        sums = self._connection.execute(
            """SELECT total(kind = ?), total(flags > 0), total(notes > 0), total(kind = ?), total(seconds),
            total(words), total(cost) FROM results WHERE id BETWEEN ? AND ?""",
            (DELIVERED, REJECTED, first, last),
        ).fetchone()
        delivered, flagged, noted, rejected = map(int, sums[:4])
        return Totals(
            delivered,
            flagged,
            noted,
            rejected,
            seconds=sums[4],
            words=int(sums[5]),
            cost=sums[6],
            folders=self._list_values("folder", first, last),
            languages=self._list_values("language", first, last),
        )

    def _list_values(self, column: str, first: int, last: int) -> tuple[str, ...]:
        """The values of a column among these results, but for the empty one."""
        rows = self._connection.execute(
            f"SELECT DISTINCT {column} FROM results WHERE id BETWEEN ? AND ? ORDER BY 1", (first, last)
        )
        return tuple(value for (value,) in rows if value)

    def count_blocks(self, size: int) -> dict[int, int]:
        """How many results there are in each block of so many numbers, counted from 0, that has any."""
        rows = self._connection.execute("SELECT (id - 1) / ?, count(*) FROM results GROUP BY 1", (size,))
        return {int(block): int(count) for block, count in rows}

    def find_last_number(self) -> int:
        """The highest number that was ever given; 0 where none was."""
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'results'").fetchone()
        return int(row[0]) if row else 0

    def count(self, now: datetime) -> Counts:
        """How many there are, in all and today."""
        return count_in(self._connection, now)

    # --- pages ------------------------------------------------------------------------------------

    def list_pages(self) -> dict[str, str]:
        """The pages that show what there is, and what tells their files from others."""
        return dict(self._connection.execute("SELECT name, identity FROM pages"))

    def put_page(self, name: str, identity: str) -> None:
        """Take note of a page that was written."""
        self._connection.execute("INSERT OR REPLACE INTO pages VALUES (?, ?)", (name, identity))

    def forget_pages(self, names: Iterable[str]) -> None:
        """Note that these pages no longer show what there is."""
        self._connection.executemany("DELETE FROM pages WHERE name = ?", [(name,) for name in names])

    # --- words ------------------------------------------------------------------------------------

    def list_unindexed(self, most: int) -> list[tuple[int, Entry]]:
        """Results whose words are not in the index yet, newest first, with their numbers."""
        rows = self._connection.execute(
            "SELECT id, entry FROM results WHERE NOT indexed ORDER BY id DESC LIMIT ?", (most,)
        )
        return [(number, Entry.from_json(entry)) for number, entry in rows]

    def count_unindexed(self) -> int:
        """How many there are of these."""
        return int(self._connection.execute("SELECT count(*) FROM results WHERE NOT indexed").fetchone()[0])

    def index_words(self, number: int, title: str, folded: bytearray) -> None:
        """Put the words of a result into the index: those of its title, and its text's, folded, in UTF-8."""
        self._connection.execute(
            "INSERT INTO texts (rowid, title, text) VALUES (?, ?, CAST(? AS TEXT))",
            (number, _replace_surrogates(fold_text(title)), folded),
        )
        self._connection.execute("UPDATE results SET indexed = 1 WHERE id = ?", (number,))

    def drop_garbage(self) -> None:
        """Have the words indexed anew where more than half of them are of results that are gone."""
        held = self._connection.execute("SELECT count(*) FROM texts_docsize").fetchone()[0]
        live = self._connection.execute("SELECT count(*) FROM results WHERE indexed").fetchone()[0]
        if held - live > max(_GARBAGE, live):
            with self.changing():
                self._connection.execute("DROP TABLE texts")
                self._connection.execute(_TEXTS)
                self._connection.execute("UPDATE results SET indexed = 0")

    def find_matches(self, match: str, most: int) -> list[Entry]:
        """The results that a query of FTS5 matches, newest first."""
        rows = self._connection.execute(
            """SELECT entry FROM texts JOIN results ON results.id = texts.rowid
            WHERE texts MATCH ? ORDER BY finished DESC, id DESC LIMIT ?""",
            (match, most),
        )
        return [Entry.from_json(entry) for (entry,) in rows]

    def count_matches(self, match: str) -> int:
        """How many results a query matches."""
        row = self._connection.execute(
            "SELECT count(*) FROM texts JOIN results ON results.id = texts.rowid WHERE texts MATCH ?",
            (match,),
        ).fetchone()
        return int(row[0])

    def _prepare_tables(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        wanted = zlib.crc32(f"{_TABLES}{_TEXTS}{FOLDING}".encode(), row_version()) & 0x7FFF_FFFF
        if version == wanted:
            return
        if version:
            raise sqlite3.DatabaseError("it is of another version")
        self._connection.executescript(_TABLES)
        self._connection.execute(_TEXTS)
        self._connection.execute(f"PRAGMA user_version = {wanted}")


def _replace_surrogates(text: str) -> str:
    """The text without halves of pairs, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode()
