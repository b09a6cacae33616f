"""A small job, disturbed at one system call after another, and what must be true of it afterwards.

The judges give back what is wrong, as sentences: no sentence, no fault. So that a sweep can be held
against a program that is broken on purpose, and must find it out.
"""

from __future__ import annotations

import functools
import json
import os
import random
import re
import shutil
import stat
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from daemon.delivery.catalogue.database import CATALOGUE
from daemon.settings.last_config import FILE as LAST_CONFIG
from tests.conftest import Daemon, Root
from tests.equal_results import drop_run
from tests.messages_server import MessagesServer, clean
from tests.proofs.strace import Outcome, Point, Trace, disturb, missing, start_stopped, trace

NAME = "sub/talk.txt"
SOURCE = "\n\n".join(
    f"{name}: um sentence number {number} is spoken here by {name} and it has quite a few plain words in it."
    for number, name in ((number, ("Ann", "Ben")[number % 2]) for number in range(7))
).encode()
# The same with a name in two spellings, which are asked about before any chunk is cleaned.
SURVEYED = SOURCE.replace(b"Ann and", b"Aoife and").replace(b"Ben and", b"Eefa and")
SPELLINGS = "Aoife = Eefa"
MODIFIED = 1_700_000_000  # seconds since the epoch: the source's own time, which a result carries
CHUNKS, SURVEYED_CHUNKS = 2, 7
# How far from its rank a call is looked for, pass by pass: a busy machine moves it from run to run, so that
# the nearest ranks are worth a second and a third shot.
_REACHES = 1, 1, 3, 15, 15
_RUNS_AGAIN = 3
_LEFT = 1, 69, 78, 130  # the exit codes of a run that did not do all

needs_strace = pytest.mark.skipif(missing() is not None, reason=f"needs strace: {missing()}")

Picture = dict[str, tuple[str, object]]


class SmallJob:
    """One transcript of two chunks in a root of its own, and a server that counts what it is asked.

    Where it is `surveyed`, it is asked about the names first, and the spelling that it names is used.
    """

    def __init__(self, path: Path, driver: str | None = None, *, surveyed: bool = False) -> None:
        self.server = MessagesServer()
        self.source, self.questions, chunk_words = SOURCE, CHUNKS, 60
        if surveyed:  # in many small chunks, so that a tenth of what they take is enough
            self.source, self.questions, chunk_words = SURVEYED, SURVEYED_CHUNKS + 1, 20
            self.server.answer = lambda body: clean(body) or SPELLINGS
        self.root = Root(path, base_url=self.server.url, concurrency=1, chunk_words=chunk_words, attempts=1)
        self.root.drop(NAME, self.source)
        os.utime(self.root.inbox / NAME, (MODIFIED, MODIFIED))
        self.driver = driver

    def __enter__(self) -> SmallJob:
        self.server.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self.server.__exit__(*exception)

    def start_once(self, wait: float) -> Daemon:
        """The program, as it is or broken by a driver, stopped before it begins to run once over."""
        return start_stopped(self.root, ("once", "--wait", str(wait)), self.driver)

    def saved(self) -> int:
        """How many of the answers are on the disk: in a result, or as checkpoints."""
        if self.root.results():
            return self.questions
        return len(self.root.chunks("sub--talk")) + (self.root.state / "sub--talk/survey.json").exists()

    def source_is_kept(self) -> bool:
        """Whether the original lies, whole, where it counts: in the inbox, its job or its result."""
        places = [self.root.inbox / NAME, *self.root.inbox.glob("sub/.*.claimed")]
        places += [*self.root.state.glob("*/source.txt"), *self.root.outbox.glob("sub/*/original.txt")]
        return any(place.read_bytes() == self.source for place in places if place.is_file())

    def finish(self) -> list[str]:
        """Run it undisturbed to its end; what went wrong."""
        running = self.root.start("once", "--wait", "20")
        try:
            code: object = running.wait()
        except subprocess.TimeoutExpired:
            running.kill()
            code = "no end"
        return [] if code == 0 else [f"the next run came to {code}: {running.log}"]


def picture(root: Root) -> Picture:
    """Every name in inbox, outbox and state with its modes, and what two runs must have in common."""
    found = {}
    for path in sorted(place for top in (root.inbox, root.outbox, root.state) for place in top.rglob("*")):
        name, mode = str(path.relative_to(root.path)), stat.filemode(path.stat().st_mode)
        if path.name == "summary.json":
            summary = drop_run(json.loads(path.read_bytes()))
            found.update((f"{name} {key}", (mode, value)) for key, value in summary.items())
        else:
            found[name] = (mode, _content(path))
    return found


def _content(path: Path) -> object:
    if path.name in ("STATUS.txt", "ledger.csv", "index.html", CATALOGUE, LAST_CONFIG) or not path.is_file():
        return None
    # In the review: the test's own server.
    data = re.sub(rb", at http://127\.0\.0\.1:\d+", b"", path.read_bytes())
    return data, path.stat().st_mtime if path.name == "original.txt" else None


def differences(found: Picture, wanted: Picture, below: str = "") -> list[str]:
    """What two pictures don't share, below a folder."""
    names = sorted(name for name in found.keys() | wanted.keys() if name.startswith(below))
    return [
        f"{name}: {found.get(name)!r:.300} for {wanted.get(name)!r:.300}"
        for name in names
        if found.get(name) != wanted.get(name)
    ]


@dataclass(frozen=True)
class Goal:
    """An undisturbed run of a program: its calls, and the folders that it leaves."""

    trace: Trace
    picture: Picture
    driver: str | None
    surveyed: bool = False


def trace_undisturbed(driver: str | None = None, *, surveyed: bool = False) -> Goal:
    """Run the small job with nothing in its way, by the program itself or by one broken by a driver."""
    with (
        tempfile.TemporaryDirectory() as folder,
        SmallJob(Path(folder) / "root", driver, surveyed=surveyed) as job,
    ):
        found = trace(job.root, job.start_once(20))
        assert len(job.server.bodies) == job.questions
        return Goal(found, picture(job.root), driver, surveyed)


undisturbed = functools.cache(trace_undisturbed)


class Sweep:
    """Shots at the points of an undisturbed run, and the judges of each. `hit` counts what was hit."""

    def __init__(self, folder: Path, goal: Goal) -> None:
        self._folder = folder
        self.goal = goal
        self.hit: Counter[Point] = Counter()

    def killed(self, at: Point) -> list[str]:
        """Kill it at a point, start it again, and judge the end."""
        return self._shot(at, "signal=KILL", self._judge_killed)

    def failed(self, at: Point, fault: str) -> list[str]:
        """Let a call fail (with a `+`, those after it too), start it again, and judge the end."""
        judge = functools.partial(self._judge_failed, lasting=fault.endswith("+"))
        return self._shot(at, f"error={fault}", judge)

    def all(self, points: Iterable[Point], shoot: Callable[[Point], list[str]]) -> list[str]:
        """Shoot at points, two at a time; what went wrong, and which of them were never hit.

        How often the main thread rewrites STATUS.txt depends on the clock, and with it the rank of its
        later calls, in each run anew: what was missed is aimed at again, there and a little further on or
        back. Some calls are made by chance only (a record is read again where it grew meanwhile): a point
        need not be hit that is not in every undisturbed run.
        """
        points = list(points)
        wrong = self._shoot_at(points, shoot)
        for reach in _REACHES:
            for further in (0, *(sign * step for step in range(1, reach + 1) for sign in (1, -1))):
                missed = [at for at in points if at not in self.hit]
                due = [replace(at, rank=at.rank + further) for at in missed if at.rank + further > 0]
                wrong += self._shoot_at(due, shoot)
        missed = [at for at in points if at not in self.hit]
        return wrong + [f"never hit: {point}" for point in self._made_always(missed)]

    def _shoot_at(self, points: Iterable[Point], shoot: Callable[[Point], list[str]]) -> list[str]:
        with ThreadPoolExecutor(2) as pool:
            return [sentence for found in pool.map(shoot, points) for sentence in found]

    def _made_always(self, points: list[Point]) -> list[Point]:
        """Those of some points that further undisturbed runs come to as well."""
        for _ in range(_RUNS_AGAIN if points else 0):
            again = trace_undisturbed(self.goal.driver, surveyed=self.goal.surveyed).trace.points
            points = [at for at in points if at in again]
        return points

    def _shot(self, at: Point, fault: str, judge: Callable[[SmallJob, Outcome], list[str]]) -> list[str]:
        where = Path(tempfile.mkdtemp(prefix=f"{at.thread}-{at.call}-{at.rank}-{fault}-", dir=self._folder))
        with SmallJob(where, self.goal.driver, surveyed=self.goal.surveyed) as job:
            outcome = disturb(job.root, job.start_once(10), at, fault, self.goal.trace.created)
            if outcome.hit is not None:
                self.hit[outcome.hit] += 1
            wrong = [f"{fault} at {outcome.hit or at}: {sentence}" for sentence in judge(job, outcome)]
        if not wrong:
            shutil.rmtree(where)
        return wrong

    def _judge_killed(self, job: SmallJob, outcome: Outcome) -> list[str]:
        wrong = [] if outcome.hit is None or outcome.code == -9 else [f"came to {outcome.code}"]
        return wrong + self._judge_the_end(job)

    def _judge_failed(self, job: SmallJob, outcome: Outcome, *, lasting: bool) -> list[str]:
        """No success without the whole result; a file said to be untaken is no part of a success.

        What a folder that removes nothing keeps lies there, hidden, until a run finds that it does again.
        """
        wrong = []
        removes_nothing = lasting and outcome.hit is not None and outcome.hit.call == "unlinkat"
        untaken = any(" untaken name=" in line for line in outcome.log) and (job.root.inbox / NAME).exists()
        if outcome.code == 0 and not untaken:
            found = differences(picture(job.root), self.goal.picture, "outbox")
            due = ("outbox/index.html", "outbox/.tmp-") if removes_nothing else ("outbox/index.html",)
            wrong += [each for each in found if not each.startswith(due)]  # the next run makes or removes it
        elif outcome.code not in (0, *_LEFT):
            wrong.append(f"came to {outcome.code}: {outcome.log}")
        if outcome.hit is not None and outcome.hit.path.startswith("{root}"):
            wrong += [f"logged {line}" for line in outcome.log if "Traceback" in line or "bug=" in line]
        held = Counter(line.split(" ", 1)[1] for line in outcome.log if " held reason=" in line)
        wrong += [f"said {times} times: {line}" for line, times in held.items() if times > 1]
        return wrong + self._judge_the_end(job)

    def _judge_the_end(self, job: SmallJob) -> list[str]:
        """The source is kept now; and after a start all is as if nothing had happened."""
        wrong = [] if job.source_is_kept() else ["the source is lost"]
        for failed in job.root.state.glob("*/FAILED"):
            wrong += [] if "transcriptd retry" in failed.read_text() else ["FAILED without a mend"]
            job.root.command("retry", failed.parent.name, check=False)
        asked, saved = len(job.server.bodies), job.saved()
        wrong += job.finish()
        again = len(job.server.bodies) - asked
        if again != job.questions - saved:
            wrong.append(f"{saved} of {job.questions} answers were saved, and {again} were asked for")
        return wrong + differences(picture(job.root), self.goal.picture)


def sample(points: Iterable[Point], count: int) -> list[Point]:
    """So many points, the same in each run, of as many kinds of call as can be."""
    mixed = sorted(points, key=str)
    random.Random(7).shuffle(mixed)
    seen: Counter[str] = Counter()
    turns = []
    for point in mixed:
        turns.append((seen[point.call], len(turns), point))
        seen[point.call] += 1
    return [point for _, _, point in sorted(turns, key=lambda turn: turn[:2])[:count]]
