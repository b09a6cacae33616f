"""A folder that is to stay what it was."""

import errno
import os
import subprocess

import pytest
from msgspec import structs

from daemon.errors import ServiceError
from daemon.system.files import Folder
from daemon.system.volumes import limits, pinned_folder
from daemon.system.volumes.mounts import Mount
from daemon.system.volumes.pinned_folder import PinnedFolder
from tests.proofs import mounts
from tests.proofs.mounts import needs_mounts


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
    with mounts.mounted(path, "-t", "tmpfs", "takes-its-number"):
        assert "another device" in str(place.find_fault())
    with mounts.small(path.with_name("takes-its-number")):
        with mounts.mounted(path, "-t", "tmpfs", "something-else"):
            assert "another device" in str(place.find_fault())
        with mounts.small(path):
            assert place.find_fault() is None
    assert "another device" in str(place.find_fault())


@pytest.mark.parametrize("other", [{"source": "server:/other"}, {"kind": "nfs"}])
def test_another_source_with_the_same_numbers_is_a_fault_until_the_first_is_back(path, monkeypatch, other):
    first = Mount(point=str(path), root="/", kind="nfs4", source="server:/box")
    monkeypatch.setattr(pinned_folder, "mount_of", lambda folder: first)
    place = PinnedFolder("box", str(path))
    monkeypatch.setattr(pinned_folder, "mount_of", lambda folder: structs.replace(first, **other))
    assert "another device" in str(place.find_fault())
    monkeypatch.setattr(pinned_folder, "mount_of", lambda folder: None)  # where the system doesn't tell
    assert place.find_fault() is None
    monkeypatch.setattr(pinned_folder, "mount_of", lambda folder: first)
    assert place.find_fault() is None


@pytest.mark.parametrize(
    ("kind", "sources"),
    [("btrfs", ("/dev/sda1", "/dev/sdb1")), ("zfs", ("tank/box", "tank/renamed"))],
)
def test_a_filesystem_that_gets_another_source_while_it_stays_mounted_is_the_same(
    path, monkeypatch, kind, sources
):
    shown = [Mount(point=str(path), root="/", kind=kind, source=source) for source in sources]
    monkeypatch.setattr(pinned_folder, "mount_of", lambda folder: shown[0])
    place = PinnedFolder("box", str(path))
    monkeypatch.setattr(pinned_folder, "mount_of", lambda folder: shown[1])
    assert place.find_fault() is None


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


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
def test_a_folder_that_can_not_be_opened_for_too_many_files_is_not_to_be_mounted(place, monkeypatch, number):
    def refuse(path):
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(pinned_folder, "Folder", refuse)
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
    monkeypatch.setattr(limits, "mount_of", lambda folder: Mount("/", "/", kind, "/dev/sda"))
    fault = place.find_fault()
    assert mend in fault.mend
    assert ("is read-only" in fault.message) == (number == errno.EROFS)
