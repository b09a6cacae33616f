"""Chunks cleaned in one call, with checkpoints if they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from daemon.cleaning.processor import LLMProcessor, LLMProvider
from daemon.library.resumable import Progress, ResumableProcessor
from daemon.library.run_state import StateManager
from daemon.settings.config import DEFAULT_MODEL
from daemon.system.argument_types import require_function
from daemon.system.digest import digest_of_value
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk


def process_transcript(
    chunks: Sequence[Chunk],
    api_key: str | None,
    video_title: str,
    file_name: str = "",
    model: str = DEFAULT_MODEL,
    prompt_path: str | Path | None = None,
    output_language: str | None = "English",
    progress_callback: Callable[[int, int], None] | None = None,
    state_manager: StateManager | None = None,
    resumable: bool = False,
    *,
    base_url: str | None = None,
) -> tuple[list[ProcessedChunk], dict[str, Any], bool]:
    """Clean chunks in one call; the results, a summary, and whether it is complete.

    `prompt_path` is "clean" (also by None), "notes" or the path of a prompt of one's own.
    `output_language` is the name of the language that the results are to be in: what is in another is
    translated. None is the transcript's own. `base_url` None is $ANTHROPIC_BASE_URL, and else Anthropic's
    API.

    With `resumable` (or a `state_manager`) every chunk is a checkpoint, by default in a folder in
    the working directory that is named after the file. The summary holds chunks_processed,
    total_input_tokens, total_output_tokens, total_cost (dollars, 4 places) and model. Raises what
    `LLMProcessor` and `process_with_checkpoints` raise.
    """
    processor = LLMProcessor(LLMProvider.ANTHROPIC, api_key, model, base_url=base_url)
    prompt = processor.load_prompt_template(prompt_path or None)
    require_function("progress_callback", progress_callback)
    if resumable or state_manager is not None:
        manager = state_manager or StateManager(_name_state_folder(file_name or video_title))
        results, completed = ResumableProcessor(processor, manager).process_with_checkpoints(
            chunks, prompt, video_title, file_name, output_language, _without_status(progress_callback)
        )
    else:
        results = processor.process_all_chunks(
            chunks, prompt, video_title, output_language, progress_callback
        )
        completed = True
    return results, _sum_up(results, processor.model), completed


def _name_state_folder(title: str) -> str:
    return f".transcriptd-{digest_of_value(title)[:12]}"


def _without_status(callback: Callable[[int, int], None] | None) -> Progress | None:
    """What passes progress on to a callback that takes no status."""
    if callback is None:
        return None
    return lambda current, total, status: callback(current, total)


def _sum_up(results: Sequence[ProcessedChunk], model: str) -> dict[str, Any]:
    return {
        "chunks_processed": len(results),
        "total_input_tokens": sum(result.input_tokens for result in results),
        "total_output_tokens": sum(result.output_tokens for result in results),
        "total_cost": round(sum(result.cost for result in results), 4),
        "model": model,
    }
