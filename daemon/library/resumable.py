"""The program as a library: clean chunks with checkpoints, pause, resume and stop, from one's own code.

    processor = LLMProcessor(api_key="sk-…", model="claude-haiku-5-5")
    template = processor.load_prompt_template(None)
    resumable = ResumableProcessor(processor)
    results, completed = resumable.process_with_checkpoints(chunks, template, "Title", "talk.vtt")

A second call with the same chunks skips what is done. The chunks run on the same scheduler, one at a
time, and lie on disk in the same form as the daemon's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, Protocol

from daemon.cleaning.processor import LLMProcessor
from daemon.errors import say_error
from daemon.library.run import Run, Task
from daemon.library.run_state import FAILED_STATUS, PAUSED, RUNNING, ProcessingState, StateManager
from daemon.system.argument_types import require_function, require_type
from daemon.system.digest import digest_of_value
from daemon.system.file_names import shown
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.workers.admission import Admission, Permit
from daemon.workers.scheduler import Lane, Scheduler

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0

Progress = Callable[[int, int, str], None]


class Processor(Protocol):
    """What cleans a chunk: an LLMProcessor, or anything of this shape.

    `provider` may be of an Enum of one's own: its value is written down.
    """

    @property
    def model(self) -> str:
        """Whose results these are."""

    @property
    def provider(self) -> Enum:
        """Who runs that model."""

    def process_chunk(
        self, chunk: Chunk, prompt_template: str, video_title: str, output_language: str | None
    ) -> ProcessedChunk:
        """Clean one chunk; `output_language` None is the transcript's own."""


class ResumableProcessor:
    """Runs chunks one after the other with a checkpoint after each; controlled from any thread.

    Without a `state_manager` the checkpoints lie where `StateManager()` puts them: in `.transcriptd-run`
    in the working directory. Raises TypeError for a processor or state manager of a wrong kind.
    """

    def __init__(self, processor: Processor, state_manager: StateManager | None = None) -> None:
        _check_processor(processor)
        require_type("state_manager", state_manager, StateManager, None)
        self.processor = processor
        self.state_manager = state_manager or StateManager()
        self._changed = threading.Condition()
        self._paused = False
        self._admission = self._make_admission()
        self._scheduler: Scheduler | None = None
        self._unsaved: dict[tuple[str, int], ProcessedChunk] = {}  # by run and chunk

    def _make_admission(self) -> Admission:
        return Admission(lambda: "" if self._paused else None)

    @property
    def is_paused(self) -> bool:
        """Whether `pause` was called last, not `resume`."""
        return self._paused

    def pause(self) -> None:
        """Let the current chunk end, then begin nothing until `resume`."""
        self._set_paused(paused=True)

    def resume(self) -> None:
        """Go on."""
        self._set_paused(paused=False)

    def stop(self) -> None:
        """Let the current chunk end and return what is there; waits between retries end at once.

        Where none runs, the next call returns before its first chunk.
        """
        self._admission.stop()
        self._set_paused(paused=False)

    def _set_paused(self, *, paused: bool) -> None:
        with self._changed:
            self._paused = paused and not self._admission.stopping.is_set()
            self._changed.notify_all()
        if (scheduler := self._scheduler) is not None:
            scheduler.wake_workers()

    def process_with_checkpoints(
        self,
        chunks: Sequence[Chunk],
        prompt_template: str,
        video_title: str,
        file_name: str,
        output_language: str | None = "English",
        progress_callback: Progress | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> tuple[list[ProcessedChunk], bool]:
        """Clean the chunks that are not done yet; the results so far and whether that is all of them.

        `output_language` is the name of the language that the results are to be in: what is in another is
        translated. None is the transcript's own. `file_name` and `config` tell runs apart, and nothing else;
        so do the processor's glossary and pseudonyms, by which a text is never half one way, half another.

        Blocks while paused. An error from the processor is recorded (status failed) and raised; the
        finished chunks stay. So is an OSError of the state's folder: a chunk that could not be written is
        kept in this object, and only written by its next call. Completion clears the state. State of another
        file, of other chunk texts or of another config is set aside, and found again when that run goes on.
        Ctrl-C ends it as `stop` does, and raises KeyboardInterrupt.

        `progress_callback(current, total, status)` is called after each chunk, before the next one begins,
        with status "processing", and with "paused" when a pause has come into force; not always from the
        same thread. An error of its own ends the run like one of the processor. Raises LockedError where
        another process, or another call, works in the state's folder, ConfigError where that holds other
        files, and TypeError.
        """
        task = Task(chunks, prompt_template, video_title, file_name, output_language, config)
        task.check_types()
        require_function("progress_callback", progress_callback)
        report = progress_callback or (lambda current, total, status: None)
        with self.state_manager.one_run():
            run = Run(chunks, self._begin_run(task), self.state_manager)

            def clean_one(index: int, permit: Permit) -> None:
                self._clean_and_save(task, run, index, permit)
                report(run.count, run.total, "processing")

            try:
                self._drive_run(run, clean_one, report)
                return self._end_run(run)
            finally:
                if self._admission.stopping.is_set():
                    self._admission = self._make_admission()

    def _clean_and_save(self, task: Task, run: Run, index: int, permit: Permit) -> None:
        """Clean one chunk and save it; what can't be written is kept, and only written by the next call."""
        slot = run.run_id, index
        result = self._unsaved.pop(slot, None) or self._clean_chunk(task, index, permit)
        try:
            run.record_result(index, result)
        except OSError:
            self._unsaved[slot] = result
            raise

    def _clean_chunk(self, task: Task, index: int, permit: Permit) -> ProcessedChunk:
        """Clean one chunk; an LLMProcessor's retries obey this object's pause and stop as well."""
        processor, chunk = self.processor, task.chunks[index]
        if isinstance(processor, LLMProcessor):
            return processor.process_chunk(
                chunk, task.prompt_template, task.video_title, task.output_language, permit=permit
            )
        result = processor.process_chunk(chunk, task.prompt_template, task.video_title, task.output_language)
        require_type("what process_chunk returns", result, ProcessedChunk)
        return result

    def _begin_run(self, task: Task) -> ProcessingState:
        """The state of an earlier run of the same task, or a new one."""
        wanted = self._describe_run(task)
        found = self.state_manager.find_run(wanted)
        if found is not None:
            self.state_manager.set_status(RUNNING)
            return found
        self.state_manager.save(wanted)
        return wanted

    def _describe_run(self, task: Task) -> ProcessingState:
        """The state of a run in which nothing is done yet; its hash is of all that shapes the results."""
        config = dict(task.config or {})
        state = ProcessingState(
            file_name=task.file_name,
            video_title=task.video_title,
            model=self.processor.model,
            provider=str(self.processor.provider.value),
            total_chunks=len(task.chunks),
            config=config,
            chunk_hashes=tuple(digest_of_value(chunk.to_dict()) for chunk in task.chunks),
        )
        asked = [config, task.prompt_template, task.video_title, task.output_language]
        asked += [state.model, state.provider]
        if isinstance(self.processor, LLMProcessor) and self.processor.shaping:
            asked.append(self.processor.shaping)
        state.config_hash = digest_of_value(asked)
        return state

    def _drive_run(self, run: Run, clean_one: Callable[[int, Permit], None], progress: Progress) -> None:
        """Run what is missing; meanwhile note, and tell, when it rests in a pause."""
        lane = Lane("library", clean_one, run.list_missing(), run.record_error, lambda: run.error is None)
        scheduler = self._scheduler = Scheduler(1, self._admission, self._notify_changed)
        try:
            scheduler.add(lane)
            resting = False
            while not run.over and not self._admission.stopping.is_set():
                with self._changed:
                    now = self._paused and not lane.in_flight
                    if now == resting:
                        self._changed.wait(_LOOK_SECONDS)
                        continue
                resting = now
                self.state_manager.set_status(PAUSED if now else RUNNING)
                if now:
                    progress(run.count, run.total, PAUSED)
        except BaseException:  # Ctrl-C: nobody is to wait for a retry
            self._admission.stop()
            raise
        finally:
            scheduler.close(timeout=None)
            self._scheduler = None

    def _end_run(self, run: Run) -> tuple[list[ProcessedChunk], bool]:
        if run.error is not None:
            self.state_manager.set_status(FAILED_STATUS, str(run.error))
            raise run.error
        if run.count == run.total:
            try:
                self.state_manager.clear()
            except OSError as error:  # all is in hand, and would be paid for again
                log.warning("not cleared path=%r (%s)", shown(self.state_manager.path), say_error(error))
            return run.list_results(), True
        return run.list_results(), False

    def _notify_changed(self) -> None:
        with self._changed:
            self._changed.notify_all()


def _check_processor(processor: object) -> None:
    missing = [name for name in ("process_chunk", "model", "provider") if not hasattr(processor, name)]
    if missing:
        raise TypeError(
            "processor must be an LLMProcessor or have what one has: "
            f"{type(processor).__name__} has no {', '.join(missing)}"
        )
    provider = getattr(processor, "provider", None)
    if not hasattr(provider, "value"):
        raise TypeError(f"processor.provider must be of an Enum, not {type(provider).__name__}")
