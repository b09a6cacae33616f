"""transcriptd: turns raw transcripts into readable ones, unattended, and never loses a word.

From a program of one's own: `read` makes chunks of a transcript file; an `LLMProcessor` cleans chunks; a
`ResumableProcessor` does so with a checkpoint after each, and can be paused, resumed and stopped from any
thread; `process_transcript` is all of it in one call. `output_language` "English" is the default there: what
is in another language is translated into it; None is the transcript's own.

Every error that is raised on purpose is a `TranscriptdError`, with a `message` and a `mend`: `InputError` for
what is no transcript, `ConfigError` for a setting that can't work, `ServiceError` where nobody can be
served now (network, key, credit, limits), `LockedError` where another process holds the state's folder.
`NotNow` says that a request may not begin (paused); a wrong type is a TypeError that names the argument.

The public names are loaded when they are first used, so that a command which makes no request does
not pay for the machinery that does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.cleaning.processor import LLMProcessor, LLMProvider
    from daemon.errors import (
        ConfigError,
        InputError,
        LockedError,
        NotNow,
        ServiceError,
        TranscriptdError,
    )
    from daemon.library.one_call import process_transcript
    from daemon.library.reading import read
    from daemon.library.resumable import ResumableProcessor
    from daemon.library.run_state import ProcessingState, StateManager
    from daemon.text.chunk import Chunk
    from daemon.text.cleaned_chunk import ProcessedChunk

__version__ = "0.1.0"

_HOMES = {
    "Chunk": "daemon.text.chunk",
    "ConfigError": "daemon.errors",
    "InputError": "daemon.errors",
    "LLMProcessor": "daemon.cleaning.processor",
    "LLMProvider": "daemon.cleaning.processor",
    "LockedError": "daemon.errors",
    "NotNow": "daemon.errors",
    "ProcessedChunk": "daemon.text.cleaned_chunk",
    "ProcessingState": "daemon.library.run_state",
    "ResumableProcessor": "daemon.library.resumable",
    "ServiceError": "daemon.errors",
    "StateManager": "daemon.library.run_state",
    "TranscriptdError": "daemon.errors",
    "process_transcript": "daemon.library.one_call",
    "read": "daemon.library.reading",
}

__all__ = [
    "Chunk",
    "ConfigError",
    "InputError",
    "LLMProcessor",
    "LLMProvider",
    "LockedError",
    "NotNow",
    "ProcessedChunk",
    "ProcessingState",
    "ResumableProcessor",
    "ServiceError",
    "StateManager",
    "TranscriptdError",
    "process_transcript",
    "read",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the public names
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names too, though they may not be loaded yet: for help() and completion."""
    return sorted({*globals(), *__all__})
