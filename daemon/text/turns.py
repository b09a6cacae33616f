"""From segments to turns: what one speaker says until another speaks, or until a long pause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from daemon.text.transcript import Segment

PAUSE_SECONDS = 2.0
"""Without speakers, a silence of this length ends a turn."""

ENOUGH_WORDS = 60
"""A pause ends a turn only from this many words on: captions pause every few seconds, and a paragraph
for people to read has some 60 to 150 words."""

_WORD_SECONDS = 1.0  # no word is taken to last longer than this, so a stretched cue hides no silence


def turns_of(segments: Iterable[Segment]) -> list[Turn]:
    """The turns of a transcript; their words are the segments' words, all of them, in order.

    With speakers, a turn ends where the speaker changes. Without, it ends at a pause, inside a segment
    too where its words have times. Without times as well, a segment (a paragraph of the source) is a turn.
    """
    turns: list[list[Segment]] = []
    words = 0
    for piece in _pieces(segments):
        if turns and not _parts(turns[-1][-1], piece, words):
            turns[-1].append(piece)
        else:
            turns.append([piece])
            words = 0
        words += len(piece.text.split())
    return [Turn(tuple(turn), turn[0].speaker) for turn in turns]


def split(segment: Segment, places: Sequence[int]) -> list[Segment]:
    """The segment cut before the words at `places` (ascending, each with words on both sides).

    The same as cutting with `Segment.cut` at one place after the other, in linear time.
    """
    words, times = segment.text.split(), segment.word_times()
    bounds = [0, *places, len(words)]
    seams = [segment.start, *(times[at] for at in places), segment.end]
    return [
        Segment(
            " ".join(words[first:last]),
            seams[k],
            seams[k + 1],
            segment.speaker,
            segment.times and segment.times[first:last],
            segment.continues or k > 0,
        )
        for k, (first, last) in enumerate(pairwise(bounds))
    ]


def _pieces(segments: Iterable[Segment]) -> Iterator[Segment]:
    """The segments without speakers cut at the pauses inside them, the others as they are."""
    for segment in segments:
        times = segment.times
        if times is None or segment.speaker is not None:
            yield segment
            continue
        pairs = enumerate(pairwise(times), start=1)
        yield from split(segment, [at for at, (a, b) in pairs if b - a - _WORD_SECONDS >= PAUSE_SECONDS])


def _parts(before: Segment, after: Segment, words: int) -> bool:
    """Whether a new turn begins between two segments, `words` words into the present one."""
    if before.speaker != after.speaker:
        return True
    if after.speaker is not None:
        return False
    end = _last_moment(before)
    if end is None or after.start is None:
        return True
    return words >= ENOUGH_WORDS and after.start - end >= PAUSE_SECONDS


def _last_moment(segment: Segment) -> float | None:
    """The second at which its last word is over: the cue's end, unless the cue is stretched beyond."""
    if segment.times is None:
        return segment.end if segment.end is not None else segment.start
    last = segment.times[-1] + _WORD_SECONDS
    return last if segment.end is None else min(last, segment.end)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until another speaks (or, in a long turn, up to a cut)."""

    segments: tuple[Segment, ...]
    speaker: str | None = None

    @property
    def text(self) -> str:
        """The turn's words, parted by single spaces."""
        return " ".join(segment.text for segment in self.segments)

    @property
    def start(self) -> float | None:
        """The second at which the turn begins, None where the source has no times."""
        return self.segments[0].start

    @property
    def end(self) -> float | None:
        """The second at which it is over, None where the source doesn't say."""
        return self.segments[-1].end

    def word_times(self) -> list[float | None]:
        """The second at which each word of `text.split()` begins."""
        return [time for segment in self.segments for time in segment.word_times()]

    def word_ends(self) -> list[float | None]:
        """The second at which each of them is over."""
        return [time for segment in self.segments for time in segment.word_ends()]

    def cut(self, at: int) -> tuple[Turn, Turn]:
        """The turn as two, the first with its first `at` words; both must have some."""
        before: list[Segment] = []
        for place, segment in enumerate(self.segments):
            words = len(segment.text.split())
            if at < words:
                halves = segment.cut(at) if at else (None, segment)
                before += [halves[0]] if halves[0] is not None else []
                after = (halves[1], *self.segments[place + 1 :])
                return Turn(tuple(before), self.speaker), Turn(after, self.speaker)
            before.append(segment)
            at -= words
        raise ValueError("a cut leaves words on both sides")

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        out: dict[str, Any] = {"segments": [segment.to_dict() for segment in self.segments]}
        if self.speaker is not None:
            out["speaker"] = self.speaker
        return out
