"""Errors of a filesystem, sorted once: whom each concerns, and whether it goes by.

`daemon.system.files` names the path in each error that it raises, and whether reading or writing failed.
What a disk is unable to do altogether (fsync of a folder, chmod, links) does not get as far as here: it is
done without, see `daemon.system.volumes.limits`.
"""

from __future__ import annotations

import contextlib
import enum
import errno
import os
from collections.abc import Iterator

from daemon.errors import JobError, ServiceError, say_error
from daemon.system.file_names import shown
from daemon.system.hidden_names import HiddenName

PROBE_SECONDS = 5.0  # before a disk that failed is tried again, the first time
LONGEST_PROBE_SECONDS = 60.0
_READING = "while reading"
_LOOK = "Look at the share or the system"
# What of the process or the system is used up, and what to raise: no disk is to blame for these.
_USED_UP = {
    errno.EMFILE: (
        "Too few files may be open",
        "Let the daemon have more files open (LimitNOFILE=, ulimit -n)",
    ),
    errno.ENFILE: ("Too few files may be open", "Let the system have more files open (sysctl fs.file-max)"),
    errno.ENOMEM: (
        "There is too little memory",
        "Close other programs, or raise the limit (MemoryMax=, ulimit -v)",
    ),
}
_RAISE_LIMIT = "Raise the limit on a file (ulimit -f, LimitFSIZE=), or use a disk that takes larger ones"
_START_AGAIN = "then start it again, which a service does by itself. Nothing is lost."


class DiskFault(enum.Enum):
    """What an error of a filesystem concerns."""

    PASSING = "the share or the system is busy or away: asked again"
    LASTING = "the disk is full, broken or read-only: everybody waits until it is no longer"
    NAME = "this disk has no such names: another name"
    FILE = "this one file or folder: its job can't go on, others do"


def _find_numbers(names: str) -> frozenset[int]:
    """The numbers of errors, of those that this system has."""
    return frozenset(getattr(errno, name) for name in names.split() if hasattr(errno, name))


_PASSING = _find_numbers(
    "ESTALE ETIMEDOUT EHOSTDOWN EHOSTUNREACH ENETDOWN ENETUNREACH ENETRESET ECONNRESET ECONNABORTED"
    " ECONNREFUSED ENOTCONN ESHUTDOWN EPIPE EAGAIN EBUSY ETXTBSY EKEYEXPIRED EKEYREVOKED EKEYREJECTED ENOKEY"
    " EMFILE ENFILE ENOMEM ENOBUFS EINTR ENOLCK EREMOTEIO EPROTO ECOMM ENOLINK EDEADLK ECANCELED ETIME"
)
_LASTING = _find_numbers("ENOSPC EDQUOT EIO EROFS EFBIG ENODEV ENXIO ENOMEDIUM EMEDIUMTYPE EUCLEAN EBADMSG")
_NAME = _find_numbers("EINVAL ENAMETOOLONG EILSEQ")
_RIGHTS = _find_numbers("EACCES EPERM")  # a share answers so, too, while it connects again
# What a disk says that has no such call, or not for this kind of file.
UNABLE = _find_numbers("EINVAL EBADF ENOSYS EPERM EACCES ENOTSUP EOPNOTSUPP ENOTTY EISDIR")


def sort_fault(error: OSError) -> DiskFault:
    """Whom an error concerns. A file that can't be read for EIO has a bad sector: that is its own fault."""
    if error.errno in _PASSING:
        return DiskFault.PASSING
    if error.errno in _LASTING:
        return DiskFault.FILE if is_reading(error) and error.errno == errno.EIO else DiskFault.LASTING
    if error.errno in _NAME:
        return DiskFault.NAME
    return DiskFault.FILE


def is_about_rights(error: OSError) -> bool:
    """Whether the system refuses it: for good, or for as long as a share takes to connect again."""
    return error.errno in _RIGHTS


def is_too_large(error: OSError) -> bool:
    """Whether a limit on the size of files was met: a source, plan or result stops its own job only."""
    return error.errno == errno.EFBIG


def is_worth_another_try(error: OSError) -> bool:
    """Whether the same call may succeed in a moment, with nothing changed."""
    return error.errno in _PASSING or is_about_rights(error)


def tells_nothing(error: OSError) -> bool:
    """Whether a failed look says nothing of what is there: it may be there, and whole, all the same."""
    return error.errno in _PASSING or error.errno in _LASTING or is_about_rights(error)


def name_path(error: OSError, path: str, *, reading: bool) -> None:
    """Write into an error what it is about, where that isn't known yet, so that people can be told."""
    if isinstance(error.filename, str) and os.path.isabs(error.filename):
        return
    error.filename = path
    if reading:
        error.add_note(_READING)


def is_reading(error: OSError) -> bool:
    """Whether it was reading that failed."""
    return _READING in getattr(error, "__notes__", ())


def disk_fault(error: OSError, tries: int = 0) -> ServiceError | None:
    """What passes, or concerns everybody, as the service's fault; None for any other error.

    `tries` is how often it was so already: the waits grow.
    """
    fault = sort_fault(error)
    wait = min(LONGEST_PROBE_SECONDS, PROBE_SECONDS * 2.0 ** min(tries, 10))
    if fault is DiskFault.LASTING:
        mend = f"{_advise(error)}; work goes on by itself then."
        return ServiceError(f"The disk {_describe_fault(error)}.", mend, probe_after=wait)
    if fault is DiskFault.PASSING:
        return ServiceError(*_describe_passing(error), probe_after=wait)
    return None


def find_used_up(error: OSError) -> str | None:
    """What to raise where the process or the system has used up its files or memory; else None."""
    used_up = _USED_UP.get(error.errno or 0)
    return used_up and used_up[1]


def advise_reader(error: OSError) -> str:
    """What to do about a file that can't be read, as a part of a sentence."""
    used_up = find_used_up(error)
    if used_up is not None:
        return used_up[0].lower() + used_up[1:]
    return "give the daemon's user the rights" if is_about_rights(error) else "mend its disk or share"


def job_fault(error: OSError) -> JobError:
    """An error that stops one job only, told with the file and the reason."""
    action = "read" if is_reading(error) else "written, moved or removed"
    mend = "Mend that file, its folder or their permissions"
    if error.errno == errno.EPERM:
        mend += ", or take their write protection off (lsattr shows it)"
    if is_too_large(error):
        mend = _RAISE_LIMIT
    elif sort_fault(error) is DiskFault.LASTING:
        mend = "Make room on that disk or mend it"
    return JobError(
        f"{_path_of(error)} can't be {action} ({say_error(error)}).",
        f"{mend}; it is tried again by itself.",
    )


@contextlib.contextmanager
def refuse_start_at_disk() -> Iterator[None]:
    """Raise what passes, or concerns everybody, as the service's fault. The process then ends."""
    try:
        yield
    except OSError as error:
        fault = disk_fault(error)
        if fault is None:
            raise
        raise ServiceError(fault.message, f"{_advise(error)}; {_START_AGAIN}") from None


def _advise(error: OSError) -> str:
    """What a person can do about a fault that passes, or concerns everybody: the first part of a sentence."""
    if sort_fault(error) is DiskFault.LASTING:
        return _RAISE_LIMIT if is_too_large(error) else "Make room or mend it"
    return find_used_up(error) or _LOOK


def _describe_passing(error: OSError) -> tuple[str, str]:
    """What keeps a disk, a share or the system from being used for now, and the mend."""
    if error.errno in _USED_UP:
        what, mend = _USED_UP[error.errno]
        message = f"{what} for the work in {_folder_of(error)} ({error.strerror})."
        return message, f"{mend}; it is tried again, and work goes on by itself."
    return (
        f"The disk or share {_describe_fault(error)}.",
        "It is tried again, and work goes on by itself; if it lasts, look at the share or the system.",
    )


def _describe_fault(error: OSError) -> str:
    verb = "can't be read" if is_reading(error) else "takes no writes"
    return f"{verb} in {_folder_of(error)} ({error.strerror or errno.errorcode.get(error.errno or 0, '?')})"


def _path_of(error: OSError) -> str:
    return shown(os.path.normpath(error.filename)) if isinstance(error.filename, str) else "A file"


def _folder_of(error: OSError) -> str:
    """The folder it happened in, one for all that is written there, so that it is said once."""
    if not isinstance(error.filename, str):
        return "a folder that it doesn't name"
    folder = os.path.dirname(error.filename)
    while HiddenName.parse(os.path.basename(folder)) is not None:
        folder = os.path.dirname(folder)
    return shown(os.path.normpath(folder))
