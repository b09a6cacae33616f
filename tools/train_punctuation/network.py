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


class Layer(nn.Module):
    """A word and its two neighbours at a distance, through a gate, added to the word."""

    def __init__(self, distance: int) -> None:
        super().__init__()
        self.distance = distance
        self.mix = nn.Linear(3 * WIDTH, 2 * WIDTH)

    def forward(self, words: Tensor) -> Tensor:
        """`words` is time × batch × WIDTH, and so is what is returned."""
        mixed = _Mix.apply(words, self.mix.weight, self.mix.bias, self.distance)
        value, gate = mixed.chunk(2, -1)
        return (words + value * functional.hardsigmoid(gate)) * _HALVED


class _Mix(torch.autograd.Function):
    """The product of words and their neighbours with a matrix; none of them is copied for it."""

    @staticmethod
    def forward(ctx, words, weight, bias, distance):  # noqa: ANN001, ANN205
        """Time comes first, so that the neighbours of all words are the same rows, some further on."""
        time, batch, width = words.shape
        before, here, after = weight.t().to(words.dtype).split(width)
        rows, shift = words.reshape(-1, width), distance * batch
        mixed = torch.addmm(bias.to(words.dtype), rows, here)
        mixed[shift:].addmm_(rows[:-shift], before)
        mixed[:-shift].addmm_(rows[shift:], after)
        ctx.save_for_backward(rows, weight)
        ctx.shift = shift
        return mixed.reshape(time, batch, -1)

    @staticmethod
    def backward(ctx, gradient):  # noqa: ANN001, ANN205
        """The gradients of words, weight and bias."""
        rows, weight = ctx.saved_tensors
        shift, width = ctx.shift, rows.shape[1]
        of_mixed = gradient.reshape(-1, gradient.shape[-1])
        before, here, after = weight.to(rows.dtype).split(width, 1)
        of_rows = of_mixed @ here
        of_rows[:-shift].addmm_(of_mixed[shift:], before)
        of_rows[shift:].addmm_(of_mixed[:-shift], after)
        turned = of_mixed.t()
        parts = (turned[:, shift:] @ rows[:-shift], turned @ rows, turned[:, :-shift] @ rows[shift:])
        of_bias = of_mixed.sum(0, dtype=torch.float32)
        return of_rows.reshape(*gradient.shape[:2], width), torch.cat(parts, 1).float(), of_bias, None


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
        words = words.to(torch.bfloat16 if self.training else torch.float32)
        for layer in self.layers:
            words = layer(words)
        return self.scores(words.float())
