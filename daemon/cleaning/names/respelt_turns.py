"""A turn with some of its words written otherwise, and which of its words stand for which. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from daemon.text.cleaned_chunk import Edit
from daemon.text.names.spelling import Hit, write_hits
from daemon.text.transcript import Segment
from daemon.text.turns import Turn


class Finder(Protocol):
    """Whoever says where a text is to be written otherwise."""

    def find_hits(self, text: str) -> Iterator[Hit]:
        """The places, from left to right."""


@dataclass(frozen=True, slots=True)
class RespeltTurn:
    """A turn with its words respelt.

    `origins` has, for each of its words, the index of the original word that it stands for; `hits` say where
    in the original turn something was respelt: the first word, how many they are, and the hit. `words` counts
    the original's.
    """

    turn: Turn
    origins: Sequence[int]
    hits: Sequence[tuple[int, int, Hit]]
    words: int

    def move_cut(self, at: int) -> int:
        """Where a cut before an original word falls among the respelt ones; with words on both sides."""
        return min(max(1, bisect_left(self.origins, at)), len(self.origins) - 1)


def respell_turn(turn: Turn, respelling: Finder) -> RespeltTurn:
    """A turn with every hit as it is to be written."""
    words = turn.text.split()
    hits = list(respelling.find_hits(" ".join(words)))
    if not hits:
        return RespeltTurn(turn, range(len(words)), (), len(words))
    pieces = list(_replace_words(words, hits))
    new = [word for _, word in pieces]
    origins = [origin for origin, _ in pieces]
    return RespeltTurn(_rebuild_turn(turn, new, origins), origins, list(_place_hits(words, hits)), len(words))


def find_cut(turn: RespeltTurn, at: int) -> int:
    """Where a cut before a respelt word falls among the original ones; with words on both sides."""
    return min(max(1, turn.origins[at]), turn.words - 1)


def move_edits(turns: Sequence[RespeltTurn], edits: Sequence[Edit]) -> Iterator[Edit]:
    """Edits of respelt words, as places among the original ones."""
    origins: list[int] = []
    offset = 0
    for one in turns:
        origins += (origin + offset for origin in one.origins)
        offset += one.words
    for edit in edits:
        first = origins[edit.at]
        last = origins[edit.at + max(1, edit.words) - 1]
        yield edit._replace(at=first, words=last - first + 1)


def _place_hits(words: Sequence[str], hits: Sequence[Hit]) -> Iterator[tuple[int, int, Hit]]:
    """For each hit the first of its words, how many they are, and the hit."""
    starts = _find_starts(words)
    at = 0
    for hit in hits:
        while at + 1 < len(words) and starts[at + 1] <= hit.start:
            at += 1
        last = at
        while last + 1 < len(words) and starts[last + 1] < hit.end:
            last += 1
        yield at, last - at + 1, hit


def _replace_words(words: Sequence[str], hits: Sequence[Hit]) -> Iterator[tuple[int, str]]:
    """The words of a turn with the hits respelt, each with the index of the word that it stands for."""
    starts = _find_starts(words)
    groups = _group_hits(words, hits)
    at = 0
    while at < len(words):
        if at not in groups:
            yield at, words[at]
            at += 1
            continue
        last, inside = groups[at]
        text = write_hits(" ".join(words[at : last + 1]), inside, starts[at])
        for place, word in enumerate(text.split()):
            yield min(at + place, last), word
        at = last + 1


def _group_hits(words: Sequence[str], hits: Sequence[Hit]) -> dict[int, tuple[int, list[Hit]]]:
    """The hits by the first word that they change, with the last one; those that share a word together."""
    groups: dict[int, tuple[int, list[Hit]]] = {}
    first = end = -1
    for at, size, hit in _place_hits(words, hits):
        if at <= end:
            end = max(end, at + size - 1)
            groups[first] = end, [*groups[first][1], hit]
        else:
            first, end = at, at + size - 1
            groups[first] = end, [hit]
    return groups


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
