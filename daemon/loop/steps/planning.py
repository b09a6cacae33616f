"""How a job is planned: its source is read, cut into chunks and frozen as its plan.

Where a result of the same bytes lies in the outbox, its chunks are copied into the job's folder: what was
cleaned once is not paid for again.
"""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from daemon.delivery.copies import Copies
from daemon.delivery.flagged import find_earlier, keep_earlier, keep_survey
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.errors import DuplicateError, InputError, JobError
from daemon.intake.claim import refuse_large
from daemon.intake.planning import make_plan
from daemon.loop.provider import Access
from daemon.settings.config import MEGABYTE
from daemon.settings.profile import Settings
from daemon.settings.sidecar import is_sidecar, parse_sidecar
from daemon.store.job import Job
from daemon.store.plan import index_plan, mark_copy, read_chunks
from daemon.store.retry import retry_failed
from daemon.store.ticket import Flagged
from daemon.system.file_names import name_for_shell, shown
from daemon.system.open_file import is_open_elsewhere
from daemon.system.scratch import Content

log = logging.getLogger(__name__)

_MOST_OF_OTHERS = 5 * MEGABYTE


class Planning:
    """Plans jobs under today's settings, which `access` gives; asks the outbox only what is done already."""

    def __init__(self, outbox: Outbox, access: Callable[[], Access]) -> None:
        self._outbox = outbox
        self._access = access
        self._copies = Copies(outbox)

    @property
    def most_bytes(self) -> float:
        """The size of the largest file that is read, in bytes."""
        return self._access().root.config.max_file_mb * MEGABYTE

    def plan_job(self, job: Job, others: list[Job]) -> Job | None:
        """Read the source and freeze the plan; raises InputError when it can never be cleaned.

        Where another of the jobs is of the same bytes, that one is given back, and nothing is frozen: what is
        cleaned for it will do for both.
        """
        settings = self._access().settings_for(job.ticket)
        if job.ticket.flagged is not None:
            self._plan_flagged(job, job.ticket.flagged, settings, others)
            return None
        with job.run_step():
            data = self._make_plan(job, settings)
        planned = index_plan(data)
        assert planned is not None
        sha256 = planned.header.sha256
        self._refuse_in_work(job, sha256, settings.digest, others)
        self._refuse_delivered(job, sha256, settings.digest)
        self._outbox.try_name(job.ticket.name, job.ticket.job_id)
        if settings.provider == "offline" or job.ticket.redo_of:  # nothing is paid, or a person wants it anew
            job.freeze_plan(data)
        elif (twin := _find_twin(job, sha256, settings.digest, others)) is not None:
            return twin
        else:
            self._freeze_or_copy(job, data, sha256, settings.digest)
        log.info("planned job=%s words=%d chunks=%d", shown(job.name), job.header.words, job.header.chunks)
        return None

    def _plan_flagged(self, job: Job, flagged: Flagged, today: Settings, others: list[Job]) -> None:
        """Freeze a plan in which only the flagged passages of an earlier result are to be cleaned."""
        earlier = find_earlier(self._outbox, job.ticket.name, flagged)
        settings = earlier.settings_under(today, flagged.model)
        self._refuse_in_work(job, earlier.sha256, settings.digest, others)
        with job.run_step():
            data = self._make_plan(job, settings)
            open_chunks = earlier.compare(data)
        self._outbox.try_name(job.ticket.name, job.ticket.job_id)
        for result in open_chunks:
            keep_earlier(job.folder, result)
        if earlier.survey is not None:
            keep_survey(job.folder, earlier.survey, data)
        job.freeze_plan(data, earlier.finished)
        log.info("planned job=%s flagged chunks=%d", shown(job.name), len(open_chunks))

    def _freeze_or_copy(self, job: Job, data: Content, sha256: str, digest: str) -> None:
        """Freeze the plan; where there is a result of the same bytes, with what was cleaned for that."""
        original = self._copies.find_original(sha256, digest)
        results = iter(()) if original is None else original.results_for(read_chunks(data))
        first = next(results, None)
        if original is None or first is None:
            job.freeze_plan(data)
            return
        copied = itertools.chain([first], results)
        job.freeze_plan(mark_copy(data, original.path, job.folder), copied, original.extras)
        log.info(
            "copied job=%s from=%r the same file was cleaned as that: %d of %d chunks need no request",
            shown(job.name),
            shown(original.path),
            job.header.chunks - len(job.missing),
            job.header.chunks,
        )

    def note_delivery(self, job: Job, path: str) -> None:
        """A job has become a result, from which exact copies of its source can be delivered."""
        self._copies.note_delivery(path, job.header.sha256, job.header.settings.digest)

    def _make_plan(self, job: Job, settings: Settings) -> Content:
        """The plan, from the first of the originals that can be read; raises the source's InputError."""
        title = parse_sidecar(job.ticket.sidecar).title
        unread: dict[str, str] = {}
        fault: InputError | None = None
        source, *beside = job.originals.list_names()  # the source may be a .yaml, where a person named that
        originals = [source, *(each for each in beside if not is_sidecar(each[0]))]
        for at, (name, kept) in enumerate(originals):
            try:
                self._check_size(job, kept)
                # no variable here holds the bytes, so that they are freed before all is planned
                return make_plan(
                    _read_source(job, kept),
                    shown(name),
                    settings,
                    title=title,
                    unread=unread,
                    others=_find_others(job, originals[at + 1 :]),
                    scratch=job.folder,
                )
            except InputError as error:
                if len(originals) > 1:
                    log.warning("unread job=%s name=%r %s", shown(job.name), shown(name), error.message)
                unread[shown(name)] = error.message
                fault = fault or error
        assert fault is not None
        raise _blame_disk(job, fault) if job.had_plan else fault

    def _check_size(self, job: Job, kept: str) -> None:
        found = job.folder.stat(kept)
        if found is None:
            raise JobError(f"The original of {shown(job.name)} is gone.", "Drop it into the inbox again.")
        refuse_large(found.st_size, self.most_bytes)

    def _refuse_in_work(self, job: Job, sha256: str, digest: str, others: list[Job]) -> None:
        """Raise DuplicateError where another job does all that this one is to do; a failed one is retried."""
        for other in others:
            planned = other.plan  # the loop may throw it away meanwhile
            if other is job or planned is None or other.ticket.name != job.ticket.name:
                continue
            asked = other.ticket.flagged
            if asked is not None and not asked.may_cover(job.ticket.flagged):
                continue  # it asks for some passages only
            if (planned.header.sha256, planned.header.settings.digest) == (sha256, digest):
                if other.failure.find_reason() is not None:
                    retry_failed(other, partial(self._access().settings_for, other.ticket))
                raise DuplicateError(
                    f"The same file is in work already, as {shown(other.name)}.", "Nothing needs to be done."
                )

    def _refuse_delivered(self, job: Job, sha256: str, digest: str) -> None:
        """Raise DuplicateError where the outbox holds a result of the same file under the same settings."""
        for path, summary in self._outbox.find_results(job.ticket.name):
            if summary.get("job_id") in job.ticket.redo_of:
                continue
            same = (summary.get("source"), summary.get("source_sha256"), summary.get("settings_hash"))
            if same == (job.ticket.name, sha256, digest):
                name = name_for_shell(path, str(summary.get("job_id", path)))
                raise DuplicateError(
                    f"The same file was cleaned already under the same settings: see {shown(path)}.",
                    f"To have it cleaned once more, run: transcriptd redo {name}",
                )


def _blame_disk(job: Job, fault: InputError) -> JobError:
    """The fault of a job whose source was planned once and reads otherwise now: it is kept as it is."""
    path = shown(os.path.join(job.folder.path, job.ticket.source))
    return JobError(
        f"The original of {shown(job.name)} could be read before, and no more: the disk may have damaged it, "
        f"or somebody changed it. {fault.message}",
        f"Check the disk, put the same file back as {path} and retry the job, or discard it.",
    )


def _find_others(job: Job, originals: Sequence[tuple[str, str]]) -> Mapping[str, Callable[[], bytes]]:
    """What reads each of some originals, by name; the large ones would take too much beside the source."""
    found = {(name, kept): job.folder.stat(kept) for name, kept in originals}
    return {
        shown(name): partial(job.originals.read_bytes, kept)
        for (name, kept), what in found.items()
        if what is not None and what.st_size <= _MOST_OF_OTHERS
    }


def _read_source(job: Job, kept: str) -> bytes:
    """The bytes of an original; what was read is kept where somebody still has it open to write to it."""
    data = job.originals.read_bytes(kept)
    fd = job.folder.open(kept)
    try:
        if is_open_elsewhere(fd):
            job.originals.keep_as_read(kept, data)
    finally:
        os.close(fd)
    return data


def _find_twin(job: Job, sha256: str, digest: str, others: list[Job]) -> Job | None:
    """Another job of the same bytes under the same settings that is being cleaned; None where there is none.

    One that has failed, or that a person paused, is not waited for.
    """
    for other in others:
        planned = other.plan
        if other is job or planned is None or not other.may_run:
            continue
        if (planned.header.sha256, planned.header.settings.digest) == (sha256, digest):
            return other
    return None
