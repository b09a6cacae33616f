"""One call of a ResumableProcessor: what it asks for, and how far it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from daemon.cleaning.processor import check_chunks
from daemon.library.run_state import ProcessingState, StateManager
from daemon.system.argument_types import require_type
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk


@dataclass(frozen=True, slots=True)
class Task:
    """What one call asks for."""

    chunks: Sequence[Chunk]
    prompt_template: str
    video_title: str
    file_name: str
    output_language: str | None
    config: Mapping[str, Any] | None

    def check_types(self) -> None:
        """Raise TypeError for what is of a wrong kind."""
        check_chunks(self.chunks)
        require_type("prompt_template", self.prompt_template, str)
        require_type("video_title", self.video_title, str)
        require_type("file_name", self.file_name, str)
        require_type("output_language", self.output_language, str, None)
        require_type("config", self.config, Mapping, None)
        try:
            json.dumps(dict(self.config or {}), sort_keys=True)
        except (TypeError, ValueError, RecursionError) as error:
            raise TypeError(f"config must hold what JSON can, by names that are str: {error}") from None


class Run:
    """One call's progress: what was done before, what is done now, what went wrong."""

    def __init__(self, chunks: Sequence[Chunk], state: ProcessingState, manager: StateManager) -> None:
        self.run_id = state.run_id
        self.total = len(chunks)
        self._chunks = chunks
        self._manager = manager
        self._results = {
            index: self._name_chunk(index, ProcessedChunk.from_dict(result))
            for index, result in zip(state.completed_chunks, state.processed_results, strict=True)
        }
        self.error: BaseException | None = None

    @property
    def count(self) -> int:
        """How many chunks are done."""
        return len(self._results)

    @property
    def over(self) -> bool:
        """Whether all chunks are done, or one went wrong."""
        return self.error is not None or self.count == self.total

    def list_missing(self) -> list[int]:
        """The places of the chunks that are not done yet."""
        return [index for index in range(self.total) if index not in self._results]

    def record_result(self, index: int, result: ProcessedChunk) -> None:
        """Save what came back for a chunk; raises OSError where it can't be written."""
        self._manager.update_chunk_complete(index, result.to_dict())
        self._results[index] = self._name_chunk(index, result)

    def _name_chunk(self, index: int, result: ProcessedChunk) -> ProcessedChunk:
        """A result under the number that its chunk has: on disk it is that of its place among them."""
        return replace(result, chunk_index=self._chunks[index].index)

    def record_error(self, index: int, error: BaseException) -> None:
        """Note that a chunk went wrong, as the `on_error` of a lane does."""
        self.error = error

    def list_results(self) -> list[ProcessedChunk]:
        """What came back for the chunks that are done, in their order."""
        return [self._results[index] for index in sorted(self._results)]
