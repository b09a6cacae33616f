"""Threads that run one at a time and only when told: the same order in every run.

`Threads` stands where a module has imported `threading` and `queue`. A thread given its turn runs until
it would have to wait, or until it has woken the loop, which each of ours does last when it has done one
thing. Within a turn others may be given theirs, so that things happen while a request is in flight.
"""

import collections
import contextlib
import threading


class _TurnOver(BaseException):
    """Raised where a thread would wait, or has done one thing."""


class Threads:
    """The threads of one process, and what of `threading` and `queue` they use."""

    local = staticmethod(threading.local)
    Lock = staticmethod(threading.Lock)
    stack_size = staticmethod(threading.stack_size)

    def __init__(self):
        self.all = []
        self._whose_turn = [None]

    def turn(self, thread):
        """Let a thread do one thing; nothing happens where there is none to do."""
        self._whose_turn.append(thread)
        try:
            thread.target()
            thread.ended = True
        except _TurnOver:
            pass
        finally:
            self._whose_turn.pop()

    def as_loop(self, act):
        """Act as the loop's own thread in the midst of another's turn."""
        self._whose_turn.append(None)
        try:
            return act()
        finally:
            self._whose_turn.pop()

    def get_ident(self):
        return id(self._whose_turn[-1])

    def over(self):
        """End the turn, if any."""
        if self._whose_turn[-1] is not None:
            raise _TurnOver

    def Thread(self, target, name, daemon):  # noqa: N802 - it stands for the class
        return _Thread(self, target, name)

    def Condition(self):  # noqa: N802
        return _Condition(self)

    def Event(self):  # noqa: N802
        return _Event(self)

    def SimpleQueue(self):  # noqa: N802
        return _Queue(self)


class _Thread:
    def __init__(self, threads, target, name):
        self._threads = threads
        self.target = target
        self.name = name
        self.ended = False

    def start(self):
        self._threads.all.append(self)

    def join(self, timeout):
        while not self.ended:
            self._threads.turn(self)

    def is_alive(self):
        return not self.ended


class _Condition(contextlib.AbstractContextManager):
    def __init__(self, threads):
        self._threads = threads

    def __exit__(self, *how):
        return None

    def notify_all(self):
        """Whoever waits is told at its next turn."""

    def wait(self, timeout=None):
        self._threads.over()

    def wait_for(self, condition, timeout=None):
        return condition()


class _Event:
    def __init__(self, threads):
        self._threads = threads
        self._is_set = False

    def is_set(self):
        return self._is_set

    def clear(self):
        self._is_set = False

    def set(self):
        self._is_set = True
        self._threads.over()


class _Queue(collections.deque):
    def __init__(self, threads):
        super().__init__()
        self._threads = threads

    put = collections.deque.append

    def get(self):
        if not self:
            self._threads.over()
        return self.popleft()
