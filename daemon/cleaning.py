"""One chunk's way to a text that can be trusted: ask, hold against the gate, ask again, split.

    whole and faithful                   taken
    anything else, at first              asked once more
    some passages still unfaithful       the others are taken, those are asked for by themselves
    cut off, refused, nothing usable     split in two, each half asked for, twice at most
    still no better                      the original words stand, with the reason

Pure: `ask` is given, the text that comes back is judged by `verify`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from daemon.chunk import Chunk, Flag, Note, ProcessedChunk, Turn
from daemon.cutting import CONTEXT_WORDS
from daemon.differences import notes_on
from daemon.paragraphs import pause, sentence_ends
from daemon.prompt import Brief
from daemon.verify import Verdict, check

ASKS = 2
"""A chunk is asked for so often before it is split; a part of one only once."""

SPLITS = 2
"""Halves, and halves of halves."""

LEAST_WORDS = 60
"""A passage of fewer words is not split: there is little left to save."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one question: an answer, or why this question alone gets none.

    `too_large`: a smaller one might get an answer; otherwise asking again is of no use.
    """

    text: str = ""
    stop_reason: str | None = None
    refused: str | None = None
    too_large: bool = False


Ask = Callable[[Chunk], Reply]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage and its text; with a `reason`, its original words. `turn` counts from 0 in the chunk."""

    turn: int
    passage: Turn
    text: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """Some passages of a chunk, in order, each with the number of the turn it belongs to."""

    numbers: tuple[int, ...]
    passages: tuple[Turn, ...]
    before: str | None

    @property
    def words(self) -> int:
        return sum(len(passage.text.split()) for passage in self.passages)

    def pick(self, places: Sequence[int]) -> _Part:
        """Neighbouring passages of this part, with what stands before them as context."""
        words = (self.before or "").split()
        for passage in self.passages[: places[0]]:
            words += passage.text.split()
        return _Part(
            tuple(self.numbers[place] for place in places),
            tuple(self.passages[place] for place in places),
            " ".join(words[-CONTEXT_WORDS:]) or None,
        )

    def halves(self) -> tuple[_Part, _Part]:
        """The part in two: between passages if there are several, else where a sentence ends."""
        if len(self.passages) == 1:
            first, second = _cut_in_two(self.passages[0])
            whole = _Part(self.numbers * 2, (first, second), self.before)
        else:
            whole = self
        at = _middle([len(passage.text.split()) for passage in whole.passages])
        return whole.pick(range(at)), whole.pick(range(at, len(whole.passages)))

    def originals(self, reason: str) -> list[Piece]:
        return [Piece(n, p, p.text, reason) for n, p in zip(self.numbers, self.passages, strict=True)]


@dataclass
class Cleaning:
    """The cleaning of one chunk under one brief."""

    ask: Ask
    brief: Brief
    index: int = field(default=0, init=False)

    def clean(self, chunk: Chunk) -> ProcessedChunk:
        """The chunk, cleaned as far as it can be; without what it took (tokens, dollars)."""
        self.index = chunk.index
        if self.brief.free:
            return self._free(chunk)
        turns = chunk.spoken()
        pieces = self._turns(_Part(tuple(range(len(turns))), turns, chunk.context_buffer), 0)
        return assembled(chunk, pieces)

    def _free(self, chunk: Chunk) -> ProcessedChunk:
        reason = ""
        for _ in range(ASKS):
            reply = self.ask(chunk)
            if reply.refused:
                reason = reply.refused
                break
            verdict = check(chunk, self.brief, reply.text, reply.stop_reason)
            if verdict.reason is None:
                return ProcessedChunk(chunk.index, chunk.text, verdict.text)
            reason = verdict.reason
        words = len(chunk.text.split())
        return ProcessedChunk(chunk.index, chunk.text, chunk.text, flags=(Flag(reason, words),))

    def _turns(self, part: _Part, splits: int) -> list[Piece]:
        reason = "no answer came"
        may_split = splits < SPLITS and part.words >= LEAST_WORDS
        for _ in range(1 if splits else ASKS):
            reply = self.ask(self._chunk(part))
            if reply.refused:
                if not reply.too_large:
                    return part.originals(reply.refused)
                reason = reply.refused
                break
            verdict = check(self._chunk(part), self.brief, reply.text, reply.stop_reason)
            if verdict.reason is None:
                return _taken(part, verdict.turns)
            reason = verdict.reason
            if verdict.cut_off and may_split:  # it would be cut off again
                break
        else:
            if verdict.bad and len(verdict.bad) < len(part.passages):
                return list(self._apart(part, verdict, splits))
        if not may_split:
            return part.originals(reason)
        return [piece for half in part.halves() for piece in self._turns(half, splits + 1)]

    def _apart(self, part: _Part, verdict: Verdict, splits: int) -> Iterator[Piece]:
        """Take the passages that are faithful, ask for the others by themselves."""
        for is_bad, run in groupby(range(len(part.passages)), key=lambda place: place in verdict.bad):
            places = list(run)
            some = part.pick(places)
            if not is_bad:
                yield from _taken(some, [verdict.turns[place] for place in places])
            elif splits < SPLITS:
                yield from self._turns(some, splits + 1)
            else:
                yield from some.originals(verdict.bad[places[0]])

    def _chunk(self, part: _Part) -> Chunk:
        text = "\n\n".join(passage.text for passage in part.passages)
        return Chunk(self.index, text, context_buffer=part.before, turns=part.passages)


def assembled(chunk: Chunk, pieces: Sequence[Piece]) -> ProcessedChunk:
    """The pieces as one processed chunk, with its cuts, flags and notes."""
    cuts, flags, notes = [], [], list[Note]()
    done = 0  # words of the present turn
    for place, piece in enumerate(pieces):
        words = len(piece.passage.text.split())
        if place and pieces[place - 1].turn == piece.turn:
            cuts.append((piece.turn, done))
        else:
            done = 0
        done += words
        if piece.reason is not None:
            flags.append(Flag(piece.reason, words, place))
        else:
            notes += notes_on(place, piece.passage.text, piece.text)
    return ProcessedChunk(
        chunk_index=chunk.index,
        original_text=chunk.text,
        cleaned_text="\n\n".join(piece.text for piece in pieces if piece.text),
        turns=tuple(piece.text for piece in pieces),
        cuts=tuple(cuts),
        flags=tuple(flags),
        notes=tuple(notes),
    )


def _taken(part: _Part, texts: Sequence[str]) -> list[Piece]:
    return [
        Piece(number, passage, text)
        for number, passage, text in zip(part.numbers, part.passages, texts, strict=True)
    ]


def _cut_in_two(turn: Turn) -> tuple[Turn, Turn]:
    """A turn cut near its middle: after a sentence, else at the longest pause."""
    words, times = turn.text.split(), turn.word_times()
    middle, near = len(words) / 2, len(words) // 4
    ends = [at for at in sentence_ends(words) if abs(at - middle) <= near]
    if ends:
        return turn.cut(min(ends, key=lambda at: abs(at - middle)))
    window = range(int(middle) - near, int(middle) + near)
    return turn.cut(max(window, key=lambda at: (pause(times, at), -abs(at - middle))))


def _middle(sizes: Sequence[int]) -> int:
    """How many of the first passages make about half of the words; at least one, not all."""
    half, so_far = sum(sizes) / 2, 0
    distances = []
    for size in sizes[:-1]:
        so_far += size
        distances.append(abs(so_far - half))
    return distances.index(min(distances)) + 1
