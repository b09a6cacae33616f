"""Where a folder lies: told by the real kernel, and by what other kernels say in their tables."""

import errno
import os
import subprocess

import pytest

from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.errors import ServiceError
from daemon.system import volumes
from daemon.system.files import Folder
from daemon.system.volumes import Mount, Mounts, PinnedFolder, is_shown_inside, mount_in, mount_of
from tests.proofs import mounts
from tests.proofs.mounts import needs_mounts

TABLE = """\
22 28 0:21 / /proc rw,nosuid shared:5 - proc proc rw
28 1 252:0 / / rw,relatime shared:1 - ext4 /dev/root rw,discard
31 28 0:45 /share /mnt/a\\040b rw,relatime shared:9 master:2 - nfs4 nas:/share rw,vers=4.2
32 28 0:46 / /mnt/none rw - tmpfs  rw
not a line
"""


def test_a_mount_is_found_by_its_id_with_or_without_the_optional_fields():
    assert mount_in(TABLE.splitlines(), 31) == Mount("/mnt/a\\040b", "/share", "nfs4", "nas:/share")
    assert mount_in(TABLE.splitlines(), 32) == Mount("/mnt/none", "/", "tmpfs", "")
    assert mount_in(TABLE.splitlines(), 3) is None
    assert mount_in([], 28) is None


@pytest.mark.parametrize(
    ("kind", "remote"),
    [
        ("nfs", True), ("nfs4", True), ("cifs", True), ("smb3", True), ("9p", True), ("virtiofs", True),
        ("fuse.sshfs", True), ("fuse.rclone", True), ("fuse", True), ("ceph", True), ("vboxsf", True),
        ("ext4", False), ("xfs", False), ("btrfs", False), ("zfs", False), ("tmpfs", False),
        ("overlay", False), ("fuseblk", False), ("vfat", False), ("nfsd", False),
    ],
)  # fmt: skip
def test_what_others_can_change_without_events_is_remote(kind, remote):
    assert Mount("/mnt", "/", kind, "x").remote is remote


def test_this_machines_own_filesystems_are_found_and_not_remote(tmp_path):
    for path in (str(tmp_path), "/proc"):
        with Folder(path) as folder:
            found = mount_of(folder)
        assert found is not None
        assert not found.remote
    assert found.kind == "proc"


@pytest.mark.process
@needs_mounts
def test_a_mount_and_an_unmount_are_told_once_each(tmp_path):
    table = Mounts()
    while table.changed():  # others mount too
        pass
    with mounts.small(tmp_path / "disk"):
        assert table.changed()
    assert table.changed()
    table.close()
    table.close()
    assert not table.changed()


# --- a folder that is to stay what it was -----------------------------------------------------------------


@pytest.fixture
def path(tmp_path):
    (tmp_path / "box").mkdir()
    return tmp_path / "box"


@pytest.fixture
def place(path):
    return PinnedFolder("box", str(path))


def test_a_folder_that_is_what_it_was_has_no_fault(place, path):
    assert place.find_fault() is None
    with place.open() as folder:
        assert os.path.samestat(os.fstat(folder.fd), path.stat())


@pytest.mark.parametrize("instead", ["nothing", "a file", "a link"])
def test_a_folder_that_is_missing_is_a_fault_with_a_mend_and_is_never_made_again(place, path, instead):
    path.rename(path.with_name("away"))
    if instead == "a file":
        path.touch()
    elif instead == "a link":
        path.symlink_to("away")
    before = sorted(os.listdir(path.parent))
    with pytest.raises(ServiceError, match=r"The box .* can't be opened") as raised:
        place.open()
    assert "Mount the box" in raised.value.mend
    assert str(place.find_fault()) == str(raised.value)
    assert sorted(os.listdir(path.parent)) == before


def test_another_folder_on_the_same_device_will_do(place, path):
    path.rename(path.with_name("away"))
    path.mkdir()
    assert place.find_fault() is None


def test_where_only_the_open_folder_itself_will_do_another_is_a_fault_until_it_is_back(path):
    with Folder(str(path)) as held:
        place = PinnedFolder("box", str(path), exactly=held)
        assert place.find_fault() is None
        path.rename(path.with_name("away"))
        assert "can't be opened" in str(place.find_fault())
        path.mkdir()
        before = os.listdir("/proc/self/fd")
        assert "not the one it was" in str(place.find_fault())
        assert os.listdir("/proc/self/fd") == before
        path.rmdir()
        path.with_name("away").rename(path)
        assert place.find_fault() is None


@pytest.mark.process
@needs_mounts
def test_an_unmounted_folder_is_a_fault_until_the_same_source_is_mounted_there_again(path):
    with mounts.small(path):
        place = PinnedFolder("box", str(path))
    assert "another device" in str(place.find_fault())
    with mounts.small(path.with_name("takes-its-number")):
        with mounts.mounted(path, "-t", "tmpfs", "something-else"):
            assert "another device" in str(place.find_fault())
        with mounts.small(path):
            assert place.find_fault() is None
    assert "another device" in str(place.find_fault())


@pytest.mark.process
@needs_mounts
def test_a_part_of_the_same_disk_that_was_mounted_and_is_gone_is_a_fault_until_it_is_back(path):
    (path.parent / "part").mkdir()
    mount = ["mount", "--bind", str(path.parent / "part"), str(path)]
    unmount = ["umount", str(path)]
    subprocess.run(mount, check=True)
    try:
        place = PinnedFolder("box", str(path))
        assert place.find_fault() is None
    finally:
        subprocess.run(unmount, check=True)
    assert "another mount" in str(place.find_fault())
    subprocess.run(mount, check=True)
    try:
        assert place.find_fault() is None
    finally:
        subprocess.run(unmount, check=True)


@pytest.mark.process
@needs_mounts
@pytest.mark.parametrize("part", ["", "course", "a b/deep"])
def test_a_folder_that_a_mount_shows_inside_another_is_found_in_it(path, tmp_path, part):
    shown, beside = tmp_path / "shown", tmp_path / "beside"
    for each in (path / part, shown, beside):
        each.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "--bind", str(path / part), str(shown)], check=True)
    try:
        assert is_shown_inside(str(shown), str(path))
        assert is_shown_inside(str(path), str(shown)) is (not part)
        assert not is_shown_inside(str(beside), str(path))
        assert not is_shown_inside(str(shown), str(beside))
    finally:
        subprocess.run(["umount", str(shown)], check=True)
    assert not is_shown_inside(str(shown), str(path))


def test_folders_that_a_share_calls_the_same_are_two(path, tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    monkeypatch.setattr(volumes, "_place_on_disk", lambda _: (1, "/"))
    assert not is_shown_inside(str(tmp_path / "other"), str(path))


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
def test_a_folder_that_can_not_be_opened_for_too_many_files_is_not_to_be_mounted(place, monkeypatch, number):
    def refuse(path):
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(volumes, "Folder", refuse)
    assert "more files open" in str(place.find_fault())
    assert "Mount" not in str(place.find_fault())


def test_a_folder_that_became_a_link_is_called_one(place, path):
    path.rename(path.parent / "moved")
    path.symlink_to(path.parent / "moved")
    assert "(it is a link now)" in str(place.find_fault())
    assert "restart the daemon if that is meant" in str(place.find_fault())
    path.unlink()
    (path.parent / "moved").rename(path)
    assert place.find_fault() is None


@pytest.mark.process
@needs_mounts
def test_a_folder_over_which_something_was_mounted_is_a_fault_until_it_is_taken_off(place, path):
    with mounts.small(path):
        assert "another device" in str(place.find_fault())
        assert "restart the daemon if that is meant" in str(place.find_fault())
    assert place.find_fault() is None


@pytest.mark.process
@needs_mounts
def test_a_folder_that_is_read_only_is_a_fault(place, path):
    subprocess.run(["mount", "--bind", "-o", "ro", str(path), str(path)], check=True)
    try:
        assert "is read-only" in str(place.find_fault())
    finally:
        subprocess.run(["umount", str(path)], check=True)
    assert place.find_fault() is None


def test_a_folder_first_found_later_counts_from_then_on(tmp_path):
    place = PinnedFolder("box", str(tmp_path / "box"))
    assert place.find_fault() is not None
    (tmp_path / "box").mkdir()
    assert place.find_fault() is None


@pytest.fixture
def append_only(path):
    """Marks the folder so that it takes new names and lets none be changed or removed, until it is called."""

    def unmark():
        subprocess.run(["chattr", "-a", str(path)], check=True)

    marked = subprocess.run(["chattr", "+a", str(path)], capture_output=True, text=True)
    if marked.returncode != 0:
        pytest.skip(f"a folder can't be marked here: {marked.stderr.strip()}")
    yield unmark
    unmark()


@pytest.mark.process
def test_a_folder_that_can_only_be_added_to_is_a_fault_that_names_the_mend(place, path, append_only):
    told = str(place.find_fault())
    assert "can only be added to" in told
    assert f"chattr -a {path}" in told
    append_only()
    assert place.find_fault() is None


@pytest.mark.process
def test_a_folder_that_can_not_be_changed_is_a_fault_that_names_the_mend(place, path):
    marked = subprocess.run(["chattr", "+i", str(path)], capture_output=True, text=True)
    if marked.returncode != 0:
        pytest.skip(f"a folder can't be marked here: {marked.stderr.strip()}")
    try:
        told = str(place.find_fault())
    finally:
        subprocess.run(["chattr", "-i", str(path)], check=True)
    assert "can't be changed" in told
    assert f"chattr -i {path}" in told
    assert place.find_fault() is None


@pytest.mark.process
def test_nothing_is_left_in_a_folder_that_can_only_be_added_to(path, append_only):
    volumes.find_limits(str(path))
    outbox = Outbox(str(path))
    for text in ("held", "held still"):
        outbox.write_status(text)
    assert os.listdir(path) == ["STATUS.txt"]
    assert (path / "STATUS.txt").read_text() == "held still"


@pytest.mark.parametrize(
    ("number", "kind", "mend"),
    [
        (errno.EROFS, "ext4", "Mount it so that it can be written"),
        (errno.EROFS, "btrfs", "btrfs property set"),
        (errno.EACCES, "btrfs", "Give the daemon's user the rights"),
    ],
)
def test_a_disk_that_takes_no_writes_is_no_matter_of_rights(place, monkeypatch, number, kind, mend):
    def refuse(folder):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    monkeypatch.setattr(Folder, "temporary", refuse)
    monkeypatch.setattr(volumes, "mount_of", lambda folder: Mount("/", "/", kind, "/dev/sda"))
    fault = place.find_fault()
    assert mend in fault.mend
    assert ("is read-only" in fault.message) == (number == errno.EROFS)
