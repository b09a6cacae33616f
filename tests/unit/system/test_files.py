"""The safe write: whole and under its name, or not at all."""

import errno
import itertools
import os
import socket
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from daemon.system import files
from daemon.system.files import Folder
from daemon.system.paths import fsync_chain, make_folders


def test_what_was_written_is_read_back_and_no_temporary_name_is_left(folder):
    folder.write("a.json", b"one")
    folder.write("a.json", b"two")
    assert folder.read("a.json") == b"two"
    assert folder.names() == ["a.json"]


def test_what_a_disk_takes_bit_by_bit_is_written_to_its_end(folder, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, data[:3]))
    folder.write("a.json", b"more than three bytes")
    assert folder.read("a.json") == b"more than three bytes"


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(folder):
    folder.write("a.json", b"before")
    with pytest.raises(ZeroDivisionError):
        folder.write("a.json", (bytes([1 // 0]) for _ in "x"))
    assert folder.read("a.json") == b"before"
    assert folder.names() == ["a.json"]


def test_what_a_process_of_the_same_number_has_left_keeps_nothing_from_being_written(folder, monkeypatch):
    monkeypatch.setattr(files, "_counter", itertools.count(7))
    folder.note(f".tmp-{os.getpid()}-7", b"left")
    folder.write("a.json", b"text")
    assert folder.read("a.json") == b"text"
    assert folder.names() == ["a.json"]


def test_of_what_was_longer_nothing_is_left_below_a_note(folder):
    folder.note("STEP", b"a long text")
    folder.note("STEP", b"short")
    assert folder.read("STEP") == b"short"


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_files_and_folders_are_private_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        with Folder(str(tmp_path)) as folder, folder.make("inner") as inner:
            inner.write("a", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(tmp_path / "inner").st_mode) == 0o700
    assert stat.S_IMODE(os.stat(tmp_path / "inner" / "a").st_mode) == 0o600


def test_a_link_in_the_place_of_a_file_is_not_followed(folder, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link").symlink_to("secret")
    with pytest.raises(OSError, match="link"):
        folder.read("link")
    folder.write("link", b"new")
    assert (tmp_path / "secret").read_text() == "secret"


def test_a_socket_is_no_regular_file_and_nothing_that_is_wrong_with_the_disk(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the path of a socket has to be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
    with pytest.raises(OSError, match="not a regular file") as caught:
        folder.read("socket")
    assert caught.value.errno == errno.EINVAL


def test_reading_a_pipe_fails_at_once_and_does_not_block(folder, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        folder.read("pipe")


def test_a_copy_keeps_bytes_holes_and_time(folder, tmp_path):
    source = tmp_path / "sparse"
    with open(source, "wb") as file:
        file.write(b"begin")
        file.seek(1 << 30)
        file.write(b"end")
        file.truncate((1 << 30) + (1 << 24))
    os.utime(source, ns=(1, 1_700_000_000_123_456_789))
    fd = folder.open("sparse")
    folder.copy_in(fd, "copy")
    os.close(fd)
    copy = os.stat(tmp_path / "copy")
    assert copy.st_size == os.stat(source).st_size
    assert copy.st_mtime_ns == 1_700_000_000_123_456_789
    assert copy.st_blocks * 512 < 1 << 20
    with open(tmp_path / "copy", "rb") as file:
        assert file.read(5) == b"begin"
        file.seek(1 << 30)
        assert file.read(4) == b"end\0"


def test_a_folder_is_never_moved_over_another_that_holds_something(folder, tmp_path):
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
    (tmp_path / "old" / "kept").touch()
    (tmp_path / "file").touch()
    assert not folder.move_folder_unless_taken("new", folder, "old")
    assert not folder.move_folder_unless_taken("new", folder, "file")
    assert folder.move_folder_unless_taken("new", folder, "free")
    assert folder.names() == ["file", "free", "old"]


@pytest.mark.parametrize("has_second_names", [True, False])
def test_a_file_is_never_linked_over_another(folder, tmp_path, monkeypatch, has_second_names):
    def refuse(*_, **__):
        raise OSError(errno.EPERM, "no")

    if not has_second_names:
        monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "new").write_text("new")
    (tmp_path / "old").write_text("old")
    assert not folder.link_unless_taken("new", "old")
    assert folder.link_unless_taken("new", "free")
    assert (tmp_path / "old").read_text() == "old"
    assert folder.names() == ["free", "old"]


@pytest.mark.parametrize("refusal", ["ENOSYS", "EACCES", "EXDEV", "EOPNOTSUPP", "EMLINK"])
def test_where_a_disk_has_no_second_names_files_are_copied(folder, tmp_path, monkeypatch, refusal):
    folder.write("talk.md", b"text")

    def refuse(*_, **__):
        raise OSError(getattr(errno, refusal), "no")

    monkeypatch.setattr(os, "link", refuse)
    with folder.make("copy") as copy:
        folder.link_tree("talk.md", copy)
        assert copy.read("talk.md") == b"text"


def test_each_of_two_threads_that_list_a_folder_at_once_sees_all_of_it(folder):
    there = ["a", "b", "c", "d"]
    for name in there:
        folder.note(name, b"")
    with ThreadPoolExecutor(2) as threads:
        listings = threads.map(lambda _: folder.names(), range(1000))
        assert all(names == there for names in listings)


def test_deleting_a_tree_does_not_follow_links_out_of_it(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "link").symlink_to(outside)
    folder.delete_tree("tree")
    assert folder.names() == ["outside"]
    assert (outside / "precious").exists()


@pytest.mark.parametrize("shared", [False, True])
def test_sweeping_removes_what_an_interrupted_write_left(folder, tmp_path, shared):
    (tmp_path / f".tmp-{os.getpid()}-0").touch()  # in a container each process has the same number
    (tmp_path / "a.json").touch()
    folder.sweep(shared=shared)
    assert folder.names() == ["a.json"]


def test_what_a_process_of_another_user_is_just_writing_is_not_swept(folder, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EPERM, "no")

    monkeypatch.setattr(os, "kill", refuse)
    folder.note(".tmp-123-0", b"begun")
    folder.sweep(shared=True)
    assert folder.names() == [".tmp-123-0"]


def test_missing_parents_are_made_and_made_durable(tmp_path):
    make_folders(str(tmp_path / "a" / "b"))
    fsync_chain(str(tmp_path / "a" / "b"), str(tmp_path))
    assert stat.S_IMODE(os.stat(tmp_path / "a" / "b").st_mode) == 0o700


def test_a_folder_that_could_not_be_made_durable_leaves_its_name_free_and_no_descriptor(folder, monkeypatch):
    def failing(fd):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    before = len(os.listdir("/proc/self/fd"))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(OSError, match="Input/output"):
            folder.make("new")
    assert len(os.listdir("/proc/self/fd")) == before
    folder.make("new").close()


def test_a_folder_that_can_not_be_opened_once_it_is_made_leaves_its_name_free(folder, monkeypatch):
    def out_of_descriptors(path, *args, **kwargs):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", out_of_descriptors)
        with pytest.raises(OSError, match="Too many open files"):
            folder.make("new")
    assert folder.names() == []
    folder.make("new").close()
