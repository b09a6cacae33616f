"""The finished transcript as a value: made once for a delivery, and taken by whatever is written from it.

Each chunk and its result are looked at once, and each turn is aligned once. What is large is not held: of a
chunk only its paragraphs stay, and its turns where captions are to be made; and of a long transcript these
lie on the disk, and are read again for each of its files.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from daemon.cleaning.offline import PROVIDER as OFFLINE
from daemon.delivery.record import Pair
from daemon.system.files import Folder
from daemon.system.scratch import Spool
from daemon.text.alignment import find_unit_origins, join_units, split_units
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import JOINED_MODELS, Edit, Note, ProcessedChunk
from daemon.text.paragraphs import Paragraph, break_turn, time_paragraphs
from daemon.text.transcript import count_words
from daemon.text.turns import Turn


class PassageKey(NamedTuple):
    """A passage: its chunk, and its number there; None for what was answered as one, in free text."""

    chunk: int
    number: int | None


_NOTHING: Mapping[PassageKey, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the result.

    `start` and `end` are seconds, None where unknown. `text` is empty where nothing but fillers was said
    in `original`; such a block is not shown. `flag` says why the original words stand, None where they
    were cleaned. `free` marks text in the cleaner's own Markdown (notes), which is not escaped. `rules` are
    the reasons of the edits that rules made in it, in the order of the words. `by_person` counts the words
    that a person has put there afterwards.
    """

    text: str
    start: float | None = None
    speaker: str | None = None
    flag: str | None = None
    free: bool = False
    end: float | None = None
    original: str = ""
    rules: tuple[str, ...] = ()
    by_person: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """What was cleaned as one: a turn, a part of a turn, or, where the answer is free text, a whole chunk.

    `blocks` are its paragraphs in order. `notes` say what differs in it and is worth a look. `checked` says
    that it went through the checks of a model's answer, which offline rules need not. `whole` is the free
    text of a chunk beside all that was said in it, None for a turn. `chunk` is the index of its chunk,
    `number` its own among the passages of that, None for free text.
    """

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = ()
    checked: bool = True
    whole: Block | None = None
    chunk: int = 0
    number: int | None = None


@dataclass(frozen=True, slots=True)
class FlaggedPassage:
    """A passage whose original words stand, and why.

    `passage` is its index among the document's passages, `chunk` the index of its chunk, `start` the second
    at which it begins (None where unknown), `words` its size by `count_words`.
    """

    passage: int
    chunk: int
    start: float | None
    reason: str
    words: int


@dataclass(frozen=True, slots=True)
class AlignedTurn:
    """A turn, its cleaned text, and for each unit of that the index of the original word it came from.

    The units are those of `split_units`. The index is None for one that came from none.
    """

    turn: Turn
    cleaned: str
    origins: Sequence[int | None]


@dataclass(slots=True)
class Tally:
    """What the cleaning of all chunks came to: words, requests, tokens, dollars, edits, notes.

    `bounded` is the part of `cost` that is only an upper bound. `batched` counts the requests that went in
    batches. Edits are counted by reason, notes by kind. `models` names the models that answered, each once,
    in the order of their first appearance, `servers` the addresses that were asked.
    """

    words: int = 0
    requests: int = 0
    batched: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    bounded: float = 0.0
    edits: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    models: list[str] = field(default_factory=list)
    servers: list[str] = field(default_factory=list)

    def add_result(self, result: ProcessedChunk) -> None:
        """Count what is in the result of a chunk, and what it took to get it."""
        self.words += count_words(result.cleaned_text)
        self.requests += result.requests
        self.batched += result.batched
        self.input_tokens += result.input_tokens
        self.output_tokens += result.output_tokens
        self.cost += result.cost
        self.bounded += result.bounded
        for edit in result.edits:
            self.edits[edit.reason] = self.edits.get(edit.reason, 0) + 1
        for note in result.notes:
            self.notes[note.kind] = self.notes.get(note.kind, 0) + 1
        for model in result.model.split(JOINED_MODELS):
            if model and model not in self.models:
                self.models.append(model)
        if result.server and result.server not in self.servers:
            self.servers.append(result.server)


@dataclass(frozen=True, slots=True)
class Document:
    """A finished transcript: its passages in order, those that were not cleaned, and what it took.

    `turns` holds the aligned turns where they were asked for. `free` says that some chunk with turns was
    answered in free text, of which no word can be timed.
    """

    passages: Sequence[Passage]
    flagged: tuple[FlaggedPassage, ...] = ()
    tally: Tally = field(default_factory=Tally)
    turns: Sequence[AlignedTurn] = ()
    free: bool = False

    @property
    def blocks(self) -> Iterable[Block]:
        """The paragraphs of the whole transcript, in order; they can be gone through more than once."""
        return _Blocks(self.passages)


@dataclass(frozen=True, slots=True)
class _Blocks:
    passages: Sequence[Passage]

    def __iter__(self) -> Iterator[Block]:
        for passage in self.passages:
            yield from passage.blocks


def make_document(
    pairs: Iterable[Pair],
    *,
    with_turns: bool = False,
    cleaned: Mapping[PassageKey, str] = _NOTHING,
    scratch: Folder | None = None,
) -> Document:
    """The document of a transcript, from each chunk with its result, in order; they are looked at once.

    `cleaned` has the text that a passage (its chunk and its number there) had before a person changed it.
    `with_turns` says that its turns are kept too, since captions need the times of their words. `scratch` is
    the folder for what is too large for memory, where all is held without it. Raises ValueError where a
    result has not as many turns as its chunk has passages.
    """
    passages: Spool[Passage] = Spool(scratch)
    flagged: list[FlaggedPassage] = []
    turns: Spool[AlignedTurn] = Spool(scratch)
    tally = Tally()
    free = False
    for chunk, result in pairs:
        tally.add_result(result)
        parts = chunk.passages(result.cuts)
        if not parts:  # nothing was said in it
            continue
        flagged += _find_flagged(chunk, result, parts, len(passages))
        aligned: list[AlignedTurn] = []
        if result.turns:
            aligned = [_align_turn(*pair) for pair in zip(parts, result.turns, strict=True)]
            made = _make_passages(aligned, result)
        else:
            free = free or bool(chunk.turns)
            made = iter([_make_free_passage(chunk, result, parts)])
        for passage in made:
            passages.append(_count_person(passage, cleaned))
        for turn in aligned if with_turns else ():
            turns.append(turn)
    return Document(passages.finish(), tuple(flagged), tally, turns.finish(), free)


def _find_flagged(
    chunk: Chunk, result: ProcessedChunk, parts: Sequence[Turn], first: int
) -> Iterator[FlaggedPassage]:
    """The flags of a chunk, whose passages begin at the index `first` of the document's."""
    for flag in result.flags:
        place = flag.passage or 0
        passage = first + place if result.turns else first
        yield FlaggedPassage(passage, chunk.index, parts[place].start, flag.reason, flag.words)


def _align_turn(turn: Turn, cleaned: str) -> AlignedTurn:
    return AlignedTurn(turn, cleaned, tuple(find_unit_origins(turn.text, split_units(cleaned))))


def _make_passages(aligned: Iterable[AlignedTurn], result: ProcessedChunk) -> Iterator[Passage]:
    """The passages of a chunk that came back turn by turn."""
    reasons = _find_reasons(result)
    edits = deque(result.edits)
    done = 0
    for place, one in enumerate(aligned):
        reason = reasons.get(place, reasons.get(None))
        notes = tuple(note for note in result.notes if note.passage == place)
        blocks = _make_blocks(one, reason)
        if edits:
            blocks = tuple(_add_rules(blocks, edits, done))
            done += len(one.turn.text.split())
        checked = result.provider != OFFLINE
        yield Passage(blocks, notes, checked=checked, chunk=result.chunk_index, number=place)


def _count_person(passage: Passage, cleaned: Mapping[PassageKey, str]) -> Passage:
    """A passage with the words counted that a person has put there since it was cleaned."""
    before = cleaned.get(PassageKey(passage.chunk, passage.number))
    if before is None:
        return passage
    units = [split_units(block.text) for block in passage.blocks]
    now = [unit for own in units for unit in own]
    kept = Levenshtein.opcodes(split_units(before), now).as_matching_blocks()
    machine = {at for one in kept for at in range(one.b, one.b + one.size)}
    blocks: list[Block] = []
    done = 0
    for block, own in zip(passage.blocks, units, strict=True):
        person = [unit for at, unit in enumerate(own, done) if at not in machine]
        blocks.append(replace(block, by_person=count_words(join_units(person))))
        done += len(own)
    return replace(passage, blocks=tuple(blocks))


def _add_rules(blocks: Iterable[Block], edits: deque[Edit], done: int) -> Iterator[Block]:
    """The paragraphs with the rules at work in each; `done` words of the chunk stand before the first.

    The edits are taken from the left of `edits`, which holds those that are still to come.
    """
    for block in blocks:
        done += len(block.original.split())
        rules: list[str] = []
        while edits and edits[0].at < done:
            rules.append(edits.popleft().reason)
        yield replace(block, rules=tuple(rules))


def _make_blocks(aligned: AlignedTurn, reason: str | None) -> tuple[Block, ...]:
    """The paragraphs of a turn; one that was left out whole is a single block without text."""
    turn = aligned.turn
    paragraphs = time_paragraphs(turn, aligned.cleaned, aligned.origins)
    if not paragraphs:
        return (Block("", turn.start, turn.speaker, reason, end=turn.end, original=turn.text),)
    return tuple(_make_block(paragraph, reason) for paragraph in paragraphs)


def _make_block(paragraph: Paragraph, reason: str | None) -> Block:
    return Block(
        paragraph.text,
        paragraph.start,
        paragraph.speaker,
        reason,
        end=paragraph.end,
        original=paragraph.original,
    )


def _make_free_passage(chunk: Chunk, result: ProcessedChunk, parts: Sequence[Turn]) -> Passage:
    """A chunk's free text as one block; where it was refused, the original, paragraph by paragraph."""
    start, end = parts[0].start, parts[-1].end
    reason = _find_reasons(result).get(None)
    whole = Block(result.cleaned_text, start, None, reason, free=True, end=end, original=chunk.text)
    if not result.flags:
        return Passage((whole,), whole=whole, chunk=chunk.index)
    said = tuple(_make_said_blocks(chunk, result))
    return Passage(said, whole=whole, chunk=chunk.index)


def _make_said_blocks(chunk: Chunk, result: ProcessedChunk) -> Iterator[Block]:
    """What was said in a chunk whose original words stand, as it is written under corrections."""
    turns, why = chunk.spoken(), result.flags[0].reason
    texts = result.cleaned_text.split("\n\n")
    for at, turn in enumerate(turns):
        text = texts[at] if len(texts) == len(turns) else turn.text
        if text == turn.text:
            yield from (_make_block(paragraph, why) for paragraph in break_turn(turn))
        else:
            yield from _make_blocks(_align_turn(turn, text), why)


def _find_reasons(result: ProcessedChunk) -> Mapping[int | None, str]:
    """Why the original words stand, by the passage's place in its chunk; None is the whole chunk."""
    return {flag.passage: flag.reason for flag in result.flags}
