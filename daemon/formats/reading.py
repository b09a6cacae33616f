"""What every reader hands back, and the account it keeps of the words it does not hand back."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from daemon.transcript import Segment


@dataclass(slots=True)
class Reading:
    """The speech of a file and what became of its other words.

    `words_in_file` is counted from the whole file at once, apart from the line by line reading that
    fills `segments` and `dropped` (words by reason), so that the two can be held against each other.
    """

    words_in_file: int
    segments: list[Segment] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    title: str | None = None
    language: str | None = None

    def drop(self, reason: str, words: int) -> None:
        """Book `words` words as no speech, for this reason."""
        if words:
            self.dropped[reason] += words

    @property
    def unexplained(self) -> int:
        """How many words are neither speech nor dropped for a reason; anything but 0 is a fault."""
        kept = sum(len(segment.text.split()) for segment in self.segments)
        return self.words_in_file - kept - self.dropped.total()


def seconds(value: object) -> float | None:
    """A time as files hold it, number or text, in seconds; None for NaN, nothing, or anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return round(max(0.0, number), 3) if math.isfinite(number) else None


def span(start: float | None, end: float | None) -> tuple[float | None, float | None]:
    """Start and end with no end before its start."""
    return start, end if start is None or end is None else max(start, end)


def shared_out(whole: Segment, runs: Iterable[tuple[str | None, int]]) -> Iterator[Segment]:
    """The segment as runs of words, each of (speaker, number of words); their times are its words' own.

    All but the first continue it.
    """
    words, times = whole.text.split(), whole.word_times()
    begun = 0
    for speaker, size in runs:
        ended = begun + size
        start = times[begun] if begun else whole.start
        end = times[ended] if ended < len(words) else whole.end
        own = whole.times and whole.times[begun:ended]
        yield Segment(" ".join(words[begun:ended]), start, end, speaker, own, begun > 0)
        begun = ended
