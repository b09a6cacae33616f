"""The power goes: a real filesystem is shut down with its log not flushed, at one change after another.

A kill alone proves nothing about fsync, since what was written outlives the process that wrote it. Here
what was not made durable is gone.
"""

import random
from pathlib import Path

import pytest

from tests.proofs import mounts
from tests.proofs.power import FAILED, Disks, Sweep, promised

pytestmark = pytest.mark.skipif(
    bool(why := mounts.missing("mkfs.ext4")), reason=f"no disk can be mounted: {why}"
)
CONTROLS = {"folders": "a program that fsyncs no folder", "everything": "a program that fsyncs nothing"}


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    return Sweep(tmp_path_factory.mktemp("sweep"))


@pytest.fixture(scope="module")
def separate(tmp_path_factory):
    """Inbox, outbox and state on disks of their own, which all lose their power at once."""
    return Sweep(tmp_path_factory.mktemp("separate"), separate=True)


def tell(total, what, found):
    total(f"{what}: {len(found)} points run, {sum(map(bool, found))} failed")
    return [sentence for wrong in found for sentence in wrong]


# --- a few cuts, in each run of the tests ------------------------------------------------------------


def test_after_a_power_cut_all_that_was_promised_is_there_and_the_end_is_the_same(sweep):
    for at in random.Random(7).sample(sweep.points(40), 2):
        assert sweep.cut(at) == []


def test_after_a_power_cut_while_the_index_is_written_index_and_search_are_whole(sweep):
    at = sweep.indexing(1)[0]
    assert sweep.cut(at) == []


def test_so_it_is_with_inbox_outbox_and_state_on_disks_of_their_own(separate):
    assert separate.cut(separate.clearing()) == []


def test_a_program_that_only_believes_it_has_fsynced_its_folders_is_found_out(sweep):
    # Alone, as a file that another thread fsyncs (sqlite its database) takes the folders with it.
    assert sweep.cut(sweep.claiming(), "folders", alone=True) != []


# --- the proof ---------------------------------------------------------------------------------------


@pytest.mark.prove
def test_a_power_cut_anywhere_loses_nothing(sweep, total):
    assert tell(total, "power-cut sweep", sweep.cuts(60)) == []


@pytest.mark.prove
def test_a_power_cut_anywhere_around_the_writing_of_the_index_leaves_it_and_search_whole(separate, total):
    found = [separate.cut(at) for at in separate.indexing(20)]
    assert tell(total, "power-cut sweep over index and search", found) == []


@pytest.mark.prove
def test_a_power_cut_of_three_disks_at_once_loses_nothing(separate, total):
    assert tell(total, "power-cut sweep over three disks", separate.cuts(44)) == []


@pytest.mark.prove
@pytest.mark.parametrize("lies", CONTROLS)
def test_the_sweep_finds_out_a_program_that_only_believes_it_has_fsynced(separate, total, lies):
    assert tell(total, f"power-cut sweep, control, {CONTROLS[lies]}", separate.cuts(20, lies)) != []


# --- the harness itself ------------------------------------------------------------------------------


def test_a_name_is_promised_once_its_thread_goes_on_and_until_somebody_takes_it_away():
    given = [1, "rename", ["/a/.tmp", "/a/x"], "hash"]
    moved = [3, "rename", ["/a", "/b"], None]
    assert promised([given, [1, "fsync", ["/a"], None]]) == {}
    assert promised([given, [2, "write", ["/c"], None]]) == {}
    assert promised([given, [1, "write", ["/c"], None]]) == {"/a/x": "hash"}
    assert promised([given, [1, "write", ["/c"], None], [2, "unlink", ["/a/x"], None]]) == {}
    assert promised([given, [1, "write", ["/c"], None], moved]) == {}
    assert promised([given, moved, [3, "write", ["/c"], None]]) == {"/b/x": "hash"}
    assert (
        promised([given, [2, "write", ["/c"], None], [1, FAILED, [], None], [1, "write", ["/c"], None]]) == {}
    )


def test_no_disk_stays_mounted_and_no_device_in_use_when_a_test_fails(tmp_path):
    def fail():
        with Disks(tmp_path / "disks", separate=True) as disks:
            assert str(disks.root) in Path("/proc/self/mountinfo").read_text()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert str(tmp_path) not in Path("/proc/self/mountinfo").read_text()
    used = [device.read_text() for device in Path("/sys/block").glob("loop*/loop/backing_file")]
    assert not any(str(tmp_path) in image for image in used)


def test_what_was_never_made_durable_is_gone_after_a_cut(tmp_path):
    with Disks(tmp_path / "disks", separate=False) as disks:
        (disks.root / "settled").touch()
        disks.settle()
        (disks.root / "fleeting").touch()
        disks.cut()
        assert [path.name for path in disks.root.iterdir()] == ["settled"]
