"""Who may read what: state is its owner's alone, a result is as open as the outbox, whatever was dropped."""

import contextlib
import os
import stat

import pytest

from tests.conftest import TRANSCRIPT, until

UMASKS = ["000", "077", "777"]
ROOT_ONLY = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can give files away, or read what is 0000"
)
NO_TRANSCRIPT = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
LAST = "last.txt"  # of two chunks, so that one is saved and one is missing while it is paused
GROUP = 54321


def modes(top, *, without=()):
    """The kind and permissions of all that is in a folder, by path."""
    found = {}
    for path in top.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # the catalogue's journal comes and goes
            found[str(path.relative_to(top))] = stat.filemode(path.lstat().st_mode)
    return {name: mode for name, mode in found.items() if name not in without}


def look_in_the_midst(make_root, server, umask, prepare):
    """A root whose files `prepare` has made; all are delivered but the last, which is half done."""
    root = make_root(base_url=server.url, chunk_words=20, concurrency=8)
    names = prepare(root)
    root.drop("photo.txt", NO_TRANSCRIPT)
    root.drop(
        LAST, "\n\n".join(f"Ann: {word} " + "and many more words in it " * 3 for word in ("one", "two"))
    )
    root.write_config(concurrency=len(names) + 1)
    server.hold()
    daemon = root.start(umask=int(umask, 8))
    server.wait_for(len(names) + 1)
    assert_private(root)
    (root.path / "PAUSE").touch()
    until(lambda: root.status()["paused"] is not None)
    server.release()
    until(lambda: len(root.results()) == len(names) + 1 and root.chunks("last"))
    until(
        lambda: (
            sorted(path.name for path in root.state.iterdir() if path.name[0] != ".")
            == ["last", "ledger.csv"]
        )
    )
    assert_private(root)
    daemon.stop()  # nothing comes and goes any more
    return root


def assert_private(root):
    found = modes(root.state)
    assert {"last/job.json", "last/source.txt", "last/plan.jsonl", ".lock"} <= found.keys()
    assert set(found.values()) == {"drwx------", "-rw-------"}
    assert stat.S_IMODE(root.state.stat().st_mode) == 0o700


@pytest.mark.parametrize("umask", UMASKS)
def test_state_is_private_and_results_are_as_open_as_the_outbox(make_root, server, umask):
    def prepare(root):
        root.outbox.chmod(0o755)
        for mode in (0o400, 0o444, 0o666, 0o777):
            root.drop(f"sub/{mode:o}.txt", f"Ann: a file of mode {mode:o}.\n")
            (root.inbox / f"sub/{mode:o}.txt").chmod(mode)
        return ["400", "444", "666", "777"]

    root = look_in_the_midst(make_root, server, umask, prepare)
    found = modes(root.outbox)
    assert {"sub/444/original.txt", "rejected/photo/REASON.txt", "STATUS.txt"} <= found.keys()
    assert set(found.values()) == {"drwxr-xr-x", "-rw-r--r--"}


@ROOT_ONLY
@pytest.mark.parametrize("umask", UMASKS)
@pytest.mark.parametrize("mode", [0o770, 0o2770], ids=["plain", "setgid"])
def test_whoever_owned_the_file_and_whoever_could_read_it(make_root, server, umask, mode):
    def prepare(root):
        os.chown(root.outbox, -1, GROUP)
        root.outbox.chmod(mode)
        for number, (owner, own) in enumerate([(0, 0o000), (12345, 0o000), (12345, 0o4755), (12345, 0o666)]):
            root.drop(f"{number}.txt", TRANSCRIPT + f"\nAnn: and number {number}.\n")
            os.chown(root.inbox / f"{number}.txt", owner, owner)
            (root.inbox / f"{number}.txt").chmod(own)
        return ["0", "1", "2", "3"]

    root = look_in_the_midst(make_root, server, umask, prepare)
    found = modes(root.outbox)
    assert {"0/original.txt", "3/3.md", "rejected/photo/original.txt", "STATUS.txt"} <= found.keys()
    assert set(found.values()) == {stat.filemode(stat.S_IFDIR | mode), "-rw-rw----"}
    assert {path.stat().st_gid for path in root.outbox.rglob("*")} == {GROUP}
    assert {path.stat().st_uid for top in (root.state, root.outbox) for path in top.rglob("*")} == {0}


@ROOT_ONLY
def test_a_state_folder_that_others_could_read_is_closed_to_them_at_the_start(root):
    root.state.chmod(0o777)
    root.start(umask=0)
    root.drop("talk.txt")
    until(root.results)
    assert stat.S_IMODE(root.state.stat().st_mode) == 0o700
