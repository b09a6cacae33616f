"""Power cuts: two small jobs on real filesystems, cut at one change to the disk after another.

What the program had reason to believe durable when the power went must be there afterwards; and a run
on what is left must end as if nothing had happened. The judges give back what is wrong, as sentences:
no sentence, no fault. So that a sweep can be held against a program that is broken on purpose.
"""

import contextlib
import itertools
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from daemon.delivery.catalogue.database import CATALOGUE
from tests.acceptance.test_daemon import asked_text
from tests.conftest import Root
from tests.equal_results import read_results
from tests.messages_server import MessagesServer
from tests.proofs.mounts import disk, make_disk, unmount
from tests.proofs.plug import digest_of, shut_down

TALKS = {
    name: "\n\n".join(
        f"{speaker}: um sentence number {number} of {name} is spoken here and it has quite a few plain words."
        for number, speaker in enumerate(["Ann", "Ben"] * 3)
    ).encode()
    for name in ("first.txt", "sub/second.txt")
}
CHUNKS = 2  # of each talk
FAILED = "failed"  # stands in the journal where the call before it, of the same thread, has changed nothing
PLUGGED = """
from tests.proofs.plug import run_plugged
run_plugged(*{})
"""
_MODIFIED = 1_700_000_000  # seconds since the epoch: the talks' own time, which a result carries
_NEVER = 0
_FSYNCS = ("fsync", "fdatasync")
_NAMING = ("rename", "replace", "link")
_UNNAMING = ("rename", "replace", "unlink", "remove", "rmdir")


def promised(journal):
    """What the program knew to be on the disk: the path of each file it gave a name, and its hash.

    A name given is a promise from when its thread goes on to change something else: by then all that
    makes it durable must have come back. It ends when anybody begins to take the name away.
    """
    names = {}  # path -> its hash, and the thread that is still busy with it
    for thread, call, paths, digest in _succeeded(journal):
        if call not in _FSYNCS:
            for path, (known, busy) in names.items():
                names[path] = known, None if busy == thread else busy
        taken = {}
        if call in _UNNAMING:
            below = [path for path in names if path == paths[0] or path.startswith(f"{paths[0]}/")]
            taken = {path: names.pop(path) for path in below}
        if call in _NAMING:
            source, target = paths
            names.pop(target, None)
            if digest is not None:
                names[target] = digest, thread
            for path, (known, _) in taken.items():
                names[target + path.removeprefix(source)] = known, thread
    return {path: known for path, (known, busy) in names.items() if busy is None}


def _after_rename_to(part, journal):
    renames = (number for number, line in enumerate(journal, 1) if line[1] == "rename")
    return next(number + 1 for number in renames if part in journal[number - 1][2][1])


def _succeeded(journal):
    kept = []
    for line in journal:
        if line[1] == FAILED:
            kept.remove(next(before for before in reversed(kept) if before[0] == line[0]))
        else:
            kept.append(line)
    return kept


class Disks:
    """The filesystems that a root lies on: one for all of it, or three (inbox, outbox, state)."""

    def __init__(self, folder, *, separate):
        folder.mkdir()
        self.root = folder / "root"
        self.tops = [self.root, *([self.root / "outbox", self.root / "state"] if separate else [])]
        self._images = [folder / f"image-{number}" for number in range(len(self.tops))]
        self._stack = contextlib.ExitStack()
        for image in self._images:
            make_disk(image)

    def __enter__(self):
        for image, top in zip(self._images, self.tops, strict=True):
            try:
                self._stack.enter_context(disk(image, top))
            except BaseException:
                self._stack.close()
                raise
            with contextlib.suppress(FileNotFoundError):
                (top / "lost+found").rmdir()
        return self

    def __exit__(self, *exception):
        self._stack.close()

    def settle(self):
        """Make all that is there durable, as what lay there long before."""
        for top in self.tops:
            subprocess.run(["sync", "--file-system", str(top)], check=True)

    def cut(self):
        """Cut the power (again, where it is cut already), and give it back."""
        for top in self.tops:
            shut_down(top)
        for top in reversed(self.tops):
            unmount(top)
        self._stack.close()
        self.__enter__()


class Sweep:
    """The changes that an undisturbed run makes to the disk, and the power cut at any of them."""

    def __init__(self, folder, *, separate=False):
        self._folder = folder
        self._separate = separate
        self._numbers = itertools.count()
        with self._world("undisturbed") as world:
            assert world.run(_NEVER) == 0, world.log
            self.journal = [line for line in world.journal() if line[1] != FAILED]
            self.wanted = read_results(world.root.outbox)

    def cuts(self, count, lies=""):
        """Cut at so many changes, two at a time; what is wrong at each of them."""
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda at: self.cut(at, lies), self.points(count)))

    def points(self, count):
        """So many changes, evenly spread, the last of them after the end of the run."""
        return sorted({1 + number * len(self.journal) // (count - 1) for number in range(count)})

    def claiming(self):
        """The change of the first thread after a source came in: its job's ticket is promised by then.

        Counted over the changes of the first thread, for a cut where it is alone.
        """
        first, *_ = self.journal[0]
        return _after_rename_to("/source.txt", [line for line in self.journal if line[0] == first])

    def clearing(self):
        """The change after a delivered job left the listing: that it has a result is promised by then."""
        return _after_rename_to("/.cleared/", self.journal)

    def indexing(self, count):
        """So many of the changes at which the index is written, and the ones before and after those."""
        near = set()
        for number, (_, _, paths, _) in enumerate(self.journal, 1):
            if paths[-1].endswith(("/index.html", f"/{CATALOGUE}")):
                near |= {number - 1, number, number + 1} - {0}
        return sorted(near)[:: max(1, len(near) // count)]

    def cut(self, at, lies="", *, alone=False):
        """Cut the power at a change, and judge what is left; what is wrong."""
        with self._world(f"cut-{at}{lies}-{next(self._numbers)}") as world:
            world.run(at, lies, alone=alone)
            world.disks.cut()
            return [f"cut at {at}, after {world.last()}: {sentence}" for sentence in world.judge(self.wanted)]

    @contextlib.contextmanager
    def _world(self, name):
        with MessagesServer() as server, Disks(self._folder / name, separate=self._separate) as disks:
            yield _World(disks, server)
        for image in (self._folder / name).glob("image-*"):
            image.unlink()


class _World:
    """One root on disks of its own, from the first run to the verdict."""

    def __init__(self, disks, server):
        self.disks = disks
        self.server = server
        self.log = []
        self._journal = disks.root.parent / "journal"
        self.root = Root(disks.root, base_url=server.url, concurrency=1, chunk_words=60)
        for name, text in TALKS.items():
            self.root.drop(name, text)
            os.utime(self.root.inbox / name, (_MODIFIED, _MODIFIED))
        disks.settle()

    def run(self, cut, lies="", *, alone=False):
        """Run the program until the power is cut, or to its end; its exit code."""
        order = [str(top) for top in self.disks.tops], cut, str(self._journal), lies, alone
        running = self.root.start("once", driver=PLUGGED.format(order))
        code = running.wait()
        self.log = running.log
        return code

    def journal(self):
        """The changes that were begun, in their order."""
        return [json.loads(line) for line in self._journal.read_text().splitlines()]

    def last(self):
        """The last change before the cut, in words."""
        _, call, paths, _ = [[0, "the start", [], None], *self.journal()][-1]
        return " ".join([call, *paths])

    def judge(self, wanted):
        """Look at what is left, run the program on it to its end, and look again."""
        wrong = [*self._broken_promises(), *self._lost(), *self._undelivered(wanted), *self._half_index()]
        asked = [asked_text(body) for body in self.server.bodies]
        reserved = self._reserved()
        if reserved < len(asked):
            wrong.append(f"{len(asked)} requests were sent, and {reserved} are in the ledger")
        saved = sum(self._saved(name) for name in TALKS)
        done = self.root.command("once", "--wait", "20", check=False)
        if done.returncode != 0:
            wrong.append(f"the next run left with {done.returncode}: {done.stderr[-500:]}")
        again = [asked_text(body) for body in self.server.bodies[len(asked) :]]
        if len(again) != CHUNKS * len(TALKS) - saved:
            wrong.append(f"{saved} chunks were saved, and {len(again)} were asked for")
        if set(asked[:-1]) & set(again):  # one at a time: that another is asked for says that this is saved
            wrong.append("a chunk that was done is asked for again")
        return wrong + self._unequal(wanted) + self._uncatalogued()

    def _broken_promises(self):
        kept = promised(self.journal()).items()
        return [f"{path} is not what it was" for path, digest in kept if digest_of(path) != digest]

    def _lost(self):
        state, inbox, outbox = self.root.state, self.root.inbox, self.root.outbox
        places = [*state.glob("*/source.txt"), *inbox.rglob("*"), *outbox.rglob("original.txt")]
        there = {place.read_bytes() for place in places if place.is_file()}
        return [f"{name} is lost" for name, text in TALKS.items() if text not in there]

    def _undelivered(self, wanted):
        names = [line.rpartition("outbox/")[2].rstrip("'") for line in self.log if " delivered " in line]
        there = read_results(self.root.outbox)
        said = [name for name in wanted if name.startswith(tuple(f"{delivered}/" for delivered in names))]
        return [f"{name} was delivered and is not there" for name in said if there.get(name) != wanted[name]]

    def _half_index(self):
        page = self.root.outbox / "index.html"
        whole = not page.exists() or page.read_text().rstrip().endswith("</html>")
        return [] if whole else ["index.html is half of one"]

    def _uncatalogued(self):
        """What index.html and `search` do not show after the next run, though it is there."""
        page = (self.root.outbox / "index.html").read_text()
        found = json.loads(self.root.command("search", "spoken", "--json").stdout)["results"]
        hits = {hit["path"] for hit in found}
        results = self.root.results()
        wrong = [f"{name} is not in the index" for name in results if f'href="./{name}/' not in page]
        wrong += [f"{name} is not found" for name in results if name not in hits]
        return wrong

    def _reserved(self):
        ledger = self.root.state / "ledger.csv"
        return ledger.read_text().count(",reserved,") if ledger.exists() else 0

    def _saved(self, name):
        stem = name.removesuffix(".txt")
        delivered = (self.root.outbox / stem / "summary.json").exists()
        return CHUNKS if delivered else len(self.root.chunks(stem.replace("/", "--")))

    def _unequal(self, wanted):
        found = read_results(self.root.outbox)
        differing = sorted(
            name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)
        )
        left = [
            path for top in (self.root.inbox, self.root.state) for path in top.rglob("*") if path.is_file()
        ]
        known = {".lock", "ledger.csv", ".config.yaml", CATALOGUE}
        stray = [path for path in left if path.name not in known] + [*self.root.outbox.rglob(".*")]
        return [f"{name} differs" for name in differing] + [f"{path} is left over" for path in stray]
