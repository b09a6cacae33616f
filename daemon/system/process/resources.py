"""What the process may take of the system: open files, and memory, which it gives back once it is unused."""

from __future__ import annotations

import contextlib
import ctypes
import resource

_MOST_FILES = 65_536
# mallopt(3): which setting, and what glibc is to take for good instead of adapting it as it goes.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_KEPT_AT_MOST = 128 * 1024  # bytes: glibc's own first value, which it raises up to 32 MB as it goes
_NOT_MAPPED = "failed to map segment"  # so Python says that it gets no memory for a library
_SETTINGS = ((_M_TRIM_THRESHOLD, _KEPT_AT_MOST), (_M_MMAP_THRESHOLD, _KEPT_AT_MOST), (_M_ARENA_MAX, 1))


def give_back_freed_memory() -> None:
    """Have the C library give freed memory back to the system soon, and keep one heap for all threads.

    Left to itself, glibc keeps a heap for each thread, with holes of its own, and goes over to keeping large
    blocks: a transcript of 12 MB took 181 MB so, and takes 147. Other C libraries are left as they are.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        for setting, value in _SETTINGS:
            set_option(setting, value)


def is_no_memory(error: BaseException) -> bool:
    """Whether an error says that there was not enough memory, for a value or for a library.

    So does SystemError: code in C got none, and did not say so.
    """
    is_not_mapped = isinstance(error, ImportError) and _NOT_MAPPED in str(error)
    return is_not_mapped or isinstance(error, MemoryError | SystemError)


def allow_many_descriptors() -> None:
    """Raise the process's limit of open files to what it may have, at most 65,536.

    The usual limit is 1,024, and each open job takes one.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
