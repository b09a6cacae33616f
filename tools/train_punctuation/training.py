"""The training, in rounds of so many steps, fixed beforehand: the same texts give the same weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from daemon.cleaning.offline.punctuation.features import Features
from tools.train_punctuation.corpus import Corpus
from tools.train_punctuation.labels import NONE, UNKNOWN
from tools.train_punctuation.network import CASES, MARKS, Network
from tools.train_punctuation.shape import BATCH, ROUNDS, WORDS, Round

_RATE, _MIX_RATE = 2.5e-3, 0.02  # of learning, after the first steps and until the last: Adam's, and Muon's
_WARM_UP = 100  # steps
_DECAY, _MIX_DECAY = 0.002, 0.01
_CASE_WEIGHT = 0.5
_STEEPEST = 2.0  # norm of a gradient
_HESITATIONS = ("uh", "um", "uh", "um", "er")
_HESITATING, _STUTTERED = 0.004, 0.4  # of the words, one is put in; of these, so many repeat the word before
_FORGOTTEN = 0.05  # of the words: seen only by their beginnings and endings, as names that nobody knows are
_MISHEARD = 0.01  # of the words: another stands in the place, as where captions are wrong
_TURNS_TOLD = 0.5  # of the windows: told where turns begin


def train_network(corpus: Corpus, rounds: Sequence[Round] = ROUNDS) -> Network:
    """The trained network; what it has reached is printed every 100 steps."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    network: Network | None = None
    for one in rounds:
        network = _train_round(corpus, one, network)
    assert network is not None
    return network.eval()


def _train_round(corpus: Corpus, one: Round, reached: Network | None) -> Network:
    """The network after a round that begins with what was reached before, and with chance of its own."""
    torch.manual_seed(one.seed)
    network = Network()
    if reached is not None:
        network.load_state_dict(reached.state_dict())
    random = np.random.default_rng(one.seed)
    optimizers = _choose_optimizers(network)
    rates = [[group["lr"] for group in optimizer.param_groups] for optimizer in optimizers]
    loss_of = torch.compile(_compute_loss, dynamic=False)
    total = 0.0
    batches = _batches(corpus, random)
    network.train()
    for step in range(one.steps):
        share = one.share * _rate_at(step, one)
        for optimizer, own in zip(optimizers, rates, strict=True):
            for group, rate in zip(optimizer.param_groups, own, strict=True):
                group["lr"] = rate * share
            optimizer.zero_grad()
        rows, labels = next(batches)
        loss = loss_of(network, rows, _tell_turns(labels, random), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), _STEEPEST)
        for optimizer in optimizers:
            optimizer.step()
        total += float(loss.detach())
        if (step + 1) % 100 == 0:
            print(f"step {step + 1} of {one.steps}: loss {total / 100:.4f}", flush=True)
            total = 0.0
    return network


def _choose_optimizers(network: Network) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the layers, Adam for the tables, the offsets and the last matrix."""
    mixes = [layer.mix.weight for layer in network.layers]
    tables = [one.weight for one in (network.word, network.beginning, network.ending, network.opening)]
    offsets = [one for one in network.parameters() if one.dim() == 1]
    groups = [
        {"params": [*tables, network.scores.weight], "weight_decay": _DECAY},
        {"params": offsets, "weight_decay": 0.0},
    ]
    return [
        torch.optim.AdamW(groups, lr=_RATE, betas=(0.9, 0.98), fused=True),
        torch.optim.Muon(mixes, lr=_MIX_RATE, weight_decay=_MIX_DECAY, momentum=0.95),
    ]


def _rate_at(step: int, one: Round) -> float:
    """The share of the round's rate of learning: it rises at first, and falls to nothing at last."""
    return min(1.0, (step + 1) / _WARM_UP, (one.steps - step) / one.cool_down)


def _compute_loss(network: Network, rows: Tensor, opens: Tensor, labels: Tensor) -> Tensor:
    scores = network(rows, opens)
    marks = scores[..., :MARKS].reshape(-1, MARKS)
    cases = scores[..., MARKS:].reshape(-1, CASES)
    of_marks = functional.cross_entropy(marks, labels[..., 0].reshape(-1), ignore_index=UNKNOWN)
    of_cases = functional.cross_entropy(cases, labels[..., 1].reshape(-1), ignore_index=UNKNOWN)
    return of_marks + _CASE_WEIGHT * of_cases


def _tell_turns(labels: Tensor, random: np.random.Generator) -> Tensor:
    """Where turns begin, in some of the windows."""
    return labels[..., 2] * torch.from_numpy(random.random((1, labels.shape[1])) < _TURNS_TOLD)


def _batches(corpus: Corpus, random: np.random.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """Windows without end, time first: the whole corpus, cut elsewhere each time, in another order."""
    sounds = np.array(Features(corpus.vocabulary).find_rows(_HESITATIONS), dtype=np.int32)
    while True:
        rows, labels = _hesitate(corpus, sounds, random)
        first = int(random.integers(0, WORDS))
        windows = (len(rows) - first) // WORDS
        rows = rows[first : first + windows * WORDS].reshape(windows, WORDS, 3)
        labels = labels[first : first + windows * WORDS].reshape(windows, WORDS, 3)
        order = random.permutation(windows)
        for at in range(0, windows - BATCH + 1, BATCH):
            chosen = order[at : at + BATCH]
            words, told = rows[chosen].swapaxes(0, 1).astype(np.int64), labels[chosen].swapaxes(0, 1)
            words[random.random(words.shape[:2]) < _FORGOTTEN, 0] = 0
            yield torch.from_numpy(words), torch.from_numpy(told.astype(np.int64))


def _hesitate(
    corpus: Corpus, sounds: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The corpus with some words misheard, and some hesitations and stutters, as the rules leave some."""
    size = len(corpus.rows)
    all_rows, all_labels = corpus.rows.copy(), corpus.labels.copy()
    wrong = random.integers(0, size, int(size * _MISHEARD))
    all_rows[wrong] = corpus.rows[random.integers(0, size, len(wrong))]
    all_labels[wrong, 1] = UNKNOWN
    places = np.sort(random.integers(1, size - 1, int(size * _HESITATING)))
    rows = sounds[random.integers(0, len(sounds), len(places))]
    stuttered = random.random(len(places)) < _STUTTERED
    rows[stuttered] = all_rows[places[stuttered]]
    labels = np.tile(np.array([[UNKNOWN, 0, NONE]], np.int8), (len(places), 1))
    return np.insert(all_rows, places, rows, axis=0), np.insert(all_labels, places, labels, axis=0)
