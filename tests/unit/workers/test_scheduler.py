"""The scheduler: so many at once, the oldest job first, nothing lost by being put back."""

import errno
import random
import threading

import pytest

from daemon.errors import NotNow, ServiceError, TakenOver
from daemon.system.process.threads import NoThreadError
from daemon.workers.admission import Admission, Permit
from daemon.workers.scheduler import Lane, Scheduler
from tests import HANG_SECONDS
from tests.conftest import until
from tests.no_threads import NoThreads


class Bench:
    """Lanes whose chunks wait until they are let go, and that note what was run."""

    def __init__(self, places, admission=None):
        self.admission = admission or Admission()
        self.changed = threading.Condition()
        self.running, self.ran, self.errors, self.given_up, self.most = [], [], [], [], 0
        self.go = threading.Semaphore(0)
        self.scheduler = Scheduler(places, self.admission, self._note)

    def _note(self):
        with self.changed:
            self.changed.notify_all()

    def lane(self, name, chunks, run=None, **more):
        def one(index, permit):
            with self.changed:
                self.running.append((name, index))
                self.most = max(self.most, len(self.running))
                self.changed.notify_all()
            try:
                if run is not None:
                    run(index)
                self.go.acquire()
                self.ran.append((name, index))
            finally:
                with self.changed:
                    self.running.remove((name, index))

        more.setdefault("give_up", lambda index, error: self.given_up.append(index))
        lane = Lane(name, one, range(chunks), lambda i, e: self.errors.append((i, e)), **more)
        self.scheduler.add(lane)
        return lane

    def wait(self, condition):
        with self.changed:
            assert self.changed.wait_for(condition, HANG_SECONDS)

    def let(self, count):
        for _ in range(count):
            self.go.release()


@pytest.fixture
def make():
    benches = []

    def build(*args, **more):
        benches.append(Bench(*args, **more))
        return benches[-1]

    yield build
    for bench in benches:
        bench.let(1000)
        assert bench.scheduler.close(HANG_SECONDS)


def test_as_many_run_at_once_as_there_are_places_and_never_more(make):
    bench = make(3)
    bench.lane("a", 10)
    bench.wait(lambda: len(bench.running) == 3)
    bench.let(10)
    bench.wait(lambda: len(bench.ran) == 10)
    assert bench.most == 3
    assert sorted(bench.ran) == [("a", index) for index in range(10)]


def test_the_oldest_job_goes_first_and_spare_places_go_to_the_next(make):
    bench = make(3)
    bench.lane("old", 2)
    bench.lane("new", 5)
    bench.wait(lambda: len(bench.running) == 3)
    assert sorted(bench.running) == [("new", 0), ("old", 0), ("old", 1)]


def test_nothing_of_a_lane_begins_before_its_opening_is_done_and_others_go_on_meanwhile(make):
    bench = make(3)
    lane = bench.lane("a", 2, opening=-1)
    bench.lane("b", 1)
    bench.wait(lambda: sorted(bench.running) == [("a", -1), ("b", 0)])
    assert lane.waiting == 0
    bench.let(4)
    bench.wait(lambda: len(bench.ran) == 4 and lane.spent)
    assert bench.ran.index(("a", -1)) < bench.ran.index(("a", 0))


@pytest.mark.parametrize(("more", "answers"), [({}, 2), ({"opening": -1}, 2), ({"optional": True}, 0)])
def test_what_may_have_asked_nothing_is_no_sign_that_the_service_answers(make, more, answers):
    bench = make(1)
    lane = bench.lane("a", 2, **more)
    bench.let(3)
    bench.wait(lambda: lane.spent and bench.scheduler.in_flight == 0)
    assert bench.admission.answers == answers


def test_an_opening_that_may_not_run_now_is_run_later(make):
    refusals = iter([NotNow(), ServiceError("down", strikes=3, probe_after=0)])

    def run(index):
        for refusal in refusals:
            raise refusal

    bench = make(1)
    bench.lane("a", 1, run=run, opening=-1)
    bench.let(2)
    bench.wait(lambda: len(bench.ran) == 2)
    assert bench.ran == [("a", -1), ("a", 0)]


def test_an_opening_that_the_service_fails_on_is_given_up_though_nobody_is_answered(make):
    def run(index):
        if index == -1:
            raise ServiceError("it breaks", strikes=2, probe_after=0)

    bench = make(1)
    bench.lane("a", 1, run=run, opening=-1)
    bench.let(1)
    bench.wait(lambda: ("a", 0) in bench.ran)
    assert bench.given_up == [-1]


def test_what_a_job_can_do_without_is_given_up_after_five_tries_though_nobody_is_answered(make):
    tried = []

    def run(index):
        tried.append(index)
        raise ServiceError("It fails.", probe_after=0, strikes=2)

    bench = make(1)
    bench.lane("a", 1, run=run, optional=True)
    bench.wait(lambda: bench.given_up == [0])
    assert tried == [0] * 5


def test_an_opening_waits_for_a_service_that_is_overloaded(make):
    failures = iter(range(6))

    def run(index):
        for _ in failures:
            raise ServiceError("overloaded", strikes=6, probe_after=0)

    bench = make(1)
    bench.lane("a", 1, run=run, opening=-1)
    bench.let(2)
    bench.wait(lambda: len(bench.ran) == 2)
    assert bench.ran == [("a", -1), ("a", 0)]


def test_nothing_of_a_lane_is_run_where_its_opening_goes_wrong(make):
    def run(index):
        raise ValueError(index)

    bench = make(1)
    lane = bench.lane("a", 2, run=run, opening=-1)
    bench.wait(lambda: lane.spent)
    assert [index for index, _ in bench.errors] == [-1]


def test_a_paused_job_leaves_its_place_to_others(make):
    bench = make(1)
    bench.lane("paused", 2, may_run=lambda: False)
    bench.lane("other", 1)
    bench.wait(lambda: bench.running == [("other", 0)])


def test_what_may_not_run_now_goes_back_to_its_place_and_runs_later(make):
    refusals = iter([NotNow(), NotNow()])

    def run(index):
        for refusal in refusals:
            raise refusal

    bench = make(1)
    bench.lane("a", 3, run=run)
    bench.let(3)
    bench.wait(lambda: len(bench.ran) == 3)
    assert bench.ran == [("a", 0), ("a", 1), ("a", 2)]


def test_a_fault_of_the_service_holds_everybody_and_loses_nothing(make):
    faults = iter([ServiceError("down", probe_after=3600)])

    def run(index):
        for fault in faults:
            raise fault

    bench = make(2)
    lane = bench.lane("a", 1, run=run)
    bench.wait(lambda: bench.admission.held is not None and not lane.in_flight)
    assert lane.waiting == 1
    bench.let(1)
    bench.admission.probe_now()
    bench.scheduler.wake_workers()
    bench.wait(lambda: bench.ran == [("a", 0)] and bench.admission.held is None)


def test_a_chunk_that_the_service_fails_on_while_it_answers_others_is_given_up(make):
    def run(index):
        if index == 0:
            raise ServiceError("down", probe_after=0, strikes=2)

    bench = make(1)
    bench.lane("poisoned", 3, run=run)
    bench.let(3)
    bench.wait(lambda: bench.given_up == [0])
    assert bench.ran == [("poisoned", 1), ("poisoned", 2)]
    assert bench.admission.held is None


def test_where_a_chunk_can_not_even_be_given_up_its_job_is_told(make):
    bench = make(1)
    full = OSError(errno.ENOSPC, "full")

    def run(index):
        if index == 0:
            raise ServiceError("It fails.", probe_after=0, strikes=2)

    def give_up(index, error):
        raise full

    bench.let(8)
    bench.lane("a", 8, run=run, give_up=give_up)
    bench.wait(lambda: bench.errors)
    assert bench.errors == [(0, full)]


def test_a_chunk_that_fails_while_others_are_answered_holds_nobody(make):
    bench = make(1)
    failures = iter([1])

    def run(index):
        for _ in failures:
            Permit(bench.admission).report_answer()
            raise ServiceError("down", strikes=2)

    bench.lane("a", 2, run=run)
    bench.let(2)
    bench.wait(lambda: len(bench.ran) == 2)
    assert bench.ran == [("a", 1), ("a", 0)]
    assert bench.admission.held is None
    assert bench.given_up == []


def test_what_is_answered_after_a_chunk_failed_in_an_outage_is_no_reason_to_blame_it(make):
    bench = make(1)
    is_back = iter([False, True])

    def run(index):
        for back in is_back:
            if back:
                Permit(bench.admission).report_answer()
            raise ServiceError("down", probe_after=0, strikes=2)

    bench.lane("a", 1, run=run)
    bench.let(1)
    bench.wait(lambda: bench.ran == [("a", 0)])
    assert bench.given_up == []


def test_a_fault_that_is_hardly_a_chunks_is_blamed_on_it_only_when_it_comes_again_and_again(make):
    failed = []

    def run(index):
        if index == 0:
            failed.append(bench.admission.answers)
            raise ServiceError("limited", probe_after=0, strikes=6)

    bench = make(1)
    bench.let(8)
    bench.lane("a", 8, run=run)
    bench.wait(lambda: len(bench.ran) == 7)
    for other in range(4):
        assert bench.given_up == []
        bench.let(1)
        bench.lane(f"b{other}", 1)
        bench.wait(lambda other=other: len(bench.ran) == 8 + other)
    bench.wait(lambda: bench.given_up == [0])
    assert len(set(failed)) >= 6


def test_a_fault_that_only_a_person_can_mend_is_never_one_chunks_own(make):
    faults = iter([ServiceError("no credit", probe_after=0)] * 5)

    def run(index):
        if index == 0:
            for fault in faults:
                raise fault

    bench = make(1)
    bench.lane("a", 2, run=run)
    bench.let(2)
    bench.wait(lambda: len(bench.ran) == 2)
    assert bench.given_up == []


def test_no_more_run_at_once_than_the_service_allows(make):
    bench = make(4)
    Permit(bench.admission).report_limit(4)
    bench.lane("a", 8)
    bench.wait(lambda: len(bench.running) == 2)
    bench.let(8)
    bench.wait(lambda: len(bench.ran) == 8)
    assert bench.most < 4


def test_an_error_of_one_chunk_is_told_to_its_job_and_the_workers_live_on(make):
    def run(index):
        if index == 0:
            raise RuntimeError("bug")

    bench = make(1)
    bench.lane("a", 2, run=run)
    bench.let(1)
    bench.wait(lambda: bench.ran == [("a", 1)])
    assert [(index, str(error)) for index, error in bench.errors] == [(0, "bug")]


def test_a_job_that_fails_at_being_told_of_an_error_costs_no_worker(make):
    bench = make(1)

    def bad(index, permit):
        raise ValueError("broken")

    def deaf(index, error):
        raise OSError(errno.EIO, "not heard either")

    broken = Lane("broken", bad, range(2), deaf)
    bench.scheduler.add(broken)
    bench.lane("sound", 1)
    bench.let(1)
    bench.wait(lambda: bench.ran == [("sound", 0)])
    assert broken.spent


def test_it_needs_chunks_only_when_a_place_would_stay_empty(make):
    bench = make(2)
    assert bench.scheduler.needs_chunks()
    lane = bench.lane("a", 5)
    bench.wait(lambda: len(bench.running) == 2)
    assert not bench.scheduler.needs_chunks()
    bench.let(4)
    bench.wait(lambda: len(bench.ran) == 4 and bench.scheduler.in_flight == 1 and not lane.waiting)
    assert bench.scheduler.needs_chunks()


def test_a_disk_that_takes_long_to_say_whether_a_job_is_paused_keeps_nobody_else_waiting(make):
    bench = make(2)
    asked, answered = threading.Event(), threading.Event()

    def may_run():
        asked.set()
        assert answered.wait(HANG_SECONDS)
        return True

    bench.lane("slow", 1, may_run=may_run)
    assert asked.wait(HANG_SECONDS)
    bench.scheduler.set_quiet(False)
    bench.scheduler.wake_workers()
    assert bench.scheduler.in_flight == 0
    answered.set()
    bench.let(1)
    bench.wait(lambda: bench.ran == [("slow", 0)])


def test_the_loop_is_woken_when_chunks_run_out_not_after_each_of_many(make):
    bench = make(1)
    woken = []
    bench.scheduler._wake = lambda: (woken.append(len(bench.ran)), bench._note())
    bench.let(6)
    lane = bench.lane("talk", 6)
    bench.wait(lambda: lane.spent)
    assert woken == [5, 6]


def test_a_removed_job_begins_no_more_chunks(make):
    bench = make(1)
    lane = bench.lane("a", 3)
    bench.wait(lambda: bench.running == [("a", 0)])
    bench.scheduler.remove(lane)
    bench.let(3)
    bench.wait(lambda: bench.scheduler.in_flight == 0)
    assert bench.ran == [("a", 0)]


def test_while_it_is_quiet_nothing_begins_and_what_is_in_flight_ends(make):
    bench = make(2)
    bench.lane("a", 1)
    bench.wait(lambda: bench.running == [("a", 0)])
    bench.scheduler.set_quiet(True)
    bench.lane("b", 1)
    assert not bench.scheduler.has_come_to_rest
    bench.let(2)
    until(lambda: bench.scheduler.has_come_to_rest)
    assert bench.ran == [("a", 0)]
    bench.scheduler.set_quiet(False)
    bench.wait(lambda: bench.ran == [("a", 0), ("b", 0)])


def test_a_lane_that_is_removed_while_its_chunk_gets_a_permit_begins_nothing_and_keeps_no_probe(make):
    issued = []

    class Removing(Admission):
        def issue_permit(self, may_run):
            issued.append(super().issue_permit(may_run))
            bench.scheduler.remove(lane)
            return issued[-1]

    bench = make(1, Removing())
    Permit(bench.admission).hold_all(ServiceError("down", probe_after=0))
    lane = Lane("a", lambda index, permit: bench.ran.append(index), [0], lambda index, error: None)
    bench.scheduler.add(lane)
    until(lambda: issued and not bench.admission.is_probing)
    assert bench.ran == []


def test_places_can_be_added_while_it_runs(make):
    bench = make(1)
    bench.lane("a", 3)
    bench.wait(lambda: len(bench.running) == 1)
    bench.scheduler.resize(3)
    bench.wait(lambda: len(bench.running) == 3)


def test_closing_waits_for_what_is_in_flight_and_says_whether_it_ended(make):
    bench = make(1)
    bench.lane("a", 2)
    bench.wait(lambda: len(bench.running) == 1)
    assert not bench.scheduler.close(0.01)
    bench.let(1)
    assert bench.scheduler.close(HANG_SECONDS)
    assert bench.ran == [("a", 0)]


def test_a_service_that_fails_at_random_never_has_a_chunk_blamed_for_it(make):
    """Six of ten requests fail, five are tried for each turn of a chunk, and 300 chunks want their turn."""
    chance = random.Random(7)
    bench = make(1)

    def run(index, permit):
        for _ in range(5):
            if chance.random() >= 0.6:
                permit.report_answer()
                done.append(index)
                return
            permit.report_outage()
        raise ServiceError("down", probe_after=0, strikes=2)

    done = []
    lane = Lane(
        "talk",
        run,
        range(300),
        lambda i, e: bench.errors.append(e),
        give_up=lambda i, e: bench.given_up.append(i),
    )
    bench.scheduler.add(lane)
    bench.wait(lambda: len(done) + len(bench.given_up) == 300)
    assert bench.given_up == []
    assert sorted(done) == [*range(300)]


def test_a_chunk_that_always_fails_is_given_up_though_the_service_fails_on_others_too(make):
    chance = random.Random(7)
    bench = make(1)

    def run(index, permit):
        for _ in range(5):
            if index != 0 and chance.random() >= 0.3:
                permit.report_answer()
                return
            permit.report_outage()
        raise ServiceError("down", probe_after=0, strikes=2)

    lane = Lane(
        "talk",
        run,
        range(100),
        lambda i, e: bench.errors.append(e),
        give_up=lambda i, e: bench.given_up.append(i),
    )
    bench.scheduler.add(lane)
    bench.wait(lambda: bench.given_up == [0])


# --- chunks that go in a batch ---------------------------------------------------------------------------


class Elsewhere:
    """Lets its chunks be taken over, until they are brought back."""

    def __init__(self):
        self.taken = []

    def __call__(self, index):
        if index not in self.taken:
            self.taken.append(index)
            raise TakenOver


def test_a_chunk_that_is_taken_over_keeps_no_worker_and_its_lane_open(make):
    bench, elsewhere = make(1), Elsewhere()
    lane = bench.lane("talk", 3, elsewhere)
    bench.wait(lambda: len(lane.away) == 3 and bench.scheduler.in_flight == 0)
    assert not lane.spent
    assert bench.scheduler.needs_chunks()
    assert not bench.scheduler.has_waiting
    for index in range(3):
        bench.scheduler.settle(lane, index)
    assert lane.spent


def test_a_chunk_that_is_brought_back_is_done_by_a_worker(make):
    bench, elsewhere = make(1), Elsewhere()
    lane = bench.lane("talk", 2, elsewhere)
    bench.wait(lambda: len(lane.away) == 2)
    bench.scheduler.bring_back(lane, 1)
    bench.let(1)
    bench.wait(lambda: bench.ran == [("talk", 1)])
    assert lane.away == {0}


def test_a_chunk_that_is_brought_back_before_its_worker_has_let_go_of_it_is_not_lost(make):
    bench, called = make(1), []

    def run(index):
        if not called:
            called.append(index)
            bench.scheduler.bring_back(lane, index)
            raise TakenOver

    ready = threading.Event()
    lane = bench.lane("talk", 1, lambda index: (ready.wait(HANG_SECONDS), run(index)))
    ready.set()
    bench.let(1)
    bench.wait(lambda: bench.ran == [("talk", 0)])
    bench.wait(lambda: lane.spent)


def test_what_is_not_away_is_not_brought_back(make):
    bench, elsewhere = make(1), Elsewhere()
    lane = bench.lane("talk", 1, elsewhere)
    bench.wait(lambda: lane.away)
    bench.scheduler.settle(lane, 0)
    bench.scheduler.bring_back(lane, 0)
    assert lane.spent


def test_where_not_all_workers_can_be_started_those_that_could_do_the_work(make, monkeypatch, caplog):
    NoThreads(monkeypatch, allowed=1)
    bench = make(4)
    assert "workers=1 of 4" in caplog.text
    assert "ulimit -u" in caplog.text
    bench.lane("a", 2)
    bench.let(2)
    bench.wait(lambda: bench.ran == [("a", 0), ("a", 1)])


def test_where_no_worker_can_be_started_the_start_is_refused(monkeypatch):
    NoThreads(monkeypatch)
    with pytest.raises(NoThreadError):
        Scheduler(4, Admission(), lambda: None)
