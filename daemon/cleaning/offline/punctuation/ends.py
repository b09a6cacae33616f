"""Where sentences end in a text without punctuation, before it is cut into chunks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from daemon.cleaning.offline.full_stops import lacks_punctuation
from daemon.cleaning.offline.language import detect_language
from daemon.cleaning.offline.punctuation import LANGUAGES
from daemon.cleaning.offline.words import read_words
from daemon.text.chunking import ScoreEnds

_SAMPLE_WORDS = 1_000  # they show whether a text has punctuation, and its language


def choose_score(words: Iterable[str], language: str | None) -> ScoreEnds | None:
    """What scores the ends of sentences in a text, None where it has marks or there is no network for it.

    Of the words only the beginning is read. `language` is a code such as "en" or "en-GB", None where it is
    to be told from the words.
    """
    sample = list(islice(words, _SAMPLE_WORDS))
    if not lacks_punctuation(sample):
        return None
    code = language.partition("-")[0].lower() if language else detect_language(" ".join(sample))
    if code not in LANGUAGES:
        return None

    def score_ends(words: Sequence[str], places: range) -> list[int]:
        from daemon.cleaning.offline.punctuation.guesses import margins_of_ends  # here: numpy only on need
        from daemon.cleaning.offline.punctuation.network import load_network

        keys = [word.key for word in read_words(words, [0.0] * len(words))]
        margins = margins_of_ends(load_network(code).score(keys, [False] * len(keys)))
        return [int(margins[place - 1]) for place in places]

    return score_ends
