"""A root on disk and the real daemon over it, in this process, one step at a time.

The daemon is all there but for what lies outside it: its threads take turns (see lockstep), the clock
runs ahead so that nothing is waited for, the model is a script, and the disk can be told to fail or to be
the last thing the process ever touched.
"""

import contextlib
import dataclasses
import hashlib
import itertools
import json
import logging
import os
import secrets
import time
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from daemon.errors import ServiceError
from daemon.intake import put_back, watch
from daemon.loop import jobs, supervisor
from daemon.loop import provider as access
from daemon.settings.config import load_config
from daemon.status.publisher import Report
from daemon.system.process import threads
from daemon.text.cleaned_chunk import ProcessedChunk, kept_original
from daemon.workers import admission, background, scheduler
from tests.proofs.lockstep import Threads
from tests.proofs.power_cut import Killed, before_each_change

BEYOND_ANY_WAIT = 1000.0  # seconds
_FAILING = frozenset({"write", "fsync", "mkdir", "link", "open"})


class Disk:
    """What becomes of each change to the disk that the program is about to make."""

    def __init__(self):
        self.changes = 0
        self.watched = self.full = self.dead = self.failed = False
        self._kill_at = self._fail_at = self._error = None

    @contextmanager
    def watching(self, kill_in=None, fail_in=None, error=None):
        """Within, the program acts; it dies before, or fails with an errno at, its n-th change."""
        self.watched, self.dead, self.failed = True, False, False
        self._kill_at = None if kill_in is None else self.changes + kill_in
        self._fail_at = None if fail_in is None else self.changes + fail_in
        self._error = error
        try:
            yield
        finally:
            self.watched = False

    @contextmanager
    def resting(self):
        """Within, somebody else acts, whom it serves well."""
        self.watched = False
        try:
            yield
        finally:
            self.watched = True

    def die(self):
        """Let this be the end of the program."""
        self.dead = True
        raise Killed

    def look(self, call):
        if not self.watched:
            return
        self.changes += 1
        if self.dead or self._kill_at == self.changes:
            self.die()
        if call in _FAILING and (self.full or self._fail_at == self.changes):
            self.failed = True
            number = self._error or 28
            raise OSError(number, os.strerror(number))


class Script:
    """The model: what it answers depends on all that it is told, and on nothing else."""

    def __init__(self, provider, key, model, **rest):
        self.model = model

    def prepare(self):
        pass

    def clean_chunk(self, chunk, brief, *, language, job, permit, answers, fallback, earlier):
        asked = [self.model, dataclasses.asdict(brief), language, chunk.context_buffer]
        mark = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:6]
        turns = tuple(f"{turn.text} Told {mark}." for turn in chunk.spoken())
        answer = ProcessedChunk(
            chunk.index,
            chunk.text,
            "\n\n".join(turns),
            10,
            20,
            0.5,
            self.model,
            "anthropic",
            turns,
            requests=1,
        )
        Stage.world.asked(job, chunk.index, answer)
        return answer

    def keep_original(self, chunk, reason):
        return kept_original(chunk, reason)


class Stage:
    """The one world whose daemon runs at present."""

    world = None


class _Threading:
    def __getattr__(self, name):
        return getattr(Stage.world.threads, name)


class _StillWatch(watch.Watch):
    """Wakes nobody: the scans that no event asks for find everything."""

    def ensure_watching(self):
        return False


class _NoUpkeep:
    """Keeps no catalogue: a killed world's descriptors are closed, which a database would close once more."""

    counts = None

    def __init__(self, state, outbox, find_lost_state):
        pass

    def note(self, path, **what):
        return None

    def look(self):
        pass

    def show_failed(self, failed):
        pass

    def close(self, seconds):
        pass


class _Errors(logging.Handler):
    def emit(self, record):
        Stage.world.errors.append(record.getMessage())


@contextmanager
def stage():
    """Set the stage, once for all worlds."""
    tokens, real_clock = itertools.count(), time.monotonic
    with ExitStack() as stack:
        for module in (threads, admission, scheduler, supervisor):
            stack.enter_context(patch.object(module, "threading", _Threading()))
        stack.enter_context(patch.object(background, "queue", _Threading()))
        stack.enter_context(patch.object(access, "LLMProcessor", Script))
        stack.enter_context(patch.object(jobs, "Upkeep", _NoUpkeep))
        stack.enter_context(patch.object(supervisor, "Watch", _StillWatch))
        stack.enter_context(patch.object(put_back, "FORGOTTEN_SECONDS", 0.0))  # no story lasts an hour
        stack.enter_context(patch.object(secrets, "token_hex", lambda size: f"{next(tokens):0{size * 2}x}"))
        stack.enter_context(
            patch.object(
                time, "monotonic", lambda: real_clock() + (Stage.world.ahead if Stage.world else 0.0)
            )
        )
        stack.enter_context(before_each_change(lambda call: Stage.world and Stage.world.disk.look(call)))
        log, handler = logging.getLogger("daemon"), _Errors(logging.ERROR)
        log.addHandler(handler)
        log.propagate = False
        try:
            yield
        finally:
            log.removeHandler(handler)
            log.propagate = True
            Stage.world = None


class World:
    """A root, and its daemon while there is one (`daemon` is its supervisor)."""

    def __init__(self, path, config, asked=lambda job, index, answer: None):
        self.path = str(path)
        self.inbox, self.outbox, self.state, self.kept = (
            os.path.join(self.path, name) for name in ("inbox", "outbox", "state", "kept")
        )
        for folder in (self.inbox, self.outbox, self.kept):
            os.makedirs(folder)
        self.asked = asked
        self.disk, self.threads, self.daemon = Disk(), Threads(), None
        self.ahead = 0.0
        self.errors = []
        self.configure(config)

    def configure(self, config):
        """Write config.yaml and the prompt it names, as an editor does."""
        files = {"prompt.md": config.get("_prompt", ""), "config.yaml": json.dumps(_keys(config))}
        for name, text in files.items():
            with open(os.path.join(self.path, ".new"), "w", encoding="utf-8") as file:
                file.write(text)
            os.rename(os.path.join(self.path, ".new"), os.path.join(self.path, name))

    @property
    def root(self):
        return load_config(os.path.join(self.path, "config.yaml"))

    def act(self, act, **fate):
        """Let the program do something; False when that was its end, by a kill or by a disk that failed."""
        outer, Stage.world = Stage.world, self
        before = self._descriptors()
        died = False
        try:
            with self.disk.watching(**fate):
                act()
        except Killed:
            pass
        except (OSError, ServiceError):
            if not self.disk.failed:
                raise
            died = True
        finally:
            Stage.world = outer
        died |= self.disk.dead
        if died:
            self._close(self._descriptors() - before)
        return not died

    def start(self, **fate):
        """Start the daemon."""
        self.threads = Threads()

        def begin():
            self.daemon = supervisor.Supervisor(self.root, Report(os.getpid()))
            self.daemon.jobs.prepare()

        if not self.act(begin, **fate):
            self.die()

    def die(self):
        """All that the process held is gone; what is on the disk stays."""
        self.daemon, self.threads = None, Threads()
        self._close(self._descriptors())

    def stop(self, **fate):
        """End the daemon as a signal does."""
        self.step(self.leave, **fate)
        self.die()

    def leave(self):
        """What the daemon does then."""
        self.daemon.stop()
        self.daemon.run()

    def step(self, act, **fate):
        """Let the daemon do something, and take note if it was its end."""
        if self.daemon is not None and not self.act(act, **fate):
            self.die()

    def look(self):
        """One turn of the loop."""
        self.ahead += BEYOND_ANY_WAIT
        self.daemon.look()

    def turn(self, name):
        """One turn of a thread."""
        for thread in self.threads.all:
            if thread.name == name and not thread.ended:
                self.threads.turn(thread)

    def round(self):
        """A look, and a turn for everybody."""
        self.look()
        for thread in list(self.threads.all):
            self.turn(thread.name)

    def settle(self, rounds=200):
        """Go on until nothing changes any more; False when it never came to rest."""
        still = 0
        for _ in range(rounds):
            before = self.disk.changes
            self.step(self.round)
            still = still + 1 if self.disk.changes == before else 0
            if still == 2:
                return True
        return False

    def _descriptors(self):
        found = set()
        for name in os.listdir("/proc/self/fd"):
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/self/fd/{name}").startswith(self.path):
                    found.add(int(name))
        return found

    @staticmethod
    def _close(descriptors):
        for fd in descriptors:
            os.close(fd)


def _keys(config):
    return {
        "provider": "anthropic",
        "base_url": "http://127.0.0.1:9",
        "settle_seconds": 0,
        "stop_grace_seconds": 0,
        "concurrency": 2,
        **{key: value for key, value in config.items() if not key.startswith("_")},
    }
