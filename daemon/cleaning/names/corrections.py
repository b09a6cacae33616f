"""Corrections: what a person wants written otherwise, in what is sent and in what comes back.

The chunk is cleaned with its words corrected, so that a model, or the rules, see the right ones, and what
comes back is corrected once more. The plan keeps the words as they were heard, and each correction is an
edit. Pure, but for the cleaning that is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from daemon.cleaning.names.respelt_turns import RespeltTurn, find_cut, move_edits, respell_turn
from daemon.text.alignment import find_origins
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit, ProcessedChunk
from daemon.text.names.spelling import CORRECTION, SURVEY, Respelling, respelling_of
from daemon.text.turns import Turn

_Other = TypeVar("_Other")


def clean_corrected(
    chunk: Chunk,
    corrections: Mapping[str, str],
    clean: Callable[[Chunk], ProcessedChunk | _Other],
    source: str = CORRECTION,
) -> ProcessedChunk | _Other:
    """Have a chunk cleaned under some corrections; what comes back is about the chunk as it was heard.

    `source` says who asks for them, in the reasons of the edits. Where `clean` gives no cleaned chunk but
    something else, that is given back as it is. Raises ValueError where the corrections go round in circles.
    """
    if not corrections:
        return clean(chunk)
    respelling = respelling_of(corrections, source)
    turns = [respell_turn(turn, respelling) for turn in chunk.spoken()]
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
    """Clean a chunk under a person's corrections, and under a survey's spellings where these say nothing."""

    def clean_surveyed(corrected: Chunk) -> ProcessedChunk | _Other:
        return clean_corrected(corrected, surveyed, clean, SURVEY)

    return clean_corrected(chunk, corrections, clean_surveyed)


def correct_chunk(chunk: Chunk, corrections: Mapping[str, str]) -> Chunk:
    """A chunk as it is cleaned under some corrections."""
    if not corrections:
        return chunk
    respelling = respelling_of(corrections)
    return _make_corrected(chunk, [respell_turn(turn, respelling) for turn in chunk.spoken()], respelling)


def correct_turn(turn: Turn, corrections: Mapping[str, str]) -> Turn:
    """A turn under some corrections; each word has the time of that which it stands for."""
    return respell_turn(turn, respelling_of(corrections)).turn if corrections else turn


def _make_corrected(chunk: Chunk, turns: Sequence[RespeltTurn], respelling: Respelling) -> Chunk:
    context = chunk.context_buffer
    return replace(
        chunk,
        text="\n\n".join(one.turn.text for one in turns) if any(one.hits for one in turns) else chunk.text,
        turns=tuple(one.turn for one in turns),
        context_buffer=context and respelling.respell(context),
    )


def _correct_result(
    chunk: Chunk, turns: Sequence[RespeltTurn], respelling: Respelling, result: ProcessedChunk
) -> ProcessedChunk:
    """What came back, corrected, with its cuts and edits as places in the words that were heard."""
    edits = [*move_edits(turns, result.edits), *_list_early_edits(turns)]
    if not result.turns:  # free text, of which no word has a place
        edits += (Edit(0, 0, hit.reason) for hit in respelling.find_hits(result.cleaned_text))
        text, texts, cuts = respelling.respell(result.cleaned_text), result.turns, result.cuts
    else:
        cuts = tuple((turn, find_cut(turns[turn], at)) for turn, at in result.cuts)
        offset = 0
        for passage, came_back in zip(chunk.passages(cuts), result.turns, strict=True):
            words = passage.text.split()
            edits += _list_late_edits(words, came_back, respelling, offset)
            offset += len(words)
        texts = tuple(map(respelling.respell, result.turns))
        text = "\n\n".join(filter(None, texts))
    return replace(
        result,
        original_text=chunk.text,
        cleaned_text=text,
        turns=texts,
        cuts=cuts,
        edits=tuple(sorted(edits, key=lambda edit: edit.at)),
    )


def _list_early_edits(turns: Sequence[RespeltTurn]) -> Iterator[Edit]:
    """The corrections of what was heard, before it was sent."""
    offset = 0
    for one in turns:
        for at, size, hit in one.hits:
            yield Edit(at + offset, size, hit.reason)
        offset += one.words


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
