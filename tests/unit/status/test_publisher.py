"""What the running daemon tells of itself: nothing that goes wrong with that stops the work."""

import errno
import json
import os

import pytest

from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from daemon.status import publisher
from daemon.status.live_record import DAEMON_FILE
from daemon.status.publisher import Report
from daemon.system.files import Folder


@pytest.fixture
def supervisor(root):
    made = Supervisor(load_config(str(root.path / "config.yaml")), lambda *_, **__: None)
    yield made
    made.stop()
    made._leave()


def test_a_bug_in_what_is_told_is_said_once_and_stops_nothing(root, supervisor, monkeypatch, caplog):
    def fail(*how):
        raise KeyError("a bug")

    monkeypatch.setattr(publisher, "INTERVAL", 0.0)
    report = Report(os.getpid())
    with monkeypatch.context() as patch:
        patch.setattr(publisher, "take_snapshot", fail)
        for _ in range(3):
            report(supervisor)
    assert caplog.text.count("bug=KeyError while the status was told") == 1
    report(supervisor)
    assert json.loads((root.state / DAEMON_FILE).read_text())["pid"] == os.getpid()
    assert (root.outbox / "STATUS.txt").exists()


def test_a_record_that_can_not_be_brought_up_to_date_is_not_left_to_be_believed(
    root, supervisor, monkeypatch
):
    rewrite = Folder.rewrite

    def refuse_record(folder, name, *how):
        if name == DAEMON_FILE:
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT), name)
        rewrite(folder, name, *how)

    monkeypatch.setattr(publisher, "INTERVAL", 0.0)
    report = Report(os.getpid())
    report(supervisor)
    monkeypatch.setattr(Supervisor, "problem", "there is one")
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "rewrite", refuse_record)
        report(supervisor)
    assert not (root.state / DAEMON_FILE).exists()
    assert "there is one" in (root.outbox / "STATUS.txt").read_text()
    report(supervisor)
    assert json.loads((root.state / DAEMON_FILE).read_text())["problem"] == "there is one"
