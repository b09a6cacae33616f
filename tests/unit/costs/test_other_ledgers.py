"""One day's budget holds for all processes under one config.yaml, however they are mixed."""

import multiprocessing
import stat
import time
from datetime import UTC, datetime

import pytest

from daemon.costs import other_ledgers
from daemon.costs.budget import Budget, Wanted
from daemon.costs.ledger import Ledger
from daemon.costs.other_ledgers import FILE, OtherLedgers
from daemon.costs.question import Label
from daemon.errors import ServiceError
from daemon.system.process.folder_lock import lock_file
from tests.faulty_disk import Faulty

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC).astimezone()


def budget_of(state, folder, per_day=10.0):
    """The budget of a process whose ledger lies in a folder; the daemon's own is the state."""
    folder.mkdir(exist_ok=True)
    ledger = Ledger(str(folder / "ledger.csv"), lambda: NOON.astimezone(UTC))
    others = OtherLedgers(str(state), ledger.path)
    others.add_own()
    return Budget(ledger, per_day, None, lambda: NOON, others)


def reserve(budget, dollars):
    return budget.reserve_cost(Label("talk", 0), "model", dollars)


@pytest.fixture
def state(tmp_path):
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


def test_what_each_spends_is_seen_by_all(state, tmp_path):
    daemon, one, two = (budget_of(state, folder) for folder in (state, tmp_path / "one", tmp_path / "two"))
    for budget in (daemon, one, two):
        reserve(budget, 3.0)
    for budget in (daemon, one, two):
        with pytest.raises(ServiceError, match="day's budget"):
            reserve(budget, 1.5)
    reserve(two, 1.0)


def test_a_batch_is_held_against_the_others_too(state, tmp_path):
    daemon, clean = budget_of(state, state), budget_of(state, tmp_path / "one")
    reserve(clean, 8.0)
    wanted = [Wanted(f"r{number}", Label("talk", number), 1.5) for number in range(2)]
    refusals = daemon.reserve_batch(wanted, "model")
    assert refusals[0] is None
    assert isinstance(refusals[1], ServiceError)


@pytest.mark.parametrize(
    "reserve_it",
    [
        lambda budget: reserve(budget, 1.0),
        lambda budget: budget.reserve_batch([Wanted("r0", Label("talk", 0), 1.0)], "model"),
    ],
    ids=["single", "batch"],
)
def test_no_other_process_decides_before_a_reservation_is_durable(state, tmp_path, monkeypatch, reserve_it):
    budget, append, tried = budget_of(state, tmp_path / "one"), Ledger._append_lines, []

    def append_and_try(*lines):
        append(*lines)
        with open(state / FILE, "rb") as another:
            tried.append(lock_file(another.fileno()))

    monkeypatch.setattr(Ledger, "_append_lines", append_and_try)
    reserve_it(budget)
    assert tried == [False]


def test_while_the_ledger_of_another_can_not_be_read_nothing_is_spent(state, tmp_path):
    daemon, _ = budget_of(state, state), budget_of(state, tmp_path / "one")
    (tmp_path / "one" / "ledger.csv").mkdir()
    with pytest.raises(ServiceError, match=r"one/ledger\.csv counts into the day's budget and can't be read"):
        reserve(daemon, 1.0)
    (tmp_path / "one" / "ledger.csv").rmdir()
    reserve(daemon, 1.0)


@pytest.mark.parametrize("number", range(2))
def test_while_it_can_not_be_told_which_others_there_are_nothing_is_spent(
    state, tmp_path, monkeypatch, number
):
    daemon, clean = budget_of(state, state), budget_of(state, tmp_path / "one")
    reserve(clean, 8.0)
    with monkeypatch.context() as patch:
        disk = Faulty(patch, "open", state / FILE, "EMFILE", after=number)
        with pytest.raises(ServiceError, match="can't be read"):
            reserve(daemon, 3.0)
    assert disk.hits == 1
    with pytest.raises(ServiceError, match="day's budget of"):
        reserve(daemon, 3.0)


def test_a_list_of_ledgers_on_a_bad_sector_is_named(state):
    daemon = budget_of(state, state)
    (state / FILE).symlink_to("/proc/self/mem")
    with pytest.raises(ServiceError, match=r"The list of ledgers .* can't be read"):
        reserve(daemon, 1.0)


def test_a_ledger_is_named_once_and_the_daemons_is_not_named(state, tmp_path):
    budget_of(state, state)
    assert not (state / FILE).exists()
    for _ in range(3):
        budget_of(state, tmp_path / "one")
    assert (state / FILE).read_bytes().count(b"\n") == 1
    assert stat.S_IMODE((state / FILE).stat().st_mode) == 0o600


def test_a_line_that_is_no_path_takes_nothing_away(state, tmp_path):
    (state / FILE).write_bytes(b'"half\n7\n["a"]\n"/\\u0000"\n\xff\n')
    daemon, clean = budget_of(state, state), budget_of(state, tmp_path / "one")
    reserve(clean, 8.0)
    with pytest.raises(ServiceError):
        reserve(daemon, 3.0)


def test_ledgers_that_are_gone_are_left_out_where_there_are_many(state, tmp_path, monkeypatch):
    monkeypatch.setattr(other_ledgers, "_MOST_LINES", 3)
    kept = budget_of(state, tmp_path / "kept")
    reserve(kept, 8.0)
    for number in range(4):
        OtherLedgers(str(state), str(tmp_path / f"gone-{number}.csv")).add_own()
    assert (state / FILE).read_bytes().count(b"\n") <= 3
    with pytest.raises(ServiceError):
        reserve(budget_of(state, state), 3.0)


def test_where_the_state_can_not_be_written_each_counts_by_itself(tmp_path):
    away = tmp_path / "away"
    for name in ("one", "other"):
        reserve(budget_of(away, tmp_path / name), 9.0)


class SlowLedger(Ledger):
    """Leaves a gap between the look at the sums and the reservation, which only a lock closes."""

    def begin_reservation(self, *args):
        time.sleep(0.01)
        return super().begin_reservation(*args)


def _reserve_all(state, folder):
    ledger = SlowLedger(str(folder / "ledger.csv"), lambda: NOON.astimezone(UTC))
    budget = Budget(ledger, 20.0, None, lambda: NOON, OtherLedgers(str(state), ledger.path))
    for _ in range(20):
        try:
            reserve(budget, 1.0)
        except ServiceError:
            return


def test_processes_side_by_side_never_spend_more_than_the_day_allows(state, tmp_path):
    fork = multiprocessing.get_context("fork")
    folders = [state, tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir(exist_ok=True)
        OtherLedgers(str(state), str(folder / "ledger.csv")).add_own()
    workers = [fork.Process(target=_reserve_all, args=(state, folder)) for folder in folders]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    spent = sum(Ledger(str(folder / "ledger.csv")).spent_today(NOON) for folder in folders)
    assert spent == 20.0
