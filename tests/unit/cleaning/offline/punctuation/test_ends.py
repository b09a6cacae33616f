"""A text without punctuation is cut where the network says that a sentence ends."""

import subprocess
import sys
from functools import partial

import pytest

from daemon.cleaning.offline.punctuation.ends import choose_score
from daemon.cleaning.offline.punctuation.network import load_network
from daemon.text.chunking import GUESS_REACH, cut
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

SENTENCES = [
    "my name is helen carter and i run the library on market street",
    "last winter the river came into the cellar and most of the books were lost",
    "i don't know why nobody told us in time",
    "the president of the society wrote to us in may and offered to help",
    "we have bought four hundred books since then and we are open again on mondays",
    "thank you very much for coming",
]
SAID = " ".join(SENTENCES * 12).split()


def count_whole(chunks):
    return sum(chunk.text.endswith(tuple(SENTENCES)) for chunk in chunks)


def test_nearly_every_chunk_ends_with_a_sentence():
    turn = Turn((Segment(" ".join(SAID)),))
    chunks = list(cut([turn], 100, partial(choose_score, language="en")))
    assert len(chunks) > 6
    assert count_whole(chunks) >= len(chunks) - 1
    assert count_whole(cut([turn], 100)) < len(chunks) / 2


def test_it_is_for_texts_without_marks_in_a_language_with_a_network():
    assert choose_score(SAID, None) is not None
    assert choose_score(SAID, "en-GB") is not None
    assert choose_score(SAID, "fr") is None
    assert choose_score("das ist ein satz ohne zeichen und wir sind in der stadt".split() * 9, None) is None
    assert choose_score("This is marked. So is this, as one can see.".split() * 9, "en") is None


def test_all_that_the_network_looks_at_goes_with_the_places():
    assert load_network("en").reach <= GUESS_REACH


@pytest.mark.process
def test_numpy_is_loaded_for_texts_without_marks_alone():
    program = """
import sys
from daemon.intake.planning import make_plan
from daemon.settings.profile import Settings
make_plan(sys.stdin.buffer.read(), "talk.txt", Settings(provider="offline", model="rules", prompt=""))
print("numpy" in sys.modules)
"""

    def loads(text):
        done = subprocess.run([sys.executable, "-c", program], input=text, capture_output=True, text=True)
        return done.stdout.strip() or done.stderr

    assert loads(" ".join(SAID * 3)) == "True"
    assert loads("This is marked. So is this, as one can see. " * 200) == "False"
