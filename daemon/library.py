"""The program as a library: clean chunks with checkpoints, pause, resume and stop, from one's own code.

    processor = LLMProcessor("anthropic", api_key)
    resumable = ResumableProcessor(processor, StateManager("my-state"))
    results, completed = resumable.process_with_checkpoints(chunks, template, "Title", "talk.vtt")

A second call with the same chunks skips what is done. The chunks run on the same scheduler, one at a
time, and lie on disk in the same form as the daemon's.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from daemon import checkpoint
from daemon.chunk import Chunk, ProcessedChunk
from daemon.config import DEFAULT_MODEL
from daemon.files import PRIVATE_FOLDER, Folder, Lock, make_folders
from daemon.gate import Gate
from daemon.job import FAILED, PAUSE
from daemon.processor import LLMProcessor, LLMProvider
from daemon.scheduler import Lane, Scheduler

RUNNING, PAUSED, FAILED_STATUS = "running", "paused", "failed"
_HEADER = "state.json"
_LOOK_SECONDS = 1.0

Progress = Callable[[int, int, str], None]


class Processor(Protocol):
    """What cleans a chunk: an LLMProcessor, or anything of this shape."""

    model: str
    provider: LLMProvider

    def process_chunk(
        self, chunk: Chunk, prompt_template: str, video_title: str, output_language: str
    ) -> ProcessedChunk:
        """Clean one chunk."""


@dataclass
class ProcessingState:
    """Where a run stands. `completed_chunks` and `processed_results` are what the folder holds."""

    file_name: str
    video_title: str
    model: str
    provider: str
    total_chunks: int
    config: Mapping[str, Any] = field(default_factory=dict)
    config_hash: str = ""
    status: str = RUNNING
    error: str | None = None
    run_id: str = ""
    chunk_hashes: tuple[str, ...] = ()
    completed_chunks: list[int] = field(default_factory=list)
    processed_results: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.run_id = self.run_id or secrets.token_hex(8)
        self.config_hash = self.config_hash or _hash(dict(self.config))


_STORED = (
    "file_name", "video_title", "model", "provider", "total_chunks", "config", "config_hash", "run_id",
    "chunk_hashes",
)  # fmt: skip


class StateManager:
    """A folder (0700, its files 0600) that holds one run: a header and one file per finished chunk.

    One process at a time may change it: others get LockedError. The cost of a checkpoint does not
    grow with the number of chunks.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.path.abspath(path)
        self._header: ProcessingState | None = None
        self._mutex = threading.Lock()
        self._depth = 0

    def load(self) -> ProcessingState | None:
        """What lies in the folder, None where there is no run to be gone on with."""
        try:
            with Folder(self.path) as folder:
                header = _read_header(folder)
                if header is None:
                    return None
                self._header = header
                return self._filled(folder, header)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def save(self, state: ProcessingState) -> None:
        """Write the header, the status and those results that are not on disk yet."""
        with self.exclusive() as folder:
            if self._header is None or self._header.run_id != state.run_id or not folder.has(_HEADER):
                stored = {key: getattr(state, key) for key in _STORED}
                folder.write(_HEADER, json.dumps(stored, ensure_ascii=False, indent=1).encode())
                self._header = state
            there = set(checkpoint.indexes(folder.names()))
            for index, result in zip(state.completed_chunks, state.processed_results, strict=False):
                if index not in there:
                    self.update_chunk_complete(index, result)
            self.set_status(state.status, state.error)

    def update_chunk_complete(self, index: int, result: Mapping[str, Any]) -> None:
        """Write one finished chunk (a ProcessedChunk's `to_dict()`); durable when this returns."""
        with self.exclusive() as folder:
            header = self._known(folder)
            done = ProcessedChunk.from_dict({**result, "chunk_index": index})
            checkpoint.save(folder, _binding(header, index), done)

    def set_status(self, status: str, error: str | None = None) -> None:
        """running, paused or failed; told by a PAUSE or FAILED file in the folder."""
        marker = {RUNNING: None, PAUSED: PAUSE, FAILED_STATUS: FAILED}[status]
        with self.exclusive() as folder:
            for name in (PAUSE, FAILED):
                if name != marker:
                    folder.unlink(name)
            if marker is not None:
                folder.write(marker, (error or "").encode("utf-8", "replace"))

    def clear(self) -> None:
        """Remove the run; what was set aside stays."""
        self._header = None
        if os.path.isdir(self.path):
            with self.exclusive() as folder:
                for name in folder.names():
                    if not name.startswith("."):
                        folder.unlink(name)
                folder.fsync()

    def set_aside(self) -> None:
        """Keep another run's files under a name of their own, so that a new one can begin."""
        self._header = None
        with self.exclusive() as folder, folder.make(f".aside-{secrets.token_hex(4)}") as aside:
            for name in folder.names():
                if not name.startswith("."):
                    folder.move(name, aside, name)

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[Folder]:
        """Hold the folder against other processes; nests, also over threads. Raises LockedError."""
        with self._mutex:
            if self._depth == 0:
                self._take()
            self._depth += 1
        try:
            yield self._folder
        finally:
            with self._mutex:
                self._depth -= 1
                if self._depth == 0:
                    self._lock.release()
                    self._folder.close()

    def _take(self) -> None:
        make_folders(self.path)
        self._folder = Folder(self.path)
        try:
            os.fchmod(self._folder.fd, PRIVATE_FOLDER)
            self._lock = Lock(self._folder)
        except BaseException:
            self._folder.close()
            raise

    def _known(self, folder: Folder) -> ProcessingState:
        header = self._header or _read_header(folder)
        if header is None:
            raise ValueError("save a ProcessingState before its chunks")
        self._header = header
        return header

    @staticmethod
    def _filled(folder: Folder, header: ProcessingState) -> ProcessingState:
        state = ProcessingState(**{key: getattr(header, key) for key in _STORED})
        for name, status in ((PAUSE, PAUSED), (FAILED, FAILED_STATUS)):
            if folder.has(name):
                state.status = status
                state.error = folder.read(name).decode("utf-8", "replace") or None
        for index in checkpoint.indexes(folder.names()):
            result = checkpoint.load(folder, index, _binding(header, index))
            if result is not None:
                state.completed_chunks.append(index)
                state.processed_results.append(result.to_dict())
        return state


def _read_header(folder: Folder) -> ProcessingState | None:
    try:
        stored = json.loads(folder.read(_HEADER))
        stored["chunk_hashes"] = tuple(stored["chunk_hashes"])
        return ProcessingState(**stored)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _binding(header: ProcessingState, index: int) -> checkpoint.Binding:
    hashes = header.chunk_hashes
    line = hashes[index] if index < len(hashes) else ""
    return checkpoint.Binding(header.run_id, line, header.config_hash)


def _hash(value: Any) -> str:  # noqa: ANN401 - any JSON
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


class ResumableProcessor:
    """Runs chunks one after the other with a checkpoint after each; controlled from any thread."""

    def __init__(self, processor: Processor, state_manager: StateManager) -> None:
        self.processor = processor
        self.state_manager = state_manager
        self._changed = threading.Condition()
        self._paused = False
        self._gate = self._fresh_gate()
        self._scheduler: Scheduler | None = None

    def _fresh_gate(self) -> Gate:
        return Gate(lambda: "" if self._paused else None)

    @property
    def is_paused(self) -> bool:
        """Whether `pause` was called last, not `resume`."""
        return self._paused

    def pause(self) -> None:
        """Let the current chunk end, then begin nothing until `resume`."""
        self._set(paused=True)

    def resume(self) -> None:
        """Go on."""
        self._set(paused=False)

    def stop(self) -> None:
        """Let the current chunk end and return what is there; waits of a retry end at once."""
        self._gate.stop()
        self._set(paused=False)

    def _set(self, *, paused: bool) -> None:
        with self._changed:
            self._paused = paused and not self._gate.stopping.is_set()
            self._changed.notify_all()
        if (scheduler := self._scheduler) is not None:
            scheduler.poke()

    def process_with_checkpoints(
        self,
        chunks: Sequence[Chunk],
        prompt_template: str,
        video_title: str,
        file_name: str,
        output_language: str = "English",
        progress_callback: Progress | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> tuple[list[ProcessedChunk], bool]:
        """Clean the chunks that are not done yet; the results so far and whether that is all of them.

        Blocks while paused. An error from the processor is recorded (status failed) and raised; the
        finished chunks stay. Completion clears the state. State of another file, of other chunk texts
        or of another config is set aside. `progress_callback(current, total, status)` is called after
        each chunk, before the next one begins, with status "processing", and with "paused" when a
        pause has come into force; not always from the same thread.
        """
        with self.state_manager.exclusive():
            state = self._begin(chunks, prompt_template, video_title, file_name, output_language, config)
            run = _Run(chunks, state, self.state_manager)

            tell = progress_callback or _silent

            def one(index: int) -> None:
                result = self.processor.process_chunk(
                    chunks[index], prompt_template, video_title, output_language
                )
                run.done(index, result)
                tell(run.count, run.total, "processing")

            with self._attached():
                self._drive(run, one, tell)
            return self._end(run)

    def _begin(
        self,
        chunks: Sequence[Chunk],
        prompt_template: str,
        video_title: str,
        file_name: str,
        output_language: str,
        config: Mapping[str, Any] | None,
    ) -> ProcessingState:
        wanted = ProcessingState(
            file_name=file_name,
            video_title=video_title,
            model=self.processor.model,
            provider=str(self.processor.provider.value),
            total_chunks=len(chunks),
            config=dict(config or {}),
            chunk_hashes=tuple(_hash(chunk.to_dict()) for chunk in chunks),
        )
        wanted.config_hash = _hash(
            [dict(config or {}), prompt_template, video_title, output_language, wanted.model, wanted.provider]
        )
        found = self.state_manager.load()
        if found is not None:
            same = ("file_name", "total_chunks", "chunk_hashes", "config_hash")
            if all(getattr(found, key) == getattr(wanted, key) for key in same):
                self.state_manager.set_status(RUNNING)
                return found
            self.state_manager.set_aside()
        self.state_manager.save(wanted)
        return wanted

    def _drive(self, run: _Run, one: Callable[[int], None], progress: Progress) -> None:
        """Run what is missing; meanwhile note, and tell, when it rests in a pause."""
        lane = Lane("library", one, run.missing(), run.failed, lambda: run.error is None)
        scheduler = self._scheduler = Scheduler(1, self._gate, self._notify)
        try:
            scheduler.add(lane)
            resting = False
            while not run.over and not self._gate.stopping.is_set():
                with self._changed:
                    now = self._paused and not lane.in_flight
                    if now == resting:
                        self._changed.wait(_LOOK_SECONDS)
                        continue
                resting = now
                self.state_manager.set_status(PAUSED if now else RUNNING)
                if now:
                    progress(run.count, run.total, PAUSED)
        finally:
            scheduler.close(timeout=None)
            self._scheduler = None

    def _end(self, run: _Run) -> tuple[list[ProcessedChunk], bool]:
        if self._gate.stopping.is_set():
            self._gate = self._fresh_gate()
        if run.error is not None:
            self.state_manager.set_status(FAILED_STATUS, str(run.error))
            raise run.error
        if run.count == run.total:
            self.state_manager.clear()
            return run.results(), True
        return run.results(), False

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    @contextlib.contextmanager
    def _attached(self) -> Iterator[None]:
        """An LLMProcessor's retries obey this object's pause and stop as well."""
        processor = self.processor
        if not isinstance(processor, LLMProcessor):
            yield
            return
        before, processor.admission = processor.admission, self._gate
        try:
            yield
        finally:
            processor.admission = before


class _Run:
    """One call's progress: what was done before, what is done now, what went wrong."""

    def __init__(self, chunks: Sequence[Chunk], state: ProcessingState, manager: StateManager) -> None:
        self.total = len(chunks)
        self._manager = manager
        self._results = {
            index: ProcessedChunk.from_dict(result)
            for index, result in zip(state.completed_chunks, state.processed_results, strict=True)
        }
        self.error: BaseException | None = None

    @property
    def count(self) -> int:
        return len(self._results)

    @property
    def over(self) -> bool:
        return self.error is not None or self.count == self.total

    def missing(self) -> list[int]:
        return [index for index in range(self.total) if index not in self._results]

    def done(self, index: int, result: ProcessedChunk) -> None:
        self._manager.update_chunk_complete(index, result.to_dict())
        self._results[index] = result

    def failed(self, index: int, error: BaseException) -> None:
        self.error = error

    def results(self) -> list[ProcessedChunk]:
        return [self._results[index] for index in sorted(self._results)]


def _silent(current: int, total: int, status: str) -> None:
    pass


def process_transcript(
    chunks: Sequence[Chunk],
    api_key: str | None,
    video_title: str,
    file_name: str = "",
    model: str = DEFAULT_MODEL,
    prompt_path: str | Path | None = None,
    output_language: str = "English",
    progress_callback: Callable[[int, int], None] | None = None,
    state_manager: StateManager | None = None,
    resumable: bool = False,
    *,
    base_url: str | None = None,
) -> tuple[list[ProcessedChunk], dict[str, Any], bool]:
    """Clean chunks in one call; the results, a summary, and whether it is complete.

    With `resumable` (or a `state_manager`) every chunk is a checkpoint, by default in a folder beside
    the working directory named after the file. The summary holds chunks_processed,
    total_input_tokens, total_output_tokens, total_cost (dollars, 4 places) and model.
    """
    processor = LLMProcessor(LLMProvider.ANTHROPIC, api_key, model, base_url=base_url)
    template = processor.load_prompt_template(prompt_path or "clean")
    tell = progress_callback or (lambda current, total: None)
    if resumable or state_manager is not None:
        manager = state_manager or StateManager(f".transcriptd-{_hash(file_name or video_title)[:12]}")
        results, completed = ResumableProcessor(processor, manager).process_with_checkpoints(
            chunks,
            template,
            video_title,
            file_name,
            output_language,
            lambda current, total, status: tell(current, total),
        )
    else:
        results = processor.process_all_chunks(chunks, template, video_title, output_language, tell)
        completed = True
    return results, _summary(results, processor.model), completed


def _summary(results: Sequence[ProcessedChunk], model: str) -> dict[str, Any]:
    return {
        "chunks_processed": len(results),
        "total_input_tokens": sum(result.input_tokens for result in results),
        "total_output_tokens": sum(result.output_tokens for result in results),
        "total_cost": round(sum(result.cost for result in results), 4),
        "model": model,
    }
