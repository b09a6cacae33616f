"""The jobs in work: what goes wrong with one finds its end, once, and stops no other."""

import errno
import os
import shutil
import signal
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from msgspec.structs import replace

from daemon.cleaning.prompt import Brief
from daemon.costs.ledger import Ledger
from daemon.errors import ServiceError
from daemon.intake import claim
from daemon.loop import failures
from daemon.loop.jobs import Jobs
from daemon.loop.provider import Access
from daemon.loop.steps.ending import Ending
from daemon.loop.steps.planning import Planning
from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from daemon.status.publisher import explain_what_waits, take_snapshot
from daemon.status.snapshot import read_snapshot
from daemon.store import strays
from daemon.store.job import Job
from daemon.store.state_folder import State
from daemon.store.ticket import Ticket
from daemon.system.files import Folder
from daemon.system.hidden_names import HiddenName, Use
from tests.conftest import TRANSCRIPT, until
from tests.messages_server import error

REFUSED = error(401, "authentication_error")
LONG = "\n\n".join(f"Ann: um sentence {number} of a talk that has a few plain words." for number in range(40))


@pytest.fixture
def supervise():
    """The loop, in this process, each look taken by the test."""
    running = []

    def begin(root):
        root.write_config(stop_grace_seconds=5)
        running.append(Supervisor(load_config(str(root.path / "config.yaml")), lambda *_, **__: None))
        return running[-1]

    yield begin
    for supervisor in running:
        supervisor.stop()
        supervisor._leave()


def looking(supervisor, condition):
    def look():
        supervisor.look()
        return condition()

    return until(look)


@pytest.fixture
def resting(model_root, server):
    """A root whose daemon has a job that was paused half way."""
    server.hold_at(5)
    daemon = model_root.start()
    model_root.drop("talk.txt", LONG)
    server.wait_for(4, come=5)
    (model_root.state / "talk" / "PAUSE").touch()
    server.release()
    until(lambda: len(model_root.chunks("talk")) == len(server.requests))
    return model_root, daemon, model_root.state / "talk"


@pytest.mark.process
def test_a_discard_gives_the_original_back_although_the_plan_is_damaged(resting):
    root, _, job = resting
    plan = job / "plan.jsonl"
    plan.write_bytes(plan.read_bytes()[:-40] + b"x" * 40)
    (job / "DISCARD").touch()
    until(lambda: (root.outbox / "rejected" / "talk" / "summary.json").exists())
    assert (root.outbox / "rejected" / "talk" / "original.txt").read_text() == LONG
    until(lambda: not job.exists())


@pytest.mark.process
def test_a_disk_that_loses_what_was_planned_does_not_have_the_job_rejected(resting, server):
    root, daemon, job = resting
    daemon.kill()
    for name in ("source.txt", "plan.jsonl"):
        (job / name).write_bytes(bytes((job / name).stat().st_size))
    (job / "PAUSE").unlink()
    saved = {name: (job / name).read_bytes() for name in root.chunks("talk")}
    root.command("once", check=False)
    assert "the disk may have damaged it" in (job / "FAILED").read_text()
    assert (root.results(), saved) == ([], {name: (job / name).read_bytes() for name in saved})
    (job / "source.txt").write_text(LONG)
    (job / "FAILED").unlink()
    asked = len(server.bodies)
    root.command("once")
    assert root.results() == ["talk"]
    assert len(server.bodies) - asked == root.summary("talk")["chunks"] - len(saved)


@pytest.mark.process
@pytest.mark.parametrize("marker", ["DISCARD", "FRESH"])
def test_a_job_whose_source_was_put_away_ends_all_the_same_when_a_person_asks_for_it(resting, marker):
    root, daemon, job = resting
    (job / "source.txt").rename(root.path / "away")
    (job / "source.txt").mkdir()
    (job / marker).touch()
    until(lambda: "rejected/talk" in root.results() and not job.exists())
    assert "lies in the inbox" in (root.outbox / "rejected" / "talk" / "REASON.txt").read_text()
    assert (root.inbox / "talk.txt.rejected").is_dir()
    assert not any("bug=" in line for line in daemon.log)


@pytest.mark.process
@pytest.mark.parametrize("copy", ["talk-copy", "Copy of talk"])
def test_a_copied_folder_of_a_job_is_not_paid_for_again(resting, server, copy):
    root, daemon, job = resting
    daemon.kill()
    shutil.copytree(job, root.state / copy)
    for folder in (job, root.state / copy):
        (folder / "PAUSE").unlink()
    asked, saved = len(server.bodies), len(root.chunks("talk"))
    assert "is a copy of" in root.command("once", check=False).stderr
    (left,) = root.state.glob("*/job.json")
    root.command("discard", left.parent.name)
    root.command("once")
    assert len(server.bodies) - asked == root.summary("talk")["chunks"] - saved
    assert (root.results(), list(root.state.glob("*/job.json"))) == (["talk"], [])


@pytest.mark.process
def test_a_job_whose_chunks_all_fail_at_once_is_told_of_once(make_root, server, tmp_path):
    told = tmp_path / "told"
    command = tmp_path / "tell"
    command.write_text(f"#!/bin/sh\necho $TRANSCRIPTD_EVENT >> {told}\n")
    command.chmod(0o755)
    root = make_root(
        base_url=server.url, concurrency=8, chunk_words=20, model="m", on_problem=str(command),
        prices={"m": {"input": 1, "output": 1}}, budget_usd_per_job=1e-9,
    )  # fmt: skip
    root.drop("talk.txt", LONG)
    daemon = root.start("once")
    assert daemon.wait() == 1
    assert sum("failed job=talk" in line for line in daemon.log) == 1
    assert told.read_text() == "failed\n"


def test_a_failure_that_could_not_be_written_down_at_first_is_written_later(
    make_root, server, supervise, monkeypatch
):
    monkeypatch.setattr(failures, "_UNMARKED_SECONDS", 0.05)
    full, rename = [True], os.rename

    def on_a_full_disk(old, new, **where):
        if new == "FAILED" and full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        rename(old, new, **where)

    monkeypatch.setattr(os, "rename", on_a_full_disk)
    root = make_root(
        base_url=server.url, concurrency=2, chunk_words=20, model="m",
        prices={"m": {"input": 1, "output": 1}}, budget_usd_per_job=1e-9,
    )  # fmt: skip
    root.drop("talk.txt", LONG)
    supervisor = supervise(root)
    looking(supervisor, lambda: supervisor.jobs.open_jobs and supervisor.jobs.open_jobs[0].lane)
    looking(supervisor, lambda: supervisor.jobs.open_jobs[0].lane is None)
    full.clear()
    looking(supervisor, (root.state / "talk" / "FAILED").exists)


def test_a_job_whose_source_is_deleted_fails_at_once_and_asks_for_nothing_more(make_root, server, supervise):
    root = make_root(base_url=server.url, concurrency=1, chunk_words=20, survey=False)
    server.hold()
    root.drop("talk.txt", LONG)
    supervisor = supervise(root)
    looking(supervisor, lambda: server.requests)
    source = root.state / "talk" / "source.txt"
    source.unlink()
    server.release()
    looking(supervisor, (root.state / "talk" / "FAILED").exists)
    looking(supervisor, lambda: supervisor.jobs.at_rest)
    (job,) = supervisor.jobs.open
    assert f"{source} was deleted" in job.failure.find_reason()
    assert "discard it" in job.failure.find_reason()
    assert not job.failure.may_be_over
    assert len(server.requests) == len(root.chunks("talk")) == 1
    source.write_text(LONG)
    (root.state / "talk" / "RETRY").touch()
    looking(supervisor, lambda: root.results() == ["talk"])
    assert root.summary("talk")["requests"] == root.summary("talk")["chunks"]


def test_a_finished_job_without_its_source_is_its_own_failure_too(make_root, server, supervise):
    root = make_root(base_url=server.url)
    server.hold()
    root.drop("talk.txt")
    supervisor = supervise(root)
    looking(supervisor, lambda: server.requests)
    (root.state / "talk" / "source.txt").unlink()
    server.release()
    looking(supervisor, (root.state / "talk" / "FAILED").exists)
    (job,) = supervisor.jobs.open
    assert "source.txt was deleted" in job.failure.find_reason()
    assert not job.failure.may_be_over
    assert root.chunks("talk") == ["0000.json"]


@pytest.mark.parametrize(
    ("saved", "held"), [("0000.json", "saved chunks (1)"), ("0000.earlier.json", "an original (source.txt)")]
)
def test_a_job_without_its_ticket_is_named_with_what_to_do_and_taken_up_when_that_is_back(
    make_root, supervise, monkeypatch, saved, held
):
    monkeypatch.setattr(strays, "_LOOK_SECONDS", 0.02)
    root = make_root()
    job = State(str(root.state)).admit_job(Ticket.new("talk.txt", 0, datetime.now(UTC)))
    folder = root.state / job.name
    (folder / job.ticket.source).write_text(TRANSCRIPT)
    (folder / saved).write_text("{}")
    ticket = (folder / "job.json").rename(root.path / "away.json")
    supervisor = supervise(root)
    told = f"{folder} has {held}, but no job.json"
    assert told in supervisor.problem
    assert told in read_snapshot(supervisor.root).problem
    assert supervisor.jobs.open == []
    ticket.rename(folder / "job.json")
    looking(supervisor, lambda: root.results() == ["talk"])
    looking(supervisor, lambda: supervisor.problem is None)


@pytest.mark.process
def test_a_key_that_is_put_in_place_of_a_bad_one_is_taken_without_being_told(make_root, server):
    server.fault = lambda body: None if "good" in server.requests[-1].headers["authorization"] else REFUSED
    root = make_root(base_url=server.url)
    key = root.path / ".api-key"
    key.write_text("bad")
    key.chmod(0o600)
    root.drop("talk.txt")
    daemon = root.start()
    daemon.logged("held")
    key.write_text("good")
    until(lambda: root.results() == ["talk"])


@pytest.mark.process
@pytest.mark.parametrize("way", [("discard", "first"), ("pause", "first")])
def test_a_hold_whose_last_job_is_gone_or_paused_ends_by_the_next_file(model_root, server, way):
    server.fault = lambda body: REFUSED
    model_root.write_config(model="a-model")
    daemon = model_root.start()
    model_root.drop("first.txt")
    daemon.logged("held")
    model_root.drop("second.txt", "Ann: um this is another talk of ours.\n")
    model_root.command(*way)
    until(lambda: way[0] != "discard" or not (model_root.state / "first").exists())
    server.fault = lambda body: None
    daemon.process.send_signal(signal.SIGHUP)
    until(lambda: "second" in model_root.results())


@pytest.mark.process
def test_a_key_whose_modes_are_mended_is_taken_without_being_told(make_root, server):
    root = make_root(base_url=server.url)
    key = root.path / ".api-key"
    daemon = root.start()
    daemon.logged("watching")
    key.write_text("good")
    key.chmod(0o644)
    daemon.logged("config not taken over")
    key.chmod(0o600)
    daemon.logged("config read")


def test_a_config_that_is_half_written_or_empty_is_not_taken_over(root, supervise):
    supervisor = supervise(root)
    config = root.path / "config.yaml"
    before = config.read_bytes()
    with open(config, "r+b") as file:  # as an editor writes it, in its place
        file.truncate(0)
        file.write(before + b"chunk_words: 10")
        file.flush()
        supervisor.look()
        assert supervisor.root.config.chunk_words != 10
        file.write(b"0\n")
    supervisor.look()
    assert supervisor.root.config.chunk_words == 100
    config.write_bytes(b"")
    supervisor.look()
    assert supervisor.root.config.chunk_words == 100
    assert "It is empty" in supervisor.problem


@pytest.mark.long
def test_a_folder_whose_link_leads_elsewhere_holds_until_it_is_put_back(root, supervise):
    inbox = root.path / "inbox"
    for name in ("real", "other"):
        (root.path / name).mkdir()
    inbox.rmdir()
    inbox.symlink_to("real")
    supervisor = supervise(root)
    assert looking(supervisor, lambda: supervisor.jobs.holds.held is None)
    inbox.unlink()
    inbox.symlink_to("other")
    looking(supervisor, lambda: supervisor.jobs.holds.held is not None)
    assert "The inbox is a link that leads to" in supervisor.jobs.holds.held.reason
    inbox.unlink()
    inbox.symlink_to("real")
    looking(supervisor, lambda: supervisor.jobs.holds.held is None)


def test_all_sidecars_share_one_client(root):
    root.write_config(provider="anthropic", base_url="http://localhost:1")
    loaded = load_config(str(root.path / "config.yaml"))
    access = Access(loaded, Ledger(str(root.state / "ledger.csv")))
    settings = [replace(access.settings, glossary=(name,)) for name in ("Zoë", "Łódź")]
    first, second = map(access.find_processor, settings)
    assert first._model is second._model
    assert [Brief.under(each, "A talk").glossary for each in settings] == [("Zoë",), ("Łódź",)]


@pytest.mark.process
def test_a_copy_that_was_cut_off_is_begun_anew_by_the_next_clean(root, tmp_path):
    talk, out = tmp_path / "talk.txt", tmp_path / "out"
    talk.write_text(TRANSCRIPT)
    state = State(str(out / ".transcriptd"))
    state.admit_job(Ticket.new("talk.txt", 0, datetime.now(UTC))).folder.close()
    state.close()
    root.command("clean", str(talk), "--output", str(out))
    assert (out / "talk" / "talk.md").exists()


# --- holds end ------------------------------------------------------------------------------------


@pytest.mark.parametrize("marker", ["FAILED", "PAUSE", "DISCARD"])
def test_a_hold_of_the_service_is_told_of_as_long_as_something_waits_for_it(
    model_root, server, supervise, marker
):
    server.fault = lambda body: REFUSED
    model_root.drop("first.txt")
    supervisor = supervise(model_root)

    def told():
        return take_snapshot(supervisor, os.getpid(), ()).held

    looking(supervisor, lambda: told() is not None)
    (model_root.state / "first" / marker).write_text("Ann said so.")
    looking(supervisor, lambda: told() is None)
    model_root.drop("second.txt", "Ann: um this is another talk of ours.\n")
    looking(supervisor, lambda: told() is not None)


def test_what_could_not_be_claimed_for_a_full_disk_holds_nobody_once_it_is_gone(root, supervise, monkeypatch):
    supervisor = supervise(root)
    root.drop("talk.txt")
    monkeypatch.setattr(os, "mkdir", on_a_full_disk)
    looking(supervisor, lambda: supervisor.jobs.holds.held)
    (root.inbox / "talk.txt").unlink()
    supervisor.jobs._try_now()
    looking(supervisor, lambda: supervisor.jobs.holds.held is None)


def test_a_job_that_stumbled_over_a_full_disk_holds_nobody_once_it_rests(root, supervise, monkeypatch):
    real = os.mkdir

    def full_outbox(name, *args, **where):
        (on_a_full_disk if name.endswith(".partial") else real)(name, *args, **where)

    supervisor = supervise(root)
    root.drop("talk.txt")
    monkeypatch.setattr(os, "mkdir", full_outbox)
    looking(supervisor, lambda: supervisor.jobs.holds.held)
    (root.state / "talk" / "PAUSE").touch()
    supervisor.jobs._try_now()
    looking(supervisor, lambda: supervisor.jobs.holds.held is None)


def on_a_full_disk(*args, **where):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# --- pauses end -----------------------------------------------------------------------------------


@pytest.mark.process
def test_a_job_that_goes_on_before_what_was_in_flight_has_ended_goes_on_with_the_rest(make_root, server):
    root = make_root(base_url=server.url, concurrency=1, chunk_words=20)
    server.hold()
    root.drop("talk.txt", LONG)
    root.drop("next.txt")
    daemon = root.start()
    server.wait_for(1)
    (root.state / "talk" / "PAUSE").touch()
    (root.inbox / "PAUSE").touch()
    daemon.logged("paused")  # by the look that saw both
    (root.inbox / "PAUSE").unlink()
    daemon.logged("resumed")
    (root.state / "talk" / "PAUSE").unlink()
    server.release()
    until(lambda: root.results() == ["next", "talk"])


@pytest.mark.process
def test_a_change_of_settings_while_the_first_request_is_in_flight_stops_no_job(make_root, server):
    root = make_root(base_url=server.url, concurrency=1, chunk_words=20)
    server.hold()
    root.drop("talk.txt", LONG)
    daemon = root.start()
    server.wait_for(1)
    root.write_config(glossary=["Zoë"])
    daemon.logged("config read")
    (root.path / "PAUSE").touch()
    daemon.logged("paused")  # in a later look
    (root.path / "PAUSE").unlink()
    server.release()
    until(lambda: root.results() == ["talk"])
    assert root.summary("talk")["settings"]["glossary"] == []


@pytest.mark.process
def test_sources_that_somebody_keeps_writing_to_keep_nobody_else_waiting(root):
    state = State(str(root.state))
    with ExitStack() as writers:
        for name in ("one.txt", "two.txt", "three.txt"):
            job = state.admit_job(Ticket.new(name, 0, datetime.now(UTC)))
            job.folder.write(job.ticket.source, TRANSCRIPT.encode())
            writers.enter_context(open(root.state / job.name / job.ticket.source, "ab"))
            job.folder.close()
        state.close()
        root.start()
        root.drop("next.txt")
        until(lambda: root.results() == ["next"])
    until(lambda: root.results() == ["next", "one", "three", "two"])


def test_a_claim_cut_off_before_its_file_came_in_is_undone_before_the_file_is_claimed_anew(root, supervise):
    state = State(str(root.state))
    state.take_lock()
    state.admit_job(Ticket.new("talk.txt", 0, datetime.now(UTC))).folder.close()
    state.close()
    root.drop("talk.txt")
    supervisor, goes_on = supervise(root), threading.Event()
    supervisor.jobs._background.submit(goes_on.wait)
    for _ in range(3):
        supervisor.look()
    assert [name for name in os.listdir(root.state) if name.startswith("talk")] == ["talk"]
    goes_on.set()
    until(lambda: supervisor.look() or root.results())
    assert root.summary("talk")["name"] == "talk"


def test_a_discard_waits_for_an_inbox_that_is_not_mounted_and_may_hold_the_original(
    root, supervise, monkeypatch
):
    def be_away():
        raise ServiceError("The inbox is not mounted.", "Mount it.")

    job = State(str(root.state)).admit_job(Ticket.new("talk.txt", 0, datetime.now(UTC)))
    hidden = HiddenName(Use.CLAIMED, job.ticket.job_id).build()
    supervisor = supervise(root)
    (open_job,) = supervisor.jobs.open_jobs
    (root.inbox / hidden).write_text(TRANSCRIPT)
    root.inbox.rename(root.path / "unmounted")
    root.inbox.mkdir()
    (root.state / "talk" / "DISCARD").touch()
    with monkeypatch.context() as unmounted:
        unmounted.setattr(supervisor.jobs.folders.inbox, "open", be_away)
        looking(supervisor, lambda: (open_job.not_before and not open_job.busy) or open_job.ended)
    assert (root.state / "talk" / "job.json").exists()
    root.inbox.rmdir()
    (root.path / "unmounted").rename(root.inbox)
    open_job.not_before = 0.0
    looking(supervisor, lambda: (root.outbox / "rejected").exists() and not supervisor.jobs.open_jobs)
    assert (root.outbox / "rejected" / "talk" / "original.txt").read_text() == TRANSCRIPT
    assert os.listdir(root.inbox) == []


@pytest.mark.parametrize("looks", range(4))
def test_copies_are_listed_although_one_of_them_just_stops_waiting(looks):
    ticket = Ticket.new("copy.txt", 0, datetime.now(UTC))
    seen = [SimpleNamespace(name="talk")] * looks

    class Copy:
        job, ended = SimpleNamespace(ticket=ticket), False
        twin = property(lambda self: seen.pop() if seen else None)

    copies = Jobs.list_copies(SimpleNamespace(open_jobs=[Copy()]))
    assert copies in ({}, {ticket.job_id: "talk"})


def test_while_a_folder_can_not_be_looked_into_no_claim_is_made_a_second_time(root, supervise, monkeypatch):
    State(str(root.state)).admit_job(Ticket.new("talk.txt", 0, datetime.now(UTC))).folder.close()
    supervisor = supervise(root)
    root.drop("other.txt")
    (open_job,) = supervisor.jobs.open_jobs
    real = Folder.has

    def refuse(folder, name):
        if name == open_job.job.ticket.source:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(folder, name)

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "has", refuse)
        assert not supervisor.jobs.needs_job()
    looking(supervisor, lambda: root.results() == ["other"])


@pytest.mark.parametrize("held", ["5", "null", "[]", "{}", '"offline"', "{"])
def test_a_job_whose_settings_were_damaged_keeps_no_daemon_from_its_start(make_root, supervise, held):
    root = make_root(chunk_words=20)
    job = State(str(root.state)).admit_job(Ticket.new("talk.txt", 0, datetime.now(UTC)))
    (root.state / job.name / job.ticket.source).write_text(TRANSCRIPT)
    (root.state / job.name / "settings.json").write_text(held)
    supervisor = supervise(root)
    looking(supervisor, lambda: root.results() == ["talk"])


@pytest.mark.parametrize(
    ("raised", "told", "logged"),
    [
        (KeyError("a bug"), "A bug stopped this job", "bug=KeyError"),
        (MemoryError(), "not enough memory", "by=MemoryError"),
        (
            ImportError("a.so: failed to map segment from shared object"),
            "not enough memory",
            "by=ImportError",
        ),
        (
            SystemError("returned NULL without setting an exception"),
            "not enough memory",
            "by=SystemError",
        ),
    ],
)
def test_a_job_that_meets_a_bug_at_the_start_fails_and_no_other_does(
    root, supervise, monkeypatch, caplog, raised, told, logged
):
    for name in ("bad", "good"):
        job = State(str(root.state)).admit_job(Ticket.new(f"{name}.txt", 0, datetime.now(UTC)))
        (root.state / job.name / job.ticket.source).write_text(TRANSCRIPT.replace("um", name))
    real = Job.load_progress

    def fail(job):
        if job.name == "bad":
            raise raised
        real(job)

    monkeypatch.setattr(Job, "load_progress", fail)
    supervisor = supervise(root)
    looking(supervisor, lambda: root.results() == ["good"])
    assert told in (root.state / "bad" / "FAILED").read_text()
    (said,) = (line for line in caplog.messages if line.startswith("failed job=bad"))
    assert logged in said
    assert "test_jobs.py" in said  # where it came from


@pytest.mark.parametrize("where", [(Planning, "plan_job"), (Ending, "deliver_job")], ids=["read", "rendered"])
def test_what_lacked_memory_with_nothing_asked_goes_on_by_itself_and_is_told_once(
    make_root, server, supervise, monkeypatch, caplog, where
):
    monkeypatch.setattr(failures, "_AGAIN_SECONDS", 0.05)
    root = make_root(base_url=server.url, survey=False)
    root.drop("talk.txt")
    tries = []

    def lack(*args, **named):
        tries.append(1)
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(*where, lack)
        supervisor = supervise(root)
        looking(supervisor, lambda: len(tries) == 3)
        looking(supervisor, (root.state / "talk" / "NO_MEMORY").exists)
        looking(supervisor, lambda: supervisor.jobs.at_rest)
    said = (root.state / "talk" / "FAILED").read_text()
    assert "not enough memory" in said
    assert "tried again by itself" in said
    assert caplog.text.count("failed job=talk") == supervisor.jobs.troubles == 1
    looking(supervisor, lambda: root.results() == ["talk"])
    assert len(server.bodies) == 1


def test_what_lacked_memory_while_an_answer_came_waits_for_a_person_and_is_not_paid_for_again(
    make_root, server, supervise, monkeypatch
):
    monkeypatch.setattr(failures, "_AGAIN_SECONDS", 0.0)
    root = make_root(base_url=server.url, survey=False)
    root.drop("talk.txt")
    with monkeypatch.context() as patch:
        patch.setattr(Job, "save_chunk", Mock(side_effect=MemoryError))
        supervisor = supervise(root)
        looking(supervisor, (root.state / "talk" / "FAILED").exists)
    looking(supervisor, lambda: supervisor.jobs.at_rest)
    assert "`transcriptd retry`" in (root.state / "talk" / "FAILED").read_text()
    (job,) = supervisor.jobs.open
    assert not job.failure.may_be_over
    supervisor.look()
    assert (root.state / "talk" / "FAILED").exists()
    (root.state / "talk" / "RETRY").touch()
    looking(supervisor, lambda: root.results() == ["talk"])
    assert len(server.bodies) == 1


def test_a_retry_under_settings_that_the_sidecar_can_not_have_says_so_once(
    make_root, server, supervise, caplog
):
    root = make_root(base_url=server.url, survey=False)
    root.drop("talk.yaml", "output_language: German\n")
    root.drop("talk.txt")
    supervisor = supervise(root)
    folder = root.state / "talk"
    looking(supervisor, (folder / "plan.jsonl").exists)
    (job,) = supervisor.jobs.open
    job.failure.mark_by_model("The model is gone.")
    root.write_config(provider="offline", base_url=None)
    supervisor.reload()
    looking(supervisor, lambda: supervisor.jobs.access.provider == "offline" and supervisor.jobs.at_rest)
    (folder / "RETRY").touch()
    looking(supervisor, lambda: not (folder / "RETRY").exists())
    said = (folder / "FAILED").read_text()
    assert "Its .yaml asks for what can't be done" in said
    assert "transcriptd retry talk" in said
    assert caplog.text.count("Its .yaml asks for") == 1
    root.write_config(provider="anthropic", base_url=server.url)
    supervisor.reload()
    looking(supervisor, lambda: supervisor.jobs.access.provider == "anthropic")
    (folder / "RETRY").touch()
    looking(supervisor, lambda: root.results() == ["talk"])


def fail_claims_of(name, monkeypatch, where):
    """A bug that meets the claim of the file of this name, in the function of `claim` that is named."""
    real = getattr(claim, where)

    def fail(*given):
        if any(name in str(getattr(one, "path", one)) for one in given):
            raise KeyError("a bug")
        return real(*given)

    monkeypatch.setattr(claim, where, fail)


@pytest.mark.parametrize("where", ["_open_candidate", "_take_file"], ids=["before its job", "with its job"])
def test_a_file_whose_claim_meets_a_bug_is_named_and_keeps_no_other_from_being_taken(
    root, supervise, monkeypatch, caplog, where
):
    root.drop("bad.txt")
    root.drop("good.txt", TRANSCRIPT.replace("um", "good"))
    fail_claims_of("bad.txt", monkeypatch, where)
    supervisor = supervise(root)
    looking(supervisor, lambda: root.results() == ["good"])
    assert (root.inbox / "bad.txt").exists()
    assert not (root.state / "bad").exists()
    [waiting] = explain_what_waits(supervisor)
    assert (waiting.name, "a bug" in waiting.why) == ("bad.txt", True)
    assert caplog.text.count("could not be claimed") == 1


def test_a_bug_once_the_file_is_in_its_job_is_told_of_that_job(root, supervise, monkeypatch):
    root.drop("talk.txt")
    fail_claims_of("talk", monkeypatch, "_take_companions")
    supervisor = supervise(root)
    looking(supervisor, lambda: (root.state / "talk" / "FAILED").exists())
    assert "A bug stopped this job" in (root.state / "talk" / "FAILED").read_text()


def test_a_config_that_meets_a_bug_is_told_and_the_last_good_one_holds(root, supervise, monkeypatch):
    supervisor = supervise(root)
    monkeypatch.setattr("daemon.settings.config_watch.load_config", lambda path: 1 / 0)
    root.write_config(review=False)
    looking(supervisor, lambda: supervisor.problem)
    assert "A bug keeps it from being read" in supervisor.problem
    root.drop("talk.txt")
    looking(supervisor, lambda: root.results() == ["talk"])


@pytest.mark.long
def test_an_inbox_that_meets_a_bug_is_told_and_what_is_in_work_goes_on(root, supervise, monkeypatch, caplog):
    supervisor = supervise(root)
    root.drop("talk.txt")
    looking(supervisor, lambda: supervisor.jobs.open)
    monkeypatch.setattr(supervisor.inbox, "scan", lambda: 1 / 0)
    looking(supervisor, lambda: root.results() == ["talk"])
    supervisor._rescan = True
    looking(supervisor, lambda: supervisor.jobs.holds.missing is not None)
    assert "A bug keeps the inbox" in supervisor.jobs.holds.held.reason
    assert caplog.text.count("ZeroDivisionError") == 1
    monkeypatch.undo()
    looking(supervisor, lambda: supervisor.jobs.holds.missing is None)
