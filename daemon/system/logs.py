"""One line per event that matters, to stderr; under systemd with the levels that journald reads.

A line is an event in words and then what it is about as key=value; as JSON where a program reads on.
"""

from __future__ import annotations

import ast
import json
import logging
import os
import re
import sys
from contextlib import suppress
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
_FIELD = re.compile(r"(?:^|\s)([a-z]+)=('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\S+)")
# Libraries whose debug lines hold transcripts or headers.
_QUIET = ("anthropic", "httpx2", "httpcore2", "asyncio")


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to what sys.stderr is when a line comes: progress bars put themselves there, to stay below."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


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
        text = super().format(record)
        fields = {name: _value(value) for name, value in _FIELD.findall(text)}
        event = " ".join(_FIELD.sub("", text).split())
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": when, "level": record.levelname.lower(), "event": event, **fields}
        return json.dumps(line, ensure_ascii=False)


def _value(text: str) -> str:
    """What a value says, without its quotes."""
    if text[:1] in "'\"":
        with suppress(ValueError, SyntaxError):
            return str(ast.literal_eval(text))
    return text


def set_up(level: int = logging.INFO, style: str = "text") -> None:
    """Log to stderr, as "text" or as "json"; with journald's levels when it is journald that reads text."""
    handler = _StderrHandler(sys.stderr)
    handler.setFormatter(_formatter(style))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A watch that is lost is found, mended and told by our own; its threads complain when we end them.
    logging.getLogger("watchdog").setLevel(logging.CRITICAL)


def _formatter(style: str) -> logging.Formatter:
    if style == "json":
        return _JsonFormatter()
    if "JOURNAL_STREAM" in os.environ:
        return _JournalFormatter()
    return _TextFormatter(coloured=sys.stderr.isatty())
