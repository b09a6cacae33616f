"""Real filesystems with limits of their own: sticks as Windows has them, shares, disks inside the outbox.

What can't be mounted here is skipped by name.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from daemon.loop.supervisor import Supervisor
from daemon.settings.config import load_config
from tests.acceptance.test_daemon import LONG, asked
from tests.conftest import TRANSCRIPT, Root, until
from tests.proofs import mounts
from tests.proofs.mounts import needs_mounts

ODD_NAMES = {
    "plain.txt": "plain",
    "Meeting 10:30.txt": "Meeting 10_30",
    "what?.txt": "what_",
    "a.m..txt": "a.m_",
    'quote"x.txt': "quote_x",
    "star*|pipe.txt": "star__pipe",
    "back\\slash.txt": "back_slash",
    "CON.txt": "_CON",
    "ü.txt": "ü",
    "😀.txt": "😀",
    "course: one/talk.txt": "course_ one/talk",
}


@pytest.fixture(params=["exfat", "ntfs"])
def stick(request, tmp_path):
    """A filesystem as Windows has them, mounted."""
    needs(request.param)
    with mounts.stick(request.param, tmp_path / "image", tmp_path / "stick") as where:
        yield where


@pytest.fixture
def share(tmp_path):
    """Mounts a folder somewhere through FUSE, with bindfs's options."""
    needs("share")
    mounted = []

    def mount(folder, where, *options):
        one = mounts.share(folder, where, *options)
        mounted.append(one)
        return one.__enter__()

    yield mount
    for one in mounted:
        one.__exit__(None, None, None)


def needs(kind):
    why = mounts.missing_kind(kind)
    if why is not None:
        pytest.skip(why)


def no_bug(caplog):
    return not any("bug" in record.getMessage() for record in caplog.records)


def idle(supervisor):
    """Look on until no job is left, so that what was delivered is cleared, too."""
    until(lambda: supervisor.look() or not supervisor.jobs.open_jobs)


# --- sticks: names, no permissions ---------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["folder", "flat"])
def test_names_that_a_stick_does_not_have_are_spelt_otherwise_and_paid_once(
    root, work, server, stick, caplog, layout
):
    root.write_config(outbox=str(stick), layout=layout, base_url=server.url)
    for number, name in enumerate(ODD_NAMES):  # an exact copy would not be asked for
        root.drop(name, f"{TRANSCRIPT}\nAnn: um this is number {number}.\n")
    idle(work(lambda: len(find_summaries(stick)) == len(ODD_NAMES)))
    work.leave()
    for result, summary in find_summaries(stick).items():
        name = summary["source"]
        assert result in (ODD_NAMES[name], os.path.splitext(name)[0])  # some drivers take more than Windows
    assert no_bug(caplog)
    assert len(asked(server)) == len(ODD_NAMES)
    assert not list(stick.rglob(".*.partial"))


def find_summaries(outbox):
    """What the results in an outbox say of themselves, by their paths."""
    found = {}
    for path, inner, files in os.walk(outbox):
        inner[:] = [name for name in inner if not name.startswith(".")]
        if "summary.json" in files:
            found[os.path.relpath(path, outbox)] = json.loads(Path(path, "summary.json").read_text())
    return found


def test_a_root_that_lies_on_a_stick_survives_a_kill_and_check_says_what_it_lacks(server, stick):
    root = Root(stick / "root", base_url=server.url, concurrency=2, chunk_words=20)
    server.hold()
    root.drop("talk.txt", LONG)
    daemon = root.start()
    try:
        server.wait_for(2)
    finally:
        daemon.kill()
    server.release()
    done = root.command("once")
    assert "Traceback" not in done.stderr
    assert root.results() == ["talk"]
    assert root.summary("talk")["flags"] == []
    checked = root.command("check", "--offline", check=False)
    assert "others may look into it" in checked.stdout


# --- shares ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["outbox", "state"])
def test_a_share_that_refuses_chmod_takes_results_and_says_so(root, work, share, tmp_path, caplog, folder):
    under = tmp_path / "under"
    under.mkdir()
    at = share(under, tmp_path / "share", "--chmod-deny", "--chown-deny")
    root.write_config(**{folder: str(at)})
    root.drop("course/talk.txt")
    result = (at if folder == "outbox" else root.outbox) / "course/talk"
    idle(work((result / "summary.json").exists))
    work.leave()
    assert (result / "original.txt").read_text() == TRANSCRIPT
    assert not list(result.parent.parent.glob(".*.partial"))
    assert no_bug(caplog)
    said = [record.getMessage() for record in caplog.records if "limit folder" in record.getMessage()]
    assert any(str(at) in line and "chmod is refused" in line for line in said)


def test_on_a_share_files_settle_for_ten_seconds_from_the_first_look_on(root, share, tmp_path):
    under = tmp_path / "under"
    under.mkdir()
    at = share(under, tmp_path / "share")
    root.write_config(inbox=str(at))
    supervisor = Supervisor(load_config(str(root.path / "config.yaml")), lambda *_, **__: None)
    try:
        supervisor._watch.ensure_watching()  # as `run` does before its first look
        (under / "talk.txt").write_text(TRANSCRIPT)  # as another machine would
        supervisor.look()
        assert supervisor.inbox.remote
        assert supervisor.inbox.next_due() > 8
    finally:
        supervisor.stop()
        supervisor._leave()


def test_check_says_that_the_lock_of_a_shared_state_means_nothing_to_another_machine(root, share, tmp_path):
    under = tmp_path / "under"
    under.mkdir()
    at = share(under, tmp_path / "share")
    root.write_config(state=str(at))
    checked = root.command("check", "--offline", check=False)
    assert "Its lock may mean nothing to another machine" in checked.stdout


# --- disks inside the outbox ------------------------------------------------------------------------------


@needs_mounts
def test_results_reach_a_disk_inside_the_outbox(root, work, caplog):
    with mounts.small(root.outbox / "disk", "size=1m"):
        root.drop("disk/talk.txt")
        root.drop("talk.txt")
        idle(work(lambda: root.results() == ["disk/talk", "talk"]))
        assert no_bug(caplog)
        assert sorted(os.listdir(root.outbox / "disk")) == ["talk"]
        work.leave()


@needs_mounts
@pytest.mark.parametrize(("options", "mended"), [("size=4k", "size=1m"), ("size=1m,ro", "rw")])
def test_a_full_or_read_only_disk_inside_the_outbox_keeps_only_its_own_results_back(
    root, work, caplog, options, mended
):
    inner = root.outbox / "disk"
    with mounts.small(inner, options):
        root.drop("disk/talk.txt")
        supervisor = work((root.state / "disk--talk" / "FAILED").exists)
        said = (root.state / "disk--talk" / "FAILED").read_text()
        assert str(inner) in said
        assert "tried again by itself" in said
        root.drop("other.txt")
        work(lambda: root.results() == ["other"])
        assert supervisor.jobs.holds.held is None
        subprocess.run(["mount", "-o", f"remount,{mended}", str(inner)], check=True)
        idle(work(lambda: root.results() == ["disk/talk", "other"]))
        assert no_bug(caplog)
        work.leave()


@needs_mounts
def test_what_lies_on_a_disk_inside_the_outbox_that_became_read_only_keeps_no_start_from_working(root, work):
    inner = root.outbox / "disk"
    with mounts.small(inner, "size=1m"):
        (inner / ".20260102T030405-0a1b2c3d.partial").mkdir()
        subprocess.run(["mount", "-o", "remount,ro", str(inner)], check=True)
        root.drop("talk.txt")
        idle(work())
        work.leave()


# --- disks that fill up, or become read-only --------------------------------------------------------------


@needs_mounts
def test_an_outbox_that_becomes_read_only_is_held_by_name_and_goes_on_when_it_is_mended(root, work, caplog):
    where = root.outbox
    with mounts.small(where, "size=2m"):
        root.drop("warm.txt")
        supervisor = work(lambda: root.results() == ["warm"])
        idle(supervisor)
        subprocess.run(["mount", "-o", "remount,ro", str(where)], check=True)
        root.drop("talk.txt")
        work(lambda: supervisor.jobs.holds.held is not None)
        assert str(where) in supervisor.jobs.holds.held.reason
        subprocess.run(["mount", "-o", "remount,rw", str(where)], check=True)
        idle(work(lambda: root.results() == ["talk", "warm"]))
        assert no_bug(caplog)
        work.leave()


@needs_mounts
def test_a_file_too_large_for_the_room_that_is_left_is_given_back_and_holds_nobody(root, work, caplog):
    with mounts.small(root.outbox, "size=256k"):
        root.drop("holiday.mp4", b"\0" * 2_000_000)
        root.drop("talk.txt")
        supervisor = work(lambda: root.results() == ["rejected/holiday", "talk"])
        idle(supervisor)
        assert supervisor.jobs.holds.held is None
        assert (root.inbox / "holiday.mp4.rejected").stat().st_size == 2_000_000
        assert no_bug(caplog)
        work.leave()


# --- inbox and state on two disks -------------------------------------------------------------------------


@needs_mounts
@pytest.mark.parametrize("moved", ["inbox/renamed", "outside"])
def test_an_original_in_hiding_whose_folder_was_moved_comes_back_under_its_own_name(
    root, work, tmp_path, moved, monkeypatch
):
    def leave_it(*_):
        raise KeyboardInterrupt  # the process is killed right after the claim

    with mounts.small(root.inbox, "size=1m"):
        root.drop("course/talk.txt")
        with monkeypatch.context() as patch:
            patch.setattr("daemon.loop.jobs.Jobs.add", leave_it)
            with pytest.raises(KeyboardInterrupt):
                work(lambda: False)
        work.leave()
        aside = root.path / moved
        if moved == "outside":
            subprocess.run(["mv", str(root.inbox / "course"), str(aside)], check=True)
            work(lambda: not list(root.state.glob("*/job.json")))
            work.leave()
            subprocess.run(["mv", str(aside), str(root.inbox / "back")], check=True)
            aside = root.inbox / "back"
        else:
            (root.inbox / "course").rename(aside)
        idle(work(lambda: root.results() == [f"{aside.name}/talk"]))
        work.leave()


# --- overlays ---------------------------------------------------------------------------------------------


def test_a_job_that_lies_in_the_lower_layer_of_an_overlay_is_delivered_and_cleared(
    root, work, tmp_path, caplog
):
    needs("overlay")
    root.drop("talk.txt")
    with mounts.small(tmp_path / "layers", "size=4m"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("daemon.loop.steps.ending.Ending.deliver_job", lambda *_, **__: 1 / 0)
            work((root.state / "talk" / "FAILED").exists)
            work.leave()
        (root.state / "talk" / "FAILED").unlink()
        with mounts.overlay(root.state, tmp_path / "layers" / "above"):
            idle(work())
            assert not (root.state / "talk").exists()
            work.leave()
