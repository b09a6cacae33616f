"""What is mounted where: told by the real kernel, and by what other kernels say in their tables."""

import subprocess

import pytest

from daemon.system.files import Folder
from daemon.system.volumes import mounts
from daemon.system.volumes.mounts import Mount, MountWatch, is_shown_inside, mount_in, mount_of
from tests.proofs.mounts import needs_mounts, small

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
    table = MountWatch()
    while table.changed():  # others mount too
        pass
    with small(tmp_path / "disk"):
        assert table.changed()
    assert table.changed()
    table.close()
    table.close()
    assert not table.changed()


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
    monkeypatch.setattr(mounts, "_place_on_disk", lambda _: (1, "/"))
    assert not is_shown_inside(str(tmp_path / "other"), str(path))
