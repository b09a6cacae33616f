"""Every error this program raises on purpose: what happened, to what, and what to do next.

The three kinds of fault decide what becomes of the work:

- the input's (`InputError`): the file can never work, so it goes to outbox/rejected/;
- the job's (`JobError`): this job can't go on, the others do;
- the service's (`ServiceError`): nobody can go on, so every job keeps its place and waits.

Three more are no faults but ways to leave work: for later (`NotNow`, `Stopped`), or to others (`TakenOver`).

What errors of Python and of libraries are called where people read it, `say_error` knows: a class name means
nothing there, and what an error itself says may quote the transcript.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping

EXIT_OK = 0
EXIT_SOME_FAILED = 1
EXIT_USAGE = 2
EXIT_HELD = 69
EXIT_LOCKED = 75
EXIT_CONFIG = 78
EXIT_INTERRUPTED = 130

# By the first of an error's own class and its bases that stands here. Those of libraries are told by their
# names, so that no library is needed for it.
_WORDS: Mapping[str, str] = {
    # connections
    "ConnectError": "no connection could be made",
    "ConnectTimeout": "no connection could be made in time",
    "PoolTimeout": "no connection was free in time",
    "ProxyError": "the proxy gives no connection",
    "UnsupportedProtocol": "its address is of an unknown kind",
    "InvalidURL": "an address is malformed",
    "WriteTimeout": "the time ran out while the request was sent",
    "WriteError": "the connection was lost while the request was sent",
    "ReadError": "the connection was lost while the answer was awaited",
    "APITimeoutError": "the time ran out while the answer was awaited",
    "TimeoutException": "the time ran out while the answer was awaited",
    "TimeoutError": "the time ran out while the answer was awaited",
    "RemoteProtocolError": "not HTTP as it should be, or cut off",
    "DecodingError": "compressed wrongly, or far too long",
    "APIConnectionError": "the connection was lost",
    "TransportError": "the connection was lost",
    "SSLError": "its certificates or its encryption can't be used",
    # what files and answers hold
    "JSONDecodeError": "it is not JSON",
    "UnicodeDecodeError": "it is not text in UTF-8",
    "UnicodeEncodeError": "it holds characters that are not allowed there",
    "BadZipFile": "its ZIP archive is damaged",
    "LargeZipFile": "its ZIP archive is too large",
    "BadGzipFile": "its compressed data are damaged",
    "error": "its compressed data are damaged",  # zlib's and struct's
    "EOFError": "it ends too early",
    "StopIteration": "it ends too early",
    "ParseError": "its XML is damaged",
    "ExpatError": "its XML is damaged",
    "XMLSyntaxError": "its XML is damaged",
    "PackageNotFoundError": "it is not such a file",
    "MemoryError": "it needs more memory than there is",
    "RecursionError": "it is nested too deeply",
    "ModuleNotFoundError": "a part of the program is missing",
    "ImportError": "a part of the program can't be loaded",
    "OSError": "the system gives no reason",
    "ValidationError": "something in it is not allowed there",
    "LookupError": "something in it is missing",
    "AttributeError": "something in it is missing",
    "TypeError": "something in it is not allowed there",
    "ValueError": "something in it is not allowed there",
}
_UNKNOWN = "for an unknown reason"


class TranscriptdError(Exception):
    """The base of all expected errors.

    `mend` is one sentence for the person who can do something about it; `exit_code` is what a
    command that ends with this error leaves behind.
    """

    exit_code = EXIT_SOME_FAILED

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message} {self.mend}".strip()

    @property
    def as_phrase(self) -> str:
        """The message as a part of a sentence: without the full stop at its end."""
        return self.message.removesuffix(".")


class UsageError(TranscriptdError):
    """A command was asked for something that is not there."""

    exit_code = EXIT_USAGE


class ResultBusyError(UsageError):
    """A result is being made again by another process; in a moment it is free."""


class NeedsCleaningError(UsageError):
    """A result that can't be made again from what is kept of it: only another cleaning can give it."""


class ConfigError(TranscriptdError):
    """config.yaml, or the folders it names, can't be worked with; the start is refused."""

    exit_code = EXIT_CONFIG


class SchemaError(TranscriptdError):
    """What a person wrote as YAML is not allowed there; `key` is the one at fault, "" the whole."""

    def __init__(self, key: str, message: str, mend: str = "") -> None:
        super().__init__(message, mend)
        self.key = key


class LockedError(TranscriptdError):
    """Another process holds this state folder."""

    exit_code = EXIT_LOCKED


class InputError(TranscriptdError):
    """The dropped file can never become a cleaned transcript; it is rejected."""


class DuplicateError(InputError):
    """A job or result has the same path, bytes and settings already."""


class JobError(TranscriptdError):
    """One job can't go on; it is marked FAILED and its finished chunks stay."""


class ModelUnfit(JobError):
    """Hardly anything that this model makes of the job's text can be trusted; another model may do better."""


class ServiceError(TranscriptdError):
    """Nobody can go on: the network, the key, the credit, the model, or the disk.

    `probe_after` is how many seconds to wait before asking again. `strikes` says how often it may come
    back on one chunk, while others are answered, until that chunk is to blame; None: no chunk ever is,
    since it is about a key, the credit, a disk. `of_model`: this model is not to be had, another may be.
    `may_be_filtered`: it may be that this text alone is not let through, so that others are asked for first.
    """

    exit_code = EXIT_HELD

    def __init__(
        self,
        message: str,
        mend: str = "",
        *,
        probe_after: float = 60.0,
        strikes: int | None = None,
        of_model: bool = False,
        may_be_filtered: bool = False,
    ) -> None:
        super().__init__(message, mend)
        self.may_be_filtered = may_be_filtered
        self.probe_after = probe_after
        self.strikes = strikes
        self.of_model = of_model


class NotNow(Exception):
    """A request may not begin at present (paused or held); its chunk keeps its place."""


class TakenOver(Exception):
    """A chunk goes in a batch: no worker is to ask for it until it is brought back."""


class Stopped(NotNow):
    """The program is leaving; nothing new begins."""


def list_class_names(error: BaseException) -> list[str]:
    """The names of an error's own class and of its bases, that of its own first."""
    return [one.__name__ for one in type(error).__mro__]


def say_error(error: BaseException) -> str:
    """What went wrong, in a few plain words that can stand in brackets in a sentence."""
    names = list_class_names(error)
    if isinstance(error, OSError) and error.strerror and "SSLError" not in names:
        return error.strerror
    return next((_WORDS[name] for name in names if name in _WORDS), _UNKNOWN)


def locate_bug(bug: BaseException) -> str:
    """The lines of code that led to an error that nobody expected, for the log.

    What it says itself is left out: that may quote the transcript.
    """
    return "".join(traceback.format_tb(bug.__traceback__))


def locate_briefly(error: BaseException) -> str:
    """The files and line numbers that led to an error, the innermost last: no file is read for them.

    Where memory is short, the lines of code themselves may be too much.
    """
    frames = traceback.walk_tb(error.__traceback__)
    return " ".join(f"{os.path.basename(frame.f_code.co_filename)}:{line}" for frame, line in frames)
