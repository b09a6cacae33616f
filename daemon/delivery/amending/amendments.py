"""What people have amended in a result: laid over what was cleaned each time its files are made.

amendments.json lies in the result. Its record stays as it is, so that what a person changed can be told from
what was cleaned, and taken back. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from daemon.delivery.document import PassageKey
from daemon.delivery.record import Pair
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Flag, ProcessedChunk
from daemon.text.differences import notes_on
from daemon.text.json_values import decode_value
from daemon.text.transcript import count_words

AMENDMENTS = "amendments.json"


class AmendedText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text of a passage as a person wants it."""

    chunk: int
    passage: int | None
    text: str


class Amendments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that people have amended in a result so far.

    `taken` are the hashes of the files of edits; `accepted` are passages that were not cleaned, and stand as
    they are because a person has accepted them; `speakers` has names by the source's labels. `seen` has, for
    each page in which somebody was named, the names that it shows, by its `EditsFile.amended`: edits that are
    saved from it later mean the same people by them. `unfit` says which of the last edits could not be taken,
    and why.
    """

    format: int = 1
    taken: tuple[str, ...] = ()
    texts: tuple[AmendedText, ...] = ()
    accepted: tuple[PassageKey, ...] = ()
    speakers: Mapping[str, str] = msgspec.field(default_factory=dict)
    unfit: tuple[str, ...] = ()
    seen: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)


NOT_AMENDED = Amendments()


def read_amendments(data: bytes) -> Amendments:
    """What the bytes of an amendments.json hold; raises ValueError."""
    return decode_value(data, Amendments)


def encode_amendments(amendments: Amendments) -> bytes:
    """The amendments as the bytes of an amendments.json."""
    return msgspec.json.format(msgspec.json.encode(amendments), indent=1) + b"\n"


class AmendedPairs:
    """The chunks of a result with what came back for them, as people have amended it.

    `cleaned` has, for each passage whose words a person has changed, the text that it had before, and "" for
    one that was not cleaned and that a person has accepted; it is filled as the chunks pass by. `present`
    turns a person's text, given the original words of its passage, into what a reader is to see.
    """

    def __init__(
        self, amendments: Amendments, present: Callable[[str, str], str] = lambda text, _: text
    ) -> None:
        self._present = present
        self._texts: dict[int, dict[int | None, str]] = {}
        for one in amendments.texts:
            self._texts.setdefault(one.chunk, {})[one.passage] = one.text
        self._accepted = frozenset(amendments.accepted)
        self.cleaned: dict[PassageKey, str] = {}

    def pass_on(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """The chunks with their amended results, one by one."""
        for chunk, result in pairs:
            yield chunk, self._amend_result(chunk, result)

    def _amend_result(self, chunk: Chunk, result: ProcessedChunk) -> ProcessedChunk:
        """What came back for a chunk, with the texts and the word of people in its place."""
        texts = self._texts.get(chunk.index, {})
        flags = tuple(self._list_flags_left(chunk, result)) if result.flags else ()
        if not texts:
            return replace(result, flags=flags) if flags != result.flags else result
        if not result.turns:
            self.cleaned.setdefault(PassageKey(chunk.index, None), result.cleaned_text)
            if None not in texts:
                return replace(result, flags=flags)
            return replace(result, cleaned_text=self._present(texts[None], chunk.text), flags=flags)
        turns = list(result.turns)
        notes = list(result.notes)
        passages = chunk.passages(result.cuts)
        for number, amended in texts.items():
            if number is None or number >= len(turns):
                continue
            text = self._present(amended, passages[number].text)
            self.cleaned.setdefault(PassageKey(chunk.index, number), turns[number])
            turns[number] = text
            notes = [note for note in notes if note.passage != number]
            notes += notes_on(number, passages[number].text, text)
        cleaned = "\n\n".join(filter(None, turns))
        return replace(result, turns=tuple(turns), cleaned_text=cleaned, flags=flags, notes=tuple(notes))

    def _list_flags_left(self, chunk: Chunk, result: ProcessedChunk) -> Iterator[Flag]:
        """The flags of passages that nobody has accepted; one of the whole chunk as those of its passages."""
        passages = chunk.passages(result.cuts)
        for flag in result.flags:
            whole = flag.passage is None and bool(result.turns)
            numbers: Iterable[int | None] = range(len(passages)) if whole else [flag.passage]
            flagged = [PassageKey(chunk.index, number) for number in numbers]
            accepted = self._accepted.intersection(flagged)
            self.cleaned.update(dict.fromkeys(accepted, ""))
            if not accepted:
                yield flag
                continue
            for place in flagged:
                if place not in accepted and place.number is not None:
                    words = count_words(passages[place.number].text)
                    yield Flag(flag.reason, words, place.number)
