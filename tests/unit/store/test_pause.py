"""PAUSE files: any spelling pauses, whatever the file is, and removing it goes on."""

import os

import pytest

from daemon.errors import UsageError
from daemon.store.pause import PauseFiles, find_pause_files, make_pause_file, remove_pause_files


@pytest.fixture
def folders(tmp_path):
    (tmp_path / "root" / "inbox").mkdir(parents=True)
    return tmp_path / "root", tmp_path / "root" / "inbox"


@pytest.fixture
def files(folders):
    return PauseFiles(*map(str, folders))


def test_a_plain_pause_counts_at_once_in_either_folder_and_says_why(files, folders):
    assert files.find_reason() is None
    for folder in folders:
        (folder / "PAUSE").write_text("  lunch,\n back\tat two \n")
        assert files.find_reason() == "lunch, back at two"
        (folder / "PAUSE").unlink()
        assert files.find_reason() is None


@pytest.mark.parametrize("name", ["PAUSE.txt", "pause", "Pause.TXT"])
def test_other_spellings_count_from_the_next_look_until_they_are_gone(files, folders, name):
    for folder in folders:
        (folder / name).write_text("why")
        files.look_for_files()
        assert files.find_reason() == "why"
        (folder / name).unlink()
        assert files.find_reason() is None


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.touch(), ""),
        (lambda path: path.mkdir(), ""),
        (lambda path: path.symlink_to("/etc/hostname"), ""),
        (lambda path: path.symlink_to("/nowhere"), ""),
        (os.mkfifo, ""),
        (lambda path: path.write_bytes(b"\xff\x1b[2J"), "\ufffd\\x1b[2J"),
        (lambda path: path.write_text("x" * 10_000), "x" * 200),
    ],
    ids=["empty", "folder", "link", "dangling link", "pipe", "no text", "long"],
)
def test_whatever_is_called_pause_pauses_and_does_no_harm(files, folders, make, reason):
    make(folders[0] / "PAUSE")
    files.look_for_files()
    assert files.find_reason() == reason


def test_pause_and_resume_make_and_remove_every_spelling(folders):
    root = folders[0]
    assert not remove_pause_files(str(root))
    make_pause_file(str(root), "for a reason \udcff")
    assert (root / "PAUSE").read_text() == "for a reason ?"
    (root / "pause.txt").touch()
    (root / "PAUSED").touch()
    assert len(find_pause_files(str(root))) == 2
    assert remove_pause_files(str(root))
    assert sorted(os.listdir(root)) == ["PAUSED", "inbox"]


def test_a_folder_called_pause_is_removed_too_and_one_that_holds_something_stays(folders):
    root = folders[0]
    (root / "PAUSE").mkdir()
    assert remove_pause_files(str(root))
    (root / "PAUSE" / "full").mkdir(parents=True)
    with pytest.raises(UsageError, match="PAUSE"):
        remove_pause_files(str(root))


def test_a_folder_that_is_not_there_pauses_nothing(tmp_path):
    files = PauseFiles(str(tmp_path / "nowhere"))
    files.look_for_files()
    assert files.find_reason() is None
    assert not remove_pause_files(str(tmp_path / "nowhere"))
