"""From turns to chunks: an exact partition, each part cleaned by itself."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import accumulate, islice

from daemon.text.chunk import Chunk
from daemon.text.sentences import sentence_ends
from daemon.text.timecode import format_timecode
from daemon.text.transcript import LETTERS_PER_WORD, UNSPACED_LETTER, Segment, blocks_of_words, count_spaced
from daemon.text.turns import Turn, split

CONTEXT_WORDS = 60
"""How many words of the original before a chunk go with it, read-only: a paragraph's worth."""

_MOST = 1.3  # times chunk_words: no chunk is larger
_NEAR = 0.2  # the share of the target by which a chunk may be shorter or longer to end well

ScoreEnds = Callable[[Sequence[str], range], Sequence[int]]
"""Given words and places among them, says how likely a sentence ends before each: over 0 where it may."""

ChooseScore = Callable[[Iterable[str]], ScoreEnds | None]
"""Given all words of a text, says what scores the ends of its sentences; None where its marks show them."""

GUESS_REACH = 48
"""How many words on either side of the places go with them: what the network of sentence ends looks at."""

_LETTERS = 40  # a "word" longer than this counts as several


def cut(
    turns: Sequence[Turn],
    chunk_words: int,
    choose_score: ChooseScore | None = None,
    kept_whole: Set[int] = frozenset(),
) -> Iterator[Chunk]:
    """The turns as chunks of about `chunk_words` words, none over 1.3 times that (a single word apart).

    The words of all chunks are the words of all turns, in order. A chunk ends at the end of a turn, else
    of a sentence, else at the longest pause near the target. For text without punctuation
    `choose_score`, asked only of what is too long for one chunk, gives what tells where sentences end: then a
    turn that only a pause has ended comes after what it finds. In scripts
    without spaces what stands between two spaces counts as several words, and is never cut. No chunk ends
    at one of the places `kept_whole` (how many words come before).
    """
    measures = _Measures.of(turns)
    if not measures.words:
        return
    most = max(1, int(_MOST * chunk_words))
    score = choose_score(words_of(turns)) if choose_score is not None and measures.size[-1] > most else None
    guess = None if score is None else _Guess(words_of(turns), score)
    cuts = _leave_whole(_find_cuts(measures, chunk_words, most, guess), kept_whole)
    said: deque[str] = deque(maxlen=CONTEXT_WORDS + 1)
    for index, (first, part) in enumerate(zip([0, *cuts], _divide_turns(turns, cuts), strict=True)):
        starts = (segment.start for turn in part for segment in turn.segments)
        context = first - _find_context(measures.size, first)
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

    `size` counts the words before each, and all; `firsts` are the places of the first words of `segments`.
    `turn_ends` and `sentence_ends` are the places between words where one ends, `speaker_ends` those of turns
    that not only a pause has ended.
    """

    size: array[int] = field(default_factory=lambda: array("i", [0]))
    segments: list[Segment] = field(default_factory=list)
    firsts: array[int] = field(default_factory=lambda: array("i"))
    turn_ends: array[int] = field(default_factory=lambda: array("i"))
    speaker_ends: array[int] = field(default_factory=lambda: array("i"))
    sentence_ends: array[int] = field(default_factory=lambda: array("i"))
    _timed: tuple[int, list[float | None]] = (-1, [])  # the segment whose times were told last

    @classmethod
    def of(cls, turns: Iterable[Turn]) -> _Measures:
        """The measures of the words of some turns."""
        new, last = cls(), ""
        for turn in turns:
            for segment in turn.segments:
                new.segments.append(segment)
                new.firsts.append(new.words)
                for words in blocks_of_words(segment.text):
                    last = new._add_words(words, last)
            new.turn_ends.append(new.words)
            if turn.speaker is not None or turn.end is None:
                new.speaker_ends.append(new.words)
        return new

    @property
    def words(self) -> int:
        """How many words there are."""
        return len(self.size) - 1

    def _add_words(self, words: Sequence[str], last: str) -> str:
        """Measure words that follow the word `last`; the new last one."""
        if not words:
            return last
        before, offset = words, self.words
        if last:  # whether a sentence ends behind it is told from the word that follows
            before, offset = [last, *words], self.words - 1
        self.sentence_ends.extend(place + offset for place in sentence_ends(before))
        self.size.extend(islice(accumulate(map(_measure_word, words), initial=self.size[-1]), 1, None))
        return words[-1]

    def pause_before(self, place: int) -> float:
        """Seconds between the beginnings of the words on both sides of a place, 0 where unknown."""
        before, after = self._find_time(place - 1), self._find_time(place)
        return 0.0 if before is None or after is None else max(0.0, after - before)

    def _find_time(self, place: int) -> float | None:
        """The second at which a word begins."""
        at = bisect_right(self.firsts, place) - 1
        segment = self.segments[at]
        if segment.start is None and segment.times is None:
            return None
        if self._timed[0] != at:
            self._timed = at, segment.word_times()
        return self._timed[1][place - self.firsts[at]]


def _find_context(size: Sequence[int], first: int) -> int:
    """Where the context of a chunk begins: CONTEXT_WORDS before it, or with the word that they begin in."""
    return max(0, bisect_right(size, size[first] - CONTEXT_WORDS) - 1)


@dataclass(slots=True)
class _Guess:
    """Finds the likeliest end of a sentence in one window after the other; words are read on as needed."""

    words: Iterator[str]
    score: ScoreEnds
    held: list[str] = field(default_factory=list)
    passed: int = 0  # words that came before those held

    def find_end(self, window: range) -> int | None:
        """The place in the window where a sentence ends most likely, None where it may nowhere."""
        self._pass_by(window.start - GUESS_REACH)
        self.held += islice(self.words, window.stop + GUESS_REACH - self.passed - len(self.held))
        last = min(window.stop, self.passed + len(self.held))
        places = range(window.start - self.passed, last - self.passed)
        scores = self.score(self.held, places)
        best, at = max(zip(scores, places, strict=True), default=(0, 0), key=lambda found: found[0])
        return self.passed + at if best > 0 else None

    def _pass_by(self, place: int) -> None:
        """Let go of the words before a place, those not read yet too."""
        held = min(max(0, place - self.passed), len(self.held))
        del self.held[:held]
        self.passed += held
        if place > self.passed:
            self.passed += sum(1 for _ in islice(self.words, place - self.passed))


def words_of(turns: Iterable[Turn]) -> Iterator[str]:
    """All words of some turns, in order."""
    for turn in turns:
        for segment in turn.segments:
            for words in blocks_of_words(segment.text):
                yield from words


def _find_cuts(measures: _Measures, chunk_words: int, most: int, guess: _Guess | None) -> list[int]:
    """The places where one chunk, of `most` words at most, ends and the next begins, ascending."""
    size = measures.size
    cuts: list[int] = []
    first = 0
    while (left := size[-1] - size[first]) > most:
        target = left / max(round(left / chunk_words), -(-left // most))
        lowest = bisect_left(size, size[first] + target * (1 - _NEAR), first + 1)
        highest = bisect_right(size, size[first] + min(target * (1 + _NEAR), most)) - 1
        middle = bisect_right(size, size[first] + target) - 1
        if highest <= first:  # a single word over the limit
            lowest = highest = middle = first + 1
        first = _choose_end(range(min(lowest, highest), highest + 1), max(middle, first + 1), measures, guess)
        if first >= measures.words:
            break
        cuts.append(first)
    return cuts


def _leave_whole(cuts: Sequence[int], kept_whole: Set[int]) -> list[int]:
    """The cuts, those at a place that is to be kept whole moved before it."""
    moved: list[int] = []
    for place in cuts:
        while place in kept_whole:
            place -= 1
        if place > (moved[-1] if moved else 0):
            moved.append(place)
    return moved


def _choose_end(window: range, middle: int, measures: _Measures, guess: _Guess | None) -> int:
    """The best place in the window to end a chunk at."""
    sure = (measures.turn_ends if guess is None else measures.speaker_ends, measures.sentence_ends)
    for places in sure:
        if (nearest := _find_nearest(places, window, middle)) is not None:
            return nearest
    if guess is not None:
        for guessed in (guess.find_end(window), _find_nearest(measures.turn_ends, window, middle)):
            if guessed is not None:
                return guessed
    inner = (at for at in window if at < measures.words)
    return max(inner, key=lambda at: (measures.pause_before(at), -abs(at - middle)), default=window.start)


def _find_nearest(places: Sequence[int], window: range, middle: int) -> int | None:
    """The place in the window that is nearest to the middle, None where there is none."""
    near = places[bisect_left(places, window.start) : bisect_left(places, window.stop)]
    return min(near, key=lambda at: abs(at - middle), default=None)


def _measure_word(word: str) -> int:
    """How many words it counts as."""
    unspaced = 0 if word.isascii() else len(UNSPACED_LETTER.findall(word)) // LETTERS_PER_WORD
    return max(1, unspaced, len(word) // _LETTERS)


def _divide_turns(turns: Iterable[Turn], cuts: Sequence[int]) -> Iterator[tuple[Turn, ...]]:
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
                    if waiting:
                        part.append(Turn(tuple(waiting), turn.speaker))
                    yield tuple(part)
                    part, waiting, place = [], [], place + 1
                waiting.append(piece)
                at += count_spaced(piece.text)
        part.append(Turn(tuple(waiting), turn.speaker))
        waiting = []
    yield tuple(part)
