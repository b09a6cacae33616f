"""The real program in a process that is forked from one which has loaded it already.

Loading takes most of the processor's time of a short run, and the tests start the program many hundred times.
A process started here is the program in all else: its own arguments, environment, standard streams, signals
and exit, but that Python does not take its modules apart in the end: memory that all these processes share
would be copied for it, which takes longer than a short run. It is not our child, so its exit code comes
through a socket.

As a process of its own (`python -m tests.preloaded FD`) this module is what the others are forked from.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import struct
import subprocess
import sys
import threading

import daemon

_MOST_BYTES = 1 << 20  # of a request: arguments and environment
_NUMBER = struct.Struct("<q")
_LEFT_TO_EACH = "daemon.cleaning.offline.punctuation"  # numpy begins threads, which no fork takes along


class Preloaded:
    """Starts the program; one loaded process serves all of a test run."""

    def __init__(self):
        self._lock = threading.Lock()
        self._control = None

    def start(self, words, env, umask=None, driver=None):
        """The program with these arguments and this environment, its streams in pipes, as a `Process`.

        `driver` is the text of a program that runs ours in its own way, in place of `main`.
        """
        with self._lock:
            if self._control is None:
                self._control = self._load()
            out, err = os.pipe(), os.pipe()
            ours, theirs = socket.socketpair()
            asked = {"words": words, "env": env, "cwd": os.getcwd(), "umask": umask, "driver": driver}
            request = json.dumps(asked).encode()
            with open(os.devnull, "rb") as nothing, theirs:
                handed = [nothing.fileno(), out[1], err[1], theirs.fileno()]
                socket.send_fds(self._control, [request], handed)
            for fd in (out[1], err[1]):
                os.close(fd)
            return Process(ours, os.fdopen(out[0]), os.fdopen(err[0]))

    def close(self):
        """Let the loaded process go."""
        if self._control is not None:
            self._control.close()
            self._loader.wait()

    def _load(self):
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            words = [sys.executable, "-m", "tests.preloaded", str(theirs.fileno())]
            where = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
            self._loader = subprocess.Popen(words, pass_fds=[theirs.fileno()], cwd=where)
        return control


class Process:
    """A process of the program, with what tests use of `subprocess.Popen`."""

    def __init__(self, told, stdout, stderr):
        self.stdout, self.stderr = stdout, stderr
        self.returncode = None
        self._told = told
        self._lock = threading.Lock()
        self.pid = _NUMBER.unpack(told.recv(_NUMBER.size, socket.MSG_WAITALL))[0]

    def poll(self):
        """Its exit code, None while it runs."""
        return self._hear(0.0)

    def wait(self, timeout=None):
        """Wait until it has ended, so many seconds at most; its exit code."""
        code = self._hear(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return code

    def send_signal(self, number):
        """Send it a signal, if it has not ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # it has ended just now, and is to tell so
                os.kill(self.pid, number)

    def terminate(self):
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self):
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _hear(self, seconds):
        with self._lock:
            if self.returncode is None:
                self._told.settimeout(seconds)
                try:
                    told = self._told.recv(_NUMBER.size, 0 if seconds == 0 else socket.MSG_WAITALL)
                except (BlockingIOError, TimeoutError):
                    return None
                self._told.close()
                self.returncode = os.waitstatus_to_exitcode(_NUMBER.unpack(told)[0])
            return self.returncode


# --- the loaded process, and those that are forked from it -------------------------------------------------


def load_program():
    """Import what the program may come to need, but for what begins threads."""
    for module in pkgutil.walk_packages(daemon.__path__, "daemon."):
        if not module.name.startswith((_LEFT_TO_EACH, "daemon.__main__")):
            importlib.import_module(module.name)
    for name in ("anthropic", "openai"):
        importlib.import_module(name)
    assert len(os.listdir("/proc/self/task")) == 1, "a thread was begun, which no fork takes along"
    gc.collect()
    gc.freeze()


def serve_requests(control):
    """Fork a process for each request; the request in that process, None when nobody asks any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those that keep a process end unseen
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks decides when to end
    while True:
        request, fds, _, _ = socket.recv_fds(control, _MOST_BYTES, 4)
        if not request:
            return None
        if os.fork() == 0:
            control.close()
            return keep_process(json.loads(request), fds)
        for fd in fds:
            os.close(fd)


def keep_process(request, fds):
    """Fork the program and tell its number, and how it ended; returns the request in the program itself."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    told = fds.pop()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        become_program(request, fds)
        return request
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for fd in fds:
        os.close(fd)
    os.write(told, _NUMBER.pack(pid))
    _, status = os.waitpid(pid, 0)
    os.write(told, _NUMBER.pack(status))
    os._exit(0)


def become_program(request, fds):
    """Take over streams, environment and folder as a process that was just started has them."""
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
        os.close(fd)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    if request["umask"] is not None:
        os.umask(request["umask"])
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)


def run_program(request):
    """Run the program and leave as Python does, with what was to be done at the exit."""
    from daemon.cli.main import main

    sys.argv = ["transcriptd", *request["words"]]
    code = None
    try:
        if request["driver"] is None:
            main()
        else:
            exec(request["driver"], {"__name__": "__main__"})
    except SystemExit as end:
        code = end.code
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    threading._shutdown()
    atexit._run_exitfuncs()
    os._exit(_flush_streams() or (code if isinstance(code, int) else int(code is not None)))


def _flush_streams():
    """Write out what is left; the exit code where that can't be, 0 where it could."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()
    except OSError:
        return 120
    return 0


if __name__ == "__main__":
    asked = socket.socket(fileno=int(sys.argv[1]))
    load_program()
    request = serve_requests(asked)
    if request is not None:
        run_program(request)
