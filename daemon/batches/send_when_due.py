"""What waits for a batch is sent when it is due; a service that takes none is asked again later."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from daemon.batches.care import AFTER_TROUBLE, BatchCare, OpenBatch, describe_trouble, hold_all, open_batch
from daemon.batches.chunk_book import ChunkBook
from daemon.batches.protocol import wait_after_failures, wait_before_poll
from daemon.batches.send import Dispatch, Limits, Sender
from daemon.batches.surroundings import ChunkKey, Group, Service, Surroundings
from daemon.cleaning.llm.faults import MENDED_PROBE, OUTAGE_PROBE, Fault, Kind, Whose
from daemon.cleaning.llm.model import Model
from daemon.errors import ServiceError
from daemon.store.job import Job
from daemon.workers.admission import Permit

log = logging.getLogger(__name__)

# What single requests meet with as well: one of them finds out when it is over. All else is about batches.
_OF_EVERYTHING = frozenset(
    {Kind.CREDIT, Kind.NO_KEY, Kind.NO_CLIENT, Kind.CERTIFICATE, Kind.NO_TLS, Kind.KEY}
)
_TAKES_NONE = "Set `batch: false` in config.yaml; what waits is then sent singly."
_LOOK_SECONDS = 1.0  # before it is looked again at what is not due


class DueSender:
    """Sends what waits, group by group. To be used by one thread, but for `is_put_off` and `forget_service`.

    What is sent goes to the `care`, whose `faults` say under "send" why nothing can be. `look_by` hears when
    (monotonic seconds) a group is to be looked at again at the latest, `look_again` that there may be more
    than fitted into one batch.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        chunks: ChunkBook,
        care: BatchCare,
        look_by: Callable[[float], None],
        look_again: Callable[[], None],
    ) -> None:
        self._surroundings = surroundings
        self._workshop = surroundings.workshop
        self._admission = surroundings.admission
        self._chunks = chunks
        self._care = care
        self._look_by = look_by
        self._look_again = look_again
        self._limits = Limits()
        self._takes_batches: set[str] = set()  # addresses that have answered a probe
        self._not_before = 0.0
        self._put_off_for = ""
        self._failures = 0

    @property
    def _service(self) -> Service:
        return self._surroundings.service

    @property
    def is_put_off(self) -> bool:
        """Whether nothing is sent for now, because the service refused a batch or could not be asked."""
        return time.monotonic() < self._not_before

    def forget_service(self) -> None:
        """Forget what was learnt of a service, because there is another one, or other settings."""
        self._not_before = 0.0
        self._takes_batches.clear()

    def look_at_group(self, group: Group) -> None:
        """Send what waits of a group, where that is due."""
        now = time.monotonic()
        try:
            if not self._chunks.was_tried(group):
                self._bring_back(self._chunks.choose_trial(group))
                return
        except OSError as error:
            self._put_off(describe_trouble(error), AFTER_TROUBLE)
            return
        if self._admission.held is not None and not self._workshop.has_waiting():
            # A single request is to find out whether the service is back.
            self._bring_back(self._chunks.remove_first(group))
            return
        due = self._chunks.list_due(group, now, self._service.gather_seconds)
        if now < self._not_before:
            # It was let go of where nothing waited for a moment, until the workers had given it back.
            self._care.faults["send"] = self._put_off_for
            self._look_by(self._not_before)
            return
        chunks = [(key, job) for key, job in due or () if job.may_run]
        permit = self._admission.issue_permit() if chunks else None
        if permit is None:
            self._look_by(now + _LOOK_SECONDS)
            return
        with permit:
            if not permit.is_probe:
                self._send_chunks(group, chunks, permit)

    def _bring_back(self, key: ChunkKey | None) -> None:
        """Give a chunk back to the workers."""
        if key is not None:
            self._workshop.bring_back(key)

    def _send_chunks(self, group: Group, chunks: list[tuple[ChunkKey, Job]], permit: Permit) -> None:
        try:
            model = self._service.batch_model(group.model)
            if not self._takes_any(model):
                return
        except (ServiceError, OSError) as error:
            self._put_off(describe_trouble(error), AFTER_TROUBLE)
            return
        sender = Sender(self._surroundings, self._limits, model, permit, self._chunks.note_out)
        try:
            sender.send_chunks(chunks)
        except (ServiceError, OSError) as error:
            self._put_off(describe_trouble(error), AFTER_TROUBLE)
        dispatch = sender.dispatch
        self._take_stock(dispatch)
        if dispatch.shortage is not None and dispatch.made is None:
            hold_all(permit, dispatch.shortage)
        elif dispatch.fault is not None:
            self._judge_refusal(model, dispatch.fault, permit)
        elif dispatch.made is not None:
            self._failures = 0
            self._care.faults.pop("send", None)
            self._look_again()

    def _take_stock(self, dispatch: Dispatch) -> None:
        """Note what came of sending; it may have been cut off anywhere."""
        is_begun = dispatch.one is not None and dispatch.intent is not None
        self._chunks.remove_waiting(dispatch.saved)  # else they would be asked for in the next
        self._chunks.note_unsent(dispatch.unsent, dispatch.singly, were_out=is_begun)
        if dispatch.one is not None and dispatch.intent is not None:
            batch = open_batch(dispatch.one, dispatch.intent)
            batch.made = dispatch.made
            if dispatch.made is not None:
                batch.not_before = time.monotonic() + wait_before_poll(0.0)
            self._care.open.append(batch)
        elif dispatch.one is not None:
            self._care.open.append(OpenBatch(dispatch.one))  # to be forgotten
        for key in (*dispatch.unsent, *dispatch.singly):
            self._workshop.bring_back(key)

    def _takes_any(self, model: Model) -> bool:
        """Whether the service takes batches: of any but the provider's own it is asked first."""
        client = model.batches
        assert client is not None
        if client.is_hosted or self._service.address in self._takes_batches:
            return True
        fault = client.find_batch_fault()
        if fault is None:
            self._takes_batches.add(self._service.address)
            return True
        if fault.policy.whose is Whose.SERVICE:
            self._put_off(str(model.make_error(fault)), OUTAGE_PROBE)
        else:
            self._put_off(_describe_refusal(self._service.address, fault), MENDED_PROBE)
        return False

    def _judge_refusal(self, model: Model, fault: Fault, permit: Permit) -> None:
        """Decide what is done about a batch that was not made, or may not have been."""
        error = model.make_error(fault)
        if fault.kind is Kind.TOO_LARGE:
            return  # the next is smaller
        if fault.kind in _OF_EVERYTHING and isinstance(error, ServiceError):
            hold_all(permit, error)
        elif fault.policy.whose is Whose.SERVICE:
            self._failures += 1
            self._put_off(str(error), max(fault.retry_after or 0.0, wait_after_failures(self._failures)))
        elif fault.kind is Kind.PERMISSION:
            self._put_off(str(error), MENDED_PROBE)
        else:
            self._put_off(_describe_refusal(self._service.address, fault), MENDED_PROBE)

    def _put_off(self, reason: str, seconds: float) -> None:
        """Send nothing for so many seconds, and say why."""
        self._not_before, self._put_off_for = time.monotonic() + seconds, reason
        self._look_by(self._not_before)
        if self._care.faults.get("send") != reason:
            log.warning("held batches: %s", reason)
        self._care.faults["send"] = reason


def _describe_refusal(address: str, fault: Fault) -> str:
    return f"{address} takes no message batches ({fault.seen}). {_TAKES_NONE}"
