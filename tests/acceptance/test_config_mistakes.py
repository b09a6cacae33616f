"""A mistake in config.yaml takes no brake off, and nobody else's word is taken for the owner's."""

import os
import signal
import time

import pytest

from tests.conftest import until

MISTAKES = {
    "no YAML": lambda path: path.write_text(path.read_text() + "\n  : ["),
    "a bad value": lambda path: path.write_text(path.read_text() + "\nbudget_usd_per_day: 1$\n"),
    "gone": lambda path: path.unlink(),
    "binary": lambda path: path.write_bytes(bytes(range(256))),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "too many brackets": lambda path: path.write_text(path.read_text() + "\nglossary: " + "[" * 30_000),
}


def read_status(root):
    """What STATUS.txt says, "" before it is there."""
    path = root.outbox / "STATUS.txt"
    return path.read_text() if path.exists() else ""


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=[*MISTAKES])
def test_with_a_mistake_in_the_config_the_brakes_work_and_status_says_it(make_root, mistake):
    root = make_root(state="work/state")
    (root.path / "work").mkdir(exist_ok=True)
    daemon = root.start()
    daemon.logged("watching")
    until((root.path / "work" / "state" / ".config.yaml").exists)
    mistake(root.path / "config.yaml")
    daemon.logged("config not taken over")
    until(lambda: "config.yaml was not taken over" in read_status(root))
    if (root.path / "config.yaml").is_file() and b"work/state" in (root.path / "config.yaml").read_bytes():
        status = root.command("status")
        assert "config.yaml was not taken over" in status.stdout
        assert "Until then the last good config holds" in status.stderr
        for command in ("pause", "resume"):
            assert root.command(command).returncode == 0
        for command in ("retry", "discard"):
            assert "There is no job" in root.command(command, "talk", check=False).stderr
    root.drop("talk.txt")
    until(root.results)
    assert daemon.stop() == 0


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=[*MISTAKES])
def test_the_brakes_work_with_the_usual_folders_whatever_the_config_has_become(make_root, mistake):
    root = make_root()
    root.drop("talk.txt")
    root.command("once")
    mistake(root.path / "config.yaml")
    assert root.command("status").returncode == 0
    assert root.command("pause").returncode == 0
    assert (root.path / "PAUSE").exists()
    assert root.command("resume").returncode == 0
    assert root.command("once", check=False).returncode == 78


def test_once_the_mistake_is_mended_status_says_nothing_of_it_any_more(root):
    daemon = root.start()
    daemon.logged("watching")
    good = (root.path / "config.yaml").read_text()
    (root.path / "config.yaml").write_text("concurrency: lots\n")
    until(lambda: "not taken over" in read_status(root))
    (root.path / "config.yaml").write_text(good)
    until(lambda: "not taken over" not in read_status(root))
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.wait() == 0


def test_commands_from_a_config_that_everybody_can_write_to_are_not_run(make_root, tmp_path):
    root = make_root(on_done=f"touch {tmp_path / 'ran'}")
    (root.path / "config.yaml").chmod(0o666)
    refused = root.command("once", check=False)
    assert refused.returncode == 78
    assert "chmod o-w" in refused.stderr
    (root.path / "config.yaml").chmod(0o664)
    assert root.command("once").returncode == 0


def test_a_days_budget_that_the_daemon_has_spent_is_spent_for_clean_too(model_root, server, tmp_path):
    prices = {"claude-haiku-5-5": {"input": 1000, "output": 5000}}
    model_root.write_config(prices=prices, budget_usd_per_day=15)
    env = {"ANTHROPIC_API_KEY": "k"}
    model_root.drop("talk.txt")
    assert model_root.start("once", env=env).wait() == 0
    asked = len(server.bodies)
    with open(model_root.state / "ledger.csv", "a") as ledger:
        now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
        ledger.write(f"{now},paid,00ff,talk,0,m,1,1,0,0,14.90000000\n")
    (tmp_path / "other.txt").write_text("Ann: um hello and welcome to another show.\n")
    words = ("clean", str(tmp_path / "other.txt"), "--output", str(tmp_path / "out"), "--wait", "0")
    done = model_root.command(*words, check=False, env=env)
    assert done.returncode == 69
    assert "day's budget" in done.stderr
    assert len(server.bodies) == asked


def test_what_clean_has_spent_of_the_day_is_spent_for_the_daemon_too(model_root, server, tmp_path):
    prices = {"claude-haiku-5-5": {"input": 1000, "output": 5000}}
    model_root.write_config(prices=prices, budget_usd_per_day=15)
    env = {"ANTHROPIC_API_KEY": "k"}
    (tmp_path / "other.txt").write_text("Ann: um hello and welcome to another show.\n")
    model_root.command("clean", str(tmp_path / "other.txt"), "--output", str(tmp_path / "out"), env=env)
    (ledger,) = (tmp_path / "out").glob(".*/ledger.csv")
    with open(ledger, "a") as file:
        now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
        file.write(f"{now},paid,00ff,talk,0,m,1,1,0,0,14.90000000\n")
    asked = len(server.bodies)
    model_root.drop("talk.txt")
    done = model_root.command("once", "--wait", "0", check=False, env=env)
    assert done.returncode == 69
    assert "day's budget" in done.stderr
    assert len(server.bodies) == asked
