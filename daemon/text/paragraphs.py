"""Readable paragraphs out of long runs of words, each with the time of the words it came from."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from daemon.text.alignment import Glued, has_unspaced, index_words, join_units, split_units
from daemon.text.sentences import ends_sentence, sentence_ends
from daemon.text.turns import Turn

AIM_WORDS = 100
SHORTEST_WORDS = 60
LONGEST_WORDS = 200
LIMIT_WORDS = 250
"""A run is broken into paragraphs of about AIM_WORDS, from SHORTEST_WORDS to LONGEST_WORDS; one that
somebody made stands up to LIMIT_WORDS, which is about a page of a paperback."""

_BLANK_LINE = re.compile(r"\n\s*\n")
_LETTER_WORDS = 0.5  # words that a letter of a script without spaces counts for
_LONG_PAUSE_SECONDS = 3.0  # a longer silence counts no more than this
_FAR_COSTS_SECONDS = 2.0  # a break one paragraph away from the aim needs a pause longer by this


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the result; `start` and `end` in seconds, None where unknown.

    `original` holds the words it was made from, those that were taken out as well.
    """

    text: str
    start: float | None = None
    speaker: str | None = None
    end: float | None = None
    original: str = ""


def break_text(text: str, times: Sequence[float | None] | None) -> list[str]:
    """The text as paragraphs, every word in, in order.

    Blank lines stay, and only what is over LIMIT_WORDS is broken further; a text without any is broken
    from 1.5 times AIM_WORDS on. It breaks at ends of sentences where there are some, those with the
    longest pause first, else at a pause. `times` gives the second of each of `text.split()`.
    """
    words = index_words(split_units(text))
    seconds = [times[word] for word in words] if times else [None] * len(words)
    return [join_units(units) for units, _ in _lay_out(text, seconds, 0)]


def time_paragraphs(turn: Turn, cleaned: str, origins: Sequence[int | None]) -> list[Paragraph]:
    """A cleaned turn's paragraphs, with the speaker and the time of the words they came from.

    `origins` gives, for each unit of `cleaned`, the index of the turn's word that it came from, None for a
    new one; the indexes ascend. Blank lines in `cleaned` part paragraphs; one over LIMIT_WORDS is broken. A
    paragraph of nothing but new words has the time of the one before it. Each original word belongs to one
    paragraph; a turn of which nothing is left has none.
    """
    said, starts, ends = turn.text.split(), turn.word_times(), turn.word_ends()
    times = [None if origin is None else starts[origin] for origin in origins]
    out: list[Paragraph] = []
    done, seen, start = 0, 0, turn.start
    for units, _ in _lay_out(cleaned, times, LIMIT_WORDS):
        known = [origin for origin in origins[done : done + len(units)] if origin is not None]
        done += len(units)
        start = starts[known[0]] if known else start
        end = ends[known[-1]] if known else start
        following = next((origin for origin in origins[done:] if origin is not None), None)
        last = known[-1] if known else seen
        upto = len(said) if following is None else _find_seam(said, last, following)
        out.append(Paragraph(join_units(units), start, turn.speaker, end, " ".join(said[seen:upto])))
        seen = upto
    return out


def break_turn(turn: Turn) -> list[Paragraph]:
    """The paragraphs of a turn as it was said: nothing is cleaned, so each word comes from itself."""
    return time_paragraphs(turn, turn.text, index_words(split_units(turn.text)))


def _find_seam(said: Sequence[str], last: int, following: int) -> int:
    """Which of the words taken out between two paragraphs open the next: those of its first sentence."""
    ends = (at + 1 for at in range(following - 1, last - 1, -1) if ends_sentence(said[at]))
    return next(ends, following)


def split_blocks(text: str) -> list[list[str]]:
    """The words of each paragraph of a text whose paragraphs are parted by blank lines."""
    return [words for block in _BLANK_LINE.split(text) if (words := block.split())]


def pause_before(times: Sequence[float | None], at: int) -> float:
    """Seconds between the beginnings of the words on both sides of a place, 0 where unknown."""
    before, after = times[at - 1], times[at]
    return 0.0 if before is None or after is None else max(0.0, after - before)


_Run = tuple[Sequence[str], Sequence[float | None]]


def _lay_out(text: str, times: Sequence[float | None], limit: int) -> Iterator[_Run]:
    """Units and times, paragraph by paragraph; with `limit` 0 it depends on the text."""
    found = [units for block in _BLANK_LINE.split(text) if (units := split_units(block))]
    mixed = has_unspaced(text)
    if limit == 0:
        limit = LIMIT_WORDS if len(found) > 1 else AIM_WORDS * 3 // 2 - 1
    first = 0
    for units in found:
        seconds = times[first : first + len(units)]
        first += len(units)
        sizes = list(map(_measure_unit, units)) if mixed else [1.0] * len(units)
        if sum(sizes) <= limit:
            yield units, seconds
        else:
            yield from _break_run(units, seconds, sizes)


def _measure_unit(unit: str) -> float:
    """How many words a unit counts as: two letters of a script without spaces are one."""
    return _LETTER_WORDS if has_unspaced(unit) else 1


def _break_run(units: Sequence[str], times: Sequence[float | None], sizes: Sequence[float]) -> Iterator[_Run]:
    """Paragraphs of a run of more than twice SHORTEST_WORDS; none leaves too few for the next.

    Within a word, as whitespace parts them, it is only broken behind what was said before that word's time:
    each paragraph has words of the original of its own.
    """
    ends = sentence_ends(units)
    size = [0, *accumulate(sizes)]
    first = 0
    while (left := size[-1] - size[first]) >= AIM_WORDS * 3 // 2:
        aim = left / round(left / AIM_WORDS)
        longest = min(LONGEST_WORDS, left - SHORTEST_WORDS)
        lowest = bisect_left(size, size[first] + SHORTEST_WORDS)
        highest = max(lowest, bisect_right(size, size[first] + longest) - 1)
        inside = ends[bisect_left(ends, lowest) : bisect_right(ends, highest)]
        candidates = _list_breaks(units, times, first, inside) or _list_breaks(
            units, times, first, range(lowest, min(highest + 1, len(units)))
        )
        if not candidates:  # one word is all that is left
            break
        at = _choose_break(candidates, times, size, size[first] + aim, aim)
        yield units[first:at], times[first:at]
        first = at
    yield units[first:], times[first:]


def _list_breaks(
    units: Sequence[str], times: Sequence[float | None], first: int, places: Iterable[int]
) -> list[int]:
    """Those of some places at which a paragraph that begins at `first` may end."""
    return [at for at in places if not isinstance(units[at], Glued) or times[at] != times[first]]


def _choose_break(
    candidates: Sequence[int],
    times: Sequence[float | None],
    size: Sequence[float],
    target: float,
    aim: float,
) -> int:
    """The place with the longest pause, near the target; `size` counts the words before each place."""

    def worth(at: int) -> float:
        far = abs(size[at] - target) / aim
        return min(pause_before(times, at), _LONG_PAUSE_SECONDS) - far * _FAR_COSTS_SECONDS

    return max(candidates, key=worth)
