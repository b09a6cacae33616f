"""Where the money went."""

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.costs.budget import Budget
from daemon.costs.ledger import Ledger, Payment
from daemon.costs.ledger_file import HEADER
from daemon.costs.pricing import Usage
from daemon.costs.question import Label
from daemon.costs.spending import Spending, read_today
from daemon.errors import ServiceError
from daemon.system.files import Folder
from tests import HANG_SECONDS

NOON = datetime(2026, 11, 23, 12).astimezone()
USAGE = Usage(100, 50, 20, 10)


class Clock:
    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now.astimezone(UTC)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "ledger.csv")


def lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def reserve(ledger, label, model, dollars, in_batch_as=None):
    return ledger.finish_reservation(ledger.begin_reservation(label, model, dollars, in_batch_as))


def request(ledger, dollars=0.25, job="talk", bound=1.0):
    label = Label(job, 3)
    ledger.record_payment(reserve(ledger, label, "a-model", bound), label, "a-model", USAGE, dollars)


def test_a_request_leaves_two_lines_that_name_the_job_and_hold_no_text(path, clock):
    ledger = Ledger(path, clock)
    reservation = reserve(ledger, Label("talk", 3), "a-model", 0.01)
    ledger.record_payment(reservation, Label("talk", 3), "a-model", USAGE, 0.004)
    at = NOON.astimezone(UTC).isoformat(timespec="seconds")
    assert lines(path) == [
        HEADER.strip(),
        f"{at},reserved,{reservation},talk,3,a-model,0,0,0,0,0.01000000",
        f"{at},paid,{reservation},talk,3,a-model,100,50,20,10,0.00400000",
    ]


def test_the_reservation_is_in_the_file_before_the_request_is_sent(path, clock):
    reserve(Ledger(path, clock), Label("talk", 0), "a-model", 0.01)
    assert len(lines(path)) == 2


def test_lines_go_into_the_folder_that_was_opened_wherever_its_path_leads_by_then(tmp_path, clock):
    state, away = tmp_path / "state", tmp_path / "away"
    state.mkdir()
    with Folder(str(state)) as folder:
        ledger = Ledger(str(state / "ledger.csv"), clock, folder)
        reservation = reserve(ledger, Label("talk", 0), "a-model", 1.0)
        state.rename(away)
        state.mkdir()
        ledger.record_payment(reservation, Label("talk", 0), "a-model", USAGE, 0.25)
    assert os.listdir(state) == []
    assert Ledger(str(away / "ledger.csv"), clock).spent_today(NOON) == 0.25


def test_an_answer_that_comes_in_once_the_folder_was_let_go_of_is_still_written_down(tmp_path, clock):
    path = str(tmp_path / "ledger.csv")
    with Folder(str(tmp_path)) as folder:
        ledger = Ledger(path, clock, folder)
        reservation = reserve(ledger, Label("talk", 0), "a-model", 1.0)
    ledger.record_payment(reservation, Label("talk", 0), "a-model", USAGE, 0.25)
    assert Ledger(path, clock).spent_today(NOON) == 0.25


def test_a_reservation_counts_whole_until_what_was_paid_takes_its_place(path, clock):
    ledger = Ledger(path, clock)
    reservation = reserve(ledger, Label("talk", 0), "a-model", 1.0)
    assert ledger.spent_today(NOON) == ledger.spent_on("talk") == 1.0
    ledger.record_payment(reservation, Label("talk", 0), "a-model", USAGE, 0.25)
    assert ledger.spent_today(NOON) == ledger.spent_on("talk") == 0.25


def test_a_reservation_left_by_a_crash_counts_whole_after_the_restart(path, clock):
    reserve(Ledger(path, clock), Label("talk", 0), "a-model", 1.0)
    assert Ledger(path, clock).spent_today(NOON) == read_today(path, NOON).spent == 1.0


def test_the_day_ends_at_local_midnight(path, clock):
    midnight = NOON.replace(hour=0)
    ledger = Ledger(path, clock)
    clock.now = midnight - timedelta(seconds=1)
    request(ledger, 0.5)
    clock.now = midnight
    request(ledger, 0.25)
    assert ledger.spent_today(NOON) == read_today(path, NOON).spent == 0.25
    assert ledger.spent_today(NOON - timedelta(days=1)) == 0.5


def test_what_is_reserved_before_midnight_and_paid_after_it_counts_once_on_the_new_day(path, clock):
    ledger = Ledger(path, clock)
    clock.now = NOON.replace(hour=0) - timedelta(seconds=1)
    reservation = reserve(ledger, Label("talk", 0), "a-model", 1.0)
    clock.now = NOON
    ledger.record_payment(reservation, Label("talk", 0), "a-model", USAGE, 0.25)
    assert ledger.spent_today(NOON) == read_today(path, NOON).spent == 0.25
    assert ledger.spent_today(NOON - timedelta(days=1)) == 0


def test_a_missing_ledger_has_spent_nothing(path):
    assert read_today(path, NOON).spent == 0
    assert not Ledger(path).has_paid()
    assert not os.path.exists(path)


def test_only_a_request_that_cost_something_makes_a_root_one_that_has_paid(path, clock):
    ledger = Ledger(path, clock)
    request(ledger, 0.0, bound=0.0)
    reserve(ledger, Label("talk", 0), "a-model", 1.0)
    assert not ledger.has_paid()
    request(ledger, 0.001)
    assert ledger.has_paid()
    assert Ledger(path, clock).has_paid()


def test_jobs_are_counted_apart_whatever_their_names(path, clock):
    names = ['a "quoted", name', "two\nlines", "ümläut", "nicht\udcffutf8", "=sum"]
    ledger = Ledger(path, clock)
    for at, name in enumerate(names):
        request(ledger, at + 1, name, bound=10)
    again = Ledger(path, clock)
    for at, name in enumerate(names):
        assert ledger.spent_on(name) == again.spent_on(name) == at + 1
    assert len(lines(path)) == 1 + 2 * len(names)


def test_a_torn_last_line_is_ignored_and_ended_before_the_next_one(path, clock):
    request(Ledger(path, clock), 0.25)
    torn = lines(path)[-1][:-3]
    with open(path, "a", encoding="utf-8") as file:
        file.write(torn)
    assert read_today(path, NOON).spent == 0.25
    ledger = Ledger(path, clock)
    request(ledger, 0.5)
    assert ledger.spent_today(NOON) == Ledger(path, clock).spent_today(NOON) == 0.75
    assert read_today(path, NOON).spent == 0.75
    assert (len(lines(path)), lines(path)[3]) == (6, torn)


def test_unreadable_lines_are_skipped_and_counted(path, clock):
    request(Ledger(path, clock), 0.25)
    with open(path, "ab") as file:
        file.write(
            b"\xff\xfe\x00\n\nx,y\n" + b",".join([b"2026-11-23T12:00:00+00:00", b"paid"] + 9 * [b"x"]) + b"\n"
        )
    ledger = Ledger(path, clock)
    assert (ledger.unreadable, ledger.spent_today(NOON)) == (4, 0.25)


@pytest.mark.parametrize("stamp", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
@pytest.mark.parametrize("zone", ["XXX-14", "XXX+12"])
def test_a_line_at_the_end_of_the_calendar_stops_no_start_in_any_time_zone(
    path, clock, monkeypatch, stamp, zone
):
    request(Ledger(path, clock), 0.25)
    paid = lines(path)[-1].split(",")
    with open(path, "a", encoding="utf-8") as file:
        file.write(",".join([stamp, *paid[1:]]) + "\n")
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        assert Ledger(path, clock).unreadable == 1
        assert read_today(path, NOON).spent == 0.25
    time.tzset()


def test_only_the_owner_may_read_it_whatever_the_umask_and_whoever_made_it(path, clock):
    with open(path, "w", encoding="utf-8"):
        os.chmod(path, 0o644)
    request(Ledger(path, clock))
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_a_ledger_taken_away_is_begun_again(path, clock):
    ledger = Ledger(path, clock)
    request(ledger)
    os.rename(path, path + ".old")
    request(ledger)
    assert lines(path)[0] == HEADER.strip()
    assert Ledger(path, clock).spent_today(NOON) == 0.25


def test_no_request_may_be_sent_that_can_not_be_written_down(tmp_path, clock):
    ledger = Ledger(str(tmp_path / "gone" / "ledger.csv"), clock)
    with pytest.raises(ServiceError, match="can't be written"):
        reserve(ledger, Label("talk", 0), "a-model", 1.0)
    assert ledger.spent_today(NOON) == 0


def test_an_answer_in_hand_outlives_a_ledger_that_can_not_be_written(path, clock, caplog):
    ledger = Ledger(path, clock)
    reservation = reserve(ledger, Label("talk", 0), "a-model", 1.0)
    os.rename(path, path + ".old")
    os.mkdir(path)
    ledger.record_payment(reservation, Label("talk", 0), "a-model", USAGE, 0.25)
    assert "could not be written" in caplog.text


@pytest.mark.process
def test_a_line_cut_short_by_a_full_disk_spoils_no_later_one(path):
    script = """
import resource, signal, sys
from daemon.errors import ServiceError
from daemon.costs.ledger import Ledger
from daemon.costs.question import Label
def reserve(job):
    ledger.finish_reservation(ledger.begin_reservation(Label(job, 0), "m", 1.0))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
ledger = Ledger(sys.argv[1])
reserve("a")
resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.RLIM_INFINITY))
for _ in range(2):
    try:
        reserve("b")
    except ServiceError:
        print("held")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
reserve("c")
"""
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["held", "held"]
    ledger = Ledger(path)
    assert [ledger.spent_on(job) for job in "abc"] == [1.0, 0.0, 1.0]
    assert ledger.unreadable == 1


def test_threads_write_whole_lines(path, clock):
    ledger = Ledger(path, clock)
    threads = [threading.Thread(target=lambda: [request(ledger) for _ in range(10)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = Ledger(path, clock)
    assert (again.unreadable, len(lines(path))) == (0, 161)
    assert again.spent_today(NOON) == ledger.spent_today(NOON) == read_today(path, NOON).spent == 20


class BusyDisk:
    """Ends its first fsync once so many reservations wait; remembers what stood in the file when it began."""

    def __init__(self, path, ledger, monkeypatch, awaited):
        self.path, self.durable, self.fsyncs = path, "", 0
        self.error = None
        self._waiting, self._awaited = threading.Semaphore(0), awaited
        self._fsync, self._finish = os.fsync, ledger.finish_reservation
        monkeypatch.setattr(os, "fsync", self)
        monkeypatch.setattr(ledger, "finish_reservation", self._finish_reservation)

    def _finish_reservation(self, reservation):
        self._waiting.release()
        return self._finish(reservation)

    def __call__(self, fd):
        written = Path(self.path).read_text(encoding="utf-8")
        for _ in range(self._awaited):
            assert self._waiting.acquire(timeout=HANG_SECONDS)
        self._awaited = 0
        if self.error is not None:
            raise self.error
        self._fsync(fd)
        self.durable = written
        self.fsyncs += 1


def side_by_side(count, work):
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


def test_reservations_side_by_side_share_an_fsync_and_none_returns_before_it_is_durable(
    path, clock, monkeypatch
):
    ledger = Ledger(path, clock)
    disk = BusyDisk(path, ledger, monkeypatch, awaited=16)

    def reserve_one(number):
        reservation = reserve(ledger, Label("talk", number), "m", 1.0)
        return reservation in disk.durable

    assert all(side_by_side(16, reserve_one))
    assert disk.fsyncs <= 3  # the first, its folder's, and one for all that gathered
    assert len(lines(path)) == 17


def test_the_name_of_a_new_ledger_is_made_durable_with_its_first_line(path, clock, monkeypatch):
    synced, fsync = [], os.fsync

    def note_fsync(fd):
        synced.append(stat.S_ISDIR(os.fstat(fd).st_mode))
        fsync(fd)

    monkeypatch.setattr(os, "fsync", note_fsync)
    ledger = Ledger(path, clock)
    for number in range(2):
        reserve(ledger, Label("talk", number), "m", 1.0)
    assert synced == [False, True, False]


def test_where_the_writing_of_a_group_is_broken_off_none_of_it_is_sent(path, clock, monkeypatch):
    ledger = Ledger(path, clock)
    first, second = (ledger.begin_reservation(Label("talk", number), "m", 1.0) for number in range(2))

    def interrupt(fd):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            ledger.finish_reservation(first)
    with pytest.raises(ServiceError, match="can't be written"):
        ledger.finish_reservation(second)


def test_where_the_disk_refuses_a_group_none_of_it_is_sent_or_counted(path, clock, monkeypatch):
    ledger = Ledger(path, clock)
    disk = BusyDisk(path, ledger, monkeypatch, awaited=8)
    disk.error = OSError(errno.EIO, "no")

    def reserve_one(number):
        with pytest.raises(ServiceError, match="can't be written"):
            reserve(ledger, Label("talk", number), "m", 1.0)

    side_by_side(8, reserve_one)
    assert ledger.spent_today(NOON) == 0
    disk.error = None
    request(ledger, 0.25)
    assert ledger.spent_today(NOON) == 0.25


def test_a_budget_holds_for_all_that_wait_for_the_disk(path, clock, monkeypatch):
    ledger = Ledger(path, clock)
    budget = Budget(ledger, 5.0, None, lambda: NOON)
    BusyDisk(path, ledger, monkeypatch, awaited=5)

    def reserve_one(number):
        try:
            return budget.reserve_cost(Label("talk", number), "m", 1.0)
        except ServiceError:
            return None

    assert len([one for one in side_by_side(16, reserve_one) if one]) == 5


def test_only_what_was_written_today_is_read_for_status(path, clock):
    ledger = Ledger(path, clock)
    clock.now = NOON - timedelta(days=2)
    request(ledger)
    with open(path, "ab") as file:  # far more than is read at once
        file.write(b"".join(Path(path).read_bytes().splitlines(keepends=True)[1:]) * 2000)
    clock.now = NOON
    request(Ledger(path, clock), 0.125)
    assert read_today(path, NOON).spent == 0.125


@pytest.mark.parametrize("wrong", [NOON.replace(year=1970), NOON.replace(year=2099)])
def test_a_clock_that_was_wrong_for_a_while_hides_no_cost_of_today_and_adds_none(path, clock, wrong):
    ledger = Ledger(path, clock)
    for clock.now in (NOON, wrong, NOON, wrong):
        request(ledger, 0.25)
    assert ledger.spent_today(NOON) == read_today(path, NOON).spent == 0.5


@pytest.mark.parametrize("instead", ["pipe", "folder"])
def test_what_is_no_file_in_its_place_is_said_and_not_waited_for(path, clock, instead):
    (os.mkfifo if instead == "pipe" else os.mkdir)(path)
    for read in (lambda: Ledger(path), lambda: read_today(path, NOON).spent):
        with pytest.raises(OSError, match="not a file"):
            read()


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, lambda path: os.symlink("elsewhere", path)])
def test_what_was_put_in_its_place_is_to_be_moved_away_where_room_would_not_help(path, clock, make):
    ledger = Ledger(path, clock)
    make(path)
    with pytest.raises(ServiceError) as caught:
        reserve(ledger, Label("talk", 0), "m", 1.0)
    assert "Move away what lies there" in caught.value.mend


def test_a_pipe_put_in_its_place_is_not_written_to(path, clock):
    ledger = Ledger(path, clock)
    os.mkfifo(path)
    with pytest.raises(ServiceError, match=r"ledger\.csv can't be written"):
        reserve(ledger, Label("talk", 0), "m", 1.0)


def test_columns_that_people_have_added_are_no_reason_to_forget_what_was_paid(path, clock):
    request(Ledger(path, clock), 0.25)
    Path(path).write_text("".join(f"{line},mine\n" for line in lines(path)))
    assert Ledger(path, clock).spent_today(NOON) == read_today(path, NOON).spent == 0.25


moves = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(["a", "b"]), st.floats(0, 9), st.none() | st.floats(0, 9)),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(moves)
def test_running_sums_are_those_of_the_file(tmp_path_factory, moves):
    path, clock = str(tmp_path_factory.mktemp("l") / "ledger.csv"), Clock(NOON - timedelta(days=3))
    ledger = Ledger(path, clock)
    for hours, job, bound, dollars in moves:
        clock.now += timedelta(hours=hours)
        reservation = reserve(ledger, Label(job, 0), "m", bound)
        if dollars is not None:
            ledger.record_payment(reservation, Label(job, 0), "m", USAGE, dollars)
    again = Ledger(path, clock)
    today = ledger.spent_today(clock.now)
    assert again.spent_today(clock.now) == pytest.approx(today)
    assert read_today(path, clock.now).spent == pytest.approx(today)
    assert again.spent_on("a") == pytest.approx(ledger.spent_on("a"))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_cut_off_anywhere_it_opens_and_never_says_that_a_request_cost_less(tmp_path_factory, data):
    path, clock = str(tmp_path_factory.mktemp("l") / "ledger.csv"), Clock()
    ledger = Ledger(path, clock)
    request(ledger, 0.25)
    request(ledger, 0.5)
    os.truncate(path, data.draw(st.integers(0, os.path.getsize(path))))
    ledger = Ledger(path, clock)
    known = ledger.spent_today(NOON)
    assert known in (0, 1.0, 0.25, 1.25, 0.75)
    request(ledger, 2.0)
    # A line that lacked nothing but its end is whole once the next one is written.
    assert Ledger(path, clock).spent_today(NOON) in {known + 2.0, 1.0 + 2, 0.25 + 2, 1.25 + 2, 0.75 + 2}


@settings(max_examples=60, deadline=None)
@given(st.binary())
def test_whatever_lies_there_it_can_be_opened_read_and_written(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("l") / "ledger.csv"
    path.write_bytes(content)
    request(Ledger(str(path), Clock()), 0.25)
    assert read_today(str(path), NOON).spent == Ledger(str(path), Clock()).spent_today(NOON) == 0.25


# --- requests of batches ---------------------------------------------------------------------------------


def reserve_in_batch(ledger, name, dollars=1.0):
    reserve(ledger, Label("talk", 3), "a-model", dollars, name)


def pay_in_batch(ledger, name, dollars=0.25):
    ledger.record_batch([Payment(name, Label("talk", 3), "a-model", USAGE, dollars)])


def test_the_lines_of_a_request_in_a_batch_say_so_and_name_it(path, clock):
    ledger = Ledger(path, clock)
    reserve_in_batch(ledger, "intent-0", 0.01)
    pay_in_batch(ledger, "intent-0", 0.004)
    at = NOON.astimezone(UTC).isoformat(timespec="seconds")
    assert lines(path)[1:] == [
        f"{at},reserved in batch,intent-0,talk,3,a-model,0,0,0,0,0.01000000",
        f"{at},paid in batch,intent-0,talk,3,a-model,100,50,20,10,0.00400000",
    ]


def test_a_request_in_a_batch_counts_for_the_day_on_which_it_was_sent(path, clock):
    ledger = Ledger(path, clock)
    clock.now = NOON.replace(hour=0) - timedelta(minutes=1)
    reserve_in_batch(ledger, "intent-0")
    clock.now = NOON
    pay_in_batch(ledger, "intent-0")
    yesterday = NOON - timedelta(days=1)
    for one in (ledger, Ledger(path, clock)):
        assert (one.spent_today(NOON), one.spent_today(yesterday)) == (0, 0.25)
        assert (one.saved_today(NOON), one.saved_today(yesterday)) == (0, 0.25)
    assert read_today(path, NOON) == Spending(0, 0)


def test_what_a_batch_has_saved_is_as_much_as_it_has_cost(path, clock):
    ledger = Ledger(path, clock)
    request(ledger, 0.5)
    for name in ("intent-0", "intent-1"):
        reserve_in_batch(ledger, name)
    pay_in_batch(ledger, "intent-0")
    assert read_today(path, NOON) == Spending(spent=0.5 + 0.25 + 1.0, saved=0.25)
    assert (ledger.spent_today(NOON), ledger.saved_today(NOON)) == (1.75, 0.25)


def test_what_is_paid_is_paid_once(path, clock):
    ledger = Ledger(path, clock)
    reserve_in_batch(ledger, "intent-0")
    for _ in range(2):
        pay_in_batch(ledger, "intent-0")
    pay_in_batch(Ledger(path, clock), "intent-0")
    pay_in_batch(ledger, "never-reserved")
    assert len(lines(path)) == 3
    assert ledger.list_jobs_of("intent-0") == frozenset()


def test_many_requests_are_reserved_with_few_writes(path, clock, monkeypatch):
    ledger, synced, fsync = Ledger(path, clock), [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(fd) or fsync(fd))
    begun = [ledger.begin_reservation(Label("talk", n), "a-model", 1.0, f"i-{n}") for n in range(100)]
    for reservation in begun:
        ledger.finish_reservation(reservation)
    assert len(lines(path)) == 101
    assert len(synced) <= 2  # and the folder
