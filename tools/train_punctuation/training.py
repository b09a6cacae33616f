"""The training: a number of steps fixed beforehand, so that the same texts give the same weights."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from daemon.cleaning.offline.punctuation.features import Features
from tools.train_punctuation.corpus import Corpus
from tools.train_punctuation.labels import NONE, UNKNOWN
from tools.train_punctuation.network import CASES, MARKS, Network
from tools.train_punctuation.shape import BATCH, SEED, STEPS, WORDS

_RATE = 2.5e-3  # of learning, after the first steps and until the last
_WARM_UP, _COOL_DOWN = 200, 1_200  # steps
_DECAY = 0.002
_CASE_WEIGHT = 0.5
_STEEPEST = 2.0  # norm of a gradient
_HESITATIONS = ("uh", "um", "uh", "um", "er")
_HESITATING, _STUTTERED = 0.004, 0.4  # of the words, one is put in; of these, so many repeat the word before
_FORGOTTEN = 0.04  # of the words: seen only by their beginnings and endings, as names that nobody knows are
_TURNS_TOLD = 0.5  # of the windows: told where turns begin


def train_network(corpus: Corpus, steps: int = STEPS) -> Network:
    """The trained network; what it has reached is printed every 100 steps."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    random = np.random.default_rng(SEED)
    network = Network()
    matrices = [one for one in network.parameters() if one.dim() > 1]
    offsets = [one for one in network.parameters() if one.dim() == 1]
    groups = [{"params": matrices, "weight_decay": _DECAY}, {"params": offsets, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=_RATE, betas=(0.9, 0.98), fused=True)
    total = 0.0
    batches = _batches(corpus, random)
    network.train()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = _rate_at(step, steps)
        loss = _loss_of(network, *next(batches), random)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), _STEEPEST)
        optimizer.step()
        total += float(loss.detach())
        if (step + 1) % 100 == 0:
            print(f"step {step + 1} of {steps}: loss {total / 100:.4f}", flush=True)
            total = 0.0
    return network.eval()


def _rate_at(step: int, steps: int) -> float:
    """The rate of learning: it rises at first, and falls to nothing at last."""
    return _RATE * min(1.0, (step + 1) / _WARM_UP, (steps - step) / _COOL_DOWN)


def _loss_of(network: Network, rows: Tensor, labels: Tensor, random: np.random.Generator) -> Tensor:
    told = torch.from_numpy(random.random((len(rows), 1)) < _TURNS_TOLD)
    forgotten = torch.from_numpy(random.random(rows.shape[:2]) < _FORGOTTEN)
    rows[..., 0][forgotten] = 0
    rows, labels = rows.transpose(0, 1).contiguous(), labels.transpose(0, 1).contiguous()
    scores = network(rows, labels[..., 2] * told.t())
    marks = scores[..., :MARKS].reshape(-1, MARKS)
    cases = scores[..., MARKS:].reshape(-1, CASES)
    of_marks = functional.cross_entropy(marks, labels[..., 0].reshape(-1), ignore_index=UNKNOWN)
    of_cases = functional.cross_entropy(cases, labels[..., 1].reshape(-1), ignore_index=UNKNOWN)
    return of_marks + _CASE_WEIGHT * of_cases


def _batches(corpus: Corpus, random: np.random.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """Windows without end: the whole corpus, cut elsewhere each time, in another order."""
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
            yield (
                torch.from_numpy(rows[chosen].astype(np.int64)),
                torch.from_numpy(labels[chosen].astype(np.int64)),
            )


def _hesitate(
    corpus: Corpus, sounds: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The corpus with some hesitations and stutters put in, as the rules leave some."""
    size = len(corpus.rows)
    places = np.sort(random.integers(1, size - 1, int(size * _HESITATING)))
    rows = sounds[random.integers(0, len(sounds), len(places))]
    stuttered = random.random(len(places)) < _STUTTERED
    rows[stuttered] = corpus.rows[places[stuttered]]
    labels = np.tile(np.array([[UNKNOWN, 0, NONE]], np.int8), (len(places), 1))
    return np.insert(corpus.rows, places, rows, axis=0), np.insert(corpus.labels, places, labels, axis=0)
