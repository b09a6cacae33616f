"""What is asked of a file that is open: who else has it open."""

import os

import pytest

from daemon.system.files import Folder
from daemon.system.open_file import is_being_written, is_open_elsewhere


def test_a_writer_is_seen_for_as_long_as_he_has_the_file_open(tmp_path):
    (tmp_path / "talk.txt").write_text("x")
    with Folder(str(tmp_path)) as folder:
        fd = folder.open("talk.txt")
        assert is_being_written(fd) is False
        for mode in ("ab", "r+b"):
            with open(tmp_path / "talk.txt", mode):
                assert is_being_written(fd) is True
            assert is_being_written(fd) is False
        with open(tmp_path / "talk.txt", "rb"):
            assert is_being_written(fd) is False
        os.close(fd)


def test_where_the_kernel_can_not_tell_of_writers_it_says_so():
    reader, writer = os.pipe()
    assert is_being_written(reader) is None
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize("mode", ["rb", "r+b"])
def test_a_file_is_open_elsewhere_for_as_long_as_anybody_else_has_it_open(tmp_path, mode):
    (tmp_path / "talk.txt").write_text("x")
    with Folder(str(tmp_path)) as folder:
        fd = folder.open("talk.txt")
        assert is_open_elsewhere(fd) is False
        with open(tmp_path / "talk.txt", mode):
            assert is_open_elsewhere(fd) is True
        assert is_open_elsewhere(fd) is False
        os.close(fd)
