"""The record of a result: what every file in it was made from, so that they can be made again.

record.jsonl.gz holds a line about the source and the plan's header, and a line for each chunk with what came
back for it. It holds neither what the cleaning cost nor who did it: that stands in summary.json.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from daemon.store.plan import Header
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk

RECORD = "record.jsonl.gz"
FORMAT = 1
_NOT_RECORDED = frozenset(
    "input_tokens output_tokens cost requests batched model server original_text".split()
)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a result is made from beside its chunks: the source's path inside inbox, its mtime, the header."""

    name: str
    modified_ns: int
    header: Header


class Recorder:
    """Writes a record while the chunks pass by, so that each is read once."""

    def __init__(self, origin: Origin) -> None:
        self._buffer = io.BytesIO()
        self._file = gzip.GzipFile(fileobj=self._buffer, mode="wb", mtime=0)  # the same bytes at any time
        self._write_line(
            {
                "format": FORMAT,
                "name": origin.name,
                "modified_ns": origin.modified_ns,
                "header": origin.header.to_dict(),
            }
        )

    def pass_on(
        self, pairs: Iterable[tuple[Chunk, ProcessedChunk]]
    ) -> Iterator[tuple[Chunk, ProcessedChunk]]:
        """The chunks with their results as they come, each written down."""
        for chunk, result in pairs:
            values = {key: value for key, value in result.to_dict().items() if key not in _NOT_RECORDED}
            self._write_line({"chunk": replace(chunk, context_buffer=None).to_dict(), "result": values})
            yield chunk, result

    def finish(self) -> bytes:
        """The record, once all chunks have passed."""
        self._file.close()
        return self._buffer.getvalue()

    def _write_line(self, value: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n")


class Record:
    """A record that was read. Raises ValueError where the bytes are no whole record of this format."""

    def __init__(self, data: bytes) -> None:
        try:
            first, *self._lines = gzip.decompress(data).splitlines()
            raw = json.loads(first)
            if raw["format"] != FORMAT:
                raise ValueError("a record of another version")
            self.origin = Origin(raw["name"], raw["modified_ns"], Header.from_dict(raw["header"]))
        except (OSError, EOFError, LookupError, TypeError) as error:
            raise ValueError(f"no record ({type(error).__name__})") from None
        if len(self._lines) != self.origin.header.chunks:
            raise ValueError("a record that is not whole")

    def pairs(self) -> Iterator[tuple[Chunk, ProcessedChunk]]:
        """Every chunk with its result, in order; raises ValueError where one can't be read."""
        for line in self._lines:
            raw = json.loads(line)
            try:
                chunk = Chunk.from_dict(raw["chunk"])
                result = ProcessedChunk.from_dict({**raw["result"], "original_text": chunk.text})
            except (LookupError, TypeError) as error:
                raise ValueError(f"a line that is no chunk ({type(error).__name__})") from None
            yield chunk, result
