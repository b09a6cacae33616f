"""Jobs whose requests go in batches: the same results at half the price, whatever the service does."""

import errno
import gzip
import json
import os
import re
import shutil
import time
from dataclasses import replace

import pytest

from daemon.batches import care, send, send_when_due
from daemon.batches.batching import Batching
from daemon.batches.protocol import ID, INTENT, SENDING
from daemon.batches.record import BatchFolder
from daemon.batches.send import Limits, Sender
from daemon.cleaning.llm import batch_client
from daemon.cli.result_commands import redo_flagged
from daemon.loop.batched_jobs import BatchedJobs
from daemon.loop.jobs import Jobs
from daemon.settings.config import load_config
from daemon.status.snapshot import read_snapshot
from tests.batch_world import SAID, BatchWorld, hurrying, talk
from tests.equal_results import read_results
from tests.faulty_disk import Faulty
from tests.messages_server import LOST, RESET, Reply, error, last_user_text
from tests.no_threads import NoThreads

pytestmark = pytest.mark.long

TALKS = (1, 3, 12)
PRICES = {"claude-haiku-5-5": {"input": 1, "output": 2}}
CREDIT = ("invalid_request_error", "Your credit balance is too low to access the API.")


@pytest.fixture(autouse=True)
def hurry():
    with hurrying():
        yield


@pytest.fixture
def make_world(tmp_path):
    worlds = []

    def make(name="batched", **settings):
        worlds.append(BatchWorld(tmp_path / name, **settings).__enter__())
        return worlds[-1]

    yield make
    for world in worlds:
        world.__exit__(None, None, None)


@pytest.fixture
def world(make_world):
    return make_world()


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """The outbox as the ordinary lane leaves it."""
    with hurrying(), BatchWorld(tmp_path_factory.mktemp("singly"), batch=False) as world:
        world.drop_talks(*TALKS)
        world.work()
        return read_results(world.root.outbox)


def check_whole(world, wanted):
    """All is delivered, equal, paid for once; nothing is left, nothing reserved, nothing at the service."""
    assert read_results(world.root.outbox) == wanted
    assert world.left == []
    assert world.open_reservations() == []
    assert world.questions_paid_twice() == []


# --- the ordinary course ---------------------------------------------------------------------------


def test_the_results_are_those_of_the_ordinary_lane_at_half_the_price(make_world, wanted):
    world = make_world(prices=PRICES)
    world.drop_talks(*TALKS)
    assert world.work() is None
    check_whole(world, wanted)
    assert len(world.singly) == 1  # the first under settings that were never tried
    assert len(world.batches.billed) == sum(TALKS) - 1
    assert [batch.id for batch in world.batches.ours] == world.batches.deleted
    summary = world.root.summary("talk-02")
    assert (summary["requests"], summary["requests_in_batches"]) == (12, 12)
    singly = make_world("again", batch=False, prices=PRICES)
    singly.drop_talks(*TALKS)
    singly.work()
    assert summary["cost"] == pytest.approx(singly.root.summary("talk-02")["cost"] / 2, abs=1e-6)


def test_the_ledger_says_of_each_request_by_which_lane_it_went(make_world):
    world = make_world(prices=PRICES)
    world.drop_talks(3)
    world.work()
    kinds = [line[1] for line in world.ledger()]
    assert sorted(kinds) == ["paid", *["paid in batch"] * 2, "reserved", *["reserved in batch"] * 2]
    assert world.open_reservations() == []
    snapshot = read_snapshot(load_config(str(world.root.path / "config.yaml")))
    assert snapshot.saved_today == pytest.approx(
        sum(float(line[-1]) for line in world.ledger() if line[1] == "paid in batch"), abs=1e-7
    )


def test_settings_that_were_tried_once_need_no_single_request_after_a_restart(world):
    world.drop_talks(1)
    world.work()
    world.drop("more.txt", talk(7, 3))
    world.work()
    assert len(world.singly) == 1
    assert [len(batch.requests) for batch in world.batches.ours] == [3]


def test_where_the_first_under_new_settings_is_refused_nothing_is_sent_in_a_batch(world):
    world.server.fault = lambda body: error(400, "invalid_request_error", "model: no such thing")
    world.drop_talks(3)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.holds.held)
        assert world.batches.ours == []
        world.server.fault = lambda body: None
        daemon.admission.probe_now()
        world.look_until(daemon, lambda: world.root.results() == ["talk-00"])


def test_a_profile_and_a_sidecar_may_ask_for_batches_or_against_them(make_world):
    world = make_world(batch=False, profiles={"cheap": {"batch": True}})
    world.drop("cheap/one.txt", talk(1, 4))
    world.drop("cheap/two.yaml", "batch: false\n")
    world.drop("cheap/two.txt", talk(2, 4))
    world.drop("three.txt", talk(3, 4))
    world.work()
    asked = [world.root.summary(name)["requests_in_batches"] for name in ("cheap/one", "cheap/two", "three")]
    assert asked in ([3, 0, 0], [4, 0, 0])  # either of the cheap ones, or any, may have been tried first


def test_whether_it_goes_in_batches_is_in_no_plan_and_no_hash(make_world):
    hashes = set()
    for name, batch in (("on", True), ("off", False)):
        world = make_world(name, batch=batch)
        world.drop_talks(2)
        world.work()
        hashes.add(world.root.summary("talk-00")["settings_hash"])
    assert len(hashes) == 1


def test_what_the_gate_refuses_is_asked_for_singly_where_it_is_little(world, wanted):
    poor = SAID.format(n=5, k=2)

    def answer(body):
        if poor not in last_user_text(body).partition("<transcript>")[2] or asked:
            return clean(body)
        asked.append(body)
        return '<turn id="1">Something else.</turn>'

    asked, clean = [], world.server.answer
    world.server.answer = answer
    world.drop_talks(*TALKS[:2])
    world.work()
    world.drop("talk-02.txt", talk(2, TALKS[2]))  # no other chunk waits for a batch beside it
    world.work()
    assert read_results(world.root.outbox) == wanted
    assert len(world.singly) == 2
    assert world.root.summary("talk-02")["requests"] == 13


def test_what_is_refused_is_asked_for_in_the_next_batch_where_it_is_much(world):
    answered = []

    def answer(body):
        answered.append(1)
        return "nothing of use" if 2 <= len(answered) <= 13 else clean(body)

    clean = world.server.answer
    world.server.answer = answer
    world.drop_talks(13)
    world.work()
    first, *later = [len(batch.requests) for batch in world.batches.ours]
    assert (first, sum(later)) == (12, 12)
    assert len(world.singly) == 1
    assert world.root.summary("talk-00")["flags"] == []


def test_a_passage_that_no_answer_does_justice_takes_no_more_questions_than_by_the_ordinary_lane(make_world):
    asked = {}
    for batch in (False, True):
        world = make_world(f"batch-{batch}", batch=batch)
        world.server.answer = lambda body: "nothing of use"
        world.drop_talks(2)
        world.work(lambda world=world: world.root.results())
        summary = world.root.summary("talk-00")
        asked[batch] = summary["requests"], summary["flags"]
    assert asked[True] == asked[False]


# --- what people do --------------------------------------------------------------------------------


def test_while_paused_nothing_is_sent_and_what_is_out_comes_home_and_is_saved(world):
    world.batches.end_after = None
    world.drop_talks(4)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: world.batches.ours)
        (world.root.path / "PAUSE").touch()
        world.look_until(daemon, lambda: daemon.paused is not None)
        world.drop("later.txt", talk(9, 3))
        world.batches.end_all()
        world.look_until(daemon, lambda: world.root.results() == ["talk-00"])
        assert len(world.batches.ours) == 1
        (world.root.path / "PAUSE").unlink()
        world.look_until(daemon, lambda: len(world.root.results()) == 2)


def test_a_pause_that_comes_after_all_was_reserved_and_before_the_batch_is_sent_keeps_it_from_being_sent(
    world, wanted, monkeypatch
):
    pause, reserve = world.root.path / "PAUSE", Sender._reserve

    def reserve_and_pause(sender, intent):
        left_out = reserve(sender, intent)
        pause.touch()
        return left_out

    world.drop_talks(*TALKS)
    with world.daemon() as daemon:
        with monkeypatch.context() as patch:
            patch.setattr(Sender, "_reserve", reserve_and_pause)
            world.look_until(
                daemon, lambda: pause.exists() and not world.left and not world.open_reservations()
            )
        assert world.batches.ours == []
        pause.unlink()
    world.work()
    check_whole(world, wanted)


def test_what_a_discarded_job_has_out_alone_is_canceled_and_deleted(world):
    world.batches.end_after = None
    world.drop_talks(4)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: world.batches.ours)
        (world.root.state / "talk-00" / "DISCARD").touch()
        world.look_until(daemon, lambda: world.batches.deleted)
    assert world.batches.canceled == world.batches.deleted
    assert world.root.results() == ["rejected/talk-00"]
    assert world.open_reservations() == []


def test_what_a_discarded_job_shares_with_others_is_not_canceled(world):
    world.batches.end_after = None
    world.drop_talks(4, 4)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: world.batches.ours)
        (world.root.state / "talk-00" / "DISCARD").touch()
        world.look_until(daemon, lambda: "rejected/talk-00" in world.root.results())
        world.batches.end_all()
        world.look_until(daemon, lambda: "talk-01" in world.root.results() and world.batches.deleted)
    assert world.batches.canceled == []
    assert world.open_reservations() == []


def test_switched_on_and_off_while_jobs_are_under_way_nothing_is_asked_twice(world, wanted):
    world.batches.end_after = None
    world.drop_talks(*TALKS)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: world.batches.ours)
        for batch in (False, True, False):
            world.root.write_config(batch=batch)
            daemon.reload()
            world.look_until(daemon, lambda batch=batch: daemon.root.config.batch is batch)
        world.drop("talk-03.txt", talk(3, 3))
        world.look_until(daemon, lambda: "talk-03" in world.root.results())
        world.batches.end_all()
        world.look_until(daemon, lambda: len(world.root.results()) == 4)
    assert world.questions_paid_twice() == []
    found = read_results(world.root.outbox)
    assert {name: content for name, content in found.items() if "talk-03" not in name} == wanted


def test_why_no_batch_can_be_sent_is_said_however_late_the_workers_give_back_what_waits(
    make_world, monkeypatch
):
    bring_back, tell_faults, late = BatchedJobs.bring_back, Batching._tell_faults, []

    def tell_first(batching):
        tell_faults(batching)
        while late:
            bring_back(*late.pop())

    monkeypatch.setattr(BatchedJobs, "bring_back", lambda *given: late.append(given))
    monkeypatch.setattr(Batching, "_tell_faults", tell_first)
    world = make_world()
    world.batches.faults["create"].append(error(429, "rate_limit_error", retry_after="3000"))
    world.drop_talks(4)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.holds.batches)


def test_what_waits_for_a_batch_goes_singly_as_soon_as_that_is_switched_off(make_world):
    world = make_world(batch_gather_seconds=3600)
    world.batches.faults["create"].extend([error(429, "rate_limit_error", retry_after="3000")] * 3)
    world.drop_talks(4)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.holds.batches)
        world.root.write_config(batch=False)
        daemon.reload()
        world.look_until(daemon, lambda: world.root.results())
        world.look_until(daemon, lambda: daemon.jobs.holds.held is None)
    assert (len(world.batches.ours), len(world.singly)) == (0, 4)


def test_a_change_of_settings_does_not_throw_away_what_is_out(world):
    world.batches.end_after = None
    world.drop_talks(1)
    world.work()
    world.drop("talk-05.txt", talk(5, 4))
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: world.batches.ours)
        world.root.write_config(glossary=["Ann"])
        daemon.reload()
        world.look_until(daemon, lambda: daemon.root.config.glossary)
        world.batches.end_all()
        world.look_until(daemon, lambda: "talk-05" in world.root.results())
    assert len(world.batches.ours) == 1
    assert world.questions_paid_twice() == []


def test_a_stop_and_a_start_find_again_what_is_out(world, wanted):
    world.batches.end_after = None
    world.drop_talks(*TALKS)
    world.work(lambda: world.batches.ours)
    snapshot = read_snapshot(load_config(str(world.root.path / "config.yaml")))
    assert snapshot.batches.requests == len(world.batches.ours[0].requests)
    world.batches.end_all()
    world.work()
    check_whole(world, wanted)


def test_only_what_was_flagged_is_asked_for_again_in_batches_too(make_world):
    world = make_world(batch=False, chunk_words=50)
    plain = world.server.answer

    def answer(body):
        text = plain(body)
        return text if body["model"] == "strong" else re.sub(r"sentence [147] of.*?(?=</turn>)", "No.", text)

    world.server.answer = answer
    world.drop_talks(9)
    world.work()
    assert len(world.root.summary("talk-00")["flags"]) == 3
    before = len(world.singly)
    world.root.write_config(batch=True)
    redo_flagged(load_config(str(world.root.path / "config.yaml")), ["talk-00"], "strong", print, print)
    world.work()
    assert world.root.summary("talk-00-2")["flags"] == []
    asked = [last_user_text(body) for body in (*world.singly[before:], *world.batches.billed)]
    assert world.batches.billed
    said = [re.findall(r"sentence (\d)", text.partition("<transcript>")[2]) for text in asked]
    assert sorted(said) == [["1"], ["4"], ["7"]]


# --- money ---------------------------------------------------------------------------------------------


def test_half_the_bound_is_reserved_before_the_batch_is_made(make_world):
    world = make_world(prices=PRICES)
    world.batches.end_after = None
    world.drop_talks(3)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: world.batches.ours)
        batched = {line[4]: float(line[-1]) for line in world.ledger() if line[1] == "reserved in batch"}
        alone = {line[4]: float(line[-1]) for line in world.ledger() if line[1] == "reserved"}
        [one], (two, _) = alone.values(), batched.values()
        assert two == pytest.approx(one / 2, rel=0.2)
        assert daemon.jobs.ledger.spent_today(daemon.jobs.access.budget._clock()) > sum(batched.values())


def test_no_more_is_sent_than_the_budget_of_the_day_allows(make_world):
    world = make_world(prices=PRICES, budget_usd_per_day=0.012)
    world.drop_talks(12)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.holds.held)
        assert "day's budget" in daemon.jobs.holds.held.reason
        spent = daemon.jobs.ledger.spent_today(daemon.jobs.access.budget._clock())
        assert 0 < spent <= 0.012
    assert sum(len(batch.requests) for batch in world.batches.ours) < 11


def test_what_was_left_out_of_a_batch_is_asked_for_even_if_the_start_could_not_tell_what_that_is(
    make_world, monkeypatch
):
    world = make_world(prices=PRICES, budget_usd_per_day=0.012)
    world.batches.end_after = None
    world.drop_talks(12)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.holds.held and world.batches.ours)
    world.root.write_config(budget_usd_per_day=1)
    batches = world.root.state / ".batches"
    unread = Faulty(monkeypatch, "open", batches, "EIO", only=lambda path: path.endswith(SENDING))
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.awaits_batches)
        assert unread.hits == 1
        world.batches.end_all()
        world.look_until(daemon, lambda: world.root.results() == ["talk-00"])
    assert (len(world.singly), world.questions_paid_twice()) == (1, [])


def test_a_job_whose_budget_is_spent_fails_and_the_others_go_on(make_world):
    world = make_world(prices=PRICES, budget_usd_per_job=0.0075)
    world.drop_talks(1, 30, 2)
    world.work()
    assert "talk-02" in world.root.results()
    assert "budget" in (world.root.state / "talk-01" / "FAILED").read_text()


# --- what the service does -------------------------------------------------------------------------


def cut(sized):
    def fault(world):
        sends, before = [], world.batches.send

        def send(body):
            sends.append(1)
            reply = before(body)
            how = {"cut": len(body) // 2} if len(sends) == 1 else {}
            return replace(reply, unsized=reply.unsized or not sized, **how)

        world.batches.send = send

    return fault


def shaped(change):
    """Results that are changed, the first two times."""

    def fault(world):
        times, before = [], world.batches.shape

        def shape(batch, lines):
            times.append(1)
            lines = before(batch, lines)
            return change(lines) if len(times) <= 2 else lines

        world.batches.shape = shape

    return fault


def always(change):
    def fault(world):
        before = world.batches.shape
        world.batches.shape = lambda batch, lines: change(before(batch, lines))

    return fault


def queued(verb, *replies):
    return lambda world: world.batches.faults[verb].extend(replies)


def told(*lost, **change):
    """Whatever is told of a batch, some of it is otherwise; the answer to the first call may be lost."""

    def fault(world):
        show = world.batches._show
        world.batches._show = lambda batch: {**show(batch), **change}
        world.batches.faults["create"].extend(lost)

    return fault


def ends(end, which=lambda number: True):
    """The requests of the first batch come to another end."""

    def fault(world):
        before = world.batches.outcome

        def outcome(name, params):
            batch = world.batches.ours[0]
            is_first = any(one["custom_id"] == name for one in batch.requests)
            is_meant = is_first and which(int(name.rpartition("-")[2]))
            return end if is_meant else before(name, params)

        world.batches.outcome = outcome

    return fault


def packed(world):
    world.batches.send = lambda body: Reply(body=gzip.compress(body), headers={"content-encoding": "gzip"})


def crowd(world):
    """Another program has batches of the same size in the workspace, before, meanwhile and since."""
    for count in range(1, sum(TALKS) + 1):
        world.batches.add_foreign(count, age=30.0, ended=True)
        world.batches.add_foreign(count, age=-1.0, ended=True)


def rename(line, custom_id="theirs-1"):
    return json.dumps({**json.loads(line), "custom_id": custom_id}).encode()


def unknown(line):
    return json.dumps({**json.loads(line), "result": {"type": "postponed"}}).encode()


CHANGES = {
    "doubled": lambda lines: [lines[0], *lines],
    "doubled otherwise": lambda lines: [*lines, lines[0].replace(b"sentence", b"word")],
    "foreign": lambda lines: [*lines, rename(lines[0])],
    "short": lambda lines: lines[:-1],
    "unknown kind": lambda lines: [unknown(lines[0]), *lines[1:]],
    "no JSON": lambda lines: [b'{"custom', *lines[1:]],
}
UNSEEN = error(404, "not_found_error", "no such batch")
GONE = error(410, "not_found_error", "its time is over")
FAULTS = {
    "lost": queued("create", LOST),
    "never made": queued("create", RESET),
    "not to be seen": queued("retrieve", *[UNSEEN] * 3),
    "results not to be seen": queued("results", *[UNSEEN] * 3),
    "cut": cut(sized=True),
    "cut unsized": cut(sized=False),
    **{name: shaped(change) for name, change in CHANGES.items()},
    "out of order": always(lambda lines: lines[::-1]),
    "errored": ends(("api_error", "Internal server error")),
    "one errored": ends(("invalid_request_error", "this text"), lambda number: number == 1),
    "expired": ends("expired"),
    "one expired": ends("expired", lambda number: number == 2),
    "canceled": ends("canceled", lambda number: number % 2 == 0),
    "no credit": ends(CREDIT),
    "create 429": queued("create", error(429, "rate_limit_error")),
    "create 413": queued("create", error(413, "request_too_large")),
    "create 500": queued("create", error(500)),
    "create is a page": queued("create", Reply(body=b"<html>", content_type="text/html")),
    "polls fail": queued("retrieve", error(529, "overloaded_error"), RESET, Reply(body=b"{}")),
    "no list": queued("list", None, error(500), Reply(body=b"[]")),
    "not deleted": queued("delete", error(500), RESET),
    "crowd": crowd,
    "no time": told(created_at=None, expires_at=None),
    "no time, lost": told(LOST, created_at=None),
    "another time, lost": told(LOST, created_at="1970-01-01T00:00:00Z"),
    "no counts": told(request_counts=None),
    "no counts, lost": told(LOST, request_counts=None),
    "packed": packed,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_service_does_all_is_delivered_and_paid_for_once(world, wanted, fault):
    FAULTS[fault](world)
    world.drop_talks(*TALKS)
    assert world.work() is None
    check_whole(world, wanted)
    assert world.batches.canceled == []
    assert sorted(world.batches.deleted) == sorted(batch.id for batch in world.batches.ours)


@pytest.mark.parametrize("change", CHANGES)
def test_results_that_never_come_sound_count_as_far_as_they_are(world, wanted, change):
    always(CHANGES[change])(world)
    world.drop_talks(*TALKS)
    world.work()
    assert read_results(world.root.outbox) == wanted
    assert world.left == []
    assert len(world.questions_paid_twice()) <= 1


def test_a_service_whose_answers_and_lists_say_nothing_is_sent_no_batch_without_end(world):
    page = Reply(body=b'{"data": {"id": "wrapped"}}')
    world.batches.faults["create"].extend([page] * 100)
    world.drop_talks(12)
    world.work()
    assert world.root.results() == ["talk-00"]
    chunks = 11  # each is sent three times, together with others or not
    assert 3 <= world.batches.calls.count("create") <= 3 * chunks
    assert world.questions_paid_twice() == []


def test_without_credit_all_are_held_until_there_is_some(world):
    def broke(body):
        return error(400, *CREDIT)

    world.drop_talks(1)
    world.work()
    world.drop("more.txt", talk(7, 12))
    world.server.fault = broke
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.holds.held)
        assert "no credit" in daemon.jobs.holds.held.reason
        world.look_until(daemon, lambda: daemon.jobs.batching.is_idle)
        assert sum(len(batch.requests) for batch in world.batches.ours) == 12  # none of them again
        world.server.fault = lambda body: None
        daemon.admission.probe_now()
        world.look_until(daemon, lambda: "more" in world.root.results())
    assert world.open_reservations() == []
    assert len(world.singly) <= 3  # the trial and the probes


def test_a_server_without_batches_is_said_with_the_mend(world):
    world.batches.faults["list"].extend([UNSEEN] * 1000)
    world.drop_talks(3)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.holds.held)
        assert "takes no message batches" in daemon.jobs.holds.held.reason
        assert "batch: false" in daemon.jobs.holds.held.reason
        world.root.write_config(batch=False)
        daemon.reload()
        world.look_until(daemon, lambda: world.root.results())
    assert world.batches.ours == []


@pytest.mark.parametrize("said", [UNSEEN, GONE], ids=["404", "410"])
@pytest.mark.parametrize("verb", ["retrieve", "results"])
def test_a_batch_that_stays_out_of_sight_is_given_up_after_a_day_and_what_was_reserved_stands(
    world, monkeypatch, verb, said
):
    monkeypatch.setattr(care, "LOST_SECONDS", 0.2)
    world.batches.faults[verb].extend([said] * 60)
    world.drop_talks(3)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: len(world.batches.ours) == 2)
        world.batches.faults[verb].clear()
        world.look_until(daemon, lambda: world.root.results())
    first = world.batches.ours[0].requests[0]["custom_id"].rpartition("-")[0]
    assert {name.rpartition("-")[0] for name in world.open_reservations()} == {first}


def test_a_batch_at_another_address_is_not_asked_for_at_the_new_one(make_world, tmp_path):
    world, other = make_world(), make_world("other")
    world.batches.end_after = None
    world.drop_talks(3)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: world.batches.ours)
        polls = len(world.batches.calls)
        world.root.write_config(base_url=other.server.url)
        daemon.reload()
        world.look_until(daemon, lambda: daemon.jobs.holds.held)
        assert "set `provider` and `base_url` as they were" in daemon.jobs.holds.held.reason
        assert world.server.url in daemon.jobs.holds.held.reason
        assert other.batches.calls == []
        world.root.write_config(base_url=world.server.url)
        daemon.reload()
        world.batches.end_all()
        world.look_until(daemon, lambda: world.root.results())
    assert len(world.batches.calls) > polls


def test_the_key_goes_to_no_other_host_whatever_results_url_says(world, make_world):
    spy = make_world("spy")
    world.batches.results_host = spy.server.url
    world.drop_talks(3)
    world.work()
    assert world.root.results() == ["talk-00"]
    assert spy.server.requests == []


def test_a_batch_is_as_large_as_it_may_be_and_the_rest_goes_in_the_next(world, monkeypatch):
    monkeypatch.setattr(send_when_due, "Limits", lambda: Limits(requests=5))
    world.drop_talks(13)
    world.work()
    assert [len(batch.requests) for batch in world.batches.ours] == [5, 5, 2]


def test_a_batch_is_sent_after_the_time_for_gathering_though_more_may_come(make_world, monkeypatch):
    world = make_world(batch_gather_seconds=0.1)
    world.drop_talks(1)
    world.work()
    world.drop("talk-05.txt", talk(5, 4))
    monkeypatch.setattr(Jobs, "is_worked_through", False)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: world.batches.ours)


def test_the_loop_knows_when_nothing_but_a_batch_is_waited_for(world):
    world.batches.end_after = None
    world.drop_talks(4)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.awaits_batches)
        assert not daemon.jobs.at_rest
        overview = daemon.jobs.batching.overview
        assert overview.requests == 3
        assert overview.since <= time.time() < overview.until
        world.batches.end_all()
        world.look_until(daemon, lambda: world.root.results())
        assert not daemon.jobs.awaits_batches


# --- the gap between the batch and the note of its id -------------------------------------------------


def test_an_id_that_cant_be_written_down_is_kept_and_only_written_again(world, monkeypatch, wanted):
    full, write = [True] * 3, BatchFolder.write

    def on_a_full_disk(self, name, value):
        if name == ID and full and full.pop():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)
        write(self, name, value)

    monkeypatch.setattr(BatchFolder, "write", on_a_full_disk)
    world.drop_talks(*TALKS)
    world.work()
    assert full == []
    check_whole(world, wanted)
    assert len(world.batches.ours) == 1


DISK_FAULTS = {  # one call that fails once, and of which path below the folder of all batches
    "nothing written down of what is to be sent": ("rename", lambda path: path.endswith("/intent.json")),
    "saved, but not surely": ("fsync", lambda path: os.path.exists(f"{path}/SAVED")),
    "not surely forgotten": ("fsync", lambda path: "intent.json" not in os.listdir(path)),
    "forgotten in part": ("unlink", lambda path: path.endswith("/results.jsonl")),
    "forgotten but for its folder": ("rmdir", lambda path: True),
}


@pytest.mark.parametrize("fault", DISK_FAULTS)
def test_what_a_disk_keeps_from_being_done_with_a_batch_is_done_once_it_can_be(
    world, monkeypatch, wanted, fault
):
    call, is_meant = DISK_FAULTS[fault]
    folder = re.compile(r"/\.batches/(?!tried-|\.)[^/]+(/[^.][^/]*)?$")
    FAULTS["one errored"](world)
    disk = Faulty(
        monkeypatch, call, world.root.state, "EIO", only=lambda path: folder.search(path) and is_meant(path)
    )
    world.drop_talks(*TALKS)
    assert world.work() is None
    assert disk.hits == 1
    check_whole(world, wanted)


def test_while_a_batch_may_be_ours_no_other_is_sent_and_nothing_is_done_to_it(world, wanted):
    world.batches.end_after = None
    world.drop_talks(*TALKS)
    foreign = [world.batches.add_foreign(count, age=-1.0) for count in range(1, 1 + sum(TALKS))]
    world.batches.faults["create"].append(RESET)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: world.batches.calls.count("list") >= 20)
        assert world.batches.calls.count("create") == 1
        assert "results" not in world.batches.calls
        for batch in foreign:
            batch.ended = True
        world.look_until(daemon, lambda: world.batches.ours)
        world.batches.end_all()
        world.look_until(daemon, lambda: world.left == [] and len(world.root.results()) == len(TALKS))
    check_whole(world, wanted)
    assert world.batches.canceled == []
    # Ours are one or two: its chunks come back one by one.
    assert len(world.batches.deleted) == len(world.batches.ours)


def test_what_was_reserved_stands_until_it_is_known_what_became_of_the_batch(make_world):
    world = make_world(prices=PRICES)
    world.batches.faults["create"].append(LOST)
    world.batches.end_after = None
    world.drop_talks(3)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: world.batches.calls.count("list") >= 10)
        assert len(world.open_reservations()) == 2
        world.batches.end_all()
        world.look_until(daemon, lambda: world.root.results())
    assert world.open_reservations() == []
    assert len(world.batches.ours) == 1


class WrongClock:
    """The module `time`, in which the time of day is off by so many seconds."""

    def __init__(self, ahead):
        self.ahead = ahead

    def time(self):
        return time.time() + self.ahead

    def __getattr__(self, name):
        return getattr(time, name)


def test_a_batch_that_was_sent_before_the_clock_was_set_right_is_found(world, wanted, monkeypatch):
    clock = WrongClock(ahead=7200)
    for module in (batch_client, care, send):
        monkeypatch.setattr(module, "time", clock)
    world.batches.faults["create"].append(LOST)
    world.batches.end_after = None
    world.drop_talks(*TALKS)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: world.batches.ours)
        clock.ahead = 0
        world.batches.end_all()
        world.batches.end_after = 0
        world.look_until(daemon, lambda: world.left == [] and len(world.root.results()) == len(TALKS))
    check_whole(world, wanted)


def test_an_intent_that_was_never_sent_is_struck_off_at_the_next_start(world, monkeypatch, wanted):
    def die(self, *arguments):
        raise RuntimeError

    monkeypatch.setattr(Sender, "_reserve", die)
    world.drop_talks(*TALKS)
    world.work(lambda: world.left)
    monkeypatch.undo()
    with hurrying():
        world.work()
    check_whole(world, wanted)
    assert len(world.batches.ours) == 1


def test_of_a_batch_with_a_damaged_intent_nothing_is_asked_for_again_before_a_person_acts(world, wanted):
    world.batches.end_after = None
    world.drop_talks(*TALKS[:2])
    world.work(lambda: world.batches.ours)
    [name] = world.left
    intent = world.root.state / ".batches" / name / "intent.json"
    whole = intent.read_bytes()
    intent.write_bytes(b"{")
    asked = len(world.singly)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.holds.held)
        reason = daemon.jobs.holds.held.reason
        assert str(intent) in reason
        assert "Put it back, or remove the batch's folder, and start the daemon again" in reason
        world.drop("talk-02.txt", talk(2, TALKS[2]))
        world.look_until(daemon, lambda: len(world.batches.ours) == 2)
    assert len(world.singly) == asked
    intent.write_bytes(whole)
    world.batches.end_all()
    world.work()
    check_whole(world, wanted)


def test_a_damaged_id_keeps_no_status_from_being_told_and_the_batch_is_found_without_it(world, wanted):
    world.batches.end_after = None
    world.drop_talks(*TALKS)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.awaits_batches)
        [name] = world.left
        path = world.root.state / ".batches" / name / ID
        path.write_bytes(b"")
        world.batches.end_all()
        world.look_until(daemon, lambda: daemon.jobs.holds.held)
        assert daemon.jobs.batching.overview.requests == 0
        reason = daemon.jobs.holds.held.reason
        assert str(path) in reason
        assert "remove it, and the batch is looked for at the service" in reason
        path.unlink()
        world.look_until(daemon, lambda: world.left == [] and len(world.root.results()) == len(TALKS))
    check_whole(world, wanted)
    assert len(world.batches.ours) == 1


@pytest.mark.parametrize("with_all", [False, True])
def test_a_batch_whose_folder_is_removed_is_forgotten_and_its_chunks_are_asked_for_again(
    world, wanted, caplog, with_all
):
    world.batches.end_after = None
    world.drop_talks(*TALKS)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.awaits_batches)
        [name] = world.left
        shutil.rmtree(world.root.state / ".batches" / ("" if with_all else name))
        world.batches.end_after = 1
        world.look_until(daemon, lambda: world.left == [] and len(world.root.results()) == len(TALKS))
    assert read_results(world.root.outbox) == wanted
    assert f"gone batch={name} its folder was removed" in caplog.text


def test_a_batch_that_is_out_keeps_its_id_while_its_intent_is_away(world, wanted):
    world.batches.end_after = None
    world.drop_talks(*TALKS)
    with world.daemon() as daemon:
        world.look_until(daemon, lambda: daemon.jobs.awaits_batches)
        [name] = world.left
        path, away = world.root.state / ".batches" / name / INTENT, world.root.path / "away"
        path.rename(away)
        world.look_until(daemon, lambda: daemon.jobs.holds.held)
        assert f"{path} is damaged. Put it back" in daemon.jobs.holds.held.reason
        away.rename(path)
        world.batches.end_all()
        world.look_until(daemon, lambda: world.left == [] and len(world.root.results()) == len(TALKS))
    check_whole(world, wanted)


def test_the_notes_on_batches_are_their_owners_alone(world):
    world.batches.end_after = None
    world.drop_talks(3)
    world.work(lambda: world.batches.ours)
    folder = world.root.state / ".batches"
    modes = {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_without_a_thread_for_the_batches_they_are_held_and_go_on_once_there_is_one(world):
    world.drop_talks(3)
    with world.daemon() as daemon, pytest.MonkeyPatch.context() as patch:
        limit = NoThreads(patch)
        world.look_until(daemon, lambda: daemon.jobs.holds.held)
        assert "No further thread can be started" in daemon.jobs.holds.held.reason
        assert not daemon.jobs.batching.is_idle
        limit.lifted = True
        world.look_until(daemon, lambda: world.root.results() == ["talk-00"])
        assert daemon.jobs.holds.held is None
    assert world.questions_paid_twice() == []
