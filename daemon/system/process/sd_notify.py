"""What a service manager is told: ready, alive, what goes on, leaving. Nothing where none listens.

The protocol is systemd's sd_notify: lines sent to the datagram socket that $NOTIFY_SOCKET names.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Mapping

_FEEDS_PER_PERIOD = 4  # systemd asks for two at least; a busy machine may miss one
_PATIENCE_SECONDS = 1.0  # with a manager that does not read: it must not stop the loop


class Notifier:
    """Speaks to the manager that started this process, if it was one. `clock` gives seconds."""

    def __init__(
        self, environment: Mapping[str, str] = os.environ, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._every = _read_period(environment) / _FEEDS_PER_PERIOD
        self._clock = clock
        self._next = 0.0
        self._status: str | None = None

    def ready(self) -> None:
        """The watch is on: what is dropped from now on is seen."""
        self._send("READY=1")

    def alive(self) -> None:
        """The loop and the workers move; said as often as the manager wants to hear it."""
        if self._every and self._clock() >= self._next:
            self._next = self._clock() + self._every
            self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """What goes on, in one line; told when it has changed."""
        if text != self._status:
            self._status = text
            self._send(f"STATUS={' '.join(text.split())}")

    def stopping(self, seconds: float) -> None:
        """Tell that the program is leaving, and how long that may take."""
        self._send(f"STOPPING=1\nEXTEND_TIMEOUT_USEC={round(seconds * 1e6)}")

    def _send(self, text: str) -> None:
        if not self._address:
            return
        name = self._address.replace("@", "\0", 1) if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.settimeout(_PATIENCE_SECONDS)
            to.connect(name)
            to.send(text.encode("utf-8", "replace"))


def _read_period(environment: Mapping[str, str]) -> float:
    """Seconds within which the manager wants to hear of us, 0 where it doesn't."""
    for_us = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    period = environment.get("WATCHDOG_USEC", "")
    return int(period) / 1e6 if for_us and period.isdigit() else 0.0
