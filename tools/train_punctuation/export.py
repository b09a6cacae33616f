"""The trained network in whole numbers, as `daemon.cleaning.offline.punctuation.network` reads it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import numpy as np
import torch

from daemon.cleaning.offline.punctuation.network import LARGEST
from tools.train_punctuation.corpus import Corpus
from tools.train_punctuation.network import Network
from tools.train_punctuation.shape import DISTANCES, WIDTH

_SMALLEST_BYTE = 127  # of a weight; the least is its negative
_ALL_BUT = 0.9999  # of the numbers fit into a unit's range; the few largest are cut off
_MEASURED = 200_000  # words of the corpus by which the ranges are measured
_WINDOW = 1_000


def export_network(network: Network, corpus: Corpus) -> bytes:
    """The weights' file, an npz; the same network gives the same bytes."""
    units = _measure_units(network, corpus)
    arrays: dict[str, np.ndarray] = {
        "vocabulary": np.frombuffer("\n".join(corpus.vocabulary).encode(), np.uint8)
    }
    table_units = []
    for name in ("word", "beginning", "ending", "opening"):
        table = getattr(network, name).weight.detach().numpy()
        arrays[name], unit = _in_bytes(table, np.quantile(np.abs(table), 0.9997, axis=0))
        table_units.append(unit)
    arrays["table_units"] = np.stack(table_units).astype(np.float32)
    mixes, mix_units = [], []
    for layer, unit in zip(network.layers, units[:-1], strict=True):
        matrix = layer.mix.weight.detach().numpy().T
        whole, own = _in_bytes(matrix, np.abs(matrix).max(0))
        mixes.append(whole)
        mix_units.append(own * unit)
    arrays["mixes"] = np.stack(mixes)
    arrays["mix_units"] = np.stack(mix_units).astype(np.float32)
    arrays["mix_offsets"] = np.stack([layer.mix.bias.detach().numpy() for layer in network.layers])
    arrays["distances"] = np.array(DISTANCES, np.int32)
    arrays["units"] = np.array(units, np.float32)
    matrix = network.scores.weight.detach().numpy().T
    arrays["scores"], own = _in_bytes(matrix, np.abs(matrix).max(0))
    arrays["score_units"] = (own * units[-1]).astype(np.float32)
    arrays["score_offsets"] = network.scores.bias.detach().numpy()
    return _zip(arrays)


def _in_bytes(matrix: np.ndarray, largest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A matrix in whole numbers, and for each column the unit that they are of."""
    unit = largest / _SMALLEST_BYTE + 1e-9
    return np.clip(np.rint(matrix / unit), -_SMALLEST_BYTE, _SMALLEST_BYTE).astype(np.int8), unit


def _measure_units(network: Network, corpus: Corpus) -> Sequence[float]:
    """For the words as they enter each layer, and leave the last: the unit in which nearly all fit."""
    seen: list[list[torch.Tensor]] = [[] for _ in range(len(DISTANCES) + 1)]
    with torch.no_grad():
        for first in range(0, _MEASURED, _WINDOW):
            rows = torch.from_numpy(corpus.rows[first : first + _WINDOW].astype(np.int64)).unsqueeze(1)
            opens = torch.from_numpy(corpus.labels[first : first + _WINDOW, 2].astype(np.int64)).unsqueeze(1)
            words = network.word(rows[..., 0]) + network.beginning(rows[..., 1])
            words = words + network.ending(rows[..., 2]) + network.opening(opens)
            seen[0].append(words[::10])
            for place, layer in enumerate(network.layers, start=1):
                words = layer(words)
                seen[place].append(words[::10])
    return [
        float(np.quantile(torch.cat(one).abs().numpy().reshape(-1, WIDTH), _ALL_BUT)) / LARGEST
        for one in seen
    ]


def _zip(arrays: dict[str, np.ndarray]) -> bytes:
    """An npz without times, so that the same arrays are the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
