"""Errno by call by folder: no error of a disk is a bug, and all goes on by itself when it is over.

Each case works one file to its end in this process, with a model that is paid: one kind of call fails below
one folder, twice, or until nothing goes on any more. Then the result must be there, whole, of as many
requests as it has chunks, and nothing of the job be left.
"""

import errno
import shutil
import time

import pytest

from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from tests import HANG_SECONDS
from tests.conftest import Root
from tests.faulty_disk import Faulty

PASSING = (
    "ESTALE ETIMEDOUT EHOSTDOWN EHOSTUNREACH ENOTCONN ECONNRESET EPIPE EAGAIN EBUSY ETXTBSY EKEYEXPIRED"
    " ENOKEY EMFILE ENFILE ENOMEM EINTR ENOLCK EREMOTEIO EACCES".split()
)
LASTING = "ENOSPC EDQUOT EIO EROFS EFBIG ENODEV ENXIO EUCLEAN".split()
UNABLE = "EINVAL EBADF ENOSYS EPERM EOPNOTSUPP ENOTTY".split()
NAMES = "ENAMETOOLONG EILSEQ".split()
OTHERS = "EOVERFLOW ELOOP ENOTDIR EISDIR EMLINK EXDEV ERANGE".split()
ALL = [*PASSING, *LASTING, *UNABLE, *NAMES, *OTHERS]
FOLDERS = ("inbox", "outbox", "state")
CALLS = {  # and below which folders the program makes them as a file goes its way
    "open": FOLDERS,
    "mkdir": FOLDERS,
    "rename": FOLDERS,
    "unlink": ["state"],
    "rmdir": ["state"],
    "fsync": FOLDERS,
    "fchmod": ["outbox", "state"],
    "utime": ["outbox"],
    "read": ["state"],
    "write": ["outbox", "state"],
    "ftruncate": ["outbox", "state"],
    "listdir": ["outbox", "state"],
    "stat": FOLDERS,
}
PLACES = [(call, folder) for call, folders in CALLS.items() for folder in folders]
SAMPLE = ["ETIMEDOUT", "ENOSPC", "EINVAL"]  # one of them in every run of the tests; all by `make prove`
TALK = "Ann: um hello and welcome to the show today.\n\nBen: thank you, it is good to be here again.\n"
A_MOMENT = 0.01  # seconds, in the place of each wait before another try: here each fault has many of them
WAITS = [
    "daemon.intake.inbox.REFUSED_SECONDS",
    "daemon.intake.watch.LOCAL_INTERVAL",
    "daemon.loop.failures._AGAIN_SECONDS",
    "daemon.loop.failures._UNMARKED_SECONDS",
    "daemon.loop.holds._FIRST_SECONDS",
    "daemon.loop.steps.long_steps._WRITTEN_SECONDS",
    "daemon.loop.supervisor.TICK",
    "daemon.system.disk_faults.LONGEST_PROBE_SECONDS",
    "daemon.system.disk_faults.PROBE_SECONDS",
    "daemon.system.volumes.pinned_folder._PROBE_SECONDS",
]
STUCK_LOOKS = 12  # refusals after which a fault that lasts is taken away


@pytest.mark.parametrize(("call", "folder"), PLACES)
def test_a_sample_of_errors_ends_well(call, folder, server, tmp_path, short_waits, monkeypatch, caplog):
    name = SAMPLE[PLACES.index((call, folder)) % len(SAMPLE)]
    sweep([name], call, folder, server, tmp_path, monkeypatch, caplog)


@pytest.mark.prove
@pytest.mark.parametrize(("call", "folder"), PLACES)
def test_every_error_ends_well(call, folder, server, tmp_path, short_waits, monkeypatch, caplog, total):
    met = sweep(ALL, call, folder, server, tmp_path, monkeypatch, caplog)
    total(f"errno sweep: {call} in {folder}: {met} faults, 0 failed")


def sweep(names, call, folder, server, tmp_path, monkeypatch, caplog):
    """Try each error, passing and lasting; how many were met."""
    for waited in WAITS:
        monkeypatch.setattr(waited, A_MOMENT)
    wrong, met = [], 0
    for name in names:
        for times in (2, 10**6):
            where = tmp_path / f"{name}-{times}"
            try:
                work_through(where, server, call, folder, name, times, monkeypatch, caplog)
                met += 1
            except AssertionError as error:
                wrong.append(f"{name} x{times}: {error}".split("\n")[0].replace(str(where), "ROOT"))
            shutil.rmtree(where)
    assert not wrong, "\n".join(wrong)
    return met


def work_through(where, server, call, folder, name, times, monkeypatch, caplog):
    """Work one file to its end while one call fails."""
    caplog.clear()
    asked_before = len(server.bodies)
    root = Root(where, base_url=server.url, chunk_words=10, concurrency=2)
    with monkeypatch.context() as patch:
        supervisor = Supervisor(load_config(str(root.path / "config.yaml")), lambda *_, **__: None)
        try:
            faulty = Faulty(patch, call, root.path / folder, name, times, lambda path: "STATUS" not in path)
            root.drop("talk.txt", TALK)
            go_on(supervisor, lambda: faulty.hits >= STUCK_LOOKS or is_over(root, supervisor))
            faulty.left = 0
            go_on(supervisor, lambda: is_over(root, supervisor))
        finally:
            supervisor.stop()
            supervisor._leave()
    said = [record.getMessage() for record in caplog.records]
    assert not [line for line in said if "bug" in line]
    (result,) = root.results()
    assert (root.outbox / result / "original.txt").read_text() == TALK
    summary = root.summary(result)
    assert len(server.bodies) - asked_before == summary["chunks"], "asked twice"
    assert summary["flags"] == []
    assert faulty.hits, "the fault was never met"


def go_on(supervisor, condition):
    """Look on until something is so."""
    end = time.monotonic() + HANG_SECONDS
    while not condition():
        assert time.monotonic() < end, f"stuck: {tell(supervisor)}"
        supervisor.look()
        time.sleep(0.005)


def tell(supervisor):
    """What keeps the jobs from going on."""
    held = supervisor.jobs.holds.held
    failures = [each.job.failure.find_reason() for each in supervisor.jobs.open_jobs]
    return f"held {held.reason if held else None}, failed {failures}, files {supervisor.inbox.waiting}"


def is_over(root, supervisor):
    return bool(root.results()) and not supervisor.jobs.open_jobs and not list(root.inbox.iterdir())


def test_the_numbers_of_all_errors_are_known_here():
    assert [name for name in ALL if not hasattr(errno, name)] == []
