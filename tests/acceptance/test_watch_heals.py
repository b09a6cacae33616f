"""Folders that go away and come back under the running daemon: said in one sentence, mended by themselves.

Nothing here restarts the daemon. It never looks through the inbox unasked, as it otherwise does twice a
minute: what is found is found by an event, or because a watch was begun anew.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest

from daemon.errors import EXIT_HELD
from daemon.store.ticket import Ticket
from tests.conftest import TRANSCRIPT, Daemon, environment, program, until
from tests.proofs.mounts import needs_mounts

FILES = 20_000
ONLY_WHEN_WOKEN = """
from daemon.cli.main import main
from daemon.intake import watch
watch.LOCAL_INTERVAL = 86_400.0
main()
"""


def start(root, *before):
    """Start the daemon; `before` stands before its command."""
    words = [*before, sys.executable, "-c", ONLY_WHEN_WOKEN, *program(root)[3:], "run"]
    root.daemons.append(Daemon(words, environment()))
    return root.daemons[-1]


def delivered(root, *names):
    return until(lambda: sorted(names) == root.results())


def told(root):
    """What STATUS.txt says, wherever its lines break."""
    try:
        return " ".join((root.outbox / "STATUS.txt").read_text().split())
    except OSError:
        return ""


def held(daemon, what, times=1, or_else=None):
    """Wait until the log says that it is held and why; which of two reasons shows first is left open."""
    daemon.logged("held reason", times)
    said = [line for line in daemon.log if "held reason" in line][-1]
    assert what in said or (or_else is not None and or_else in said)


def status_says(root, *parts):
    """Wait until `status` gives a reason for a hold; `daemon` says it, or whoever asks."""

    def reason():
        told = root.status()["daemon"]["held"]
        return told is not None and all(part in told["reason"] for part in parts)

    until(reason, every=0.5)


def is_well(root, daemon, lost=1):
    """It lives, has said once that something was lost and once that it was mended, and is not held."""
    assert daemon.process.poll() is None
    daemon.logged("resumed", lost)
    for word in ("held reason", "resumed"):
        assert sum(word in line for line in daemon.log) == lost, daemon.log
    until(lambda: "running" in told(root) and "HELD" not in told(root))


# --- the inbox ---------------------------------------------------------------------------------------


def deleted(root):
    root.inbox.rmdir()
    return root.inbox.mkdir


def moved_away(root):
    old = root.inbox.rename(root.path / "old")
    return lambda: old.rename(root.inbox)


@pytest.mark.parametrize("lose", [deleted, moved_away])
def test_an_inbox_that_goes_away_holds_claims_says_so_once_and_is_watched_again_when_it_is_back(root, lose):
    daemon = start(root)
    daemon.logged("watching")
    mend = lose(root)
    held(daemon, "can't be opened")
    until(lambda: f"HELD: The inbox {root.inbox}" in told(root))
    status_says(root, f"The inbox {root.inbox} can't be opened", "Mount the inbox, or put it back")
    assert not root.inbox.exists()
    mend()
    root.drop("talk.txt")
    delivered(root, "talk")
    is_well(root, daemon)


def test_an_inbox_replaced_by_another_folder_is_watched_in_its_place(root):
    daemon = start(root)
    daemon.logged("watching")
    for number in range(3):
        new = root.path / "new"
        new.mkdir()
        root.inbox.rename(root.path / f"old-{number}")
        new.rename(root.inbox)
        (new.with_name(f"old-{number}") / "left.txt").write_text(TRANSCRIPT)
        root.drop(f"talk-{number}.txt")
        delivered(root, *(f"talk-{n}" for n in range(number + 1)))
    assert daemon.process.poll() is None


@pytest.fixture
def mount():
    """Mounts a `mount` command's words at a folder; gives what takes it off, which the end does too."""
    with contextlib.ExitStack() as stack:

        def mount(path, *words):
            done = []

            def is_off():
                return subprocess.run(["umount", str(path)], capture_output=True).returncode == 0

            def is_off_beside(still):
                os.kill(still, signal.SIGSTOP)
                return is_off() or os.kill(still, signal.SIGCONT)

            def off(still=None):
                # The daemon has a file in it open now and then, for a moment: it is not stopped just then.
                if not done:
                    done.append(until(is_off if still is None else lambda: is_off_beside(still)))

            subprocess.run(["mount", *words, str(path)], check=True)
            stack.callback(off)
            return off

        yield mount


SHARE = ("-t", "tmpfs", "share")


@needs_mounts
def test_an_inbox_that_is_unmounted_holds_claims_until_it_is_mounted_again(root, mount):
    off = mount(root.inbox, *SHARE)
    daemon = start(root)
    daemon.logged("watching")
    for number in (1, 2):
        off()
        root.drop("below.txt")
        held(daemon, "another device than at the start. Mount the inbox again", number)
        off = mount(root.inbox, *SHARE)
        root.drop(f"talk-{number}.txt")
        delivered(root, *(f"talk-{n}" for n in range(1, number + 1)))
        is_well(root, daemon, lost=number)
    off()
    assert os.listdir(root.inbox) == ["below.txt"]


@needs_mounts
def test_an_inbox_unmounted_and_mounted_again_at_once_is_watched_again(root, mount):
    off = mount(root.inbox, *SHARE)
    daemon = start(root)
    daemon.logged("watching")
    for number in range(3):
        off(still=daemon.process.pid)  # so that it sees nothing of what is between
        off = mount(root.inbox, *SHARE)
        os.kill(daemon.process.pid, signal.SIGCONT)
        root.drop(f"talk-{number}.txt")
        delivered(root, *(f"talk-{n}" for n in range(number + 1)))
    assert daemon.process.poll() is None


@needs_mounts
def test_a_folder_of_the_same_disk_bound_over_the_inbox_takes_its_place_and_gives_it_back(root, mount):
    daemon = start(root)
    daemon.logged("watching")
    (root.path / "other").mkdir()
    off = mount(root.inbox, "--bind", str(root.path / "other"))
    root.drop("bound.txt")
    delivered(root, "bound")
    off()
    root.drop("own.txt")
    delivered(root, "bound", "own")
    assert daemon.process.poll() is None


@needs_mounts
def test_a_mount_within_the_inbox_is_taken_from_and_its_unmount_ends_nothing(root, mount):
    (root.inbox / "course").mkdir()
    daemon = start(root)
    daemon.logged("watching")
    off = mount(root.inbox / "course", *SHARE)
    root.drop("course/one.txt")
    delivered(root, "course/one")
    off()
    root.drop("course/two.txt")
    delivered(root, "course/one", "course/two")
    assert daemon.process.poll() is None


def mortal():
    """The words before a command that keep it from reading what root may read; None where that fails."""
    if os.geteuid() != 0:
        return []
    words = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", "--"]
    with contextlib.suppress(OSError):
        if subprocess.run([*words, "true"], capture_output=True).returncode == 0:
            return words
    return None


needs_rights = pytest.mark.skipif(mortal() is None, reason="setpriv can't take root's rights away here")


@needs_rights
@pytest.mark.parametrize("mode", [0o000, 0o300, 0o500, 0o600], ids=oct)
def test_an_inbox_that_can_not_be_listed_or_written_holds_claims_until_it_can(root, mode):
    daemon = start(root, *mortal())
    daemon.logged("watching")
    root.inbox.chmod(mode)
    held(daemon, "can't be written or listed. Give", or_else=None if mode & 0o400 else "(Permission denied)")
    may_drop = os.access(root.inbox, os.W_OK | os.X_OK)  # as root always may
    if may_drop:
        root.drop("talk.txt")
    assert root.results() == []
    root.inbox.chmod(0o755)
    if not may_drop:
        root.drop("talk.txt")
    delivered(root, "talk")
    is_well(root, daemon)


def test_while_the_inbox_is_away_jobs_in_work_are_asked_for_saved_and_delivered(model_root, server):
    root = model_root
    server.hold()
    root.drop("talk.txt")
    daemon = start(root)
    server.wait_for(1)
    root.inbox.rename(root.path / "away")
    daemon.logged("held reason")
    server.release()
    delivered(root, "talk")
    assert root.summary("talk")["flags"] == []
    assert not root.inbox.exists()


# --- the outbox --------------------------------------------------------------------------------------


def test_an_outbox_that_goes_away_is_said_without_a_job_and_a_folder_made_in_its_place_will_do(root):
    daemon = start(root)
    daemon.logged("watching")
    until(lambda: told(root))
    root.outbox.rename(root.path / "away")
    held(daemon, f"The outbox {root.outbox}")
    status_says(root, "Mount the outbox, or put it back")
    root.drop("talk.txt")
    assert not root.outbox.exists()
    root.outbox.mkdir()
    delivered(root, "talk")
    is_well(root, daemon)


def test_a_status_that_can_not_be_written_is_said_once_and_stops_nothing(root):
    (root.outbox / "STATUS.txt").mkdir()
    daemon = start(root)
    daemon.logged(f"status not written path='{root.outbox}/STATUS.txt' (Is a directory)")
    root.drop("talk.txt")
    delivered(root, "talk")
    daemon.stop()
    assert sum("status not written" in line for line in daemon.log) == 1


@needs_mounts
def test_what_is_done_waits_for_an_unmounted_outbox_and_never_lands_below_it(model_root, server, mount):
    root = model_root
    off = mount(root.outbox, *SHARE)
    server.hold()
    root.drop("talk.txt")
    daemon = start(root)
    server.wait_for(1)
    off()
    held(daemon, "another device than at the start. Mount the outbox again")
    server.release()
    until(lambda: root.chunks("talk"))
    root.drop("later.txt")
    assert os.listdir(root.outbox) == []
    assert [job["name"] for job in root.status()["jobs"]] == ["talk"]
    mount(root.outbox, *SHARE)
    delivered(root, "later", "talk")
    is_well(root, daemon)


@needs_mounts
def test_a_read_only_outbox_fails_no_job(root, mount):
    daemon = start(root)
    daemon.logged("watching")
    off = mount(root.outbox, "--bind", "-o", "ro", str(root.outbox))
    root.drop("talk.txt")
    held(daemon, "")
    off()
    delivered(root, "talk")
    is_well(root, daemon)
    assert not any("failed" in line for line in daemon.log)


# --- the state ---------------------------------------------------------------------------------------


def test_while_the_state_is_away_nothing_is_claimed_or_asked_and_what_was_answered_is_kept(
    model_root, server
):
    root, away = model_root, model_root.path / "away"
    root.write_config(concurrency=1)
    server.hold()
    root.drop("talk.txt", "\n\n".join(f"Ann: sentence {n} of some twenty words." * 4 for n in range(6)))
    daemon = start(root)
    server.wait_for(1)
    root.state.rename(away)
    daemon.logged(f"The state folder {root.state}")
    root.state.mkdir()  # as an unmounted one leaves what lies below it
    daemon.logged("is not the one it was at the start")
    server.release()
    until(lambda: [name for name in os.listdir(away / "talk") if name[:4].isdigit()])
    assert (away / "ledger.csv").read_text().count(",paid,") == 1
    root.drop("later.txt")
    until(lambda: "HELD: The state folder" in told(root))
    assert os.listdir(root.state) == []
    root.state.rmdir()
    assert "state" in root.status()["daemon"]["problem"]
    root.state.mkdir()
    assert (root.inbox / "later.txt").exists()
    assert len(server.requests) == 1
    root.state.rmdir()
    away.rename(root.state)
    delivered(root, "later", "talk")
    assert root.summary("talk")["requests"] == root.summary("talk")["chunks"] > 1
    assert daemon.process.poll() is None


@needs_rights
def test_a_state_folder_that_takes_no_writes_is_a_hold_that_status_and_the_outbox_tell_of(root):
    daemon = start(root, *mortal())
    until((root.state / ".daemon.json").exists)
    root.state.chmod(0o500)
    status_says(root, f"The state folder {root.state} can't be written", "Give the daemon's user the rights")
    until(lambda: "HELD: The state folder" in told(root))
    root.state.chmod(0o700)
    root.drop("talk.txt")
    delivered(root, "talk")
    is_well(root, daemon)


@needs_rights
def test_a_job_that_can_not_be_opened_is_told_of_and_taken_up_when_it_can(root):
    job = root.state / "locked"
    job.mkdir()
    (job / "job.json").write_bytes(Ticket.new("locked.txt", 0, datetime.now(UTC)).to_bytes())
    (job / "source.txt").write_text(TRANSCRIPT)
    job.chmod(0)
    daemon = start(root, *mortal())
    until(lambda: f"PROBLEM: {job} can't be opened (Permission denied)" in told(root))
    assert f"{job} can't be opened" in root.status()["daemon"]["problem"]
    job.chmod(0o700)
    delivered(root, "locked")
    until(lambda: "PROBLEM" not in told(root))
    assert daemon.process.poll() is None


# --- commands make no inbox --------------------------------------------------------------------------


@pytest.mark.parametrize("running", [True, False], ids=["beside the daemon", "alone"])
def test_commands_that_put_files_back_wait_for_a_missing_inbox_and_never_make_it(model_root, server, running):
    root = model_root
    root.drop("course/talk.txt")
    daemon = start(root)
    delivered(root, "course/talk")
    server.hold()
    root.drop("course/other.txt", "Ben: um this is another talk.\n")
    server.wait_for(1)
    if not running:
        daemon.kill()
    root.inbox.rename(root.path / "away")
    again = root.command("redo", "course/talk", check=False)
    fresh = root.command("retry", "course--other", "--fresh", check=running)
    for done in [again] if running else [again, fresh]:
        assert done.returncode == EXIT_HELD
        assert f"The inbox {root.inbox} is not there" in done.stderr
    server.release()
    if running:
        daemon.logged("held reason")
        until(lambda: server.in_flight == 0)
    assert not root.inbox.exists()
    (root.path / "away").rename(root.inbox)
    if running:
        delivered(root, "course/other", "course/talk")
    else:
        root.command("retry", "course--other", "--fresh")
        assert (root.inbox / "course" / "other.txt").exists()


# --- very many files, a busy machine, a kernel that gives up ------------------------------------------


@contextlib.contextmanager
def busy():
    """Keep every core busy with something else."""
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def flood(folder, count=FILES):
    """Make so many files, one event each."""
    (folder / "0.txt").write_text(TRANSCRIPT)
    for number in range(1, count):
        os.link(folder / "0.txt", folder / f"{number}.txt")


def waiting(root, count):
    """Wait until the daemon itself has seen so many files, as STATUS.txt says."""
    return until(lambda: f"{count:,} files waiting" in told(root))


def test_twenty_thousand_files_on_a_busy_machine_are_all_seen(root):
    (root.path / "PAUSE").touch()
    (root.inbox / "course").mkdir()
    daemon = start(root)
    daemon.logged("watching")
    with busy():
        flood(root.inbox, FILES // 2)
        flood(root.inbox / "course", FILES // 2)
        waiting(root, FILES)
    assert daemon.process.poll() is None


def test_events_that_the_kernel_dropped_are_made_good_by_a_scan(root):
    """More events come while the process stands still than the kernel's queue holds."""
    (root.path / "PAUSE").touch()
    (root.inbox / "course").mkdir()
    daemon = start(root)
    daemon.logged("watching")
    os.kill(daemon.process.pid, signal.SIGSTOP)
    flood(root.inbox / "course", FILES)
    assert kernels_queue() < FILES
    os.kill(daemon.process.pid, signal.SIGCONT)
    waiting(root, FILES)
    (root.path / "PAUSE").unlink()
    until(root.results)
    assert daemon.process.poll() is None


def kernels_queue():
    with open("/proc/sys/fs/inotify/max_queued_events") as file:
        return int(file.read())


LIMIT = 'echo 0 > /proc/sys/user/max_inotify_watches && exec "$@"'  # of that namespace alone
IN_A_NAMESPACE = ["unshare", "--user", "--map-root-user", "sh", "-c"]


def no_limits():
    with contextlib.suppress(OSError):
        if subprocess.run([*IN_A_NAMESPACE, LIMIT, "sh", "true"], capture_output=True).returncode == 0:
            return None
    return "limits of our own can't be set here"


@pytest.mark.skipif(no_limits() is not None, reason=f"{no_limits()}")
def test_without_inotify_the_inbox_is_looked_through_every_few_seconds_and_status_says_why(root):
    daemon = start(root, *IN_A_NAMESPACE, LIMIT, "sh")
    daemon.logged("the inbox can't be watched")
    until(lambda: "PROBLEM: the inbox can't be watched" in told(root))
    assert "max_user_watches" in root.status()["daemon"]["problem"]
    threads = thread_count(daemon)
    for number in range(2):
        root.drop(f"talk-{number}.txt")
        delivered(root, *(f"talk-{n}" for n in range(number + 1)))
    assert thread_count(daemon) <= threads + 1
    assert sum("can't be watched" in line for line in daemon.log) == 1


def thread_count(daemon):
    return len(os.listdir(f"/proc/{daemon.process.pid}/task"))


# --- while nothing happens ----------------------------------------------------------------------------


def cpu_seconds(daemon):
    with open(f"/proc/{daemon.process.pid}/stat") as file:
        user, system = file.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("what", ["an empty inbox", "no inbox"])
def test_an_idle_daemon_costs_next_to_nothing(root, what):
    daemon = start(root)
    daemon.logged("watching")
    if what == "no inbox":
        root.inbox.rename(root.path / "away")
        daemon.logged("held reason")
    until(lambda: told(root))
    idle = threading.Event()
    idle.wait(0.5)
    its_start = cpu_seconds(daemon)  # so that the measure is this machine's own
    idle.wait(3)
    assert cpu_seconds(daemon) - its_start <= 0.2 * its_start + 0.01
