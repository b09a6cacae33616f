"""Message batches by the real program: sent, left out, and fetched by whoever runs next."""

import json
import re
import signal

import pytest

from daemon.batches.protocol import MOST_FETCHES
from tests.batch_world import talk
from tests.conftest import until
from tests.messages_server import MessagesServer

STATUS = "requests have been out in message batches"


@pytest.fixture
def batch_root(make_root, server):
    return make_root(base_url=server.url, chunk_words=17, batch=True, model="claude-haiku-5-5")


@pytest.fixture
def spy():
    """Another host, where the results are said to be."""
    with MessagesServer() as running:
        yield running


def test_run_by_a_clock_it_sends_and_leaves_and_the_next_run_brings_the_results(batch_root, server, spy):
    server.batches.end_after = None
    for k in range(2):
        batch_root.drop(f"talk-{k}.txt", talk(k, 4))
    server.batches.results_host = spy.url
    first = batch_root.command("once", "--wait", "0", check=False)
    assert (first.returncode, first.stdout) == (69, "")
    assert STATUS in first.stderr
    [batch] = server.batches.ours
    out = len(batch.requests)
    status = batch_root.status()
    assert status["batches"]["requests"] == out
    assert status["batches"]["since"] < status["batches"]["until"]
    assert f"{out} {STATUS}" in batch_root.command("status").stdout
    assert f"{out} {STATUS}" in (batch_root.outbox / "STATUS.txt").read_text()
    again = batch_root.command("once", "--wait", "0", check=False)
    assert again.returncode == 69
    server.batches.end_all()
    last = batch_root.command("once", "--wait", "0")
    assert sorted(last.stdout.split()) == [str(batch_root.outbox / f"talk-{k}") for k in range(2)]
    assert server.batches.deleted == [batch.id]
    assert spy.requests == []  # the results are fetched from the configured address alone
    assert len(server.bodies) + len(server.batches.billed) == 8
    status = batch_root.status()
    assert status["batches"] is None
    assert 0 < status["saved_today"] < status["spent_today"]
    assert sum(batch_root.summary(f"talk-{k}")["requests_in_batches"] for k in range(2)) == out


def test_run_by_a_clock_it_leaves_where_an_exact_copy_waits_for_what_is_out(batch_root, server):
    server.batches.end_after = None
    for name in ("talk", "copy"):
        batch_root.drop(f"{name}.txt", talk(0, 4))
    runs = [batch_root.command("once", "--wait", "0", check=False) for _ in range(2)]
    assert [run.returncode for run in runs] == [69, 69]
    assert all(STATUS in run.stderr for run in runs)
    server.batches.end_all()
    batch_root.command("once", "--wait", "0")
    assert batch_root.results() == ["copy", "talk"]
    assert len(server.bodies) + len(server.batches.billed) == 4


def test_run_by_a_clock_it_leaves_where_a_file_is_kept_open_while_a_batch_is_out(batch_root, server):
    server.batches.end_after = None
    batch_root.write_config(batch_gather_seconds=0.1)
    batch_root.drop("talk.txt", talk(0, 4))
    with open(batch_root.inbox / "growing.txt", "w") as file:
        file.write(talk(1, 1))
        file.flush()
        done = batch_root.command("once", "--wait", "0", check=False)
    assert done.returncode == 69
    assert "growing.txt' open for writing" in done.stderr
    assert batch_root.status()["batches"]["requests"] == 3


def test_run_by_a_clock_it_is_counted_how_often_results_were_flawed_and_in_the_end_what_is_sound_counts(
    batch_root, server
):
    batch_root.drop("talk.txt", talk(1, 4))
    server.batches.shape = lambda batch, lines: [*lines, lines[0]]  # of one request twice, each time
    runs = [batch_root.command("once", "--wait", "0", check=False) for _ in range(2 * MOST_FETCHES)]
    codes = [run.returncode for run in runs]
    assert codes[0] == 69
    assert codes[-1] == 0
    assert any("two results of one request" in run.stderr for run in runs)
    assert (batch_root.outbox / "talk" / "talk.md").exists()
    assert server.batches.calls.count("create") == 1


def test_a_daemon_that_is_killed_finds_its_batch_again_and_looks_at_once_on_sighup(batch_root, server):
    server.batches.end_after = None
    batch_root.drop("talk.txt", talk(1, 4))
    daemon = batch_root.start()
    daemon.logged("sent batch=")
    daemon.kill()
    daemon = batch_root.start()
    until(lambda: "retrieve" in server.batches.calls)
    server.batches.end_all()
    daemon.process.send_signal(signal.SIGHUP)  # the next look by itself would be in a minute
    daemon.logged("delivered job=talk")
    daemon.logged("deleted batch=")
    assert daemon.stop() == 0
    assert server.batches.calls.count("create") == 1
    assert json.loads((batch_root.outbox / "talk" / "summary.json").read_text())["flags"] == []


PRICES = {"claude-haiku-5-5": {"input": 1, "output": 5}}
BUDGET = 0.02  # for the first chunk, and half of the batch after it


def test_what_the_days_budget_left_out_of_a_batch_is_sent_by_a_later_run(batch_root, server):
    batch_root.write_config(prices=PRICES, budget_usd_per_day=BUDGET)
    batch_root.drop("talk.txt", talk(1, 8))
    assert batch_root.command("once", "--wait", "0", check=False).returncode == 69
    [batch] = server.batches.ours
    assert 0 < len(batch.requests) < 7
    batch_root.write_config(budget_usd_per_day=1)
    batch_root.command("once", "--wait", "0", check=False)
    assert len(server.bodies) + sum(len(each.requests) for each in server.batches.ours) == 8
    batch_root.command("once", "--wait", "0")
    assert batch_root.summary("talk")["flags"] == []


def test_what_a_jobs_budget_left_out_of_a_batch_is_sent_after_its_retry_while_that_is_out(batch_root, server):
    server.batches.end_after = None
    batch_root.write_config(prices=PRICES, budget_usd_per_job=BUDGET)
    batch_root.drop("talk.txt", talk(1, 8))
    daemon = batch_root.start()
    daemon.logged("sent batch=")
    until(lambda: (batch_root.state / "talk" / "FAILED").exists())
    batch_root.write_config(budget_usd_per_job=1)
    daemon.logged("config read")
    batch_root.command("retry", "talk")
    until(lambda: len(server.bodies) + sum(len(each.requests) for each in server.batches.ours) == 8)
    server.batches.end_all()
    daemon.process.send_signal(signal.SIGHUP)
    daemon.logged("delivered job=talk")
    assert daemon.stop() == 0
    assert batch_root.summary("talk")["flags"] == []


@pytest.mark.parametrize("provider", ["offline", "openai"])
def test_where_nobody_takes_batches_the_start_is_refused_with_the_mend(make_root, server, provider):
    root = make_root(base_url=server.url, batch=True, provider=provider, model="m")
    refused = root.command("once", check=False)
    assert refused.returncode == 78
    assert "batch: false" in refused.stderr


def test_estimate_gives_both_prices(batch_root, tmp_path):
    (tmp_path / "a.txt").write_text(talk(1, 40))
    line = batch_root.command("estimate", str(tmp_path / "a.txt")).stdout
    alone, batched = (float(found) for found in re.findall(r"\$([0-9.]+)", line))
    assert "in message batches" in line
    assert batched == pytest.approx(alone / 2, abs=1e-4)
