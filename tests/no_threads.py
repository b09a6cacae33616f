"""A system that starts no further thread, as where a limit on processes is met."""

import threading

import pytest


class NoThreads:
    """From now on threads are refused, the first `allowed` excepted, until it is `lifted`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, allowed: int = 0) -> None:
        self.lifted = False
        self.refused = 0
        self._allowed = allowed
        self._start = threading.Thread.start
        monkeypatch.setattr(threading.Thread, "start", lambda thread: self._start_or_refuse(thread))

    def _start_or_refuse(self, thread: threading.Thread) -> None:
        if self.lifted or self._allowed > 0:
            self._allowed -= 1
            self._start(thread)
            return
        self.refused += 1
        raise RuntimeError("can't start new thread")
