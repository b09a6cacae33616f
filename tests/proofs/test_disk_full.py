"""A disk that is full, or takes no writes: the service waits, keeps what it has, and goes on by itself."""

import contextlib
import itertools
import json
import os
import resource
import signal
import subprocess
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests import HANG_SECONDS
from tests.acceptance.test_daemon import asked, delivered
from tests.conftest import Root, until
from tests.equal_results import read_results
from tests.messages_server import MessagesServer
from tests.proofs import mounts
from tests.proofs.plug import shut_down

pytestmark = mounts.needs_mounts
TALK = "\n\n".join(
    f"{name}: um sentence number {number} is spoken here by {name} and it has quite a few plain words in it."
    for number, name in enumerate(["Ann", "Ben"] * 6)
)
CHUNKS = 4
LIMIT_BYTES = 200_000
SETTINGS = {"concurrency": 2, "chunk_words": 60}
MODIFIED = 1_700_000_000  # seconds since the epoch: the talk's own time, which a result carries


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """What an undisturbed run delivers."""
    with MessagesServer() as server:
        root = Root(tmp_path_factory.mktemp("wanted"), base_url=server.url, **SETTINGS)
        drop(root)
        root.command("once")
        return read_results(root.outbox)


@pytest.fixture
def small(tmp_path):
    """Mounts a small filesystem at the root or one of its folders; taken off when all is done."""
    with contextlib.ExitStack() as stack:
        yield lambda name, *options: stack.enter_context(mounts.small(tmp_path / "root" / name, *options))


@pytest.fixture
def begin(small, make_root, server):
    """Starts a daemon on a job, and gives it its disk away while two requests are in flight."""

    def start():
        root = make_root(base_url=server.url, **SETTINGS)
        drop(root)
        server.hold()
        daemon = root.start()
        server.wait_for(2)
        return root, daemon

    return start


def drop(root):
    root.drop("talk.txt", TALK)
    os.utime(root.inbox / "talk.txt", (MODIFIED, MODIFIED))


def fill(folder):
    """One big file that takes all the room there is, that of a journal too which ends meanwhile.

    What gives the room back.
    """
    big = folder / "big"
    fd = os.open(big, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    is_writing = True
    while is_writing:
        before = list_journals(folder)
        has_grown = take_room(fd)
        until(lambda: not list_journals(folder))
        is_writing = bool(before or has_grown)
    os.close(fd)
    assert os.statvfs(folder).f_bavail == 0
    return big.unlink


def list_journals(folder):
    return [name for name in os.listdir(folder) if name.endswith("-journal")]


def take_room(fd):
    """Write to a file until nothing more goes in; whether anything did."""
    before = os.fstat(fd).st_size
    with contextlib.suppress(OSError):
        while True:
            os.write(fd, bytes(4096))
    return os.fstat(fd).st_size > before


def fill_names(folder):
    """As many small files as the filesystem has names for; what gives them back."""
    many = folder / "many"
    many.mkdir()
    with contextlib.suppress(OSError):
        for number in itertools.count():
            (many / str(number)).touch()
    assert os.statvfs(folder).f_favail == 0
    return lambda: subprocess.run(["rm", "-r", str(many)], check=True)


def read_only(folder):
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    return lambda: subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)


def held(root):
    """What the daemon says of itself; on a full disk it may be found half written."""

    def said():
        with contextlib.suppress(OSError, ValueError):
            return json.loads((root.state / ".daemon.json").read_text())["held"]

    return until(said)


def look_again(root, daemon):
    """Let it look whether there is room again, until it has found none: it will look again later.

    It is asked again after ever longer times, since it puts off what it is doing when it is asked.
    """
    before = held(root)["until"]
    seconds = 2.0
    while seconds < HANG_SECONDS:
        daemon.process.send_signal(signal.SIGHUP)
        asked_again = time.monotonic() + seconds
        while time.monotonic() < asked_again:
            due = held(root)["until"]
            if due > before and datetime.fromisoformat(due) > datetime.now(UTC) + timedelta(seconds=3):
                return
            time.sleep(0.1)
        seconds *= 2
    raise AssertionError(f"it never looked again: {daemon.log}")


def reload(root, daemon):
    """Let it look at once at all that it waits for."""
    before = sum("config read" in line for line in daemon.log)
    daemon.process.send_signal(signal.SIGHUP)
    daemon.logged("config read", before + 1)
    held(root)


def assert_nothing_was_lost(root, daemon, server, wanted):
    assert read_results(root.outbox) == wanted
    assert Counter(asked(server)).most_common(1)[0][1] == 1
    assert len(server.bodies) == CHUNKS == root.summary("talk")["requests"]
    said = Counter(line.split(" ", 1)[1] for line in daemon.log if " held reason=" in line)
    assert set(said.values()) == {1}
    assert not any(" failed " in line for line in daemon.log)


@pytest.mark.parametrize(
    ("options", "filling"), [("size=384k", fill), ("nr_inodes=96", fill_names)], ids=["bytes", "names"]
)
def test_a_full_disk_holds_the_service_and_an_answer_in_hand_is_kept_until_there_is_room(
    small, begin, server, wanted, options, filling
):
    top = small("", options)
    root, daemon = begin()
    make_room = filling(top)
    server.release()
    daemon.logged(" held ")
    held(root)
    assert "disk" in root.status()["daemon"]["held"]["reason"]
    assert "HELD" in until(lambda: "HELD" in (text := (root.outbox / "STATUS.txt").read_text()) and text)
    for _ in range(2):
        look_again(root, daemon)
    assert [job["state"] for job in root.status()["jobs"]] == ["working"]
    assert len(server.bodies) == 2
    make_room()
    delivered(root)
    assert_nothing_was_lost(root, daemon, server, wanted)


def test_a_full_state_holds_the_service_and_people_are_told(small, begin, server, wanted):
    state = small("state", "size=512k")
    root, daemon = begin()
    make_room = fill(state)
    server.release()
    daemon.logged(" held ")
    until(lambda: "HELD" in (root.outbox / "STATUS.txt").read_text())
    look_again(root, daemon)
    assert len(server.bodies) == 2
    make_room()
    daemon.process.send_signal(signal.SIGHUP)
    delivered(root)
    assert_nothing_was_lost(root, daemon, server, wanted)


@pytest.mark.skipif(bool(why := mounts.missing("mkfs.ext4")), reason=f"no disk can be mounted: {why}")
def test_when_the_disk_of_state_dies_people_are_told_and_after_a_restart_it_goes_on(
    tmp_path, begin, server, wanted
):
    state = tmp_path / "root" / "state"
    mounts.make_disk(tmp_path / "image")
    with mounts.disk(tmp_path / "image", state):
        root, daemon = begin()
        shut_down(state)
        server.release()
        daemon.logged(" held ")
        until(lambda: "HELD" in (root.outbox / "STATUS.txt").read_text())
        daemon.kill()
    with mounts.disk(tmp_path / "image", state):
        daemon = root.start()
        delivered(root)
        assert read_results(root.outbox) == wanted
        daemon.stop()


@pytest.mark.parametrize(
    ("options", "taking_away", "look"),
    [
        ("size=512k", fill, look_again),
        ("nr_inodes=32", fill_names, look_again),
        ("size=512k", read_only, reload),
    ],
    ids=["bytes", "names", "read-only"],
)
def test_an_outbox_that_takes_nothing_keeps_the_job_complete_and_nothing_new_is_claimed(
    small, begin, server, wanted, options, taking_away, look
):
    outbox = small("outbox", options)
    root, daemon = begin()
    give_back = taking_away(outbox)
    server.release()
    daemon.logged(" held ")
    root.drop("waiting.txt")
    for _ in range(2):
        look(root, daemon)
    status = root.status()
    assert [(job["name"], job["state"], job["done"]) for job in status["jobs"]] == [
        ("talk", "complete", CHUNKS)
    ]
    assert status["inbox"] == 1
    (root.inbox / "waiting.txt").unlink()
    give_back()
    daemon.process.send_signal(signal.SIGHUP)
    delivered(root)
    assert_nothing_was_lost(root, daemon, server, wanted)


def test_a_limit_on_the_size_of_files_is_a_full_disk(begin, server, wanted):
    root, daemon = begin()
    before = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    server.release()
    daemon.logged(" held ")
    assert len(server.bodies) == 2
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, before)
    daemon.process.send_signal(signal.SIGHUP)
    delivered(root)
    assert_nothing_was_lost(root, daemon, server, wanted)


def test_a_result_that_is_too_large_for_a_limit_keeps_no_other_waiting(root):
    daemon = root.start()
    daemon.logged("watching")
    limits = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (LIMIT_BYTES, limits[1]))
    root.drop(
        "large.txt", "Ann: " + " ".join(f"this is number {n} of many." for n in range(LIMIT_BYTES // 40))
    )
    daemon.logged("failed job=large")
    root.drop("small.txt")
    until((root.outbox / "small").exists)
    failed = (root.state / "large" / "FAILED").read_text()
    assert "File too large" in failed
    assert "LimitFSIZE=" in failed
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, limits)
    root.command("retry", "large")
    until((root.outbox / "large").exists)
    assert not any(" held " in line for line in daemon.log)


def test_a_claim_that_finds_no_room_leaves_the_file_in_the_inbox_until_there_is(small, make_root):
    state = small("state", "size=512k")
    root = make_root()
    daemon = root.start()
    until((state / ".daemon.json").exists)
    make_room = fill(state)
    root.drop("talk.txt", TALK)
    daemon.logged(" held ")
    for _ in range(2):
        look_again(root, daemon)
    assert (root.inbox / "talk.txt").read_text() == TALK
    assert root.status()["jobs"] == []
    make_room()
    daemon.process.send_signal(signal.SIGHUP)
    assert delivered(root) == ["talk"]
    assert sum(" held reason=" in line for line in daemon.log) == 1
