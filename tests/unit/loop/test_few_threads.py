"""Where the system starts no more threads, the work goes on with those that there are."""

from daemon.loop.hooks import FAILED, Hooks
from tests.no_threads import NoThreads


def test_one_worker_will_do(root, work, monkeypatch):
    root.write_config(concurrency=6)
    root.drop("talk.txt")
    limit = NoThreads(monkeypatch, allowed=3)  # for the steps, the index and one worker
    work()
    assert limit.refused
    assert root.results() == ["talk"]


def test_a_command_for_a_problem_is_told_and_ends_nothing(monkeypatch, caplog):
    hooks = Hooks(None, "/bin/true")
    NoThreads(monkeypatch)
    hooks.run_later(FAILED, "/state/talk", "talk", "Its budget is spent.")
    assert "hook event=failed job=talk can't be run" in caplog.text
