"""One chunk's way to a text that can be trusted: ask, hold against the gate, ask again, split.

    whole and faithful                   taken
    anything else, at first              asked once more; a passage good in either answer is taken
    no end that is known, each time      the original words stand: no part of it would have one
    some passages good in neither        the others are taken, those are asked for by themselves
    cut off, refused, nothing usable     split in two, each half asked for
    still no better                      the original words stand, with the reason

Each question that follows is for at most about half the words of the one before, and two such steps are
the most: what is left as it was is about a quarter of the chunk, and no chunk takes more than 8 questions.

Pure: `ask` is given, the text that comes back is judged by `verify`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from msgspec import structs

from daemon.cleaning.checks.faithfulness import weigh_text
from daemon.cleaning.checks.replaced_words import find_replaced_words
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.prompt import Brief
from daemon.cleaning.unchanged import needs_cleaning
from daemon.cleaning.verify import Verdict, check, find_speech
from daemon.text.chunk import Chunk
from daemon.text.chunking import CONTEXT_WORDS
from daemon.text.cleaned_chunk import UNCHANGED, Flag, Note, ProcessedChunk
from daemon.text.differences import notes_on
from daemon.text.languages import language_by_start
from daemon.text.paragraphs import pause_before
from daemon.text.sentences import sentence_ends
from daemon.text.turns import Turn

ASKS = 2
"""A chunk is asked for so often before it is split; a part of one only once."""

SPLITS = 2
"""Halves, and halves of halves."""

LEAST_WORDS = 60
"""A passage of fewer words is not split: there is little left to save. Two letters of a script without
spaces count as one."""

_FIRST_WORDS = 20


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

    @property
    def came_back_unchanged(self) -> bool:
        """Whether it was taken, and is to the letter what was sent."""
        if self.reason is not None:
            return False
        # The first words tell most answers apart; to split all of them takes longer.
        begins_alike = _part_words(self.text, _FIRST_WORDS) == _part_words(self.passage.text, _FIRST_WORDS)
        return begins_alike and self.text.split() == self.passage.text.split()


def _part_words(text: str, most: int) -> list[str]:
    """The first words of a text, at most so many."""
    return text.split(None, most)[:most]


@dataclass(frozen=True, slots=True)
class _Part:
    """Some passages of a chunk, in order, each with the number of the turn it belongs to."""

    numbers: tuple[int, ...]
    passages: tuple[Turn, ...]
    before: str | None

    @property
    def size(self) -> float:
        return sum(map(_weigh_passage, self.passages))

    @property
    def may_be_halved(self) -> bool:
        has_a_seam = len(self.passages) > 1 or len(self.passages[0].text.split()) > 1
        return has_a_seam and self.size >= LEAST_WORDS

    def pick_passages(self, positions: Sequence[int]) -> _Part:
        """Some passages of this part, with what stands before the first of them as context."""
        words = (self.before or "").split()
        for passage in self.passages[: positions[0]]:
            words += passage.text.split()
        return _Part(
            tuple(self.numbers[at] for at in positions),
            tuple(self.passages[at] for at in positions),
            " ".join(words[-CONTEXT_WORDS:]) or None,
        )

    def split_in_two(self) -> tuple[_Part, _Part]:
        """The part in two: between passages if there are several, else where a sentence ends."""
        whole = self
        if len(self.passages) == 1:
            whole = _Part(self.numbers * 2, _cut_turn(self.passages[0]), self.before)
        count = len(whole.passages)
        middle = _find_middle([_weigh_passage(passage) for passage in whole.passages])
        return whole.pick_passages(range(middle)), whole.pick_passages(range(middle, count))

    def keep_originals(self, reason: str, own_reasons: Mapping[int, str]) -> list[Piece]:
        """The passages as they were, for the reason, or each for its own (by its position in the part)."""
        pieces = []
        for at, (number, passage) in enumerate(zip(self.numbers, self.passages, strict=True)):
            pieces.append(Piece(number, passage, passage.text, own_reasons.get(at, reason)))
        return pieces

    def take_texts(self, texts: Sequence[str], positions: Iterable[int]) -> list[Piece]:
        """The passages at some positions, cleaned; `texts` has one text for each passage of the part."""
        return [Piece(self.numbers[at], self.passages[at], texts[at]) for at in positions]


@dataclass
class Cleaning:
    """The cleaning of one chunk under one brief; `ask` puts a chunk, or a part of one, to the model."""

    ask: Ask
    brief: Brief
    index: int = field(default=0, init=False)

    def clean_chunk(self, chunk: Chunk) -> ProcessedChunk:
        """The chunk, cleaned as far as it can be; without what it took (tokens, dollars)."""
        self._begin_chunk(chunk)
        if not self.brief.wants_turns:
            return self._clean_as_free_text(chunk)
        turns = chunk.spoken()
        if not turns:
            return self._assemble(chunk, [])
        part = _Part(tuple(range(len(turns))), turns, chunk.context_buffer)
        return self._assemble(chunk, self._clean_part(part, 0))

    def clean_flagged(self, chunk: Chunk, result: ProcessedChunk) -> ProcessedChunk:
        """The chunk, asked for again where an earlier result of it has its original words; the rest stands.

        Without what it took.
        """
        flagged = {flag.passage for flag in result.flags}
        if not result.turns or None in flagged:
            return self.clean_chunk(chunk) if result.flags else result
        self._begin_chunk(chunk)
        whole = _Part(_number_passages(result), chunk.passages(result.cuts), chunk.context_buffer)
        pieces: list[Piece] = []
        for run in _find_runs(whole.numbers, flagged):
            if run[0] in flagged:
                pieces += self._clean_part(whole.pick_passages(run), 0)
            else:
                pieces += whole.take_texts(result.turns, run)
        return self._assemble(chunk, pieces)

    def _begin_chunk(self, chunk: Chunk) -> None:
        """Note what holds of each part of a chunk: a few words don't tell the language of all of it."""
        self.index = chunk.index
        self.brief = replace(self.brief, spoken=language_by_start(chunk.text) or self.brief.spoken)

    def _assemble(self, chunk: Chunk, pieces: Sequence[Piece]) -> ProcessedChunk:
        """The pieces as one chunk; with a note where what came back to the letter was in need of cleaning."""
        result = assemble_chunk(chunk, pieces, find_speech(chunk, self.brief))
        style = self.brief.style
        if not style.keeps_wording:
            return result
        unchanged = [place for place, piece in enumerate(pieces) if piece.came_back_unchanged]
        if not needs_cleaning(" ".join(pieces[place].text for place in unchanged), style.verbatim):
            return result
        longest = max(unchanged, key=lambda place: len(pieces[place].text))
        return structs.replace(result, notes=(*result.notes, Note(longest, UNCHANGED)))

    def _clean_as_free_text(self, chunk: Chunk) -> ProcessedChunk:
        """Ask for the whole chunk, once more if need be; free text can't be split and put together again."""
        reason = ""
        for _ in range(ASKS):
            outcome = self.ask(chunk)
            if outcome.refused:
                reason = outcome.refused
                break
            verdict = check(chunk, self.brief, outcome.text, outcome.stop_reason)
            if verdict.reason is None:
                return ProcessedChunk(chunk.index, chunk.text, verdict.text)
            reason = verdict.reason
        words = len(chunk.text.split())
        return ProcessedChunk(chunk.index, chunk.text, chunk.text, flags=(Flag(reason, words),))

    def _clean_part(self, part: _Part, splits: int) -> list[Piece]:
        """The pieces of a part that came of so many splits; see the table at the top."""
        everything = range(len(part.passages))
        verdict, is_final = self._ask_about(part, splits)
        if verdict.reason is None:
            return part.take_texts(verdict.turns, everything)
        if is_final:
            return part.keep_originals(verdict.reason, {})
        good = [at for at in everything if at not in verdict.bad]
        if verdict.bad and good:
            pieces = part.take_texts(verdict.turns, good) + self._ask_for_rest(part, verdict, splits)
            return sorted(pieces, key=lambda piece: piece.turn)
        if not _may_be_split(part, splits):
            return part.keep_originals(verdict.reason, verdict.bad)
        return self._clean_each(part.split_in_two(), splits + 1)

    def _ask_about(self, part: _Part, splits: int) -> tuple[Verdict, bool]:
        """The verdict on the answers together, and whether asking on is of no use, in whatever parts."""
        chunk = self._make_chunk(part)
        verdict, are_endless = Verdict(reason="no answer came"), True
        for _ in range(1 if splits else ASKS):
            outcome = self.ask(chunk)
            if outcome.refused:
                return Verdict(reason=outcome.refused), not outcome.too_large
            latest = check(chunk, self.brief, outcome.text, outcome.stop_reason)
            are_endless = are_endless and latest.is_endless
            verdict = join_verdicts(verdict, latest)
            if verdict.reason is None:
                break
            if verdict.cut_off and _may_be_split(part, splits):  # the whole would be cut off again
                break
        return verdict, are_endless

    def _ask_for_rest(self, part: _Part, verdict: Verdict, splits: int) -> list[Piece]:
        """The passages that are not faithful, asked for by themselves, in halves if that is most of it."""
        bad = sorted(verdict.bad)
        rest = part.pick_passages(bad)
        if splits == SPLITS:
            return rest.keep_originals("", {at: verdict.bad[position] for at, position in enumerate(bad)})
        if 2 * rest.size > part.size and rest.may_be_halved:
            return self._clean_each(rest.split_in_two(), splits + 1)
        return self._clean_part(rest, splits + 1)

    def _clean_each(self, parts: Iterable[_Part], splits: int) -> list[Piece]:
        pieces = []
        for part in parts:
            pieces += self._clean_part(part, splits)
        return pieces

    def _make_chunk(self, part: _Part) -> Chunk:
        text = "\n\n".join(passage.text for passage in part.passages)
        return Chunk(self.index, text, context_buffer=part.before, turns=part.passages)


def _number_passages(result: ProcessedChunk) -> tuple[int, ...]:
    """For each passage of a result the number of the turn that it belongs to."""
    numbers: list[int] = []
    cuts = [turn for turn, _ in result.cuts]
    turn = 0
    while len(numbers) < len(result.turns):
        numbers += [turn] * (1 + cuts.count(turn))
        turn += 1
    return tuple(numbers)


def _find_runs(numbers: Sequence[int], flagged: Set[int | None]) -> Iterator[list[int]]:
    """The passages in runs of those that are asked for again, or are not; no run has a turn twice."""
    run: list[int] = []
    for at, number in enumerate(numbers):
        alike = run and (at in flagged) == (run[0] in flagged) and number != numbers[run[-1]]
        if run and not alike:
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def join_verdicts(earlier: Verdict, later: Verdict) -> Verdict:
    """The verdict on two answers to one question: each passage is taken from the one in which it is good."""
    if later.reason is None or not earlier.bad:
        return later
    if not later.bad:
        return replace(earlier, cut_off=later.cut_off)
    bad = {at: why for at, why in later.bad.items() if at in earlier.bad}
    turns = [earlier.turns[at] if at in later.bad else text for at, text in enumerate(later.turns)]
    if bad:
        return Verdict(turns=tuple(turns), reason=bad[min(bad)], bad=bad, cut_off=later.cut_off)
    return Verdict(tuple(turns), "\n\n".join(filter(None, turns)))


def assemble_chunk(chunk: Chunk, pieces: Sequence[Piece], speech: Speech) -> ProcessedChunk:
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
            notes += _notes_on_piece(place, piece, speech)
    return ProcessedChunk(
        chunk_index=chunk.index,
        original_text=chunk.text,
        cleaned_text="\n\n".join(piece.text for piece in pieces if piece.text),
        turns=tuple(piece.text for piece in pieces),
        cuts=tuple(cuts),
        flags=tuple(flags),
        notes=tuple(notes),
    )


def _notes_on_piece(place: int, piece: Piece, speech: Speech) -> Iterator[Note]:
    """What differs in a passage that was taken, for whoever reviews it."""
    original, cleaned = piece.passage.text, piece.text
    if original == cleaned:
        return
    from daemon.cleaning.checks.respelling import join_addresses, write_forms_alike

    original, cleaned = write_forms_alike(original, cleaned, speech)
    weight = weigh_text(original)  # as it was judged: joined, it may count as a short one
    original = join_addresses(original, cleaned, speech)
    notes = list(notes_on(place, original, cleaned, speech.language))
    yield from notes
    yield from _note_doubts(place, original, cleaned, weight, speech, {note.kind for note in notes})


def _note_doubts(
    place: int, original: str, cleaned: str, weight: float, speech: Speech, noted: Set[str]
) -> Iterator[Note]:
    """What a passage that was taken may say otherwise, but for the kinds that are noted of it already.

    `weight` is for how many words it was judged.
    """
    from daemon.cleaning.checks.meaning.changed_meaning import SHORT_WORDS, find_noted_doubts

    doubts = [find_replaced_words(original, cleaned, speech)]
    if weight > SHORT_WORDS:
        doubts += find_noted_doubts(original, cleaned, speech)
    told: set[str] = set()
    for one in doubts:
        if one is None or one.kind in noted or (one.gone + one.new and told.issuperset(one.gone + one.new)):
            continue
        told.update(one.gone, one.new)
        yield Note(place, one.kind, one.gone, one.new)


def _may_be_split(part: _Part, splits: int) -> bool:
    return splits < SPLITS and part.may_be_halved


def _weigh_passage(passage: Turn) -> float:
    """How many words it counts as."""
    return weigh_text(passage.text)


def _cut_turn(turn: Turn) -> tuple[Turn, Turn]:
    """A turn cut near its middle: after a sentence, else at the longest pause."""
    words, times = turn.text.split(), turn.word_times()
    middle, near = len(words) / 2, len(words) // 4
    ends = [at for at in sentence_ends(words) if abs(at - middle) <= near]
    if ends:
        return turn.cut(min(ends, key=lambda at: abs(at - middle)))
    window = range(max(1, int(middle) - near), int(middle) + near + 1)
    return turn.cut(max(window, key=lambda at: (pause_before(times, at), -abs(at - middle))))


def _find_middle(sizes: Sequence[float]) -> int:
    """How many of the first passages make about half of the words; at least one, not all."""
    half, so_far = sum(sizes) / 2, 0.0
    distances = []
    for size in sizes[:-1]:
        so_far += size
        distances.append(abs(so_far - half))
    return distances.index(min(distances)) + 1
