"""What is known of one result in the outbox: made from its summary.json and the names beside it."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import asdict

from daemon.delivery.catalogue.database import DELIVERED
from daemon.delivery.outbox.names import ORIGINAL, REJECTED, REVIEW, SUMMARY
from daemon.system.files import Folder
from daemon.text.json_values import load_json

_TEXTS = ("md", "txt", "json", "srt", "vtt")  # the outputs, by how well people read them
_MOST = 1e12  # of any number in a summary.json
_NO_TITLE = (None, "", "~", "null")
_HEAD_BYTES = 4096  # of a Markdown file: its front matter, in which the title stands


class Entry(Struct, frozen=True):
    """One result.

    `path` is its folder's in the outbox, `text` and `review` those of the files that people read, None where
    there is none. `kind` is "delivered" or "rejected"; `reason` says why it was rejected, "" otherwise.
    `finished_at` is ISO 8601 in UTC. `duration` is seconds of speech, None where unknown; `cost` dollars.
    `flags` counts the passages that keep their original words, `notes` the differences worth a look.
    """

    path: str
    kind: str
    title: str
    source: str
    finished_at: str
    duration: float | None = None
    words: int = 0
    flags: int = 0
    notes: int = 0
    cost: float = 0.0
    language: str = ""
    text: str | None = None
    review: str | None = None
    reason: str = ""

    @property
    def local_time(self) -> str:
        """When it was finished, as people in this machine's time zone read it; "" where that is unknown."""
        try:
            return datetime.fromisoformat(self.finished_at).astimezone().strftime("%Y-%m-%d %H:%M")
        except (ValueError, OverflowError):
            return ""

    def to_json(self) -> str:
        """The entry as it is stored: in ASCII, since a name may be no UTF-8."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Entry:
        """The inverse of `to_json`."""
        return cls(**load_json(text))


def read_entry(top: Folder, path: str) -> Entry | None:
    """The entry of the result at a path in the outbox; None where none can be made of what lies there."""
    try:
        with Folder(os.path.join(top.path, path)) as folder:
            summary = load_json(folder.read(SUMMARY))
            if not isinstance(summary, dict):
                return None
            names = folder.names()
            text = _find_text(top, path, names, summary)
            title = _read_title(folder, text, path)
    except (OSError, ValueError):
        return None
    return make_entry(path, summary, text, REVIEW in names, title)


def make_entry(
    path: str, summary: Mapping[str, Any], text: str | None, has_review: bool, title: str | None
) -> Entry:
    """The entry of a result from its summary.json, in which people and older versions may have left gaps.

    `title` is the one that its Markdown names, which a person may have bettered.
    """
    source = _read_string(summary, "source") or path
    flags, notes = summary.get("flags"), summary.get("notes")
    stem = _read_stem(source)
    return Entry(
        path=path,
        kind=REJECTED if "rejected" in summary else DELIVERED,
        title=title or _read_string(summary, "title") or stem,
        source=source,
        finished_at=_read_string(summary, "finished_at"),
        duration=_read_number(summary, "duration_seconds") if "duration_seconds" in summary else None,
        words=int(_read_number(summary, "words_out") or 0),
        flags=len(flags) if isinstance(flags, list) else 0,
        notes=_sum_counts(notes),
        cost=_read_number(summary, "cost") or 0.0,
        language=_read_string(summary, "language"),
        text=text,
        review=f"{path}/{REVIEW}" if has_review else None,
        reason=_read_string(summary, "rejected"),
    )


def read_lines(top: Folder, path: str | None) -> Iterator[str]:
    """The lines of an output at a path in the outbox, one at a time; none where it can't be read."""
    if path is None:
        return
    above, name = os.path.split(path)
    with (
        contextlib.suppress(OSError),
        Folder(os.path.join(top.path, above)) as folder,
        folder.reading(name) as file,
        io.TextIOWrapper(file, "utf-8", "replace") as lines,
    ):
        yield from lines


def _find_text(top: Folder, path: str, names: Iterable[str], summary: Mapping[str, Any]) -> str | None:
    """The path of the output that people read: in the result, or beside it where the layout is flat.

    What people added to the result is none, but for one in the place of an output that is gone: they may
    have renamed it.
    """
    if "rejected" in summary:
        return None
    files, extra = summary.get("files"), _list_extra_files(summary)
    stem = _read_stem(_read_string(summary, "source"))
    texts = [name for name in names if name != SUMMARY and _read_stem(name) != ORIGINAL and name not in extra]
    made = set(files) if isinstance(files, dict) else set(texts)
    own = [name for name in texts if name in made or _read_stem(name) == stem]
    for output in _TEXTS:
        if found := _pick_text(own, output):
            return f"{path}/{found}"
        if os.path.isfile(os.path.join(top.path, f"{path}.{output}")):
            return f"{path}.{output}"
        if _pick_text(made, output) and (found := _pick_text(texts, output)):
            return f"{path}/{found}"
    return None


def _pick_text(names: Iterable[str], output: str) -> str | None:
    return next((name for name in names if name.endswith(f".{output}")), None)


def _read_stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


def _list_extra_files(summary: Mapping[str, Any]) -> list[str]:
    """The files of a summary or of chapters, which are no text of the result."""
    extra = summary.get("extra_files")
    return [name for name in extra if isinstance(name, str)] if isinstance(extra, list) else []


def _read_title(folder: Folder, text: str | None, path: str) -> str | None:
    """The title in the front matter of a result's Markdown; None where there is none."""
    if text is None or not text.endswith(".md") or os.path.dirname(text) != path:
        return None
    name = os.path.basename(text)
    with os.fdopen(folder.open(name), "rb") as file:
        head = file.read(_HEAD_BYTES).decode("utf-8", "replace")
    line = next((line for line in head.split("\n")[1:] if line.startswith("title:")), "")
    try:  # as text, whatever it looks like: of Yes, 007 or a date that no calendar has
        found = yaml.load(line, yaml.BaseLoader) if head.startswith("---\n") else None
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError):  # no character has such a number
        return None
    title = found.get("title") if isinstance(found, dict) else None
    return None if title in _NO_TITLE else str(title)


def _sum_counts(counts: object) -> int:
    if not isinstance(counts, dict):
        return 0
    return sum(count for count in counts.values() if type(count) is int and abs(count) < _MOST)


def _read_string(summary: Mapping[str, Any], key: str) -> str:
    value = summary.get(key)
    return value if isinstance(value, str) else ""


def _read_number(summary: Mapping[str, Any], key: str) -> float | None:
    """A number, None where there is none, or one that no result has: without end, or none at all."""
    value = summary.get(key)
    return value if isinstance(value, int | float) and abs(value) < _MOST else None
