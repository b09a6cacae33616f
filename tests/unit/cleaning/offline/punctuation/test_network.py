"""The network's scores are whole numbers: the same whatever stands far off, and on however many threads."""

import os
import subprocess
import sys
from random import Random

import numpy as np
import pytest

from daemon.cleaning.offline.punctuation import LANGUAGES
from daemon.cleaning.offline.punctuation.network import UPPER, load_network

COMMON = "we have to say that the people of this town are here and you know what they want mr smith 1995 it's"


def some_words(count, seed=1):
    return Random(seed).choices(COMMON.split(), k=count)


def score(keys):
    return load_network("en").score(keys, [False] * len(keys))


def test_there_is_a_network_for_each_language_that_is_named():
    for code in LANGUAGES:
        assert load_network(code).score(["word"], [True]).shape == (1, UPPER + 1)
    with pytest.raises(FileNotFoundError):
        load_network("none")


def test_scores_are_whole_numbers():
    assert score(some_words(50)).dtype == np.int32


def test_what_stands_beyond_the_reach_has_no_part_in_a_words_scores():
    keys, reach = some_words(5000), load_network("en").reach
    whole = score(keys)
    for first, last in ((0, 700), (1000, 1100), (990, 2100), (4000, 5000)):
        part = score(keys[first:last])
        inner = slice(reach if first else 0, len(part) - reach if last < len(keys) else None)
        assert (part[inner] == whole[first:last][inner]).all()


def test_what_stands_near_has_a_part():
    before, after = score(["are", "you", "here", "now"]), score(["are", "you", "here", "we"])
    assert (before[2] != after[2]).any()


def test_no_words_have_no_scores():
    assert len(score([])) == 0


def test_any_letters_are_scored():
    odd = ["", "ß", "漢字", "🙂", "\ud800", "a" * 10_000, "\x00", "ıİ", "0" * 40]
    assert len(score(odd)) == len(odd)


@pytest.mark.process
def test_scores_are_the_same_on_any_number_of_threads():
    code = (
        "import hashlib; from tests.unit.cleaning.offline.punctuation.test_network import score, some_words;"
        "print(hashlib.sha256(score(some_words(3000)).tobytes()).hexdigest())"
    )
    found = set()
    for threads in ("1", "2", "4"):
        environment = os.environ | {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
        found.add(run.stdout)
    assert len(found) == 1
