"""What a reader makes of a file: segments of speech in order, and an account of every word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that the source gives as one: a cue, a Whisper segment, a paragraph.

    `text` holds words parted by single spaces, without markup; it is never empty. `start` and
    `end` are seconds from the beginning of the recording, None where the source has no times.
    `times` gives the second at which each word of `text.split()` begins, where the source knows.
    `continues`: the source gives it as one with the segment before it.
    """

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    times: tuple[float, ...] | None = None
    continues: bool = False

    def __post_init__(self) -> None:
        if self.times is not None and len(self.times) != len(self.text.split()):
            raise ValueError("a segment needs one time for each of its words")

    def word_times(self) -> list[float | None]:
        """The second at which each word begins; where unknown, spread over the segment by length."""
        if self.times is not None:
            return list(self.times)
        words = self.text.split()
        if self.start is None:
            return [None] * len(words)
        span = max(0.0, (self.end if self.end is not None else self.start) - self.start)
        total = max(1, sum(len(word) + 1 for word in words))
        out: list[float | None] = []
        before = 0
        for word in words:
            out.append(round(self.start + span * before / total, 3))
            before += len(word) + 1
        return out

    def word_ends(self) -> list[float | None]:
        """The second at which each word is over: when the next one begins, or with the segment."""
        starts = self.word_times()
        return [*starts[1:], starts[-1] if self.end is None else self.end]

    def cut(self, at: int) -> tuple[Segment, Segment]:
        """The segment as two, the first with its first `at` words; both must have some."""
        words, times = self.text.split(), self.word_times()
        if not 0 < at < len(words):
            raise ValueError("a cut leaves words on both sides")
        seam = times[at]
        return (
            replace(self, text=" ".join(words[:at]), end=seam, times=self.times and self.times[:at]),
            replace(
                self,
                text=" ".join(words[at:]),
                start=seam,
                times=self.times and self.times[at:],
                continues=True,
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON, without what is not known."""
        out: dict[str, Any] = {"text": self.text}
        for key in ("start", "end", "speaker"):
            if getattr(self, key) is not None:
                out[key] = getattr(self, key)
        if self.times is not None:
            out["times"] = list(self.times)
        if self.continues:
            out["continues"] = True
        return out

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Segment:
        """The inverse of `to_dict`."""
        times = raw.get("times")
        return cls(
            raw["text"],
            raw.get("start"),
            raw.get("end"),
            raw.get("speaker"),
            None if times is None else tuple(times),
            raw.get("continues", False),
        )


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole source, read.

    `kind` names the format ("vtt", "srt", "whisper-json", "text"); `encoding` is how the bytes
    were decoded, with "guessed" in it where it was. `words_in_file` counts the words of the file;
    `dropped` says, by reason, how many of them are not words of the transcript.
    """

    segments: tuple[Segment, ...]
    kind: str
    encoding: str = "utf-8"
    title: str | None = None
    language: str | None = None
    words_in_file: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)

    @property
    def words(self) -> int:
        """How many words were spoken, as the source tells it."""
        return sum(len(segment.text.split()) for segment in self.segments)

    @property
    def duration(self) -> float | None:
        """Seconds from the beginning of the recording to the last known moment of speech."""
        known = [t for s in self.segments for t in (s.start, s.end) if t is not None]
        return max(known) if known else None
