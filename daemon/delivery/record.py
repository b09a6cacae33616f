"""The record of a result: what every file in it was made from, so that they can be made again.

record.jsonl.gz holds a line about the source and the plan's header, and a line for each chunk with what came
back for it. It holds neither what the cleaning cost nor who did it: that stands in summary.json.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import itertools
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias, cast

from msgspec.structs import replace

from daemon.errors import say_error
from daemon.store.plan import Header
from daemon.system.file_names import may_be_path
from daemon.system.files import Folder
from daemon.system.scratch import Content, Draft
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.text.json_values import build_value, load_json

Pair: TypeAlias = tuple[Chunk, ProcessedChunk]
"""A chunk, and what came back for it."""

RECORD = "record.jsonl.gz"
FORMAT = 1
_NOT_RECORDED = frozenset(
    "input_tokens output_tokens cost bounded requests batched model server original_text".split()
)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a result is made from beside its chunks: the source's path inside inbox, its mtime, the header."""

    name: str
    modified_ns: int
    header: Header


class Recorder:
    """Writes a record while the chunks pass by, so that each is read once.

    `scratch` is the folder for a record that is too large for memory.
    """

    def __init__(self, origin: Origin, scratch: Folder | None = None) -> None:
        self._draft = Draft(scratch)
        self._identity = TextIdentity()
        # Without the time, so that a result made again has the same bytes.
        self._file = gzip.GzipFile(fileobj=cast(BinaryIO, self._draft), mode="wb", mtime=0)
        self._write_line(
            {
                "format": FORMAT,
                "name": origin.name,
                "modified_ns": origin.modified_ns,
                "header": origin.header.to_dict(),
            }
        )

    def pass_on(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """The chunks with their results as they come, each written down."""
        for chunk, result in pairs:
            values = _list_recorded(result)
            self._identity.add_recorded(values)
            self._write_line({"chunk": replace(chunk, context_buffer=None).to_dict(), "result": values})
            yield chunk, result

    def finish(self) -> Content:
        """The record, once all chunks have passed."""
        self._file.close()
        return self._draft.finish()

    @property
    def text_id(self) -> str:
        """What `identify_text` says of the record."""
        return self._identity.digest

    def _write_line(self, value: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n")


def identify_text(data: bytes) -> str:
    """A hash of what came back for the chunks in the bytes of a record, whoever is said to have spoken them.

    Raises ValueError where they are no record.
    """
    identity = TextIdentity()
    with _parsing_record(), gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        for line in itertools.islice(file, 1, None):
            identity.add_recorded(load_json(line)["result"])
    return identity.digest


class TextIdentity:
    """Hashes the text while its chunks pass by, to what `identify_text` makes of the whole record."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def pass_on(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """The chunks with their results as they come, each taken note of."""
        for chunk, result in pairs:
            self.add_recorded(_list_recorded(result))
            yield chunk, result

    def add_recorded(self, values: Mapping[str, Any]) -> None:
        """Take note of what is recorded of a result."""
        self._digest.update(json.dumps(values, sort_keys=True).encode())

    @property
    def digest(self) -> str:
        """The hash, once all chunks have passed."""
        return self._digest.hexdigest()


def _list_recorded(result: ProcessedChunk) -> dict[str, Any]:
    """What of a result is recorded."""
    return {key: value for key, value in result.to_dict().items() if key not in _NOT_RECORDED}


class Record:
    """A record that is being read, of which only one chunk is held at a time.

    Raises ValueError where the bytes are no record of this format.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        with _parsing_record():
            raw = load_json(next(self._read_lines()))
            if raw["format"] != FORMAT:
                raise ValueError("a record of another version")
            name, modified_ns = build_value(raw["name"], str), build_value(raw["modified_ns"], int)
            if not may_be_path(name):
                raise ValueError("a source that can have no such name")
            self.origin = Origin(name, modified_ns, Header.from_dict(raw["header"]))

    def read_pairs(self) -> Iterator[Pair]:
        """Every chunk with its result, in order; raises ValueError where one is missing or can't be read."""
        found = 0
        with _parsing_record():
            for line in itertools.islice(self._read_lines(), 1, None):
                raw = load_json(line)
                chunk = Chunk.from_dict(raw["chunk"])
                yield chunk, ProcessedChunk.from_dict({**raw["result"], "original_text": chunk.text})
                found += 1
        if found != self.origin.header.chunks:
            raise ValueError("a record that is not whole")

    def _read_lines(self) -> Iterator[bytes]:
        with gzip.GzipFile(fileobj=io.BytesIO(self._data)) as file:
            yield from file


@contextlib.contextmanager
def _parsing_record() -> Iterator[None]:
    """Raise whatever is wrong with the bytes as a ValueError."""
    try:
        yield
    except (OSError, EOFError, StopIteration, LookupError, TypeError, zlib.error) as error:
        raise ValueError(f"no record ({say_error(error)})") from None
