"""What is said to people and programs, by a thread of its own: who does not read it stops nothing else.

A terminal that stands still, a pipe that nobody empties, a descriptor that is closed: the loop must go on.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from typing import TextIO

from daemon.system.process.threads import NoThreadError, start_thread

MOST_WAITING = 1 << 20
"""Characters of a log that wait for a reader, before lines of it are dropped."""

_REFUSED_SECONDS = 60.0
"""How long no thread is asked for once the system has started none."""


class PatientOutput(io.TextIOBase):
    """A text file that never blocks its writer. `fd` None is nobody.

    Where more than `most` characters wait (None: no limit), further writes are dropped, and counted in a line
    when there is room again.
    """

    def __init__(self, fd: int | None, encoding: str = "utf-8", most: int | None = None) -> None:
        self._fd = fd
        self._encoding = encoding
        self._most = most
        self._waiting: deque[str] = deque()
        self._size = 0
        self._dropped = 0
        self._changed = threading.Condition()
        self._is_writing = False
        self._thread: threading.Thread | None = None
        self._next_try = 0.0  # by time.monotonic

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """What the characters are written in; those that it lacks are written as escapes."""
        return self._encoding

    @property
    def errors(self) -> str:  # type: ignore[override]
        """What is done about a character that the encoding lacks."""
        return "backslashreplace"

    def writable(self) -> bool:
        """Whether it can be written to: always."""
        return True

    def isatty(self) -> bool:
        """Whether it leads to a terminal."""
        return self._fd is not None and os.isatty(self._fd)

    def fileno(self) -> int:
        """The descriptor."""
        if self._fd is None:
            raise io.UnsupportedOperation("no descriptor")
        return self._fd

    def write(self, text: str) -> int:
        """Take a text to be written; waits for nothing."""
        if not isinstance(text, str):
            raise TypeError("this is a file of text")
        if self._fd is None or not text:
            return len(text)
        with self._changed:
            if self._most is not None and self._size + len(text) > self._most:
                self._dropped += 1
                return len(text)
            if self._dropped:
                text = f"{self._dropped} lines were dropped here: nobody read them\n{text}"
                self._dropped = 0
            self._waiting.append(text)
            self._size += len(text)
            if self._thread is None and not self._start_thread():
                self._write_here()
            self._changed.notify_all()
        return len(text)

    def _start_thread(self) -> bool:
        """Start the thread that writes; False where the system starts none.

        It is not tried again with each line: where hardly any memory is left, a refusal takes what the line
        needs, and an interpreter that lacks memory while it handles the lack of it ends the process.
        """
        if time.monotonic() < self._next_try:
            return False
        try:
            self._thread = start_thread(self._run, "output")
        except NoThreadError:
            self._next_try = time.monotonic() + _REFUSED_SECONDS
            return False
        return True

    def _write_here(self) -> None:
        """Write what waits without a thread, be it slowly: unsaid, it would be lost. The lock is held."""
        text = "".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        self._write_out(text)

    def drain(self, seconds: float | None) -> bool:
        """Wait, for so many seconds or for ever, until all is written; True if it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._is_writing, seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting)
                text = "".join(self._waiting)
                self._waiting.clear()
                self._size = 0
                self._is_writing = True
            self._write_out(text)

    def _write_out(self, text: str) -> None:
        data = memoryview(text.encode(self._encoding, self.errors))
        with suppress(OSError):  # nobody is there any more
            while data and self._fd is not None:
                data = data[os.write(self._fd, data) :]


def open_standard_streams() -> None:
    """Let the three standard streams be there, and take any text.

    A descriptor that is closed is opened on nothing, or the next file that is opened would have its number.
    """
    for fd in range(3):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for as long as we run
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def make_patient(stream: TextIO, most: int | None = None) -> PatientOutput:
    """A file that leads to where a stream leads, and waits for nobody."""
    if isinstance(stream, PatientOutput):
        return stream
    try:
        return PatientOutput(stream.fileno(), stream.encoding or "utf-8", most)
    except (OSError, ValueError):
        return PatientOutput(None)
