"""The inbox: what waits there, in which order, and when its writers are done with it."""

import os
import time

import pytest

from daemon.intake.inbox import (
    ANOTHER_OUTBOX,
    ANOTHER_ROOT,
    EMPTY_GRACE,
    NO_LEASE_SETTLE,
    REFUSED_SECONDS,
    Inbox,
    is_edits_name,
    is_ignored,
    is_unchanged,
)
from daemon.store.pause import is_pause
from daemon.system.files import Folder


class Clock:
    """Seconds that pass when they are told to."""

    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def path(tmp_path):
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


@pytest.fixture
def inbox(path, clock):
    return Inbox(str(path), 3, clock)


def ready(inbox):
    inbox.scan()
    return [candidate.path for candidate in inbox.list_settled()]


def settled(inbox, clock):
    """What is ready once everything there has had its time to settle."""
    inbox.scan()
    clock.now += inbox.settle_seconds
    return ready(inbox)


# --- which names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        ".hidden", ".talk.txt.swp", ".#lock", "talk.txt~", "~$talk.docx", "#talk.txt#", "talk.txt.part",
        "talk.partial", "talk.txt.filepart", "talk.crdownload", "talk.download", "talk.uploading", "a.tmp",
        "A.TMP", "a.temp", "talk.swp", "talk.swx", "talk.aria2", "~syncthing~talk.txt.tmp", "Desktop.ini",
        "talk.vtt.!sync", "talk.txt.!qB", "talk.txt.!ut", "t.!bt", "t.opdownload", "t.xltd",
        "t.fdmdownload", "talk.txt.ytdl", "t.downloading", "talk.txt.incomplete", "t.unfinished",
        "talk.txt.td", "t.bc!", "t.dlpart", "t.ffs_tmp", "t.kate-swp", "talk.txt.nc!part",
        "talk.txt.sb-8c9d2f3a-AbCdEf", ".~lock.talk.docx#", "talk.txt.lock", "talk.txt.icloud", "t.partial~",
        "talk.txt.tmp.driveupload", "talk.txt.goutputstream-AB12CD", "Icon\r", "holiday.mp4.rejected",
        "Thumbs.db", "talk.txt:Zone.Identifier", "talk.txt\uf03aZone.Identifier",
        "talk.txt_Zone.Identifier", "talk.txt.Zone.Identifier", "Icon\uf00d",
        ".talk.txt.x7Gh2k", "talk\n.part",
        "talk.txt.crswap", "talk.txt.mega", "talk.txt.dtapart", "talk.txt.cloud", "talk.gdoc", "talk.asd",
        "talk.txt.tmp.12345", "Thumbs.db:encryptable", "pagefile.sys", "aquota.user", "AlbumArtSmall.jpg",
        "talk.txt.getright", "talk.txt.bt!", "talk.txt.fb!", "talk.txt.cfg!", "t.jcd",
        "talk.txt-lftp-tmp", "talk.txt.in_progress", "talk.txt.copying", "talk.txt.syncing",
        "talk.txt.thunder", "talk.txt.rsync-partial",
    ],
)  # fmt: skip
def test_names_of_files_that_others_still_write_or_do_not_mean_as_content_are_ignored(
    inbox, clock, path, name
):
    assert is_ignored(name)
    (path / name).write_text("x")
    assert settled(inbox, clock) == []
    assert inbox.waiting == 0


@pytest.mark.parametrize(
    "name",
    [
        "talk.txt",
        "part.txt",
        "talk.part.txt",
        "tmp",
        "a~b.txt",
        "$talk.txt",
        "thumbs.db.txt",
        "swap.sw",
        "a#b",
    ],
)
def test_ordinary_names_are_not_ignored(inbox, clock, path, name):
    assert not is_ignored(name)
    (path / name).write_text("x")
    assert settled(inbox, clock) == [name]


@pytest.mark.parametrize("folder", [
        ".git", ".stfolder", "@eaDir", "#recycle", "__MACOSX", "$RECYCLE.BIN", "System Volume Information",
        "lost+found", "@Recycle", "@Recently-Snapshot", "#snapshot", "talk.txt.download", "RECYCLER",
        "FOUND.000", "Network Trash Folder", "Temporary Items", "_gsdata_", "talk.txt.sb-1234abcd-XYZxyz",
        "@appstore", "@snapshots", "$WinREAgent", "Config.Msi", "MSOCache",
    ],
)  # fmt: skip
def test_folders_that_programs_make_for_themselves_are_not_entered(inbox, clock, path, folder):
    (path / "sub" / folder).mkdir(parents=True)
    (path / "sub" / folder / "talk.txt").write_text("x")
    assert settled(inbox, clock) == []


@pytest.mark.parametrize("name", ["PAUSE", "pause", "Pause.TXT", "PAUSE.txt"])
def test_a_pause_file_is_never_taken_but_one_of_its_name_in_a_subfolder_is_a_file_like_any(
    inbox, clock, path, name
):
    assert is_pause(name)
    (path / "sub").mkdir()
    for place in (path, path / "sub"):
        (place / name).write_text("x")
    assert settled(inbox, clock) == [f"sub/{name}"]
    assert not is_pause(f"{name}.md")


# --- settling -------------------------------------------------------------------------------------------


def test_a_file_is_ready_when_it_has_lain_unchanged_for_the_settle_time(inbox, clock, path):
    (path / "talk.txt").write_text("x")
    assert ready(inbox) == []
    assert inbox.next_due() == 3
    clock.now += 2.9
    assert ready(inbox) == []
    clock.now += 0.1
    assert ready(inbox) == ["talk.txt"]
    assert inbox.next_due() is None


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.write_text("longer than before"),
        lambda file: os.utime(file, ns=(1, 1)),
        lambda file: (file.with_suffix(".new").write_text("x"), file.with_suffix(".new").rename(file)),
    ],
    ids=["grown", "touched", "replaced"],
)
def test_a_file_that_changes_settles_anew(inbox, clock, path, change):
    (path / "talk.txt").write_text("x")
    inbox.scan()
    clock.now += 2
    change(path / "talk.txt")
    assert ready(inbox) == []
    clock.now += 2
    assert ready(inbox) == []
    clock.now += 1
    assert ready(inbox) == ["talk.txt"]


def overwrite_and_put_time_back(file):
    before = file.stat()
    while file.stat().st_ctime_ns == before.st_ctime_ns:  # the system's clock for files goes in steps
        with open(file, "r+b") as opened:
            opened.write(b"y")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("remote", [False, True])
def test_a_file_that_is_written_over_and_looks_as_before_settles_anew_on_a_disk_of_our_own(
    inbox, clock, path, remote
):
    inbox.remote = remote
    settle_time = NO_LEASE_SETTLE if remote else 3
    (path / "talk.txt").write_text("x")
    inbox.scan()
    clock.now += settle_time - 1
    overwrite_and_put_time_back(path / "talk.txt")
    assert ready(inbox) == []
    clock.now += 1
    assert ready(inbox) == (["talk.txt"] if remote else [])
    clock.now += settle_time - 1
    assert ready(inbox) == ["talk.txt"]


def test_a_file_somebody_still_writes_to_settles_anew(inbox, clock, path):
    (path / "talk.txt").write_text("x")
    settled(inbox, clock)
    inbox.scan()
    inbox.begin_to_settle(next(inbox.list_settled()))
    assert ready(inbox) == []
    clock.now += 3
    assert ready(inbox) == ["talk.txt"]


def test_an_empty_file_waits_long_for_its_content_before_it_is_taken(inbox, clock, path):
    (path / "talk.txt").touch()
    assert settled(inbox, clock) == []
    assert inbox.quiet
    clock.now += EMPTY_GRACE
    assert ready(inbox) == ["talk.txt"]
    (path / "talk.txt").write_text("x")
    assert settled(inbox, clock) == ["talk.txt"]
    assert not inbox.quiet


def test_a_file_that_is_still_empty_keeps_no_other_format_of_its_stem_waiting(inbox, clock, path):
    (path / "talk.srt").write_text("x")
    (path / "talk.txt").touch()
    inbox.scan()
    clock.now += inbox.settle_seconds
    (candidate,) = inbox.list_settled()
    assert inbox.find_bundle(candidate) == [candidate]


def test_the_settle_time_is_counted_by_our_own_clock_and_not_by_the_files_times(inbox, clock, path):
    for name, stamp in (("old.txt", 0), ("future.txt", 4_000_000_000)):
        (path / name).write_text("x")
        os.utime(path / name, (stamp, stamp))
    assert ready(inbox) == []
    assert sorted(settled(inbox, clock)) == ["future.txt", "old.txt"]


def test_a_file_that_cannot_be_taken_is_said_once_tried_again_later_and_is_not_waited_for(
    inbox, clock, path, caplog
):
    (path / "talk.txt").write_text("x")
    settled(inbox, clock)
    inbox.scan()
    (candidate,) = inbox.list_settled()
    for _ in range(2):
        inbox.refuse_file(candidate, "Permission denied")
        assert ready(inbox) == []
        assert inbox.quiet
        clock.now += REFUSED_SECONDS + 3
        assert ready(inbox) == ["talk.txt"]
    assert caplog.text.count("untaken") == 1
    (path / "talk.txt").write_text("longer")
    inbox.scan()
    assert not inbox.quiet


# --- order and cost ---------------------------------------------------------------------------------------


def test_the_oldest_comes_first_by_when_it_came_here_whatever_its_name_and_folder(
    inbox, clock, path, tmp_path
):
    probe = tmp_path / "probe"
    names = ["z.txt", "sub/a.txt", "b.txt", "sub/deep/c.txt", "a.txt"]
    for name in names:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text("x")
        probe.touch()
        while probe.stat().st_ctime_ns <= (path / name).stat().st_ctime_ns:
            probe.touch()  # until the kernel stamps files with another time
    assert settled(inbox, clock) == names


def test_what_was_claimed_or_is_gone_does_not_come_again(inbox, clock, path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (path / name).write_text("x")
    settled(inbox, clock)
    inbox.scan()
    first = next(inbox.list_settled())
    inbox.forget_file(first)
    inbox.forget_file(first)
    assert [candidate.path for candidate in inbox.list_settled()] == ["b.txt", "c.txt"]
    (path / "b.txt").unlink()
    (path / "a.txt").unlink()
    assert ready(inbox) == ["c.txt"]
    assert inbox.waiting == 1


def test_what_was_offered_and_not_taken_is_offered_again_by_the_next_scan(inbox, clock, path):
    (path / "a.txt").write_text("x")
    assert settled(inbox, clock) == ["a.txt"]
    assert list(inbox.list_settled()) == []
    assert ready(inbox) == ["a.txt"]


@pytest.mark.long
@pytest.mark.parametrize("head", ["settled", "empty", "fresh"])
def test_ten_thousand_files_are_looked_at_once_each_whatever_the_oldest_of_them_waits_for(
    inbox, clock, path, head
):
    count = 10_000
    (path / "head").write_text("" if head == "empty" else "x")
    (path / "file").write_text("x")
    for number in range(count):
        os.link(path / "file", path / f"{number}.txt")
    settled(inbox, clock)
    began = time.process_time()
    inbox.scan()
    one_scan = time.process_time() - began
    if head == "fresh":
        (oldest,) = (candidate for candidate, _ in inbox._seen.values() if candidate.path == "head")
        inbox.begin_to_settle(oldest)
    began = time.process_time()
    taken = 0
    while (candidate := next(inbox.list_settled(), None)) is not None:
        inbox.forget_file(candidate)
        taken += 1
    assert taken == count + 1 + (head == "settled")
    assert inbox.waiting == (head != "settled")
    assert time.process_time() - began < 5 * one_scan


# --- what is no file, and what can't be listed ----------------------------------------


def test_links_and_pipes_are_left_and_reported_once_for_as_long_as_they_are_there(
    inbox, clock, path, tmp_path, caplog
):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "talk.txt").write_text("x")
    (path / "link.txt").symlink_to(tmp_path / "outside" / "talk.txt")
    (path / "folder").symlink_to(tmp_path / "outside")
    os.mkfifo(path / "pi\x1b[2Jpe")
    for _ in range(3):
        assert settled(inbox, clock) == []
    assert caplog.text.count("skipped") == 3
    assert "\x1b" not in caplog.text
    (path / "link.txt").unlink()
    inbox.scan()
    (path / "link.txt").symlink_to("/nowhere")
    inbox.scan()
    assert caplog.text.count("skipped") == 4


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_subfolder_that_can_not_be_listed_is_reported_and_the_rest_goes_on(inbox, clock, path, caplog):
    (path / "closed").mkdir(mode=0)
    (path / "talk.txt").write_text("x")
    assert settled(inbox, clock) == ["talk.txt"]
    assert caplog.text.count("can't be listed") == 1


def test_an_inbox_that_is_not_there_raises_and_what_was_known_stays(inbox, clock, path):
    (path / "talk.txt").write_text("x")
    inbox.scan()
    path.rename(path.with_name("away"))
    with pytest.raises(OSError, match="inbox"):
        inbox.scan()
    assert inbox.waiting == 1


def test_names_that_are_no_text_are_taken_as_they_are(inbox, clock, path):
    os.close(os.open(os.fsencode(path) + b"/na\xffme.txt", os.O_CREAT))
    os.truncate(path / "na\udcffme.txt", 1)
    assert settled(inbox, clock) == ["na\udcffme.txt"]


# --- writers ------------------------------------------------------------------------------------------------


def test_without_the_kernels_word_a_file_settles_longer(inbox, clock, path):
    (path / "talk.txt").write_text("x")
    settled(inbox, clock)
    inbox.scan()
    (candidate,) = inbox.list_settled()
    assert not inbox.has_settled_without_lease(candidate)
    clock.now += NO_LEASE_SETTLE - 3
    assert inbox.has_settled_without_lease(candidate)
    inbox.settle_seconds = 60
    assert not inbox.has_settled_without_lease(candidate)


def test_on_a_network_filesystem_a_file_settles_longer_whatever_the_kernel_says(inbox, clock, path):
    (path / "talk.txt").write_text("x")
    (path / "empty.txt").touch()
    inbox.remote = True
    assert settled(inbox, clock) == []
    assert inbox.next_due() == NO_LEASE_SETTLE - inbox.settle_seconds
    clock.now += NO_LEASE_SETTLE - inbox.settle_seconds
    assert ready(inbox) == ["talk.txt"]
    inbox.settle_seconds = 2 * NO_LEASE_SETTLE
    assert ready(inbox) == []


def test_a_file_is_told_from_another_of_its_name(inbox, path):
    (path / "talk.txt").write_text("x")
    inbox.scan()
    inbox.settle_seconds = 0
    (candidate,) = inbox.list_settled()
    with Folder(str(path)) as folder:
        assert is_unchanged(folder, "talk.txt", candidate)
        (path / "talk.txt").rename(path / "other.txt")
        assert not is_unchanged(folder, "talk.txt", candidate)
        (path / "talk.txt").mkdir()
        assert not is_unchanged(folder, "talk.txt", candidate)


def test_what_can_not_be_taken_keeps_what_belongs_to_it_and_both_are_tried_again_together(inbox, clock, path):
    for name in ("talk.json", "talk.vtt", "other.vtt"):
        (path / name).write_text("hello")
    settled(inbox, clock)
    inbox.scan()
    (refused,) = [candidate for candidate in inbox.list_settled() if candidate.path == "talk.json"]
    inbox.refuse_file(refused, "Permission denied")
    assert not inbox.quiet
    (path / "other.vtt").unlink()
    assert ready(inbox) == []
    assert inbox.quiet
    clock.now += REFUSED_SECONDS + inbox.settle_seconds
    inbox.scan()
    bundles = [[one.path for one in inbox.find_bundle(candidate)] for candidate in inbox.list_settled()]
    assert bundles == [["talk.json", "talk.vtt"]] * 2


def test_an_outbox_below_the_inbox_is_named_and_nothing_in_it_is_taken(inbox, clock, path):
    outbox = path / "garden"
    (outbox / "talk").mkdir(parents=True)
    (outbox / "talk" / "talk.md").write_text("Ann: so we begin")
    (outbox / "STATUS.txt").write_text("transcriptd is not running. Start it with: transcriptd run")
    (path / "town").mkdir()
    (path / "town" / "STATUS.txt").write_text("Ann: transcriptd is what we talk of")
    assert settled(inbox, clock) == ["town/STATUS.txt"]
    assert inbox.passed_over == {"garden": ANOTHER_OUTBOX}


def test_another_root_below_the_inbox_keeps_its_files_and_is_named(inbox, clock, path):
    root = path / "garden"
    for folder in ("state", "outbox/talk"):
        (root / folder).mkdir(parents=True)
    (root / "state" / ".lock").touch()
    (root / "outbox" / "STATUS.txt").write_text("transcriptd is running.")
    (root / "outbox" / "talk" / "talk.md").write_text("Ann: so we begin")
    (path / "talk.txt").write_text("Ann: so we begin")
    assert settled(inbox, clock) == ["talk.txt"]
    assert inbox.passed_over == {"garden": ANOTHER_ROOT}


def test_of_a_file_that_has_changed_it_is_not_said_why_it_could_not_be_taken_before(path, inbox, clock):
    (path / "talk.vtt").write_text("WEBVTT")
    inbox.scan()
    inbox.refuse_file(inbox.list_oldest(1)[0], "Permission denied")
    (path / "talk.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nGood.")
    (path / "talk.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nGood.")
    inbox.scan()
    waiting = {one.path: one for one in inbox.list_oldest(2)}
    inbox.refuse_file(waiting["talk.srt"], "its folder is read-only")
    assert {inbox.find_refusal(one) for one in waiting.values()} == {"its folder is read-only"}


@pytest.mark.parametrize(
    "numbered", ["talk.edits (1).json", "talk.edits(1).json", "talk.edits-1.json", "a.edits 2.json"]
)
def test_edits_that_were_saved_again_are_known_by_whatever_number_a_browser_gives_them(numbered):
    assert is_edits_name(numbered)
