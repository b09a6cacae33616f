"""The weights that are shipped are those that their card tells of, and as good as it says."""

import hashlib
import re
from importlib import resources

import pytest

from daemon.cleaning.offline import punctuation
from daemon.cleaning.offline.punctuation import LANGUAGES
from daemon.cleaning.offline.punctuation.network import load_network

MOST_BYTES = 5_000_000
FILES = resources.files(punctuation)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_the_card_names_the_weights(code):
    weights, card = FILES.joinpath(f"{code}.npz").read_bytes(), FILES.joinpath(f"{code}.md").read_text()
    assert f"sha256: {hashlib.sha256(weights).hexdigest()}\n" in card
    assert f"size: {len(weights)} bytes\n" in card
    assert len(weights) < MOST_BYTES


def test_the_weights_score_on_the_projects_own_text_what_the_card_says():
    from tools.train_punctuation.card import tell_share
    from tools.train_punctuation.scores import read_own_text, score_texts

    card = FILES.joinpath("en.md").read_text().partition("## Scores: the project's own text")[2]
    shares = score_texts(load_network("en"), [read_own_text()]).shares()
    for kind, share in shares.items():
        assert tell_share(kind, share) in card
    assert shares["sentence end"].precision >= 0.8


def test_every_text_that_was_trained_on_has_its_licence_and_its_commit():
    from tools.train_punctuation.sources import SOURCES

    card = FILES.joinpath("en.md").read_text()
    for source in SOURCES:
        assert f"| [{source.name}]({source.address}) | {source.commit[:12]} | {source.licence} |" in card
        assert re.fullmatch("[0-9a-f]{40}", source.commit)
