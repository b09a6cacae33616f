"""What a daemon works under: the config as it was read, and each change of it since then."""

import contextlib

import msgspec
import pytest

from daemon.cli.job_commands import resume
from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from daemon.settings.last_config import find_last_config
from daemon.status.snapshot import read_snapshot
from daemon.store.ticket import Ticket


@contextlib.contextmanager
def supervising(config):
    supervisor = Supervisor(config, lambda *_, **__: None)
    try:
        supervisor.look()
        yield supervisor
    finally:
        supervisor.stop()
        supervisor.run()


def test_a_budget_set_after_the_config_was_read_and_before_the_work_begins_holds(root):
    read = load_config(str(root.path / "config.yaml"))
    root.write_config(budget_usd_per_day=2.5)
    with supervising(read) as supervisor:
        assert supervisor.root.config.budget_usd_per_day == 2.5


def test_corrections_changed_in_that_moment_are_taken_over(root):
    read = load_config(str(root.path / "config.yaml"))
    (root.path / "corrections.yaml").write_text("Eefa: Aoife\n")
    with supervising(read) as supervisor:
        assert supervisor.root.config.corrections == {"Eefa": "Aoife"}


@pytest.mark.parametrize("slip", ["chunk_words: [", "no_such_key: 1\n"])
def test_a_slip_made_in_that_moment_is_not_kept_as_the_last_good_config(root, slip):
    path = root.path / "config.yaml"
    with supervising(load_config(str(path))):
        pass
    read = load_config(str(path))
    path.write_text(slip)
    with supervising(read) as supervisor:
        assert supervisor.problem is not None
    assert find_last_config(str(path)).config.settle_seconds == 0


def test_a_job_whose_yaml_can_not_be_used_keeps_no_change_of_the_config_from_being_taken_over(root):
    folder = root.state / "talk"
    folder.mkdir()
    ticket = Ticket(
        "20260101T000000-aaaaaaaa",
        "talk.txt",
        "source.txt",
        "2026-01-01T00:00:00+00:00",
        1,
        sidecar="title: [",
    )
    (folder / "job.json").write_bytes(msgspec.json.encode(ticket))
    (folder / "source.txt").write_text("Ann: hello and welcome.\n")
    (folder / "PAUSE").touch()
    with supervising(load_config(str(root.path / "config.yaml"))) as supervisor:
        supervisor.jobs.prepare()
        assert [job.name for job in supervisor.jobs.open] == ["talk"]
        root.write_config(budget_usd_per_day=2.5)
        supervisor.look()
        assert supervisor.problem is None
        assert supervisor.root.config.budget_usd_per_day == 2.5


@pytest.mark.parametrize("place", ["path", "inbox", "state"])
@pytest.mark.parametrize("name", ["PAUSE", "pause.txt"])
def test_a_pause_in_any_folder_of_the_root_is_heeded_told_of_and_ended_by_resume(root, place, name):
    slip = getattr(root, place) / name
    slip.write_text("until Ann is back")
    read = load_config(str(root.path / "config.yaml"))
    root.drop("talk.txt")
    with supervising(read) as supervisor:
        supervisor.look()
        assert supervisor.paused == read_snapshot(read).paused == "until Ann is back"
        assert supervisor.admission.issue_permit() is None
        assert supervisor.jobs.open == []
        assert resume(read, None) == "Going on."
        assert not slip.exists()
        supervisor._next_tick = 0.0
        supervisor.look()
        assert supervisor.paused is read_snapshot(read).paused is None


def test_a_prompt_that_is_edited_holds_for_what_comes_then_without_a_restart(model_root):
    prompt = model_root.path / "mine.md"
    prompt.write_text("Clean it kindly.\n")
    model_root.write_config(style="mine.md")
    with supervising(load_config(str(model_root.path / "config.yaml"))) as supervisor:
        assert supervisor.jobs.access.settings.prompt == "Clean it kindly.\n"
        prompt.write_text("Clean it well.\n")
        supervisor.look()
        assert supervisor.jobs.access.settings.prompt == "Clean it well.\n"
        prompt.unlink()
        supervisor.look()
        assert "mine.md" in supervisor.problem
        assert supervisor.jobs.access.settings.prompt == "Clean it well.\n"


def test_a_config_that_was_refused_is_taken_once_what_it_names_is_there(model_root, monkeypatch, caplog):
    monkeypatch.setattr("daemon.settings.config_watch._AGAIN", 0.0)
    with supervising(load_config(str(model_root.path / "config.yaml"))) as supervisor:
        model_root.write_config(style="mine.md")
        for _ in range(3):
            supervisor.look()
        assert "mine.md" in supervisor.problem
        assert len(caplog.messages) == 1
        (model_root.path / "mine.md").write_text("Clean it well.\n")
        supervisor.look()
        assert supervisor.problem is None
        assert supervisor.jobs.access.settings.prompt == "Clean it well.\n"
