"""transcriptd: turns raw transcripts into readable ones, unattended, and never loses a word.

The public names are loaded when they are first used, so that a command which makes no request does
not pay for the machinery that does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.chunk import Chunk, ProcessedChunk
    from daemon.library import ResumableProcessor, process_transcript
    from daemon.processor import LLMProcessor, LLMProvider
    from daemon.run_state import ProcessingState, StateManager

__version__ = "0.1.0"

_HOMES = {
    "Chunk": "daemon.chunk",
    "LLMProcessor": "daemon.processor",
    "LLMProvider": "daemon.processor",
    "ProcessedChunk": "daemon.chunk",
    "ProcessingState": "daemon.run_state",
    "ResumableProcessor": "daemon.library",
    "StateManager": "daemon.run_state",
    "process_transcript": "daemon.library",
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
