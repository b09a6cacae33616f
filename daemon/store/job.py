"""One job: a folder state/<job>/ whose contents say where the job stands. Nothing else does.

    what the folder shows            the job is
    a source, no plan                claimed
    a plan, some chunks missing      working
    every chunk and extra there      complete
    PAUSE                            paused
    FAILED                           failed

Where more than one line fits, the last of them holds.
"""

from __future__ import annotations

import contextlib
import enum
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from daemon.errors import JobError, say_error
from daemon.settings.profile import Settings
from daemon.store import plan
from daemon.store.failure import DISK_FAULT, FAILED, MODEL_RETIRED, MODEL_UNFIT, NO_MEMORY, Failure
from daemon.store.originals import Originals
from daemon.store.pause import PAUSE
from daemon.store.plan import index_lines, index_plan
from daemon.store.saved import checkpoint
from daemon.store.saved.extra import bind_extra, load_extra, name_of_extra, save_extra
from daemon.store.saved.survey import SavedSurvey, load_survey, mark_of, save_survey
from daemon.store.ticket import Ticket
from daemon.system.disk_faults import tells_nothing
from daemon.system.file_names import name_for_shell, shown
from daemon.system.files import Folder
from daemon.system.scratch import Content, pieces_of
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk, kept_original
from daemon.text.json_values import load_json
from daemon.text.names.pseudonyms import Pseudonyms, pseudonyms_of
from daemon.text.results.extra import Kind, MadeExtra

log = logging.getLogger(__name__)


class ChunkGone(JobError):
    """The checkpoint of a chunk that was done is not there any more, or not whole."""


SETTINGS = "settings.json"
STEP = "STEP"  # there while the job is read, planned or rendered
RETRY, FRESH, DISCARD = "RETRY", "FRESH", "DISCARD"  # left by commands for whoever holds the lock
MARKERS = (PAUSE, FAILED, MODEL_RETIRED, MODEL_UNFIT, DISK_FAULT, NO_MEMORY, STEP, RETRY, FRESH, DISCARD)


class JobState(enum.StrEnum):
    """Where a job stands, as its folder shows."""

    CLAIMED = "claimed"
    WORKING = "working"
    COMPLETE = "complete"
    PAUSED = "paused"
    FAILED = "failed"


@dataclass
class _Progress:
    """How much of a plan is done: see `Job`. `foreign` are the names of files that are not of this plan."""

    missing: set[int] = field(default_factory=set)
    missing_extras: set[Kind] = field(default_factory=set)
    flagged: int = 0
    noted: int = 0
    cost: float = 0.0
    foreign: list[str] = field(default_factory=list)

    def add_chunk(self, index: int, result: ProcessedChunk) -> None:
        """Count a chunk that is done."""
        self.missing.discard(index)
        self.flagged += len(result.flags)
        self.noted += len(result.notes)
        self.cost += result.cost


class Job:
    """An open job: its folder, its ticket and, once made, its plan.

    `crashes` is how often in a row a step on it may have taken the program down.
    """

    def __init__(self, folder: Folder, name: str, ticket: Ticket) -> None:
        self.folder = folder
        self.name = name
        self.ticket = ticket
        self.originals = Originals(folder, ticket)
        self.plan: plan.Plan | None = None
        self.crashes = 0
        self._progress = _Progress()
        self._cost_before: float | None = None
        self._override: Settings | None = None
        self._surveyed: tuple[plan.Plan, SavedSurvey] | None = None  # read once for a plan

    def __repr__(self) -> str:
        return f"Job({self.name!r})"

    @property
    def account(self) -> str:
        """What the ledger calls this job: a name may come again, an id does not."""
        return f"{self.pseudonyms.hide_label(self.name)}#{self.ticket.job_id}"

    @property
    def pseudonyms(self) -> Pseudonyms:
        """What stands for names in all that is sent or written down elsewhere; none before it is planned."""
        planned = self.plan  # once: another thread may be reading it anew
        return pseudonyms_of(planned.header.pseudonyms if planned is not None else {})

    @property
    def name_for_shell(self) -> str:
        """What names this job in a command, as it is typed in a shell."""
        return name_for_shell(self.name, self.ticket.job_id)

    @property
    def failure(self) -> Failure:
        """Why it can't go on, where it has failed."""
        return Failure(self.folder, self.name_for_shell)

    @property
    def missing(self) -> set[int]:
        """The chunks that are still to be cleaned, by their indexes."""
        return self._progress.missing

    @property
    def missing_extras(self) -> set[Kind]:
        """The extras that are still to be made."""
        return self._progress.missing_extras

    @property
    def flagged(self) -> int:
        """How many passages keep their original words."""
        return self._progress.flagged

    @property
    def noted(self) -> int:
        """How many differences are worth a look."""
        return self._progress.noted

    @property
    def cost(self) -> float:
        """Dollars, of all that is saved of it."""
        return self._progress.cost

    @property
    def cost_of_this_run(self) -> float:
        """Dollars, without those of chunks that were there when this process first looked."""
        return max(0.0, self.cost - (self._cost_before or 0.0))

    # --- what the folder shows -----------------------------------------------------------------

    def load_progress(self) -> None:
        """Take in the plan and which chunks are done; what is not of this job is set aside."""
        for name in self.peek_at_progress():
            self._set_aside(name)
        if self._cost_before is None:
            self._cost_before = self.cost

    def peek_at_progress(self) -> list[str]:
        """Load the progress without touching anything; the names of what is no plan or chunk of this job."""
        planned = self._read_plan()
        self.crashes = _read_crashes(self._read_file(STEP))
        self._override = self._read_override()
        if planned is None:
            self._forget_progress()
            return [plan.FILE] if self.folder.has(plan.FILE) else []
        found = self._find_progress(planned)
        # The plan comes last: other threads, which see one, see how much of it is done.
        self._progress = found
        self.plan = planned
        return found.foreign

    def _forget_progress(self) -> None:
        """The job has no plan (any more), and so nothing of it is done."""
        self.plan = None
        self._progress = _Progress()

    def _find_progress(self, planned: plan.Plan) -> _Progress:
        """How much of a plan is done, as the files in the folder tell."""
        found = _Progress(set(range(planned.header.chunks)))
        for index in sorted(found.missing.intersection(checkpoint.list_indexes(self.folder.names()))):
            result = checkpoint.load_checkpoint(self.folder, index, self._bind_to(planned, index))
            if result is not None:
                found.add_chunk(index, result)
            else:
                found.foreign.append(checkpoint.name_checkpoint(index))
        for kind in planned.header.settings.extras:
            made = self._load_extra(planned, kind)
            if made is not None:
                found.cost += made.cost
                continue
            found.missing_extras.add(kind)
            if self.folder.has(name_of_extra(kind)):
                found.foreign.append(name_of_extra(kind))
        survey = self._load_survey(planned)
        found.cost += survey.cost if survey is not None else 0.0
        return found

    @property
    def state(self) -> JobState:
        """Where the job stands; one whose folder can't be looked at can't go on."""
        try:
            if self.folder.has(FAILED):
                return JobState.FAILED
            if self.folder.has(PAUSE):
                return JobState.PAUSED
        except OSError:
            return JobState.FAILED
        if self.plan is None:
            return JobState.CLAIMED
        return JobState.WORKING if self.missing else JobState.COMPLETE

    @property
    def paused(self) -> bool:
        """Whether a person paused this one job."""
        return self.folder.has(PAUSE)

    @property
    def may_run(self) -> bool:
        """Whether its chunks may be cleaned: it is neither paused nor failed."""
        return self.state not in (JobState.PAUSED, JobState.FAILED)

    @property
    def given_up(self) -> str | None:
        """DISCARD or FRESH where a person ended the job, None where nobody did."""
        return next((marker for marker in (DISCARD, FRESH) if self.folder.has(marker)), None)

    @property
    def gone(self) -> bool:
        """Whether the folder was deleted under our hands."""
        return self.folder.fd < 0 or os.fstat(self.folder.fd).st_nlink == 0

    @property
    def had_plan(self) -> bool:
        """Whether a plan of it lies set aside: its source could be read once."""
        return bool(self.folder.names(f"{plan.FILE}."))

    @property
    def untouched(self) -> bool:
        """Whether the job has a plan and not a single saved chunk."""
        planned = self.plan
        return planned is not None and len(self.missing) == planned.header.chunks

    @property
    def seems_whole(self) -> bool:
        """Whether the plan is the one in use and each chunk has a file; what is in those is not looked at."""
        there = checkpoint.list_indexes(self.folder.names())
        return not self.plan_changed and set(there).issuperset(range(self.header.chunks))

    @property
    def plan_changed(self) -> bool:
        """Whether the plan on the disk is not, or no longer, the one in use."""
        return self._read_plan() != self.plan

    @property
    def header(self) -> plan.Header:
        """The plan's header; JobError where there is no plan."""
        return self._need_plan().header

    @property
    def settings(self) -> Settings:
        """What the missing chunks are cleaned under: the plan's, or those that a retry took."""
        return self._override or self.header.settings

    @property
    def survey(self) -> SavedSurvey | None:
        """What came of its survey, None where it has or is to have none; OSError while a disk is away."""
        planned, surveyed = self._need_plan(), self._surveyed
        if surveyed is not None and surveyed[0] is planned:
            return surveyed[1]
        found = self._load_survey(planned)
        self._surveyed = (planned, found) if found is not None else None
        return found

    def _load_survey(self, planned: plan.Plan) -> SavedSurvey | None:
        header = planned.header
        if not header.may_be_surveyed:
            return None
        return load_survey(self.folder, mark_of(header))

    @property
    def last_saved_at(self) -> float:
        """When the newest of its chunks was saved, in seconds since the epoch; 0 where none is."""
        names = map(checkpoint.name_checkpoint, checkpoint.list_indexes(self.folder.names()))
        found = [stat.st_mtime for stat in map(self.folder.stat, names) if stat is not None]
        return max(found, default=0.0)

    def find_extra(self, kind: Kind) -> MadeExtra | None:
        """An extra of it, None where that is not made; OSError while a disk is away."""
        return self._load_extra(self._need_plan(), kind)

    def _load_extra(self, planned: plan.Plan, kind: Kind) -> MadeExtra | None:
        return load_extra(self.folder, kind, bind_extra(self.ticket.job_id, planned.header))

    def read_chunk(self, index: int) -> Chunk:
        """A chunk as planned; JobError when the plan can no longer be read, OSError while a disk is away."""
        try:
            return self._need_plan().read_chunk(self.folder, index)
        except (OSError, ValueError, LookupError) as error:
            if isinstance(error, OSError) and tells_nothing(error):
                raise
            raise JobError(
                f"{plan.FILE} of {shown(self.name)} can't be read ({say_error(error)}).",
                "It was changed or damaged; remove it and run `transcriptd retry`.",
            ) from None

    def load_result(self, index: int) -> ProcessedChunk | None:
        """A chunk's checkpoint, None where it isn't done; OSError while a disk is away."""
        return checkpoint.load_checkpoint(self.folder, index, self.bind_chunk(index))

    def bind_chunk(self, index: int) -> checkpoint.Binding:
        """What a chunk's checkpoint is bound to; JobError where there is no plan."""
        return self._bind_to(self._need_plan(), index)

    def _bind_to(self, planned: plan.Plan, index: int) -> checkpoint.Binding:
        return checkpoint.Binding(self.ticket.job_id, planned.lines[index].digest, planned.settings_digest)

    def read_pairs(self) -> Iterator[tuple[Chunk, ProcessedChunk]]:
        """Every chunk with its result, in order, read one by one.

        Raises ChunkGone where a result is missing, and as `read_chunk`.
        """
        for index in range(self.header.chunks):
            result = self.load_result(index)
            if result is None:
                raise ChunkGone(f"Chunk {index} of {shown(self.name)} is gone.", "Run `transcriptd retry`.")
            yield self.read_chunk(index), result

    def read_pairs_so_far(self, reason: str) -> Iterator[tuple[Chunk, ProcessedChunk]]:
        """The pairs of an unfinished job: what is missing has its original words, flagged."""
        for index in range(self.header.chunks):
            chunk = self.read_chunk(index)
            yield chunk, self.load_result(index) or kept_original(chunk, reason)

    # --- what the job writes --------------------------------------------------------------------

    def freeze_plan(
        self,
        content: Content,
        results: Iterable[ProcessedChunk] = (),
        extras: Mapping[Kind, MadeExtra] = MappingProxyType({}),
    ) -> None:
        """Write the plan; from here on the source is not parsed again.

        `results` are those of chunks that need no cleaning, `extras` those that need not be made. They are
        written before the plan, so that no start after a crash finds the plan without them.
        """
        if self.folder.has(plan.FILE) and self._read_plan() is None:
            self._set_aside(plan.FILE)
        planned = index_plan(content)
        assert planned is not None
        for result in results:
            checkpoint.save_checkpoint(self.folder, self._bind_to(planned, result.chunk_index), result)
        for kind, made in extras.items():
            save_extra(self.folder, kind, bind_extra(self.ticket.job_id, planned.header), made)
        self.folder.write(plan.FILE, pieces_of(content))
        self.load_progress()

    def remove_plan(self) -> None:
        """Remove a plan of which no chunk is saved, so that it is made anew."""
        self.folder.unlink(plan.FILE)
        self.folder.fsync()
        self._forget_progress()

    def save_chunk(self, result: ProcessedChunk) -> None:
        """Write a chunk's checkpoint; OSError when it can't be, and then nothing is lost but time."""
        name = checkpoint.name_checkpoint(result.chunk_index)
        if self.folder.has(name) and self.load_result(result.chunk_index) is None:
            self._set_aside(name)
        checkpoint.save_checkpoint(self.folder, self.bind_chunk(result.chunk_index), result)
        self._progress.add_chunk(result.chunk_index, result)

    def save_survey(self, survey: SavedSurvey) -> None:
        """Write down what its survey came to; OSError when that can't be."""
        self._surveyed = None
        save_survey(self.folder, mark_of(self.header), survey)
        self._progress.cost += survey.cost

    def save_extra(self, kind: Kind, made: MadeExtra) -> None:
        """Write an extra down; OSError when that can't be."""
        save_extra(self.folder, kind, bind_extra(self.ticket.job_id, self.header), made)
        self._progress.missing_extras.discard(kind)
        self._progress.cost += made.cost

    def drop_extra(self, kind: Kind) -> None:
        """Set an extra aside that is about another text than this job's, so that it is made again."""
        self._set_aside(name_of_extra(kind))
        self._progress.missing_extras.add(kind)

    def use_settings(self, today: Settings) -> None:
        """Have what is left cleaned under these settings, from here on and at each later start."""
        self.folder.write(SETTINGS, json.dumps(today.to_dict()).encode())
        self._override = today

    @contextlib.contextmanager
    def run_step(self) -> Iterator[None]:
        """Mark a step that reads, plans or renders; a mark found at a start says that it took us down.

        Not a step that waits for the disk: a plug pulled then says nothing of the job. `crashes` is how
        often that happened, with no step between that came to its end.
        """
        self.folder.note(STEP, b"%d\n" % (self.crashes + 1))
        try:
            yield
        finally:
            self.end_step()

    def end_step(self) -> None:
        """The step is over, however it went: the process lives."""
        self.crashes = 0
        with contextlib.suppress(OSError):  # left behind it counts as one crash; that harms nobody
            self.folder.unlink(STEP)

    def leave_marker(self, marker: str, text: str = "") -> None:
        """Leave a marker file for whoever works on this job."""
        self.folder.write(marker, text.encode("utf-8", "replace"))

    def remove_marker(self, marker: str) -> None:
        """Remove a marker file."""
        self.folder.unlink(marker)
        self.folder.fsync()

    def _read_plan(self) -> plan.Plan | None:
        try:
            with self.folder.reading(plan.FILE) as file:
                return index_lines(file)
        except OSError as error:
            if tells_nothing(error):
                raise
            return None

    def _need_plan(self) -> plan.Plan:
        planned = self.plan
        if planned is None:
            raise JobError(f"{shown(self.name)} has no plan.", "Run `transcriptd retry`.")
        return planned

    def _read_override(self) -> Settings | None:
        try:
            return Settings.from_dict(load_json(self._read_file(SETTINGS) or b""))
        except (ValueError, LookupError, TypeError):
            return None

    def _read_file(self, name: str) -> bytes | None:
        """What a file holds, None where there is none, or none to be read.

        Raises OSError while a disk or share is away: settings that can't be read just now must not be taken
        for none.
        """
        try:
            return self.folder.read(name)
        except OSError as error:
            if tells_nothing(error):
                raise
            return None

    def _set_aside(self, name: str) -> None:
        log.warning(
            "set-aside job=%s file=%s its content is not of this job and plan", shown(self.name), name
        )
        self.folder.set_aside(name)


def _read_crashes(data: bytes | None) -> int:
    """How many crashes a STEP counts: one where it says no number; none where there is no STEP."""
    if data is None:
        return 0
    return int(data) if data.strip().isdigit() else 1
