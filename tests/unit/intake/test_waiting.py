"""Why a file stays in the inbox is said by its name."""

import errno
import os

import pytest

from daemon.intake.inbox import Inbox
from daemon.intake.waiting import explain_waiting


def explain_lone(path):
    return "it is alone"


def explain(path):
    inbox = Inbox(str(path), 0, lambda: 0.0)
    inbox.scan()
    return {one.name: one.why for one in explain_waiting(inbox, 20, explain_lone)}


def test_each_reason_is_told(tmp_path):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "half.txt.part").write_text("x")
    (tmp_path / ".dotted.vtt").write_text("x")
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    (tmp_path / "alone.yaml").write_text("title: x")
    (tmp_path / "ready.txt").write_text("x")
    (tmp_path / "ready.yaml").write_text("title: x")
    for foreign in (".hidden", "._talk.vtt", ".talk.txt.swp", "Thumbs.db", "notes.txt~", "PAUSE"):
        (tmp_path / foreign).write_text("x")
    told = explain(tmp_path)
    assert set(told) == {"empty.txt", "half.txt.part", ".dotted.vtt", "link.txt", "alone.yaml"}
    assert "empty" in told["empty.txt"]
    assert "unfinished" in told["half.txt.part"]
    assert "unfinished" in told[".dotted.vtt"]
    assert "no regular file" in told["link.txt"]
    assert told["alone.yaml"] == "it is alone"


def test_a_file_that_is_being_written_is_told(tmp_path):
    with open(tmp_path / "open.txt", "w") as file:
        file.write("x")
        file.flush()
        assert explain(tmp_path) == {"open.txt": "somebody still has it open for writing"}
    assert explain(tmp_path) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    (tmp_path / "secret.txt").write_text("x")
    (tmp_path / "secret.txt").chmod(0)
    assert "can't be read" in explain(tmp_path)["secret.txt"]


def test_a_sidecar_that_may_not_be_read_is_told_with_its_transcript(tmp_path, monkeypatch):
    for name in ("talk.txt", "talk.yaml"):
        (tmp_path / name).write_text("x")
    open_file = os.open

    def refuse(name, *args, **where):
        if name == "talk.yaml":
            raise PermissionError(errno.EACCES, "Permission denied")
        return open_file(name, *args, **where)

    monkeypatch.setattr(os, "open", refuse)
    assert "its .yaml can't be read (Permission denied)" in explain(tmp_path)["talk.txt"]


def test_no_more_are_told_than_asked_for(tmp_path):
    for number in range(5):
        (tmp_path / f"{number}.txt").touch()
    inbox = Inbox(str(tmp_path), 0, lambda: 0.0)
    inbox.scan()
    assert len(explain_waiting(inbox, 2, explain_lone)) == 2
