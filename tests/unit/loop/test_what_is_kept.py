"""Of a job that is over nothing is kept in memory: no list, table or set grows with the jobs there were.

Seen from the loop and from each module. Of what has a bound of its own only the outside is looked at.
"""

import contextlib
import functools
import gc
import sqlite3
import sys
from collections import deque
from types import ModuleType

import pytest

from daemon.costs.ledger import Ledger
from daemon.delivery.copies import Copies
from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from daemon.text.languages.word_readings import WordReadings
from tests.batch_world import hurrying
from tests.conftest import until

FIRST, MORE = 12, 24
_CONTAINERS = (dict, list, set, deque)
_NOT_ENTERED = (ModuleType, type(functools.cache(len)), sqlite3.Connection, WordReadings)


@pytest.fixture
def close_folders():
    """Nothing: a list of the folders that were opened would be one that grows."""


@contextlib.contextmanager
def supervising(root):
    supervisor = Supervisor(load_config(str(root.path / "config.yaml")), lambda *_, **__: None)
    try:
        yield supervisor
    finally:
        supervisor.stop()
        supervisor.run()


def deliver(supervisor, root, numbers):
    """Have talks of these numbers delivered, and the jobs forgotten."""
    for number in numbers:
        root.drop(f"talk{number}.txt", f"Ann: um so this is talk {number} of them all.\n")

    def is_done():
        supervisor.look()
        return not supervisor.jobs.open_jobs and all(
            root.outbox.joinpath(f"talk{n}").exists() for n in numbers
        )

    until(is_done)


def list_containers(supervisor):
    """All that is reached from the loop or a module of the program, and how much each container holds."""
    gc.collect()
    ours = [vars(module) for name, module in sys.modules.items() if name.partition(".")[0] == "daemon"]
    left, seen, sizes = [supervisor, *ours], {}, {}
    while left:
        one = left.pop()
        is_foreign = isinstance(one, dict) and "__spec__" in one and not any(one is each for each in ours)
        if id(one) in seen or is_foreign or isinstance(one, _NOT_ENTERED):
            continue
        seen[id(one)] = one
        if isinstance(one, _CONTAINERS):
            sizes[id(one)] = len(one)
        left.extend(gc.get_referents(one))
    return seen, sizes


def find_grown(supervisor, act):
    """What holds more things once `act` has been done, by as many as there were jobs."""
    held, before = list_containers(supervisor)
    act()
    _, after = list_containers(supervisor)
    grown = [place for place, size in before.items() if after.get(place, 0) - size >= MORE]
    meant = list_meant(held)
    return [held[place] for place in grown if place not in meant]


def list_meant(held):
    """What there is one of for each job, as there is on the disk: its cost, and its result to copy from."""
    ledgers = [one._by_job for one in held.values() if isinstance(one, Ledger)]
    copies = [one._paths for one in held.values() if isinstance(one, Copies)]
    return [id(one) for one in ledgers + copies]


@pytest.mark.long
@pytest.mark.parametrize("kind", ["offline", "model", "batch"])
def test_nothing_grows_with_the_jobs_there_were(make_root, server, kind):
    model = {"base_url": server.url}
    settings = {"offline": {}, "model": model, "batch": {**model, "batch": True, "batch_gather_seconds": 1}}
    root = make_root(**settings[kind])
    with hurrying(), supervising(root) as supervisor:
        deliver(supervisor, root, range(FIRST))
        later = range(FIRST, FIRST + MORE)
        assert find_grown(supervisor, lambda: deliver(supervisor, root, later)) == []
