"""Why a file stays in the inbox is said by its name."""

import contextlib
import errno
import os
import subprocess

import pytest

from daemon.intake.inbox import Inbox
from daemon.intake.waiting import explain_waiting
from tests.faulty_disk import Faulty


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
    assert told["link.txt"] == "is not a regular file but a link; drop what it leads to"
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


class Unfindable:
    """A listed name that its disk does not find when it is asked for."""

    def __init__(self, entry):
        self.name = entry.name

    def stat(self, follow_symlinks=True):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", self.name)


@pytest.fixture
def windows_disk(tmp_path):
    """Makes all names with a colon such as a disk lists, and does not find."""
    scan, listing = os.scandir, os.listdir

    def scandir(path):
        refuse(path)
        with scan(path) as entries:
            found = [Unfindable(entry) if ":" in entry.name else entry for entry in entries]
        return contextlib.nullcontext(found)

    def listdir(path):
        refuse(path)
        return listing(path)

    def refuse(path):
        if ":" in str(path):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        patch.setattr(os, "listdir", listdir)
        yield


def test_a_folder_whose_name_its_disk_can_not_hold_is_told_of(tmp_path, windows_disk):
    (tmp_path / "Meeting 10:30?").mkdir()
    (tmp_path / "Meeting 10:30?/talk.txt").write_text("x")
    (tmp_path / "Talk 10:30?.txt").write_text("x")
    told = explain(tmp_path)
    assert set(told) == {"Meeting 10:30?", "Talk 10:30?.txt"}
    assert "can't hold that name" in told["Meeting 10:30?"]


def test_what_was_taken_away_between_two_calls_is_not_told_of(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    scan = os.scandir

    def scandir(path):
        if str(path).endswith("gone"):
            os.rmdir(path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert explain(tmp_path) == {}


@pytest.mark.parametrize("refused", ["talk.txt", "talk.yaml"])
@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("EACCES", "give the daemon's user the rights"),
        ("EMFILE", "let the daemon have more files open"),
        ("EIO", "mend its disk or share"),
    ],
)
def test_what_to_do_about_a_file_that_cannot_be_read_is_told_by_why_it_cannot(
    tmp_path, monkeypatch, refused, name, advice
):
    for each in ("talk.txt", "talk.yaml"):
        (tmp_path / each).write_text("x")
    Faulty(monkeypatch, "open", tmp_path, name, only=lambda path: path.endswith(refused))
    told = explain(tmp_path)["talk.txt"]
    assert os.strerror(getattr(errno, name)) in told
    assert advice in told


@pytest.mark.process
def test_a_folder_that_can_not_be_changed_is_told_with_the_mend(tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "talk.txt").write_text("x")
    marked = subprocess.run(["chattr", "+i", str(folder)], capture_output=True, text=True)
    if marked.returncode != 0:
        pytest.skip(f"a folder can't be marked here: {marked.stderr.strip()}")
    try:
        assert "chattr -i" in explain(tmp_path)["kept/talk.txt"]
    finally:
        subprocess.run(["chattr", "-i", str(folder)], check=True)
