"""Whether a model is up to a job, told from the first chunks that it cleaned. Pure."""

from __future__ import annotations

from collections import Counter

from daemon.errors import ModelUnfit
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.text.transcript import count_words

TRIAL_CHUNKS = 3
"""So many chunks are judged together: each is about five minutes of speech."""

MOST_KEPT = 0.8
"""Of their words. A small model that can't keep to the form has nearly all of its passages refused; of what a
model that can sends back, hardly one in a hundred is."""


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
