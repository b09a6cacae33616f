"""One chunk's way to a text that can be trusted: ask, hold against the gate, ask again, split.

    whole and faithful                   taken
    anything else, at first              asked once more
    some passages still unfaithful       the others are taken, those are asked for by themselves
    cut off, refused, nothing usable     split in two, each half asked for
    still no better                      the original words stand, with the reason

Each question that follows is for at most about half the words of the one before, and two such steps are
the most: what is left as it was is about a quarter of the chunk, and no chunk takes more than 8 questions.

Pure: `ask` is given, the text that comes back is judged by `verify`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.cleaning.faithfulness import compare, size_of, tokens
from daemon.cleaning.meaning import find_doubts
from daemon.cleaning.prompt import Brief
from daemon.cleaning.verify import Verdict, check, hesitations
from daemon.text.chunk import Chunk
from daemon.text.chunking import CONTEXT_WORDS
from daemon.text.cleaned_chunk import Flag, Note, ProcessedChunk
from daemon.text.differences import notes_on
from daemon.text.paragraphs import pause
from daemon.text.sentences import sentence_ends
from daemon.text.turns import Turn

ASKS = 2
"""A chunk is asked for so often before it is split; a part of one only once."""

SPLITS = 2
"""Halves, and halves of halves."""

_NOTED_BY_MEANING = ("person", "question")  # numbers, names and negations are counted by `notes_on`

LEAST_WORDS = 60
"""A passage of fewer words is not split: there is little left to save. Two letters of a script without
spaces count as one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: an answer, or why this question alone gets none.

    `too_large`: a smaller one might get an answer; otherwise asking again is of no use.
    """

    text: str = ""
    stop_reason: str | None = None
    refused: str | None = None
    too_large: bool = False


Ask = Callable[[Chunk], Outcome]


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
    def size(self) -> float:
        return sum(map(_size, self.passages))

    @property
    def may_be_halved(self) -> bool:
        several = len(self.passages) > 1 or len(self.passages[0].text.split()) > 1
        return several and self.size >= LEAST_WORDS

    def pick(self, places: Sequence[int]) -> _Part:
        """Some passages of this part, with what stands before the first of them as context."""
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
        at = _middle([_size(passage) for passage in whole.passages])
        return whole.pick(range(at)), whole.pick(range(at, len(whole.passages)))

    def originals(self, reason: str, bad: Mapping[int, str]) -> list[Piece]:
        """The passages as they were, for the reason, or each for its own."""
        both = enumerate(zip(self.numbers, self.passages, strict=True))
        return [Piece(n, p, p.text, bad.get(place, reason)) for place, (n, p) in both]


@dataclass
class Cleaning:
    """The cleaning of one chunk under one brief."""

    ask: Ask
    brief: Brief
    index: int = field(default=0, init=False)

    def clean(self, chunk: Chunk) -> ProcessedChunk:
        """The chunk, cleaned as far as it can be; without what it took (tokens, dollars)."""
        self.index = chunk.index
        if not self.brief.wants_turns:
            return self._free(chunk)
        turns = chunk.spoken()
        part = _Part(tuple(range(len(turns))), turns, chunk.context_buffer)
        return assembled(chunk, self._turns(part, 0) if turns else [])

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
        verdict = Verdict(reason="no answer came")
        may_halve = splits < SPLITS and part.may_be_halved
        for _ in range(1 if splits else ASKS):
            reply = self.ask(self._chunk(part))
            if reply.refused:
                if not reply.too_large:
                    return part.originals(reply.refused, {})
                verdict = Verdict(reason=reply.refused)
                break
            verdict = check(self._chunk(part), self.brief, reply.text, reply.stop_reason)
            if verdict.reason is None:
                return _taken(part, verdict.turns, range(len(part.passages)))
            if verdict.cut_off and may_halve:  # it would be cut off again
                break
        good = [place for place in range(len(part.passages)) if verdict.bad and place not in verdict.bad]
        if good:
            rest = self._rest(part, verdict, splits)
            return sorted(_taken(part, verdict.turns, good) + rest, key=lambda piece: piece.turn)
        if not may_halve:
            return part.originals(verdict.reason or "", verdict.bad)
        return [piece for half in part.halves() for piece in self._turns(half, splits + 1)]

    def _rest(self, part: _Part, verdict: Verdict, splits: int) -> list[Piece]:
        """The passages that are not faithful, asked for by themselves, in halves if that is most of it."""
        bad = sorted(verdict.bad)
        rest = part.pick(bad)
        if splits == SPLITS:
            return rest.originals("", {at: verdict.bad[place] for at, place in enumerate(bad)})
        most = 2 * rest.size > part.size and rest.may_be_halved
        return [
            piece for some in (rest.halves() if most else [rest]) for piece in self._turns(some, splits + 1)
        ]

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
            notes += _notes_on_piece(place, piece)
    return ProcessedChunk(
        chunk_index=chunk.index,
        original_text=chunk.text,
        cleaned_text="\n\n".join(piece.text for piece in pieces if piece.text),
        turns=tuple(piece.text for piece in pieces),
        cuts=tuple(cuts),
        flags=tuple(flags),
        notes=tuple(notes),
    )


def _notes_on_piece(place: int, piece: Piece) -> Iterator[Note]:
    """What differs in a passage that was taken, for whoever reviews it."""
    original, cleaned = piece.passage.text, piece.text
    yield from notes_on(place, original, cleaned)
    if original != cleaned:
        for doubt in find_doubts(original, cleaned, compare(original, cleaned, hesitations())):
            if doubt.kind in _NOTED_BY_MEANING:
                yield Note(place, doubt.kind, doubt.gone, doubt.new)


def _taken(part: _Part, texts: Sequence[str], places: Iterable[int]) -> list[Piece]:
    return [Piece(part.numbers[place], part.passages[place], texts[place]) for place in places]


def _size(passage: Turn) -> float:
    """For how many words it counts."""
    return size_of(tokens(passage.text))


def _cut_in_two(turn: Turn) -> tuple[Turn, Turn]:
    """A turn cut near its middle: after a sentence, else at the longest pause."""
    words, times = turn.text.split(), turn.word_times()
    middle, near = len(words) / 2, len(words) // 4
    ends = [at for at in sentence_ends(words) if abs(at - middle) <= near]
    if ends:
        return turn.cut(min(ends, key=lambda at: abs(at - middle)))
    window = range(max(1, int(middle) - near), int(middle) + near + 1)
    return turn.cut(max(window, key=lambda at: (pause(times, at), -abs(at - middle))))


def _middle(sizes: Sequence[float]) -> int:
    """How many of the first passages make about half of the words; at least one, not all."""
    half, so_far = sum(sizes) / 2, 0.0
    distances = []
    for size in sizes[:-1]:
        so_far += size
        distances.append(abs(so_far - half))
    return distances.index(min(distances)) + 1
