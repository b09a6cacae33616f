"""Times and speakers that a source gives for single words, laid on the words of its text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from daemon.formats.reading import shared_out
from daemon.transcript import Segment


@dataclass(frozen=True, slots=True)
class Token:
    """A word as the recogniser gives it, which may be a part of a written word; times in seconds."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None


def with_words(segment: Segment, tokens: Sequence[Token]) -> Iterator[Segment]:
    """The segment with a time for each word, cut where the words' speaker changes.

    Missing times lie evenly between their neighbours; a missing speaker is the one before. Tokens that
    don't spell the segment's text are of no use: then the text stands as it is.
    """
    owners = _owners(segment.text.split(), tokens)
    if owners is None:
        named = Counter(token.speaker for token in tokens if token.speaker).most_common(1)
        yield replace(segment, speaker=segment.speaker or (named[0][0] if named else None))
        return
    times = _times([token.start for token in owners], segment)
    if times is not None:
        end = segment.end if segment.end is not None else tokens[-1].end
        segment = replace(segment, times=times, end=max(times[-1], end if end is not None else 0.0))
    speakers = groupby(_speakers(owners, segment.speaker))
    yield from shared_out(segment, ((speaker, len(list(run))) for speaker, run in speakers))


def _owners(words: list[str], tokens: Sequence[Token]) -> list[Token] | None:
    """For each word the token that holds its first character, or None where they spell another text."""
    letters = ["".join(token.text.split()) for token in tokens]
    if not tokens or "".join(letters) != "".join(words):
        return None
    out = []
    at, reach = 0, len(letters[0])
    begins = 0
    for word in words:
        while reach <= begins:
            at += 1
            reach += len(letters[at])
        out.append(tokens[at])
        begins += len(word)
    return out


def _times(starts: list[float | None], segment: Segment) -> tuple[float, ...] | None:
    known = [(at, time) for at, time in enumerate(starts) if time is not None]
    if not known:
        return None
    first = known[0][1] if segment.start is None else min(segment.start, known[0][1])
    last = known[-1][1] if segment.end is None else max(segment.end, known[-1][1])
    anchors = [(0, first)] * (known[0][0] > 0) + [*known, (len(starts), last)]
    out: list[float] = []
    for (a, since), (b, until) in pairwise(anchors):
        out += [since + (until - since) * (at - a) / (b - a) for at in range(a, b)]
    return tuple(_rising(out))


def _rising(times: list[float]) -> Iterator[float]:
    latest = 0.0
    for time in times:
        latest = max(latest, round(time, 3))
        yield latest


def _speakers(owners: list[Token], default: str | None) -> list[str | None]:
    first = next((token.speaker for token in owners if token.speaker), None)
    current = first or default
    out = []
    for token in owners:
        current = token.speaker or current
        out.append(current)
    return out
