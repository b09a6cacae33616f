"""Corrections: what a person wants written otherwise, in what is sent and in what comes back.

The chunk is cleaned with its words corrected, so that a model, or the rules, see the right ones, and what
comes back is corrected once more. The plan keeps the words as they were heard, and each correction is an
edit. Pure, but for the cleaning that is called.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from msgspec.structs import replace

from daemon.text.alignment import find_origins
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit, ProcessedChunk
from daemon.text.names.spelling import CORRECTION, SURVEY, Hit, Respelling, respelling_of
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

_Other = TypeVar("_Other")


def clean_corrected(
    chunk: Chunk,
    corrections: Mapping[str, str],
    clean: Callable[[Chunk], ProcessedChunk | _Other],
    source: str = CORRECTION,
) -> ProcessedChunk | _Other:
    """Have a chunk cleaned under some corrections; what comes back is about the chunk as it was heard.

    `source` says who asks for them, in the reasons of the edits.
    Where `clean` gives no cleaned chunk but something else, that is given back as it is. Raises ValueError
    where the corrections go round in circles.
    """
    if not corrections:
        return clean(chunk)
    respelling = respelling_of(corrections, source)
    turns = [_correct_turn(turn, respelling) for turn in chunk.spoken()]
    result = clean(_make_corrected(chunk, turns, respelling))
    if not isinstance(result, ProcessedChunk):
        return result
    return _correct_result(chunk, turns, respelling, result)


def clean_respelt(
    chunk: Chunk,
    corrections: Mapping[str, str],
    surveyed: Mapping[str, str],
    clean: Callable[[Chunk], ProcessedChunk | _Other],
) -> ProcessedChunk | _Other:
    """The same under a person's corrections, and under the spellings of a survey where these say nothing."""

    def clean_surveyed(corrected: Chunk) -> ProcessedChunk | _Other:
        return clean_corrected(corrected, surveyed, clean, SURVEY)

    return clean_corrected(chunk, corrections, clean_surveyed)


def move_cuts(
    chunk: Chunk, corrections: Mapping[str, str], surveyed: Mapping[str, str], cuts: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """The cuts of a chunk, each (turn, words before it), as places among its words as they are cleaned."""
    turns = chunk.spoken()
    for spellings in (corrections, surveyed):
        respelling = respelling_of(spellings)
        corrected = [_correct_turn(turn, respelling) for turn in turns]
        cuts = [(turn, bisect_left(corrected[turn].origins, at)) for turn, at in cuts]
        turns = tuple(one.turn for one in corrected)
    return tuple(cuts)


def correct_turn(turn: Turn, corrections: Mapping[str, str]) -> Turn:
    """A turn under some corrections; each word has the time of that which it stands for."""
    return _correct_turn(turn, respelling_of(corrections)).turn if corrections else turn


@dataclass(frozen=True, slots=True)
class _CorrectedTurn:
    """A turn with its words corrected.

    `origins` has, for each of its words, the index of the original word that it stands for; `edits` say where
    in the original turn something was corrected.
    """

    turn: Turn
    origins: Sequence[int]
    edits: Sequence[Edit]
    words: int


def _make_corrected(chunk: Chunk, turns: Sequence[_CorrectedTurn], respelling: Respelling) -> Chunk:
    context = chunk.context_buffer
    return replace(
        chunk,
        text="\n\n".join(one.turn.text for one in turns) if any(one.edits for one in turns) else chunk.text,
        turns=tuple(one.turn for one in turns),
        context_buffer=context and respelling.respell(context),
    )


def _correct_turn(turn: Turn, respelling: Respelling) -> _CorrectedTurn:
    words = turn.text.split()
    hits = list(respelling.find_hits(" ".join(words)))
    if not hits:
        return _CorrectedTurn(turn, range(len(words)), (), len(words))
    pieces = list(_replace_words(words, hits))
    new = [word for _, word in pieces]
    origins = [origin for origin, _ in pieces]
    edits = [Edit(at, size, reason) for at, size, reason in _place_hits(words, hits)]
    return _CorrectedTurn(_rebuild_turn(turn, new, origins), origins, edits, len(words))


def _place_hits(words: Sequence[str], hits: Sequence[Hit]) -> Iterator[tuple[int, int, str]]:
    """For each hit the first of its words, how many they are, and the reason of the edit."""
    starts = _find_starts(words)
    at = 0
    for hit in hits:
        while at + 1 < len(words) and starts[at + 1] <= hit.start:
            at += 1
        last = at
        while last + 1 < len(words) and starts[last + 1] < hit.end:
            last += 1
        yield at, last - at + 1, hit.reason


def _replace_words(words: Sequence[str], hits: Sequence[Hit]) -> Iterator[tuple[int, str]]:
    """The words of a turn with the hits corrected, each with the index of the word that it stands for."""
    starts = _find_starts(words)
    groups = _group_hits(words, hits)
    at = 0
    while at < len(words):
        if at not in groups:
            yield at, words[at]
            at += 1
            continue
        last, inside = groups[at]
        text = _respell_span(" ".join(words[at : last + 1]), inside, starts[at])
        for place, word in enumerate(text.split()):
            yield min(at + place, last), word
        at = last + 1


def _group_hits(words: Sequence[str], hits: Sequence[Hit]) -> dict[int, tuple[int, list[Hit]]]:
    """The hits by the first word that they change, with the last one; those that share a word together."""
    groups: dict[int, tuple[int, list[Hit]]] = {}
    first = end = -1
    for hit, (at, size, _) in zip(hits, _place_hits(words, hits), strict=True):
        if at <= end:
            end = max(end, at + size - 1)
            groups[first] = end, [*groups[first][1], hit]
        else:
            first, end = at, at + size - 1
            groups[first] = end, [hit]
    return groups


def _respell_span(text: str, hits: Sequence[Hit], offset: int) -> str:
    """A part of a text with its hits corrected; the hits count from `offset` characters before it."""
    parts = []
    done = 0
    for hit in hits:
        parts += [text[done : hit.start - offset], hit.written]
        done = hit.end - offset
    return "".join([*parts, text[done:]])


def _find_starts(words: Sequence[str]) -> list[int]:
    """Where each word begins in the words parted by single spaces, in characters."""
    starts = []
    done = 0
    for word in words:
        starts.append(done)
        done += len(word) + 1
    return starts


def _rebuild_turn(turn: Turn, words: Sequence[str], origins: Sequence[int]) -> Turn:
    """The turn with other words, each in the segment, and at the time, of the word that it stands for."""
    segments: list[Segment] = []
    at = done = 0
    for segment in turn.segments:
        size = len(segment.text.split())
        first = at
        while at < len(words) and origins[at] < done + size:
            at += 1
        if at > first:
            own = [origin - done for origin in origins[first:at]]
            times = segment.times and tuple(segment.times[place] for place in own)
            segments.append(replace(segment, text=" ".join(words[first:at]), times=times))
        done += size
    return Turn(tuple(segments), turn.speaker)


def _correct_result(
    chunk: Chunk, turns: Sequence[_CorrectedTurn], respelling: Respelling, result: ProcessedChunk
) -> ProcessedChunk:
    """What came back, corrected, with its cuts and edits as places in the words that were heard."""
    edits = list(_move_edits(turns, result.edits))
    offset = 0
    for one in turns:
        edits += (edit._replace(at=edit.at + offset) for edit in one.edits)
        offset += one.words
    if not result.turns:  # free text, of which no word has a place
        hits = respelling.find_hits(result.cleaned_text)
        edits += (Edit(0, 0, hit.reason) for hit in hits)
        text = respelling.respell(result.cleaned_text)
        return replace(
            result, original_text=chunk.text, cleaned_text=text, edits=tuple(sorted(edits, key=_place_of))
        )
    cuts = tuple((turn, _find_cut(turns[turn], at)) for turn, at in result.cuts)
    offset = 0
    texts = []
    for passage, text in zip(chunk.passages(cuts), result.turns, strict=True):
        words = passage.text.split()
        edits += _list_late_edits(words, text, respelling, offset)
        texts.append(respelling.respell(text))
        offset += len(words)
    return replace(
        result,
        original_text=chunk.text,
        cleaned_text="\n\n".join(filter(None, texts)),
        turns=tuple(texts),
        cuts=cuts,
        edits=tuple(sorted(edits, key=_place_of)),
    )


def _place_of(edit: Edit) -> int:
    return edit.at


def _find_cut(turn: _CorrectedTurn, at: int) -> int:
    """Where a cut before a corrected word falls among the words that were heard; with words on both sides."""
    return min(max(1, turn.origins[at]), turn.words - 1)


def _move_edits(turns: Sequence[_CorrectedTurn], edits: Sequence[Edit]) -> Iterator[Edit]:
    """Edits of corrected words, as places among those that were heard."""
    origins: list[int] = []
    offset = 0
    for one in turns:
        origins += (origin + offset for origin in one.origins)
        offset += one.words
    for edit in edits:
        first = origins[edit.at]
        last = origins[edit.at + max(1, edit.words) - 1]
        yield edit._replace(at=first, words=last - first + 1)


def _list_late_edits(words: Sequence[str], text: str, respelling: Respelling, offset: int) -> Iterator[Edit]:
    """The corrections of what came back for a passage, by the words that it came from.

    `offset` is how many words of the chunk stand before the passage.
    """
    hits = list(respelling.find_hits(text))
    if not hits:
        return
    cleaned = text.split()
    origins = find_origins(words, cleaned)
    for hit in hits:
        place = len(text[: hit.start].split())
        known = [origin for origin in origins[: place + 1] if origin is not None]
        yield Edit(offset + (known[-1] if known else 0), 1, hit.reason)
