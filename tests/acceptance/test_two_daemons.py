"""Two of them: one state folder is one daemon's, and two roots know nothing of each other."""

import os
import threading

import pytest

from tests.acceptance.test_daemon import LONG, asked, delivered
from tests.conftest import TRANSCRIPT, until
from tests.messages_server import Reply, clean


def everything(root):
    """Each file and folder below a root, with all that would show a change."""
    kept = ("st_mode", "st_ino", "st_nlink", "st_uid", "st_gid", "st_size", "st_mtime_ns", "st_ctime_ns")
    paths = [root.path, *root.path.rglob("*")]
    # The first one goes on with its catalogue, at a time of its own.
    paths = [path for path in paths if path != root.state and not path.name.startswith(".catalogue")]
    return {path: [getattr(path.lstat(), name) for name in kept] for path in paths}


# --- one state folder ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "once"])
def test_a_second_one_says_so_and_leaves_without_a_trace(root, command):
    (root.path / "PAUSE").touch()
    root.drop("talk.txt")
    root.start().logged("paused")
    # What it says goes to programs first; STATUS.txt lies there whole, with all its rights, or not at all.
    until(lambda: (root.outbox / "STATUS.txt").exists())
    before = everything(root)
    second = root.command(command, check=False)
    assert second.returncode == 75
    assert f"Another transcriptd works in {root.state}" in second.stderr
    assert "Traceback" not in second.stderr
    assert everything(root) == before


@pytest.mark.parametrize(
    "meddle",
    [
        lambda lock: lock.unlink(),
        lambda lock: (lock.unlink(), lock.touch()),
        lambda lock: lock.rename(lock.with_name("elsewhere")),
    ],
    ids=["deleted", "made anew", "renamed"],
)
def test_whatever_becomes_of_the_lock_file_no_second_one_gets_in(model_root, server, meddle):
    server.hold()
    model_root.drop("talk.txt", LONG)
    model_root.start()
    server.wait_for(4)
    meddle(model_root.state / ".lock")
    for command in ("run", "once"):
        assert model_root.command(command, check=False).returncode == 75
    server.release()
    delivered(model_root)
    assert len(asked(server)) == len(set(asked(server))) == 40


def test_what_a_killed_one_has_left_blocks_nobody(root):
    daemon = root.start()
    daemon.logged("watching")
    daemon.kill()
    assert (root.state / ".lock").exists()
    assert root.status()["daemon"]["running"] is False
    root.drop("talk.txt")
    assert root.command("once").returncode == 0
    assert root.results() == ["talk"]


def test_commands_that_only_look_go_on_all_the_time_and_change_nothing(model_root, server):
    server.answer = lambda body: Reply(clean(body), latency=0.05)
    model_root.drop("talk.txt", LONG)
    over = threading.Event()
    seen, wrong = set(), []

    def look():
        while not over.is_set():
            found = model_root.command("status", "--json", check=False)
            wrong.extend([found.stderr] if found.returncode or found.stderr else [])
            seen.add(found.stdout)

    looking = [threading.Thread(target=look) for _ in range(2)]
    for thread in looking:
        thread.start()
    model_root.start()
    delivered(model_root)
    over.set()
    for thread in looking:
        thread.join()
    assert wrong == []
    assert len(seen) > 1
    assert len(asked(server)) == len(set(asked(server))) == 40
    assert os.listdir(model_root.outbox / "talk")


def test_to_look_at_a_root_where_nobody_works_leaves_every_file_as_it_was(model_root, server):
    server.hold_at(8)
    model_root.drop("talk.txt", LONG)
    daemon = model_root.start()
    server.wait_for(4, come=8)
    daemon.kill()
    (model_root.state / "talk" / model_root.chunks("talk")[0]).write_text("damaged")
    (model_root.state / "talk" / ".tmp-1-1").touch()
    another = model_root.path / "another.txt"
    another.write_text(LONG)
    before = everything(model_root)
    for words in (["status"], ["status", "--json"], ["estimate", str(another)]):
        model_root.command(*words)
    assert everything(model_root) == before


# --- two roots ----------------------------------------------------------------------------------------


def test_two_roots_side_by_side_and_fifty_files_in_each_and_nothing_crosses(make_root):
    roots = {name: make_root(name) for name in ("left", "right")}
    for number in range(50):
        for name, root in roots.items():
            root.drop(f"talk-{number:02}.txt", f"{TRANSCRIPT}\nAnn: this is number {number} on the {name}.\n")
    for root in roots.values():
        root.start()
    for name, other in (("left", "right"), ("right", "left")):
        delivered(roots[name], 50)
        assert roots[name].results() == [f"talk-{number:02}" for number in range(50)]
        for number in range(50):
            result = roots[name].outbox / f"talk-{number:02}"
            text = (result / f"talk-{number:02}.md").read_text()
            assert f"number {number} on the {name}." in text
            assert f"on the {other}" not in text
            assert f"on the {name}" in (result / "original.txt").read_text()
        until(lambda root=roots[name]: not any(path.name.startswith("talk") for path in root.state.iterdir()))
        assert os.listdir(roots[name].inbox) == []


@pytest.mark.parametrize("running", [True, False], ids=["that runs", "that has ended"])
def test_the_outbox_of_one_below_the_inbox_of_another_is_left_alone_and_named(make_root, running):
    below, above = make_root("below"), make_root("above")
    outbox = above.inbox / "garden"
    outbox.mkdir()
    below.write_config(outbox=str(outbox))
    below.drop("talk.txt")
    if running:
        below.start()
    else:
        below.command("once")
    until(lambda: (outbox / "talk" / "talk.md").exists() and (outbox / "STATUS.txt").exists())
    above.drop("own.txt")
    assert "is an outbox of transcriptd" in above.command("once").stderr
    assert above.results() == ["own"]
    assert (outbox / "talk" / "talk.md").exists()
