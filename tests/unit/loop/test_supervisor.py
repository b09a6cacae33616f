"""What a daemon works under: the config as it was read, and each change of it since then."""

import contextlib

import pytest

from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from daemon.settings.last_config import find_last_config


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
