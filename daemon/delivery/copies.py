"""Exact copies: results of the same bytes under the same settings, whatever the files are called.

They are told by what the results themselves say. The outbox is walked once, when the first file comes that a
model would be paid for; after that each delivery is added as it happens. What is found is looked at again
before it is used: a result that was deleted, or whose text people have changed, is none to copy from.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from daemon.delivery.extras.files import name_extras, read_extras
from daemon.delivery.outbox.finding import find_results, read_summary
from daemon.delivery.outbox.names import REJECTED, find_spelt, name_beside
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.delivery.outputs import name_stem
from daemon.delivery.record import RECORD, Record
from daemon.system.digest import digest_of_bytes
from daemon.system.disk_faults import DiskFault, sort_fault
from daemon.system.files import Folder
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.text.results.extra import Kind, MadeExtra

_Key = tuple[str, str]  # the hash of the source's bytes, that of the settings


@dataclass(frozen=True)
class Original:
    """A result to copy from: its path in the outbox, its record, who cleaned it, and its extras."""

    path: str
    record: Record
    model: str
    server: str
    extras: Mapping[Kind, MadeExtra]

    def results_for(self, chunks: Iterable[Chunk]) -> Iterator[ProcessedChunk]:
        """What came back for those of these chunks that it has, word for word, at the same place."""
        with contextlib.suppress(ValueError):  # a record that can't be read to its end can't be copied from
            for chunk, (same, result) in zip(chunks, self.record.read_pairs(), strict=False):
                if same == replace(chunk, context_buffer=None):
                    yield replace(result, model=self.model, server=self.server)


class Copies:
    """The results of one outbox by the bytes they were made from."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._paths: dict[_Key, list[str]] | None = None

    def note_delivery(self, path: str, sha256: str, settings_hash: str) -> None:
        """A result has just been delivered to this path in the outbox."""
        if self._paths is not None:
            self._paths.setdefault((sha256, settings_hash), []).append(path)

    def find_original(self, sha256: str, settings_hash: str) -> Original | None:
        """An untouched result of the same bytes under the same settings, None where there is none.

        Raises OSError where the share or the system is too busy to tell: taken for none, it would be paid for
        again.
        """
        if self._paths is None:
            paths: dict[_Key, list[str]] = {}
            for path, summary in _list_delivered(self._outbox.path):
                paths.setdefault(_key_of(summary), []).append(path)
            self._paths = paths  # not before: a share may go away meanwhile
        for path in self._paths.get((sha256, settings_hash), []):
            with _as_people_left_it():
                original = _read_original(self._outbox.path, path, (sha256, settings_hash))
                if original is not None:
                    return original
        return None


def _list_delivered(top: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every result of an outbox, but for what was rejected: its path and its summary."""
    with _as_people_left_it():
        for found in find_results(top):
            if found.path.startswith(f"{REJECTED}/"):
                continue
            with _as_people_left_it(), Folder(os.path.join(top, found.path)) as folder:
                yield found.path, read_summary(folder) or {}


@contextlib.contextmanager
def _as_people_left_it() -> Iterator[None]:
    """Pass over what is gone, spoilt, or not ours to read; raises OSError where it can't be read just now."""
    try:
        yield
    except (OSError, ValueError, LookupError, TypeError) as error:
        if isinstance(error, OSError) and sort_fault(error) is DiskFault.PASSING:
            raise


def _key_of(summary: dict[str, Any]) -> _Key:
    return str(summary.get("source_sha256")), str(summary.get("settings_hash"))


def _read_original(top: str, path: str, key: _Key) -> Original | None:
    """What can be copied from a result; None where it is another one by now, or was changed by hand."""
    whole = os.path.join(top, path)
    with Folder(whole) as folder, Folder(os.path.dirname(whole)) as parent:
        summary = read_summary(folder) or {}
        if _key_of(summary) != key:
            return None
        for name, digest in dict(summary["files"]).items():
            spelt, beside = find_spelt(folder, name), name_beside(os.path.basename(path), name)
            where, found = (folder, spelt) if spelt else (parent, beside)
            if digest_of_bytes(where.read(found)) != digest:
                return None
        model, server = str(summary["model"]), str(summary.get("server", ""))
        extras = _read_extras(folder, str(summary["source"]))
        return Original(path, Record(folder.read(RECORD)), model, server, extras)


def _read_extras(folder: Folder, source: str) -> dict[Kind, MadeExtra]:
    """The extras of a result that did not fail."""
    name = find_spelt(folder, name_extras(name_stem(source)))
    made = read_extras(folder.read(name)) if name else {}
    return {kind: one for kind, one in made.items() if not one.extra.failed}
