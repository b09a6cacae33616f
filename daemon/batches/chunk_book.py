"""Where each chunk is that concerns the batches: it waits for one, is out in one, or goes singly."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from daemon.batches.collect import Returned
from daemon.batches.gather import WaitingRoom
from daemon.batches.protocol import FEW, MOST_TRIES
from daemon.batches.record import BatchShelf, Intent
from daemon.batches.surroundings import ChunkKey, Group
from daemon.store.job import Job


class ChunkBook:
    """Knows where chunks are, and which settings were tried; thread-safe by a lock that may be taken twice.

    Nothing goes in a batch under settings that no single request has been answered under: one chunk, the
    trial, is asked for first. `nothing_comes`: nothing more will come for now.
    """

    def __init__(self, shelf: BatchShelf, lock: threading.Condition) -> None:
        self.nothing_comes = False
        self._shelf = shelf
        self._lock = lock
        self._room = WaitingRoom()
        self._out: dict[ChunkKey, tuple[str, set[str]]] = {}  # the chunk's line in its plan, and the batches
        self._out_of_job: Counter[str] = Counter()
        self._singly: set[ChunkKey] = set()
        self._tries: Counter[ChunkKey] = Counter()
        self._tried: set[str] = set()
        self._trials: dict[str, ChunkKey] = {}  # the one chunk that is asked for first, by the settings' mark
        self._asked: set[ChunkKey] = set()  # of those, which a worker asks for just now

    # --- what waits -------------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """How many chunks wait to be sent."""
        with self._lock:
            return len(self._room)

    def let_wait(self, group: Group, key: ChunkKey, job: Job) -> bool:
        """Let a chunk wait for a batch; False where it is the trial of its settings, and goes singly."""
        with self._lock:
            if not self.was_tried(group) and self._trials.setdefault(group.mark, key) == key:
                self._room.remove(key)
                self._asked.add(key)
                return False
            self._room.add(group, key, job, time.monotonic())
            return True

    def remove_waiting(self, keys: Sequence[ChunkKey]) -> None:
        """Let chunks wait no longer."""
        with self._lock:
            for key in keys:
                self._room.remove(key)

    def remove_unwanted(self, is_wanted: Callable[[Job], bool]) -> list[ChunkKey]:
        """Let the chunks of some jobs wait no longer; which those are."""
        with self._lock:
            unwanted = [key for key, job in self._room.list_all() if not is_wanted(job)]
            self.remove_waiting(unwanted)
        return unwanted

    def remove_first(self, group: Group) -> ChunkKey | None:
        """Let the first chunk of a group that may run wait no longer; None where none may."""
        with self._lock:
            for key, job in self._room.list_chunks(group):
                if job.may_run:
                    self._room.remove(key)
                    return key
        return None

    def list_groups(self) -> list[Group]:
        """The groups of which something waits."""
        with self._lock:
            return self._room.list_groups()

    def list_due(self, group: Group, now: float, seconds: float) -> list[tuple[ChunkKey, Job]] | None:
        """What waits of a group, None where it is not due yet; it is gathered for so many seconds at most.

        Thousands may wait, and each new one has all of them looked at: they are listed only to be sent.
        """
        with self._lock:
            if not self._room.is_due(group, now, seconds, nothing_comes=self.nothing_comes):
                return None
            return self._room.list_chunks(group)

    # --- what is out, and what goes singly ----------------------------------------------------------

    def goes_singly(self, key: ChunkKey) -> bool:
        """Whether a chunk must be asked for singly, whatever its job's settings say."""
        with self._lock:
            return key in self._singly

    def is_out(self, key: ChunkKey, job: Job) -> bool:
        """Whether a chunk is out as its plan has it today."""
        with self._lock:
            line, _ = self._out.get(key, ("", set()))
            return bool(line) and line == job.bind_chunk(key.chunk).line

    def has_out(self, job_id: str) -> bool:
        """Whether anything of a job is out."""
        with self._lock:
            return self._out_of_job[job_id] > 0

    def note_out(self, intent: Intent, left_out: Collection[int] = ()) -> None:
        """Note that the chunks of a batch are out from now on, but for requests of some numbers.

        One may be out in two, where nobody can tell that the first has left it out.
        """
        with self._lock:
            for number, asked in enumerate(intent.requests):
                if number in left_out:
                    continue
                key = ChunkKey(asked.job_id, asked.chunk)
                line, batches = self._out.get(key, ("", set()))
                self._take_in(key)
                self._out[key] = asked.line, {intent.id, *(batches if line == asked.line else ())}
                self._out_of_job[key.job_id] += 1
                self._room.remove(key)

    def note_home(self, batch: str) -> list[ChunkKey]:
        """Note that nothing of a batch, by its name, is out any more; the chunks that now are in none."""
        with self._lock:
            chunks = [key for key, (_, batches) in self._out.items() if batches == {batch}]
            for key in chunks:
                self._take_in(key)
            for _, batches in self._out.values():
                batches.discard(batch)
        return chunks

    def note_unsent(self, unsent: Sequence[ChunkKey], singly: Sequence[ChunkKey], *, were_out: bool) -> None:
        """Note which chunks did not go with a batch that was being sent, and which of them never will.

        `were_out`: the batch had been begun, so that they were taken for out.
        """
        with self._lock:
            self._singly.update(singly)
            self.remove_waiting((*unsent, *singly))
            if were_out:
                for key in unsent:
                    self._take_in(key)

    def note_returned(self, returned: Returned) -> None:
        """Note that chunks must be asked for again: in the next batch where they are many, else singly.

        Those whose batch was not found go in the next however few they are, but not without end: each may
        be made, and paid for, by a service whose answers and lists can't be understood.
        """
        with self._lock:
            for key in returned.chunks:
                self._tries[key] += 1
                is_few = len(returned.chunks) < FEW and not returned.was_sought
                if is_few or key in returned.singly or self._tries[key] > MOST_TRIES:
                    self._singly.add(key)

    def _take_in(self, key: ChunkKey) -> None:
        """A chunk is not out any more; the lock is held."""
        if self._out.pop(key, None) is not None:
            self._out_of_job[key.job_id] -= 1
            if not self._out_of_job[key.job_id]:
                del self._out_of_job[key.job_id]

    # --- trials -----------------------------------------------------------------------------------

    def was_tried(self, group: Group) -> bool:
        """Whether a single request was ever answered under the settings of a group."""
        with self._lock:
            if group.mark not in self._tried and self._shelf.was_tried(group.mark):
                self._tried.add(group.mark)
            return group.mark in self._tried

    def choose_trial(self, group: Group) -> ChunkKey | None:
        """Let one chunk that waits be the trial of its settings; None where there is one, or none may run."""
        with self._lock:
            if group.mark in self._trials or self.was_tried(group):
                return None
            key = self.remove_first(group)
            if key is not None:
                self._trials[group.mark] = key
            return key

    def end_trials(self, key: ChunkKey, *, answered: bool) -> list[str]:
        """A worker has asked for a chunk; the marks of the settings that it was the trial of."""
        with self._lock:
            marks = [mark for mark, trial in self._trials.items() if trial == key]
            self._asked.discard(key)
            for mark in marks:
                del self._trials[mark]
            if answered:
                self._tried.update(marks)
                self._singly.discard(key)
        return marks

    def forget_job(self, job_id: str, *, is_over: bool = False) -> bool:
        """Let no chunk of a job wait any longer; what is out stays out. True when one of them was a trial.

        How often its chunks were asked for again is forgotten only once it is over. A chunk that a worker
        asks for just now stays a trial: its job may be over before the worker is done.
        """
        with self._lock:
            self.remove_waiting([key for key, _ in self._room.list_all() if key.job_id == job_id])
            if is_over:
                self._tries = Counter({key: n for key, n in self._tries.items() if key.job_id != job_id})
            self._singly = {key for key in self._singly if key.job_id != job_id}
            left = [(mark, key) for mark, key in self._trials.items() if key not in self._asked]
            marks = [mark for mark, key in left if key.job_id == job_id]
            for mark in marks:
                del self._trials[mark]
        return bool(marks)
