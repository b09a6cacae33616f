"""The outbox: a result appears whole and once, and nothing there is ever overwritten."""

import errno
import itertools
import json
import os
import shutil
import stat

import pytest

from daemon.delivery.outbox.exchange import finish_replacements
from daemon.delivery.outbox.outbox_folder import Outbox
from daemon.delivery.outbox.staging import Parcel
from daemon.errors import ServiceError
from daemon.system.files import Folder
from tests.proofs.power_cut import every_kill

ID = "20260102T030405-0a1b2c3d"
OTHER = "20260102T030406-ffffffff"


def parcel_of(text="cleaned", job_id=ID):
    """A result of two files."""
    summary = {"job_id": job_id, "source": "talk.txt"}
    return Parcel({"talk.md": text.encode(), "summary.json": json.dumps(summary).encode()})


def tree(path):
    """Every file below a folder, hidden ones too."""
    return {str(f.relative_to(path)): f.read_text() for f in sorted(path.rglob("*")) if f.is_file()}


@pytest.fixture
def path(tmp_path):
    (tmp_path / "outbox").mkdir()
    return tmp_path / "outbox"


@pytest.fixture
def outbox(path):
    return Outbox(str(path))


def deliver(outbox, name="talk.txt", job_id=ID, text="cleaned"):
    return outbox.deliver_result(name, job_id, parcel_of(text, job_id))


def deliver_again(outbox, name="talk.txt", job_id=ID):
    """What is done where an earlier attempt may have got through."""
    return outbox.find_ended(name, job_id) or deliver(outbox, name, job_id)


def reject_again(outbox, name="talk.txt", job_id=ID):
    return outbox.find_ended(name, job_id) or outbox.reject_original(name, job_id, parcel_of(job_id=job_id))


# --- where a result comes to lie --------------------------------------------------------------------


def test_a_result_mirrors_the_subfolder_of_its_source(outbox, path):
    assert deliver(outbox, "course/week 1/talk.v2.txt") == "course/week 1/talk.v2"
    assert sorted(os.listdir(path / "course/week 1/talk.v2")) == ["summary.json", "talk.md"]
    assert os.listdir(path) == ["course"]


def test_names_that_are_taken_are_numbered_and_what_has_them_stays(outbox, path):
    (path / "talk").write_text("a file of somebody")
    (path / "talk-2").mkdir()
    (path / "talk-2" / "mine").write_text("mine")
    (path / "talk-3").symlink_to("/nowhere")
    (path / "talk-4").mkdir()
    assert deliver(outbox) == "talk-5"
    assert (path / "talk").read_text() == "a file of somebody"
    assert tree(path / "talk-2") == {"mine": "mine"}
    assert os.listdir(path / "talk-4") == []


@pytest.mark.parametrize("name", ["rejected", "Rejected", "STATUS.txt", "status.TXT", "PAUSE", "pause.txt"])
def test_reserved_names_count_as_taken_in_any_case_at_the_top_only(outbox, name):
    assert deliver(outbox, f"{name}.srt") == f"{name}-2"
    assert deliver(outbox, f"{name}/talk.srt", OTHER) == f"{name}-3/talk"
    assert deliver(outbox, f"course/{name}.srt") == f"course/{name}"


@pytest.mark.parametrize("name", [".hidden.txt", "..twice.txt", "...txt"])
def test_a_result_is_never_hidden_by_its_name(outbox, path, name):
    found = deliver(outbox, name)
    assert not found.startswith(".")
    assert (path / found / "talk.md").exists()
    assert [where for where, _ in outbox.find_results(name)] == [found]


def test_nothing_is_delivered_below_a_folder_that_is_a_result(outbox):
    assert deliver(outbox, "course.txt") == "course"
    assert deliver(outbox, "course/talk.txt", OTHER) == "course-2/talk"
    assert [where for where, _ in outbox.find_results("course/talk.txt")] == ["course-2/talk"]


def test_a_result_called_as_the_file_in_each_makes_no_result_of_the_folder_it_lies_in(outbox):
    assert deliver(outbox, "course/summary.json.txt") == "course/summary.json"
    assert deliver(outbox, "course/talk.txt", OTHER) == "course/talk"
    for name in ("course/summary.json", "course/talk"):
        assert [where for where, _ in outbox.find_results(f"{name}.txt")] == [name]
    assert outbox.reject_original("summary.json.txt", ID, parcel_of()) == "rejected/summary.json"
    assert outbox.reject_original("talk.txt", OTHER, parcel_of()) == "rejected/talk"


def test_a_link_or_a_file_in_the_place_of_a_subfolder_is_passed_over(outbox, path, tmp_path, caplog):
    (tmp_path / "elsewhere").mkdir()
    (path / "course").symlink_to(tmp_path / "elsewhere")
    (path / "course-2").touch()
    assert deliver(outbox, "course/talk.txt") == "course-3/talk"
    assert f"passed over path='{path}/course-2'" in caplog.text
    assert os.listdir(tmp_path / "elsewhere") == []


def test_what_is_rejected_lies_below_rejected_under_any_name(outbox):
    assert outbox.reject_original("talk.txt", ID, parcel_of()) == "rejected/talk"
    assert outbox.reject_original("course/talk.txt", ID, parcel_of()) == "rejected/course/talk"
    assert outbox.reject_original("rejected/pause.txt", ID, parcel_of()) == "rejected/rejected/pause"
    assert outbox.reject_original("talk.txt", OTHER, parcel_of()) == "rejected/talk-2"


@pytest.mark.parametrize("name", ["x" * 251 + ".txt", "日本" * 41 + ".txt"])
def test_the_longest_names_find_room_for_their_numbers(outbox, path, name):
    found = [deliver(outbox, name, job_id) for job_id in (ID, OTHER)]
    assert found[1] == f"{found[0]}-2"
    assert sorted(os.listdir(path)) == sorted(found)


# --- repeated, and cut off -----------------------------------------------------------------------------


def test_a_delivery_that_got_through_is_found_again_behind_others_of_its_name(outbox, path):
    deliver(outbox, job_id=OTHER, text="another")
    assert deliver(outbox) == "talk-2"
    before = tree(path)
    assert deliver_again(outbox) == "talk-2"
    assert tree(path) == before


def test_a_rejection_that_got_through_is_found_again(outbox, path):
    for _ in range(2):
        assert reject_again(outbox, "sub/talk.txt") == "rejected/sub/talk"
    assert os.listdir(path / "rejected/sub") == ["talk"]


@pytest.mark.parametrize("name", ["talk.txt", "course/talk.txt"])
def test_a_delivery_killed_anywhere_and_repeated_leaves_one_whole_result(tmp_path, name):
    def make(number):
        (tmp_path / f"outbox-{number}").mkdir()
        return Outbox(str(tmp_path / f"outbox-{number}"))

    for outbox in every_kill(make, lambda outbox: deliver(outbox, name)):
        assert deliver_again(outbox, name) == name[:-4]
        found = tree(tmp_path / outbox.path)
        assert sorted(found) == [f"{name[:-4]}/summary.json", f"{name[:-4]}/talk.md"]


def test_a_half_built_result_is_emptied_and_built_anew(outbox, path):
    partial = path / f".{ID}.partial"
    (partial / "deep").mkdir(parents=True)
    (partial / "deep" / "old.md").write_text("old")
    deliver(outbox)
    assert sorted(tree(path)) == ["talk/summary.json", "talk/talk.md"]


def test_a_build_that_fails_leaves_no_result(outbox, path):
    with Folder(str(path)) as folder, pytest.raises(FileNotFoundError):
        outbox.deliver_result(
            "talk.txt", ID, Parcel({"talk.md": b"half"}, {"original.txt": (folder, "gone.txt")})
        )
    assert list(outbox.find_results("talk.txt")) == []
    assert [name for name in os.listdir(path) if not name.startswith(".")] == []
    assert deliver(outbox) == "talk"
    assert os.listdir(path) == ["talk"]


def test_a_folder_that_can_not_be_looked_into_is_left_open_by_no_delivery(outbox, path, monkeypatch):
    (path / "course").mkdir()
    opened, stat_of, sub = [], Folder.stat, Folder.sub

    def open_inner(folder, name):
        opened.append(sub(folder, name))
        return opened[-1]

    def refuse(folder, name):
        if name == "summary.json" and folder.path.endswith("course"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return stat_of(folder, name)

    monkeypatch.setattr(Folder, "sub", open_inner)
    monkeypatch.setattr(Folder, "stat", refuse)
    with pytest.raises(PermissionError):
        deliver(outbox, "course/talk.txt")
    assert {folder.fd for folder in opened} == {-1}


@pytest.mark.parametrize("name", [f".{ID}.partial", ".render-999999"])
@pytest.mark.parametrize("leads", [None, "../elsewhere", "nowhere"])
def test_what_is_no_folder_is_none_that_was_hidden_whatever_its_name(outbox, path, name, leads):
    (path.parent / "elsewhere").mkdir()
    (path.parent / "elsewhere" / "mine.txt").write_text("mine")
    if leads is None:
        (path / name).write_text("mine")
    else:
        (path / name).symlink_to(leads)
    outbox.sweep(set())
    finish_replacements(outbox)
    assert os.path.lexists(path / name)
    assert (path.parent / "elsewhere" / "mine.txt").read_text() == "mine"


def test_sweeping_removes_half_built_results_of_closed_jobs_and_nothing_else(outbox, path):
    kept = [f".{OTHER}.partial", ".mine.partial", ".rsync.partial", ".20260102T030405-x.partial", "a.partial"]
    for name in (f".{ID}.partial", *kept):
        (path / name).mkdir()
        (path / name / "file").touch()
    outbox.sweep({OTHER})
    assert sorted(os.listdir(path)) == sorted(kept)


def test_results_of_a_name_are_told_from_those_of_others_and_from_damaged_ones(outbox, path):
    deliver(outbox)
    deliver(outbox, job_id=OTHER)
    deliver(outbox, "talk-3.txt")
    (path / "talk" / "summary.json").write_text("{")
    (path / "talk-3" / "summary.json").write_text("[]")
    assert [(where, s["job_id"]) for where, s in outbox.find_results("talk.txt")] == [("talk-2", OTHER)]
    assert list(outbox.find_results("nowhere/talk.txt")) == []
    assert "nowhere" not in os.listdir(path)


@pytest.mark.parametrize("name", ["talk.txt", "course/talk.txt"])
def test_what_was_delivered_is_known_though_an_earlier_result_was_removed(outbox, path, name):
    first, second = deliver(outbox, name, OTHER), deliver(outbox, name)
    shutil.rmtree(path / first)
    assert [where for where, _ in outbox.find_results(name)] == [second]
    assert deliver_again(outbox, name) == outbox.find_ended(name, ID) == second


def test_what_lies_in_a_numbered_subfolder_is_known_though_the_first_was_removed(outbox, path):
    deliver(outbox, "course.txt", OTHER)
    assert deliver(outbox, "course/talk.txt") == "course-2/talk"
    shutil.rmtree(path / "course")
    assert deliver_again(outbox, "course/talk.txt") == "course-2/talk"


def test_what_was_delivered_is_known_whatever_was_put_beside_its_files_since(outbox, path):
    result = path / deliver(outbox)
    (result / "earlier" / "2026-01-02T03-04-05").mkdir(parents=True)  # as when it was amended
    (result / "talk.mp4").symlink_to("/elsewhere/talk.mp4")
    os.mkfifo(result / "pipe")
    assert outbox.find_ended("talk.txt", ID) == "talk"


def test_a_job_that_was_delivered_is_not_rejected_and_the_other_way_round(outbox):
    assert deliver(outbox) == reject_again(outbox) == "talk"
    refused = outbox.reject_original("a/talk.txt", OTHER, parcel_of(job_id=OTHER))
    assert deliver_again(outbox, "a/talk.txt", OTHER) == refused == "rejected/a/talk"
    assert outbox.find_ended("talk.txt", OTHER) is None


def test_what_was_half_built_for_a_job_is_deleted_when_it_is_abandoned(outbox, path):
    for job_id in (ID, OTHER):
        (path / f".{job_id}.partial").mkdir()
        (path / f".{job_id}.partial" / "talk.md").touch()
    for _ in range(2):
        outbox.abandon_result(ID)
        assert os.listdir(path) == [f".{OTHER}.partial"]


def test_deliveries_by_the_hundred_leave_no_descriptor_open(outbox):
    deliver(outbox, "a/b.txt")
    before = len(os.listdir("/proc/self/fd"))
    for number in range(20):
        deliver(outbox, f"a/{number}.txt")
        reject_again(outbox, f"a/{number}.txt")
        list(outbox.find_results(f"a/{number}.txt"))
    assert len(os.listdir("/proc/self/fd")) == before


# --- permissions, STATUS.txt ------------------------------------------------------------------------------


@pytest.mark.parametrize("umask", [0o000, 0o077])
@pytest.mark.parametrize(("mode", "file_mode"), [(0o755, 0o644), (0o2770, 0o660), (0o700, 0o600)])
def test_everything_takes_the_permissions_of_the_outbox_whatever_the_umask(path, umask, mode, file_mode):
    path.chmod(mode)
    before = os.umask(umask)
    try:
        outbox = Outbox(str(path))
        deliver(outbox, "course/talk.txt")
        outbox.write_status("fine")
    finally:
        os.umask(before)
    for found in path.rglob("*"):
        assert stat.S_IMODE(found.stat().st_mode) == (mode if found.is_dir() else file_mode), found


def leave_all_groups(monkeypatch):
    """Allow from now on what the system allows somebody who is in no group of the outbox."""
    fchmod = os.fchmod

    def refuse(*args, **where):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "fchmod", lambda fd, mode: fchmod(fd, mode & ~stat.S_ISGID))
    monkeypatch.setattr(os, "chown", refuse)
    monkeypatch.setattr(os, "fchown", refuse)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder any group")
def test_files_take_the_group_that_the_outbox_gives_also_for_who_is_not_in_it(path, monkeypatch):
    os.chown(path, -1, 54321)
    path.chmod(0o2770)
    leave_all_groups(monkeypatch)
    outbox = Outbox(str(path))
    deliver(outbox, "talk.txt")
    deliver(outbox, "course/talk.txt", OTHER)
    outbox.reject_original("course/talk.txt", ID, parcel_of())
    files = [found.stat() for found in path.rglob("*") if found.is_file()]
    assert {(found.st_gid, stat.S_IMODE(found.st_mode)) for found in files} == {(54321, 0o660)}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder any group")
def test_everything_takes_the_group_of_the_outbox(path):
    os.chown(path, -1, 54321)
    outbox = Outbox(str(path))
    deliver(outbox, "course/talk.txt")
    outbox.reject_original("course/talk.txt", ID, parcel_of())
    outbox.write_status("fine")
    assert {found.stat().st_gid for found in path.rglob("*")} == {54321}


def test_a_copy_in_a_result_has_the_bytes_and_the_time_of_its_original(outbox, path, tmp_path):
    original = tmp_path / "original.txt"
    original.write_bytes(b"\xff\x00said")
    os.utime(original, (1, 1_600_000_000))
    with Folder(str(tmp_path)) as folder:
        outbox.deliver_result("talk.txt", ID, Parcel({}, {"original.txt": (folder, "original.txt")}))
    assert (path / "talk/original.txt").read_bytes() == b"\xff\x00said"
    assert (path / "talk/original.txt").stat().st_mtime == 1_600_000_000


def test_the_status_is_rewritten_in_place(outbox, path):
    for text in ("one", "two \udcff"):
        outbox.write_status(text)
    assert (path / "STATUS.txt").read_text() == "two ?"
    assert os.listdir(path) == ["STATUS.txt"]


# --- an outbox that is not there ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ask",
    [
        deliver,
        lambda outbox: outbox.reject_original("talk.txt", ID, parcel_of()),
        lambda outbox: outbox.find_ended("talk.txt", ID),
        lambda outbox: list(outbox.find_results("talk.txt")),
        lambda outbox: outbox.sweep(set()),
        lambda outbox: outbox.write_status("fine"),
    ],
)
def test_an_outbox_that_is_gone_is_everybodys_fault_and_is_never_made_again(outbox, path, ask):
    path.rmdir()
    with pytest.raises(ServiceError, match="outbox"):
        ask(outbox)
    assert not path.exists()


def test_an_outbox_on_another_device_is_refused(path):
    outbox = Outbox("/proc/self/task")
    outbox.pinned.path = str(path)  # as if something else were mounted there since
    with pytest.raises(ServiceError, match="another device"):
        deliver(outbox)
    assert os.listdir(path) == []


def test_a_number_is_found_among_hundreds(outbox):
    ids = [f"20260102T030405-{number:08x}" for number in range(60)]
    found = [deliver(outbox, job_id=job_id) for job_id in ids]
    assert found == ["talk", *(f"talk-{n}" for n in itertools.islice(itertools.count(2), 59))]
