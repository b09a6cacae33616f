"""Killed at any system call that changes the disk, the program ends as if nothing had happened."""

import os
import subprocess

import pytest

from tests.proofs.strace import CATALOGUE_THREAD, THREADS, Point, Trace
from tests.proofs.sweep import Goal, Sweep, needs_strace, sample, undisturbed

# Writes right under the name that is to be seen: a kill leaves half a file there.
IN_PLACE = """
import os
from daemon.cli import main as cli
from daemon.system import files
def write(self, name, data, mode=0o600, group=None):
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode, dir_fd=self.fd)
    os.fchmod(fd, mode)
    os.write(fd, data if isinstance(data, bytes) else b"".join(data))
    os.close(fd)
files.Folder.write = write
cli.main()
"""

# Takes the source out of the inbox before its copy is on the disk.
UNLINKS_FIRST = """
from daemon.intake import claim
from daemon.cli import main as cli
def take(folder, name, job, kept):
    data = folder.read(name)
    folder.unlink(name)
    job.folder.write(kept, data)
claim._take_file = take
cli.main()
"""


@pytest.fixture
def killed_pid():
    """The number of a process that is no more."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_what_killed_programs_left_is_swept_at_the_start_and_nothing_of_anybody_elses(root, killed_pid):
    left = (f".tmp-{killed_pid}-0", f".redo-{killed_pid}.txt", ".20260101T000000-0123abcd.returned")
    kept = (".tmp-notes", f".redo-{os.getpid()}.txt", ".returned", ".tmp-1-1-1", f".tmp-{os.getpid()}-0")
    (root.inbox / "sub").mkdir()
    for folder in (root.inbox, root.inbox / "sub", root.outbox):
        for name in (*left, *kept):
            (folder / name).write_text("something")
    root.command("once")
    for folder in (root.inbox, root.inbox / "sub"):
        assert sorted(os.listdir(folder)) == sorted([*kept, *(["sub"] if folder == root.inbox else [])])
    assert {*os.listdir(root.outbox)} == {*kept[:-1], *left[1:], "STATUS.txt"}


@pytest.fixture
def sweep(tmp_path):
    return Sweep(tmp_path, undisturbed())


@needs_strace
def test_the_undisturbed_run_shows_every_kind_of_change_and_whose_it_is(sweep):
    points = sweep.goal.trace.points
    assert {point.thread for point in points} == {*THREADS} - {CATALOGUE_THREAD}
    kinds = "openat write fsync renameat unlinkat mkdirat fchmod fchownat ftruncate utimensat"
    assert {point.call for point in points} >= {*kinds.split()}
    assert len(set(points)) > 100


def test_a_call_that_a_busy_machine_moves_from_run_to_run_is_aimed_at_until_it_is_hit(tmp_path):
    aimed = Point("main", "write", "{root}/state/sub--talk/job.json", turn=1, rank=7)
    sweep = Sweep(tmp_path, Goal(Trace((aimed,), frozenset()), {}, None))
    ranks = iter([8, 6, 7, 8, 7])

    def shoot(at):
        if at.rank == next(ranks):
            sweep.hit[aimed] += 1
        return []

    assert sweep.all([aimed], shoot) == []
    assert sweep.hit.total() == 1


@needs_strace
def test_a_sample_of_kills_changes_nothing_in_the_end(sweep):
    assert sweep.all(sample(sweep.goal.trace.points, 4), sweep.killed) == []


@needs_strace
@pytest.mark.prove
def test_a_survey_that_is_killed_at_any_call_is_paid_once_and_all_ends_the_same(tmp_path, total):
    goal = undisturbed(surveyed=True)
    result = goal.picture["outbox/sub/talk/talk.md"][1][0]
    assert b"Aoife" in result
    assert b"Eefa" not in result
    sweep = Sweep(tmp_path, goal)
    assert sweep.all(goal.trace.points, sweep.killed) == []
    total(f"a survey was killed at {len(goal.trace.points)} calls")


@needs_strace
@pytest.mark.prove
def test_no_kill_at_any_call_changes_anything_in_the_end(sweep, total):
    points = sweep.goal.trace.points
    wrong = sweep.all(points, sweep.killed)
    total(f"kill sweep: {sweep.hit.total()} kills at {len(sweep.hit)} points, {len(wrong)} failed")
    assert wrong == []


@needs_strace
def test_a_writer_without_temporary_names_fails_the_sweep(tmp_path):
    sweep = Sweep(tmp_path, undisturbed(IN_PLACE))
    points = [at for at in sweep.goal.trace.points if at.call == "write" and "job.json" in at.path]
    assert "state/sub--talk: " in "".join(sweep.all(points, sweep.killed))


@needs_strace
def test_a_claim_that_unlinks_too_early_fails_the_sweep(tmp_path):
    sweep = Sweep(tmp_path, undisturbed(UNLINKS_FIRST))
    points = [at for at in sweep.goal.trace.points if at.call == "renameat" and "source.txt" in at.path]
    assert "the source is lost" in "".join(sweep.all(points, sweep.killed))
