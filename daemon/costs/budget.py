"""The budget: a request is only sent when its dearest outcome still fits into the day and the job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from daemon.costs.ledger import Label, Ledger
from daemon.costs.pricing import Usage
from daemon.errors import JobError, ServiceError

_LOOK_AGAIN = 60.0  # seconds; asking costs nothing, and what is in flight may turn out cheaper


def _local_now() -> datetime:
    return datetime.now().astimezone()


def _nothing(now: datetime) -> float:
    return 0.0


class Budget:
    """A ledger that refuses reservations beyond a limit; nobody checks between a check and its reservation.

    `per_day` and `per_job` are dollars, None for no limit. What is reserved counts until it is paid,
    so requests side by side can't overshoot together. The day begins at local midnight. `spent_elsewhere`
    gives the dollars of that day that stand in other ledgers.
    """

    def __init__(
        self,
        ledger: Ledger,
        per_day: float | None,
        per_job: float | None,
        clock: Callable[[], datetime] = _local_now,
        spent_elsewhere: Callable[[datetime], float] = _nothing,
    ) -> None:
        self._ledger = ledger
        self._per_day = per_day
        self._per_job = per_job
        self._clock = clock
        self._spent_elsewhere = spent_elsewhere

    def reserve_cost(self, label: Label, model: str, dollars: float) -> str:
        """Reserve the most that a request can cost; the reservation's id.

        Raises JobError when the job's budget is spent, ServiceError when the day's is.
        """
        with self._ledger.deciding:
            spent = self._ledger.spent_on(label.job)
            if _exceeds(spent + dollars, self._per_job):
                raise JobError(
                    f"The budget of ${self._per_job:g} for one job {_tell_shortage(spent, dollars)}.",
                    "Raise `budget_usd_per_job` in config.yaml and retry the job.",
                )
            if self._per_day is not None and (spent := self._spent_today()) + dollars > self._per_day:
                raise ServiceError(
                    f"The day's budget of ${self._per_day:g} {_tell_shortage(spent, dollars)}.",
                    "It goes on by itself after midnight; or raise `budget_usd_per_day` in config.yaml.",
                    probe_after=_LOOK_AGAIN,
                )
            reservation = self._ledger.begin_reservation(label, model, dollars)
        return self._ledger.finish_reservation(reservation)

    def _spent_today(self) -> float:
        now = self._clock()
        return self._ledger.spent_today(now) + self._spent_elsewhere(now)

    def record_payment(
        self, reservation: str, label: Label, model: str, usage: Usage, dollars: float
    ) -> None:
        """Write down what a request did cost."""
        self._ledger.record_payment(reservation, label, model, usage, dollars)


def _tell_shortage(spent: float, dollars: float) -> str:
    """Why a budget does not do: it is spent, or less than one request may cost."""
    if spent:
        return "is spent"
    return f"is less than one request may cost (${dollars:.4f})"


def _exceeds(dollars: float, limit: float | None) -> bool:
    return limit is not None and dollars > limit
