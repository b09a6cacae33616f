"""From segments to turns: what one speaker says until another speaks, or until a long pause."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from daemon.text.sentences import ends_sentence
from daemon.text.transcript import Segment, blocks_of_words, count_words

PAUSE_SECONDS = 2.0
"""Without speakers, a silence of this length ends a turn."""

ENOUGH_WORDS = 60
"""A pause ends a turn only from this many words on: captions pause every few seconds, and a paragraph
for people to read has some 60 to 150 words."""

_SENTENCE_WORDS = 40  # a text with fewer ends than one in so many words has none worth the name
_WORD_SECONDS = 1.0  # no word is taken to last longer than this, so a stretched cue hides no silence


def turns_of(segments: Iterable[Segment]) -> list[Turn]:
    """The turns of a transcript; their words are the segments' words, all of them, in order.

    With speakers, a turn ends where the speaker changes. Without, it ends at a pause, inside a segment
    too where its words have times; but where sentences have their marks, only at the end of one. Without
    times as well, a segment (a paragraph of the source) is a turn.
    """
    return [Turn(turn, turn[0].speaker) for turn in _group_segments(segments)]


def _group_segments(segments: Iterable[Segment]) -> Iterator[tuple[Segment, ...]]:
    """The segments of one turn after the other."""
    turn: list[Segment] = []
    size = _Size()
    for piece in _cut_at_pauses(segments):
        if turn and _begins_turn(turn[-1], piece, size):
            yield tuple(turn)
            turn, size = [], _Size()
        turn.append(piece)
        size.add(piece)
    if turn:
        yield tuple(turn)


def rename_speakers(segments: Iterable[Segment], names: Mapping[str, str]) -> Iterator[Segment]:
    """The segments with the names that are given to speakers' labels; the labels stay known."""
    for segment in segments:
        name = names.get(segment.speaker or "")
        yield replace(segment, speaker=name, label=segment.speaker) if name else segment


class _Size(msgspec.Struct):
    """How many words a turn has so far, and how many of them end a sentence."""

    words: int = 0
    ends: int = 0

    def add(self, segment: Segment) -> None:
        """Count the words of one more segment."""
        self.words += count_words(segment.text)
        self.ends += sum(sum(map(ends_sentence, words)) for words in blocks_of_words(segment.text))

    @property
    def is_punctuated(self) -> bool:
        """Whether its sentences have their marks."""
        return self.ends * _SENTENCE_WORDS >= self.words


def split(segment: Segment, places: Sequence[int]) -> list[Segment]:
    """The segment cut before the words at `places` (ascending, each with words on both sides).

    The same as cutting with `Segment.cut` at one place after the other, in linear time.
    """
    if not places:
        return [segment]
    if segment.start is None and segment.times is None:
        return _split_untimed(segment, places)
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
            segment.label,
        )
        for k, (first, last) in enumerate(pairwise(bounds))
    ]


def _split_untimed(segment: Segment, places: Sequence[int]) -> list[Segment]:
    """The same for a segment without times, which may be all of a file: its words are not held together."""
    out: list[Segment] = []
    held: list[str] = []
    waiting = deque(places)
    done = 0
    for words in blocks_of_words(segment.text):
        held += words
        while waiting and waiting[0] < done + len(held):
            size = waiting.popleft() - done
            out.append(_untimed_part(segment, held[:size], begins=not out))
            held, done = held[size:], done + size
    return [*out, _untimed_part(segment, held, begins=not out)]


def _untimed_part(segment: Segment, words: Sequence[str], *, begins: bool) -> Segment:
    return replace(segment, text=" ".join(words), continues=segment.continues or not begins)


def _cut_at_pauses(segments: Iterable[Segment]) -> Iterator[Segment]:
    """The segments without speakers cut at the pauses inside them, the others as they are."""
    for segment in segments:
        times = segment.times
        if times is None or segment.speaker is not None:
            yield segment
            continue
        pairs = enumerate(pairwise(times), start=1)
        yield from split(segment, [at for at, (a, b) in pairs if b - a - _WORD_SECONDS >= PAUSE_SECONDS])


def _begins_turn(before: Segment, after: Segment, size: _Size) -> bool:
    """Whether a new turn begins between two segments; `size` is that of the present one."""
    if before.speaker != after.speaker:
        return True
    if after.speaker is not None:
        return False
    end = _last_moment(before)
    if end is None or after.start is None:
        return True
    if size.words < ENOUGH_WORDS or after.start - end < PAUSE_SECONDS:
        return False
    return not size.is_punctuated or ends_sentence(before.text.rpartition(" ")[2])


def _last_moment(segment: Segment) -> float | None:
    """The second at which its last word is over: the cue's end, unless the cue is stretched beyond."""
    if segment.times is None:
        return segment.end if segment.end is not None else segment.start
    last = segment.times[-1] + _WORD_SECONDS
    return last if segment.end is None else min(last, segment.end)


class Turn(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
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
                if halves[0] is not None:
                    before.append(halves[0])
                after = (halves[1], *self.segments[place + 1 :])
                return Turn(tuple(before), self.speaker), Turn(after, self.speaker)
            before.append(segment)
            at -= words
        raise ValueError("a cut leaves words on both sides")
