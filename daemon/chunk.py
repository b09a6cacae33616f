"""The unit of work: a chunk goes out to be cleaned, a processed chunk comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

from daemon.transcript import Segment, count_words


@dataclass(frozen=True, slots=True)
class Turn:
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
                before += [halves[0]] if halves[0] is not None else []
                after = (halves[1], *self.segments[place + 1 :])
                return Turn(tuple(before), self.speaker), Turn(after, self.speaker)
            before.append(segment)
            at -= words
        raise ValueError("a cut leaves words on both sides")

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        out: dict[str, Any] = {"segments": [segment.to_dict() for segment in self.segments]}
        if self.speaker is not None:
            out["speaker"] = self.speaker
        return out

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Turn:
        """The inverse of `to_dict`."""
        return cls(tuple(Segment.from_dict(s) for s in raw["segments"]), raw.get("speaker"))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a transcript that is cleaned by itself.

    `text` is the original wording. `context_buffer` is what was said just before, read-only, there
    so that the cleaner understands; it is never part of the result. Plain text will do: a chunk
    without turns is one turn without speaker and times.
    """

    index: int
    text: str
    start_timestamp: str = "00:00:00"
    context_buffer: str | None = None
    turns: tuple[Turn, ...] = ()

    def spoken(self) -> tuple[Turn, ...]:
        """The turns, or the whole text as one turn."""
        if self.turns or not self.text.strip():
            return self.turns
        return (Turn((Segment(" ".join(self.text.split())),)),)

    def passages(self, cuts: Iterable[tuple[int, int]] = ()) -> tuple[Turn, ...]:
        """The turns, those that were cut in several: `cuts` are (turn, words before the cut), in order."""
        out: list[Turn] = []
        for number, turn in enumerate(self.spoken()):
            done = 0
            for _, at in (cut for cut in cuts if cut[0] == number):
                first, turn = turn.cut(at - done)
                out.append(first)
                done = at
            out.append(turn)
        return tuple(out)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "index": self.index,
            "text": self.text,
            "start_timestamp": self.start_timestamp,
            "context_buffer": self.context_buffer,
            "turns": [turn.to_dict() for turn in self.turns],
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Chunk:
        """The inverse of `to_dict`."""
        return cls(
            raw["index"],
            raw["text"],
            raw.get("start_timestamp", "00:00:00"),
            raw.get("context_buffer"),
            tuple(Turn.from_dict(turn) for turn in raw.get("turns", ())),
        )


@dataclass(frozen=True, slots=True)
class Flag:
    """A passage whose original words stand because it could not be cleaned, and why.

    `passage` is its place among the chunk's passages, None for the whole chunk; `words` counts the
    original's, by `count_words`.
    """

    reason: str
    words: int
    passage: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Numbers, names or negations (`kind`) that differ between a passage and its cleaning: worth a look.

    `gone` and `new` hold the words that stand on one side only.
    """

    passage: int
    kind: str
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


class Edit(NamedTuple):
    """What a rule did: from which of the chunk's original words (`text.split()`) on, to how many, and why.

    The words are gone, unless the reason is "punctuation" or "casing".
    """

    at: int
    words: int
    reason: str


@dataclass(frozen=True, slots=True)
class ProcessedChunk:
    """A cleaned chunk, with what it took; the content of a checkpoint file.

    `turns` holds the cleaned text of each of the chunk's passages in order, paragraphs parted by blank
    lines, "" for one of nothing but fillers. A passage is a turn, or a part of one where `cuts` says so.
    Where the style asks for free text (notes) `turns` is empty and `cleaned_text` is all there is.
    `cost` is in dollars; `edits` says what rules did, in the order of the words.
    """

    chunk_index: int
    original_text: str
    cleaned_text: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    model: str = ""
    provider: str = ""
    turns: tuple[str, ...] = ()
    cuts: tuple[tuple[int, int], ...] = ()
    flags: tuple[Flag, ...] = ()
    notes: tuple[Note, ...] = ()
    requests: int = 0
    edits: tuple[Edit, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> ProcessedChunk:
        """The inverse of `to_dict`; keys of a later version are ignored."""
        known = {f.name for f in fields(cls)}
        values = {key: value for key, value in raw.items() if key in known}
        values["turns"] = tuple(values.get("turns", ()))
        values["cuts"] = tuple((turn, at) for turn, at in values.get("cuts", ()))
        values["flags"] = tuple(Flag(**flag) for flag in values.get("flags", ()))
        values["notes"] = tuple(
            Note(note["passage"], note["kind"], tuple(note["gone"]), tuple(note["new"]))
            for note in values.get("notes", ())
        )
        values["edits"] = tuple(Edit(*edit) for edit in values.get("edits", ()))
        return cls(**values)


def kept_original(chunk: Chunk, reason: str) -> ProcessedChunk:
    """A chunk whose original words stand, flagged with the reason."""
    turns = tuple(turn.text for turn in chunk.spoken())
    words = sum(map(count_words, turns))
    return ProcessedChunk(
        chunk_index=chunk.index,
        original_text=chunk.text,
        cleaned_text="\n\n".join(turns),
        turns=turns,
        flags=(Flag(reason, words),),
    )
