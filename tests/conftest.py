"""What the tests share: a root of their own, the real daemon in a process, a server that is Anthropic."""

import functools
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import settings

from tests import HANG_SECONDS
from tests.messages_server import MessagesServer
from tests.preloaded import Preloaded
from tests.terminal import Terminal

# The same examples in every run: what is red is red for everybody.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("fast", settings.get_profile("same"), max_examples=10)
settings.load_profile("same")

MEMORY = "/dev/shm"
ENOUGH_BYTES = 4 << 30
TRANSCRIPT = "Ann: um hello and welcome to the show.\n\nBen: thank you, it is good to be here.\n"


_PRELOADED = Preloaded()
_NEEDS_NO_START = ("ANTHROPIC_", "OPENAI_")  # variables that are looked at no earlier than the program begins


def pytest_configure(config):
    """Let the folders of the tests lie in memory where there is room; those of the proofs lie on the disk.

    The program syncs all that it writes: on a disk, most of the time would be waiting for that. What a
    disk of some kind does is tested on one that is made for it.
    """
    if config.option.markexpr != "prove" and has_room(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY)
    keep_within_a_day()


def keep_within_a_day():
    """Let it be noon where midnight is near: what was spent today would be nothing after it."""
    if time.localtime().tm_hour >= 20:
        os.environ["TZ"] = f"NOON{time.gmtime().tm_hour - 12:+d}"
        time.tzset()


def has_room(path):
    """Whether this is a filesystem of its own that takes all that the tests write, and lets programs run."""
    if not os.path.ismount(path) or not os.access(path, os.W_OK):
        return False
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize > ENOUGH_BYTES and not found.f_flag & os.ST_NOEXEC


@pytest.fixture
def total(record_property):
    """Say a line that is printed once all tests have run: what a sweep has tried and found.

    It goes with the report of the test, which comes from another process where several run them.
    """
    return functools.partial(record_property, "total")


def pytest_collection_finish():
    """Let the collector of garbage pass over the thousands of tests themselves from here on."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter):
    reports = [report for each in terminalreporter.stats.values() for report in each]
    for report in reports:
        if getattr(report, "when", None) == "call":
            for name, line in report.user_properties:
                if name == "total":
                    terminalreporter.write_line(line)


def pytest_sessionfinish():
    _PRELOADED.close()


def until(condition, every=0.02):
    """Wait for something that only a folder's listing can tell, and give it; fail if it never comes.

    `every` is seconds between two looks.
    """
    end = time.monotonic() + HANG_SECONDS
    while not (value := condition()):
        assert time.monotonic() < end, f"it never came true: {condition}"
        time.sleep(every)
    return value


def run_to_end(words, **options):
    """Run a command to its end; what it printed, and its exit code. The options are subprocess.run's."""
    return subprocess.run(words, capture_output=True, text=True, timeout=HANG_SECONDS, **options)


class Root:
    """A root in a folder of its own, with a config that does not wait for files to settle."""

    def __init__(self, path: Path, **settings):
        self.path = path
        self.config = {"settle_seconds": 0, "max_wait_seconds": 0.05, **settings}
        for name in ("inbox", "outbox", "state"):
            (path / name).mkdir(parents=True, exist_ok=True)
        self.write_config()
        self.daemons = []

    inbox = property(lambda self: self.path / "inbox")
    outbox = property(lambda self: self.path / "outbox")
    state = property(lambda self: self.path / "state")

    def write_config(self, **settings):
        self.config.update(settings)
        (self.path / "config.yaml").write_text(yaml.safe_dump(self.config))

    def drop(self, name, text=TRANSCRIPT):
        """Put a file into the inbox as a person's `mv` would: whole."""
        target = self.inbox / name
        target.parent.mkdir(parents=True, exist_ok=True)
        hidden = target.parent / f".{target.name}.part"
        hidden.write_bytes(text if isinstance(text, bytes) else text.encode())
        hidden.rename(target)

    def command(self, *words, check=True, env=None):
        """Run a command of the real program to its end."""
        words = [*program(self), *words]
        done = run_preloaded(words, env) if can_be_forked(env) else run_to_end(words, env=environment(env))
        assert not check or done.returncode == 0, done.stderr
        return done

    def start(self, *words, env=None, umask=None, driver=None):
        """Start the real daemon (or another command) in a process of its own.

        `driver` is the text of a program that runs ours in its own way.
        """
        words = [*program(self), *(words or ("run",))]
        process = None
        if can_be_forked(env):
            process = start_preloaded(words, env, umask=umask, driver=driver)
        else:
            assert (umask, driver) == (None, None), "only a forked program can be started so"
        daemon = Daemon(words, environment(env), process)
        self.daemons.append(daemon)
        return daemon

    def status(self):
        return json.loads(self.command("status", "--json").stdout)

    def chunks(self, job):
        """The names of the chunk files of a job."""
        try:
            return sorted(
                name for name in os.listdir(self.state / job) if name.removesuffix(".json").isdigit()
            )
        except FileNotFoundError:
            return []

    def results(self):
        """The paths of all results, below the outbox."""
        found = []
        for folder, inner, files in os.walk(self.outbox):
            inner[:] = [name for name in inner if not name.startswith(".")]
            if "summary.json" in files:
                found.append(os.path.relpath(folder, self.outbox))
        return sorted(found)

    def summary(self, result):
        return json.loads((self.outbox / result / "summary.json").read_text())


def program(root):
    return [sys.executable, "-m", "daemon", "--config", str(root.path / "config.yaml")]


def can_be_forked(more):
    """Whether the program with these variables of its own may come from a process that was loaded before."""
    return all(name.startswith(_NEEDS_NO_START) for name in more or {})


def start_preloaded(words, more, **how):
    """The same program as these words start, already loaded; `how` as of `Preloaded.start`."""
    assert words[:3] == [sys.executable, "-m", "daemon"]
    return _PRELOADED.start(words[3:], environment(more), **how)


def run_preloaded(words, more):
    """As `run_to_end`, already loaded."""
    process = start_preloaded(words, more)
    with process.stdout, process.stderr:
        reader = Reader(process.stderr)
        stdout = process.stdout.read()
        stderr = reader.finish()
    return subprocess.CompletedProcess(words, process.wait(HANG_SECONDS), stdout, stderr)


class Reader(threading.Thread):
    """Reads all that comes through a pipe, on a thread of its own."""

    def __init__(self, pipe):
        super().__init__(daemon=True)
        self._pipe = pipe
        self._text = ""
        self.start()

    def run(self):
        self._text = self._pipe.read()

    def finish(self):
        """All that came, once the pipe has ended."""
        self.join(HANG_SECONDS)
        return self._text


def environment(more=None):
    services = ("ANTHROPIC_", "OPENAI_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(services)}
    return {**kept, "PYTHONPATH": str(Path(__file__).parent.parent), **(more or {})}


class Daemon:
    """A running process of the program; its log is read as it comes."""

    def __init__(self, words, env, process=None):
        self.process = process or subprocess.Popen(
            words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
        )
        self.log = []
        self._log_ended = False
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            with self._changed:
                self.log.append(line.rstrip())
                self._changed.notify_all()
        with self._changed:
            self._log_ended = True
            self._changed.notify_all()

    def logged(self, part, times=1):
        """Wait until the log holds a part so many times; fails as soon as the process has ended without."""

        def has_come():
            return sum(part in line for line in self.log) >= times

        with self._changed:
            self._changed.wait_for(lambda: has_come() or self._log_ended, HANG_SECONDS)
            assert has_come(), f"never logged {part!r}: {self.log}"

    def kill(self):
        self.process.kill()
        return self.wait()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.wait()

    def wait(self):
        """Wait until it has ended; the exit code."""
        code = self.process.wait(HANG_SECONDS)
        self._reader.join(HANG_SECONDS)
        return code


@pytest.fixture
def make_root(tmp_path):
    roots = []

    def make(name="root", **settings):
        roots.append(Root(tmp_path / name, **settings))
        return roots[-1]

    yield make
    for root in roots:
        for daemon in root.daemons:
            if daemon.process.poll() is None:
                daemon.kill()


@pytest.fixture
def elsewhere(tmp_path):
    """A folder on another filesystem than `tmp_path`: one of them lies in memory, the other on the disk."""
    here = os.stat(tmp_path).st_dev
    tops = [top for top in (tempfile.gettempdir(), MEMORY) if os.access(top, os.W_OK)]
    others = [top for top in tops if os.stat(top).st_dev != here]
    if not others:
        pytest.skip(f"none of {', '.join(tops)} is a filesystem of its own here")
    path = Path(tempfile.mkdtemp(prefix="transcriptd-", dir=others[0]))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def root(make_root):
    """A root without a key: the offline rules clean."""
    return make_root()


@pytest.fixture
def short_waits(monkeypatch):
    """What waits in front of another try waits a moment; and no device is known from another test."""
    monkeypatch.setattr("daemon.intake.watch.LOCAL_INTERVAL", 0.1)
    monkeypatch.setattr("daemon.loop.failures._FIRST_TRY_SECONDS", 0.01)
    monkeypatch.setattr("daemon.loop.failures._AGAIN_SECONDS", 0.05)
    monkeypatch.setattr("daemon.system.disk_faults.PROBE_SECONDS", 0.05)
    monkeypatch.setattr("daemon.system.disk_faults.LONGEST_PROBE_SECONDS", 0.1)
    monkeypatch.setattr("daemon.system.volumes.pinned_folder._PROBE_SECONDS", 0.05)
    monkeypatch.setattr("daemon.loop.supervisor.TICK", 0.05)
    monkeypatch.setattr("daemon.loop.steps.long_steps._WRITTEN_SECONDS", 0.05)
    monkeypatch.setattr("daemon.loop.failures._UNMARKED_SECONDS", 0.1)
    monkeypatch.setattr("daemon.loop.holds._FIRST_SECONDS", 0.1)
    monkeypatch.setattr("daemon.system.files._synced", set())
    monkeypatch.setattr("daemon.system.open_file._said", set())


@pytest.fixture
def work(root, short_waits):
    """Works the root, in this process, until something is so (see also `leave`); the log is in `caplog`."""
    from daemon.loop.supervisor import Supervisor
    from daemon.settings.config import load_config

    running = []

    def run(condition=lambda: root.results() == ["talk"]):
        if not running:
            running.append(Supervisor(load_config(str(root.path / "config.yaml")), lambda *_, **__: None))

        def look():
            running[0].look()
            return condition()

        until(look)
        return running[0]

    def leave():
        """Leave, as a daemon does whose process ends; the next call of `work` starts another one."""
        while running:
            supervisor = running.pop()
            supervisor.stop()
            supervisor._leave()

    run.leave = leave
    yield run
    leave()


@pytest.fixture
def terminal():
    """Runs a command of a root in a terminal of its own; `out` is a file for its stdout."""
    begun = []

    def run(root, *command, out=None):
        words = [*program(root), *command]
        if out is not None:
            words = ["sh", "-c", 'out=$1; shift; exec "$@" >"$out"', "sh", str(out), *words]
        begun.append(Terminal(words, environment()))
        return begun[-1]

    yield run
    for one in begun:
        one.close()


@pytest.fixture
def server():
    """A local server that speaks the Messages API."""
    with MessagesServer() as running:
        yield running


@pytest.fixture
def model_root(make_root, server):
    """A root whose model is the local server."""
    return make_root(base_url=server.url, concurrency=4, chunk_words=20)
