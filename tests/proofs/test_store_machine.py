"""The store under everything at once: whatever people, crashes and disks do, in whatever order.

Hypothesis makes up the story; the real daemon is moved through it step by step over a real folder. The
model is what was acknowledged: what was dropped, which answers were saved, what was delivered, what a
person gave up. In the end everything is set right, and each file must have come to its one end.
"""

import contextlib
import functools
import itertools
import os
import shutil
import tempfile

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from daemon.cli import job_commands as commands
from daemon.cli.result_commands import redo_results
from daemon.errors import UsageError
from tests.proofs.model import CONFIGS, HERE, NAMES, Model, put, read, talk
from tests.proofs.world import World, stage

numbers = st.integers(0, 7)
names = st.sampled_from(NAMES)
changes = st.integers(1, 120)
errors = st.sampled_from([5, 28])  # EIO, ENOSPC


class Store(Model, RuleBasedStateMachine):
    """One root and the story of it."""

    steps = runs = 0

    @initialize(config=st.integers(0, len(CONFIGS) - 1))
    def begin(self, config):
        type(self).runs += 1
        self.path = tempfile.mkdtemp(dir=HERE)
        self.world = World(self.path, CONFIGS[config], self.asked)
        self.reset()
        self.meanwhile = None
        self.numbers = itertools.count()
        self.start()
        self.drop(NAMES[config % len(NAMES)], config % 3, linked=config % 2 == 0)

    # --- what people do ---------------------------------------------------------------------------

    @rule(name=names, version=st.integers(0, 2), linked=st.booleans())
    def drop(self, name, version, linked):
        path = os.path.join(self.world.inbox, name)
        if os.path.lexists(path):
            return
        data = talk(name, version)
        put(path, data)
        if linked:
            os.link(path, os.path.join(self.world.kept, str(next(self.numbers))))
        self.dropped[data] += 1

    @rule(number=numbers)
    def drop_again(self, number):
        if self.jobs:
            known = self.pick(number, list(self.jobs.values()))
            version = next((v for v in range(3) if talk(known.name, v) == known.source), None)
            if version is not None:
                self.drop(known.name, version, linked=False)

    @rule(config=st.integers(0, len(CONFIGS) - 1))
    def configure(self, config):
        self.world.configure(CONFIGS[config])

    @rule(where=st.sampled_from(["", "inbox", "job"]), number=numbers)
    def pause(self, where, number):
        if where == "job":
            self.command(commands.pause, number, "lunch")
        else:
            with open(os.path.join(self.path, where, "PAUSE"), "w", encoding="utf-8"):
                pass

    @rule(number=st.none() | numbers)
    def resume(self, number):
        if number is None:
            self.do(lambda: commands.resume(self.world.root, None))
        else:
            self.command(commands.resume, number)

    @rule(number=numbers, kill=st.none() | st.integers(1, 60))
    def discard(self, number, kill):
        self.command(commands.discard, number, kill=kill, given_up="discarded")

    @rule(number=numbers, kill=st.none() | st.integers(1, 30))
    def start_over(self, number, kill):
        self.command(commands.start_over, number, kill=kill, given_up="fresh")

    @rule(number=numbers, kill=st.none() | st.integers(1, 10))
    def retry(self, number, kill):
        self.command(commands.retry, number, kill=kill)

    @rule(number=numbers, kill=st.none() | st.integers(1, 12))
    def redo(self, number, kill):
        delivered = [result for result in self.results.values() if not result.rejected]
        if delivered:
            result = self.pick(number, delivered)
            before = self.waiting()
            self.do(lambda: redo_results(self.world.root, [result.path], str, str), kill_in=kill)
            self.put_back[result.original] += self.waiting() - before

    @rule(number=numbers)
    def delete_result(self, number):
        if self.results:
            result = self.pick(number, list(self.results.values()))
            shutil.rmtree(os.path.join(self.world.outbox, result.path))
            del self.results[result.path]
            if result.job_id not in dict(self.here()):  # else it is not over yet, and delivered again
                self.deleted.append(result)
            if result.job_id in os.listdir(os.path.join(self.world.state, ".cleared")):
                self.half_cleared[result.original] += 1  # delivered again, unless the daemon ends before

    @rule()
    def empty_cleared(self):
        cleared = os.path.join(self.world.state, ".cleared")
        for name in os.listdir(cleared):
            shutil.rmtree(os.path.join(cleared, name))

    # --- what goes wrong --------------------------------------------------------------------------

    @rule(
        number=numbers,
        chunk=numbers,
        how=st.sampled_from(["empty", "half", "flip", "letter", "gone"]),
        at=numbers,
    )
    def damage_chunk(self, number, chunk, how, at):
        files = [(job_id, index) for job_id, known in self.here() for index in sorted(known.saved)]
        if files:
            job_id, index = self.pick(number * 8 + chunk, files)
            self.damage(self.file_of(job_id, f"{index:04d}.json"), how, at)
            self.forget_chunk(job_id, index)

    @rule(one=numbers, other=numbers)
    def swap_chunks(self, one, other):
        files = [(job_id, index) for job_id, known in self.here() for index in sorted(known.saved)]
        if len(files) > 1:
            first, second = self.pick(one, files), self.pick(other, files)
            paths = [self.file_of(job_id, f"{index:04d}.json") for job_id, index in (first, second)]
            contents = [read(path) for path in paths]
            for path, data, key in zip(paths, reversed(contents), (first, second), strict=True):
                overwrite(path, data)
                self.forget_chunk(*key)

    @rule(number=numbers, how=st.sampled_from(["empty", "half", "flip", "gone"]), at=numbers)
    def damage_plan(self, number, how, at):
        if jobs := self.here():
            job_id, known = self.pick(number, jobs)
            if os.path.exists(self.file_of(job_id, "plan.jsonl")):
                self.damage(self.file_of(job_id, "plan.jsonl"), how, at)
                known.begun_anew = True

    @rule(number=numbers, how=st.sampled_from(["empty", "half"]))
    def damage_ticket(self, number, how):
        if jobs := self.here():
            job_id, known = self.pick(number, jobs)
            self.damage(self.file_of(job_id, "job.json"), how, 0)
            known.ticket_damaged = True

    @rule(number=numbers, name=st.sampled_from(["0000.json", "0001.json", "0099.json", "letter", ".tmp-1-1"]),
          folder=st.booleans())  # fmt: skip
    def foreign(self, number, name, folder):
        if jobs := self.here():
            path = self.file_of(self.pick(number, jobs)[0], name)
            if os.path.lexists(path) or (folder and name.startswith(".")):
                return
            if folder:
                os.mkdir(path, 0o700)
            else:
                overwrite(path, b"{}")

    @rule(full=st.booleans())
    def fill_disk(self, full):
        self.world.disk.full = full
        if not full and self.world.daemon is not None:
            self.world.daemon.reload()

    # --- what the program does --------------------------------------------------------------------

    @rule(kill=st.none() | st.integers(1, 40))
    def start(self, kill=None):
        if self.world.daemon is None:
            self.world.start(kill_in=kill)
            self.in_hand.clear()
            self.look_around()

    @rule()
    def stop(self):
        self.world.stop()
        self.look_around()

    @rule()
    def look(self):
        self.step(self.world.look)

    @rule(who=st.sampled_from(["background", "worker-0", "worker-1"]))
    def turn(self, who):
        self.step(lambda: self.world.turn(who))

    @rule(rounds=st.integers(1, 3))
    def go_on(self, rounds):
        for _ in range(rounds):
            self.step(self.world.look)
            for thread in list(self.world.threads.all):
                self.step(lambda thread=thread: self.world.turn(thread.name))

    @rule(changes=changes)
    def crash(self, changes):
        self.until_changes(changes, "kill_in")
        self.world.die()
        self.in_hand.clear()
        self.look_around()

    @rule(changes=changes, error=errors)
    def disk_error(self, changes, error):
        self.until_changes(changes, "fail_in", error=error)

    @rule(what=st.sampled_from(["fresh", "discard", "pause", "configure", "stop", "crash", "plan", "full"]),
          number=numbers)  # fmt: skip
    def while_in_flight(self, what, number):
        """Something happens while a request is under way, and the others go on meanwhile."""
        acts = {
            "fresh": lambda: self.start_over(number, None),
            "discard": lambda: self.discard(number, None),
            "pause": lambda: self.pause("job", number),
            "configure": lambda: self.configure(number % len(CONFIGS)),
            "stop": self.world.leave,
            "crash": lambda: self.world.disk.die(),
            "plan": lambda: self.damage_plan(number, "half", 0),
            "full": lambda: self.fill_disk(True),
        }
        for _ in ("claim", "plan"):
            self.step(self.world.look)
            self.step(lambda: self.world.turn("background"))
        self.step(self.world.look)
        self.meanwhile = acts[what]
        self.step(lambda: self.world.turn("worker-0"))
        self.meanwhile = None
        if what == "stop":
            self.world.die()
            self.in_hand.clear()

    # --- how a story is told --------------------------------------------------------------------------

    def in_flight(self):
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            self.world.threads.as_loop(lambda: self.happen(meanwhile))

    def happen(self, meanwhile):
        meanwhile()
        if not self.world.daemon.admission.leaving:
            for _ in range(2):
                self.world.look()
                self.world.turn("background")
            self.world.turn("worker-1")

    def step(self, act, **fate):
        before = self.world.disk.changes
        self.world.step(act, **fate)
        if self.world.daemon is None:
            self.in_hand.clear()
        if self.world.disk.changes != before:
            self.look_around()

    def until_changes(self, changes, fate, **more):
        """Go on until the n-th change to the disk, or to rest."""
        last, still = self.world.disk.changes + changes, 0
        while self.world.daemon is not None and self.world.disk.changes < last and still < 2:
            before = self.world.disk.changes
            for act in (self.world.look, *(functools.partial(self.world.turn, n) for n in self.threads())):
                if self.world.disk.changes < last:
                    self.step(act, **{fate: last - self.world.disk.changes}, **more)
            still = still + 1 if before == self.world.disk.changes else 0

    def threads(self):
        return [thread.name for thread in self.world.threads.all]

    def do(self, act, **fate):
        """Run a command in a process of its own, which may refuse."""
        with contextlib.suppress(UsageError):
            if self.world.disk.watched:  # in the midst of the daemon's own doings
                with self.world.disk.resting():
                    act()
            else:
                self.world.act(act, **fate)
                self.look_around()

    def waiting(self):
        """How many files wait in the inbox."""
        return sum(not name.startswith(".") for _, _, files in os.walk(self.world.inbox) for name in files)

    def command(self, act, number, *more, kill=None, given_up=None):
        if jobs := self.here():
            _, known = self.pick(number, jobs)
            if given_up:
                known.given_up.add(given_up)
            self.do(lambda: act(self.world.root, known.folder, *more), kill_in=kill)

    @staticmethod
    def damage(path, how, at):
        data = read(path)
        if how == "gone":
            os.unlink(path)
        elif how == "letter":
            overwrite(path, b"passade".join(data.rsplit(b"passage", 1)))
        elif how == "flip" and data:
            place = (len(data) - 1) * at // 7
            overwrite(path, data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        else:
            overwrite(path, data[: len(data) // 2] if how == "half" else b"")

    @staticmethod
    def pick(number, things):
        return things[number % len(things)]

    @invariant()
    def nothing_is_lost(self):
        type(self).steps += 1
        if hasattr(self, "world"):
            everywhere = set(self.bytes_anywhere())
            for data in self.dropped:
                assert data in everywhere, "a source is nowhere"

    def teardown(self):
        if not hasattr(self, "world"):
            return
        try:
            self.set_right()
            self.everything_came_to_its_end()
        finally:
            self.world.die()
            shutil.rmtree(self.path)

    def set_right(self):
        """Leave it alone, and help where it asks for help."""
        self.world.disk.full = False
        self.do(lambda: commands.resume(self.world.root, None))
        if self.world.daemon is not None:
            self.stop()
        self.start()
        self.world.daemon.reload()
        for _ in range(30):
            for _, known in self.here():
                for command in (commands.resume, commands.retry):
                    self.do(lambda c=command, k=known: c(self.world.root, k.folder))
            before = self.world.disk.changes
            self.go_on(3)
            if self.world.disk.changes == before and not self.here():
                break
        self.stop()
        if any({"fresh", "discarded"} <= known.given_up for known in self.jobs.values()):
            self.start()  # what the one had begun and the other did not need is swept then
            self.stop()


def overwrite(path, data):
    """Put bytes into a file as a failing disk does, or a foreign file there."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)


def run(examples):
    Store.runs = Store.steps = 0
    with stage():
        how = settings(
            max_examples=examples, stateful_step_count=25, suppress_health_check=[HealthCheck.too_slow]
        )
        run_state_machine_as_test(Store, settings=how)


def test_whatever_happens_every_file_comes_to_its_one_end():
    run(40)


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_whatever_happens_two_thousand_times_every_file_comes_to_its_one_end(total):
    run(2000)
    total(f"store machine: {Store.runs} runs, {Store.steps} steps, 0 failed")


# Short stories that went wrong once, each cut off at the n-th change to the disk.
STORIES = {
    "a disk that fails once": lambda store, n: (store.disk_error(n, 5), store.go_on(2)),
    "discarded after a crash": lambda store, n: (store.crash(n), store.discard(0, None)),
    "discarded on a disk that fails once": lambda store, n: (
        store.look(), store.discard(0, None), store.disk_error(n, 5)
    ),
    "begun anew after a crash": lambda store, n: (store.crash(n), store.start_over(0, 7)),
    "begun anew by a command that is killed": lambda store, n: (
        store.look(), store.stop(), store.start_over(0, n % 40), store.configure(1)
    ),
    "an answer that can't be saved, and then another config": lambda store, n: (
        store.while_in_flight("full", 0), store.configure((n + 1) % len(CONFIGS)), store.look(),
        store.fill_disk(False), store.crash(n),
    ),
    "a plan damaged while a request is under way": lambda store, n: (
        store.while_in_flight("plan", 0), store.go_on(2), store.crash(n)
    ),
    "a letter of an answer altered": lambda store, n: (
        store.until_changes(n, "fail_in", error=28), store.damage_chunk(0, 0, "letter", 0)
    ),
    "a ticket damaged in the midst of work, and then another config": lambda store, n: (
        store.go_on(2), store.damage_ticket(0, "empty"), store.go_on(1),
        store.while_in_flight("configure", n + 1),
    ),
    "a ticket damaged after a crash": lambda store, n: (store.crash(n), store.damage_ticket(0, "empty")),
    "a result removed before it is over": lambda store, n: (
        store.drop("sub.txt", 0, linked=True), store.crash(n), store.delete_result(0), store.drop_again(0)
    ),
    "a second result when the first is removed": lambda store, n: (
        store.go_on(6), store.drop(NAMES[0], 2, linked=False), store.go_on(6), store.delete_result(0),
        store.drop(NAMES[0], 2, linked=False), store.crash(n)
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_a_story_cut_off_at_some_changes_to_the_disk_ends_well(story):
    tell(story, range(1, 150, 13))


@pytest.mark.prove
@pytest.mark.parametrize("story", STORIES)
def test_a_story_cut_off_at_any_change_to_the_disk_ends_well(story, total):
    tell(story, range(1, 150))
    total(f"store machine: {story}: cut off at each of 149 changes, 0 failed")


def tell(story, places):
    with stage():
        for place in places:
            store = Store()
            try:
                store.begin(config=place % len(CONFIGS))
                STORIES[story](store, place)
            finally:
                store.teardown()
