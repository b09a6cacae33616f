"""The budget: what is sent side by side never costs more than the limits; and the estimate before it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.costs.budget import Budget, Wanted
from daemon.costs.estimate import Estimate, estimate_cleaning, price_hour_of_speech
from daemon.costs.ledger import Ledger
from daemon.costs.pricing import PRICES, Price, Usage
from daemon.costs.question import Label
from daemon.costs.spending import read_today
from daemon.errors import JobError, ServiceError

NOON = datetime(2026, 6, 1, 12).astimezone()  # by local time, as the day's limit is
PRICE = Price(1, 5, 1, 1)


class Clock:
    """The time of day, as told."""

    now = NOON

    def __call__(self):
        return self.now

    def utc(self):
        return self.now.astimezone(UTC)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make(tmp_path, clock):
    def make(per_day=None, per_job=None):
        return Budget(Ledger(str(tmp_path / "ledger.csv"), clock.utc), per_day, per_job, clock)

    return make


def reserve(budget, dollars=1.0, job="talk#1", chunk=0):
    return budget.reserve_cost(Label(job, chunk), "model", dollars)


def pay(budget, reservation, dollars, job="talk#1", chunk=0):
    budget.record_payment(reservation, Label(job, chunk), "model", Usage(10, 10), dollars)


def test_without_limits_everything_may_be_sent(make):
    budget = make()
    assert len({reserve(budget, 1e6) for _ in range(3)}) == 3


def test_the_day_is_full_to_the_last_cent_and_no_further(make):
    budget = make(per_day=3)
    for _ in range(3):
        reserve(budget)
    with pytest.raises(ServiceError, match=r"\$3") as raised:
        reserve(budget, 0.01)
    assert "midnight" in raised.value.mend
    assert raised.value.strikes is None


def test_a_day_that_is_too_small_for_one_request_is_not_said_to_be_spent_or_to_mend_at_midnight(make):
    too_small = r"\$0\.00001 is less than one request may cost \(\$0\.0010\)"
    with pytest.raises(ServiceError, match=too_small) as raised:
        reserve(make(per_day=0.00001), 0.001)
    assert raised.value.mend == "To go on, raise `budget_usd_per_day` in config.yaml."
    budget = make(per_job=1)
    reserve(budget, 0.5)
    with pytest.raises(JobError, match="less than one request may cost"):
        reserve(budget, 1.5)
    with pytest.raises(JobError, match=r"\$1 for one job is spent, or too little of it is left"):
        reserve(budget, 0.75)


def test_what_turned_out_cheaper_makes_room_again(make):
    budget = make(per_day=3)
    first, *_ = [reserve(budget) for _ in range(3)]
    pay(budget, first, 0.25)
    reserve(budget, 0.75)
    with pytest.raises(ServiceError):
        reserve(budget, 0.01)


def test_a_refused_request_is_not_reserved(make, tmp_path):
    budget = make(per_day=1)
    with pytest.raises(ServiceError):
        reserve(budget, 2)
    reserve(budget, 1)
    assert (tmp_path / "ledger.csv").read_text().count("reserved") == 1


def test_a_new_day_begins_at_local_midnight(make, clock):
    budget = make(per_day=1)
    reserve(budget)
    clock.now = NOON.replace(hour=23, minute=59)
    with pytest.raises(ServiceError):
        reserve(budget)
    clock.now = NOON.replace(hour=0) + timedelta(days=1)
    reserve(budget)
    with pytest.raises(ServiceError):
        reserve(budget)


def test_what_was_spent_before_a_restart_counts(make):
    reserve(make(per_day=3, per_job=2))
    pay_later = make(per_day=3, per_job=2)
    reserve(pay_later)
    with pytest.raises(JobError):
        reserve(make(per_day=3, per_job=2))


def test_the_limit_of_a_job_is_its_own_and_a_job_of_the_same_name_begins_anew(make, clock):
    budget = make(per_job=2)
    for _ in range(2):
        reserve(budget)
    clock.now += timedelta(days=3)
    with pytest.raises(JobError, match="one job") as raised:
        reserve(budget)
    assert "budget_usd_per_job" in raised.value.mend
    reserve(budget, 2, "talk#2")
    reserve(budget, 2, "other#1")


def test_two_budgets_over_one_ledger_never_reserve_beyond_the_limit_together(tmp_path, clock):
    ledger = Ledger(str(tmp_path / "ledger.csv"), clock.utc)
    budgets = [Budget(ledger, 1.0, None, clock) for _ in range(2)]
    looked = ledger.spent_today

    def slowly(now):
        spent = looked(now)
        threading.Event().wait(0.05)
        return spent

    ledger.spent_today = slowly
    reserved = []

    def reserve(budget):
        with suppress(ServiceError):
            reserved.append(budget.reserve_cost(Label("talk", 0), "m", 0.6))

    threads = [threading.Thread(target=reserve, args=(budget,)) for budget in budgets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reserved) == 1


@pytest.mark.parametrize("limits", [{"per_day": 5}, {"per_job": 5}])
def test_sixteen_threads_never_reserve_beyond_the_limit(make, tmp_path, clock, limits):
    budget = make(**limits)
    start = threading.Barrier(16)

    def ask(number):
        start.wait()
        granted = 0
        for chunk in range(4):
            try:
                reserve(budget, 0.5, chunk=chunk)
                granted += 1
            except (ServiceError, JobError):
                pass
        return granted

    with ThreadPoolExecutor(16) as pool:
        granted = sum(pool.map(ask, range(16)))
    assert granted == 10
    assert read_today(str(tmp_path / "ledger.csv"), NOON).spent == 5


# --- estimate ----------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.integers(1, 500), st.text(max_size=50))
def test_an_estimate_grows_with_the_text_the_chunks_and_the_prompt(words, chunks, prompt):
    base = estimate_cleaning(words, words * 6, chunks, prompt, PRICE)
    assert (base.words, base.chunks) == (words, chunks)
    assert base.input_tokens >= base.output_tokens
    more = estimate_cleaning(words, words * 6 + 100, chunks + 1, prompt + "x", PRICE)
    assert more.input_tokens > base.input_tokens
    assert more.output_tokens > base.output_tokens
    assert more.dollars > base.dollars


def test_without_a_price_there_are_tokens_and_no_dollars():
    unknown, known = estimate_cleaning(100, 570, 1, "p", None), estimate_cleaning(100, 570, 1, "p", PRICE)
    assert unknown.dollars is None
    assert unknown.output_tokens == known.output_tokens > 0
    assert (unknown + known).dollars is None
    assert known + known == Estimate(
        200, 2, 2 * known.input_tokens, 2 * known.output_tokens, 2 * known.dollars
    )


def test_an_hour_of_speech_costs_cents_and_more_in_smaller_chunks():
    price = PRICES["claude-haiku-5-5"]
    usual = price_hour_of_speech(900, "x" * 3000, price)
    assert 0.001 < usual < 0.05
    assert price_hour_of_speech(100, "x" * 3000, price) > usual
    assert price_hour_of_speech(900, "", Price(0, 0, 0, 0)) == 0


# --- requests of a batch -----------------------------------------------------------------------------------


def want(*dollars, job="talk#1"):
    return [Wanted(f"intent-{n}", Label(job, n), one) for n, one in enumerate(dollars)]


def test_of_a_batch_so_much_is_reserved_as_the_day_allows_and_nothing_after_it(make):
    budget = make(per_day=2.5)
    refusals = budget.reserve_batch(want(1, 1, 1, 0.1), "model")
    assert [type(one) for one in refusals] == [type(None), type(None), ServiceError, ServiceError]
    assert refusals[2].probe_after == 60


def test_of_a_batch_the_requests_of_a_job_whose_budget_is_spent_are_left_out_alone(make):
    budget = make(per_job=1.5)
    wanted = [*want(1, 1), *want(1, job="other#2")]
    refusals = budget.reserve_batch(wanted, "model")
    assert [type(one) for one in refusals] == [type(None), JobError, type(None)]


def test_a_batch_that_cant_be_written_down_counts_for_nothing(make, tmp_path):
    budget = make(per_day=2)
    (tmp_path / "ledger.csv").mkdir()
    with pytest.raises(ServiceError):
        budget.reserve_batch(want(1, 1), "model")
    (tmp_path / "ledger.csv").rmdir()
    assert budget.reserve_batch(want(1, 1), "model") == [None, None]
