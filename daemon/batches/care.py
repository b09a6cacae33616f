"""A batch that was sent is looked for, looked up, collected and deleted: the steps of `protocol`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from daemon.batches.collect import Collector, NotYet, Returned, Tally, fetch_results
from daemon.batches.protocol import (
    CLOCK_SLACK_SECONDS,
    ID,
    INTENT,
    KEPT_SECONDS,
    LOST_SECONDS,
    MOST_FETCHES,
    NEXT,
    SAVED,
    SENDING,
    STRUCK,
    Step,
    Verdict,
    judge_listing,
    wait_after_failures,
    wait_before_poll,
)
from daemon.batches.record import (
    FLAWED,
    LOST,
    REQUESTS,
    UNSEEN,
    BatchFolder,
    DamagedRecordError,
    Intent,
    Sent,
)
from daemon.batches.send import note_sent
from daemon.batches.surroundings import ChunkKey, Service, Surroundings
from daemon.cleaning.llm.batch_client import BatchClient, BatchView
from daemon.cleaning.llm.faults import Fault, Kind
from daemon.cleaning.llm.model import Model
from daemon.costs.ledger import Payment
from daemon.costs.pricing import Usage
from daemon.costs.question import Label
from daemon.errors import ServiceError
from daemon.system.file_names import shown
from daemon.workers.admission import Permit

log = logging.getLogger(__name__)

AFTER_TROUBLE = 10.0
"""Seconds before a step is tried again that failed at a disk, or at a job that can't be read for now."""


@dataclass(eq=False, slots=True)
class OpenBatch:
    """A batch that is not over, and what is known of it beside its folder.

    Nothing is done with it before `not_before` (monotonic seconds). `made` is its id, where that could not be
    written down; `failures` counts calls that failed in a row. `returned` is what must be asked for again
    of what was saved, until it is said.
    `struck` are batches of the workspace that were proved to be another's. `was_sought`: it was looked for,
    and not found. `is_over`: what is left of its folder is only to be removed.
    """

    one: BatchFolder
    model: str = ""
    address: str = ""
    key: str = ""
    jobs: frozenset[str] = frozenset()
    not_before: float = 0.0
    made: Sent | None = None
    failures: int = 0
    returned: Returned | None = None
    struck: set[str] = field(default_factory=set)
    is_canceled: bool = False
    was_sought: bool = False
    is_over: bool = False
    said: str = ""


class BatchCare:
    """Takes the steps of all batches that are not over. For one thread, but for what it shows.

    `note_home` hears when nothing of a batch is out any more, by its name, and gives the chunks that were;
    `ask_again` hears which chunks must be asked for again. `faults` says why batches can't be looked after,
    by their folders; `undeleted` names those that are saved and still lie at the service.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        note_home: Callable[[str], list[ChunkKey]],
        ask_again: Callable[[Returned], None],
    ) -> None:
        self.open: list[OpenBatch] = []
        self.faults: dict[str, str] = {}
        self.undeleted: dict[str, str] = {}
        self._surroundings = surroundings
        self._shelf = surroundings.shelf
        self._workshop = surroundings.workshop
        self._admission = surroundings.admission
        self._note_home = note_home
        self._ask_again = ask_again

    @property
    def _service(self) -> Service:
        return self._surroundings.service

    def advance_batch(self, batch: OpenBatch) -> None:
        """Take the next steps of a batch, until it has to wait."""
        steps = {
            Step.STRIKE_OFF: self._strike_off,
            Step.SEARCH: self._search,
            Step.LOOK_UP: self._look_up,
            Step.COLLECT: self._collect,
            Step.DELETE: self._delete,
            Step.RELEASE: self._release,
        }
        try:
            while not self._admission.leaving and time.monotonic() >= batch.not_before:
                stage = batch.one.stage
                if stage is None:
                    self._end_without_intent(batch)
                    return
                if not steps[NEXT[stage]](batch):
                    return
        except NotYet:
            batch.not_before = time.monotonic() + AFTER_TROUBLE
        except (ServiceError, OSError, ValueError) as error:
            self._fail(batch, describe_trouble(error))

    def _strike_off(self, batch: OpenBatch) -> bool:
        batch.one.mark(STRUCK)
        return True

    def _search(self, batch: OpenBatch) -> bool:
        """Look for a batch whose id is not known."""
        if batch.made is not None:
            batch.one.write(ID, batch.made)
            batch.one.folder.unlink(REQUESTS)
            batch.made = None
            return True
        client = self._client_of(batch)
        if client is None:
            return False
        sending = batch.one.read_sending()
        listing = client.list_batches(sending.at - CLOCK_SLACK_SECONDS)
        if isinstance(listing, Fault):
            is_lost = listing.kind is Kind.BROKEN and self._lose(batch, batch.one.name, sending.at)
            return is_lost or self._fail_call(batch, client, listing)
        now = time.time() + listing.ahead
        found = judge_listing(
            listing.batches,
            count=sending.count,
            others=self._list_ids() | batch.struck,
            sent_at=sending.at,
            now=now,
        )
        self._end_fault(batch)
        if found.verdict is Verdict.NONE:
            log.warning("struck off batch=%s it was never made: its chunks are sent again", batch.one.name)
            batch.was_sought = True
            batch.one.mark(STRUCK)
            return True
        for view in found.candidates:
            if view.has_ended and self._prove(batch, client, view, now):
                return True
        batch.not_before = time.monotonic() + wait_before_poll(now - sending.at)
        return False

    def _prove(self, batch: OpenBatch, client: BatchClient, view: BatchView, now: float) -> bool:
        """Whether a batch is ours, by the first of its results; if so it is adopted."""
        first: list[bytes] = []

        def take(line: bytes) -> bool:
            first.append(line)
            return False

        client.read_results(view.id, take)
        told = client.read_line(first[0]) if first else None
        if told is None:
            if view.created_at is not None and now - view.created_at > LOST_SECONDS:
                batch.struck.add(view.id)
            return False
        if told.custom_id.rpartition("-")[0] != batch.one.name:
            batch.struck.add(view.id)
            return False
        batch.one.write(ID, note_sent(view, adopted=True))
        batch.one.folder.unlink(REQUESTS)
        log.info("adopted batch=%s its results are ours", view.id)
        return True

    def _list_ids(self) -> set[str]:
        """The ids of all batches that are known to be ours."""
        known = set()
        for other in self.open:
            if other.one.folder.has(ID):
                known.add(other.one.read_sent().batch_id)
            elif other.made is not None:
                known.add(other.made.batch_id)
        return known

    def _look_up(self, batch: OpenBatch) -> bool:
        """Ask whether a batch has ended; if so, fetch its results."""
        client = self._client_of(batch)
        if client is None:
            return False
        sent = batch.one.read_sent()
        view = client.look_up_batch(sent.batch_id)
        if isinstance(view, Fault):
            return self._lose_unseen(batch, sent, view) or self._fail_call(batch, client, view)
        age = time.time() - sent.created_at
        self._end_fault(batch)
        if not view.has_ended:
            self._cancel_if_given_up(batch, client, sent)
            batch.not_before = time.monotonic() + wait_before_poll(age)
            return False
        return self._fetch(batch, client, sent)

    def _fetch(self, batch: OpenBatch, client: BatchClient, sent: Sent) -> bool:
        tally = Tally(batch.one.read_intent(), batch.one.read_sending())
        as_they_are = batch.one.count_notes(FLAWED) >= MOST_FETCHES
        found = fetch_results(batch.one, client, sent.batch_id, tally, as_they_are=as_they_are)
        if isinstance(found, Fault):
            if found.kind is Kind.BROKEN:
                batch.one.note(FLAWED)
            return self._lose_unseen(batch, sent, found) or self._fail_call(batch, client, found)
        if not found:
            return True
        log.warning("flawed results of batch=%s (%s)", sent.batch_id, found)
        if as_they_are:
            return True
        batch.one.note(FLAWED)
        reason = f"What came of a batch is not whole ({found}). It is fetched again by itself."
        self.faults[batch.one.name] = reason
        batch.not_before = time.monotonic() + wait_after_failures(batch.one.count_notes(FLAWED))
        return False

    def _lose_unseen(self, batch: OpenBatch, sent: Sent, fault: Fault) -> bool:
        """Give a batch up that has ended long ago, where the fault is that it still can't be found."""
        return fault.kind is Kind.MODEL and self._lose(batch, sent.batch_id, sent.created_at)

    def _lose(self, batch: OpenBatch, named: str, since: float) -> bool:
        """Note that a batch can't be found; give it up where it was made, at `since`, so long ago."""
        batch.one.note(UNSEEN)
        if batch.one.count_notes(UNSEEN) < MOST_FETCHES or time.time() - since < LOST_SECONDS:
            return False
        log.error(
            "lost batch=%s the service has not shown its results since it must have ended: its %d requests "
            "are sent again, and what they may have cost stays in the ledger",
            named,
            batch.one.read_sending().count,
        )
        batch.was_sought = True
        batch.one.mark(STRUCK, LOST)
        return True

    def _cancel_if_given_up(self, batch: OpenBatch, client: BatchClient, sent: Sent) -> None:
        """Cancel a batch that is all one job's, when that job is given up."""
        if batch.is_canceled or len(batch.jobs) != 1:
            return
        if self._workshop.find_job(next(iter(batch.jobs))) is None:
            batch.is_canceled = client.cancel_batch(sent.batch_id) is None
            if batch.is_canceled:
                log.info("canceled batch=%s its job is given up", sent.batch_id)

    def _collect(self, batch: OpenBatch) -> bool:
        """Save the results of a batch, and pay for them."""
        intent, sending = batch.one.read_intent(), batch.one.read_sending()
        model = self._service.batch_model(batch.model)
        assert model.batches is not None
        collector = Collector(intent, model, self._workshop, self._service.budget)
        collector.save_all(batch.one, model.batches, Tally(intent, sending))
        batch.returned = collector.returned  # before the mark, which a disk that fails may have kept
        batch.one.mark(SAVED)
        return True

    def _tell_saved(self, batch: OpenBatch, returned: Returned) -> None:
        """Say that nothing of a batch is out any more, and what of it must be asked for again."""
        intent, sending, sent = batch.one.read_intent(), batch.one.read_sending(), batch.one.read_sent()
        model = self._service.batch_model(batch.model)
        batch.returned = None  # not before: what is read above can fail
        again = len(returned.chunks)
        log.info("saved batch=%s requests=%d again=%d", sent.batch_id, sending.count, again)
        were_out = set(self._note_home(batch.one.name))
        for number in sending.left_out:
            key = ChunkKey(intent.requests[number].job_id, intent.requests[number].chunk)
            if key in were_out:  # a start could not read that it was not sent
                self._workshop.bring_back(key)
        self._end_fault(batch)
        if returned.hold is not None:
            self._hold_for(model, returned.hold)
        self._ask_again(returned)

    def _hold_for(self, model: Model, fault: Fault) -> None:
        """Hold everybody for what all requests of a batch have met with."""
        error = model.make_error(fault)
        if isinstance(error, ServiceError):
            hold_all(Permit(self._admission), error)

    def _delete(self, batch: OpenBatch) -> bool:
        """Have a batch deleted that is saved, and forget it."""
        if batch.returned is not None:
            self._tell_saved(batch, batch.returned)
        sent = batch.one.read_sent()
        client = self._client_of(batch)
        if client is None:
            return False
        fault = client.delete_batch(sent.batch_id)
        is_gone = fault is None or fault.kind is Kind.MODEL
        if not is_gone and time.time() - sent.created_at < KEPT_SECONDS:
            assert fault is not None
            batch.failures += 1
            batch.not_before = time.monotonic() + wait_after_failures(batch.failures)
            self.undeleted[batch.one.name] = sent.batch_id
            self._say(batch, f"The saved batch {sent.batch_id} could not be deleted at the service "
                      f"({fault.seen}). It is tried again by itself.")  # fmt: skip
            return False
        log.info("deleted batch=%s at the service", sent.batch_id)
        self._forget(batch)
        return False

    def _release(self, batch: OpenBatch) -> bool:
        """Give back what was reserved for a batch that was never made, and its chunks."""
        intent = batch.one.read_intent()
        if not batch.one.is_lost:
            nothing = [
                Payment(intent.name_of(number), Label(asked.account, asked.chunk), intent.model, Usage(), 0.0)
                for number, asked in enumerate(intent.requests)
            ]
            self._service.budget.record_batch(nothing)
        self._note_home(intent.id)
        chunks = [ChunkKey(asked.job_id, asked.chunk) for asked in intent.requests]
        if batch.was_sought:
            self._ask_again(Returned(chunks, was_sought=True))
        else:
            for key in chunks:
                self._workshop.bring_back(key)
        self._forget(batch)
        return False

    def _end_without_intent(self, batch: OpenBatch) -> None:
        """Forget a batch that was broken off before it was begun or while it was forgotten, or was removed.

        Raises DamagedRecordError where it may be out, and all but its intent is there.
        """
        if not batch.is_over and batch.one.folder.has(SENDING):
            raise DamagedRecordError(batch.one.folder.path, INTENT)
        chunks = self._note_home(batch.one.name)
        if chunks:
            log.error(
                "gone batch=%s its folder was removed: its %d requests are sent again, and what they may "
                "have cost stays in the ledger",
                batch.one.name,
                len(chunks),
            )
            self._ask_again(Returned(chunks, was_sought=True))
        self._forget(batch)

    def _forget(self, batch: OpenBatch) -> None:
        batch.is_over = True
        self.faults.pop(batch.one.name, None)
        self.undeleted.pop(batch.one.name, None)
        self._shelf.remove(batch.one)
        self.open.remove(batch)

    def _client_of(self, batch: OpenBatch) -> BatchClient | None:
        """The client that a batch was sent with; None where it was sent to another service than today's."""
        if batch.address != self._service.address:
            reason = (
                f"A batch is out at {batch.address}, where nothing is sent today: "
                "set `provider` and `base_url` as they were."
            )
            self._fail(batch, reason)
            return None
        return self._service.batch_model(batch.model).batches

    def _fail_call(self, batch: OpenBatch, client: BatchClient, fault: Fault) -> bool:
        """A call about a batch has failed; it is made again later. A batch that is not seen is not gone."""
        if fault.kind is Kind.MODEL:
            reason = f"A batch can't be seen at the service ({fault.seen}). It is looked for again by itself."
            if batch.key != self._service.key_mark:
                reason += " It was sent with another key: if that was of another workspace, put it back."
        else:
            reason = str(client.make_error(fault))
        self._fail(batch, reason)
        return False

    def _fail(self, batch: OpenBatch, reason: str) -> None:
        batch.failures += 1
        batch.not_before = time.monotonic() + wait_after_failures(batch.failures)
        self.faults[batch.one.name] = reason
        self._say(batch, reason)

    def _say(self, batch: OpenBatch, reason: str) -> None:
        if batch.said != reason:
            log.warning("batch=%s %s", batch.one.name, reason)
        batch.said = reason

    def _end_fault(self, batch: OpenBatch) -> None:
        batch.failures, batch.said = 0, ""
        self.faults.pop(batch.one.name, None)


def open_batch(one: BatchFolder, intent: Intent) -> OpenBatch:
    """A batch as it is known from its folder."""
    jobs = frozenset(asked.job_id for asked in intent.requests)
    return OpenBatch(one, intent.model, intent.address, intent.key, jobs)


def hold_all(permit: Permit, error: ServiceError) -> None:
    """Hold everybody, and say so where it is news."""
    if permit.hold_all(error):
        log.warning("held reason=%r", str(error))


def describe_trouble(error: Exception) -> str:
    """What has kept a batch from being worked on, in a sentence."""
    if isinstance(error, OSError):
        # a full disk names no file
        path = f": {shown(error.filename)}" if isinstance(error.filename, str) else ""
        return f"A batch can't be read or written ({error.strerror}){path}"
    if isinstance(error, ServiceError | DamagedRecordError):
        return str(error)
    return "What was written down of a batch is damaged."
