"""Where a library run stands: a folder with a header and one file per finished chunk.

What is done, paused or failed is told by what lies in the folder, as for the daemon's jobs.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import stat
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from daemon.errors import ConfigError, LockedError
from daemon.store.failure import FAILED
from daemon.store.pause import PAUSE
from daemon.store.saved import checkpoint
from daemon.system.argument_types import require_type
from daemon.system.digest import digest_of_value
from daemon.system.disk_faults import tells_nothing
from daemon.system.file_names import shown
from daemon.system.files import PRIVATE_FOLDER, Folder
from daemon.system.open_file import set_mode
from daemon.system.paths import make_folders
from daemon.system.process.folder_lock import Lock
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.text.json_values import load_json

RUNNING, PAUSED, FAILED_STATUS = "running", "paused", "failed"
DEFAULT_FOLDER = ".transcriptd-run"
"""Where a run lies whose folder was not named; in the working directory."""

_HEADER = "state.json"
_ASIDE = ".aside-"
_A_FOLDER_OF_ITS_OWN = "Give StateManager a folder that holds nothing else."


@dataclass
class ProcessingState:
    """Where a run stands. `completed_chunks` and `processed_results` are what the folder holds."""

    file_name: str
    video_title: str
    model: str
    provider: str
    total_chunks: int
    config: Mapping[str, Any] = field(default_factory=dict)
    config_hash: str = ""
    status: str = RUNNING
    error: str | None = None
    run_id: str = ""
    chunk_hashes: tuple[str, ...] = ()
    completed_chunks: list[int] = field(default_factory=list)
    processed_results: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.run_id = self.run_id or secrets.token_hex(8)
        self.config_hash = self.config_hash or digest_of_value(dict(self.config))

    def is_same_run(self, other: ProcessingState) -> bool:
        """Whether both are of the same file, the same chunk texts and the same config."""
        same = ("file_name", "total_chunks", "chunk_hashes", "config_hash")
        return all(getattr(self, key) == getattr(other, key) for key in same)


_STORED = (
    "file_name", "video_title", "model", "provider", "total_chunks", "config", "config_hash", "run_id",
    "chunk_hashes",
)  # fmt: skip


class StateManager:
    """A folder (0700, its files 0600) that holds one run: a header and one file per finished chunk.

    Without a `path` that is `.transcriptd-run` in the working directory: beside the work that it belongs
    to, where its owner sees it, and where two projects are not in each other's way. What another run left
    there unfinished is kept in a folder inside, and found again when that run goes on.

    The folder is for this alone: one that holds other files is refused with ConfigError. One process at a
    time may change it, and one run at a time be in it: others get LockedError. The cost of a checkpoint does
    not grow with the number of chunks.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        require_type("path", path, str, os.PathLike, None)
        if path == "":
            raise ValueError(f"path must name a folder; None is {DEFAULT_FOLDER}")
        self.path = os.path.abspath(DEFAULT_FOLDER if path is None else path)
        self._header: ProcessingState | None = None
        self._mutex = threading.Lock()
        self._running = threading.Lock()
        self._depth = 0

    def load(self) -> ProcessingState | None:
        """What lies in the folder, None where there is no run to continue."""
        try:
            with Folder(self.path) as folder:
                header = _read_header(folder)
                if header is None:
                    return None
                self._header = header
                return self._fill_in(folder, header)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def save(self, state: ProcessingState) -> None:
        """Write the header, the status and those results that are not on disk yet."""
        require_type("state", state, ProcessingState)
        with self.exclusive() as folder:
            if self._header is None or self._header.run_id != state.run_id or not folder.has(_HEADER):
                stored = {key: getattr(state, key) for key in _STORED}
                data = json.dumps(stored, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")
                _make_way(folder, _HEADER)
                folder.write(_HEADER, data)
                self._header = state
            there = set(checkpoint.list_indexes(folder.names()))
            for index, result in zip(state.completed_chunks, state.processed_results, strict=False):
                if index not in there:
                    self.update_chunk_complete(index, result)
            self.set_status(state.status, state.error)

    def update_chunk_complete(self, index: int, result: Mapping[str, Any]) -> None:
        """Write one finished chunk (a ProcessedChunk's `to_dict()`); durable when this returns.

        Raises ValueError for a chunk that the run does not have, and before `save`.
        """
        require_type("index", index, int)
        require_type("result", result, Mapping)
        with self.exclusive() as folder:
            header = self._require_header(folder)
            if not 0 <= index < header.total_chunks:
                raise ValueError(f"index must be from 0 to {header.total_chunks - 1}, not {index}")
            done = ProcessedChunk.from_dict({**result, "chunk_index": index})
            _make_way(folder, checkpoint.name_checkpoint(index))
            checkpoint.save_checkpoint(folder, _bind_result(header, index), done)

    def set_status(self, status: str, error: str | None = None) -> None:
        """Note that it is "running", "paused" or "failed"; a PAUSE or FAILED file in the folder tells.

        Raises ValueError for any other status.
        """
        markers = {RUNNING: None, PAUSED: PAUSE, FAILED_STATUS: FAILED}
        if status not in markers:
            raise ValueError(f"status must be one of {', '.join(markers)}, not {status!r}")
        marker = markers[status]
        with self.exclusive() as folder:
            _make_way(folder, PAUSE, FAILED)
            for name in (PAUSE, FAILED):
                if name != marker:
                    folder.unlink(name)
            if marker is not None:
                folder.write(marker, (error or "").encode("utf-8", "replace"))

    def clear(self) -> None:
        """Remove the run; what was set aside stays."""
        self._header = None
        if os.path.isdir(self.path):
            with self.exclusive() as folder:
                names = _list_own(folder)
                _make_way(folder, *names)
                for name in names:
                    folder.unlink(name)
                folder.fsync()

    def find_run(self, wanted: ProcessingState) -> ProcessingState | None:
        """The state of the same run, from here or from where it was set aside; None where there is none.

        Any other run that lies here is set aside.
        """
        with self.exclusive() as folder:
            found = self.load()
            if found is None or not found.is_same_run(wanted):
                self.set_aside()
                found = self._find_aside(folder, wanted)
            if found is None:
                return None
            self._bring_back(folder, found.run_id)
            return self.load()

    def set_aside(self) -> None:
        """Keep a run's files in a folder of their own inside this one, so that another can begin."""
        with self.exclusive() as folder:
            names = _list_own(folder)
            if not names:
                return
            header = _read_header(folder)
            self._header = None
            # The header goes last: as long as it is here, what is on its way still belongs to it.
            names.sort(key=lambda name: name == _HEADER)
            with _open_or_make(folder, _ASIDE + (header.run_id if header else secrets.token_hex(4))) as aside:
                for name in names:
                    folder.move(name, aside, name)

    @staticmethod
    def _find_aside(folder: Folder, wanted: ProcessingState) -> ProcessingState | None:
        for name in folder.names():
            if name.startswith(_ASIDE):
                with folder.sub(name) as aside:
                    header = _read_header(aside)
                if header is not None and header.is_same_run(wanted) and name == _ASIDE + header.run_id:
                    return header
        return None

    def _bring_back(self, folder: Folder, run_id: str) -> None:
        """Move a run's files back that were set aside; goes on where that was once cut off."""
        name = _ASIDE + run_id
        if not folder.has(name):
            return
        with folder.sub(name) as aside:
            # The header goes first: what is still on its way belongs to it.
            for one in sorted(aside.names(), key=lambda name: name != _HEADER):
                aside.move(one, folder, one)
        folder.rmdir(name)

    @contextlib.contextmanager
    def one_run(self) -> Iterator[None]:
        """Hold the folder for one run; raises LockedError for another meanwhile, even of another thread."""
        if not self._running.acquire(blocking=False):
            raise LockedError(
                f"Another run is in {shown(self.path)}.",
                "Wait for its end, or give each run a StateManager with a folder of its own.",
            )
        try:
            with self.exclusive():
                yield
        finally:
            self._running.release()

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[Folder]:
        """Hold the folder against other processes; nests, also over threads. Raises LockedError."""
        with self._mutex:
            if self._depth == 0:
                self._take_lock()
            self._depth += 1
        try:
            yield self._folder
        finally:
            with self._mutex:
                self._depth -= 1
                if self._depth == 0:
                    self._lock.release()
                    self._folder.close()

    def _take_lock(self) -> None:
        """Open the folder, which is made where it is missing, and keep other processes out of it."""
        make_folders(self.path)
        self._folder = Folder(self.path)
        try:
            _refuse_other_files(self._folder)
            set_mode(self._folder.fd, PRIVATE_FOLDER)
            self._lock = Lock(self._folder)
        except BaseException:
            self._folder.close()
            raise

    def _require_header(self, folder: Folder) -> ProcessingState:
        header = self._header or _read_header(folder)
        if header is None:
            raise ValueError("save a ProcessingState before its chunks")
        self._header = header
        return header

    @staticmethod
    def _fill_in(folder: Folder, header: ProcessingState) -> ProcessingState:
        """The state that a header and the files beside it tell."""
        state = ProcessingState(**{key: getattr(header, key) for key in _STORED})
        for name, status in ((PAUSE, PAUSED), (FAILED, FAILED_STATUS)):
            if folder.has(name) and not _is_folder(folder, name):
                state.status = status
                state.error = folder.read(name).decode("utf-8", "replace") or None
        for index in checkpoint.list_indexes(folder.names()):
            result = checkpoint.load_checkpoint(folder, index, _bind_result(header, index))
            if result is not None:
                state.completed_chunks.append(index)
                state.processed_results.append(result.to_dict())
        return state


def _list_own(folder: Folder) -> list[str]:
    """The names of a run's files in a folder; what else lies there is somebody else's."""
    names = folder.names()
    chunks = {checkpoint.name_checkpoint(index) for index in checkpoint.list_indexes(names)}
    return [name for name in names if name in chunks or name in (_HEADER, PAUSE, FAILED)]


def _make_way(folder: Folder, *names: str) -> None:
    """Rename folders that have the name of a run's file: they are somebody else's."""
    for name in names:
        if _is_folder(folder, name):
            folder.set_aside(name)


def _is_folder(folder: Folder, name: str) -> bool:
    found = folder.stat(name)
    return found is not None and stat.S_ISDIR(found.st_mode)


def _refuse_other_files(folder: Folder) -> None:
    """Raise ConfigError for a folder of other things, in which no run has ever been."""
    others = sorted({name for name in folder.names() if not name.startswith(".")} - {*_list_own(folder)})
    if others and not folder.has(Lock.FILE) and _read_header(folder) is None:
        raise ConfigError(
            f"{shown(folder.path)} is not a folder for a run's state: {shown(others[0])} is in it.",
            _A_FOLDER_OF_ITS_OWN,
        )


def _open_or_make(folder: Folder, name: str) -> Folder:
    return folder.sub(name) if folder.has(name) else folder.make(name)


def _read_header(folder: Folder) -> ProcessingState | None:
    """The header of a run, None where there is none that is whole.

    Raises OSError where that can't be told for now: taken for none, its chunks would be paid for again.
    """
    try:
        stored = load_json(folder.read(_HEADER))
        stored["chunk_hashes"] = tuple(stored["chunk_hashes"])
        return ProcessingState(**stored)
    except (OSError, ValueError, LookupError, TypeError) as error:
        if isinstance(error, OSError) and tells_nothing(error):
            raise
        return None


def _bind_result(header: ProcessingState, index: int) -> checkpoint.Binding:
    hashes = header.chunk_hashes
    line = hashes[index] if index < len(hashes) else ""
    return checkpoint.Binding(header.run_id, line, header.config_hash)
