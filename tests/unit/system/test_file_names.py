"""Names on disk, and the PAUSE files."""

import itertools
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.errors import UsageError
from daemon.store.pause import PauseFiles, pause, pause_files, resume
from daemon.system.file_names import MAX_BYTES, numbered, shorten, shown, visible

file_names = st.binary(min_size=1, max_size=300).map(os.fsdecode)


@given(file_names)
def test_a_name_fits_in_its_bytes_and_a_short_one_stays_as_it_is(name):
    short = shorten(name)
    assert len(os.fsencode(short)) <= MAX_BYTES
    assert shorten(short) == short
    if len(os.fsencode(name)) <= MAX_BYTES:
        assert short == name


def test_long_names_that_differ_only_at_their_ends_stay_apart():
    names = ["x" * 250 + end for end in "ab"]
    assert len({shorten(name) for name in names}) == 2
    assert all(shorten(name).startswith("x" * 190) for name in names)


def test_a_long_name_is_cut_between_characters():
    assert shorten("日" * 100)[:60] == "日" * 60


def test_numbers_begin_with_none_and_go_on_from_two():
    assert list(itertools.islice(numbered("talk"), 4)) == ["talk", "talk-2", "talk-3", "talk-4"]
    assert list(itertools.islice(numbered("x" * 300), 2)) == [shorten("x" * 300), shorten("x" * 300) + "-2"]


@pytest.mark.parametrize(("name", "seen"), [("talk", "talk"), (".x", "x"), ("..x.y", "x.y"), ("...", "_")])
def test_no_name_is_hidden_by_dots(name, seen):
    assert visible(name) == seen


@given(st.text() | file_names)
def test_what_is_shown_can_always_be_written_and_moves_no_cursor(name):
    text = shown(name)
    assert text.isprintable()
    assert text.encode().decode() == text


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("talk é 日本.txt", "talk é 日本.txt"),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\nb", r"a\nb"),
        ("a\u202eb", r"a\u202eb"),
    ],
)
def test_only_what_would_do_harm_is_shown_otherwise(name, seen):
    assert shown(name) == seen


# --- PAUSE --------------------------------------------------------------------------------------------


@pytest.fixture
def folders(tmp_path):
    (tmp_path / "root" / "inbox").mkdir(parents=True)
    return tmp_path / "root", tmp_path / "root" / "inbox"


@pytest.fixture
def files(folders):
    return PauseFiles(*map(str, folders))


def test_a_plain_pause_counts_at_once_in_either_folder_and_says_why(files, folders):
    assert files.reason() is None
    for folder in folders:
        (folder / "PAUSE").write_text("  lunch,\n back\tat two \n")
        assert files.reason() == "lunch, back at two"
        (folder / "PAUSE").unlink()
        assert files.reason() is None


@pytest.mark.parametrize("name", ["PAUSE.txt", "pause", "Pause.TXT"])
def test_other_spellings_count_from_the_next_look_until_they_are_gone(files, folders, name):
    for folder in folders:
        (folder / name).write_text("why")
        files.look()
        assert files.reason() == "why"
        (folder / name).unlink()
        assert files.reason() is None


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
    files.look()
    assert files.reason() == reason


def test_pause_and_resume_make_and_remove_every_spelling(folders):
    root = folders[0]
    assert not resume(str(root))
    pause(str(root), "for a reason \udcff")
    assert (root / "PAUSE").read_text() == "for a reason ?"
    (root / "pause.txt").touch()
    (root / "PAUSED").touch()
    assert len(pause_files(str(root))) == 2
    assert resume(str(root))
    assert sorted(os.listdir(root)) == ["PAUSED", "inbox"]


def test_a_folder_called_pause_is_removed_too_and_one_that_holds_something_stays(folders):
    root = folders[0]
    (root / "PAUSE").mkdir()
    assert resume(str(root))
    (root / "PAUSE" / "full").mkdir(parents=True)
    with pytest.raises(UsageError, match="PAUSE"):
        resume(str(root))


def test_a_folder_that_is_not_there_pauses_nothing(tmp_path):
    files = PauseFiles(str(tmp_path / "nowhere"))
    files.look()
    assert files.reason() is None
    assert not resume(str(tmp_path / "nowhere"))
