"""The batches of one state folder: gathered, sent, looked after and collected, on a thread of their own.

What is done next with a batch, `protocol` decides; the thread carries it out. A worker that takes a chunk
which is to go in a batch, or is out in one, gives it to `take_over`, and is free for the next. The thread is
begun with the first of them.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field

from daemon.batches.collect import Collector, NotYet, Tally, fetch_results
from daemon.batches.gather import WaitingRoom
from daemon.batches.protocol import (
    CLOCK_SLACK_SECONDS,
    FEW,
    KEPT_SECONDS,
    LOST_SECONDS,
    MOST_FETCHES,
    MOST_TRIES,
    NEXT,
    OUT,
    Stage,
    Step,
    Verdict,
    judge_listing,
    wait_after_failures,
    wait_before_poll,
)
from daemon.batches.record import (
    ID,
    LOST,
    REQUESTS,
    SAVED,
    STRUCK,
    BatchFolder,
    BatchShelf,
    Intent,
    Overview,
    Sending,
    Sent,
)
from daemon.batches.send import Dispatch, Limits, Sender
from daemon.batches.surroundings import ChunkKey, Group, Service, Workshop
from daemon.cleaning.llm.batch_client import BatchClient, BatchView
from daemon.cleaning.llm.faults import MENDED_PROBE, OUTAGE_PROBE, Fault, Kind, Whose
from daemon.cleaning.llm.model import Model
from daemon.costs.ledger import Label, Payment
from daemon.costs.pricing import Usage
from daemon.errors import ServiceError
from daemon.store.job import Job
from daemon.system.files import Folder
from daemon.workers.admission import Admission, Permit

log = logging.getLogger(__name__)

_LONGEST_REST = 60.0
_AFTER_TROUBLE = 10.0
# What single requests meet with as well: one of them finds out when it is over. All else is about batches.
_EVERYBODYS = frozenset({Kind.CREDIT, Kind.NO_KEY, Kind.NO_CLIENT, Kind.CERTIFICATE, Kind.NO_TLS, Kind.KEY})
_TAKES_NONE = "Set `batch: false` in config.yaml; what waits is then sent singly."


@dataclass(eq=False, slots=True)
class _OpenBatch:
    """A batch that is not over, and what is known of it beside its folder.

    Nothing is done with it before `not_before` (monotonic seconds). `made` is its id, where that could not be
    written down; `failures` counts calls that failed in a row, `fetches` those that brought no whole results,
    `unseen` those that did not find it.
    `struck` are batches of the workspace that were proved to be another's.
    """

    one: BatchFolder
    model: str
    address: str
    key: str
    jobs: frozenset[str]
    not_before: float = 0.0
    made: Sent | None = None
    failures: int = 0
    unseen: int = 0
    fetches: int = 0
    struck: set[str] = field(default_factory=set)
    is_canceled: bool = False
    said: str = ""


class Batching:
    """All batches of a state folder; thread-safe. `service` may be exchanged at any time.

    Raises OSError where what was left of earlier batches can't be read.
    """

    def __init__(self, state: Folder, service: Service, admission: Admission, workshop: Workshop) -> None:
        self._shelf = BatchShelf(state)
        self._service = service
        self._admission = admission
        self._workshop = workshop
        self._changed = threading.Condition()
        self._room = WaitingRoom()
        self._out: dict[ChunkKey, tuple[str, str]] = {}  # the batch, and the chunk's line in its plan
        self._out_of_job: Counter[str] = Counter()
        self._singly: set[ChunkKey] = set()
        self._tries: Counter[ChunkKey] = Counter()
        self._tried: set[str] = set()
        self._trials: dict[str, ChunkKey] = {}  # the one chunk that is asked for first, by the settings' mark
        self._limits = Limits()
        self._takes_batches: set[str] = set()  # addresses that have answered a probe
        self._create_not_before = 0.0
        self._create_failures = 0
        self._faults: dict[str, str] = {}  # why batches can't go on, by what can't
        self._undeleted: dict[str, str] = {}  # ids of batches that are saved, by their folders
        self._nothing_comes = False
        self._asked = self._resting = self._stopping = False
        self._due = 0.0
        self._thread: threading.Thread | None = None
        self._open: list[_OpenBatch] = []
        self._recover()

    # --- from the loop ----------------------------------------------------------------------------

    def take_over(self, key: ChunkKey, job: Job, permit: Permit) -> bool:
        """Whether no worker is to ask for a chunk: it is out, waits from now on to be sent, or is saved."""
        with self._changed:
            if self._is_out(key, job) or key.chunk not in job.missing:
                return True
            group = self._choose_group(key, job, permit)
            if group is None:
                return False
            if not self._was_tried(group.mark) and self._trials.setdefault(group.mark, key) == key:
                self._room.remove(key)
                return False
            self._room.add(group, key, job, time.monotonic())
            self._ask()
            return True

    def note_cleaned(self, key: ChunkKey, *, answered: bool) -> None:
        """A worker has asked for a chunk itself: it was answered, or it was not."""
        with self._changed:
            marks = [mark for mark, trial in self._trials.items() if trial == key]
            for mark in marks:
                del self._trials[mark]
                if answered:
                    self._tried.add(mark)
            if answered:
                self._singly.discard(key)
            if marks:
                self._ask()
        if answered:
            with contextlib.suppress(OSError):  # after a restart it would be tried once more
                for mark in marks:
                    self._shelf.note_tried(mark)

    def forget_job(self, job_id: str) -> None:
        """A job is over, or rests: what of it waits, waits no longer. What is out comes home all the same."""
        with self._changed:
            for key, _ in list(self._room.list_all()):
                if key.job_id == job_id:
                    self._room.remove(key)
            self._singly = {key for key in self._singly if key.job_id != job_id}
            for mark, key in list(self._trials.items()):
                if key.job_id == job_id:
                    del self._trials[mark]
                    self._ask()

    def has_out(self, job_id: str) -> bool:
        """Whether anything of a job is out."""
        with self._changed:
            return self._out_of_job[job_id] > 0

    def adopt(self, service: Service) -> None:
        """Go on with another service or other settings; everything is looked at at once."""
        with self._changed:
            self._service = service
            self._create_not_before = 0.0
            self._takes_batches.clear()
            for batch in self._open:
                batch.not_before = 0.0
            self._ask()

    def look(self, *, nothing_comes: bool) -> None:
        """Be told whether more will come for now; what waits is sent when nothing does."""
        with self._changed:
            self._nothing_comes = nothing_comes
            if nothing_comes and len(self._room) and time.monotonic() >= self._create_not_before:
                self._ask()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing that could be done now."""
        with self._changed:
            if self._thread is None:
                return True
            return self._resting and not self._asked and time.monotonic() < self._due

    @property
    def waiting(self) -> int:
        """How many chunks wait to be sent."""
        with self._changed:
            return len(self._room)

    @property
    def overview(self) -> Overview:
        """How many requests are out, since when, and until when."""
        overview = Overview()
        for batch in list(self._open):
            stage = _stage_of(batch)
            if stage in OUT and stage is not Stage.INTENDED:
                sent = batch.made if stage is Stage.UNKNOWN else batch.one.read_sent()
                overview = overview.add(batch.one.read_sending(), sent)
        return overview

    @property
    def problem(self) -> str | None:
        """Which saved batch could not be deleted at the service, None where none lies there."""
        batch_id = next(iter(list(self._undeleted.values())), None)
        if batch_id is None:
            return None
        return f"the saved batch {batch_id} could not be deleted at the service; it is tried again by itself"

    def start(self) -> None:
        """Go on with what was left of earlier batches."""
        with self._changed:
            if self._open:
                self._ask()

    def close(self, seconds: float) -> bool:
        """Do nothing more; wait so long for what is under way. True when it has ended."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(seconds)
            if self._thread.is_alive():
                return False
        for batch in self._open:
            batch.one.folder.close()
        self._shelf.close()
        return True

    # --- what is known; the lock is held ------------------------------------------------------------

    def _is_out(self, key: ChunkKey, job: Job) -> bool:
        _, line = self._out.get(key, ("", ""))
        return bool(line) and line == job.binding(key.chunk).line

    def _choose_group(self, key: ChunkKey, job: Job, permit: Permit) -> Group | None:
        """With what a chunk is to be sent in a batch, None where it is to be asked for singly."""
        if permit.is_probe or key in self._singly or not self._service.wants_batch(job.ticket):
            return None
        return self._service.group_of(job.settings)

    def _was_tried(self, mark: str) -> bool:
        if mark not in self._tried and self._shelf.was_tried(mark):
            self._tried.add(mark)
        return mark in self._tried

    def _ask(self) -> None:
        """Have the thread look at everything; it is begun where it was not yet."""
        self._asked = True
        if self._thread is None and not self._stopping:
            self._thread = threading.Thread(target=self._run, name="batches", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    # --- the thread -------------------------------------------------------------------------------

    def _recover(self) -> None:
        for one in self._shelf.open_all():
            try:
                intent = one.read_intent()
                stage = one.stage
            except ValueError:
                log.error("unread batch=%s its intent.json is damaged: it is left as it is", one.name)
                one.folder.close()
                continue
            self._open.append(_open_batch(one, intent))
            if stage in OUT:
                self._note_out(intent)

    def _run(self) -> None:
        while self._rest():
            try:
                self._look_at_all()
            except Exception as error:  # noqa: BLE001 - without this thread no batch would come home
                where = "".join(traceback.format_tb(error.__traceback__))  # no message: it may hold text
                log.error("bug=%s in the batches\n%s", type(error).__name__, where)
                self._due = time.monotonic() + _LONGEST_REST

    def _rest(self) -> bool:
        """Wait until there is something to do; False when it is time to leave."""
        with self._changed:
            self._resting = True
            while not self._is_leaving and not self._asked and time.monotonic() < self._due:
                self._changed.wait(min(1.0, max(0.0, self._due - time.monotonic())))
            self._resting = self._asked = False
            return not self._is_leaving

    @property
    def _is_leaving(self) -> bool:
        return self._stopping or self._admission.leaving

    def _look_at_all(self) -> None:
        self._due = time.monotonic() + _LONGEST_REST
        self._drop_unwanted()
        with self._changed:
            groups = self._room.groups()
        for group in groups:
            self._look_at_group(group)
        for batch in list(self._open):
            if self._is_leaving:
                return
            if time.monotonic() >= batch.not_before:
                self._advance(batch)
            self._due = min(self._due, batch.not_before)
        self._tell_faults()

    def _drop_unwanted(self) -> None:
        """Give back to the workers what waits and is not to go in a batch any more."""
        with self._changed:
            waiting = list(self._room.list_all())
            unwanted = [key for key, job in waiting if not self._service.wants_batch(job.ticket)]
            for key in unwanted:
                self._room.remove(key)
        for key in unwanted:
            self._workshop.bring_back(key)

    # --- gathering and sending ----------------------------------------------------------------------

    def _look_at_group(self, group: Group) -> None:
        """Send what waits of a group, where that is due."""
        now, seconds = time.monotonic(), self._service.gather_seconds
        with self._changed:
            if not self._was_tried(group.mark):
                self._choose_trial(group)
                return
            if self._admission.held is not None and not self._workshop.has_waiting():
                self._bring_back_first(group)  # a single request is to find out whether the service is back
                return
            is_due = self._room.is_due(group, now, seconds, nothing_comes=self._nothing_comes)
            chunks = self._room.list_chunks(group)
        if now < self._create_not_before:
            self._due = min(self._due, self._create_not_before)
            return
        if not is_due:
            self._due = min(self._due, now + 1.0)
            return
        chunks = [(key, job) for key, job in chunks if job.may_run]
        permit = self._admission.issue_permit() if chunks else None
        if permit is None:
            self._due = min(self._due, now + 1.0)
            return
        with permit:
            if not permit.is_probe:
                self._send(group, chunks, permit)

    def _choose_trial(self, group: Group) -> None:
        """Let one chunk under settings that were never tried be asked for singly; the lock is held."""
        if group.mark not in self._trials and (key := self._bring_back_first(group)) is not None:
            self._trials[group.mark] = key

    def _bring_back_first(self, group: Group) -> ChunkKey | None:
        """Give a chunk that waits back to the workers; the lock is held. None where none may run."""
        for key, job in self._room.list_chunks(group):
            if job.may_run:
                self._room.remove(key)
                self._workshop.bring_back(key)
                return key
        return None

    def _send(self, group: Group, chunks: list[tuple[ChunkKey, Job]], permit: Permit) -> None:
        dispatch = Dispatch()
        try:
            model = self._service.batch_model(group.model)
            if not self._takes_any(model):
                return
            sender = Sender(self._shelf, self._service, self._workshop, self._limits, self._note_out)
            sender.send_chunks(chunks, model, permit, dispatch)
        except (ServiceError, OSError) as error:
            self._put_off_sending(_describe(error), _AFTER_TROUBLE)
        self._take_stock(dispatch)
        if dispatch.shortage is not None and dispatch.made is None:
            _hold_all(permit, dispatch.shortage)
        elif dispatch.fault is not None:
            self._judge_refusal(model, dispatch.fault, permit)
        elif dispatch.made is not None:
            self._create_failures = 0
            self._faults.pop("send", None)
            self._asked = True  # there may be more than fits into one

    def _take_stock(self, dispatch: Dispatch) -> None:
        """Note what came of sending; it may have been cut off anywhere."""
        with self._changed:
            self._singly.update(dispatch.singly)
            for key in (*dispatch.unsent, *dispatch.singly):
                self._room.remove(key)
            if dispatch.one is not None and dispatch.intent is not None:
                for key in dispatch.unsent:
                    self._take_in(key)
                batch = _open_batch(dispatch.one, dispatch.intent)
                batch.made = dispatch.made
                if dispatch.made is not None:
                    batch.not_before = time.monotonic() + wait_before_poll(0.0)
                self._open.append(batch)
            elif dispatch.one is not None:
                self._shelf.remove(dispatch.one)
        for key in (*dispatch.unsent, *dispatch.singly):
            self._workshop.bring_back(key)

    def _note_out(self, intent: Intent) -> None:
        """From here on its chunks are out."""
        with self._changed:
            for asked in intent.requests:
                key = ChunkKey(asked.job_id, asked.chunk)
                self._take_in(key)
                self._out[key] = intent.id, asked.line
                self._out_of_job[key.job_id] += 1
                self._room.remove(key)

    def _takes_any(self, model: Model) -> bool:
        """Whether the service takes batches: of any but the provider's own it is asked first."""
        client = model.batches
        assert client is not None
        if client.is_hosted or self._service.address in self._takes_batches:
            return True
        fault = client.find_no_batches()
        if fault is None:
            self._takes_batches.add(self._service.address)
            return True
        if fault.policy.whose is Whose.SERVICE:
            self._put_off_sending(str(model.make_error(fault)), OUTAGE_PROBE)
        else:
            self._put_off_sending(_say_no_batches(self._service.address, fault), MENDED_PROBE)
        return False

    def _judge_refusal(self, model: Model, fault: Fault, permit: Permit) -> None:
        """What is done about a batch that was not made, or may not have been."""
        error = model.make_error(fault)
        if fault.kind is Kind.TOO_LARGE:
            return  # the next is smaller
        if fault.kind in _EVERYBODYS and isinstance(error, ServiceError):
            _hold_all(permit, error)
        elif fault.policy.whose is Whose.SERVICE:
            self._create_failures += 1
            wait = max(fault.retry_after or 0.0, wait_after_failures(self._create_failures))
            self._put_off_sending(str(error), wait)
        elif fault.kind is Kind.PERMISSION:
            self._put_off_sending(str(error), MENDED_PROBE)
        else:
            self._put_off_sending(_say_no_batches(self._service.address, fault), MENDED_PROBE)

    def _put_off_sending(self, reason: str, seconds: float) -> None:
        self._create_not_before = time.monotonic() + seconds
        self._due = min(self._due, self._create_not_before)
        if self._faults.get("send") != reason:
            log.warning("held batches: %s", reason)
        self._faults["send"] = reason

    # --- one batch ----------------------------------------------------------------------------------

    def _advance(self, batch: _OpenBatch) -> None:
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
            while not self._is_leaving and time.monotonic() >= batch.not_before:
                stage = batch.one.stage
                if stage is None:
                    return
                if not steps[NEXT[stage]](batch):
                    return
        except NotYet:
            batch.not_before = time.monotonic() + _AFTER_TROUBLE
        except (ServiceError, OSError, ValueError) as error:
            self._fail(batch, _describe(error))

    def _strike_off(self, batch: _OpenBatch) -> bool:
        batch.one.mark(STRUCK)
        return True

    def _search(self, batch: _OpenBatch) -> bool:
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
            return self._fail_call(batch, client, listing)
        found = judge_listing(
            listing.batches,
            count=sending.count,
            others=self._list_ids() | batch.struck,
            sent_at=sending.at,
            now=time.time(),
        )
        self._end_fault(batch)
        if found.verdict is Verdict.NONE:
            log.warning("struck off batch=%s it was never made: its chunks are sent again", batch.one.name)
            batch.one.mark(STRUCK)
            return True
        for view in found.candidates:
            if view.has_ended and self._prove(batch, client, view):
                return True
        batch.not_before = time.monotonic() + wait_before_poll(time.time() - sending.at)
        return False

    def _prove(self, batch: _OpenBatch, client: BatchClient, view: BatchView) -> bool:
        """Whether a batch is ours, by the first of its results; if so it is adopted."""
        first: list[bytes] = []

        def take(line: bytes) -> bool:
            first.append(line)
            return False

        client.read_results(view.id, take)
        told = client.read_line(first[0]) if first else None
        if told is None:
            if time.time() - view.created_at > LOST_SECONDS:
                batch.struck.add(view.id)
            return False
        if told.custom_id.rpartition("-")[0] != batch.one.name:
            batch.struck.add(view.id)
            return False
        batch.one.write(ID, Sent(view.id, view.created_at, view.expires_at, adopted=True))
        batch.one.folder.unlink(REQUESTS)
        log.info("adopted batch=%s its results are ours", view.id)
        return True

    def _list_ids(self) -> set[str]:
        """The ids of all batches that are known to be ours."""
        known = set()
        for other in self._open:
            if other.one.folder.has(ID):
                known.add(other.one.read_sent().batch_id)
            elif other.made is not None:
                known.add(other.made.batch_id)
        return known

    def _look_up(self, batch: _OpenBatch) -> bool:
        """Ask whether a batch has ended; if so, fetch its results."""
        client = self._client_of(batch)
        if client is None:
            return False
        sent = batch.one.read_sent()
        view = client.look_up_batch(sent.batch_id)
        if isinstance(view, Fault):
            is_unseen = view.kind is Kind.MODEL
            return (is_unseen and self._lose(batch, sent)) or self._fail_call(batch, client, view)
        age = time.time() - sent.created_at
        self._end_fault(batch)
        if not view.has_ended:
            self._cancel_if_given_up(batch, client, sent)
            batch.not_before = time.monotonic() + wait_before_poll(age)
            return False
        return self._fetch(batch, client, sent)

    def _fetch(self, batch: _OpenBatch, client: BatchClient, sent: Sent) -> bool:
        tally = Tally(batch.one.read_intent(), batch.one.read_sending())
        as_they_are = batch.fetches >= MOST_FETCHES
        found = fetch_results(batch.one, client, sent.batch_id, tally, as_they_are=as_they_are)
        if isinstance(found, Fault):
            if found.kind is Kind.BROKEN:
                batch.fetches += 1
            is_unseen = found.kind is Kind.MODEL
            return (is_unseen and self._lose(batch, sent)) or self._fail_call(batch, client, found)
        if not found:
            return True
        log.warning("flawed results of batch=%s (%s)", sent.batch_id, found)
        if as_they_are:
            return True
        batch.fetches += 1
        batch.not_before = time.monotonic() + wait_after_failures(batch.fetches)
        return False

    def _lose(self, batch: _OpenBatch, sent: Sent) -> bool:
        """Give a batch up that has ended long ago and still can't be found."""
        batch.unseen += 1
        if batch.unseen < MOST_FETCHES or time.time() - sent.created_at < LOST_SECONDS:
            return False
        log.error(
            "lost batch=%s the service has not shown its results since it must have ended: its %d requests "
            "are sent again, and what they may have cost stays in the ledger",
            sent.batch_id,
            batch.one.read_sending().count,
        )
        batch.one.mark(STRUCK, LOST)
        return True

    def _cancel_if_given_up(self, batch: _OpenBatch, client: BatchClient, sent: Sent) -> None:
        """Cancel a batch that is all one job's, when that job is given up."""
        if batch.is_canceled or len(batch.jobs) != 1:
            return
        if self._workshop.find_job(next(iter(batch.jobs))) is None:
            batch.is_canceled = client.cancel_batch(sent.batch_id) is None
            if batch.is_canceled:
                log.info("canceled batch=%s its job is given up", sent.batch_id)

    def _collect(self, batch: _OpenBatch) -> bool:
        """Save the results of a batch, pay for them, and see to what must be asked for again."""
        intent, sending = batch.one.read_intent(), batch.one.read_sending()
        model = self._service.batch_model(batch.model)
        assert model.batches is not None
        collector = Collector(intent, model, self._workshop, self._service.budget)
        collector.save_all(batch.one, model.batches, Tally(intent, sending))
        batch.one.mark(SAVED)
        returned = collector.returned
        log.info(
            "saved batch=%s requests=%d again=%d",
            batch.one.read_sent().batch_id,
            sending.count,
            len(returned.chunks),
        )
        self._note_home(intent)
        self._end_fault(batch)
        if returned.hold is not None:
            self._hold_for(model, returned.hold)
        self._ask_again(returned.chunks, returned.singly)
        return True

    def _note_home(self, intent: Intent) -> None:
        """Nothing of it is out any more."""
        with self._changed:
            for asked in intent.requests:
                key = ChunkKey(asked.job_id, asked.chunk)
                if self._out.get(key, ("", ""))[0] == intent.id:
                    self._take_in(key)

    def _take_in(self, key: ChunkKey) -> None:
        """A chunk is not out any more; the lock is held."""
        if self._out.pop(key, None) is not None:
            self._out_of_job[key.job_id] -= 1

    def _hold_for(self, model: Model, fault: Fault) -> None:
        """Hold everybody for what all requests of a batch have met with."""
        error = model.make_error(fault)
        if isinstance(error, ServiceError):
            _hold_all(Permit(self._admission), error)

    def _ask_again(self, chunks: list[ChunkKey], singly: set[ChunkKey]) -> None:
        """Have chunks asked for again: in the next batch where they are many, else singly."""
        with self._changed:
            for key in chunks:
                self._tries[key] += 1
                if len(chunks) < FEW or key in singly or self._tries[key] > MOST_TRIES:
                    self._singly.add(key)
        for key in chunks:
            self._workshop.bring_back(key)

    def _delete(self, batch: _OpenBatch) -> bool:
        """Have a batch deleted that is saved, and forget it."""
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
            self._undeleted[batch.one.name] = sent.batch_id
            self._say(batch, f"The saved batch {sent.batch_id} could not be deleted at the service "
                      f"({fault.seen}). It is tried again by itself.")  # fmt: skip
            return False
        log.info("deleted batch=%s at the service", sent.batch_id)
        self._forget(batch)
        return False

    def _release(self, batch: _OpenBatch) -> bool:
        """Give back what was reserved for a batch that was never made, and its chunks."""
        intent = batch.one.read_intent()
        if not batch.one.is_lost:
            nothing = [
                Payment(intent.name_of(number), Label(asked.account, asked.chunk), intent.model, Usage(), 0.0)
                for number, asked in enumerate(intent.requests)
            ]
            self._service.budget.record_batch(nothing)
        self._note_home(intent)
        for asked in intent.requests:
            self._workshop.bring_back(ChunkKey(asked.job_id, asked.chunk))
        self._forget(batch)
        return False

    def _forget(self, batch: _OpenBatch) -> None:
        self._faults.pop(batch.one.name, None)
        self._undeleted.pop(batch.one.name, None)
        self._shelf.remove(batch.one)
        with self._changed:
            self._open.remove(batch)

    # --- what goes wrong ------------------------------------------------------------------------------

    def _client_of(self, batch: _OpenBatch) -> BatchClient | None:
        """By what a batch is looked after; None where that is not the service of today."""
        if batch.address != self._service.address:
            reason = f"A batch is out at {batch.address}, which is not today's `base_url`: set that again."
            self._fail(batch, reason)
            return None
        return self._service.batch_model(batch.model).batches

    def _fail_call(self, batch: _OpenBatch, client: BatchClient, fault: Fault) -> bool:
        """A call about a batch has failed; it is made again later. A batch that is not seen is not gone."""
        if fault.kind is Kind.MODEL:
            reason = f"A batch can't be seen at the service ({fault.seen}). It is looked for again by itself."
            if batch.key != self._service.key_mark:
                reason += " It was sent with another key: if that was of another workspace, put it back."
        else:
            reason = str(client.make_error(fault))
        self._fail(batch, reason)
        return False

    def _fail(self, batch: _OpenBatch, reason: str) -> None:
        batch.failures += 1
        batch.not_before = time.monotonic() + wait_after_failures(batch.failures)
        self._faults[batch.one.name] = reason
        self._say(batch, reason)

    def _say(self, batch: _OpenBatch, reason: str) -> None:
        if batch.said != reason:
            log.warning("batch=%s %s", batch.one.name, reason)
        batch.said = reason

    def _end_fault(self, batch: _OpenBatch) -> None:
        batch.failures, batch.said = 0, ""
        self._faults.pop(batch.one.name, None)

    def _tell_faults(self) -> None:
        """Say why batches can't go on, if they can't."""
        with self._changed:
            if not len(self._room):
                self._faults.pop("send", None)
        reason = next(iter(self._faults.values()), None)
        self._workshop.hold_batches(reason, max(0.0, self._due - time.monotonic()))


def _open_batch(one: BatchFolder, intent: Intent) -> _OpenBatch:
    jobs = frozenset(asked.job_id for asked in intent.requests)
    return _OpenBatch(one, intent.model, intent.address, intent.key, jobs)


def _hold_all(permit: Permit, error: ServiceError) -> None:
    if permit.hold_all(error):
        log.warning("held reason=%r", str(error))


def _stage_of(batch: _OpenBatch) -> Stage | None:
    try:
        return batch.one.stage
    except OSError:
        return None


def _describe(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"A batch can't be read or written ({error.strerror}): {error.filename}"
    if isinstance(error, ServiceError):
        return str(error)
    return "What was written down of a batch is damaged."


def _say_no_batches(address: str, fault: Fault) -> str:
    return f"{address} takes no message batches ({fault.seen}). {_TAKES_NONE}"


__all__ = ["Batching", "Sending"]
