"""What the daemon itself costs, beside the waiting: measured, never asserted.

python bench/daemon.py latency       a job of 40 chunks at 0.3 s an answer, 8 at once
python bench/daemon.py files         500 small files dropped at once, by the offline rules
python bench/daemon.py checkpoints   milliseconds per checkpoint and memory, at 50 and 1,000 chunks
python bench/daemon.py status        seconds for `status` with 1,000 files waiting
python bench/daemon.py idle          CPU, memory, threads and descriptors of a daemon with nothing to do
python bench/daemon.py months        10,000 files waiting, then their results coming, then a start beside them
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.conftest import Root, until
from tests.messages_server import MessagesServer

MANY, REST_SECONDS = 10_000, 20

OWN_PROCESS = {"PYTHONSAFEPATH": ""}
"""A variable that has the program started as people start it, and not forked from one that is loaded."""


def speak_sentences(count: int) -> str:
    """So many sentences, no two of them alike: what a recogniser repeats is taken once."""
    return " ".join(f"So um this is sentence {n} of a talk that goes on for a while." for n in range(count))


def latency(root: Root, server: MessagesServer) -> None:
    """The wall time from the first request to the last answer, against the ideal."""
    server.latency, chunks, places = 0.3, 40, 8
    root.write_config(base_url=server.url, concurrency=places, chunk_words=960)
    daemon = root.start(env=OWN_PROCESS)
    daemon.logged("watching")
    root.drop("talk.txt", "\n\n".join(f"Speaker {n % 2}: {speak_sentences(60)}" for n in range(chunks)))
    until(root.results)
    begin = min(request.begin for request in server.requests)
    took = max(request.end for request in server.requests) - begin
    ideal = 0.3 * chunks / places
    asked = len(server.requests)
    print(f"{asked} requests, {server.most_in_flight} at once: {took:.3f} s, {took / ideal:.3f} of the ideal")


def files(root: Root, server: MessagesServer) -> None:
    """How long 500 small files take."""
    daemon = root.start(env=OWN_PROCESS)
    daemon.logged("watching")
    begin = time.monotonic()
    for number in range(500):
        root.drop(
            f"{'sub/' if number % 2 else ''}talk-{number // 2}.txt",
            f"Ann: {speak_sentences(1)} Number {number}.\n",
        )
    dropped = time.monotonic()
    until(lambda: len(root.results()) == 500, every=0.2)
    print(f"dropped in {dropped - begin:.2f} s, all delivered {time.monotonic() - dropped:.2f} s later")


def checkpoints(root: Root, server: MessagesServer) -> None:
    """What a checkpoint costs in a short and in a long job, and the memory of the process."""
    root.write_config(base_url=server.url, concurrency=4, chunk_words=100)
    daemon = root.start(env=OWN_PROCESS)
    daemon.logged("watching")
    for chunks in (50, 1000):
        server.requests.clear()
        name = f"talk-{chunks}"
        root.drop(f"{name}.txt", "\n\n".join(f"Speaker {n % 2}: {speak_sentences(6)}" for n in range(chunks)))
        until(lambda name=name: name in root.results(), every=0.05)
        took = max(request.end for request in server.requests) - server.requests[0].begin
        each = 1000 * took / len(server.requests)
        print(f"{len(server.requests)} chunks: {each:.2f} ms each, {_memory(daemon.process.pid)}")


def status(root: Root, server: MessagesServer) -> None:
    """How long `status` takes, the interpreter's start included."""
    for number in range(1000):
        (root.inbox / f"talk-{number}.txt").write_text(speak_sentences(1))
    for _ in range(3):
        begin = time.monotonic()
        root.command("status", env=OWN_PROCESS)
        print(f"{time.monotonic() - begin:.3f} s")


def idle(root: Root, server: MessagesServer) -> None:
    """What a daemon without work takes, over a minute."""
    daemon = root.start(env=OWN_PROCESS)
    daemon.logged("watching")
    pid = daemon.process.pid
    for _ in range(2):
        before = _cpu(pid)
        time.sleep(30)
        share = 100 * (_cpu(pid) - before) / 30
        open_files = len(os.listdir(f"/proc/{pid}/fd"))
        print(f"{share:.3f} % of a core, {_memory(pid)}, {open_files} descriptors")


def months(root: Root, server: MessagesServer) -> None:
    """What a daemon costs with 10,000 files waiting, and while as many results come to lie in its outbox."""
    (root.path / "PAUSE").touch()
    for number in range(MANY):
        (root.inbox / f"talk-{number}.txt").write_text(f"Ann: {speak_sentences(1)} Number {number}.\n")
    daemon = root.start(env=OWN_PROCESS)
    daemon.logged("watching")
    print(f"{MANY} files wait under PAUSE: {_measure_rest(daemon.process.pid)}")
    _time_commands(root, "status")
    (root.path / "PAUSE").unlink()
    for results in range(MANY // 5, MANY + 1, MANY // 5):
        begin, spent = time.monotonic(), _cpu(daemon.process.pid)
        until(lambda results=results: len(os.listdir(root.outbox)) >= results, every=0.2)
        each = 1000 * (_cpu(daemon.process.pid) - spent) / (MANY // 5)
        took, memory = time.monotonic() - begin, _memory(daemon.process.pid)
        print(f"{results} results after {took:.1f} s more, {each:.1f} ms of CPU each, {memory}")
    print(f"nothing waits: {_measure_rest(daemon.process.pid)}")
    daemon.stop()
    begin = time.monotonic()
    daemon = root.start(env=OWN_PROCESS)
    daemon.logged("watching")
    print(f"started again in {time.monotonic() - begin:.2f} s: {_measure_rest(daemon.process.pid)}")
    begin = time.monotonic()
    root.drop("last.txt", f"Ann: {speak_sentences(1)} The last.\n")
    until((root.outbox / "last").exists, every=0.01)
    print(f"one more is delivered after {time.monotonic() - begin:.2f} s")
    _time_commands(root, "status", "search last")


def _time_commands(root: Root, *commands: str) -> None:
    for command in commands:
        begin = time.monotonic()
        root.command(*command.split(), env=OWN_PROCESS)
        print(f"`{command}` takes {time.monotonic() - begin:.2f} s")


def _measure_rest(pid: int) -> str:
    """The CPU of a daemon that has nothing to do, over some seconds, and its memory."""
    time.sleep(REST_SECONDS / 2)  # what the start or the last result has left to do
    before = _cpu(pid)
    time.sleep(REST_SECONDS)
    return f"{100 * (_cpu(pid) - before) / REST_SECONDS:.2f} % of a core, {_memory(pid)}"


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = dict(line.split(":", 1) for line in lines)
    return f"{int(found['VmRSS'].split()[0]) / 1024:.0f} MB resident, {found['Threads'].strip()} threads"


def main() -> None:
    """Run the named measurements, or all but the slow ones."""
    known = {f.__name__: f for f in (latency, files, checkpoints, status, idle, months)}
    for name in sys.argv[1:] or ("latency", "files", "checkpoints", "status"):
        print(f"{name}:")
        with tempfile.TemporaryDirectory() as folder, MessagesServer() as server:
            root = Root(Path(folder))
            try:
                known[name](root, server)
            finally:
                for daemon in root.daemons:
                    daemon.kill()


if __name__ == "__main__":
    main()
