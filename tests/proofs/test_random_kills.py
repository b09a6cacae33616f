"""Killed at random moments, again and again, over many transcripts: nothing lost, doubled or changed."""

import contextlib
import os
import random
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import Daemon, Root, until
from tests.messages_server import MessagesServer
from tests.proofs.sweep import MODIFIED, Picture, differences, picture

MANY, FEW = 30, 6  # transcripts
CONCURRENCY = (4, 8)  # at least, at most
LATENCY = 0.03  # seconds
KILLS = 1000
SEEDS = 2, 3, 4, 5  # each a part of them, for as many processes as run the proofs

# Keeps twenty answers in memory before it writes them.
SAVES_LATE = """
from daemon.store.saved import checkpoint
from daemon.cli import main as cli
real, later = checkpoint.save_checkpoint, []
def save(*answer):
    later.append(answer)
    while len(later) > 20:
        real(*later.pop(0))
checkpoint.save_checkpoint = save
cli.main()
"""


def texts(transcripts):
    """So many transcripts by name; each passage is said only once in all of them."""
    rnd = random.Random(30)
    return {
        f"{'sub/' if number % 3 == 0 else ''}talk-{number}.txt": "\n\n".join(
            f"{'Ann' if turn % 2 else 'Ben'}: um passage {turn} of talk {number} is spoken here, uh, and "
            "it has quite a few plain words in it so that it fills a chunk of its own."
            for turn in range(rnd.randint(3, 12))
        ).encode()
        for number in range(transcripts)
    }


class Ordeal:
    """One set of transcripts, in a root of its own. Each life of the program has a key of its own."""

    def __init__(self, path: Path, server: MessagesServer, concurrency: int, transcripts: int) -> None:
        self.server = server
        self.texts = texts(transcripts)
        self.root = Root(
            path,
            base_url=server.url,
            api_key_env="ANTHROPIC_API_KEY",
            concurrency=concurrency,
            chunk_words=30,
        )
        self.concurrency = concurrency
        self.lives = 0
        self.saved_after: list[int] = []
        for name, text in self.texts.items():
            self.root.drop(name, text)
            os.utime(self.root.inbox / name, (MODIFIED, MODIFIED))

    def live(self, rnd: random.Random) -> None:
        """Start it and kill it: soon after the start, or soon after a request."""
        daemon = self.root.start(env=self._key())
        further = 0 if rnd.random() < 0.2 else rnd.randint(1, 12)
        self._wait_for(further, daemon)
        most = 0.05 if further else 1.0
        with contextlib.suppress(subprocess.TimeoutExpired):
            daemon.process.wait(rnd.uniform(0, most))
        self._kill(daemon)

    def live_by(self, driver: str, requests: int) -> None:
        """Start a program that is broken on purpose; kill it after so many requests."""
        daemon = self.root.start(env=self._key(), driver=driver)
        self._wait_for(requests, daemon)
        self._kill(daemon)

    def _wait_for(self, requests: int, daemon: Daemon) -> None:
        wanted = len(self.server.bodies) + requests
        try:
            until(lambda: len(self.server.bodies) >= wanted or self.done)
        except AssertionError:
            status = self.root.command("status").stdout
            raise AssertionError(f"it does no more, in {self.root.path}: {status} {daemon.log}") from None

    def _kill(self, daemon: Daemon) -> None:
        daemon.kill()
        self.saved_after.append(self.saved())

    def end(self) -> None:
        """Let it come to its end."""
        self.root.command("once", env=self._key())
        self.saved_after.append(self.saved())

    @property
    def done(self) -> bool:
        """Whether every transcript has left the inbox and the state folder."""
        waiting = [name for name in os.listdir(self.root.state) if name.startswith(("talk", "sub"))]
        return len(self.root.results()) >= len(self.texts) and not waiting

    def saved(self) -> int:
        """How many chunks are on the disk: in results, or as checkpoints of what has no result yet."""
        results = {self.root.summary(result)["source"]: result for result in self.root.results()}
        chunks = [self.root.summary(result)["chunks"] for result in results.values()]
        for name in self.texts:
            if name not in results:
                chunks.append(len(self.root.chunks(name.removesuffix(".txt").replace("/", "--"))))
        return sum(chunks)

    def wrong(self, wanted: Picture) -> list[str]:
        """What differs from an undisturbed run; and the lives that lost more than was in flight."""
        asked = Counter(
            request.headers["authorization"] for request in self.server.requests if request.method == "POST"
        )
        found = differences(picture(self.root), wanted)
        before = 0
        for life, saved in enumerate(self.saved_after, 1):
            requests = asked[f"Bearer life-{life}"]
            unsaved = requests - (saved - before)
            if not 0 <= unsaved <= self.concurrency:
                found.append(f"life {life}: {unsaved} of {requests} answers were not saved")
            before = saved
        return found

    def _key(self) -> dict[str, str]:
        self.lives += 1
        return {"ANTHROPIC_API_KEY": f"life-{self.lives}"}


@cache
def undisturbed(transcripts: int) -> Picture:
    """What a set comes to when nothing is in its way."""
    with tempfile.TemporaryDirectory() as folder, MessagesServer() as server:
        ordeal = Ordeal(Path(folder) / "root", server, CONCURRENCY[1], transcripts)
        ordeal.end()
        found = picture(ordeal.root)
        assert len(server.bodies) == ordeal.saved()
        assert len(ordeal.root.results()) == transcripts
        return found


@dataclass
class Tally:
    """What came of so many kills."""

    kills: int
    sets: int
    repeated: int
    wrong: list[str]


def killed(folder: Path, kills: int, seed: int, transcripts: int) -> Tally:
    """So many kills, over as many sets as that takes."""
    rnd = random.Random(seed)
    tally = Tally(0, 0, 0, [])
    while tally.kills < kills:
        with MessagesServer(latency=LATENCY) as server:
            ordeal = Ordeal(folder / f"{seed}-{tally.sets}", server, rnd.randint(*CONCURRENCY), transcripts)
            while tally.kills < kills and not ordeal.done:
                ordeal.live(rnd)
                tally.kills += 1
            ordeal.end()
            tally.sets += 1
            tally.repeated += len(server.bodies) - ordeal.saved()
            tally.wrong += ordeal.wrong(undisturbed(transcripts))
    return tally


def test_a_few_kills_at_random_moments_change_nothing_in_the_end(tmp_path):
    tally = killed(tmp_path, 6, 1, FEW)
    assert tally.wrong == []


@pytest.mark.prove
@pytest.mark.parametrize("seed", SEEDS)
def test_a_thousand_kills_at_random_moments_change_nothing_in_the_end(tmp_path, seed, total):
    tally = killed(tmp_path, KILLS // len(SEEDS), seed, MANY)
    total(
        f"random kills: {tally.kills} over {tally.sets} sets of {MANY} transcripts, "
        f"{tally.repeated} requests repeated, {len(tally.wrong)} failed"
    )
    assert tally.wrong == []


def test_a_program_that_saves_late_is_found_out(tmp_path):
    with MessagesServer(latency=LATENCY) as server:
        ordeal = Ordeal(tmp_path / "root", server, CONCURRENCY[0], FEW)
        ordeal.live_by(SAVES_LATE, requests=40)
        ordeal.end()
        assert "answers were not saved" in "".join(ordeal.wrong(undisturbed(FEW)))
