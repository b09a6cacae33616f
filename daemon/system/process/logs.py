"""One line per event that matters, to stderr; under systemd with the levels that journald reads.

A line is an event in words and then what it is about as key=value; as JSON where a program reads on.
What is a key there is told by the message as the code has it ("claimed job=%s"), never by the text that came
of it: no file's name can pass for a field.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

_JOURNAL_LEVELS = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}
_COLOURS = {logging.WARNING: "\033[33m", logging.ERROR: "\033[31m", logging.CRITICAL: "\033[31m"}
_PLAIN = "\033[0m"
# A conversion in a message, such as `%d`, with the key that stands right before it, if one does.
_CONVERSION = re.compile(r"%%|(?:(?<!\S)(?P<key>[a-z]+)=)?%[-#0 +]*\d*(?:\.\d+)?[a-z]")
# Libraries whose debug lines hold transcripts or headers.
_QUIET = ("anthropic", "openai", "httpx2", "httpcore2", "asyncio")


_MOST_HIDERS = 100  # of them the latest: each file that is dropped may bring its own
_hiders: deque[Callable[[str], str]] = deque(maxlen=_MOST_HIDERS)


def hide_in_lines(hide: Callable[[str], str]) -> None:
    """Have every line pass through a function that hides in it what is not to be told."""
    if hide in _hiders:
        _hiders.remove(hide)
    _hiders.append(hide)


def hide_in(text: str) -> str:
    """A text as a line of the log would have it."""
    for hide in list(_hiders):  # other threads may add one
        text = hide(text)
    return text


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to what sys.stderr is when a line comes: progress bars put themselves there, to stay below."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)

    def format(self, record: logging.LogRecord) -> str:
        return hide_in(super().format(record))


class _TextFormatter(logging.Formatter):
    def __init__(self, *, coloured: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S")
        self._colours = _COLOURS if coloured else {}

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        colour = self._colours.get(record.levelno)
        return f"{colour}{text}{_PLAIN}" if colour else text


class _JournalFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        level = _JOURNAL_LEVELS.get(record.levelno, 6)
        return "\n".join(f"<{level}>{line}" for line in super().format(record).splitlines())


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        event, fields = split_message(record)
        if record.exc_info:
            event = f"{event} {self.formatException(record.exc_info)}"
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": " ".join(event.split()),
            **fields,
        }
        return json.dumps(line, ensure_ascii=False)


def split_message(record: logging.LogRecord) -> tuple[str, dict[str, str]]:
    """A record's event in words, and the values of the keys in its message, as texts."""
    if not record.args or not isinstance(record.args, tuple):
        return record.getMessage(), {}
    values = iter(record.args)
    fields: dict[str, str] = {}

    def take_value(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        value = next(values)
        key = found["key"]
        if key is None:
            return found[0] % value
        # A text is quoted, by %r, for people alone.
        fields[key] = value if isinstance(value, str) else found[0].removeprefix(f"{key}=") % value
        return ""

    return _CONVERSION.sub(take_value, str(record.msg)), fields


def set_up(level: int = logging.INFO, style: str = "text") -> None:
    """Log to stderr, as "text" or as "json"; with journald's levels when it is journald that reads text."""
    handler = _StderrHandler(sys.stderr)
    handler.setFormatter(_make_formatter(style))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A watch that is lost is found, mended and told by our own; its threads complain when we end them.
    logging.getLogger("watchdog").setLevel(logging.CRITICAL)


def change_style(style: str) -> None:
    """Log as "text" or as "json" from here on, where `set_up` had lines go to stderr."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _StderrHandler):
            handler.setFormatter(_make_formatter(style))


def _make_formatter(style: str) -> logging.Formatter:
    if style == "json":
        return _JsonFormatter()
    if "JOURNAL_STREAM" in os.environ:
        return _JournalFormatter()
    return _TextFormatter(coloured=sys.stderr.isatty())
