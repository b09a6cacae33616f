"""Whether a model is up to its work, told from what it sends back: for one job, and over all. Pure."""

from __future__ import annotations

from collections import Counter, deque

from daemon.errors import ModelUnfit
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.text.transcript import count_words

TRIAL_CHUNKS = 3
"""So many chunks are judged together: each is about five minutes of speech."""

MOST_KEPT = 0.8
"""Of their words. A small model that can't keep to the form has nearly all of its passages refused; one that
can, hardly one in a hundred."""

RECENT_CHUNKS = 20
FEWEST_CHUNKS = 5
"""Of one model, before anything is said of it: a few odd files are no sign."""
MOST_FLAGGED = 0.5
"""Of the words it was given lately; with more, most of what is delivered is not cleaned."""


class FlagRate:
    """How much of what a model was given lately came back unfit, over all jobs."""

    def __init__(self) -> None:
        self._recent: deque[tuple[str, int, int]] = deque(maxlen=RECENT_CHUNKS)

    def add(self, model: str, result: ProcessedChunk) -> None:
        """Take note of a cleaned chunk."""
        kept = sum(flag.words for flag in result.flags)
        self._recent.append((model, count_words(result.original_text), kept))

    def describe(self) -> str | None:
        """A sentence where the model that answered last keeps failing; None where it does not."""
        recent = list(self._recent)
        model = recent[-1][0] if recent else ""
        given = [(words, kept) for name, words, kept in recent if name == model]
        words, kept = sum(words for words, _ in given), sum(kept for _, kept in given)
        if len(given) < FEWEST_CHUNKS or kept <= MOST_FLAGGED * words:
            return None
        return (
            f"The model {model} can't clean most of what it gets: of the last {words:,} words, {kept:,} stay "
            "as they were, marked. Pause, set another `model` in config.yaml, and redo what it left."
        )


class ModelTrial:
    """The first chunks of one job, as they come; afterwards it is over and nothing more is judged."""

    def __init__(self) -> None:
        self._chunks = self._words = self._kept_words = 0
        self._reasons: Counter[str] = Counter()

    def add(self, model: str, result: ProcessedChunk) -> None:
        """Take note of a cleaned chunk; raises ModelUnfit with the last of the trial, if it comes to that."""
        if self._chunks == TRIAL_CHUNKS:
            return
        self._chunks += 1
        self._words += count_words(result.original_text)
        self._kept_words += sum(flag.words for flag in result.flags)
        self._reasons.update(flag.reason for flag in result.flags)
        if self._chunks == TRIAL_CHUNKS and self._kept_words > MOST_KEPT * self._words:
            raise self._explain(model)

    def _explain(self, model: str) -> ModelUnfit:
        [(reason, times)] = self._reasons.most_common(1)
        return ModelUnfit(
            f"The model {model} is not up to this: of the first {self._words:,} words it was given, "
            f"{self._kept_words:,} came back in a form that can't be trusted "
            f"(most often, {times} of {self._reasons.total()} times: {reason}).",
            "Set another `model` in config.yaml and retry: it cleans what is left; `retry --fresh` has it "
            "clean all. To go on with this one, retry as it is.",
        )
