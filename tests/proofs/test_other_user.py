"""Somebody else may write to the inbox, and does his worst while files are claimed, copied and given back.

He swaps files, folders and what is hidden while it is claimed for links to what only the daemon may read,
for pipes and for folders. Nothing of that may come out, nothing that lies elsewhere be read, changed or
deleted, and no job be stuck.
"""

import contextlib
import os
import random
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from tests.conftest import Root, until

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
SOMEBODY = 61_234  # a user's number that nobody has
SECRET = "TOPSECRET words of the owner"
TALK = "Ann: hello, this is talk number {} about boats and trains.\n\nBen: thank you, and about rivers too.\n"


@pytest.fixture
def open_root():
    """A root whose inbox is open to everybody, where everybody may get to; and the owner's own files."""
    path = Path(tempfile.mkdtemp(prefix="other-user-"))
    path.chmod(0o711)
    root = Root(path / "root", settle_seconds=0)
    (path / "root").chmod(0o711)
    root.inbox.chmod(0o777)
    root.state.chmod(0o700)
    private = path / "private"
    private.mkdir(mode=0o700)
    for name in ("secret.txt", "talk.txt"):
        (private / name).write_text(f"{SECRET}\n" * 20)
        (private / name).chmod(0o600)
    yield root, private
    for daemon in root.daemons:
        if daemon.process.poll() is None:
            daemon.kill()
    shutil.rmtree(path)


@needs_root
def test_a_few_tries_of_somebody_else_bring_nothing_out(open_root):
    try_and_look(open_root, 60)


@needs_root
@pytest.mark.prove
def test_2000_tries_of_somebody_else_bring_nothing_out(open_root, total):
    delivered, rejected = try_and_look(open_root, 2000)
    total(
        f"another user: 2,000 tries, 0 foreign files read or deleted, 0 jobs stuck;"
        f" {delivered} results, {rejected} rejected"
    )


def try_and_look(open_root, tries):
    """Let him try so often, then see what came of it; how many files were delivered and rejected."""
    root, private = open_root
    before = describe_all(private)
    daemon = root.start()
    until((root.outbox / "STATUS.txt").exists)
    let_somebody_try(root.inbox, private, tries)
    clear_inbox(root.inbox)
    root.drop("last.txt", TALK.format("last"))
    try:
        until(lambda: "last" in root.results() and not list_jobs(root))
    except AssertionError:
        pytest.fail(f"stuck: {list_jobs(root)}, failed: {list_failed(root)}")
    assert daemon.process.poll() is None
    daemon.stop()
    assert describe_all(private) == before
    for top in (root.outbox, root.state, root.inbox):
        assert not [path for path in files_below(top) if SECRET.encode() in path.read_bytes()]
    assert not [line for line in daemon.log if "bug" in line]
    results = root.results()
    return len([one for one in results if not one.startswith("rejected")]), len(results)


def let_somebody_try(inbox, private, tries):
    """Have another user, in a process of his own, try so often to get at what is not his."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(SOMEBODY)
            os.setuid(SOMEBODY)
            os.chdir(inbox)
            for number in range(tries):
                with contextlib.suppress(OSError):
                    try_once(number, str(private), random.Random(number))
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def try_once(number, private, chance):
    """One try: a file is dropped, and a moment later it, its folder or what hides it is something else."""
    name, folder = f"t{number % 40}.txt", f"s{number % 7}"
    clear(name)
    Path(name).write_text(TALK.format(number))
    kind = number % 7
    if kind in (2, 6):
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder)
        os.rename(name, f"{folder}/talk.txt")
    time.sleep(chance.random() * 0.012)  # of the daemon's way through it, another moment each time
    if kind == 0:
        put_link(f"{private}/secret.txt", name)
    elif kind == 1:
        clear(name)
        os.mkfifo(name)
    elif kind == 2:
        os.rename(folder, f"o{number}")
        os.symlink(private, folder)
        time.sleep(0.005)
        os.unlink(folder)
    elif kind in (3, 4, 5):
        for hidden in list_hidden("."):
            clear(hidden)
            if kind == 3:
                os.symlink(f"{private}/secret.txt", hidden)
            elif kind == 4:
                os.mkdir(hidden)
            else:
                os.mkfifo(hidden)
    else:
        for hidden in list_hidden(folder):
            put_link(f"{private}/talk.txt", f"{folder}/{hidden}")


def list_hidden(folder):
    return [name for name in os.listdir(folder) if name.startswith(".") and name.endswith(".claimed")]


def put_link(target, name):
    """Put a link in a file's place by a rename, so that at no time nothing is there."""
    os.symlink(target, f"{name}.link")
    os.rename(f"{name}.link", name)


def clear(name):
    """Remove a file, a link, a pipe or an empty folder."""
    try:
        os.unlink(name)
    except FileNotFoundError:
        pass
    except IsADirectoryError:
        os.rmdir(name)


def clear_inbox(inbox):
    """Take out of the inbox what is no file, while the daemon may be moving it: nothing comes of that."""
    for folder, folders, files in os.walk(inbox):
        for path in (Path(folder, name) for name in folders + files):
            if path.is_symlink() or path.is_fifo():
                path.unlink(missing_ok=True)


def list_jobs(root):
    return [path.name for path in root.state.iterdir() if path.is_dir() and not path.name.startswith(".")]


def list_failed(root):
    """The jobs that failed, with what is said of them."""
    return {path.parent.name: path.read_text() for path in root.state.glob("*/FAILED")}


def files_below(top):
    return [path for path in top.rglob("*") if path.is_file() and not path.is_symlink()]


def describe_all(folder):
    """All that is in a folder, with what would show that it was read through to, changed or replaced."""
    found = {}
    for path in [folder, *folder.rglob("*")]:
        seen = path.lstat()
        found[path] = (
            seen.st_ino,
            seen.st_mode,
            seen.st_nlink,
            seen.st_size,
            seen.st_mtime_ns,
            seen.st_ctime_ns,
        )
    return found
