"""How often marks and capitals are right, at the thresholds and at others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from daemon.cleaning.offline.punctuation.guesses import CAPITAL_MARGIN, choose_marks
from daemon.cleaning.offline.punctuation.network import LOWER, MARKS, TITLE, UPPER, Network
from tools.train_punctuation.labels import COMMA, NONE, QUESTION, STOP, UNKNOWN, Labelled, label_turn

_OWN_TEXT = Path(__file__).parent / "own_text.txt"

MARGINS = tuple(range(-256, 1025, 64))
"""The thresholds that are compared, in the units of the scores."""


@dataclass(frozen=True)
class Share:
    """How many there are in the text, how many were found, and how many of those are right."""

    there: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """Of those found, the right ones."""
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        """Of those there, the ones found."""
        return self.right / max(1, self.there)

    @property
    def f(self) -> float:
        """Their harmonic mean."""
        return 2 * self.right / max(1, self.there + self.found)


@dataclass(frozen=True)
class Scored:
    """The scores and the labels of texts, word by word."""

    scores: np.ndarray
    marks: np.ndarray
    cases: np.ndarray

    def shares(self) -> dict[str, Share]:
        """The figures at the thresholds that the daemon goes by."""
        chosen = np.array([MARKS.index(mark) for mark in choose_marks(self.scores)])
        known = self.marks != UNKNOWN
        raised = self.raised_by(CAPITAL_MARGIN)
        return {
            "sentence end": _share(self.marks >= STOP, chosen >= STOP, known),
            "comma": _share(self.marks == COMMA, chosen == COMMA, known),
            "question": _share(self.marks == QUESTION, chosen == QUESTION, known),
            "capital": _share(self.cases > 0, raised, self.cases != UNKNOWN),
        }

    def raised_by(self, margin: int) -> np.ndarray:
        """Which words have a capital at a threshold."""
        return self.scores[:, [TITLE, UPPER]].max(1) - self.scores[:, LOWER] >= margin

    def shares_at(self, margin: int) -> dict[str, Share]:
        """The figures at another threshold: of ends, marks of any kind, questions, capitals."""
        known = self.marks != UNKNOWN
        ends = self.scores[:, [STOP, QUESTION]].max(1) - self.scores[:, [NONE, COMMA]].max(1)
        some = self.scores[:, [COMMA, STOP, QUESTION]].max(1) - self.scores[:, NONE]
        asks = self.scores[:, QUESTION] - self.scores[:, [NONE, COMMA, STOP]].max(1)
        return {
            "sentence end": _share(self.marks >= STOP, ends >= margin, known),
            "any mark": _share(self.marks >= COMMA, some >= margin, known),
            "question": _share(self.marks == QUESTION, asks >= margin, known),
            "capital": _share(self.cases > 0, self.raised_by(margin), self.cases != UNKNOWN),
        }


def score_texts(network: Network, texts: Sequence[Sequence[Labelled]]) -> Scored:
    """The network's scores of texts without marks and capitals, told where turns begin, and the labels."""
    scores = [
        network.score([word.key for word in text], [word.opens_turn for word in text]) for text in texts
    ]
    marks = np.array([word.mark for text in texts for word in text])
    cases = np.array([word.case for text in texts for word in text])
    return Scored(np.concatenate(scores), marks, cases)


def read_own_text() -> list[Labelled]:
    """The words of a small text that was written for the project, by which its weights are tested."""
    turns = _OWN_TEXT.read_text(encoding="utf-8").split("\n\n")
    return [word for turn in turns for word in label_turn(turn)]


def _share(there: np.ndarray, found: np.ndarray, known: np.ndarray) -> Share:
    return Share(int((there & known).sum()), int((found & known).sum()), int((there & found & known).sum()))
