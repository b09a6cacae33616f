"""The watch: real events from the kernel wake the loop, and a watch that died begins anew."""

import contextlib
import errno
import mmap
import os
import subprocess
import sys
import threading

import pytest

from daemon.intake.watch import FREQUENT_INTERVAL, LOCAL_INTERVAL, Watch
from tests import HANG_SECONDS
from tests.conftest import until
from tests.no_threads import NoThreads
from tests.proofs import mounts
from tests.proofs.mounts import needs_mounts

MADE = 2  # how often a file wakes that is made and closed


class Woken:
    """Counts what woke us, and waits for it."""

    def __init__(self):
        self.event = threading.Event()
        self.times = 0

    def __call__(self):
        self.times += 1
        self.event.set()

    def by(self, change):
        self.event.clear()
        change()
        return self.event.wait(HANG_SECONDS)

    def soon_by_a_file_in(self, place):
        self.event.clear()
        (place / f"{len(os.listdir(place))}.txt").touch()
        return self.event.wait(0.1)


@pytest.fixture
def woken():
    return Woken()


@pytest.fixture
def inbox(tmp_path):
    (tmp_path / "inbox" / "sub").mkdir(parents=True)
    return tmp_path / "inbox"


@pytest.fixture
def same_mounts(monkeypatch):
    """Whatever other tests mount meanwhile is not told of here."""
    monkeypatch.setattr("daemon.intake.watch.MountWatch.changed", lambda mounts: False)


@pytest.fixture
def watch(inbox, woken, same_mounts):
    made = Watch(str(inbox), woken)
    assert made.ensure_watching()
    yield made
    made.stop()


@pytest.mark.parametrize("below", ["", "sub"])
def test_a_file_that_is_made_closed_or_moved_in_wakes(watch, woken, inbox, tmp_path, below):
    place = inbox / below
    assert woken.by(lambda: (place / "a.txt").touch())
    with open(place / "b.txt", "w") as writer:
        woken.event.wait(HANG_SECONDS)
        writer.write("x")
        assert woken.by(writer.close)
    (tmp_path / "c.txt").touch()
    assert woken.by(lambda: (tmp_path / "c.txt").rename(place / "c.txt"))
    assert woken.by(lambda: (place / "c.txt").rename(place / "d.txt"))
    assert woken.by(lambda: os.link(place / "d.txt", place / "e.txt"))


def test_a_folder_that_is_made_or_moved_in_wakes_and_is_watched(watch, woken, inbox, tmp_path):
    (tmp_path / "course" / "deep").mkdir(parents=True)
    (tmp_path / "course" / "deep" / "a.txt").touch()
    assert woken.by(lambda: (tmp_path / "course").rename(inbox / "course"))
    assert woken.by(lambda: (inbox / "new").mkdir())
    for place in (inbox / "course" / "deep", inbox / "new"):
        # the watch on a new folder begins a moment after it is there
        assert until(lambda place=place: woken.soon_by_a_file_in(place))


def test_taking_files_out_does_not_wake(watch, woken, inbox, tmp_path):
    for name in ("a.txt", "b.txt", "sub/c.txt"):
        (inbox / name).touch()
    until(lambda: woken.times == 3 * MADE)
    (inbox / "a.txt").rename(tmp_path / "a.txt")
    (inbox / "sub" / "c.txt").rename(tmp_path / "c.txt")
    (inbox / "b.txt").unlink()
    (inbox / "last.txt").touch()  # events come in the order in which things happened
    until(lambda: woken.times >= 4 * MADE)
    assert woken.times == 4 * MADE


def test_what_leaves_holds_up_nothing_that_comes(watch, woken, inbox, tmp_path):
    def comes_soon():
        before = woken.times
        (inbox / "a.txt").touch()
        until(lambda: woken.times >= before + MADE)
        woken.event.clear()
        (inbox / "a.txt").rename(tmp_path / "a.txt")  # as a claim does
        (inbox / "b.txt").touch()
        soon = woken.event.wait(0.25)
        until(lambda: woken.times >= before + 2 * MADE)
        (inbox / "b.txt").unlink()
        return soon

    until(comes_soon)  # a busy machine may be late, but not each time


def test_a_watch_that_is_well_is_left_alone(watch):
    assert not watch.ensure_watching()
    assert watch.problem is None
    assert watch.interval == LOCAL_INTERVAL


def test_a_folder_that_was_replaced_is_watched_anew(watch, woken, inbox):
    inbox.rename(inbox.with_name("old"))
    inbox.mkdir()
    assert watch.ensure_watching()
    assert woken.by(lambda: (inbox / "a.txt").touch())
    assert not watch.ensure_watching()


def test_a_folder_that_is_gone_is_watched_again_once_it_is_there(watch, woken, inbox):
    (inbox / "sub").rmdir()
    inbox.rmdir()
    for _ in range(3):
        assert not watch.ensure_watching()
    inbox.mkdir()
    assert watch.ensure_watching()
    assert woken.by(lambda: (inbox / "a.txt").touch())


@pytest.mark.process
@needs_mounts
def test_what_was_unmounted_and_mounted_again_between_two_looks_is_watched_again(woken, tmp_path):
    """Its device and inode may be those it had before; the watch is gone all the same."""
    watch = Watch(str(tmp_path / "disk"), woken)
    with mounts.small(tmp_path / "disk"):
        assert watch.ensure_watching()
    with mounts.small(tmp_path / "disk") as inbox:
        assert watch.ensure_watching()
        assert woken.by(lambda: (inbox / "a.txt").touch())
    watch.stop()


def test_a_watch_whose_thread_has_died_begins_anew(watch, woken, inbox):
    watch._observer.stop()
    watch._observer.join(HANG_SECONDS)
    assert watch.ensure_watching()
    assert woken.by(lambda: (inbox / "a.txt").touch())


def test_a_watch_whose_reader_has_died_begins_anew(watch, woken, inbox):
    for emitter in watch._observer.emitters:
        emitter.stop()
        emitter.join(HANG_SECONDS)
    assert watch.ensure_watching()
    assert woken.by(lambda: (inbox / "a.txt").touch())


def test_a_watch_that_no_longer_reads_from_the_kernel_begins_anew(watch, woken, inbox):
    """None of its threads that can be seen from outside has ended."""
    watch._observer._inotify_fd.stop()
    watch._observer._inotify_fd.join(HANG_SECONDS)
    assert watch.ensure_watching()
    assert woken.by(lambda: (inbox / "a.txt").touch())


def test_a_watch_whose_wake_has_raised_begins_anew(woken, inbox):
    """An exception in a handler ends the thread that calls the handlers, and nothing else."""
    failing = threading.Event()

    def wake():
        if not failing.is_set():
            failing.set()
            raise RuntimeError
        woken()

    watch = Watch(str(inbox), wake)
    assert watch.ensure_watching()
    with silenced_threads():
        (inbox / "a.txt").touch()
        assert until(watch.ensure_watching)
    assert failing.is_set()
    assert woken.by(lambda: (inbox / "b.txt").touch())
    watch.stop()


@contextlib.contextmanager
def silenced_threads():
    before, threading.excepthook = threading.excepthook, lambda _: None
    yield
    threading.excepthook = before


def test_names_that_are_no_text_and_what_is_gone_again_end_no_watch(watch, woken, inbox):
    for name in (b"na\xffme.txt", b"new\nline", b"\x1b[2J", b"x" * 255):
        path = os.path.join(os.fsencode(inbox), name)
        assert woken.by(lambda path=path: os.close(os.open(path, os.O_CREAT)))
        os.unlink(path)
    for number in range(200):
        (inbox / f"{number}").mkdir()
        (inbox / f"{number}" / "in").mkdir()
        (inbox / f"{number}" / "in").rmdir()
        (inbox / f"{number}").rmdir()
    assert woken.by(lambda: (inbox / "last.txt").touch())
    assert not watch.ensure_watching()


def test_a_stopped_watch_wakes_nobody_and_leaves_no_thread(inbox, woken):
    before = threading.active_count()
    watch = Watch(str(inbox), woken)
    watch.ensure_watching()
    watch.stop()
    watch.stop()
    until(lambda: threading.active_count() <= before)  # those of the test before may still be ending
    (inbox / "a.txt").touch()
    assert not woken.event.wait(0.2)


def test_a_watch_of_nothing_waits_and_is_no_error(tmp_path, woken, same_mounts):
    watch = Watch(str(tmp_path / "nowhere"), woken)
    assert not watch.ensure_watching()
    assert watch.problem is None
    (tmp_path / "nowhere").mkdir()
    assert watch.ensure_watching()
    watch.stop()


# --- a kernel that has no watches left -------------------------------------------------------------

LIMITED = """
import os, sys, threading
from daemon.intake.watch import Watch

def allow(kind, number):
    with open(f"/proc/sys/user/max_inotify_{kind}", "w") as file:  # of this namespace alone
        file.write(str(number))

watch = Watch(sys.argv[1], lambda: None)
"""
IN_A_NAMESPACE = ["unshare", "--user", "--map-root-user", "--"]


def no_namespace():
    """Why limits of our own can't be set here, None where they can."""
    try:
        done = subprocess.run([*IN_A_NAMESPACE, "test", "-w", "/proc/sys/user/max_inotify_watches"])
    except FileNotFoundError:
        return "unshare is not installed"
    return None if done.returncode == 0 else "limits of our own can't be set here"


def limited(inbox, script):
    """Run a script under inotify limits that are its own; what it printed."""
    words = [*IN_A_NAMESPACE, sys.executable, "-c", LIMITED + script, str(inbox)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=HANG_SECONDS)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


needs_limits = pytest.mark.skipif(no_namespace() is not None, reason=f"{no_namespace()}")


@pytest.mark.process
@needs_limits
@pytest.mark.parametrize("kind", ["watches", "instances"])
def test_without_watches_it_is_looked_through_often_and_leaves_nothing_behind_until_there_are_some(
    inbox, kind
):
    script = f"""
allow("{kind}", 0)
for _ in range(50):
    assert not watch.ensure_watching()
print(watch.problem)
print(watch.interval)
print(len(os.listdir("/proc/self/fd")) < 12, threading.active_count())
allow("{kind}", 100)
print(watch.ensure_watching(), watch.problem, watch.interval)
"""
    problem, interval, left, mended = limited(inbox, script)
    assert "inotify" in problem
    assert f"max_user_{kind}" in problem
    assert interval == f"{FREQUENT_INTERVAL}"
    assert left == "True 1"
    assert mended == f"True None {LOCAL_INTERVAL}"


@pytest.mark.process
@needs_limits
def test_subfolders_that_find_no_watch_left_are_said_and_watched_once_there_are_some(inbox):
    script = """
allow("watches", 3)
print(watch.ensure_watching(), watch.problem)
for name in "abc":
    os.mkdir(f"{sys.argv[1]}/{name}")
while watch.problem is None:
    watch.ensure_watching()
print(watch.problem, watch.interval)
allow("watches", 100)
print(watch.ensure_watching(), watch.problem, watch.interval, watch.ensure_watching())
"""
    before, short, mended = limited(inbox, script)
    assert before == "True None"
    assert "no inotify watches are left" in short
    assert short.endswith(f" {FREQUENT_INTERVAL}")
    assert mended == f"True None {LOCAL_INTERVAL} False"


@pytest.mark.parametrize("allowed", range(5))
def test_without_threads_for_the_watch_it_is_looked_through_often_until_there_are_some(
    inbox, woken, same_mounts, monkeypatch, allowed
):
    limit = NoThreads(monkeypatch, allowed)
    watch = Watch(str(inbox), woken)
    if not watch.ensure_watching():
        assert "can't be watched (no thread is left)" in watch.problem
        assert "ulimit -u" in watch.problem
        assert watch.interval == FREQUENT_INTERVAL
        limit.lifted = True
        assert watch.ensure_watching()
    assert limit.refused or allowed >= 4
    assert (watch.problem, watch.interval) == (None, LOCAL_INTERVAL)
    assert woken.by(lambda: (inbox / "a.txt").touch())
    watch.stop()


def test_room_for_another_folder_is_not_tried_where_there_is_no_memory_for_a_thread(
    inbox, woken, same_mounts, monkeypatch
):
    limit, make_map, stacks = NoThreads(monkeypatch, 3), mmap.mmap, iter(range(3))

    def map_while_there_is_some(*args, **options):
        if next(stacks, None) is None:
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
        return make_map(*args, **options)

    monkeypatch.setattr(mmap, "mmap", map_while_there_is_some)
    watch = Watch(str(inbox), woken)
    assert watch.ensure_watching()
    assert watch.problem is None
    assert limit.refused == 0, "one that can't begin would be waited for"
    watch.stop()
