"""Message batches: killed at every change and at random moments, under every two faults, in great number."""

import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import time

import pytest

from tests.batch_world import BatchWorld, hurrying, talk
from tests.conftest import Root, until
from tests.equal_results import read_results
from tests.faulty_disk import Faulty
from tests.messages_server import Batches, MessagesServer
from tests.proofs.batch_driver import Run
from tests.unit.loop.test_batches import FAULTS, TALKS

pytestmark = pytest.mark.prove

KILLS = 300
PARTS = range(4)  # of each sweep, for as many processes as run the proofs
SOME = (1, 3, 5)
NO_CHANGE = 1 << 30


class Worlds:
    """Roots over one server, each begun from the same prepared root, in which the settings were tried."""

    def __init__(self, path, server, talks):
        self._path, self.server, self._talks = path, server, talks
        self._numbers = itertools.count()
        first = Root(path / "first", base_url=server.url, chunk_words=17, batch=True, concurrency=2)
        first.drop("first.txt", talk(99, 1))
        assert Run(first).wait() == 0
        singly = Root(path / "singly", base_url=server.url, chunk_words=17)
        self._fill(singly)
        assert Run(singly).wait() == 0
        self.wanted = read_results(singly.outbox)

    def begin(self):
        """A new root with all talks in its inbox, and a service that knows of nothing but foreign batches."""
        path = self._path / f"world-{next(self._numbers)}"
        shutil.copytree(self._path / "first", path)
        shutil.rmtree(path / "outbox")
        (path / "outbox").mkdir()
        self.server.batches = Batches(self.server._answer_one)
        self.server.requests.clear()
        for count in range(1, sum(self._talks) + 1):
            self.server.batches.add_foreign(count, age=-1.0, ended=True)
        root = Root(path, base_url=self.server.url, chunk_words=17, batch=True, concurrency=2)
        self._fill(root)
        return root

    def _fill(self, root):
        world = BatchWorld(root.path)
        world.root = root
        world.server = self.server
        world.drop_talks(*self._talks)

    def finish(self, root):
        """Run it to its end; what is wrong then, in sentences."""
        run = Run(root)
        code = run.wait()
        return ([f"it came to {code}: {run.log}"] if code != 0 else []) + self.find_wrong(root)

    def find_wrong(self, root):
        """What is wrong with a root in which all is done, in sentences."""
        batches, wrong = self.server.batches, []
        found = read_results(root.outbox)
        wrong += [f"{name} differs" for name in self.wanted if found.get(name) != self.wanted[name]]
        wrong += [f"{name} is too much" for name in found if name not in self.wanted]
        asked = [json.dumps(one["messages"]) for one in [*batches.billed, *self.server.bodies]]
        wrong += [f"paid twice: {one[:200]}" for one in set(asked) if asked.count(one) > 1]
        ours = {batch.id for batch in batches.ours}
        wrong += [f"{one} was not ours" for one in [*batches.deleted, *batches.canceled] if one not in ours]
        wrong += [f"{one} lies at the service" for one in ours - set(batches.deleted)]
        folder = root.state / ".batches"
        wrong += [f"{one.name} is left" for one in folder.iterdir() if not one.name.startswith("tried-")]
        wrong += [f"{one} stays reserved" for one in _open_reservations(root)]
        return wrong


def _open_reservations(root):
    lines = [line.split(",") for line in (root.state / "ledger.csv").read_text().splitlines()[1:]]
    paid = {line[2] for line in lines if line[1].startswith("paid")}
    return [line[2] for line in lines if line[1] == "reserved in batch" and line[2] not in paid]


@pytest.fixture
def worlds(tmp_path):
    with MessagesServer() as server:
        yield Worlds(tmp_path, server, SOME)


@pytest.mark.parametrize("part", PARTS)
def test_a_kill_before_any_change_from_gathering_to_deletion_costs_nothing(worlds, total, part):
    root = worlds.begin()
    whole = Run(root, cut=NO_CHANGE)
    assert whole.wait() == 0
    assert worlds.find_wrong(root) == []
    wrong, kills, cuts = {}, 0, range(1 + part, whole.changes + 1, len(PARTS))
    for cut in cuts:
        root = worlds.begin()
        killed = Run(root, cut=cut).wait() == -9
        kills += killed
        found = worlds.finish(root)
        if found:
            wrong[cut] = found
        else:
            shutil.rmtree(root.path)
    total(f"batches: {kills} kills at {len(cuts)} of {whole.changes} changes, {len(wrong)} with consequences")
    assert wrong == {}
    assert kills >= len(cuts) * 0.9


@pytest.mark.parametrize("part", PARTS)
def test_kills_at_random_moments_cost_nothing(worlds, total, part):
    chance, kills, wrong = random.Random(5 + part), 0, []
    began = time.monotonic()
    assert worlds.finish(worlds.begin()) == []
    longest = 1.5 * (time.monotonic() - began)
    while kills < KILLS // len(PARTS):
        root = worlds.begin()
        for _ in range(chance.randint(1, 6)):
            run = Run(root)
            if run.wait(chance.uniform(0.0, longest)) is None:
                run.process.kill()
                run.wait()
                kills += 1
        found = worlds.finish(root)
        wrong += [(str(root.path), found)] if found else []
        if not found:
            shutil.rmtree(root.path)
    total(f"batches: {kills} kills at random moments, {len(wrong)} worlds with consequences")
    assert wrong == []


def test_forty_jobs_of_one_to_sixty_chunks_come_out_as_by_the_ordinary_lane_at_half_the_cost(
    make_root, server, total
):
    sizes = [1 + 59 * k // 39 for k in range(40)]
    outboxes, costs = {}, {}
    for batch in (False, True):
        root = make_root(
            f"batch-{batch}", base_url=server.url, chunk_words=17, batch=batch, model="claude-haiku-5-5"
        )
        world = BatchWorld(root.path)
        world.root = root
        world.drop_talks(*sizes)
        server.batches.end_after = None
        server.requests.clear()
        assert root.command("once", "--wait", "0", check=not batch).returncode == (69 if batch else 0)
        server.batches.end_all()
        root.command("once", "--wait", "0")
        outboxes[batch] = read_results(root.outbox)
        costs[batch] = sum(root.summary(name)["cost"] for name in root.results())
    assert outboxes[True] == outboxes[False]
    assert len(server.bodies) == 1  # the first under settings that were never tried
    assert len(server.batches.billed) == sum(sizes) - 1
    assert len(server.batches.deleted) == len(server.batches.ours) == 1
    assert costs[True] == pytest.approx(costs[False] / 2, rel=2 / sum(sizes))
    total(f"batches: 40 jobs of {sum(sizes)} chunks cost ${costs[True]:.4f} for ${costs[False]:.4f}")


@pytest.mark.parametrize("first", FAULTS)
def test_every_two_faults_together_leave_all_delivered_and_paid_for_once(tmp_path, first):
    with hurrying():
        with BatchWorld(tmp_path / "singly", batch=False) as world:
            world.drop_talks(*TALKS)
            world.work()
            wanted = read_results(world.root.outbox)
        others = list(FAULTS)[list(FAULTS).index(first) + 1 :]
        for number, second in enumerate(others):
            with BatchWorld(tmp_path / str(number)) as world:
                FAULTS[first](world)
                FAULTS[second](world)
                world.drop_talks(*TALKS)
                assert world.work() is None, second
                assert read_results(world.root.outbox) == wanted, second
                assert world.left == [], second
                assert world.questions_paid_twice() == [], second


@pytest.mark.parametrize("call", ["fsync", "rename", "unlink", "rmdir", "mkdir", "open", "write"])
def test_a_disk_that_fails_once_at_any_call_about_a_batch_leaves_all_delivered_and_paid_for_once(
    tmp_path, monkeypatch, total, call
):
    wanted = None
    for number in itertools.count(-1):
        with hurrying(), BatchWorld(tmp_path / str(number)) as world, monkeypatch.context() as patch:
            FAULTS["one errored"](world)
            times = int(number >= 0)  # first undisturbed
            disk = Faulty(patch, call, world.root.state / ".batches", "EIO", times, after=number)
            world.drop_talks(*TALKS)
            assert world.work() is None, number
            wanted = wanted or read_results(world.root.outbox)
            assert read_results(world.root.outbox) == wanted, number
            assert world.left == [], number
            assert world.questions_paid_twice() == world.open_reservations() == [], number
        if times and not disk.hits:
            break
    total(f"batches: {number} errors, one at each {call}, 0 with consequences")
    assert number > 0


def test_a_batch_of_20_000_requests_takes_little_memory_and_time_that_grows_with_it(tmp_path, total):
    grown, spent = {}, {}
    for count in (5_000, 20_000):
        grown[count], spent[count] = _work_large(tmp_path / str(count), count)
    took = f"{grown[20_000] / 1e6:.0f} MB and {spent[20_000]:.0f} s of the processor"
    total(f"batches: 20,000 requests took {took}; 5,000 took {spent[5_000]:.0f} s")
    assert grown[20_000] < 150e6
    assert spent[20_000] < 6 * spent[5_000]


def _work_large(path, count):
    """By how many bytes the program grows once the plan is read, and its seconds of the processor."""
    command = [sys.executable, "tests/messages_server.py"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = server.stdout.readline().strip()
            root = Root(path, base_url=url, chunk_words=17, batch=True, concurrency=2, review=False)
            root.drop("first.txt", talk(99, 1))
            assert Run(root).wait() == 0
            root.drop("talk.txt", talk(1, count))
            return _measure(root, Run(root))
        finally:
            server.terminate()


def _measure(root, run):
    until(lambda: any(not one.name.startswith("tried-") for one in (root.state / ".batches").iterdir()))
    planned, most, seconds = _read_memory(run.process.pid), 0, 0.0
    while root.chunks("talk") or not (root.outbox / "talk").exists():
        if (root.state / ".cleared").exists() and any((root.outbox).glob(".*.partial")):
            break  # delivering a long talk takes what it takes, however it was cleaned
        most = max(most, _read_memory(run.process.pid))
        seconds = _read_seconds(run.process.pid) or seconds
        assert run.wait(0.1) is None
    assert run.wait() == 0
    return most - planned, seconds


def _read_memory(pid):
    """The bytes of memory that a process has now."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        lines = [line for line in file if line.startswith("VmRSS")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


def _read_seconds(pid):
    """The seconds of the processor's time that a process has taken, user's and system's."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
