"""Kill the real program, or fail it, at a system call chosen beforehand, by strace.

strace counts the calls of each thread apart, so "the fifth fsync" names a call only together with its
thread; and traced from its start, the first thread to come to its fifth would be hit, whichever it is.
Therefore:

- The program is started stopped, in a process that has loaded it, and paused (a PAUSE file). Let go, it has
  all its threads, in the order in which it makes them: main, background, catalogue, worker. The PAUSE file
  is taken away, and the work begins.
- An undisturbed run is traced whole (`trace`). What changes the disk below the root becomes a list of
  points: thread, call, rank among this thread's calls of that name, and the path with what is different
  in each run (process ids, job ids) taken out.
- A disturbed run (`disturb`) has strace on one thread alone: on the main thread before its first
  instruction of its own, on the others while paused. So the rank is exact. What was hit is read from the
  trace and given back, for the sweep to compare with what it aimed at.

An openat is counted only where it names a file that the undisturbed run creates: what the program opens
to read then doesn't matter.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import Daemon, Root, until

CATALOGUE_THREAD = "catalogue"  # what it writes is a cache, and how often depends on the clock
THREADS = ("main", "background", CATALOGUE_THREAD, "worker")
CHANGING = (
    "open creat openat openat2 write writev pwrite64 pwritev pwritev2 fsync fdatasync sync_file_range "
    "rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat mkdir mkdirat rmdir mknod "
    "mknodat chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat "
    "truncate ftruncate fallocate copy_file_range sendfile splice setxattr fsetxattr"
).split()
OPENING = ("open", "creat", "openat", "openat2")

_LINE = re.compile(r"(?:(\d+) +)?(\w+)\((.*)")
_PLACE = re.compile(r'(?:\b(?:AT_FDCWD|\d+)<([^>]*)>)?(?:(?:, |^)"([^"]*)")?')
_TEMPORARY = re.compile(r"\.tmp-\d+-\d+")
_JOB_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
_OUTPUT = ("-y", "-s", "4096", "-e", "signal=none", "-o")
_TEMPORARIES = 60  # as many names of temporary files as one run may use
_PLAIN = "from daemon.cli.main import main\nmain()"
# A lasting fault meets what is printed as well: no stream keeps that until the end, and spoils the exit code.
_STOPPED = """
import io, os, signal, sys
from daemon.loop import supervisor
supervisor.TICK = 0.1
files = [io.FileIO(fd, "w", closefd=False) for fd in (1, 2)]
sys.stdout, sys.stderr = (io.TextIOWrapper(file, write_through=True) for file in files)
os.kill(os.getpid(), signal.SIGSTOP)
"""


@functools.cache
def missing() -> str | None:
    """Why strace can't be used here, None when it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    done = subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], capture_output=True, text=True)
    return None if done.returncode == 0 else f"strace may not trace: {done.stderr.strip()}"


@dataclass(frozen=True)
class Point:
    """One call of one thread: the `rank`-th of its name there; `turn` counts those on the same path."""

    thread: str
    call: str
    path: str
    turn: int
    rank: int = field(compare=False)

    def __str__(self) -> str:
        return f"{self.thread}: {self.call} no. {self.rank} ({self.path}, turn {self.turn})"


@dataclass(frozen=True)
class Trace:
    """An undisturbed run: its points, and the names of the files that it creates."""

    points: tuple[Point, ...]
    created: frozenset[str]


@dataclass
class Outcome:
    """A disturbed run: what was hit (None: the call never came), its log and its exit code.

    The code is None where it neither ended nor said that it was held.
    """

    hit: Point | None
    code: int | None
    log: list[str]


def start_stopped(root: Root, words: Sequence[str], driver: str | None) -> Daemon:
    """Start a command of the program, or what a driver makes of it, stopped before its first instruction.

    It looks whether it is still paused, and at a disk that failed, sooner than a person would need.
    """
    running = root.start(*words, driver=_STOPPED + (driver or _PLAIN))
    until(lambda: _state(running.process.pid) == "T", every=0.005)
    return running


def trace(root: Root, running: Daemon) -> Trace:
    """Let a stopped program go to its end, undisturbed, and list what changed the disk."""
    out, pausing, pid = root.path / "trace", root.path / "PAUSE", running.process.pid
    pausing.touch()
    calls = ",".join(f"?{call}" for call in CHANGING)
    with _attached(running, pid, ["-f", *_OUTPUT, str(out), "-e", f"trace={calls}"]):
        os.kill(pid, signal.SIGCONT)
        _let_it_pause(root, running, out)
        threads = dict(zip(_threads(pid), THREADS, strict=False))
        pausing.unlink()
        assert running.wait() == 0, running.log
    lines = _read(out, root.path)
    created = frozenset(line.name for line in lines if line.creates)
    points = _points((threads.get(line.thread, "other"), line) for line in lines if line.counts(created))
    ours = (point for point in points if point.thread != CATALOGUE_THREAD)
    return Trace(tuple(point for point in ours if point.path.startswith("{root}")), created)


def _leave(running: Daemon) -> None:
    running.process.terminate()


def disturb(
    root: Root,
    running: Daemon,
    at: Point,
    fault: str,
    created: frozenset[str],
    when_held: Callable[[Daemon], None] = _leave,
) -> Outcome:
    """Let a stopped program go, with a fault at a point: `signal=KILL` or `error=EIO`.

    `error=EIO+` lasts from there on, `error=EIO..7` up to the thread's seventh call of that name. A
    program that says it is held is asked to leave: it would look again in a while.
    """
    out, pausing = root.path / "trace", root.path / "PAUSE"
    pausing.touch()
    pid = running.process.pid
    options = [*_OUTPUT, str(out), *_inject(at, fault)]
    if at.call in OPENING:
        options += _only(root, pid, created)
    with contextlib.ExitStack() as stack:
        if at.thread == "main":
            stack.enter_context(_attached(running, pid, options))
        os.kill(pid, signal.SIGCONT)
        _let_it_pause(root, running, out)
        if at.thread != "main" and running.process.poll() is None:
            tid = _threads(pid)[THREADS.index(at.thread)]
            stack.enter_context(_attached(running, tid, options))
        pausing.unlink()
        code = None
        with contextlib.suppress(AssertionError, subprocess.TimeoutExpired):
            until(lambda: _has_said(running, " held ") or _has_ended(running))
            when_held(running)
            code = running.wait()
    calls = _points((at.thread, line) for line in _read(out, root.path))
    return Outcome(calls[at.rank - 1] if len(calls) >= at.rank else None, code, running.log)


def _inject(at: Point, fault: str) -> list[str]:
    kind, lasting = re.fullmatch(r"([\w=]+)(.*)", fault).groups()
    return ["-e", f"trace={at.call}", "-e", f"inject={at.call}:{kind}:when={at.rank}{lasting}"]


# --- the process -----------------------------------------------------------------------------------


def _state(pid: int) -> str:
    """One letter for what a process does: T where it is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _threads(pid: int) -> list[int]:
    """A process's threads in the order in which it made them, as the kernel lists them."""
    return [int(tid) for tid in os.listdir(f"/proc/{pid}/task")]


def _has_said(running: Daemon, part: str) -> bool:
    return any(part in line for line in running.log)


def _has_ended(running: Daemon) -> bool:
    return running.process.poll() is not None


def _was_hit(out: Path) -> bool:
    return out.exists() and "(INJECTED)" in out.read_text(errors="replace")


def _let_it_pause(root: Root, running: Daemon, out: Path) -> None:
    """Wait until it has said, in its log and in STATUS.txt, that it is paused.

    Or until it has ended; or was hit, where STATUS.txt may be just what can't be written.
    """
    until(lambda: _has_said(running, " paused ") or _has_ended(running))
    until(lambda: (root.outbox / "STATUS.txt").exists() or _was_hit(out) or _has_ended(running))


@contextlib.contextmanager
def _attached(running: Daemon, tid: int, options: list[str]):
    """Trace one thread, from when this is entered; the program has ended when this is left."""
    with subprocess.Popen(["strace", *options, "-p", str(tid)], stderr=subprocess.PIPE, text=True) as tracer:
        try:
            said = tracer.stderr.readline()
            assert "attached" in said, said
            yield
        finally:
            running.process.kill()
            tracer.stderr.read()


def _only(root: Root, pid: int, created: frozenset[str]) -> list[str]:
    names = [f".tmp-{pid}-{number}" for number in range(_TEMPORARIES)]
    names += [name.replace("{root}", str(root.path)) for name in created if not _TEMPORARY.search(name)]
    return [word for name in names for word in ("-P", name)]


# --- its trace -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    thread: int
    call: str
    path: str
    name: str
    creates: bool

    def counts(self, created: frozenset[str]) -> bool:
        """Whether a disturbed run counts this call."""
        return self.call not in OPENING or self.name in created


def _read(out: Path, root: Path) -> list[_Line]:
    found = (_LINE.match(line) for line in out.read_text(errors="replace").splitlines())
    return [_line(match, str(root)) for match in found if match]


def _line(match: re.Match[str], root: str) -> _Line:
    """Take a line of strace -y apart: `7 renameat(3</a>, "b", 4</c>, "d") = 0` is on /a/b -> /c/d."""
    tid, call, rest = match.groups()
    arguments = re.split(r"\)\s+= |<unfinished", rest)[0]
    places = [place for place in _PLACE.findall(arguments) if any(place)]
    writing = "write" in call
    paths = [folder if writing or not name else os.path.join(folder, name) for folder, name in places]
    path = " -> ".join(paths[:1] if writing else paths)
    path = _JOB_ID.sub("JOB", _TEMPORARY.sub(".tmp", path)).replace(root, "{root}").replace(" (deleted)", "")
    name = _TEMPORARY.sub(".tmp-0-0", places[0][1] if places else "").replace(root, "{root}")
    creates = call in OPENING and "O_CREAT" in arguments and path.startswith("{root}")
    return _Line(int(tid or 0), call, path, name, creates)


def _points(lines: Iterable[tuple[str, _Line]]) -> list[Point]:
    """The lines, each with its thread, as points.

    What the main thread writes right into the outbox is STATUS.txt, as often as a second has passed:
    the turns are not told apart there.
    """
    ranks: Counter[tuple[str, str]] = Counter()
    turns: Counter[tuple[str, str, str]] = Counter()
    points = []
    for thread, line in lines:
        ranks[thread, line.call] += 1
        turns[thread, line.call, line.path] += 1
        status = thread == "main" and line.path.startswith("{root}/outbox")
        turn = 0 if status else turns[thread, line.call, line.path]
        points.append(Point(thread, line.call, line.path, turn, ranks[thread, line.call]))
    return points
