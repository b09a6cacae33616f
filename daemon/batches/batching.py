"""Message batches of one state folder: they are gathered, sent, watched and collected on one thread.

What is done next with a batch, `protocol` decides; the thread carries it out. A worker that takes a chunk
which is to go in a batch, or is out in one, gives it to `take_over`, and is free for the next. The thread is
begun with the first of them.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time

from daemon.batches.care import BatchCare, open_batch
from daemon.batches.chunk_book import ChunkBook
from daemon.batches.collect import Returned
from daemon.batches.protocol import OUT
from daemon.batches.record import BatchFolder, BatchShelf, Overview
from daemon.batches.send_when_due import DueSender
from daemon.batches.surroundings import ChunkKey, Group, Service, Surroundings, Workshop
from daemon.costs.ledger_file import clean_job_name
from daemon.errors import locate_bug
from daemon.store.job import Job
from daemon.system.files import Folder
from daemon.system.process.threads import NoThreadError, start_lasting_thread
from daemon.workers.admission import Admission, Permit

log = logging.getLogger(__name__)

_LONGEST_REST = 60.0  # seconds between two looks at everything
_THREAD_AGAIN = 5.0  # seconds, as people are told, until a thread that could not be started is tried again


class Batching:
    """All batches of a state folder; thread-safe. `service` may be replaced at any time.

    Raises OSError where what was left of earlier batches can't be read.
    """

    def __init__(self, state: Folder, service: Service, admission: Admission, workshop: Workshop) -> None:
        self._shelf = BatchShelf(state)
        self._surroundings = Surroundings(self._shelf, service, workshop, admission)
        self._admission = admission
        self._workshop = workshop
        self._changed = threading.Condition()
        self._chunks = ChunkBook(self._shelf, self._changed)
        self._has_new_service = False  # what waits was chosen for the one before
        self._asked = self._resting = self._stopping = False
        self._left_alone = frozenset[str]()  # jobs in batches that can't be read, as the ledger calls them
        self._due = 0.0
        self._thread: threading.Thread | None = None
        self._care = BatchCare(self._surroundings, self._chunks.note_home, self._ask_again)
        self._sender = DueSender(
            self._surroundings, self._chunks, self._care, self._look_by, self._look_again
        )
        self._recover()

    # --- from the loop ----------------------------------------------------------------------------

    def take_over(self, key: ChunkKey, job: Job, permit: Permit) -> bool:
        """Whether the batches take a chunk over from its worker: it is out, waits to be sent, or is saved.

        So they do where it may be out in a batch that can't be read.
        """
        with self._changed:
            if self._chunks.is_out(key, job) or key.chunk not in job.missing:
                return True
            if clean_job_name(job.account) in self._left_alone:
                return True
            group = self._choose_group(key, job, permit)
            if group is None or not self._chunks.let_wait(group, key, job):
                return False
            self._wake_thread()
            return True

    def note_cleaned(self, key: ChunkKey, *, answered: bool) -> None:
        """Note that a worker has asked for a chunk itself, and whether it was answered."""
        with self._changed:
            marks = self._chunks.end_trials(key, answered=answered)
            if marks:
                self._wake_thread()
        if answered:
            with contextlib.suppress(OSError):  # after a restart it would be tried once more
                for mark in marks:
                    self._shelf.note_tried(mark)

    def forget_job(self, job_id: str, *, is_over: bool = False) -> None:
        """Let no chunk of a job wait any longer, since it is over or rests. What is out still comes home."""
        with self._changed:
            if self._chunks.forget_job(job_id, is_over=is_over):
                self._wake_thread()

    def has_out(self, job_id: str) -> bool:
        """Whether anything of a job is out."""
        return self._chunks.has_out(job_id)

    def adopt(self, service: Service) -> None:
        """Go on with another service or other settings; everything is looked at again at once."""
        with self._changed:
            self._surroundings.service = service
            self._has_new_service = True
            self._sender.forget_service()
            for batch in self._care.open:
                batch.not_before = 0.0
            self._wake_thread()

    def note_incoming(self, *, nothing_comes: bool) -> None:
        """Note whether more will come for now; what waits is sent when nothing does."""
        with self._changed:
            self._chunks.nothing_comes = nothing_comes
            is_due = nothing_comes and self._chunks.waiting and not self._sender.is_put_off
            is_missing = self._asked and self._thread is None  # the system started none
            if is_due or is_missing:
                self._wake_thread()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing that could be done now."""
        with self._changed:
            if self._thread is None:
                return self._stopping or not self._asked
            return self._resting and not self._asked and time.monotonic() < self._due

    @property
    def waiting(self) -> int:
        """How many chunks wait to be sent."""
        return self._chunks.waiting

    @property
    def overview(self) -> Overview:
        """How many requests are out, since when, and until when."""
        overview = Overview()
        for batch in list(self._care.open):
            overview = batch.one.add_to(overview, batch.made)
        return overview

    @property
    def problem(self) -> str | None:
        """Which saved batch could not be deleted at the service, None where none lies there."""
        batch_id = next(iter(list(self._care.undeleted.values())), None)
        if batch_id is None:
            return None
        return f"the saved batch {batch_id} could not be deleted at the service; it is tried again by itself"

    def start(self) -> None:
        """Begin the thread where something was left of earlier batches."""
        with self._changed:
            if self._care.open or self._care.faults:
                self._wake_thread()

    def close(self, seconds: float) -> bool:
        """Begin nothing more, and wait so many seconds for what is under way. True when that has ended."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(seconds)
            if self._thread.is_alive():
                return False
        for batch in self._care.open:
            batch.one.folder.close()
        return True

    @property
    def _service(self) -> Service:
        return self._surroundings.service

    def _choose_group(self, key: ChunkKey, job: Job, permit: Permit) -> Group | None:
        """The group that a chunk is sent with in a batch; None where it needs a request of its own."""
        if permit.is_probe or self._chunks.goes_singly(key) or not self._service.wants_batch(job.ticket):
            return None
        return self._service.group_of(job.settings)

    def _wake_thread(self) -> None:
        """Have the thread look at everything; it is begun where it was not yet. The lock is held."""
        self._asked = True
        if self._thread is None and not self._stopping:
            self._start_thread()
        self._changed.notify_all()

    def _start_thread(self) -> None:
        """Start the thread; where the system starts none it is said, and tried again at each look."""
        try:
            self._thread = start_lasting_thread(self._run, "batches")
        except NoThreadError as error:
            self._workshop.hold_batches(str(error), _THREAD_AGAIN)
        else:
            self._workshop.hold_batches(None, 0.0)

    # --- the thread -------------------------------------------------------------------------------

    def _recover(self) -> None:
        for one in self._shelf.open_all():
            try:
                intent = one.read_intent()
            except ValueError as error:
                self._leave_alone(one, str(error))
                continue
            self._care.open.append(open_batch(one, intent))
            if one.stage in OUT:
                self._chunks.note_out(intent, one.read_left_out())

    def _leave_alone(self, one: BatchFolder, reason: str) -> None:
        """Ask for nothing of the jobs in a batch that can't be read: what is out is paid for already."""
        log.error("unread batch=%s %s", one.name, reason)
        if one.stage in OUT:
            self._left_alone |= self._service.budget.list_jobs_in_batch(one.name)
            self._care.faults[one.name] = reason
        one.folder.close()

    def _run(self) -> None:
        while self._rest():
            try:
                self._look_at_all()
            except Exception as error:  # noqa: BLE001 - without this thread no batch would come home
                log.error("bug=%s in the batches\n%s", type(error).__name__, locate_bug(error))
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
        for group in self._chunks.list_groups():
            self._sender.look_at_group(group)
        for batch in list(self._care.open):
            if self._is_leaving:
                return
            if time.monotonic() >= batch.not_before:
                self._care.advance_batch(batch)
            self._look_by(batch.not_before)
        self._tell_faults()

    def _drop_unwanted(self) -> None:
        """Give back to the workers what waits and, by a new service's settings, goes in no batch any more."""
        with self._changed:
            if not self._has_new_service:
                return
            self._has_new_service = False
            unwanted = self._chunks.remove_unwanted(lambda job: self._service.wants_batch(job.ticket))
        for key in unwanted:
            self._workshop.bring_back(key)

    def _look_by(self, moment: float) -> None:
        """Look at everything again at this moment (monotonic seconds) at the latest."""
        self._due = min(self._due, moment)

    def _look_again(self) -> None:
        """Look at everything again at once."""
        self._asked = True

    def _ask_again(self, returned: Returned) -> None:
        """Have chunks asked for again."""
        self._chunks.note_returned(returned)
        for key in returned.chunks:
            self._workshop.bring_back(key)

    def _tell_faults(self) -> None:
        """Say why batches can't go on, if they can't."""
        if not self._chunks.waiting:
            self._care.faults.pop("send", None)
        reason = next(iter(self._care.faults.values()), None)
        self._workshop.hold_batches(reason, max(0.0, self._due - time.monotonic()))
