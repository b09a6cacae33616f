"""All texts as arrays: the words' rows, their labels, and what is held back for the scores."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from daemon.cleaning.offline.punctuation.features import VOCABULARY, Features, known_form
from tools.train_punctuation.labels import Labelled, label_turn
from tools.train_punctuation.sources import SOURCES, read_source

_HELD_BACK = 2  # of a hundred texts, told by the checksum of their names
_RAREST = 3  # times that a word stands in the texts, or the network doesn't know it by itself
_SHORTEST_DOUBLE = 12  # words of a turn that, said twice, is one text published twice


@dataclass
class Corpus:
    """`rows` of words (n × 3) and `labels` (n × 3: mark, case, whether a turn begins), all texts in a row.

    A source's texts are there as many times as they are seen in a round. `held_back` has the words of the
    texts that are not trained on, by source; `words` counts those that are, once.
    """

    vocabulary: list[str]
    rows: np.ndarray
    labels: np.ndarray
    held_back: dict[str, list[list[Labelled]]]
    words: dict[str, int]


def read_corpus(clones: Path) -> Corpus:
    """Read every source; a turn that stood in an earlier text is left out."""
    keys: list[str] = []
    labels: list[tuple[int, int, int]] = []
    held_back: dict[str, list[list[Labelled]]] = {}
    sizes: dict[str, int] = {}
    counts: Counter[str] = Counter()
    seen: set[bytes] = set()
    for source in SOURCES:
        texts: list[list[Labelled]] = []
        before = len(keys)
        for path, words in _new_texts(read_source(source, clones), seen):
            if _is_held_back(path):
                texts.append(words)
                continue
            keys += (word.key for word in words)
            labels += ((word.mark, word.case, int(word.opens_turn)) for word in words)
        held_back[source.name] = texts
        sizes[source.name] = len(keys) - before
        counts.update(map(known_form, keys[before:]))
        keys += keys[before:] * (source.times - 1)
        labels += labels[before:] * (source.times - 1)
    common = [word for word, times in counts.most_common(VOCABULARY) if times >= _RAREST]
    vocabulary = sorted(common)
    rows = np.array(Features(vocabulary).find_rows(keys), dtype=np.int32)
    return Corpus(vocabulary, rows, np.array(labels, dtype=np.int8), held_back, sizes)


def _new_texts(
    texts: Iterator[tuple[str, list[str]]], seen: set[bytes]
) -> Iterator[tuple[str, list[Labelled]]]:
    """The words of texts, without turns that were seen before."""
    for path, turns in texts:
        words: list[Labelled] = []
        for turn in turns:
            name = hashlib.sha256(turn.encode()).digest()
            if name in seen:
                continue
            labelled = label_turn(turn)
            if len(labelled) >= _SHORTEST_DOUBLE:
                seen.add(name)
            words += labelled
        if words:
            yield path, words


def _is_held_back(path: str) -> bool:
    checksum = hashlib.sha256(Path(path).name.encode()).digest()
    return checksum[0] * 256 + checksum[1] < _HELD_BACK * 65_536 / 100
