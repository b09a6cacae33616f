"""Whatever is dropped into the inbox has its own outcome, and the good file beside it is delivered."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import time
from pathlib import Path

import pytest

from daemon import formats
from daemon.errors import InputError
from daemon.intake.claim import claim_file
from daemon.intake.inbox import EMPTY_GRACE, Inbox
from daemon.store.state_folder import State
from tests.acceptance.hostile.kinds import (
    BOTTOMLESS,
    FORBIDDEN,
    KINDS,
    LIMIT_MB,
    NAMES,
    ODD_FILES,
    SPECIAL,
    Impossible,
    Left,
    Place,
    Rejected,
    text,
)
from tests.conftest import Daemon, Root, environment, program, until

HUGE = 1 << 30  # bytes: a file of holes, whose size is all there is to compare
SECRET = b"Ann: um this is a secret that was never dropped.\n"


def cleaned(result):
    """The cleaned text of a result."""
    (path,) = [path for path in result.glob("*.md") if path.stem != "original"]
    return path.read_text()


class Drop:
    """A running daemon, hostile things in its inbox, and what becomes of them."""

    def __init__(self, path):
        self.root = Root(path / "root", provider="offline", max_file_mb=LIMIT_MB)
        (path / "outside").mkdir()
        (path / "outside" / "secret.txt").write_bytes(SECRET)
        self.place = Place(self.root.inbox, path / "outside")
        self.log_file = path / "log"
        self.daemon = None
        self.impossible = {}
        self.beside = {}
        self.originals = {}

    def start(self, kinds, *before, waiting=()):
        """Start a daemon and drop kinds, or have them `waiting`; `before` stands before its command."""
        for kind in waiting:
            kind.make(self.place)
        self.daemon = Daemon(
            ["sh", "-c", 'exec "$@" 2>"$0"', str(self.log_file), *before, *program(self.root), "run"],
            environment({"PYTHONDONTWRITEBYTECODE": "1"}),
        )
        self.comes(lambda: "watching" in self.log())
        for number, kind in enumerate(kinds):
            self.drop(kind, number)
        return self

    def drop(self, kind, number):
        """Drop a kind, and a good file after it."""
        try:
            kind.make(self.place)
        except Impossible as why:
            self.impossible[kind.name] = str(why)
        self.beside[kind.name] = f"good {number}.txt"
        self.place.drop(f"good {number}.txt", text(f"beside {kind.name}"))

    def comes(self, condition):
        """Wait for something, as long as the daemon lives; give it."""

        def found():
            assert self.alive(), f"something has ended it: {self.log()[-2000:]}"
            return condition()

        return until(found, every=0.1)

    def log(self):
        return self.log_file.read_bytes().decode() if self.log_file.exists() else ""

    def said(self, name, why):
        """The lines of the log that say this of a name."""
        return [line for line in self.log().splitlines() if f"name='{name}'" in line and why in line]

    def alive(self):
        return self.daemon.process.poll() is None

    def results(self, below="."):
        """The folders of the results in the outbox, or of the rejected ones, and their originals' hashes."""
        for folder, inner, files in os.walk(self.root.outbox / below):
            inner[:] = [name for name in inner if not name.startswith(".")]
            if below == ".":
                inner[:] = [name for name in inner if Path(folder, name) != self.root.outbox / "rejected"]
            if "summary.json" in files:
                yield Path(folder), self.original(Path(folder), files)

    def original(self, folder, files):
        """The sizes of a result's originals, and their hashes unless they are all holes; read once."""
        if folder not in self.originals:
            paths = [folder / name for name in files if os.path.splitext(name)[0] == "original"]
            data = [path.read_bytes() for path in paths if path.stat().st_size < HUGE]
            hashes = {hashlib.sha256(each).digest() for each in data}
            self.originals[folder] = {path.stat().st_size for path in paths} | hashes
        return self.originals[folder]

    def result_of(self, data, below="."):
        """The result whose original is this, byte for byte (or, given a number, of that many bytes)."""
        sought = data if isinstance(data, int) else hashlib.sha256(data).digest()
        return next((folder for folder, originals in self.results(below) if sought in originals), None)

    def has_become(self, name, outcome):
        """Wait until what was dropped under this name has its outcome."""
        if isinstance(outcome, Left):
            assert os.path.lexists(self.root.inbox / name) or self.is_barred(name)
            if outcome.why is not None:
                self.comes(lambda: self.said(name, outcome.why))
                assert len(self.said(name, outcome.why)) == 1
            return
        below = "rejected" if isinstance(outcome, Rejected) else "."
        result = self.comes(lambda: self.result_of(outcome.data, below))
        said = (result / "REASON.txt").read_text() if isinstance(outcome, Rejected) else cleaned(result)
        assert [part for part in outcome.parts if part not in said] == [], said[:1000]
        assert not os.path.lexists(self.root.inbox / name)

    def is_barred(self, name):
        """Whether nobody but root may see what is under this name."""
        return not os.access((self.root.inbox / name).parent, os.X_OK)

    def reads(self, *command):
        """What a command of the program prints."""
        return self.root.command(*command).stdout

    def end(self):
        if self.daemon is not None and self.alive():
            self.daemon.kill()
        self.place.undo.close()


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Start a daemon in a folder of its own; what is not ordinary there is gone afterwards."""
    begun = []

    def start(name, kinds, *before, waiting=()):
        begun.append(Drop(tmp_path_factory.mktemp(name)))
        return begun[-1].start(kinds, *before, waiting=waiting)

    yield start
    for drop in begun:
        drop.end()


@pytest.fixture(scope="module")
def running(start):
    """One daemon with all kinds at once."""
    return start("hostile", KINDS)


@pytest.fixture(scope="module")
def ordinary(start):
    """A daemon that permissions bind, even where root runs the tests."""
    if os.geteuid() != 0:
        return start("ordinary", FORBIDDEN)
    if shutil.which("setpriv") is None:
        pytest.skip("root, and no setpriv: permissions bind nobody here")
    return start("ordinary", FORBIDDEN, "setpriv", "--bounding-set", "-all", "--inh-caps", "-all")


def check(kind, drop):
    if kind.name in drop.impossible:
        pytest.skip(f"{kind.name}: {drop.impossible[kind.name]}")
    if kind.name in drop.beside:
        drop.comes(lambda: drop.result_of(text(f"beside {kind.name}")))
    for name, outcome in kind.outcomes.items():
        drop.has_become(name, outcome)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_has_its_own_outcome_and_the_good_file_beside_it_is_delivered(kind, running):
    check(kind, running)


@pytest.mark.parametrize("kind", FORBIDDEN, ids=lambda kind: kind.name)
def test_what_the_daemon_may_not_touch_is_said_once_and_left(kind, ordinary):
    check(kind, ordinary)


def test_folders_deeper_than_anybody_can_walk_do_not_keep_it_from_starting(start):
    drop = start("bottomless", (), waiting=(BOTTOMLESS,))
    drop.place.drop("good.txt", text("good"))
    drop.comes(lambda: drop.result_of(text("good")))
    check(BOTTOMLESS, drop)


# --- what is left behind by all of them ------------------------------------------------------------------


def all_are_through(drop):
    """Wait until what was dropped last has come to its end."""
    drop.comes(lambda: {*drop.beside.values()}.isdisjoint(os.listdir(drop.root.inbox)))
    drop.comes(lambda: not [name for name in os.listdir(drop.root.state) if not name.startswith(".")])


def test_whatever_is_rejected_has_a_reason_and_something_to_do_about_it(running):
    all_are_through(running)
    reasons = [(folder / "REASON.txt").read_text() for folder, _ in running.results("rejected")]
    assert reasons
    assert [reason for reason in reasons if not re.fullmatch(r"[^\n]{15,}\n\n[^\n]{20,}\n", reason)] == []


def test_no_result_lies_below_another(running):
    all_are_through(running)
    folders = [folder for folder, _ in running.results()]
    assert [folder for folder in folders if not {*folders}.isdisjoint(folder.parents)] == []


def test_another_link_to_a_file_keeps_its_bytes_and_its_modes(running):
    all_are_through(running)
    kept = running.place.outside / "kept.txt"
    assert kept.read_bytes() == text("hard link")
    assert (kept.stat().st_mode & 0o777, kept.stat().st_nlink) == (0o644, 1)


def test_names_and_texts_reach_neither_log_nor_terminal_raw(running):
    all_are_through(running)
    status = running.root.outbox / "STATUS.txt"
    for said in (
        running.log(),
        running.reads("status"),
        running.reads("status", "--json"),
        status.read_text(),
    ):
        assert re.sub(r"[\n]", "", said).isprintable()
        assert "the talk called" not in said


def test_nothing_that_a_link_leads_to_is_in_a_result(running):
    all_are_through(running)
    leaked = []
    for folder, _, names in os.walk(running.root.outbox):
        for name in names:
            path = Path(folder, name)
            with contextlib.suppress(FileNotFoundError):  # what STATUS.txt is written by comes and goes
                if path.stat().st_size < HUGE and b"never dropped" in path.read_bytes():
                    leaked.append(path)
    assert leaked == []


def test_a_file_called_pause_is_no_transcript_but_a_pause(running):
    all_are_through(running)
    running.place.drop("PAUSE.txt", b"back at noon\n")
    running.comes(lambda: "paused reason='back at noon'" in running.log())
    running.place.drop("after.txt", text("after"))
    running.comes(lambda: "back at noon" in (running.root.outbox / "STATUS.txt").read_text())
    assert (running.root.inbox / "after.txt").exists()
    (running.root.inbox / "PAUSE.txt").unlink()
    running.comes(lambda: running.result_of(text("after")))


def test_after_all_of_them_it_lives_and_stops_as_asked(running, total):
    all_are_through(running)
    status = json.loads(running.reads("status", "--json"))
    assert status["daemon"]["running"]
    assert (status["daemon"]["held"], status["paused"], status["jobs"]) == (None, None, [])
    running.daemon.process.send_signal(signal.SIGTERM)
    assert running.daemon.wait() == 0
    total(f"hostile drops: {len(KINDS)} kinds, {len(running.impossible)} of them impossible here")


# --- nothing outside ---------------------------------------------------------------------------------------

CHANGES = re.compile(
    r"creat|mkdir(at)?|rmdir|unlink(at)?|rename(at2?)?|link(at)?|symlink(at)?|mknod(at)?|truncate|chmod|"
    r"l?chown|fchmodat2?|fchownat|utimensat|setxattr|open(at2?)?"
)
PLACE = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')
WRITING = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC")


def changed_paths(trace):
    """The paths that a trace of system calls changes or opens for writing, and those that it opens at all."""
    changed, opened = set(), set()
    for line in trace.splitlines():
        call, _, rest = line.partition("(")
        arguments, _, result = rest.rpartition(" = ")
        if call.startswith("open") and (found := re.match(r"\d+<(.*)>", result)):
            opened.add(found[1])
        if CHANGES.fullmatch(call) and (
            not call.startswith("open") or any(flag in arguments for flag in WRITING)
        ):
            changed |= {os.path.normpath(os.path.join(*place)) for place in PLACE.findall(arguments)}
    return changed, opened


def test_nothing_is_written_outside_its_folders_and_nothing_read_that_a_link_leads_to(start, tmp_path):
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    tracing = "strace -ff --seccomp-bpf -qq -y -s 4096 -e signal=none -e trace=%file -o".split()
    drop = start("traced", (*SPECIAL, *ODD_FILES, *NAMES), *tracing, str(tmp_path / "trace"))
    all_are_through(drop)
    pid = drop.daemon.process.pid
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    os.kill(int(child), signal.SIGTERM)
    assert drop.daemon.wait() == 0
    found = [changed_paths(path.read_text(errors="replace")) for path in tmp_path.glob("trace.*")]
    changed, opened = (set().union(*each) for each in zip(*found, strict=True))
    root = f"{drop.root.path}/"
    assert any("outbox" in path for path in changed)
    assert any(path.endswith("/inbox") for path in opened)
    assert [path for path in changed if not f"{path}/".startswith(root) and path != "/dev/null"] == []
    assert [path for path in opened if path.startswith((str(drop.place.outside), "/dev/zero"))] == []


# --- between the listing and the claim, and after ten minutes ----------------------------------------------


@pytest.fixture
def state(tmp_path):
    state = State(str(tmp_path / "state"))
    state.take_lock()
    yield state
    state.close()


def candidates(path, clock=time.monotonic):
    inbox = Inbox(str(path), 0, clock)
    inbox.scan()
    return inbox, list(inbox.list_settled())


@pytest.mark.parametrize("kind", SPECIAL, ids=lambda kind: kind.name)
def test_a_file_that_becomes_something_else_after_it_was_listed_is_not_taken(kind, tmp_path, state):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_bytes(SECRET)
    place = Place(tmp_path / "inbox", tmp_path / "outside")
    (name,) = kind.outcomes
    place.drop(name, text(name))
    inbox, (candidate,) = candidates(place.inbox)
    (place.inbox / name).unlink()
    with place.undo:
        try:
            kind.make(place)
        except Impossible as why:
            pytest.skip(f"{kind.name}: {why}")
        assert claim_file(state, inbox, candidate) is None
    assert [name for name in os.listdir(tmp_path / "state") if not name.startswith(".")] == []
    assert os.path.lexists(place.inbox / name)


def test_a_file_that_stays_empty_is_taken_after_ten_minutes_and_rejected(tmp_path, state):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "empty.txt").touch()
    now = 1000.0
    inbox, waiting = candidates(tmp_path / "inbox", lambda: now)
    assert waiting == []
    now += EMPTY_GRACE
    inbox.scan()
    (candidate,) = inbox.list_settled()
    job = claim_file(state, inbox, candidate)
    with pytest.raises(InputError, match="empty"):
        formats.read(job.originals.read_bytes(), job.ticket.name)
