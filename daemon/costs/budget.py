"""The budget: a request is only sent when its dearest outcome still fits into the day and the job."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.costs.ledger import Ledger, Payment, Reservation
from daemon.costs.other_ledgers import OtherLedgers
from daemon.costs.pricing import Usage
from daemon.costs.question import Label
from daemon.errors import JobError, ServiceError

_LOOK_AGAIN = 60.0  # seconds; asking costs nothing, and what is in flight may turn out cheaper


def _local_now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request of a batch that is to be reserved: under its own name, at so many dollars at most."""

    reservation: str
    label: Label
    dollars: float


class Budget:
    """A ledger that refuses reservations beyond a limit; the look at the limit and the reservation are one.

    `per_day` and `per_job` are dollars, None for no limit. What is reserved counts until it is paid,
    so requests side by side can't overshoot together. The day begins at local midnight. `others` are the
    ledgers of other processes that count into the day.
    """

    def __init__(
        self,
        ledger: Ledger,
        per_day: float | None,
        per_job: float | None,
        clock: Callable[[], datetime] = _local_now,
        others: OtherLedgers | None = None,
    ) -> None:
        self._ledger = ledger
        self._per_day = per_day
        self._per_job = per_job
        self._clock = clock
        self._others = others

    def reserve_cost(self, label: Label, model: str, dollars: float) -> str:
        """Reserve the most that a request can cost, in dollars; the reservation's id.

        Raises JobError when the job's budget is spent; ServiceError when the day's is, or when a ledger that
        counts into it can't be read, or the own one can't be written.
        """
        with self._deciding() as is_shared:
            self._check_limits(label, dollars, self._spent_today())
            reservation = self._ledger.begin_reservation(label, model, dollars)
            if is_shared:  # the other processes see no more than what is durable
                return self._ledger.finish_reservation(reservation)
        return self._ledger.finish_reservation(reservation)

    @contextlib.contextmanager
    def _deciding(self) -> Iterator[bool]:
        """Within it nobody else reserves; yields whether other processes share the budget."""
        with self._ledger.deciding:
            if self._others is None or self._per_day is None:
                yield False
                return
            with self._others.deciding() as is_shared:
                yield is_shared

    def reserve_batch(self, wanted: Sequence[Wanted], model: str) -> list[JobError | ServiceError | None]:
        """Reserve the most that each request of a batch can cost; for each why not, None where it was done.

        Where the day's budget is spent nothing after it is reserved either. Raises ServiceError when a ledger
        that counts into it can't be read, or the own one can't be written: no request may be sent then.
        """
        refusals: list[JobError | ServiceError | None] = []
        begun = []
        with self._deciding():
            spent_today = self._spent_today()
            for one in wanted:
                try:
                    self._check_limits(one.label, one.dollars, spent_today)
                except JobError as error:
                    refusals.append(error)
                    continue
                except ServiceError as error:
                    refusals += [error] * (len(wanted) - len(refusals))
                    break
                begun.append(self._ledger.begin_reservation(one.label, model, one.dollars, one.reservation))
                spent_today += one.dollars
                refusals.append(None)
            self._finish_all(begun)
        return refusals

    def list_jobs_in_batch(self, batch: str) -> frozenset[str]:
        """What the ledger calls the jobs for which something is reserved in a batch of this name."""
        return self._ledger.list_jobs_of(f"{batch}-")

    def _finish_all(self, begun: Iterable[Reservation]) -> None:
        """Wait until all are durable; raises ServiceError where one is not: none of its group counts then."""
        fault: ServiceError | None = None
        for reservation in begun:
            try:
                self._ledger.finish_reservation(reservation)
            except ServiceError as error:
                fault = error
        if fault is not None:
            raise fault

    def record_batch(self, payments: Iterable[Payment]) -> None:
        """Write down what requests of a batch did cost: see `Ledger.record_batch`."""
        self._ledger.record_batch(payments)

    def _check_limits(self, label: Label, dollars: float, spent_today: float) -> None:
        """Raise where so many dollars more exceed the job's budget, or the day's."""
        if _exceeds(self._ledger.spent_on(label.job) + dollars, self._per_job):
            raise JobError(
                f"The budget of {_show(self._per_job)} for one job {_tell_shortage(dollars, self._per_job)}.",
                "Raise `budget_usd_per_job` in config.yaml and retry the job.",
            )
        if _exceeds(spent_today + dollars, self._per_day):
            wait = "" if _exceeds(dollars, self._per_day) else "It goes on by itself after midnight; or "
            raise ServiceError(
                f"The day's budget of {_show(self._per_day)} {_tell_shortage(dollars, self._per_day)}.",
                f"{wait or 'To go on, '}raise `budget_usd_per_day` in config.yaml.",
                probe_after=_LOOK_AGAIN,
            )

    def _spent_today(self) -> float:
        """Dollars spent today; looked up, in other ledgers too, only where there is a limit."""
        if self._per_day is None:
            return 0.0
        now = self._clock()
        elsewhere = self._others.spent_today(now) if self._others is not None else 0.0
        return self._ledger.spent_today(now) + elsewhere

    def record_payment(
        self, reservation: str, label: Label, model: str, usage: Usage, dollars: float
    ) -> None:
        """Write down what a request did cost, in dollars: see `Ledger.record_payment`."""
        self._ledger.record_payment(reservation, label, model, usage, dollars)


def _tell_shortage(dollars: float, limit: float | None) -> str:
    """Why a budget is not enough: all of it, or what is left, is less than one request may cost.

    How much is left is not said: it changes with each request, and the reason of a hold is told once.
    """
    if _exceeds(dollars, limit):
        return f"is less than one request may cost (${dollars:.4f})"
    return "is spent, or too little of it is left for another request"


def _show(dollars: float | None) -> str:
    """A budget as people write it, small ones too."""
    return "$" + f"{dollars or 0:.10f}".rstrip("0").rstrip(".")


def _exceeds(dollars: float, limit: float | None) -> bool:
    return limit is not None and dollars > limit
