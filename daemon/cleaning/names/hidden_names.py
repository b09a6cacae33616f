"""A chunk cleaned with its names hidden, and shown again when the result is written.

What is sent, checked and saved of the answers holds pseudonyms in the place of names; the plan keeps the
words as they were said. So a saved result has the pseudonyms in its text, and its places among the words of
the plan. Pure, but for the cleaning that is called.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from msgspec.structs import replace

from daemon.cleaning.names.corrections import clean_respelt, correct_chunk
from daemon.cleaning.names.respelt_turns import Finder, RespeltTurn, find_cut, move_edits, respell_turn
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit, ProcessedChunk
from daemon.text.names.pseudonyms import Pseudonyms
from daemon.text.names.spelling import respelling_of
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

_Other = TypeVar("_Other")


def clean_named(
    chunk: Chunk,
    corrections: Mapping[str, str],
    pseudonyms: Pseudonyms,
    clean: Callable[[Chunk], ProcessedChunk | _Other],
    surveyed: Mapping[str, str] = MappingProxyType({}),
) -> ProcessedChunk | _Other:
    """Have a chunk cleaned with its names corrected first, and then hidden; the result has the pseudonyms.

    `surveyed` are the spellings of a survey, for what the corrections say nothing of. Where `clean` gives no
    cleaned chunk but something else, that is given back as it is. Raises ValueError where the corrections go
    round in circles.
    """
    result = clean_respelt(
        chunk, corrections, surveyed, lambda corrected: _clean_hidden(corrected, pseudonyms, clean)
    )
    if not pseudonyms or not isinstance(result, ProcessedChunk):
        return result
    return replace(result, original_text=pseudonyms.hide(correct_chunk(chunk, corrections).text))


def hide_chunk(chunk: Chunk, pseudonyms: Pseudonyms) -> Chunk:
    """A chunk with its names hidden: in the text, in the context, and of the speakers."""
    if not pseudonyms:
        return chunk
    return _make_hidden(chunk, _hide_turns(chunk, pseudonyms), pseudonyms)


def hide_turn(turn: Turn, pseudonyms: Pseudonyms) -> Turn:
    """Hide the names in a turn."""
    return _hide_speaker(respell_turn(turn, pseudonyms).turn, pseudonyms) if pseudonyms else turn


def move_cuts_to_hidden(
    chunk: Chunk,
    spellings: Sequence[Mapping[str, str]],
    pseudonyms: Pseudonyms,
    cuts: Sequence[tuple[int, int]],
) -> tuple[tuple[int, int], ...]:
    """The cuts of a chunk, each (turn, words before it), as places among the words that are sent.

    `spellings` are those under which it is cleaned, one after the other.
    """
    turns = chunk.spoken()
    finders: list[Finder] = [*map(respelling_of, spellings), pseudonyms]
    for finder in finders:
        respelt = [respell_turn(turn, finder) for turn in turns]
        cuts = [(turn, respelt[turn].move_cut(at)) for turn, at in cuts]
        turns = tuple(one.turn for one in respelt)
    return tuple(cuts)


def show_result(
    chunk: Chunk, corrections: Mapping[str, str], pseudonyms: Pseudonyms, result: ProcessedChunk
) -> ProcessedChunk:
    """A result of a chunk with the names in the place of their pseudonyms."""
    if not pseudonyms:
        return result
    respelling = respelling_of(corrections)
    if result.turns:
        said = [respelling.respell(passage.text) for passage in chunk.passages(result.cuts)]
        texts = tuple(map(pseudonyms.show, result.turns, said))
        cleaned = "\n\n".join(filter(None, texts))
    else:
        texts, cleaned = (), pseudonyms.show(result.cleaned_text, respelling.respell(chunk.text))
    return replace(
        result,
        original_text=chunk.text,
        cleaned_text=cleaned,
        turns=texts,
        flags=tuple(replace(flag, reason=pseudonyms.show(flag.reason)) for flag in result.flags),
        notes=tuple(
            replace(note, gone=_show_each(pseudonyms, note.gone), new=_show_each(pseudonyms, note.new))
            for note in result.notes
        ),
    )


def hide_pair(
    chunk: Chunk, corrections: Mapping[str, str], pseudonyms: Pseudonyms, result: ProcessedChunk
) -> tuple[Chunk, ProcessedChunk]:
    """A chunk and its result for a reader who is to see the pseudonyms only.

    The chunk is as it was corrected, for a misheard name tells the name; so do the edits that say so.
    """
    if not pseudonyms:
        return chunk, result
    corrected = correct_chunk(chunk, corrections)
    turns = _hide_turns(corrected, pseudonyms)
    hidden = _make_hidden(corrected, turns, pseudonyms)
    texts = tuple(map(pseudonyms.hide, result.turns))  # where it was never cleaned, the names are in it
    edits = [edit for edit in result.edits if pseudonyms.hide(edit.reason) == edit.reason]
    heard = [respell_turn(turn, respelling_of(corrections)) for turn in chunk.spoken()]
    return hidden, replace(
        result,
        original_text=hidden.text,
        cleaned_text="\n\n".join(filter(None, texts)) if texts else pseudonyms.hide(result.cleaned_text),
        turns=texts,
        cuts=move_cuts_to_hidden(chunk, (corrections,), pseudonyms, result.cuts),
        edits=tuple(_move_to_respelt(turns, _move_to_respelt(heard, edits))),
    )


def find_names_inside(
    turns: Sequence[Turn], corrections: Mapping[str, str], pseudonyms: Pseudonyms
) -> frozenset[int]:
    """The places (words before them, over all turns) that lie inside a name: no chunk is to end there."""
    respelling = respelling_of(corrections)
    inside: set[int] = set()
    offset = 0
    for turn in turns:
        corrected = respell_turn(turn, respelling)
        for at, size, _ in respell_turn(corrected.turn, pseudonyms).hits:
            first, last = corrected.origins[at], corrected.origins[at + size - 1]
            inside.update(range(offset + first + 1, offset + last + 1))
        offset += corrected.words
    return frozenset(inside)


def _clean_hidden(
    chunk: Chunk, pseudonyms: Pseudonyms, clean: Callable[[Chunk], ProcessedChunk | _Other]
) -> ProcessedChunk | _Other:
    """Have a chunk cleaned with its names hidden; the places in the result are those among its own words."""
    if not pseudonyms:
        return clean(chunk)
    turns = _hide_turns(chunk, pseudonyms)
    result = clean(_make_hidden(chunk, turns, pseudonyms))
    if not isinstance(result, ProcessedChunk):
        return result
    return replace(
        result,
        original_text=pseudonyms.hide(chunk.text),
        cuts=tuple((turn, find_cut(turns[turn], at)) for turn, at in result.cuts),
        edits=tuple(move_edits(turns, result.edits)),
    )


def _hide_turns(chunk: Chunk, pseudonyms: Pseudonyms) -> list[RespeltTurn]:
    return [respell_turn(turn, pseudonyms) for turn in chunk.spoken()]


def _make_hidden(chunk: Chunk, turns: Sequence[RespeltTurn], pseudonyms: Pseudonyms) -> Chunk:
    context = chunk.context_buffer
    return replace(
        chunk,
        text="\n\n".join(one.turn.text for one in turns),
        turns=tuple(_hide_speaker(one.turn, pseudonyms) for one in turns),
        context_buffer=(pseudonyms.hide_context(context) or None) if context else None,
    )


def _hide_speaker(turn: Turn, pseudonyms: Pseudonyms) -> Turn:
    def hide(label: str | None) -> str | None:
        return label and pseudonyms.hide_label(label)

    segments: tuple[Segment, ...] = tuple(
        replace(segment, speaker=hide(segment.speaker), label=hide(segment.label))
        for segment in turn.segments
    )
    return Turn(segments, hide(turn.speaker))


def _move_to_respelt(turns: Sequence[RespeltTurn], edits: Sequence[Edit]) -> list[Edit]:
    """Edits of original words, as places among the respelt ones."""
    moved: list[Edit] = []
    places: list[int] = []
    done = 0
    for one in turns:
        places += (done + bisect_left(one.origins, at) for at in range(one.words))
        done += len(one.origins)
    for edit in edits:
        first, end = places[edit.at], edit.at + max(1, edit.words)
        last = places[end] if end < len(places) else done
        moved.append(edit._replace(at=min(first, done - 1), words=max(1, last - first)))
    return moved


def _show_each(pseudonyms: Pseudonyms, words: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(pseudonyms.show, words))
