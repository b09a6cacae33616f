"""The file ledger.csv: how it is opened and read, and what a line of it says.

A line is `reserved` or `paid`; of a request that goes in a message batch, `reserved in batch` or `paid in
batch`. Lines that people or another program spoilt are told from whole ones, and skipped.
"""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import stat
from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, datetime
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import astuple

from daemon.costs.pricing import Usage
from daemon.costs.question import CHAPTERS, SUMMARY, SURVEY

LEDGER = "ledger.csv"
"""The ledger's name in the state folder."""
HEADER = "time,entry,reservation,job,chunk,model,input_tokens,output_tokens,cache_write,cache_read,dollars\n"
PLACES = 8
"""How many decimal places dollars have."""

_RESERVED, _PAID = "reserved", "paid"
_IN_BATCH = " in batch"
_ENTRIES = (_RESERVED, _PAID, _RESERVED + _IN_BATCH, _PAID + _IN_BATCH)
_PARTS = {SURVEY: "survey", SUMMARY: "summary", CHAPTERS: "chapters"}
_COLUMNS = HEADER.count(",") + 1
_DOLLARS = re.compile(rf"\d+\.\d{{{PLACES}}}")
_READ_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe in its place is not waited for
_BLOCK = 1 << 16


class Record(Struct, frozen=True):
    """What a line says that counts: when a request was reserved or paid, for which job, and its dollars."""

    time: datetime
    reservation: str
    job: str
    dollars: float
    paid: bool
    in_batch: bool


def open_ledger(path: str) -> BinaryIO:
    """The file, opened to be read; raises OSError where there is none, or something else in its place."""
    fd = os.open(path, _READ_FLAGS)
    try:
        need_plain_file(fd, path)
    except OSError:
        os.close(fd)
        raise
    return os.fdopen(fd, "rb")


def need_plain_file(fd: int, path: str) -> None:
    """Raise OSError where something else than a file lies in the ledger's place."""
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        raise OSError(errno.EINVAL, "it is not a file; move it away", path)


def read_lines_backwards(path: str) -> Iterator[bytes]:
    """The file's lines, last first; what stands behind the last newline is given without one."""
    try:
        with open_ledger(path) as file:
            at, rest, end = file.seek(0, os.SEEK_END), b"", b""
            while at > 0:
                start = max(0, at - _BLOCK)
                file.seek(start)
                rest, *lines = (file.read(at - start) + rest).split(b"\n")
                for line in reversed(lines):
                    yield line + end
                    end = b"\n"
                at = start
            yield rest + end
    except FileNotFoundError:
        return


def parse_line(line: bytes) -> Record | None:
    """One whole line; None for the heading and whatever can't be understood.

    All places of the dollars must be there: a line cut off within them would say too little.
    """
    try:
        (row,) = csv.reader([line.decode()], strict=True)
        time, kind, reservation, job, *_, dollars = row[:_COLUMNS]  # people may have added some
        paid, in_batch = kind.startswith(_PAID), kind.endswith(_IN_BATCH)
        record = Record(datetime.fromisoformat(time), reservation, job, float(dollars), paid, in_batch)
    except (ValueError, csv.Error):
        return None
    whole = line.endswith(b"\n") and len(row) >= _COLUMNS and kind in _ENTRIES
    has_day = record.time.tzinfo is not None and MINYEAR < record.time.year < MAXYEAR  # in any time zone
    sound = has_day and bool(_DOLLARS.fullmatch(dollars))
    return record if whole and sound else None


def format_line(record: Record, chunk: int, model: str, usage: Usage) -> str:
    """The line of a record; `chunk` and `model` say what was asked, `usage` the tokens that it took."""
    kind = (_PAID if record.paid else _RESERVED) + (_IN_BATCH if record.in_batch else "")
    time = record.time.isoformat(timespec="seconds")
    part = _PARTS.get(chunk, chunk)
    dollars = f"{record.dollars:.{PLACES}f}"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(
        [time, kind, record.reservation, record.job, part, model, *astuple(usage), dollars]
    )
    return out.getvalue()


def clean_job_name(name: str) -> str:
    """A job's name as it stands in the ledger: on one line, and always encodable."""
    if name.isprintable():
        return name
    return "".join(letter if letter.isprintable() else "?" for letter in name)
