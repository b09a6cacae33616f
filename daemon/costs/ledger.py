"""What was spent: an append-only CSV with two lines per request, and never any text.

A line `reserved` is on the disk before the request is sent, with the most it can cost; a line
`paid` follows with what it did cost. A reservation without its `paid` counts whole: the request
may have been billed although its answer never came.

Of a request that goes in a message batch the lines are `reserved in batch` and `paid in batch`, and the
reservation's name is the request's own. It counts for the day on which it was sent, whenever it is paid.

Lines are written in groups: while one thread waits for the disk, those of all others gather, and go
there together with one fsync. None of them goes on before its own line is durable.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from daemon.costs.ledger_file import (
    HEADER,
    PLACES,
    Record,
    clean_job_name,
    format_line,
    need_plain_file,
    open_ledger,
    parse_line,
)
from daemon.costs.pricing import Usage
from daemon.costs.question import Label
from daemon.errors import ServiceError
from daemon.system.disk_faults import is_about_rights
from daemon.system.files import PRIVATE_FILE, Folder
from daemon.system.open_file import set_mode

log = logging.getLogger(__name__)

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NO_FILE = (errno.EISDIR, errno.ELOOP, errno.ENXIO)  # opening a folder, a link, a pipe or socket for writing


@dataclass(frozen=True, slots=True)
class Payment:
    """What a request of a batch did cost, in dollars: none, where it was never sent or is not billed."""

    reservation: str
    label: Label
    model: str
    usage: Usage
    dollars: float


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(eq=False, slots=True)
class _Group:
    """Lines that go to the disk together; `error` is what the disk said, None if it took them."""

    lines: list[str] = field(default_factory=list)
    is_done: bool = False
    error: OSError | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """Dollars that count as spent already, on their way to the disk; see `Ledger.begin_reservation`."""

    record: Record
    group: _Group


class Ledger:
    """The open ledger of the one process that may write it; thread-safe.

    Opening reads the file once; sums are kept from then on. `clock` gives the time in UTC. Raises
    OSError when the file is there and can't be read. `unreadable` counts the lines that were skipped.
    With `folder`, the open folder that it lies in, lines go into that one, wherever its path leads by then.
    Whoever reserves only what still fits holds `deciding` from the look at the sums until the
    reservation has begun.
    """

    def __init__(
        self, path: str, clock: Callable[[], datetime] = _utc_now, folder: Folder | None = None
    ) -> None:
        self.path = path
        self._folder = folder
        self.unreadable = 0
        self._clock = clock
        self._lock = threading.Lock()
        self._written = threading.Condition(self._lock)
        self._gathering = _Group()
        self._is_writing = False
        self.deciding = threading.Lock()
        self._open: dict[str, Record] = {}
        self._by_day: defaultdict[date, float] = defaultdict(float)
        self._by_job: defaultdict[str, float] = defaultdict(float)
        self._saved_by_day: defaultdict[date, float] = defaultdict(float)
        self._has_paid = False
        self._torn = False
        self._read_file()

    def begin_reservation(
        self, label: Label, model: str, dollars: float, in_batch_as: str | None = None
    ) -> Reservation:
        """Count a request of at most so many dollars as spent from now on; waits for no disk.

        It may not be sent before `finish_reservation` has returned. `in_batch_as` is the name of a request
        that goes in a batch.
        """
        record = Record(
            self._clock(),
            in_batch_as or secrets.token_hex(8),
            clean_job_name(label.job),
            round(dollars, PLACES),
            paid=False,
            in_batch=in_batch_as is not None,
        )
        line = format_line(record, label.chunk, model, Usage())
        with self._lock:
            self._count_line(record)
            return Reservation(record, self._add_line(line))

    def finish_reservation(self, reservation: Reservation) -> str:
        """Wait until a reservation is durable; its id.

        Raises ServiceError when it can't be written: the request must not be sent then.
        """
        with self._lock:
            error = self._await_group(reservation.group)
            if error is None:
                return reservation.record.reservation
            self._uncount_line(reservation.record)
        raise ServiceError(f"The ledger {self.path} can't be written ({error.strerror}).", _word_mend(error))

    def record_payment(
        self, reservation: str, label: Label, model: str, usage: Usage, dollars: float
    ) -> None:
        """Write down what a request did cost.

        Where that can't be written the reservation stands, so the ledger says too much rather than
        too little; an answer in hand is worth more than this line.
        """
        record = Record(
            self._clock(),
            reservation,
            clean_job_name(label.job),
            round(dollars, PLACES),
            paid=True,
            in_batch=False,
        )
        line = format_line(record, label.chunk, model, usage)
        with self._lock:
            error = self._await_group(self._add_line(line))
            self._count_line(record)
        if error is not None:
            log.warning("ledger: a paid request could not be written down (%s)", error.strerror)

    def record_batch(self, payments: Iterable[Payment]) -> None:
        """Write down what requests of a batch did cost, together; those that are paid already are left out.

        Where that can't be written, see `record_payment`.
        """
        with self._lock:
            group = None
            for payment in payments:
                if payment.reservation not in self._open:
                    continue
                record = Record(
                    self._clock(),
                    payment.reservation,
                    clean_job_name(payment.label.job),
                    round(payment.dollars, PLACES),
                    paid=True,
                    in_batch=True,
                )
                group = self._add_line(format_line(record, payment.label.chunk, payment.model, payment.usage))
                self._count_line(record)
            error = self._await_group(group) if group is not None else None
        if error is not None:
            log.warning("ledger: paid requests of a batch could not be written down (%s)", error.strerror)

    def list_jobs_of(self, start: str) -> frozenset[str]:
        """The jobs, as the ledger calls them, that have an open reservation whose name begins so."""
        with self._lock:
            return frozenset(one.job for name, one in self._open.items() if name.startswith(start))

    def saved_today(self, now: datetime) -> float:
        """Dollars that the batches sent since local midnight have saved."""
        with self._lock:
            return round(self._saved_by_day.get(now.astimezone().date(), 0.0), PLACES)

    def spent_today(self, now: datetime) -> float:
        """Dollars since local midnight; costs the same however old the ledger is."""
        with self._lock:
            return round(self._by_day.get(now.astimezone().date(), 0.0), PLACES)

    def spent_on(self, job: str) -> float:
        """Dollars spent on a job, in all its requests."""
        with self._lock:
            return round(self._by_job.get(clean_job_name(job), 0.0), PLACES)

    def has_paid(self) -> bool:
        """Whether any request ever cost money."""
        with self._lock:
            return self._has_paid

    def _read_file(self) -> None:
        try:
            with open_ledger(self.path) as file:
                last = b"\n"
                for last in file:
                    self._take_line(last)
        except FileNotFoundError:
            return
        self._torn = not last.endswith(b"\n")
        if self.unreadable:
            log.warning("ledger: %d lines can't be read and were skipped", self.unreadable)

    def _take_line(self, line: bytes) -> None:
        record = parse_line(line)
        if record is not None:
            self._count_line(record)
        elif line != HEADER.encode():
            self.unreadable += 1

    def _count_line(self, record: Record) -> None:
        """Add a record to the sums; a paid one takes the place of its reservation."""
        before = self._open.pop(record.reservation, None)
        if before is not None:
            self._add_dollars(before, -before.dollars)
        if not record.paid:
            self._open[record.reservation] = record
        sent = before if record.in_batch and before is not None else record
        self._add_dollars(sent, record.dollars)
        if record.paid and record.in_batch:
            self._saved_by_day[sent.time.astimezone().date()] += record.dollars
        if record.paid and record.dollars > 0:
            self._has_paid = True

    def _add_dollars(self, record: Record, dollars: float) -> None:
        self._by_day[record.time.astimezone().date()] += dollars
        self._by_job[record.job] += dollars

    def _uncount_line(self, record: Record) -> None:
        """Take a reservation that never came to the disk out of the sums."""
        if self._open.pop(record.reservation, None) is not None:
            self._add_dollars(record, -record.dollars)

    def _add_line(self, line: str) -> _Group:
        """Have a line written with the next group; the lock is held."""
        self._gathering.lines.append(line)
        return self._gathering

    def _await_group(self, group: _Group) -> OSError | None:
        """Wait until a group is durable; what went wrong with it, None where nothing did.

        It is written here where no other thread does that. The lock is held, and let go of meanwhile.
        """
        while not group.is_done:
            if self._is_writing:
                self._written.wait()
            else:
                self._write_gathered()
        return group.error

    def _write_gathered(self) -> None:
        group, self._gathering = self._gathering, _Group()
        self._is_writing = True
        self._lock.release()
        group.error = OSError(errno.EIO, "writing it was broken off")  # until all of it is durable
        try:
            self._append_lines(group.lines)
            group.error = None
        except OSError as error:
            group.error = error
        finally:
            self._lock.acquire()
            self._is_writing = False
            group.is_done = True
            self._written.notify_all()

    def _append_lines(self, lines: Sequence[str]) -> None:
        """Put lines on the disk; the file is opened anew, so that one taken away is begun again."""
        with contextlib.ExitStack() as stack:
            folder = self._folder
            if folder is None or folder.fd < 0:  # closed, while an answer still came in
                folder = stack.enter_context(Folder(os.path.dirname(self.path) or "."))
            self._append_in(folder, lines)

    def _append_in(self, folder: Folder, lines: Sequence[str]) -> None:
        fd = os.open(os.path.basename(self.path), _FLAGS, 0o600, dir_fd=folder.fd)
        try:
            need_plain_file(fd, self.path)
            is_new = os.fstat(fd).st_size == 0
            set_mode(fd, PRIVATE_FILE)
            before = ""
            if is_new:
                before = HEADER
            elif self._torn:  # a line was written in part: what follows begins on a line of its own
                before = "\n"
            self._write_data(fd, (before + "".join(lines)).encode())
            os.fsync(fd)
        finally:
            os.close(fd)
        if is_new:
            folder.fsync()

    def _write_data(self, fd: int, data: bytes) -> None:
        self._torn = True  # until all of it is there
        if os.write(fd, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._torn = False


def _word_mend(error: OSError) -> str:
    """What a person can do about a ledger that can't be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Make room on its disk."
    if error.errno in _NO_FILE:
        return "Move away what lies there under its name; it is made anew."
    if is_about_rights(error):
        return "Mend its permissions, and whatever else protects it (lsattr shows that)."
    return "Make room on its disk, or mend it."
