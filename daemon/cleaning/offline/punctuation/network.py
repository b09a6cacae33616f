"""The network that scores marks and capitals, in whole numbers: the same scores on every machine.

A word is looked up by itself, by its beginning and by its ending; then layers mix it with words before and
after, at growing distances. All products are of whole numbers small enough that a sum of them is exact in
32-bit floating point, in whatever order and on however many threads it is made; what is left are single
roundings, which IEEE 754 leaves no choice in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from daemon.cleaning.offline.punctuation.features import Features

MARKS = ("", ",", ".", "?")
"""What may follow a word, in the order of its scores; those of the cases come after them."""

LOWER, TITLE, UPPER = 4, 5, 6
"""The places of the scores for a word in lower case, with a capital, in capitals."""

UNIT = 256
"""Scores are in 256ths: a mark whose score is 256 higher than another's is e times as likely."""

LARGEST = 255  # of the whole numbers that a word is made of; 384 products with 127 stay exact below 2**24
_HALVED = np.float32(0.5**0.5)
_SIXTH = np.float32(1 / 6)  # a gate opens from -3 to 3
_BLOCK = 1_024  # words scored at once

Numbers = NDArray[np.float32]


class Network:
    """What was learnt of one language; the arrays are those that the training wrote."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self.features = Features(bytes(arrays["vocabulary"]).decode().split("\n"))
        self._tables = [arrays[name] for name in ("word", "beginning", "ending", "opening")]
        self._table_units: Numbers = arrays["table_units"].astype(np.float32)
        self._mixes: Numbers = arrays["mixes"].astype(np.float32)
        self._mix_units: Numbers = arrays["mix_units"].astype(np.float32)
        self._mix_offsets: Numbers = arrays["mix_offsets"].astype(np.float32)
        self._distances = [int(distance) for distance in arrays["distances"]]
        self._units: Numbers = arrays["units"].astype(np.float32)
        self._scores: Numbers = arrays["scores"].astype(np.float32)
        self._score_units: Numbers = arrays["score_units"].astype(np.float32)
        self._score_offsets: Numbers = arrays["score_offsets"].astype(np.float32)

    @property
    def reach(self) -> int:
        """How many words before and after a word can have a part in its scores."""
        return sum(self._distances)

    def score(self, keys: Sequence[str], opens: Sequence[bool]) -> NDArray[np.int32]:
        """The scores of each word, in 256ths: of the marks that may follow it, then of the cases.

        `keys` are the words in lower case without marks, `opens` says with which a turn begins.
        """
        rows = np.array(
            [(*row, int(new)) for row, new in zip(self.features.find_rows(keys), opens, strict=True)]
        )
        rows = rows.reshape(-1, len(self._tables))
        out = np.empty((len(rows), self._scores.shape[1]), np.int32)
        for first in range(0, len(rows), _BLOCK):
            start, last = max(0, first - self.reach), first + _BLOCK
            out[first:last] = self._score_block(rows[start : last + self.reach])[first - start :][:_BLOCK]
        return out

    def _score_block(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        words = self._look_up(rows)
        for layer in range(len(self._distances)):
            words = self._mix_neighbours(words, layer)
        scores = (words @ self._scores) * self._score_units + self._score_offsets
        whole: NDArray[np.int32] = np.rint(scores * np.float32(UNIT)).astype(np.int32)
        return whole

    def _look_up(self, rows: NDArray[np.int64]) -> Numbers:
        words = np.zeros((len(rows), self._table_units.shape[1]), np.float32)
        for place, table in enumerate(self._tables):
            words += table[rows[:, place]].astype(np.float32) * self._table_units[place]
        return _quantise(words, self._units[0])

    def _mix_neighbours(self, words: Numbers, layer: int) -> Numbers:
        """Each word with its two neighbours at the layer's distance; beyond the text there is nothing."""
        distance, width = self._distances[layer], words.shape[1]
        before, here, after = np.split(self._mixes[layer], 3)
        mixed = words @ here
        if len(words) > distance:
            mixed[distance:] += words[:-distance] @ before
            mixed[:-distance] += words[distance:] @ after
        mixed *= self._mix_units[layer]
        mixed += self._mix_offsets[layer]
        gate = mixed[:, width:]
        gate *= _SIXTH
        gate += np.float32(0.5)
        np.clip(gate, 0, 1, out=gate)
        gate *= mixed[:, :width]
        gate += words * self._units[layer]
        gate *= _HALVED
        return _quantise(gate, self._units[layer + 1])


def _quantise(words: Numbers, unit: np.float32) -> Numbers:
    """Numbers as whole ones of a unit."""
    out = words / unit
    np.rint(out, out=out)
    return np.clip(out, -LARGEST, LARGEST, out=out)


def read_network(file: IO[bytes]) -> Network:
    """The network of a file of weights; ValueError or KeyError where it is none."""
    with np.load(file, allow_pickle=False) as arrays:
        return Network(arrays)


@cache
def load_network(code: str) -> Network:
    """The network of a language, by its code; FileNotFoundError where there is none."""
    with Path(__file__).with_name(f"{code}.npz").open("rb") as file:
        return read_network(file)
