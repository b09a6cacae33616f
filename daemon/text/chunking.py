"""From turns to chunks: an exact partition, each part cleaned by itself."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice, repeat
from math import isnan, nan

from daemon.text.chunk import Chunk
from daemon.text.sentences import sentence_ends
from daemon.text.timecode import format_timecode
from daemon.text.transcript import UNSPACED, Segment, blocks_of_words, count_spaced
from daemon.text.turns import Turn, split

CONTEXT_WORDS = 60
"""How many words of the original before a chunk go with it, read-only: a paragraph's worth."""

_MOST = 1.3  # times chunk_words: no chunk is larger
_NEAR = 0.2  # the share of the target by which a chunk may be shorter or longer to end well

_UNSPACED = re.compile(f"[{UNSPACED}]")
_UNSPACED_LETTERS = 2  # about as many letters of a script without spaces make a word
_LETTERS = 40  # a "word" longer than this counts as several


def cut(turns: Sequence[Turn], chunk_words: int) -> Iterator[Chunk]:
    """The turns as chunks of about `chunk_words` words, none over 1.3 times that (a single word apart).

    The words of all chunks are the words of all turns, in order. A chunk ends at the end of a turn, else
    of a sentence, else at the longest pause near the target. In scripts without spaces what stands
    between two spaces counts as several words, and is never cut.
    """
    measures = _Measures.of(turns)
    if not measures.words:
        return
    cuts = _cuts(measures, chunk_words)
    said: deque[str] = deque(maxlen=CONTEXT_WORDS + 1)
    for index, (first, part) in enumerate(zip([0, *cuts], _divided(turns, cuts), strict=True)):
        starts = (segment.start for turn in part for segment in turn.segments)
        context = first - _context(measures.size, first)
        yield Chunk(
            index=index,
            text="\n\n".join(turn.text for turn in part),
            start_timestamp=format_timecode(next((s for s in starts if s is not None), 0.0)),
            context_buffer=" ".join(list(said)[len(said) - context :]) or None,
            turns=part,
        )
        said.extend(word for turn in part for segment in turn.segments for word in segment.text.split())


@dataclass(slots=True)
class _Measures:
    """What is to be known of the words of all turns, as bare numbers: the words would take too much memory.

    `size` counts the words before each, and all. `times` are seconds, NaN where unknown. `turn_ends` and
    `sentence_ends` are the places between words where one ends.
    """

    size: array[int] = field(default_factory=lambda: array("q", [0]))
    times: array[float] = field(default_factory=lambda: array("d"))
    turn_ends: array[int] = field(default_factory=lambda: array("q"))
    sentence_ends: array[int] = field(default_factory=lambda: array("q"))

    @classmethod
    def of(cls, turns: Iterable[Turn]) -> _Measures:
        """The measures of the words of some turns."""
        new, last = cls(), ""
        for turn in turns:
            for segment in turn.segments:
                new._add_times(segment)
                for words in blocks_of_words(segment.text):
                    last = new._add_words(words, last)
            new.turn_ends.append(new.words)
        return new

    @property
    def words(self) -> int:
        """How many words there are."""
        return len(self.size) - 1

    def _add_words(self, words: Sequence[str], last: str) -> str:
        """Measure words that follow the word `last`; the new last one."""
        if not words:
            return last
        before = [last, *words] if last else words
        offset = self.words - bool(last)
        self.sentence_ends.extend(place + offset for place in sentence_ends(before))
        self.size.extend(islice(accumulate(map(_size, words), initial=self.size[-1]), 1, None))
        return words[-1]

    def _add_times(self, segment: Segment) -> None:
        if segment.start is None and segment.times is None:
            self.times.extend(repeat(nan, count_spaced(segment.text)))
            return
        self.times.extend(nan if time is None else time for time in segment.word_times())


def _context(size: Sequence[int], first: int) -> int:
    """Where the context of a chunk begins: CONTEXT_WORDS before it, or with the word that they begin in."""
    return max(0, bisect_right(size, size[first] - CONTEXT_WORDS) - 1)


def _cuts(measures: _Measures, chunk_words: int) -> list[int]:
    """The places where one chunk ends and the next begins, ascending."""
    size, times = measures.size, measures.times
    levels = (measures.turn_ends, measures.sentence_ends)
    most = max(1, int(_MOST * chunk_words))
    cuts: list[int] = []
    first = 0
    while (left := size[-1] - size[first]) > most:
        target = left / max(round(left / chunk_words), -(-left // most))
        lowest = bisect_left(size, size[first] + target * (1 - _NEAR), first + 1)
        highest = bisect_right(size, size[first] + min(target * (1 + _NEAR), most)) - 1
        middle = bisect_right(size, size[first] + target) - 1
        if highest <= first:  # a single word over the limit
            lowest = highest = middle = first + 1
        first = _end(range(min(lowest, highest), highest + 1), max(middle, first + 1), levels, times)
        if first >= measures.words:
            break
        cuts.append(first)
    return cuts


def _end(window: range, middle: int, levels: Iterable[Sequence[int]], times: Sequence[float]) -> int:
    """The best place in the window: nearest to the middle on the first level that has one, else a pause."""
    for places in levels:
        near = places[bisect_left(places, window.start) : bisect_left(places, window.stop)]
        if near:
            return min(near, key=lambda at: abs(at - middle))
    inner = (at for at in window if at < len(times))
    return max(inner, key=lambda at: (_pause_before(times, at), -abs(at - middle)), default=window.start)


def _pause_before(times: Sequence[float], at: int) -> float:
    """Seconds between the beginnings of the words on both sides of a place, 0 where unknown."""
    pause = times[at] - times[at - 1]
    return 0.0 if isnan(pause) else max(0.0, pause)


def _size(word: str) -> int:
    """For how many words it counts."""
    unspaced = 0 if word.isascii() else len(_UNSPACED.findall(word)) // _UNSPACED_LETTERS
    return max(1, unspaced, len(word) // _LETTERS)


def _divided(turns: Iterable[Turn], cuts: Sequence[int]) -> Iterator[tuple[Turn, ...]]:
    """The turns of each chunk; a turn that a cut falls into stands in both."""
    part: list[Turn] = []
    waiting: list[Segment] = []
    at = place = 0
    for turn in turns:
        for segment in turn.segments:
            end = at + count_spaced(segment.text)
            past = bisect_left(cuts, end, place)
            inner = [cut - at for cut in cuts[place:past] if cut > at]
            for piece in split(segment, inner):
                if place < len(cuts) and cuts[place] == at:
                    part += [Turn(tuple(waiting), turn.speaker)] if waiting else []
                    yield tuple(part)
                    part, waiting, place = [], [], place + 1
                waiting.append(piece)
                at += count_spaced(piece.text)
        part.append(Turn(tuple(waiting), turn.speaker))
        waiting = []
    yield tuple(part)
