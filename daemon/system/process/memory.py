"""What memory the process keeps that it does not use any more, and how it is told that there is none left."""

from __future__ import annotations

import ctypes

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
