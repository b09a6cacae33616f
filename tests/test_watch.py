"""The watch: real events from the kernel wake the loop, and a watch that died begins anew."""

import os
import threading

import pytest

from daemon.watch import LOCAL_INTERVAL, Watch, on_network
from tests.conftest import until


class Woken:
    """Counts what woke us, and waits for it."""

    def __init__(self):
        self.event = threading.Event()

    def __call__(self):
        self.event.set()

    def by(self, change):
        self.event.clear()
        change()
        return self.event.wait(5)

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
def watch(inbox, woken):
    made = Watch(str(inbox), woken)
    assert made.ensure()
    yield made
    made.stop()


@pytest.mark.parametrize("below", ["", "sub"])
def test_a_file_that_is_made_closed_or_moved_in_wakes(watch, woken, inbox, tmp_path, below):
    place = inbox / below
    assert woken.by(lambda: (place / "a.txt").touch())
    with open(place / "b.txt", "w") as writer:
        woken.event.wait(5)
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
    settle(woken, inbox)
    (inbox / "a.txt").rename(tmp_path / "a.txt")
    (inbox / "sub" / "c.txt").rename(tmp_path / "c.txt")
    (inbox / "b.txt").unlink()
    assert not woken.event.wait(0.3)


def settle(woken, inbox):
    """Wait until the events that are on their way have come."""
    assert woken.event.wait(5)
    while woken.event.wait(0.15):
        woken.event.clear()


def test_a_watch_that_is_well_is_left_alone(watch):
    assert not watch.ensure()
    assert watch.problem is None
    assert watch.interval == LOCAL_INTERVAL


def test_a_folder_that_was_replaced_is_watched_anew(watch, woken, inbox):
    inbox.rename(inbox.with_name("old"))
    inbox.mkdir()
    assert watch.ensure()
    assert woken.by(lambda: (inbox / "a.txt").touch())
    assert not watch.ensure()


def test_a_folder_that_is_gone_is_a_problem_until_it_is_there_again(watch, woken, inbox, caplog):
    caplog.set_level("INFO")
    (inbox / "sub").rmdir()
    inbox.rmdir()
    for _ in range(3):
        assert not watch.ensure()
        assert "not there" in watch.problem
    assert caplog.text.count("not there") == 1
    inbox.mkdir()
    assert watch.ensure()
    assert watch.problem is None
    assert "watched again" in caplog.text
    assert woken.by(lambda: (inbox / "a.txt").touch())


def test_a_watch_whose_thread_has_died_begins_anew(watch, woken, inbox):
    watch._observer.stop()
    watch._observer.join(5)
    assert watch.ensure()
    assert woken.by(lambda: (inbox / "a.txt").touch())


def test_a_watch_whose_reader_has_died_begins_anew(watch, woken, inbox):
    for emitter in watch._observer.emitters:
        emitter.stop()
        emitter.join(5)
    assert watch.ensure()
    assert woken.by(lambda: (inbox / "a.txt").touch())


def test_a_stopped_watch_wakes_nobody_and_leaves_no_thread(inbox, woken):
    before = threading.active_count()
    watch = Watch(str(inbox), woken)
    watch.ensure()
    watch.stop()
    watch.stop()
    until(lambda: threading.active_count() == before)
    (inbox / "a.txt").touch()
    assert not woken.event.wait(0.2)


def test_a_watch_of_nothing_is_a_problem_and_no_error(tmp_path, woken):
    watch = Watch(str(tmp_path / "nowhere"), woken)
    assert not watch.ensure()
    assert "nowhere" in watch.problem
    watch.stop()


def test_a_local_filesystem_is_no_network(tmp_path):
    assert not on_network(str(tmp_path))
    assert not on_network("/proc")
