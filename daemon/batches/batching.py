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

from daemon.batches.care import (
    AFTER_TROUBLE,
    BatchCare,
    describe_trouble,
    find_stage_of,
    hold_all,
    open_batch,
)
from daemon.batches.collect import Returned
from daemon.batches.gather import WaitingRoom
from daemon.batches.protocol import (
    FEW,
    MOST_TRIES,
    OUT,
    Stage,
    wait_after_failures,
    wait_before_poll,
)
from daemon.batches.record import (
    BatchShelf,
    Intent,
    Overview,
    Sending,
)
from daemon.batches.send import Dispatch, Limits, Sender
from daemon.batches.surroundings import ChunkKey, Group, Service, Workshop
from daemon.cleaning.llm.faults import MENDED_PROBE, OUTAGE_PROBE, Fault, Kind, Whose
from daemon.cleaning.llm.model import Model
from daemon.errors import ServiceError
from daemon.store.job import Job
from daemon.system.files import Folder
from daemon.workers.admission import Admission, Permit

log = logging.getLogger(__name__)

_LONGEST_REST = 60.0
# What single requests meet with as well: one of them finds out when it is over. All else is about batches.
_OF_EVERYTHING = frozenset(
    {Kind.CREDIT, Kind.NO_KEY, Kind.NO_CLIENT, Kind.CERTIFICATE, Kind.NO_TLS, Kind.KEY}
)
_TAKES_NONE = "Set `batch: false` in config.yaml; what waits is then sent singly."


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
        self._put_off_for = ""
        self._create_failures = 0
        self._nothing_comes = False
        self._has_new_service = False  # and what waits was chosen for another
        self._asked = self._resting = self._stopping = False
        self._due = 0.0
        self._thread: threading.Thread | None = None
        self._care = BatchCare(
            self._shelf, lambda: self._service, workshop, admission, self._note_home, self._ask_again
        )
        self._faults = self._care.faults
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
            self._has_new_service = True
            self._create_not_before = 0.0
            self._takes_batches.clear()
            for batch in self._care.open:
                batch.not_before = 0.0
            self._ask()

    def note_incoming(self, *, nothing_comes: bool) -> None:
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
        for batch in list(self._care.open):
            stage = find_stage_of(batch)
            if stage in OUT and stage is not Stage.INTENDED:
                sent = batch.made if stage is Stage.UNKNOWN else batch.one.read_sent()
                overview = overview.add(batch.one.read_sending(), sent)
        return overview

    @property
    def problem(self) -> str | None:
        """Which saved batch could not be deleted at the service, None where none lies there."""
        batch_id = next(iter(list(self._care.undeleted.values())), None)
        if batch_id is None:
            return None
        return f"the saved batch {batch_id} could not be deleted at the service; it is tried again by itself"

    def start(self) -> None:
        """Go on with what was left of earlier batches."""
        with self._changed:
            if self._care.open:
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
        for batch in self._care.open:
            batch.one.folder.close()
        self._shelf.close()
        return True

    # --- what is known; the lock is held ------------------------------------------------------------

    def _is_out(self, key: ChunkKey, job: Job) -> bool:
        _, line = self._out.get(key, ("", ""))
        return bool(line) and line == job.bind_chunk(key.chunk).line

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
            self._care.open.append(open_batch(one, intent))
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
        for batch in list(self._care.open):
            if self._is_leaving:
                return
            if time.monotonic() >= batch.not_before:
                self._care.advance_batch(batch)
            self._due = min(self._due, batch.not_before)
        self._tell_faults()

    def _drop_unwanted(self) -> None:
        """Give back to the workers what waits and, by a new service's settings, goes in no batch any more."""
        with self._changed:
            if not self._has_new_service:
                return
            self._has_new_service = False
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
            # Thousands may wait, and each that comes has all looked at: they are listed only to be sent.
            chunks = self._room.list_chunks(group) if is_due else []
        if now < self._create_not_before:
            # It was let go of where nothing waited for a moment, until the workers had given it back.
            self._faults["send"] = self._put_off_for
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
            self._put_off_sending(describe_trouble(error), AFTER_TROUBLE)
        self._take_stock(dispatch)
        if dispatch.shortage is not None and dispatch.made is None:
            hold_all(permit, dispatch.shortage)
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
                batch = open_batch(dispatch.one, dispatch.intent)
                batch.made = dispatch.made
                if dispatch.made is not None:
                    batch.not_before = time.monotonic() + wait_before_poll(0.0)
                self._care.open.append(batch)
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
        if fault.kind in _OF_EVERYTHING and isinstance(error, ServiceError):
            hold_all(permit, error)
        elif fault.policy.whose is Whose.SERVICE:
            self._create_failures += 1
            wait = max(fault.retry_after or 0.0, wait_after_failures(self._create_failures))
            self._put_off_sending(str(error), wait)
        elif fault.kind is Kind.PERMISSION:
            self._put_off_sending(str(error), MENDED_PROBE)
        else:
            self._put_off_sending(_say_no_batches(self._service.address, fault), MENDED_PROBE)

    def _put_off_sending(self, reason: str, seconds: float) -> None:
        self._create_not_before, self._put_off_for = time.monotonic() + seconds, reason
        self._due = min(self._due, self._create_not_before)
        if self._faults.get("send") != reason:
            log.warning("held batches: %s", reason)
        self._faults["send"] = reason

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

    def _ask_again(self, returned: Returned) -> None:
        """Have chunks asked for again: in the next batch where they are many, else singly."""
        chunks = returned.chunks
        with self._changed:
            for key in chunks:
                self._tries[key] += 1
                if len(chunks) < FEW or key in returned.singly or self._tries[key] > MOST_TRIES:
                    self._singly.add(key)
        for key in chunks:
            self._workshop.bring_back(key)

    def _tell_faults(self) -> None:
        """Say why batches can't go on, if they can't."""
        with self._changed:
            if not len(self._room):
                self._faults.pop("send", None)
        reason = next(iter(self._faults.values()), None)
        self._workshop.hold_batches(reason, max(0.0, self._due - time.monotonic()))


def _say_no_batches(address: str, fault: Fault) -> str:
    return f"{address} takes no message batches ({fault.seen}). {_TAKES_NONE}"


__all__ = ["Batching", "Sending"]
