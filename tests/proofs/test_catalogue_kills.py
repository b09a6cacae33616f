"""Killed at any moment, the program has index and search whole again at its next start."""

import random
import re
import subprocess
import time

import pytest

from tests.conftest import TRANSCRIPT


def listed(root):
    """The results that index.html shows, by their links; None where there is no page."""
    try:
        page = (root.outbox / "index.html").read_text()
    except FileNotFoundError:
        return None
    assert page.startswith("<!DOCTYPE html>")
    assert page.rstrip().endswith("</html>")  # never half of it
    return set(re.findall(r'href="\./(talk-\d+)/talk-\d+\.md"', page))


def kill_and_end(root, kills, seed):
    rnd = random.Random(seed)
    for number in range(kills):
        for file in range(5):
            root.drop(f"talk-{5 * number + file}.txt", f"{TRANSCRIPT}\nAnn: number {5 * number + file}.\n")
        running = root.start("once")
        try:
            running.process.wait(rnd.uniform(0.3, 2.5))
        except subprocess.TimeoutExpired:
            running.kill()
        shown = listed(root)
        assert shown is None or shown <= set(root.results())
    root.command("once")
    assert listed(root) == set(root.results())
    assert len(root.results()) == 5 * kills
    found = root.command("search", "welcome", "--json", "--limit", "1000").stdout
    assert found.count('"path":') == 5 * kills


def test_a_few_kills_leave_index_and_search_whole(root):
    kill_and_end(root, 3, seed=1)


@pytest.mark.prove
def test_many_kills_leave_index_and_search_whole(root, total):
    began = time.monotonic()
    kill_and_end(root, 60, seed=2)
    total(f"kills over index and search: 60 in {time.monotonic() - began:.0f} s, 0 failed")
