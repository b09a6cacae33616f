"""The claim: how a file leaves the inbox and becomes a job, so that it is always in one of the two.

    make state/<job>/ and its ticket -> rename the source in

Where rename can't do that (another filesystem, a file that is not ours or has other links):

    rename to .<job id>~<its name>.claimed within the inbox -> later: copy in -> unlink

A file that is to stay where it is (`clean` is given such) is copied in at once: `claim_copy`.

The copying may take its time, so it is left to `settle_claim`, which is not called from the loop. Cut off
at any point, `settle_claim` leads to the same end on the next start.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import math
import os
import stat
from collections.abc import Iterable
from datetime import UTC, datetime

from daemon.errors import InputError, ServiceError
from daemon.intake.hidden_originals import find_hidden, hide_file, open_drop_folder, remove_hidden, show_again
from daemon.intake.inbox import UNKNOWN_NAME, Candidate, Inbox, is_listed, is_unchanged
from daemon.intake.redo_mark import read_redo_mark, remove_redo_mark
from daemon.settings import sidecar
from daemon.settings.config import MEGABYTE
from daemon.store.job import Job
from daemon.store.state_folder import State
from daemon.store.ticket import Companion, Ticket
from daemon.system.digest import digest_of_bytes
from daemon.system.disk_faults import DiskFault, find_used_up, sort_fault
from daemon.system.file_names import shown
from daemon.system.files import Folder
from daemon.system.open_file import is_being_written
from daemon.system.paths import open_below
from daemon.system.process.folder_lock import lock_file

log = logging.getLogger(__name__)

_RIGHTS = (
    "it can't be moved",
    "give the daemon's user the rights, or take its write protection off (chattr -i, chattr -a)",
)
_OCCUPIED = (
    "it can't be moved",
    "close it in the program that has it open, or unmount what is mounted there",
)
# Why a file stays in the inbox that can't be moved out, and what to do about it.
_UNMOVED = {
    errno.EROFS: ("its folder is read-only", "mount it so that it can be written"),
    errno.EIO: ("it can't be moved", "mend its disk or share"),
    errno.EPERM: _RIGHTS,
    errno.EACCES: _RIGHTS,
    errno.EBUSY: _OCCUPIED,
    errno.ETXTBSY: _OCCUPIED,
    errno.EFBIG: ("it is too large for a limit on files", "raise that limit (ulimit -f, LimitFSIZE=)"),
}
_NONE_THERE = (errno.ENOENT, errno.EINVAL, errno.ELOOP, errno.ENAMETOOLONG)  # no regular file of that name


def claim_file(state: State, inbox: Inbox, candidate: Candidate) -> Job | None:
    """Take a settled file out of the inbox; None when it is gone, changed or still being written.

    The job that comes back is not to be read before `settle_claim` has said that its source is there. Raises
    OSError where the file can't be moved, or whatever a bug raises; it is then still in the inbox, and there
    is no job.
    """
    bundle = inbox.find_bundle(candidate)
    if bundle is None or candidate not in bundle:
        return None
    candidate, *others = bundle
    with contextlib.ExitStack() as stack:
        opened = _open_candidate(inbox, candidate, stack)
        if opened is None:
            return None
        folder, fd = opened
        ticket = _make_ticket(folder, inbox, candidate, others, fd)
        if ticket is None:
            return None
        job = state.admit_job(ticket)
        if not _take_unless_bug(state, inbox, folder, job, candidate):
            return None
        for one in bundle:
            inbox.forget_file(one)
        return job


def _open_candidate(
    inbox: Inbox, candidate: Candidate, stack: contextlib.ExitStack
) -> tuple[Folder, int] | None:
    """The folder of a file, and the file itself, both open until the stack is closed.

    None where it can't be opened, which the inbox is told.
    """
    folder_name, name = os.path.split(candidate.path)
    try:
        folder = stack.enter_context(open_below(inbox.path, folder_name))
        fd = folder.open(name)
    except FileNotFoundError:
        if is_listed(inbox.path, candidate.path):
            inbox.refuse_file(candidate, f"it {UNKNOWN_NAME}")
        else:
            inbox.forget_file(candidate)
        return None
    except OSError as error:
        _refuse_unopened(inbox, candidate, error)
        return None
    stack.callback(os.close, fd)
    return folder, fd


def _refuse_unopened(inbox: Inbox, candidate: Candidate, error: OSError) -> None:
    """Tell the inbox why a file can't be opened; raises the error where that is no fault of the file."""
    if find_used_up(error) is not None:
        raise error
    inbox.refuse_file(candidate, error.strerror or "it can't be read")


def _make_ticket(
    folder: Folder, inbox: Inbox, candidate: Candidate, others: list[Candidate], fd: int
) -> Ticket | None:
    """The ticket of a job of an open file and its companions; None while one of them is being written."""
    name = os.path.basename(candidate.path)
    if not is_unchanged(folder, name, candidate) or not _is_released(inbox, candidate, fd):
        return None
    companions = [companion for other in others if (companion := _describe_companion(folder, inbox, other))]
    beside, text = _read_sidecar(folder, name)
    if len(companions) < len(others) or text is None:
        return None
    sidecar.hide_names_in_log(text)
    mark = read_redo_mark(folder, name)
    return Ticket.new(
        candidate.path.replace(os.sep, "/"),
        os.fstat(fd).st_mtime_ns,
        datetime.now(UTC),
        (*companions, *beside),
        text,
        mark.redo_of,
        mark.flagged,
    )


def _take_unless_bug(state: State, inbox: Inbox, folder: Folder, job: Job, candidate: Candidate) -> bool:
    """As `_take_all`; a bug in it leaves no job without its source, and no source without a job in work."""
    try:
        return _take_all(state, inbox, folder, job, candidate)
    except OSError:
        raise
    except Exception as bug:
        if not is_unchanged(folder, os.path.basename(candidate.path), candidate):  # it was moved
            log.error("unfinished claim job=%s bug=%s", shown(job.name), type(bug).__name__)
            return True
        with job.folder:
            state.undo_claim(job)
        raise


def _take_all(state: State, inbox: Inbox, folder: Folder, job: Job, candidate: Candidate) -> bool:
    """Move a file and what comes with it into its job; False where it can't be moved, and there is no job.

    Raises OSError where that is not its folder's fault.
    """
    name = os.path.basename(candidate.path)
    try:
        _take_file(folder, name, job, job.ticket.source)
        _take_companions(folder, job)
    except OSError as error:
        if _is_surely_unmoved(folder, name, candidate):
            with job.folder:
                state.undo_claim(job)
            if error.errno not in _UNMOVED:
                raise
            why, mend = _UNMOVED[error.errno]  # of the inbox: the state folder has just taken the job
            inbox.refuse_file(candidate, f"{why} ({error.strerror}); {mend}")
            return False
        log.warning("unfinished claim job=%s %s", shown(job.name), error.strerror)
        return True
    log.info("claimed name=%r job=%s", shown(candidate.path), shown(job.name))
    return True


def _is_surely_unmoved(folder: Folder, name: str, candidate: Candidate) -> bool:
    """Whether a file is still in the inbox; where that can't be told, whoever settles the claim finds out."""
    try:
        return is_unchanged(folder, name, candidate)
    except OSError:
        return False


def make_copy_ticket(folder: Folder, name: str, source: int, path: str) -> Ticket | None:
    """The ticket of a job of a copy of `source`, the open file of this name, with the sidecar beside it.

    `path` is what an inbox would call the file. None while its sidecar is being written.
    """
    beside, text = _read_sidecar(folder, name)
    if text is None:
        return None
    return Ticket.new(path, os.fstat(source).st_mtime_ns, datetime.now(UTC), tuple(beside), text)


def claim_copy(state: State, ticket: Ticket, folder: Folder, source: int) -> Job:
    """Make a job of a copy of the open file `source`, which stays where it is, in this folder.

    Cut off, it leaves a job without its source, which is to be undone with `State.undo_claim`.
    """
    job = state.admit_job(ticket)
    job.folder.copy_in(source, ticket.source)
    for one in ticket.companions:
        with contextlib.suppress(FileNotFoundError), open(folder.open(one.name), "rb") as file:
            job.folder.copy_in(file.fileno(), one.kept)
    return job


def find_same_original(jobs: Iterable[Job], name: str, sha256: str) -> Job | None:
    """The job among these that was made of a file of this name and content, None where there is none.

    Raises JobError where the original of one of this name can't be read, OSError while a disk is away.
    """
    for job in jobs:
        if job.ticket.name == name and digest_of_bytes(job.originals.read_bytes()) == sha256:
            return job
    return None


def settle_claim(state: State, inbox_path: str, job: Job, most_bytes: float = math.inf) -> bool:
    """Make sure that a claimed job has its source. False: the claim never happened and is undone.

    Copies in what could not be moved; repeats what an interruption cut off, and is harmless where nothing
    was. Raises ServiceError while the inbox, where the source may still be, is not there; InputError where
    the source is no longer a file, or is larger than `most_bytes` and would have to be copied.
    """
    is_hidden = _take_in(inbox_path, job, most_bytes)
    if job.folder.has(job.ticket.source):
        _refuse_no_file(job.folder, job.ticket.source, job)
        job.originals.make_private()
        return True
    if is_hidden:
        return True  # a writer is still there
    need_inbox(inbox_path)
    _undo_claim(state, inbox_path, job)
    return False


def _take_in(inbox_path: str, job: Job, most_bytes: float) -> bool:
    """Take in what of a job is still in the inbox; whether its source was out of sight there."""
    is_hidden = False
    with (
        contextlib.suppress(FileNotFoundError, NotADirectoryError),
        open_drop_folder(job, inbox_path) as folder,
    ):
        is_hidden = find_hidden(folder, job, job.ticket.source) is not None
        if is_hidden or job.folder.has(job.ticket.source):
            _take_companions(folder, job)
        for kept in job.ticket.kept_names:
            hidden = find_hidden(folder, job, kept)
            if hidden is not None:
                _copy_in(folder, hidden, job, kept, most_bytes)
    return is_hidden


def _undo_claim(state: State, inbox_path: str, job: Job) -> None:
    """Take back a claim whose source never came in, and say what became of its file."""
    shown_again = show_again(inbox_path, job)
    state.undo_claim(job)
    if shown_again or os.path.lexists(os.path.join(inbox_path, job.ticket.name)):
        log.info("undone job=%s its file waits in the inbox%s", shown(job.name), shown(shown_again))
    else:
        log.warning("undone job=%s its file is gone: somebody moved or deleted it", shown(job.name))


def _refuse_no_file(folder: Folder, name: str, job: Job) -> None:
    """Raise InputError where somebody put a link, a folder or a pipe in the place of a file."""
    found = folder.stat(name)
    if found is not None and not stat.S_ISREG(found.st_mode):
        raise InputError(
            f"What was dropped as {shown(os.path.basename(job.ticket.name))} is no longer a file: a link, a"
            " folder or a pipe was put in its place.",
            "Drop the file itself again.",
        )


def need_inbox(path: str) -> None:
    """Raise ServiceError while there is no inbox: it is never made again, since it may only be unmounted."""
    if not os.path.isdir(path):
        raise ServiceError(f"The inbox {path} is not there.", "Mount it or make it again.", probe_after=5)


def is_still_written(inbox_path: str, job: Job) -> bool:
    """Whether the source, or what belongs to it, is on its way: not copied in yet, or in a writer's hands."""
    with (
        contextlib.suppress(FileNotFoundError, NotADirectoryError),
        open_drop_folder(job, inbox_path) as folder,
    ):
        if any(find_hidden(folder, job, kept) is not None for kept in job.ticket.kept_names):
            return True
    if not job.folder.has(job.ticket.source):
        return True
    fd = job.folder.open(job.ticket.source)
    try:
        return is_being_written(fd) is True
    finally:
        os.close(fd)


def _describe_companion(folder: Folder, inbox: Inbox, other: Candidate) -> Companion | None:
    """What the ticket says of a file of the bundle; None where it is gone, changed or being written."""
    name = os.path.basename(other.path)
    try:
        fd = folder.open(name)
    except FileNotFoundError:
        inbox.forget_file(other)
        return None
    except OSError as error:
        _refuse_unopened(inbox, other, error)
        return None
    try:
        if not is_unchanged(folder, name, other) or not _is_released(inbox, other, fd):
            return None
    finally:
        os.close(fd)
    return Companion(name, other.size, other.identity[3])


def _read_sidecar(folder: Folder, name: str) -> tuple[list[Companion], str | None]:
    """The .yaml beside a file, and what it says; None for that while it is being written."""
    for beside in sidecar.list_names_beside(name):
        try:
            fd = folder.open(beside)
        except OSError as error:
            if error.errno in _NONE_THERE:
                continue
            if sort_fault(error) is DiskFault.FILE:
                why = f"its {os.path.splitext(beside)[1]} can't be read: {error.strerror}"
                raise OSError(error.errno, why) from None
            raise
        with open(fd, "rb") as file:
            found = os.fstat(fd)
            if is_being_written(fd):
                return [], None
            text = sidecar.decode_sidecar(file.read(sidecar.MOST_BYTES + 1))
        return [Companion(beside, found.st_size, found.st_mtime_ns)], text
    return [], ""


def _take_companions(folder: Folder, job: Job) -> None:
    """Take in what belongs to the job beside its source; what has changed since stays where it is."""
    if job.ticket.redo_of:
        remove_redo_mark(folder, os.path.basename(job.ticket.name))
    for one in job.ticket.companions:
        found = folder.stat(one.name)
        if found is None or not stat.S_ISREG(found.st_mode):
            continue
        if (found.st_size, found.st_mtime_ns) != (one.size, one.modified_ns):
            continue
        if job.folder.has(one.kept):  # it came in already; this is another one, of the same size and time
            continue
        try:
            _take_file(folder, one.name, job, one.kept)
        except OSError as error:
            log.warning("left name=%r beside job=%s (%s)", shown(one.name), shown(job.name), error.strerror)


def _may_be_moved(found: os.stat_result) -> bool:
    """Whether a file may be moved rather than copied: it is ours, and has no other name."""
    return found.st_nlink == 1 and found.st_uid == os.geteuid()


def _take_file(folder: Folder, name: str, job: Job, kept: str) -> None:
    """Move a file into the job's folder; where that can't be done, out of sight, to be copied in later."""
    found = folder.stat(name)
    if found is not None and _may_be_moved(found):
        try:
            folder.move(name, job.folder, kept)
            return
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
    hide_file(folder, name, job, kept)


def _copy_in(folder: Folder, hidden: str, job: Job, kept: str, most_bytes: float) -> None:
    """Copy in what was put out of sight, and remove it.

    Nothing is done while somebody writes to it, or another root that shares the inbox shows it again.
    """
    _refuse_no_file(folder, hidden, job)
    found = folder.stat(hidden)
    if found is not None:
        refuse_large(found.st_size, most_bytes)
    with os.fdopen(folder.open(hidden), "rb") as file:
        fd = file.fileno()
        if is_being_written(fd) is True or lock_file(fd) is False:
            return
        before = os.fstat(fd)
        job.folder.copy_in(fd, kept)
        after = os.fstat(fd)
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            remove_hidden(folder, hidden, job, kept)
            folder.fsync()


def refuse_large(size: int, most_bytes: float) -> None:
    """Raise InputError where a file is larger than what is read, both in bytes."""
    if size > most_bytes:
        raise InputError(
            f"The file has {size:,} bytes, more than the {most_bytes / MEGABYTE:g} MB that are read.",
            "If it really is a transcript, raise `max_file_mb` in config.yaml and drop it again.",
        )


def _is_released(inbox: Inbox, candidate: Candidate, fd: int) -> bool:
    """Whether nobody writes to an open file any more; or it lay long enough where the kernel can't tell."""
    written = is_being_written(fd)
    if written is None:
        return inbox.has_settled_without_lease(candidate)
    if written:
        inbox.begin_to_settle(candidate)
    return not written
