"""From turns to chunks: an exact partition, each part cleaned by itself."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from daemon.text.chunk import Chunk
from daemon.text.paragraphs import pause_before
from daemon.text.sentences import sentence_ends
from daemon.text.timecode import format_timecode
from daemon.text.transcript import UNSPACED, Segment
from daemon.text.turns import Turn, split

CONTEXT_WORDS = 60
"""How many words of the original before a chunk go with it, read-only: a paragraph's worth."""

_MOST = 1.3  # times chunk_words: no chunk is larger
_NEAR = 0.2  # the share of the target by which a chunk may be shorter or longer to end well

_UNSPACED = re.compile(f"[{UNSPACED}]")
_UNSPACED_LETTERS = 2  # about as many letters of a script without spaces make a word
_LETTERS = 40  # a "word" longer than this counts as several


def cut(turns: Sequence[Turn], chunk_words: int) -> list[Chunk]:
    """The turns as chunks of about `chunk_words` words, none over 1.3 times that (a single word apart).

    The words of all chunks are the words of all turns, in order. A chunk ends at the end of a turn, else
    of a sentence, else at the longest pause near the target. In scripts without spaces what stands
    between two spaces counts as several words, and is never cut.
    """
    words = [word for turn in turns for word in turn.text.split()]
    size = [0, *accumulate(map(_size, words))]
    cuts = _cuts(turns, words, size, chunk_words)
    chunks = []
    for index, (first, part) in enumerate(zip([0, *cuts], _divided(turns, cuts), strict=True)):
        starts = (segment.start for turn in part for segment in turn.segments)
        chunks.append(
            Chunk(
                index=index,
                text="\n\n".join(turn.text for turn in part),
                start_timestamp=format_timecode(next((s for s in starts if s is not None), 0.0)),
                context_buffer=" ".join(words[_context(size, first) : first]) or None,
                turns=part,
            )
        )
    return chunks if words else []


def _context(size: Sequence[int], first: int) -> int:
    """Where the context of a chunk begins: CONTEXT_WORDS before it, or with the word that they begin in."""
    return max(0, bisect_right(size, size[first] - CONTEXT_WORDS) - 1)


def _cuts(turns: Sequence[Turn], words: Sequence[str], size: Sequence[int], chunk_words: int) -> list[int]:
    """The places where one chunk ends and the next begins, ascending; `size` counts the words before each."""
    times = [time for turn in turns for time in turn.word_times()]
    ends = list(accumulate(len(turn.text.split()) for turn in turns))
    levels = (ends, sentence_ends(words))
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
        if first >= len(words):
            break
        cuts.append(first)
    return cuts


def _end(window: range, middle: int, levels: Iterable[Sequence[int]], times: Sequence[float | None]) -> int:
    """The best place in the window: nearest to the middle on the first level that has one, else a pause."""
    for places in levels:
        near = places[bisect_left(places, window.start) : bisect_left(places, window.stop)]
        if near:
            return min(near, key=lambda at: abs(at - middle))
    inner = (at for at in window if at < len(times))
    return max(inner, key=lambda at: (pause_before(times, at), -abs(at - middle)), default=window.start)


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
            end = at + len(segment.text.split())
            past = bisect_left(cuts, end, place)
            inner = [cut - at for cut in cuts[place:past] if cut > at]
            for piece in split(segment, inner):
                if place < len(cuts) and cuts[place] == at:
                    part += [Turn(tuple(waiting), turn.speaker)] if waiting else []
                    yield tuple(part)
                    part, waiting, place = [], [], place + 1
                waiting.append(piece)
                at += len(piece.text.split())
        part.append(Turn(tuple(waiting), turn.speaker))
        waiting = []
    yield tuple(part)
