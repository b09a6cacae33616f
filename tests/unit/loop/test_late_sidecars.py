"""Files for results that are made already: what can't be used now is tried again, but not at once."""

import time
from itertools import pairwise
from types import SimpleNamespace

import pytest

from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.delivery.outbox.replacement import _lock_result
from daemon.errors import UsageError
from daemon.intake.inbox import Candidate, Inbox
from daemon.intake.redo_mark import write_redo_mark
from daemon.loop import late_sidecars
from daemon.loop.late_sidecars import LateSidecars
from daemon.system.disk_faults import LONGEST_PROBE_SECONDS

EDITS = Candidate("talk.edits.json", (1, 2, 2, 4), 0)


class OneFile:
    """An inbox in which one file lies that has settled."""

    path = "/nowhere"

    def list_files_for_results(self):
        yield EDITS, True


class Clock:
    """Seconds that pass when they are told to."""

    now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(late_sidecars, "time", clock)
    return clock


@pytest.fixture
def tries(monkeypatch, clock):
    """When the folder of the file was looked into, in vain."""
    times = []

    def refuse(*path):
        times.append(clock.now)
        raise PermissionError(13, "Permission denied", "/nowhere/talk.edits.json")

    monkeypatch.setattr(late_sidecars, "open_below", refuse)
    return times


@pytest.fixture
def late(tmp_path):
    return LateSidecars(Outbox(str(tmp_path)), lambda step: step(), lambda path: None)


def look_for(late, clock, seconds):
    """Look as often as a loop may that is woken all the time."""
    end = clock.now + seconds
    while clock.now < end:
        late.look(OneFile(), [], None)
        clock.now += 0.25


def test_what_can_not_be_read_is_tried_again_ever_more_seldom_and_said_once(late, clock, tries, caplog):
    look_for(late, clock, 600)
    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses == sorted(pauses)
    assert pauses[0] >= 5
    assert pauses[-1] >= LONGEST_PROBE_SECONDS
    assert len(caplog.messages) == 1
    assert "Permission denied" in caplog.text


def test_what_can_not_be_read_is_told_and_keeps_nobody_waiting(late, clock, tries):
    look_for(late, clock, 60)
    assert "Permission denied" in late.unused["talk.edits.json"]
    assert late.quiet


def test_what_is_still_being_written_is_awaited(late, clock, monkeypatch):
    times = []

    def is_busy(*how):
        times.append(clock.now)
        return False

    monkeypatch.setattr(late, "_use_edits", is_busy)
    look_for(late, clock, 10)
    assert 5 <= len(times) <= 11
    assert late.unused == {}
    assert not late.quiet


def test_edits_of_a_result_that_another_process_makes_again_are_taken_when_that_is_done(
    late, clock, monkeypatch, tmp_path, caplog
):
    times = []
    result = tmp_path / "talk"
    result.mkdir()

    def make_again(*how):
        with _lock_result(str(result)):
            times.append(clock.now)
        return True

    monkeypatch.setattr(late, "_use_edits", make_again)
    with _lock_result(str(result)):
        look_for(late, clock, 5)
        assert late.unused == {}
        assert not late.quiet
        assert times == []
    look_for(late, clock, 5)
    assert len(times) == 1
    assert late.quiet
    assert caplog.messages == []


def test_edits_whose_result_is_away_are_taken_when_it_is_back(late, clock, monkeypatch, caplog):
    times = []

    def find_result(*how):
        times.append(clock.now)
        if clock.now < 1400:
            raise UsageError("The result is not in the outbox.", "Put it back.")
        return True

    monkeypatch.setattr(late, "_use_edits", find_result)
    look_for(late, clock, 300)
    assert "not in the outbox" in late.unused["talk.edits.json"]
    assert late.quiet
    assert len(times) < 10
    look_for(late, clock, 600)
    assert late.unused == {}
    assert len(caplog.messages) == 1


def test_what_a_bug_stops_is_told_and_not_tried_again(late, clock, monkeypatch):
    times = []

    def fail(*how):
        times.append(clock.now)
        raise KeyError("a bug")

    monkeypatch.setattr(late, "_use_edits", fail)
    with pytest.raises(KeyError):
        look_for(late, clock, 10)
    look_for(late, clock, 60)
    assert len(times) == 1
    assert "a bug stopped that" in late.unused["talk.edits.json"]
    assert late.quiet


class OneResult:
    """An outbox with a result of talk.vtt."""

    path = "/nowhere"

    def find_newest(self, sidecar):
        return "talk", "talk.vtt"


@pytest.fixture
def use_sidecar(tmp_path, monkeypatch):
    """Has a talk.yaml in the inbox used; the results made again. `meanwhile` is done while they are."""
    sidecar = tmp_path / "talk.yaml"
    sidecar.write_text("title: Mine\n")
    root = SimpleNamespace(config=SimpleNamespace(find_profile=None))

    def look(meanwhile=lambda: None):
        def make_again(*_):
            meanwhile()
            return SimpleNamespace(unmet=())

        monkeypatch.setattr(late_sidecars, "make_result_again", make_again)
        made = []
        inbox = Inbox(str(tmp_path), 0, time.monotonic)
        inbox.scan()
        LateSidecars(OneResult(), lambda step: step(), made.append).look(inbox, [], root)
        return made

    return look


def test_a_sidecar_that_was_used_is_gone_but_not_another_that_lies_there_by_then(use_sidecar, tmp_path):
    sidecar = tmp_path / "talk.yaml"
    assert use_sidecar(lambda: sidecar.write_text("title: Another\n")) == ["/nowhere/talk"]
    assert sidecar.read_text() == "title: Another\n"
    assert use_sidecar() == ["/nowhere/talk"]
    assert not sidecar.exists()


def test_a_sidecar_whose_transcript_is_on_its_way_back_is_left_to_that(use_sidecar, folder, tmp_path):
    write_redo_mark(folder, "talk.vtt", ["id"], None)
    assert use_sidecar() == []
    assert (tmp_path / "talk.yaml").exists()


def test_a_sidecar_that_somebody_still_writes_is_not_used(use_sidecar, tmp_path):
    with open(tmp_path / "talk.yaml", "ab"):
        assert use_sidecar() == []
    assert use_sidecar() == ["/nowhere/talk"]
