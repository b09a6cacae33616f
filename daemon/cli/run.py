"""The ways to run the loop: as a daemon, once over, or over a few files."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from daemon.cli.named_files import NamedFile, list_transcripts
from daemon.cli.options import Say
from daemon.cli.progress import Outcome, Progress
from daemon.cli.signals import handling_signals
from daemon.delivery.outbox.replacement import make_result_again, take_in_sidecar
from daemon.errors import (
    EXIT_HELD,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_SOME_FAILED,
    InputError,
    NeedsCleaningError,
    UsageError,
)
from daemon.intake.claim import find_same_original, make_copy_ticket
from daemon.intake.inbox import Candidate
from daemon.loop.steps.ending import Ended
from daemon.loop.supervisor import Reporter, Supervisor
from daemon.settings.config import Root
from daemon.settings.profile import Settings
from daemon.status.publisher import Report, explain_what_waits
from daemon.status.snapshot import Batches, find_index
from daemon.status.table import AT_THE_NEXT_START, describe_batches, describe_outcome
from daemon.store.job import Job, JobState
from daemon.store.retry import retry_failed
from daemon.system.digest import digest_of_file
from daemon.system.file_names import shown
from daemon.system.files import Folder
from daemon.system.process import logs
from daemon.system.process.sd_notify import Notifier

if TYPE_CHECKING:
    from daemon.loop.jobs import Jobs
    from daemon.store.ticket import Ticket

log = logging.getLogger(__name__)

CLEAN_STATE = ".transcriptd"


def run_daemon(root: Root) -> int:
    """Run until a signal ends it; the exit code."""
    logs.set_up(style=root.config.log_format)
    supervisor = Supervisor(root, Report(os.getpid(), Notifier()))
    with handling_signals(supervisor) as received:
        supervisor.run()
    log.info("stopped")
    return EXIT_INTERRUPTED if signal.SIGINT in received else EXIT_OK


def run_once(root: Root, wait: float, say: Say) -> int:
    """Work the inbox and every open job to its end; `wait` is the patience, in seconds, while held."""
    logs.set_up(logging.WARNING if sys.stderr.isatty() else logging.INFO, root.config.log_format)
    outcome = Outcome()
    with Progress(say, outcome) as progress:
        report = _report_to_both(Report(os.getpid(), Notifier()), progress)
        made_again: list[str] = []
        ended = _make_announcer(root.outbox, progress)
        supervisor = Supervisor(root, report, ended=ended, made_again=made_again.append)
        code = _run_to_the_end(supervisor, wait)
        left = explain_what_waits(supervisor)
        for one in left:
            log.warning("left name=%r reason=%r", one.name, one.why)
        for path in made_again:
            progress.say(shown(path))
        if code == EXIT_OK and not (outcome.ended or made_again or left):
            progress.note(f"Nothing was waiting in {root.inbox}")
    if outcome.ended or _list_jobs_in(supervisor, JobState.FAILED):
        outcome.cost += sum(job.cost_of_this_run for job in supervisor.jobs.open)
        _tell_outcome(outcome, len(_list_jobs_in(supervisor, JobState.FAILED)), find_index(root.outbox))
    return code


def _tell_outcome(outcome: Outcome, failed: int, index: str | None) -> None:
    """Say what came of a run, last of all, and where it is to be seen."""
    log.info(
        "finished delivered=%d flagged=%d rejected=%d failed=%d cost=%.4f index=%r",
        outcome.delivered, outcome.flagged, outcome.rejected, failed, outcome.cost, index or "",
    )  # fmt: skip
    if not sys.stderr.isatty():
        return
    parts = [describe_outcome(outcome.delivered, outcome.flagged, outcome.rejected)]
    if failed:
        parts.append(f"{failed:,} failed")
    if outcome.cost:
        parts.append(f"${outcome.cost:.4f}")
    where = f"; see {index}" if index else ""
    with suppress(OSError):
        sys.stderr.write(f"{', '.join(parts)}{where}\n")


def clean_files(root: Root, files: Sequence[str], output: str, wait: float, say: Say) -> int:
    """Clean files that stay where they are; their state lies beside the results, so a second run resumes."""
    logs.set_up(logging.WARNING, root.config.log_format)
    named = list_transcripts(files, log.warning)
    try:
        os.makedirs(output, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UsageError(
            f"{shown(output)}, where the results were to go, is a file, or below one.",
            "Name a folder with --output.",
        ) from None
    output = os.path.abspath(output)
    config = replace(root.config, outbox=output, state=os.path.join(output, CLEAN_STATE))
    own = Root(config, root.path, root.file, main_state=root.state if root.file else None)
    with Progress(say, Outcome()) as progress:
        supervisor = Supervisor(own, progress, ended=_make_announcer(output, progress), intake=False)
        progress.tell_where(supervisor)
        unread = _take_copies(supervisor, named, lambda path: progress.say(shown(os.path.join(output, path))))
        return _run_to_the_end(supervisor, wait) or (EXIT_SOME_FAILED if unread else EXIT_OK)


def _make_announcer(outbox: str, progress: Progress) -> Ended:
    """What counts each job that ends, and says the path of its result.

    A stdout that nobody reads is no fault of the job.
    """

    def ended(job: Job, path: str | None, error: InputError | None) -> None:
        progress.outcome.add_job(job, is_rejected=error is not None)
        if path is not None and error is None:
            with suppress(OSError):
                progress.say(shown(os.path.join(outbox, path)))

    return ended


def _take_copies(supervisor: Supervisor, named: Sequence[NamedFile], tell: Say) -> int:
    """Make a job of a copy of each file; how many of several can't be read.

    `tell` is given the path in the outbox of each result that is there already. Raises UsageError for a
    single file that can't be read.
    """
    unread = 0
    for file in named:
        if file.others:
            log.warning("left names=%r: %r says more", shown(", ".join(file.others)), shown(file.path))
        try:
            already = _take_copy(supervisor, file)
        except UsageError as error:
            if len(named) == 1:
                raise
            unread += 1
            log.error("%s", error)
        else:
            if already is not None:
                tell(already)
    return unread


def _take_copy(supervisor: Supervisor, file: NamedFile) -> str | None:
    """Make a job of a copy of the file; the path of its result where it is cleaned already."""
    where, name = os.path.split(os.path.realpath(file.path))
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(Folder(where))
            fd = folder.open(name)
            stack.callback(os.close, fd)
            ticket = make_copy_ticket(folder, name, fd, file.name)
        except OSError as error:
            why = f"{shown(file.path)} can't be read ({error.strerror})."
            raise UsageError(why, "Name a transcript file.") from None
        if ticket is None:
            raise UsageError(f"The .yaml of {shown(file.path)} is being written.", "Try again in a moment.")
        jobs, sha256 = supervisor.jobs, digest_of_file(fd)
        try:
            found = _find_cleaned(jobs, ticket, sha256)
        except OSError as error:
            raise UsageError(
                f"What {shown(file.path)} was cleaned to can't be read ({error.strerror}).",
                f"Look at the disk and the rights of {shown(error.filename or jobs.outbox.path)}.",
            ) from None
        if found is not None:
            return found
        unfinished = find_same_original(jobs.open, ticket.name, sha256)
        if unfinished is not None:
            retry_failed(unfinished, partial(jobs.access.settings_for, unfinished.ticket))
        else:
            jobs.add_copy(ticket, folder, fd)
    return None


def _find_cleaned(jobs: Jobs, ticket: Ticket, sha256: str) -> str | None:
    """The path of the result of the same bytes under the same settings, with what its sidecar says now.

    Speakers may have other names than it gave them: it is made again then, for nothing is to be asked.
    """
    try:
        settings = jobs.access.settings_for(ticket)
    except InputError:
        return None  # the job says what is wrong with its sidecar
    outbox, shaping = jobs.outbox, jobs.root.config.find_profile
    same = [each for each in outbox.find_results(ticket.name) if each[1].get("source_sha256") == sha256]
    for path, summary in same:
        if summary.get("settings_hash") == settings.digest:
            if ticket.sidecar:
                take_in_sidecar(outbox, path, shaping, ticket.sidecar)
            return path
    for path, summary in same:
        if summary.get("settings_hash") == _under_speakers_of(summary, settings).digest:
            with suppress(NeedsCleaningError):  # as where one speaker is to be two
                make_result_again(outbox, os.path.join(outbox.path, path), shaping, ticket.sidecar or None)
                return path
    return None


def _under_speakers_of(summary: Mapping[str, Any], settings: Settings) -> Settings:
    """The settings with the names of speakers that a result has."""
    told = (summary.get("settings") or {}).get("speakers")
    speakers = tuple(told) if isinstance(told, list) else told
    return settings if speakers is None else replace(settings, speakers=speakers)


def _run_to_the_end(supervisor: Supervisor, wait: float) -> int:
    """Run the loop until nothing is left to do, or it was held for so many seconds; the exit code."""
    patience = _Patience(wait)

    def finished(loop: Supervisor) -> bool:
        return _has_nothing_left(loop) or patience.is_over(loop)

    with handling_signals(supervisor) as received:
        supervisor.run(finished)
    if received:
        return EXIT_INTERRUPTED
    if patience.lost is not None:
        log.error("gave up waiting: %s", patience.lost)
        return EXIT_HELD
    if supervisor.jobs.troubles or _list_jobs_in(supervisor, JobState.FAILED):
        return EXIT_SOME_FAILED
    for job in (paused := _list_jobs_in(supervisor, JobState.PAUSED)):
        log.error(
            "left paused job=%s; go on with: transcriptd resume %s", shown(job.name), job.name_for_shell
        )
    return EXIT_HELD if paused else EXIT_OK


def _has_nothing_left(loop: Supervisor) -> bool:
    """Whether all is done that can be done before a person acts."""
    if loop.jobs.holds.missing is not None:
        return False
    if loop.inbox is not None and not (loop.is_inbox_listed and loop.inbox.quiet):
        return False
    return loop.jobs.at_rest and loop.jobs.batching.is_idle and not loop.uses_files


def _list_jobs_in(loop: Supervisor, state: JobState) -> list[Job]:
    return [job for job in loop.jobs.open if job.state is state]


class _Patience:
    """Gives up after so many seconds without a break of being held, paused, or waiting for one thing alone.

    That is a batch, or files that somebody keeps open without writing to them. Not while a probe is being
    answered: a slow model may be just about to end the hold. `lost` says what was waited for in vain, None
    before that.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: float | None = None
        self._kept_open: list[Candidate] = []
        self.lost: str | None = None

    def is_over(self, loop: Supervisor) -> bool:
        """Look at the loop once more; whether it was waited for long enough."""
        why = _find_obstacle(loop) or self._find_kept_open(loop)
        if why is None:
            self._since = None
            return False
        self._since = self._since or time.monotonic()
        if time.monotonic() - self._since >= self._seconds and not loop.admission.is_probing:
            self.lost = why
        return self.lost is not None

    def _find_kept_open(self, loop: Supervisor) -> str | None:
        """The file that somebody has open, where nothing is left but such; one that changed is waited for."""
        kept_open = _list_kept_open(loop)
        if kept_open != self._kept_open:
            self._kept_open, self._since = kept_open, None
        return f"somebody still has {shown(kept_open[0].path)!r} open for writing" if kept_open else None


def _find_obstacle(loop: Supervisor) -> str | None:
    """What keeps all that is left from being done now, None where nothing does."""
    holds = loop.jobs.holds
    held = holds.held
    if held is not None and (held is not holds.batches or loop.jobs.is_worked_through):
        return f"{held.reason} {AT_THE_NEXT_START}"
    if loop.paused is not None:
        why = f" ({loop.paused})" if loop.paused else ""
        return f"paused{why}; go on with: transcriptd resume"
    awaits_batches = loop.jobs.awaits_batches and loop.jobs.inbox_is_quiet
    return _describe_what_is_out(loop) if awaits_batches else None


def _describe_what_is_out(loop: Supervisor) -> str | None:
    batches = Batches.of(loop.jobs.batching.overview)
    return f"{describe_batches(batches)}; run this again to fetch it" if batches is not None else None


def _list_kept_open(loop: Supervisor) -> list[Candidate]:
    """The files that somebody has open to write to, where nothing is left but such, and batches."""
    jobs = loop.jobs
    is_waited_for = (jobs.at_rest and jobs.batching.is_idle) or jobs.awaits_batches
    return loop.inbox.kept_open if loop.inbox is not None and is_waited_for and not loop.uses_files else []


def _report_to_both(first: Reporter, second: Reporter) -> Reporter:
    """What reports each look of the loop to both of these."""

    def report(supervisor: Supervisor, *, leaving: bool = False) -> None:
        first(supervisor, leaving=leaving)
        second(supervisor, leaving=leaving)

    return report
