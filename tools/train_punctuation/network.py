"""The network in torch: convolutions over words, with nothing in it that whole numbers can't do as well.

`daemon.cleaning.offline.punctuation.network` does the same with numpy, on the numbers that `export` writes.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from daemon.cleaning.offline.punctuation.features import HASHES, VOCABULARY
from tools.train_punctuation.shape import DISTANCES, WIDTH

MARKS, CASES = 4, 3
_HALVED = 0.5**0.5  # a sum of two, brought back to the size of one
_DROPPED = 0.1  # of the numbers that a word is at first, while it is trained


class Layer(nn.Module):
    """A word and its two neighbours at a distance, through a gate, added to the word."""

    def __init__(self, distance: int) -> None:
        super().__init__()
        self.distance = distance
        self.mix = nn.Linear(3 * WIDTH, 2 * WIDTH)

    def forward(self, words: Tensor) -> Tensor:
        """`words` is time × batch × WIDTH, and so is what is returned; beyond the text there is nothing."""
        far = self.distance
        wider = functional.pad(words, (0, 0, 0, 0, far, far))
        near = torch.cat([wider[: -2 * far], words, wider[2 * far :]], -1)
        weight, bias = self.mix.weight.to(words.dtype), self.mix.bias.to(words.dtype)
        value, gate = functional.linear(near, weight, bias).chunk(2, -1)
        return (words + value * functional.hardsigmoid(gate)) * _HALVED


class Network(nn.Module):
    """From the rows of words to a score for each mark and each case."""

    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Embedding(VOCABULARY + 1, WIDTH)
        self.beginning = nn.Embedding(HASHES, WIDTH)
        self.ending = nn.Embedding(HASHES, WIDTH)
        self.opening = nn.Embedding(2, WIDTH)
        for table in (self.word, self.beginning, self.ending, self.opening):
            nn.init.normal_(table.weight, std=0.3)
        self.layers = nn.ModuleList(Layer(distance) for distance in DISTANCES)
        self.scores = nn.Linear(WIDTH, MARKS + CASES)

    def forward(self, rows: Tensor, opens: Tensor) -> Tensor:
        """`rows` is time × batch × 3, `opens` (whether a turn begins) time × batch; scores come back."""
        words = self.word(rows[..., 0]) + self.beginning(rows[..., 1])
        words = words + self.ending(rows[..., 2]) + self.opening(opens)
        words = functional.dropout(words, _DROPPED, self.training)
        words = words.to(torch.bfloat16 if self.training else torch.float32)
        for layer in self.layers:
            words = layer(words)
        return self.scores(words.float())
