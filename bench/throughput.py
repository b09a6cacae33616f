"""How many requests a second the daemon makes, beside a bare client in the same run; how soon it picks up.

python bench/throughput.py [CHUNKS]

The server answers at once, from a process of its own: what is measured is what the program itself takes, with
the checks of each answer, the ledger and the checkpoints. Chunks have 900 words, 16 are asked for at once.
One server gives back the turns as they were sent but for the first hesitation; another without hesitations
and with the marks and capitals that they lack, as a model does. Both are measured by turns, ROUNDS times:
a machine that others use as well may be half as fast a second later. The ratio is the middle one.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.conftest import Root, until

THREADS, CHUNK_WORDS = 16, 900
OWN_PROCESS = {"PYTHONSAFEPATH": ""}  # has the program started as people start it, and not forked
ROUNDS = 5
SETTLE_SECONDS, PICK_UPS = 0.3, 20
WORDS = (
    "the of and a to in is you that it he was for on are as with his they I at be this have from or one had "
    "by word but not what all were we when your can said there use an each which she do how their if will up "
    "about out many then them these so some her would make like him into time has look two more write go see"
).split()
HESITATIONS, WORDS_BETWEEN = ("um,", "uh,", "er,", "you know,"), 12


# --- the server ---------------------------------------------------------------------------------------------

_HESITATION = re.compile(rf"\b(?:{'|'.join(HESITATIONS)}) ")
_OPENING = re.compile(r"(?:^<turn [^>]*>|[.] )[a-z]", re.M)
_JOINING = re.compile(r"(?<=\w)(?= (?:and|but|or) )")


def _edit(turns: str) -> str:
    """The turns without hesitations, with a capital at the beginning of each sentence and with commas."""
    spoken = _HESITATION.sub("", turns)
    opened = _OPENING.sub(lambda found: found[0][:-1] + found[0][-1].upper(), spoken)
    return _JOINING.sub(",", opened)


class _Connection(asyncio.Protocol):
    """Answers each request with the turns that it was sent; counts them, from the first to the last."""

    count, first, last = 0, 0.0, 0.0
    edits = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._data = b""

    def data_received(self, data: bytes) -> None:
        self._data += data
        while True:
            head, found, rest = self._data.partition(b"\r\n\r\n")
            if not found:
                return
            length = int(_find_between(head.lower() + b"\r\n", b"content-length:", b"\r\n") or 0)
            if len(rest) < length:
                return
            self._data = rest[length:]
            self._answer(head, rest[:length])

    def _answer(self, head: bytes, body: bytes) -> None:
        kind = type(self)
        if head.startswith(b"GET /count"):
            self._send({"count": kind.count, "seconds": kind.last - kind.first})
            kind.count = 0
            return
        if head.startswith(b"POST"):
            asked = json.loads(body)["messages"][-1]["content"]
            text = asked.partition("<transcript>")[2].rpartition("</transcript>")[0].strip()
            text = _edit(text) if kind.edits else _HESITATION.sub("", text, count=1)
            if not kind.count:
                kind.first = time.monotonic()
            kind.count += 1
            usage = {"input_tokens": 1500, "output_tokens": 1200}
            said = {"id": "m", "type": "message", "role": "assistant", "model": "claude-haiku-5-5"}
            content = [{"type": "text", "text": text}]
            self._send({**said, "content": content, "stop_reason": "end_turn", "usage": usage})
            kind.last = time.monotonic()
            return
        self._send({"data": [], "id": "claude-haiku-5-5", "type": "model"})

    def _send(self, value: object) -> None:
        body = json.dumps(value).encode()
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)  # type: ignore[attr-defined]


def _find_between(text: bytes, before: bytes, after: bytes) -> bytes:
    return text.partition(before)[2].partition(after)[0]


async def _serve() -> None:
    _Connection.edits = "edited" in sys.argv
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


# --- what is measured ----------------------------------------------------------------------------------


def _make_talk(chunks: int) -> str:
    """A talk of so many chunks, two speakers by turns, of sentences that are all different."""
    chance = random.Random(1)
    turns = []
    for number in range(2 * chunks):
        words = [chance.choice(WORDS) for _ in range(CHUNK_WORDS // 2)]
        for end in range(14, len(words), 15):
            words[end] += "."
        for place in range(WORDS_BETWEEN - 1, len(words), WORDS_BETWEEN):
            words[place] = chance.choice(HESITATIONS)
        turns.append(f"Speaker {number % 2}: {' '.join(words)}.")
    return "\n\n".join(turns)


def _read_count(url: str) -> tuple[int, float]:
    with urlopen(f"{url}/count") as answer:
        said = json.load(answer)
    return said["count"], said["seconds"]


def measure_bare_client(url: str, requests: int) -> float:
    """Requests a second of the client library alone, with messages of the same size."""
    import anthropic

    client = anthropic.Anthropic(api_key="k", base_url=url, max_retries=0)
    text = f"<transcript>\n{_make_talk(1)}\n</transcript>"

    def ask(number: int) -> None:
        client.messages.create(
            model="claude-haiku-5-5", max_tokens=8000, messages=[{"role": "user", "content": text}]
        )

    ask(0)
    _read_count(url)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(ask, range(requests)))
    count, seconds = _read_count(url)
    return count / seconds


def measure_daemon(url: str, chunks: int) -> float:
    """Requests a second of the whole program, from the first request to the last answer."""
    with tempfile.TemporaryDirectory() as folder:
        root = Root(Path(folder), base_url=url, concurrency=THREADS, chunk_words=CHUNK_WORDS)
        root.drop("talk.txt", _make_talk(chunks))
        assert root.start("once", env=OWN_PROCESS).wait() == 0
        assert root.summary("talk")["flags"] == []
    count, seconds = _read_count(url)
    assert count in (chunks, chunks + 1), "more requests than chunks and a survey"
    return count / seconds


def measure_pick_up() -> list[float]:
    """Milliseconds beyond the settle time until a file is taken that comes just after another was."""
    late = []
    with tempfile.TemporaryDirectory() as folder:
        root = Root(Path(folder), settle_seconds=SETTLE_SECONDS)
        daemon = root.start(env=OWN_PROCESS)
        daemon.logged("watching")
        for number in range(PICK_UPS):
            root.drop(f"first-{number}.txt", f"Ann: this is number {number}.\n")
            until(lambda number=number: not (root.inbox / f"first-{number}.txt").exists(), every=0.001)
            root.drop(f"second-{number}.txt", f"Ann: this is number {number} again.\n")
            dropped = time.monotonic()
            until(lambda number=number: not (root.inbox / f"second-{number}.txt").exists(), every=0.001)
            late.append(1000 * (time.monotonic() - dropped - SETTLE_SECONDS))
        daemon.stop()
    return sorted(late)


def measure_ratio(kind: str, chunks: int) -> None:
    """Print the requests a second of both, and their ratio, where answers are "echoed" or "edited"."""
    command = [sys.executable, __file__, "--serve", kind]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        rounds = [(measure_bare_client(url, chunks), measure_daemon(url, chunks)) for _ in range(ROUNDS)]
    finally:
        server.kill()
        server.wait()
    bare, ours = (median(figures) for figures in zip(*rounds, strict=True))
    ratios = sorted(daemon / client for client, daemon in rounds)
    print(
        f"{kind}: bare client {bare:.0f} requests/s; the daemon {ours:.0f}; "
        f"ratio {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


def main() -> None:
    """Print the figures."""
    chunks = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    for kind in ("echoed", "edited"):
        measure_ratio(kind, chunks)
    late = measure_pick_up()
    print(f"picked up after the settle time: median {late[len(late) // 2]:.0f} ms, most {late[-1]:.0f} ms")


if __name__ == "__main__":
    if "--serve" in sys.argv:
        asyncio.run(_serve())
    else:
        main()
