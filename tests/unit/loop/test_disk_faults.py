"""What a disk or a share answers: asked again, held, done without, or told of one file alone."""

import errno
import json
import os
import stat
from datetime import UTC, datetime

import pytest

from daemon.errors import ServiceError
from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from daemon.status.live_record import DAEMON_FILE
from daemon.status.publisher import encode_live_record, take_snapshot
from daemon.status.snapshot import read_snapshot
from daemon.store.state_folder import State
from daemon.system import file_names, files, open_file
from daemon.system.disk_faults import disk_fault, job_fault, name_path, refuse_start_at_disk
from daemon.system.hidden_names import HiddenName, Use
from tests.conftest import TRANSCRIPT, until
from tests.faulty_disk import Faulty, path_of

PASSING = (
    "ESTALE ETIMEDOUT EHOSTDOWN ENOTCONN EAGAIN EBUSY EKEYEXPIRED EMFILE ENFILE ENOMEM EINTR EACCES".split()
)
LASTING = "ENOSPC EDQUOT EIO EROFS".split()
FOLDERS = ("inbox", "outbox", "state")


pytestmark = [pytest.mark.usefixtures("short_waits"), pytest.mark.long]


def of_a_folder(path):
    return os.path.isdir(path)


def is_no_status(path):
    return not path.endswith("STATUS.txt")


def no_bug(caplog):
    return not any("bug" in record.getMessage() for record in caplog.records)


# --- passing: asked again ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*PASSING, *LASTING])
def test_one_refused_rename_in_outbox_delays_a_finished_job_and_no_more(
    root, work, monkeypatch, caplog, name
):
    faulty = Faulty(monkeypatch, "rename", root.outbox, name, only=is_no_status)
    root.drop("talk.txt")
    work()
    assert faulty.hits == 1
    assert no_bug(caplog)
    assert not list(root.state.glob("*/FAILED"))


@pytest.mark.parametrize("name", ["ESTALE", "EIO"])
@pytest.mark.parametrize("call", ["rename", "mkdir", "open", "fsync", "unlink"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_whatever_call_fails_for_a_while_all_goes_on_by_itself_when_it_is_over(
    root, work, monkeypatch, caplog, name, call, folder
):
    monkeypatch.setattr("daemon.intake.inbox.REFUSED_SECONDS", 0.05)
    root.drop("warm.txt")
    work(lambda: root.results() == ["warm"])
    root.drop("talk.txt")
    Faulty(monkeypatch, call, root.path / folder, name, times=2, only=is_no_status)
    work(lambda: root.results() == ["talk", "warm"])
    assert no_bug(caplog)
    assert (root.outbox / "talk" / "original.txt").read_text() == TRANSCRIPT


def test_a_fault_of_one_file_is_told_with_its_path_and_tried_again_by_itself(root, work, monkeypatch):
    faulty = Faulty(monkeypatch, "rename", root.outbox, "EACCES", times=10**6, only=is_no_status)
    root.drop("talk.txt")
    work((root.state / "talk" / "FAILED").exists)
    said = (root.state / "talk" / "FAILED").read_text()
    assert str(root.outbox) in said
    assert "Permission denied" in said
    assert "by itself" in said
    faulty.left = 0
    work()


@pytest.mark.parametrize("error", ["EBUSY", "ETXTBSY", "EFBIG"])
def test_a_file_that_is_open_elsewhere_or_too_large_keeps_no_other_file_waiting(
    root, work, monkeypatch, error
):
    monkeypatch.setattr("daemon.intake.inbox.REFUSED_SECONDS", 0.05)
    moved_in = f"{root.state}/first/source.txt"
    faulty = Faulty(monkeypatch, "rename", root.state, error, times=10**6, only=lambda path: path == moved_in)
    root.drop("first.txt")
    os.utime(root.inbox / "first.txt", (0, 0))
    root.drop("second.txt", "Ann: um this is the other talk, which nobody has open.\n")
    supervisor = work(lambda: root.results() == ["second"])
    assert supervisor.jobs.holds.held is None
    faulty.left = 0
    work(lambda: root.results() == ["first", "second"])


def test_a_limit_too_low_for_a_job_is_named_where_its_file_waits(root, work, monkeypatch):
    monkeypatch.setattr("daemon.intake.inbox.REFUSED_SECONDS", 0.05)
    faulty = Faulty(monkeypatch, "write", root.state, "EFBIG", times=10**6, only=is_no_status)
    root.drop("talk.txt")
    supervisor = work(lambda: faulty.left < 10**6)
    [candidate] = supervisor.inbox.list_oldest(1)
    reason = supervisor.inbox.find_refusal(candidate)
    assert "nothing can be written of its job (File too large); raise the limit on a file" in reason
    faulty.left = 0
    work(lambda: root.results() == ["talk"])


def test_a_hold_for_a_full_disk_names_the_folder_and_what_failed(root, work, monkeypatch, caplog):
    Faulty(monkeypatch, "rename", root.outbox, "ENOSPC", only=is_no_status)
    root.drop("talk.txt")
    work()
    (held,) = [record.getMessage() for record in caplog.records if "held" in record.getMessage()]
    assert f"takes no writes in {root.outbox} (" in held


@pytest.mark.parametrize("what", ["plan.jsonl", "0000.json"])
def test_what_can_not_be_read_for_a_moment_is_not_taken_for_gone_and_paid_for_again(
    root, monkeypatch, work, what
):
    root.drop("talk.txt")
    monkeypatch.setattr("daemon.loop.steps.ending.Ending.deliver_job", lambda *_, **__: 1 / 0)
    work((root.state / "talk" / "FAILED").exists)
    state = State(str(root.state))
    (job,) = state.list_jobs()
    Faulty(monkeypatch, "open", root.state, "EMFILE", only=lambda path: path.endswith(what))
    with pytest.raises(OSError, match="open files"):
        job.load_progress()
    job.load_progress()
    assert not job.missing
    assert not list(root.state.glob("*/*.foreign-*"))
    job.folder.close()
    state.close()


# --- this disk can't -------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(
    ("call", "name"),
    [
        *[("fsync", name) for name in ("EINVAL", "EBADF", "ENOSYS", "EPERM", "EIO", "EOPNOTSUPP")],
        *[("fchmod", name) for name in ("EPERM", "ENOSYS", "EOPNOTSUPP")],
        *[("link", name) for name in ("EPERM", "ENOSYS", "EINVAL", "EMLINK", "EACCES")],
        *[("utime", name) for name in ("EPERM", "ENOSYS")],
        *[("lseek", "EINVAL")],
    ],
)
def test_a_call_that_a_disk_does_not_have_is_done_without_and_said(
    root, work, monkeypatch, caplog, folder, call, name
):
    only = of_a_folder if call == "fsync" else is_no_status
    if call == "lseek":
        monkeypatch.setattr(os, "lseek", without_holes(os.lseek))
    else:
        below = root.path if name == "EIO" else root.path / folder  # they lie on one disk
        Faulty(monkeypatch, call, below, name, times=10**6, only=only)
    root.write_config(layout="flat")
    root.drop("talk.txt")
    work((root.outbox / "talk.md").exists)
    assert no_bug(caplog)
    assert root.results() == ["talk"]
    if call in ("fsync", "fchmod", "link"):
        said = [record.getMessage() for record in caplog.records if "limit folder" in record.getMessage()]
        assert any(str(root.path / folder) in line for line in said)


def without_holes(real):
    def lseek(fd, offset, whence):
        if whence in (os.SEEK_DATA, os.SEEK_HOLE):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return real(fd, offset, whence)

    return lseek


def test_a_disk_that_synced_folders_before_and_says_eio_now_is_broken_and_not_unable(tmp_path, monkeypatch):
    with files.Folder(str(tmp_path)) as folder:
        folder.fsync()
        Faulty(monkeypatch, "fsync", tmp_path, "EIO", times=9, only=of_a_folder)
        with pytest.raises(OSError, match="Input/output"):
            folder.fsync()


# --- this name can't -------------------------------------------------------------------------------------


def refuse_names(monkeypatch, below, refused, number):
    """A filesystem below a folder that has no such names."""
    for call in ("mkdir", "rename", "open"):
        real = getattr(os, call)

        def fail(*args, _real=real, _call=call, **where):
            path = path_of(_call, args, where)
            last = os.path.basename(path)
            if path.startswith(str(below)) and last != "." and refused(last):
                raise OSError(number, os.strerror(number))
            return _real(*args, **where)

        monkeypatch.setattr(os, call, fail)


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("Meeting 10:30.txt", "Meeting 10_30"),
        ("what?.txt", "what_"),
        ("a|b<c>.txt", "a_b_c_"),
        ("dots..txt", "dots_"),
        ("CON.txt", "_CON"),
        ("course: one/talk.txt", "course_ one/talk"),
    ],
)
@pytest.mark.parametrize("layout", ["folder", "flat"])
@pytest.mark.parametrize("below", ["outbox", "state"])
def test_a_name_that_the_disk_does_not_have_is_spelt_otherwise(
    root, work, monkeypatch, caplog, name, result, layout, below
):
    def refused(last):
        stem = last.split(".")[0].lower()
        return bool(set(last) & set(':?|<>"*')) or last.endswith((".", " ")) or stem in ("con", "nul")

    refuse_names(monkeypatch, root.path / below, refused, errno.EINVAL)
    root.write_config(layout=layout)
    root.drop(name)
    expected = result if below == "outbox" else os.path.splitext(name)[0]
    work(lambda: root.results() == [expected])
    assert no_bug(caplog)
    assert root.summary(expected)["source"] == name


def test_the_name_of_a_result_is_tried_before_its_transcript_is_read_by_a_model(root, work, monkeypatch):
    """Where the outbox takes no names at all, nothing is paid for."""
    cleaned = []
    monkeypatch.setattr(
        "daemon.loop.steps.cleaning.Cleaning.clean_chunk", lambda *_: cleaned.append(1) or 1 / 0
    )
    refuse_names(
        monkeypatch, root.outbox, lambda last: last.startswith(("talk", "_", "transcript-")), errno.EINVAL
    )
    root.drop("talk: one.txt")
    work((root.state / "talk: one" / "FAILED").exists)
    assert "not even plain names" in (root.state / "talk: one" / "FAILED").read_text()
    assert cleaned == []
    assert not list(root.outbox.glob(".*.partial"))


def test_where_names_may_have_143_bytes_long_ones_are_cut_and_stay_apart(root, work, monkeypatch):
    refuse_names(monkeypatch, root.outbox, lambda last: len(os.fsencode(last)) > 143, errno.ENAMETOOLONG)
    refuse_names(monkeypatch, root.state, lambda last: len(os.fsencode(last)) > 143, errno.ENAMETOOLONG)
    for end in "ab":
        root.drop("x" * 180 + end + ".txt", TRANSCRIPT + end)
    work(lambda: len(root.results()) == 2)
    assert {root.summary(each)["source"][-5] for each in root.results()} == {"a", "b"}


def test_a_delivery_under_another_name_is_known_again_after_a_crash(root, work, monkeypatch):
    refuse_names(monkeypatch, root.outbox, lambda last: ":" in last, errno.EINVAL)
    clear, times = State.clear_job, []

    def crash_once(state, job):
        times.append(job.name)
        if len(times) == 1:
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
        clear(state, job)

    monkeypatch.setattr(State, "clear_job", crash_once)
    root.drop("at 10:30.txt")
    work(lambda: len(times) == 2)
    assert root.results() == ["at 10_30"]


@pytest.mark.parametrize("seconds", [910692730085, -(10**11)])
def test_a_time_beyond_the_calendar_stops_no_delivery(root, work, monkeypatch, seconds):
    root.drop("talk.txt")
    real = os.fstat

    class Found:
        """What a disk says whose times go further than a calendar."""

        def __init__(self, found):
            self._found = found

        def __getattr__(self, name):
            return seconds * 10**9 if name == "st_mtime_ns" else getattr(self._found, name)

    monkeypatch.setattr("daemon.intake.claim.os.fstat", lambda fd: Found(real(fd)))
    work()
    assert "date: null" in (root.outbox / "talk" / "talk.md").read_text()


# --- one file never holds all ------------------------------------------------------------------------------


def test_what_is_to_be_rejected_and_finds_no_room_is_given_back_and_holds_nobody(root, work, monkeypatch):
    big = b"\0" * 5000
    real = os.write

    def no_room(fd, data):
        if len(data) == len(big) and str(root.outbox) in os.readlink(f"/proc/self/fd/{fd}"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(fd, data)

    monkeypatch.setattr(os, "write", no_room)
    root.drop("holiday.mp4", big)
    root.drop("talk.txt")
    supervisor = work(lambda: root.results() == ["rejected/holiday", "talk"])
    until(lambda: supervisor.look() or not supervisor.jobs.open_jobs)
    assert supervisor.jobs.holds.held is None
    assert (root.inbox / "holiday.mp4.rejected").read_bytes() == big

    assert "lies in the inbox" in (root.outbox / "rejected" / "holiday" / "REASON.txt").read_text()
    assert not (root.state / "holiday").exists()


@pytest.mark.parametrize("way", ["moved in", "copied in"])
def test_a_file_with_a_bad_sector_fails_alone_and_can_be_discarded(root, work, monkeypatch, caplog, way):
    monkeypatch.setattr("daemon.intake.claim._may_be_moved", lambda _: way == "moved in")
    bad = root.inbox / "bad.txt"
    root.drop("bad.txt", TRANSCRIPT + "Ann: more.\n")
    number = bad.stat().st_ino
    break_reading(monkeypatch, {number})
    supervisor = work((root.state / "bad" / "FAILED").exists)
    said = (root.state / "bad" / "FAILED").read_text()
    assert "can't be read (Input/output error)" in said
    root.drop("good.txt")
    work(lambda: root.results() == ["good"])
    assert supervisor.jobs.holds.held is None
    (root.state / "bad" / "DISCARD").touch()
    work(lambda: root.results() == ["good", "rejected/bad"])
    until(lambda: supervisor.look() or not supervisor.jobs.open_jobs)
    assert (root.inbox / "bad.txt.rejected").stat().st_ino == number
    assert supervisor.jobs.holds.held is None
    assert no_bug(caplog)


def break_reading(monkeypatch, numbers):
    """Let the files of these inodes be read no more: the disk under them is worn out."""
    read_block, read_whole = open_file._read_block, files.Folder.read

    def refuse(fd, path):
        if os.fstat(fd).st_ino in numbers:
            error = OSError(errno.EIO, os.strerror(errno.EIO))
            name_path(error, path, reading=True)
            raise error

    def read_a_block(source, size):
        refuse(source, open_file.path_of_open(source))
        return read_block(source, size)

    def read_all(folder, name):
        fd = folder.open(name)
        try:
            refuse(fd, os.path.join(folder.path, name))
        finally:
            os.close(fd)
        return read_whole(folder, name)

    monkeypatch.setattr(open_file, "_read_block", read_a_block)
    monkeypatch.setattr(files.Folder, "read", read_all)


def swap_for_link(path, secret):
    path.unlink()
    path.symlink_to(secret)


def swap_for_pipe(path, secret):
    path.unlink()
    os.mkfifo(path)


def swap_for_folder(path, secret):
    path.unlink()
    path.mkdir()
    (path / "inner.txt").write_text("theirs")


@pytest.mark.parametrize("swap", [swap_for_link, swap_for_pipe, swap_for_folder])
@pytest.mark.parametrize("where", ["state", "inbox"])
@pytest.mark.parametrize("how", ["plan", "DISCARD", "FRESH"])
def test_a_source_that_is_no_file_any_more_ends_its_job_and_nothing_foreign_is_read_or_deleted(
    root, work, tmp_path, swap, where, how
):
    secret = tmp_path / "secret"
    secret.write_text("TOPSECRET")
    state = State(str(root.state))
    ticket = type_of_ticket().new("talk.txt", 0, datetime.now(UTC))
    job = state.admit_job(ticket)
    hidden = root.inbox / HiddenName(Use.CLAIMED, ticket.job_id).build()
    path = root.state / "talk" / "source.txt" if where == "state" else hidden
    path.write_text(TRANSCRIPT)
    swap(path, secret)
    if how != "plan":
        job.leave_marker(how)
    job.folder.close()
    state.close()
    supervisor = work(lambda: root.results() == ["rejected/talk"])
    until(lambda: supervisor.look() or not supervisor.jobs.open_jobs)
    assert secret.read_text() == "TOPSECRET"
    given = root.inbox / "talk.txt.rejected"
    assert not stat.S_ISREG(given.lstat().st_mode)
    if given.is_dir():
        assert (given / "inner.txt").read_text() == "theirs"
    everything = [path for path in root.outbox.rglob("*") if path.is_file()]
    assert not any("TOPSECRET" in path.read_text() for path in everything)


def type_of_ticket():
    from daemon.store.ticket import Ticket

    return Ticket


# --- shares ------------------------------------------------------------------------------------------------


def test_on_a_share_files_settle_for_ten_seconds(root, work, monkeypatch):
    monkeypatch.setattr("daemon.intake.watch.mount_of", lambda folder: type("Share", (), {"remote": True}))
    supervisor = Supervisor(load_config(str(root.path / "config.yaml")), lambda *_, **__: None)
    try:
        supervisor._watch.ensure_watching()  # as `run` does before its first look
        root.drop("talk.txt")
        supervisor.look()
        assert supervisor.inbox.remote
        assert supervisor.inbox.next_due() > 8
    finally:
        supervisor.stop()
        supervisor._leave()


def test_a_source_that_is_written_to_after_it_was_read_is_noticed_and_both_are_kept(root, work, monkeypatch):
    root.drop("talk.txt")
    with open(root.inbox / "talk.txt", "rb") as reader:
        deliver = "daemon.loop.steps.ending.Ending.deliver_job"
        real = __import__("daemon.loop.steps.ending", fromlist=["Ending"]).Ending.deliver_job

        def write_late(ending, job, *, again):
            with open(f"/proc/self/fd/{reader.fileno()}", "ab") as late:
                late.write(b"Ann: more.\n")
            return real(ending, job, again=again)

        monkeypatch.setattr(deliver, write_late)
        work()
    result = root.outbox / "talk"
    summary = json.loads((result / "summary.json").read_text())
    assert (result / "original.txt").read_text() == TRANSCRIPT
    assert (result / "original-changed.txt").read_text() == TRANSCRIPT + "Ann: more.\n"
    assert any("written to after it was read" in line for line in summary["warnings"])


@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "ESTALE"])
def test_a_start_that_a_disk_refuses_promises_nothing_that_a_process_that_ends_can_not_keep(error):
    with pytest.raises(ServiceError) as caught, refuse_start_at_disk():
        raise OSError(getattr(errno, error), "no", "/somewhere/state/.lock")
    assert "then start it again" in caught.value.mend
    assert "by itself then" not in caught.value.mend


@pytest.mark.parametrize(
    ("name", "raised"), [("EMFILE", "LimitNOFILE="), ("ENFILE", "fs.file-max"), ("ENOMEM", "MemoryMax=")]
)
def test_where_files_or_memory_are_used_up_it_is_said_what_to_raise_and_no_disk_is_blamed(name, raised):
    error = OSError(getattr(errno, name), os.strerror(getattr(errno, name)), "/outbox/talk/talk.md")
    held = str(disk_fault(error))
    assert "The disk" not in held
    assert "/outbox/talk" in held
    assert raised in held
    with pytest.raises(ServiceError, match=raised), refuse_start_at_disk():
        raise error


def test_an_inbox_that_cannot_be_listed_for_want_of_files_says_what_to_raise(root, work, monkeypatch):
    monkeypatch.setattr("daemon.loop.supervisor._UNLISTED", 0.05)
    monkeypatch.setattr("daemon.intake.inbox.Inbox.scan", lambda inbox: _raise_emfile())
    supervisor = work(lambda: True)
    until(lambda: supervisor.look() or supervisor.jobs.holds.held is not None)
    assert "LimitNOFILE=" in supervisor.jobs.holds.held.reason


@pytest.mark.parametrize("unopened", ["talk.srt", "talk.txt"])
def test_want_of_files_holds_everybody_rather_than_refuse_the_file_that_met_it(
    root, work, monkeypatch, unopened
):
    limit = Faulty(
        monkeypatch, "open", root.inbox, "EMFILE", times=10**6, only=lambda path: path.endswith(unopened)
    )
    root.drop("talk.srt", "1\n00:00:01,000 --> 00:00:02,000\nHello and welcome to the show.\n")
    root.drop("talk.txt")
    supervisor = work(lambda: limit.hits)
    assert not supervisor.inbox.quiet  # `once` waits for it
    assert "LimitNOFILE=" in supervisor.jobs.holds.held.reason
    limit.left = 0
    work()


def _raise_emfile():
    raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


def test_a_file_whose_job_can_not_be_made_waits_and_is_told_where_that_failed(root, work, monkeypatch):
    monkeypatch.setattr("daemon.intake.inbox.REFUSED_SECONDS", 0.05)
    faulty = Faulty(
        monkeypatch, "mkdir", root.state, "EMLINK", times=10**6, only=lambda path: path.endswith("/talk")
    )
    root.drop("talk.txt")
    supervisor = work(lambda: faulty.left < 10**6)
    [candidate] = supervisor.inbox.list_oldest(1)
    reason = supervisor.inbox.find_refusal(candidate)
    assert f"{root.state}/talk can't be written" in reason
    assert "Too many links" in reason
    faulty.left = 0
    work(lambda: root.results() == ["talk"])


def test_of_what_is_not_permitted_a_write_protection_is_told_beside_the_rights():
    assert "lsattr" in str(job_fault(OSError(errno.EPERM, os.strerror(errno.EPERM), "/outbox/talk")))
    assert "lsattr" not in str(job_fault(OSError(errno.EACCES, os.strerror(errno.EACCES), "/outbox/talk")))


def test_a_job_whose_folder_takes_not_even_its_failure_asks_for_no_more_and_is_told_of(
    root, work, server, monkeypatch
):
    root.write_config(base_url=server.url, concurrency=1, chunk_words=20, survey=False)
    server.hold()
    root.drop("talk.txt", "\n\n".join(f"Ann: um sentence {n} of a talk has a few words." for n in range(40)))
    supervisor = work(lambda: server.requests)
    folder = root.state / "talk"
    faulty = Faulty(monkeypatch, "rename", folder, "EPERM", times=10**6)
    server.release()
    chunks = supervisor.jobs.open[0].header.chunks
    work(lambda: supervisor.jobs.list_unmarked() and supervisor.jobs.open_jobs[0].lane is None)
    snapshot = take_snapshot(supervisor, os.getpid(), ())
    record = encode_live_record(snapshot, {}, {}, supervisor.jobs.list_unmarked())
    (root.state / DAEMON_FILE).write_bytes(record)
    for [told] in (snapshot.jobs, read_snapshot(supervisor.root).jobs):
        assert (told.name, told.state) == ("talk", "failed")
        assert str(folder) in told.error
        assert "tried again by itself" in told.error
    assert len(server.requests) < chunks
    faulty.left = 0
    work()
    assert not supervisor.jobs.list_unmarked()
    assert len(server.requests) == chunks


@pytest.mark.parametrize(("call", "folder"), [("mkdir", "state"), ("rename", "outbox")])
def test_a_disk_that_calls_each_name_taken_is_told_of_and_done_with(
    root, work, monkeypatch, caplog, call, folder
):
    monkeypatch.setattr(file_names, "_MOST_OF_ONE_NAME", 20)
    root.drop("talk.txt")
    faulty = Faulty(monkeypatch, call, root.path / folder / "talk", "EEXIST", times=10**9)
    work(lambda: "every name is said to be taken" in caplog.text)
    assert no_bug(caplog)
    faulty.left = 0
    work()
