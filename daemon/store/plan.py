"""The plan: what a source was read as, cut into chunks, and under which settings; frozen.

plan.jsonl is a header line and one line per chunk. The source is parsed once; from then on the plan
is all that is needed. The same bytes under the same settings give the same plan, to the byte.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from daemon.settings.profile import Settings
from daemon.system.digest import digest_of_bytes
from daemon.system.files import Folder
from daemon.system.scratch import Content, Draft, lines_of, pieces_of
from daemon.text.chunk import Chunk
from daemon.text.json_values import build_value, load_json
from daemon.text.names.speaker_name import SpeakerName
from daemon.text.transcript import LeftOut, weigh_tokens

FILE = "plan.jsonl"
FORMAT = 1
_WHOLE = "plan_sha256"  # in the header line: the hash of all else in it and of all lines below it


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a source once it is read.

    `duration` is seconds of speech, None if unknown. `file` is what was read; `unread` are other files of
    the same stem that could not be, and why; `link` is where the recording is to be seen. `warnings` say what
    of the source was read in doubt; `left_out` is what nobody said and the review shows struck at its place.
    `source_title` is the title that the source or its name gives, `recorded` the day of the recording (ISO
    8601) where its name tells. `copy_of` is the path in the outbox of the result of the same bytes from which
    the chunks were taken, "" where they are cleaned.
    `speaker_names` are names that were said of speakers without one: those that were proved, and the others.
    `pseudonyms` says what stands for a name in all that is sent; one that was asked for may have stood in the
    transcript itself. `characters` is the length of the text, as `weigh_tokens` has it.
    """

    sha256: str
    encoding: str
    kind: str
    title: str
    language: str | None
    words: int
    characters: int
    words_in_file: int
    dropped: Mapping[str, int]
    duration: float | None
    chunks: int
    settings: Settings
    format: int = FORMAT
    file: str = ""
    unread: Mapping[str, str] = msgspec.field(default_factory=dict)
    link: str | None = None
    warnings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    source_title: str = ""
    recorded: str | None = None
    copy_of: str = ""
    speaker_names: tuple[SpeakerName, ...] = ()
    pseudonyms: Mapping[str, str] = msgspec.field(default_factory=dict)

    @property
    def may_be_surveyed(self) -> bool:
        """Whether the text is one that is surveyed: of several chunks, whose words a model may change."""
        settings = self.settings
        if not settings.survey or settings.provider == "offline" or settings.verbatim == "strict":
            return False
        return self.chunks > 1

    def to_dict(self) -> dict[str, Any]:
        """The header as a dict for JSON."""
        return {**msgspec.to_builtins(self), "settings_hash": self.settings.digest}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Header:
        """The inverse of `to_dict`.

        Raises ValueError where a value is of another type, or the settings are not those it was made under;
        LookupError or TypeError where keys are missing or unknown.
        """
        values = dict(raw)
        settings, made_under = Settings.from_dict(values["settings"]), values.pop("settings_hash")
        if settings.digest != made_under:
            raise ValueError("the settings were changed")
        return build_value({**values, "settings": settings}, cls)


class Line(msgspec.Struct, frozen=True):
    """Where a chunk's line lies in the plan (bytes), and the hash that binds its checkpoint to it."""

    offset: int
    length: int
    digest: str


@dataclass(frozen=True)
class Plan:
    """An index over a plan.jsonl; the chunks' texts stay on disk until they are asked for."""

    header: Header
    lines: tuple[Line, ...] = field(repr=False)

    @cached_property
    def settings_digest(self) -> str:
        """The hash of the settings that it was made under, which every checkpoint names."""
        return self.header.settings.digest

    def read_chunk(self, folder: Folder, index: int) -> Chunk:
        """Read one chunk; raises ValueError when the file is no longer the one indexed."""
        line = self.lines[index]
        fd = folder.open(FILE)
        try:
            data = os.pread(fd, line.length, line.offset)
        finally:
            os.close(fd)
        if digest_of_bytes(data) != line.digest:
            raise ValueError(f"{FILE} has changed")
        return Chunk.from_dict(load_json(data))


class Body(msgspec.Struct):
    """The lines of some chunks, one after the other, and what the header tells of them."""

    lines: Content = b""
    chunks: int = 0
    characters: int = 0

    @classmethod
    def of(cls, chunks: Iterable[Chunk], scratch: Folder | None = None) -> Body:
        """The lines of these chunks; `scratch` is the folder for what is too large to be held."""
        new, lines = cls(), Draft(scratch)
        for chunk in chunks:
            lines.write(_encode_line(chunk.to_dict()))
            new.chunks += 1
            new.characters += weigh_tokens(chunk.text)
        new.lines = lines.finish()
        return new


def freeze_plan(header: Header, body: Body, scratch: Folder | None = None) -> Content:
    """A header and the chunks it tells of, as the content of a plan.jsonl."""
    return _seal_lines(header.to_dict(), body.lines, scratch)


def _seal_lines(header: Mapping[str, Any], body: Content, scratch: Folder | None) -> Content:
    whole = hashlib.sha256(_encode_line(header))
    for piece in pieces_of(body):
        whole.update(piece)
    draft = Draft(scratch)
    draft.write(_encode_line({**header, _WHOLE: whole.hexdigest()}))
    for piece in pieces_of(body):
        draft.write(piece)
    return draft.finish()


def read_chunks(content: Content) -> Iterator[Chunk]:
    """The chunks in the content of a whole plan.jsonl, in order."""
    lines = lines_of(content)
    next(lines, None)
    for line in lines:
        yield Chunk.from_dict(load_json(line))


def mark_copy(content: Content, path: str, scratch: Folder) -> Content:
    """The content of a whole plan.jsonl, with a header that names the result its chunks were copied from."""
    lines = lines_of(content)
    raw = load_json(next(lines))
    raw.pop(_WHOLE)
    body = Draft(scratch)
    for line in lines:
        body.write(line)
    return _seal_lines({**raw, "copy_of": path}, body.finish(), scratch)


def index_plan(content: Content) -> Plan | None:
    """Index the content of a plan.jsonl; None where it is not whole and unaltered, or not of this format."""
    return index_lines(lines_of(content))


def index_lines(lines: Iterator[bytes]) -> Plan | None:
    """Index a plan.jsonl by its lines, each with its newline; None as for `index_plan`.

    What follows the last newline is no line.
    """
    first = next(lines, b"")
    try:
        raw = load_json(first)
        whole = raw.pop(_WHOLE)
        found = hashlib.sha256(_encode_line(raw))
        header = Header.from_dict(raw)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    indexed: list[Line] = []
    offset = len(first)
    for line in lines:
        found.update(line)
        if line.endswith(b"\n"):
            indexed.append(Line(offset, len(line) - 1, digest_of_bytes(line[:-1])))
        offset += len(line)
    if found.hexdigest() != whole or len(indexed) != header.chunks or header.format != FORMAT:
        return None
    return Plan(header, tuple(indexed))


def _encode_line(entry: Mapping[str, Any]) -> bytes:
    return json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() + b"\n"
