"""What was dropped for a job: its source, and the files of the same stem, as they lie in the job's folder."""

from __future__ import annotations

import os

from daemon.errors import JobError
from daemon.store.ticket import Ticket
from daemon.system.digest import digest_of_file
from daemon.system.disk_faults import tells_nothing
from daemon.system.file_names import shown
from daemon.system.files import PRIVATE_FILE, Folder
from daemon.system.open_file import set_mode


class Originals:
    """The originals of one job. Each is named by what it is called in the job's folder."""

    def __init__(self, folder: Folder, ticket: Ticket) -> None:
        self._folder = folder
        self._ticket = ticket

    def list_names(self) -> list[tuple[str, str]]:
        """The originals that are there, the source first: its name in inbox, and in the job's folder."""
        named = [(one.name, one.kept) for one in self._ticket.companions]
        there = [(name, kept) for name, kept in named if self._folder.has(kept)]
        return [(os.path.basename(self._ticket.name), self._ticket.source), *there]

    def read_bytes(self, kept: str | None = None) -> bytes:
        """The bytes of an original, of the source where none is named.

        Raises JobError where there are none to be read, and OSError while a disk or share is away.
        """
        try:
            return self._folder.read(kept or self._ticket.source)
        except OSError as error:
            if tells_nothing(error):
                raise
        raise JobError(
            f"The original of {shown(self._ticket.name)} can't be read from {shown(self._folder.path)}.",
            "Check the disk; then run `transcriptd retry`, or discard the job.",
        )

    def need_source(self) -> None:
        """Raise JobError where the source was taken out of the folder: the job can't be delivered without."""
        if not self._folder.has(self._ticket.source):
            path = shown(os.path.join(self._folder.path, self._ticket.source))
            raise JobError(
                f"The original of {shown(self._ticket.name)} is gone: {path} was deleted or moved away. "
                "Nothing more is paid for without it; what was cleaned is kept.",
                "Put the same file back under that name and retry it, or discard it.",
            )

    def make_private(self) -> None:
        """Give the originals, which came with the modes they were dropped with, the state's own."""
        for _, kept in self.list_names():
            fd = self._folder.open(kept)
            try:
                set_mode(fd, PRIVATE_FILE)
            finally:
                os.close(fd)

    def keep_as_read(self, kept: str, data: bytes) -> None:
        """Put by what was read of an original that somebody has open, and may still write to."""
        self._folder.write(_name_as_read(kept), data)

    def find_as_read(self, kept: str) -> str:
        """The name of the file that holds an original as it was read: mostly its own."""
        name = _name_as_read(kept)
        return name if self._folder.has(name) else kept

    def find_digest(self, kept: str) -> str | None:
        """The hash of an original as it is now, None where there is none."""
        try:
            fd = self._folder.open(kept)
        except FileNotFoundError:
            return None
        try:
            return digest_of_file(fd)
        finally:
            os.close(fd)


def _name_as_read(kept: str) -> str:
    return f"as-read-{kept}"
