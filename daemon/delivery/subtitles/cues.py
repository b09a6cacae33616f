"""Captions of the cleaned words: when each was said, and which cues show them.

`keep_cues` gives the cues of the source, one for one, less those that held nothing but fillers.
`reflow_cues` makes new ones, for people to read: where sentences and speakers end, and no faster than one
can read.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, islice, pairwise

from msgspec import structs

from daemon.delivery.document import AlignedTurn
from daemon.text.alignment import Glued, split_units
from daemon.text.characters.east_asian_spaces import close_up_spaces
from daemon.text.characters.width import measure_width
from daemon.text.sentences import ends_sentence
from daemon.text.transcript import Segment, count_words

LINE_CHARACTERS = 42
"""The most on one of a cue's two lines: what broadcasters and streaming services ask for."""

READING_SPEED = 17.0
"""Characters a second that people read with ease, by the same guidelines."""

SPEECH_SPEED = 15.0
"""Characters a second that people speak: about 150 words a minute."""

_LEAST_SECONDS = 1.0
_SHORTEST_SECONDS = 0.001  # what the files can tell apart
_LEAST_CUES, _SINGLE_WORDS = 8, 1.5
_FLASH_SECONDS = 0.1  # what is said at the very same moment is shown one after the other
_MOST_SECONDS = 7.0
_PAUSE_SECONDS = 1.5  # a cue doesn't outlast a silence of this length
_FEW_CHARACTERS = 20  # a cue of less flickers

# What it costs to end a cue at a place; a cue more costs 1.
_INSIDE_PHRASE, _AT_COMMA, _AT_SENTENCE = 1.2, 0.4, 0.0
_SENTENCE_WITHIN = 0.5
_TOO_FAST = 1.5
_FLICKERS = 0.6


@dataclass(frozen=True, slots=True)
class Word:
    """A cleaned word: who said it, from when to when (seconds), and in which cue of the source."""

    text: str
    start: float
    end: float
    speaker: str | None
    cue: int
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from `start` to `end` (seconds): texts, each with who says it."""

    start: float
    end: float
    runs: tuple[tuple[str | None, str], ...]


class TimedWords:
    """The cleaned words of a transcript, and from when to when (seconds) each cue of the source is shown.

    Times that the source lacks are estimated. The words are made anew each time they are asked for: all of a
    long transcript take many times its size.
    """

    def __init__(self, turns: Sequence[AlignedTurn]) -> None:
        self._turns = turns
        self.starts = array("d")
        self.ends = array("d")
        self.count = sum(count_words(aligned.cleaned) for aligned in turns)
        for segment in _time_segments(self._list_segments()):
            self._add_span(segment)

    def _list_segments(self) -> Iterator[Segment]:
        for aligned in self._turns:
            yield from aligned.turn.segments

    def _add_span(self, segment: Segment) -> None:
        """Add when a segment is shown; one that continues the one before it is one cue with it."""
        begun, over = segment.start or 0.0, segment.end or 0.0
        if segment.continues and self.starts:
            self.starts[-1], self.ends[-1] = min(self.starts[-1], begun), max(self.ends[-1], over)
        else:
            self.starts.append(begun)
            self.ends.append(over)

    def __iter__(self) -> Iterator[Word]:
        """Each cleaned word with its time, in order."""
        timed = _time_segments(self._list_segments())
        cue = -1
        for aligned in self._turns:
            segments = list(islice(timed, len(aligned.turn.segments)))
            yield from _time_turn(segments, aligned, cue)
            cue += _count_cues(segments, cue)


def _time_segments(segments: Iterable[Segment]) -> Iterator[Segment]:
    """The segments, all with a start and an end that is not before it."""
    now = 0.0
    untimed: list[Segment] = []  # in a row, the first of which may have a start
    for segment in segments:
        if untimed and segment.start is None:
            untimed.append(segment)
            continue
        for shared in _share_time(untimed, now, segment.start):
            now = shared.end or now
            yield shared
        untimed = []
        end = segment.times[-1] if segment.end is None and segment.times else segment.end
        if segment.start is None or end is None:
            untimed = [segment]
        else:
            now = max(segment.start, end)
            yield structs.replace(segment, end=now)
    yield from _share_time(untimed, now, None)


def _share_time(run: Sequence[Segment], now: float, until: float | None) -> Iterator[Segment]:
    """Segments without times: shared out by length, or as long as speech takes where nothing ends them.

    They begin with the start of the first, or without one, `now`.
    """
    if not run:
        return
    begun = now if run[0].start is None else run[0].start
    letters = [len(segment.text) for segment in run]
    seconds = 1 / SPEECH_SPEED if until is None else max(0.0, until - begun) / sum(letters)
    edges = [begun + seconds * before for before in accumulate(letters, initial=0)]
    for segment, (start, end) in zip(run, pairwise(edges), strict=True):
        yield structs.replace(segment, start=start, end=end)


def _count_cues(segments: Sequence[Segment], before: int) -> int:
    """How many cues of the source begin with these segments; -1 `before` says that none did yet."""
    begun = sum(1 for segment in segments if not segment.continues)
    if before < 0 and segments and segments[0].continues:  # what it goes on from was left out
        begun += 1
    return begun


def _time_turn(segments: Iterable[Segment], aligned: AlignedTurn, cue: int) -> Iterator[Word]:
    """A turn's cleaned words, by the times of its `segments`; `cue` is the number of the cue before them.

    A word that came from none of the original has the time of the word before it.
    """
    starts: list[float] = []
    ends: list[float] = []
    numbers: list[int] = []
    for segment in segments:
        if cue < 0 or not segment.continues:
            cue += 1
        begun, over = segment.start or 0.0, segment.end or 0.0
        starts += [begun if time is None else time for time in segment.word_times()]
        ends += [over if time is None else time for time in segment.word_ends()]
        numbers += [cue] * (len(starts) - len(numbers))
    speaker = aligned.turn.speaker
    last = 0
    words: list[Word] = []  # those of one word of the original: letters of a script without spaces
    units = split_units(aligned.cleaned)
    shown = _find_spaces(units, close_up_spaces(aligned.cleaned))
    for unit, origin, spaced in zip(units, aligned.origins, shown, strict=True):
        if words and (not isinstance(unit, Glued) or origin not in (None, last)):
            yield from _share_word(words)
            words = []
        last = last if origin is None else origin
        words.append(Word(unit, starts[last], ends[last], speaker, numbers[last], spaced))
    yield from _share_word(words)


def _find_spaces(units: Iterable[str], text: str) -> Iterator[bool]:
    """For each of a text's units whether a space stands before it; the first counts as if one did."""
    at = 0
    for unit in units:
        begun = at
        while text[at].isspace():
            at += 1
        yield at > begun or at == 0
        at += len(unit)


def _share_word(words: Sequence[Word]) -> Iterator[Word]:
    """Words that all have the time of one, each with its share of that."""
    for number, word in enumerate(words):
        each = (word.end - word.start) / len(words)
        start = word.start + number * each
        yield word if len(words) == 1 else replace(word, start=start, end=start + each)


def keep_cues(whole: TimedWords) -> Iterator[Cue]:
    """The cues of the source with their cleaned words; those with none left are left out.

    No player shows a cue that ends when it begins: such a one lasts until the next, or as long as it takes to
    read.
    """
    cues = (
        Cue(whole.starts[number], whole.ends[number], _join_runs(list(words)))
        for number, words in groupby(whole, key=lambda word: word.cue)
    )
    for cue, following in _with_next_start(cues):
        yield _lengthen_cue(cue, following)


def _with_next_start(cues: Iterable[Cue]) -> Iterator[tuple[Cue, float]]:
    """Each cue with the second at which the next one begins, infinity behind the last."""
    before: Cue | None = None
    for cue in cues:
        if before is not None:
            yield before, cue.start
        before = cue
    if before is not None:
        yield before, math.inf


def _lengthen_cue(cue: Cue, following: float) -> Cue:
    if cue.end - cue.start >= _SHORTEST_SECONDS:
        return cue
    wanted = cue.start + max(_LEAST_SECONDS, sum(len(text) + 1 for _, text in cue.runs) / READING_SPEED)
    return replace(cue, end=max(cue.start + _FLASH_SECONDS, min(wanted, following)))


def has_single_words(whole: TimedWords) -> bool:
    """Whether the source has about one cue for each word, which nobody could read as captions."""
    return len(whole.starts) >= _LEAST_CUES and whole.count < _SINGLE_WORDS * len(whole.starts)


def reflow_cues(whole: TimedWords) -> Iterator[Cue]:
    """New cues of at most two lines; none overlaps the next."""
    words = (part for word in _put_in_order(whole) for part in _break_word(word))
    cues = (
        Cue(part[0].start, part[-1].end, _join_runs(part))
        for stretch in _find_stretches(words)
        for part in _cut_stretch(stretch)
    )
    return _time_cues(cues)


def _join_runs(words: Sequence[Word]) -> tuple[tuple[str | None, str], ...]:
    runs = groupby(words, key=lambda word: word.speaker)
    return tuple((speaker, _join_words(run)) for speaker, run in runs)


def _join_words(words: Iterable[Word]) -> str:
    return "".join(f" {word.text}" if word.spaced else word.text for word in words).strip()


def _put_in_order(words: Iterable[Word]) -> Iterator[Word]:
    """The words with times that never run back."""
    latest = 0.0
    for word in words:
        latest = max(latest, word.start)
        yield replace(word, start=latest, end=max(latest, word.end))


def _break_word(word: Word) -> Iterator[Word]:
    """The word, or, where it is longer than a line, lines of it."""
    if len(word.text) <= LINE_CHARACTERS:
        yield word
        return
    each = (word.end - word.start) / len(word.text)
    for at in range(0, len(word.text), LINE_CHARACTERS):
        text = word.text[at : at + LINE_CHARACTERS]
        start = word.start + at * each
        yield replace(word, text=text, start=start, end=start + len(text) * each, spaced=at == 0)


def _find_stretches(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Runs of words that no silence and no change of the speaker parts."""
    stretch: list[Word] = []
    for word in words:
        if stretch and (
            word.speaker != stretch[-1].speaker or word.start - stretch[-1].end >= _PAUSE_SECONDS
        ):
            yield stretch
            stretch = []
        stretch.append(word)
    if stretch:
        yield stretch


def _cut_stretch(stretch: list[Word]) -> Iterator[list[Word]]:
    """The stretch as cues, at the places that cost least in all."""
    layout = _Layout(stretch)
    costs, begins = [0.0], [0]
    for last in range(1, len(stretch) + 1):
        best, begin = math.inf, last - 1
        for first in range(last - 1, -1, -1):
            if first < last - 1 and not layout.fits(first, last):
                break
            if (cost := costs[first] + layout.cost(first, last)) < best:
                best, begin = cost, first
        costs.append(best)
        begins.append(begin)
    cuts = [len(stretch)]
    while cuts[-1]:
        cuts.append(begins[cuts[-1]])
    for first, last in pairwise(reversed(cuts)):
        yield stretch[first:last]


class _Layout:
    """What a cue of the words from `first` to before `last` would be like."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = words
        name = measure_width(words[0].speaker) + 2 if words[0].speaker else 0  # captions may show it first
        lengths = [measure_width(word.text) + word.spaced for word in words]
        self._upto = list(accumulate([name + lengths[0], *lengths[1:]], initial=0))
        self._ends = list(accumulate((ends_sentence(word.text) for word in words), initial=0))

    def _measure_words(self, first: int, last: int) -> int:
        return self._upto[last] - self._upto[first] - 1

    def fits(self, first: int, last: int) -> bool:
        """Whether it fits two lines, and isn't shown for too long."""
        words = self._words
        if words[last - 1].end - words[first].start > _MOST_SECONDS:
            return False
        if self._measure_words(first, last) <= LINE_CHARACTERS:
            return True
        middle = bisect_right(self._upto, self._upto[first] + LINE_CHARACTERS + 1) - 1
        return first < middle and self._measure_words(middle, last) <= LINE_CHARACTERS

    def cost(self, first: int, last: int) -> float:
        """What it costs: less is better to read."""
        words = self._words
        over = last == len(words)
        length = self._measure_words(first, last)
        room = (words[last - 1].end + _LEAST_SECONDS if over else words[last].start) - words[first].start
        speed = length / max(room, 0.001)
        cost = 1.0 if over else 1.0 + self._cost_of_end(last)
        cost += _SENTENCE_WITHIN * (self._ends[last - 1] - self._ends[first])
        cost += _TOO_FAST * max(0.0, min(speed, 10 * READING_SPEED) - READING_SPEED) / READING_SPEED
        return cost + _FLICKERS * max(0, _FEW_CHARACTERS - length) / _FEW_CHARACTERS

    def _cost_of_end(self, last: int) -> float:
        before, after = self._words[last - 1], self._words[last]
        if ends_sentence(before.text):
            return _AT_SENTENCE
        silence = min(1.0, max(0.0, after.start - before.end))
        return (_AT_COMMA if before.text[-1] in ",;:،、，" else _INSIDE_PHRASE) * (1.0 - silence)


def _time_cues(cues: Iterable[Cue]) -> Iterator[Cue]:
    """The cues shown for as long as they take to read, where the next one leaves room for it."""
    latest = 0.0
    for cue, following in _with_next_start(cues):
        start = max(cue.start, latest)
        length = sum(measure_width(text) + 1 for _, text in cue.runs)
        wanted = max(cue.end, start + length / READING_SPEED, start + _LEAST_SECONDS)
        latest = max(min(wanted, following), start + _FLASH_SECONDS)
        yield replace(cue, start=start, end=latest)
