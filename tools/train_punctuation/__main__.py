"""python -m tools.train_punctuation CLONES OUT."""

from __future__ import annotations

import argparse
import io
from dataclasses import replace
from pathlib import Path

from daemon.cleaning.offline.punctuation.network import read_network
from tools.train_punctuation.card import write_card
from tools.train_punctuation.corpus import read_corpus
from tools.train_punctuation.export import export_network
from tools.train_punctuation.scores import read_own_text, score_texts
from tools.train_punctuation.shape import ROUNDS
from tools.train_punctuation.training import train_network


def main(clones: Path, out: Path, most_steps: int | None) -> None:
    """Read the texts, train, and write the weights and their card."""
    corpus = read_corpus(clones)
    for name, words in corpus.words.items():
        print(f"{name}: {words} words", flush=True)
    rounds = [replace(one, steps=min(one.steps, most_steps or one.steps)) for one in ROUNDS]
    weights = export_network(train_network(corpus, rounds), corpus)
    network = read_network(io.BytesIO(weights))
    scores = {
        f"held back from {name}": score_texts(network, texts) for name, texts in corpus.held_back.items()
    }
    scores["the project's own text"] = score_texts(network, [read_own_text()])
    (out / "en.npz").write_bytes(weights)
    (out / "en.md").write_text(write_card(corpus, weights, scores, rounds), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.train_punctuation")
    parser.add_argument("clones", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, help="of each round at most, to try the command")
    arguments = parser.parse_args()
    main(arguments.clones, arguments.out, arguments.steps)
