"""What was acknowledged, seen from outside: what the folders must show for it, always and in the end."""

import functools
import json
import os
import shutil
import stat
import tempfile
from collections import Counter
from dataclasses import dataclass, field

from daemon.intake.inbox import GIVEN_BACK
from tests.equal_results import drop_run
from tests.proofs.world import World

HERE = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
MODIFIED = 1_700_000_000
NAMES = ("a.txt", "sub/a.txt", "sub.txt", "rejected.txt")
CONFIGS = (
    {"chunk_words": 12},
    {"chunk_words": 30},
    {"chunk_words": 12, "glossary": ["Zoë"]},
    {"chunk_words": 12, "outputs": ["txt", "json"]},
    {"chunk_words": 12, "style": "prompt.md", "_prompt": "Make it good."},
    {"chunk_words": 12, "style": "prompt.md", "_prompt": "Make it better."},
)
TEMPORARY = (".tmp-", ".redo-")
UNFINISHED = (".partial", ".claimed", ".returned")


def talk(name, version):
    """Two to four passages that no other name and version has."""
    said = [
        f"Ann: um passage {n} of {name} number {version}, as it was said here." for n in range(version + 2)
    ]
    return "\n\n".join(said).encode()


@functools.cache
def undisturbed(name, source, config):
    """The files of the result that a daemon gives that nobody and nothing disturbs."""
    path = tempfile.mkdtemp(dir=HERE)
    world = World(path, CONFIGS[config])
    put(os.path.join(world.inbox, name), source)
    world.start()
    assert world.settle()
    world.stop()
    (found,) = results_in(world.outbox)
    files = tree(os.path.join(world.outbox, found))
    shutil.rmtree(path)
    return files


def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    hidden = os.path.join(os.path.dirname(path), ".dropping")
    with open(hidden, "wb") as file:
        file.write(data)
    os.utime(hidden, (MODIFIED, MODIFIED))
    os.rename(hidden, path)


def tree(path):
    return {name: read(os.path.join(path, name)) for name in sorted(os.listdir(path))}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def parsed(data):
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def results_in(outbox):
    """The paths of everything that was delivered or rejected."""
    found = []
    for folder, inner, files in os.walk(outbox):
        inner[:] = [name for name in inner if not name.startswith(".")]
        if "summary.json" in files:
            found.append(os.path.relpath(folder, outbox))
    return sorted(found)


@dataclass
class Known:
    """What was seen of a job."""

    folder: str
    name: str
    source: bytes | None = None
    saved: dict[int, bytes] = field(default_factory=dict)
    settings: str | None = None
    given_up: set[str] = field(default_factory=set)
    begun_anew: bool = False
    ticket_damaged: bool = False


@dataclass(frozen=True)
class Result:
    """What was seen in the outbox."""

    path: str
    job_id: str
    source: str
    original: bytes
    files: dict[str, bytes] = field(hash=False)

    @property
    def rejected(self):
        return "REASON.txt" in self.files

    @property
    def summary(self):
        return parsed(self.files["summary.json"])


def told(files):
    """A result without what two runs may differ in."""
    summary = drop_run(parsed(files["summary.json"]))
    summary.pop("name", None)
    return {**files, "summary.json": summary}


class Model:
    """The promises, held against a world. `dropped`, `put_back` and `deleted` say what people did.

    `half_cleared` counts the results that were deleted while their job was being cleared.
    """

    world: World
    dropped: Counter
    put_back: Counter
    deleted: list
    half_cleared: Counter

    def reset(self):
        """Nothing has happened yet."""
        self.dropped, self.put_back, self.deleted = Counter(), Counter(), []
        self.half_cleared, self.given_back = Counter(), Counter()
        self.jobs, self.results = {}, {}
        self.answers, self.in_hand, self.damaged, self.complaints = {}, set(), {}, []

    def asked(self, account, index, answer):
        """The model is asked for a chunk: may it be? The daemon would take a no for a bug of its own."""
        try:
            self.check_asked(account, index, answer)
        except AssertionError as error:
            self.complaints.append(str(error))
        self.in_flight()
        key = account.rpartition("#")[2], index
        self.answers.setdefault(key, set()).add(answer.cleaned_text)
        self.in_hand.add((key, answer.cleaned_text, self.live(key[0]).header.settings.digest))

    def check_asked(self, account, index, answer):
        folder, _, job_id = account.rpartition("#")
        known, settings = self.jobs[job_id], self.live(job_id).header.settings.digest
        for place in ("", "inbox", os.path.join("state", folder)):
            assert not os.path.lexists(os.path.join(self.world.path, place, "PAUSE")), (
                f"asked while paused: {place}"
            )
        self.planned(known)
        assert index not in known.saved, f"chunk {index} of {folder} was saved and is asked for again"
        again = ((job_id, index), answer.cleaned_text, settings) in self.in_hand
        assert not again, f"chunk {index} of {folder} was answered and is asked again"
        if not known.saved and not known.begun_anew:
            today = self.world.daemon.jobs.access.settings.digest
            assert settings == today, f"{folder} begins under settings that are not today's"

    def here(self):
        """The jobs that are in the state folder."""
        return [(i, known) for i, known in self.jobs.items() if self.at(i, known)]

    def at(self, job_id, known):
        data = self.read_or_none(known, "job.json")
        if data is None:
            return False
        told = parsed(data).get("job_id")
        last = [other for other in self.jobs.values() if other.folder == known.folder][-1]
        return told == job_id or (told is None and known.ticket_damaged and known is last)

    def read_or_none(self, known, name):
        try:
            return read(os.path.join(self.world.state, known.folder, name))
        except OSError:
            return None

    def file_of(self, job_id, name):
        return os.path.join(self.world.state, self.jobs[job_id].folder, name)

    def planned(self, known):
        """The settings that a job is planned under; where it had to be made anew, under which it is now."""
        data = self.read_or_none(known, "plan.jsonl") or b""
        found = parsed(data.partition(b"\n")[0]).get("settings_hash")
        if known.begun_anew and found not in (None, known.settings):
            known.saved.clear()
            known.settings = None
        return found

    def forget_chunk(self, job_id, index):
        known = self.jobs[job_id]
        known.saved.pop(index, None)
        known.begun_anew |= not known.saved
        self.in_hand = {entry for entry in self.in_hand if entry[0] != (job_id, index)}
        path = self.file_of(job_id, f"{index:04d}.json")
        self.damaged[job_id, index] = read(path) if os.path.exists(path) else None

    def look_around(self):
        for folder in os.listdir(self.world.state):
            if not folder.startswith("."):
                self.look_at_job(folder)
        self.look_at_outbox()
        assert not self.complaints, self.complaints
        for line in self.world.errors:
            assert " bug=" not in line or "bug=Killed" in line, line

    def look_at_job(self, folder):
        path = os.path.join(self.world.state, folder)
        names = os.listdir(path)
        ticket = parsed(read(os.path.join(path, "job.json"))) if "job.json" in names else {}
        damaged = [job_id for job_id, known in self.here() if known.folder == folder]
        job_id = ticket.get("job_id") or (damaged[-1] if damaged else None)
        if job_id is None:
            return
        if job_id not in self.jobs:
            mended = any(name.startswith("job.json.") for name in names)
            before = [known for known in self.jobs.values() if known.folder == folder and mended]
            known = self.jobs[job_id] = before[-1] if before else Known(folder, ticket["name"])
            if known.begun_anew:
                known.saved.clear()
        known = self.jobs[job_id]
        if ticket.get("source") in names:
            known.source = read(os.path.join(path, ticket["source"]))
        if "FAILED" in names:
            why = read(os.path.join(path, "FAILED"))
            assert b"took the program down" in why, f"{folder} failed: {why}"
        self.planned(known)
        for index in known.saved:
            assert f"{index:04d}.json" in names, f"{index:04d}.json of {folder} is gone"
        for name in names:
            if name.removesuffix(".json").isdigit():
                self.look_at_chunk(job_id, known, name)

    def look_at_chunk(self, job_id, known, name):
        path, index = self.file_of(job_id, name), int(name[:-5])
        if not os.path.isfile(path):
            return
        data = read(path)
        if index in known.saved:
            assert data == known.saved[index], f"{name} of {known.folder} was altered"
        elif data != self.damaged.get((job_id, index)) and index not in self.unsaved(job_id):
            record = parsed(data)
            if record.get("job_id") == job_id and record.get("cleaned_text") in self.answers.get(
                (job_id, index), ()
            ):
                known.saved[index] = data
                if known.settings is None:
                    known.settings = record["settings_hash"]

    def unsaved(self, job_id):
        """The chunks that the daemon would not say are saved: their last write has failed."""
        job = self.live(job_id)
        if job is None:
            return ()
        return range(100) if job.plan is None else job.missing

    def live(self, job_id):
        """A job as the daemon has it, None where there is none."""
        jobs = self.world.daemon.jobs.open if self.world.daemon is not None else ()
        return next((job for job in jobs if job.ticket.job_id == job_id), None)

    def look_at_outbox(self):
        paths = results_in(self.world.outbox)
        for path in set(self.results) - set(paths):
            raise AssertionError(f"{path} is gone from the outbox")
        for path in paths:
            files = tree(os.path.join(self.world.outbox, path))
            if path in self.results:
                assert files == self.results[path].files, f"{path} was overwritten"
                continue
            summary = parsed(files["summary.json"])
            original = self.find_original(summary, files)
            result = Result(path, summary["job_id"], summary["source"], original, files)
            twice = [r.path for r in self.results.values() if r.job_id == result.job_id]
            fair = not twice or self.jobs[result.job_id].ticket_damaged
            assert fair, f"{path} was delivered already, as {twice}"
            self.results[path] = result
            self.look_at_result(result)

    def find_original(self, summary, files):
        """The original in a result; that of its job, where no copy for a rejected one could be made."""
        found = [data for name, data in files.items() if name.startswith("original")]
        if not found and GIVEN_BACK.encode() in files.get("REASON.txt", b""):
            dropped = [
                data for version in range(3) if (data := talk(summary["source"], version)) in self.dropped
            ]
            found = [self.jobs[summary["job_id"]].source or dropped[0]]
            self.given_back.update(found)
        (original,) = found
        return original

    def look_at_result(self, result):
        known = self.jobs[result.job_id]
        assert result.original in ((known.source,) if known.source else self.dropped)
        if result.rejected:
            reason = result.files["REASON.txt"].decode()
            fair = "discarded" in known.given_up if "discarded" in reason else "same file" in reason
            assert fair, f"{result.path} was rejected: {reason}"
            return
        if result.summary.get("copy_of"):  # its text is that of another result, cleaned under another title
            return
        if known.ticket_damaged:  # what it was called is not known any more, nor where it lay
            return
        assert known.settings in (None, result.summary["settings_hash"]), "not the settings it began under"
        for config in range(len(CONFIGS)):
            expected = undisturbed(result.source, result.original, config)
            if parsed(expected["summary.json"])["settings_hash"] == result.summary["settings_hash"]:
                assert told(result.files) == told(expected), f"{result.path} is not what it should be"
                return
        raise AssertionError(f"{result.path} was made under settings that nobody asked for")

    def bytes_anywhere(self):
        for place in (self.world.inbox, self.world.state, self.world.outbox):
            for folder, _, files in os.walk(place):
                for name in files:
                    if name.endswith((".txt", ".claimed", ".returned", GIVEN_BACK)) or name.startswith("."):
                        yield read(os.path.join(folder, name))
        for result in self.deleted:
            yield result.original

    def everything_came_to_its_end(self):
        left = [
            os.path.join(folder, name) for folder, _, files in os.walk(self.world.inbox) for name in files
        ]
        assert Counter(read(path) for path in left if path.endswith(GIVEN_BACK)) == self.given_back
        left = [path for path in left if not path.endswith(GIVEN_BACK)]
        assert left == [], f"left in the inbox: {left}"
        left = [
            known.folder for _, known in self.here() if self.read_or_none(known, "source.txt") is not None
        ]
        assert left == [], f"jobs are left: {left}"
        ends = Counter(result.original for result in [*self.results.values(), *self.deleted])
        begun = self.dropped + self.put_back
        known = self.jobs.values()
        merged = Counter(job.source for job in known if "fresh" in job.given_up)
        both = Counter(
            job.source for job in known if {"fresh", "discarded"} <= job.given_up or job.ticket_damaged
        )
        for data, count in begun.items():
            fair = count - merged[data] <= ends[data] <= count + both[data] + self.half_cleared[data]
            assert fair, f"{count} times dropped, {ends[data]} ends"
        for folder, _, files in os.walk(self.world.outbox):
            for name in (os.path.basename(folder), *files):
                assert not name.startswith(TEMPORARY), f"left: {name}"
                assert not name.endswith(UNFINISHED), f"left: {name}"
        for folder, _, files in os.walk(self.world.state):
            assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
            for name in files:
                assert stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode) == 0o600
        done = Counter(
            (result.source, result.original, result.summary["settings_hash"])
            for result in self.results.values()
            if not result.rejected
        )
        twice = [made for made, times in done.items() if times > 1 + self.put_back[made[1]]]
        assert not twice, f"the same was done twice: {twice}"
