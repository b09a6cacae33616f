"""transcriptd: turns raw transcripts into readable ones, unattended, and never loses a word.

The public names are loaded when they are first used, so that a command which makes no request does
not pay for the machinery that does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.cleaning.processor import LLMProcessor, LLMProvider
    from daemon.library.resumable import ResumableProcessor, process_transcript
    from daemon.library.run_state import ProcessingState, StateManager
    from daemon.text.chunk import Chunk
    from daemon.text.cleaned_chunk import ProcessedChunk

__version__ = "0.1.0"

_HOMES = {
    "Chunk": "daemon.text.chunk",
    "LLMProcessor": "daemon.cleaning.processor",
    "LLMProvider": "daemon.cleaning.processor",
    "ProcessedChunk": "daemon.text.cleaned_chunk",
    "ProcessingState": "daemon.library.run_state",
    "ResumableProcessor": "daemon.library.resumable",
    "StateManager": "daemon.library.run_state",
    "process_transcript": "daemon.library.resumable",
}

__all__ = [
    "Chunk",
    "LLMProcessor",
    "LLMProvider",
    "ProcessedChunk",
    "ProcessingState",
    "ResumableProcessor",
    "StateManager",
    "process_transcript",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the public names
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
