"""One process per folder."""

import errno
import fcntl
import os
import stat
import subprocess
import sys

import pytest

from daemon.errors import LockedError, ServiceError
from daemon.system.files import Folder
from daemon.system.process.folder_lock import Lock


def test_a_lock_file_that_can_not_be_opened_is_named_with_what_to_do(folder, tmp_path):
    (tmp_path / ".lock").mkdir()
    with pytest.raises(ServiceError, match=r"/\.lock can't be opened") as raised:
        Lock(folder)
    assert "chown" in raised.value.mend


def test_a_second_lock_on_the_same_folder_is_refused_even_if_the_lock_file_was_deleted(folder, tmp_path):
    lock = Lock(folder)
    (tmp_path / Lock.FILE).unlink()
    with Folder(str(tmp_path)) as second, pytest.raises(LockedError):
        Lock(second)
    lock.release()
    with Folder(str(tmp_path)) as second:
        Lock(second).release()


def test_on_a_disk_that_locks_no_folder_a_second_lock_is_refused_too(folder, monkeypatch):
    real = fcntl.flock

    def refuse_folders(fd, operation):
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            raise OSError(errno.EBADF, "no")
        real(fd, operation)

    monkeypatch.setattr(fcntl, "flock", refuse_folders)
    lock = Lock(folder)
    with pytest.raises(LockedError):
        Lock(folder)
    lock.release()
    Lock(folder).release()


@pytest.mark.process
def test_a_lock_is_gone_with_its_process(folder, tmp_path):
    script = (
        "import sys; from daemon.system.files import Folder;"
        "from daemon.system.process.folder_lock import Lock;"
        "lock = Lock(Folder(sys.argv[1]));"
        "print('locked', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"locked\n"
    with pytest.raises(LockedError):
        Lock(folder)
    process.kill()
    process.communicate()
    Lock(folder).release()
