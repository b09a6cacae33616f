"""The loop: look at the folders, do what is due, sleep until woken.

Level-triggered: events, signals, finished chunks and the clock only wake it; what is due is told by
the folders. The loop itself waits for nothing: what takes time is done elsewhere (see `jobs`).
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

from daemon.cleaning.style import STYLES
from daemon.errors import ConfigError, ServiceError, locate_bug
from daemon.intake.claim import claim_file
from daemon.intake.inbox import Candidate, Inbox
from daemon.intake.watch import Watch
from daemon.loop.jobs import Jobs
from daemon.loop.late_sidecars import LateSidecars
from daemon.loop.steps.ending import Ended, ignore_end
from daemon.settings.config import Root
from daemon.settings.config_watch import ConfigWatch
from daemon.settings.last_config import keep_config
from daemon.store.pause import PauseFiles
from daemon.system.disk_faults import disk_fault, find_used_up, is_too_large, job_fault
from daemon.system.file_names import shown
from daemon.system.process.logs import change_style
from daemon.workers.admission import Admission

log = logging.getLogger(__name__)

TICK = 1.0  # seconds between looks that nothing asked for
_SCAN_REST = 5  # times the processor's time for a scan, before the next: a huge inbox leaves time for work
_ECHO = 2.0  # seconds after an event, one more scan: where many come at once, the kernel drops the last
_AGAIN = 1.0  # seconds, before a file that was not ready to be claimed is looked at again
_UNLISTED = 5.0  # seconds, before an inbox that couldn't be listed is listed again
_UNTAKEN_FOR_BUG = "a bug keeps it from being taken; the log says where"


class Reporter(Protocol):
    """Told after each look; says what goes on, to people and programs."""

    def __call__(self, supervisor: Supervisor, *, leaving: bool = False) -> None:
        """Look at the supervisor and publish what has changed."""


def _say_nothing(path: str) -> None:
    """Ignore that a result was made again."""


class Supervisor:
    """Works one root: its inbox (unless `intake` is False) and its open jobs.

    `report` is called after each look. `ended` is told how each job ended, `made_again` the path of each
    result that was made again without a request. Raises LockedError, ConfigError, and ServiceError where a
    disk is at fault.
    """

    def __init__(
        self,
        root: Root,
        report: Reporter,
        *,
        ended: Ended = ignore_end,
        made_again: Callable[[str], None] = _say_nothing,
        intake: bool = True,
    ) -> None:
        self.root = root
        self._folders = _name_folders(root)
        self._report = report
        self._wake = threading.Event()
        self._pauses = PauseFiles(*root.pause_folders) if intake else PauseFiles(root.state)
        self._state_is_away = False
        self.is_inbox_listed = False  # at the last try: what lies there is known
        self._unlisted: ServiceError | None = None  # why the inbox could not be listed last
        self.admission = Admission(self._find_hindrance)
        self._config = ConfigWatch(root, self._adopt_config, _list_prompts)
        self.jobs = Jobs(root, self.admission, self._wake.set, ended, owns_outbox=intake)
        self.inbox = Inbox(root.inbox, root.config.settle_seconds, time.monotonic) if intake else None
        self._made_again = made_again
        self._late_sidecars: LateSidecars | None = None  # made with the first
        self._watch = Watch(root.inbox, self._inbox_changed) if intake else None
        self._rescan = True
        self._next_tick = self._next_scan = self._earliest_scan = 0.0
        self._stop = self._at_once = False
        self._unheeded: deque[str] = deque()  # signals that mean nothing here
        if intake:
            keep_config(root, self.jobs.state.folder)
        self._was_paused = False
        log.info("%s", self.jobs.access.describe_provider())

    # --- from outside ---------------------------------------------------------------------------

    def run(self, finished: Callable[[Supervisor], bool] | None = None) -> None:
        """Work until stopped, or until `finished` says so."""
        if self._watch is not None:
            self._watch.ensure_watching()
            log.info("watching inbox=%r", shown(self.root.inbox))
        self.jobs.prepare()
        while not self._stop:
            self._wake.clear()
            self.look()
            self._report(self)
            if finished is not None and finished(self):
                break
            self._wake.wait(self._until_next())
        self._leave()

    def stop(self, *, at_once: bool = False) -> None:
        """Leave soon: nothing new begins, what is in flight gets its grace, or none (`at_once`).

        For signal handlers: no lock is touched, the next look does the rest.
        """
        self._stop = self.admission.leaving = True
        self._at_once = self._at_once or at_once

    def reload(self) -> None:
        """Read config.yaml again and probe at once if held. For signal handlers, as `stop`."""
        self._config.ask_for_reload()

    def note_signal(self, name: str) -> None:
        """Say at the next look that a signal came that means nothing here. For signal handlers, as `stop`."""
        self._unheeded.append(name)

    @property
    def paused(self) -> str | None:
        """Why everything is paused, None when it is not."""
        return self._pauses.find_reason()

    @property
    def problem(self) -> str | None:
        """What is not as it should be with the config, the watch, a batch or a job, None where all is."""
        watch_problem = self._watch.problem if self._watch is not None else None
        return self._config.problem or watch_problem or self.jobs.problem

    @property
    def unused_files(self) -> dict[str, str]:
        """Why sidecars and edits of results can't be used as they are, by their paths inside inbox."""
        return self._late_sidecars.unused if self._late_sidecars is not None else {}

    @property
    def uses_files(self) -> bool:
        """Whether results are being made again under sidecars or edits, or are about to be."""
        return self._late_sidecars is not None and not self._late_sidecars.quiet

    # --- one look -------------------------------------------------------------------------------

    def look(self) -> None:
        """One turn of the loop: do, or begin, what is due; waits for nothing."""
        self._config.look()
        while self._unheeded:
            log.warning(
                "unheeded signal=%s means nothing here; SIGTERM stops, SIGHUP reloads",
                self._unheeded.popleft(),
            )
        if time.monotonic() >= self._next_tick:
            self._next_tick = time.monotonic() + TICK
            self._pauses.look_for_files()
            self._look_at_folders()
        self._notice_pause()
        self._scan_inbox()
        self.jobs.inbox_is_quiet = self.inbox is None or self.inbox.quiet
        self.jobs.advance_jobs()
        self._claim_files()
        self._use_late_sidecars()

    def _look_at_folders(self) -> None:
        """While one of the folders is not what it was at the start, nothing is claimed.

        Where that is the state, nothing is asked either: what comes back could not be kept.
        """
        jobs = self.jobs
        self._state_is_away = jobs.folders.find_lost_state() is not None
        lost = jobs.folders.find_lost() or self._find_relinked() or self._unlisted
        if lost is None and jobs.holds.missing is not None:
            self._rescan = True
        jobs.note_missing_folder(lost)

    def _find_relinked(self) -> ServiceError | None:
        """What is wrong where a folder is named by a link, and that leads elsewhere than at the start."""
        if self.inbox is None:
            return None
        for (name, path), now in zip(self._folders.items(), _name_folders(self.root).values(), strict=True):
            if now != path:
                return ServiceError(
                    f"The {name} is a link that leads to {shown(now)}, no longer to {shown(path)}.",
                    "Put the link back, or restart the daemon if that is meant; nothing is lost meanwhile.",
                )
        return None

    def _find_hindrance(self) -> str | None:
        """Why no request may begin, None when it may."""
        return "the state folder is away" if self._state_is_away else self._pauses.find_reason()

    def _adopt_config(self, root: Root) -> None:
        """Go on under another config; raises ConfigError where that takes a restart."""
        if _name_folders(root) != self._folders:
            raise ConfigError("Folders can't be changed while it runs.", "Restart to use the new ones.")
        self.jobs.adopt_config(root)
        self.root = root
        change_style(root.config.log_format)
        if self.inbox is not None:
            self.inbox.settle_seconds = root.config.settle_seconds
            keep_config(root, self.jobs.state.folder)
        log.info("config read; %s", self.jobs.access.describe_provider())

    def _notice_pause(self) -> None:
        reason = self.paused
        if reason is not None and not self._was_paused:
            log.info("paused reason=%r", reason)
        elif reason is None and self._was_paused:
            log.info("resumed the PAUSE file is gone")
        self._was_paused = reason is not None

    def _inbox_changed(self) -> None:
        self._rescan = True
        self._wake.set()

    def _scan_inbox(self) -> None:
        """Look through the inbox where that is due: for an event, a file that settles, or by the clock."""
        if self.inbox is None or self._watch is None:
            return
        now = time.monotonic()
        if self._watch.ensure_watching():
            self._rescan = True
        self.inbox.remote = self._watch.remote  # also where somebody else asked the watch first
        if now < self._earliest_scan or not (self._rescan or now >= self._next_scan):
            return
        woken, self._rescan = self._rescan, False
        worked = time.thread_time()
        waits = [self._list_inbox(self.inbox, self._watch)]
        done = time.monotonic()
        self._earliest_scan = done + (done - now) + _SCAN_REST * (time.thread_time() - worked)
        if (due := self.inbox.next_due()) is not None:
            waits.append(due)
        if woken:
            waits.append(_ECHO)
        self._next_scan = done + min(waits)

    def _list_inbox(self, inbox: Inbox, watch: Watch) -> float:
        """Look through the inbox; in how many seconds that is to be done again."""
        self.is_inbox_listed = False
        try:
            if self.jobs.folders.inbox.find_fault() is not None:
                self._unlisted = None
                return _UNLISTED
            inbox.scan()
        except OSError as error:
            self._unlisted = ServiceError(
                f"The inbox {inbox.path} can't be listed ({error.strerror}).",
                f"{find_used_up(error) or 'Mend its disk or share'}; work goes on by itself then.",
            )
            return _UNLISTED
        except Exception as bug:  # noqa: BLE001 - one bad name never ends the loop
            if self._unlisted is None:
                _log_bug(bug, "the inbox could not be looked through")
            self._unlisted = ServiceError(
                f"A bug keeps the inbox {inbox.path} from being looked through; the log says where.",
                "What is in work goes on. Move out what was dropped last: the rest is taken then.",
            )
            return _UNLISTED
        self._unlisted = None
        self.is_inbox_listed = True
        return watch.interval

    def _claim_files(self) -> None:
        """Claim as many settled files as the workers are about to need."""
        if self.inbox is None or self.paused is not None or not self.jobs.needs_job():
            return
        for candidate in self.inbox.list_settled():
            self._claim_file(self.inbox, candidate)
            if not self.jobs.needs_job():
                return
        if not self.inbox.waiting:
            self.jobs.holds.end_failed_write()  # what could not be claimed is gone

    def _use_late_sidecars(self) -> None:
        """Begin to make results again under what lies there for them."""
        if self.inbox is None or self.paused is not None or self.jobs.holds.missing is not None:
            return
        if self._late_sidecars is None:
            if not self.inbox.has_files_for_results:
                return
            self._late_sidecars = LateSidecars(
                self.jobs.outbox, self.jobs.run_in_background, self._note_made_again
            )
        in_work = (job.ticket.name for job in self.jobs.open)
        self._late_sidecars.look(self.inbox, in_work, self.root)

    def _note_made_again(self, path: str) -> None:
        if self.jobs.upkeep is not None:
            self.jobs.upkeep.note_changed(os.path.relpath(path, self.jobs.outbox.path))
        self._made_again(path)

    def _claim_file(self, inbox: Inbox, candidate: Candidate) -> None:
        """Claim one file, or note why it is still in the inbox."""
        try:
            job = claim_file(self.jobs.state, inbox, candidate)
        except OSError as error:
            fault = None if is_too_large(error) else disk_fault(error)
            if fault is not None:
                self.jobs.holds.hold_for_write(fault)
                self._rescan = True  # it still waits
            else:
                inbox.refuse_file(candidate, _explain_untaken(error))
        except Exception as bug:  # noqa: BLE001 - one bad file never ends the loop
            if inbox.find_refusal(candidate) is None:
                _log_bug(bug, f"name={shown(candidate.path)!r} could not be claimed")
            inbox.refuse_file(candidate, _UNTAKEN_FOR_BUG)
        else:
            if job is not None:
                self.jobs.add(job)
            else:
                self._next_scan = min(self._next_scan, time.monotonic() + _AGAIN)

    # --- between looks, and at the end ------------------------------------------------------------

    def _until_next(self) -> float:
        """In how many seconds the next look is due, if nothing wakes the loop before."""
        if self.inbox is None:
            return TICK
        next_scan = self._earliest_scan if self._rescan else max(self._next_scan, self._earliest_scan)
        return max(0.0, min(TICK, next_scan - time.monotonic()))

    def _leave(self) -> None:
        """Begin nothing more, give what is in flight its grace, and let go of everything."""
        self.admission.stop()
        if self._stop:
            self.jobs.leave_soon()
        if self._watch is not None:
            self._watch.stop()
        grace = self.root.config.stop_grace_seconds
        until = time.monotonic() + grace
        while not self.jobs.wind_down(min(TICK, max(0.0, until - time.monotonic()))):
            if time.monotonic() >= until or self._at_once:
                in_flight = self.jobs.in_flight
                log.warning("leaving %d requests in flight: they will be asked again", in_flight)
                break
            self._report(self)
        tell_last = partial(self._report, self, leaving=True)
        tell_last()  # at once, for the index may take a while
        self.jobs.close(0.0 if self._at_once else grace, tell_last)


def _explain_untaken(error: OSError) -> str:
    """Why a file stays in the inbox; where a limit is too low to write what its job needs, the mend."""
    if is_too_large(error):
        mend = "raise the limit on a file (ulimit -f, LimitFSIZE=)"
        return f"nothing can be written of its job ({error.strerror}); {mend}"
    if isinstance(error.filename, str) and os.path.isabs(error.filename):
        return job_fault(error).as_phrase  # in which folder
    return error.strerror or "it can't be moved"


def _log_bug(bug: Exception, what: str) -> None:
    log.error("bug=%s %s\n%s", type(bug).__name__, what, locate_bug(bug))


def _name_folders(root: Root) -> dict[str, str]:
    """The folders of a root by what people call them, where links now lead to."""
    return {"inbox": root.inbox, "outbox": root.outbox, "state folder": root.state}


def _list_prompts(root: Root) -> list[str]:
    """The paths of the prompts of a person's own that a config names."""
    styles = {profile.style for profile in root.config.all_profiles}
    return [root.at(style) for style in sorted(styles.difference(STYLES))]
